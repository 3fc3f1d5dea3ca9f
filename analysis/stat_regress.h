#ifndef TLD_STAT_REGRESS_H
#define TLD_STAT_REGRESS_H

/* Weighted least squares. */

#include "analysis/stat_base.h"

enum { STAT_REGRESS_MAX = 16 }; /* coefficients */

struct stat_regression {
    enum stat_state state; /* too few: fewer rows than columns; undefined: the columns depend on each other */
    size_t columns;
    double df; /* rows - columns */
    double coefficient[STAT_REGRESS_MAX];
    double inverse[STAT_REGRESS_MAX]
                  [STAT_REGRESS_MAX]; /* (X'WX)^-1: the covariance when 1/w are the variances */
    double chi2;                      /* sum w residual^2 */
    double r2_mean, r2_zero;          /* 1 - chi2/sum w (y - weighted mean)^2, and without the mean */
    struct stat_value sigma2;         /* chi2/df; too few at df = 0 */
};

/*
 * x[row*columns + column]; w > 0, or NULL for all 1. Householder QR (GSL) of the scaled columns, with the
 * solution refined from residuals in extended precision (Bjorck 1967, BIT 7:257), so that ill-conditioned
 * columns lose fewer digits. Columns that depend on each other to 1e-14 are refused.
 */
struct stat_regression stat_regress(const double *x, size_t rows, size_t columns, const double *y,
                                    const double *w);

/* Standard error of a coefficient: from the weights alone ("known"), or times sqrt(sigma2) ("scaled"). */
struct stat_value stat_regress_se_known(const struct stat_regression *r, size_t i);
struct stat_value stat_regress_se_scaled(const struct stat_regression *r, size_t i);

/* t = coefficient/scaled standard error, and its two-sided p with df degrees of freedom. */
struct stat_value stat_regress_t(const struct stat_regression *r, size_t i);
struct stat_value stat_regress_p(const struct stat_regression *r, size_t i);

#endif
