#ifndef TLD_STAT_ADJUST_H
#define TLD_STAT_ADJUST_H

/* Adjusting p-values of a family of tests fixed beforehand. */

#include "analysis/stat_base.h"

enum stat_adjust {
    STAT_ADJUST_BH,   /* Benjamini & Hochberg (1995) JRSS-B 57:289 */
    STAT_ADJUST_BY,   /* Benjamini & Yekutieli (2001) Ann. Statist. 29:1165, any dependence */
    STAT_ADJUST_HOLM, /* Holm (1979) Scand. J. Statist. 6:65 */
    STAT_ADJUST_BONFERRONI
};

/* out[i] is p[i] adjusted, in the same order. A test without a p keeps its state and leaves the family. */
void stat_adjust(enum stat_adjust method, const struct stat_value *p, size_t n, struct stat_value *out);

/* How many of p are at most q. */
size_t stat_adjust_rejected(const struct stat_value *p, size_t n, double q);

#endif
