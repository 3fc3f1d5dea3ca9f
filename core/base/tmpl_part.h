#ifndef TLD_BASE_TMPL_PART_H
#define TLD_BASE_TMPL_PART_H

/* What tmpl_parse.c hands to tmpl.c. */

#include "core/base/tmpl.h"

enum tmpl_kind {
    TMPL_TEXT,    /* at, bytes: literal */
    TMPL_VALUE,   /* at, bytes: the name */
    TMPL_SECTION, /* name; `other` is the part that closes it */
    TMPL_INVERTED,
    TMPL_CLOSE, /* `other` is the part that opened it */
    TMPL_PARTIAL
};

struct tmpl_part {
    enum tmpl_kind kind;
    int line;
    bool raw; /* a partial within a script or style element */
    const char *at;
    size_t bytes;
    size_t other;
    const struct tmpl *partial; /* set by tmpl_link */
};

struct tmpl {
    char *name, *file;
    char *text; /* what the parts point into */
    bool plain; /* one TMPL_TEXT */
    int visit;  /* tmpl_link's */
    struct tmpl_part *part;
    size_t parts, capacity;
};

/* Splits t->text into parts. */
void tmpl_parse(struct tmpl *t, size_t bytes, struct faults *faults);

#endif
