/* The linear stage: what follows from the rows that are shown. */
#include "analysis/disclose_linear_part.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

/* ---- the rows across ------------------------------------------------------------------------------------
 */

static void across_vector(const struct linear_work *w, size_t i, uint64_t *v)
{
    const struct linear_row *r = &w->p->row[w->across[i]];

    memset(v, 0, w->span.width * sizeof *v);
    for (size_t a = 0; a < r->atoms; a++) {
        if (w->column[r->atom[a]] != SIZE_MAX)
            v[linear_place(w, w->p->atom[r->atom[a]].block, w->column[r->atom[a]])] = 1;
    }
    v[w->columns] = field_of(r->n);
}

bool linear_take_part(const struct linear_work *w, size_t block, const uint64_t *v, uint64_t *local)
{
    const struct block *b = &w->block[block];
    uint64_t any = 0;

    for (size_t c = 0; c < b->columns; c++)
        any |= local[c] = v[linear_place(w, block, c)];
    local[b->columns] = 0;
    return any != 0;
}

static void put_part(const struct linear_work *w, size_t block, const uint64_t *local, uint64_t *v)
{
    const struct block *b = &w->block[block];

    for (size_t c = 0; c < b->columns; c++)
        v[linear_place(w, block, c)] = local[c];
    v[w->columns] = field_of((int64_t)(v[w->columns] + local[b->columns]));
}

/* Takes from v what the blocks' own rows say. */
static void reduce_by_blocks(struct linear_work *w, uint64_t *v)
{
    for (size_t b = 0; b < w->p->blocks; b++) {
        if (linear_take_part(w, b, v, w->local)) {
            span_reduce(&w->block[b].span, w->local);
            put_part(w, b, w->local, v);
        }
    }
}

static bool stands(const struct linear_row *r)
{
    return r->shown || r->before;
}

static void join_across(struct linear_work *w)
{
    size_t pivot;

    span_fini(&w->span);
    span_init(&w->span, w->columns, 1 + w->acrosses);
    for (size_t i = 0; i < w->acrosses; i++) {
        w->joined[i] = false;
        if (!stands(&w->p->row[w->across[i]]))
            continue;
        across_vector(w, i, w->v);
        reduce_by_blocks(w, w->v);
        w->v[w->columns + 1 + i] = 1;
        span_reduce(&w->span, w->v);
        pivot = span_pivot(&w->span, w->v);
        if (pivot == SIZE_MAX)
            continue;
        span_normalise(&w->span, w->v, pivot);
        span_add(&w->span, w->v, pivot);
        w->joined[i] = true;
    }
}

/*
 * A union's values are the factors of its rows only where each pivot stands in one row alone. So the rows of
 * blocks that have something in the pivot of a row across are set apart and eliminated together with those.
 */
static void set_apart(struct linear_work *w, size_t block)
{
    struct block *b = &w->block[block];

    for (size_t r = 0; r < b->span.rows; r++) {
        const uint64_t *row = span_row(&b->span, r);

        b->apart[r] = false;
        for (size_t i = 0; i < w->span.rows && b->span.pivot[r] >= b->big; i++) {
            const size_t at = w->span.pivot[i];

            if (at >= w->all_big && w->block_of[at] == block && row[at - w->small_at[block] + b->big] != 0)
                b->apart[r] = true;
        }
        if (!b->apart[r])
            continue;
        memset(w->v, 0, w->span.width * sizeof *w->v);
        put_part(w, block, row, w->v);
        span_reduce(&w->joint, w->v);
        span_add(&w->joint, w->v, linear_place(w, block, b->span.pivot[r]));
    }
}

void linear_join(struct linear_work *w)
{
    join_across(w);
    span_fini(&w->joint);
    span_init(&w->joint, w->columns, 1 + w->acrosses);
    for (size_t i = 0; i < w->span.rows; i++)
        span_add(&w->joint, span_row(&w->span, i), w->span.pivot[i]);
    for (size_t b = 0; b < w->p->blocks; b++)
        set_apart(w, b);
}

