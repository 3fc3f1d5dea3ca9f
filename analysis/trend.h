#ifndef TLD_ANALYSIS_TREND_H
#define TLD_ANALYSIS_TREND_H

/*
 * The line through an item's means in all rounds until now, of a group that was shown there: a round in which
 * it was withheld leaves the trend. From TREND_LEAST rounds on a line, from STAT_TREND_ROUNDS on an
 * inference.
 */

#include "analysis/history.h"
#include "analysis/stat_trend.h"

enum { TREND_LEAST = 3 };

/* Where the item stands and is shown, now first; none when it is not shown now. The caller frees. */
struct origin *trend_origins(const struct history *h, const struct place *now, const struct line *before,
                             size_t item, size_t *count);

struct trend {
    struct stat_value per_year; /* on the mean's scale */
    struct stat_range interval; /* 95 % */
};
struct trend trend_line(const struct history *h, const struct origin *at, size_t count);

#endif
