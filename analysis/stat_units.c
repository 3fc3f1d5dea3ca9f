#include "analysis/stat_units.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>

#include "analysis/stat_dist.h"
#include "core/base/mem.h"

struct weighted {
    double weight, squares, mean;
};

/* Weights 1/(v_i + tau2) over the units with answers. */
static struct weighted weigh(const struct stat_summary *unit, size_t count, double pooled, double tau2)
{
    struct weighted r = {0, 0, 0};

    for (size_t i = 0; i < count; i++) {
        double w;

        if (unit[i].n < 1)
            continue;
        w = 1 / (pooled / (double)unit[i].n + tau2);
        r.weight += w;
        r.squares += w * w;
        r.mean += w * unit[i].mean;
    }
    r.mean /= r.weight;
    return r;
}

struct stat_random_effects stat_units_random(const struct stat_summary *unit, size_t count)
{
    struct stat_random_effects r = {.state = STAT_TOO_FEW};
    struct weighted fixed, random;
    double units = 0, n = 0, df = 0, ss = 0, sum = 0;

    for (size_t i = 0; i < count; i++) {
        if (unit[i].n < 1)
            continue;
        units++;
        n += (double)unit[i].n;
        df += (double)(unit[i].n - 1);
        ss += unit[i].ss;
        sum += (double)unit[i].n * unit[i].mean;
    }
    if (n < 1)
        return r;
    r.grand = sum / n;
    if (units < 2 || df < 1)
        return r;
    r.pooled_variance = ss / df;
    r.state = STAT_UNDEFINED;
    if (ss <= 0)
        return r;
    r.state = STAT_OK;
    fixed = weigh(unit, count, r.pooled_variance, 0);
    for (size_t i = 0; i < count; i++)
        r.q +=
            (double)unit[i].n / r.pooled_variance * (unit[i].mean - fixed.mean) * (unit[i].mean - fixed.mean);
    r.df = units - 1;
    r.p = stat_chisq_upper(r.q, r.df);
    r.tau2 = fmax(0, (r.q - r.df) / (fixed.weight - fixed.squares / fixed.weight));
    r.i2 = r.q > 0 ? 100 * fmax(0, (r.q - r.df) / r.q) : 0;
    random = weigh(unit, count, r.pooled_variance, r.tau2);
    r.mean = random.mean;
    r.se = 1 / sqrt(random.weight);
    return r;
}

struct stat_unit_effect stat_units_effect(const struct stat_random_effects *all,
                                          const struct stat_summary *unit)
{
    struct stat_unit_effect r = {.state = all->state};
    double b;

    if (r.state == STAT_OK && unit->n < 1)
        r.state = STAT_TOO_FEW;
    if (r.state != STAT_OK)
        return r;
    r.variance = all->pooled_variance / (double)unit->n;
    r.shrinkage = b = all->tau2 / (all->tau2 + r.variance);
    r.shrunken = all->mean + b * (unit->mean - all->mean);
    r.se = sqrt(b * r.variance + (1 - b) * (1 - b) * all->se * all->se);
    r.se_naive = sqrt(b * r.variance);
    r.funnel_z = (unit->mean - all->grand) / sqrt(r.variance);
    r.funnel_p = stat_normal_two_sided(r.funnel_z);
    r.funnel_z_overdispersed = (unit->mean - all->grand) / sqrt(r.variance + all->tau2);
    return r;
}

struct stat_range stat_units_funnel(const struct stat_random_effects *all, int64_t n, double width,
                                    bool overdispersed)
{
    double half;

    if (all->state != STAT_OK || n < 1)
        return stat_range_none(n < 1 ? STAT_TOO_FEW : all->state);
    half = width * sqrt(all->pooled_variance / (double)n + (overdispersed ? all->tau2 : 0));
    return stat_range_ok(all->grand - half, all->grand + half);
}

/* Where the binomial distribution function reaches p, interpolated between whole numbers, as a share of n. */
static double binomial_limit(double share, int64_t n, double p)
{
    int64_t low = 0, high = n;
    double at, before;

    while (low < high) {
        int64_t mid = low + (high - low) / 2;

        if (gsl_cdf_binomial_P((unsigned int)mid, share, (unsigned int)n) > p)
            high = mid;
        else
            low = mid + 1;
    }
    at = gsl_cdf_binomial_P((unsigned int)low, share, (unsigned int)n);
    before = low > 0 ? gsl_cdf_binomial_P((unsigned int)(low - 1), share, (unsigned int)n) : 0;
    if (at <= before)
        return (double)low / (double)n;
    return fmax(0, ((double)low - (at - p) / (at - before)) / (double)n);
}

struct stat_range stat_units_funnel_share(double share, int64_t n, double width)
{
    double tail = stat_normal_two_sided(width) / 2;

    if (n < 1)
        return stat_range_none(STAT_TOO_FEW);
    if (share <= 0 || share >= 1)
        return stat_range_ok(share, share);
    return stat_range_ok(binomial_limit(share, n, tail), binomial_limit(share, n, 1 - tail));
}

void stat_units_others(const struct stat_counts *unit, size_t count, size_t i, int64_t *out)
{
    for (size_t c = 0; c < unit[0].size; c++) {
        out[c] = 0;
        for (size_t j = 0; j < count; j++)
            out[c] += j == i ? 0 : unit[j].n[c];
    }
}

struct stat_t_test stat_units_rest(const struct stat_counts *unit, size_t count, size_t i, double conf)
{
    int64_t *pooled = mem_alloc(unit[0].size, sizeof(*pooled));
    struct stat_counts rest = {.n = pooled, .size = unit[0].size, .low = unit[0].low, .step = unit[0].step};
    struct stat_summary a = stat_summary_counts(&unit[i]), b;

    stat_units_others(unit, count, i, pooled);
    b = stat_summary_counts(&rest);
    free(pooled);
    return stat_compare_welch(&a, &b, conf);
}
