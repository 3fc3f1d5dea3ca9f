/* Goal: means and their differences, from few answers to many, with a state where there is no figure. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analysis/stat_compare.h"
#include "tests/support/near.h"

static struct stat_summary four(int64_t n1, int64_t n2, int64_t n3, int64_t n4)
{
    const int64_t n[4] = {n1, n2, n3, n4};
    struct stat_counts c = stat_counts_of(n, 4);

    return stat_summary_counts(&c);
}

/* The same persons as counts, on a grid and as values. */
static void test_three_ways(void **state)
{
    int64_t grid[37] = {0};
    double values[6] = {1.5, 1.5, 2 + 1.0 / 12, 4, 4, 4};
    struct stat_counts c = stat_counts_grid(grid, 37, 12);
    struct stat_summary by_grid, by_value;

    (void)state;
    grid[6] = 2;
    grid[13] = 1;
    grid[36] = 3;
    by_grid = stat_summary_counts(&c);
    by_value = stat_summary_values(values, 6);
    assert_int_equal(by_grid.n, by_value.n);
    assert_near(by_grid.mean, by_value.mean, 1e-15);
    assert_near(by_grid.ss, by_value.ss, 1e-14);
}

static void test_few(void **state)
{
    struct stat_summary none = four(0, 0, 0, 0), one = four(0, 0, 1, 0), alike = four(0, 0, 0, 7);

    (void)state;
    assert_int_equal(stat_mean(&none).state, STAT_TOO_FEW);
    assert_near(stat_mean(&one).x, 3, 0);
    assert_int_equal(stat_sd(&one).state, STAT_TOO_FEW);
    assert_int_equal(stat_sd(&alike).state, STAT_OK);
    assert_near(stat_sd(&alike).x, 0, 0);
    assert_int_equal(stat_compare_welch(&one, &alike, 0.95).state, STAT_TOO_FEW);
    assert_int_equal(stat_compare_welch(&one, &alike, 0.95).diff.state, STAT_OK);
    assert_int_equal(stat_compare_welch(&alike, &alike, 0.95).state, STAT_UNDEFINED);
    assert_int_equal(stat_cohen_d(&alike, &alike).state, STAT_UNDEFINED);
}

/* One group without variance: Welch is then the one-sample t test of the other. */
static void test_one_alike(void **state)
{
    struct stat_summary a = four(1, 2, 3, 4), b = four(0, 0, 0, 9);
    struct stat_t_test w = stat_compare_welch(&a, &b, 0.95);

    (void)state;
    assert_near(w.df, 9, 1e-15);
    assert_near(w.t, -1 / (1.0 / 3), 1e-14);
}

/* Twice the design effect is half the answers. */
static void test_design_effect(void **state)
{
    struct stat_summary a = four(10, 20, 30, 40), b = four(20, 20, 30, 30);
    struct stat_t_test plain = stat_compare_welch(&a, &b, 0.95);
    struct stat_t_test design = stat_compare_welch_design(&a, &b, 4, 4, 0.95);

    (void)state;
    assert_near(design.se, 2 * plain.se, 1e-14);
    assert_true(design.df < plain.df / 3);
    assert_true(design.p > plain.p);
}

/* The power at the detectable difference, by the noncentral approximation it stands for: t at 80 % is
 * t_{.975} plus t_{.8}, so a true difference of that size is found four times of five. */
static void test_detectable(void **state)
{
    struct stat_summary a = four(10, 20, 30, 40), b = four(20, 20, 30, 30), alike = four(0, 0, 9, 0);
    struct stat_value d = stat_detectable(&a, &b, 0.05, 0.8);

    (void)state;
    assert_near(d.x / stat_compare_welch(&a, &b, 0.95).se, 2.8154, 2e-3);
    assert_int_equal(stat_detectable(&alike, &alike, 0.05, 0.8).state, STAT_UNDEFINED);
}

/* g over d is J, to the last places however many there are; 22 digits of 50-digit arithmetic. The series
 * takes over at 100 degrees of freedom. */
static void test_hedges_factor(void **state)
{
    static const struct {
        int64_t df;
        double j;
    } FACTORS[] = {{2, 0.5641895835477562869481},        {3, 0.723601254558267659363},
                   {4, 0.7978845608028653558799},        {5, 0.8407486824596893048967},
                   {9, 0.9138748917925522665057},        {20, 0.9619445337407487269636},
                   {57, 0.9867744000089332526227},       {98, 0.9923240874205952973384},
                   {99, 0.9924018511144228601736},       {100, 0.9924780549814448666008},
                   {101, 0.992552745487461879353},       {102, 0.9926259672708548575475},
                   {343, 0.9978115499940808347189},      {1000, 0.9992497811797163675181},
                   {390000, 0.999998076921638723338},    {1200000, 0.9999993749998480902371},
                   {30000000, 0.9999999749999997569444}, {150000000, 0.9999999949999999902778},
                   {1000000000000, 0.99999999999925}};

    (void)state;
    for (size_t i = 0; i < sizeof FACTORS / sizeof *FACTORS; i++) {
        const struct stat_summary a = {.n = FACTORS[i].df, .mean = 3, .ss = (double)FACTORS[i].df},
                                  b = {.n = 2, .mean = 2};

        assert_near(stat_hedges_g(&a, &b).x / stat_cohen_d(&a, &b).x, FACTORS[i].j, 1e-14);
    }
}

/* J(v) J(v+1) sqrt(v (v+1)) is v-1, since Gamma(x+1) is x Gamma(x). */
static void test_hedges_neighbours(void **state)
{
    double before = 0;

    (void)state;
    for (int64_t df = 2; df < 1000; df++) {
        const struct stat_summary a = {.n = df, .mean = 3, .ss = 1}, b = {.n = 2, .mean = 2};
        const double j = stat_hedges_g(&a, &b).x / stat_cohen_d(&a, &b).x, v = (double)df;

        if (df > 2)
            assert_near(before * j * sqrt((v - 1) * v), v - 2, 2e-14);
        before = j;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_three_ways),        cmocka_unit_test(test_few),
        cmocka_unit_test(test_one_alike),         cmocka_unit_test(test_design_effect),
        cmocka_unit_test(test_detectable),        cmocka_unit_test(test_hedges_factor),
        cmocka_unit_test(test_hedges_neighbours),
    };

    stat_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
