#ifndef TLD_ANALYSIS_PUBLISH_H
#define TLD_ANALYSIS_PUBLISH_H

/*
 * Releases a sealed round: computes its tables for each audience, lays them before disclosure control
 * together with all that was released before, records in the ledger what is told of each group, and puts the
 * tables where the collector shows them. Once more without a change gives the same bytes, and no entry in the
 * ledger.
 *
 * A round's tables compare with earlier rounds, so that those are released with it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"

struct publish_options {
    const char *round;
    unsigned threads;                   /* 0: as many as there are processors */
    void (*progress)(const char *what); /* or NULL */
};

/* How much is shown to principals and the administration, by kind of group. */
enum publish_kind {
    PUBLISH_MUNICIPALITY, /* all its groups */
    PUBLISH_AREA,
    PUBLISH_UNIT,
    PUBLISH_GRADE, /* of units */
    PUBLISH_CLASS,
    PUBLISH_GENDER, /* of units */
    PUBLISH_KINDS
};

/* Groups where enough answered; and questions and dimensions of groups that enough answered. */
struct publish_share {
    size_t groups, groups_shown, figures, figures_shown;
};

struct publish_outcome {
    size_t releases; /* entries made in the ledger; 0: nothing had changed */
    size_t tables;   /* of units and the municipality, for both audiences */
    /* Left out: they came after the round was first published, each class with fewer than DISCLOSE_K. */
    size_t late_classes;
    int64_t late_responses;
    struct publish_share share[PUBLISH_KINDS];
};

/* ERR_NOT_FOUND: no such round; ERR_STATE: it is not sealed; and what store.h says. The store is as it was
 * unless true is returned. */
bool publish(const char *store, const struct publish_options *o, struct publish_outcome *out, struct err *e)
    __attribute__((warn_unused_result));

#endif
