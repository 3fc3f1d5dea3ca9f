#ifndef TLD_ANALYSIS_MEASURE_H
#define TLD_ANALYSIS_MEASURE_H

/* The figures of one item (question or dimension) in one group, and of two groups compared. Not yet
 * controlled: they go into rows of a full table only. */

#include "analysis/lattice.h"
#include "analysis/stat_compare.h"
#include "analysis/stat_rank.h"
#include "analysis/stat_summary.h"
#include "analysis/stat_verdict.h"

struct measure {
    struct stat_counts counts; /* options 1..C as answered; or an index on 1..C */
    int64_t *owned;
    int options; /* C */
    struct stat_summary summary;
    struct stat_value mean, sd;
    struct stat_value index_0_100; /* of a reversed question turned, so that 100 is always best */
    struct stat_range interval;    /* process */
    int64_t positive;              /* of a question: positive answers */
    struct stat_value share_positive, share_dont_know; /* of questions */
};

/* sum: a node's, or any sum of cells of the plan. item as in lattice.sheet. */
void measure_init(struct measure *m, const struct dataset_form *f, const struct tally_sum *sum, size_t item);
void measure_fini(struct measure *m);

/* Its n, mean and squares alone; n 0 where an index is not defined. */
struct stat_summary measure_summary(const struct dataset_form *f, const struct tally_sum *sum, size_t item);

struct contrast {
    struct stat_t_test welch;
    struct stat_cliff cliff;
    struct stat_value p;
};

/* a less b, on the same scale. STAT_UNDEFINED all through when the scales are not the same. */
void measure_contrast(const struct measure *a, const struct measure *b, struct contrast *out);

/* The words of the table. */
const char *measure_verdict_word(enum stat_verdict v);
extern const char MEASURE_TOO_FEW[]; /* "för få svar" */

/* Values for rows; empty unless the state is STAT_OK. */
struct value value_text(const char *text); /* NULL and "" are empty */
struct value value_whole(int64_t n);
struct value value_number(double x);
struct value value_stat(struct stat_value v);

#endif
