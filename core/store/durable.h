#ifndef TLD_STORE_DURABLE_H
#define TLD_STORE_DURABLE_H

/* Files that survive a power cut: an acknowledged step is on the disk, together with its name. */

#include <stdbool.h>
#include <stddef.h>

#include "core/base/err.h"

/* Makes the names in the folder of `path` durable. */
bool durable_sync_folder_of(const char *path, struct err *e) __attribute__((warn_unused_result));

/* Makes the bytes of a file durable. */
bool durable_sync(const char *path, struct err *e) __attribute__((warn_unused_result));

/* Makes a new empty file with mode 0600 beside `path` and returns its name, "PATH.unfinished-XXXXXX"; NULL on
 * ERR_IO. */
char *durable_temp_beside(const char *path, struct err *e) __attribute__((warn_unused_result));

/* Removes what such files of `path` a process that was killed has left, with the logs beside them. Nobody
 * else may be making one. */
bool durable_temps_remove(const char *path, struct err *e) __attribute__((warn_unused_result));

/* Writes bytes as the whole of an existing file, and makes them durable. */
bool durable_write(const char *path, const void *bytes, size_t count, struct err *e)
    __attribute__((warn_unused_result));

/* Gives the file `temp` the name `path` and takes away the other. ERR_CONFLICT when `path` exists already. */
bool durable_publish(const char *temp, const char *path, struct err *e) __attribute__((warn_unused_result));

/* The same in place of whatever had the name `path`. */
bool durable_replace(const char *temp, const char *path, struct err *e) __attribute__((warn_unused_result));

#endif
