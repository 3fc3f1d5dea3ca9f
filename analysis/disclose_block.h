#ifndef TLD_ANALYSIS_DISCLOSE_BLOCK_H
#define TLD_ANALYSIS_DISCLOSE_BLOCK_H

/*
 * The linear stage inside one block (a unit): rows are released one after the other, and withheld where a
 * protected set would follow from those released. Protected are
 *   - the secrets: rows that are withheld anyway, and what disclose_linear adds;
 *   - every union of nonempty atoms with fewer than k persons;
 *   - whatever says something of persons alone who gave one and the same answer. Each answer has a shadow of
 *     the span, without the columns of those persons: a row that tells something new, but nothing new to the
 *     shadow, would say it of them.
 *
 * The unions are not listed. Columns that surely hold k persons or more come first and are eliminated first,
 * so that the rows with a later pivot span exactly what the released rows say of small atoms alone. A union
 * among them is 0 or 1 everywhere, so the rows that make it up are those of the pivots in it, each with
 * factor 1: few can be, since their persons together are fewer than k.
 */

#include "analysis/disclose_span.h"

struct linear_row; /* disclose_linear.h */

struct shadow {
    bool *in; /* of each column: they all gave the answer; NULL: nobody, as far as is known */
    struct span span;
};

struct block {
    size_t columns, big; /* the first `big` columns surely hold at least k each */
    size_t *atom;        /* of each column */
    int64_t *least;      /* the fewest persons that can be in each column */
    int64_t k;
    size_t *row; /* rows of this block, in the order of release */
    size_t rows;
    struct span span; /* of what is released; carries the number of persons */
    bool *apart;      /* of each row of the span: disclose_linear tries it together with the rows across */
    struct shadow *shadow; /* of each answer */
    size_t shadows;
    uint64_t **secret;
    size_t secrets, secret_capacity;
    size_t own_secrets; /* the rows; those after them are disclose_linear's */
};

void block_fini(struct block *b);

/* Adds a vector of columns + 1. */
void block_secret(struct block *b, const uint64_t *v);

/* The row as a vector of columns + 1, the last its number of persons. column: of each atom. */
void block_vector(const struct block *b, const struct linear_row *r, const size_t *column, uint64_t *v);

/* Releases the rows of the block anew. */
void block_decide(struct block *b, struct linear_row *row, const size_t *column);

/* Releases one more row, if no protected set of this block's follows. */
bool block_release(struct block *b, const struct linear_row *r, const size_t *column);

/* What follows from the span, after it has changed: `apart`, the shadows. */
void block_changed(struct block *b);

/* A union found: v is 0 or 1 in each column, with what is carried behind. Returning true ends the search. */
typedef bool union_fn(const uint64_t *v, int64_t least, void *arg);

struct union_search {
    const struct span *span; /* its rows from `pivot >= big` on are tried */
    const bool *apart;       /* rows to leave alone, or NULL */
    const int64_t *least;
    size_t big;
    int64_t k;
    union_fn *found;
    void *arg;
    size_t steps; /* of the search so far */
};

enum { UNION_STEPS = 20000 };

/* Tries base plus every set of rows whose pivots together hold fewer than k; with base NULL, plus at least
 * one. True when `found` ended it, or when there were too many to try. */
bool union_find(struct union_search *u, const uint64_t *base);

#endif
