/* Goal: a link becomes a small QR code whose path and terminal text show the very same modules. */

#include "collector/qr.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char LINK[] = "HTTPS://TLD.EXEMPELKOMMUN.SE/QXM4KWRH";

static struct qr made(const char *text)
{
    struct qr q;
    struct err e = ERR_INIT;
    if (!qr_make(text, &q, &e))
        fail_msg("%s", e.text);
    return q;
}

/* ISO/IEC 18004, table 7: version 2-M holds 38 alphanumeric or 26 byte characters, version 3-M 61 or 42. */
static void test_capitals_are_packed_closest(void **state)
{
    struct qr capitals = made(LINK), small = made("https://tld.exempelkommun.se/qxm4kwrh");

    (void)state;
    assert_int_equal(capitals.modules, 25);
    assert_int_equal(small.modules, 29);
    qr_fini(&capitals);
    qr_fini(&small);
}

static void assert_finder(const struct qr *q, int x0, int y0)
{
    for (int y = 0; y < 7; y++) {
        for (int x = 0; x < 7; x++) {
            int d = abs(x - 3) > abs(y - 3) ? abs(x - 3) : abs(y - 3);
            assert_int_equal(qr_black(q, x0 + x, y0 + y), d != 2);
        }
    }
}

static void test_three_corners_have_finders(void **state)
{
    struct qr q = made(LINK);

    (void)state;
    assert_finder(&q, 0, 0);
    assert_finder(&q, q.modules - 7, 0);
    assert_finder(&q, 0, q.modules - 7);
    assert_false(qr_black(&q, -1, 0));
    assert_false(qr_black(&q, 0, q.modules));
    qr_fini(&q);
}

static void test_path_paints_the_modules(void **state)
{
    struct qr q = made(LINK);
    struct buf path = BUF_INIT;
    unsigned char *painted = calloc((size_t)(q.modules * q.modules), 1);
    const char *p;
    int x, y, w, back, n;

    (void)state;
    assert_non_null(painted);
    qr_path(&q, &path);
    for (p = buf_str(&path); sscanf(p, "M%d %dh%dv1h-%dz%n", &x, &y, &w, &back, &n) == 4; p += n) {
        assert_int_equal(w, back);
        memset(painted + y * q.modules + x, 1, (size_t)w);
    }
    assert_int_equal(*p, '\0');
    assert_memory_equal(painted, q.cells, (size_t)(q.modules * q.modules));
    free(painted);
    buf_fini(&path);
    qr_fini(&q);
}

static void test_terminal_shows_the_modules(void **state)
{
    struct qr q = made(LINK);
    struct buf text = BUF_INIT;
    const char *p;
    int y = -QR_QUIET_MODULES;

    (void)state;
    qr_terminal(&q, &text);
    p = buf_str(&text);
    for (; y < q.modules + QR_QUIET_MODULES; y += 2) {
        assert_memory_equal(p, "\x1b[97;40m", 8);
        p += 8;
        for (int x = -QR_QUIET_MODULES; x < q.modules + QR_QUIET_MODULES; x++) {
            bool up = qr_black(&q, x, y), down = qr_black(&q, x, y + 1);
            const char *want = up ? (down ? " " : "▄") : (down ? "▀" : "█");
            assert_memory_equal(p, want, strlen(want));
            p += strlen(want);
        }
        assert_memory_equal(p, "\x1b[0m\n", 5);
        p += 5;
    }
    assert_int_equal(*p, '\0');
    buf_fini(&text);
    qr_fini(&q);
}

static void test_what_can_not_be_encoded(void **state)
{
    char longest[4000];
    struct qr q;
    struct err e = ERR_INIT;

    (void)state;
    assert_false(qr_make("", &q, &e));
    assert_int_equal(e.kind, ERR_INPUT);
    assert_false(qr_make("HTTPS://SMÅLAND.SE", &q, &e));
    assert_int_equal(e.kind, ERR_INPUT);
    memset(longest, 'a', sizeof longest);
    longest[sizeof longest - 1] = '\0';
    assert_false(qr_make(longest, &q, &e));
    assert_int_equal(e.kind, ERR_LIMIT);
    qr_fini(&q);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_capitals_are_packed_closest), cmocka_unit_test(test_three_corners_have_finders),
        cmocka_unit_test(test_path_paints_the_modules),     cmocka_unit_test(test_terminal_shows_the_modules),
        cmocka_unit_test(test_what_can_not_be_encoded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
