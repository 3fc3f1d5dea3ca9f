#include "audit/audit_attack.h"

#include <stdlib.h>
#include <string.h>

#include "audit/audit_linear.h"
#include "audit/audit_sets.h"
#include "core/base/mem.h"

/* Bounds are rounded inward to whole numbers after this has been granted to the solver. */
static const double EPS = 1e-5;

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

static const char *item_name(const struct audit_world *w, size_t item)
{
    return *w->item[item].question != '\0' ? w->item[item].question : w->item[item].dimension;
}

/* ---- findings -------------------------------------------------------------------------------------------
 */

static struct audit_finding finding(const struct attack *a, size_t group, enum audit_what what, int option,
                                    enum audit_how how)
{
    return (struct audit_finding){
        .world = a->world, .item = a->item, .group = group, .what = what, .option = option, .how = how};
}

/* A count of which the least and most whole numbers are known. */
static void add_count(struct attack *a, size_t group, char *who, size_t category, double least, double most,
                      enum audit_how how)
{
    bool dont_know = category >= audit_system_options(&a->system);
    struct audit_finding f = finding(a, group, dont_know ? AUDIT_OF_DONT_KNOW : AUDIT_OF_OPTION,
                                     dont_know ? 0 : (int)category + 1, how);

    f.who = who;
    f.least = least;
    f.most = most;
    f.verdict = least < most ? AUDIT_OPEN : most == 0 ? AUDIT_ZERO : AUDIT_DETERMINED;
    audit_findings_add(a->out, a->since, f);
}

static void add_mean(struct attack *a, size_t group, char *who, double least, double most, enum audit_how how)
{
    struct audit_finding f = finding(a, group, AUDIT_OF_MEAN, 0, how);

    f.who = who;
    f.least = least;
    f.most = most;
    f.verdict = most - least <= AUDIT_MEAN_WIDTH ? AUDIT_DETERMINED : AUDIT_OPEN;
    audit_findings_add(a->out, a->since, f);
}

static void add_unsolved(struct attack *a, size_t group, char *who, enum audit_what what, int option)
{
    struct audit_finding f = finding(a, group, what, option, AUDIT_BY_BOUNDS);

    f.who = who;
    f.least = -INFINITY;
    f.most = INFINITY;
    f.verdict = AUDIT_UNSOLVED;
    audit_findings_add(a->out, a->since, f);
}

/* ---- what stands there ----------------------------------------------------------------------------------
 */

static void look_at_rows(struct attack *a)
{
    for (size_t g = 0; g < a->world->groups; g++) {
        const struct audit_cell *c = audit_world_cell(a->world, g, a->item);
        struct audit_finding f = finding(a, g, AUDIT_OF_N, 0, AUDIT_BY_SHOWING);

        if (audit_range_known(c->n) && c->n.lo > 0 && c->n.lo < a->options->k &&
            (audit_range_known(c->mean) || audit_range_known(c->positive))) {
            f.who = audit_world_describe(a->world, g);
            f.least = f.most = c->n.lo;
            f.verdict = AUDIT_DETERMINED;
            audit_findings_add(a->out, a->since, f);
        }
        if (c->hidden && audit_range_known(c->told) && c->told.hi - c->told.lo <= AUDIT_MEAN_WIDTH)
            add_mean(a, g, audit_world_describe(a->world, g), c->told.lo, c->told.hi, AUDIT_BY_CHANGE);
    }
}

/* ---- by adding and subtracting rows ---------------------------------------------------------------------
 */

struct linear {
    struct attack *attack;
    const struct audit_linear *l;
    enum audit_family family;
};

static int64_t sum_options(const struct attack *a, const int64_t *values)
{
    int64_t n = 0;

    for (size_t c = 0; c < audit_system_options(&a->system); c++)
        n += values[c];
    return n;
}

