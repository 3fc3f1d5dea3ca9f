/* Goal: many groups, rounds and strata: what is known by other means, and a state where there is no figure.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analysis/stat_change.h"
#include "analysis/stat_classes.h"
#include "analysis/stat_response.h"
#include "analysis/stat_trend.h"
#include "analysis/stat_units.h"
#include "tests/support/near.h"

static struct stat_summary four(int64_t n1, int64_t n2, int64_t n3, int64_t n4)
{
    const int64_t n[4] = {n1, n2, n3, n4};
    struct stat_counts c = stat_counts_of(n, 4);

    return stat_summary_counts(&c);
}

/* With two groups the analysis of variance is Student's test squared, and Welch's is Welch's. */
static void test_two_groups(void **state)
{
    const struct stat_summary g[3] = {four(2, 5, 21, 34), four(0, 0, 0, 0), four(6, 14, 38, 30)};
    struct stat_anova a = stat_classes_anova(g, 3);
    struct stat_welch_anova w = stat_classes_welch(g, 3);
    struct stat_t_test s = stat_compare_student(&g[0], &g[2], 0.95),
                       t = stat_compare_welch(&g[0], &g[2], 0.95);

    (void)state;
    assert_int_equal(a.groups, 2);
    assert_near(a.f.x, s.t * s.t, 1e-12);
    assert_near(a.p.x, s.p, 1e-11);
    assert_near(w.f, t.t * t.t, 1e-12);
    assert_near(w.df2, t.df, 1e-12);
    assert_near(w.p, t.p, 1e-11);
}

static void test_groups_without_figure(void **state)
{
    const struct stat_summary alike[2] = {four(0, 0, 5, 0), four(0, 0, 0, 5)};
    const struct stat_summary singles[2] = {four(0, 0, 1, 0), four(0, 0, 0, 1)};
    struct stat_anova a = stat_classes_anova(alike, 2), one = stat_classes_anova(singles, 2);

    (void)state;
    assert_int_equal(a.f.state, STAT_UNDEFINED);
    assert_int_equal(a.p.state, STAT_UNDEFINED);
    assert_near(stat_classes_icc1(&a).x, 1, 0);
    assert_int_equal(stat_classes_icc1_interval(&a, 0.95).state, STAT_UNDEFINED);
    assert_int_equal(stat_classes_welch(alike, 2).state, STAT_UNDEFINED);
    assert_int_equal(one.state, STAT_TOO_FEW);
    assert_int_equal(stat_classes_icc1(&one).state, STAT_TOO_FEW);
    assert_int_equal(stat_units_random(alike, 2).state, STAT_UNDEFINED);
    assert_int_equal(stat_units_random(singles, 2).state, STAT_TOO_FEW);
    assert_int_equal(stat_units_random(alike, 1).state, STAT_TOO_FEW);
}

/* Equal units: nothing between them, and every shrunken mean is the common one. A unit without answers has
 * none. */
static void test_equal_units(void **state)
{
    const struct stat_summary u[3] = {four(1, 2, 3, 4), four(2, 4, 6, 8), four(0, 0, 0, 0)};
    struct stat_random_effects r = stat_units_random(u, 3);
    struct stat_unit_effect e = stat_units_effect(&r, &u[0]);

    (void)state;
    assert_near(r.tau2, 0, 0);
    assert_near(r.i2, 0, 0);
    assert_near(e.shrunken, 3, 1e-14);
    assert_near(e.se, r.se, 1e-14);
    assert_int_equal(stat_units_effect(&r, &u[2]).state, STAT_TOO_FEW);
    assert_near(stat_units_funnel(&r, 25, 2, false).high - 3, 2 * sqrt(r.pooled_variance) / 5, 1e-13);
}

/* Units that differ by more than their answers explain; the figures are R's, from the formulas of DerSimonian
 * and Laird. */
