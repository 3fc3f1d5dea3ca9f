#include "audit/audit_lp.h"

#include <assert.h>
#include <glpk.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

/* Behind the system's equations and unknowns stand rows and columns for pairs, two rows and one column each:
 * z − a <= constant, z − b <= constant. Unless a pair is asked for they are empty and z is 0. */
struct audit_lp {
    const struct audit_system *system;
    glp_prob *problem;
    double *x;                    /* the last solution */
    double *limit;                /* each unknown is at most this */
    struct audit_term *objective; /* of the last solution */
    size_t terms, objective_capacity;
    bool most;
    double proven;                 /* see audit_lp_proven */
    double *reduced;               /* costs, in the making of `proven` */
    int *row_state, *column_state; /* the basis, while a pair is solved for */
    size_t solved, iterations;
};

enum { PAIRS_MAX = AUDIT_CATEGORIES_MAX };

/* How far a solution may be off an equation, in persons (times a code, at most). */
static const double OFF_MAX = 1e-4;

static int bound_type(double lo, double hi)
{
    if (lo == hi)
        return GLP_FX;
    if (lo == -INFINITY)
        return hi == INFINITY ? GLP_FR : GLP_UP;
    return hi == INFINITY ? GLP_LO : GLP_DB;
}

static void load_rows(struct audit_lp *lp)
{
    const struct audit_system *s = lp->system;
    int *row = mem_alloc(s->terms + 1, sizeof *row), *column = mem_alloc(s->terms + 1, sizeof *column);
    double *value = mem_alloc(s->terms + 1, sizeof *value);
    int n = 0;

    for (size_t i = 0; i < s->equations; i++) {
        const struct audit_equation *q = &s->equation[i];
        double hi = q->hi < q->lo ? q->lo : q->hi; /* crossed by rounding */

        glp_set_row_bnds(lp->problem, (int)i + 1, bound_type(q->lo, hi), q->lo, hi);
        for (size_t t = q->from; t < q->from + q->count; t++) {
            n++;
            row[n] = (int)i + 1;
            column[n] = (int)s->term[t].column + 1;
            value[n] = s->term[t].coef;
        }
    }
    glp_load_matrix(lp->problem, n, row, column, value);
    free(row);
    free(column);
    free(value);
}

/* What the positive terms of an equation have in all, at most: its side and what negative ones take off. */
static double most_of_equation(const struct audit_lp *lp, const struct audit_equation *q)
{
    double most = fmax(0, q->hi);

    for (size_t t = q->from; t < q->from + q->count; t++) {
        if (lp->system->term[t].coef < 0)
            most -= lp->system->term[t].coef * lp->limit[lp->system->term[t].column];
    }
    return most;
}

/* An unknown is at most what any equation leaves for it; twice, since some limits follow from others. */
static void find_limits(struct audit_lp *lp)
{
    const struct audit_system *s = lp->system;

    for (size_t j = 0; j < s->columns; j++)
        lp->limit[j] = INFINITY;
    for (size_t i = 0; i < 2 * s->equations; i++) {
        const struct audit_equation *q = &s->equation[i % s->equations];
        double most = most_of_equation(lp, q);

        for (size_t t = q->from; t < q->from + q->count; t++) {
            if (s->term[t].coef > 0)
                lp->limit[s->term[t].column] = fmin(lp->limit[s->term[t].column], most / s->term[t].coef);
        }
    }
}

struct audit_lp *audit_lp_new(const struct audit_system *s)
{
    struct audit_lp *lp = mem_alloc(1, sizeof *lp);
    int rows = (int)s->equations + 2 * PAIRS_MAX, columns = (int)s->columns + PAIRS_MAX;

