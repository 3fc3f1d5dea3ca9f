#include "analysis/stat_compare.h"

#include <math.h>

#include "analysis/stat_dist.h"

static struct stat_t_test no_test(enum stat_state state, struct stat_value diff)
{
    return (struct stat_t_test){.state = state, .diff = diff};
}

static struct stat_value difference(const struct stat_summary *a, const struct stat_summary *b)
{
    if (a->n < 1 || b->n < 1)
        return stat_none(STAT_TOO_FEW);
    return stat_ok(a->mean - b->mean);
}

static struct stat_t_test t_test(double diff, double se, double df, double conf)
{
    struct stat_t_test r = {.state = STAT_OK, .diff = stat_ok(diff), .se = se, .df = df};
    double half = stat_t_quantile(0.5 + conf / 2, df) * se;

    r.t = diff / se;
    r.p = stat_t_two_sided(r.t, df);
    r.low = diff - half;
    r.high = diff + half;
    return r;
}

struct stat_t_test stat_compare_welch_design(const struct stat_summary *a, const struct stat_summary *b,
                                             double deff_a, double deff_b, double conf)
{
    struct stat_value diff = difference(a, b);
    double n_a = (double)a->n / deff_a, n_b = (double)b->n / deff_b;
    double v_a, v_b, v;

    if (a->n < 2 || b->n < 2 || n_a <= 1 || n_b <= 1)
        return no_test(STAT_TOO_FEW, diff);
    v_a = a->ss / (double)(a->n - 1) / n_a;
    v_b = b->ss / (double)(b->n - 1) / n_b;
    v = v_a + v_b;
    if (v <= 0)
        return no_test(STAT_UNDEFINED, diff);
    return t_test(diff.x, sqrt(v), v * v / (v_a * v_a / (n_a - 1) + v_b * v_b / (n_b - 1)), conf);
}

struct stat_t_test stat_compare_welch(const struct stat_summary *a, const struct stat_summary *b, double conf)
{
    return stat_compare_welch_design(a, b, 1, 1, conf);
}

/* Pooled variance, divisor n_a+n_b-2. */
static struct stat_value pooled(const struct stat_summary *a, const struct stat_summary *b)
{
    if (a->n < 1 || b->n < 1 || a->n + b->n < 3)
        return stat_none(STAT_TOO_FEW);
    if (a->ss + b->ss <= 0)
        return stat_none(STAT_UNDEFINED);
    return stat_ok((a->ss + b->ss) / (double)(a->n + b->n - 2));
}

struct stat_t_test stat_compare_student(const struct stat_summary *a, const struct stat_summary *b,
                                        double conf)
{
    struct stat_value diff = difference(a, b), v = pooled(a, b);

    if (v.state != STAT_OK)
        return no_test(v.state, diff);
    return t_test(diff.x, sqrt(v.x * (1 / (double)a->n + 1 / (double)b->n)), (double)(a->n + b->n - 2), conf);
}

struct stat_t_test stat_compare_paired(const double *d, size_t n, double conf)
{
    struct stat_summary s = stat_summary_values(d, n);
    struct stat_value se = stat_se(&s, 1);

    if (se.state != STAT_OK)
        return no_test(se.state, stat_mean(&s));
    if (se.x <= 0)
        return no_test(STAT_UNDEFINED, stat_mean(&s));
    return t_test(s.mean, se.x, (double)(s.n - 1), conf);
}

struct stat_value stat_cohen_d(const struct stat_summary *a, const struct stat_summary *b)
{
    struct stat_value v = pooled(a, b);

    return v.state == STAT_OK ? stat_ok((a->mean - b->mean) / sqrt(v.x)) : v;
}

/* J = Gamma(h)/(sqrt(h) Gamma(h-1/2)), h > 1/2 half the degrees of freedom. From 50 on the asymptotic series
 * of the ratio, in even powers about the middle of its arguments: the next term is below 5e-17. */
static double small_sample_factor(double h)
{
    const double u = 1 / ((h - 0.75) * (h - 0.75));

    if (h < 50)
        return tgamma(h) / tgamma(h - 0.5) / sqrt(h);
    return sqrt(1 - 0.75 / h) * (1 + u * (1.0 / 64 - u * (19.0 / 8192 - u * (631.0 / 524288))));
}

struct stat_value stat_hedges_g(const struct stat_summary *a, const struct stat_summary *b)
{
    struct stat_value d = stat_cohen_d(a, b);
    double half_df = (double)(a->n + b->n - 2) / 2;

    if (d.state != STAT_OK)
        return d;
    if (half_df <= 0.5)
        return stat_none(STAT_TOO_FEW);
    return stat_ok(d.x * small_sample_factor(half_df));
}

struct stat_descriptive_diff stat_compare_descriptive(const struct stat_summary *a, int64_t population_a,
                                                      const struct stat_summary *b, int64_t population_b,
                                                      double conf)
{
    struct stat_value se_a = stat_se(a, stat_unseen(a->n, population_a));
    struct stat_value se_b = stat_se(b, stat_unseen(b->n, population_b));
    double se, half;

    if (se_a.state != STAT_OK || se_b.state != STAT_OK)
        return (struct stat_descriptive_diff){.state = STAT_TOO_FEW};
    se = sqrt(se_a.x * se_a.x + se_b.x * se_b.x);
    half = stat_normal_quantile(0.5 + conf / 2) * se;
    return (struct stat_descriptive_diff){
        .state = STAT_OK, .se = se, .low = a->mean - b->mean - half, .high = a->mean - b->mean + half};
}

struct stat_value stat_detectable_by(const struct stat_t_test *t, double alpha, double power)
{
    if (t->state != STAT_OK)
        return stat_none(t->state);
    return stat_ok((stat_t_quantile(1 - alpha / 2, t->df) + stat_t_quantile(power, t->df)) * t->se);
}

struct stat_value stat_detectable(const struct stat_summary *a, const struct stat_summary *b, double alpha,
                                  double power)
{
    struct stat_t_test w = stat_compare_welch(a, b, 0.95);

    return stat_detectable_by(&w, alpha, power);
}
