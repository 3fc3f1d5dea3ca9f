#ifndef TLD_COLLECTOR_IMPORT_TARGETS_H
#define TLD_COLLECTOR_IMPORT_TARGETS_H

/* Reads from CSV what units want to reach. Nothing here knows the store, or what a form has. */

#include <stdbool.h>
#include <stddef.h>

#include "core/base/err.h"
#include "core/base/faults.h"
#include "core/domain/target.h"

struct import_target {
    struct target target;
    bool remove; /* it is to be taken away: measure, direction and value say nothing */
    int line;
    bool whole; /* nothing is wrong with the line; else what could be read is here */
};

/*
 * unit_code,form,dimension,question,measure,direction,value,round; question is empty for a dimension's index,
 * value may be the word IMPORT_REMOVE (import_rows.h). In the order of the file; free with free(). False with
 * e filled when there is any fault, of which each is in `faults`.
 */
bool import_targets_file(const char *path, struct import_target **out, size_t *count, struct faults *faults,
                         struct err *e) __attribute__((warn_unused_result));

#endif
