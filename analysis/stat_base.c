#include "analysis/stat_base.h"

#include <math.h>

#include <gsl/gsl_errno.h>

void stat_init(void)
{
    (void)gsl_set_error_handler_off();
}

struct stat_value stat_ok(double x)
{
    if (!isfinite(x))
        return stat_none(STAT_UNDEFINED);
    return (struct stat_value){.state = STAT_OK, .x = x};
}

struct stat_value stat_none(enum stat_state state)
{
    return (struct stat_value){.state = state, .x = 0};
}

struct stat_range stat_range_ok(double low, double high)
{
    if (!isfinite(low) || !isfinite(high))
        return stat_range_none(STAT_UNDEFINED);
    return (struct stat_range){.state = STAT_OK, .low = low, .high = high};
}

struct stat_range stat_range_none(enum stat_state state)
{
    return (struct stat_range){.state = state, .low = 0, .high = 0};
}

struct stat_counts stat_counts_of(const int64_t *n, size_t categories)
{
    return (struct stat_counts){.n = n, .size = categories, .low = 1, .step = 1};
}

struct stat_counts stat_counts_grid(const int64_t *n, size_t size, int64_t grid)
{
    return (struct stat_counts){.n = n, .size = size, .low = 1, .step = 1.0 / (double)grid};
}

int64_t stat_counts_total(const struct stat_counts *c)
{
    int64_t total = 0;

    for (size_t i = 0; i < c->size; i++)
        total += c->n[i];
    return total;
}

double stat_counts_score(const struct stat_counts *c, size_t i)
{
    return c->low + (double)i * c->step;
}
