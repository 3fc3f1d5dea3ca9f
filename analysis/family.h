#ifndef TLD_ANALYSIS_FAMILY_H
#define TLD_ANALYSIS_FAMILY_H

/* A family of tests that are adjusted together (Benjamini-Hochberg). */

#include "analysis/stat_base.h"

struct family {
    struct stat_value *p;
    struct stat_value **to; /* where each adjusted value goes */
    size_t count, p_capacity, to_capacity;
};

/* A p that is not STAT_OK leaves the family. */
void family_add(struct family *f, struct stat_value p, struct stat_value *to);

/* Writes the adjusted values and empties the family for the next one. */
void family_adjust(struct family *f);
void family_fini(struct family *f);

#endif
