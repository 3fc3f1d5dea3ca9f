#ifndef TLD_STAT_INTERVAL_H
#define TLD_STAT_INTERVAL_H

/*
 * Intervals for a mean and for a share. Two kinds, never mixed: descriptive ("these pupils, this time", a
 * finite population of N) and process (for every comparison between units, groups or times). conf is the
 * confidence, .95 for all that is shown.
 */

#include "analysis/stat_summary.h"

/* The t quantile of such an interval, n-1 degrees of freedom. Too few: n < 2. */
struct stat_value stat_t_critical(const struct stat_summary *s, double conf);

/* mean -+ t_{n-1} se; f as in stat_se. Too few: n < 2. Not clipped to the scale. */
struct stat_range stat_interval_t(const struct stat_summary *s, double f, double conf);

/*
 * The mean on 1..C as a share q of the scale, Wilson's form (1927, JASA 22:209) with the effective number of
 * answers q(1-q)/v and t_{n-1} for the normal quantile. Collapses to the mean when the variance or f is 0.
 */
struct stat_range stat_interval_score(const struct stat_summary *s, int categories, double f, double conf);

/*
 * The interval that is shown: as the score form, but with q kept off the ends by 1/(2n(C-1)) and the variance
 * not below that of the counts with one more, evenly spread answer. So a group in which all answered alike
 * still has a width. Too few: n < 2. process: clipped to the scale. descriptive: times 1-n/N, clipped to what
 * the unanswered could do at worst.
 */
struct stat_range stat_interval_process(const struct stat_summary *s, int categories, double conf);
struct stat_range stat_interval_descriptive(const struct stat_summary *s, int categories, int64_t population,
                                            double conf);

/* max(s^2, V1(n+1)/n), V1 the variance of the counts with one more answer spread evenly over 1..C. */
struct stat_value stat_variance_floor(const struct stat_summary *s, int categories);

/* The mean if all N-n unanswered had chosen 1, and if all had chosen C (Manski 1989, J. Human Resources
 * 24:343). */
struct stat_range stat_worst_case(const struct stat_summary *s, int categories, int64_t population);

struct stat_value stat_share(int64_t k, int64_t n); /* k/n; too few: n = 0 */

/* Wilson's interval for k of n; exactly 0 below when k = 0 and 1 above when k = n. The process interval. */
struct stat_range stat_share_wilson(int64_t k, int64_t n, double conf);

/* The same with n(N-1)/(N-n) in place of n; [p,p] when all answered. */
struct stat_range stat_share_wilson_finite(int64_t k, int64_t n, int64_t population, double conf);

/* Clopper & Pearson (1934) Biometrika 26:404, through beta quantiles. */
struct stat_range stat_share_clopper_pearson(int64_t k, int64_t n, double conf);

/*
 * How many of the N have the property when k of n answering do: all K that the hypergeometric distribution
 * does not reject at (1-conf)/2 on either side. Exact; the descriptive interval. low and high are counts;
 * over N they are the share. Too few: n = 0.
 */
struct stat_range stat_share_hypergeometric(int64_t k, int64_t n, int64_t population, double conf);

#endif
