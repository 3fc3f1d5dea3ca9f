#include "audit/audit_attack.h"

#include <stdlib.h>
#include <string.h>

#include "audit/audit_linear.h"
#include "audit/audit_sets.h"
#include "core/base/mem.h"

/* Bounds are rounded inward to whole numbers after this has been granted to the solver. */
static const double EPS = 1e-5;

/* So far a bound may be from what its dual values prove. */
static const double PROVEN_OFF_MAX = 1e-3;

struct attack {
    const struct audit_world *world;
    size_t item;
    const struct audit_attack_options *options;
    struct audit_system system;
    struct audit_sets sets;
    struct audit_lp *lp;
    struct audit_term *term;
    struct audit_findings *out;
    size_t since; /* the item's first finding */
    struct audit_effort *effort;
    struct audit_notes *notes;
    size_t union_programs;
    bool failed; /* the solver gave up on the present figure */
};

static void note_limit(struct attack *a, const char *what)
{
    const struct audit_item *i = &a->world->item[a->item];

    audit_notes_add(a->notes, "%s %s, %s: %s", a->world->round, a->world->form,
                    *i->question != '\0' ? i->question : i->dimension, what);
    a->effort->skipped++;
}

/* ---- findings: whom they are about, then what -----------------------------------------------------------
 */

static struct audit_finding of_group(const struct attack *a, size_t group)
{
    return (struct audit_finding){
        .world = a->world, .item = a->item, .group = group, .who = audit_world_describe(a->world, group)};
}

static struct audit_finding of_union(const struct attack *a, size_t unit, const bool *in)
{
    size_t count = a->world->classes * a->world->genders;
    bool *copy = mem_alloc(count, sizeof *copy);

    memcpy(copy, in, count * sizeof *copy);
    return (struct audit_finding){.world = a->world,
                                  .item = a->item,
                                  .group = AUDIT_NONE,
                                  .who = audit_sets_describe(&a->system, unit, in),
                                  .in = copy};
}

static struct audit_finding of_set(const struct attack *a, const struct audit_set *set)
{
    struct audit_finding f;
    bool *in;

    if (set->group != AUDIT_NONE)
        return of_group(a, set->group);
    in = audit_sets_in(&a->sets, set);
    f = of_union(a, set->unit, in);
    free(in);
    return f;
}

static struct audit_finding again(const struct attack *a, const struct audit_finding *f)
{
    struct audit_finding copy = *f;

    copy.who = mem_dup(f->who);
    copy.in = f->group != AUDIT_NONE
                  ? NULL
                  : (bool *)mem_dup_bytes(f->in, a->world->classes * a->world->genders * sizeof *f->in);
    return copy;
}

static void add(struct attack *a, struct audit_finding f)
{
    audit_findings_add(a->out, a->since, f);
}

/* Whether a finding is about some of those that f is about, and they have all that f tells: then f says no
 * more. */
static bool says_as_much(const struct attack *a, const struct audit_finding *old,
                         const struct audit_finding *f)
{
    const struct audit_group *g = old->group == AUDIT_NONE ? NULL : &a->world->group[old->group];

    if (old->verdict != AUDIT_DETERMINED || old->what != f->what || old->option != f->option ||
        old->least != f->least || old->most != f->most)
        return false;
    for (size_t k = 0; k < a->world->classes; k++) {
        for (size_t h = 0; h < a->world->genders; h++) {
            bool in = g == NULL ? old->in[k * a->world->genders + h]
                                : g->in[k] == AUDIT_IN && (g->genders >> h & 1u) != 0;

            if (in && !f->in[k * a->world->genders + h])
                return false;
        }
    }
    return true;
}

/* A union that only adds people who have nothing of the kind is no finding of its own. */
static void add_union(struct attack *a, struct audit_finding f)
{
    for (size_t i = a->since; i < a->out->count; i++) {
        if (says_as_much(a, &a->out->at[i], &f)) {
            free(f.who);
            free(f.in);
            return;
        }
    }
    add(a, f);
}

