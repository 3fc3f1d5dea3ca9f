#include "analysis/stat_fisher.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_sf_gamma.h>

#include "core/base/mem.h"

enum { LINES_MAX = 10 };                    /* of the shorter side, counted exactly */
static const size_t MAX_PARTIALS = 2000000; /* kept at a time */
static const double MAX_STEPS = 4e7;        /* looked at */
static const double TOLERANCE = 1e-7, SAME = 1e-11;

/* The table without empty rows and columns, turned so that it has at most as many lines as stages. */
struct shape {
    size_t lines, stages;
    int64_t *cell; /* cell[stage*lines + line] */
    int64_t *line, *stage;
    int64_t n;
    double *log_factorial; /* of 0..n+1 */
    double *log;           /* of 0..n+1, that of 0 being 0 */
};

static void shape_fini(struct shape *s)
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

static void shape_init(struct shape *s, const struct stat_table *t)
{
    size_t rows = used(t, true), columns = used(t, false);
    bool turned = rows > columns;
    size_t outer = turned ? t->columns : t->rows, inner = turned ? t->rows : t->columns;
    size_t stage = 0, line = 0;

    *s = (struct shape){.lines = turned ? columns : rows, .stages = turned ? rows : columns};
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
    s->log_factorial = mem_alloc((size_t)s->n + 2, sizeof(*s->log_factorial));
    for (int64_t i = 0; i <= s->n + 1; i++)
        s->log_factorial[i] = gsl_sf_lnfact((unsigned int)i);
    s->log = mem_alloc((size_t)s->n + 2, sizeof(*s->log));
    for (int64_t i = 1; i <= s->n + 1; i++)
        s->log[i] = log((double)i);
}

/* A table's log probability but for the constant of its margins: -sum ln x!. */
static double table_value(const struct shape *h, const int64_t *cell)
{
    double value = 0;

    for (size_t i = 0; i < h->lines * h->stages; i++)
        value -= h->log_factorial[cell[i]];
    return value;
}

/* Partial tables that have the same line totals left (sorted, since order does not matter) and the same
 * value. */
struct partial {
    uint16_t left[LINES_MAX];
    double value;  /* -sum ln x! so far */
    double weight; /* how many, each counted as one */
};

struct search {
    const struct shape *shape;
    struct partial *next;
    size_t count, capacity;
    double limit;   /* a table at or below it counts */
    double scale;   /* ln of the probability is value + scale */
    double settled; /* probability of those that count */
    double steps;
    size_t stage;
    bool too_large;
};

static int partial_order(const void *x, const void *y)
{
    const struct partial *a = x, *b = y;
    int by_left = memcmp(a->left, b->left, sizeof a->left);

    if (by_left != 0)
        return by_left;
    return (a->value > b->value) - (a->value < b->value);
}

/* Makes one of those that are the same but for rounding. */
static void merge(struct search *s)
{
    size_t kept = 0;

    if (s->count == 0)
        return;
    qsort(s->next, s->count, sizeof(*s->next), partial_order);
    for (size_t i = 0; i < s->count; i++) {
        struct partial *last = kept > 0 ? &s->next[kept - 1] : NULL;

        if (last != NULL && memcmp(last->left, s->next[i].left, sizeof last->left) == 0 &&
            s->next[i].value - last->value <= SAME)
            last->weight += s->next[i].weight;
        else
            s->next[kept++] = s->next[i];
    }
    s->count = kept;
}

/* -ln of the product of factorials when total is shared evenly over parts: the largest value there can be. */
static double even(const struct shape *h, int64_t total, size_t parts)
{
    int64_t each, more;

    assert(parts > 0);
    each = total / (int64_t)parts;
    more = total % (int64_t)parts;
    return -(double)more * h->log_factorial[each + 1] -
           (double)((int64_t)parts - more) * h->log_factorial[each];
}

/*
 * No completion is larger than this: the Lagrangian of maximising -sum ln x! under the margins, at the
 * multipliers of the independent table e_ij = line_i stage_j/total. Each cell is then free and best at
 * floor(e_ij).
 */
static double independent(const struct search *s, const uint16_t *left, int64_t total)
{
    const struct shape *h = s->shape;
    double bound = (double)total * h->log[total];

    for (size_t i = 0; i < h->lines; i++)
        bound -= (double)left[i] * h->log[left[i]];
    for (size_t j = s->stage + 1; j < h->stages; j++) {
        bound -= (double)h->stage[j] * h->log[h->stage[j]];
        for (size_t i = 0; i < h->lines; i++) {
            int64_t cell = left[i] * h->stage[j] / total;

            bound += (double)cell * (h->log[left[i]] + h->log[h->stage[j]] - h->log[total]) -
                     h->log_factorial[cell];
        }
    }
    return bound;
}

/* Bounds of what the stages from `stage` on can add, and ln of the weight of all completions together. */
static void completions(const struct search *s, const uint16_t *left, double *least, double *most,
                        double *all)
{
    const struct shape *h = s->shape;
    double by_line = 0, by_stage = 0, line_whole = 0, stage_whole = 0;
    size_t stages = h->stages - s->stage - 1;
    int64_t total = 0;

    for (size_t i = 0; i < h->lines; i++) {
        by_line += even(h, left[i], stages);
        line_whole -= h->log_factorial[left[i]];
        total += left[i];
    }
    for (size_t j = s->stage + 1; j < h->stages; j++) {
        by_stage += even(h, h->stage[j], h->lines);
        stage_whole -= h->log_factorial[h->stage[j]];
    }
    *most = fmin(fmin(by_line, by_stage), independent(s, left, total));
    *least = fmax(line_whole, stage_whole);
    if (stages == 1) /* the last stage takes what is left */
        *most = *least = line_whole;
    *all = h->log_factorial[total] + line_whole + stage_whole;
}

