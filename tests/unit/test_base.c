/* Goal: the base types behave at their edges: cut UTF-8, sorted faults, Swedish clock, boxes that do not
 * open. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/buf.h"
#include "core/base/day.h"
#include "core/base/err.h"
#include "core/base/faults.h"
#include "core/base/secret.h"
#include "core/base/text.h"

static void test_text_utf8(void **state)
{
    static const char *const good[] = {"", "Åsgårdens förskola", "\xF0\x9F\x98\x80", "\xEF\xBF\xBD"};
    static const char *const bad[] = {"\xC3",  "\xC0\xAF", "\xED\xA0\x80", "\xF5\x80\x80\x80",
                                      "a\x80", "\xE2\x82"};

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(text_is_utf8(good[i], strlen(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(text_is_utf8(bad[i], strlen(bad[i])));
    assert_true(text_has_control("a\tb", 3));
    assert_true(text_has_control("x\xE2\x80\xAE", 4));
    assert_false(text_has_control("åäö", 6));
    assert_int_equal(text_chars("åäö", 6), 3);
}

static void test_text_one_line(void **state)
{
    char text[] = "å\t\x1b[1m \xC2\x9B"
                  "1m \xE2\x80\xAEtxt \xE2\x81\xA6 \x9B \xE5\x7F";

    (void)state;
    text_one_line(text); /* U+009B is a terminal's ESC [, U+202E turns what follows around */
    assert_string_equal(text, "å??[1m ??1m ???txt ??? ? \xE5?");
}

static void test_text_cut(void **state)
{
    (void)state;
    assert_int_equal(text_whole_bytes("aå", 2), 1);
    assert_int_equal(text_whole_bytes("aå", 3), 3);
    assert_int_equal(text_whole_bytes("\xF0\x9F\x98\x80", 3), 0);
    assert_int_equal(text_whole_bytes("\xF0\x9F\x98\x80", 4), 4);
    assert_int_equal(text_whole_bytes("abc", 3), 3);
}

static void test_text_trim(void **state)
{
    char s[] = "\xC2\xA0 \tÅ b \xC2\xA0";
    char blank[] = " ";

    (void)state;
    assert_string_equal(text_trim(s), "Å b");
    assert_string_equal(text_trim(blank), "");
}

static void test_err(void **state)
{
    struct err e = ERR_INIT;
    char longer[sizeof e.text + 10];

    (void)state;
    memset(longer, 'a', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    assert_false(err_set(&e, ERR_INPUT, "line %d", 3));
    assert_false(err_prefix(&e, "%s", "units.csv"));
    assert_string_equal(e.text, "units.csv: line 3");
    assert_int_equal(e.kind, ERR_INPUT);
    (void)err_set(&e, ERR_INPUT, "%.998s%s", longer, "å");
    assert_int_equal(strlen(e.text), 998);
    (void)err_set(&e, ERR_INPUT, "a\nb");
    assert_string_equal(e.text, "a?b");
}

static void test_faults(void **state)
{
    struct faults f;

    (void)state;
    faults_init(&f);
    faults_add(&f, "b.csv", 2, 0, "second");
    faults_add(&f, "b.csv", 1, 4, "first");
    faults_sort(&f);
    assert_string_equal(f.at[0].text, "first");
    for (int i = 0; i < FAULTS_MAX + 5; i++)
        faults_add(&f, "b.csv", 3, 0, "more");
    assert_int_equal(f.count, FAULTS_MAX);
    assert_int_equal(f.dropped, 7);
    faults_fini(&f);
    faults_add(&f, "b.csv", 1, 0, "unit '%s'", "3\n4\x1B[2Jå");
    assert_string_equal(f.at[0].text, "unit '3?4?[2Jå'");
    faults_fini(&f);
}

static void test_day(void **state)
{
    struct err e = ERR_INIT;
    int64_t a;
    int64_t b;
    char s[DAY_BYTES];

    (void)state;
    assert_true(day_zone_init(&e));
    assert_true(day_parse("2026-10-05 08:00", &a, &e));
    assert_int_equal(a, 1791180000); /* 06:00 UTC */
    day_format(a, s);
    assert_string_equal(s, "2026-10-05 08:00");
    assert_true(day_parse("2026-10-25 01:59", &a, &e));
    assert_true(day_parse("2026-10-25 03:00", &b, &e));
    assert_int_equal(b - a, 2 * 3600 + 60); /* the hour from two comes twice */
    assert_true(day_parse("2026-10-25 02:30", &b, &e));
    assert_int_equal(b - a, 31 * 60);                    /* the first of the two */
    assert_false(day_parse("2027-03-28 02:30", &a, &e)); /* skipped */
    assert_true(day_parse("2027-03-28T03:00", &a, &e));
    assert_false(day_parse("2026-02-29 12:00", &a, &e));
    assert_false(day_parse("2026-13-01 12:00", &a, &e));
    assert_false(day_parse("2026-1-01 12:00", &a, &e));
}

static void test_secret(void **state)
{
    struct err e = ERR_INIT;
    struct secret k;
    struct secret other;
    uint8_t nonce[SECRET_NONCE_BYTES] = {1};
    uint8_t box[5 + SECRET_BOX_OVERHEAD_BYTES];
    char plain[6] = "";

    (void)state;
    assert_true(secret_init(&e));
    secret_random(&k, sizeof k);
    secret_derive(&k, "answers", &other);
    assert_false(secret_equal(&k, &other, sizeof k));
    secret_close(&k, nonce, "ad", 2, "hello", 5, box);
    assert_true(secret_open(&k, nonce, "ad", 2, box, sizeof box, plain));
    assert_memory_equal(plain, "hello", 5);
    assert_false(secret_open(&k, nonce, "aD", 2, box, sizeof box, plain));
    assert_false(secret_open(&other, nonce, "ad", 2, box, sizeof box, plain));
    box[0] ^= 1;
    assert_false(secret_open(&k, nonce, "ad", 2, box, sizeof box, plain));
}

static void test_buf(void **state)
{
    struct buf b = BUF_INIT;
    char *s;

    (void)state;
    assert_string_equal(buf_str(&b), "");
    for (int i = 0; i < 1000; i++)
        buf_addf(&b, "%d,", i);
    assert_int_equal(b.bytes, strlen(buf_str(&b)));
    s = buf_take(&b);
    assert_int_equal(b.bytes, 0);
    assert_memory_equal(s, "0,1,2,", 6);
    free(s);
    buf_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_utf8), cmocka_unit_test(test_text_one_line),
        cmocka_unit_test(test_text_cut),  cmocka_unit_test(test_text_trim),
        cmocka_unit_test(test_err),       cmocka_unit_test(test_faults),
        cmocka_unit_test(test_day),       cmocka_unit_test(test_secret),
        cmocka_unit_test(test_buf),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
