/* Goal: the one-factor model finds the maximum, also where a unique variance turns negative. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analysis/stat_omega.h"
#include "tests/support/near.h"

/* n copies of a covariance matrix that whole numbers can carry: means 0, divisor n. */
struct built {
    int64_t sum[6], product[36];
    struct stat_products p;
};

static void build(struct built *b, size_t items, const int64_t *s, int64_t n)
{
    *b = (struct built){.p = {.n = n, .items = items}};
    b->p.sum = b->sum;
    b->p.product = b->product;
    for (size_t i = 0; i < items * items; i++)
        b->product[i] = s[i] * n;
}

/* Three items are just identified: loading_1^2 = s12 s13 / s23. */
static void test_three_items(void **state)
{
    const int64_t s[9] = {20, 6, 8, 6, 15, 12, 8, 12, 30};
    struct built b;
    struct stat_omega w;

    (void)state;
    build(&b, 3, s, 50);
    w = stat_omega(&b.p);
    assert_int_equal(w.state, STAT_OK);
    assert_near(w.loading[0], 2, 1e-9);
    assert_near(w.loading[1], 3, 1e-9);
    assert_near(w.loading[2], 4, 1e-9);
    assert_near(w.unique[2], 14, 1e-9);
    assert_near(w.omega, 81.0 / (81 + 16 + 6 + 14), 1e-9);
    assert_false(w.improper);
}

/* s12 s13 / s23 = 24 > s11 = 20: Heywood. */
static void test_heywood(void **state)
{
    const int64_t s[9] = {20, 12, 12, 12, 30, 6, 12, 6, 30};
    struct built b;
    struct stat_omega w;

    (void)state;
    build(&b, 3, s, 50);
    w = stat_omega(&b.p);
    assert_int_equal(w.state, STAT_OK);
    assert_true(w.improper);
    assert_near(w.unique[0], -4, 1e-6);
}

/* ln|Sigma| + tr(S Sigma^-1) of the one-factor model by the matrix determinant lemma and Sherman-Morrison. */
static double discrepancy(const int64_t *s, size_t k, const double *loading, const double *unique)
{
    double c = 1, log_det = 0, trace = 0, quadratic = 0;

    for (size_t i = 0; i < k; i++) {
        c += loading[i] * loading[i] / unique[i];
        log_det += log(unique[i]);
        trace += (double)s[i * k + i] / unique[i];
        for (size_t j = 0; j < k; j++)
            quadratic += loading[i] / unique[i] * (double)s[i * k + j] * loading[j] / unique[j];
    }
    return log_det + log(c) + trace - quadratic / c;
}

/* A matrix that no factor fits exactly: moving any parameter either way makes it worse. */
static void test_maximum(void **state)
{
    const int64_t s[25] = {66, 49, 44, 43, 12, 49, 76, 50, 34, 20, 44, 50, 66,
                           31, 25, 43, 34, 31, 49, 18, 12, 20, 25, 18, 80};
    struct built b;
    struct stat_omega w;
    double best;

    (void)state;
    build(&b, 5, s, 88);
    w = stat_omega(&b.p);
    assert_int_equal(w.state, STAT_OK);
    best = discrepancy(s, 5, w.loading, w.unique);
    for (size_t i = 0; i < 10; i++) {
        double *par = i < 5 ? &w.loading[i] : &w.unique[i - 5], was = *par;

        for (int side = -1; side <= 1; side += 2) {
            *par = was * (1 + side * 1e-4);
            assert_true(discrepancy(s, 5, w.loading, w.unique) > best);
        }
        *par = was;
    }
}

static void test_no_value(void **state)
{
    const int64_t still[9] = {0, 0, 0, 0, 15, 12, 0, 12, 30};
    struct built b;

    (void)state;
    build(&b, 3, still, 50);
    assert_int_equal(stat_omega(&b.p).state, STAT_UNDEFINED);
    assert_int_equal(stat_cronbach_alpha_standardised(&b.p).state, STAT_UNDEFINED);
    assert_int_equal(stat_cronbach_alpha(&b.p).state, STAT_OK);
    b.p.items = 2;
    assert_int_equal(stat_omega(&b.p).state, STAT_TOO_FEW);
    b.p.items = 3;
    b.p.n = 1;
    assert_int_equal(stat_cronbach_alpha(&b.p).state, STAT_TOO_FEW);
    assert_int_equal(stat_alpha_feldt(&b.p, 0.95).state, STAT_TOO_FEW);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_three_items),
        cmocka_unit_test(test_heywood),
        cmocka_unit_test(test_maximum),
        cmocka_unit_test(test_no_value),
    };

    stat_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
