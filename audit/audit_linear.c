#include "audit/audit_linear.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

static const uint64_t PRIME = 2147483647;

/* Blocks of this family: a class, or a unit's classes whose figures (of this family) are known, together. */
struct audit_linear {
    const struct audit_system *s;
    enum audit_family family;
    bool *takes_part; /* by group */
    bool *known;      /* by class */
    size_t *block_of; /* by class; AUDIT_NONE: known, and there are no genders */
    size_t *unit_of;  /* by block */
    size_t *row_of;   /* by class: its own group; AUDIT_NONE: no row names it */
    size_t blocks, cells, values, width;

    uint32_t **row; /* reduced: each has a 1 where the others have 0 */
    size_t *pivot;
    size_t rows;
    uint32_t *work; /* one row */
    bool contradicts, too_large;
};

/* ---- arithmetic -----------------------------------------------------------------------------------------
 */

static uint32_t mod_of(int64_t x)
{
    int64_t r = x % (int64_t)PRIME;

    return (uint32_t)(r < 0 ? r + (int64_t)PRIME : r);
}

static int64_t signed_of(uint32_t x)
{
    return x > PRIME / 2 ? (int64_t)x - (int64_t)PRIME : (int64_t)x;
}

static uint32_t inverse(uint32_t x)
{
    uint64_t result = 1, base = x;

    for (uint64_t e = PRIME - 2; e > 0; e >>= 1) {
        if ((e & 1) != 0)
            result = result * base % PRIME;
        base = base * base % PRIME;
    }
    return (uint32_t)result;
}

/* to −= factor·from */
static void subtract(uint32_t *to, const uint32_t *from, uint32_t factor, size_t n)
{
    uint64_t minus = PRIME - factor;

    for (size_t i = 0; i < n; i++) {
        if (from[i] != 0)
            to[i] = (uint32_t)((to[i] + minus * from[i]) % PRIME);
    }
}

/* ---- figures of a row -----------------------------------------------------------------------------------
 */

static bool options_known(const struct audit_system *s, const struct audit_counts *c)
{
    for (int i = 0; i < s->scale->options; i++) {
        if (c->option[i].lo != c->option[i].hi)
            return false;
    }
    return !s->scale->index;
}

static bool is_known(const struct audit_linear *l, size_t group)
{
    const struct audit_counts *c = &l->s->counts[group];

    if (c->n < 0)
        return false;
    switch (l->family) {
    case AUDIT_COUNTED:
        return c->counted;
    case AUDIT_OPTIONED:
        return options_known(l->s, c);
    case AUDIT_SUMMED:
        return c->summed;
    }
    return false;
}

static void figures(const struct audit_linear *l, size_t group, int64_t *values)
{
    const struct audit_counts *c = &l->s->counts[group];

    if (l->family == AUDIT_SUMMED) {
        values[0] = c->n;
        values[1] = c->steps;
        return;
    }
    for (int i = 0; i < l->s->scale->options; i++)
        values[i] = c->option[i].lo;
    if (l->family == AUDIT_COUNTED)
        values[l->s->scale->options] = c->dont_know.lo;
}

static int64_t number_of(const struct audit_linear *l, const int64_t *values)
{
    int64_t n = 0;

    if (l->family == AUDIT_SUMMED)
        return values[0];
    for (int i = 0; i < l->s->scale->options; i++)
        n += values[i];
    return n;
}

/* ---- blocks ---------------------------------------------------------------------------------------------
 */

/* Finds the classes' own rows, and which of them are known. */
static void find_known(struct audit_linear *l)
{
    const struct audit_world *w = l->s->world;

    for (size_t k = 0; k < w->classes; k++)
        l->row_of[k] = AUDIT_NONE;
    for (size_t i = 0; i < w->groups; i++) {
        l->takes_part[i] = is_known(l, i);
        for (size_t k = 0; k < w->classes && w->group[i].kind == AUDIT_KIND_CLASS && !w->group[i].rest; k++) {
            if (w->group[i].in[k] != AUDIT_IN)
                continue;
            l->row_of[k] = i;
            l->known[k] = l->takes_part[i];
        }
    }
}

/* left −= the figures of a known class, or += with sign 1. */
static void add_class(const struct audit_linear *l, size_t klass, int sign, int64_t *left)
{
    int64_t own[AUDIT_LINEAR_VALUES_MAX] = {0};

    figures(l, l->row_of[klass], own);
    for (size_t v = 0; v < l->values; v++)
        left[v] += sign * own[v];
}