static void test_overdispersed_funnel(void **state)
{
    const struct stat_summary u[4] = {four(2, 5, 21, 34), four(6, 14, 38, 30), four(9, 12, 10, 8),
                                      four(1, 2, 9, 20)};
    struct stat_random_effects r = stat_units_random(u, 4);
    struct stat_range two = stat_units_funnel(&r, 40, 2, true), three = stat_units_funnel(&r, 40, 3, true);

    (void)state;
    assert_near(r.pooled_variance, 0.76648516242689, 1e-12);
    assert_near(r.q, 36.8944579506994, 1e-12);
    assert_near(r.tau2, 0.165422709542602, 1e-12);
    assert_near(r.grand, 3.10407239819005, 1e-12);
    assert_near(two.low, 2.24480564425789, 1e-12);
    assert_near(two.high, 3.9633391521222, 1e-12);
    assert_near(three.low, 1.81517226729182, 1e-12);
}

/* The limits bracket the normal ones and close in as n grows; a share of 0 or 1 leaves no room. */
static void test_funnel_share(void **state)
{
    double before = 1;

    (void)state;
    for (int64_t n = 5; n <= 500; n += 5) {
        struct stat_range r = stat_units_funnel_share(0.9, n, 2);
        double half = 2 * sqrt(0.09 / (double)n);

        assert_true(r.low >= 0 && r.low < 0.9 && r.high <= 1);
        assert_true(fabs(r.low - (0.9 - half)) < 1.0 / (double)n);
        assert_true(r.high - r.low < before + 1.0 / (double)n);
        before = r.high - r.low;
    }
    assert_near(stat_units_funnel_share(1, 9, 2).low, 1, 0);
    assert_int_equal(stat_units_funnel_share(0.5, 0, 2).state, STAT_TOO_FEW);
}

static void test_trend(void **state)
{
    struct stat_trend_round r[6];
    struct stat_trend_slope s;
    double octobers;

    (void)state;
    for (int i = 0; i < 6; i++)
        r[i] = (struct stat_trend_round){
            .years = i / 2.0, .april = i % 2 == 1, .summary = four(20 - 2 * i, 30, 30, 20 + 2 * i)};
    s = stat_trend_slope(r, 6);
    assert_int_equal(s.state, STAT_OK);
    assert_true(s.slope > 0.1 && s.p < 0.05);
    assert_near(stat_trend_interval(&s, 0.95).low, s.slope - 1.95996398454005 * s.se, 1e-12);
    assert_false(s.scaled); /* the points lie closer to the line than their own uncertainty */
    s = stat_trend_slope(r, 5);
    assert_int_equal(s.state, STAT_TOO_FEW);
    assert_int_equal(stat_trend_interval(&s, 0.95).state, STAT_TOO_FEW);
    assert_int_equal(stat_trend_line(r, 2, true).state, STAT_TOO_FEW);
    for (int i = 0; i < 6; i++)
        r[i].april = false; /* Octobers alone: a line without the April term */
    assert_int_equal(stat_trend_line(r, 6, true).state, STAT_UNDEFINED);
    assert_false(stat_trend_seasons(r, 6));
    assert_int_equal(stat_trend_slope(r, 6).state, STAT_OK);
    octobers = stat_trend_slope(r, 6).slope;
    for (int i = 0; i < 6; i++)
        r[i].april = true; /* Aprils alone: the same line */
    assert_false(stat_trend_seasons(r, 6));
    assert_near(stat_trend_slope(r, 6).slope, octobers, 0);
    r[3].summary = four(0, 0, 9, 0);
    assert_int_equal(stat_trend_slope(r, 6).state, STAT_UNDEFINED);
    r[3].summary = four(0, 0, 1, 0);
    assert_int_equal(stat_trend_slope(r, 6).state, STAT_TOO_FEW);
    assert_int_equal(stat_trend_kendall(r, 1).z.state, STAT_UNDEFINED);
}

