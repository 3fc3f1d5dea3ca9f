#include "audit/audit_sets.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/base/mem.h"

/* ---- sums -----------------------------------------------------------------------------------------------
 */

/* A sum with room for all nodes; `in` is where its classes are to be marked. */
static struct audit_part_sum *new_sum(struct audit_sets *s, bool **in)
{
    size_t classes = s->system->world->classes;

    s->sum = mem_room(s->sum, s->sums, &s->sum_capacity, sizeof *s->sum);
    if ((s->sums + 1) * classes >= s->in_capacity) { /* there may be no class */
        s->in_capacity = 2 * (s->sums + 1) * classes + 1;
        s->in = mem_grow(s->in, s->in_capacity, sizeof *s->in);
    }
    *in = s->in + s->sums * classes;
    memset(*in, 0, classes * sizeof **in);
    s->sum[s->sums] = (struct audit_part_sum){.nodes = 0};
    return &s->sum[s->sums++];
}

static void keep_nodes(struct audit_part_sum *sum, const size_t *node, size_t nodes)
{
    sum->node = mem_alloc(nodes, sizeof *sum->node);
    sum->nodes = nodes;
    if (nodes > 0)
        memcpy(sum->node, node, nodes * sizeof *node);
}

static size_t sum_of_group(struct audit_sets *s, const struct audit_group *g)
{
    const struct audit_system *y = s->system;
    size_t *node = mem_alloc(y->nodes, sizeof *node);
    bool *in;
    struct audit_part_sum *sum = new_sum(s, &in);

    keep_nodes(sum, node, audit_system_nodes(y, g, AUDIT_PART_CERTAIN, node));
    audit_system_constant(y, g, AUDIT_PART_CERTAIN, sum->constant);
    for (size_t k = 0; k < y->world->classes; k++)
        in[k] = g->in[k] == AUDIT_IN;
    sum->of_classes = sum->alone = g->genders == (1u << y->world->genders) - 1;
    free(node);
    return s->sums - 1;
}

/* The sum that is of just these classes, or AUDIT_NONE. */
static size_t find_classes(const struct audit_sets *s, const bool *chosen)
{
    size_t classes = s->system->world->classes;

    for (size_t i = 0; i < s->sums; i++) {
        if (s->sum[i].of_classes && memcmp(s->in + i * classes, chosen, classes * sizeof *chosen) == 0)
            return i;
    }
    return AUDIT_NONE;
}

/* The classes chosen, together. */
static size_t sum_of_classes(struct audit_sets *s, const bool *chosen)
{
    const struct audit_system *y = s->system;
    size_t *node, nodes = 0, old = find_classes(s, chosen);
    struct audit_part_sum *sum;
    bool *in;

    if (old != AUDIT_NONE)
        return old;
    node = mem_alloc(y->world->classes, sizeof *node);
    sum = new_sum(s, &in);
    for (size_t k = 0; k < y->world->classes; k++) {
        in[k] = chosen[k];
        if (!chosen[k])
            continue;
        if (!y->known[k])
            node[nodes++] = y->node_of[k];
        for (size_t c = 0; c < y->categories && y->known[k]; c++)
            sum->constant[c] += y->total[k][c];
    }
    keep_nodes(sum, node, nodes);
    sum->of_classes = true;
    free(node);
    return s->sums - 1;
}

/* Some genders of a unit, or of all units. */
static size_t sum_of_genders(struct audit_sets *s, size_t unit, unsigned genders)
{
    const struct audit_system *y = s->system;
    size_t *node = mem_alloc(y->nodes, sizeof *node), nodes = 0;
    bool *in;
    struct audit_part_sum *sum = new_sum(s, &in);

    for (size_t u = 0; u < y->world->units; u++) {
        for (size_t h = 0; h < y->world->genders; h++) {
            if ((unit == AUDIT_NONE || unit == u) && (genders >> h & 1u) != 0)
                node[nodes++] = audit_system_gender_node(y, u, h);
        }
    }
    for (size_t k = 0; k < y->world->classes; k++)
        in[k] = unit == AUDIT_NONE || y->world->klass[k].unit == unit;
    keep_nodes(sum, node, nodes);
    free(node);
    return s->sums - 1;
}

