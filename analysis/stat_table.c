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

static double expected(const struct margins *m, size_t i, size_t j)
{
    return (double)m->row[i] * (double)m->column[j] / (double)m->n;
}

static enum stat_state testable(const struct margins *m)
{
    if (m->n == 0)
        return STAT_TOO_FEW;
    return m->rows < 2 || m->columns < 2 ? STAT_UNDEFINED : STAT_OK;
}

static double chisq_term(double o, double e)
{
    return (o - e) * (o - e) / e;
}

static double yates_term(double o, double e)
{
    double apart = fabs(o - e);

    apart -= fmin(0.5, apart);
    return apart * apart / e;
}

static double g_term(double o, double e)
{
    return o > 0 ? 2 * o * log(o / e) : 0;
}

static struct stat_table_test sum_of(const struct stat_table *t, double (*term)(double o, double e))
{
    struct stat_table_test r = {.state = STAT_OK};
    struct margins m;

    margins_init(&m, t);
    r.state = testable(&m);
    for (size_t i = 0; i < t->rows && r.state == STAT_OK; i++) {
        for (size_t j = 0; j < t->columns; j++) {
            if (m.row[i] > 0 && m.column[j] > 0)
                r.statistic += term((double)t->n[i * t->columns + j], expected(&m, i, j));
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
            if (m.row[i] == 0 || m.column[j] == 0)
                continue;
            if (least.state != STAT_OK || expected(&m, i, j) < least.x)
                least = stat_ok(expected(&m, i, j));
        }
    }
    margins_fini(&m);
    return least;
}

struct stat_value stat_table_cell(const struct stat_table *t, enum stat_table_cell what, size_t row,
                                  size_t column)
{
    struct margins m;
    double o = (double)t->n[row * t->columns + column], e, shares;

    margins_init(&m, t);
    e = m.n > 0 ? expected(&m, row, column) : 0;
    shares = (1 - (double)m.row[row] / (double)m.n) * (1 - (double)m.column[column] / (double)m.n);
    margins_fini(&m);
    if (what == STAT_CELL_EXPECTED)
        return m.n > 0 ? stat_ok(e) : stat_none(STAT_TOO_FEW);
    return stat_ok((o - e) / sqrt(what == STAT_CELL_PEARSON ? e : e * shares));
}