    assert(s->columns >= 1 && s->columns <= AUDIT_LP_COLUMNS_MAX && s->equations >= 1);
    (void)glp_term_out(GLP_OFF);
    lp->system = s;
    lp->x = mem_alloc(s->columns, sizeof *lp->x);
    lp->limit = mem_alloc(s->columns, sizeof *lp->limit);
    lp->reduced = mem_alloc(s->columns, sizeof *lp->reduced);
    lp->row_state = mem_alloc((size_t)rows + 1, sizeof *lp->row_state);
    lp->column_state = mem_alloc((size_t)columns + 1, sizeof *lp->column_state);
    lp->problem = glp_create_prob();
    glp_add_rows(lp->problem, rows);
    glp_add_cols(lp->problem, columns);
    for (int j = 1; j <= columns; j++)
        glp_set_col_bnds(lp->problem, j, j <= (int)s->columns ? GLP_LO : GLP_FX, 0, 0);
    for (int i = (int)s->equations + 1; i <= rows; i++)
        glp_set_row_bnds(lp->problem, i, GLP_FR, 0, 0);
    load_rows(lp);
    find_limits(lp);
    return lp;
}

void audit_lp_free(struct audit_lp *lp)
{
    if (lp == NULL)
        return;
    glp_delete_prob(lp->problem);
    free(lp->x);
    free(lp->limit);
    free(lp->objective);
    free(lp->reduced);
    free(lp->row_state);
    free(lp->column_state);
    free(lp);
}

/* ---- solving --------------------------------------------------------------------------------------------
 */

static void clear_objective(struct audit_lp *lp)
{
    for (size_t i = 0; i < lp->terms; i++)
        glp_set_obj_coef(lp->problem, (int)lp->objective[i].column + 1, 0);
    lp->terms = 0;
}

/* A column that stands there twice counts twice. */
static void set_objective(struct audit_lp *lp, const struct audit_term *objective, size_t terms, bool most)
{
    clear_objective(lp);
    if (terms > lp->objective_capacity) {
        lp->objective = mem_grow(lp->objective, terms, sizeof *lp->objective);
        lp->objective_capacity = terms;
    }
    for (size_t i = 0; i < terms; i++) {
        int column = (int)objective[i].column + 1;

        lp->objective[i] = objective[i];
        glp_set_obj_coef(lp->problem, column, glp_get_obj_coef(lp->problem, column) + objective[i].coef);
    }
    lp->terms = terms;
    lp->most = most;
    glp_set_obj_dir(lp->problem, most ? GLP_MAX : GLP_MIN);
}

/* How to solve: from where the last figure left the basis; or from the beginning. */
enum start { START_WARM, START_COLD };

static int run_simplex(struct audit_lp *lp, enum start start)
{
    int before = glp_get_it_cnt(lp->problem), failed;
    glp_smcp p;

    glp_init_smcp(&p);
    p.msg_lev = GLP_MSG_OFF;
    /* More than this is no way to a solution but a circle. */
    p.it_lim = AUDIT_LP_ITERATIONS_MIN + (int)(lp->system->equations + lp->system->columns);
    p.tm_lim = AUDIT_LP_SECONDS_MAX * 1000;
    if (start == START_COLD) {
        glp_std_basis(lp->problem);
        p.presolve = GLP_ON;
        p.meth = GLP_DUALP;
        p.it_lim *= AUDIT_LP_COLD_FACTOR;
    }
    failed = glp_simplex(lp->problem, &p);
    lp->iterations += (size_t)(glp_get_it_cnt(lp->problem) - before);
    return failed;
}

static bool satisfies(const struct audit_lp *lp)
{
    const struct audit_system *s = lp->system;

    for (size_t i = 0; i < s->equations; i++) {
        const struct audit_equation *q = &s->equation[i];
        double sum = 0;

        for (size_t t = q->from; t < q->from + q->count; t++)
            sum += s->term[t].coef * lp->x[s->term[t].column];
        if (sum < q->lo - OFF_MAX || sum > q->hi + OFF_MAX)
            return false;
    }
    return true;
}

/* A multiplier of an equation, for the most; one that leans on a side without a bound proves nothing. */
static double multiplier(const struct audit_lp *lp, int row, double lo, double hi)
{
    double y = (lp->most ? 1 : -1) * glp_get_row_dual(lp->problem, row);

    return (y > 0 && hi == INFINITY) || (y < 0 && lo == -INFINITY) ? 0 : y;
}

