#ifndef TLD_ANALYSIS_DISCLOSE_SPAN_H
#define TLD_ANALYSIS_DISCLOSE_SPAN_H

/*
 * The span of rows of integers, by elimination over the field of 2^61 - 1: exact, no rounding. What is in the
 * span over the rationals is in it here; the other way it could only fail by withholding too much.
 *
 * A row has `columns` that are eliminated, and behind them what is carried along through every step.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

uint64_t field_of(int64_t x);
int64_t field_signed(uint64_t x); /* the integer nearest zero */
uint64_t field_mul(uint64_t a, uint64_t b);

struct span {
    size_t columns, width; /* width: with what is carried */
    size_t rows, capacity;
    uint64_t *at;  /* rows * width; each row's first nonzero column is its pivot, alone in that column */
    size_t *pivot; /* of each row */
};

void span_init(struct span *s, size_t columns, size_t carried);
void span_fini(struct span *s);
void span_copy(struct span *to, const struct span *from); /* to is new */
const uint64_t *span_row(const struct span *s, size_t row);

/* Takes from v what is in the span. */
void span_reduce(const struct span *s, uint64_t *v);

/* The first nonzero column, or SIZE_MAX. */
size_t span_pivot(const struct span *s, const uint64_t *v);

/* Divides a reduced row by its value at the pivot. */
void span_normalise(const struct span *s, uint64_t *v, size_t pivot);

/* v -= v[pivot] * row, which has nothing before its pivot, and 1 there. */
void span_eliminate(const struct span *s, uint64_t *v, const uint64_t *row, size_t pivot);

/* Adds a reduced, normalised row. */
void span_add(struct span *s, const uint64_t *v, size_t pivot);

#endif
