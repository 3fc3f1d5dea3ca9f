#ifndef TLD_STAT_EXACT_H
#define TLD_STAT_EXACT_H

/* Permutation tests from counts: who of the pooled answers belongs to group a is drawn anew in every possible
 * way. */

#include <stdbool.h>

#include "analysis/stat_base.h"

enum stat_exact_score {
    STAT_EXACT_MEAN,    /* the answers' own scores: a test of the mean (Pitman 1937) */
    STAT_EXACT_MIDRANK, /* midranks: Wilcoxon's rank sum test with ties */
};

enum { STAT_EXACT_PERSONS_MAX = 1000000000 }; /* beyond, sums of scores do not fit */

struct stat_permutation {
    enum stat_state state; /* too few when a group is empty; undefined beyond the limit; all tied is p = 1 */
    bool exact;            /* false: the normal approximation, as the groups are too large to count through */
    double two_sided;      /* P(|T-E| >= |t-E|) */
    double lower, upper;   /* P(T <= t), P(T >= t), t that of group a */
};

/*
 * Dynamic programming over the categories (shift algorithm of Streitberg & Roehmel 1986, Statistical Software
 * Newsletter 12:10, for grouped scores): the weight of every (persons taken, sum of scores) pair. Exact to
 * rounding; beyond some hundred persons with many different scores the normal approximation with the
 * permutation variance.
 */
struct stat_permutation stat_exact_permutation(const struct stat_counts *a, const struct stat_counts *b,
                                               enum stat_exact_score score);

#endif
