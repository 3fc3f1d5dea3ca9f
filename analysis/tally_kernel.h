#ifndef TLD_ANALYSIS_TALLY_KERNEL_H
#define TLD_ANALYSIS_TALLY_KERNEL_H

/* The inner loops of the tally, once for any processor and once for AVX2; both give the same counters. */

#include "analysis/tally.h"

enum { TALLY_CHUNK = 64 }; /* persons at a time */

/* Up to 64 persons. Each column may be read for 64 bytes; what stands after `persons` means nothing. */
struct tally_chunk {
    const uint8_t *column[FORM_QUESTIONS_MAX];
    unsigned persons;
    bool genders;                 /* whether sink.gender is to be filled */
    uint64_t mask[TALLY_GENDERS]; /* bit p: person p is of this gender */
    uint8_t gender[TALLY_CHUNK];  /* of each person */
};

/* Where the counts go: all are added to. */
struct tally_sink {
    uint16_t *group;
    uint32_t *gender[TALLY_GENDERS]; /* girl and boy; the other two when either occurs */
    uint64_t *complete;
    uint64_t *pair;
};

struct tally_kernel {
    const char *name;
    /* Each returns or adds; counts returns false when an answer is none of the question's. */
    void (*genders)(const struct tally_plan *p, struct tally_chunk *c);
    bool (*counts)(const struct tally_plan *p, const struct tally_chunk *c, const struct tally_sink *out);
    void (*indexes)(const struct tally_plan *p, const struct tally_chunk *c, const struct tally_sink *out);
    void (*products)(const struct tally_plan *p, const struct tally_chunk *c, const struct tally_sink *out);
};

extern const struct tally_kernel TALLY_KERNEL_PORTABLE;

/* The fastest that this processor and this plan allow. */
const struct tally_kernel *tally_kernel_best(const struct tally_plan *p);

/* NULL where the program was built for another kind of processor, or this one lacks it. */
const struct tally_kernel *tally_kernel_avx2(void);

#endif
