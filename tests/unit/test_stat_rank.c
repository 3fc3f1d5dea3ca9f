/* Goal: comparisons by order reproduce a published delta, and say so where they have no value. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analysis/stat_rank.h"
#include "analysis/stat_verdict.h"
#include "tests/support/near.h"

/* Hogarty & Kromrey (1999): delta and Cliff's interval for 10 treated and 6 controls. */
static void test_published_delta(void **state)
{
    const int64_t treated[5] = {2, 3, 3, 1, 1}, control[5] = {1, 1, 1, 2, 1};
    struct stat_counts a = stat_counts_of(treated, 5), b = stat_counts_of(control, 5);
    struct stat_cliff c = stat_rank_cliff(&a, &b, 0.95);

    (void)state;
    assert_near(c.delta.x, -0.25, 1e-15);
    assert_near(c.unbiased_t.low, -0.7265846, 1e-7);
    assert_near(c.unbiased_t.high, 0.3890062, 1e-7);
    assert_int_equal(c.more + c.less + c.ties, 60);
}

/* The sign turns with the groups; the size does not. */
static void test_turned(void **state)
{
    const int64_t x[4] = {2, 5, 21, 34}, y[4] = {6, 14, 38, 30};
    struct stat_counts a = stat_counts_of(x, 4), b = stat_counts_of(y, 4);
    struct stat_cliff forth = stat_rank_cliff(&a, &b, 0.95), back = stat_rank_cliff(&b, &a, 0.95);

    (void)state;
    assert_near(forth.delta.x, -back.delta.x, 1e-15);
    assert_near(forth.variance_unbiased, back.variance_unbiased, 1e-13);
    assert_near(forth.unbiased_t.low, -back.unbiased_t.high, 1e-12);
    assert_near(stat_rank_mann_whitney(&a, &b).p, stat_rank_mann_whitney(&b, &a).p, 1e-13);
    assert_near(stat_rank_brunner_munzel(&a, &b).statistic, -stat_rank_brunner_munzel(&b, &a).statistic,
                1e-13);
}

static void test_no_value(void **state)
{
    const int64_t top[4] = {0, 0, 0, 7}, low[4] = {5, 0, 0, 0}, one[4] = {0, 1, 0, 0}, none[4] = {0, 0, 0, 0};
    struct stat_counts t = stat_counts_of(top, 4), l = stat_counts_of(low, 4), o = stat_counts_of(one, 4),
                       n = stat_counts_of(none, 4);
    struct stat_cliff c;

    (void)state;
    assert_int_equal(stat_rank_mann_whitney(&t, &t).state, STAT_UNDEFINED);
    assert_int_equal(stat_rank_mann_whitney(&t, &n).state, STAT_TOO_FEW);
    c = stat_rank_cliff(&t, &t, 0.95);
    assert_int_equal(c.delta.state, STAT_OK);
    assert_near(c.delta.x, 0, 0);
    c = stat_rank_cliff(&t, &l, 0.95);
    assert_near(c.delta.x, 1, 0);
    assert_int_equal(c.unbiased_t.state, STAT_UNDEFINED);
    c = stat_rank_cliff(&t, &o, 0.95);
    assert_int_equal(c.delta.state, STAT_OK);
    assert_int_equal(c.unbiased_t.state, STAT_TOO_FEW);
    assert_int_equal(stat_rank_cliff(&n, &t, 0.95).delta.state, STAT_TOO_FEW);
    assert_int_equal(stat_rank_brunner_munzel(&t, &l).state, STAT_UNDEFINED);
    assert_int_equal(stat_rank_odds(&t, &l).state, STAT_UNDEFINED);
    assert_int_equal(stat_rank_odds_ties_half(&t, &t).state, STAT_OK);
}

static void test_verdict(void **state)
{
    struct stat_cliff big = {.unbiased_t = stat_range_ok(0.2, 0.5)},
                      wide = {.unbiased_t = stat_range_ok(0.01, 0.5)};
    struct stat_cliff apart = {.delta = stat_ok(-1), .unbiased_t = stat_range_none(STAT_UNDEFINED)};

    (void)state;
    assert_int_equal(stat_verdict(stat_ok(0.001), stat_ok(0.01), &big), STAT_VERDICT_CLEAR);
    assert_int_equal(stat_verdict(stat_ok(0.001), stat_ok(0.01), &wide), STAT_VERDICT_POSSIBLE);
    assert_int_equal(stat_verdict(stat_ok(0.001), stat_ok(0.01), &apart), STAT_VERDICT_CLEAR);
    assert_int_equal(stat_verdict(stat_ok(0.03), stat_ok(0.2), &big), STAT_VERDICT_POSSIBLE);
    assert_int_equal(stat_verdict(stat_ok(0.05), stat_ok(0.2), &big), STAT_VERDICT_NONE);
    assert_int_equal(stat_verdict(stat_none(STAT_TOO_FEW), stat_ok(0.2), &big), STAT_VERDICT_TOO_FEW);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_published_delta),
        cmocka_unit_test(test_turned),
        cmocka_unit_test(test_no_value),
        cmocka_unit_test(test_verdict),
    };

    stat_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
