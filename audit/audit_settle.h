#ifndef TLD_AUDIT_SETTLE_H
#define TLD_AUDIT_SETTLE_H

/*
 * Whom a determined figure points at. A group of k and more that is withheld only so that others do not
 * follow is given away when its whole distribution is, or when it follows that all in it gave one answer;
 * that one of its counts is known, or its mean within AUDIT_MEAN_WIDTH, points at nobody, and becomes
 * AUDIT_KNOWN. Of fewer than k (a group that the tables call too_few, a union) each determined figure stays
 * one.
 *
 * Whether a withheld group is one or the other is what its status tells, and its persons where the table is
 * one for everybody (audit_world_is_few): `suppressed` is not too_few.
 */

#include "audit/audit_finding.h"
#include "audit/audit_scale.h"

/* After all findings are made, of worlds and of what is new in later ones. Where only what is determined was
 * looked for, one answer of all can not be seen. */
void audit_settle(struct audit_findings *l, const struct audit_worlds *w, const struct audit_scales *s,
                  int k);

#endif
