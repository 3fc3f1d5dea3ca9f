/* Goal: the attacker finds what can be found, each way by itself (adding and subtracting, bounds, other
 * units, two releases, compare's rest, changes, answers that came late), and nothing where there is nothing
 * to find. The municipalities are so small that the answer is known by hand. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/audit_scene.h"

#define U1 "10000001"
#define U2 "10000002"

enum { K = 5 };

static const struct csv_style ROUNDED = {.excel = false}, EXCEL = {.excel = true}, EXACT = {.precise = true};

static struct scene_counts counts(int a, int b, int c, int d, int dont_know, int none)
{
    return (struct scene_counts){{a, b, c, d}, dont_know, none};
}

static void attack(struct audit_run *r, const struct scene *a, const struct scene *b)
{
    const struct scene *const tables[] = {a, b};

    scene_attack(r, tables, b == NULL ? 1 : 2, K);
}

static void assert_count(const struct audit_run *r, const char *who, int option, int value,
                         enum audit_how how)
{
    const struct audit_finding *f =
        scene_finding(r, who, option == 0 ? AUDIT_OF_DONT_KNOW : AUDIT_OF_OPTION, option);

    assert_non_null(f);
    assert_true(f->least == value && f->most == value);
    assert_int_equal(f->verdict, value == 0 ? AUDIT_ZERO : AUDIT_DETERMINED);
    assert_int_equal(f->how, how);
}

static void assert_open(const struct audit_run *r, const char *who, int option, int least, int most)
{
    const struct audit_finding *f = scene_finding(r, who, AUDIT_OF_OPTION, option);

    assert_non_null(f);
    assert_true(f->least == least && f->most == most);
    assert_int_equal(f->verdict, AUDIT_OPEN);
}

static void assert_mean(const struct audit_run *r, const char *who, double mean, double within,
                        enum audit_how how)
{
    const struct audit_finding *f = scene_finding(r, who, AUDIT_OF_MEAN, 0);

    assert_non_null(f);
    assert_true(f->least >= mean - within && f->most <= mean + within);
    assert_int_equal(f->verdict, AUDIT_DETERMINED);
    assert_int_equal(f->how, how);
}

static void assert_clean(struct audit_run *r)
{
    struct err e = ERR_INIT;

    if (r->findings.verdicts[AUDIT_DETERMINED] > 0) {
        for (size_t i = 0; i < r->findings.count; i++) {
            if (r->findings.at[i].verdict == AUDIT_DETERMINED)
                print_error("%s: %d %d is %g\n", r->findings.at[i].who, (int)r->findings.at[i].what,
                            r->findings.at[i].option, r->findings.at[i].least);
        }
    }
    assert_int_equal(r->findings.verdicts[AUDIT_DETERMINED], 0);
    assert_true(audit_run_verdict(r, &e));
}

/* ---- within one table -----------------------------------------------------------------------------------
 */

static void add_last_class(struct scene *s)
{
    scene_shown(s, SCENE_UNIT(U1), counts(1, 3, 5, 9, 1, 0));
    scene_shown(s, SCENE_CLASS(U1, "4A"), counts(1, 2, 3, 6, 1, 0));
    scene_withheld(s, SCENE_CLASS(U1, "4B"), 6, "suppressed");
}

/* Rounded to two decimals, as Excel has it, and to 15 digits: the same. */
static void test_last_class(void **state)
{
    const struct csv_style *const styles[] = {&ROUNDED, &EXCEL, &EXACT};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct scene s;
        struct audit_run r;
        struct err e = ERR_INIT;

        scene_init(&s, SCENE_PROGRESSION, *styles[i]);
        add_last_class(&s);
        attack(&r, &s, NULL);
        assert_count(&r, "unit " U1 ", class 4B", 1, 0, AUDIT_BY_ROWS);
        assert_count(&r, "unit " U1 ", class 4B", 2, 1, AUDIT_BY_ROWS);
        assert_count(&r, "unit " U1 ", class 4B", 3, 2, AUDIT_BY_ROWS);
        assert_count(&r, "unit " U1 ", class 4B", 4, 3, AUDIT_BY_ROWS);
        assert_count(&r, "unit " U1 ", class 4B", 0, 0, AUDIT_BY_ROWS);
        assert_mean(&r, "unit " U1 ", class 4B", 20.0 / 6, 1e-9, AUDIT_BY_ROWS);
        assert_false(audit_run_verdict(&r, &e));
        assert_int_equal(e.kind, ERR_CONFLICT);
        assert_string_equal(e.text, "4 withheld figures can be computed, such as 2026-10 form, q: unit " U1
                                    ", class 4B: option 2 has 1");
        audit_run_fini(&r);
        scene_fini(&s);
    }
}

