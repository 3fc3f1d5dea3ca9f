#ifndef TLD_BASE_YAML_H
#define TLD_BASE_YAML_H

/*
 * Reads the plain part of YAML 1.2 into a tree that knows where everything stands: text, lists and maps with
 * text keys. Anchors, aliases, tags, directives and several documents in one file are refused, and depth and
 * size are limited, so that a file from outside can neither blow up nor surprise. The only home of
 * <libfyaml.h>.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/base/err.h"
#include "core/base/faults.h"

enum { YAML_DEPTH_MAX = 8, YAML_NODES_MAX = 20000, YAML_MAX_BYTES = 256 * 1024 };

enum yaml_kind { YAML_TEXT, YAML_LIST, YAML_MAP };

struct yaml {
    enum yaml_kind kind;
    int line, column;   /* where it starts, 1-based; the column counts characters */
    char *text;         /* of a text: UTF-8 with a NUL after it, else NULL; a final line break is taken off */
    size_t bytes;       /* of text */
    struct yaml *key;   /* of a value in a map: its key, always a text; else NULL */
    struct yaml *first; /* of a list or map: its values in the order of the file */
    struct yaml *last;
    struct yaml *next; /* the next value of the same list or map */
};

/*
 * Reads bytes of text; `name` stands in the faults. Everything wrong is added to `faults`. Where there is no
 * tree then, false is returned with e as a one-line summary (ERR_INPUT, ERR_LIMIT) and *out is NULL. A key
 * that stands twice in a map is a fault too, but the tree comes, with the first of them. A text may hold
 * whatever YAML can write, through escapes also what is not UTF-8.
 */
bool yaml_parse(const char *name, const char *text, size_t bytes, struct yaml **out, struct faults *faults,
                struct err *e) __attribute__((warn_unused_result));

/* The value of `key` in a map, or NULL. */
const struct yaml *yaml_get(const struct yaml *map, const char *key);

/* Whether y is a text equal to s. */
bool yaml_is(const struct yaml *y, const char *s);

/* A text for use in a message: controls replaced, cut with "…". */
enum { YAML_SHOW_BYTES = 64 };
void yaml_show(const struct yaml *text, char out[YAML_SHOW_BYTES]);

void yaml_free(struct yaml *y);

#endif