/* ---- sets -----------------------------------------------------------------------------------------------
 */

static void add_set(struct audit_sets *s, struct audit_set set)
{
    if (s->count == AUDIT_SETS_MAX) {
        s->cut = true;
        return;
    }
    for (int f = 0; f < AUDIT_SET_FIGURES; f++) {
        set.lo[f] = INFINITY;
        set.hi[f] = -INFINITY;
    }
    s->at = mem_room(s->at, s->count, &s->capacity, sizeof *s->at);
    s->at[s->count++] = set;
}

static unsigned all_genders(const struct audit_sets *s)
{
    return (1u << s->system->world->genders) - 1;
}

static void add_hidden_groups(struct audit_sets *s)
{
    const struct audit_world *w = s->system->world;

    for (size_t g = 0; g < w->groups; g++) {
        if (audit_world_cell(w, g, s->system->item)->hidden && !w->group[g].rest &&
            w->group[g].persons != 0 && audit_system_certain(s->system, &w->group[g]))
            add_set(s, (struct audit_set){.group = g,
                                          .unit = w->group[g].unit,
                                          .sum = sum_of_group(s, &w->group[g]),
                                          .cross = AUDIT_NONE,
                                          .genders = w->group[g].genders});
    }
    s->hidden = s->count;
}

/* All subsets of the genders but none and all; of many genders, each and all but each. */
static bool is_tried(const struct audit_sets *s, unsigned genders)
{
    unsigned others = all_genders(s) & ~genders;

    return others != 0 &&
           (s->system->world->genders <= 5 || (genders & (genders - 1)) == 0 || (others & (others - 1)) == 0);
}

/* Some genders of a sum of classes. */
static void add_crossed(struct audit_sets *s, size_t unit, size_t sum, const size_t *gender_sum)
{
    for (unsigned genders = 1; genders < all_genders(s); genders++) {
        if (is_tried(s, genders))
            add_set(s, (struct audit_set){.group = AUDIT_NONE,
                                          .unit = unit,
                                          .sum = sum,
                                          .cross = gender_sum[genders],
                                          .genders = genders});
    }
    s->sum[sum].crossed = true;
}

static bool is_any(const bool *chosen, size_t classes)
{
    for (size_t k = 0; k < classes; k++) {
        if (chosen[k])
            return true;
    }
    return false;
}

/* All genders of the classes chosen, unless all is known of them; and in a unit (gender_sum: its genders'
 * sums, by subset) some genders of them, unless they are the whole unit. */
static void add_classes(struct audit_sets *s, size_t unit, const bool *chosen, const size_t *gender_sum)
{
    size_t sum;

    if (!is_any(chosen, s->system->world->classes))
        return;
    sum = sum_of_classes(s, chosen);
    if (s->sum[sum].nodes > 0 && !s->sum[sum].alone)
        add_set(s, (struct audit_set){.group = AUDIT_NONE,
                                      .unit = unit,
                                      .sum = sum,
                                      .cross = AUDIT_NONE,
                                      .genders = all_genders(s)});
    s->sum[sum].alone = true;
    if (gender_sum != NULL && !s->sum[sum].crossed && sum != s->whole[unit])
        add_crossed(s, unit, sum, gender_sum);
}

static bool is_of(const struct audit_sets *s, size_t klass, size_t unit)
{
    return unit == AUDIT_NONE || s->system->world->klass[klass].unit == unit;
}

/* In a unit, or over the municipality: the classes that are not known, together and by grade; in a unit also
 * each class, and those that are known together. */
static void add_class_unions(struct audit_sets *s, size_t unit, const size_t *gender_sum)
{
    const struct audit_system *y = s->system;
    size_t classes = y->world->classes;
    bool *chosen = mem_alloc(classes, sizeof *chosen);

    for (int known = 0; known < (unit == AUDIT_NONE ? 1 : 2); known++) {
        for (size_t k = 0; k < classes; k++)
            chosen[k] = is_of(s, k, unit) && y->known[k] == (known == 1);
        add_classes(s, unit, chosen, gender_sum);
    }
    for (size_t i = 0; i < classes; i++) {
        const char *grade = y->world->klass[i].grade;

        if (!is_of(s, i, unit))
            continue;
        for (size_t k = 0; k < classes && !y->known[i]; k++)
            chosen[k] =
                is_of(s, k, unit) && !y->known[k] && grade != NULL && y->world->klass[k].grade == grade;
        if (!y->known[i])
            add_classes(s, unit, chosen, gender_sum);
        memset(chosen, 0, classes * sizeof *chosen);
        chosen[i] = true;
        if (unit != AUDIT_NONE)
            add_classes(s, unit, chosen, gender_sum);
    }
    free(chosen);
}

