#ifndef TLD_AUDIT_LP_H
#define TLD_AUDIT_LP_H

/*
 * The least and the most of a linear figure under a system's equations, all unknowns >= 0: GLPK's simplex,
 * started from where the last figure left it. The auditor's home of <glpk.h>.
 */

#include "audit/audit_system.h"

struct audit_lp;

enum audit_lp_state {
    AUDIT_LP_DONE,
    AUDIT_LP_INFEASIBLE,
    AUDIT_LP_UNBOUNDED,
    AUDIT_LP_FAILED /* GLPK gave up, or its result does not satisfy the equations */
};

enum {
    AUDIT_LP_COLUMNS_MAX = 200 * 1000,
    /* Iterations: of one solution, so many, and one per equation and unknown; where it starts from the
     * beginning, times the factor; and of all solutions together. */
    AUDIT_LP_ITERATIONS_MIN = 200,
    AUDIT_LP_COLD_FACTOR = 20,
    AUDIT_LP_ALL_ITERATIONS_MAX = 5 * 1000 * 1000,
    AUDIT_LP_SECONDS_MAX = 30
};

/* The system must outlive it. */
struct audit_lp *audit_lp_new(const struct audit_system *s);
void audit_lp_free(struct audit_lp *lp);

/* The most (or least) of Σ coef·unknown. On AUDIT_LP_DONE *value is filled and audit_lp_unknowns gives a
 * solution that attains it; on AUDIT_LP_UNBOUNDED *value is infinite. */
enum audit_lp_state audit_lp_solve(struct audit_lp *lp, const struct audit_term *objective, size_t terms,
                                   bool most, double *value);

/* Two sums, of which only what both have counts. */
struct audit_pair {
    const struct audit_term *a, *b;
    size_t a_terms, b_terms;
    double a_constant, b_constant;
};

/* The most of Σ min(a, b), as audit_lp_solve; at most AUDIT_CATEGORIES_MAX pairs. No column stands twice in a
 * sum. */
enum audit_lp_state audit_lp_overlap(struct audit_lp *lp, const struct audit_pair *pair, size_t pairs,
                                     double *value);

/* The unknowns of the last solution, by column. */
const double *audit_lp_unknowns(const struct audit_lp *lp);

/*
 * A bound on the last objective that holds whatever the solver's rounding did: from its dual values, and each
 * unknown's own limit (Neumaier & Shcherbina 2004). For the most: no less than it.
 */
double audit_lp_proven(const struct audit_lp *lp);

size_t audit_lp_solved(const struct audit_lp *lp); /* number of solutions so far */

/* AUDIT_LP_ALL_ITERATIONS_MAX is passed: ask no more. */
bool audit_lp_exhausted(const struct audit_lp *lp);

#endif
