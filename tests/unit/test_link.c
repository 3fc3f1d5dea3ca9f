/* Goal: one public address gives one link, whatever way it was written, and its QR form is the same address.
 */

#include "collector/link.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/domain/access.h"

static void test_public_url_is_kept_in_one_form(void **state)
{
    static const char *const cases[][2] = {
        {"https://tld.exempelkommun.se", "https://tld.exempelkommun.se"},
        {"HTTPS://TLD.Exempelkommun.SE/", "https://tld.exempelkommun.se"},
        {"http://127.0.0.1:8080", "http://127.0.0.1:8080"},
        {"http://[::1]:65535//", NULL},
        {"http://[::1]:65535/", "http://[::1]:65535"},
        {"https://kommun.se/Enkat/", "https://kommun.se/Enkat"},
        {"https://xn--smland-jua.se", "https://xn--smland-jua.se"},
        {"https://småland.se", NULL},
        {"ftp://kommun.se", NULL},
        {"kommun.se", NULL},
        {"", NULL},
        {"https://", NULL},
        {"https:///enkat", NULL},
        {"https://user@kommun.se", NULL},
        {"https://kommun.se:0", NULL},
        {"https://kommun.se:65536", NULL},
        {"https://kommun.se:", NULL},
        {"https://kommun.se:99999999999999999999", NULL},
        {"https://kommun.se?x=1", NULL},
        {"https://kommun.se/#a", NULL},
        {"https://kommun.se/a b", NULL},
        {"https://kommun.se/../x", NULL},
        {"https://kommun.se\"><script>", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err e = ERR_INIT;
        char *out = NULL;
        bool ok = public_url_read(cases[i][0], &out, &e);
        if (ok != (cases[i][1] != NULL))
            fail_msg("%s: %s", cases[i][0], ok ? out : e.text);
        if (ok)
            assert_string_equal(out, cases[i][1]);
        else
            assert_int_equal(e.kind, ERR_INPUT);
        free(out);
    }
}

static void test_public_url_has_a_longest(void **state)
{
    char s[PUBLIC_URL_MAX_BYTES + 2];
    struct err e = ERR_INIT;
    char *out = NULL;

    (void)state;
    memset(s, 'a', sizeof s);
    memcpy(s, "https://", strlen("https://"));
    s[sizeof s - 1] = '\0';
    assert_false(public_url_read(s, &out, &e));
    assert_int_equal(e.kind, ERR_LIMIT);
    s[PUBLIC_URL_MAX_BYTES] = '\0';
    assert_true(public_url_read(s, &out, &e));
    free(out);
}

static void expect(char *made, const char *want)
{
    assert_string_equal(made, want);
    free(made);
}

static void test_links(void **state)
{
    (void)state;
    expect(link_make("https://tld.exempelkommun.se", "QXM4KWRH"), "https://tld.exempelkommun.se/QXM4KWRH");
    expect(link_qr("https://tld.exempelkommun.se", "QXM4KWRH"), "HTTPS://TLD.EXEMPELKOMMUN.SE/QXM4KWRH");
    expect(link_qr("https://kommun.se/Enkat", "QXM4KWRH"), "HTTPS://KOMMUN.SE/Enkat/QXM4KWRH");
    expect(link_qr("http://127.0.0.1:8080", "QXM4KWRH"), "HTTP://127.0.0.1:8080/QXM4KWRH");
    expect(link_shared("https://kommun.se/Enkat", "QXM4KWRH"), "https://kommun.se/Enkat/QXM4KWRH/delad");
    expect(link_shared_qr("https://kommun.se/Enkat", "QXM4KWRH"), "HTTPS://KOMMUN.SE/Enkat/QXM4KWRH/DELAD");
    expect(link_slip_qr("https://tld.exempelkommun.se", "QXM4KWRH", "7A3CD4EF"),
           "HTTPS://TLD.EXEMPELKOMMUN.SE/QXM4KWRH/7A3CD4EF");
    expect(link_typed("https://tld.exempelkommun.se"), "tld.exempelkommun.se/");
    expect(link_typed("http://127.0.0.1:8080"), "http://127.0.0.1:8080/");
}

/* In the small alphabet of QR codes a letter takes 5.5 bits, not 8; and what means "shared" is no code. */
static void test_qr_links_stay_in_the_small_alphabet(void **state)
{
    static const char ALPHABET[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
    char *qr[] = {link_qr("https://tld.exempelkommun.se", "QXM4KWRH"),
                  link_shared_qr("https://tld.exempelkommun.se", "QXM4KWRH"),
                  link_slip_qr("https://tld.exempelkommun.se", "QXM4KWRH", "7A3CD4EF")};
    char code[ACCESS_CODE_BYTES];

    (void)state;
    for (size_t i = 0; i < sizeof qr / sizeof *qr; i++) {
        assert_int_equal(qr[i][strspn(qr[i], ALPHABET)], '\0');
        free(qr[i]);
    }
    assert_false(access_code_read(&LINK_SHARED[1], code));
    assert_false(access_code_read_typed(&LINK_SHARED[1], code));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_public_url_is_kept_in_one_form),
        cmocka_unit_test(test_public_url_has_a_longest),
        cmocka_unit_test(test_links),
        cmocka_unit_test(test_qr_links_stay_in_the_small_alphabet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
