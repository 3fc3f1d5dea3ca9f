#include "analysis/stat_fisher_part.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_sf_gamma.h>

#include "core/base/mem.h"

static const double TOLERANCE = 1e-7;
static const int64_t DRAWN_MAX = 1000000; /* persons */

static void shape_fini(struct fisher_shape *s)
{
    free(s->cell);
    free(s->line);
    free(s->stage);
    free(s->log_factorial);
    free(s->log);
}

static int64_t cell_of(const struct stat_table *t, bool turned, size_t line, size_t stage)
{
    return turned ? t->n[stage * t->columns + line] : t->n[line * t->columns + stage];
}

static size_t used(const struct stat_table *t, bool by_row)
{
    size_t count = 0, outer = by_row ? t->rows : t->columns, inner = by_row ? t->columns : t->rows;

    for (size_t i = 0; i < outer; i++) {
        int64_t sum = 0;

        for (size_t j = 0; j < inner; j++)
            sum += cell_of(t, !by_row, i, j);
        count += sum > 0;
    }
    return count;
}

/* A table's log probability but for the constant of its margins: -sum ln x!. */
static double table_value(const struct fisher_shape *h, const int64_t *cell)
{
    double value = 0;

    for (size_t i = 0; i < h->lines * h->stages; i++)
        value -= h->log_factorial[cell[i]];
    return value;
}

static void shape_init(struct fisher_shape *s, const struct stat_table *t)
{
    size_t rows = used(t, true), columns = used(t, false);
    bool turned = rows > columns;
    size_t outer = turned ? t->columns : t->rows, inner = turned ? t->rows : t->columns;
    size_t stage = 0, line = 0;

    *s = (struct fisher_shape){.lines = turned ? columns : rows, .stages = turned ? rows : columns};
    s->cell = mem_alloc(s->lines * s->stages, sizeof(*s->cell));
    s->line = mem_alloc(s->lines, sizeof(*s->line));
    s->stage = mem_alloc(s->stages, sizeof(*s->stage));
    for (size_t j = 0; j < inner; j++) {
        int64_t sum = 0;

        for (size_t i = 0; i < outer; i++)
            sum += cell_of(t, turned, i, j);
        if (sum == 0)
            continue;
        line = 0;
        for (size_t i = 0; i < outer; i++) {
            int64_t across = 0;

            for (size_t k = 0; k < inner; k++)
                across += cell_of(t, turned, i, k);
            if (across == 0)
                continue;
            s->line[line] = across;
            s->cell[stage * s->lines + line++] = cell_of(t, turned, i, j);
        }
        s->stage[stage++] = sum;
        s->n += sum;
    }
}

/* What takes room for every person: only of a table that is known not to be too large. */
static void shape_logs(struct fisher_shape *s)
{
    s->log_factorial = mem_alloc((size_t)s->n + 2, sizeof(*s->log_factorial));
    for (int64_t i = 0; i <= s->n + 1; i++)
        s->log_factorial[i] = gsl_sf_lnfact((unsigned int)i);
    s->log = mem_alloc((size_t)s->n + 2, sizeof(*s->log));
    for (int64_t i = 1; i <= s->n + 1; i++)
        s->log[i] = log((double)i);
    s->limit = table_value(s, s->cell) + log1p(TOLERANCE);
}

struct stat_fisher stat_fisher_exact(const struct stat_table *t)
{
    struct stat_fisher r = {.state = STAT_UNDEFINED};
    struct fisher_shape h;

    shape_init(&h, t);
    if (h.lines >= 2 && h.stages >= 2) {
        r = (struct stat_fisher){.state = STAT_OK, .counted = false};
        if (h.lines <= FISHER_LINES_MAX && h.n <= UINT16_MAX) {
            shape_logs(&h);
            r = fisher_count(&h);
        }
    }
    shape_fini(&h);
    return r;
}

/* One table with the shape's margins: each line draws its stages from what the lines before left. */
static void draw(const struct fisher_shape *h, gsl_rng *rng, int64_t *cell, int64_t *left)
{
    int64_t pool = h->n;

    memcpy(left, h->stage, h->stages * sizeof(*left));
    for (size_t i = 0; i < h->lines; i++) {
        int64_t rest = h->line[i], others = pool;

        for (size_t j = 0; j < h->stages; j++) {
            others -= left[j];
            cell[j * h->lines + i] =
                gsl_ran_hypergeometric(rng, (unsigned int)left[j], (unsigned int)others, (unsigned int)rest);
            rest -= cell[j * h->lines + i];
        }
        for (size_t j = 0; j < h->stages; j++)
            left[j] -= cell[j * h->lines + i];
        pool -= h->line[i];
    }
}

/* How many of the draws are at most as probable as the table. */
static size_t count_draws(const struct fisher_shape *h, size_t draws, uint64_t seed)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    int64_t *cell = mem_alloc(h->lines * h->stages, sizeof(*cell));
    int64_t *left = mem_alloc(h->stages, sizeof(*left));
    size_t count = 0;

    gsl_rng_set(rng, (unsigned long)seed);
    for (size_t i = 0; i < draws; i++) {
        draw(h, rng, cell, left);
        count += table_value(h, cell) <= h->limit;
    }
    free(left);
    free(cell);
    gsl_rng_free(rng);
    return count;
}

struct stat_fisher stat_fisher_simulate(const struct stat_table *t, size_t draws, uint64_t seed)
{
    struct stat_fisher r = {.state = STAT_UNDEFINED};
    struct fisher_shape h;

    shape_init(&h, t);
    if (h.lines >= 2 && h.stages >= 2) {
        r = (struct stat_fisher){.state = STAT_OK, .counted = false};
        if (h.n <= DRAWN_MAX) {
            shape_logs(&h);
            r.counted = true;
            r.p = (double)(1 + count_draws(&h, draws, seed)) / (double)(1 + draws);
        }
    }
    shape_fini(&h);
    return r;
}

struct stat_association stat_fisher_association(const struct stat_table *t, uint64_t seed)
{
    enum { DRAWS = 100000 };
    struct stat_value least = stat_table_min_expected(t);
    struct stat_table_test chisq = stat_table_chisq(t);
    struct stat_association r = {.state = chisq.state, .method = STAT_ASSOCIATION_CHISQ, .p = chisq.p};
    struct stat_fisher fisher;

    if (chisq.state != STAT_OK || least.x >= 5)
        return r;
    fisher = stat_fisher_exact(t);
    r.method = STAT_ASSOCIATION_FISHER;
    if (!fisher.counted) {
        fisher = stat_fisher_simulate(t, DRAWS, seed);
        r.method = STAT_ASSOCIATION_SIMULATED;
    }
    r.state = fisher.counted ? fisher.state : STAT_UNDEFINED;
    r.p = fisher.p;
    return r;
}
