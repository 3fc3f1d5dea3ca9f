#ifndef TLD_STAT_CHANGE_H
#define TLD_STAT_CHANGE_H

/*
 * October to April: two anonymous samples of much the same pupils. Who answered both times is not known, and
 * neither is how alike a pupil's two answers are; the conclusion is shown for all that could be.
 */

#include "analysis/stat_compare.h"

enum { STAT_CHANGE_RHOS = 4, STAT_CHANGE_OVERLAPS = 3, STAT_CHANGE_GRID = 12 };

/* The correlations tried: 0, .3, .5, .7. */
extern const double stat_change_rho[STAT_CHANGE_RHOS];

struct stat_change_cell {
    double rho, overlap; /* overlap: pupils who answered both times */
    struct stat_value variance, z, p;
};

struct stat_change {
    struct stat_t_test welch;                       /* later - earlier, as if nobody had answered twice */
    double least, chance, most;                     /* overlap: max(0, n1+n2-N), n1 n2/N, min(n1, n2) */
    struct stat_change_cell cell[STAT_CHANGE_GRID]; /* rho fastest, then least, chance, most */
};

/*
 * Variance v1/n1 + v2/n2 - 2 rho sqrt(v1 v2) m/(n1 n2), the covariance of two means that share m pupils (Kish
 * 1965, 12.4); z against the normal.
 */
struct stat_change stat_change_grid(const struct stat_summary *earlier, const struct stat_summary *later,
                                    int64_t population, double conf);

/*
 * How far the conclusion of a test that takes the two times for different pupils depends on what is not
 * known: its variance less each cell's covariance, t on its degrees of freedom. Without correlation that is
 * the test itself. How many of the cells give p < alpha, and how many have a p at all.
 */
size_t stat_change_rejected(const struct stat_change *c, const struct stat_t_test *test, double alpha,
                            size_t *tested);

enum { STAT_CHANGE_CLASSES = 4 };

/*
 * Paired t on the means of the classes that have answers both times; from STAT_CHANGE_CLASSES classes on,
 * else too few. The i-th class earlier is the i-th later.
 */
struct stat_t_test stat_change_classes(const struct stat_summary *earlier, const struct stat_summary *later,
                                       size_t count, double conf);

#endif
