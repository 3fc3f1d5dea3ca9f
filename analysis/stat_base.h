#ifndef TLD_STAT_BASE_H
#define TLD_STAT_BASE_H

/*
 * What all statistics share: a figure carries a state instead of NaN, and everything is computed from counts.
 *
 * The modules stat_* are pure: no files, clock, randomness of their own, globals or allocation that outlives
 * a call. They are the only home of GSL, whose default error handler ends the process: main, and the main of
 * a test, calls stat_init first.
 */

#include <stddef.h>
#include <stdint.h>

enum stat_state {
    STAT_OK,
    STAT_TOO_FEW,    /* fewer answers (or groups, rounds) than the method needs */
    STAT_UNDEFINED,  /* the formula has no value here: no variance, an empty margin, an infinite ratio */
    STAT_SUPPRESSED, /* set by disclosure control only */
    STAT_NOT_ASKED   /* set by the tally only */
};

/* A figure. x is 0 unless state is STAT_OK, and then it is finite. */
struct stat_value {
    enum stat_state state;
    double x;
};

/* An interval, low <= high when state is STAT_OK. */
struct stat_range {
    enum stat_state state;
    double low, high;
};

/*
 * Counts on evenly spaced scores: n[i] persons have the score low + i*step. Answers to one question: low 1,
 * step 1, size C. An index on the integer grid: low 1, step 1/L, size L(C-1)+1. Borrowed; counts are >= 0.
 */
struct stat_counts {
    const int64_t *n;
    size_t size;
    double low, step;
};

void stat_init(void);

/* STAT_UNDEFINED when x is not finite. */
struct stat_value stat_ok(double x);
struct stat_value stat_none(enum stat_state state);
struct stat_range stat_range_ok(double low, double high);
struct stat_range stat_range_none(enum stat_state state);

/* Answers in category order, category c scoring c. */
struct stat_counts stat_counts_of(const int64_t *n, size_t categories);

/* An index of a dimension on the grid 1 + g/grid (grid = LCM(1..K)), with C categories a question. */
struct stat_counts stat_counts_grid(const int64_t *n, size_t size, int64_t grid);

int64_t stat_counts_total(const struct stat_counts *c);
double stat_counts_score(const struct stat_counts *c, size_t i);

#endif
