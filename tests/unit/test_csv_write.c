/* Goal: what is written reads back the same by RFC 4180, opens right in a Swedish Excel, and no name can
 * become a formula there. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/csv_write.h"

static void add_rows(struct csv_write *w)
{
    csv_write_text(w, "unit_code");
    csv_write_text(w, "mean");
    csv_write_row(w);
    csv_write_text(w, "00012345");
    csv_write_number(w, 2.5, 2);
    csv_write_empty(w);
    csv_write_int(w, -7);
    csv_write_row(w);
}

static void test_plain(void **state)
{
    struct buf out = BUF_INIT;
    struct csv_write w;

    (void)state;
    csv_write_init(&w, &out, (struct csv_style){.excel = false});
    add_rows(&w);
    assert_string_equal(buf_str(&out), "unit_code,mean\r\n00012345,2.50,,-7\r\n");
    buf_fini(&out);
}

static void test_excel(void **state)
{
    struct buf out = BUF_INIT;
    struct csv_write w;

    (void)state;
    csv_write_init(&w, &out, (struct csv_style){.excel = true});
    add_rows(&w);
    assert_string_equal(buf_str(&out), "\xEF\xBB\xBFunit_code;mean\r\n00012345;2,50;;-7\r\n");
    buf_fini(&out);
}

static void check_text(bool excel, const char *text, const char *want)
{
    struct buf out = BUF_INIT;
    struct csv_write w;
    char *line;

    csv_write_init(&w, &out, (struct csv_style){.excel = excel});
    buf_clear(&out);
    csv_write_text(&w, text);
    csv_write_row(&w);
    line = buf_take(&out);
    line[strlen(line) - 2] = '\0';
    assert_string_equal(line, want);
    free(line);
}

static void test_text(void **state)
{
    static const struct {
        const char *text, *plain, *excel;
    } cases[] = {
        {"Åsgården", "Åsgården", "Åsgården"},
        {NULL, "", ""},
        {"", "", ""},
        {"a,b", "\"a,b\"", "a,b"},
        {"a;b", "a;b", "\"a;b\""},
        {"say \"hi\"", "\"say \"\"hi\"\"\"", "\"say \"\"hi\"\"\""},
        {"two\nlines", "\"two\nlines\"", "\"two\nlines\""},
        {" blank", "\" blank\"", "\" blank\""},
        {"blank ", "\"blank \"", "\"blank \""},
        {"=1+1", "'=1+1", "'=1+1"},
        {"+46", "'+46", "'+46"},
        {"-7B", "'-7B", "'-7B"},
        {"@SUM(A1)", "'@SUM(A1)", "'@SUM(A1)"},
        {"\t=1", "'\t=1", "'\t=1"},
        {"=A1,\"x\"", "\"'=A1,\"\"x\"\"\"", "\"'=A1,\"\"x\"\"\""},
        {"a=1", "a=1", "a=1"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        check_text(false, cases[i].text, cases[i].plain);
        check_text(true, cases[i].text, cases[i].excel);
    }
}

static void check_number(struct csv_style style, double value, int decimals, const char *want)
{
    struct buf out = BUF_INIT;
    struct csv_write w;

    csv_write_init(&w, &out, style);
    buf_clear(&out);
    csv_write_number(&w, value, decimals);
    assert_string_equal(buf_str(&out), want);
    buf_fini(&out);
}

static void test_numbers(void **state)
{
    const struct csv_style plain = {.excel = false};
    const struct csv_style precise = {.precise = true};
    const struct csv_style both = {.excel = true, .precise = true};

    (void)state;
    check_number(plain, 3.14159, 2, "3.14");
    check_number(plain, -0.001, 2, "0.00");
    check_number(plain, -0.01, 2, "-0.01");
    check_number(plain, 2.625, 2, "2.63"); /* printf would say 2.62 */
    check_number(plain, -0.5, 0, "-1");
    check_number(plain, 100.0, 0, "100");
    check_number(plain, -1e15, 3, "-1000000000000000.000");
    check_number(precise, 1.0 / 3.0, 2, "0.333333333333333");
    check_number(precise, 2.0, 2, "2");
    check_number(precise, -0.0, 2, "0");
    check_number(both, 0.25, 1, "0,25");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_excel),
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_numbers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
