#include "audit/audit_counts.h"

#include <assert.h>
#include <string.h>

/* Whole numbers are taken this far beyond a bound, since the bounds are doubles. */
static const double SLACK = 1e-6;

static int64_t up(double x)
{
    return (int64_t)ceil(x - SLACK);
}

static int64_t down(double x)
{
    return (int64_t)floor(x + SLACK);
}

static struct audit_range meet(struct audit_range a, struct audit_range b)
{
    return (struct audit_range){fmax(a.lo, b.lo), fmin(a.hi, b.hi)};
}

/* ---- what each figure says ------------------------------------------------------------------------------
 */

/* The mean, by itself and by its index 0–100 (which has more digits, and of a reversed question is turned).
 */
static struct audit_range mean_range(const struct audit_scale *s, const struct audit_cell *c)
{
    double step = (s->options - 1) / 100.0;
    struct audit_range r = {1, s->options};

    r = meet(r, c->mean);
    if (!audit_range_known(c->index))
        return r;
    if (s->reversed)
        return meet(r,
                    (struct audit_range){s->options - c->index.hi * step, s->options - c->index.lo * step});
    return meet(r, (struct audit_range){1 + c->index.lo * step, 1 + c->index.hi * step});
}

/* Answers of "vet ej" beside n options, when their share of both together is `share`. */
static struct audit_span dont_know_span(const struct audit_scale *s, const struct audit_cell *c, double n,
                                        int64_t persons)
{
    struct audit_span d = {0, persons < 0 ? AUDIT_PERSONS_MAX : persons - (int64_t)n};

    if (!s->dont_know)
        return (struct audit_span){0, 0};
    if (!audit_range_known(c->dont_know))
        return d;
    if (c->dont_know.lo > 0 && c->dont_know.lo < 1 && up(n * c->dont_know.lo / (1 - c->dont_know.lo)) > d.lo)
        d.lo = up(n * c->dont_know.lo / (1 - c->dont_know.lo));
    if (c->dont_know.hi < 1 && down(n * c->dont_know.hi / (1 - c->dont_know.hi)) < d.hi)
        d.hi = down(n * c->dont_know.hi / (1 - c->dont_know.hi));
    return d;
}

/* Sum of (c−1)² over n answers whose sum of (c−1) is s; the same holds of c. */
static struct audit_range square_range(const struct audit_cell *c, double n, double s)
{
    struct audit_range q = AUDIT_ANY;

    if (audit_range_known(c->sd) && n > 1) {
        q.lo = fmax(c->sd.lo, 0) * fmax(c->sd.lo, 0) * (n - 1) + s * s / n;
        q.hi = c->sd.hi * c->sd.hi * (n - 1) + s * s / n;
    }
    return q;
}

/* ---- the search over all counts -------------------------------------------------------------------------
 */

struct search {
    const struct audit_scale *scale;
    int64_t positive_lo, positive_hi;
    struct audit_range q;          /* Σ(c−1)² that is left for options 1..j */
    int64_t at[AUDIT_OPTIONS_MAX]; /* at[c−1] */
    int64_t n;
    bool first; /* one is enough */
    long steps;
    size_t found;
    struct audit_counts *out;
};

static void widen(struct audit_span *s, int64_t x)
{
    if (x < s->lo)
        s->lo = x;
    if (x > s->hi)
        s->hi = x;
}

static void widen_range(struct audit_range *r, double x)
{
    r->lo = fmin(r->lo, x);
    r->hi = fmax(r->hi, x);
}

/* Number of positive answers among options from..to (1-based) of those chosen so far. */
static int64_t count_options(const struct search *s, int from, int to)
{
    int64_t sum = 0;

    for (int c = from; c <= to; c++)
        sum += s->at[c - 1];
    return sum;
}

static int64_t positives(const struct search *s)
{
    int top = s->scale->options;

    if (s->scale->positive == 0)
        return 0;
    return s->scale->reversed ? count_options(s, 1, s->scale->positive)
                              : count_options(s, top - s->scale->positive + 1, top);
}

static void take(struct search *s)
{
    int64_t sum = 0, squares = 0, positive = positives(s);

    if (s->scale->positive > 0 && (positive < s->positive_lo || positive > s->positive_hi))
        return;
    for (int c = 1; c <= s->scale->options; c++) {
        sum += c * s->at[c - 1];
        squares += (int64_t)c * c * s->at[c - 1];
        widen(&s->out->option[c - 1], s->at[c - 1]);
    }
    widen(&s->out->positive, positive);
    widen_range(&s->out->sum, (double)sum);
    widen_range(&s->out->squares, (double)squares);
    s->found++;
}

static bool done(const struct search *s)
{
    return s->steps >= AUDIT_COUNTS_STEPS_MAX || (s->first && s->found > 0);
}

/* Once the options above `j` are chosen, the positive ones may all be. */
static bool positives_fail(const struct search *s, int j)
{
    int top = s->scale->options;

    if (s->scale->positive == 0 || s->scale->reversed || j != top - s->scale->positive)
        return false;
    return positives(s) < s->positive_lo || positives(s) > s->positive_hi;
}

