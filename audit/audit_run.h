#ifndef TLD_AUDIT_RUN_H
#define TLD_AUDIT_RUN_H

/* A whole audit: the tables read, put together, attacked. */

#include "audit/audit_late.h"

struct audit_run {
    struct audit_table table;
    struct audit_worlds worlds;
    struct audit_scales scales;
    struct audit_lates lates;
    struct audit_findings findings;
    struct audit_effort effort;
    struct audit_notes notes;
    bool strict;
};

struct audit_run_options {
    struct audit_attack_options attack;
    int options; /* of a question where the tables do not tell; 0: the largest number that fits */
    bool strict; /* a figure that is AUDIT_KNOWN is one too many as well */
    void (*progress)(size_t done, size_t all); /* or NULL */
};

void audit_run_init(struct audit_run *r);
void audit_run_fini(struct audit_run *r);

/* One more table, CSV or JSON as it begins; `name` stands in errors. ERR_INPUT, ERR_LIMIT. */
bool audit_run_read(struct audit_run *r, const char *name, const char *text, size_t bytes, struct err *e)
    __attribute__((warn_unused_result));

/* Attacks all that was read; fills the rest of *r. ERR_INPUT: a file contradicts itself; ERR_LIMIT. */
bool audit_run_attack(struct audit_run *r, const struct audit_run_options *o, struct err *e)
    __attribute__((warn_unused_result));

/* True when nothing withheld is determined (strictly: nor known), no row shown that is not to be, and
 * everything could be examined. Else ERR_CONFLICT with the first thing that is, ERR_INPUT (tables that
 * contradict each other) or ERR_LIMIT. */
bool audit_run_verdict(const struct audit_run *r, struct err *e) __attribute__((warn_unused_result));

#endif