/* The same classes twice: their own differences alone count. */
static void test_paired_classes(void **state)
{
    const struct stat_summary october[5] = {four(4, 8, 6, 2), four(2, 4, 8, 6), four(0, 2, 6, 12),
                                            four(6, 6, 6, 2), four(0, 0, 0, 0)};
    const struct stat_summary april[5] = {four(3, 7, 7, 3), four(1, 4, 8, 7), four(0, 1, 6, 13),
                                          four(5, 6, 6, 3), four(1, 1, 1, 1)};
    struct stat_t_test paired = stat_change_classes(october, april, 5, 0.95);
    struct stat_t_test apart = stat_compare_welch(&april[0], &october[0], 0.95);

    (void)state;
    assert_int_equal(paired.state, STAT_OK);
    assert_near(paired.df, 3, 0);
    /* by hand: .2, .15, .1 and .15 */
    assert_near(paired.diff.x, 0.15, 1e-12);
    assert_true(paired.p < apart.p);
    assert_int_equal(stat_change_classes(october, april, 3, 0.95).state, STAT_TOO_FEW);
}

static void test_change_grid(void **state)
{
    const struct stat_summary october = four(4, 11, 30, 22), april = four(3, 8, 28, 31),
                              alike = four(0, 0, 9, 0);
    struct stat_change c = stat_change_grid(&october, &april, 78, 0.95);
    size_t tested, rejected = stat_change_rejected(&c, &c.welch, 0.05, &tested);

    (void)state;
    assert_int_equal(tested, 12);
    assert_true(rejected > 0 && rejected < 12); /* the conclusion depends on what is not known */
    c = stat_change_grid(&alike, &alike, 9, 0.95);
    assert_int_equal(stat_change_rejected(&c, &c.welch, 0.05, &tested), 0);
    assert_int_equal(tested, 0);
    assert_int_equal(c.cell[0].p.state, STAT_UNDEFINED);
    c = stat_change_grid(&october, &april, 10, 0.95); /* fewer enrolled than answers */
    assert_true(c.least >= 0 && c.chance <= c.most);
}

static void test_response(void **state)
{
    struct stat_stratum s[2] = {{.population = 20, .summary = four(1, 2, 3, 4)},
                                {.population = 10, .summary = four(0, 0, 1, 0)}};
    struct stat_poststratified p = stat_response_poststratified(s, 2);

    (void)state;
    assert_near(p.mean.x, 3, 1e-14);
    assert_int_equal(p.se_process.state, STAT_TOO_FEW); /* one answer has no variance */
    s[1].population = 1;                                /* seen whole: then it needs none */
    assert_int_equal(stat_response_poststratified(s, 2).se_fpc.state, STAT_OK);
    s[1].summary = four(0, 0, 0, 0);
    assert_int_equal(stat_response_poststratified(s, 2).mean.state, STAT_TOO_FEW);
    assert_int_equal(stat_response_poststratified(s, 2).shift.state, STAT_TOO_FEW);
    s[0].population = 10;
    s[1] = s[0];
    assert_int_equal(stat_response_homogeneity(s, 2).state, STAT_UNDEFINED); /* all answered */
    assert_near(stat_response_r_indicator(s, 2).x, 1, 0);
}

/* 70 % is enough, and 50 % is not too low; more answers than pupils, and pupils not known, are enough. */
static void test_response_rate(void **state)
{
    (void)state;
    assert_int_equal(stat_response_of(7, 10), STAT_RESPONSE_ENOUGH);
    assert_int_equal(stat_response_of(69, 100), STAT_RESPONSE_LOW);
    assert_int_equal(stat_response_of(5, 10), STAT_RESPONSE_LOW);
    assert_int_equal(stat_response_of(49, 99), STAT_RESPONSE_LOWER);
    assert_int_equal(stat_response_of(0, 1), STAT_RESPONSE_LOWER);
    assert_int_equal(stat_response_of(11, 10), STAT_RESPONSE_ENOUGH);
    assert_int_equal(stat_response_of(3, 0), STAT_RESPONSE_ENOUGH);
    assert_int_equal(stat_response_of(3, -1), STAT_RESPONSE_ENOUGH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_groups),     cmocka_unit_test(test_groups_without_figure),
        cmocka_unit_test(test_equal_units),    cmocka_unit_test(test_overdispersed_funnel),
        cmocka_unit_test(test_funnel_share),   cmocka_unit_test(test_trend),
        cmocka_unit_test(test_paired_classes), cmocka_unit_test(test_change_grid),
        cmocka_unit_test(test_response),       cmocka_unit_test(test_response_rate),
    };

    stat_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
