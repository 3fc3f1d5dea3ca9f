#ifndef TLD_BASE_FILE_H
#define TLD_BASE_FILE_H

/* Whole files in and out. */

#include <stdbool.h>
#include <stddef.h>

#include "core/base/err.h"

/*
 * Reads a whole file ("-": standard input); *text is NUL-terminated, the caller's to free. ERR_NOT_FOUND,
 * ERR_IO; ERR_LIMIT when it is longer than max_bytes.
 */
bool file_read(const char *path, size_t max_bytes, char **text, size_t *bytes, struct err *e)
    __attribute__((warn_unused_result));

/*
 * Writes a whole file ("-": standard output) in such a way that `path` has either its old content or all of
 * the new one: a temporary file beside it, synced, then renamed. ERR_IO.
 */
bool file_write(const char *path, const void *data, size_t bytes, struct err *e)
    __attribute__((warn_unused_result));

#endif
