#ifndef TLD_STAT_INDEX_H
#define TLD_STAT_INDEX_H

/*
 * A person's index: the mean of the answered questions of a dimension, when enough of them are answered. With
 * K questions every such mean lies on the grid 1 + g/LCM(1..K), so that indexes are counted in whole numbers
 * and add up.
 */

#include "analysis/stat_base.h"

enum { STAT_INDEX_ITEMS_MAX = 12 }; /* LCM(1..12) = 27720 */

/* LCM(1..items), 1 <= items <= STAT_INDEX_ITEMS_MAX. */
int64_t stat_index_grid(size_t items);

/* Grid points from 1 to C. */
size_t stat_index_cells(size_t items, int categories);

/* At least half of the questions. */
size_t stat_index_least(size_t items);

/* The code of a question whose scale runs the other way. */
uint8_t stat_index_reversed(uint8_t code, int categories);

/*
 * The grid point of a person with these answers (1..C, already turned; anything else, as 0 or 255, is no
 * answer), or -1 when fewer than `least` (at least 1) are answered.
 */
int64_t stat_index_cell(const uint8_t *answers, size_t items, int categories, size_t least);

#endif