static int descending(const void *x, const void *y)
{
    const uint16_t *a = x, *b = y;

    return (*a < *b) - (*a > *b);
}

static void push(struct search *s, const struct partial *from, const uint16_t *left, double value)
{
    struct partial p = {.value = value, .weight = from->weight};
    double least, most, all;

    memcpy(p.left, left, sizeof p.left);
    completions(s, p.left, &least, &most, &all);
    if (value + least > s->limit)
        return;
    if (value + most <= s->limit) {
        s->settled += p.weight * exp(value + all + s->scale);
        return;
    }
    qsort(p.left, s->shape->lines, sizeof p.left[0], descending);
    s->next = mem_room(s->next, s->count, &s->capacity, sizeof(*s->next));
    s->next[s->count++] = p;
    if (s->count >= MAX_PARTIALS) {
        merge(s);
        s->too_large = s->count >= MAX_PARTIALS / 2;
    }
}

/* All ways to place `rest` persons of this stage on the lines from `line` on. */
static void place(struct search *s, const struct partial *from, uint16_t *left, size_t line, int64_t rest,
                  double value)
{
    int64_t after = 0, most, least;

    if (s->too_large || (s->steps += 1) > MAX_STEPS) {
        s->too_large = true;
        return;
    }
    if (line + 1 == s->shape->lines) {
        left[line] = (uint16_t)(from->left[line] - rest);
        push(s, from, left, value - s->shape->log_factorial[rest]);
        return;
    }
    for (size_t i = line + 1; i < s->shape->lines; i++)
        after += from->left[i];
    least = rest > after ? rest - after : 0;
    most = rest < from->left[line] ? rest : from->left[line];
    for (int64_t x = least; x <= most; x++) {
        left[line] = (uint16_t)(from->left[line] - x);
        place(s, from, left, line + 1, rest - x, value - s->shape->log_factorial[x]);
    }
}

static struct stat_fisher count_through(const struct shape *h)
{
    struct search s = {.shape = h};
    struct partial *now = mem_alloc(1, sizeof(*now));
    size_t now_count = 1;

    s.limit = table_value(h, h->cell) + log1p(TOLERANCE);
    s.scale = -h->log_factorial[h->n];
    now[0].weight = 1;
    for (size_t i = 0; i < h->lines; i++) {
        now[0].left[i] = (uint16_t)h->line[i];
        s.scale += h->log_factorial[h->line[i]];
    }
    for (size_t j = 0; j < h->stages; j++)
        s.scale += h->log_factorial[h->stage[j]];
    for (s.stage = 0; s.stage + 1 < h->stages; s.stage++) {
        for (size_t i = 0; i < now_count; i++) {
            uint16_t left[LINES_MAX] = {0};

            place(&s, &now[i], left, 0, h->stage[s.stage], now[i].value);
        }
        if (s.too_large)
            break;
        merge(&s);
        free(now);
        now = s.next;
        now_count = s.count;
        s.next = NULL;
        s.count = s.capacity = 0;
    }
    free(now);
    free(s.next);
    if (s.too_large)
        return (struct stat_fisher){.state = STAT_OK, .counted = false};
    return (struct stat_fisher){.state = STAT_OK, .counted = true, .p = fmin(1, s.settled)};
}

struct stat_fisher stat_fisher_exact(const struct stat_table *t)
{
    struct stat_fisher r = {.state = STAT_UNDEFINED};
    struct shape h;

    shape_init(&h, t);
    if (h.lines >= 2 && h.stages >= 2) {
        r = (struct stat_fisher){.state = STAT_OK, .counted = false};
        if (h.lines <= LINES_MAX && h.n <= UINT16_MAX)
            r = count_through(&h);
    }
    shape_fini(&h);
    return r;
}

/* One table with the shape's margins: each line draws its stages from what the lines before left. */
static void draw(const struct shape *h, gsl_rng *rng, int64_t *cell, int64_t *left)
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

struct stat_fisher stat_fisher_simulate(const struct stat_table *t, size_t draws, uint64_t seed)
{
    struct stat_fisher r = {.state = STAT_UNDEFINED};
    struct shape h;
    size_t count = 0;

    shape_init(&h, t);
    if (h.lines >= 2 && h.stages >= 2) {
        gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
        int64_t *cell = mem_alloc(h.lines * h.stages, sizeof(*cell));
        int64_t *left = mem_alloc(h.stages, sizeof(*left));
        double limit = table_value(&h, h.cell) + log1p(TOLERANCE);

        gsl_rng_set(rng, (unsigned long)seed);
        for (size_t i = 0; i < draws; i++) {
            draw(&h, rng, cell, left);
            count += table_value(&h, cell) <= limit;
        }
        r = (struct stat_fisher){
            .state = STAT_OK, .counted = true, .p = (double)(1 + count) / (double)(1 + draws)};
        free(left);
        free(cell);
        gsl_rng_free(rng);
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
    r.state = fisher.state;
    r.p = fisher.p;
    return r;
}
