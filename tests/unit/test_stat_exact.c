/* Goal: exact tests give the published p-values, and what counting every table or every draw gives. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analysis/stat_exact.h"
#include "analysis/stat_fisher.h"
#include "tests/support/near.h"

static double fisher(const int64_t *n, size_t rows, size_t columns)
{
    struct stat_table t = {.n = n, .rows = rows, .columns = columns};
    struct stat_fisher f = stat_fisher_exact(&t);

    assert_int_equal(f.state, STAT_OK);
    assert_true(f.counted);
    return f.p;
}

/* Fisher's (1935) lady with the tea, two-sided 34/70; Agresti's (2002, p. 57) job satisfaction, p = .7827;
 * and the same table turned and with an empty column. */
static void test_published(void **state)
{
    const int64_t tea[] = {3, 1, 1, 3};
    const int64_t job[] = {1, 3, 10, 6, 2, 3, 10, 7, 1, 6, 14, 12, 0, 1, 9, 11};
    const int64_t turned[] = {1, 2, 1, 0, 3, 3, 6, 1, 10, 10, 14, 9, 6, 7, 12, 11};
    const int64_t empty[] = {3, 0, 1, 1, 0, 3};

    (void)state;
    assert_near(fisher(tea, 2, 2), 34.0 / 70, 1e-13);
    assert_near(fisher(job, 4, 4), 0.7827, 5e-5 / 0.7827);
    assert_near(fisher(job, 4, 4), fisher(turned, 4, 4), 1e-11);
    assert_near(fisher(empty, 2, 3), 34.0 / 70, 1e-13);
}

/* Random tables of a school's size, as R 4.2.2's fisher.test has them. */
static void test_moderate(void **state)
{
    static const struct {
        size_t rows, columns;
        int64_t n[60];
        double p;
    } TABLES[] = {
        {4, 5, {2, 0, 2, 10, 8, 0, 2, 3, 16, 11, 0, 2, 4, 13, 5, 1, 2, 4, 12, 6}, 0.77993921006243},
        {4, 4, {0, 3, 14, 19, 1, 7, 18, 8, 1, 5, 22, 24, 4, 1, 27, 24}, 0.0379054803966344},
        {4, 4, {2, 2, 11, 13, 0, 1, 4, 5, 1, 6, 12, 28, 1, 1, 17, 16}, 0.456376922772161},
        {3, 6, {10, 4, 8, 1, 8, 9, 7, 1, 3, 0, 5, 3, 5, 5, 5, 0, 12, 4}, 0.666893783675408},
        {2,
         30,
         {1, 2, 2, 0, 2, 1, 1, 1, 1, 2, 2, 1, 1, 0, 1, 5, 0, 0, 0, 5, 2, 0, 1, 2, 4, 1, 4, 1, 2, 1,
          1, 0, 2, 1, 2, 1, 1, 0, 1, 2, 1, 0, 2, 1, 0, 2, 2, 0, 0, 3, 1, 0, 2, 1, 0, 1, 4, 0, 1, 2},
         0.971727074422385},
        {5, 4, {0, 3, 4, 9, 0, 6, 24, 6, 1, 1, 10, 16, 2, 1, 6, 4, 1, 3, 26, 17}, 0.00470601624829164},
        {4, 6, {2, 2, 2, 6, 4, 7, 11, 0, 1, 9, 5, 1, 5, 2, 2, 4, 1, 5, 5, 3, 1, 7, 2, 3}, 0.147017135869232},
        {10,
         4,
         {0, 2, 1, 6, 0, 3, 5, 7, 1, 0, 6, 2, 0, 0, 5, 5, 2, 2, 8, 7,
          0, 0, 0, 4, 0, 2, 2, 6, 0, 1, 1, 3, 0, 0, 3, 4, 1, 2, 5, 4},
         0.513945664732897},
    };

    (void)state;
    for (size_t i = 0; i < sizeof TABLES / sizeof *TABLES; i++)
        assert_near(fisher(TABLES[i].n, TABLES[i].rows, TABLES[i].columns), TABLES[i].p, 1e-9);
}

/* R takes partial tables for one that differ by less than 3e-7, and is 1e-6 and 2e-9 off here: the first is
 * every table of these margins counted in a plain loop. */
static void test_nearly_as_probable(void **state)
{
    const int64_t n[] = {6, 26, 106, 73, 3, 9, 58, 53, 2, 21, 62, 81};
    const int64_t m[] = {0, 3, 5, 30, 29, 0, 1, 7, 27, 16, 1, 4, 6, 18, 18, 2, 2, 10, 20, 17};

    (void)state;
    assert_near(fisher(n, 3, 4), 0.0611379812744024, 1e-11);
    assert_near(fisher(m, 4, 5), 0.411044651421399, 1e-8);
}

