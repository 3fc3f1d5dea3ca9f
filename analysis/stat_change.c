#include "analysis/stat_change.h"

#include <math.h>
#include <stdlib.h>

#include "analysis/stat_dist.h"
#include "core/base/mem.h"

const double stat_change_rho[STAT_CHANGE_RHOS] = {0, 0.3, 0.5, 0.7};

static struct stat_change_cell cell_of(const struct stat_summary *earlier, const struct stat_summary *later,
                                       double rho, double overlap)
{
    struct stat_value v1 = stat_variance(earlier), v2 = stat_variance(later);
    double n1 = (double)earlier->n, n2 = (double)later->n;
    struct stat_change_cell c = {.rho = rho,
                                 .overlap = overlap,
                                 .variance = stat_none(STAT_TOO_FEW),
                                 .z = stat_none(STAT_TOO_FEW),
                                 .p = stat_none(STAT_TOO_FEW)};

    if (v1.state != STAT_OK || v2.state != STAT_OK)
        return c;
    c.variance = stat_ok(v1.x / n1 + v2.x / n2 - 2 * rho * sqrt(v1.x * v2.x) * overlap / (n1 * n2));
    c.z = c.p = stat_none(STAT_UNDEFINED);
    if (c.variance.x > 0) {
        c.z = stat_ok((later->mean - earlier->mean) / sqrt(c.variance.x));
        c.p = stat_ok(stat_normal_two_sided(c.z.x));
    }
    return c;
}

struct stat_change stat_change_grid(const struct stat_summary *earlier, const struct stat_summary *later,
                                    int64_t population, double conf)
{
    struct stat_change c = {.welch = stat_compare_welch(later, earlier, conf)};
    double n1 = (double)earlier->n, n2 = (double)later->n, all = (double)population;
    double overlap[STAT_CHANGE_OVERLAPS];

    /* More answers than enrolled pupils: as many as answered are taken to be enrolled. */
    all = fmax(all, fmax(n1, n2));
    overlap[0] = c.least = fmax(0, n1 + n2 - all);
    overlap[1] = c.chance = all > 0 ? n1 * n2 / all : 0;
    overlap[2] = c.most = fmin(n1, n2);
    for (size_t m = 0; m < STAT_CHANGE_OVERLAPS; m++) {
        for (size_t r = 0; r < STAT_CHANGE_RHOS; r++)
            c.cell[m * STAT_CHANGE_RHOS + r] = cell_of(earlier, later, stat_change_rho[r], overlap[m]);
    }
    return c;
}

size_t stat_change_rejected(const struct stat_change *c, const struct stat_t_test *test, double alpha,
                            size_t *tested)
{
    size_t rejected = 0;

    *tested = 0;
    for (size_t i = 0; i < STAT_CHANGE_GRID && test->state == STAT_OK; i++) {
        /* The first cell has no correlation. */
        const double covariance = c->cell[0].variance.x - c->cell[i].variance.x;
        const double variance = test->se * test->se - covariance;

        if (c->cell[i].variance.state != STAT_OK || variance <= 0)
            continue;
        ++*tested;
        rejected += stat_t_two_sided(test->diff.x / sqrt(variance), test->df) < alpha;
    }
    return rejected;
}

struct stat_t_test stat_change_classes(const struct stat_summary *earlier, const struct stat_summary *later,
                                       size_t count, double conf)
{
    double *d = mem_alloc(count, sizeof(*d));
    struct stat_t_test r;
    size_t n = 0;

    for (size_t i = 0; i < count; i++) {
        if (earlier[i].n > 0 && later[i].n > 0)
            d[n++] = later[i].mean - earlier[i].mean;
    }
    r = stat_compare_paired(d, n, conf);
    if (n < STAT_CHANGE_CLASSES)
        r = (struct stat_t_test){.state = STAT_TOO_FEW, .diff = r.diff};
    free(d);
    return r;
}
