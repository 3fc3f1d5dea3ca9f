#include "analysis/disclose_block.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/disclose_linear.h"
#include "core/base/mem.h"

void block_fini(struct block *b)
{
    for (size_t i = 0; i < b->secrets; i++)
        free(b->secret[i]);
    free(b->secret);
    free(b->atom);
    free(b->least);
    free(b->row);
    free(b->apart);
    for (size_t i = 0; i < b->shadows; i++) {
        free(b->shadow[i].in);
        span_fini(&b->shadow[i].span);
    }
    free(b->shadow);
    span_fini(&b->span);
}

void block_secret(struct block *b, const uint64_t *v)
{
    uint64_t *copy = mem_alloc(b->columns + 1, sizeof *copy);

    memcpy(copy, v, (b->columns + 1) * sizeof *v);
    b->secret = mem_room(b->secret, b->secrets, &b->secret_capacity, sizeof *b->secret);
    b->secret[b->secrets++] = copy;
}

void block_vector(const struct block *b, const struct linear_row *r, const size_t *column, uint64_t *v)
{
    memset(v, 0, (b->columns + 1) * sizeof *v);
    for (size_t i = 0; i < r->atoms; i++) {
        if (column[r->atom[i]] != SIZE_MAX)
            v[column[r->atom[i]]] = 1;
    }
    v[b->columns] = field_of(r->n);
}

/* ---- unions ---------------------------------------------------------------------------------------------
 */

/* Calls `found` when v is a union with fewer than k. */
static bool try_union(struct union_search *u, const uint64_t *v)
{
    int64_t least = 0;

    for (size_t c = 0; c < u->span->columns; c++) {
        if (v[c] > 1)
            return false;
        if (v[c] == 1)
            least += u->least[c];
    }
    return least < u->k && u->found(v, least, u->arg);
}

/* Adds each of the rows from `first` on, and on with the next. */
static bool add_more(struct union_search *u, const uint64_t *v, size_t first, int64_t held)
{
    const struct span *s = u->span;
    uint64_t *next = mem_alloc(s->width, sizeof *next);
    bool done = false;

    for (size_t i = first; i < s->rows && !done; i++) {
        const uint64_t *row = span_row(s, i);

        if (s->pivot[i] < u->big || (u->apart != NULL && u->apart[i]) || held + u->least[s->pivot[i]] >= u->k)
            continue;
        for (size_t c = 0; c < s->width; c++)
            next[c] = field_of((int64_t)(v[c] + row[c]));
        done = ++u->steps > UNION_STEPS || try_union(u, next) ||
               add_more(u, next, i + 1, held + u->least[s->pivot[i]]);
    }
    free(next);
    return done;
}

bool union_find(struct union_search *u, const uint64_t *base)
{
    uint64_t *zero;
    bool done;

    if (base != NULL)
        return try_union(u, base) || add_more(u, base, 0, 0);
    zero = mem_alloc(u->span->width, sizeof *zero);
    done = add_more(u, zero, 0, 0);
    free(zero);
    return done;
}

/* ---- releasing ------------------------------------------------------------------------------------------
 */

static bool is_protected(const uint64_t *v, int64_t least, void *arg)
{
    const struct block *b = arg;
    const int64_t n = field_signed(v[b->columns]);

    (void)least;
    return n < b->k;
}

/* Whether the span with the reduced, normalised row would hold a union with 1..k-1 persons. */
static bool gives_union(struct block *b, const uint64_t *v, size_t pivot)
{
    struct span small;
    struct union_search u = {
        .span = &small, .least = b->least, .big = b->big, .k = b->k, .found = is_protected, .arg = b};
    bool found;

    if (pivot < b->big)
        return false;
    span_init(&small, b->columns, 1);
    for (size_t i = 0; i < b->span.rows; i++) {
        if (b->span.pivot[i] >= b->big)
            span_add(&small, span_row(&b->span, i), b->span.pivot[i]);
    }
    span_add(&small, v, pivot);
    found = union_find(&u, NULL);
    span_fini(&small);
    return found;
}

/* Whether the row would give a secret; rest: what is left of each secret after the released rows. */
static bool gives_secret(const struct block *b, uint64_t *const *rest, const uint64_t *v, size_t pivot,
                         uint64_t *scratch)
{
    for (size_t i = 0; i < b->secrets; i++) {
        if (rest[i][pivot] == 0)
            continue;
        memcpy(scratch, rest[i], b->span.width * sizeof *scratch);
        span_eliminate(&b->span, scratch, v, pivot);
        if (span_pivot(&b->span, scratch) == SIZE_MAX)
            return true;
    }
    return false;
}