static void add_genders(struct scene *s)
{
    scene_shown(s, SCENE_UNIT(U1), counts(1, 3, 5, 9, 1, 0));
    scene_shown(s, SCENE_GENDER(U1, "flicka"), counts(0, 1, 2, 5, 1, 0));
    scene_shown(s, SCENE_GENDER(U1, "pojke"), counts(1, 1, 3, 3, 0, 0));
    scene_withheld(s, SCENE_GENDER(U1, "annat"), -1, "too_few");
    scene_shown(s, SCENE_CLASS(U1, "4A"), counts(1, 3, 5, 9, 1, 0));
}

/* Neither girls nor boys: two pupils in no row of the table. */
static void test_gender_by_subtraction(void **state)
{
    const struct scene *table;
    struct scene s;
    struct audit_run r;

    (void)state;
    scene_init(&s, SCENE_PROGRESSION, ROUNDED);
    add_genders(&s);
    attack(&r, &s, NULL);
    assert_count(&r, "unit " U1 ": annat+ej sagt", 2, 1, AUDIT_BY_ROWS);
    assert_count(&r, "unit " U1 ": annat+ej sagt", 4, 1, AUDIT_BY_ROWS);
    assert_open(&r, "unit " U1 ", gender annat", 2, 0, 1);
    assert_int_equal(r.findings.verdicts[AUDIT_DETERMINED], 2);
    audit_run_fini(&r);

    table = &s;
    scene_attack(&r, &table, 1, 2); /* where groups of two are shown, it is none */
    assert_int_equal(r.findings.verdicts[AUDIT_DETERMINED], 0);
    audit_run_fini(&r);
    scene_fini(&s);
}

/* The two are in no row. Nobody of 4A chose option 3, so the one who did is in 4B. */
static void test_gender_of_a_class(void **state)
{
    struct scene s;
    struct audit_run r;

    (void)state;
    scene_init(&s, SCENE_PROGRESSION, ROUNDED);
    scene_shown(&s, SCENE_UNIT(U1), counts(2, 3, 5, 9, 0, 0));
    scene_shown(&s, SCENE_GENDER(U1, "flicka"), counts(1, 2, 2, 4, 0, 0));
    scene_shown(&s, SCENE_GENDER(U1, "pojke"), counts(1, 1, 2, 4, 0, 0));
    scene_shown(&s, SCENE_CLASS(U1, "4A"), counts(2, 3, 0, 5, 0, 0));
    scene_shown(&s, SCENE_CLASS(U1, "4B"), counts(0, 0, 5, 4, 0, 0));
    attack(&r, &s, NULL);
    assert_count(&r, "unit " U1 ": ej sagt", 3, 1, AUDIT_BY_ROWS);
    assert_count(&r, "unit " U1 ": 4B ej sagt", 3, 1, AUDIT_BY_BOUNDS);
    assert_null(scene_finding(&r, "unit " U1 ": 4B ej sagt", AUDIT_OF_OPTION, 4));
    assert_null(scene_finding(&r, "unit " U1 ": 4A ej sagt", AUDIT_OF_OPTION, 4));
    audit_run_fini(&r);
    scene_fini(&s);
}

