#ifndef TLD_ANALYSIS_DISCLOSE_ELSEWHERE_H
#define TLD_ANALYSIS_DISCLOSE_ELSEWHERE_H

/*
 * Grades and genders are told across units, too. Where only those of one unit were withheld for its answers,
 * the rows across would have the same withheld in just one other unit, and too little is left open for
 * another of the partners to have been the cause: so in two others. Those units stand together from the
 * start, in threes (two and four of what is left), near in size: were each unit's the two nearest to it,
 * which these are would tell whose they are. A gender alone in its unit has no partner but these. Part of
 * disclose_partner.
 */

#include "analysis/disclose_sheet.h"

/* Once the partners are found: fills s->elsewhere, by group. */
void elsewhere_find(struct disclose_sheet *s);

/* The first in s->elsewhere that is not of a lower group. */
size_t elsewhere_first(const struct disclose_sheet *s, size_t g);

#endif
