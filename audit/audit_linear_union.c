#include "audit/audit_linear_part.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

/* The combinations of rows that are about one unit alone, over its cells, reduced; and the choice among them.
 */
struct search {
    struct audit_linear *l;
    size_t unit;
    int k;
    audit_union_fn *tell;
    void *arg;

    size_t *cell; /* the unit's cells */
    size_t cells;
    uint32_t **row; /* over cells, then values */
    size_t *pivot;  /* in cells */
    size_t rows, width;
    int64_t *below, *above; /* [row][cell]: least and most that rows from here on can add */
    int64_t *least;         /* [row]: least that they can add to n */
    int64_t *sum;           /* over cells, then values, of the rows chosen */
    bool *in;               /* class × gender */
    size_t steps, told;
};

static void add_unit_row(struct search *s, const uint32_t *full)
{
    struct audit_linear *l = s->l;
    uint32_t *row = mem_alloc(s->width, sizeof *row);
    size_t pivot;

    for (size_t i = 0; i < s->cells; i++)
        row[i] = full[s->cell[i]];
    memcpy(row + s->cells, full + l->cells, l->values * sizeof *row);
    for (size_t i = 0; i < s->rows; i++) {
        if (row[s->pivot[i]] != 0)
            linear_subtract(row, s->row[i], row[s->pivot[i]], s->width);
    }
    pivot = linear_first(row, s->cells);
    if (pivot == s->cells) {
        free(row);
        return;
    }
    linear_normalise(row, pivot, s->width);
    for (size_t i = 0; i < s->rows; i++) {
        if (s->row[i][pivot] != 0)
            linear_subtract(s->row[i], row, s->row[i][pivot], s->width);
    }
    s->row[s->rows] = row;
    s->pivot[s->rows++] = pivot;
}

static bool in_unit(const struct search *s, size_t cell)
{
    return s->l->unit_of[cell / s->l->s->world->genders] == s->unit;
}

/* The first cell of another unit that a row touches, or cells. */
static size_t first_outside(const struct search *s, const uint32_t *row)
{
    size_t i = 0;

    while (i < s->l->cells && (row[i] == 0 || in_unit(s, i)))
        i++;
    return i;
}

/*
 * A combination that is about this unit alone has 0 where other units have their pivots, so it is one of rows
 * whose pivots lie here. Of these, some touch other units' cells: what combinations of them do not is found
 * by eliminating there.
 */
static void find_unit_rows(struct search *s)
{
    struct audit_linear *l = s->l;
    uint32_t **crossing = mem_alloc(l->rows, sizeof *crossing);
    size_t count = 0;

    for (size_t i = 0; i < l->rows; i++) {
        if (!in_unit(s, l->pivot[i]))
            continue;
        if (first_outside(s, l->row[i]) == l->cells) {
            add_unit_row(s, l->row[i]);
        } else {
            crossing[count] = mem_alloc(l->width, sizeof **crossing);
            memcpy(crossing[count++], l->row[i], l->width * sizeof **crossing);
        }
    }
    for (size_t i = 0; i < count; i++) {
        size_t at = first_outside(s, crossing[i]);

        if (at == l->cells) {
            add_unit_row(s, crossing[i]);
            continue;
        }
        linear_normalise(crossing[i], at, l->width);
        for (size_t j = i + 1; j < count; j++) {
            if (crossing[j][at] != 0)
                linear_subtract(crossing[j], crossing[i], crossing[j][at], l->width);
        }
    }
    for (size_t i = 0; i < count; i++)
        free(crossing[i]);
    free(crossing);
}

static int64_t number_in(const struct search *s, const uint32_t *row)
{
    int64_t values[AUDIT_LINEAR_VALUES_MAX] = {0};

    for (size_t v = 0; v < s->l->values; v++)
        values[v] = linear_signed(row[s->cells + v]);
    return linear_number(s->l, values);
}