/* All of the school chose the same: no sum of rows is about 4A, but its counts can not be otherwise. */
static void test_bounds(void **state)
{
    struct scene s;
    struct audit_run r;

    (void)state;
    scene_init(&s, SCENE_PROGRESSION, ROUNDED);
    scene_shown(&s, SCENE_UNIT(U1), counts(0, 0, 0, 12, 0, 0));
    scene_withheld(&s, SCENE_CLASS(U1, "4A"), 6, "suppressed");
    scene_withheld(&s, SCENE_CLASS(U1, "4B"), 6, "suppressed");
    scene_shown(&s, SCENE_UNIT(U2), counts(1, 2, 3, 6, 1, 2)); /* tells that there are four options */
    attack(&r, &s, NULL);
    assert_count(&r, "unit " U1 ", class 4A", 4, 6, AUDIT_BY_BOUNDS);
    assert_count(&r, "unit " U1 ", class 4B", 4, 6, AUDIT_BY_BOUNDS);
    assert_mean(&r, "unit " U1 ", class 4A", 4, 1e-6, AUDIT_BY_BOUNDS);
    assert_count(&r, "unit " U1 ", class 4A", 1, 0, AUDIT_BY_BOUNDS);
    audit_run_fini(&r);
    scene_fini(&s);
}

/* So many of 4A must have answered option 4 at least, and at most: told, but no leak. */
static void test_open_bounds(void **state)
{
    struct scene s;
    struct audit_run r;

    (void)state;
    scene_init(&s, SCENE_PROGRESSION, ROUNDED);
    scene_shown(&s, SCENE_UNIT(U1), counts(3, 5, 9, 20, 2, 1));
    scene_withheld(&s, SCENE_CLASS(U1, "4A"), 25, "suppressed");
    scene_withheld(&s, SCENE_CLASS(U1, "4B"), 15, "suppressed");
    attack(&r, &s, NULL);
    assert_open(&r, "unit " U1 ", class 4A", 4, 5, 20);
    assert_open(&r, "unit " U1 ", class 4B", 4, 0, 15);
    assert_open(&r, "unit " U1 ", class 4B", 1, 0, 3);
    assert_clean(&r);
    audit_run_fini(&r);
    scene_fini(&s);
}

static void test_small_row_shown(void **state)
{
    struct scene s;
    struct audit_run r;
    const struct audit_finding *f;

    (void)state;
    scene_init(&s, SCENE_PROGRESSION, ROUNDED);
    scene_shown(&s, SCENE_UNIT(U1), counts(1, 3, 5, 9, 1, 9));
    scene_shown(&s, SCENE_CLASS(U1, "4A"), counts(1, 1, 0, 2, 0, 9)); /* 13 responded, 4 to this question */
    attack(&r, &s, NULL);
    f = scene_finding(&r, "unit " U1 ", class 4A", AUDIT_OF_N, 0);
    assert_non_null(f);
    assert_true(f->least == 4 && f->how == AUDIT_BY_SHOWING);
    audit_run_fini(&r);
    scene_fini(&s);
}

/* An index: only means can follow, and they do when they are exact. */
static void test_index(void **state)
{
    struct scene s;
    struct audit_run r;

    (void)state;
    scene_init(&s, SCENE_PROGRESSION, EXACT);
    s.question = "";
    add_last_class(&s);
    attack(&r, &s, NULL);
    assert_mean(&r, "unit " U1 ", class 4B", 20.0 / 6, 1e-6, AUDIT_BY_ROWS);
    assert_null(scene_finding(&r, "unit " U1 ", class 4B", AUDIT_OF_OPTION, 2));
    audit_run_fini(&r);
    scene_fini(&s);
}

/* ---- across units ---------------------------------------------------------------------------------------
 */

static void test_other_units(void **state)
{
    struct scene s;
    struct audit_run r;

    (void)state;
    scene_init(&s, SCENE_PROGRESSION, ROUNDED);
    scene_shown(&s, SCENE_ALL, counts(2, 5, 8, 14, 2, 0));
    scene_shown(&s, SCENE_UNIT(U1), counts(1, 3, 5, 9, 1, 0));
    scene_withheld(&s, SCENE_UNIT(U2), 12, "suppressed");
    attack(&r, &s, NULL);
    assert_count(&r, "unit " U2, 4, 5, AUDIT_BY_ROWS);
    assert_count(&r, "unit " U2, 0, 1, AUDIT_BY_ROWS);
    audit_run_fini(&r);
    scene_fini(&s);
}