/* ---- what follows ---------------------------------------------------------------------------------------
 */

static bool found(const struct linear_work *w, const uint64_t *v, struct linear_finding *f)
{
    memcpy(f->factor, v + w->columns + 1, w->acrosses * sizeof *v);
    return true;
}

bool linear_row_follows(struct linear_work *w, size_t i)
{
    across_vector(w, i, w->v);
    reduce_by_blocks(w, w->v);
    span_reduce(&w->span, w->v);
    w->v[w->columns + 1 + i] = 1;
    return span_pivot(&w->span, w->v) == SIZE_MAX;
}

bool linear_part_follows(struct linear_work *w, size_t block, const uint64_t *vector)
{
    const struct block *b = &w->block[block];

    memcpy(w->local, vector, (b->columns + 1) * sizeof *vector);
    span_reduce(&b->span, w->local);
    memset(w->v, 0, w->span.width * sizeof *w->v);
    put_part(w, block, w->local, w->v);
    span_reduce(&w->span, w->v);
    return span_pivot(&w->span, w->v) == SIZE_MAX;
}

bool linear_is_reached(const struct linear_work *w, size_t block)
{
    for (size_t i = 0; i < w->span.rows; i++) {
        if (w->block_of[w->span.pivot[i]] == block)
            return true;
    }
    return false;
}

static bool find_secret(struct linear_work *w, struct linear_finding *f)
{
    for (size_t i = 0; i < w->acrosses; i++) {
        if (w->p->row[w->across[i]].secret && linear_row_follows(w, i))
            return found(w, w->v, f);
    }
    for (size_t b = 0; b < w->p->blocks; b++) {
        if (!linear_is_reached(w, b))
            continue;
        for (size_t i = 0; i < w->block[b].secrets; i++) {
            if (linear_part_follows(w, b, w->block[b].secret[i])) {
                f->touched[b] = true;
                return found(w, w->v, f);
            }
        }
    }
    return false;
}

void linear_combine(struct linear_work *w, const struct linear_finding *f, uint64_t *out)
{
    memset(out, 0, w->span.width * sizeof *out);
    for (size_t i = 0; i < w->acrosses; i++) {
        if (f->factor[i] == 0)
            continue;
        across_vector(w, i, w->v);
        for (size_t c = 0; c < w->columns; c++) {
            if (w->v[c] != 0)
                out[c] = field_of((int64_t)(out[c] + f->factor[i]));
        }
    }
}

/* As reduce_by_blocks, in the shadow of an answer. */
static void reduce_in_shadow(struct linear_work *w, size_t answer, uint64_t *v)
{
    for (size_t b = 0; b < w->p->blocks; b++) {
        const struct block *block = &w->block[b];
        const struct shadow *s = &block->shadow[answer];

        if (!linear_take_part(w, b, v, w->local))
            continue;
        for (size_t c = 0; c < block->columns && s->in != NULL; c++) {
            if (s->in[c])
                w->local[c] = 0;
        }
        span_reduce(s->in != NULL ? &s->span : &block->span, w->local);
        put_part(w, b, w->local, v);
    }
}

/* The first row across that tells something new, but nothing new in the shadow. */
static bool find_in_shadow(struct linear_work *w, size_t answer, struct linear_finding *f)
{
    struct span s;
    bool any = false;

    span_init(&s, w->columns, 1 + w->acrosses);
    for (size_t i = 0; i < w->acrosses && !any; i++) {
        size_t pivot;

        if (!w->joined[i])
            continue;
        across_vector(w, i, w->v);
        reduce_in_shadow(w, answer, w->v);
        w->v[w->columns + 1 + i] = 1;
        span_reduce(&s, w->v);
        pivot = span_pivot(&s, w->v);
        any = pivot == SIZE_MAX;
        if (any)
            break;
        span_normalise(&s, w->v, pivot);
        span_add(&s, w->v, pivot);
    }
    span_fini(&s);
    return any && found(w, w->v, f);
}