static void name_category(const struct attack *a, struct audit_finding *f, size_t category)
{
    bool dont_know = category >= audit_system_options(&a->system);

    f->what = dont_know ? AUDIT_OF_DONT_KNOW : AUDIT_OF_OPTION;
    f->option = dont_know ? 0 : (int)category + 1;
}

/* A count of which the least and most whole numbers are known. */
static void add_count(struct attack *a, struct audit_finding f, size_t category, double least, double most,
                      enum audit_how how)
{
    name_category(a, &f, category);
    f.least = least;
    f.most = most;
    f.verdict = least < most ? AUDIT_OPEN : most == 0 ? AUDIT_ZERO : AUDIT_DETERMINED;
    f.how = how;
    if (f.in != NULL) /* a union */
        add_union(a, f);
    else
        add(a, f);
}

static void add_mean(struct attack *a, struct audit_finding f, double least, double most, enum audit_how how)
{
    f.what = AUDIT_OF_MEAN;
    f.least = least;
    f.most = most;
    f.verdict = most - least <= AUDIT_MEAN_WIDTH ? AUDIT_DETERMINED : AUDIT_OPEN;
    f.how = how;
    add(a, f);
}

static void add_unsolved(struct attack *a, struct audit_finding f)
{
    f.least = -INFINITY;
    f.most = INFINITY;
    f.verdict = AUDIT_UNSOLVED;
    f.how = AUDIT_BY_BOUNDS;
    add(a, f);
}

/* ---- what stands there ----------------------------------------------------------------------------------
 */

static void look_at_rows(struct attack *a)
{
    for (size_t g = 0; g < a->world->groups; g++) {
        const struct audit_cell *c = audit_world_cell(a->world, g, a->item);

        if (audit_range_known(c->n) && c->n.lo > 0 && c->n.lo < a->options->k &&
            (audit_range_known(c->mean) || audit_range_known(c->positive))) {
            struct audit_finding f = of_group(a, g);

            f.what = AUDIT_OF_N;
            f.least = f.most = c->n.lo;
            f.verdict = AUDIT_DETERMINED;
            f.how = AUDIT_BY_SHOWING;
            add(a, f);
        }
        if (c->hidden && audit_range_known(c->told) && c->told.hi - c->told.lo <= AUDIT_MEAN_WIDTH)
            add_mean(a, of_group(a, g), c->told.lo, c->told.hi, AUDIT_BY_CHANGE);
    }
}

/* ---- by adding and subtracting rows ---------------------------------------------------------------------
 */

struct linear {
    struct attack *attack;
    enum audit_family family;
};

static int64_t sum_options(const struct attack *a, const int64_t *values)
{
    int64_t n = 0;

    for (size_t c = 0; c < audit_system_options(&a->system); c++)
        n += values[c];
    return n;
}

/* All counts of a withheld group; of a union those that are not 0. */
static void add_counts(struct attack *a, const struct audit_finding *whom, enum audit_family family,
                       const int64_t *values)
{
    size_t count = audit_system_options(&a->system) + (family == AUDIT_COUNTED);

    for (size_t c = 0; c < count; c++) {
        if (whom->group != AUDIT_NONE || values[c] != 0)
            add_count(a, again(a, whom), c, (double)values[c], (double)values[c], AUDIT_BY_ROWS);
    }
}

/* Of somebody whose values follow. A union's mean is told where its counts do not follow. */
static void add_values(struct attack *a, const struct audit_finding *whom, enum audit_family family,
                       const int64_t *values)
{
    double n = (double)values[0], sum = (double)values[1] / (double)a->system.scale->grid;

    if (family != AUDIT_SUMMED) {
        add_counts(a, whom, family, values);
        n = (double)sum_options(a, values);
        sum = 0;
        for (size_t c = 0; c < audit_system_options(&a->system); c++)
            sum += (double)values[c] * audit_system_code(&a->system, c);
    }
    if (n > 0 && (whom->group != AUDIT_NONE || family == AUDIT_SUMMED))
        add_mean(a, again(a, whom), sum / n, sum / n, AUDIT_BY_ROWS);
}