/* Σ multiplier·side over the system's equations, which are taken off the reduced costs. */
static double prove_equations(struct audit_lp *lp)
{
    const struct audit_system *s = lp->system;
    double bound = 0;

    for (size_t i = 0; i < s->equations; i++) {
        const struct audit_equation *q = &s->equation[i];
        double y = multiplier(lp, (int)i + 1, q->lo, q->hi);

        bound += y > 0 ? y * q->hi : y < 0 ? y * q->lo : 0;
        for (size_t t = q->from; t < q->from + q->count && y != 0; t++)
            lp->reduced[s->term[t].column] -= y * s->term[t].coef;
    }
    return bound;
}

/* The same of the pairs' rows z − sum <= constant: the multipliers of a pair share its z, whose cost is 1. */
static double prove_pairs(struct audit_lp *lp, const struct audit_pair *pair, size_t pairs)
{
    double bound = 0;

    for (size_t i = 0; i < pairs; i++) {
        int row = (int)(lp->system->equations + 2 * i) + 1;
        double y = fmin(1, fmax(0, multiplier(lp, row, -INFINITY, 0)));

        bound += y * pair[i].a_constant + (1 - y) * pair[i].b_constant;
        for (size_t t = 0; t < pair[i].a_terms; t++)
            lp->reduced[pair[i].a[t].column] += y * pair[i].a[t].coef;
        for (size_t t = 0; t < pair[i].b_terms; t++)
            lp->reduced[pair[i].b[t].column] += (1 - y) * pair[i].b[t].coef;
    }
    return bound;
}

static void prove(struct audit_lp *lp, const struct audit_pair *pair, size_t pairs)
{
    double sign = lp->most ? 1 : -1, bound;

    memset(lp->reduced, 0, lp->system->columns * sizeof *lp->reduced);
    for (size_t i = 0; i < lp->terms; i++)
        lp->reduced[lp->objective[i].column] += sign * lp->objective[i].coef;
    bound = prove_pairs(lp, pair, pairs) + prove_equations(lp);
    for (size_t j = 0; j < lp->system->columns; j++) {
        if (lp->reduced[j] > 0)
            bound += lp->reduced[j] * (lp->reduced[j] < 1e-12 ? fmin(lp->limit[j], 1e7) : lp->limit[j]);
    }
    lp->proven = sign * bound;
}

static enum audit_lp_state unbounded(const struct audit_lp *lp, double *value)
{
    *value = lp->most ? INFINITY : -INFINITY;
    return AUDIT_LP_UNBOUNDED;
}

static enum audit_lp_state take_solution(struct audit_lp *lp, double *value)
{
    for (size_t j = 0; j < lp->system->columns; j++)
        lp->x[j] = fmax(0, glp_get_col_prim(lp->problem, (int)j + 1));
    *value = glp_get_obj_val(lp->problem);
    return satisfies(lp) ? AUDIT_LP_DONE : AUDIT_LP_FAILED;
}

static enum audit_lp_state try_solve(struct audit_lp *lp, enum start start, double *value)
{
    int failed = run_simplex(lp, start);

    /* The presolver says so by itself, and leaves no solution. */
    if (failed == GLP_ENOPFS)
        return AUDIT_LP_INFEASIBLE;
    if (failed == GLP_ENODFS)
        return unbounded(lp, value);
    if (failed != 0)
        return AUDIT_LP_FAILED;
    switch (glp_get_status(lp->problem)) {
    case GLP_OPT:
        return take_solution(lp, value);
    case GLP_NOFEAS:
        return AUDIT_LP_INFEASIBLE;
    case GLP_UNBND:
        return unbounded(lp, value);
    default:
        return AUDIT_LP_FAILED;
    }
}

static enum audit_lp_state solve(struct audit_lp *lp, double *value)
{
    enum audit_lp_state state = try_solve(lp, START_WARM, value);

    lp->solved++;
    return state == AUDIT_LP_DONE || state == AUDIT_LP_UNBOUNDED ? state : try_solve(lp, START_COLD, value);
}

