#ifndef TLD_ANALYSIS_DATASET_TALLY_H
#define TLD_ANALYSIS_DATASET_TALLY_H

/* Fills the tallies of one round, from what is kept or from its blocks. Part of dataset. */

#include "analysis/dataset.h"
#include "core/store/store.h"

/* m: the round's measurements, with empty tallies. s is a reading handle on address. */
bool dataset_tally_round(const char *address, struct store *s, const struct dataset_options *o,
                         const struct dataset *d, struct measurement *m, size_t count, struct err *e)
    __attribute__((warn_unused_result));

/* Counts the round's measurements anew, without their late classes; what is kept stays. */
bool dataset_tally_without_late(const char *address, struct store *s, const struct dataset_options *o,
                                const struct dataset *d, struct measurement *m, size_t count, struct err *e)
    __attribute__((warn_unused_result));

/* Counts a sealed round's blocks into its empty tallies, on all processors. For dataset_tally_round, and to
 * be measured. */
bool dataset_tally_count(const char *address, const struct dataset_options *o, const struct dataset *d,
                         struct measurement *m, size_t count, struct err *e)
    __attribute__((warn_unused_result));

#endif
