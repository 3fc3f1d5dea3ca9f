#ifndef TLD_AUDIT_CHANGE_H
#define TLD_AUDIT_CHANGE_H

/*
 * change_previous and change_same_month of a shown row give the mean of an earlier round: its own mean less
 * the change. Where that round withholds it, it goes into audit_cell.told.
 *
 * Which earlier row a change is about is the reader's guess: of the same group and question, in the latest
 * earlier round that asked it (of a class, within its school year), or in the same month a year before.
 * Rounds in which nobody of the group answered are passed over; where no table tells how many did (genders),
 * it is somebody if somebody of its unit did, but what goes with an older row that is shown is not used, nor
 * what goes with that of a merged unit (audit_merger). Nor is a change of an area that has no row in a round
 * between, while one of its units has answers there. A question that was not asked then may carry on another:
 * one of the same dimension that is not asked now and whose shown means agree. A guess that some shown pair
 * of rows contradicts is not used, and a note says so.
 */

#include "audit/audit_world.h"

void audit_change(struct audit_table *t, const struct audit_worlds *w, struct audit_notes *notes);

#endif
