#ifndef TLD_AUDIT_LATE_H
#define TLD_AUDIT_LATE_H

/*
 * Two versions of one round and form: some answers came, went or changed between two releases.
 *
 * Units of which nothing differs (no class's responses, no shown figure) are taken to be the same in both, so
 * that each version knows of them what either shows (audit_late_share). What differs is attacked by itself:
 * as if the answers that came were a municipality of their own, in which every group of fewer than k is
 * withheld (audit_late_attack). Where the difference has answers that went or changed, only its rows are
 * looked at: one that differs by fewer than k answers is a leak.
 */

#include "audit/audit_attack.h"

/* Before the attack on the worlds. */
void audit_late_share(const struct audit_table *t, struct audit_worlds *w, struct audit_notes *notes);

/* The differences of all pairs of versions, which the findings point at; free after them. */
struct audit_lates {
    struct audit_world **at;
    size_t count, capacity;
};

/* ERR_LIMIT. */
bool audit_late_attack(struct audit_table *t, const struct audit_worlds *w, const struct audit_scales *scales,
                       const struct audit_attack_options *o, struct audit_lates *lates,
                       struct audit_findings *out, struct audit_effort *effort, struct audit_notes *notes,
                       struct err *e) __attribute__((warn_unused_result));
void audit_lates_fini(struct audit_lates *l);

#endif
