#include "analysis/stat_classes.h"

#include <math.h>

#include "analysis/stat_dist.h"

static long double mean_apart(const struct stat_summary *s, double origin)
{
    return (long double)s->mean - (long double)origin + (long double)s->rest;
}

/* The mean of all, told from the first group's mean so that large common parts do not cost digits. */
static long double grand_apart(const struct stat_summary *group, size_t count, double origin, int64_t *n)
{
    long double sum = 0;

    *n = 0;
    for (size_t i = 0; i < count; i++) {
        sum += (long double)group[i].n * mean_apart(&group[i], origin);
        *n += group[i].n;
    }
    return *n > 0 ? sum / (long double)*n : 0;
}

static double first_mean(const struct stat_summary *group, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (group[i].n > 0)
            return group[i].mean;
    }
    return 0;
}

struct stat_anova stat_classes_anova(const struct stat_summary *group, size_t count)
{
    struct stat_anova a = {.state = STAT_TOO_FEW,
                           .f = stat_none(STAT_TOO_FEW),
                           .p = stat_none(STAT_TOO_FEW),
                           .eta2 = stat_none(STAT_TOO_FEW),
                           .omega2 = stat_none(STAT_TOO_FEW)};
    double origin = first_mean(group, count), squares = 0, df1, df2;
    long double grand = grand_apart(group, count, origin, &a.n), ssb = 0, ssw = 0;

    for (size_t i = 0; i < count; i++) {
        long double apart = mean_apart(&group[i], origin) - grand;

        if (group[i].n < 1)
            continue;
        a.groups++;
        squares += (double)group[i].n * (double)group[i].n;
        ssb += (long double)group[i].n * apart * apart;
        ssw += group[i].ss;
    }
    if (a.groups < 2 || a.n <= a.groups)
        return a;
    a.state = STAT_OK;
    df1 = (double)(a.groups - 1);
    df2 = (double)(a.n - a.groups);
    a.n0 = ((double)a.n - squares / (double)a.n) / df1;
    a.ssb = (double)ssb;
    a.ssw = (double)ssw;
    a.msb = a.ssb / df1;
    a.msw = a.ssw / df2;
    a.f = stat_ok(a.msb / a.msw);
    a.p = a.f.state == STAT_OK ? stat_ok(stat_f_upper(a.f.x, df1, df2)) : a.f;
    a.eta2 = stat_ok(a.ssb / (a.ssb + a.ssw));
    a.omega2 = stat_ok((a.ssb - df1 * a.msw) / (a.ssb + a.ssw + a.msw));
    return a;
}

struct stat_value stat_classes_icc1(const struct stat_anova *a)
{
    if (a->state != STAT_OK)
        return stat_none(a->state);
    return stat_ok((a->msb - a->msw) / (a->msb + (a->n0 - 1) * a->msw));
}

struct stat_value stat_classes_icc2(const struct stat_anova *a)
{
    return a->state != STAT_OK ? stat_none(a->state) : stat_ok((a->msb - a->msw) / a->msb);
}

struct stat_range stat_classes_icc1_interval(const struct stat_anova *a, double conf)
{
    double df1 = (double)(a->groups - 1), df2 = (double)(a->n - a->groups), low, high;

    if (a->state != STAT_OK || a->f.state != STAT_OK)
        return stat_range_none(a->state != STAT_OK ? a->state : a->f.state);
    low = a->f.x / stat_f_quantile(0.5 + conf / 2, df1, df2);
    high = a->f.x / stat_f_quantile(0.5 - conf / 2, df1, df2);
    return stat_range_ok((low - 1) / (low + a->n0 - 1), (high - 1) / (high + a->n0 - 1));
}

static struct stat_value design_effect(struct stat_value icc, double size)
{
    return icc.state == STAT_OK ? stat_ok(1 + (size - 1) * icc.x) : icc;
}

struct stat_value stat_classes_design_effect(const struct stat_anova *a)
{
    return design_effect(stat_classes_icc1(a), (double)a->n / (double)a->groups);
}

struct stat_value stat_classes_design_effect_weighted(const struct stat_summary *group, size_t count)
{
    struct stat_anova a = stat_classes_anova(group, count);
    double squares = 0;

    for (size_t i = 0; i < count; i++)
        squares += (double)group[i].n * (double)group[i].n;
    return design_effect(stat_classes_icc1(&a), squares / (double)a.n);
}

struct stat_welch_anova stat_classes_welch(const struct stat_summary *group, size_t count)
{
    struct stat_welch_anova r = {.state = STAT_OK, .df1 = -1};
    double k, weight = 0, mean = 0, between = 0, uneven = 0;

