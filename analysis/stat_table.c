#include "analysis/stat_table.h"

#include <math.h>
#include <stdlib.h>

#include "analysis/stat_dist.h"
#include "core/base/mem.h"

struct margins {
    int64_t *row, *column;
    int64_t n;
    double rows, columns; /* with anybody */
};

static void margins_fini(struct margins *m)
{
    free(m->row);
    free(m->column);
}

static void margins_init(struct margins *m, const struct stat_table *t)
{
    *m = (struct margins){.row = mem_alloc(t->rows, sizeof(*m->row)),
                          .column = mem_alloc(t->columns, sizeof(*m->column))};
    for (size_t i = 0; i < t->rows; i++) {
        for (size_t j = 0; j < t->columns; j++) {
            int64_t n = t->n[i * t->columns + j];

            m->row[i] += n;
            m->column[j] += n;
            m->n += n;
        }
    }
    for (size_t i = 0; i < t->rows; i++)
        m->rows += m->row[i] > 0;
    for (size_t j = 0; j < t->columns; j++)
        m->columns += m->column[j] > 0;
}

/* A cell: observed, expected, and how far apart. */
struct cell {
    double o, e, apart;
};

/* O - E is n O - row column over n. The products are taken whole, as a double and what rounding took from it:
 * of two large counts that are nearly the same the difference is all that matters. */
static struct cell cell_at(const struct margins *m, const struct stat_table *t, size_t i, size_t j)
{
    const double n = (double)m->n, row = (double)m->row[i], column = (double)m->column[j];
    const double o = (double)t->n[i * t->columns + j], is = n * o, product = row * column;
    const double rest = fma(n, o, -is) - fma(row, column, -product);

    return (struct cell){.o = o, .e = product / n, .apart = ((is - product) + rest) / n};
}

static enum stat_state testable(const struct margins *m)
{
    if (m->n == 0)
        return STAT_TOO_FEW;
    return m->rows < 2 || m->columns < 2 ? STAT_UNDEFINED : STAT_OK;
}

static double chisq_term(const struct cell *c)
{
    return c->apart * c->apart / c->e;
}

static double yates_term(const struct cell *c)
{
    const double apart = fmax(fabs(c->apart) - 0.5, 0);

    return apart * apart / c->e;
}

/* 2 (O ln(O/E) - (O-E)): the differences sum to nothing, and so no term is negative. */
static double g_term(const struct cell *c)
{
    return c->o > 0 ? -2 * c->o * stat_log_deviance(c->e / c->o, -c->apart / c->o) : 2 * c->e;
}

static struct stat_table_test sum_of(const struct stat_table *t, double (*term)(const struct cell *c))
{
    struct stat_table_test r = {.state = STAT_OK};
    struct margins m;

    margins_init(&m, t);
    r.state = testable(&m);
    for (size_t i = 0; i < t->rows && r.state == STAT_OK; i++) {
        for (size_t j = 0; j < t->columns; j++) {
            const struct cell c = cell_at(&m, t, i, j);

            if (m.row[i] > 0 && m.column[j] > 0)
                r.statistic += term(&c);
        }
    }
    if (r.state == STAT_OK) {
        r.df = (m.rows - 1) * (m.columns - 1);
        r.p = stat_chisq_upper(r.statistic, r.df);
    }
    margins_fini(&m);
    return r;
}

struct stat_table_test stat_table_chisq(const struct stat_table *t)
{
    return sum_of(t, chisq_term);
}

struct stat_table_test stat_table_yates(const struct stat_table *t)
{
    struct stat_table_test r = sum_of(t, yates_term);

    if (r.state == STAT_OK && r.df > 1)
        r = (struct stat_table_test){.state = STAT_UNDEFINED};
    return r;
}

struct stat_table_test stat_table_g(const struct stat_table *t)
{
    return sum_of(t, g_term);
}

struct stat_table_test stat_table_linear(const struct stat_table *t)
{
    struct stat_table_test r = {.state = STAT_OK, .df = 1};
    double n = 0, mean_i = 0, mean_j = 0, ii = 0, jj = 0, ij = 0;
    struct margins m;

    margins_init(&m, t);
    r.state = testable(&m);
    n = (double)m.n;
    for (size_t i = 0; i < t->rows; i++)
        mean_i += (double)m.row[i] * (double)i;
    for (size_t j = 0; j < t->columns; j++)
        mean_j += (double)m.column[j] * (double)j;
    margins_fini(&m);
    if (r.state != STAT_OK)
        return (struct stat_table_test){.state = r.state};
    mean_i /= n;
    mean_j /= n;
    for (size_t i = 0; i < t->rows; i++) {
        for (size_t j = 0; j < t->columns; j++) {
            double o = (double)t->n[i * t->columns + j], x = (double)i - mean_i, y = (double)j - mean_j;

            ii += o * x * x;
            jj += o * y * y;
            ij += o * x * y;
        }
    }
    r.statistic = (n - 1) * ij / ii * ij / jj;
    r.p = stat_chisq_upper(r.statistic, 1);
    return r;
}

struct stat_value stat_table_cramer_v(const struct stat_table *t)
{
    struct stat_table_test chisq = stat_table_chisq(t);
    struct stat_value v = stat_none(chisq.state);
    struct margins m;

    if (chisq.state != STAT_OK)
        return v;
    margins_init(&m, t);
    v = stat_ok(sqrt(chisq.statistic / (double)m.n / (fmin(m.rows, m.columns) - 1)));
    margins_fini(&m);
    return v;
}

struct stat_value stat_table_min_expected(const struct stat_table *t)
{
    struct stat_value least = stat_none(STAT_TOO_FEW);
    struct margins m;

    margins_init(&m, t);
    for (size_t i = 0; i < t->rows; i++) {
        for (size_t j = 0; j < t->columns; j++) {
            const double e = cell_at(&m, t, i, j).e;

            if (m.row[i] > 0 && m.column[j] > 0 && (least.state != STAT_OK || e < least.x))
                least = stat_ok(e);
        }
    }
    margins_fini(&m);
    return least;
}

struct stat_value stat_table_cell(const struct stat_table *t, enum stat_table_cell what, size_t row,
                                  size_t column)
{
    struct margins m;
    struct cell c;
    double others; /* the shares of the other rows and of the other columns */
    int64_t n;

    margins_init(&m, t);
    n = m.n;
    c = cell_at(&m, t, row, column);
    others = (double)(n - m.row[row]) / (double)n * ((double)(n - m.column[column]) / (double)n);
    margins_fini(&m);
    if (what == STAT_CELL_EXPECTED)
        return n > 0 ? stat_ok(c.e) : stat_none(STAT_TOO_FEW);
    return stat_ok(c.apart / sqrt(what == STAT_CELL_PEARSON ? c.e : c.e * others));
}
