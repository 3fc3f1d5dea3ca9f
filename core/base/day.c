#include "core/base/day.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

bool day_zone_init(struct err *e)
{
    if (setenv("TZ", "Europe/Stockholm", 1) != 0)
        return err_set(e, ERR_IO, "can not set the time zone");
    tzset();
    if (strcmp(tzname[0], "CET") != 0 || strcmp(tzname[1], "CEST") != 0)
        return err_set(e, ERR_IO, "no data for the time zone Europe/Stockholm: install the package tzdata");
    return true;
}

static bool digits(const char *s, const char *pattern)
{
    for (; *pattern != '\0'; s++, pattern++) {
        if (*pattern == '0' ? (*s < '0' || *s > '9') : *s != *pattern)
            return false;
    }
    return *s == '\0';
}

static bool same(const struct tm *a, const struct tm *b)
{
    return a->tm_year == b->tm_year && a->tm_mon == b->tm_mon && a->tm_mday == b->tm_mday &&
           a->tm_hour == b->tm_hour && a->tm_min == b->tm_min;
}

bool day_parse(const char *s, int64_t *seconds, struct err *e)
{
    struct tm want = {0};
    struct tm got = {0};
    time_t t = 0;
    bool found = false;

    if (!digits(s, "0000-00-00 00:00") && !digits(s, "0000-00-00T00:00"))
        return err_set(e, ERR_INPUT, "'%.40s' is not a time: write YYYY-MM-DD HH:MM", s);
    want.tm_year = atoi(s) - 1900;
    want.tm_mon = atoi(s + 5) - 1;
    want.tm_mday = atoi(s + 8);
    want.tm_hour = atoi(s + 11);
    want.tm_min = atoi(s + 14);
    if (want.tm_year < 100 || want.tm_year > 299)
        return err_set(e, ERR_INPUT, "'%s': the year must be between 2000 and 2199", s);
    /* Summer time first: it gives the earlier of two readings. What does not read back the same does not
     * exist. */
    for (int summer = 1; summer >= 0 && !found; summer--) {
        struct tm tm = want;

        tm.tm_isdst = summer;
        t = mktime(&tm);
        found = localtime_r(&t, &got) != NULL && same(&got, &want);
    }
    if (!found)
        return err_set(e, ERR_INPUT, "'%s' does not exist on a Swedish clock: choose another time", s);
    *seconds = t;
    return true;
}

void day_split(int64_t seconds, int *year, int *month, int *day, int *hour, int *minute)
{
    time_t t = (time_t)seconds;
    struct tm tm = {0};
    struct tm *ok = localtime_r(&t, &tm);

    assert(ok != NULL);
    (void)ok;
    if (year != NULL)
        *year = tm.tm_year + 1900;
    if (month != NULL)
        *month = tm.tm_mon + 1;
    if (day != NULL)
        *day = tm.tm_mday;
    if (hour != NULL)
        *hour = tm.tm_hour;
    if (minute != NULL)
        *minute = tm.tm_min;
}

void day_format(int64_t seconds, char out[DAY_BYTES])
{
    int y;
    int mo;
    int d;
    int h;
    int mi;
    char wide[80];

    day_split(seconds, &y, &mo, &d, &h, &mi);
    (void)snprintf(wide, sizeof wide, "%04d-%02d-%02d %02d:%02d", y, mo, d, h, mi);
    wide[DAY_BYTES - 1] = '\0';
    memcpy(out, wide, DAY_BYTES);
}
