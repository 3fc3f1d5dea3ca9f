#ifndef TLD_BASE_FILE_H
#define TLD_BASE_FILE_H

/* Whole files in and out. */

#include <stdbool.h>
#include <stddef.h>

#include "core/base/err.h"

/* Whether something has that name, a link that leads nowhere included. */
bool file_exists(const char *path);

/*
 * Reads a whole file ("-": standard input); *text is NUL-terminated, the caller's to free. ERR_NOT_FOUND,
 * ERR_IO; ERR_LIMIT when it is longer than max_bytes.
 */
bool file_read(const char *path, size_t max_bytes, char **text, size_t *bytes, struct err *e)
    __attribute__((warn_unused_result));

/*
 * Writes a whole file ("-" or /dev/stdout: standard output) in such a way that `path` has either its old
 * content or all of the new one: a temporary file beside it, synced, then renamed. A symbolic link stays one.
 * ERR_IO.
 */
bool file_write(const char *path, const void *data, size_t bytes, struct err *e)
    __attribute__((warn_unused_result));

/* The same for what nobody else on the machine may read. */
bool file_write_private(const char *path, const void *data, size_t bytes, struct err *e)
    __attribute__((warn_unused_result));

struct file_content {
    const char *name; /* within the folder */
    const void *data;
    size_t bytes;
};

/*
 * Writes all the files into a folder, made with those above it when it is not there, or none of them: each
 * goes into a temporary file first, and only when the last of these is on disk do they take their names.
 * Files of the same names are replaced. ERR_INPUT when `dir`, or what has one of the names, is no folder or
 * no file; ERR_IO.
 */
bool file_write_all(const char *dir, const struct file_content *files, size_t count, struct err *e)
    __attribute__((warn_unused_result));

#endif
