#ifndef TLD_ANALYSIS_PROGRESSION_H
#define TLD_ANALYSIS_PROGRESSION_H

/*
 * The progression table: one row per round x group x (dimension or question), with the change since the last
 * round in which the group was measured and since the same month a year before.
 *
 * Families of tests, fixed beforehand (Benjamini-Hochberg): the changes since the last round of all units x
 * dimensions in a round, those of all areas x dimensions, and those of the municipality x dimensions. All
 * other tests are exploratory: they have a p but no adjusted one. A class lives one school year, so its
 * change never goes further back.
 */

#include "analysis/results.h"

struct progression_options {
    const char *unit_code; /* only rows of this unit, or NULL; the families are the same */
};

/* The released table; free with released_free before the dataset. ERR_NOT_FOUND: no such unit. */
bool progression(const struct results *from, const struct progression_options *o, struct released **out,
                 struct err *e) __attribute__((warn_unused_result));

/* The rows of one round in parts, first the municipality's and then each unit's; empty ones are left out.
 * Ends when `part` returns false, and then returns false. */
bool progression_parts(const struct results *from, const char *round, released_part_fn *part, void *arg,
                       struct err *e) __attribute__((warn_unused_result));

#endif