/* Of a set whose values follow: all its figures (hidden), or those that are not 0 (a union). */
static void add_values(struct attack *a, enum audit_family family, size_t group, const char *who,
                       const int64_t *values, bool zeros)
{
    double n, sum = 0;

    if (family == AUDIT_SUMMED) {
        n = (double)values[0];
        sum = (double)values[1] / (double)a->system.scale->grid;
    } else {
        size_t options = audit_system_options(&a->system), count = options + (family == AUDIT_COUNTED);

        n = (double)sum_options(a, values);
        for (size_t c = 0; c < count; c++) {
            if (zeros || values[c] != 0)
                add_count(a, group, mem_dup(who), c, (double)values[c], (double)values[c], AUDIT_BY_ROWS);
        }
        for (size_t c = 0; c < options; c++)
            sum += (double)values[c] * audit_system_code(&a->system, c);
    }
    if (n > 0 && (zeros || family == AUDIT_SUMMED))
        add_mean(a, group, mem_dup(who), sum / n, sum / n, AUDIT_BY_ROWS);
}

static void tell_union(const struct audit_union *u, void *arg)
{
    struct linear *l = arg;
    struct attack *a = l->attack;
    int64_t n = l->family == AUDIT_SUMMED ? u->values[0] : sum_options(a, u->values), nd = n;
    char *who;

    if (l->family == AUDIT_COUNTED)
        nd += u->values[audit_system_options(&a->system)];
    if (n < 0 || nd == 0 || (n == 0 && nd >= a->options->k) || audit_sets_is_group(&a->sets, u->in))
        return;
    who = audit_sets_describe(&a->system, u->unit, u->in);
    add_values(a, l->family, AUDIT_NONE, who, u->values, false);
    free(who);
}

