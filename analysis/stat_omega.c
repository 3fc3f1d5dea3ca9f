#include "analysis/stat_omega.h"

#include <math.h>

#include <gsl/gsl_blas.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>

/* S fixed; at the parameters (loadings, then unique variances): W = Sigma^-1 and the discrepancy. */
struct fit {
    size_t k;
    gsl_matrix *s, *w, *m, *tmp;
    gsl_matrix *info;
    gsl_vector *par, *trial, *gradient, *step;
    double discrepancy;
};

static void fit_init(struct fit *f, const struct stat_products *p)
{
    f->k = p->items;
    f->s = gsl_matrix_alloc(f->k, f->k);
    f->w = gsl_matrix_alloc(f->k, f->k);
    f->m = gsl_matrix_alloc(f->k, f->k);
    f->tmp = gsl_matrix_alloc(f->k, f->k);
    f->info = gsl_matrix_alloc(2 * f->k, 2 * f->k);
    f->par = gsl_vector_alloc(2 * f->k);
    f->trial = gsl_vector_alloc(2 * f->k);
    f->gradient = gsl_vector_alloc(2 * f->k);
    f->step = gsl_vector_alloc(2 * f->k);
    for (size_t i = 0; i < f->k; i++) {
        for (size_t j = 0; j < f->k; j++)
            gsl_matrix_set(f->s, i, j, stat_covariance(p, i, j).x * (double)(p->n - 1) / (double)p->n);
    }
}

static void fit_fini(struct fit *f)
{
    gsl_matrix_free(f->s);
    gsl_matrix_free(f->w);
    gsl_matrix_free(f->m);
    gsl_matrix_free(f->tmp);
    gsl_matrix_free(f->info);
    gsl_vector_free(f->par);
    gsl_vector_free(f->trial);
    gsl_vector_free(f->gradient);
    gsl_vector_free(f->step);
}

/* ln|Sigma| + tr(S W) with W left in f->w; infinite when Sigma is not positive definite. */
static double discrepancy(struct fit *f, const gsl_vector *par)
{
    double value = 0;

    for (size_t i = 0; i < f->k; i++) {
        for (size_t j = 0; j < f->k; j++)
            gsl_matrix_set(f->w, i, j,
                           gsl_vector_get(par, i) * gsl_vector_get(par, j) +
                               (i == j ? gsl_vector_get(par, f->k + i) : 0));
    }
    if (gsl_linalg_cholesky_decomp1(f->w) != GSL_SUCCESS)
        return INFINITY;
    for (size_t i = 0; i < f->k; i++)
        value += 2 * log(gsl_matrix_get(f->w, i, i));
    if (gsl_linalg_cholesky_invert(f->w) != GSL_SUCCESS)
        return INFINITY;
    for (size_t i = 0; i < f->k; i++) {
        for (size_t j = 0; j < f->k; j++)
            value += gsl_matrix_get(f->s, i, j) * gsl_matrix_get(f->w, i, j);
    }
    return value;
}

/* Gradient and expected information at par, given W: with M = W - W S W and u = W loading,
 * d/d loading_i = (M loading)_i, d/d unique_i = M_ii/2. */
static void derivatives(struct fit *f)
{
    gsl_vector_view loading = gsl_vector_subvector(f->par, 0, f->k);
    gsl_vector_view g = gsl_vector_subvector(f->gradient, 0, f->k);
    gsl_vector *u = gsl_vector_alloc(f->k);
    double uu;

    gsl_blas_dgemm(CblasNoTrans, CblasNoTrans, 1, f->w, f->s, 0, f->tmp);
    gsl_matrix_memcpy(f->m, f->w);
    gsl_blas_dgemm(CblasNoTrans, CblasNoTrans, -1, f->tmp, f->w, 1, f->m);
    gsl_blas_dgemv(CblasNoTrans, 1, f->m, &loading.vector, 0, &g.vector);
    gsl_blas_dgemv(CblasNoTrans, 1, f->w, &loading.vector, 0, u);
    gsl_blas_ddot(u, &loading.vector, &uu);
    for (size_t i = 0; i < f->k; i++) {
        gsl_vector_set(f->gradient, f->k + i, gsl_matrix_get(f->m, i, i) / 2);
        for (size_t j = 0; j < f->k; j++) {
            double w = gsl_matrix_get(f->w, i, j), ui = gsl_vector_get(u, i), uj = gsl_vector_get(u, j);

            gsl_matrix_set(f->info, i, j, ui * uj + w * uu);
            gsl_matrix_set(f->info, i, f->k + j, w * uj);
            gsl_matrix_set(f->info, f->k + j, i, w * uj);
            gsl_matrix_set(f->info, f->k + i, f->k + j, w * w / 2);
        }
    }
    gsl_vector_free(u);
}

