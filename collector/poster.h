#ifndef TLD_COLLECTOR_POSTER_H
#define TLD_COLLECTOR_POSTER_H

/*
 * The poster that a class or a school hangs up: A4, with a QR code that a phone reads from across the room
 * and the same link to type. A pure function from values to SVG; PDF and PNG are made of the SVG (drawing.h).
 */

#include <stdbool.h>
#include <stddef.h>

#include "collector/print_text.h"
#include "core/base/buf.h"
#include "core/base/err.h"

enum { POSTER_LANGUAGES_MAX = 6, POSTER_QR_MM = 190 };

/* All names are well-formed UTF-8 without control characters; what they say is drawn as it is. */
struct poster {
    const char *organisation;
    const char *unit;
    const char *below_unit; /* the class, or whom the link is for; NULL = nothing */
    const char *round;      /* "2026-10" */
    const char *public_url; /* as from public_url_read */
    const char *access_code;
    bool shared;                   /* the link for a tablet that children pass on, and the poster says so */
    const struct print_text *text; /* one for each language; the first, Swedish, is set large */
    size_t languages;              /* 1..POSTER_LANGUAGES_MAX */
};

/* Adds a whole SVG document, in mm. ERR_LIMIT when the link is too long for a QR code. */
bool poster_svg(const struct poster *p, struct buf *out, struct err *e) __attribute__((warn_unused_result));

/* A title for people and screen readers: "Trygghet, Lärande, Delaktighet – Björkskolan, 5A – Oktober 2026".
 * The caller's. */
char *poster_title(const struct poster *p);

#endif