static bool is_withheld_gender(const struct audit_sets *s, size_t unit, unsigned genders)
{
    for (size_t i = 0; i < s->hidden; i++) {
        const struct audit_group *g = &s->system->world->group[s->at[i].group];

        if (g->kind == AUDIT_KIND_GENDER && g->unit == unit && g->genders == genders)
            return true;
    }
    return false;
}

/* Some genders of a unit, or of the municipality; sum[subset] is then the subset's. */
static void add_gender_unions(struct audit_sets *s, size_t unit, size_t *sum)
{
    for (unsigned genders = 1; genders < all_genders(s); genders++) {
        sum[genders] = AUDIT_NONE;
        if (!is_tried(s, genders))
            continue;
        sum[genders] = sum_of_genders(s, unit, genders);
        if (!is_withheld_gender(s, unit, genders))
            add_set(s, (struct audit_set){.group = AUDIT_NONE,
                                          .unit = unit,
                                          .sum = sum[genders],
                                          .cross = AUDIT_NONE,
                                          .genders = genders});
    }
}

static void add_wholes(struct audit_sets *s)
{
    const struct audit_world *w = s->system->world;
    bool *chosen = mem_alloc(w->classes, sizeof *chosen);

    s->whole = mem_alloc(w->units, sizeof *s->whole);
    for (size_t u = 0; u < w->units; u++) {
        for (size_t k = 0; k < w->classes; k++)
            chosen[k] = w->klass[k].unit == u;
        s->whole[u] = sum_of_classes(s, chosen);
    }
    free(chosen);
}

void audit_sets_init(struct audit_sets *s, const struct audit_system *system)
{
    const struct audit_world *w = system->world;
    bool told = system->gender_from != AUDIT_NONE;
    size_t *gender_sum = mem_alloc((size_t)1 << w->genders, sizeof *gender_sum);

    *s = (struct audit_sets){.system = system};
    add_wholes(s);
    add_hidden_groups(s);
    for (size_t u = 0; u < w->units; u++) {
        if (told)
            add_gender_unions(s, u, gender_sum);
        add_class_unions(s, u, told ? gender_sum : NULL);
    }
    if (told)
        add_gender_unions(s, AUDIT_NONE, gender_sum);
    add_class_unions(s, AUDIT_NONE, NULL);
    s->value = mem_alloc(s->sums, sizeof *s->value);
    free(gender_sum);
}

