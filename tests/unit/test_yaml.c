/* Goal: the tree of a YAML text has its shape and its places, and hostile texts are refused in little time.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "core/base/buf.h"
#include "core/base/mem.h"
#include "core/base/yaml.h"

static struct yaml *parse(const char *text, struct faults *faults)
{
    struct yaml *y = NULL;
    struct err e = ERR_INIT;
    bool ok;

    faults_init(faults);
    ok = yaml_parse("t", text, strlen(text), &y, faults, &e);
    assert_int_equal(ok, y != NULL);
    assert_int_equal(ok, e.kind == ERR_NONE);
    return y;
}

static void assert_text(const struct yaml *y, const char *text, int line, int column)
{
    assert_non_null(y);
    assert_int_equal(y->kind, YAML_TEXT);
    assert_string_equal(y->text, text);
    assert_int_equal(y->line, line);
    assert_int_equal(y->column, column);
}

static void test_tree(void **state)
{
    struct faults faults;
    struct yaml *y = parse("å: {b: 'it''s', c: \"x\\ty\"}\n"
                           "list:\n"
                           "  - one\n"
                           "  - [two, three]\n"
                           "folded: > # a comment | here\n"
                           "  a\n"
                           "  b\n"
                           "\n"
                           "literal: |-\n"
                           "  c\n"
                           "  d\n"
                           "nothing:\n"
                           "last: plain\n"
                           "  goes on\n",
                           &faults);
    const struct yaml *list;

    (void)state;
    faults_print(&faults);
    assert_non_null(y);
    assert_int_equal(y->kind, YAML_MAP);
    assert_text(y->first->key, "å", 1, 1);
    assert_text(yaml_get(yaml_get(y, "å"), "b"), "it's", 1, 8);
    assert_text(yaml_get(yaml_get(y, "å"), "c"), "x\ty", 1, 20);
    list = yaml_get(y, "list");
    assert_int_equal(list->kind, YAML_LIST);
    assert_int_equal(list->line, 3);
    assert_int_equal(list->column, 3);
    assert_text(list->first, "one", 3, 5);
    assert_text(list->last->first->next, "three", 4, 11);
    assert_text(yaml_get(y, "folded"), "a b", 5, 9);
    assert_text(yaml_get(y, "literal"), "c\nd", 9, 10);
    assert_text(yaml_get(y, "nothing"), "", 12, 1);
    assert_text(yaml_get(y, "last"), "plain goes on", 13, 7);
    assert_null(yaml_get(y, "missing"));
    assert_null(y->last->next);
    yaml_free(y);
    faults_fini(&faults);
}

/* A key that stands twice is reported, and the first of the two counts. */
static void test_twice(void **state)
{
    struct faults faults;
    struct yaml *y = parse("a: 1\nb: 2\na: 3\n", &faults);

    (void)state;
    assert_text(yaml_get(y, "a"), "1", 1, 4);
    assert_int_equal(faults.count, 1);
    assert_int_equal(faults.at[0].line, 3);
    yaml_free(y);
    faults_fini(&faults);
}

static void test_show(void **state)
{
    struct faults faults;
    struct yaml *y =
        parse("- \"a\\eb\\0c\"\n- åååååååååååååååååååååååååååååååååååååååååååååååååååå\n", &faults);
    char shown[YAML_SHOW_BYTES];

    (void)state;
    assert_non_null(y);
    yaml_show(y->first, shown);
    assert_string_equal(shown, "a?b?c");
    yaml_show(y->last, shown);
    assert_true(strlen(shown) < YAML_SHOW_BYTES);
    assert_string_equal(shown + strlen(shown) - strlen("å…"), "å…");
    yaml_free(y);
    faults_fini(&faults);
}

/* The largest text that repeats one piece, for each piece that could make a parser nest, remember or look
 * back. */
static void test_hostile(void **state)
{
    static const char *const pieces[] = {
        "[",        "{",     "- ",       "? ",     "&a ",    "a: ",  "a:\n", "-\n", "?\n",  "'x' ", "\"x\" ",
        "# x\n",    ",",     ">\n ",     "|\n ",   "\n",     "! ",   "*a ",  ": ",  "[a: ", "a ",   "a\n",
        "---\n",    "...\n", "{\"a\":[", "a: b\n", " ",      "[]",   "{}",   "'",   "\"",   "\\",   "''x",
        "a: [b]\n", "- - ",  "? - ",     "<<: ",   "a: >\n", "%a\n", "[,",   "a,",  "\r\n", "å",    "a: '\n",
    };

    (void)state;
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        struct buf text = BUF_INIT;
        struct faults faults;
        struct yaml *y;
        clock_t began;
        double seconds;

        while (text.bytes + strlen(pieces[i]) <= YAML_MAX_BYTES)
            buf_adds(&text, pieces[i]);
        began = clock();
        y = parse(buf_str(&text), &faults);
        seconds = (double)(clock() - began) / CLOCKS_PER_SEC;
        assert_true(y != NULL || faults_any(&faults));
        if (seconds > 5)
            fail_msg("\"%s\" takes %.1f s", pieces[i], seconds);
        yaml_free(y);
        faults_fini(&faults);
        buf_fini(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_tree), cmocka_unit_test(test_twice),
                                       cmocka_unit_test(test_show), cmocka_unit_test(test_hostile)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
