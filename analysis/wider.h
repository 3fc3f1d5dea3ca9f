#ifndef TLD_ANALYSIS_WIDER_H
#define TLD_ANALYSIS_WIDER_H

/* The wider groups that can stand in for a group whose own figure is withheld. */

#include "analysis/classes.h"

enum { WIDER_MAX = 5 };

/*
 * The nodes of the same lattice that hold all of a node's pupils, the nearest first; returns how many. One of
 * the very same classes is left out, since its figure is the same; so is one that is in no table. What may be
 * shown is not asked.
 */
size_t wider_groups(const struct lattice *l, const struct classes *c, size_t node, size_t wider[WIDER_MAX]);

/* "level/group_kind/group" as in the node's own row, "level/group_kind" where that has no group. The caller
 * frees it. */
char *wider_word(const struct lattice *l, size_t node);

#endif
