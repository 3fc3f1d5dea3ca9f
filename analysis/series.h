#ifndef TLD_ANALYSIS_SERIES_H
#define TLD_ANALYSIS_SERIES_H

/*
 * Whether an item's line goes on from the last round in which its group answered the form, and if not, why:
 *
 *     NULL                it goes on, or there is nothing before
 *     "new_question"      the question was not asked then
 *     "changed_question"  it was, in other words, with other options or the other way round
 *     "new_index"         the dimension was not measured then
 *     "changed_index"     it was, by other questions (or one of them has changed)
 *     "split_unit"        the unit was a part of one that has been split since
 */

#include "analysis/history.h"

#define SERIES_HELP                                                                                          \
    "why there is no change_previous: new_question, changed_question, new_index, changed_index (other "      \
    "questions), split_unit; empty: the line goes on, or nothing was before"

const char *series_word(const struct history *h, size_t measurement, size_t item, const struct line *before);

#endif
