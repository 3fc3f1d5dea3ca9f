/* Goal: adjusted p-values reproduce the published example and leave missing tests out of the family. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analysis/stat_adjust.h"
#include "tests/support/near.h"

/* Benjamini & Hochberg (1995), section 3.2: BH at .05 rejects 4 of 15, Bonferroni 3. */
static void test_published(void **state)
{
    static const double p[15] = {0.0344, 0.0001, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0004,
                                 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000};
    struct stat_value in[15], out[15];

    (void)state;
    for (size_t i = 0; i < 15; i++)
        in[i] = stat_ok(p[i]);
    stat_adjust(STAT_ADJUST_BH, in, 15, out);
    assert_int_equal(stat_adjust_rejected(out, 15, 0.05), 4);
    assert_near(out[0].x, 0.0645, 1e-14);
    assert_near(out[3].x, 0.035625, 1e-14);
    stat_adjust(STAT_ADJUST_BONFERRONI, in, 15, out);
    assert_int_equal(stat_adjust_rejected(out, 15, 0.05), 3);
    stat_adjust(STAT_ADJUST_HOLM, in, 15, out);
    assert_int_equal(stat_adjust_rejected(out, 15, 0.05), 3);
    assert_near(out[7].x, 0.0056, 1e-14);
    stat_adjust(STAT_ADJUST_BY, in, 15, out);
    assert_near(out[1].x, 0.0015 * 3.3182289932289932, 1e-14);
}

static void test_missing(void **state)
{
    struct stat_value in[4] = {stat_ok(0.04), stat_none(STAT_SUPPRESSED), stat_ok(0.01),
                               stat_none(STAT_TOO_FEW)};
    struct stat_value out[4];

    (void)state;
    stat_adjust(STAT_ADJUST_BH, in, 4, out);
    assert_near(out[0].x, 0.04, 1e-15);
    assert_near(out[2].x, 0.02, 1e-15);
    assert_int_equal(out[1].state, STAT_SUPPRESSED);
    assert_int_equal(out[3].state, STAT_TOO_FEW);
    stat_adjust(STAT_ADJUST_BH, in + 1, 1, out);
    assert_int_equal(out[0].state, STAT_SUPPRESSED);
    stat_adjust(STAT_ADJUST_HOLM, in, 0, out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_published),
        cmocka_unit_test(test_missing),
    };

    stat_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
