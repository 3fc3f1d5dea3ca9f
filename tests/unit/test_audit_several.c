/* Goal: the attacker finds what several tables tell together (two releases, compare's rest, answers that came
 * late), and nothing where there is nothing to find. The municipalities are so small that the answer is known
 * by hand. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/audit_check.h"

static const struct csv_style ROUNDED = {.excel = false}, EXCEL = {.excel = true};

/* ---- several tables -------------------------------------------------------------------------------------
 */

/* Two releases of one school. Neither tells of 4B; both together do. */
static void scene_halves(struct scene *first, struct scene *second, struct csv_style style)
{
    scene_init(first, SCENE_PROGRESSION, ROUNDED);
    scene_shown(first, SCENE_UNIT(U1), counts(3, 3, 6, 6, 0, 0));
    scene_withheld(first, SCENE_CLASS(U1, "4A"), 6, "suppressed");
    scene_withheld(first, SCENE_CLASS(U1, "4B"), 6, "suppressed");
    scene_shown(first, SCENE_CLASS(U1, "4C"), counts(2, 0, 3, 1, 0, 0));
    scene_init(second, SCENE_PROGRESSION, style);
    scene_withheld(second, SCENE_UNIT(U1), 18, "suppressed");
    scene_shown(second, SCENE_CLASS(U1, "4A"), counts(1, 1, 2, 2, 0, 0));
    scene_withheld(second, SCENE_CLASS(U1, "4B"), 6, "suppressed");
    scene_withheld(second, SCENE_CLASS(U1, "4C"), 6, "suppressed");
}

static void test_two_releases(void **state)
{
    struct scene first, second;
    struct audit_run r;

    (void)state;
    scene_halves(&first, &second, EXCEL);

    attack(&r, &first, NULL);
    assert_clean(&r);
    audit_run_fini(&r);
    attack(&r, &second, NULL);
    assert_clean(&r);
    audit_run_fini(&r);
    attack(&r, &first, &second);
    assert_int_equal(r.worlds.count, 1);
    assert_count(&r, "unit " U1 ", class 4B", 2, 2, AUDIT_BY_ROWS);
    audit_run_fini(&r);
    scene_fini(&first);
    scene_fini(&second);
}

/* The rest beside 4B is 4A, which is withheld everywhere. */
static void test_rest(void **state)
{
    struct scene progression, compare;
    struct audit_run r;

    (void)state;
    scene_init(&progression, SCENE_PROGRESSION, ROUNDED);
    scene_withheld(&progression, SCENE_UNIT(U1), 14, "suppressed");
    scene_withheld(&progression, SCENE_CLASS(U1, "4A"), 6, "suppressed");
    scene_shown(&progression, SCENE_CLASS(U1, "4B"), counts(1, 1, 2, 4, 0, 0));
    scene_init(&compare, SCENE_COMPARE, ROUNDED);
    scene_withheld(&compare, SCENE_CLASS(U1, "4A"), 6, "suppressed");
    scene_beside(&compare, SCENE_CLASS(U1, "4B"), counts(1, 1, 2, 4, 0, 0), counts(0, 2, 2, 2, 0, 0));

    attack(&r, &progression, NULL);
    assert_clean(&r);
    audit_run_fini(&r);
    attack(&r, &progression, &compare);
    assert_count(&r, "unit " U1 ", class 4A", 2, 2, AUDIT_BY_ROWS);
    assert_count(&r, "unit " U1 ", class 4A", 4, 2, AUDIT_BY_ROWS);
    assert_mean(&r, "unit " U1 ", class 4A", 3, 1e-9, AUDIT_BY_ROWS);
    audit_run_fini(&r);
    scene_fini(&progression);
    scene_fini(&compare);
}

/* Compare alone does not tell how many options there are: a note says what was assumed. */
static void test_compare_alone(void **state)
{
    struct scene s;
    struct audit_run r;

    (void)state;
    scene_init(&s, SCENE_COMPARE, ROUNDED);
    scene_withheld(&s, SCENE_CLASS(U1, "4A"), 6, "suppressed");
    scene_beside(&s, SCENE_CLASS(U1, "4B"), counts(1, 1, 2, 4, 0, 0), counts(0, 2, 2, 2, 0, 0));
    attack(&r, &s, NULL);
    assert_mean(&r, "unit " U1 ", class 4A", 3, 1e-9, AUDIT_BY_ROWS);
    assert_int_equal(r.notes.count, 1);
    assert_non_null(strstr(r.notes.text[0], "9 assumed"));
    audit_run_fini(&r);
    scene_fini(&s);
}

