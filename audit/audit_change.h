#ifndef TLD_AUDIT_CHANGE_H
#define TLD_AUDIT_CHANGE_H

/*
 * change_previous and change_same_month of a shown row give the mean of an earlier round: its own mean less
 * the change. Where that round withholds it, it goes into audit_cell.told.
 *
 * Which earlier row a change is about is the reader's guess: of the same group and question, in the latest
 * earlier round that asked it (of a class, within its school year), or in the same month a year before. A
 * question that was not asked then may carry on another: one of the same dimension that is not asked now and
 * whose shown means agree. A guess that some shown pair of rows contradicts is not used, and a note says so.
 */

#include "audit/audit_world.h"

void audit_change(struct audit_table *t, const struct audit_worlds *w, struct audit_notes *notes);

#endif
