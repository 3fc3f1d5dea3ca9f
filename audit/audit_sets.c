#include "audit/audit_sets.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/base/mem.h"

/* ---- making them ----------------------------------------------------------------------------------------
 */

static int compare_cells(const struct audit_set *a, const struct audit_set *b)
{
    if (a->cells != b->cells)
        return a->cells < b->cells ? -1 : 1;
    return a->cells == 0 ? 0 : memcmp(a->cell, b->cell, a->cells * sizeof *a->cell);
}

static void add_set(struct audit_sets *s, struct audit_set set)
{
    if (s->count == AUDIT_SETS_MAX) {
        s->cut = true;
        free(set.cell);
        return;
    }
    for (int f = 0; f < AUDIT_SET_FIGURES; f++) {
        set.lo[f] = INFINITY;
        set.hi[f] = -INFINITY;
    }
    s->at = mem_room(s->at, s->count, &s->capacity, sizeof *s->at);
    s->at[s->count++] = set;
}

static void add_hidden(struct audit_sets *s, size_t group)
{
    const struct audit_system *y = s->system;
    const struct audit_group *g = &y->world->group[group];
    struct audit_set set = {.group = group, .unit = g->unit};

    set.cell = mem_alloc(y->blocks * y->genders, sizeof *set.cell);
    for (size_t b = 0; b < y->blocks; b++) {
        for (size_t h = 0; h < y->genders && audit_system_in(y, g, b) == AUDIT_IN; h++) {
            if ((g->genders >> h & 1u) != 0)
                set.cell[set.cells++] = b * y->genders + h;
        }
    }
    audit_system_constant(y, g, AUDIT_PART_CERTAIN, set.constant);
    add_set(s, set);
}

static void add_hidden_groups(struct audit_sets *s)
{
    const struct audit_world *w = s->system->world;

    for (size_t g = 0; g < w->groups; g++) {
        if (audit_world_cell(w, g, s->system->item)->hidden && !w->group[g].rest &&
            w->group[g].persons != 0 && audit_system_certain(s->system, &w->group[g]))
            add_hidden(s, g);
    }
    s->hidden = s->count;
}

/* All subsets of genders of the blocks chosen, or, of many genders, each and all but each. */
static void add_union(struct audit_sets *s, size_t unit, const bool *chosen)
{
    const struct audit_system *y = s->system;
    unsigned all = (1u << y->genders) - 1;
    size_t blocks = 0;

    for (size_t b = 0; b < y->blocks; b++)
        blocks += chosen[b];
    if (blocks == 0)
        return;
    for (unsigned genders = 1; genders <= all; genders++) {
        struct audit_set set = {.group = AUDIT_NONE, .unit = unit};
        bool one = (genders & (genders - 1)) == 0, but_one = ((all & ~genders) & ((all & ~genders) - 1)) == 0;

        if (y->genders > 5 && !one && !but_one)
            continue;
        set.cell = mem_alloc(blocks * y->genders, sizeof *set.cell);
        for (size_t b = 0; b < y->blocks; b++) {
            for (size_t h = 0; h < y->genders && chosen[b]; h++) {
                if ((genders >> h & 1u) != 0)
                    set.cell[set.cells++] = b * y->genders + h;
            }
        }
        add_set(s, set);
    }
}

static bool in_unit(const struct audit_system *y, size_t block, size_t unit)
{
    return unit == AUDIT_NONE || y->block[block].unit == unit;
}

/* In one unit, or over the municipality: all blocks; those of one class each, together, by grade and each;
 * and the common block. */
static void add_unions(struct audit_sets *s, size_t unit)
{
    const struct audit_system *y = s->system;
    bool *chosen = mem_alloc(y->blocks, sizeof *chosen), *single = mem_alloc(y->blocks, sizeof *single);

    for (size_t b = 0; b < y->blocks; b++) {
        chosen[b] = in_unit(y, b, unit);
        single[b] = chosen[b] && y->block[b].klass != AUDIT_NONE;
    }
    add_union(s, unit, chosen);
    add_union(s, unit, single);
    for (size_t b = 0; b < y->blocks; b++)
        chosen[b] = unit != AUDIT_NONE && in_unit(y, b, unit) && !single[b];
    add_union(s, unit, chosen);
    for (size_t b = 0; b < y->blocks; b++) {
        const char *grade = single[b] ? y->world->klass[y->block[b].klass].grade : NULL;

        if (!single[b])
            continue;
        for (size_t i = 0; i < y->blocks; i++)
            chosen[i] = single[i] && grade != NULL && y->world->klass[y->block[i].klass].grade == grade;
        add_union(s, unit, chosen);
        memset(chosen, 0, y->blocks * sizeof *chosen);
        chosen[b] = true;
        if (unit != AUDIT_NONE)
            add_union(s, unit, chosen);
    }
    free(chosen);
    free(single);
}

