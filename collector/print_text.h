#ifndef TLD_COLLECTOR_PRINT_TEXT_H
#define TLD_COLLECTOR_PRINT_TEXT_H

/* The words of slips and of the teacher's guide in one language, from views/print/<language>.json. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"

enum { PRINT_MONTHS = 12, PRINT_SECTIONS_MAX = 6, PRINT_POINTS_MAX = 8, PRINT_TEXT_MAX_BYTES = 64 * 1024 };

/* Whom a point of the guide is for. */
enum print_when {
    PRINT_ALWAYS,
    PRINT_SLIPS, /* classes that answer by one-time codes */
    PRINT_POSTER /* the others */
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

/* All texts are well-formed UTF-8 on one line, owned by `root`. */
struct print_text {
    const char *month[PRINT_MONTHS];
    const char *moment; /* "{day} {month} kl. {hour}.{minute}" */
    const char *slip_code, *slip_how;
    const char *guide_title, *guide_reader, *guide_link;
    const char *guide_open; /* "Öppen från {opens} till {closes}." */
    size_t sections;
    struct print_section section[PRINT_SECTIONS_MAX];
    void *root;
};

/* `name` stands in errors. ERR_INPUT names the line, or the text that is missing. */
bool print_text_parse(const char *name, const char *json, struct print_text *out, struct err *e)
    __attribute__((warn_unused_result));
/* Reads DIR/<language>.json. ERR_NOT_FOUND, ERR_IO too. */
bool print_text_load(const char *dir, const char *language, struct print_text *out, struct err *e)
    __attribute__((warn_unused_result));
void print_text_fini(struct print_text *t);

/* The opening times in words, on a Swedish clock; the caller's. */
char *print_text_open(const struct print_text *t, int64_t opens_s, int64_t closes_s);

#endif
