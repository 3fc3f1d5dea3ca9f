#include "analysis/disclose_donors.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

/* Of each row, so many blocks are tried, from one's own on. */
enum { TRIED = 16 };

struct donor {
    size_t block;
    int joined;  /* of its withheld pieces: those held by rows that hold the own block too, less the others */
    size_t step; /* from the own block */
};

static int by_rank(const void *a, const void *b)
{
    const struct donor *x = a, *y = b;

    if (x->joined != y->joined)
        return x->joined > y->joined ? -1 : 1;
    return x->step < y->step ? -1 : x->step > y->step;
}

/* The row across of the piece, when it is shown but the piece is not: then it holds the block's count; else
 * SIZE_MAX. */
static size_t holds(const struct lp_places *w, size_t piece)
{
    const struct audit_piece *here = &w->p->piece[piece];

    return w->p->row[here->across].shown && !w->p->row[here->row].shown ? here->across : SIZE_MAX;
}

/* Where in the row's list a block is, or would be. */
static size_t place_in(const struct lp_index *open, size_t across, size_t block)
{
    size_t low = open->first[across], high = open->first[across + 1];

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (open->at[middle] < block)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct search {
    const struct lp_places *w;
    const size_t *known; /* blocks that are taken in already */
    size_t knowns;
    size_t own;
    bool *own_row; /* of each row across: it holds the own block */
    struct donor *donor;
    size_t donors, capacity;
};

static bool is_new(const struct search *s, size_t block)
{
    for (size_t i = 0; i < s->knowns; i++) {
        if (s->known[i] == block)
            return false;
    }
    for (size_t i = 0; i < s->donors; i++) {
        if (s->donor[i].block == block)
            return false;
    }
    return true;
}

static void add_donor(struct search *s, size_t block)
{
    const struct lp_places *w = s->w;
    struct donor d = {.block = block, .step = (block + w->p->blocks - s->own) % w->p->blocks};

    for (size_t i = w->piece.first[block]; i < w->piece.first[block + 1]; i++) {
        const size_t across = holds(w, w->piece.at[i]);

        if (across != SIZE_MAX)
            d.joined += s->own_row[across] ? 1 : -1;
    }
    s->donor = mem_room(s->donor, s->donors, &s->capacity, sizeof *s->donor);
    s->donor[s->donors++] = d;
}

static void add_of_row(struct search *s, size_t across)
{
    const struct lp_index *open = &s->w->open;
    const size_t first = open->first[across], count = open->first[across + 1] - first;
    const size_t from = place_in(open, across, s->own) - first;

    for (size_t i = 0; i < count && i < TRIED; i++) {
        const size_t block = open->at[first + (from + i) % count];

        if (is_new(s, block))
            add_donor(s, block);
    }
}

/* Those that are joined with the block, best first. */
static void find_joined(struct search *s, size_t own)
{
    const struct lp_places *w = s->w;

    s->own = own;
    s->donors = 0;
    for (size_t i = w->piece.first[own]; i < w->piece.first[own + 1]; i++) {
        if (holds(w, w->piece.at[i]) != SIZE_MAX)
            s->own_row[w->p->piece[w->piece.at[i]].across] = true;
    }
    for (size_t i = w->piece.first[own]; i < w->piece.first[own + 1]; i++) {
        const size_t across = holds(w, w->piece.at[i]);

        if (across != SIZE_MAX)
            add_of_row(s, across);
    }
    for (size_t i = w->piece.first[own]; i < w->piece.first[own + 1]; i++)
        s->own_row[w->p->piece[w->piece.at[i]].across] = false;
    if (s->donors > 0)
        qsort(s->donor, s->donors, sizeof *s->donor, by_rank);
}

size_t donors_find(const struct lp_places *w, size_t *block, size_t count, size_t wanted)
{
    struct search s = {.w = w, .known = block, .own_row = mem_alloc(w->p->rows, sizeof *s.own_row)};

    for (size_t from = 0; from < count && count < wanted; from++) {
        s.knowns = count;
        find_joined(&s, block[from]);
        for (size_t i = 0; i < s.donors && count < wanted; i++)
            block[count++] = s.donor[i].block;
    }
    free(s.own_row);
    free(s.donor);
    return count;
}
