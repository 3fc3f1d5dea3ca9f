/* Goal: a row that is shown though all in it answered alike, or nobody gave a good answer, is found, of
 * whatever size; and no row that only looks like it, rounded as it is. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "audit/audit_alike.h"
#include "audit/audit_report.h"
#include "tests/support/audit_check.h"

static const struct csv_style ROUNDED = {.excel = false}, EXACT = {.precise = true};

#define CLASS_4A "unit " U1 ", class 4A"

static void start(struct scene *s, const char *question, struct csv_style style)
{
    scene_init(s, SCENE_PROGRESSION, style);
    s->question = question;
    scene_shown(s, SCENE_UNIT(U2), counts(1, 2, 3, 6, 1, 2)); /* tells what scale it is */
}

/* What is said of 4A, which is shown with these answers: its finding of that kind, and no other. */
static void assert_told(const char *question, struct scene_counts c, struct csv_style style,
                        enum audit_what what, double x, const char *sentence)
{
    const struct audit_finding *f;
    struct err e = ERR_INIT;
    struct audit_run r;
    struct scene s;

    start(&s, question, style);
    scene_shown(&s, SCENE_CLASS(U1, "4A"), c);
    attack(&r, &s, NULL);
    f = scene_finding(&r, CLASS_4A, what, 0);
    assert_non_null(f);
    assert_true(f->least == x && f->most == x && f->how == AUDIT_BY_SHOWING);
    assert_int_equal(r.findings.verdicts[AUDIT_DETERMINED], 1);
    assert_false(audit_run_verdict(&r, &e));
    assert_int_equal(e.kind, ERR_CONFLICT);
    assert_non_null(strstr(e.text, sentence));
    audit_run_fini(&r);
    scene_fini(&s);
}

static void assert_nothing_told(const char *question, struct scene_counts c, struct csv_style style)
{
    struct audit_run r;
    struct scene s;

    start(&s, question, style);
    scene_shown(&s, SCENE_CLASS(U1, "4A"), c);
    attack(&r, &s, NULL);
    assert_clean(&r);
    audit_run_fini(&r);
    scene_fini(&s);
}

/* Who chose "vet ej", or nothing, is not among those who are told of. */
static void test_one_answer(void **state)
{
    (void)state;
    assert_told("q", counts(0, 0, 0, 26, 0, 0), ROUNDED, AUDIT_OF_ALIKE, 4,
                "a row is shown that is not to be: 2026-10 form, q: " CLASS_4A
                ": shown, and all 26 chose option 4");
    assert_told("q", counts(0, 0, 0, 26, 0, 0), EXACT, AUDIT_OF_ALIKE, 4, "all 26 chose option 4");
    assert_told("q", counts(0, 0, 5, 0, 4, 3), ROUNDED, AUDIT_OF_ALIKE, 3, "all 5 chose option 3");
    assert_told("q", counts(9, 0, 0, 0, 0, 0), ROUNDED, AUDIT_OF_ALIKE, 1, "all 9 chose option 1");
    assert_nothing_told("q", counts(0, 0, 1, 25, 0, 0), ROUNDED);
    assert_nothing_told("q", counts(0, 0, 5, 5, 0, 0), ROUNDED);
}

/* Of fewer than k it is that which is told. */
static void test_few(void **state)
{
    (void)state;
    assert_told("q", counts(0, 0, 0, 4, 0, 0), ROUNDED, AUDIT_OF_N, 4, "shown, and is of 4");
}

/* One of 45,000 answered otherwise: sd 0.0047 is printed as 0.00. With fewer it would be 0.01. */
static void test_rounded(void **state)
{
    (void)state;
    assert_nothing_told("q", counts(0, 0, 1, 45000, 0, 0), ROUNDED);
    assert_nothing_told("q", counts(0, 0, 0, 45000, 0, 0), ROUNDED);
    assert_told("q", counts(0, 0, 0, 35000, 0, 0), ROUNDED, AUDIT_OF_ALIKE, 4, "all 35000 chose option 4");
    assert_nothing_told("q", counts(0, 0, 1, 45000, 0, 0), EXACT);
    assert_told("q", counts(0, 0, 0, 45000, 0, 0), EXACT, AUDIT_OF_ALIKE, 4, "all 45000 chose option 4");
}

/* One good answer of 2,001 is a share of 0.000 too. */
static void test_nobody_good(void **state)
{
    (void)state;
    assert_told("q", counts(3, 4, 0, 0, 2, 0), ROUNDED, AUDIT_OF_GOOD, 0,
                CLASS_4A ": shown, and none of 7 gave a good answer");
    assert_told("q", counts(999, 1000, 0, 0, 0, 0), ROUNDED, AUDIT_OF_GOOD, 0, "none of 1999 gave");
    assert_nothing_told("q", counts(1000, 1000, 1, 0, 0, 0), ROUNDED);
    assert_nothing_told("q", counts(3, 4, 1, 0, 0, 0), ROUNDED);
}

