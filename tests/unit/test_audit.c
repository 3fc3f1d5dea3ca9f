/* Goal: in one table the attacker finds what can be found, each way by itself (adding and subtracting,
 * bounds, other units), and nothing where there is nothing to find. The municipalities are so small that the
 * answer is known by hand. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "audit/audit_report.h"
#include "core/base/file.h"
#include "tests/support/audit_check.h"

static const struct csv_style ROUNDED = {.excel = false}, EXCEL = {.excel = true}, EXACT = {.precise = true};

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

/* The boy who chose option 1 is of the school of four: how many boys they are is not told, but surely few. */
static void test_few_by_bounds(void **state)
{
    struct scene s;
    struct audit_run r;

    (void)state;
    scene_init(&s, SCENE_PROGRESSION, ROUNDED);
    scene_withheld(&s, SCENE_ALL, 28, "suppressed");
    scene_shown(&s, SCENE_WHO("municipality", "", "gender", "pojke"), counts(1, 4, 4, 4, 0, 0));
    scene_withheld(&s, SCENE_UNIT(U1), 4, "too_few");
    scene_withheld(&s, SCENE_GENDER(U1, "pojke"), -1, "suppressed");
    scene_withheld(&s, SCENE_CLASS(U1, "4A"), 4, "too_few");
    scene_shown(&s, SCENE_UNIT(U2), counts(0, 8, 8, 8, 0, 0));
    scene_withheld(&s, SCENE_GENDER(U2, "pojke"), -1, "suppressed");
    scene_shown(&s, SCENE_CLASS(U2, "4A"), counts(0, 8, 8, 8, 0, 0));
    attack(&r, &s, NULL);
    assert_count(&r, "unit " U1 ", gender pojke", 1, 1, AUDIT_BY_BOUNDS);
    assert_open(&r, "unit " U1 ", gender pojke", 2, 0, 3);
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

/* What 4B can have moves the mean of the thousand of 4A by 0.018 only: known, and points at nobody. */
static void test_mean_of_many(void **state)
{
    const struct audit_finding *f;
    struct scene s;
    struct audit_run r;

    (void)state;
    scene_init(&s, SCENE_PROGRESSION, EXACT);
    scene_shown(&s, SCENE_UNIT(U1), counts(100, 200, 300, 406, 0, 0));
    scene_withheld(&s, SCENE_CLASS(U1, "4A"), 1000, "suppressed");
    scene_withheld(&s, SCENE_CLASS(U1, "4B"), 6, "suppressed");
    attack(&r, &s, NULL);
    f = scene_finding(&r, "unit " U1 ", class 4A", AUDIT_OF_MEAN, 0);
    assert_non_null(f);
    assert_true(fabs(f->most - f->least - 0.018) < 1e-6);
    assert_int_equal(f->verdict, AUDIT_KNOWN);
    assert_int_equal(r.findings.verdicts[AUDIT_KNOWN], 1);
    assert_open(&r, "unit " U1 ", class 4A", 1, 94, 100);
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

/* Not told, since too few answered, but no secret: it is to be had, and nothing is wrong with that. */
static void test_low_response(void **state)
{
    struct scene s;
    struct audit_run r;

    (void)state;
    scene_init(&s, SCENE_PROGRESSION, ROUNDED);
    scene_shown(&s, SCENE_UNIT(U1), counts(1, 3, 5, 9, 1, 0));
    scene_shown(&s, SCENE_CLASS(U1, "4A"), counts(1, 2, 3, 6, 1, 0));
    scene_withheld(&s, SCENE_CLASS(U1, "4B"), 6, "low_response");
    attack(&r, &s, NULL);
    assert_int_equal(r.notes.count, 0);
    assert_clean(&r);
    audit_run_fini(&r);
    scene_fini(&s);
}

/* A file that shows one row too many says nothing false by it: 4B, of four, has not fewer than three. */
static void test_too_few_beside_fewer(void **state)
{
    struct scene s;
    struct audit_run r;

    (void)state;
    scene_init(&s, SCENE_PROGRESSION, ROUNDED);
    scene_shown(&s, SCENE_UNIT(U1), counts(1, 1, 1, 4, 0, 0));
    scene_shown(&s, SCENE_CLASS(U1, "4A"), counts(1, 1, 1, 0, 0, 0));
    scene_withheld(&s, SCENE_CLASS(U1, "4B"), 4, "too_few");
    attack(&r, &s, NULL);
    assert_int_equal(r.notes.count, 0);
    assert_count(&r, "unit " U1 ", class 4B", 4, 4, AUDIT_BY_ROWS);
    audit_run_fini(&r);
    scene_fini(&s);
}

/* ---- the same table as JSON -----------------------------------------------------------------------------
 */

static void found_in(const char *path, struct buf *findings)
{
    const struct audit_run_options o = {.attack = {.k = K, .bounds = true}};
    struct audit_run r;
    struct err e = ERR_INIT;
    char *text = NULL;
    size_t bytes = 0;

    audit_run_init(&r);
    if (!file_read(path, 10000000, &text, &bytes, &e) || !audit_run_read(&r, path, text, bytes, &e) ||
        !audit_run_attack(&r, &o, &e))
        fail_msg("%s", e.text);
    assert_true(r.findings.count > 0);
    audit_report_csv(&r.findings, findings);
    audit_run_fini(&r);
    free(text);
}

/* What progression has written, a class's grade as a number: found is the same, in the same order. */
static void test_json(void **state)
{
    struct buf csv = BUF_INIT, json = BUF_INIT;

    (void)state;
    found_in("tests/golden/progression-unit-excel.csv", &csv);
    found_in("tests/golden/progression-unit.json", &json);
    assert_string_equal(buf_str(&json), buf_str(&csv));
    buf_fini(&csv);
    buf_fini(&json);
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

#define JSON_ROW                                                                                             \
    "{\"round\":\"2026-10\",\"unit_code\":\"1\",\"level\":\"unit\",\"group_kind\":\"all\",\"group\":null,"   \
    "\"form\":\"f\",\"dimension\":\"d\",\"question\":\"q\",\"responses\":9,\"n\":8,\"mean\":2.5,\"sd\":1,"   \
    "\"status\":\"value\""

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
    refuse("{\"rows\":[\n" JSON_ROW ",\"grade\":4.5}]}", "f:2: grade: not a whole number");
    refuse("{\"rows\":[\n" JSON_ROW ",\"area\":4}]}", "f:2: area: a number where a text should be");
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
        cmocka_unit_test(test_few_by_bounds),
        cmocka_unit_test(test_open_bounds),
        cmocka_unit_test(test_mean_of_many),
        cmocka_unit_test(test_small_row_shown),
        cmocka_unit_test(test_index),
        cmocka_unit_test(test_other_units),
        cmocka_unit_test(test_area),
        cmocka_unit_test(test_grades),
        cmocka_unit_test(test_grade_by_name),
        cmocka_unit_test(test_low_response),
        cmocka_unit_test(test_too_few_beside_fewer),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_refusals),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
