#include "analysis/stat_trend.h"

#include <math.h>
#include <stdlib.h>

#include "analysis/stat_dist.h"
#include "core/base/mem.h"

struct stat_regression stat_trend_line(const struct stat_trend_round *round, size_t count, bool with_april)
{
    struct stat_regression r = {.state = STAT_OK, .sigma2 = stat_none(STAT_TOO_FEW)};
    size_t columns = with_april ? 3 : 2;
    double *x = mem_alloc(count * columns, sizeof(*x)), *y = mem_alloc(count, sizeof(*y));
    double *w = mem_alloc(count, sizeof(*w));

    for (size_t i = 0; i < count; i++) {
        struct stat_value v = stat_variance(&round[i].summary);

        if (v.state != STAT_OK)
            r.state = v.state;
        else if (v.x <= 0 && r.state == STAT_OK)
            r.state = STAT_UNDEFINED;
        x[i * columns] = 1;
        x[i * columns + 1] = round[i].years;
        if (with_april)
            x[i * columns + 2] = round[i].april ? 1 : 0;
        y[i] = round[i].summary.mean;
        w[i] = (double)round[i].summary.n / v.x;
    }
    if (r.state == STAT_OK)
        r = stat_regress(x, count, columns, y, w);
    free(w);
    free(y);
    free(x);
    return r;
}

bool stat_trend_seasons(const struct stat_trend_round *round, size_t count)
{
    size_t aprils = 0;

    for (size_t i = 0; i < count; i++)
        aprils += round[i].april;
    return aprils > 0 && aprils < count;
}

struct stat_trend_slope stat_trend_slope(const struct stat_trend_round *round, size_t count)
{
    struct stat_trend_slope s = {.state = STAT_TOO_FEW};
    struct stat_regression r;
    struct stat_value known, scaled;

    if (count < STAT_TREND_ROUNDS)
        return s;
    r = stat_trend_line(round, count, stat_trend_seasons(round, count));
    known = stat_regress_se_known(&r, 1);
    scaled = stat_regress_se_scaled(&r, 1);
    s.state = r.state;
    if (r.state != STAT_OK)
        return s;
    s.slope = r.coefficient[1];
    s.df = r.df;
    s.scaled = scaled.state == STAT_OK && scaled.x > known.x;
    s.se = s.scaled ? scaled.x : known.x;
    s.p = s.scaled ? stat_t_two_sided(s.slope / s.se, r.df) : stat_normal_two_sided(s.slope / s.se);
    return s;
}

struct stat_range stat_trend_interval(const struct stat_trend_slope *s, double conf)
{
    double p = 0.5 + conf / 2, half;

    if (s->state != STAT_OK)
        return stat_range_none(s->state);
    half = s->se * (s->scaled ? stat_t_quantile(p, s->df) : stat_normal_quantile(p));
    return stat_range_ok(s->slope - half, s->slope + half);
}

/* Adds one season's S and its variance n(n-1)(2n+5) less that of every group of equal means, over 18. */
static void add_season(const struct stat_trend_round *round, size_t count, bool april, struct stat_kendall *k)
{
    double n = 0, tied = 0;

    for (size_t i = 0; i < count; i++) {
        double equal = 0, before = 0;

        if (round[i].april != april)
            continue;
        n++;
        for (size_t j = 0; j < count; j++) {
            double apart = round[j].summary.mean - round[i].summary.mean;

            if (round[j].april != april)
                continue;
            if (j > i)
                k->s += (apart > 0) - (apart < 0);
            equal += apart == 0;
            before += apart == 0 && j < i;
        }
        if (before == 0) /* each group of equals once */
            tied += equal * (equal - 1) * (2 * equal + 5);
    }
    k->variance += (n * (n - 1) * (2 * n + 5) - tied) / 18;
}

struct stat_kendall stat_trend_kendall(const struct stat_trend_round *round, size_t count)
{
    struct stat_kendall k = {.z = stat_none(STAT_UNDEFINED), .p = stat_none(STAT_UNDEFINED)};

    add_season(round, count, false, &k);
    add_season(round, count, true, &k);
    if (k.variance > 0) {
        k.z = stat_ok((k.s - ((k.s > 0) - (k.s < 0))) / sqrt(k.variance));
        k.p = stat_ok(stat_normal_two_sided(k.z.x));
    }
    return k;
}
