#include "analysis/stat_summary.h"

#include <math.h>

struct stat_summary stat_summary_counts(const struct stat_counts *c)
{
    struct stat_summary s = {.n = stat_counts_total(c), .mean = 0, .ss = 0};
    int64_t steps = 0; /* exact: 10^9 persons on a grid of 10^3 stay far below 2^63 */
    double mean_steps;

    if (s.n == 0)
        return s;
    for (size_t i = 0; i < c->size; i++)
        steps += c->n[i] * (int64_t)i;
    mean_steps = (double)steps / (double)s.n;
    for (size_t i = 0; i < c->size; i++) {
        /* i - steps/n with one rounding */
        double apart = (double)(s.n * (int64_t)i - steps) / (double)s.n;

        s.ss += (double)c->n[i] * apart * apart;
    }
    s.mean = c->low + c->step * mean_steps;
    s.ss *= c->step * c->step;
    return s;
}

struct stat_summary stat_summary_values(const double *x, size_t n)
{
    struct stat_summary s = {.n = (int64_t)n, .mean = 0, .ss = 0};
    long double sum = 0, mean, off = 0, square = 0;

    if (n == 0)
        return s;
    for (size_t i = 0; i < n; i++)
        sum += x[i];
    mean = sum / (long double)n;
    for (size_t i = 0; i < n; i++) {
        long double apart = x[i] - mean;

        off += apart;
        square += apart * apart;
    }
    mean += off / (long double)n;
    s.mean = (double)mean;
    s.rest = (double)(mean - (long double)s.mean);
    s.ss = (double)(square - off * off / (long double)n);
    return s;
}

struct stat_value stat_mean(const struct stat_summary *s)
{
    return s->n < 1 ? stat_none(STAT_TOO_FEW) : stat_ok(s->mean);
}

struct stat_value stat_variance(const struct stat_summary *s)
{
    return s->n < 2 ? stat_none(STAT_TOO_FEW) : stat_ok(s->ss / (double)(s->n - 1));
}

struct stat_value stat_sd(const struct stat_summary *s)
{
    return s->n < 2 ? stat_none(STAT_TOO_FEW) : stat_ok(sqrt(s->ss / (double)(s->n - 1)));
}

struct stat_value stat_sd_population(const struct stat_summary *s)
{
    return s->n < 2 ? stat_none(STAT_TOO_FEW) : stat_ok(sqrt(s->ss / (double)s->n));
}

struct stat_value stat_se(const struct stat_summary *s, double f)
{
    struct stat_value sd = stat_sd(s);

    return sd.state == STAT_OK ? stat_ok(sd.x / sqrt((double)s->n) * sqrt(f)) : sd;
}

double stat_unseen(int64_t n, int64_t population)
{
    return population <= n ? 0 : (double)(population - n) / (double)population;
}

struct stat_value stat_index_0_100(struct stat_value mean, int categories)
{
    if (mean.state == STAT_OK)
        mean.x = 100 * (mean.x - 1) / (categories - 1);
    return mean;
}

/* The rank-th smallest score, rank from 0 to n-1. */
static double score_at(const struct stat_counts *c, int64_t rank)
{
    int64_t below = 0;

    for (size_t i = 0; i < c->size; i++) {
        below += c->n[i];
        if (rank < below)
            return stat_counts_score(c, i);
    }
    return stat_counts_score(c, c->size - 1);
}

struct stat_value stat_quantile(const struct stat_counts *c, double q)
{
    int64_t n = stat_counts_total(c);
    double h, low, high;
    int64_t rank;

    if (n == 0)
        return stat_none(STAT_TOO_FEW);
    h = (double)(n - 1) * q;
    rank = (int64_t)floor(h);
    low = score_at(c, rank);
    high = score_at(c, rank + 1 < n ? rank + 1 : rank);
    return stat_ok(low + (h - (double)rank) * (high - low));
}

struct stat_value stat_median_interpolated(const struct stat_counts *c)
{
    int64_t n = stat_counts_total(c);
    int64_t below = 0;
    double low, high;

    if (n == 0)
        return stat_none(STAT_TOO_FEW);
    low = score_at(c, (n - 1) / 2);
    high = score_at(c, n / 2);
    for (size_t i = 0; i < c->size; i++) {
        double score = stat_counts_score(c, i);

        /* The mean of two middle scores can itself be a score that nobody has, or a grid point between. */
        if (c->n[i] > 0 && fabs(score - (low + high) / 2) < c->step * 1e-6)
            return stat_ok(score - c->step / 2 + c->step * ((double)n / 2 - (double)below) / (double)c->n[i]);
        below += c->n[i];
    }
    return stat_ok((low + high) / 2);
}

struct stat_value stat_skewness(const struct stat_counts *c)
{
    struct stat_summary s = stat_summary_counts(c);
    double m2, m3 = 0;

    if (s.n == 0)
        return stat_none(STAT_TOO_FEW);
    if (s.ss <= 0)
        return stat_none(STAT_UNDEFINED);
    for (size_t i = 0; i < c->size; i++)
        m3 += (double)c->n[i] * pow(stat_counts_score(c, i) - s.mean, 3);
    m2 = s.ss / (double)s.n;
    return stat_ok(m3 / (double)s.n / (m2 * sqrt(m2)));
}

struct stat_value stat_evenness(const struct stat_counts *c)
{
    double n = (double)stat_counts_total(c);
    double sum = 0;

    if (n < 1)
        return stat_none(STAT_TOO_FEW);
    for (size_t i = 0; i < c->size; i++) {
        double p = (double)c->n[i] / n;

        if (p > 0 && p < 1)
            sum -= p * log(p);
    }
    return stat_ok(sum / log((double)c->size));
}

struct stat_value stat_autocorrelation(const double *x, size_t n)
{
    struct stat_summary s = stat_summary_values(x, n);
    long double sum = 0;

    if (s.n < 2)
        return stat_none(STAT_TOO_FEW);
    if (s.ss <= 0)
        return stat_none(STAT_UNDEFINED);
    for (size_t i = 1; i < n; i++)
        sum += ((long double)x[i] - (long double)s.mean) * ((long double)x[i - 1] - (long double)s.mean);
    return stat_ok((double)sum / s.ss);
}
