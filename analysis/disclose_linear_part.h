#ifndef TLD_ANALYSIS_DISCLOSE_LINEAR_PART_H
#define TLD_ANALYSIS_DISCLOSE_LINEAR_PART_H

/* What the modules of the linear stage (disclose_linear.h) share. */

#include "analysis/disclose_block.h"
#include "analysis/disclose_linear.h"

struct linear_work {
    const struct linear *p;
    struct block *block;
    size_t *column; /* of each atom, in its block; SIZE_MAX: nobody */
    /* All blocks side by side: first the big columns of each, then the small ones. Behind them the number of
     * persons, and how often each row across takes part. */
    size_t *big_at, *small_at, *block_of;
    size_t columns, all_big;
    int64_t *least;
    size_t *across; /* the rows across, in the order of release */
    size_t acrosses;
    struct span span;  /* what those released say beyond the blocks' own rows */
    struct span joint; /* the same, with the rows of the blocks that stand in their pivots */
    bool *joined;      /* of each row across: it told something new */
    uint64_t *answer;  /* all that some row gave alone */
    size_t answers;
    uint64_t *v, *w; /* scratch: rows of the span */
    uint64_t *local; /* scratch: a vector of any block */
};

/* What follows though it must not: the combination of rows across that it needs, and the blocks it is in. */
struct linear_finding {
    uint64_t *factor; /* of each row across */
    bool *touched;
};

void linear_work_init(struct linear_work *w, const struct linear *p);
void linear_work_fini(struct linear_work *w);

/* Where a block's column is among those of all blocks. */
size_t linear_place(const struct linear_work *w, size_t block, size_t column);

/* Copies a block's part; false when it is all zero. The number of persons is none of its own. */
bool linear_take_part(const struct linear_work *w, size_t block, const uint64_t *v, uint64_t *local);

/* Brings the spans up to date with what is shown. */
void linear_join(struct linear_work *w);

/* Whether something follows that must not; then f says how. Joins first. */
bool linear_find(struct linear_work *w, struct linear_finding *f);

/* The combination itself, before anything was taken from it. */
void linear_combine(struct linear_work *w, const struct linear_finding *f, uint64_t *out);

/* Whether the rows across say anything whose first person is in this block; else they add nothing to it. */
bool linear_is_reached(const struct linear_work *w, size_t block);

/* Whether a row across follows from what is shown; and a vector of a block that its own rows do not give. */
bool linear_row_follows(struct linear_work *w, size_t i);
bool linear_part_follows(struct linear_work *w, size_t block, const uint64_t *vector);

#endif
