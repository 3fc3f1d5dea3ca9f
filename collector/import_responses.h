#ifndef TLD_COLLECTOR_IMPORT_RESPONSES_H
#define TLD_COLLECTOR_IMPORT_RESPONSES_H

/* Reads the responses of an earlier round from CSV, one person a line. Nothing here knows the store. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"
#include "core/base/faults.h"
#include "core/domain/form.h"
#include "core/domain/unit.h"

/* All responses of one class, question by question: answers[q * responses + person]. */
struct import_block {
    const struct group *group; /* one of those given */
    int line;                  /* of its first response */
    size_t responses;
    uint8_t *answers;
};

struct import_responses {
    struct import_block *blocks; /* by class, those with responses only */
    size_t count;
    size_t responses; /* in all */
    size_t blank;     /* of them without any answer */
};

/*
 * unit_code,group,<question id>,…; every question of the form has its column, background questions may be
 * left out. A cell is empty (no answer), 0 (vet ej) or 1..C. `groups` are the classes of the round's school
 * year, which must be in it and which the form must fit. *r is filled, free with import_responses_fini. False
 * with e filled when there is any fault, of which each is in `faults`.
 */
bool import_responses_file(const char *path, const struct form *form, const struct group *groups,
                           size_t group_count, struct import_responses *r, struct faults *faults,
                           struct err *e) __attribute__((warn_unused_result));

void import_responses_fini(struct import_responses *r);

#endif
