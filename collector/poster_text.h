#ifndef TLD_COLLECTOR_POSTER_TEXT_H
#define TLD_COLLECTOR_POSTER_TEXT_H

/* The words of a poster in one language, from views/poster/<language>.json. */

#include <stdbool.h>

#include "core/base/err.h"

enum { POSTER_WORDS = 3, POSTER_MONTHS = 12, POSTER_TEXT_MAX_BYTES = 16 * 1024 };

struct poster_text {
    char *scan;                 /* what to do; the address stands below it */
    char *word[POSTER_WORDS];   /* Trygghet, Lärande, Delaktighet */
    char *grades;               /* "Årskurs {}", where {} is 4 or 4–6 */
    char *grade_zero;           /* "Förskoleklass" */
    char *from_grade_zero;      /* "Förskoleklass – årskurs {}" */
    char *month[POSTER_MONTHS]; /* January first, as it stands before a year */
};

/* `name` stands in errors. ERR_INPUT names the line, or the key that is missing or too much. */
bool poster_text_parse(const char *name, const char *json, struct poster_text *out, struct err *e)
    __attribute__((warn_unused_result));

/* Reads DIR/<language>.json. ERR_NOT_FOUND when there are no poster words in that language, ERR_IO too. */
bool poster_text_load(const char *dir, const char *language, struct poster_text *out, struct err *e)
    __attribute__((warn_unused_result));

/* The grades from..to in words, 0 <= from <= to. The caller's. */
char *poster_text_grades(const struct poster_text *t, int from, int to);

void poster_text_fini(struct poster_text *t);

#endif
