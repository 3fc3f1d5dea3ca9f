#ifndef TLD_ANALYSIS_CMD_PUBLISHED_H
#define TLD_ANALYSIS_CMD_PUBLISHED_H

/*
 * Tables are made of what is in the ledger alone. A sealed round that is not published, or of which the
 * counts or areas have changed since, would be decided anew for every file, and recorded for none: several
 * such files give away together what each of them withholds.
 */

#include "analysis/dataset.h"

/* Leaves such rounds out, a line on standard error for each. Rounds that are not sealed stay. ERR_STATE when
 * that leaves nothing. */
bool cmd_published_only(struct dataset *d, enum release_audience audience, struct err *e)
    __attribute__((warn_unused_result));

#endif
