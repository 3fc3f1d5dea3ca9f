#ifndef TLD_AUDIT_WORLD_PART_H
#define TLD_AUDIT_WORLD_PART_H

/* What the makers of worlds (audit_world.h) share: rows become one world (audit_world), or several versions
 * of it (audit_world_make). */

#include "audit/audit_world.h"

/* The rows of one round and form, in the order of the files. */
struct world_part {
    const struct audit_table *table;
    const size_t *row;
    size_t rows;
    const char *nothing; /* "" as the table has it */
};

const struct audit_row *world_part_row(const struct world_part *p, size_t i);

/* All that the rows are about. ERR_LIMIT. */
bool world_find_groups(const struct world_part *p, struct audit_world *w, struct err *e)
    __attribute__((warn_unused_result));
bool world_find_items(const struct world_part *p, struct audit_world *w, struct err *e)
    __attribute__((warn_unused_result));

struct audit_world world_copy(const struct audit_world *from);

/* Adds one file's rows from..to; the first that contradicts what is there, and the world is then of no use;
 * or `to`. */
size_t world_add_rows(struct audit_world *w, const struct world_part *p, size_t from, size_t to);

#endif
