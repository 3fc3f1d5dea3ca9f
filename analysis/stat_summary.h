#ifndef TLD_STAT_SUMMARY_H
#define TLD_STAT_SUMMARY_H

/* One distribution: its moments, quantiles and spread. */

#include "analysis/stat_base.h"

/*
 * The moments that everything about means is computed from. Sums of squares are taken about the mean, not as
 * a difference of large sums (Chan, Golub & LeVeque 1983, The American Statistician 37:242).
 */
struct stat_summary {
    int64_t n;
    double mean; /* 0 when n is 0 */
    double rest; /* of values: what rounding to a double took from the mean, 0 of counts */
    double ss;   /* sum of (x - mean)^2; exactly 0 when all are alike */
};

struct stat_summary stat_summary_counts(const struct stat_counts *c);

/* From single values (class means, say): two passes with the correction for rounding in the mean. */
struct stat_summary stat_summary_values(const double *x, size_t n);

struct stat_value stat_mean(const struct stat_summary *s);          /* too few: n = 0 */
struct stat_value stat_variance(const struct stat_summary *s);      /* divisor n-1; too few: n < 2 */
struct stat_value stat_sd(const struct stat_summary *s);            /* divisor n-1; too few: n < 2 */
struct stat_value stat_sd_population(const struct stat_summary *s); /* divisor n; too few: n < 2 */

/*
 * sd/sqrt(n)*sqrt(f). f is the finite-population factor: 1 for the process, stat_unseen(n, N) for "these
 * pupils, this time" (Cochran 1977, Sampling Techniques, 2.6).
 */
struct stat_value stat_se(const struct stat_summary *s, double f);

/* 1 - n/N, the share that did not answer; 0 when N <= n. */
double stat_unseen(int64_t n, int64_t population);

/* A mean on 1..C shown on 0-100: 100(mean-1)/(C-1). */
struct stat_value stat_index_0_100(struct stat_value mean, int categories);

/* Sample quantile of type 7 of Hyndman & Fan (1996), The American Statistician 50:361; 0 <= q <= 1. */
struct stat_value stat_quantile(const struct stat_counts *c, double q);

/*
 * The median of grouped answers: with M the ordinary median, M - step/2 + step (n/2 - #{x<M})/#{x=M}; M
 * itself when nobody has the score M.
 */
struct stat_value stat_median_interpolated(const struct stat_counts *c);

/* Skewness g1 = m3/m2^1.5 with divisor n; undefined without variance. */
struct stat_value stat_skewness(const struct stat_counts *c);

/* Shannon's entropy over ln(size): 0 when all are alike, 1 when all scores are equally common. */
struct stat_value stat_evenness(const struct stat_counts *c);

/* First-order autocorrelation of values in their order, about their mean. */
struct stat_value stat_autocorrelation(const double *x, size_t n);

#endif
