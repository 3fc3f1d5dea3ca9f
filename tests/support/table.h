#ifndef TLD_TESTS_TABLE_H
#define TLD_TESTS_TABLE_H

/* Cells of a released table by the names of their columns; a wrong name or a missing row fails the test. */

#include "analysis/compare.h"
#include "analysis/progression.h"

/* As progression() and compare(), of the dataset as principals may see it. */
bool table_progression(const struct dataset *d, const struct progression_options *o, struct released **out,
                       struct err *e) __attribute__((warn_unused_result));
bool table_compare(const struct dataset *d, const struct compare_options *o, struct released **out,
                   struct err *e) __attribute__((warn_unused_result));

/* "" when the cell is empty */
const char *table_text(const struct released *t, size_t row, const char *column);
double table_number(const struct released *t, size_t row, const char *column);
bool table_empty(const struct released *t, size_t row, const char *column);

/* unit: its code, or "" for the municipality and areas; kind and group as in the table. item: a question's
 * id, or a dimension's. */
size_t table_row(const struct released *t, const char *round, const char *unit, const char *kind,
                 const char *group, const char *item);
/* Of one of several forms. */
size_t table_row_of(const struct released *t, const char *round, const char *form, const char *unit,
                    const char *kind, const char *group, const char *item);
bool table_has_row(const struct released *t, const char *round, const char *unit, const char *kind,
                   const char *group, const char *item);

#endif
