#include "audit/audit_lp.h"

#include <assert.h>
#include <glpk.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

struct audit_lp {
    const struct audit_system *system;
    glp_prob *problem;
    double *x;                          /* the last solution */
    double *limit;                      /* each unknown is at most this */
    const struct audit_term *objective; /* of the last solution, in `kept` */
    struct audit_term *kept;
    size_t terms, kept_capacity;
    bool most;
    size_t solved;
};

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

/* An unknown is at most what any equation of positive terms leaves for it. */
static void find_limits(struct audit_lp *lp)
{
    const struct audit_system *s = lp->system;

    for (size_t j = 0; j < s->columns; j++)
        lp->limit[j] = INFINITY;
    for (size_t i = 0; i < s->equations; i++) {
        const struct audit_equation *q = &s->equation[i];
        bool positive = true;

        for (size_t t = q->from; t < q->from + q->count; t++)
            positive = positive && s->term[t].coef > 0;
        for (size_t t = q->from; positive && t < q->from + q->count; t++)
            lp->limit[s->term[t].column] =
                fmin(lp->limit[s->term[t].column], fmax(0, q->hi) / s->term[t].coef);
    }
}

struct audit_lp *audit_lp_new(const struct audit_system *s)
{
    struct audit_lp *lp = mem_alloc(1, sizeof *lp);

    assert(s->columns >= 1 && s->columns <= AUDIT_LP_COLUMNS_MAX && s->equations >= 1);
    (void)glp_term_out(GLP_OFF);
    lp->system = s;
    lp->x = mem_alloc(s->columns, sizeof *lp->x);
    lp->limit = mem_alloc(s->columns, sizeof *lp->limit);
    lp->problem = glp_create_prob();
    glp_add_rows(lp->problem, (int)s->equations);
    glp_add_cols(lp->problem, (int)s->columns);
    for (size_t j = 0; j < s->columns; j++)
        glp_set_col_bnds(lp->problem, (int)j + 1, GLP_LO, 0, 0);
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
    free(lp->kept);
    free(lp);
}

/* ---- solving --------------------------------------------------------------------------------------------
 */

static void set_objective(struct audit_lp *lp, const struct audit_term *objective, size_t terms, bool most)
{
    for (size_t i = 0; i < lp->terms; i++)
        glp_set_obj_coef(lp->problem, (int)lp->kept[i].column + 1, 0);
    if (terms > lp->kept_capacity) {
        lp->kept = mem_grow(lp->kept, terms, sizeof *lp->kept);
        lp->kept_capacity = terms;
    }
    if (terms > 0)
        memcpy(lp->kept, objective, terms * sizeof *objective);
    lp->terms = terms;
    lp->most = most;
    for (size_t i = 0; i < terms; i++)
        glp_set_obj_coef(lp->problem, (int)objective[i].column + 1, objective[i].coef);
    glp_set_obj_dir(lp->problem, most ? GLP_MAX : GLP_MIN);
}

/* How to solve: from where the last figure left the basis; or from the beginning. */
enum start { START_WARM, START_COLD };

static int run_simplex(struct audit_lp *lp, enum start start)
{
    glp_smcp p;

    glp_init_smcp(&p);
    p.msg_lev = GLP_MSG_OFF;
    /* More than this is no way to a solution but a circle. */
    p.it_lim = AUDIT_LP_ITERATIONS_MIN +
               AUDIT_LP_ITERATIONS_FACTOR * (int)(lp->system->equations + lp->system->columns);
    p.tm_lim = AUDIT_LP_SECONDS_MAX * 1000;
    if (start == START_COLD) {
        glp_std_basis(lp->problem);
        p.presolve = GLP_ON;
        p.meth = GLP_DUALP;
    }
    return glp_simplex(lp->problem, &p);
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

static enum audit_lp_state take_solution(struct audit_lp *lp, double *value)
{
    *value = 0;
    for (size_t j = 0; j < lp->system->columns; j++)
        lp->x[j] = fmax(0, glp_get_col_prim(lp->problem, (int)j + 1));
    for (size_t i = 0; i < lp->terms; i++)
        *value += lp->kept[i].coef * lp->x[lp->kept[i].column];
    return satisfies(lp) ? AUDIT_LP_DONE : AUDIT_LP_FAILED;
}

static enum audit_lp_state unbounded(const struct audit_lp *lp, double *value)
{
    *value = lp->most ? INFINITY : -INFINITY;
    return AUDIT_LP_UNBOUNDED;
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

enum audit_lp_state audit_lp_solve(struct audit_lp *lp, const struct audit_term *objective, size_t terms,
                                   bool most, double *value)
{
    enum audit_lp_state state;

    set_objective(lp, objective, terms, most);
    lp->solved++;
    state = try_solve(lp, START_WARM, value);
    return state == AUDIT_LP_DONE || state == AUDIT_LP_UNBOUNDED ? state : try_solve(lp, START_COLD, value);
}

const double *audit_lp_unknowns(const struct audit_lp *lp)
{
    return lp->x;
}

size_t audit_lp_solved(const struct audit_lp *lp)
{
    return lp->solved;
}

double audit_lp_proven(const struct audit_lp *lp)
{
    const struct audit_system *s = lp->system;
    double sign = lp->most ? 1 : -1, bound = 0;
    double *reduced = mem_alloc(s->columns, sizeof *reduced);

    for (size_t i = 0; i < lp->terms; i++)
        reduced[lp->kept[i].column] += sign * lp->kept[i].coef;
    for (size_t i = 0; i < s->equations; i++) {
        const struct audit_equation *q = &s->equation[i];
        double y = sign * glp_get_row_dual(lp->problem, (int)i + 1);

        /* A multiplier that leans on a side without a bound proves nothing. */
        if ((y > 0 && q->hi == INFINITY) || (y < 0 && q->lo == -INFINITY))
            continue;
        bound += y > 0 ? y * q->hi : y < 0 ? y * q->lo : 0;
        for (size_t t = q->from; t < q->from + q->count; t++)
            reduced[s->term[t].column] -= y * s->term[t].coef;
    }
    for (size_t j = 0; j < s->columns; j++)
        bound +=
            reduced[j] > 0 ? reduced[j] * (reduced[j] < 1e-12 ? fmin(lp->limit[j], 1e7) : lp->limit[j]) : 0;
    free(reduced);
    return sign * bound;
}
