#ifndef TLD_STAT_VERDICT_H
#define TLD_STAT_VERDICT_H

/* What a comparison is called in a report, from the p-values and the effect. */

#include "analysis/stat_rank.h"

enum stat_verdict {
    STAT_VERDICT_CLEAR, /* tydlig skillnad: adjusted p < .05 and the interval of delta outside (-.15, .15) */
    STAT_VERDICT_POSSIBLE, /* möjlig skillnad: p < .05 unadjusted */
    STAT_VERDICT_NONE,     /* ingen påvisad skillnad */
    STAT_VERDICT_TOO_FEW   /* för få svar: no test could be made (the state of p says why) */
};

enum stat_verdict stat_verdict(struct stat_value p, struct stat_value p_adjusted,
                               const struct stat_cliff *effect);

#endif
