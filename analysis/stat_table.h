#ifndef TLD_STAT_TABLE_H
#define TLD_STAT_TABLE_H

/*
 * A table of counts, one row a group and one column a category. A row or column without anybody is left out
 * of every test and every degree of freedom; with fewer than two of either left, the tests are undefined.
 */

#include <stdbool.h>

#include "analysis/stat_base.h"

/* n[row*columns + column] >= 0, borrowed. */
struct stat_table {
    const int64_t *n;
    size_t rows, columns;
};

struct stat_table_test {
    enum stat_state state;
    double statistic;
    double df;
    double p;
};

/* Pearson (1900) Phil. Mag. 50:157, without correction. */
struct stat_table_test stat_table_chisq(const struct stat_table *t);

/* Yates (1934) JRSS Suppl. 1:217, 2x2 only: |O-E| less min(.5, |O-E|). Undefined for other shapes. */
struct stat_table_test stat_table_yates(const struct stat_table *t);

/* G = 2 sum O ln(O/E) (Wilks 1935). */
struct stat_table_test stat_table_g(const struct stat_table *t);

/* Linear by linear association, (n-1) r^2 of row and column numbers (Mantel 1963, JASA 58:690). */
struct stat_table_test stat_table_linear(const struct stat_table *t);

/* Cramer's V (1946). */
struct stat_value stat_table_cramer_v(const struct stat_table *t);

/* The smallest expected count; below 5 the chi-square distribution is not to be trusted (Cochran 1954). */
struct stat_value stat_table_min_expected(const struct stat_table *t);

enum stat_table_cell {
    STAT_CELL_EXPECTED,
    STAT_CELL_PEARSON,     /* (O-E)/sqrt(E) */
    STAT_CELL_STANDARDISED /* that over sqrt((1-row share)(1-column share)) (Haberman 1973) */
};
/* One cell; undefined in a row or column without anybody, or with everybody. */
struct stat_value stat_table_cell(const struct stat_table *t, enum stat_table_cell what, size_t row,
                                  size_t column);

#endif
