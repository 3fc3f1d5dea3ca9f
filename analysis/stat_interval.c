#include "analysis/stat_interval.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

#include "analysis/stat_dist.h"

static double t_of(const struct stat_summary *s, double conf)
{
    return stat_t_quantile(0.5 + conf / 2, (double)(s->n - 1));
}

struct stat_value stat_t_critical(const struct stat_summary *s, double conf)
{
    return s->n < 2 ? stat_none(STAT_TOO_FEW) : stat_ok(t_of(s, conf));
}

struct stat_value stat_share(int64_t k, int64_t n)
{
    return n < 1 ? stat_none(STAT_TOO_FEW) : stat_ok((double)k / (double)n);
}

struct stat_range stat_interval_t(const struct stat_summary *s, double f, double conf)
{
    struct stat_value se = stat_se(s, f);
    double half;

    if (se.state != STAT_OK)
        return stat_range_none(se.state);
    half = t_of(s, conf) * se.x;
    return stat_range_ok(s->mean - half, s->mean + half);
}

/* Wilson's bounds for a share q whose variance is v > 0, quantile t. */
static struct stat_range wilson_form(double q, double v, double t)
{
    double n = q * (1 - q) / v;
    double half = t * sqrt(q * (1 - q) / n + t * t / (4 * n * n));
    double mid = q + t * t / (2 * n);
    double scale = 1 + t * t / n;

    return stat_range_ok((mid - half) / scale, (mid + half) / scale);
}

static struct stat_range to_scale(struct stat_range r, int categories)
{
    if (r.state == STAT_OK) {
        r.low = 1 + (categories - 1) * r.low;
        r.high = 1 + (categories - 1) * r.high;
    }
    return r;
}

struct stat_range stat_interval_score(const struct stat_summary *s, int categories, double f, double conf)
{
    struct stat_value se = stat_se(s, f);
    double v, q = (s->mean - 1) / (categories - 1);

    if (se.state != STAT_OK)
        return stat_range_none(se.state);
    v = (se.x / (categories - 1)) * (se.x / (categories - 1));
    if (v <= 0)
        return stat_range_ok(s->mean, s->mean);
    return to_scale(wilson_form(q, v, t_of(s, conf)), categories);
}

struct stat_value stat_variance_floor(const struct stat_summary *s, int categories)
{
    struct stat_value variance = stat_variance(s);
    double n = (double)s->n, c = categories;
    double apart = s->mean - (c + 1) / 2;
    double floor_n;

    if (variance.state != STAT_OK)
        return variance;
    /* V1 (n+1): the one spread answer brings (C^2-1)/12 of its own and moves the mean. */
    floor_n = s->ss + (c * c - 1) / 12 + n / (n + 1) * apart * apart;
    return stat_ok(fmax(variance.x, floor_n / n));
}

static struct stat_range regscore(const struct stat_summary *s, int categories, double f, double conf)
{
    struct stat_value floor = stat_variance_floor(s, categories);
    double steps = categories - 1, off = 1 / (2 * (double)s->n * steps);
    double q = (s->mean - 1) / steps;
    struct stat_range r;

    if (floor.state != STAT_OK)
        return stat_range_none(floor.state);
    if (f <= 0)
        return stat_range_ok(s->mean, s->mean);
    q = fmin(fmax(q, off), 1 - off);
    r = to_scale(wilson_form(q, floor.x * f / (double)s->n / (steps * steps), t_of(s, conf)), categories);
    r.low = fmin(r.low, s->mean);
    r.high = fmax(r.high, s->mean);
    return r;
}

static struct stat_range clip(struct stat_range r, double low, double high)
{
    if (r.state == STAT_OK) {
        r.low = fmax(r.low, low);
        r.high = fmin(r.high, high);
    }
    return r;
}

struct stat_range stat_interval_process(const struct stat_summary *s, int categories, double conf)
{
    return clip(regscore(s, categories, 1, conf), 1, categories);
}

struct stat_range stat_interval_descriptive(const struct stat_summary *s, int categories, int64_t population,
                                            double conf)
{
    struct stat_range worst = stat_worst_case(s, categories, population);

    return clip(regscore(s, categories, stat_unseen(s->n, population), conf), worst.low, worst.high);
}

struct stat_range stat_worst_case(const struct stat_summary *s, int categories, int64_t population)
{
    double all = (double)population, unseen = (double)(population - s->n);
    double sum = (double)s->n * s->mean;

    if (population <= s->n)
        return s->n == 0 ? stat_range_none(STAT_TOO_FEW) : stat_range_ok(s->mean, s->mean);
    return stat_range_ok((sum + unseen) / all, (sum + unseen * categories) / all);
}

static struct stat_range wilson(double p, double n, double conf)
{
    double z = stat_normal_quantile(0.5 + conf / 2);
    double half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n));
    double mid = p + z * z / (2 * n), scale = 1 + z * z / n;

    return stat_range_ok(p <= 0 ? 0 : (mid - half) / scale, p >= 1 ? 1 : (mid + half) / scale);
}

struct stat_range stat_share_wilson(int64_t k, int64_t n, double conf)
{
    if (n < 1)
        return stat_range_none(STAT_TOO_FEW);
    return wilson((double)k / (double)n, (double)n, conf);
}

struct stat_range stat_share_wilson_finite(int64_t k, int64_t n, int64_t population, double conf)
{
    double p = (double)k / (double)n;

    if (n < 1)
        return stat_range_none(STAT_TOO_FEW);
    if (population <= n)
        return stat_range_ok(p, p);
    return wilson(p, (double)n * (double)(population - 1) / (double)(population - n), conf);
}

struct stat_range stat_share_clopper_pearson(int64_t k, int64_t n, double conf)
{
    double tail = (1 - conf) / 2, x = (double)k, miss = (double)(n - k);

    if (n < 1)
        return stat_range_none(STAT_TOO_FEW);
    return stat_range_ok(k == 0 ? 0 : stat_beta_quantile(tail, x, miss + 1),
                         k == n ? 1 : stat_beta_quantile(1 - tail, x + 1, miss));
}

/* P(X >= k) when K of N have the property and n answer. */
static double at_least(int64_t k, int64_t K, int64_t n, int64_t N)
{
    if (k <= 0)
        return 1;
    return gsl_cdf_hypergeometric_Q((unsigned int)(k - 1), (unsigned int)K, (unsigned int)(N - K),
                                    (unsigned int)n);
}

static double at_most(int64_t k, int64_t K, int64_t n, int64_t N)
{
    return gsl_cdf_hypergeometric_P((unsigned int)k, (unsigned int)K, (unsigned int)(N - K), (unsigned int)n);
}

struct stat_range stat_share_hypergeometric(int64_t k, int64_t n, int64_t population, double conf)
{
    double tail = (1 - conf) / 2;
    int64_t least = k, most, low, high;

    if (n < 1)
        return stat_range_none(STAT_TOO_FEW);
    if (population <= n)
        return stat_range_ok((double)k, (double)k);
    most = population - (n - k);
    /* Both tails are monotone in K: halve towards the first and the last that is not rejected. k and N-(n-k)
     * themselves can be rejected, K = about kN/n never is. */
    low = least;
    high = most;
    while (low < high) {
        int64_t mid = low + (high - low) / 2;

        if (at_least(k, mid, n, population) > tail)
            high = mid;
        else
            low = mid + 1;
    }
    least = low;
    high = most;
    while (low < high) {
        int64_t mid = low + (high - low + 1) / 2;

        if (at_most(k, mid, n, population) > tail)
            low = mid;
        else
            high = mid - 1;
    }
    return stat_range_ok((double)least, (double)low);
}