    for (size_t i = 0; i < count; i++)
        r.df1 += group[i].n > 0;
    k = r.df1 + 1;
    if (k < 2)
        r.state = STAT_TOO_FEW;
    for (size_t i = 0; i < count && r.state == STAT_OK; i++) {
        struct stat_value v = stat_variance(&group[i]);

        if (group[i].n < 1)
            continue;
        if (v.state != STAT_OK || v.x <= 0) {
            r.state = v.state != STAT_OK ? v.state : STAT_UNDEFINED;
            break;
        }
        weight += (double)group[i].n / v.x;
        mean += (double)group[i].n / v.x * group[i].mean;
    }
    if (r.state != STAT_OK)
        return r;
    mean /= weight;
    for (size_t i = 0; i < count; i++) {
        double w;

        if (group[i].n < 1)
            continue;
        w = (double)group[i].n / stat_variance(&group[i]).x;
        between += w * (group[i].mean - mean) * (group[i].mean - mean);
        uneven += (1 - w / weight) * (1 - w / weight) / (double)(group[i].n - 1);
    }
    uneven /= k * k - 1;
    r.f = between / (k - 1) / (1 + 2 * (k - 2) * uneven);
    r.df2 = 1 / (3 * uneven);
    r.p = stat_f_upper(r.f, r.df1, r.df2);
    return r;
}

struct stat_kruskal stat_classes_kruskal(const struct stat_counts *group, size_t count)
{
    struct stat_kruskal r = {.state = STAT_OK};
    double n = 0, k = 0, tied = 0, below = 0;

    for (size_t i = 0; i < count; i++) {
        int64_t size = stat_counts_total(&group[i]);

        n += (double)size;
        k += size > 0;
    }
    if (k < 2)
        return (struct stat_kruskal){.state = STAT_TOO_FEW};
    for (size_t c = 0; c < group[0].size; c++) {
        double t = 0;

        for (size_t i = 0; i < count; i++)
            t += (double)group[i].n[c];
        tied += t * (t - 1) * (t + 1);
    }
    for (size_t i = 0; i < count; i++) {
        double size = (double)stat_counts_total(&group[i]), apart = 0;

        if (size <= 0)
            continue;
        below = 0;
        for (size_t c = 0; c < group[i].size; c++) {
            double t = 0;

            for (size_t j = 0; j < count; j++)
                t += (double)group[j].n[c];
            apart += (double)group[i].n[c] * (below + (t + 1) / 2 - (n + 1) / 2);
            below += t;
        }
        r.h += apart * apart / size;
    }
    tied /= n * (n - 1) * (n + 1);
    if (tied >= 1)
        return (struct stat_kruskal){.state = STAT_UNDEFINED};
    r.h *= 12 / (n * (n + 1)) / (1 - tied);
    r.df = k - 1;
    r.p = stat_chisq_upper(r.h, r.df);
    return r;
}

/* The sum of score steps of a group, exact. */
static int64_t steps_of(const struct stat_counts *c)
{
    int64_t steps = 0;

    for (size_t i = 0; i < c->size; i++)
        steps += c->n[i] * (int64_t)i;
    return steps;
}

struct stat_cluster stat_classes_cluster(const struct stat_counts *group, size_t count, double conf)
{
    struct stat_cluster r = {
        .state = STAT_TOO_FEW, .se_srs = stat_none(STAT_TOO_FEW), .deff = stat_none(STAT_TOO_FEW)};
    int64_t n = 0, steps = 0;
    double k = 0, squares = 0, mean, ss = 0, half;

    for (size_t i = 0; i < count; i++) {
        n += stat_counts_total(&group[i]);
        k += stat_counts_total(&group[i]) > 0;
        steps += steps_of(&group[i]);
    }
    if (n < 1)
        return r;
    mean = (double)steps / (double)n;
    r.mean = group[0].low + group[0].step * mean;
    if (k < 2)
        return r;
    for (size_t i = 0; i < count; i++) {
        int64_t size = stat_counts_total(&group[i]);
        double z = (double)(steps_of(&group[i]) * n - size * steps) / (double)n;

        squares += z * z;
        for (size_t c = 0; c < group[i].size; c++)
            ss += (double)group[i].n[c] * ((double)c - mean) * ((double)c - mean);
    }
    r.state = STAT_OK;
    r.se = group[0].step * sqrt(k / (k - 1) * squares) / (double)n;
    r.se_srs = stat_ok(group[0].step * sqrt(ss / (double)(n - 1) / (double)n));
    if (r.se_srs.state == STAT_OK)
        r.deff = stat_ok((r.se / r.se_srs.x) * (r.se / r.se_srs.x));
    half = stat_t_quantile(0.5 + conf / 2, k - 1) * r.se;
    r.low = r.mean - half;
    r.high = r.mean + half;
    return r;
}
