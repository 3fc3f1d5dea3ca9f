#ifndef TLD_ANALYSIS_DISCLOSE_SECRET_H
#define TLD_ANALYSIS_DISCLOSE_SECRET_H

/*
 * What must not be given away of a block (disclose_audit.h says of what), with what is known so far of each
 * count: for disclose_audit.
 */

#include "analysis/disclose_lp.h"
#include "analysis/disclose_ways.h"

enum verdict {
    UNKNOWN,
    FREE,
    CAN_BE_NOBODY, /* or free: of a secret that only somebody gives away */
    NOBODY,
    DETERMINED /* and not zero */
};

/* A withheld count. */
struct target {
    struct lp_sum sum;
    double least, most; /* seen so far */
    bool seen;
    enum verdict verdict;
    size_t holder; /* of a determined one: the row to withhold, or SIZE_MAX */
};

/* The counts of a secret row, a small atom or a union: targets first .. first + answers - 1. */
struct secret {
    enum audit_secret kind;
    uint64_t alike;
    bool is_row;   /* AUDIT_FEW: given away too when one option alone can have been chosen */
    bool somebody; /* given away only by a count above zero */
    size_t first;
};

struct targets {
    struct target *at;
    size_t count, capacity;
    struct secret *secret;
    size_t secrets, secret_capacity;
    size_t **kept; /* atoms of unions */
    size_t keeps, keep_capacity;
    const struct audit_rows *p;
};

/* The secret rows of the block, its atoms of fewer than k, and unions of fewer than k, but those that some of
 * the ways show not to be given away and those in the memory. Free with targets_fini. */
struct targets targets_of(const struct lp_places *w, const struct ways *y, const struct audit_memory *known,
                          size_t block);
void targets_fini(struct targets *t);

/* What must not be given away of the row. */
struct secret secret_of(const struct audit_rows *p, size_t row);

/* The atoms are borrowed. */
void targets_add(struct targets *t, const struct secret *like, const size_t *atom, size_t atoms);

/* Whether the count alone clears the secret of being given away. */
bool secret_clears(const struct targets *t, const struct secret *s, size_t answer);

/* Keeps in the memory that the secret is not given away. */
void secret_remember(const struct targets *t, const struct secret *s, struct audit_memory *known);

#endif
