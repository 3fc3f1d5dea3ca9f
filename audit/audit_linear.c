#include "audit/audit_linear_part.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

static const uint64_t PRIME = 2147483647;

/* ---- arithmetic -----------------------------------------------------------------------------------------
 */

static uint32_t mod_of(int64_t x)
{
    int64_t r = x % (int64_t)PRIME;

    return (uint32_t)(r < 0 ? r + (int64_t)PRIME : r);
}

int64_t linear_signed(uint32_t x)
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

void linear_subtract(uint32_t *to, const uint32_t *from, uint32_t factor, size_t n)
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

int64_t linear_number(const struct audit_linear *l, const int64_t *values)
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
            linear_subtract(v, l->row[i], factor, l->width);
    }
}

size_t linear_first(const uint32_t *v, size_t n)
{
    size_t i = 0;

    while (i < n && v[i] == 0)
        i++;
    return i;
}

void linear_normalise(uint32_t *v, size_t pivot, size_t n)
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
    pivot = linear_first(row, l->width);
    if (pivot >= l->cells) {
        l->contradicts = l->contradicts || pivot < l->width;
        free(row);
        return;
    }
    linear_normalise(row, pivot, l->width);
    for (size_t i = 0; i < l->rows; i++) {
        if (l->row[i][pivot] != 0)
            linear_subtract(l->row[i], row, l->row[i][pivot], l->width);
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
    if (linear_first(l->work, l->cells) < l->cells)
        return false;
    for (size_t v = 0; v < l->values; v++)
        values[v] = -linear_signed(l->work[l->cells + v]);
    return true;
}