static void tell_union(const struct audit_union *u, void *arg)
{
    struct linear *l = arg;
    struct attack *a = l->attack;
    int64_t n = l->family == AUDIT_SUMMED ? u->values[0] : sum_options(a, u->values), nd = n;
    struct audit_finding whom;

    if (l->family == AUDIT_COUNTED)
        nd += u->values[audit_system_options(&a->system)];
    if (n < 0 || nd == 0 || (n == 0 && nd >= a->options->k) || audit_sets_is_group(&a->sets, u->in))
        return;
    whom = of_union(a, u->unit, u->in);
    add_values(a, &whom, l->family, u->values);
    free(whom.who);
    free(whom.in);
}

static void use_family(struct attack *a, struct audit_linear *l, enum audit_family family)
{
    struct linear arg = {.attack = a, .family = family};
    int64_t values[AUDIT_LINEAR_VALUES_MAX] = {0};

    if (audit_linear_too_large(l)) {
        note_limit(a, "too many classes to add and subtract rows: only bounded");
        return;
    }
    for (size_t i = 0; i < a->sets.hidden; i++) {
        struct audit_finding whom;

        if (!audit_linear_group(l, a->sets.at[i].group, values))
            continue;
        whom = of_group(a, a->sets.at[i].group);
        add_values(a, &whom, family, values);
        free(whom.who);
    }
    if (!audit_linear_unions(l, a->options->k, tell_union, &arg))
        note_limit(a, "not all unions of rows were gone through");
}

/* False when the rows contradict each other. */
static bool add_and_subtract(struct attack *a)
{
    static const enum audit_family FAMILIES[] = {AUDIT_COUNTED, AUDIT_OPTIONED, AUDIT_SUMMED};
    struct audit_linear *l[3] = {NULL};
    bool ok = true;

    for (size_t i = a->system.scale->index ? 2 : 0; i < 3 && ok; i++) {
        bool old = false;

        l[i] = audit_linear_new(&a->system, FAMILIES[i]);
        for (size_t j = 0; j < i; j++)
            old = old || (l[j] != NULL && audit_linear_same_rows(l[i], l[j]));
        ok = !audit_linear_contradicts(l[i]);
        if (ok && !old)
            use_family(a, l[i], FAMILIES[i]);
    }
    for (size_t i = 0; i < 3; i++)
        audit_linear_free(l[i]);
    return ok;
}

/* ---- by bounds ------------------------------------------------------------------------------------------
 */

/* A solution that proves itself, or a->failed. */
static bool accept(struct attack *a, enum audit_lp_state state, double value)
{
    switch (state) {
    case AUDIT_LP_DONE:
        audit_sets_see(&a->sets, audit_lp_unknowns(a->lp));
        a->failed = a->failed || fabs(audit_lp_proven(a->lp) - value) > PROVEN_OFF_MAX;
        return !a->failed;
    case AUDIT_LP_UNBOUNDED:
        return true;
    case AUDIT_LP_INFEASIBLE:
    case AUDIT_LP_FAILED:
        break;
    }
    a->failed = true;
    return false;
}

/* The most or least of a linear figure, constants included; with AUDIT_SET_MEAN of Σ(code − mean). */
static double extreme_linear(struct attack *a, const struct audit_set *set, int figure, double mean,
                             bool most)
{
    size_t terms = 0;
    double value = 0, constant = audit_sets_terms(&a->sets, set, figure, mean, a->term, &terms);
    enum audit_lp_state state;

    if (terms == 0)
        return constant;
    state = audit_lp_solve(a->lp, a->term, terms, most, &value);
    return accept(a, state, value) ? value + constant : constant;
}

/* The most that some genders of some classes can have of a figure: Σ min(classes, genders) over its
 * categories. */