/* A comparison has no shares, but its means and standard deviations tell how many chose what. */
static void test_nobody_good_by_counts(void **state)
{
    struct scene progression, compare;
    struct audit_run r;

    (void)state;
    start(&progression, "q", ROUNDED);
    scene_withheld(&progression, SCENE_CLASS(U1, "4A"), 7, "suppressed");
    scene_init(&compare, SCENE_COMPARE, ROUNDED);
    scene_shown(&compare, SCENE_CLASS(U1, "4A"), counts(3, 4, 0, 0, 0, 0));
    attack(&r, &progression, &compare);
    assert_non_null(scene_finding(&r, CLASS_4A, AUDIT_OF_GOOD, 0));
    audit_run_fini(&r);
    scene_fini(&progression);
    scene_fini(&compare);
}

/* Where no row tells of a good answer, the scale may have none. */
static void test_scale_without_good_answers(void **state)
{
    struct audit_run r;
    struct scene s;

    (void)state;
    scene_init(&s, SCENE_PROGRESSION, ROUNDED);
    scene_shown(&s, SCENE_CLASS(U1, "4A"), counts(3, 4, 0, 0, 0, 0));
    scene_shown(&s, SCENE_CLASS(U1, "4B"), counts(5, 6, 0, 0, 0, 0));
    attack(&r, &s, NULL);
    assert_clean(&r);
    audit_run_fini(&r);
    scene_fini(&s);
}

/* Both a row and the rest that a comparison puts beside it. */
static void test_rest(void **state)
{
    const struct audit_finding *f;
    struct audit_run r;
    struct scene s;

    (void)state;
    scene_init(&s, SCENE_COMPARE, ROUNDED);
    scene_withheld(&s, SCENE_CLASS(U1, "4B"), 8, "suppressed");
    scene_beside(&s, SCENE_CLASS(U1, "4A"), counts(1, 1, 2, 4, 0, 0), counts(0, 0, 8, 0, 0, 0));
    attack(&r, &s, NULL);
    f = scene_finding(&r, "the rest beside " CLASS_4A, AUDIT_OF_ALIKE, 0);
    assert_non_null(f);
    assert_true(f->least == 3 && f->how == AUDIT_BY_SHOWING);
    assert_null(scene_finding(&r, CLASS_4A, AUDIT_OF_ALIKE, 0));
    audit_run_fini(&r);
    scene_fini(&s);
}

/* ---- indexes --------------------------------------------------------------------------------------------
 */

static void test_index(void **state)
{
    (void)state;
    assert_told("", counts(0, 0, 0, 26, 0, 0), ROUNDED, AUDIT_OF_ALIKE, 4,
                "2026-10 form, trygghet: " CLASS_4A ": shown, and all 26 have 4.00");
    assert_nothing_told("", counts(0, 1, 25, 0, 0, 0), ROUNDED);
    assert_nothing_told("", counts(3, 4, 0, 0, 0, 0), ROUNDED); /* the questions would be withheld */
}

static enum audit_alike index_of(int questions, int n, double mean, double sd, double *score)
{
    const struct audit_scale s = {
        .index = true, .options = 4, .grid = questions == 6 ? 60 : 6, .questions = questions};
    const struct audit_cell c = {.n = {n, n},
                                 .mean = {mean - 0.005, mean + 0.005},
                                 .sd = {sd - 0.005, sd + 0.005},
                                 .index = AUDIT_ANY,
                                 .positive = AUDIT_ANY,
                                 .dont_know = AUDIT_ANY};

    return audit_alike(&s, &c, n, false, score);
}

/* Scores lie nearer each other the more questions there are: of six, 3.60 beside 3.67. */
static void test_scores(void **state)
{
    double score = 0;

    (void)state;
    assert_int_equal(index_of(3, 26, 3.5, 0, &score), AUDIT_ONE_ANSWER);
    assert_true(score == 3.5);
    assert_int_equal(index_of(3, 26, 3.67, 0, &score), AUDIT_ONE_ANSWER);
    assert_true(fabs(score - 11.0 / 3) < 1e-9);
    assert_int_equal(index_of(6, 26, 3.67, 0, &score), AUDIT_ONE_ANSWER);
    assert_int_equal(index_of(6, 200, 3.67, 0, &score), AUDIT_DIFFERENT);
    assert_int_equal(index_of(3, 200, 3.67, 0, &score), AUDIT_ONE_ANSWER);
    assert_int_equal(index_of(3, 26, 3.67, 0.07, &score), AUDIT_DIFFERENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_answer),
        cmocka_unit_test(test_few),
        cmocka_unit_test(test_rounded),
        cmocka_unit_test(test_nobody_good),
        cmocka_unit_test(test_nobody_good_by_counts),
        cmocka_unit_test(test_scale_without_good_answers),
        cmocka_unit_test(test_rest),
        cmocka_unit_test(test_index),
        cmocka_unit_test(test_scores),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
