#include "analysis/stat_response.h"

#include <math.h>
#include <stdlib.h>

#include "analysis/stat_interval.h"
#include "core/base/mem.h"

enum stat_response stat_response_of(int64_t responses, int64_t population)
{
    if (population <= 0 || responses * 10 >= population * 7)
        return STAT_RESPONSE_ENOUGH;
    return responses * 2 >= population ? STAT_RESPONSE_LOW : STAT_RESPONSE_LOWER;
}

static int64_t enrolled(const struct stat_stratum *s, size_t count)
{
    int64_t n = 0;

    for (size_t i = 0; i < count; i++)
        n += s[i].population;
    return n;
}

static int64_t answered(const struct stat_stratum *s, size_t count)
{
    int64_t n = 0;

    for (size_t i = 0; i < count; i++)
        n += s[i].summary.n;
    return n;
}

static struct stat_value raw_mean(const struct stat_stratum *s, size_t count)
{
    int64_t n = answered(s, count);
    double sum = 0;

    for (size_t i = 0; i < count; i++)
        sum += (double)s[i].summary.n * s[i].summary.mean;
    return n > 0 ? stat_ok(sum / (double)n) : stat_none(STAT_TOO_FEW);
}

/* Adds W^2 s^2/n f; a stratum seen whole needs no variance. False when it has one that is not known. */
static struct stat_value with_stratum(struct stat_value sum, const struct stat_stratum *s, double share,
                                      double f)
{
    struct stat_value v = stat_variance(&s->summary);

    if (sum.state != STAT_OK || f <= 0)
        return sum;
    if (v.state != STAT_OK)
        return v;
    return stat_ok(sum.x + share * share * v.x / (double)s->summary.n * f);
}

static struct stat_value root(struct stat_value v)
{
    return v.state == STAT_OK ? stat_ok(sqrt(v.x)) : v;
}

struct stat_poststratified stat_response_poststratified(const struct stat_stratum *s, size_t count)
{
    struct stat_poststratified r = {.raw = raw_mean(s, count), .mean = stat_ok(0)};
    struct stat_value finite = stat_ok(0), process = stat_ok(0);
    double all = (double)enrolled(s, count);

    for (size_t i = 0; i < count; i++) {
        double share = (double)s[i].population / all;

        if (s[i].population < 1)
            continue;
        if (s[i].summary.n < 1)
            r.mean = stat_none(STAT_TOO_FEW);
        r.mean.x += r.mean.state == STAT_OK ? share * s[i].summary.mean : 0;
        finite = with_stratum(finite, &s[i], share, stat_unseen(s[i].summary.n, s[i].population));
        process = with_stratum(process, &s[i], share, 1);
    }
    if (all < 1)
        r.mean = finite = process = stat_none(STAT_TOO_FEW);
    r.shift = stat_none(r.raw.state != STAT_OK ? r.raw.state : r.mean.state);
    if (r.raw.state == STAT_OK && r.mean.state == STAT_OK)
        r.shift = stat_ok(r.mean.x - r.raw.x);
    r.se_fpc = root(finite);
    r.se_process = root(process);
    return r;
}

struct stat_table_test stat_response_homogeneity(const struct stat_stratum *s, size_t count)
{
    int64_t *n = mem_alloc(2 * count, sizeof(*n));
    struct stat_table t = {.n = n, .rows = count, .columns = 2};
    struct stat_table_test r;

    for (size_t i = 0; i < count; i++) {
        n[2 * i] = s[i].summary.n;
        n[2 * i + 1] = s[i].population > s[i].summary.n ? s[i].population - s[i].summary.n : 0;
    }
    r = stat_table_chisq(&t);
    free(n);
    return r;
}

/* Standard deviation, divisor N-1, of the response rate over all enrolled. */
static struct stat_value rate_sd(const struct stat_stratum *s, size_t count, double *rate)
{
    double all = (double)enrolled(s, count), sum = 0;

    *rate = 0;
    if (all < 2)
        return stat_none(STAT_TOO_FEW);
    *rate = (double)answered(s, count) / all;
    for (size_t i = 0; i < count; i++) {
        double own = (double)s[i].summary.n / (double)s[i].population;

        if (s[i].population > 0)
            sum += (double)s[i].population * (own - *rate) * (own - *rate);
    }
    return stat_ok(sqrt(sum / (all - 1)));
}

struct stat_value stat_response_r_indicator(const struct stat_stratum *s, size_t count)
{
    double rate;
    struct stat_value sd = rate_sd(s, count, &rate);

    return sd.state == STAT_OK ? stat_ok(1 - 2 * sd.x) : sd;
}

struct stat_value stat_response_max_bias(const struct stat_stratum *s, size_t count)
{
    double rate;
    struct stat_value sd = rate_sd(s, count, &rate);

    return sd.state == STAT_OK ? stat_ok(sd.x / rate) : sd;
}

struct stat_range stat_response_worst_case(const struct stat_stratum *s, size_t count, int categories)
{
    struct stat_value raw = raw_mean(s, count);
    struct stat_summary all = {.n = answered(s, count), .mean = raw.x, .ss = 0};

    return stat_worst_case(&all, categories, enrolled(s, count));
}
