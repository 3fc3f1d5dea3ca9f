#include "analysis/disclose_linear.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/disclose_block.h"
#include "core/base/mem.h"

struct work {
    const struct linear *p;
    struct block *block;
    size_t *column; /* of each atom, in its block; SIZE_MAX: nobody */
    /* All blocks side by side: first the big columns of each, then the small ones. Behind them the number of
     * persons, and how often each row across takes part. */
    size_t *big_at, *small_at, *block_of;
    size_t columns, all_big;
    int64_t *least;
    size_t *across; /* the rows across, in the order of release */
    size_t acrosses;
    struct span span;  /* what those released say beyond the blocks' own rows */
    struct span joint; /* the same, with the rows of the blocks that stand in their pivots */
    bool *joined;      /* of each row across: it told something new */
    uint64_t *answer;  /* all that some row gave alone */
    size_t answers;
    uint64_t *v, *w; /* scratch: rows of the span */
    uint64_t *local; /* scratch: a vector of any block */
};

/* What follows though it must not: the combination of rows across that it needs, and the blocks it is in. */
struct finding {
    uint64_t *factor; /* of each row across */
    bool *touched;
};

/* ---- setting up -----------------------------------------------------------------------------------------
 */

struct sorted {
    size_t at;
    int rank;
    int64_t size;
};

static int in_order(const void *a, const void *b)
{
    const struct sorted *x = a, *y = b;

    if (x->rank != y->rank)
        return x->rank < y->rank ? -1 : 1;
    if (x->size != y->size)
        return x->size > y->size ? -1 : 1;
    return x->at > y->at ? -1 : x->at < y->at; /* any order, but always the same */
}

static void init_columns(struct work *w)
{
    const struct linear *p = w->p;
    struct sorted *order = mem_alloc(p->atoms, sizeof *order);

    for (size_t i = 0; i < p->atoms; i++) {
        order[i] = (struct sorted){.at = i, .size = p->atom[i].least};
        w->block[p->atom[i].block].columns += !p->atom[i].empty;
    }
    qsort(order, p->atoms, sizeof *order, in_order);
    for (size_t b = 0; b < p->blocks; b++) {
        w->block[b].k = p->k;
        w->block[b].atom = mem_alloc(w->block[b].columns, sizeof *w->block[b].atom);
        w->block[b].least = mem_alloc(w->block[b].columns, sizeof *w->block[b].least);
        w->block[b].columns = 0;
    }
    for (size_t i = 0; i < p->atoms; i++) {
        const struct linear_atom *a = &p->atom[order[i].at];
        struct block *b = &w->block[a->block];

        w->column[order[i].at] = a->empty ? SIZE_MAX : b->columns;
        if (a->empty)
            continue;
        b->atom[b->columns] = order[i].at;
        b->big += a->least >= p->k;
        b->least[b->columns++] = a->least;
    }
    free(order);
}

static void init_rows(struct work *w)
{
    const struct linear *p = w->p;
    struct sorted *order = mem_alloc(p->rows, sizeof *order);
    size_t *count = mem_alloc(p->blocks, sizeof *count);

    for (size_t i = 0; i < p->rows; i++) {
        order[i] = (struct sorted){.at = i, .rank = p->row[i].rank, .size = p->row[i].n};
        if (p->row[i].block != LINEAR_ACROSS)
            count[p->row[i].block]++;
    }
    qsort(order, p->rows, sizeof *order, in_order);
    for (size_t b = 0; b < p->blocks; b++)
        w->block[b].row = mem_alloc(count[b], sizeof *w->block[b].row);
    w->across = mem_alloc(p->rows, sizeof *w->across);
    for (size_t i = 0; i < p->rows; i++) {
        const size_t block = p->row[order[i].at].block;

        if (block == LINEAR_ACROSS)
            w->across[w->acrosses++] = order[i].at;
        else
            w->block[block].row[w->block[block].rows++] = order[i].at;
    }
    free(count);
    free(order);
}

static size_t place(const struct work *w, size_t block, size_t column)
{
    const struct block *b = &w->block[block];

    return column < b->big ? w->big_at[block] + column : w->small_at[block] + column - b->big;
}

