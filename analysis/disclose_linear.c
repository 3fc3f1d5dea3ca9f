#include "analysis/disclose_linear.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/disclose_linear_part.h"
#include "core/base/mem.h"

/* ---- mending --------------------------------------------------------------------------------------------
 */

/* Whether something may be shown of the block that is not. */
static bool has_withheld(const struct linear_work *w, const struct block *b)
{
    for (size_t i = 0; i < b->rows; i++) {
        if (w->p->row[b->row[i]].candidate && !w->p->row[b->row[i]].shown)
            return true;
    }
    return false;
}

/* The untouched block where the combination has fewest persons, or nearly (linear.gather); SIZE_MAX: none. */
static size_t smallest_piece(const struct linear_work *w, const struct linear_finding *f, const uint64_t *v)
{
    size_t best = SIZE_MAX;
    int64_t least = INT64_MAX;

    for (size_t b = 0; b < w->p->blocks; b++) {
        int64_t n = 0;
        bool any = false;

        for (size_t c = 0; c < w->block[b].columns; c++) {
            if (v[linear_place(w, b, c)] != 0) {
                n += w->block[b].least[c];
                any = true;
            }
        }
        if (any && w->p->gather && has_withheld(w, &w->block[b]))
            n -= n / 4;
        if (any && !f->touched[b] && n < least) {
            least = n;
            best = b;
        }
    }
    return best;
}

/* Withholds the last of the rows across that it needs, from `first` on; false when it needs none that is new.
 */
static bool withhold_across(struct linear_work *w, const struct linear_finding *f, size_t first)
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
static bool shows_whole(const struct linear_work *w, const struct block *b)
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
static bool withhold_piece(struct linear_work *w, size_t block, bool spare)
{
    struct block *b = &w->block[block];
    const bool whole = spare && shows_whole(w, b);

    linear_take_part(w, block, w->w, w->local);
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
static bool mend(struct linear_work *w, struct linear_finding *f, bool by_piece)
{
    size_t block, first = SIZE_MAX;

    linear_combine(w, f, w->w);
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
static void withhold_all_new(struct linear_work *w)
{
    for (size_t i = 0; i < w->p->rows; i++) {
        w->p->row[i].candidate &= w->p->row[i].before;
        w->p->row[i].shown &= w->p->row[i].before;
    }
    for (size_t b = 0; b < w->p->blocks; b++)
        block_decide(&w->block[b], w->p->row, w->column);
    linear_join(w);
}

/* ---- the whole ------------------------------------------------------------------------------------------
 */

static void release_across(struct linear_work *w, struct linear_finding *f)
{
    for (size_t i = 0; i < w->acrosses; i++) {
        struct linear_row *r = &w->p->row[w->across[i]];

        if (r->shown || !r->candidate)
            continue;
        r->shown = true;
        r->shown = !linear_find(w, f);
    }
}

static void release_in_block(struct linear_work *w, struct block *b, struct linear_finding *f)
{
    for (size_t i = 0; i < b->rows; i++) {
        struct linear_row *r = &w->p->row[b->row[i]];
        struct span before;

        if (r->shown || !r->candidate)
            continue;
        span_copy(&before, &b->span);
        r->shown = block_release(b, r, w->column) && !linear_find(w, f);
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
static void release_needless(struct linear_work *w, struct linear_finding *f)
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
    linear_join(w);
}

/* A row that follows from what is released tells nothing more. */
static void show_what_follows(struct linear_work *w)
{
    for (size_t i = 0; i < w->acrosses; i++) {
        struct linear_row *r = &w->p->row[w->across[i]];

        if (!r->shown && r->candidate)
            r->shown = linear_row_follows(w, i);
    }
    for (size_t b = 0; b < w->p->blocks; b++) {
        if (!linear_is_reached(w, b))
            continue;
        for (size_t i = 0; i < w->block[b].rows; i++) {
            struct linear_row *r = &w->p->row[w->block[b].row[i]];

            if (r->shown || !r->candidate)
                continue;
            block_vector(&w->block[b], r, w->column, w->w);
            r->shown = linear_part_follows(w, b, w->w);
        }
    }
}

void linear_decide(const struct linear *p)
{
    struct linear_work w;
    struct linear_finding f = {.factor = NULL};
    bool lost = false;

    linear_work_init(&w, p);
    f.factor = mem_alloc(w.acrosses, sizeof *f.factor);
    f.touched = mem_alloc(p->blocks, sizeof *f.touched);
    for (size_t b = 0; b < p->blocks; b++)
        block_decide(&w.block[b], p->row, w.column);
    for (size_t i = 0; i < w.acrosses; i++)
        p->row[w.across[i]].shown = p->row[w.across[i]].candidate;
    /* Every turn withholds more: a piece, or when there were many of those, a row across. */
    for (size_t turns = 0; linear_find(&w, &f); turns++) {
        if (!mend(&w, &f, turns < 8 + 4 * w.acrosses)) {
            withhold_all_new(&w);
            lost = true;
            break;
        }
    }
    if (!lost)
        release_needless(&w, &f);
    show_what_follows(&w);
    linear_work_fini(&w);
    free(f.factor);
    free(f.touched);
}
