/* Goal: a round's code gives the right school year, distance and default times, and the clock opens and
 * closes it but never takes it back. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/day.h"
#include "core/domain/round.h"

static void test_code(void **state)
{
    static const char *const bad[] = {"",        "2026",    "2026-13", "2026-00", "1999-10",
                                      "2199-08", "2000-07", "2026-1",  "2026/10", "2026-10x"};
    struct err e = ERR_INIT;

    (void)state;
    assert_true(round_code_check("2026-10", &e));
    assert_true(round_code_check("2000-08", &e));
    assert_true(round_code_check("2199-07", &e));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(round_code_check(bad[i], &e));
        assert_int_equal(e.kind, ERR_INPUT);
    }
}

static void test_year_and_months(void **state)
{
    (void)state;
    assert_int_equal(round_school_year("2026-10"), 2026);
    assert_int_equal(round_school_year("2027-04"), 2026);
    assert_int_equal(round_school_year("2027-07"), 2026);
    assert_int_equal(round_school_year("2027-08"), 2027);
    assert_int_equal(round_months("2026-10"), 24321);
    assert_int_equal(round_months("2027-04") - round_months("2026-10"), 6);
    assert_int_equal(round_months("2027-01") - round_months("2026-12"), 1);
}

static void check_times(const char *code, const char *opens, const char *closes)
{
    int64_t from;
    int64_t to;
    char text[DAY_BYTES];

    round_default_times(code, &from, &to);
    day_format(from, text);
    assert_string_equal(text, opens);
    day_format(to, text);
    assert_string_equal(text, closes);
}

static void test_default_times(void **state)
{
    int64_t from;
    int64_t to;

    (void)state;
    check_times("2026-10", "2026-10-01 06:00", "2026-10-31 20:00");
    check_times("2027-04", "2027-04-01 06:00", "2027-04-30 20:00");
    check_times("2028-02", "2028-02-01 06:00", "2028-02-29 20:00");
    check_times("2100-02", "2100-02-01 06:00", "2100-02-28 20:00");
    /* October goes from summer to winter time: one hour more than the clock's reading. */
    round_default_times("2026-10", &from, &to);
    assert_int_equal(to - from, 30 * 86400 + 14 * 3600 + 3600);
}

static void test_state_at(void **state)
{
    static const struct {
        enum round_state is;
        int64_t now_s;
        enum round_state want;
    } cases[] = {
        {ROUND_PLANNED, 99, ROUND_PLANNED}, {ROUND_PLANNED, 100, ROUND_OPEN},
        {ROUND_PLANNED, 199, ROUND_OPEN},   {ROUND_PLANNED, 200, ROUND_CLOSED},
        {ROUND_OPEN, 50, ROUND_OPEN},       {ROUND_OPEN, 199, ROUND_OPEN},
        {ROUND_OPEN, 200, ROUND_CLOSED},    {ROUND_CLOSED, 50, ROUND_CLOSED},
        {ROUND_CLOSED, 150, ROUND_CLOSED},  {ROUND_SEALED, 150, ROUND_SEALED},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct round r = {.code = "2026-10", .state = cases[i].is, .opens_s = 100, .closes_s = 200};

        assert_int_equal(round_state_at(&r, cases[i].now_s), cases[i].want);
    }
    assert_string_equal(round_state_word(ROUND_SEALED), "sealed");
}

static int zone(void **state)
{
    struct err e = ERR_INIT;

    (void)state;
    return day_zone_init(&e) ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_code),
        cmocka_unit_test(test_year_and_months),
        cmocka_unit_test(test_default_times),
        cmocka_unit_test(test_state_at),
    };

    return cmocka_run_group_tests(tests, zone, NULL);
}
