#ifndef TLD_ANALYSIS_TALLY_KERNEL_H
#define TLD_ANALYSIS_TALLY_KERNEL_H

/* The inner loops of the tally, once for any processor and for some kinds of them. */

#include "analysis/tally.h"

enum { TALLY_CHUNK = 32 }; /* persons at a time */

/* Up to 32 persons. Each column may be read for 32 bytes; what stands after `persons` means nothing. */
struct tally_chunk {
    const uint8_t *column[FORM_QUESTIONS_MAX];
    unsigned persons;
    uint8_t bin[FORM_DIMENSIONS_MAX]
               [TALLY_CHUNK]; /* of each person in each list, where bin_bytes is 1, ... */
    uint16_t wide[FORM_DIMENSIONS_MAX][TALLY_CHUNK]; /* ... and where it is 2 */
};

/* Some persons of the chunk and the cell that they are counted in. */
struct tally_target {
    uint32_t persons; /* bit p: person p is one */
    unsigned count;   /* how many they are */
    uint8_t *cell;    /* its counters are added to */
    bool fresh;       /* they are all 0 */
    size_t first;     /* where in the lists they belong, ... */
    size_t room;      /* ... which have room for so many */
};

/* A processor's way; all give the same. */
struct tally_kernel {
    const char *name;
    /* The persons of each gender, as in tally_target. */
    void (*genders)(const struct tally_plan *p, const struct tally_chunk *c, uint32_t persons[TALLY_GENDERS],
                    unsigned count[TALLY_GENDERS]);
    /* False when an answer is none of the question's. */
    bool (*counts)(const struct tally_plan *p, const struct tally_chunk *c, const struct tally_target *to,
                   unsigned targets);
    /* Puts the bins of the target's persons into the lists. */
    void (*list)(const struct tally_plan *p, const struct tally_chunk *c, const struct tally_target *to);
    /* Fills bin or wide; adds to complete; writes each dimension's scores, of 32 persons, to its columns from
     * `scores` on: 0 for who has not answered it whole. */
    void (*dimensions)(const struct tally_plan *p, struct tally_chunk *c, uint8_t *scores,
                       uint64_t complete[FORM_DIMENSIONS_MAX]);
    /* Adds the sums of products over all TALLY_WAITING scores of each column. */
    void (*products)(const struct tally_plan *p, const uint8_t *scores, uint64_t *pair);
};

extern const struct tally_kernel TALLY_KERNEL_PORTABLE;

/* `list` for any processor. */
void tally_list_bins(const struct tally_plan *p, const struct tally_chunk *c, const struct tally_target *to);

/* The fastest that this processor and this plan allow. */
const struct tally_kernel *tally_kernel_best(const struct tally_plan *p);

/* NULL where the program was built for another kind of processor, this one lacks it, or the plan is too large
 * for its bytes. */
const struct tally_kernel *tally_kernel_avx2(const struct tally_plan *p);
const struct tally_kernel *tally_kernel_avx512(const struct tally_plan *p);

#endif
