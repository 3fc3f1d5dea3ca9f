#include "audit/audit_system.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "audit/audit_rest.h"
#include "core/base/mem.h"

size_t audit_system_column(const struct audit_system *s, size_t node, size_t category)
{
    return node * s->categories + category;
}

size_t audit_system_gender_node(const struct audit_system *s, size_t unit, size_t gender)
{
    return s->gender_from == AUDIT_NONE ? AUDIT_NONE : s->gender_from + unit * s->world->genders + gender;
}

size_t audit_system_options(const struct audit_system *s)
{
    return s->scale->index ? 2 : (size_t)s->scale->options;
}

double audit_system_code(const struct audit_system *s, size_t category)
{
    if (category >= audit_system_options(s))
        return 0;
    if (s->scale->index)
        return category == 0 ? 1 : s->scale->options;
    return (double)category + 1;
}

/* ---- nodes ----------------------------------------------------------------------------------------------
 */

/* The totals of a class by category, when its own row tells all of them. */
static bool totals_of(const struct audit_system *s, size_t group, double total[AUDIT_CATEGORIES_MAX])
{
    const struct audit_counts *c = &s->counts[group];
    int64_t persons = s->world->group[group].persons;
    size_t options = audit_system_options(s);

    memset(total, 0, sizeof(double) * AUDIT_CATEGORIES_MAX);
    if (c->n < 0 || persons < 0)
        return false;
    if (s->scale->index) {
        if (!c->summed)
            return false;
        total[1] = (c->sum.lo - (double)c->n) / (s->scale->options - 1);
        total[0] = (double)c->n - total[1];
        total[2] = (double)(persons - c->n);
        return true;
    }
    if (!c->counted)
        return false;
    for (size_t i = 0; i < options; i++)
        total[i] = (double)c->option[i].lo;
    total[options] = (double)c->dont_know.lo;
    total[options + 1] = (double)(persons - c->n - c->dont_know.lo);
    return total[options + 1] >= 0;
}

static void find_known(struct audit_system *s)
{
    const struct audit_world *w = s->world;

    for (size_t g = 0; g < w->groups; g++) {
        double total[AUDIT_CATEGORIES_MAX];

        if (w->group[g].kind != AUDIT_KIND_CLASS || w->group[g].rest || !totals_of(s, g, total))
            continue;
        for (size_t k = 0; k < w->classes; k++) {
            if (w->group[g].in[k] == AUDIT_IN) {
                s->known[k] = true;
                memcpy(s->total[k], total, sizeof total);
            }
        }
    }
}

static void make_nodes(struct audit_system *s)
{
    const struct audit_world *w = s->world;

    s->node = mem_alloc(w->classes + w->units * w->genders, sizeof *s->node);
    for (size_t k = 0; k < w->classes; k++) {
        s->node_of[k] = AUDIT_NONE;
        if (s->known[k])
            continue;
        s->node[s->nodes] = (struct audit_node){.unit = w->klass[k].unit, .klass = k};
        s->node_of[k] = s->nodes++;
    }
    s->gender_from = w->genders > 1 ? s->nodes : AUDIT_NONE;
    for (size_t u = 0; u < w->units && w->genders > 1; u++) {
        for (size_t h = 0; h < w->genders; h++)
            s->node[s->nodes++] = (struct audit_node){.unit = u, .klass = AUDIT_NONE, .gender = h};
    }
    s->columns = s->nodes * s->categories;
}

/* ---- who is in what -------------------------------------------------------------------------------------
 */

/* Groups of genders are of a whole unit or municipality. */
static bool is_gender(const struct audit_system *s, const struct audit_group *g)
{
    return g->kind == AUDIT_KIND_GENDER && s->gender_from != AUDIT_NONE;
}

bool audit_system_certain(const struct audit_system *s, const struct audit_group *g)
{
    for (size_t k = 0; k < s->world->classes; k++) {
        if (g->in[k] == AUDIT_MAYBE)
            return false;
    }
    return true;
}

