#include "analysis/stat_index.h"

#include <assert.h>

int64_t stat_index_grid(size_t items)
{
    int64_t grid = 1;

    assert(items >= 1 && items <= STAT_INDEX_ITEMS_MAX);
    for (int64_t k = 2; k <= (int64_t)items; k++) {
        int64_t a = grid, b = k;

        while (b != 0) {
            int64_t rest = a % b;

            a = b;
            b = rest;
        }
        grid = grid / a * k;
    }
    return grid;
}

size_t stat_index_cells(size_t items, int categories)
{
    return (size_t)(stat_index_grid(items) * (categories - 1) + 1);
}

size_t stat_index_least(size_t items)
{
    return (items + 1) / 2;
}

uint8_t stat_index_reversed(uint8_t code, int categories)
{
    return code >= 1 && code <= categories ? (uint8_t)(categories + 1 - code) : code;
}

int64_t stat_index_cell(const uint8_t *answers, size_t items, int categories, size_t least)
{
    int64_t sum = 0, answered = 0;

    for (size_t i = 0; i < items; i++) {
        if (answers[i] < 1 || answers[i] > categories)
            continue;
        sum += answers[i];
        answered++;
    }
    if (answered < 1 || answered < (int64_t)least)
        return -1;
    return (sum - answered) * (stat_index_grid(items) / answered);
}
