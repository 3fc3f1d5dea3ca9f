/* Goal: a posted body gives exactly the fields that a browser put in, and everything that no browser sends,
 * however long or crooked, is refused without harm. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collector/form_body.h"
#include "core/base/buf.h"
#include "core/base/mem.h"

/* Parses an exact-size heap copy, so that the address sanitizer sees a byte read too far. */
static bool parse(const char *s, size_t bytes, struct form_body *b, struct err *e)
{
    char *exact = malloc(bytes > 0 ? bytes : 1);
    bool ok;

    assert_non_null(exact);
    memcpy(exact, s, bytes);
    ok = form_body_parse(exact, bytes, b, e);
    free(exact);
    return ok;
}

static void test_fields(void **state)
{
    static const struct {
        const char *body;
        size_t count;
        const char *name, *value; /* of the last field */
    } cases[] = {
        {"", 0, NULL, NULL},
        {"&", 0, NULL, NULL},
        {"&&&", 0, NULL, NULL},
        {"a=1", 1, "a", "1"},
        {"a=1&b=2", 2, "b", "2"},
        {"&a=1&&b=2&", 2, "b", "2"},
        {"a", 1, "a", ""},
        {"a&b", 2, "b", ""},
        {"a=", 1, "a", ""},
        {"a=b=c", 1, "a", "b=c"},
        {"a=1;b=2", 1, "a", "1;b=2"},
        {"a+b=+c+", 1, "a b", " c "},
        {"%61=%2B%26%3d", 1, "a", "+&="},
        {"namn=%C3%85sa+%C3%96", 1, "namn", "\xC3\x85sa \xC3\x96"},
        {"namn=\xC3\xA4", 1, "namn", "\xC3\xA4"},
        {"a=%25", 1, "a", "%"},
        {"trygg-1=4&trygg-2=0&key=abc_-", 3, "key", "abc_-"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct form_body b;
        struct err e = ERR_INIT;

        if (!parse(cases[i].body, strlen(cases[i].body), &b, &e))
            fail_msg("'%s': %s", cases[i].body, e.text);
        assert_int_equal(b.count, cases[i].count);
        if (b.count > 0) {
            assert_string_equal(b.field[b.count - 1].name, cases[i].name);
            assert_string_equal(b.field[b.count - 1].value, cases[i].value);
            assert_ptr_equal(form_body_get(&b, cases[i].name), b.field[b.count - 1].value);
        }
        assert_null(form_body_get(&b, "missing"));
        form_body_fini(&b);
        assert_null(b.text);
    }
}

static void test_refused(void **state)
{
#define BYTES(s) s, sizeof(s) - 1
    static const struct {
        const char *body;
        size_t bytes;
        const char *text;
    } cases[] = {
        {BYTES("a=%"), "percent"},
        {BYTES("a=%4"), "percent"},
        {BYTES("a=%4&b=1"), "percent"},
        {BYTES("a=%zz"), "percent"},
        {BYTES("a=%4g"), "percent"},
        {BYTES("%=1"), "percent"},
        {BYTES("a=%u0041"), "percent"},
        {BYTES("a=%00"), "control"},
        {BYTES("a=x\0y"), "control"},
        {BYTES("\0"), "control"},
        {BYTES("a=%0d%0aSet-Cookie:x"), "control"},
        {BYTES("a=%C2%85"), "control"},
        {BYTES("a=%E2%80%AE"), "control"},
        {BYTES("a=%7f"), "control"},
        {BYTES("a=%ff"), "UTF-8"},
        {BYTES("a=%c0%80"), "UTF-8"},
        {BYTES("a=%ed%a0%80"), "UTF-8"},
        {BYTES("a=\xC3"), "UTF-8"},
        {BYTES("=1"), "no name"},
        {BYTES("="), "no name"},
        {BYTES("a=1&a=2"), "twice"},
        {BYTES("a=1&a=1"), "twice"},
        {BYTES("a=1&%61=2"), "twice"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct form_body b;
        struct err e = ERR_INIT;

        if (parse(cases[i].body, cases[i].bytes, &b, &e))
            fail_msg("case %zu was accepted", i);
        assert_int_equal(e.kind, ERR_INPUT);
        if (strstr(e.text, cases[i].text) == NULL)
            fail_msg("case %zu: %s", i, e.text);
        assert_int_equal(b.count, 0);
        assert_null(b.text);
    }
}

/* "name=value" of exact lengths: the limit itself passes, one more does not. */
static bool lengths_pass(size_t name_bytes, size_t value_bytes)
{
    struct buf body = BUF_INIT;
    struct form_body b;
    struct err e = ERR_INIT;
    bool ok;

    for (size_t i = 0; i < name_bytes; i++)
        buf_addc(&body, 'n');
    buf_addc(&body, '=');
    for (size_t i = 0; i < value_bytes; i++)
        buf_adds(&body, "%76");
    ok = parse(body.data, body.bytes, &b, &e);
    assert_true(ok || e.kind == ERR_LIMIT);
    if (ok)
        assert_int_equal(strlen(b.field[0].value), value_bytes);
    form_body_fini(&b);
    buf_fini(&body);
    return ok;
}

static bool fields_pass(size_t count)
{
    struct buf body = BUF_INIT;
    struct form_body b;
    struct err e = ERR_INIT;
    bool ok;

    for (size_t i = 0; i < count; i++)
        buf_addf(&body, "&q%zu=%zu", i, i);
    ok = parse(body.data, body.bytes, &b, &e);
    assert_true(ok || e.kind == ERR_LIMIT);
    if (ok)
        assert_int_equal(b.count, count);
    form_body_fini(&b);
    buf_fini(&body);
    return ok;
}

static void test_limits(void **state)
{
    char *ampersands = mem_alloc(FORM_BODY_MAX_BYTES + 1, 1);
    struct form_body b;
    struct err e = ERR_INIT;

    (void)state;
    assert_true(lengths_pass(FORM_BODY_NAME_MAX_BYTES, FORM_BODY_VALUE_MAX_BYTES));
    assert_false(lengths_pass(FORM_BODY_NAME_MAX_BYTES + 1, 1));
    assert_false(lengths_pass(1, FORM_BODY_VALUE_MAX_BYTES + 1));
    assert_true(fields_pass(FORM_BODY_MAX_FIELDS));
    assert_false(fields_pass(FORM_BODY_MAX_FIELDS + 1));
    memset(ampersands, '&', FORM_BODY_MAX_BYTES + 1);
    assert_true(parse(ampersands, FORM_BODY_MAX_BYTES, &b, &e));
    form_body_fini(&b);
    assert_false(parse(ampersands, FORM_BODY_MAX_BYTES + 1, &b, &e));
    assert_int_equal(e.kind, ERR_LIMIT);
    free(ampersands);
}

/* No fault may carry what a child answered into a log. */
static void test_errors_tell_nothing(void **state)
{
    static const char *const bodies[] = {"hemligt=hemligt&hemligt=2", "hemligt=%", "hemligt=hemligt%00",
                                         "hemligt=%ff"};

    (void)state;
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        struct form_body b;
        struct err e = ERR_INIT;

        assert_false(parse(bodies[i], strlen(bodies[i]), &b, &e));
        assert_null(strstr(e.text, "hemligt"));
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_errors_tell_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