static void init_places(struct work *w)
{
    const size_t blocks = w->p->blocks;
    size_t most = 0;

    w->big_at = mem_alloc(blocks, sizeof *w->big_at);
    w->small_at = mem_alloc(blocks, sizeof *w->small_at);
    for (size_t b = 0; b < blocks; b++) {
        w->big_at[b] = w->all_big;
        w->all_big += w->block[b].big;
        most = w->block[b].columns > most ? w->block[b].columns : most;
    }
    w->columns = w->all_big;
    for (size_t b = 0; b < blocks; b++) {
        w->small_at[b] = w->columns;
        w->columns += w->block[b].columns - w->block[b].big;
    }
    w->block_of = mem_alloc(w->columns, sizeof *w->block_of);
    w->least = mem_alloc(w->columns, sizeof *w->least);
    for (size_t b = 0; b < blocks; b++) {
        for (size_t c = 0; c < w->block[b].columns; c++) {
            w->block_of[place(w, b, c)] = b;
            w->least[place(w, b, c)] = w->block[b].least[c];
        }
    }
    w->v = mem_alloc(w->columns + 1 + w->acrosses, sizeof *w->v);
    w->w = mem_alloc(w->columns + 1 + w->acrosses, sizeof *w->w);
    w->local = mem_alloc(most + 1, sizeof *w->local);
}

static void init_secrets(struct work *w)
{
    for (size_t b = 0; b < w->p->blocks; b++) {
        for (size_t i = 0; i < w->block[b].rows; i++) {
            const struct linear_row *r = &w->p->row[w->block[b].row[i]];

            if (!r->secret)
                continue;
            block_vector(&w->block[b], r, w->column, w->local);
            block_secret(&w->block[b], w->local);
        }
        w->block[b].own_secrets = w->block[b].secrets;
    }
}

static void add_answer(struct work *w, uint64_t answer)
{
    for (size_t i = 0; i < w->answers; i++) {
        if (w->answer[i] == answer)
            return;
    }
    w->answer[w->answers++] = answer;
}

/* Sets of persons who gave one answer; those who gave none go with each. */
static void init_shadows(struct work *w)
{
    const struct linear *p = w->p;

    w->answer = mem_alloc(p->rows + 1, sizeof *w->answer);
    for (size_t i = 0; i < p->rows; i++) {
        if (p->row[i].alike != 0 && p->row[i].block != LINEAR_ACROSS)
            add_answer(w, p->row[i].alike);
    }
    for (size_t b = 0; b < p->blocks; b++) {
        w->block[b].shadow = mem_alloc(w->answers, sizeof *w->block[b].shadow);
        w->block[b].shadows = w->answers;
    }
    for (size_t i = 0; i < p->rows; i++) {
        const struct linear_row *r = &p->row[i];

        for (size_t k = 0; k < w->answers && r->alike != 0 && r->block != LINEAR_ACROSS; k++) {
            struct block *b = &w->block[r->block];

            if (r->alike != w->answer[k] && r->alike != p->no_answer)
                continue;
            if (b->shadow[k].in == NULL)
                b->shadow[k].in = mem_alloc(b->columns, sizeof *b->shadow[k].in);
            for (size_t a = 0; a < r->atoms; a++) {
                if (w->column[r->atom[a]] != SIZE_MAX)
                    b->shadow[k].in[w->column[r->atom[a]]] = true;
            }
        }
    }
}

static void work_init(struct work *w, const struct linear *p)
{
    *w = (struct work){.p = p};
    w->block = mem_alloc(p->blocks, sizeof *w->block);
    w->column = mem_alloc(p->atoms, sizeof *w->column);
    init_columns(w);
    init_rows(w);
    init_places(w);
    init_secrets(w);
    init_shadows(w);
    w->joined = mem_alloc(w->acrosses, sizeof *w->joined);
}

static void work_fini(struct work *w)
{
    for (size_t b = 0; b < w->p->blocks; b++)
        block_fini(&w->block[b]);
    span_fini(&w->span);
    span_fini(&w->joint);
    free(w->block);
    free(w->column);
    free(w->big_at);
    free(w->small_at);
    free(w->block_of);
    free(w->least);
    free(w->joined);
    free(w->answer);
    free(w->across);
    free(w->v);
    free(w->w);
    free(w->local);
}

/* ---- the rows across ------------------------------------------------------------------------------------
 */

