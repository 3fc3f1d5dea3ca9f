#ifndef TLD_STORE_PACK_H
#define TLD_STORE_PACK_H

/*
 * From single responses to column blocks. Rows are added in any order; pack_each gives one block per form and
 * group, its persons in a fresh random order. No database is involved: every driver seals and looks with
 * this.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"

struct pack_row {
    int64_t form_id; /* the driver's own number */
    int64_t group_id;
    size_t at, questions; /* where its answers lie in `answers` */
};

struct pack {
    struct pack_row *row;
    size_t rows, row_room;
    uint8_t *answers;
    size_t bytes, byte_room;
};

void pack_init(struct pack *p);
void pack_fini(struct pack *p); /* wipes the answers */

/* Room for one more row's answers; the caller writes `questions` bytes there at once. */
uint8_t *pack_add(struct pack *p, int64_t form_id, int64_t group_id, size_t questions);

/* One column block: answers[q * responses + person]. */
struct packed {
    int64_t form_id, group_id;
    size_t responses, questions;
    const uint8_t *answers; /* valid during the call */
};

/* By form and group. Rows of one form must have the same number of questions. Reorders the rows. */
bool pack_each(struct pack *p, bool (*each)(const struct packed *b, void *arg, struct err *e), void *arg,
               struct err *e) __attribute__((warn_unused_result));

/* A uniformly random order of 0..count-1 (Fisher–Yates), from the system's random source. */
void pack_shuffle(uint32_t *order, size_t count);

#endif