/* The area's row less the other unit; what is not in the area does not matter. */
static void test_area(void **state)
{
    static const struct scene_who NORTH = {.level = "area", .unit = "", .kind = "all", .group = "Norra"};
    static const struct scene_who FIRST = {
        .level = "unit", .unit = U1, .kind = "all", .group = "", .area = "Norra"};
    static const struct scene_who SECOND = {
        .level = "unit", .unit = U2, .kind = "all", .group = "", .area = "Norra"};
    static const struct scene_who THIRD = {
        .level = "unit", .unit = "10000003", .kind = "all", .group = "", .area = "Södra"};
    struct scene s;
    struct audit_run r;

    (void)state;
    scene_init(&s, SCENE_PROGRESSION, ROUNDED);
    scene_withheld(&s, SCENE_ALL, 41, "suppressed");
    scene_shown(&s, NORTH, counts(2, 5, 8, 14, 2, 0));
    scene_shown(&s, FIRST, counts(1, 3, 5, 9, 1, 0));
    scene_withheld(&s, SECOND, 12, "suppressed");
    scene_withheld(&s, THIRD, 10, "suppressed");
    attack(&r, &s, NULL);
    assert_count(&r, "unit " U2, 4, 5, AUDIT_BY_ROWS);
    assert_open(&r, "unit 10000003", 4, 0, 10);
    audit_run_fini(&r);
    scene_fini(&s);
}

/* Grades of two units: the municipality's grade 4 less one unit's is the other's 4A. */
static void test_grades(void **state)
{
    static const struct scene_who GRADE = {
        .level = "municipality", .unit = "", .kind = "grade", .group = "4"};
    static const struct scene_who FIRST = {
        .level = "group", .unit = U1, .kind = "class", .group = "4A", .grade = "4"};
    static const struct scene_who SECOND = {
        .level = "group", .unit = U2, .kind = "class", .group = "Ekorren", .grade = "4"};
    static const struct scene_who FIVE = {
        .level = "group", .unit = U2, .kind = "class", .group = "Räven", .grade = "5"};
    struct scene s;
    struct audit_run r;

    (void)state;
    scene_init(&s, SCENE_PROGRESSION, ROUNDED);
    scene_withheld(&s, SCENE_ALL, 41, "suppressed");
    scene_shown(&s, GRADE, counts(2, 5, 8, 14, 2, 0));
    scene_shown(&s, FIRST, counts(1, 3, 5, 9, 1, 0));
    scene_withheld(&s, SECOND, 12, "suppressed");
    scene_withheld(&s, FIVE, 10, "suppressed");
    attack(&r, &s, NULL);
    assert_count(&r, "unit " U2 ", class Ekorren", 3, 3, AUDIT_BY_ROWS);
    assert_open(&r, "unit " U2 ", class Räven", 3, 0, 10);
    audit_run_fini(&r);
    scene_fini(&s);
}

/* A table without the column grade: the names tell, if the numbers bear them out. */
static void add_grade(struct scene *s, const char *shown, const char *withheld)
{
    static const struct scene_who FOUR = {.level = "unit", .unit = U1, .kind = "grade", .group = "4"};
    static const struct scene_who FIVE = {.level = "unit", .unit = U1, .kind = "grade", .group = "5"};

    scene_withheld(s, SCENE_UNIT(U1), 39, "suppressed");
    scene_shown(s, FOUR, counts(1, 3, 5, 9, 1, 0));
    scene_withheld(s, FIVE, 20, "suppressed");
    scene_shown(s, SCENE_CLASS(U1, shown), counts(1, 2, 3, 6, 1, 0));
    scene_withheld(s, SCENE_CLASS(U1, withheld), 6, "suppressed");
    scene_withheld(s, SCENE_CLASS(U1, "5A"), 20, "suppressed");
}