static void use_family(struct attack *a, struct audit_linear *l, enum audit_family family)
{
    struct linear arg = {.attack = a, .l = l, .family = family};
    int64_t values[AUDIT_LINEAR_VALUES_MAX];

    if (audit_linear_too_large(l)) {
        audit_notes_add(a->notes, "%s %s, %s: too many classes to add and subtract rows: only bounded",
                        a->world->round, a->world->form, item_name(a->world, a->item));
        a->effort->skipped++;
        return;
    }
    for (size_t i = 0; i < a->sets.hidden; i++) {
        size_t group = a->sets.at[i].group;
        char *who;

        if (!audit_linear_group(l, group, values))
            continue;
        who = audit_world_describe(a->world, group);
        add_values(a, family, group, who, values, true);
        free(who);
    }
    if (!audit_linear_unions(l, a->options->k, tell_union, &arg)) {
        audit_notes_add(a->notes, "%s %s, %s: not all unions of rows were gone through", a->world->round,
                        a->world->form, item_name(a->world, a->item));
        a->effort->skipped++;
    }
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

/* The figure's terms, its mean's as Σ(code − mean). */
static size_t make_terms(struct attack *a, const struct audit_set *set, int figure, double mean)
{
    const struct audit_system *y = &a->system;
    size_t count = 0;

    for (size_t i = 0; i < set->cells; i++) {
        for (size_t c = 0; c < y->categories; c++) {
            double weight = figure == AUDIT_SET_MEAN ? audit_sets_weight(&a->sets, AUDIT_SET_SUM, c) -
                                                           mean * audit_sets_weight(&a->sets, AUDIT_SET_N, c)
                                                     : audit_sets_weight(&a->sets, figure, c);

            if (weight != 0)
                a->term[count++] = (struct audit_term){set->cell[i] * y->categories + c, weight};
        }
    }
    return count;
}

/* The most or least of a linear figure, constants included. Sets a->failed. */
static double extreme(struct attack *a, const struct audit_set *set, int figure, bool most)
{
    size_t terms = make_terms(a, set, figure, 0);
    double constant = audit_sets_constant(&a->sets, set, figure), value = 0;

    if (terms == 0)
        return constant;
    switch (audit_lp_solve(a->lp, a->term, terms, most, &value)) {
    case AUDIT_LP_DONE:
        audit_sets_see(&a->sets, audit_lp_unknowns(a->lp));
        break;
    case AUDIT_LP_UNBOUNDED:
        return most ? INFINITY : -INFINITY;
    case AUDIT_LP_INFEASIBLE:
    case AUDIT_LP_FAILED:
        a->failed = true;
        return 0;
    }
    return value + constant;
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
        size_t terms = make_terms(a, set, AUDIT_SET_MEAN, mean);
        double value = 0, off = audit_sets_constant(&a->sets, set, AUDIT_SET_SUM) -
                                mean * audit_sets_constant(&a->sets, set, AUDIT_SET_N);
        double next;

        if (audit_lp_solve(a->lp, a->term, terms, most, &value) != AUDIT_LP_DONE) {
            a->failed = true;
            return mean;
        }
        audit_sets_see(&a->sets, audit_lp_unknowns(a->lp));
        next = most ? set->hi[AUDIT_SET_MEAN] : set->lo[AUDIT_SET_MEAN];
        if (fabs(value + off) < 1e-7 || fabs(next - mean) < 1e-9)
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

static void bound_mean(struct attack *a, struct audit_set *set)
{
    double n_least = least_of(a, set, AUDIT_SET_N), n_most = most_of(a, set, AUDIT_SET_N), least, most;

    a->failed = a->failed || n_least > n_most;
    if (a->failed) {
        add_unsolved(a, set->group, audit_sets_who(&a->sets, set), AUDIT_OF_MEAN, 0);
        return;
    }
    if (n_most == 0 || set->lo[AUDIT_SET_MEAN] > set->hi[AUDIT_SET_MEAN])
        return; /* nobody, as far as can be seen */
    if (n_least == n_most) {
        least = extreme(a, set, AUDIT_SET_SUM, false);
        most = extreme(a, set, AUDIT_SET_SUM, true);
        round_sum(a, &least, &most);
        least /= n_least;
        most /= n_least;
    } else {
        least = extreme_mean(a, set, false);
        most = extreme_mean(a, set, true);
    }
    if (a->failed)
        add_unsolved(a, set->group, audit_sets_who(&a->sets, set), AUDIT_OF_MEAN, 0);
    else
        add_mean(a, set->group, audit_sets_who(&a->sets, set), least, most, AUDIT_BY_BOUNDS);
}

static bool has_finding(const struct attack *a, size_t group, enum audit_what what, int option)
{
    for (size_t i = a->since; i < a->out->count; i++) {
        const struct audit_finding *f = &a->out->at[i];

        if (f->group == group && f->what == what && f->option == option)
            return true;
    }
    return false;
}

/* The counts of a withheld group. */
static void bound_count(struct attack *a, struct audit_set *set, size_t category)
{
    bool dont_know = category >= audit_system_options(&a->system);
    enum audit_what what = dont_know ? AUDIT_OF_DONT_KNOW : AUDIT_OF_OPTION;
    int option = dont_know ? 0 : (int)category + 1;
    double least, most;

    if (has_finding(a, set->group, what, option))
        return;
    a->failed = false;
    if (!a->options->bounds && (!seems_determined(set, (int)category) || set->hi[category] < 1 - EPS))
        return;
    most = most_of(a, set, (int)category);
    least = least_of(a, set, (int)category);
    if (a->failed || least > most)
        add_unsolved(a, set->group, audit_sets_who(&a->sets, set), what, option);
    else
        add_count(a, set->group, audit_sets_who(&a->sets, set), category, least, most, AUDIT_BY_BOUNDS);
}

static void bound_hidden(struct attack *a, struct audit_set *set)
{
    size_t counts =
        a->system.scale->index ? 0 : audit_system_options(&a->system) + a->system.scale->dont_know;

    for (size_t c = 0; c < counts; c++)
        bound_count(a, set, c);
    a->failed = false;
    if (!has_finding(a, set->group, AUDIT_OF_MEAN, 0) &&
        (a->options->bounds || set->hi[AUDIT_SET_MEAN] - set->lo[AUDIT_SET_MEAN] <= AUDIT_MEAN_WIDTH))
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

static void try_union_mean(struct attack *a, struct audit_set *set)
{
    double n, sum;

    if (seems_determined(set, AUDIT_SET_N) && set->hi[AUDIT_SET_SUM] - set->lo[AUDIT_SET_SUM] < 1 - EPS &&
        surely_small(a, set, AUDIT_SET_N) && is_determined(a, set, AUDIT_SET_N, &n) &&
        is_determined(a, set, AUDIT_SET_SUM, &sum))
        add_mean(a, AUDIT_NONE, audit_sets_who(&a->sets, set), sum / n, sum / n, AUDIT_BY_BOUNDS);
}

static void try_union(struct attack *a, struct audit_set *set)
{
    size_t options = audit_system_options(&a->system);
    bool any = false;
    double value;

    for (size_t c = 0; c < options + a->system.scale->dont_know && !a->system.scale->index; c++) {
        int size = c < options ? AUDIT_SET_N : AUDIT_SET_ND;

        if (!seems_determined(set, (int)c) || set->hi[c] < 1 - EPS || !surely_small(a, set, size) ||
            !is_determined(a, set, (int)c, &value))
            continue;
        any = true;
        add_count(a, AUDIT_NONE, audit_sets_who(&a->sets, set), c, value, value, AUDIT_BY_BOUNDS);
    }
    if (!any)
        try_union_mean(a, set);
}

static void try_unions(struct attack *a)
{
    for (size_t i = a->sets.hidden; i < a->sets.count; i++) {
        if (a->union_programs > AUDIT_UNION_PROGRAMS_MAX || a->sets.cut) {
            audit_notes_add(a->notes, "%s %s, %s: not all unions of classes and genders were bounded",
                            a->world->round, a->world->form, item_name(a->world, a->item));
            a->effort->skipped++;
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
    enum audit_lp_state state;

    if (a->system.columns == 0 || a->system.equations == 0)
        return true;
    a->lp = audit_lp_new(&a->system);
    a->term = mem_alloc(a->system.columns, sizeof *a->term);
    state = audit_lp_solve(a->lp, NULL, 0, true, &value);
    if (state == AUDIT_LP_DONE)
        audit_sets_see(&a->sets, audit_lp_unknowns(a->lp));
    return state == AUDIT_LP_DONE;
}

static void bound(struct attack *a)
{
    if (a->lp == NULL)
        return;
    for (size_t i = 0; i < a->sets.hidden; i++)
        bound_hidden(a, &a->sets.at[i]);
    try_unions(a);
    a->effort->programs += audit_lp_solved(a->lp);
}

/* False when the tables contradict each other. */
static bool attack(struct attack *a, const struct audit_scale *scale, bool assume)
{
    bool ok;

    audit_system_init(&a->system, a->world, a->item, scale, a->options->k, assume);
    audit_sets_init(&a->sets, &a->system);
    ok = !a->system.contradicts && a->system.columns <= AUDIT_LP_COLUMNS_MAX && start_lp(a) &&
         add_and_subtract(a);
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

void audit_attack(const struct audit_world *w, size_t item, const struct audit_scale *scale,
                  const struct audit_attack_options *o, struct audit_findings *out,
                  struct audit_effort *effort, struct audit_notes *notes)
{
    struct attack a = {.world = w,
                       .item = item,
                       .options = o,
                       .out = out,
                       .since = out->count,
                       .effort = effort,
                       .notes = notes};

    look_at_rows(&a);
    effort->figures += count_hidden(w, item);
    if (attack(&a, scale, true))
        return;
    audit_notes_add(notes, "%s %s, %s: what was taken for granted contradicts the tables and was left out",
                    w->round, w->form, item_name(w, item));
    if (!attack(&a, scale, false))
        effort->contradictions++;
}
