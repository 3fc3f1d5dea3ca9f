#ifndef TLD_ANALYSIS_COMPARE_H
#define TLD_ANALYSIS_COMPARE_H

/*
 * Groups compared within one round: each against the rest, itself excluded; for a class, and for the grades
 * and genders of one unit, the rest of its unit, else the rest of the municipality. One row per form x group
 * x (dimension or question). Never sorted by result.
 *
 * A family of tests is the groups x dimensions that share a rest (all units; the classes of one unit; …).
 * Questions are exploratory: they have a p but no adjusted one.
 */

#include "analysis/results.h"

enum compare_by {
    COMPARE_UNIT,
    COMPARE_AREA,
    COMPARE_SCHOOL_FORM,
    COMPARE_GRADE,
    COMPARE_GROUP,
    COMPARE_GENDER
};

struct compare_options {
    const char *round;
    enum compare_by by;
    const char *unit_code; /* of units and classes: only this unit's rows; grades and genders: those of this
                              unit instead of the municipality's. NULL: none */
};

/* The released table. ERR_NOT_FOUND: no such unit; ERR_STATE: the round is not in the dataset. */
bool compare(const struct results *from, const struct compare_options *o, struct released **out,
             struct err *e) __attribute__((warn_unused_result));

/* As progression_parts: the rows of the municipality, then of each unit, with its own grades and genders. */
bool compare_parts(const struct results *from, const char *round, enum compare_by by, released_part_fn *part,
                   void *arg, struct err *e) __attribute__((warn_unused_result));

extern const struct column COMPARE_COLUMNS[];
extern const size_t COMPARE_COLUMN_COUNT;

#endif