/* ---- both audiences -------------------------------------------------------------------------------------
 */

static struct scene_who klass(const char *unit, const char *name, const char *grade)
{
    struct scene_who who = SCENE_CLASS(unit, name);

    who.grade = grade;
    return who;
}

/* The one in grade 4 who chose option 1 is in 4A, since nobody of the other school did. */
static void add_two_schools(struct scene *s, const char *status_of_4a)
{
    scene_init(s, SCENE_PROGRESSION, ROUNDED);
    scene_shown(s, SCENE_WHO("municipality", "", "grade", "4"), counts(1, 6, 6, 6, 0, 0));
    scene_shown(s, SCENE_WHO("municipality", "", "grade", "5"), counts(1, 8, 8, 8, 0, 0));
    scene_shown(s, SCENE_UNIT(U1), counts(2, 6, 6, 6, 0, 0));
    scene_withheld(s, klass(U1, "4A", "4"), 7, status_of_4a);
    scene_withheld(s, klass(U1, "5A", "5"), 13, "suppressed");
    scene_shown(s, SCENE_UNIT(U2), counts(0, 8, 8, 8, 0, 0));
    scene_withheld(s, klass(U2, "4B", "4"), 12, "suppressed");
    scene_withheld(s, klass(U2, "5B", "5"), 12, "suppressed");
}

/* Everybody may see groups of ten and more: there too_few says nothing of fewer than five. The tables of both
 * audiences are one version, and 4A is of more than a few. */
static void test_public(void **state)
{
    struct scene internal, public;
    struct audit_run r;

    (void)state;
    add_two_schools(&internal, "suppressed");
    add_two_schools(&public, "too_few");
    for (int i = 0; i < 2; i++) {
        const struct audit_finding *f;

        attack(&r, i == 0 ? &internal : &public, i == 0 ? &public : NULL);
        assert_int_equal(r.worlds.count, 1);
        assert_int_equal(r.notes.count, 0);
        f = scene_finding(&r, "unit " U1 ", class 4A", AUDIT_OF_OPTION, 1);
        assert_non_null(f);
        assert_true(f->least == 1 && f->most == 1);
        assert_int_equal(f->verdict, AUDIT_KNOWN);
        assert_clean(&r);
        audit_run_fini(&r);
    }
    scene_fini(&internal);
    scene_fini(&public);
}

/* How many the boys are is not told: too_few says that they are fewer than the ten of 4A. */
static void test_few_untold(void **state)
{
    struct scene s;
    struct audit_run r;

    (void)state;
    scene_init(&s, SCENE_PROGRESSION, ROUNDED);
    scene_shown(&s, SCENE_UNIT(U1), counts(20, 5, 5, 10, 0, 0));
    scene_withheld(&s, SCENE_GENDER(U1, "flicka"), -1, "suppressed");
    scene_withheld(&s, SCENE_GENDER(U1, "pojke"), -1, "too_few");
    scene_shown(&s, SCENE_CLASS(U1, "4A"), counts(3, 2, 2, 3, 0, 0));
    scene_shown(&s, SCENE_CLASS(U1, "4B"), counts(17, 3, 3, 7, 0, 0));
    attack(&r, &s, NULL);
    assert_open(&r, "unit " U1 ", gender pojke", 1, 0, 9);
    assert_open(&r, "unit " U1 ", gender pojke", 2, 0, 5);
    audit_run_fini(&r);
    scene_fini(&s);
}

/* ---- answers that came between two releases -------------------------------------------------------------
 */

static void add_school(struct scene *s, struct scene_counts a)
{
    const struct scene_counts b = counts(2, 3, 4, 7, 1, 1);

    scene_shown(s, SCENE_UNIT(U1),
                counts(a.option[0] + b.option[0], a.option[1] + b.option[1], a.option[2] + b.option[2],
                       a.option[3] + b.option[3], a.dont_know + b.dont_know, a.none + b.none));
    scene_shown(s, SCENE_CLASS(U1, "4A"), a);
    scene_shown(s, SCENE_CLASS(U1, "4B"), b);
}

static void late(struct audit_run *r, struct scene_counts before, struct scene_counts after)
{
    struct scene first, second;

    scene_init(&first, SCENE_PROGRESSION, ROUNDED);
    add_school(&first, before);
    scene_init(&second, SCENE_PROGRESSION, ROUNDED);
    add_school(&second, after);
    attack(r, &first, &second);
    assert_int_equal(r->worlds.count, 2);
    assert_int_equal(r->notes.count, 1);
    scene_fini(&first);
    scene_fini(&second);
}

