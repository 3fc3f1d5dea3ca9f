#ifndef TLD_STAT_RELIABILITY_H
#define TLD_STAT_RELIABILITY_H

/*
 * How well the questions of a dimension measure one thing, from sums of products over those who answered all
 * of them. Shown for a municipality with n >= 100 only; that rule is the report's.
 */

#include "analysis/stat_base.h"

/* Additive: sum[i] = sum of answers to question i, product[i*items + j] = sum of products; exact integers.
 * Borrowed. */
struct stat_products {
    int64_t n;
    size_t items;
    const int64_t *sum, *product;
};

/* Divisor n-1. Too few: n < 2. */
struct stat_value stat_covariance(const struct stat_products *p, size_t i, size_t j);
struct stat_value stat_correlation(const struct stat_products *p, size_t i,
                                   size_t j);                           /* undefined without variance */
struct stat_value stat_sum_variance(const struct stat_products *p);     /* of the sum score */
struct stat_value stat_mean_correlation(const struct stat_products *p); /* off the diagonal */

/* Cronbach (1951) Psychometrika 16:297, from covariances and (standardised) from correlations. Needs 2 items.
 */
struct stat_value stat_cronbach_alpha(const struct stat_products *p);
struct stat_value stat_cronbach_alpha_standardised(const struct stat_products *p);

/* Feldt (1965) Psychometrika 30:357: 1-(1-alpha)F with n-1 and (n-1)(k-1) degrees of freedom. */
struct stat_range stat_alpha_feldt(const struct stat_products *p, double conf);

/* alpha of the others, and item i's correlation with the sum of the others. */
struct stat_value stat_alpha_without(const struct stat_products *p, size_t item);
struct stat_value stat_item_rest(const struct stat_products *p, size_t item);

/* Guttman (1945) Psychometrika 10:255, lambda 6 from correlations; undefined when an item follows from the
 * others. */
struct stat_value stat_guttman_lambda6(const struct stat_products *p);

/* Of the index, the mean of all items: mean, sd, and the error of measurement sd sqrt(1-alpha). */
struct stat_value stat_products_index_mean(const struct stat_products *p);
struct stat_value stat_products_index_sd(const struct stat_products *p);
struct stat_value stat_products_index_sem(const struct stat_products *p);

#endif
