#include "analysis/stat_reliability.h"

#include <math.h>
#include <stdbool.h>

#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>

#include "analysis/stat_dist.h"

/* Whole numbers up to here: n (n-1) times the covariance. Exact for n up to some 10^8 answers of 1..10. */
static double covariance(const struct stat_products *p, size_t i, size_t j)
{
    int64_t apart = p->n * p->product[i * p->items + j] - p->sum[i] * p->sum[j];

    return (double)apart / (double)p->n / (double)(p->n - 1);
}

struct stat_value stat_covariance(const struct stat_products *p, size_t i, size_t j)
{
    return p->n < 2 ? stat_none(STAT_TOO_FEW) : stat_ok(covariance(p, i, j));
}

struct stat_value stat_correlation(const struct stat_products *p, size_t i, size_t j)
{
    if (p->n < 2)
        return stat_none(STAT_TOO_FEW);
    if (i == j)
        return covariance(p, i, i) > 0 ? stat_ok(1) : stat_none(STAT_UNDEFINED);
    return stat_ok(covariance(p, i, j) / sqrt(covariance(p, i, i)) / sqrt(covariance(p, j, j)));
}

/* Sum of the entries of the covariance matrix without item `without` (items: none left out), and its trace.
 */
static double sum_of(const struct stat_products *p, size_t without, double *trace)
{
    double sum = 0;

    *trace = 0;
    for (size_t i = 0; i < p->items; i++) {
        if (i == without)
            continue;
        *trace += covariance(p, i, i);
        for (size_t j = 0; j < p->items; j++)
            sum += j == without ? 0 : covariance(p, i, j);
    }
    return sum;
}

struct stat_value stat_sum_variance(const struct stat_products *p)
{
    double trace;

    return p->n < 2 || p->items < 1 ? stat_none(STAT_TOO_FEW) : stat_ok(sum_of(p, p->items, &trace));
}

struct stat_value stat_mean_correlation(const struct stat_products *p)
{
    double k = (double)p->items, sum = 0;

    if (p->n < 2 || p->items < 2)
        return stat_none(STAT_TOO_FEW);
    for (size_t i = 0; i < p->items; i++) {
        for (size_t j = 0; j < i; j++) {
            struct stat_value r = stat_correlation(p, i, j);

            if (r.state != STAT_OK)
                return r;
            sum += r.x;
        }
    }
    return stat_ok(2 * sum / (k * (k - 1)));
}

static struct stat_value alpha(const struct stat_products *p, size_t without)
{
    double k = (double)(without < p->items ? p->items - 1 : p->items);
    double trace, sum;

    if (p->n < 2 || k < 2)
        return stat_none(STAT_TOO_FEW);
    sum = sum_of(p, without, &trace);
    if (trace <= 0 || sum <= 0)
        return stat_none(STAT_UNDEFINED);
    return stat_ok(k / (k - 1) * (1 - trace / sum));
}

struct stat_value stat_cronbach_alpha(const struct stat_products *p)
{
    return alpha(p, p->items);
}

struct stat_value stat_cronbach_alpha_standardised(const struct stat_products *p)
{
    struct stat_value r = stat_mean_correlation(p);
    double k = (double)p->items;

    return r.state == STAT_OK ? stat_ok(k * r.x / (1 + (k - 1) * r.x)) : r;
}

struct stat_range stat_alpha_feldt(const struct stat_products *p, double conf)
{
    struct stat_value a = stat_cronbach_alpha(p);
    double df1 = (double)(p->n - 1), df2 = df1 * (double)(p->items - 1);

    if (a.state != STAT_OK)
        return stat_range_none(a.state);
    return stat_range_ok(1 - (1 - a.x) * stat_f_quantile(0.5 + conf / 2, df1, df2),
                         1 - (1 - a.x) * stat_f_quantile(0.5 - conf / 2, df1, df2));
}

struct stat_value stat_alpha_without(const struct stat_products *p, size_t item)
{
    return alpha(p, item);
}

struct stat_value stat_item_rest(const struct stat_products *p, size_t item)
{
    double trace, with = 0, rest;

    if (p->n < 2 || p->items < 2)
        return stat_none(STAT_TOO_FEW);
    rest = sum_of(p, item, &trace);
    for (size_t j = 0; j < p->items; j++)
        with += j == item ? 0 : covariance(p, item, j);
    return stat_ok(with / sqrt(covariance(p, item, item)) / sqrt(rest));
}

struct stat_value stat_guttman_lambda6(const struct stat_products *p)
{
    struct stat_value r = stat_none(STAT_UNDEFINED);
    double sum = 0, unique = 0;
    gsl_matrix *m;
    bool ok = true;

    if (p->n < 2 || p->items < 2)
        return stat_none(STAT_TOO_FEW);
    m = gsl_matrix_alloc(p->items, p->items);
    for (size_t i = 0; i < p->items; i++) {
        for (size_t j = 0; j < p->items; j++) {
            struct stat_value c = stat_correlation(p, i, j);

            ok = ok && c.state == STAT_OK;
            gsl_matrix_set(m, i, j, c.x);
            sum += c.x;
        }
    }
    if (ok && gsl_linalg_cholesky_decomp1(m) == GSL_SUCCESS && gsl_linalg_cholesky_invert(m) == GSL_SUCCESS) {
        for (size_t i = 0; i < p->items; i++)
            unique += 1 / gsl_matrix_get(m, i, i); /* 1 - smc */
        r = stat_ok(1 - unique / sum);
    }
    gsl_matrix_free(m);
    return r;
}

struct stat_value stat_products_index_mean(const struct stat_products *p)
{
    int64_t sum = 0;

    for (size_t i = 0; i < p->items; i++)
        sum += p->sum[i];
    if (p->n < 1 || p->items < 1)
        return stat_none(STAT_TOO_FEW);
    return stat_ok((double)sum / (double)p->n / (double)p->items);
}

struct stat_value stat_products_index_sd(const struct stat_products *p)
{
    struct stat_value v = stat_sum_variance(p);

    return v.state == STAT_OK ? stat_ok(sqrt(fmax(v.x, 0)) / (double)p->items) : v;
}

struct stat_value stat_products_index_sem(const struct stat_products *p)
{
    struct stat_value sd = stat_products_index_sd(p), a = stat_cronbach_alpha(p);

    if (sd.state != STAT_OK || a.state != STAT_OK)
        return stat_none(sd.state != STAT_OK ? sd.state : a.state);
    return stat_ok(sd.x * sqrt(1 - a.x));
}
