/* Goal: codes, names, grades and school years from a file are taken when right, refused with a reason when
 * wrong, and never cut or changed on the way in. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/domain/unit.h"

static void test_codes(void **state)
{
    static const char *const bad[] = {"",    "-1", "_a", "1234 5678", "12.3", "Å1", "123456789012345678901",
                                      "a\nb"};
    struct unit u = {0};
    struct err e = ERR_INIT;

    (void)state;
    assert_true(unit_set_code(&u, "00012345", &e));
    assert_string_equal(u.code, "00012345"); /* leading zeros stay */
    assert_true(unit_set_code(&u, "  Norra_skolan-1 ", &e));
    assert_string_equal(u.code, "Norra_skolan-1");
    assert_true(unit_set_code(&u, "12345678901234567890", &e));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        err_clear(&e);
        assert_false(unit_set_code(&u, bad[i], &e));
        assert_int_equal(e.kind, ERR_INPUT);
    }
    assert_string_equal(u.code, "12345678901234567890"); /* a refused value changes nothing */
}

static void test_names(void **state)
{
    struct unit u = {0};
    struct err e = ERR_INIT;
    char longest[UNIT_NAME_MAX_BYTES + 8] = "";

    (void)state;
    assert_true(unit_set_name(&u, "\xC2\xA0 Åsgårdens skola ", &e));
    assert_string_equal(u.name, "Åsgårdens skola");
    assert_true(unit_set_name(&u, "O'Brien \"x\"; <b>", &e));
    for (int i = 0; i < UNIT_NAME_MAX_CHARS; i++)
        strcat(longest, "\xF0\x9F\x98\x80");
    assert_true(unit_set_name(&u, longest, &e));
    assert_string_equal(u.name, longest);
    strcat(longest, "a");
    assert_false(unit_set_name(&u, longest, &e));
    assert_non_null(strstr(e.text, "longer than 80"));
    assert_false(unit_set_name(&u, "  ", &e));
    assert_false(unit_set_name(&u, "a\nb", &e));
    assert_false(unit_set_name(&u,
                               "a\xE2\x80\xAE"
                               "b",
                               &e));               /* text that reads backwards */
    assert_false(unit_set_name(&u, "\xE5sg", &e)); /* not UTF-8 */
    assert_true(unit_set_area(&u, "", &e));
    assert_string_equal(u.area, "");
    assert_true(unit_set_area(&u, "Område Norr", &e));
}

static void test_school_forms(void **state)
{
    struct unit u = {0};
    struct err e = ERR_INIT;
    enum school_form f;

    (void)state;
    for (int i = 0; i < SCHOOL_FORM_COUNT; i++) {
        assert_true(school_form_parse(school_form_word((enum school_form)i), &f));
        assert_int_equal(f, i);
        assert_non_null(strstr(school_form_list(), school_form_word((enum school_form)i)));
    }
    assert_true(unit_set_school_forms(&u, "forskoleklass|grundskola, fritidshem", &e));
    assert_int_equal(u.school_forms, 1u << SCHOOL_FORM_FORSKOLEKLASS | 1u << SCHOOL_FORM_GRUNDSKOLA |
                                         1u << SCHOOL_FORM_FRITIDSHEM);
    assert_false(unit_set_school_forms(&u, "grundskola särskola", &e));
    assert_non_null(strstr(e.text, "'särskola'"));
    assert_false(unit_set_school_forms(&u, " | ", &e));
    assert_false(school_form_parse("Grundskola", &f));
}

static void test_form_and_grade(void **state)
{
    static const struct {
        const char *form, *grade;
        int want; /* -2: refused */
    } cases[] = {
        {"grundskola", "1", 1},
        {"grundskola", " 9 ", 9},
        {"grundskola", "0", -2},
        {"grundskola", "10", -2},
        {"grundskola", "", -2},
        {"grundskola", "4-6", -2},
        {"grundskola", "99999999999", -2},
        {"forskoleklass", "0", 0},
        {"forskoleklass", "F", 0},
        {"forskoleklass", "", 0},
        {"forskoleklass", "1", -2},
        {"anpassad-grundskola", "10", 10},
        {"gymnasieskola", "3", 3},
        {"gymnasieskola", "4", -2},
        {"anpassad-gymnasieskola", "4", 4},
        {"forskola", "", GRADE_NONE},
        {"forskola", "1", -2},
        {"fritidshem", "", GRADE_NONE},
        {"vuxenutbildning", "", GRADE_NONE},
        {"skola", "1", -2},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct group g = {.grade = 77};
        struct err e = ERR_INIT;
        bool ok = group_set_form_and_grade(&g, cases[i].form, cases[i].grade, &e);

        assert_int_equal(ok, cases[i].want != -2);
        assert_int_equal(g.grade, ok ? cases[i].want : 77);
        assert_int_equal(e.text[0] == '\0', ok);
    }
}

static void test_enrolled(void **state)
{
    static const char *const bad[] = {"", "-1", "2001", "24,0", "24 st", "0x10", "99999999999999999999"};
    struct group g = {0};
    struct err e = ERR_INIT;

    (void)state;
    assert_true(group_set_enrolled(&g, " 24 ", &e));
    assert_int_equal(g.enrolled, 24);
    assert_true(group_set_enrolled(&g, "2000", &e));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(group_set_enrolled(&g, bad[i], &e));
    assert_int_equal(g.enrolled, 2000);
}

static void test_group_name(void **state)
{
    struct group g = {0};
    struct err e = ERR_INIT;

    (void)state;
    assert_true(group_set_name(&g, "7B", &e));
    assert_true(group_set_name(&g, "Avdelning Blåsippan", &e));
    assert_false(group_set_name(&g, "12345678901234567890123456789012345678901", &e));
    assert_string_equal(g.name, "Avdelning Blåsippan");
}

static void test_school_year(void **state)
{
    static const char *const good[] = {"2026/2027", "2026/27", "2026-2027", "2026-27", " 2026/27 "};
    static const char *const bad[] = {"",        "2026",    "2026/2028", "2026/28",  "26/27",   "2026/2026",
                                      "2026.27", "1999/00", "2199/2200", "2026/027", "2026/ 27"};
    struct err e = ERR_INIT;
    char text[SCHOOL_YEAR_BYTES];
    int y = 0;

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(school_year_parse(good[i], &y, &e));
        assert_int_equal(y, 2026);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(school_year_parse(bad[i], &y, &e));
    assert_true(school_year_parse("2099/00", &y, &e));
    assert_int_equal(y, 2099);
    school_year_format(2026, text);
    assert_string_equal(text, "2026/2027");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_codes),        cmocka_unit_test(test_names),
        cmocka_unit_test(test_school_forms), cmocka_unit_test(test_form_and_grade),
        cmocka_unit_test(test_enrolled),     cmocka_unit_test(test_group_name),
        cmocka_unit_test(test_school_year),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
