#ifndef TLD_ANALYSIS_DISCLOSE_PARTNER_H
#define TLD_ANALYSIS_DISCLOSE_PARTNER_H

/*
 * Partners: groups that are withheld together, so that which rows are withheld does not tell why. For
 * disclose_decide.
 *
 * Where one class answered alike, another is withheld with it, or the unit less the rest would tell its
 * answers. If the other were chosen by the answers, or always the smallest, who knows how it is chosen would
 * know which of the two is the cause (a minimality attack; Wong, Fu, Wang & Pei 2007). So groups of one kind
 * stand in twos and threes from the start, by what all know: where they lie and how many have answered. When
 * one must be withheld for its answers all of its partners are, with all that they are made up of, just as
 * they would have been had they been the cause.
 */

#include "analysis/disclose_vector.h"

/*
 * Once it is decided which groups as such are shown: a ring of partners through s->partner[group], the next
 * of each; a group that has none is its own. As they were first released (s->first), or a class that comes in
 * late would make other rings, and two releases together tell the cause; what is late has no partners. First
 * within the smallest group that holds them (classes of a grade, units of an area), what is left there within
 * the unit, then within the municipality: the larger first, three of an odd number, none of them more than
 * twice as large as the next. A group of the same persons as a coarser one stands with that one,
 * s->stands[group]; another with itself.
 *
 * And what of other units is withheld with it (s->elsewhere): of grades that are partners in their unit, and
 * of genders. Which units, is known from the start, too, and the same for each of them.
 */
void partner_find(struct disclose_sheet *s);

/* Withholds the partners of all that is withheld for its own answers to an item, but for what was released
 * before; those of a grade or gender in other units, too. */
void partner_withhold(const struct disclose_sheet *s, const struct sheet_vector *v);

#endif
