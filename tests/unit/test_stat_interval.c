/* Goal: the intervals hold what they promise at the edges: all alike, all answered, one answer, none. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analysis/stat_interval.h"
#include "tests/support/near.h"

static struct stat_summary four(int64_t n1, int64_t n2, int64_t n3, int64_t n4)
{
    const int64_t n[4] = {n1, n2, n3, n4};
    struct stat_counts c = stat_counts_of(n, 4);

    return stat_summary_counts(&c);
}

static void test_all_alike(void **state)
{
    struct stat_summary s = four(0, 0, 0, 7);
    struct stat_range t = stat_interval_t(&s, 1, 0.95), r = stat_interval_process(&s, 4, 0.95);

    (void)state;
    assert_near(t.low, 4, 0);
    assert_near(r.high, 4, 0);
    assert_true(r.low < 3.5 && r.low > 1.5);
}

static void test_all_answered(void **state)
{
    struct stat_summary s = four(1, 2, 3, 4);
    struct stat_range r = stat_interval_descriptive(&s, 4, 10, 0.95);

    (void)state;
    assert_near(r.low, 3, 1e-15);
    assert_near(r.high, 3, 1e-15);
    /* More answers than enrolled: nobody is unseen. */
    r = stat_interval_descriptive(&s, 4, 8, 0.95);
    assert_near(r.high - r.low, 0, 0);
}

static void test_few(void **state)
{
    struct stat_summary none = four(0, 0, 0, 0), one = four(0, 0, 1, 0);

    (void)state;
    assert_int_equal(stat_interval_process(&none, 4, 0.95).state, STAT_TOO_FEW);
    assert_int_equal(stat_interval_process(&one, 4, 0.95).state, STAT_TOO_FEW);
    assert_int_equal(stat_interval_descriptive(&one, 4, 9, 0.95).state, STAT_TOO_FEW);
    assert_int_equal(stat_share_wilson(0, 0, 0.95).state, STAT_TOO_FEW);
    assert_int_equal(stat_share_hypergeometric(0, 0, 5, 0.95).state, STAT_TOO_FEW);
    assert_int_equal(stat_share_clopper_pearson(0, 0, 0.95).state, STAT_TOO_FEW);
}

/* Holds the mean, stays on the scale and is wider than the descriptive one, for every small group there is.
 */
static void test_every_small_group(void **state)
{
    (void)state;
    for (int64_t i = 0; i < 256; i++) {
        struct stat_summary s = four(i & 3, i >> 2 & 3, i >> 4 & 3, i >> 6);
        struct stat_range p, d;

        if (s.n < 2)
            continue;
        p = stat_interval_process(&s, 4, 0.95);
        d = stat_interval_descriptive(&s, 4, s.n + 2, 0.95);
        assert_true(p.low >= 1 && p.low <= s.mean && p.high >= s.mean && p.high <= 4);
        assert_true(d.low >= p.low && d.high <= p.high);
        assert_true(p.high > p.low);
    }
}

/* Against a case worked by hand, and the binomial interval. */
static void test_hypergeometric(void **state)
{
    (void)state;
    for (int64_t n = 1; n <= 12; n++) {
        for (int64_t k = 0; k <= n; k++) {
            struct stat_range r = stat_share_hypergeometric(k, n, 20, 0.95);
            struct stat_range c = stat_share_clopper_pearson(k, n, 0.95);

            assert_true(r.low >= (double)k && r.high <= (double)(20 - (n - k)));
            assert_true(r.low <= (double)k / (double)n * 20 + 1 && r.high >= (double)k / (double)n * 20 - 1);
            /* A finite population never widens it by more than the rounding to whole persons. */
            assert_true(r.low >= 20 * c.low - 1 && r.high <= 20 * c.high + 1);
        }
    }
    /* 5 of 5 among 10: C(K,5)/C(10,5) > .025 from K = 8 (56/252) down to 7 (21/252 = .083); 6/252 = .024. */
    assert_near(stat_share_hypergeometric(5, 5, 10, 0.95).low, 7, 0);
    assert_near(stat_share_hypergeometric(5, 5, 10, 0.95).high, 10, 0);
    assert_near(stat_share_hypergeometric(0, 5, 10, 0.95).high, 3, 0);
    assert_near(stat_share_hypergeometric(3, 5, 5, 0.95).low, 3, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_alike),
        cmocka_unit_test(test_all_answered),
        cmocka_unit_test(test_few),
        cmocka_unit_test(test_every_small_group),
        cmocka_unit_test(test_hypergeometric),
    };

    stat_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
