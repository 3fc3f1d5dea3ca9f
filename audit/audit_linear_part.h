#ifndef TLD_AUDIT_LINEAR_PART_H
#define TLD_AUDIT_LINEAR_PART_H

/* What the elimination (audit_linear.h) and the search for unions share. */

#include "audit/audit_linear.h"

/* Blocks of this family: a class, or a unit's classes whose figures (of this family) are known, together. */
struct audit_linear {
    const struct audit_system *s;
    enum audit_family family;
    bool *takes_part; /* by group */
    bool *known;      /* by class */
    size_t *block_of; /* by class; AUDIT_NONE: known, and there are no genders */
    size_t *unit_of;  /* by block */
    size_t *row_of;   /* by class: its own group; AUDIT_NONE: no row names it */
    size_t blocks, cells, values, width;

    uint32_t **row; /* reduced: each has a 1 where the others have 0 */
    size_t *pivot;
    size_t rows;
    uint32_t *work; /* one row */
    bool contradicts, too_large;
};

/* The number of least size that is x modulo the prime. */
int64_t linear_signed(uint32_t x);

/* to −= factor·from */
void linear_subtract(uint32_t *to, const uint32_t *from, uint32_t factor, size_t n);

/* n when there is none. */
size_t linear_first(const uint32_t *v, size_t n);

/* So that it has a 1 at the pivot. */
void linear_normalise(uint32_t *v, size_t pivot, size_t n);

/* How many chose an option, by a row's figures. */
int64_t linear_number(const struct audit_linear *l, const int64_t *values);

#endif
