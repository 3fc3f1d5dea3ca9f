#ifndef TLD_DOMAIN_FORM_LOAD_H
#define TLD_DOMAIN_FORM_LOAD_H

/* Reads form files (YAML; see forms/README.md). The only home of <libfyaml.h>. */

#include <stdbool.h>
#include <stddef.h>

#include "core/base/err.h"
#include "core/base/faults.h"
#include "core/domain/form.h"

/*
 * Reads a form from text; `name` stands in the faults. Everything wrong is added to `faults` as
 * name:line:column; then false is returned with e as a one-line summary (ERR_INPUT, ERR_LIMIT) and *out is
 * NULL.
 */
bool form_parse(const char *name, const char *text, size_t bytes, struct form **out, struct faults *faults,
                struct err *e) __attribute__((warn_unused_result));

/* The same from a file. ERR_NOT_FOUND, ERR_IO too. */
bool form_load(const char *path, struct form **out, struct faults *faults, struct err *e)
    __attribute__((warn_unused_result));

#endif