void audit_sets_fini(struct audit_sets *s)
{
    for (size_t i = 0; i < s->sums; i++)
        free(s->sum[i].node);
    free(s->sum);
    free(s->in);
    free(s->whole);
    free(s->at);
    free(s->value);
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

double audit_sets_sum_terms(const struct audit_sets *s, size_t sum, size_t category, double sign,
                            struct audit_term *out, size_t *count)
{
    const struct audit_part_sum *p = &s->sum[sum];

    for (size_t i = 0; i < p->nodes; i++)
        out[(*count)++] = (struct audit_term){audit_system_column(s->system, p->node[i], category), sign};
    return sign * p->constant[category];
}

static double weight_of(const struct audit_sets *s, int figure, double mean, size_t category)
{
    return figure != AUDIT_SET_MEAN ? audit_sets_weight(s, figure, category)
                                    : audit_sets_weight(s, AUDIT_SET_SUM, category) -
                                          mean * audit_sets_weight(s, AUDIT_SET_N, category);
}

double audit_sets_terms(const struct audit_sets *s, const struct audit_set *set, int figure, double mean,
                        struct audit_term *out, size_t *count)
{
    double constant = 0;

    for (size_t c = 0; c < s->system->categories; c++) {
        double weight = weight_of(s, figure, mean, c);

        if (weight == 0)
            continue;
        constant += audit_sets_sum_terms(s, set->sum, c, weight, out, count);
        if (set->cross == AUDIT_NONE)
            continue;
        constant += audit_sets_sum_terms(s, set->cross, c, weight, out, count);
        constant += audit_sets_sum_terms(s, s->whole[set->unit], c, -weight, out, count);
    }
    return constant;
}

/* ---- solutions seen -------------------------------------------------------------------------------------
 */

static void see_value(struct audit_set *set, int figure, double lo, double hi)
{
    set->lo[figure] = fmin(set->lo[figure], lo);
    set->hi[figure] = fmax(set->hi[figure], hi);
}

static void find_values(struct audit_sets *s, const double *x)
{
    const struct audit_system *y = s->system;

    for (size_t i = 0; i < s->sums; i++) {
        memcpy(s->value[i], s->sum[i].constant, sizeof s->value[i]);
        for (size_t j = 0; j < s->sum[i].nodes; j++) {
            for (size_t c = 0; c < y->categories; c++)
                s->value[i][c] += x[audit_system_column(y, s->sum[i].node[j], c)];
        }
    }
}

/* All that the set's categories can be in this solution. */
static void find_range(const struct audit_sets *s, const struct audit_set *set, double *lo, double *hi)
{
    for (size_t c = 0; c < s->system->categories; c++) {
        lo[c] = hi[c] = s->value[set->sum][c];
        if (set->cross != AUDIT_NONE) {
            double genders = s->value[set->cross][c], all = s->value[s->whole[set->unit]][c];

            lo[c] = fmax(0, hi[c] + genders - all);
            hi[c] = fmin(hi[c], genders);
        }
    }
}

static void see_set(const struct audit_sets *s, struct audit_set *set)
{
    const struct audit_system *y = s->system;
    size_t options = audit_system_options(y);
    double lo[AUDIT_CATEGORIES_MAX] = {0}, hi[AUDIT_CATEGORIES_MAX] = {0}, n[2] = {0, 0}, sum[2] = {0, 0};

    find_range(s, set, lo, hi);
    for (size_t c = 0; c + 1 < y->categories; c++)
        see_value(set, (int)c, lo[c], hi[c]);
    for (size_t c = 0; c < options; c++) {
        n[0] += lo[c];
        n[1] += hi[c];
        sum[0] += lo[c] * audit_system_code(y, c);
        sum[1] += hi[c] * audit_system_code(y, c);
    }
    see_value(set, AUDIT_SET_N, n[0], n[1]);
    see_value(set, AUDIT_SET_ND, y->scale->index ? n[0] : n[0] + lo[options],
              y->scale->index ? n[1] : n[1] + hi[options]);
    see_value(set, AUDIT_SET_SUM, sum[0], sum[1]);
    if (set->cross == AUDIT_NONE && n[0] > 1e-6)
        see_value(set, AUDIT_SET_MEAN, sum[0] / n[0], sum[0] / n[0]);
}

void audit_sets_see(struct audit_sets *s, const double *unknowns)
{
    find_values(s, unknowns);
    for (size_t i = 0; i < s->count; i++)
        see_set(s, &s->at[i]);
}

/* ---- in words -------------------------------------------------------------------------------------------
 */

static void name_genders(const struct audit_world *w, const bool *in, size_t klass, struct buf *b)
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

static void name_classes(const struct audit_world *w, size_t unit, const bool *in, struct buf *b)
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
        name_genders(w, in, k, b);
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
        name_genders(w, in, first, &b);
    } else {
        name_classes(w, unit, in, &b);
    }
    if (w->since > 0)
        buf_addf(&b, ", the answers that version %d adds to %d", w->version, w->since);
    return buf_take(&b);
}

bool *audit_sets_in(const struct audit_sets *s, const struct audit_set *set)
{
    const struct audit_world *w = s->system->world;
    bool *in = mem_alloc(w->classes * w->genders, sizeof *in);

    for (size_t k = 0; k < w->classes; k++) {
        for (size_t h = 0; h < w->genders; h++)
            in[k * w->genders + h] = s->in[set->sum * w->classes + k] && (set->genders >> h & 1u) != 0;
    }
    return in;
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