static double most_crossed(struct attack *a, const struct audit_set *set, int figure)
{
    struct audit_pair pair[AUDIT_CATEGORIES_MAX];
    size_t pairs = 0, at = 0;
    enum audit_lp_state state;
    double value = 0;

    for (size_t c = 0; c < a->system.categories; c++) {
        struct audit_pair *p = &pair[pairs];

        if (audit_sets_weight(&a->sets, figure, c) == 0)
            continue;
        p->a = a->term + at;
        p->a_constant = audit_sets_sum_terms(&a->sets, set->sum, c, 1, a->term, &at);
        p->a_terms = (size_t)(a->term + at - p->a);
        p->b = a->term + at;
        p->b_constant = audit_sets_sum_terms(&a->sets, set->cross, c, 1, a->term, &at);
        p->b_terms = (size_t)(a->term + at - p->b);
        pairs++;
    }
    state = audit_lp_overlap(a->lp, pair, pairs, &value);
    (void)accept(a, state, value);
    return value;
}

static double extreme(struct attack *a, const struct audit_set *set, int figure, bool most)
{
    if (set->cross == AUDIT_NONE)
        return extreme_linear(a, set, figure, 0, most);
    return most ? most_crossed(a, set, figure) : fmax(0, extreme_linear(a, set, figure, 0, false));
}

static double least_whole(double x)
{
    return ceil(x - EPS) == 0 ? 0 : ceil(x - EPS);
}

static double most_whole(double x)
{
    return floor(x + EPS);
}

/* Whether what has been seen leaves at most one whole number. */
static bool seems_determined(const struct audit_set *set, int figure)
{
    return least_whole(set->lo[figure]) >= most_whole(set->hi[figure]);
}

static double least_of(struct attack *a, const struct audit_set *set, int figure)
{
    return set->lo[figure] <= EPS ? 0 : least_whole(extreme(a, set, figure, false));
}

static double most_of(struct attack *a, const struct audit_set *set, int figure)
{
    return most_whole(extreme(a, set, figure, true));
}

/* Moves the mean from a seen one to its extreme (Dinkelbach 1967): each step takes the mean of the solution
 * with the most Σ(code − mean). */
static double extreme_mean(struct attack *a, struct audit_set *set, bool most)
{
    double mean = most ? set->hi[AUDIT_SET_MEAN] : set->lo[AUDIT_SET_MEAN];

    for (int step = 0; step < 50; step++) {
        double value = extreme_linear(a, set, AUDIT_SET_MEAN, mean, most), next;

        if (a->failed || !isfinite(value)) {
            a->failed = true;
            return mean;
        }
        next = most ? set->hi[AUDIT_SET_MEAN] : set->lo[AUDIT_SET_MEAN];
        if (fabs(value) < 1e-7 || fabs(next - mean) < 1e-9)
            return next;
        mean = next;
    }
    return mean;
}

/* The sum in the steps in which it can be: whole numbers for a question, 1/grid for an index. */
static void round_sum(const struct attack *a, double *least, double *most)
{
    double grid = (double)a->system.scale->grid;

    if (grid <= 0)
        return;
    *least = ceil(*least * grid - EPS) / grid;
    *most = floor(*most * grid + EPS) / grid;
}

/* False when nobody chose an option, as far as can be seen, or when it failed. */
static bool find_mean(struct attack *a, struct audit_set *set, double *least, double *most)
{
    double n_least = least_of(a, set, AUDIT_SET_N), n_most = most_of(a, set, AUDIT_SET_N);

    a->failed = a->failed || n_least > n_most;
    if (a->failed || n_most == 0 || set->lo[AUDIT_SET_MEAN] > set->hi[AUDIT_SET_MEAN])
        return false;
    if (n_least < n_most) {
        *least = extreme_mean(a, set, false);
        *most = extreme_mean(a, set, true);
        return !a->failed;
    }
    *least = extreme(a, set, AUDIT_SET_SUM, false);
    *most = extreme(a, set, AUDIT_SET_SUM, true);
    round_sum(a, least, most);
    *least /= n_least;
    *most /= n_least;
    a->failed = a->failed || *least > *most + 1e-9;
    return !a->failed;
}

static bool has_finding(const struct attack *a, size_t group, const struct audit_finding *like)
{
    for (size_t i = a->since; i < a->out->count; i++) {
        const struct audit_finding *f = &a->out->at[i];

        if (f->group == group && f->what == like->what && f->option == like->option)
            return true;
    }
    return false;
}