static bool find_reach(struct search *s)
{
    if ((s->rows + 1) * s->cells > AUDIT_UNION_ENTRIES_MAX)
        return false;
    s->below = mem_alloc((s->rows + 1) * s->cells, sizeof *s->below);
    s->above = mem_alloc((s->rows + 1) * s->cells, sizeof *s->above);
    s->least = mem_alloc(s->rows + 1, sizeof *s->least);
    for (size_t i = s->rows; i-- > 0;) {
        int64_t n = number_in(s, s->row[i]);

        s->least[i] = s->least[i + 1] + (n < 0 ? n : 0);
        for (size_t c = 0; c < s->cells; c++) {
            int64_t x = linear_signed(s->row[i][c]);

            s->below[i * s->cells + c] = s->below[(i + 1) * s->cells + c] + (x < 0 ? x : 0);
            s->above[i * s->cells + c] = s->above[(i + 1) * s->cells + c] + (x > 0 ? x : 0);
        }
    }
    return true;
}

static void tell_union(struct search *s)
{
    const struct audit_world *w = s->l->s->world;
    struct audit_union u = {.unit = s->unit, .in = s->in, .values = &s->sum[s->cells]};
    bool any = false;

    memset(s->in, 0, w->classes * w->genders * sizeof *s->in);
    for (size_t i = 0; i < s->cells; i++) {
        for (size_t k = 0; k < w->classes && s->sum[i] != 0; k++) {
            if (s->l->block_of[k] == s->cell[i] / w->genders)
                s->in[k * w->genders + s->cell[i] % w->genders] = any = true;
        }
    }
    if (!any)
        return;
    s->told++;
    s->tell(&u, s->arg);
}

/* Rows from i on are still to be chosen. */
static void choose(struct search *s, size_t i)
{
    s->steps++;
    for (size_t c = 0; c < s->cells; c++) {
        if (s->sum[c] + s->above[i * s->cells + c] < 0 || s->sum[c] + s->below[i * s->cells + c] > 1)
            return;
    }
    if (linear_number(s->l, &s->sum[s->cells]) + s->least[i] >= s->k)
        return;
    if (i == s->rows) {
        tell_union(s);
        return;
    }
    for (int take = 0; take < 2 && s->steps < AUDIT_UNION_STEPS_MAX && s->told < AUDIT_UNIONS_MAX; take++) {
        for (size_t c = 0; take == 1 && c < s->width; c++)
            s->sum[c] += linear_signed(s->row[i][c]);
        choose(s, i + 1);
    }
    /* Leaves the sum as it was; a search that a limit ended needs it no more. */
    if (s->steps < AUDIT_UNION_STEPS_MAX && s->told < AUDIT_UNIONS_MAX) {
        for (size_t c = 0; c < s->width; c++)
            s->sum[c] -= linear_signed(s->row[i][c]);
    }
}

static bool search_unit(struct audit_linear *l, size_t unit, int k, audit_union_fn *tell, void *arg)
{
    const struct audit_world *w = l->s->world;
    struct search s = {.l = l, .unit = unit, .k = k, .tell = tell, .arg = arg};
    bool whole;

    s.cell = mem_alloc(l->cells, sizeof *s.cell);
    for (size_t i = 0; i < l->cells; i++) {
        if (in_unit(&s, i))
            s.cell[s.cells++] = i;
    }
    s.width = s.cells + l->values;
    s.row = mem_alloc(s.cells, sizeof *s.row);
    s.pivot = mem_alloc(s.cells, sizeof *s.pivot);
    s.sum = mem_alloc(s.width, sizeof *s.sum);
    s.in = mem_alloc(w->classes * w->genders, sizeof *s.in);
    find_unit_rows(&s);
    whole = find_reach(&s);
    if (whole)
        choose(&s, 0);
    for (size_t i = 0; i < s.rows; i++)
        free(s.row[i]);
    free(s.row);
    free(s.pivot);
    free(s.cell);
    free(s.sum);
    free(s.in);
    free(s.below);
    free(s.above);
    free(s.least);
    return whole && s.steps < AUDIT_UNION_STEPS_MAX && s.told < AUDIT_UNIONS_MAX;
}

bool audit_linear_unions(struct audit_linear *l, int k, audit_union_fn *tell, void *arg)
{
    bool whole = true;

    for (size_t u = 0; u < l->s->world->units; u++)
        whole = search_unit(l, u, k, tell, arg) && whole;
    return whole;
}