static void make_blocks(struct audit_linear *l)
{
    const struct audit_world *w = l->s->world;
    size_t *common = mem_alloc(w->units, sizeof *common);

    for (size_t u = 0; u < w->units; u++)
        common[u] = AUDIT_NONE;
    for (size_t k = 0; k < w->classes; k++) {
        size_t unit = w->klass[k].unit;

        l->block_of[k] = AUDIT_NONE;
        if (l->known[k] && w->genders == 1)
            continue;
        if (!l->known[k] || common[unit] == AUDIT_NONE) {
            l->unit_of[l->blocks] = unit;
            l->block_of[k] = l->blocks++;
            if (l->known[k])
                common[unit] = l->block_of[k];
        } else {
            l->block_of[k] = common[unit];
        }
    }
    free(common);
    l->cells = l->blocks * w->genders;
}

/* The vector of a group: 1 in each of its cells, and its figures less those of known classes that are no
 * unknowns in it. False when the group has no vector (it is not certain who belongs to it, or it splits a
 * common block's classes by gender, which no group does). */
static bool vector_of(const struct audit_linear *l, size_t group, const int64_t *values, uint32_t *out)
{
    const struct audit_world *w = l->s->world;
    const struct audit_group *g = &w->group[group];
    bool by_gender = g->kind == AUDIT_KIND_GENDER && w->genders > 1;
    int64_t left[AUDIT_LINEAR_VALUES_MAX];

    memset(out, 0, l->width * sizeof *out);
    memcpy(left, values, l->values * sizeof *left);
    if (!audit_system_certain(l->s, g))
        return false;
    for (size_t k = 0; k < w->classes; k++) {
        if (g->in[k] == AUDIT_IN && l->known[k] && !by_gender)
            add_class(l, k, -1, left);
        else if (g->in[k] == AUDIT_IN) {
            for (size_t h = 0; h < w->genders; h++)
                out[l->block_of[k] * w->genders + h] = g->genders >> h & 1u;
        }
    }
    for (size_t v = 0; v < l->values; v++)
        out[l->cells + v] = mod_of(left[v]);
    return true;
}

/* ---- elimination ----------------------------------------------------------------------------------------
 */

static void reduce(const struct audit_linear *l, uint32_t *v)
{
    for (size_t i = 0; i < l->rows; i++) {
        uint32_t factor = v[l->pivot[i]];

        if (factor != 0)
            subtract(v, l->row[i], factor, l->width);
    }
}

static size_t first_nonzero(const uint32_t *v, size_t n)
{
    size_t i = 0;

    while (i < n && v[i] == 0)
        i++;
    return i;
}

static void normalise(uint32_t *v, size_t pivot, size_t n)
{
    uint64_t factor = inverse(v[pivot]);

    for (size_t i = 0; i < n; i++)
        v[i] = (uint32_t)(v[i] * factor % PRIME);
}

static void add_vector(struct audit_linear *l, const uint32_t *v)
{
    uint32_t *row = mem_alloc(l->width, sizeof *row);
    size_t pivot;

    memcpy(row, v, l->width * sizeof *row);
    reduce(l, row);
    pivot = first_nonzero(row, l->width);
    if (pivot >= l->cells) {
        l->contradicts = l->contradicts || pivot < l->width;
        free(row);
        return;
    }
    normalise(row, pivot, l->width);
    for (size_t i = 0; i < l->rows; i++) {
        if (l->row[i][pivot] != 0)
            subtract(l->row[i], row, l->row[i][pivot], l->width);
    }
    l->row[l->rows] = row;
    l->pivot[l->rows++] = pivot;
}

/* The genders of a common block add up to its classes. */
static void add_common_block(struct audit_linear *l, size_t block)
{
    const struct audit_world *w = l->s->world;
    int64_t sum[AUDIT_LINEAR_VALUES_MAX] = {0};
    bool common = false;

    for (size_t k = 0; k < w->classes; k++) {
        if (l->known[k] && l->block_of[k] == block) {
            common = true;
            add_class(l, k, 1, sum);
        }
    }
    if (!common)
        return;
    memset(l->work, 0, l->width * sizeof *l->work);
    for (size_t h = 0; h < w->genders; h++)
        l->work[block * w->genders + h] = 1;
    for (size_t v = 0; v < l->values; v++)
        l->work[l->cells + v] = mod_of(sum[v]);
    add_vector(l, l->work);
}

static void add_rows(struct audit_linear *l)
{
    const struct audit_world *w = l->s->world;

    for (size_t b = 0; b < l->blocks; b++)
        add_common_block(l, b);
    /* A unit's rows first: they are short, and the long ones of the municipality are then reduced once. */
    for (size_t i = w->groups; i-- > 0;) {
        int64_t values[AUDIT_LINEAR_VALUES_MAX] = {0};

        if (!l->takes_part[i])
            continue;
        figures(l, i, values);
        if (vector_of(l, i, values, l->work))
            add_vector(l, l->work);
    }
}

