#ifndef TLD_AUDIT_ATTACK_H
#define TLD_AUDIT_ATTACK_H

/*
 * The attack on one item of one world: what of the withheld can be found out, and how closely the rest is
 * bounded (audit_finding says what counts).
 *
 * First exactly, by adding and subtracting rows (audit_linear); then by linear programs over all the
 * municipality's unknowns at once (audit_lp). A count that lies within bounds of which only one whole number
 * lies between counts as determined. That no whole numbers at all may be a solution where fractions are is
 * not tried.
 */

#include "audit/audit_finding.h"
#include "audit/audit_lp.h"
#include "audit/audit_scale.h"

struct audit_effort {
    size_t programs;         /* linear programs solved */
    size_t figures, skipped; /* of withheld groups; skipped: a limit ended the attack on an item */
    size_t contradictions;   /* items whose tables no numbers of answers can give */
};

struct audit_attack_options {
    int k;       /* groups of fewer are never shown */
    bool bounds; /* the bounds of each withheld figure; else only whether it is determined */
};

enum { AUDIT_UNION_PROGRAMS_MAX = 5000 /* for unions, in one item */ };

/* The target's world must outlive the findings. */
void audit_attack(const struct audit_target *t, const struct audit_attack_options *o,
                  struct audit_findings *out, struct audit_effort *effort, struct audit_notes *notes);

#endif
