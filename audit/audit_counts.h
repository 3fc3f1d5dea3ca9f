#ifndef TLD_AUDIT_COUNTS_H
#define TLD_AUDIT_COUNTS_H

/*
 * From the printed figures of one group back to its counts. n is printed; the sum, the sum of squares, the
 * number of positive answers and of "vet ej" are whole numbers near n·mean, (n−1)·sd² + sum²/n, n·share and
 * n·share/(1−share). All vectors of counts that give every figure as printed are gone through; often there is
 * just one, also when the figures are rounded.
 */

#include "audit/audit_world.h"

enum {
    AUDIT_OPTIONS_MAX = 9,
    AUDIT_COUNTS_STEPS_MAX = 20 * 1000 /* of a search; beyond it the figures give bounds only */
};

struct audit_scale {
    bool index;     /* a dimension's index: scores on 1..options; else a question with so many options */
    int options;    /* 2..AUDIT_OPTIONS_MAX */
    bool reversed;  /* 1 is the best answer */
    int positive;   /* so many options from the good end count as positive; 0: not known */
    bool dont_know; /* may be answered "vet ej" */
    int64_t grid;   /* of an index: scores are whole multiples of 1/grid; 1 for questions; 0: not known */
    int questions;  /* of an index: a score is the mean of at most so many answers */
};

struct audit_span {
    int64_t lo, hi;
};

struct audit_counts {
    int64_t n;
    struct audit_span option[AUDIT_OPTIONS_MAX]; /* of questions */
    struct audit_span dont_know;
    struct audit_range sum;     /* of codes, or of scores */
    struct audit_range squares; /* of codes; of questions */
    struct audit_span positive;
    bool counted; /* every option's count, and that of "vet ej", is known exactly */
    bool summed;  /* so is the sum: steps/grid */
    int64_t steps;
};

enum audit_fit {
    AUDIT_FITS,
    AUDIT_NOTHING, /* nothing is printed */
    AUDIT_NO_FIT   /* no counts give these figures on this scale */
};

/* persons: who sent in the form, −1 when not known. *out is filled for AUDIT_FITS only. */
enum audit_fit audit_counts(const struct audit_scale *s, const struct audit_cell *c, int64_t persons,
                            struct audit_counts *out);

/* Whether any counts at all fit (as audit_counts, but stops at the first). */
bool audit_counts_fit(const struct audit_scale *s, const struct audit_cell *c, int64_t persons);

#endif
