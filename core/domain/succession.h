#ifndef TLD_DOMAIN_SUCCESSION_H
#define TLD_DOMAIN_SUCCESSION_H

/*
 * Which unit carries on which. A unit with several predecessors was merged, one whose predecessor has several
 * successors is a part of one that was split, and one to one it was renamed (or moved to a new code).
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/domain/round.h"
#include "core/domain/unit.h"

struct succession {
    char predecessor[UNIT_CODE_MAX_BYTES + 1];
    char successor[UNIT_CODE_MAX_BYTES + 1];
    char from[ROUND_CODE_BYTES]; /* the month from which on the successor is measured in its place */
};

/* The same, of units by their numbers. */
struct succession_link {
    size_t predecessor, successor;
};

/* Sets looped[i] for each link that lies on a way from a unit back to itself, or between two such. True when
 * there is any. */
bool succession_loops(const struct succession_link *link, size_t links, size_t units, bool *looped);

#endif