/* One step of scoring; false when there is none to make. *moved is the largest change over the largest
 * parameter. */
static bool scoring_step(struct fit *f, double *moved)
{
    double size = 1;

    derivatives(f);
    if (gsl_linalg_cholesky_decomp1(f->info) != GSL_SUCCESS ||
        gsl_linalg_cholesky_solve(f->info, f->gradient, f->step) != GSL_SUCCESS)
        return false;
    *moved = fmax(gsl_vector_max(f->step), -gsl_vector_min(f->step)) /
             fmax(gsl_vector_max(f->par), -gsl_vector_min(f->par));
    for (int halvings = 0; halvings < 60; halvings++) {
        double next;

        gsl_vector_memcpy(f->trial, f->par);
        gsl_blas_daxpy(-size, f->step, f->trial);
        next = discrepancy(f, f->trial);
        /* At the bottom rounding decides: a tiny step is taken anyway. */
        if (next <= f->discrepancy || (*moved < 1e-6 && isfinite(next))) {
            gsl_vector_memcpy(f->par, f->trial);
            f->discrepancy = next;
            return true;
        }
        size /= 2;
    }
    return false;
}

/* Start from the first centroid: each item's share of the row sums. */
static void start(struct fit *f)
{
    double all = 0;

    for (size_t i = 0; i < f->k; i++) {
        for (size_t j = 0; j < f->k; j++)
            all += gsl_matrix_get(f->s, i, j);
    }
    for (size_t i = 0; i < f->k; i++) {
        double row = 0, s = gsl_matrix_get(f->s, i, i), loading;

        for (size_t j = 0; j < f->k; j++)
            row += gsl_matrix_get(f->s, i, j);
        loading = row / sqrt(fmax(all, 1e-12));
        if (loading * loading > 0.8 * s)
            loading = copysign(sqrt(0.8 * s), loading);
        gsl_vector_set(f->par, i, loading);
        gsl_vector_set(f->par, f->k + i, s - loading * loading);
    }
    f->discrepancy = discrepancy(f, f->par);
}

static struct stat_omega result(const struct fit *f)
{
    struct stat_omega r = {.state = STAT_OK};
    double sum = 0, unique = 0, sign;

    for (size_t i = 0; i < f->k; i++)
        sum += gsl_vector_get(f->par, i);
    sign = sum < 0 ? -1 : 1;
    for (size_t i = 0; i < f->k; i++) {
        r.loading[i] = sign * gsl_vector_get(f->par, i);
        r.unique[i] = gsl_vector_get(f->par, f->k + i);
        r.improper = r.improper || r.unique[i] <= 0;
        unique += r.unique[i];
    }
    r.omega = sum * sum / (sum * sum + unique);
    return r;
}

struct stat_omega stat_omega(const struct stat_products *p)
{
    struct stat_omega r = {.state = STAT_TOO_FEW};
    struct fit f;
    double moved = 1;

    if (p->items < 3 || p->items > STAT_OMEGA_ITEMS_MAX || p->n < 2)
        return r;
    r.state = STAT_UNDEFINED;
    for (size_t i = 0; i < p->items; i++) {
        if (stat_covariance(p, i, i).x <= 0)
            return r;
    }
    fit_init(&f, p);
    start(&f);
    for (int i = 0; i < 2000 && moved > 1e-13; i++) {
        if (!scoring_step(&f, &moved))
            break;
    }
    if (moved < 1e-8 && isfinite(f.discrepancy))
        r = result(&f);
    fit_fini(&f);
    return r;
}
