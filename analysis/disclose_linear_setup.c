/* The linear stage: blocks, rows and secrets laid out for it. */
#include "analysis/disclose_linear_part.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

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

static void init_columns(struct linear_work *w)
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

static void init_rows(struct linear_work *w)
{
    const struct linear *p = w->p;
    struct sorted *order = mem_alloc(p->rows, sizeof *order);
    size_t *count = mem_alloc(p->blocks, sizeof *count);

    for (size_t i = 0; i < p->rows; i++) {
        order[i] = (struct sorted){.at = i, .rank = p->row[i].rank, .size = p->row[i].size};
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

size_t linear_place(const struct linear_work *w, size_t block, size_t column)
{
    const struct block *b = &w->block[block];

    return column < b->big ? w->big_at[block] + column : w->small_at[block] + column - b->big;
}

static void init_places(struct linear_work *w)
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
            w->block_of[linear_place(w, b, c)] = b;
            w->least[linear_place(w, b, c)] = w->block[b].least[c];
        }
    }
    w->v = mem_alloc(w->columns + 1 + w->acrosses, sizeof *w->v);
    w->w = mem_alloc(w->columns + 1 + w->acrosses, sizeof *w->w);
    w->local = mem_alloc(most + 1, sizeof *w->local);
}

static void init_secrets(struct linear_work *w)
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

static void add_answer(struct linear_work *w, uint64_t answer)
{
    for (size_t i = 0; i < w->answers; i++) {
        if (w->answer[i] == answer)
            return;
    }
    w->answer[w->answers++] = answer;
}

/* Sets of persons who gave one answer; those who gave none go with each. */
static void init_shadows(struct linear_work *w)
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

void linear_work_init(struct linear_work *w, const struct linear *p)
{
    *w = (struct linear_work){.p = p};
    w->block = mem_alloc(p->blocks, sizeof *w->block);
    w->column = mem_alloc(p->atoms, sizeof *w->column);
    init_columns(w);
    init_rows(w);
    init_places(w);
    init_secrets(w);
    init_shadows(w);
    w->joined = mem_alloc(w->acrosses, sizeof *w->joined);
}

void linear_work_fini(struct linear_work *w)
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
