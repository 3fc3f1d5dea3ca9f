#ifndef TLD_ANALYSIS_FOREBEARS_H
#define TLD_ANALYSIS_FOREBEARS_H

/*
 * The units whose figures of an earlier month are compared with a unit's of a later one: itself, and before
 * it those that it carries on, and so on. A unit was split when others carry it on too, or when it is
 * measured on beside its successor: of its figures only a part belongs to the later unit.
 */

#include "analysis/lattice.h"

struct forebear {
    size_t unit;
    bool cut; /* it, or one between, was split */
};

struct forebears {
    struct forebear *at;
    size_t count, capacity;
};

/* lattice: one for each of the dataset's measurements. Months as round_months. Free with forebears_fini. */
void forebears_init(struct forebears *f, const struct dataset *d, const struct lattice *lattice, size_t unit,
                    int then, int now);
void forebears_fini(struct forebears *f);

/* How many answered in a unit as a whole (or in the municipality); 0 when it is not there. */
int64_t forebears_responses(const struct lattice *l, size_t unit);

#endif