static void test_grade_by_name(void **state)
{
    struct scene s;
    struct audit_run r;

    (void)state;
    scene_init(&s, SCENE_OLD, ROUNDED);
    add_grade(&s, "4A", "4B");
    attack(&r, &s, NULL);
    assert_count(&r, "unit " U1 ", class 4B", 4, 3, AUDIT_BY_ROWS);
    assert_int_equal(r.notes.count, 0);
    audit_run_fini(&r);
    scene_fini(&s);

    scene_init(&s, SCENE_OLD, ROUNDED);
    add_grade(&s, "Ekorren", "Räven");
    attack(&r, &s, NULL);
    assert_open(&r, "unit " U1 ", class Räven", 4, 0, 6);
    assert_int_equal(r.notes.count, 2); /* of both grades it is not known who belongs to them */
    audit_run_fini(&r);
    scene_fini(&s);
}

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

/* ---- changes --------------------------------------------------------------------------------------------
 */

/* 4A is withheld in October; April's row tells its mean, 3.00 − (−0.33). */
static void test_change(void **state)
{
    struct scene s;
    struct audit_run r;

    (void)state;
    scene_init(&s, SCENE_PROGRESSION, ROUNDED);
    s.round = "2025-10";
    scene_withheld(&s, SCENE_CLASS(U1, "4A"), 6, "suppressed");
    scene_shown(&s, SCENE_CLASS(U1, "4B"), counts(1, 1, 2, 4, 0, 0));
    s.round = "2026-04";
    s.change = -1.0 / 3;
    scene_shown(&s, SCENE_CLASS(U1, "4A"), counts(1, 2, 3, 4, 0, 0));
    s.change = 0;
    scene_shown(&s, SCENE_CLASS(U1, "4B"), counts(1, 1, 2, 4, 0, 0));
    attack(&r, &s, NULL);
    assert_mean(&r, "unit " U1 ", class 4A", 20.0 / 6, 0.014, AUDIT_BY_CHANGE);
    audit_run_fini(&r);
    scene_fini(&s);
}

/* The same over the summer, where a class is another; and where shown rows speak against it. */
static void test_no_change(void **state)
{
    static const char *const ROUNDS[][2] = {{"2025-04", "2025-10"}, {"2025-10", "2026-04"}};

    (void)state;
    for (int i = 0; i < 2; i++) {
        struct scene s;
        struct audit_run r;

        scene_init(&s, SCENE_PROGRESSION, ROUNDED);
        s.round = ROUNDS[i][0];
        scene_withheld(&s, SCENE_CLASS(U1, "4A"), 6, "suppressed");
        scene_shown(&s, SCENE_CLASS(U1, "4B"), counts(1, 1, 2, 4, 0, 0));
        s.round = ROUNDS[i][1];
        s.change = -1.0 / 3;
        scene_shown(&s, SCENE_CLASS(U1, "4A"), counts(1, 2, 3, 4, 0, 0));
        s.change = 0.5; /* 4B had 3.13 then and has so now */
        scene_shown(&s, SCENE_CLASS(U1, "4B"), counts(1, 1, 2, 4, 0, 0));
        attack(&r, &s, NULL);
        assert_clean(&r);
        assert_int_equal(r.notes.count, i);
        audit_run_fini(&r);
        scene_fini(&s);
    }
}

