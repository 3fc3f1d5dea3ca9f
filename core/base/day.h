#ifndef TLD_BASE_DAY_H
#define TLD_BASE_DAY_H

/*
 * Points in time (seconds since 1970 UTC) and their reading on a Swedish clock. No function here reads the
 * clock. day_zone_init must have been called once, before threads start.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/base/err.h"

/* Sets the process's zone to Europe/Stockholm. ERR_IO when the machine has no zone data (package tzdata). */
bool day_zone_init(struct err *e) __attribute__((warn_unused_result));

/*
 * Reads "YYYY-MM-DD HH:MM" ('T' may stand for the blank) as Swedish time. A time that the clock skips in
 * spring and a date that does not exist are refused; of the hour that comes twice in autumn the first is
 * meant. Years 2000–2199. ERR_INPUT.
 */
bool day_parse(const char *s, int64_t *seconds, struct err *e) __attribute__((warn_unused_result));

enum { DAY_BYTES = 17 }; /* "YYYY-MM-DD HH:MM" and its NUL */

/* Writes "YYYY-MM-DD HH:MM" in Swedish time. */
void day_format(int64_t seconds, char out[DAY_BYTES]);

/* Year, month (1–12), day (1–31), hour, minute in Swedish time; any pointer may be NULL. */
void day_split(int64_t seconds, int *year, int *month, int *day, int *hour, int *minute);

#endif
