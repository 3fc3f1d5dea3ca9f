#ifndef TLD_ANALYSIS_COHORT_H
#define TLD_ANALYSIS_COHORT_H

/*
 * The same pupils a school year before: grade g now, and grade g-1 twelve months before, of a unit (or of
 * those that it carries on) or of the municipality. Grade 1 of grundskola was förskoleklass; grade 1 of
 * anpassad grundskola and of the gymnasium was no one grade. Who moved in or out in between is not known.
 *
 * The pupils may have had another form for pupils then: of that, only what is word for word the same is the
 * same, and an index only where all its questions are.
 */

#include "analysis/history.h"

/* Nowhere (lattice NULL) for groups that are no grades, and where nothing is known of the year before. Free
 * with place_fini. */
void cohort_init(struct place *p, const struct history *h, size_t measurement, size_t node);

/* Where an item of the measurement stands there. */
struct origin cohort_origin(const struct history *h, size_t measurement, size_t item, const struct place *p);

#endif
