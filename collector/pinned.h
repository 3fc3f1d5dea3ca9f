#ifndef TLD_COLLECTOR_PINNED_H
#define TLD_COLLECTOR_PINNED_H

/* The forms of a round, parsed from the texts that it has pinned. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"
#include "core/domain/form.h"
#include "core/store/store.h"

struct pinned {
    struct form **at;
    size_t count;
};

void pinned_init(struct pinned *p);
void pinned_fini(struct pinned *p);

/* Fills an initialised *p with the round's forms, by id. ERR_BUG when a pinned text can not be read. */
bool pinned_load(struct store *s, const char *round, struct pinned *p, struct err *e)
    __attribute__((warn_unused_result));

/* NULL when there is none. Borrowed. */
const struct form *pinned_by_id(const struct pinned *p, const char *id);
const struct form *pinned_by_hash(const struct pinned *p, const uint8_t hash[FORM_HASH_BYTES]);

/* The ids, ", " between; the caller's. */
char *pinned_ids(const struct pinned *p);

#endif
