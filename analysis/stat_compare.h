#ifndef TLD_STAT_COMPARE_H
#define TLD_STAT_COMPARE_H

/* Two groups' means. All signs follow a - b; p-values are two-sided. */

#include "analysis/stat_summary.h"

struct stat_t_test {
    enum stat_state state;  /* of all but diff: too few below 2 a group, undefined when nobody varies */
    struct stat_value diff; /* needs 1 a group */
    double se, t, df, p;
    double low, high; /* interval of diff */
};

/*
 * Welch (1938) Biometrika 29:350 with the degrees of freedom of Satterthwaite (1946) Biometrics Bull. 2:110.
 * One of the groups may be without variance.
 */
struct stat_t_test stat_compare_welch(const struct stat_summary *a, const struct stat_summary *b,
                                      double conf);

/*
 * Welch for pupils in classes: each variance of a mean times its design effect (>= 1; Kish 1965, Survey
 * Sampling, 5.4), and n over the design effect in the degrees of freedom.
 */
struct stat_t_test stat_compare_welch_design(const struct stat_summary *a, const struct stat_summary *b,
                                             double deff_a, double deff_b, double conf);

/* Student (1908) Biometrika 6:1, pooled variance, n_a+n_b-2 degrees of freedom. */
struct stat_t_test stat_compare_student(const struct stat_summary *a, const struct stat_summary *b,
                                        double conf);

/* Paired: the differences d of the same classes at two times. */
struct stat_t_test stat_compare_paired(const double *d, size_t n, double conf);

/* Cohen's d with the pooled sd, and Hedges' g with the exact J (Hedges 1981, J. Educ. Stat. 6:107), a ratio
 * of two gamma functions (the series of Fields 1966, Proc. Edinburgh Math. Soc. 15:43, where they are large).
 */
struct stat_value stat_cohen_d(const struct stat_summary *a, const struct stat_summary *b);
struct stat_value stat_hedges_g(const struct stat_summary *a, const struct stat_summary *b);

/* The difference between "these pupils, this time": both variances with their finite factor, normal quantile.
 */
struct stat_descriptive_diff {
    enum stat_state state;
    double se;
    double low, high;
};
struct stat_descriptive_diff stat_compare_descriptive(const struct stat_summary *a, int64_t population_a,
                                                      const struct stat_summary *b, int64_t population_b,
                                                      double conf);

/*
 * The smallest difference of means that groups of this size and spread could have shown: the true difference
 * at which Welch's test at level alpha rejects with the given power, (t_{1-alpha/2} + t_{power}) se (Bloom
 * 1995, Evaluation Review 19:547).
 */
struct stat_value stat_detectable(const struct stat_summary *a, const struct stat_summary *b, double alpha,
                                  double power);
/* The same of any of the tests above, with its se and df. */
struct stat_value stat_detectable_by(const struct stat_t_test *t, double alpha, double power);

#endif