static size_t gender_nodes(const struct audit_system *s, const struct audit_group *g, size_t *out)
{
    size_t count = 0;

    for (size_t u = 0; u < s->world->units; u++) {
        for (size_t h = 0; h < s->world->genders; h++) {
            if ((g->unit == AUDIT_NONE || g->unit == u) && (g->genders >> h & 1u) != 0)
                out[count++] = audit_system_gender_node(s, u, h);
        }
    }
    return count;
}

size_t audit_system_nodes(const struct audit_system *s, const struct audit_group *g, enum audit_part part,
                          size_t *out)
{
    size_t count = 0;

    if (is_gender(s, g))
        return gender_nodes(s, g, out);
    for (size_t k = 0; k < s->world->classes; k++) {
        if (!s->known[k] &&
            (g->in[k] == AUDIT_IN || (g->in[k] == AUDIT_MAYBE && part == AUDIT_PART_POSSIBLE)))
            out[count++] = s->node_of[k];
    }
    return count;
}

void audit_system_constant(const struct audit_system *s, const struct audit_group *g, enum audit_part part,
                           double out[AUDIT_CATEGORIES_MAX])
{
    memset(out, 0, sizeof(double) * AUDIT_CATEGORIES_MAX);
    if (is_gender(s, g))
        return;
    for (size_t k = 0; k < s->world->classes; k++) {
        if (!s->known[k] || g->in[k] == AUDIT_OUT || (g->in[k] == AUDIT_MAYBE && part == AUDIT_PART_CERTAIN))
            continue;
        for (size_t c = 0; c < s->categories; c++)
            out[c] += s->total[k][c];
    }
}

/* ---- equations ------------------------------------------------------------------------------------------
 */

/* A figure that is known within this is known: the simplex runs in circles between bounds so near. */
static const double NARROW = 1e-5;

/* ---- equations ------------------------------------------------------------------------------------------
 */

static void add_term(struct audit_system *s, size_t column, double coef)
{
    s->term = mem_room(s->term, s->terms, &s->term_capacity, sizeof *s->term);
    s->term[s->terms++] = (struct audit_term){column, coef};
}

/* Ends the equation whose terms begin at `from`. One without terms must hold by itself. */
static void end_equation(struct audit_system *s, size_t from, double lo, double hi)
{
    if (s->terms == from) {
        s->contradicts = s->contradicts || lo > 1e-6 || hi < -1e-6;
        return;
    }
    if (lo == -INFINITY && hi == INFINITY) {
        s->terms = from;
        return;
    }
    if (hi - lo < NARROW)
        lo = hi = (lo + hi) / 2;
    s->equation = mem_room(s->equation, s->equations, &s->equation_capacity, sizeof *s->equation);
    s->equation[s->equations++] = (struct audit_equation){from, s->terms - from, lo, hi};
}

