#ifndef TLD_ANALYSIS_DISCLOSE_WAYS_H
#define TLD_ANALYSIS_DISCLOSE_WAYS_H

/*
 * Some of the ways in which the pupils can have answered, given all that is known: for disclose_audit, which
 * needs no linear program for a count that is another one in two of them. Pure; the same every time.
 *
 * A way is a table of whole numbers with the right sums of each class and each gender, drawn at random, where
 * all rows of the block are made up of either (not so where an earlier release had fewer classes). From
 * it others follow by moves that change no shown sum: two pupils of two classes change genders with each
 * other, or two pupils of two classes answers.
 */

#include "analysis/disclose_lp.h"

struct ways;

/* A number that looks drawn at random, another for each: one step of splitmix64 (Steele, Lea & Flood 2014,
 * https://doi.org/10.1145/2660193.2660195). */
uint64_t ways_mix(uint64_t from);

/* Of the blocks that are marked. w is borrowed. */
struct ways *ways_new(const struct lp_places *w, const bool *block);
void ways_free(struct ways *y);

/* Whether the sum is surely not determined; all its atoms are in one block. */
bool ways_differ(const struct ways *y, const struct lp_sum *s);

/* Whether the sum can surely be nobody. */
bool ways_nobody(const struct ways *y, const struct lp_sum *s);

#endif
