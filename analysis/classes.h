#ifndef TLD_ANALYSIS_CLASSES_H
#define TLD_ANALYSIS_CLASSES_H

/* The classes that each group of a lattice is made of. A gender, and a class itself, is made of none. */

#include "analysis/lattice.h"

struct classes {
    size_t *first; /* of each node in `at`, and the end */
    size_t *at;    /* nodes of classes, in the order of the lattice */
};

void classes_init(struct classes *c, const struct lattice *l);
void classes_fini(struct classes *c);

/* The nodes of a group's classes. Borrowed. */
const size_t *classes_of(const struct classes *c, size_t node, size_t *count);

/* Their school forms, a bit each (1u << enum school_form). */
unsigned classes_school_forms(const struct classes *c, const struct lattice *l, size_t node);

#endif
