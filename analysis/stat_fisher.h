#ifndef TLD_STAT_FISHER_H
#define TLD_STAT_FISHER_H

/* Fisher's exact test of a table, and the same by simulation where the table is too large to count through.
 */

#include "analysis/stat_table.h"

/*
 * Sum of the probabilities of all tables with the same margins that are at most as probable as the observed
 * one, with a relative tolerance of 1e-7 (Freeman & Halton 1951, Biometrika 38:141). Column by column:
 * partial tables that leave the same row totals and are equally probable are one, and those whose every
 * completion is more probable, or at most as probable, are settled at once (the network idea of Mehta & Patel
 * 1983, JASA 78:427). STAT_UNDEFINED when fewer than two rows or columns have anybody; STAT_TOO_FEW never;
 * counted is false, with p 0, when the table is too large, which it says within some two seconds: simulate
 * then. Counted are 3x4 with 500 persons, 4x4 with 180, 4x5 with 210, 6x4 with 160, 10x4 with 100.
 */
struct stat_fisher {
    enum stat_state state;
    bool counted;
    double p;
};
struct stat_fisher stat_fisher_exact(const struct stat_table *t);

/*
 * Draws tables with the same margins and counts those at most as probable, (1 + count)/(1 + draws) (Hope
 * 1968, JRSS-B 30:582). The same seed gives the same p. Of more than a million persons none are drawn:
 * counted is false then.
 */
struct stat_fisher stat_fisher_simulate(const struct stat_table *t, size_t draws, uint64_t seed);

/* Whether groups and answers have to do with each other: chi-square, but where an expected count is below 5
 * Fisher's test, simulated with 100,000 draws when it is too large to count through. STAT_UNDEFINED when it
 * is too large for that too. */
struct stat_association {
    enum stat_state state;
    enum { STAT_ASSOCIATION_CHISQ, STAT_ASSOCIATION_FISHER, STAT_ASSOCIATION_SIMULATED } method;
    double p;
};
struct stat_association stat_fisher_association(const struct stat_table *t, uint64_t seed);

#endif