/* No more rows are independent than there are cells, nor than there are equations. */
static size_t rows_at_most(const struct audit_linear *l)
{
    size_t equations = l->s->world->groups + l->blocks;

    return equations < l->cells ? equations : l->cells;
}

struct audit_linear *audit_linear_new(const struct audit_system *s, enum audit_family family)
{
    const struct audit_world *w = s->world;
    struct audit_linear *l = mem_alloc(1, sizeof *l);

    *l = (struct audit_linear){.s = s, .family = family};
    l->values = family == AUDIT_SUMMED ? 2 : (size_t)s->scale->options + (family == AUDIT_COUNTED);
    l->takes_part = mem_alloc(w->groups, sizeof *l->takes_part);
    l->known = mem_alloc(w->classes, sizeof *l->known);
    l->block_of = mem_alloc(w->classes, sizeof *l->block_of);
    l->unit_of = mem_alloc(w->classes, sizeof *l->unit_of);
    l->row_of = mem_alloc(w->classes, sizeof *l->row_of);
    find_known(l);
    make_blocks(l);
    l->width = l->cells + l->values;
    l->work = mem_alloc(l->width, sizeof *l->work);
    l->row = mem_alloc(rows_at_most(l), sizeof *l->row);
    l->pivot = mem_alloc(rows_at_most(l), sizeof *l->pivot);
    l->too_large = rows_at_most(l) * l->width > AUDIT_LINEAR_ENTRIES_MAX;
    if (!l->too_large)
        add_rows(l);
    return l;
}

void audit_linear_free(struct audit_linear *l)
{
    if (l == NULL)
        return;
    for (size_t i = 0; i < l->rows; i++)
        free(l->row[i]);
    free(l->row);
    free(l->pivot);
    free(l->work);
    free(l->takes_part);
    free(l->known);
    free(l->block_of);
    free(l->unit_of);
    free(l->row_of);
    free(l);
}

bool audit_linear_same_rows(const struct audit_linear *a, const struct audit_linear *b)
{
    return memcmp(a->takes_part, b->takes_part, a->s->world->groups * sizeof *a->takes_part) == 0;
}

bool audit_linear_too_large(const struct audit_linear *l)
{
    return l->too_large;
}

bool audit_linear_contradicts(const struct audit_linear *l)
{
    return l->contradicts;
}

size_t audit_linear_values(const struct audit_linear *l)
{
    return l->values;
}

bool audit_linear_group(struct audit_linear *l, size_t group, int64_t *values)
{
    const int64_t none[AUDIT_LINEAR_VALUES_MAX] = {0};

    if (!vector_of(l, group, none, l->work))
        return false;
    reduce(l, l->work);
    if (first_nonzero(l->work, l->cells) < l->cells)
        return false;
    for (size_t v = 0; v < l->values; v++)
        values[v] = -signed_of(l->work[l->cells + v]);
    return true;
}

/* ---- unions in one unit ---------------------------------------------------------------------------------
 */

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
            subtract(row, s->row[i], row[s->pivot[i]], s->width);
    }
    pivot = first_nonzero(row, s->cells);
    if (pivot == s->cells) {
        free(row);
        return;
    }
    normalise(row, pivot, s->width);
    for (size_t i = 0; i < s->rows; i++) {
        if (s->row[i][pivot] != 0)
            subtract(s->row[i], row, s->row[i][pivot], s->width);
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
        normalise(crossing[i], at, l->width);
        for (size_t j = i + 1; j < count; j++) {
            if (crossing[j][at] != 0)
                subtract(crossing[j], crossing[i], crossing[j][at], l->width);
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
        values[v] = signed_of(row[s->cells + v]);
    return number_of(s->l, values);
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
            int64_t x = signed_of(s->row[i][c]);

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
    if (number_of(s->l, &s->sum[s->cells]) + s->least[i] >= s->k)
        return;
    if (i == s->rows) {
        tell_union(s);
        return;
    }
    for (int take = 0; take < 2 && s->steps < AUDIT_UNION_STEPS_MAX && s->told < AUDIT_UNIONS_MAX; take++) {
        for (size_t c = 0; take == 1 && c < s->width; c++)
            s->sum[c] += signed_of(s->row[i][c]);
        choose(s, i + 1);
    }
    /* Leaves the sum as it was; a search that a limit ended needs it no more. */
    if (s->steps < AUDIT_UNION_STEPS_MAX && s->told < AUDIT_UNIONS_MAX) {
        for (size_t c = 0; c < s->width; c++)
            s->sum[c] -= signed_of(s->row[i][c]);
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
