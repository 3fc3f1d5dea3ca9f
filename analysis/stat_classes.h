#ifndef TLD_STAT_CLASSES_H
#define TLD_STAT_CLASSES_H

/*
 * Pupils in classes (or classes in units): how much of the variation lies between the groups, whether the
 * groups differ, and what that costs in precision. Groups without answers are left out everywhere.
 */

#include "analysis/stat_summary.h"

/* Fisher's one-way analysis of variance. */
struct stat_anova {
    enum stat_state state; /* of the sums: too few with less than 2 groups or no answers beyond one a group */
    int64_t n, groups;
    double n0; /* the size that unequal groups are worth, (N - sum n^2/N)/(k-1) (Snedecor & Cochran
                  1980, 13.6) */
    double ssb, ssw, msb, msw;
    struct stat_value f, p;         /* undefined when nobody differs from the own group */
    struct stat_value eta2, omega2; /* Hays (1963); omega2 can be negative */
};
struct stat_anova stat_classes_anova(const struct stat_summary *group, size_t count);

/* Intraclass correlations of the analysis of variance (Shrout & Fleiss 1979, Psychol. Bull. 86:420), not cut
 * at 0. */
struct stat_value stat_classes_icc1(const struct stat_anova *a);
struct stat_value stat_classes_icc2(const struct stat_anova *a); /* reliability of a group's mean; below .7
                                                                    groups can not be told apart */

/* Searle (1971, Linear Models, 9.8) for ICC(1), with n0 for the group size. */
struct stat_range stat_classes_icc1_interval(const struct stat_anova *a, double conf);

/* Design effect 1 + (m-1) ICC(1), m the mean group size (Kish 1965) or the size-weighted one, sum n^2/N. */
struct stat_value stat_classes_design_effect(const struct stat_anova *a);
struct stat_value stat_classes_design_effect_weighted(const struct stat_summary *group, size_t count);

/* Welch (1951) Biometrika 38:330. Too few when a group has one answer, undefined when one does not vary. */
struct stat_welch_anova {
    enum stat_state state;
    double f, df1, df2, p; /* df1 whatever the state */
};
struct stat_welch_anova stat_classes_welch(const struct stat_summary *group, size_t count);

/* Kruskal & Wallis (1952) JASA 47:583 with ties. All groups on the same scores. */
struct stat_kruskal {
    enum stat_state state; /* undefined when all are in one category */
    double h, df, p;
};
struct stat_kruskal stat_classes_kruskal(const struct stat_counts *group, size_t count);

/*
 * The mean of all with the standard error that classes, drawn as wholes, give it (linearisation; Binder 1983,
 * Int. Stat. Rev. 51:279), t with k-1 degrees of freedom. Too few: one class.
 */
struct stat_cluster {
    enum stat_state state;
    double mean, se;
    double low, high;         /* not clipped to the scale */
    struct stat_value se_srs; /* as if pupils had been drawn one by one */
    struct stat_value deff;   /* (se/se_srs)^2 */
};
struct stat_cluster stat_classes_cluster(const struct stat_counts *group, size_t count, double conf);

#endif
