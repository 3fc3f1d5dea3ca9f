#ifndef TLD_STAT_FISHER_PART_H
#define TLD_STAT_FISHER_PART_H

/* What the two files of stat_fisher share; nobody else includes it. */

#include "analysis/stat_fisher.h"

enum { FISHER_LINES_MAX = 10 }; /* of the shorter side, counted exactly */

/* The table without empty rows and columns, turned so that it has at most as many lines as stages. */
struct fisher_shape {
    size_t lines, stages;
    int64_t *cell; /* cell[stage*lines + line] */
    int64_t *line, *stage;
    int64_t n;
    /* Not before it is known that there is room for them: */
    double *log_factorial; /* of 0..n+1 */
    double *log;           /* of 0..n+1, that of 0 being 0 */
    double limit;          /* ln of what a table that counts has at most, less the constant of the margins */
};

/* At most FISHER_LINES_MAX lines and UINT16_MAX persons. */
struct stat_fisher fisher_count(const struct fisher_shape *h);

#endif