static void across_vector(const struct work *w, size_t i, uint64_t *v)
{
    const struct linear_row *r = &w->p->row[w->across[i]];

    memset(v, 0, w->span.width * sizeof *v);
    for (size_t a = 0; a < r->atoms; a++) {
        if (w->column[r->atom[a]] != SIZE_MAX)
            v[place(w, w->p->atom[r->atom[a]].block, w->column[r->atom[a]])] = 1;
    }
    v[w->columns] = field_of(r->n);
}

/* Copies a block's part; false when it is all zero. The number of persons is none of its own. */
static bool take_part(const struct work *w, size_t block, const uint64_t *v, uint64_t *local)
{
    const struct block *b = &w->block[block];
    uint64_t any = 0;

    for (size_t c = 0; c < b->columns; c++)
        any |= local[c] = v[place(w, block, c)];
    local[b->columns] = 0;
    return any != 0;
}

static void put_part(const struct work *w, size_t block, const uint64_t *local, uint64_t *v)
{
    const struct block *b = &w->block[block];

    for (size_t c = 0; c < b->columns; c++)
        v[place(w, block, c)] = local[c];
    v[w->columns] = field_of((int64_t)(v[w->columns] + local[b->columns]));
}

/* Takes from v what the blocks' own rows say. */
static void reduce_by_blocks(struct work *w, uint64_t *v)
{
    for (size_t b = 0; b < w->p->blocks; b++) {
        if (take_part(w, b, v, w->local)) {
            span_reduce(&w->block[b].span, w->local);
            put_part(w, b, w->local, v);
        }
    }
}

static bool stands(const struct linear_row *r)
{
    return r->shown || r->before;
}

static void join_across(struct work *w)
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
static void set_apart(struct work *w, size_t block)
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
        span_add(&w->joint, w->v, place(w, block, b->span.pivot[r]));
    }
}

static void join(struct work *w)
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

static bool found(const struct work *w, const uint64_t *v, struct finding *f)
{
    memcpy(f->factor, v + w->columns + 1, w->acrosses * sizeof *v);
    return true;
}

static bool row_across_follows(struct work *w, size_t i)
{
    across_vector(w, i, w->v);
    reduce_by_blocks(w, w->v);
    span_reduce(&w->span, w->v);
    w->v[w->columns + 1 + i] = 1;
    return span_pivot(&w->span, w->v) == SIZE_MAX;
}

/* Of a vector of a block that its own rows do not give. */
static bool part_follows(struct work *w, size_t block, const uint64_t *vector)
{
    const struct block *b = &w->block[block];

    memcpy(w->local, vector, (b->columns + 1) * sizeof *vector);
    span_reduce(&b->span, w->local);
    memset(w->v, 0, w->span.width * sizeof *w->v);
    put_part(w, block, w->local, w->v);
    span_reduce(&w->span, w->v);
    return span_pivot(&w->span, w->v) == SIZE_MAX;
}

/* Whether the rows across say anything whose first person is in this block; else they add nothing to it. */
static bool is_reached(const struct work *w, size_t block)
{
    for (size_t i = 0; i < w->span.rows; i++) {
        if (w->block_of[w->span.pivot[i]] == block)
            return true;
    }
    return false;
}

static bool find_secret(struct work *w, struct finding *f)
{
    for (size_t i = 0; i < w->acrosses; i++) {
        if (w->p->row[w->across[i]].secret && row_across_follows(w, i))
            return found(w, w->v, f);
    }
    for (size_t b = 0; b < w->p->blocks; b++) {
        if (!is_reached(w, b))
            continue;
        for (size_t i = 0; i < w->block[b].secrets; i++) {
            if (part_follows(w, b, w->block[b].secret[i])) {
                f->touched[b] = true;
                return found(w, w->v, f);
            }
        }
    }
    return false;
}

