#ifndef TLD_ANALYSIS_DISCLOSE_LP_H
#define TLD_ANALYSIS_DISCLOSE_LP_H

/*
 * What is known of the counts in some blocks, as one linear program: for disclose_audit. The only home of
 * <glpk.h> in the disclosure control; the attacker program has its own. Safe in several threads at a time,
 * each with models of its own.
 */

#include "analysis/disclose_audit.h"

/* Numbers sorted by block or by row: those of number b are at[first[b]] .. at[first[b + 1] - 1]. */
struct lp_index {
    size_t *first, *at;
};

/* Where the atoms, rows and pieces of each block are. */
struct lp_places {
    const struct audit_rows *p;
    struct lp_index atom, row, piece;
    size_t *place;        /* of each atom among those of its block */
    struct lp_index open; /* by row across: the blocks where a piece of it is not shown; none: it follows */
};
void lp_places_init(struct lp_places *w, const struct audit_rows *p);
void lp_places_fini(struct lp_places *w);

enum { LP_ANSWERS = 16 }; /* at most */

struct lp_model;

/*
 * The answers hang together only where a row is withheld whose number of pupils is known: no more than these
 * can have given all its answers together. Mostly one answer can be looked at alone.
 */
enum lp_scope {
    LP_REST_KNOWN,   /* one answer, the others being what they really are: what is free here is free */
    LP_REST_IGNORED, /* one answer, as if the others were none: what is determined here is determined */
    LP_TOGETHER      /* all answers */
};

/* The blocks together, in which the rows across are known to have what they really have there. answer: of one
 * answer alone. */
struct lp_model *lp_model_new(const struct lp_places *w, const size_t *block, size_t blocks,
                              enum lp_scope scope, size_t answer);
void lp_model_free(struct lp_model *m);

/* Whether the answer is one of the model's. */
bool lp_model_has(const struct lp_model *m, size_t answer);

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

/* Frees what the library keeps for the calling thread; no model may be left. */
void lp_thread_end(void);

/* Of two rows, or SIZE_MAX, the one to withhold: of the higher rank, the smaller. */
size_t lp_rather(const struct audit_rows *p, size_t a, size_t b);

/* Of the rows that hold the sum in the last solution where it is, the one to withhold; SIZE_MAX: only rows
 * from before hold it. */
size_t lp_model_holder(const struct lp_model *m);

#endif