static int compare_sets(const void *pa, const void *pb)
{
    const struct audit_set *a = pa, *b = pb;
    int c = compare_cells(a, b);

    /* A withheld group before a union of the same cells; a unit's before the municipality's. */
    if (c == 0)
        c = (a->group == AUDIT_NONE) - (b->group == AUDIT_NONE);
    return c != 0 ? c : (a->unit > b->unit) - (a->unit < b->unit);
}

/* Unions that equal a withheld group or an earlier union go; withheld groups stay, and first. */
static void drop_doubles(struct audit_sets *s)
{
    struct audit_set *sorted = mem_alloc(s->count, sizeof *sorted);
    size_t kept = 0, hidden = 0;

    memcpy(sorted, s->at, s->count * sizeof *sorted);
    qsort(sorted, s->count, sizeof *sorted, compare_sets);
    for (size_t i = 0; i < s->count; i++) {
        if (sorted[i].group != AUDIT_NONE)
            s->at[hidden++] = sorted[i];
    }
    kept = hidden;
    for (size_t i = 0; i < s->count; i++) {
        if (sorted[i].group != AUDIT_NONE)
            continue;
        if (i > 0 && compare_cells(&sorted[i - 1], &sorted[i]) == 0) {
            /* The one before may have gone as well: then it was equal too. */
            free(sorted[i].cell);
            sorted[i].cell = sorted[i - 1].cell;
        } else {
            s->at[kept++] = sorted[i];
        }
    }
    s->count = kept;
    free(sorted);
}

void audit_sets_init(struct audit_sets *s, const struct audit_system *system)
{
    *s = (struct audit_sets){.system = system};
    add_hidden_groups(s);
    if (system->blocks == 0)
        return;
    for (size_t u = 0; u < system->world->units; u++)
        add_unions(s, u);
    add_unions(s, AUDIT_NONE);
    drop_doubles(s);
}

void audit_sets_fini(struct audit_sets *s)
{
    for (size_t i = 0; i < s->count; i++)
        free(s->at[i].cell);
    free(s->at);
    *s = (struct audit_sets){.count = 0};
}

/* ---- their figures --------------------------------------------------------------------------------------
 */

double audit_sets_weight(const struct audit_sets *s, int figure, size_t category)
{
    size_t options = audit_system_options(s->system);

    switch (figure) {
    case AUDIT_SET_N:
        return category < options;
    case AUDIT_SET_ND:
        return category < options || (!s->system->scale->index && category == options);
    case AUDIT_SET_SUM:
        return audit_system_code(s->system, category);
    default:
        return category == (size_t)figure;
    }
}

double audit_sets_constant(const struct audit_sets *s, const struct audit_set *set, int figure)
{
    double sum = 0;

    for (size_t c = 0; c < s->system->categories; c++)
        sum += audit_sets_weight(s, figure, c) * set->constant[c];
    return sum;
}

static void see_value(struct audit_set *set, int figure, double x)
{
    set->lo[figure] = fmin(set->lo[figure], x);
    set->hi[figure] = fmax(set->hi[figure], x);
}

static void see_set(const struct audit_sets *s, struct audit_set *set, const double *x)
{
    const struct audit_system *y = s->system;
    size_t options = audit_system_options(y);
    double count[AUDIT_CATEGORIES_MAX], n = 0, sum = 0;

    memcpy(count, set->constant, sizeof count);
    for (size_t i = 0; i < set->cells; i++) {
        for (size_t c = 0; c < y->categories; c++)
            count[c] += x[set->cell[i] * y->categories + c];
    }
    for (size_t c = 0; c + 1 < y->categories; c++)
        see_value(set, (int)c, count[c]);
    for (size_t c = 0; c < options; c++) {
        n += count[c];
        sum += count[c] * audit_system_code(y, c);
    }
    see_value(set, AUDIT_SET_N, n);
    see_value(set, AUDIT_SET_ND, y->scale->index ? n : n + count[options]);
    see_value(set, AUDIT_SET_SUM, sum);
    if (n > 1e-6)
        see_value(set, AUDIT_SET_MEAN, sum / n);
}

