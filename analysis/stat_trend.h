#ifndef TLD_STAT_TREND_H
#define TLD_STAT_TREND_H

/*
 * A line through the rounds' means, with a term for April, and a check that trusts order only. From six
 * rounds on an inference, before that only the line: STAT_TREND_ROUNDS.
 */

#include <stdbool.h>

#include "analysis/stat_regress.h"
#include "analysis/stat_summary.h"

enum { STAT_TREND_ROUNDS = 6 };

/* One round: when (in years from any start), whether it was an April, and its answers. */
struct stat_trend_round {
    double years;
    bool april;
    struct stat_summary summary;
};

/*
 * Weighted least squares of the means on 1, years and (with_april) April, weights n/s^2. Coefficients in that
 * order. Too few: a round with fewer than 2 answers, or fewer rounds than coefficients. Undefined: a round in
 * which all answered alike, or no April to tell from October.
 */
struct stat_regression stat_trend_line(const struct stat_trend_round *round, size_t count, bool with_april);

/* Whether both an April and another month are among the rounds; with one of them alone there is no term to
 * fit.
 */
bool stat_trend_seasons(const struct stat_trend_round *round, size_t count);

/* The larger of the "known" and the "scaled" standard error of the slope, and the p-value that goes with it.
 */
struct stat_trend_slope {
    enum stat_state state; /* too few: fewer than STAT_TREND_ROUNDS rounds */
    double slope, se, p;
    bool scaled; /* the scaled one was the larger: t with df degrees of freedom; else normal */
    double df;
};
struct stat_trend_slope stat_trend_slope(const struct stat_trend_round *round, size_t count);

/* slope -+ quantile * se, of the distribution that its p has. */
struct stat_range stat_trend_interval(const struct stat_trend_slope *s, double conf);

/* Seasonal Mann-Kendall (Hirsch, Slack & Smith 1982, Water Resources Research 18:107) on the means; rounds in
 * order of time. z has the continuity correction. Undefined when no season has two means that differ in time.
 */
struct stat_kendall {
    double s, variance;
    struct stat_value z, p;
};
struct stat_kendall stat_trend_kendall(const struct stat_trend_round *round, size_t count);

#endif
