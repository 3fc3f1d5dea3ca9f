#include "analysis/stat_rank.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>

#include "analysis/stat_dist.h"

struct pairs {
    int64_t n_a, n_b;
    int64_t more, less, ties;
};

static struct pairs pairs_of(const struct stat_counts *a, const struct stat_counts *b)
{
    struct pairs p = {.n_a = stat_counts_total(a), .n_b = stat_counts_total(b)};
    int64_t below = 0;

    assert(a->size == b->size);
    for (size_t c = 0; c < a->size; c++) {
        p.more += a->n[c] * below;
        p.ties += a->n[c] * b->n[c];
        below += b->n[c];
    }
    p.less = p.n_a * p.n_b - p.more - p.ties;
    return p;
}

static double sign(double x)
{
    return (x > 0) - (x < 0);
}

struct stat_mann_whitney stat_rank_mann_whitney(const struct stat_counts *a, const struct stat_counts *b)
{
    struct pairs p = pairs_of(a, b);
    double n_a = (double)p.n_a, n_b = (double)p.n_b, n = n_a + n_b;
    struct stat_mann_whitney r = {.state = STAT_OK, .u = (double)p.more + (double)p.ties / 2};
    double apart = (double)(p.more - p.less) / 2;
    bool alike = false;
    double tied = 0;

    if (p.n_a < 1 || p.n_b < 1)
        return (struct stat_mann_whitney){.state = STAT_TOO_FEW};
    for (size_t c = 0; c < a->size; c++) {
        double t = (double)(a->n[c] + b->n[c]);

        tied += t * (t - 1) * (t + 1);
        alike = alike || a->n[c] + b->n[c] == p.n_a + p.n_b;
    }
    if (alike) {
        r.state = STAT_UNDEFINED;
        return r;
    }
    r.sigma = sqrt(n_a * n_b / 12 * (n + 1 - tied / (n * (n - 1))));
    r.z = apart / r.sigma;
    r.p = stat_normal_two_sided(r.z);
    r.z_continuity = (apart - 0.5 * sign(apart)) / r.sigma;
    r.p_continuity = stat_normal_two_sided(r.z_continuity);
    return r;
}

static struct stat_range cliff_interval(double d, double variance, double quantile)
{
    double spread = quantile * quantile * variance;
    double rest = 1 - d * d;
    double half;

    if (variance < 0 || rest <= 0)
        return stat_range_none(STAT_UNDEFINED);
    half = quantile * sqrt(variance) * sqrt(rest * rest + spread);
    return stat_range_ok((d - d * d * d - half) / (rest + spread), (d - d * d * d + half) / (rest + spread));
}

/* Sum over the persons of x of (mean sign against y - delta)^2, where delta is that of x against y. */
static double dominance_squares(const struct stat_counts *x, const struct stat_counts *y, int64_t n_y,
                                double delta)
{
    int64_t below = 0;
    double sum = 0;

    for (size_t c = 0; c < x->size; c++) {
        int64_t above = n_y - below - y->n[c];
        double apart = (double)(below - above) / (double)n_y - delta;

        sum += (double)x->n[c] * apart * apart;
        below += y->n[c];
    }
    return sum;
}

struct stat_cliff stat_rank_cliff(const struct stat_counts *a, const struct stat_counts *b, double conf)
{
    struct pairs p = pairs_of(a, b);
    double n_a = (double)p.n_a, n_b = (double)p.n_b;
    struct stat_cliff r = {.delta = stat_none(STAT_TOO_FEW),
                           .more = p.more,
                           .less = p.less,
                           .ties = p.ties,
                           .state = STAT_TOO_FEW,
                           .unbiased_t = stat_range_none(STAT_TOO_FEW),
                           .consistent_z = stat_range_none(STAT_TOO_FEW)};
    double d, rows, columns;