void audit_sets_see(struct audit_sets *s, const double *unknowns)
{
    for (size_t i = 0; i < s->count; i++)
        see_set(s, &s->at[i], unknowns);
}

/* ---- in words -------------------------------------------------------------------------------------------
 */

static void add_genders(const struct audit_world *w, const bool *in, size_t klass, struct buf *b)
{
    size_t count = 0;

    for (size_t h = 0; h < w->genders; h++)
        count += in[klass * w->genders + h];
    if (count == w->genders)
        return;
    for (size_t h = 0, told = 0; h < w->genders; h++) {
        if (in[klass * w->genders + h])
            buf_addf(b, "%s%s", told++ == 0 ? " " : "+", w->gender[h] == NULL ? "ej sagt" : w->gender[h]);
    }
}

static bool same_genders(const struct audit_world *w, const bool *in, size_t a, size_t b)
{
    return memcmp(&in[a * w->genders], &in[b * w->genders], w->genders * sizeof *in) == 0;
}

/* All classes of the unit (or the municipality) alike. */
static bool is_uniform(const struct audit_world *w, size_t unit, const bool *in, size_t *first)
{
    *first = AUDIT_NONE;
    for (size_t k = 0; k < w->classes; k++) {
        if (unit != AUDIT_NONE && w->klass[k].unit != unit)
            continue;
        if (*first == AUDIT_NONE)
            *first = k;
        if (!same_genders(w, in, *first, k))
            return false;
    }
    return *first != AUDIT_NONE;
}

static void add_classes(const struct audit_world *w, size_t unit, const bool *in, struct buf *b)
{
    size_t told = 0;

    for (size_t k = 0; k < w->classes; k++) {
        bool any = false;

        for (size_t h = 0; h < w->genders; h++)
            any = any || in[k * w->genders + h];
        if (!any)
            continue;
        if (told++ == 12) {
            buf_adds(b, ", …");
            return;
        }
        buf_adds(b, told == 1 ? ": " : ", ");
        if (unit == AUDIT_NONE && w->unit[w->klass[k].unit].code != NULL)
            buf_addf(b, "%s ", w->unit[w->klass[k].unit].code);
        buf_adds(b, w->klass[k].name == NULL ? "(no class)" : w->klass[k].name);
        add_genders(w, in, k, b);
    }
}

char *audit_sets_describe(const struct audit_system *s, size_t unit, const bool *in)
{
    const struct audit_world *w = s->world;
    struct buf b = BUF_INIT;
    size_t first;

    if (unit == AUDIT_NONE)
        buf_adds(&b, "municipality");
    else if (w->unit[unit].code == NULL)
        buf_adds(&b, "units that are not named");
    else
        buf_addf(&b, "unit %s", w->unit[unit].code);
    if (is_uniform(w, unit, in, &first)) {
        buf_adds(&b, ":");
        add_genders(w, in, first, &b);
    } else {
        add_classes(w, unit, in, &b);
    }
    if (w->since > 0)
        buf_addf(&b, ", the answers that version %d adds to %d", w->version, w->since);
    return buf_take(&b);
}

bool *audit_sets_in(const struct audit_sets *s, const struct audit_set *set)
{
    const struct audit_system *y = s->system;
    bool *in = mem_alloc(y->world->classes * y->genders, sizeof *in);

    for (size_t i = 0; i < set->cells; i++) {
        for (size_t k = 0; k < y->world->classes; k++) {
            if (y->block_of[k] == set->cell[i] / y->genders)
                in[k * y->genders + set->cell[i] % y->genders] = true;
        }
    }
    return in;
}

bool audit_sets_is_common(const struct audit_sets *s, const struct audit_set *set)
{
    const struct audit_system *y = s->system;

    return set->cells > 0 && y->block[set->cell[0] / y->genders].klass == AUDIT_NONE &&
           set->cell[0] / y->genders == set->cell[set->cells - 1] / y->genders;
}

bool audit_sets_is_group(const struct audit_sets *s, const bool *in)
{
    const struct audit_world *w = s->system->world;

    for (size_t i = 0; i < s->hidden; i++) {
        const struct audit_group *g = &w->group[s->at[i].group];
        bool same = true;

        for (size_t k = 0; k < w->classes; k++) {
            for (size_t h = 0; h < w->genders; h++)
                same =
                    same && in[k * w->genders + h] == (g->in[k] == AUDIT_IN && (g->genders >> h & 1u) != 0);
        }
        if (same)
            return true;
    }
    return false;
}
