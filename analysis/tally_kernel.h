#ifndef TLD_ANALYSIS_TALLY_KERNEL_H
#define TLD_ANALYSIS_TALLY_KERNEL_H

/* The inner loops of the tally, once for any processor and once for AVX2; both give the same counters. */

#include "analysis/tally.h"

enum { TALLY_CHUNK = 32 }; /* persons at a time */

/* Up to 32 persons. Each column may be read for 32 bytes; what stands after `persons` means nothing. */
struct tally_chunk {
    const uint8_t *column[FORM_QUESTIONS_MAX];
    unsigned persons;
    bool genders;                 /* whether sink.gender is to be filled */
    uint32_t mask[TALLY_GENDERS]; /* bit p: person p is of this gender */
    uint8_t gender[TALLY_CHUNK];  /* of each person */
};

/* Where the counts go: all are added to. */
struct tally_sink {
    uint8_t *group;                  /* a cell */
    uint16_t *gender[TALLY_GENDERS]; /* cells; of those unsaid one that nobody reads */
    uint64_t *complete;
    uint64_t *pair;
    uint16_t *lane; /* instead of pair, for a kernel that adds in lanes: at most 128 a chunk in each */
};

struct tally_kernel {
    const char *name;
    void (*genders)(const struct tally_plan *p, struct tally_chunk *c);
    /* False when an answer is none of the question's. */
    bool (*counts)(const struct tally_plan *p, const struct tally_chunk *c, const struct tally_sink *out);
    /* parts: TALLY_INDEX, TALLY_PRODUCTS */
    void (*dimensions)(const struct tally_plan *p, const struct tally_chunk *c, unsigned parts,
                       const struct tally_sink *out);
};

extern const struct tally_kernel TALLY_KERNEL_PORTABLE;

/* The fastest that this processor and this plan allow. */
const struct tally_kernel *tally_kernel_best(const struct tally_plan *p);

/* NULL where the program was built for another kind of processor, this one lacks it, or the plan is too large
 * for its bytes. */
const struct tally_kernel *tally_kernel_avx2(const struct tally_plan *p);
const struct tally_kernel *tally_kernel_avx512(const struct tally_plan *p);

#endif
