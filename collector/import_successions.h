#ifndef TLD_COLLECTOR_IMPORT_SUCCESSIONS_H
#define TLD_COLLECTOR_IMPORT_SUCCESSIONS_H

/* Reads from CSV which unit carries on which. Nothing here knows the store. */

#include <stdbool.h>
#include <stddef.h>

#include "core/base/err.h"
#include "core/base/faults.h"
#include "core/domain/succession.h"

struct import_succession {
    struct succession succession; /* from "" when it is to be taken away */
    int line;
    bool whole; /* nothing is wrong with the line; else what could be read is here, and a code may be "" */
};

/*
 * predecessor_code,successor_code,from (YYYY-MM, or the word IMPORT_REMOVE of import_rows.h). In the order of
 * the file; free with free(). False with e filled when there is any fault, of which each is in `faults`.
 */
bool import_successions_file(const char *path, struct import_succession **out, size_t *count,
                             struct faults *faults, struct err *e) __attribute__((warn_unused_result));

#endif