/* The row as the shadow sees it; false when it says nothing new there. */
static bool cast(const struct shadow *s, size_t columns, const uint64_t *v, uint64_t *out)
{
    for (size_t c = 0; c < columns; c++)
        out[c] = s->in[c] ? 0 : v[c];
    out[columns] = 0;
    span_reduce(&s->span, out);
    return span_pivot(&s->span, out) != SIZE_MAX;
}

static bool gives_answer(const struct block *b, const uint64_t *v, uint64_t *scratch)
{
    for (size_t i = 0; i < b->shadows; i++) {
        if (b->shadow[i].in != NULL && !cast(&b->shadow[i], b->columns, v, scratch))
            return true;
    }
    return false;
}

static void add_to_shadows(struct block *b, const uint64_t *v, uint64_t *scratch)
{
    for (size_t i = 0; i < b->shadows; i++) {
        struct span *s = &b->shadow[i].span;

        if (b->shadow[i].in != NULL && cast(&b->shadow[i], b->columns, v, scratch)) {
            const size_t pivot = span_pivot(s, scratch);

            span_normalise(s, scratch, pivot);
            span_add(s, scratch, pivot);
        }
    }
}

/* before: it stands already, whatever it gives. */
static bool release(struct block *b, uint64_t **rest, bool before, uint64_t *v, uint64_t *scratch)
{
    size_t pivot;

    span_reduce(&b->span, v);
    pivot = span_pivot(&b->span, v);
    if (pivot == SIZE_MAX)
        return true; /* it follows already */
    span_normalise(&b->span, v, pivot);
    if (!before &&
        (gives_secret(b, rest, v, pivot, scratch) || gives_answer(b, v, scratch) || gives_union(b, v, pivot)))
        return false;
    add_to_shadows(b, v, scratch);
    span_add(&b->span, v, pivot);
    for (size_t i = 0; i < b->secrets; i++)
        span_eliminate(&b->span, rest[i], v, pivot);
    return true;
}

static uint64_t **copy_secrets(const struct block *b)
{
    uint64_t **rest = mem_alloc(b->secrets, sizeof *rest);

    for (size_t i = 0; i < b->secrets; i++) {
        rest[i] = mem_alloc(b->columns + 1, sizeof **rest);
        memcpy(rest[i], b->secret[i], (b->columns + 1) * sizeof **rest);
        span_reduce(&b->span, rest[i]);
    }
    return rest;
}

static void free_secrets(const struct block *b, uint64_t **rest)
{
    for (size_t i = 0; i < b->secrets; i++)
        free(rest[i]);
    free(rest);
}

void block_changed(struct block *b)
{
    uint64_t *scratch = mem_alloc(b->columns + 1, sizeof *scratch);

    free(b->apart);
    b->apart = mem_alloc(b->span.rows, sizeof *b->apart);
    for (size_t i = 0; i < b->shadows; i++) {
        span_fini(&b->shadow[i].span);
        span_init(&b->shadow[i].span, b->columns, 1);
    }
    for (size_t r = 0; r < b->span.rows; r++)
        add_to_shadows(b, span_row(&b->span, r), scratch);
    free(scratch);
}

void block_decide(struct block *b, struct linear_row *row, const size_t *column)
{
    uint64_t *v = mem_alloc(b->columns + 1, sizeof *v), *scratch = mem_alloc(b->columns + 1, sizeof *scratch);
    uint64_t **rest;

    span_fini(&b->span);
    span_init(&b->span, b->columns, 1);
    block_changed(b);
    rest = copy_secrets(b);
    for (int before = 1; before >= 0; before--) {
        for (size_t i = 0; i < b->rows; i++) {
            struct linear_row *r = &row[b->row[i]];

            if (r->before != (before == 1))
                continue;
            block_vector(b, r, column, v);
            r->shown = (r->candidate || r->before) && release(b, rest, r->before, v, scratch) && r->candidate;
        }
    }
    block_changed(b);
    free_secrets(b, rest);
    free(scratch);
    free(v);
}

bool block_release(struct block *b, const struct linear_row *r, const size_t *column)
{
    uint64_t *v = mem_alloc(b->columns + 1, sizeof *v), *scratch = mem_alloc(b->columns + 1, sizeof *scratch);
    uint64_t **rest = copy_secrets(b);
    bool released;

    block_vector(b, r, column, v);
    released = release(b, rest, false, v, scratch);
    block_changed(b);
    free_secrets(b, rest);
    free(scratch);
    free(v);
    return released;
}