static void test_late_answers(void **state)
{
    struct audit_run r;

    (void)state;
    late(&r, counts(1, 2, 3, 6, 1, 0), counts(1, 3, 3, 6, 2, 0));
    assert_count(&r, "unit " U1 ", class 4A, the answers that version 2 adds to 1", 2, 1, AUDIT_BY_ROWS);
    assert_count(&r, "unit " U1 ", class 4A, the answers that version 2 adds to 1", 0, 1, AUDIT_BY_ROWS);
    assert_count(&r, "unit " U1 ", the answers that version 2 adds to 1", 2, 1, AUDIT_BY_ROWS);
    audit_run_fini(&r);

    late(&r, counts(1, 2, 3, 6, 1, 0), counts(2, 4, 4, 8, 1, 0)); /* six came */
    assert_clean(&r);
    audit_run_fini(&r);
}

/* One answer was another: as many responded, so only the rows differ. */
static void test_late_correction(void **state)
{
    struct audit_run r;
    const struct audit_finding *f;

    (void)state;
    late(&r, counts(1, 2, 3, 6, 1, 0), counts(1, 2, 2, 7, 1, 0));
    f = scene_finding(&r, "unit " U1 ", class 4A, the answers that version 2 adds to 1", AUDIT_OF_OPTION, 3);
    assert_non_null(f);
    assert_true(f->least == -1 && f->how == AUDIT_BY_RELEASE && f->verdict == AUDIT_DETERMINED);
    audit_run_fini(&r);
}

/* Six girls came between two releases, and then girls are shown. */
static void add_release(struct scene *progression, struct scene *comparison, bool girls_shown)
{
    const struct scene_who girls = SCENE_WHO("municipality", "", "gender", "flicka"),
                           boys = SCENE_WHO("municipality", "", "gender", "pojke");
    const struct scene_counts of_girls = counts(2, 3, 4, 5, 0, 0), of_boys = counts(1, 2, 4, 5, 0, 0);
    struct scene *both[] = {progression, comparison};

    scene_init(progression, SCENE_PROGRESSION, ROUNDED);
    scene_init(comparison, SCENE_COMPARE, ROUNDED);
    for (size_t i = 0; i < 2; i++) {
        const struct scene_who everybody = i == 0 ? SCENE_ALL : SCENE_UNIT(U1);

        if (girls_shown)
            scene_shown(progression, everybody, counts(3, 5, 8, 10, 0, 0));
        else
            scene_withheld(progression, everybody, 20, "suppressed");
    }
    for (size_t i = 0; i < 2; i++) {
        if (girls_shown)
            scene_shown(both[i], girls, of_girls);
        else
            scene_withheld(both[i], girls, -1, "suppressed");
        scene_shown(both[i], boys, of_boys);
    }
}

/* The later comparison agrees with each release's figures. It is of that which shows what it shows, in
 * whatever order the tables of a release come. */
static void test_late_comparison(void **state)
{
    struct scene progression[2], comparison[2];

    (void)state;
    for (size_t i = 0; i < 2; i++)
        add_release(&progression[i], &comparison[i], i == 1);
    for (size_t order = 0; order < 3; order++) {
        const struct scene *const tables[][4] = {
            {&progression[0], &comparison[0], &progression[1], &comparison[1]},
            {&comparison[0], &progression[0], &comparison[1], &progression[1]},
            {&progression[0], &progression[1], &comparison[0], &comparison[1]}};
        struct audit_run r;

        scene_attack(&r, tables[order], 4, 5);
        assert_int_equal(r.worlds.count, 2);
        assert_int_equal(r.effort.contradictions, 0);
        for (size_t file = 0; file < 4; file++) {
            const bool later =
                tables[order][file] == &progression[1] || tables[order][file] == &comparison[1];

            assert_true(r.worlds.at[later].from[file] && !r.worlds.at[!later].from[file]);
        }
        assert_clean(&r);
        audit_run_fini(&r);
    }
    for (size_t i = 0; i < 2; i++) {
        scene_fini(&progression[i]);
        scene_fini(&comparison[i]);
    }
}

