#ifndef TLD_AUDIT_ALIKE_H
#define TLD_AUDIT_ALIKE_H

/*
 * Whether a shown row tells of each person in it what they answered: all gave one answer, or nobody gave a
 * good one. Such a row is not to be shown, of however many it is. Only what follows from the row's own
 * figures counts: a standard deviation of 0.00 may be that of many who answered alike and one who did not.
 */

#include "audit/audit_counts.h"

enum audit_alike {
    AUDIT_DIFFERENT,  /* or they may be */
    AUDIT_ONE_ANSWER, /* all who chose an option chose the same; of an index: all have the same score */
    AUDIT_NONE_GOOD   /* options differ, but none of those chosen is a good one */
};

/* The row's figures, as audit_counts takes them; good: the question has good answers, which a row elsewhere
 * shows. *answer: of AUDIT_ONE_ANSWER, the option's code or the score. */
enum audit_alike audit_alike(const struct audit_scale *s, const struct audit_cell *c, int64_t persons,
                             bool good, double *answer);

/* Whether some row of the item shows that good answers were given: there are scales that have none. */
bool audit_alike_has_good(const struct audit_world *w, size_t item);

#endif