static bool find_answer(struct linear_work *w, struct linear_finding *f)
{
    for (size_t k = 0; k < w->answers; k++) {
        if (!find_in_shadow(w, k, f))
            continue;
        /* It is about the blocks where the combination does not follow from the block's own rows. */
        linear_combine(w, f, w->w);
        for (size_t b = 0; b < w->p->blocks; b++) {
            if (!linear_take_part(w, b, w->w, w->local))
                continue;
            span_reduce(&w->block[b].span, w->local);
            f->touched[b] = span_pivot(&w->block[b].span, w->local) != SIZE_MAX;
        }
        return true;
    }
    return false;
}

/* A union of persons in several blocks, made block by block. */
struct puzzle {
    struct linear_work *w;
    const uint64_t *v; /* of the rows across */
    struct linear_finding *f;
    size_t block;
    int64_t held, n;
    size_t *steps;
};

static bool fits_from(struct puzzle *p);

static bool fit_next(const uint64_t *local, int64_t least, void *arg)
{
    const struct puzzle *p = arg;
    struct puzzle next = *p;

    next.held += least;
    next.n += field_signed(local[p->w->block[p->block].columns]);
    next.block++;
    p->f->touched[p->block] = true;
    if (fits_from(&next))
        return true;
    p->f->touched[p->block] = false;
    return false;
}

static bool fits_from(struct puzzle *p)
{
    struct linear_work *w = p->w;
    struct union_search u = {.k = w->p->k - p->held, .found = fit_next, .arg = p};
    uint64_t *local;
    bool fits;

    if (++*p->steps > UNION_STEPS)
        return true;
    for (; p->block < w->p->blocks && !linear_take_part(w, p->block, p->v, w->local); p->block++)
        ;
    if (p->block == w->p->blocks)
        return p->n < w->p->k;
    local = mem_alloc(w->block[p->block].columns + 1, sizeof *local);
    linear_take_part(w, p->block, p->v, local);
    u.span = &w->block[p->block].span;
    u.least = w->block[p->block].least;
    u.big = w->block[p->block].big;
    u.apart = w->block[p->block].apart;
    fits = union_find(&u, local);
    free(local);
    return fits;
}

static bool try_across(const uint64_t *v, struct linear_work *w, struct linear_finding *f, size_t *steps)
{
    struct puzzle p = {.w = w, .v = v, .f = f, .n = field_signed(v[w->columns]), .steps = steps};

    memset(f->touched, 0, w->p->blocks * sizeof *f->touched);
    return fits_from(&p) && found(w, v, f);
}

/* Each set of the rows with a small pivot, as in union_find. */
static bool find_union(struct linear_work *w, const uint64_t *v, size_t first, int64_t held,
                       struct linear_finding *f, size_t *steps)
{
    const struct span *s = &w->joint;
    uint64_t *next = mem_alloc(s->width, sizeof *next);
    bool done = false;

    for (size_t i = first; i < s->rows && !done; i++) {
        const uint64_t *row = span_row(s, i);
        const int64_t least = w->least[s->pivot[i]];

        if (s->pivot[i] < w->all_big || held + least >= w->p->k)
            continue;
        for (size_t c = 0; c < s->width; c++)
            next[c] = field_of((int64_t)(row[c] + (v == NULL ? 0 : v[c])));
        done = try_across(next, w, f, steps) || find_union(w, next, i + 1, held + least, f, steps);
    }
    free(next);
    return done;
}

bool linear_find(struct linear_work *w, struct linear_finding *f)
{
    size_t steps = 0;

    memset(f->touched, 0, w->p->blocks * sizeof *f->touched);
    memset(f->factor, 0, w->acrosses * sizeof *f->factor);
    linear_join(w);
    return find_secret(w, f) || find_answer(w, f) || find_union(w, NULL, 0, 0, f, &steps);
}