enum audit_lp_state audit_lp_solve(struct audit_lp *lp, const struct audit_term *objective, size_t terms,
                                   bool most, double *value)
{
    enum audit_lp_state state;

    set_objective(lp, objective, terms, most);
    state = solve(lp, value);
    if (state == AUDIT_LP_DONE)
        prove(lp, NULL, 0);
    return state;
}

/* ---- pairs ----------------------------------------------------------------------------------------------
 */

/* Row: z − Σ terms <= constant. */
static void set_pair_row(struct audit_lp *lp, size_t spare, size_t z, const struct audit_term *term,
                         size_t terms, double constant)
{
    int *column = mem_alloc(terms + 2, sizeof *column), row = (int)(lp->system->equations + spare) + 1;
    double *value = mem_alloc(terms + 2, sizeof *value);

    column[1] = (int)(lp->system->columns + z) + 1;
    value[1] = 1;
    for (size_t i = 0; i < terms; i++) {
        column[i + 2] = (int)term[i].column + 1;
        value[i + 2] = -term[i].coef;
    }
    glp_set_mat_row(lp->problem, row, (int)terms + 1, column, value);
    glp_set_row_bnds(lp->problem, row, GLP_UP, 0, constant);
    free(column);
    free(value);
}

static void set_pairs(struct audit_lp *lp, const struct audit_pair *pair, size_t pairs)
{
    for (size_t i = 0; i < pairs; i++) {
        int z = (int)(lp->system->columns + i) + 1;

        set_pair_row(lp, 2 * i, i, pair[i].a, pair[i].a_terms, pair[i].a_constant);
        set_pair_row(lp, 2 * i + 1, i, pair[i].b, pair[i].b_terms, pair[i].b_constant);
        glp_set_col_bnds(lp->problem, z, GLP_LO, 0, 0);
        glp_set_obj_coef(lp->problem, z, 1);
    }
}

static void clear_pairs(struct audit_lp *lp, size_t pairs)
{
    for (size_t i = 0; i < pairs; i++) {
        int z = (int)(lp->system->columns + i) + 1, row = (int)(lp->system->equations + 2 * i) + 1;

        for (int j = row; j < row + 2; j++) {
            glp_set_mat_row(lp->problem, j, 0, NULL, NULL);
            glp_set_row_bnds(lp->problem, j, GLP_FR, 0, 0);
        }
        glp_set_col_bnds(lp->problem, z, GLP_FX, 0, 0);
        glp_set_obj_coef(lp->problem, z, 0);
    }
}

static void keep_basis(struct audit_lp *lp)
{
    for (int i = 1; i <= glp_get_num_rows(lp->problem); i++)
        lp->row_state[i] = glp_get_row_stat(lp->problem, i);
    for (int j = 1; j <= glp_get_num_cols(lp->problem); j++)
        lp->column_state[j] = glp_get_col_stat(lp->problem, j);
}

static void restore_basis(struct audit_lp *lp)
{
    for (int i = 1; i <= glp_get_num_rows(lp->problem); i++)
        glp_set_row_stat(lp->problem, i, lp->row_state[i]);
    for (int j = 1; j <= glp_get_num_cols(lp->problem); j++)
        glp_set_col_stat(lp->problem, j, lp->column_state[j]);
}

enum audit_lp_state audit_lp_overlap(struct audit_lp *lp, const struct audit_pair *pair, size_t pairs,
                                     double *value)
{
    enum audit_lp_state state;

    assert(pairs <= PAIRS_MAX);
    keep_basis(lp);
    set_objective(lp, NULL, 0, true);
    set_pairs(lp, pair, pairs);
    state = solve(lp, value);
    if (state == AUDIT_LP_DONE)
        prove(lp, pair, pairs);
    clear_pairs(lp, pairs);
    restore_basis(lp);
    return state;
}

const double *audit_lp_unknowns(const struct audit_lp *lp)
{
    return lp->x;
}

size_t audit_lp_solved(const struct audit_lp *lp)
{
    return lp->solved;
}

bool audit_lp_exhausted(const struct audit_lp *lp)
{
    return lp->iterations > AUDIT_LP_ALL_ITERATIONS_MAX;
}

double audit_lp_proven(const struct audit_lp *lp)
{
    return lp->proven;
}
