#ifndef TLD_STAT_RESPONSE_H
#define TLD_STAT_RESPONSE_H

/* Who did not answer, and what it could mean. A stratum is a class, a grade or a unit. */

#include "analysis/stat_summary.h"
#include "analysis/stat_table.h"

/*
 * What the response rate allows one to say: below 70 % with a warning, below 50 % not to everybody. Unknown
 * (population <= 0) is as if all was well.
 */
enum stat_response { STAT_RESPONSE_ENOUGH, STAT_RESPONSE_LOW, STAT_RESPONSE_LOWER };
enum stat_response stat_response_of(int64_t responses, int64_t population);

struct stat_stratum {
    int64_t population; /* enrolled, at least summary.n */
    struct stat_summary summary;
};

/* The mean as if every stratum had answered equally often (Cochran 1977, 5A.9). */
struct stat_poststratified {
    struct stat_value raw;        /* all respondents alike */
    struct stat_value mean;       /* too few: an enrolled stratum without answers */
    struct stat_value shift;      /* mean - raw */
    struct stat_value se_fpc;     /* descriptive; a stratum in which all answered adds nothing */
    struct stat_value se_process; /* too few: a stratum with one answer */
};
struct stat_poststratified stat_response_poststratified(const struct stat_stratum *s, size_t count);

/* Whether the strata answered equally often: Pearson's chi-square of answered and not. Undefined if all or
 * none did. */
struct stat_table_test stat_response_homogeneity(const struct stat_stratum *s, size_t count);

/* Schouten, Cobben & Bethlehem (2009) Survey Methodology 35:101: 1 - 2 S(rho), and S(rho)/mean rho, the
 * largest bias in standard deviations of the answer. */
struct stat_value stat_response_r_indicator(const struct stat_stratum *s, size_t count);
struct stat_value stat_response_max_bias(const struct stat_stratum *s, size_t count);

/* The mean of all enrolled if the rest had all chosen 1, or C (Manski 1989). */
struct stat_range stat_response_worst_case(const struct stat_stratum *s, size_t count, int categories);

#endif
