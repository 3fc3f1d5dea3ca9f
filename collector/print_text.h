#ifndef TLD_COLLECTOR_PRINT_TEXT_H
#define TLD_COLLECTOR_PRINT_TEXT_H

/* The words of all that is printed, in one language, from views/print/<language>.json: a part for each kind
 * of paper. A language need not have all parts. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"

enum {
    PRINT_WORDS = 3,
    PRINT_MONTHS = 12,
    PRINT_SECTIONS_MAX = 6,
    PRINT_POINTS_MAX = 8,
    PRINT_TEXT_MAX_BYTES = 64 * 1024
};

/* The parts of a file, a bit each. */
enum print_part {
    PRINT_POSTER = 1,
    PRINT_SLIP = 2,
    PRINT_GUIDE = 4,
    PRINT_PAPER = 8,
    PRINT_GUIDE_YOUNG = 16, /* with PRINT_GUIDE: in the words of a preschool or fritidshem */
    PRINT_GUIDE_ADULT = 32  /* with PRINT_GUIDE: of vuxenutbildning */
};

struct print_poster {
    const char *scan;                /* what to do; the address stands below it */
    const char *word[PRINT_WORDS];   /* Trygghet, Lärande, Delaktighet */
    const char *grades;              /* "Årskurs {}", where {} is 4 or 4–6 */
    const char *grade_zero;          /* "Förskoleklass" */
    const char *from_grade_zero;     /* "Förskoleklass – årskurs {}" */
    const char *month[PRINT_MONTHS]; /* January first, as it stands before a year */
    const char *shared;              /* "Delad surfplatta" */
};

struct print_slip {
    const char *code, *how;
};

/* Whom a point of the guide is for. */
enum print_when {
    PRINT_ALWAYS,
    PRINT_SLIPS,   /* classes that answer by one-time codes */
    PRINT_SHARED,  /* children who share a tablet */
    PRINT_POSTERS, /* all others */
    PRINT_LINKS    /* all who need no code, sharing a tablet or not */
};

struct print_point {
    enum print_when when;
    const char *text;
};

struct print_section {
    const char *title;
    size_t points;
    struct print_point point[PRINT_POINTS_MAX];
};

struct print_guide {
    const char *title, *reader, *link;
    const char *help;                /* when the technology fails; whom to ask stands behind it */
    const char *open;                /* "Öppen från {opens} till {closes}." */
    const char *moment;              /* "{day} {month} kl. {hour}.{minute}" */
    const char *month[PRINT_MONTHS]; /* as it stands within a date */
    size_t sections;
    struct print_section section[PRINT_SECTIONS_MAX];
};

/* The form to fill in with a pen. */
struct print_paper {
    const char *how, *how_symbols; /* what to do; the second where answers are drawings */
    const char *leave_pupil;       /* what to do with the paper then, for each audience */
    const char *leave_guardian;
    const char *leave_staff;
    const char *no_name; /* at the foot of each page */
    const char *page;    /* "Sida {n} av {total}" */
};

/* All texts are well-formed UTF-8 on one line, owned by `root`; those of parts that were not asked for are
 * NULL. */
struct print_text {
    struct print_poster poster;
    struct print_slip slip;
    struct print_guide guide;
    struct print_paper paper;
    void *root;
};

/* `parts` of enum print_part; `name` stands in errors. ERR_INPUT names the line, or the text that is missing
 * or is none of ours. */
bool print_text_parse(const char *name, const char *json, unsigned parts, struct print_text *out,
                      struct err *e) __attribute__((warn_unused_result));

/* Reads DIR/<language>.json. ERR_NOT_FOUND when nothing is printed in that language, ERR_IO too. */
bool print_text_load(const char *dir, const char *language, unsigned parts, struct print_text *out,
                     struct err *e) __attribute__((warn_unused_result));

void print_text_fini(struct print_text *t);

/* The grades from..to in words, 0 <= from <= to; needs PRINT_POSTER. The caller's. */
char *print_text_grades(const struct print_text *t, int from, int to);

/* A page's number among all; needs PRINT_PAPER. The caller's. */
char *print_text_page(const struct print_text *t, size_t n, size_t total);

/* The opening times in words, on a Swedish clock; needs PRINT_GUIDE. The caller's. */
char *print_text_open(const struct print_text *t, int64_t opens_s, int64_t closes_s);

#endif
