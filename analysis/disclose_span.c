#include "analysis/disclose_span.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

static const uint64_t PRIME = (UINT64_C(1) << 61) - 1;

__extension__ typedef unsigned __int128 wide;

static uint64_t fold(uint64_t x)
{
    x = (x & PRIME) + (x >> 61);
    return x >= PRIME ? x - PRIME : x;
}

uint64_t field_of(int64_t x)
{
    return x >= 0 ? fold((uint64_t)x) : (PRIME - fold((uint64_t)-x)) % PRIME;
}

int64_t field_signed(uint64_t x)
{
    return x > PRIME / 2 ? -(int64_t)(PRIME - x) : (int64_t)x;
}

uint64_t field_mul(uint64_t a, uint64_t b)
{
    const wide product = (wide)a * b;

    return fold((uint64_t)(product & PRIME) + (uint64_t)(product >> 61));
}

/* a^(p - 2) */
static uint64_t inverse(uint64_t a)
{
    uint64_t result = 1;

    for (uint64_t e = PRIME - 2; e > 0; e >>= 1) {
        if ((e & 1) != 0)
            result = field_mul(result, a);
        a = field_mul(a, a);
    }
    return result;
}

void span_init(struct span *s, size_t columns, size_t carried)
{
    *s = (struct span){.columns = columns, .width = columns + carried};
}

void span_fini(struct span *s)
{
    free(s->at);
    free(s->pivot);
    s->at = NULL;
    s->pivot = NULL;
    s->rows = s->capacity = 0;
}

void span_copy(struct span *to, const struct span *from)
{
    *to = *from;
    to->at = mem_alloc(to->capacity * to->width, sizeof *to->at);
    to->pivot = mem_alloc(to->capacity, sizeof *to->pivot);
    if (to->rows > 0) {
        memcpy(to->at, from->at, to->rows * to->width * sizeof *to->at);
        memcpy(to->pivot, from->pivot, to->rows * sizeof *to->pivot);
    }
}

const uint64_t *span_row(const struct span *s, size_t row)
{
    return s->at + row * s->width;
}

void span_eliminate(const struct span *s, uint64_t *v, const uint64_t *row, size_t pivot)
{
    const uint64_t factor = v[pivot] == 0 ? 0 : PRIME - v[pivot];

    for (size_t c = pivot; factor != 0 && c < s->width; c++) {
        if (row[c] != 0)
            v[c] = fold(v[c] + field_mul(factor, row[c]));
    }
}

void span_reduce(const struct span *s, uint64_t *v)
{
    for (size_t i = 0; i < s->rows; i++)
        span_eliminate(s, v, span_row(s, i), s->pivot[i]);
}

size_t span_pivot(const struct span *s, const uint64_t *v)
{
    for (size_t c = 0; c < s->columns; c++) {
        if (v[c] != 0)
            return c;
    }
    return SIZE_MAX;
}

void span_normalise(const struct span *s, uint64_t *v, size_t pivot)
{
    const uint64_t factor = inverse(v[pivot]);

    for (size_t c = pivot; factor != 1 && c < s->width; c++)
        v[c] = field_mul(v[c], factor);
}

void span_add(struct span *s, const uint64_t *v, size_t pivot)
{
    if (s->rows == s->capacity) {
        s->capacity = s->capacity == 0 ? 16 : 2 * s->capacity;
        s->at = mem_grow(s->at, s->capacity * s->width, sizeof *s->at);
        s->pivot = mem_grow(s->pivot, s->capacity, sizeof *s->pivot);
    }
    for (size_t i = 0; i < s->rows; i++)
        span_eliminate(s, s->at + i * s->width, v, pivot);
    memcpy(s->at + s->rows * s->width, v, s->width * sizeof *v);
    s->pivot[s->rows++] = pivot;
}