static double choose(int64_t n, int64_t k)
{
    double c = 1;

    for (int64_t i = 1; i <= k; i++)
        c = c * (double)(n - k + i) / (double)i;
    return k < 0 || k > n ? 0 : c;
}

/* Every 2x2 table up to 12 persons, against the hypergeometric distribution. */
static void test_all_small(void **state)
{
    (void)state;
    for (int64_t code = 0; code < 4 * 4 * 4 * 4; code++) {
        const int64_t n[4] = {code % 4, code / 4 % 4, code / 16 % 4, code / 64};
        int64_t row = n[0] + n[1], column = n[0] + n[2], all = row + n[2] + n[3];
        double observed = choose(column, n[0]) * choose(all - column, n[1]), p = 0;

        if (row == 0 || row == all || column == 0 || column == all)
            continue;
        for (int64_t x = 0; x <= row; x++) {
            double w = choose(column, x) * choose(all - column, row - x);

            p += w <= observed * (1 + 1e-7) ? w : 0;
        }
        assert_near(fisher(n, 2, 2), p / choose(all, row), 1e-12);
    }
}

static void test_undefined(void **state)
{
    const int64_t one_column[] = {3, 0, 4, 0}, none[] = {0, 0, 0, 0};
    struct stat_table t = {.n = one_column, .rows = 2, .columns = 2};

    (void)state;
    assert_int_equal(stat_fisher_exact(&t).state, STAT_UNDEFINED);
    assert_int_equal(stat_fisher_simulate(&t, 10, 1).state, STAT_UNDEFINED);
    assert_int_equal(stat_table_chisq(&t).state, STAT_UNDEFINED);
    t.n = none;
    assert_int_equal(stat_table_chisq(&t).state, STAT_TOO_FEW);
    assert_int_equal(stat_table_min_expected(&t).state, STAT_TOO_FEW);
    assert_int_equal(stat_fisher_association(&t, 1).state, STAT_TOO_FEW);
}

/* 100,000 draws come within four standard errors of the exact p; the same seed gives the same. */
static void test_simulated(void **state)
{
    const int64_t n[] = {0, 2, 9, 11, 3, 6, 9, 4, 1, 1, 7, 14};
    struct stat_table t = {.n = n, .rows = 3, .columns = 4};
    double exact = stat_fisher_exact(&t).p, drawn = stat_fisher_simulate(&t, 100000, 7).p;

    (void)state;
    assert_true(fabs(drawn - exact) < 4 * sqrt(exact * (1 - exact) / 100000));
    assert_near(stat_fisher_simulate(&t, 100000, 7).p, drawn, 0);
    assert_int_equal(stat_fisher_association(&t, 7).method, STAT_ASSOCIATION_FISHER);
}

/* A table with more lines or persons than are counted through says so, and is simulated. */
static void test_too_large(void **state)
{
    int64_t n[11 * 11];
    const int64_t m[] = {2, 6, 23, 18, 2, 14, 43, 60, 0, 3, 41, 59, 6, 12, 59, 52};
    struct stat_table t = {.n = n, .rows = 11, .columns = 11};

    (void)state;
    for (size_t i = 0; i < 121; i++)
        n[i] = (int64_t)(i * i % 3);
    assert_false(stat_fisher_exact(&t).counted);
    assert_int_equal(stat_fisher_association(&t, 7).method, STAT_ASSOCIATION_SIMULATED);
    assert_int_equal(stat_fisher_association(&t, 7).state, STAT_OK);
    t = (struct stat_table){.n = m, .rows = 4, .columns = 4};
    assert_false(stat_fisher_exact(&t).counted);
}

/* So many persons that their factorials do not fit in the memory: it is said before any room is taken. */
static void test_far_too_large(void **state)
{
    const int64_t n[] = {1000000000, 900000000, 1, 1000000000, 1000000000, 2};
    const struct stat_table t = {.n = n, .rows = 2, .columns = 3};

    (void)state;
    assert_int_equal(stat_fisher_exact(&t).state, STAT_OK);
    assert_false(stat_fisher_exact(&t).counted);
    assert_int_equal(stat_fisher_simulate(&t, 10, 1).state, STAT_OK);
    assert_false(stat_fisher_simulate(&t, 10, 1).counted);
    assert_int_equal(stat_fisher_association(&t, 1).method, STAT_ASSOCIATION_SIMULATED);
    assert_int_equal(stat_fisher_association(&t, 1).state, STAT_UNDEFINED);
}

