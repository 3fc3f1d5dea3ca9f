#ifndef TLD_STAT_UNITS_H
#define TLD_STAT_UNITS_H

/* All units of a municipality looked at together. */

#include <stdbool.h>

#include "analysis/stat_compare.h"

/*
 * Random effects of units on a common within-unit variance: v_i = pooled variance / n_i, never the unit's
 * own, so that a unit in which all answered alike does not get all the weight. DerSimonian & Laird (1986)
 * Control. Clin. Trials 7:177. Units without answers are left out.
 */
struct stat_random_effects {
    enum stat_state state; /* too few: fewer than 2 units, or none with 2 answers; undefined: nobody varies */
    double pooled_variance;
    double q, df, p; /* Cochran's homogeneity test */
    double tau2;     /* variance between units, not below 0 */
    double i2;       /* percent (Higgins & Thompson 2002, Stat. Med. 21:1539) */
    double mean, se; /* of the units' distribution */
    double grand;    /* mean of all answers */
};
struct stat_random_effects stat_units_random(const struct stat_summary *unit, size_t count);

/* One unit in that light; too few when it has no answers. */
struct stat_unit_effect {
    enum stat_state state;
    double variance;  /* v_i */
    double shrinkage; /* B_i = tau2/(tau2+v_i): 1 keeps the unit's mean, 0 takes the municipality's */
    double shrunken;  /* empirical Bayes (Efron & Morris 1975, JASA 70:311) */
    double se;        /* with the uncertainty of the common mean (Raudenbush & Bryk 1985) */
    double se_naive;  /* without */
    double funnel_z, funnel_p;     /* against the mean of all, two-sided normal */
    double funnel_z_overdispersed; /* with tau2 added (Spiegelhalter 2005, Stat. Med. 24:1185) */
};
struct stat_unit_effect stat_units_effect(const struct stat_random_effects *all,
                                          const struct stat_summary *unit);

/* Funnel limits for a unit of n answers: mean -+ width standard errors (2 and 3 are drawn), tau2 added or
 * not. */
struct stat_range stat_units_funnel(const struct stat_random_effects *all, int64_t n, double width,
                                    bool overdispersed);

/*
 * Funnel limits of a share, exact from the binomial distribution and interpolated between whole numbers
 * (Spiegelhalter 2005, appendix A.1): where the distribution function passes that of the normal at -+width.
 * In [0,1].
 */
struct stat_range stat_units_funnel_share(double share, int64_t n, double width);

/*
 * A unit against all other units pooled, itself excluded. counts hold all units on the same scores. Welch;
 * see stat_compare.h for the states.
 */
struct stat_t_test stat_units_rest(const struct stat_counts *unit, size_t count, size_t i, double conf);

/* The pooled others, to be compared in other ways: out has unit[0].size counts. */
void stat_units_others(const struct stat_counts *unit, size_t count, size_t i, int64_t *out);

#endif
