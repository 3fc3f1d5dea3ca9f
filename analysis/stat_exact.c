#include "analysis/stat_exact.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "analysis/stat_dist.h"
#include "core/base/mem.h"

/* At most so many doubles, and so many multiplications, before the normal approximation is good enough. */
static const double MAX_CELLS = 4e7, MAX_WORK = 4e9;

struct pool {
    size_t size;      /* categories that someone chose */
    int64_t *total;   /* in the pooled sample */
    int64_t *score;   /* 0 for the lowest, without common divisor */
    int64_t n, drawn; /* persons, and those in the smaller group */
    int64_t observed; /* the smaller group's sum of scores */
    int64_t sum;      /* everyone's */
    bool turned;      /* the smaller group is b */
};

static int64_t common_divisor(int64_t a, int64_t b)
{
    while (b != 0) {
        int64_t rest = a % b;

        a = b;
        b = rest;
    }
    return a;
}

static void pool_fini(struct pool *p)
{
    free(p->total);
    free(p->score);
}

static void pool_init(struct pool *p, const struct stat_counts *a, const struct stat_counts *b,
                      enum stat_exact_score kind)
{
    const struct stat_counts *small = a;
    int64_t divisor = 0, below = 0;

    *p = (struct pool){.total = mem_alloc(a->size, sizeof(*p->total)),
                       .score = mem_alloc(a->size, sizeof(*p->score)),
                       .turned = stat_counts_total(b) < stat_counts_total(a)};
    if (p->turned)
        small = b;
    for (size_t c = 0; c < a->size; c++) {
        int64_t t = a->n[c] + b->n[c];

        if (t == 0)
            continue;
        p->total[p->size] = t;
        p->score[p->size] = kind == STAT_EXACT_MEAN ? (int64_t)c : 2 * below + t;
        p->score[p->size] -= p->size > 0 ? p->score[0] : 0;
        divisor = p->size > 0 ? common_divisor(p->score[p->size], divisor) : 0;
        p->observed += p->size > 0 ? small->n[c] * p->score[p->size] : 0;
        p->drawn += small->n[c];
        below += t;
        p->size++;
    }
    p->score[0] = 0;
    p->n = below;
    if (divisor > 1)
        p->observed /= divisor;
    for (size_t c = 0; c < p->size; c++) {
        p->score[c] /= divisor > 1 ? divisor : 1;
        p->sum += p->total[c] * p->score[c];
    }
}

/*
 * Ways to take k of `total` persons, up to a common factor: binomial probabilities with the odds of being
 * drawn, the largest set to 1, so that nothing overflows.
 */
static void weights(int64_t total, int64_t most, double odds, double *w)
{
    int64_t mode = (int64_t)((double)(total + 1) * odds / (1 + odds));

    if (mode > most)
        mode = most;
    w[mode] = 1;
    for (int64_t k = mode; k < most; k++)
        w[k + 1] = w[k] * (double)(total - k) / (double)(k + 1) * odds;
    for (int64_t k = mode; k > 0; k--)
        w[k - 1] = w[k] * (double)k / (double)(total - k + 1) / odds;
}

/* Adds what a drawn sum of the given weight means to the tails; whole numbers are compared, so ties are ties.
 */
static void add_tail(const struct pool *p, int64_t sum, double weight, struct stat_permutation *r)
{
    int64_t expected = p->drawn * p->sum; /* times n */

    if (sum <= p->observed)
        r->lower += weight;
    if (sum >= p->observed)
        r->upper += weight;
    if (llabs(p->n * sum - expected) >= llabs(p->n * p->observed - expected))
        r->two_sided += weight;
}

/* One row per number of persons taken, one cell per sum; each row knows its range that is in use. */
struct grid {
    double *cell;
    int64_t *low, *high;
    int64_t width; /* cells a row */
};

/* Row `taken` after the next category: all ways to take k there and the rest before. Rows go from the last to
 * the first, so those below are still as they were. */
static void grid_row(struct grid *g, int64_t taken, int64_t most, int64_t score, const double *w)
{
    double *to = g->cell + taken * g->width;

    for (int64_t s = g->low[taken]; s <= g->high[taken]; s++)
        to[s] *= w[0];
    for (int64_t k = 1; k <= most && k <= taken; k++) {
        const double *from = g->cell + (taken - k) * g->width;
        int64_t low = g->low[taken - k], high = g->high[taken - k], shift = k * score;

        if (low > high || w[k] < 1e-300)
            continue;
        for (int64_t s = low; s <= high; s++)
            to[s + shift] += w[k] * from[s];
        if (g->low[taken] > g->high[taken]) {
            g->low[taken] = low + shift;
            g->high[taken] = high + shift;
        }
        g->low[taken] = low + shift < g->low[taken] ? low + shift : g->low[taken];
        g->high[taken] = high + shift > g->high[taken] ? high + shift : g->high[taken];
    }
}