static void bound_mean(struct attack *a, struct audit_set *set)
{
    const struct audit_finding like = {.what = AUDIT_OF_MEAN};
    double least = 0, most = 0;

    if (has_finding(a, set->group, &like) ||
        (!a->options->bounds && set->hi[AUDIT_SET_MEAN] - set->lo[AUDIT_SET_MEAN] > AUDIT_MEAN_WIDTH))
        return;
    a->failed = false;
    if (find_mean(a, set, &least, &most)) {
        add_mean(a, of_group(a, set->group), least, most, AUDIT_BY_BOUNDS);
    } else if (a->failed) {
        struct audit_finding f = of_group(a, set->group);

        f.what = AUDIT_OF_MEAN;
        add_unsolved(a, f);
    }
}

/* One count of a withheld group. */
static void bound_count(struct attack *a, struct audit_set *set, size_t category)
{
    struct audit_finding f = {.group = set->group};
    double least, most;

    name_category(a, &f, category);
    if (has_finding(a, set->group, &f) ||
        (!a->options->bounds && (!seems_determined(set, (int)category) || set->hi[category] < 1 - EPS)))
        return;
    a->failed = false;
    most = most_of(a, set, (int)category);
    least = least_of(a, set, (int)category);
    f = of_group(a, set->group);
    name_category(a, &f, category);
    if (a->failed || least > most)
        add_unsolved(a, f);
    else
        add_count(a, f, category, least, most, AUDIT_BY_BOUNDS);
}

/* Categories whose counts are figures: those of a question, "vet ej" if it is offered. */
static size_t counted_categories(const struct attack *a)
{
    return a->system.scale->index ? 0 : audit_system_options(&a->system) + a->system.scale->dont_know;
}

static void bound_hidden(struct attack *a, struct audit_set *set)
{
    for (size_t c = 0; c < counted_categories(a); c++)
        bound_count(a, set, c);
    bound_mean(a, set);
}

/* ---- unions ---------------------------------------------------------------------------------------------
 */

/* The figure of a union can only be one value, not 0. */
static bool is_determined(struct attack *a, struct audit_set *set, int figure, double *value)
{
    double least, most;

    a->failed = false;
    if (!seems_determined(set, figure) || set->hi[figure] < 1 - EPS)
        return false;
    a->union_programs += 2;
    most = most_of(a, set, figure);
    if (a->failed || !seems_determined(set, figure))
        return false;
    least = least_of(a, set, figure);
    *value = most;
    return !a->failed && least == most && most >= 1;
}

static bool surely_small(struct attack *a, struct audit_set *set, int figure)
{
    a->failed = false;
    if (set->hi[figure] >= a->options->k - EPS)
        return false;
    a->union_programs++;
    return most_of(a, set, figure) < a->options->k && !a->failed;
}

/* Whether each category of options can only be one value, a whole number or (of an index) not. */
static bool weights_determined(struct attack *a, struct audit_set *set, double *n, double *sum)
{
    *n = *sum = 0;
    a->failed = false;
    for (size_t c = 0; c < audit_system_options(&a->system); c++) {
        double least, most;

        if (set->hi[c] - set->lo[c] > EPS)
            return false;
        a->union_programs += 2;
        most = extreme(a, set, (int)c, true);
        least = extreme(a, set, (int)c, false);
        if (a->failed || most - least > EPS)
            return false;
        *n += most;
        *sum += most * audit_system_code(&a->system, c);
    }
    return true;
}

static void try_union_mean(struct attack *a, struct audit_set *set)
{
    double n, sum;

    if (!seems_determined(set, AUDIT_SET_N) || set->hi[AUDIT_SET_SUM] - set->lo[AUDIT_SET_SUM] > 1 - EPS ||
        set->hi[AUDIT_SET_N] < 1 - EPS || !surely_small(a, set, AUDIT_SET_N))
        return;
    if (set->cross != AUDIT_NONE
            ? weights_determined(a, set, &n, &sum) && n >= 1 - EPS
            : is_determined(a, set, AUDIT_SET_N, &n) && is_determined(a, set, AUDIT_SET_SUM, &sum))
        add_mean(a, of_set(a, set), sum / n, sum / n, AUDIT_BY_BOUNDS);
}

