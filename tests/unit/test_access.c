/* Goal: a link's code can be typed in any case, and a submission key is accepted for the access point that it
 * was made for, by the server that made it, in the one spelling that it was given. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/domain/access.h"

static uint32_t next;

static uint32_t counting(uint32_t bound)
{
    return next++ % bound;
}

static void test_alphabet(void **state)
{
    (void)state;
    assert_int_equal(strlen(ACCESS_ALPHABET), 23);
    for (const char *c = "0O1IL2Z5S8BUV"; *c != '\0'; c++)
        assert_null(strchr(ACCESS_ALPHABET, *c));
    for (const char *c = ACCESS_ALPHABET; *c != '\0'; c++)
        assert_null(strchr(c + 1, *c)); /* each once */
}

static void test_code(void **state)
{
    char code[ACCESS_CODE_BYTES];
    char again[ACCESS_CODE_BYTES];

    (void)state;
    next = 15;
    access_code_make(code, counting);
    assert_string_equal(code, "WXY34679");
    assert_true(access_code_read("wXy34679", again));
    assert_string_equal(again, code);
    assert_false(access_code_read("WXY3467", again));
    assert_false(access_code_read("WXY346799", again));
    assert_false(access_code_read("WXY3467O", again));
    assert_false(access_code_read("WXY3467\xC5", again));
    assert_false(access_code_read("", again));
}

static void test_key(void **state)
{
    struct secret server = {{1, 2, 3}};
    struct secret other = {{1, 2, 4}};
    uint8_t nonce[SUBMISSION_NONCE_BYTES];
    uint8_t got[SUBMISSION_NONCE_BYTES] = {0};
    char key[SUBMISSION_KEY_BYTES];

    (void)state;
    for (size_t i = 0; i < sizeof nonce; i++)
        nonce[i] = (uint8_t)(250 + i);
    submission_key_write(&server, "WXY34679", nonce, key);
    assert_int_equal(strlen(key), SUBMISSION_KEY_CHARS);
    assert_true(submission_key_read(&server, "WXY34679", key, got));
    assert_memory_equal(got, nonce, sizeof nonce);
    assert_false(submission_key_read(&server, "WXY34677", key, got));
    assert_false(submission_key_read(&other, "WXY34679", key, got));
    assert_false(submission_key_read(&server, "WXY34679", "", got));
}

/* Every change of one character must be refused, that of the last bits too. */
static void test_key_changed(void **state)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/ ";
    struct secret server = {{9}};
    uint8_t nonce[SUBMISSION_NONCE_BYTES] = {7};
    uint8_t got[SUBMISSION_NONCE_BYTES];
    char key[SUBMISSION_KEY_BYTES + 1];

    (void)state;
    submission_key_write(&server, "WXY34679", nonce, key);
    for (size_t i = 0; i < SUBMISSION_KEY_CHARS; i++) {
        char was = key[i];

        for (const char *c = letters; *c != '\0'; c++) {
            key[i] = *c;
            assert_int_equal(submission_key_read(&server, "WXY34679", key, got), *c == was);
        }
        key[i] = was;
    }
    strcat(key, "A");
    assert_false(submission_key_read(&server, "WXY34679", key, got));
}

static int init(void **state)
{
    struct err e = ERR_INIT;

    (void)state;
    return secret_init(&e) ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_alphabet),
        cmocka_unit_test(test_code),
        cmocka_unit_test(test_key),
        cmocka_unit_test(test_key_changed),
    };

    return cmocka_run_group_tests(tests, init, NULL);
}
