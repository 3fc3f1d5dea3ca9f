#ifndef TLD_ANALYSIS_PROGRESSION_ROW_H
#define TLD_ANALYSIS_PROGRESSION_ROW_H

/* One row of the progression table: the figures of an item in a group, and how they have changed. */

#include "analysis/cohort.h"
#include "analysis/progression_columns.h"

/* A group whose rows are told, and where it stood before. */
struct subject {
    struct place now;
    struct line before;
    const struct place *previous, *same_month; /* or NULL */
    struct place cohort;
};
void subject_init(struct subject *s, const struct history *h, size_t measurement, size_t node);
void subject_fini(struct subject *s);

/* The p of an item's change since the previous place; without one when a figure of it is withheld. */
struct stat_value subject_p(const struct subject *s, const struct history *h, size_t item);

/* Adds the row of an item. adjusted: its p within its family. */
void subject_row(const struct subject *s, const struct history *h, size_t item, struct stat_value adjusted,
                 struct full *table);

/* What a row tells of the group itself. */
void subject_describe(const struct lattice *l, size_t node, struct value *v);

#endif