static void try_union(struct attack *a, struct audit_set *set)
{
    bool any = false;
    double value;

    for (size_t c = 0; c < counted_categories(a); c++) {
        int size = c < audit_system_options(&a->system) ? AUDIT_SET_N : AUDIT_SET_ND;

        if (!seems_determined(set, (int)c) || set->hi[c] < 1 - EPS || !surely_small(a, set, size) ||
            !is_determined(a, set, (int)c, &value))
            continue;
        any = true;
        add_count(a, of_set(a, set), c, value, value, AUDIT_BY_BOUNDS);
    }
    if (!any)
        try_union_mean(a, set);
}

static void try_unions(struct attack *a)
{
    for (size_t i = a->sets.hidden; i < a->sets.count; i++) {
        if (a->union_programs > AUDIT_UNION_PROGRAMS_MAX || a->sets.cut || audit_lp_exhausted(a->lp)) {
            note_limit(a, "not all unions of classes and genders were bounded");
            return;
        }
        try_union(a, &a->sets.at[i]);
    }
}

/* ---- the whole ------------------------------------------------------------------------------------------
 */

/* False when the equations have no solution. */
static bool start_lp(struct attack *a)
{
    double value;

    if (a->system.columns == 0 || a->system.equations == 0)
        return true;
    a->lp = audit_lp_new(&a->system);
    a->term = mem_alloc(3 * a->system.columns, sizeof *a->term);
    switch (audit_lp_solve(a->lp, NULL, 0, true, &value)) {
    case AUDIT_LP_DONE:
        audit_sets_see(&a->sets, audit_lp_unknowns(a->lp));
        return true;
    case AUDIT_LP_INFEASIBLE:
        return false;
    case AUDIT_LP_UNBOUNDED:
    case AUDIT_LP_FAILED:
        break;
    }
    note_limit(a, "the solver gave up: not bounded");
    audit_lp_free(a->lp);
    a->lp = NULL;
    return true;
}

static void bound(struct attack *a)
{
    if (a->lp == NULL)
        return;
    for (size_t i = 0; i < a->sets.hidden && !audit_lp_exhausted(a->lp); i++)
        bound_hidden(a, &a->sets.at[i]);
    if (audit_lp_exhausted(a->lp))
        note_limit(a, "too much to solve: not all withheld figures were bounded");
    else
        try_unions(a);
    a->effort->programs += audit_lp_solved(a->lp);
}

/* False when the tables contradict each other. */
static bool attack(struct attack *a, const struct audit_target *t, bool assume)
{
    bool ok;

    audit_system_init(&a->system, t, a->options->k, assume);
    audit_sets_init(&a->sets, &a->system);
    ok = !a->system.contradicts;
    if (ok && a->system.columns > AUDIT_LP_COLUMNS_MAX)
        note_limit(a, "too many classes: not bounded");
    else if (ok)
        ok = start_lp(a);
    ok = ok && add_and_subtract(a);
    if (ok)
        bound(a);
    audit_lp_free(a->lp);
    a->lp = NULL;
    free(a->term);
    a->term = NULL;
    audit_sets_fini(&a->sets);
    audit_system_fini(&a->system);
    return ok;
}

static size_t count_hidden(const struct audit_world *w, size_t item)
{
    size_t hidden = 0;

    for (size_t g = 0; g < w->groups; g++)
        hidden += audit_world_cell(w, g, item)->hidden;
    return hidden;
}

void audit_attack(const struct audit_target *t, const struct audit_attack_options *o,
                  struct audit_findings *out, struct audit_effort *effort, struct audit_notes *notes)
{
    struct attack a = {.world = t->world,
                       .item = t->item,
                       .options = o,
                       .out = out,
                       .since = out->count,
                       .effort = effort,
                       .notes = notes};

    look_at_rows(&a);
    effort->figures += count_hidden(t->world, t->item);
    if (attack(&a, t, true))
        return;
    note_limit(&a, "what was taken for granted contradicts the tables and was left out");
    effort->skipped--; /* nothing was skipped for it */
    if (!attack(&a, t, false))
        effort->contradictions++;
}
