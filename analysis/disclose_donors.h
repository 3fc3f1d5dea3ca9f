#ifndef TLD_ANALYSIS_DISCLOSE_DONORS_H
#define TLD_ANALYSIS_DISCLOSE_DONORS_H

/*
 * Which other blocks to look at together with some, for disclose_audit: those whose withheld counts can give
 * way when a count of these is another one, since rows across that are shown take in both. Best are those
 * that are held by the same rows: mostly the units of one area.
 */

#include "analysis/disclose_lp.h"

/* To the `count` blocks adds up to `wanted` in all, and returns how many there are then. Where few are joined
 * with them, also those that are joined with these. */
size_t donors_find(const struct lp_places *w, size_t *block, size_t count, size_t wanted);

#endif
