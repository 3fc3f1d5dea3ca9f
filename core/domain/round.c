#include "core/domain/round.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/text.h"
#include "core/domain/unit.h"

const char *round_state_word(enum round_state s)
{
    static const char *const words[] = {[ROUND_PLANNED] = "planned",
                                        [ROUND_OPEN] = "open",
                                        [ROUND_CLOSED] = "closed",
                                        [ROUND_SEALED] = "sealed"};

    assert(s >= ROUND_PLANNED && s <= ROUND_SEALED);
    return words[s];
}

static bool is_code(const char *s)
{
    static const char pattern[] = "0000-00";

    if (strlen(s) != sizeof pattern - 1)
        return false;
    for (size_t i = 0; pattern[i] != '\0'; i++) {
        if (pattern[i] == '0' ? (s[i] < '0' || s[i] > '9') : s[i] != pattern[i])
            return false;
    }
    return true;
}

static int year_of(const char *code)
{
    return atoi(code);
}

static int month_of(const char *code)
{
    return atoi(code + 5);
}

bool round_code_check(const char *code, struct err *e)
{
    size_t bytes = strlen(code);

    if (!is_code(code))
        return err_set(e, ERR_INPUT, "'%.*s' is not a round: write year and month, as in 2026-10",
                       (int)text_whole_bytes(code, bytes < 40 ? bytes : 40), code);
    if (month_of(code) < 1 || month_of(code) > 12)
        return err_set(e, ERR_INPUT, "round '%s': the month must be between 01 and 12", code);
    if (round_school_year(code) < SCHOOL_YEAR_MIN || round_school_year(code) > SCHOOL_YEAR_MAX)
        return err_set(e, ERR_INPUT, "round '%s' is not between %d-08 and %d-07", code, SCHOOL_YEAR_MIN,
                       SCHOOL_YEAR_MAX + 1);
    return true;
}

int round_school_year(const char *code)
{
    return month_of(code) >= 8 ? year_of(code) : year_of(code) - 1;
}

int round_months(const char *code)
{
    return year_of(code) * 12 + month_of(code) - 1;
}

static int last_day(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (month == 2 && leap);
}

static int64_t clock_time(int year, int month, int day, const char *time)
{
    struct err e = ERR_INIT;
    char text[80];
    int64_t seconds = 0;
    bool ok;

    (void)snprintf(text, sizeof text, "%04d-%02d-%02d %s", year, month, day, time);
    ok = day_parse(text, &seconds, &e);
    assert(ok); /* six and twenty o'clock exist every day */
    (void)ok;
    return seconds;
}

void round_default_times(const char *code, int64_t *opens_s, int64_t *closes_s)
{
    int year = year_of(code);
    int month = month_of(code);

    *opens_s = clock_time(year, month, 1, "06:00");
    *closes_s = clock_time(year, month, last_day(year, month), "20:00");
}

enum round_state round_state_at(const struct round *r, int64_t now_s)
{
    switch (r->state) {
    case ROUND_PLANNED:
        if (now_s >= r->closes_s)
            return ROUND_CLOSED;
        return now_s >= r->opens_s ? ROUND_OPEN : ROUND_PLANNED;
    case ROUND_OPEN:
        return now_s >= r->closes_s ? ROUND_CLOSED : ROUND_OPEN;
    case ROUND_CLOSED:
    case ROUND_SEALED:
        break;
    }
    return r->state;
}
