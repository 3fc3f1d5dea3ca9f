/* Goal: tables as Excel, LibreOffice and scripts write them come in whole and with the right line numbers;
 * what is wrong with a table is told by file, line and what to do, all faults at once, and nothing is
 * guessed. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collector/import_csv.h"
#include "core/base/buf.h"
#include "core/base/mem.h"

static const struct import_column columns[] = {
    {.name = "code", .required = true},
    {.name = "name", .required = true},
    {.name = "area", .required = false},
};

/* Writes a record as "line:code|name|area ". */
static void on_record(int line, const char *const *cells, void *arg)
{
    struct buf *b = arg;

    buf_addf(b, "%d:%s|%s|%s ", line, cells[0], cells[1], cells[2]);
}

struct result {
    char *records;
    struct faults faults;
    struct err e;
    bool ok;
};

static struct result parse(const char *text, size_t bytes)
{
    struct result r = {.e = ERR_INIT};
    struct buf b = BUF_INIT;
    const struct import_table t = {.columns = columns, .count = 3, .record = on_record, .arg = &b};

    faults_init(&r.faults);
    r.ok = import_csv_parse("t.csv", text, bytes, &t, &r.faults, &r.e);
    assert_int_equal(r.ok, !faults_any(&r.faults));
    r.records = buf_take(&b);
    return r;
}

static void done(struct result *r)
{
    free(r->records);
    faults_fini(&r->faults);
}

static void test_good(void **state)
{
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"code,name,area\n1,Norra,Norr\n", "2:1|Norra|Norr "},
        {"code,name,area\r\n1,Norra,Norr\r\n", "2:1|Norra|Norr "},
        {"code,name,area\r1,Norra,Norr\r2,Södra,\r", "2:1|Norra|Norr 3:2|Södra| "},
        {"code,name,area\n1,Norra,Norr", "2:1|Norra|Norr "},
        {"\xEF\xBB\xBF"
         "code;name;area\r\n00012;\"Åsa; \"\"B\"\"\";\r\n",
         "2:00012|Åsa; \"B\"| "},
        {"name,code\nNorra,1\n", "2:1|Norra| "},       /* any order, optional one left out */
        {" Code ,\"NAME\"\n1,Norra\n", "2:1|Norra| "}, /* case and blanks in the header */
        {"code,name\n1,\"two\nlines\"\n2,Södra\n", "2:1|two\nlines| 4:2|Södra| "},
        {"code,name\r\n1,\"two\r\n\r\nlines\"\r\n2,S\r\n", "2:1|two\r\n\r\nlines| 5:2|S| "},
        {"\n\ncode,name\n\n1,a\n   \n,,\n2,b\n\n", "5:1|a| 8:2|b| "},
        {"code;name;area;;\n1;a;b;;\n2;c;;;\n", "2:1|a|b 3:2|c| "}, /* Excel's empty columns */
        {"code,name,area\n1,a\n2,b,c\n", "2:1|a| 3:2|b|c "},        /* Excel leaves out empty ends */
        {"code,name\n1,a;b\n", "2:1|a;b| "},
        {"code;name\n1;2,5\n", "2:1|2,5| "},
        {"code,name\n 1 , a b \n\" 2 \",\"\xC2\xA0x\"\n", "2:1|a b| 3:2|x| "},
        {"code,name\n1,\"\"\n", "2:1|| "},
        {"code,name\n", ""},
        {"code,name", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct result r = parse(cases[i].text, strlen(cases[i].text));

        if (!r.ok)
            fail_msg("case %zu: %s", i, r.faults.at[0].text);
        assert_string_equal(r.records, cases[i].want);
        done(&r);
    }
}

