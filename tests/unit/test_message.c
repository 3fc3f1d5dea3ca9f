/* Goal: the reader's language is chosen as RFC 9110 says, whatever the header holds. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "collector/message.h"

static const char *known(const void *arg, const char *tag)
{
    (void)arg;
    for (const char *const *l = (const char *const[]){"sv", "en", "ar", "zh-hant", NULL}; *l != NULL; l++) {
        if (strcmp(*l, tag) == 0)
            return *l;
    }
    return NULL;
}

static void assert_language(const char *header, const char *expected)
{
    struct request r = {.accept_language = header};
    const char *found = request_language(&r, known, NULL);

    assert_string_equal(found == NULL ? "none" : found, expected);
}

static void test_language(void **state)
{
    (void)state;
    assert_language("", "none");
    assert_language("sv", "sv");
    assert_language("sv-SE,sv;q=0.9,en;q=0.8", "sv");
    assert_language("de, fr;q=0.9, EN-gb;q=0.4", "en");
    assert_language("en;q=0.3, ar;q=0.7, sv;q=0.5", "ar");
    assert_language("en;q=0, ar ; q=0.001", "ar");
    assert_language("zh-Hant-TW", "zh-hant");
    assert_language("zh-Hans-CN", "none");
    assert_language("svenska, arc", "none");
    assert_language("*", "none");
    assert_language("-, --, sv-", "sv");
    assert_language(",,;;q=,en;q=9,q=1", "none");
    assert_language("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,en", "en");
}

static bool accepts(const char *header, const char *coding)
{
    struct request r = {.accept_encoding = header};

    return request_accepts(&r, coding);
}

static void test_coding(void **state)
{
    (void)state;
    assert_true(accepts("gzip, deflate, br", "br"));
    assert_true(accepts("GZIP;q=0.5", "gzip"));
    assert_false(accepts("gzip, br;q=0", "br"));
    assert_false(accepts("gzip, br;q=0.000", "br"));
    assert_false(accepts("brotli, x-gzip", "br"));
    assert_false(accepts("", "gzip"));
}

static void test_text(void **state)
{
    static const struct {
        const char *accept;
        bool text;
    } cases[] = {
        {"text/plain", true},
        {"TEXT/PLAIN;q=1, */*;q=0.1", true},
        {"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", false},
        {"text/html, text/plain", false},
        {"*/*", false},
        {"", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct request r = {.accept = cases[i].accept};

        assert_int_equal(request_wants_text(&r), cases[i].text);
    }
}

static void test_query(void **state)
{
    struct request r = {.query = {{"lang", "ar"}, {"code", ""}}, .queries = 2};

    (void)state;
    assert_string_equal(request_query(&r, "lang"), "ar");
    assert_string_equal(request_query(&r, "code"), "");
    assert_null(request_query(&r, "la"));
}

static void test_shared_bytes(void **state)
{
    const struct shared_bytes *a = shared_bytes_new("page", 4);
    const struct shared_bytes *b = shared_bytes_ref(a);
    size_t count = 0;

    (void)state;
    shared_bytes_release(a);
    assert_memory_equal(shared_bytes_data(b, &count), "page", 4);
    assert_int_equal(count, 4);
    shared_bytes_release(b);
    shared_bytes_release(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_language), cmocka_unit_test(test_coding),       cmocka_unit_test(test_text),
        cmocka_unit_test(test_query),    cmocka_unit_test(test_shared_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