/* The combination itself, before anything was taken from it. */
static void combine(struct work *w, const struct finding *f, uint64_t *out)
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
static void reduce_in_shadow(struct work *w, size_t answer, uint64_t *v)
{
    for (size_t b = 0; b < w->p->blocks; b++) {
        const struct block *block = &w->block[b];
        const struct shadow *s = &block->shadow[answer];

        if (!take_part(w, b, v, w->local))
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
static bool find_in_shadow(struct work *w, size_t answer, struct finding *f)
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

static bool find_answer(struct work *w, struct finding *f)
{
    for (size_t k = 0; k < w->answers; k++) {
        if (!find_in_shadow(w, k, f))
            continue;
        /* It is about the blocks where the combination does not follow from the block's own rows. */
        combine(w, f, w->w);
        for (size_t b = 0; b < w->p->blocks; b++) {
            if (!take_part(w, b, w->w, w->local))
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
    struct work *w;
    const uint64_t *v; /* of the rows across */
    struct finding *f;
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
    struct work *w = p->w;
    struct union_search u = {.k = w->p->k - p->held, .found = fit_next, .arg = p};
    uint64_t *local;
    bool fits;

    if (++*p->steps > UNION_STEPS)
        return true;
    for (; p->block < w->p->blocks && !take_part(w, p->block, p->v, w->local); p->block++)
        ;
    if (p->block == w->p->blocks)
        return p->n < w->p->k;
    local = mem_alloc(w->block[p->block].columns + 1, sizeof *local);
    take_part(w, p->block, p->v, local);
    u.span = &w->block[p->block].span;
    u.least = w->block[p->block].least;
    u.big = w->block[p->block].big;
    u.apart = w->block[p->block].apart;
    fits = union_find(&u, local);
    free(local);
    return fits;
}

static bool try_across(const uint64_t *v, struct work *w, struct finding *f, size_t *steps)
{
    struct puzzle p = {.w = w, .v = v, .f = f, .n = field_signed(v[w->columns]), .steps = steps};

    memset(f->touched, 0, w->p->blocks * sizeof *f->touched);
    return fits_from(&p) && found(w, v, f);
}

/* Each set of the rows with a small pivot, as in union_find. */
static bool find_union(struct work *w, const uint64_t *v, size_t first, int64_t held, struct finding *f,
                       size_t *steps)
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

/* ---- mending --------------------------------------------------------------------------------------------
 */

/* The untouched block where the combination has fewest persons; SIZE_MAX: none. */
static size_t smallest_piece(const struct work *w, const struct finding *f, const uint64_t *v)
{
    size_t best = SIZE_MAX;
    int64_t least = INT64_MAX;

    for (size_t b = 0; b < w->p->blocks; b++) {
        int64_t n = 0;
        bool any = false;

        for (size_t c = 0; c < w->block[b].columns; c++) {
            if (v[place(w, b, c)] != 0) {
                n += w->block[b].least[c];
                any = true;
            }
        }
        if (any && !f->touched[b] && n < least) {
            least = n;
            best = b;
        }
    }
    return best;
}

/* Withholds the last of the rows across that it needs, from `first` on; false when it needs none that is new.
 */
static bool withhold_across(struct work *w, const struct finding *f, size_t first)
{
    for (size_t i = w->acrosses; i-- > first;) {
        struct linear_row *r = &w->p->row[w->across[i]];

        if (r->shown && !r->before && f->factor[i] != 0) {
            r->shown = false;
            return true;
        }
    }
    return false;
}

/* Whether the rows of lowest rank are shown: the block as a whole. */
static bool shows_whole(const struct work *w, const struct block *b)
{
    const int lowest = b->rows == 0 ? 0 : w->p->row[b->row[0]].rank;

    for (size_t i = 0; i < b->rows && w->p->row[b->row[i]].rank == lowest; i++) {
        if (w->p->row[b->row[i]].candidate && !w->p->row[b->row[i]].shown)
            return false;
    }
    return true;
}

/* Makes the block's piece of the combination a secret; with `spare` not if the block as a whole would be
 * withheld for it. */
static bool withhold_piece(struct work *w, size_t block, bool spare)
{
    struct block *b = &w->block[block];
    const bool whole = spare && shows_whole(w, b);

    take_part(w, block, w->w, w->local);
    block_secret(b, w->local);
    block_decide(b, w->p->row, w->column);
    if (!whole || shows_whole(w, b))
        return true;
    free(b->secret[--b->secrets]);
    block_decide(b, w->p->row, w->column);
    return false;
}

/*
 * Withholds a piece of a block, or else a row across; and what is whole only when nothing else is left. False
 * when nothing can be done about it: rows from before give it.
 */
static bool mend(struct work *w, struct finding *f, bool by_piece)
{
    size_t block, first = SIZE_MAX;

    combine(w, f, w->w);
    while (by_piece && (block = smallest_piece(w, f, w->w)) != SIZE_MAX) {
        first = first == SIZE_MAX ? block : first;
        if (withhold_piece(w, block, true))
            return true;
        f->touched[block] = true;
    }
    return withhold_across(w, f, 1) || (first != SIZE_MAX && withhold_piece(w, first, false)) ||
           withhold_across(w, f, 0);
}

/* What rows from before give away is lost; nothing new is released that might tell more. */
static void withhold_all_new(struct work *w)
{
    for (size_t i = 0; i < w->p->rows; i++) {
        w->p->row[i].candidate &= w->p->row[i].before;
        w->p->row[i].shown &= w->p->row[i].before;
    }
    for (size_t b = 0; b < w->p->blocks; b++)
        block_decide(&w->block[b], w->p->row, w->column);
    join(w);
}

/* ---- the whole ------------------------------------------------------------------------------------------
 */

/* Whether something follows; then f says how. */
static bool find(struct work *w, struct finding *f)
{
    size_t steps = 0;

    memset(f->touched, 0, w->p->blocks * sizeof *f->touched);
    memset(f->factor, 0, w->acrosses * sizeof *f->factor);
    join(w);
    return find_secret(w, f) || find_answer(w, f) || find_union(w, NULL, 0, 0, f, &steps);
}

static void release_across(struct work *w, struct finding *f)
{
    for (size_t i = 0; i < w->acrosses; i++) {
        struct linear_row *r = &w->p->row[w->across[i]];

        if (r->shown || !r->candidate)
            continue;
        r->shown = true;
        r->shown = !find(w, f);
    }
}

static void release_in_block(struct work *w, struct block *b, struct finding *f)
{
    for (size_t i = 0; i < b->rows; i++) {
        struct linear_row *r = &w->p->row[b->row[i]];
        struct span before;

        if (r->shown || !r->candidate)
            continue;
        span_copy(&before, &b->span);
        r->shown = block_release(b, r, w->column) && !find(w, f);
        if (!r->shown) {
            struct span tried = b->span;

            b->span = before;
            before = tried;
            block_changed(b);
        }
        span_fini(&before);
    }
}

/* What was withheld early may not be needed after what was withheld later. */
static void release_needless(struct work *w, struct finding *f)
{
    for (size_t b = 0; b < w->p->blocks; b++) {
        struct block *block = &w->block[b];

        if (block->secrets == block->own_secrets)
            continue;
        while (block->secrets > block->own_secrets)
            free(block->secret[--block->secrets]);
        release_in_block(w, block, f);
    }
    release_across(w, f);
    (void)find(w, f);
}

/* A row that follows from what is released tells nothing more. */
static void show_what_follows(struct work *w)
{
    for (size_t i = 0; i < w->acrosses; i++) {
        struct linear_row *r = &w->p->row[w->across[i]];

        if (!r->shown && r->candidate)
            r->shown = row_across_follows(w, i);
    }
    for (size_t b = 0; b < w->p->blocks; b++) {
        if (!is_reached(w, b))
            continue;
        for (size_t i = 0; i < w->block[b].rows; i++) {
            struct linear_row *r = &w->p->row[w->block[b].row[i]];

            if (r->shown || !r->candidate)
                continue;
            block_vector(&w->block[b], r, w->column, w->w);
            r->shown = part_follows(w, b, w->w);
        }
    }
}

void linear_decide(const struct linear *p)
{
    struct work w;
    struct finding f = {.factor = NULL};
    bool lost = false;

    work_init(&w, p);
    f.factor = mem_alloc(w.acrosses, sizeof *f.factor);
    f.touched = mem_alloc(p->blocks, sizeof *f.touched);
    for (size_t b = 0; b < p->blocks; b++)
        block_decide(&w.block[b], p->row, w.column);
    for (size_t i = 0; i < w.acrosses; i++)
        p->row[w.across[i]].shown = p->row[w.across[i]].candidate;
    /* Every turn withholds more: a piece, or when there were many of those, a row across. */
    for (size_t turns = 0; find(&w, &f); turns++) {
        if (!mend(&w, &f, turns < 8 + 4 * w.acrosses)) {
            withhold_all_new(&w);
            lost = true;
            break;
        }
    }
    if (!lost)
        release_needless(&w, &f);
    show_what_follows(&w);
    work_fini(&w);
    free(f.factor);
    free(f.touched);
}
