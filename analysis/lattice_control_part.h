#ifndef TLD_ANALYSIS_LATTICE_CONTROL_PART_H
#define TLD_ANALYSIS_LATTICE_CONTROL_PART_H

/* What the modules of lattice_control share. */

#include "analysis/lattice_control.h"

/* A lattice in the sheet: the present one, or one that an earlier release was made from. */
struct layer {
    struct lattice lattice;  /* of the present one, a copy */
    size_t first;            /* its nodes' groups in the sheet are first, first + 1, ... */
    const struct past *past; /* NULL: the present one */
};

/* The pupils of a class in a layer; another layer where the class gave the same answers has the same atoms.
 */
struct version {
    size_t group; /* index of the class */
    const struct tally_sum *sum;
    size_t atom[TALLY_GENDERS];
    size_t before; /* the version before it; SIZE_MAX: none */
};

/* An area that was released when other units belonged to it. */
struct former_area {
    const struct layer *layer;
    const struct past *past;
    const struct past_row *row;
    struct tally_sum sum;
    size_t group; /* in the sheet */
};

struct lattice_control {
    struct layer *layer; /* the present one first */
    size_t layers;
    struct former_area *area;
    size_t areas, area_capacity;
    struct version *version;
    size_t versions, version_capacity;
    size_t *latest; /* of each class of the dataset its last version */
    bool *barred;   /* of each class of the dataset: no row with it is released anew */
    size_t *block;  /* of each unit of the dataset */
    struct disclose_sheet *sheet;
};

static inline const struct tally_plan *control_plan(const struct layer *y)
{
    return &y->lattice.m->form->plan;
}

static inline size_t control_items(const struct layer *y)
{
    return (size_t)control_plan(y)->questions + (size_t)control_plan(y)->dimensions;
}

/* The atoms of a class as it is in the layer. */
const struct version *control_version(struct lattice_control *c, const struct layer *y,
                                      const struct node *class);

/* ---- lattice_answers.c: what they answered --------------------------------------------------------------
 */

/* Of each item, how many of the group count and which answers occur. */
void control_describe_items(struct lattice_control *c, const struct layer *y, const struct tally_sum *sum,
                            size_t group);
/* The answers that each question has; and which questions a dimension can be computed from. */
void control_describe_answers(struct lattice_control *c, const struct layer *y);
void control_describe_dimensions(struct lattice_control *c, const struct layer *y);

/* ---- lattice_past.c: what was released before -----------------------------------------------------------
 */

/* Answers may differ without a different count to any question: then the indexes are not the same. */
bool control_is_same(const struct tally_plan *p, const struct tally_sum *a, const struct tally_sum *b);

/*
 * A class that has other answers than when it was released, but fewer than k others: what is released with it
 * anew would tell, beside the earlier release, of those few. What came as a whole class is no such change;
 * the linear stage sees what it would give.
 */
void control_bar_classes(struct lattice_control *c);

/* The latest release to the audience, if it was made from the counts and areas that there are now. */
const struct past *control_standing(const struct lattice *l, enum release_audience audience);

/* What was told by one release; by all to this audience, each in the layer of its counts. */
void control_describe_past(struct lattice_control *c, const struct past *p);
void control_describe_pasts(struct lattice_control *c, enum release_audience audience);

/* As what each group was first released, or that it was not when the first were. */
void control_describe_first(struct lattice_control *c);

void control_find_former_areas(struct lattice_control *c);
void control_describe_former_areas(struct lattice_control *c);

#endif