static struct stat_permutation count_through(const struct pool *p)
{
    struct stat_permutation r = {.state = STAT_OK, .exact = true};
    int64_t rows = p->drawn + 1, top = p->score[p->size - 1];
    struct grid g = {.width = p->drawn * top + 1};
    double odds = (double)p->drawn / (double)(p->n - p->drawn), all = 0;
    double *w = mem_alloc((size_t)rows, sizeof(*w));

    g.cell = mem_alloc((size_t)(rows * g.width), sizeof(*g.cell));
    g.low = mem_alloc((size_t)rows, sizeof(*g.low));
    g.high = mem_alloc((size_t)rows, sizeof(*g.high));
    for (int64_t j = 0; j < rows; j++)
        g.high[j] = j == 0 ? 0 : -1; /* only "nobody taken, sum 0" is there at first */
    g.cell[0] = 1;
    for (size_t c = 0; c < p->size; c++) {
        int64_t most = p->total[c] < p->drawn ? p->total[c] : p->drawn;

        weights(p->total[c], most, odds, w);
        if (c + 1 < p->size) {
            for (int64_t taken = p->drawn; taken >= 0; taken--)
                grid_row(&g, taken, most, p->score[c], w);
            continue;
        }
        /* The last category takes those who are left. */
        for (int64_t k = 0; k <= most; k++) {
            const double *from = g.cell + (p->drawn - k) * g.width;

            for (int64_t s = g.low[p->drawn - k]; s <= g.high[p->drawn - k]; s++) {
                if (from[s] > 0) {
                    add_tail(p, s + k * p->score[c], w[k] * from[s], &r);
                    all += w[k] * from[s];
                }
            }
        }
    }
    r.lower = fmin(1, r.lower / all);
    r.upper = fmin(1, r.upper / all);
    r.two_sided = fmin(1, r.two_sided / all);
    free(g.high);
    free(g.low);
    free(g.cell);
    free(w);
    return r;
}

static struct stat_permutation approximate(const struct pool *p)
{
    struct stat_permutation r = {.state = STAT_OK, .exact = false};
    double n = (double)p->n, drawn = (double)p->drawn, mean = (double)p->sum / n, spread = 0, z;

    for (size_t c = 0; c < p->size; c++)
        spread += (double)p->total[c] * ((double)p->score[c] - mean) * ((double)p->score[c] - mean);
    z = ((double)p->observed - drawn * mean) / sqrt(drawn * (n - drawn) / (n * (n - 1)) * spread);
    r.two_sided = stat_normal_two_sided(z);
    r.upper = z > 0 ? r.two_sided / 2 : 1 - r.two_sided / 2;
    r.lower = z > 0 ? 1 - r.two_sided / 2 : r.two_sided / 2;
    return r;
}

static bool feasible(const struct pool *p)
{
    double cells = (double)(p->drawn + 1) * (double)(p->drawn * p->score[p->size - 1] + 1), work = 0;

    for (size_t c = 1; c + 1 < p->size; c++)
        work += cells * (double)(p->total[c] < p->drawn ? p->total[c] : p->drawn) / 2;
    return cells <= MAX_CELLS && work <= MAX_WORK;
}

struct stat_permutation stat_exact_permutation(const struct stat_counts *a, const struct stat_counts *b,
                                               enum stat_exact_score score)
{
    struct stat_permutation r = {.state = STAT_TOO_FEW};
    struct pool p;

    assert(a->size == b->size);
    if (stat_counts_total(a) < 1 || stat_counts_total(b) < 1)
        return r;
    r.state = STAT_UNDEFINED;
    if (stat_counts_total(a) + stat_counts_total(b) > STAT_EXACT_PERSONS_MAX)
        return r;
    pool_init(&p, a, b, score);
    r = feasible(&p) ? count_through(&p) : approximate(&p);
    if (p.turned) {
        double lower = r.lower;

        r.lower = r.upper;
        r.upper = lower;
    }
    pool_fini(&p);
    return r;
}
