#ifndef TLD_COLLECTOR_FORM_BODY_H
#define TLD_COLLECTOR_FORM_BODY_H

/*
 * An application/x-www-form-urlencoded body (WHATWG URL Standard, "urlencoded parsing"), read with suspicion:
 * it is bounded in every direction and anything that no browser sends is refused.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/base/err.h"

enum {
    FORM_BODY_MAX_BYTES = 16 * 1024, /* a full answer to the longest form is under 4 kB */
    FORM_BODY_MAX_FIELDS = 80,       /* FORM_QUESTIONS_MAX and the hidden ones */
    FORM_BODY_NAME_MAX_BYTES = 40,
    FORM_BODY_VALUE_MAX_BYTES = 200
};

struct form_field {
    const char *name;  /* 1..FORM_BODY_NAME_MAX_BYTES bytes; no other field has it */
    const char *value; /* "" when empty; at most FORM_BODY_VALUE_MAX_BYTES bytes */
};

/* Names and values are decoded, well-formed UTF-8 without control characters, in the order of the body. */
struct form_body {
    size_t count;
    struct form_field field[FORM_BODY_MAX_FIELDS];
    char *text; /* what the fields point into */
    size_t text_bytes;
};

/*
 * Reads `bytes` bytes at `raw`. An empty body has no fields. ERR_LIMIT when something is longer or more than
 * above; ERR_INPUT for a broken percent code, bad UTF-8, a NUL or other control character, an empty name or a
 * name that comes twice. The text of the error repeats nothing of the body, so that it may be logged.
 * After a failure *out is empty and needs no form_body_fini.
 */
bool form_body_parse(const void *raw, size_t bytes, struct form_body *out, struct err *e)
    __attribute__((warn_unused_result));

void form_body_fini(struct form_body *b); /* wipes the answers */

/* The value of a field; NULL when the body does not have it. */
const char *form_body_get(const struct form_body *b, const char *name);

#endif
