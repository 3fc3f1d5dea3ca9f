#ifndef TLD_ANALYSIS_LATTICE_CONTROL_H
#define TLD_ANALYSIS_LATTICE_CONTROL_H

/*
 * What may be shown of a lattice: it is laid before disclosure control, together with all that was released
 * of the same measurement before (statistics.md, "Disclosure control", 7). Part of lattice.
 *
 * A release made from the counts that there are now stands: what it showed is shown, and nothing more. Else
 * its groups take part as they were then, of persons who are the same where a class gave the same answers. A
 * class that has fewer than DISCLOSE_K other answers than then is in nothing that is released anew.
 */

#include "analysis/lattice.h"

/* Makes l->sheet and l->control, and decides what principals and the administration may see, on so many
 * threads. */
void lattice_decide(struct lattice *l, unsigned threads);
void lattice_control_free(struct lattice *l);

#endif
