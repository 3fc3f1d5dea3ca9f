#ifndef TLD_ANALYSIS_ROW_H
#define TLD_ANALYSIS_ROW_H

/*
 * What the rows of every table tell first: the round, the group, the item, and how many answered what. And,
 * at the end of a table, where the group belongs. Not yet controlled: for rows of a full table only.
 */

#include "analysis/measure.h"

enum { ROW_OWN = 1 }; /* the row's own group and item, the first source of every row, as a bit */

enum {
    ROW_ROUND,
    ROW_UNIT_CODE,
    ROW_UNIT_NAME,
    ROW_LEVEL,
    ROW_GROUP_KIND,
    ROW_GROUP,
    ROW_FORM,
    ROW_DIMENSION,
    ROW_QUESTION,
    ROW_ENROLLED,
    ROW_RESPONSES,
    ROW_RESPONSE_RATE,
    ROW_N,
    ROW_MEAN,
    ROW_SD,
    ROW_COLUMNS
};

/* The first columns of a table. */
#define ROW_FIRST                                                                                            \
    [ROW_ROUND] = {.name = "round", .help = "the round, YYYY-MM"},                                           \
    [ROW_UNIT_CODE] = {.name = "unit_code", .help = "the unit; empty for the municipality and areas"},       \
    [ROW_UNIT_NAME] = {.name = "unit_name", .help = "its name, the area's or the municipality's"},           \
    [ROW_LEVEL] = {.name = "level", .help = "municipality, area, unit or group (a class)"},                  \
    [ROW_GROUP_KIND] = {.name = "group_kind", .help = "all, school_form, grade, gender or class"},           \
    [ROW_GROUP] = {.name = "group", .help = "which one; empty for all but an area"},                         \
    [ROW_FORM] = {.name = "form", .help = "the questionnaire"},                                              \
    [ROW_DIMENSION] = {.name = "dimension", .help = "trygghet, larande, delaktighet, ..."},                  \
    [ROW_QUESTION] = {.name = "question", .help = "the question; empty for the dimension's index"},          \
    [ROW_ENROLLED] = {.name = "enrolled", .help = "pupils in the group; empty for genders, staff, leaders"}, \
    [ROW_RESPONSES] = {.name = "responses", .help = "pupils who sent in the form", .from = DISCLOSE_SIZE},   \
    [ROW_RESPONSE_RATE] = {.name = "response_rate",                                                          \
                           .help = "responses / enrolled; above 1 where more answered than are enrolled",    \
                           .from = DISCLOSE_SIZE,                                                            \
                           .decimals = 3},                                                                   \
    [ROW_N] = {.name = "n", .help = "of these, who chose an option (or have an index)", .from = ROW_OWN},    \
    [ROW_MEAN] = {.name = "mean",                                                                            \
                  .help = "on the question's scale 1..C, or the index on 1..C",                              \
                  .from = ROW_OWN,                                                                           \
                  .decimals = 2},                                                                            \
    [ROW_SD] = {.name = "sd", .help = "standard deviation, divisor n-1", .from = ROW_OWN, .decimals = 2}

/* Where the group belongs: three columns beside each other, anywhere in a table. */
enum { BELONGS_AREA, BELONGS_SCHOOL_FORM, BELONGS_GRADE, BELONGS_COLUMNS };
#define ROW_BELONGS(first)                                                                                   \
    [first] = {.name = "area", .help = "the area (verksamhetsområde), or that of the unit, as it is today"}, \
    {.name = "school_form", .help = "of a class: its school form, as it was in the round"},                  \
    {                                                                                                        \
        .name = "grade", .help = "of a class: its grade, as it was in the round"                             \
    }

/* What the response rate allows one to say; its place is the table's. */
#define ROW_RESPONSE_WARNING                                                                                 \
    {                                                                                                        \
        .name = "response_warning",                                                                          \
        .help = "låg svarsfrekvens (below 70 %) or mycket låg svarsfrekvens (below 50 %: --public has no " \
                "figures) of the group; of a gender, of the whole that it is of"                             \
    }
struct value row_response_warning(const struct lattice *l, size_t node);

/* v: a row's values, in which the columns above come first. */
void row_put_group(const struct lattice *l, size_t node, struct value *v);
void row_put_item(const struct lattice *l, size_t item, struct value *v);
void row_put_question(const struct form *f, int question, struct value *v); /* of another form */
void row_put_measure(const struct measure *m, struct value *v);             /* n, mean and sd */

/* v: the first of the three values. */
void row_put_belongs(const struct lattice *l, size_t node, struct value *v);

#endif