/* Both tables of a release for one audience: of girls, so many of three questions are shown. */
static void add_audience(struct scene *progression, struct scene *comparison, int responses, int shown)
{
    static const char *const QUESTIONS[] = {"q1", "q2", "q3"};
    const struct scene_who girls = SCENE_WHO("municipality", "", "gender", "flicka");

    scene_init(progression, SCENE_PROGRESSION, ROUNDED);
    scene_init(comparison, SCENE_COMPARE, ROUNDED);
    for (int i = 0; i < 3; i++) {
        progression->question = comparison->question = QUESTIONS[i];
        scene_withheld(progression, SCENE_ALL, responses, "suppressed");
        if (i < shown) {
            scene_shown(progression, girls, counts(2, 3, 4, 5, 0, 0));
            scene_shown(comparison, girls, counts(2, 3, 4, 5, 0, 0));
        } else {
            scene_withheld(progression, girls, -1, "suppressed");
            scene_withheld(comparison, girls, -1, "suppressed");
        }
    }
}

/* A comparison for everybody shows less than the progression for principals, of the release it belongs to
 * too: it is of the one whose progression for everybody shows the same. */
static void test_late_comparison_for_everybody(void **state)
{
    enum { RELEASES = 2, TABLES = 4 };
    struct scene s[RELEASES * TABLES];
    const struct scene *tables[RELEASES * TABLES];
    struct audit_run r;

    (void)state;
    for (int i = 0; i < RELEASES; i++) {
        add_audience(&s[2 * i], &s[4 + 2 * i], 20 + 6 * i, i == 0 ? 3 : 0);
        add_audience(&s[2 * i + 1], &s[4 + 2 * i + 1], 20 + 6 * i, i == 0 ? 1 : 0);
    }
    for (int i = 0; i < RELEASES * TABLES; i++)
        tables[i] = &s[i];
    scene_attack(&r, tables, RELEASES * TABLES, K);
    assert_int_equal(r.worlds.count, RELEASES);
    for (int file = 0; file < RELEASES * TABLES; file++)
        assert_true(r.worlds.at[file % 4 / 2].from[file]);
    audit_run_fini(&r);
    for (int i = 0; i < RELEASES * TABLES; i++)
        scene_fini(&s[i]);
}

/* A comparison that fits both releases alike is of the one that it was given with. */
static void test_late_comparison_of_either(void **state)
{
    const struct scene_who boys = SCENE_WHO("municipality", "", "gender", "pojke");
    const struct scene_counts of_boys = counts(1, 2, 4, 5, 0, 0);
    const struct scene *tables[4];
    struct scene s[4];
    struct audit_run r;

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        scene_init(&s[i], i % 2 == 0 ? SCENE_PROGRESSION : SCENE_COMPARE, ROUNDED);
        if (i % 2 == 0)
            scene_withheld(&s[i], SCENE_ALL, i == 0 ? 20 : 26, "suppressed");
        scene_shown(&s[i], boys, of_boys);
        tables[i] = &s[i];
    }
    scene_attack(&r, tables, 4, 5);
    assert_int_equal(r.worlds.count, 2);
    for (size_t file = 0; file < 4; file++)
        assert_true(r.worlds.at[file / 2].from[file]);
    audit_run_fini(&r);
    for (size_t i = 0; i < 4; i++)
        scene_fini(&s[i]);
}

/* Answers came to one school; of the other the two releases tell together what neither tells alone. */
static void test_late_elsewhere(void **state)
{
    struct scene first, second;
    struct audit_run r;

    (void)state;
    scene_halves(&first, &second, ROUNDED);
    scene_shown(&first, SCENE_CLASS(U2, "5A"), counts(1, 2, 3, 6, 1, 0));
    scene_shown(&second, SCENE_CLASS(U2, "5A"), counts(2, 4, 4, 8, 1, 0));
    attack(&r, &first, &second);
    assert_int_equal(r.worlds.count, 2);
    assert_count(&r, "unit " U1 ", class 4B", 2, 2, AUDIT_BY_ROWS);
    audit_run_fini(&r);
    scene_fini(&first);
    scene_fini(&second);
}
int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_releases),
        cmocka_unit_test(test_rest),
        cmocka_unit_test(test_compare_alone),
        cmocka_unit_test(test_public),
        cmocka_unit_test(test_few_untold),
        cmocka_unit_test(test_late_answers),
        cmocka_unit_test(test_late_correction),
        cmocka_unit_test(test_late_comparison),
        cmocka_unit_test(test_late_comparison_of_either),
        cmocka_unit_test(test_late_comparison_for_everybody),
        cmocka_unit_test(test_late_elsewhere),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