/* `left` persons are left for options 1..j, and their Σ(c−1) must be `sum`. */
static void choose(struct search *s, int j, int64_t left, int64_t sum, struct audit_range q)
{
    double v = j - 1, lo, hi;

    s->steps++;
    if (sum < 0 || sum > (j - 1) * left || positives_fail(s, j))
        return;
    if (j == 2) {
        if ((double)sum >= q.lo - SLACK && (double)sum <= q.hi + SLACK) {
            s->at[1] = sum;
            s->at[0] = left - sum;
            take(s);
        }
        return;
    }
    /* What then is left for the options below must be able to have its sum of squares. */
    lo = fmax(0, (q.lo - (v - 1) * (double)sum) / v);
    hi = fmin(fmin((double)left, (double)sum / v), (q.hi - (double)sum) / (v * (v - 1)));
    lo = fmax(lo, (double)sum - (v - 1) * (double)left);
    for (int64_t x = up(lo); x <= down(hi) && !done(s); x++) {
        double squares = v * v * (double)x;

        s->at[j - 1] = x;
        choose(s, j - 1, left - x, sum - (j - 1) * x, (struct audit_range){q.lo - squares, q.hi - squares});
    }
}

static void search_all(struct search *s, const struct audit_cell *c, int64_t sum_lo, int64_t sum_hi)
{
    for (int64_t sum = sum_lo; sum <= sum_hi && !done(s); sum++) {
        int64_t above = sum - s->n; /* Σ(c−1) */

        choose(s, s->scale->options, s->n, above, square_range(c, (double)s->n, (double)above));
    }
}

static void start(struct search *s, const struct audit_cell *c)
{
    for (int i = 0; i < AUDIT_OPTIONS_MAX; i++)
        s->out->option[i] = (struct audit_span){INT64_MAX, INT64_MIN};
    s->out->positive = (struct audit_span){INT64_MAX, INT64_MIN};
    s->out->sum = s->out->squares = (struct audit_range){INFINITY, -INFINITY};
    s->positive_lo = 0;
    s->positive_hi = s->n;
    if (audit_range_known(c->positive)) {
        s->positive_lo = up((double)s->n * c->positive.lo);
        s->positive_hi = down((double)s->n * c->positive.hi);
    }
}

/* What holds when there are too many vectors to go through. Σc² = (n−1)sd² + sum²/n. */
static void bounds_only(struct search *s, const struct audit_cell *c, int64_t sum_lo, int64_t sum_hi)
{
    double n = (double)s->n;

    for (int i = 0; i < s->scale->options; i++)
        s->out->option[i] = (struct audit_span){0, s->n};
    s->out->sum = (struct audit_range){(double)sum_lo, (double)sum_hi};
    s->out->squares = AUDIT_ANY;
    if (audit_range_known(c->sd) && s->n > 1)
        s->out->squares = (struct audit_range){square_range(c, n, (double)sum_lo).lo - SLACK,
                                               square_range(c, n, (double)sum_hi).hi + SLACK};
    s->out->positive = s->scale->positive > 0 ? (struct audit_span){s->positive_lo, s->positive_hi}
                                              : (struct audit_span){0, s->n};
}

static bool is_point(struct audit_span s)
{
    return s.lo == s.hi;
}

static enum audit_fit fit_question(struct search *s, const struct audit_cell *c, struct audit_range mean)
{
    int64_t sum_lo = up(mean.lo * (double)s->n), sum_hi = down(mean.hi * (double)s->n);

    start(s, c);
    search_all(s, c, sum_lo, sum_hi);
    if (s->steps >= AUDIT_COUNTS_STEPS_MAX)
        bounds_only(s, c, sum_lo, sum_hi);
    else if (s->found == 0)
        return AUDIT_NO_FIT;
    s->out->counted = is_point(s->out->dont_know);
    for (int i = 0; i < s->scale->options; i++)
        s->out->counted = s->out->counted && is_point(s->out->option[i]);
    s->out->summed = s->out->sum.lo == s->out->sum.hi;
    s->out->steps = (int64_t)s->out->sum.lo;
    return AUDIT_FITS;
}

static enum audit_fit fit_index(const struct audit_scale *s, struct audit_range mean,
                                struct audit_counts *out)
{
    double n = (double)out->n, grid = (double)s->grid;

    out->sum = (struct audit_range){mean.lo * n, mean.hi * n};
    out->squares = AUDIT_ANY;
    if (s->grid == 0)
        return AUDIT_FITS;
    if (up(out->sum.lo * grid) > down(out->sum.hi * grid))
        return AUDIT_NO_FIT;
    out->steps = up(out->sum.lo * grid);
    out->summed = out->steps == down(out->sum.hi * grid);
    out->sum = (struct audit_range){(double)out->steps / grid, (double)down(out->sum.hi * grid) / grid};
    return AUDIT_FITS;
}

static enum audit_fit fit(const struct audit_scale *s, const struct audit_cell *c, int64_t persons,
                          struct audit_counts *out, bool first)
{
    struct search search = {.scale = s, .first = first, .out = out};
    struct audit_range mean = mean_range(s, c);

    assert(s->options >= 2 && s->options <= AUDIT_OPTIONS_MAX);
    memset(out, 0, sizeof *out);
    if (!audit_range_known(c->n))
        return AUDIT_NOTHING;
    search.n = out->n = (int64_t)c->n.lo;
    out->dont_know = dont_know_span(s, c, c->n.lo, persons);
    if (mean.lo > mean.hi || out->dont_know.lo > out->dont_know.hi)
        return AUDIT_NO_FIT;
    return s->index ? fit_index(s, mean, out) : fit_question(&search, c, mean);
}

enum audit_fit audit_counts(const struct audit_scale *s, const struct audit_cell *c, int64_t persons,
                            struct audit_counts *out)
{
    return fit(s, c, persons, out, false);
}

bool audit_counts_fit(const struct audit_scale *s, const struct audit_cell *c, int64_t persons)
{
    struct audit_counts out;

    return fit(s, c, persons, &out, true) != AUDIT_NO_FIT;
}
