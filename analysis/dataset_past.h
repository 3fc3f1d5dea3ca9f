#ifndef TLD_ANALYSIS_DATASET_PAST_H
#define TLD_ANALYSIS_DATASET_PAST_H

/* What has been released of a measurement: the ledger read, and an entry for it made. Part of dataset. */

#include "analysis/dataset.h"

/* ERR_STATE when a release can not be understood (it was made by another version of the program, or is
 * damaged): without it nothing may be released. */
bool dataset_past_load(struct store *s, const struct dataset *d, struct measurement *m, struct err *e)
    __attribute__((warn_unused_result));
void dataset_past_fini(struct measurement *m);

/* Notes the late classes of few that the tally counts, after the first dataset_past_load; whether there are
 * any. */
bool dataset_past_late(struct measurement *m);

/* The measurement's tally as it is kept, for an entry in the ledger; the caller frees. */
void *dataset_past_pack(const struct dataset *d, struct measurement *m, size_t *bytes);

/* The word in the ledger for how many are in a group. */
extern const char DATASET_PAST_SIZE[];

#endif
