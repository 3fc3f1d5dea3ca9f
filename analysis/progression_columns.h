#ifndef TLD_ANALYSIS_PROGRESSION_COLUMNS_H
#define TLD_ANALYSIS_PROGRESSION_COLUMNS_H

/* The columns of the progression table. Their order is promised outwards: a new one comes last. */

#include "analysis/row.h"

/* The sources of a row, and as bits. */
enum { FROM_OWN, FROM_PREVIOUS, FROM_SAME_MONTH, FROM_COHORT, FROM_TREND, FROM_CLASSES };
enum {
    OWN = ROW_OWN,
    PREVIOUS = 1 << FROM_PREVIOUS,
    SAME_MONTH = 1 << FROM_SAME_MONTH,
    COHORT = 1 << FROM_COHORT,
    TREND = 1 << FROM_TREND,
    CLASSES = 1 << FROM_CLASSES
};

enum {
    COL_INDEX = ROW_COLUMNS,
    COL_SHARE_POSITIVE,
    COL_SHARE_DONT_KNOW,
    COL_CI_LOW,
    COL_CI_HIGH,
    COL_CHANGE_PREVIOUS,
    COL_CHANGE_SAME_MONTH,
    COL_DIFFERENCE_STATE,
    COL_P,
    COL_P_ADJUSTED,
    COL_EFFECT_DELTA,
    COL_STATUS,
    COL_BELONGS, /* the first of ROW_BELONGS */
    COL_SERIES = COL_BELONGS + BELONGS_COLUMNS,
    COL_CHANGE_COHORT,
    COL_TREND_PER_YEAR,
    COL_TREND_LOW,
    COL_TREND_HIGH,
    COL_TREND_ROUNDS,
    COL_METHOD,
    COL_ROBUST,
    COL_COUNT
};

extern const struct column PROGRESSION_COLUMNS[];
extern const size_t PROGRESSION_COLUMN_COUNT;

#endif
