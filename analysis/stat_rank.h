#ifndef TLD_STAT_RANK_H
#define TLD_STAT_RANK_H

/*
 * Two groups' answers compared by order alone. a and b are counts on the same scores (same size, low and
 * step). Positive means that a tends to answer higher, but for Brunner-Munzel's statistic, which by custom is
 * positive when b does.
 */

#include "analysis/stat_base.h"

/* Mann & Whitney (1947) Ann. Math. Statist. 18:50, normal approximation with ties (Lehmann 1975,
 * Nonparametrics, 1.2). */
struct stat_mann_whitney {
    enum stat_state
        state; /* of z and p: too few when a group is empty, undefined when all are in one category */
    double u;  /* pairs a > b, and half the tied pairs */
    double sigma;
    double z, p;                       /* as it is */
    double z_continuity, p_continuity; /* |u - mean| less 1/2 */
};
struct stat_mann_whitney stat_rank_mann_whitney(const struct stat_counts *a, const struct stat_counts *b);

/*
 * Cliff's delta (1993) Psychol. Bull. 114:494: of all pairs, the share with a > b less the share with a < b.
 * (delta+1)/2 is the probability told as "av 100 slumpvisa par".
 */
struct stat_cliff {
    struct stat_value delta;  /* needs 1 a group */
    int64_t more, less, ties; /* pairs a > b, a < b, a = b */
    enum stat_state state;    /* of the variances: needs 2 a group */
    double s_i, s_j;          /* variances of the row and column means of the dominance matrix */
    double ssr;               /* its sum of squares about delta */
    double variance_unbiased; /* Cliff's; can be negative in tiny groups, then its interval is undefined */
    double variance_consistent;
    struct stat_range unbiased_t;   /* Cliff's asymmetric interval with t_{n_a+n_b-2}: the one to show */
    struct stat_range consistent_z; /* Hogarty & Kromrey (1999); undefined at |delta| = 1, as the other */
};
struct stat_cliff stat_rank_cliff(const struct stat_counts *a, const struct stat_counts *b, double conf);

/* Words for |delta| after Romano et al. (2006): below .147, .33, .474. */
enum stat_magnitude { STAT_NEGLIGIBLE, STAT_SMALL, STAT_MEDIUM, STAT_LARGE };
enum stat_magnitude stat_rank_magnitude(double delta);

/* Brunner & Munzel (2000) Biometrical J. 42:17, t approximation. */
struct stat_brunner_munzel {
    enum stat_state state; /* too few below 2 a group; undefined when neither placement varies */
    double statistic, df, p;
    struct stat_value less; /* P(a < b) + P(a = b)/2; needs 1 a group */
};
struct stat_brunner_munzel stat_rank_brunner_munzel(const struct stat_counts *a, const struct stat_counts *b);

/* Agresti's (1980) generalised odds ratio, pairs a > b to a < b; undefined when there are none of the latter.
 */
struct stat_value stat_rank_odds(const struct stat_counts *a, const struct stat_counts *b);

/* The same with half the tied pairs on either side (O'Brien & Castelloe 2006). */
struct stat_value stat_rank_odds_ties_half(const struct stat_counts *a, const struct stat_counts *b);

#endif
