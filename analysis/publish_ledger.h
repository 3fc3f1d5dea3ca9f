#ifndef TLD_ANALYSIS_PUBLISH_LEDGER_H
#define TLD_ANALYSIS_PUBLISH_LEDGER_H

/* Entries in the making for the ledger: what results tell of each group that was not told before, with the
 * counts that it is made from. */

#include "analysis/results.h"

struct ledger {
    struct release *release;
    const char **round; /* of each release; borrowed from the dataset */
    size_t releases, release_capacity, round_capacity;
};

/* What the results show their audience and is new in it. d is theirs: its tallies are packed. */
void ledger_add(struct ledger *g, const struct results *results, struct dataset *d);
/* Within a transaction of the caller; what store_release_add says. */
bool ledger_write(const struct ledger *g, struct store *s, struct err *e) __attribute__((warn_unused_result));
void ledger_fini(struct ledger *g);

/*
 * Records what a live look shows, before it is shown. Nothing is written when all of it stands in the ledger.
 * The rounds must be sealed, or noted as looked at (dataset_options.live).
 */
bool ledger_record(const struct results *results, struct dataset *d, const char *store, struct err *e)
    __attribute__((warn_unused_result));

#endif