    if (p.n_a < 1 || p.n_b < 1)
        return r;
    d = (double)(p.more - p.less) / (n_a * n_b);
    r.delta = stat_ok(d);
    if (p.n_a < 2 || p.n_b < 2)
        return r;
    r.state = STAT_OK;
    rows = dominance_squares(a, b, p.n_b, d);
    columns = dominance_squares(b, a, p.n_a, -d);
    r.s_i = rows / (n_a - 1);
    r.s_j = columns / (n_b - 1);
    r.ssr = (double)p.more * (1 - d) * (1 - d) + (double)p.less * (1 + d) * (1 + d) + (double)p.ties * d * d;
    r.variance_unbiased =
        (n_b * n_b * rows + n_a * n_a * columns - r.ssr) / (n_a * n_b * (n_a - 1) * (n_b - 1));
    r.variance_consistent =
        ((n_b - 1) * r.s_i + (n_a - 1) * r.s_j + r.ssr / ((n_a - 1) * (n_b - 1))) / (n_a * n_b);
    r.unbiased_t = cliff_interval(d, r.variance_unbiased, stat_t_quantile(0.5 + conf / 2, n_a + n_b - 2));
    r.consistent_z = cliff_interval(d, r.variance_consistent, stat_normal_quantile(0.5 + conf / 2));
    return r;
}

enum stat_magnitude stat_rank_magnitude(double delta)
{
    double size = fabs(delta);

    if (size < 0.147)
        return STAT_NEGLIGIBLE;
    if (size < 0.33)
        return STAT_SMALL;
    return size < 0.474 ? STAT_MEDIUM : STAT_LARGE;
}

/*
 * A person's pooled midrank less the midrank within the own group is the number of the other group below,
 * ties half. Its variance within the group: dominance_squares up to the scale n_other/2.
 */
static double placement_variance(const struct stat_counts *x, int64_t n_x, const struct stat_counts *y,
                                 int64_t n_y, double delta)
{
    double half = (double)n_y / 2;

    return dominance_squares(x, y, n_y, delta) * half * half / (double)(n_x - 1);
}

struct stat_brunner_munzel stat_rank_brunner_munzel(const struct stat_counts *a, const struct stat_counts *b)
{
    struct pairs p = pairs_of(a, b);
    double n_a = (double)p.n_a, n_b = (double)p.n_b;
    struct stat_brunner_munzel r = {.state = STAT_TOO_FEW, .less = stat_none(STAT_TOO_FEW)};
    double delta, v_a, v_b;

    if (p.n_a < 1 || p.n_b < 1)
        return r;
    r.less = stat_ok(((double)p.less + (double)p.ties / 2) / (n_a * n_b));
    if (p.n_a < 2 || p.n_b < 2)
        return r;
    delta = (double)(p.more - p.less) / (n_a * n_b);
    v_a = n_a * placement_variance(a, p.n_a, b, p.n_b, delta);
    v_b = n_b * placement_variance(b, p.n_b, a, p.n_a, -delta);
    r.state = STAT_UNDEFINED;
    if (v_a + v_b <= 0)
        return r;
    r.state = STAT_OK;
    /* m2 - m1 = -delta (n_a+n_b)/2 */
    r.statistic = -delta / 2 * n_a * n_b / sqrt(v_a + v_b);
    r.df = (v_a + v_b) * (v_a + v_b) / (v_a * v_a / (n_a - 1) + v_b * v_b / (n_b - 1));
    r.p = stat_t_two_sided(r.statistic, r.df);
    return r;
}

static struct stat_value odds(const struct stat_counts *a, const struct stat_counts *b, double tied_share)
{
    struct pairs p = pairs_of(a, b);
    double tied = tied_share * (double)p.ties;

    if (p.n_a < 1 || p.n_b < 1)
        return stat_none(STAT_TOO_FEW);
    return stat_ok(((double)p.more + tied) / ((double)p.less + tied));
}

struct stat_value stat_rank_odds(const struct stat_counts *a, const struct stat_counts *b)
{
    return odds(a, b, 0);
}

struct stat_value stat_rank_odds_ties_half(const struct stat_counts *a, const struct stat_counts *b)
{
    return odds(a, b, 0.5);
}
