#ifndef TLD_STAT_OMEGA_H
#define TLD_STAT_OMEGA_H

/* McDonald's omega (1999, Test Theory) of the one-factor model. */

#include <stdbool.h>

#include "analysis/stat_reliability.h"

enum { STAT_OMEGA_ITEMS_MAX = 40 };

struct stat_omega {
    enum stat_state
        state; /* too few: fewer than 3 items or 2 persons; undefined: an item does not vary, or no maximum */
    double omega;                         /* (sum loading)^2 / ((sum loading)^2 + sum unique) */
    double loading[STAT_OMEGA_ITEMS_MAX]; /* factor variance 1, their sum positive */
    double unique[STAT_OMEGA_ITEMS_MAX];
    bool
        improper; /* a unique variance is not positive (Heywood): the model does not fit, do not show omega */
};

/*
 * Maximum likelihood for the covariance matrix with divisor n (Joreskog 1967, Psychometrika 32:443), by
 * Fisher scoring with halved steps. Unique variances are free to be negative, as in lavaan.
 */
struct stat_omega stat_omega(const struct stat_products *p);

#endif
