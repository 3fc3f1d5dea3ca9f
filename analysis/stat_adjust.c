#include "analysis/stat_adjust.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_sort.h>

#include "core/base/mem.h"

/* Factor of the i-th smallest (from 1) of m. */
static double factor(enum stat_adjust method, size_t i, size_t m, double harmonic)
{
    switch (method) {
    case STAT_ADJUST_BH:
        return (double)m / (double)i;
    case STAT_ADJUST_BY:
        return harmonic * (double)m / (double)i;
    case STAT_ADJUST_HOLM:
        return (double)(m - i + 1);
    case STAT_ADJUST_BONFERRONI:
        return (double)m;
    }
    return (double)m;
}

/* p ascending, adjusted in place. Step-up methods take the running minimum from the largest, Holm the running
 * maximum from the smallest. */
static void adjust_sorted(enum stat_adjust method, double *p, size_t m)
{
    double harmonic = 0, run;

    for (size_t j = 1; j <= m; j++)
        harmonic += 1 / (double)j;
    for (size_t i = 1; i <= m; i++)
        p[i - 1] = fmin(1, p[i - 1] * factor(method, i, m, harmonic));
    if (method == STAT_ADJUST_HOLM) {
        run = 0;
        for (size_t i = 0; i < m; i++)
            p[i] = run = fmax(run, p[i]);
    } else if (method != STAT_ADJUST_BONFERRONI) {
        run = 1;
        for (size_t i = m; i-- > 0;)
            p[i] = run = fmin(run, p[i]);
    }
}

void stat_adjust(enum stat_adjust method, const struct stat_value *p, size_t n, struct stat_value *out)
{
    double *value = mem_alloc(n, sizeof(*value));
    size_t *place = mem_alloc(n, sizeof(*place));
    size_t *order = mem_alloc(n, sizeof(*order));
    double *sorted = mem_alloc(n, sizeof(*sorted));
    size_t m = 0;

    for (size_t i = 0; i < n; i++) {
        out[i] = p[i];
        if (p[i].state != STAT_OK)
            continue;
        value[m] = p[i].x;
        place[m++] = i;
    }
    if (m > 0)
        gsl_sort_index(order, value, 1, m);
    for (size_t i = 0; i < m; i++)
        sorted[i] = value[order[i]];
    adjust_sorted(method, sorted, m);
    for (size_t i = 0; i < m; i++)
        out[place[order[i]]] = stat_ok(sorted[i]);
    free(sorted);
    free(order);
    free(place);
    free(value);
}

size_t stat_adjust_rejected(const struct stat_value *p, size_t n, double q)
{
    size_t count = 0;

    for (size_t i = 0; i < n; i++)
        count += p[i].state == STAT_OK && p[i].x <= q;
    return count;
}
