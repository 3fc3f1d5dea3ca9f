#ifndef TLD_ANALYSIS_TALLY_X86_H
#define TLD_ANALYSIS_TALLY_X86_H

/* What the kernels for AVX2 and for AVX-512 share. */

#include "analysis/tally_kernel.h"

void tally_avx2_genders(const struct tally_plan *p, const struct tally_chunk *c,
                        uint32_t persons[TALLY_GENDERS], unsigned count[TALLY_GENDERS]);
void tally_avx2_dimensions(const struct tally_plan *p, struct tally_chunk *c, uint8_t *scores,
                           uint64_t complete[FORM_DIMENSIONS_MAX]);

enum { TALLY_ABREAST = 4 };

/* Adds to sum[k] the sum of products of one column with the one at others + k * TALLY_WAITING, for each of at
 * most TALLY_ABREAST columns. */
typedef void tally_multiply(const uint8_t *one, const uint8_t *others, int columns, uint64_t *sum);

/* All sums of products of a plan's dimensions. */
void tally_pairs(const struct tally_plan *p, const uint8_t *scores, uint64_t *pair, tally_multiply *multiply);

#endif
