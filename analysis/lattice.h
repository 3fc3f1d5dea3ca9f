#ifndef TLD_ANALYSIS_LATTICE_H
#define TLD_ANALYSIS_LATTICE_H

/*
 * The groups that results are told for, of one form in one round: municipality x {all, school form, grade,
 * gender}, area x {all}, unit x {all, grade, gender, class}; with their sums, and with what may be shown of
 * them decided.
 *
 * An area is a group where at least two of its units have a class that answers the form; else it is the unit.
 * Which area a unit belongs to is told for today, in every round.
 *
 * A class belongs to the form that it answered; one that has not answered at all, to the first of the round's
 * forms (by id) that fits it.
 */

#include "analysis/dataset.h"
#include "analysis/disclose.h"
#include "analysis/stat_response.h"

enum node_kind { NODE_ALL, NODE_SCHOOL_FORM, NODE_GRADE, NODE_GENDER, NODE_AREA, NODE_CLASS };

#define LATTICE_MUNICIPALITY SIZE_MAX /* the unit of a node of the whole municipality, or an area */

struct node {
    size_t unit; /* index in the dataset, or LATTICE_MUNICIPALITY */
    enum node_kind kind;
    /* enum school_form, grade, enum form_gender, dataset.area, or index of the class in the dataset; 0 for
     * all */
    int64_t key;
    bool never;       /* in no table: pupils who did not say their gender, classes without a grade */
    int64_t enrolled; /* -1: not known (genders; staff and leaders) */
    struct tally_sum sum;
};

struct lattice {
    const struct dataset *d;
    const struct measurement *m;
    struct node *node; /* by unit (the municipality first), kind, key */
    size_t nodes;
    struct disclose_sheet *sheet; /* groups are the nodes; items the questions, then the dimensions */
    struct lattice_control *control;
    bool everybody; /* what everybody may see is decided, else what principals may */
    bool stands;    /* what is shown is what was released last: there is nothing to release */
};

/* What principals and the administration may see is decided, on so many threads. Safe in several threads at a
 * time, each with a lattice of its own. */
void lattice_init(struct lattice *l, const struct dataset *d, const struct measurement *m, unsigned threads);
/* Decides what of that everybody may see. */
void lattice_narrow(struct lattice *l, unsigned threads);
/* The same without a sheet: nothing is decided. For lattice_control. */
void lattice_build(struct lattice *l, const struct dataset *d, const struct measurement *m);
void lattice_fini(struct lattice *l);

/* Whether a release to the audience stands: what was released last was made from the counts and areas that
 * there are now. Decides nothing. */
bool lattice_is_released(const struct dataset *d, const struct measurement *m,
                         enum release_audience audience);

/* The nodes of a unit (LATTICE_MUNICIPALITY: of the municipality and its areas) are first .. *end - 1. */
size_t lattice_first(const struct lattice *l, size_t unit, size_t *end);

/* SIZE_MAX when there is none. */
size_t lattice_find(const struct lattice *l, size_t unit, enum node_kind kind, int64_t key);

/* The node of a unit's area; SIZE_MAX when it has none. */
size_t lattice_find_area(const struct lattice *l, size_t unit);

/* Adds counters; width is the plan's. */
void lattice_add(struct tally_sum *to, const struct tally_sum *part, unsigned width);

/* A class, by its index, as it was in the round. */
const struct dataset_class *lattice_class(const struct lattice *l, size_t group);

/* Of those enrolled; of a gender, that of its unit or of the municipality. */
enum stat_response lattice_response(const struct lattice *l, size_t node);

size_t lattice_dimension_item(const struct lattice *l, int dimension);

/* The word of the table: "municipality", "area", "unit", "group"; "all", "school_form", …; and the group's
 * own name, NULL for all. */
const char *lattice_level(const struct node *n);
const char *lattice_kind(const struct node *n);
const char *lattice_name(const struct lattice *l, const struct node *n);

#endif
