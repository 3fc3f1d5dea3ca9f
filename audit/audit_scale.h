#ifndef TLD_AUDIT_SCALE_H
#define TLD_AUDIT_SCALE_H

/*
 * The scale of each item, inferred from its figures: index_0_100 beside the mean tells the number of options
 * and whether the question is reversed, share_positive which options are positive (so many from the good
 * end). Where the tables leave several, the scale of the same question (or dimension) elsewhere is taken,
 * else the largest number of options that fits, and a note says so: with more options than there are, the
 * attacker knows less. (Of an item of which nothing is shown there is no note: little can be found.)
 */

#include "audit/audit_counts.h"

/* Scales of all worlds' items: scale[world][item]. options: what to take where the tables do not tell; 0: the
 * largest that fits. Free with audit_scales_fini. */
struct audit_scales {
    struct audit_scale **at;
    size_t worlds;
};

void audit_scales_make(const struct audit_worlds *w, int options, struct audit_scales *out,
                       struct audit_notes *notes);
void audit_scales_fini(struct audit_scales *s);

#endif