static double dot(const double *a, const double *b, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

static void add_group_terms(struct audit_system *s, const struct audit_group *g, enum audit_part part,
                            const double *weight)
{
    size_t count = audit_system_nodes(s, g, part, s->work);

    for (size_t i = 0; i < count; i++) {
        for (size_t c = 0; c < s->categories; c++) {
            if (weight[c] != 0)
                add_term(s, audit_system_column(s, s->work[i], c), weight[c]);
        }
    }
}

static void add_part(struct audit_system *s, const struct audit_group *g, enum audit_part part,
                     const double *weight, double lo, double hi)
{
    double constant[AUDIT_CATEGORIES_MAX], known;
    size_t from = s->terms;

    audit_system_constant(s, g, part, constant);
    known = dot(constant, weight, s->categories);
    add_group_terms(s, g, part, weight);
    end_equation(s, from, lo - known, hi - known);
}

/* The figure Σ weight·persons of a group lies in lo..hi. When some classes only may belong, the certain ones
 * can not have more, and all together not less (weights are not negative then). */
static void know(struct audit_system *s, const struct audit_group *g, const double *weight, double lo,
                 double hi)
{
    if (audit_system_certain(s, g)) {
        add_part(s, g, AUDIT_PART_CERTAIN, weight, lo, hi);
        return;
    }
    add_part(s, g, AUDIT_PART_CERTAIN, weight, -INFINITY, hi);
    add_part(s, g, AUDIT_PART_POSSIBLE, weight, lo, INFINITY);
}

static void set_options(const struct audit_system *s, double *weight, double power)
{
    memset(weight, 0, sizeof(double) * AUDIT_CATEGORIES_MAX);
    for (size_t c = 0; c < audit_system_options(s); c++)
        weight[c] = pow(audit_system_code(s, c), power);
}

static void know_one(struct audit_system *s, const struct audit_group *g, size_t category,
                     struct audit_span x)
{
    double weight[AUDIT_CATEGORIES_MAX] = {0};

    weight[category] = 1;
    know(s, g, weight, (double)x.lo, (double)x.hi);
}

static void know_positive(struct audit_system *s, const struct audit_group *g, struct audit_span x)
{
    double weight[AUDIT_CATEGORIES_MAX] = {0};

    if (s->scale->positive == 0)
        return;
    for (int i = 0; i < s->scale->positive; i++)
        weight[s->scale->reversed ? i : s->scale->options - 1 - i] = 1;
    know(s, g, weight, (double)x.lo, (double)x.hi);
}

/* All that a shown row says. */
static void know_counts(struct audit_system *s, const struct audit_group *g, const struct audit_counts *c)
{
    double weight[AUDIT_CATEGORIES_MAX];
    size_t options = audit_system_options(s);

    if (!s->scale->index) {
        for (size_t i = 0; i < options; i++)
            know_one(s, g, i, c->option[i]);
        know_one(s, g, options, c->dont_know);
    }
    if (c->counted)
        return;
    set_options(s, weight, 0);
    know(s, g, weight, (double)c->n, (double)c->n);
    set_options(s, weight, 1);
    know(s, g, weight, c->sum.lo, c->sum.hi);
    if (s->scale->index)
        return;
    set_options(s, weight, 2);
    know(s, g, weight, c->squares.lo, c->squares.hi);
    know_positive(s, g, c->positive);
}

/* How many sent in the form: of each class, of genders, and of groups of classes that are not certain. */
static void know_persons(struct audit_system *s)
{
    const struct audit_world *w = s->world;
    double all[AUDIT_CATEGORIES_MAX] = {0};

    for (size_t c = 0; c < s->categories; c++)
        all[c] = 1;
    for (size_t g = 0; g < w->groups; g++) {
        double persons = (double)w->group[g].persons;

        if (persons >= 0 && !w->group[g].rest &&
            (w->group[g].kind == AUDIT_KIND_GENDER || !audit_system_certain(s, &w->group[g])))
            know(s, &w->group[g], all, persons, persons);
    }
    for (size_t k = 0; k < w->classes; k++) {
        size_t from = s->terms;

        if (s->known[k] || w->klass[k].persons < 0)
            continue;
        for (size_t c = 0; c < s->categories; c++)
            add_term(s, audit_system_column(s, s->node_of[k], c), 1);
        end_equation(s, from, (double)w->klass[k].persons, (double)w->klass[k].persons);
    }
}

/* A group whose persons the classes do not give (some class's number is not known). */
static void know_sums(struct audit_system *s)
{
    const struct audit_world *w = s->world;
    double all[AUDIT_CATEGORIES_MAX] = {0};

    for (size_t c = 0; c < s->categories; c++)
        all[c] = 1;
    for (size_t g = 0; g < w->groups; g++) {
        bool open = false;

        for (size_t k = 0; k < w->classes; k++)
            open = open || (w->group[g].in[k] == AUDIT_IN && w->klass[k].persons < 0);
        if (open && w->group[g].persons >= 0 && !w->group[g].rest && w->group[g].kind != AUDIT_KIND_GENDER &&
            audit_system_certain(s, &w->group[g]))
            know(s, &w->group[g], all, (double)w->group[g].persons, (double)w->group[g].persons);
    }
}

/* In each unit, and of each category, the genders are as many as the classes. */
static void know_units(struct audit_system *s)
{
    const struct audit_world *w = s->world;

    for (size_t i = 0; i < w->units * s->categories && w->genders > 1; i++) {
        size_t u = i / s->categories, c = i % s->categories, from = s->terms;
        double sum = 0;

        for (size_t h = 0; h < w->genders; h++)
            add_term(s, audit_system_column(s, audit_system_gender_node(s, u, h), c), 1);
        for (size_t k = 0; k < w->classes; k++) {
            if (w->klass[k].unit != u)
                continue;
            if (s->known[k])
                sum += s->total[k][c];
            else
                add_term(s, audit_system_column(s, s->node_of[k], c), -1);
        }
        end_equation(s, from, sum, sum);
    }
}

/* A class that is known has said all that its row says. */
static bool is_known_class(const struct audit_system *s, const struct audit_group *g)
{
    if (g->kind != AUDIT_KIND_CLASS || g->rest)
        return false;
    for (size_t k = 0; k < s->world->classes; k++) {
        if (g->in[k] == AUDIT_IN && !s->known[k])
            return false;
    }
    return true;
}

/* Few of a group chose an option; and its mean, told from elsewhere: Σ(code−lo) >= 0 >= Σ(code−hi).
 */
static void know_assumed(struct audit_system *s, size_t group)
{
    const struct audit_group *g = &s->world->group[group];
    const struct audit_cell *c = audit_world_cell(s->world, group, s->item);
    double weight[AUDIT_CATEGORIES_MAX];

    set_options(s, weight, 0);
    if (c->hidden && c->fewer < INFINITY)
        know(s, g, weight, 0, c->fewer - 1);
    if (!audit_range_known(c->told) || !audit_system_certain(s, g))
        return;
    know(s, g, weight, 1, INFINITY);
    for (size_t i = 0; i < audit_system_options(s); i++)
        weight[i] = audit_system_code(s, i) - c->told.lo;
    know(s, g, weight, 0, INFINITY);
    for (size_t i = 0; i < audit_system_options(s); i++)
        weight[i] = audit_system_code(s, i) - c->told.hi;
    know(s, g, weight, -INFINITY, 0);
}

static void know_groups(struct audit_system *s, bool assume)
{
    for (size_t g = 0; g < s->world->groups; g++) {
        const struct audit_group *group = &s->world->group[g];

        if (s->counts[g].n >= 0 && !is_known_class(s, group))
            know_counts(s, group, &s->counts[g]);
        if (assume)
            know_assumed(s, g);
    }
}

bool audit_system_counts(const struct audit_target *t, struct audit_counts *out)
{
    const struct audit_world *w = t->world;
    bool ok = true;

    for (size_t g = 0; g < w->groups; g++) {
        enum audit_fit fit;

        if (t->counts != NULL) {
            out[g] = t->counts[g];
            continue;
        }
        out[g].n = -1;
        if (w->group[g].rest)
            continue;
        fit = audit_counts(t->scale, audit_world_cell(w, g, t->item), w->group[g].persons, &out[g]);
        if (fit != AUDIT_FITS)
            out[g].n = -1;
        ok = ok && fit != AUDIT_NO_FIT;
    }
    return t->counts != NULL || (audit_rest(w, t->item, t->scale, out) && ok);
}

void audit_system_init(struct audit_system *s, const struct audit_target *t, bool assume)
{
    const struct audit_world *w = t->world;

    *s = (struct audit_system){.world = w, .item = t->item, .scale = t->scale};
    s->categories = audit_system_options(s) + (t->scale->index ? 1 : 2);
    s->counts = mem_alloc(w->groups, sizeof *s->counts);
    s->known = mem_alloc(w->classes, sizeof *s->known);
    s->total = mem_alloc(w->classes, sizeof *s->total);
    s->node_of = mem_alloc(w->classes, sizeof *s->node_of);
    s->contradicts = !audit_system_counts(t, s->counts);
    find_known(s);
    make_nodes(s);
    s->work = mem_alloc(s->nodes, sizeof *s->work);
    know_persons(s);
    know_sums(s);
    know_units(s);
    know_groups(s, assume);
}

void audit_system_fini(struct audit_system *s)
{
    free(s->counts);
    free(s->known);
    free(s->total);
    free(s->node);
    free(s->node_of);
    free(s->work);
    free(s->equation);
    free(s->term);
}
