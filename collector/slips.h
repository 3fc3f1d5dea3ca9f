#ifndef TLD_COLLECTOR_SLIPS_H
#define TLD_COLLECTOR_SLIPS_H

/*
 * Slips with one-time codes: A4 sheets of 3 × 8 to cut apart, each slip with its own QR code and the same
 * code to type. A pure function from values to PDF. What slips have in common is drawn once for all sheets:
 * laying out text is what takes time.
 */

#include <stdbool.h>
#include <stddef.h>

#include "collector/print_text.h"
#include "core/base/buf.h"
#include "core/base/err.h"
#include "core/domain/access.h"

enum { SLIPS_ACROSS = 3, SLIPS_DOWN = 8, SLIPS_ON_SHEET = SLIPS_ACROSS * SLIPS_DOWN };

struct slips {
    const char *title; /* of the whole, for those who do not see it */
    const char *unit, *group;
    const char *public_url; /* as from public_url_read */
    const char *access_code;
    const struct print_text *swedish, *english;
    const char (*codes)[ACCESS_CODE_BYTES];
    size_t count; /* 1.. */
};

size_t slips_sheets(size_t count);

/* Adds a whole PDF. ERR_LIMIT when the link is too long for a QR code. */
bool slips_pdf(const struct slips *s, struct buf *out, struct err *e) __attribute__((warn_unused_result));

#endif