/* As many as are drawn at most, and one more. */
static void test_drawn_at_most(void **state)
{
    int64_t n[] = {499998, 2, 499997, 3};
    const struct stat_table t = {.n = n, .rows = 2, .columns = 2};

    (void)state;
    assert_true(stat_fisher_simulate(&t, 10, 1).counted);
    assert_true(stat_fisher_simulate(&t, 10, 1).p > 0);
    n[0]++;
    assert_false(stat_fisher_simulate(&t, 10, 1).counted);
}

/* All ways to choose 4 of 9 persons, counted one by one. */
static void test_permutation(void **state)
{
    const int64_t a[4] = {0, 1, 1, 2}, b[4] = {2, 2, 1, 0};
    const int score[9] = {1, 1, 2, 2, 2, 3, 3, 4, 4};
    struct stat_counts ca = stat_counts_of(a, 4), cb = stat_counts_of(b, 4);
    struct stat_permutation p = stat_exact_permutation(&ca, &cb, STAT_EXACT_MEAN);
    double all = 0, two = 0, lower = 0, upper = 0, expected = 22 * 4 / 9.0;

    (void)state;
    for (unsigned int set = 0; set < 512; set++) {
        int taken = 0, sum = 0;

        for (unsigned int i = 0; i < 9; i++) {
            taken += (set >> i & 1) != 0;
            sum += (set >> i & 1) != 0 ? score[i] : 0;
        }
        if (taken != 4)
            continue;
        all++;
        two += fabs(sum - expected) >= fabs(13 - expected) - 1e-9;
        lower += sum <= 13;
        upper += sum >= 13;
    }
    assert_true(p.exact);
    assert_near(p.two_sided, two / all, 1e-13);
    assert_near(p.lower, lower / all, 1e-13);
    assert_near(p.upper, upper / all, 1e-13);
    p = stat_exact_permutation(&cb, &ca, STAT_EXACT_MEAN);
    assert_near(p.two_sided, two / all, 1e-13);
    assert_near(p.lower, upper / all, 1e-13);
}

static void test_permutation_at_most(void **state)
{
    int64_t n[] = {1000000000, 1000000000, 1000000000, 1000000000}, few[] = {1, 2, 3, 4};
    const struct stat_counts many = {.n = n, .size = 4}, some = {.n = few, .size = 4};

    (void)state;
    assert_int_equal(stat_exact_permutation(&many, &many, STAT_EXACT_MIDRANK).state, STAT_UNDEFINED);
    n[1] = n[2] = n[3] = 0;
    assert_int_equal(stat_exact_permutation(&some, &many, STAT_EXACT_MIDRANK).state, STAT_UNDEFINED);
    n[0] -= 10;
    assert_int_equal(stat_exact_permutation(&some, &many, STAT_EXACT_MIDRANK).state, STAT_OK);
}

static void test_permutation_edges(void **state)
{
    const int64_t top[4] = {0, 0, 0, 7}, none[4] = {0, 0, 0, 0};
    int64_t many[400], more[400];
    struct stat_counts t = stat_counts_of(top, 4), n = stat_counts_of(none, 4);
    struct stat_counts a = stat_counts_of(many, 400), b = stat_counts_of(more, 400);
    struct stat_permutation p = stat_exact_permutation(&t, &t, STAT_EXACT_MEAN);

    (void)state;
    assert_near(p.two_sided, 1, 0);
    assert_near(p.lower, 1, 0);
    assert_int_equal(stat_exact_permutation(&t, &n, STAT_EXACT_MEAN).state, STAT_TOO_FEW);
    for (int64_t i = 0; i < 400; i++) {
        many[i] = 10 + i % 7;
        more[i] = 12 + i % 5;
    }
    p = stat_exact_permutation(&a, &b, STAT_EXACT_MIDRANK);
    assert_false(p.exact);
    assert_true(p.two_sided > 0 && p.two_sided <= 1);
    assert_near(p.lower + p.upper, 1, 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_published),
        cmocka_unit_test(test_all_small),
        cmocka_unit_test(test_moderate),
        cmocka_unit_test(test_nearly_as_probable),
        cmocka_unit_test(test_undefined),
        cmocka_unit_test(test_simulated),
        cmocka_unit_test(test_too_large),
        cmocka_unit_test(test_far_too_large),
        cmocka_unit_test(test_drawn_at_most),
        cmocka_unit_test(test_permutation),
        cmocka_unit_test(test_permutation_at_most),
        cmocka_unit_test(test_permutation_edges),
    };

    stat_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
