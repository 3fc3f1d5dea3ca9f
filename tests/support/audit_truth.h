#ifndef TLD_TESTS_AUDIT_TRUTH_H
#define TLD_TESTS_AUDIT_TRUTH_H

/* The attack on what is exported of a random municipality, and whether what the attacker says is true. */

#include "audit/audit_run.h"
#include "tests/support/audit_town.h"

/* Who of the round's pupils is in a group of the attacker's. */
bool audit_truth_in_group(const struct audit_group *g, const struct audit_pupil *p);

/*
 * How many withheld figures the attacker finds out from the tables, given in this order; the first in words.
 * Aborts the test when something is contradicted, or a figure does not lie within the bounds that are given
 * for it.
 *
 * releases: so many have been told in between. A mean of a gender that nobody of the unit is tells of nobody.
 * Of a union over several units disclosure control guards the sums alone, and of one count of a larger group
 * nothing: of one release the attacker knows that itself, over two it does not.
 */
size_t audit_truth_attack(const struct audit_town *t, const struct audit_export *const *exports, size_t count,
                          int k, int releases, char first[static 200]);

#endif
