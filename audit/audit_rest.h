#ifndef TLD_AUDIT_REST_H
#define TLD_AUDIT_REST_H

/*
 * What compare's rest says. A group and its rest make a whole (the unit, or the municipality): where two of
 * the three are known, the third follows. So a rest beside a shown group tells of the whole, and beside a
 * withheld one, when the whole is shown, of the group; as rows about few persons they serve better than as
 * rows about nearly all. A rest that could be used so is taken out of the counts; others stay rows of their
 * own.
 */

#include "audit/audit_counts.h"

/* counts: by group; those of rests are read from their cells and filled in here, the others are filled. False
 * when what follows contradicts what is shown. */
bool audit_rest(const struct audit_world *w, size_t item, const struct audit_scale *s,
                struct audit_counts *counts);

#endif