static void test_bad(void **state)
{
    static const struct {
        const char *text;
        int line, column;
        const char *says;
        const char *records;
    } cases[] = {
        {"", 0, 0, "empty", ""},
        {"\n\n \n", 0, 0, "empty", ""},
        {"code\n1\n", 1, 0, "column 'name' is missing", ""},
        {"\ncode,name,colour\n1,a,b\n", 2, 0, "unknown column 'colour': the columns are code, name, area",
         ""},
        {"code,name,name\n1,a,b\n", 1, 0, "column 'name' stands twice", ""},
        {"code,,name\n1,a,b\n", 1, 0, "column 2 has no name", ""},
        {"code\tname\n1\ta\n", 1, 0, "tabs", ""},
        {"code,name\n1,a,b\n2,c\n", 2, 0, "3 cells, but the header has 2", "3:2|c| "},
        {"code,name\n1,a\n2", 3, 0, "breaks off", "2:1|a| "},
        {"code,name\n1,a \"b\" c\n2,d\n", 2, 5, "quote in the middle", "3:2|d| "},
        {"code,name\n1,\"a\"b\n2,d\n", 2, 6, "quote in the middle", "3:2|d| "},
        {"code,name\nå,å\"b\n2,d\n", 2, 4, "quote in the middle", "3:2|d| "},
        {"code,name\n1,\"a\n2,d\n3,e\n", 2, 0, "never closed", ""},
        {"code,name\n1,\"a", 2, 0, "never closed", ""},
        {"code,name\n1,Norra\n2,\xC5sg\xE5rden\n", 3, 3, "CSV UTF-8", ""},
        {"code,name\n1,\"l\n\xE5\"\n", 3, 1, "not UTF-8", ""},
        {"\xFF\xFE"
         "c",
         1, 1, "UTF-16", ""},
        {"PK\x03\x04", 1, 1, "workbook", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct result r = parse(cases[i].text, strlen(cases[i].text));

        assert_false(r.ok);
        assert_int_equal(r.e.kind, ERR_INPUT);
        assert_string_equal(r.e.text, "t.csv has 1 fault: nothing was changed");
        if (strstr(r.faults.at[0].text, cases[i].says) == NULL)
            fail_msg("case %zu: '%s'", i, r.faults.at[0].text);
        assert_int_equal(r.faults.at[0].line, cases[i].line);
        assert_int_equal(r.faults.at[0].column, cases[i].column);
        assert_string_equal(r.records, cases[i].records);
        done(&r);
    }
}

static void test_nul(void **state)
{
    static const char text[] = "code,name\n1,a\0b\n";
    struct result r = parse(text, sizeof text - 1);

    (void)state;
    assert_false(r.ok);
    assert_int_equal(r.faults.at[0].line, 2);
    assert_non_null(strstr(r.faults.at[0].text, "NUL"));
    done(&r);
}

/* Several faults come in the order of the file, the good lines between are read. */
static void test_all_at_once(void **state)
{
    static const char text[] = "code,name\n1,a,x\n2,b\n3,c\"c\n4,d\n5,e,,y\n";
    struct result r = parse(text, sizeof text - 1);

    (void)state;
    assert_false(r.ok);
    assert_int_equal(r.faults.count, 3);
    assert_int_equal(r.faults.at[0].line, 2);
    assert_int_equal(r.faults.at[1].line, 4);
    assert_int_equal(r.faults.at[2].line, 6);
    assert_string_equal(r.records, "3:2|b| 5:4|d| ");
    assert_string_equal(r.e.text, "t.csv has 3 faults: nothing was changed");
    done(&r);
}

/* A quote left open must not swallow a large file in silence. */
static void test_long_record(void **state)
{
    struct buf b = BUF_INIT;
    struct result r;

    (void)state;
    buf_adds(&b, "code,name\n1,\"a\n");
    for (int i = 0; i < 20000; i++)
        buf_adds(&b, "2,b\n");
    r = parse(b.data, b.bytes);
    assert_false(r.ok);
    assert_int_equal(r.faults.at[0].line, 2);
    assert_non_null(strstr(r.faults.at[0].text, "left open"));
    done(&r);
    buf_fini(&b);
}

static void test_many_columns(void **state)
{
    struct buf b = BUF_INIT;
    struct result r;

    (void)state;
    for (int i = 0; i <= IMPORT_COLUMNS_MAX; i++)
        buf_addf(&b, "%sc%d", i == 0 ? "" : ",", i);
    r = parse(b.data, b.bytes);
    assert_false(r.ok);
    assert_non_null(strstr(r.faults.at[0].text, "more than 200 columns"));
    done(&r);
    buf_fini(&b);
}

static void test_file(void **state)
{
    struct faults f;
    struct err e = ERR_INIT;
    struct buf b = BUF_INIT;
    const struct import_table t = {.columns = columns, .count = 3, .record = on_record, .arg = &b};

    (void)state;
    faults_init(&f);
    assert_false(import_csv_file("/nonexistent/units.csv", &t, &f, &e));
    assert_int_equal(e.kind, ERR_NOT_FOUND);
    assert_non_null(strstr(e.text, "/nonexistent/units.csv"));
    assert_false(import_csv_file("/", &t, &f, &e));
    assert_int_equal(e.kind, ERR_IO);
    faults_fini(&f);
    buf_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),        cmocka_unit_test(test_bad),
        cmocka_unit_test(test_nul),         cmocka_unit_test(test_all_at_once),
        cmocka_unit_test(test_long_record), cmocka_unit_test(test_many_columns),
        cmocka_unit_test(test_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