/* A question worded anew carries on the old one, as the school's row shows. */
static void test_change_of_question(void **state)
{
    struct scene s;
    struct audit_run r;

    (void)state;
    scene_init(&s, SCENE_PROGRESSION, ROUNDED);
    s.round = "2025-10";
    scene_shown(&s, SCENE_UNIT(U1), counts(3, 5, 9, 20, 2, 1));
    scene_withheld(&s, SCENE_CLASS(U1, "4A"), 25, "suppressed");
    scene_withheld(&s, SCENE_CLASS(U1, "4B"), 15, "suppressed");
    s.round = "2026-04";
    s.question = "q-ny";
    s.change = 3.25 - 120.0 / 37;
    scene_shown(&s, SCENE_UNIT(U1), counts(1, 5, 8, 14, 0, 0)); /* 3.25 */
    s.change = -0.40;
    scene_shown(&s, SCENE_CLASS(U1, "4A"), counts(1, 2, 3, 4, 0, 0)); /* 3.00 */
    attack(&r, &s, NULL);
    assert_mean(&r, "unit " U1 ", class 4A", 3.40, 0.011, AUDIT_BY_CHANGE);
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

/* ---- tables that are none -------------------------------------------------------------------------------
 */

static void refuse(const char *text, const char *want)
{
    struct audit_run r;
    const struct audit_run_options o = {.attack = {.k = K}};
    struct err e = ERR_INIT;

    audit_run_init(&r);
    assert_false(audit_run_read(&r, "f", text, strlen(text), &e) && audit_run_attack(&r, &o, &e));
    if (strstr(e.text, want) == NULL)
        print_error("%s\n", e.text);
    assert_non_null(strstr(e.text, want));
    audit_run_fini(&r);
}

#define HEAD "round,unit_code,level,group_kind,group,form,dimension,question,responses,n,mean,sd,status\n"

static void test_refusals(void **state)
{
    (void)state;
    refuse("", "f:1: the file is empty");
    refuse("a,b\n1,2\n", "f:1: column 'round' is missing");
    refuse(HEAD "2026-10,1,unit,all,,f,d,q,9,8,2.5,x,value\n", "f:2: sd: not a number");
    refuse(HEAD "\n2026-10,1,unit,all,,f,d,q,9,8,2.5\n", "f:3: 11 cells where the header has 13");
    refuse(HEAD "2026-10,1,unit,all,,f,d,q,9,10,2.5,1,value\n", "f:2: n is larger than responses");
    refuse(HEAD "2026-10,1,unit,all,,f,d,q,9,1e99,2.5,1,value\n", "f:2: n: not a number of persons");
    refuse(HEAD "2026-10,1,unit,all,,f,d,q,9,8,0.5,1,value\n", "f:2: mean: not within its range");
    refuse(HEAD "2026-10,1,unit,some,x,f,d,q,9,8,2.5,1,value\n", "f:2: group_kind: unknown word 'some'");
    refuse(HEAD "2026-10,1,unit,all,,f,d,q,9,8,2.5,1,maybe\n", "f:2: status: unknown word 'maybe'");
    refuse(HEAD "2026-10,,unit,all,,f,d,q,9,8,2.5,1,value\n", "f:2: a unit's row without unit_code");
    refuse(HEAD "2026-10,1,unit,all,,f,d,\"q,9,8,2.5,1,value\n", "f:2: a quote that is never closed");
    refuse(HEAD "2026-10,1,unit,all,,f,d,q,9,8,2.5,1,value\n2026-10,1,unit,all,,f,d,q,9,7,2.5,1,value\n",
           "f:3: this row contradicts an earlier one of the same file");
    refuse("{\"rows\":[\n{\"round\":\"2026-10\"}]}", "f:2: column 'unit_code' is missing");
    refuse("{\"rows\":[\n3]}", "f:2: a row that is no object");
    refuse("{\"rows\":[\n{\"round\":\"2026-10\",]}", "f:2: not JSON");
    refuse("{\"table\":\"progression\"}", "f:1: no \"rows\"");
    refuse("{\"rows\":[]} 3", "f:1: something follows");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_last_class),
        cmocka_unit_test(test_gender_by_subtraction),
        cmocka_unit_test(test_gender_of_a_class),
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_open_bounds),
        cmocka_unit_test(test_small_row_shown),
        cmocka_unit_test(test_index),
        cmocka_unit_test(test_other_units),
        cmocka_unit_test(test_area),
        cmocka_unit_test(test_grades),
        cmocka_unit_test(test_grade_by_name),
        cmocka_unit_test(test_two_releases),
        cmocka_unit_test(test_rest),
        cmocka_unit_test(test_compare_alone),
        cmocka_unit_test(test_change),
        cmocka_unit_test(test_no_change),
        cmocka_unit_test(test_change_of_question),
        cmocka_unit_test(test_late_answers),
        cmocka_unit_test(test_late_correction),
        cmocka_unit_test(test_late_comparison),
        cmocka_unit_test(test_late_comparison_of_either),
        cmocka_unit_test(test_late_elsewhere),
        cmocka_unit_test(test_refusals),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
