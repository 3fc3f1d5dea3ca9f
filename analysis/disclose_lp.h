#ifndef TLD_ANALYSIS_DISCLOSE_LP_H
#define TLD_ANALYSIS_DISCLOSE_LP_H

/*
 * What is known of the counts in some blocks, as one linear program: for disclose_audit. The only home of
 * <glpk.h> in the disclosure control; the attacker program has its own. Safe in several threads at a time,
 * each with models of its own.
 */

#include "analysis/disclose_audit.h"

/* Numbers sorted by block: those of block b are at[first[b]] .. at[first[b + 1] - 1]. */
struct lp_index {
    size_t *first, *at;
};

/* Where the atoms, rows and pieces of each block are. */
struct lp_places {
    const struct audit_rows *p;
    struct lp_index atom, row, piece;
    bool *open; /* of each row across: a piece of it is not shown; else it follows from its pieces */
};
void lp_places_init(struct lp_places *w, const struct audit_rows *p);
void lp_places_fini(struct lp_places *w);

struct lp_model;

/* The blocks together, in which the rows across are known to have what they really have there. */
struct lp_model *lp_model_new(const struct lp_places *w, const size_t *block, size_t blocks);
void lp_model_free(struct lp_model *m);

/* A sum of the unknowns: how many of these atoms, all in the model, chose the answer. */
struct lp_sum {
    const size_t *atom;
    size_t atoms, answer;
};

/* Whether anybody can be in the sum at all: else no program needs to be solved. */
bool lp_model_any(const struct lp_model *m, const struct lp_sum *s);

/* Adds the sum to the aim of the next solution. */
void lp_model_aim(struct lp_model *m, const struct lp_sum *s);

/* Finds a solution where what was aimed at, all added up, is least or most, and forgets the aim. False when
 * none was found within bounds. */
bool lp_model_solve(struct lp_model *m, bool most);

/* The sum in the solution found last. */
double lp_model_value(const struct lp_model *m, const struct lp_sum *s);

/* Of two rows, or SIZE_MAX, the one to withhold: of the higher rank, the smaller. */
size_t lp_rather(const struct audit_rows *p, size_t a, size_t b);

/* Of the rows that hold the sum in the last solution where it is, the one to withhold; SIZE_MAX: only rows
 * from before hold it. */
size_t lp_model_holder(const struct lp_model *m);

#endif
