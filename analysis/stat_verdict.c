#include "analysis/stat_verdict.h"

#include <math.h>
#include <stdbool.h>

/* The smallest effect worth mentioning. */
static const double WORTH = 0.15;

static bool worth_mentioning(const struct stat_cliff *effect)
{
    struct stat_range r = effect->unbiased_t;

    if (r.state == STAT_OK)
        return r.low >= WORTH || r.high <= -WORTH;
    /* No pair goes the other way: the interval has no formula, but the effect could not be larger. */
    return effect->delta.state == STAT_OK && fabs(effect->delta.x) >= 1;
}

enum stat_verdict stat_verdict(struct stat_value p, struct stat_value p_adjusted,
                               const struct stat_cliff *effect)
{
    if (p.state != STAT_OK)
        return STAT_VERDICT_TOO_FEW;
    if (p_adjusted.state == STAT_OK && p_adjusted.x < 0.05 && worth_mentioning(effect))
        return STAT_VERDICT_CLEAR;
    return p.x < 0.05 ? STAT_VERDICT_POSSIBLE : STAT_VERDICT_NONE;
}
