#include "audit/audit_attack_part.h"

#include <stdlib.h>

#include "core/base/mem.h"

/* Bounds are rounded inward to whole numbers after this has been granted to the solver. */
static const double EPS = 1e-5;

/* So far a bound may be from what its dual values prove. */
static const double PROVEN_OFF_MAX = 1e-3;

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

/* Of whom fewer than k surely chose an option (or chose that or "vet ej"). */
static bool surely_small(struct attack *a, struct audit_set *set, int figure)
{
    a->failed = false;
    return set->hi[figure] < a->options->k - EPS && most_of(a, set, figure) < a->options->k && !a->failed;
}

/* The figure that says so for a count of a category. */
static int size_of(const struct attack *a, size_t category)
{
    return category < audit_system_options(&a->system) ? AUDIT_SET_N : AUDIT_SET_ND;
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
        struct audit_finding f = attack_of_group(a, set->group);

        f.few = most - least <= AUDIT_MEAN_WIDTH && surely_small(a, set, AUDIT_SET_N);
        attack_add_mean(a, f, least, most, AUDIT_BY_BOUNDS);
    } else if (a->failed) {
        struct audit_finding f = attack_of_group(a, set->group);

        f.what = AUDIT_OF_MEAN;
        attack_add_unsolved(a, f);
    }
}

/* One count of a withheld group. */
static void bound_count(struct attack *a, struct audit_set *set, size_t category)
{
    struct audit_finding f = {.group = set->group};
    double least, most;

    attack_name_category(a, &f, category);
    if (has_finding(a, set->group, &f) ||
        (!a->options->bounds && (!seems_determined(set, (int)category) || set->hi[category] < 1 - EPS)))
        return;
    a->failed = false;
    most = most_of(a, set, (int)category);
    least = least_of(a, set, (int)category);
    f = attack_of_group(a, set->group);
    attack_name_category(a, &f, category);
    if (a->failed || least > most) {
        attack_add_unsolved(a, f);
        return;
    }
    f.few = least == most && most > 0 && surely_small(a, set, size_of(a, category));
    attack_add_count(a, f, category, least, most, AUDIT_BY_BOUNDS);
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

static bool union_surely_small(struct attack *a, struct audit_set *set, int figure)
{
    a->union_programs += set->hi[figure] < a->options->k - EPS;
    return surely_small(a, set, figure);
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
        set->hi[AUDIT_SET_N] < 1 - EPS || !union_surely_small(a, set, AUDIT_SET_N))
        return;
    if (set->cross != AUDIT_NONE
            ? weights_determined(a, set, &n, &sum) && n >= 1 - EPS
            : is_determined(a, set, AUDIT_SET_N, &n) && is_determined(a, set, AUDIT_SET_SUM, &sum))
        attack_add_mean(a, attack_of_set(a, set), sum / n, sum / n, AUDIT_BY_BOUNDS);
}

static void try_union(struct attack *a, struct audit_set *set)
{
    bool any = false;
    double value;

    for (size_t c = 0; c < counted_categories(a); c++) {
        if (!seems_determined(set, (int)c) || set->hi[c] < 1 - EPS ||
            !union_surely_small(a, set, size_of(a, c)) || !is_determined(a, set, (int)c, &value))
            continue;
        any = true;
        attack_add_count(a, attack_of_set(a, set), c, value, value, AUDIT_BY_BOUNDS);
    }
    if (!any)
        try_union_mean(a, set);
}

static void try_unions(struct attack *a)
{
    for (size_t i = a->sets.hidden; i < a->sets.count; i++) {
        if (a->union_programs > AUDIT_UNION_PROGRAMS_MAX || a->sets.cut || audit_lp_exhausted(a->lp)) {
            attack_note_limit(a, "not all unions of classes and genders were bounded");
            return;
        }
        try_union(a, &a->sets.at[i]);
    }
}

/* ---- both -----------------------------------------------------------------------------------------------
 */

bool attack_start_lp(struct attack *a)
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
    attack_note_limit(a, "the solver gave up: not bounded");
    audit_lp_free(a->lp);
    a->lp = NULL;
    return true;
}

void attack_bound(struct attack *a)
{
    if (a->lp == NULL)
        return;
    for (size_t i = 0; i < a->sets.hidden && !audit_lp_exhausted(a->lp); i++)
        bound_hidden(a, &a->sets.at[i]);
    if (audit_lp_exhausted(a->lp))
        attack_note_limit(a, "too much to solve: not all withheld figures were bounded");
    else
        try_unions(a);
    a->effort->programs += audit_lp_solved(a->lp);
}
