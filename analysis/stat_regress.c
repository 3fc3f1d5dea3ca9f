#include "analysis/stat_regress.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_blas.h>
#include <gsl/gsl_linalg.h>

#include "analysis/stat_dist.h"
#include "core/base/mem.h"

/* For residuals that must keep digits after large numbers have cancelled: 113 bits. */
#if LDBL_MANT_DIG >= 113
typedef long double wide;
#else
__extension__ typedef __float128 wide;
#endif

/* The weighted system: rows of x and y times sqrt(w), columns of x times scale so that each has length 1. */
struct system {
    size_t rows, columns;
    wide *x, *y;
    double scale[STAT_REGRESS_MAX];
    gsl_matrix *qr;
    gsl_vector *tau;
};

static void system_init(struct system *s, const double *x, size_t rows, size_t columns, const double *y,
                        const double *w)
{
    *s = (struct system){.rows = rows,
                         .columns = columns,
                         .x = mem_alloc(rows * columns, sizeof(*s->x)),
                         .y = mem_alloc(rows, sizeof(*s->y)),
                         .qr = gsl_matrix_alloc(rows, columns),
                         .tau = gsl_vector_alloc(columns)};
    for (size_t i = 0; i < rows; i++) {
        wide root = w == NULL ? 1 : (wide)sqrtl((long double)w[i]);

        s->y[i] = root * (wide)y[i];
        for (size_t j = 0; j < columns; j++)
            s->x[i * columns + j] = root * (wide)x[i * columns + j];
    }
    for (size_t j = 0; j < columns; j++) {
        wide length = 0;

        for (size_t i = 0; i < rows; i++)
            length += s->x[i * columns + j] * s->x[i * columns + j];
        /* a power of two, so that scaling rounds nothing */
        s->scale[j] = length > 0 ? exp2(-round(log2(sqrt((double)length)))) : 1;
        for (size_t i = 0; i < rows; i++) {
            s->x[i * columns + j] *= (wide)s->scale[j];
            gsl_matrix_set(s->qr, i, j, (double)s->x[i * columns + j]);
        }
    }
}

static void system_fini(struct system *s)
{
    free(s->x);
    free(s->y);
    gsl_matrix_free(s->qr);
    gsl_vector_free(s->tau);
}

/* False when a diagonal element of R is next to nothing: a column follows from those before. */
static bool decompose(struct system *s)
{
    double largest = 0, least = INFINITY;

    if (gsl_linalg_QR_decomp(s->qr, s->tau) != 0)
        return false;
    for (size_t j = 0; j < s->columns; j++) {
        double r = fabs(gsl_matrix_get(s->qr, j, j));

        largest = fmax(largest, r);
        least = fmin(least, r);
    }
    return isfinite(largest) && least > 1e-14 * largest;
}

/*
 * One correction of the residuals r and coefficients b of the augmented system r + X b = y, X'r = 0: with f
 * and g what is missing in the two, solve the same system for (f, g) by the QR at hand. Returns the size of
 * the change in b.
 */
static double refine(const struct system *s, wide *r, wide *b, gsl_vector *f, gsl_vector *h)
{
    const gsl_matrix_const_view upper = gsl_matrix_const_submatrix(s->qr, 0, 0, s->columns, s->columns);
    gsl_vector_view head = gsl_vector_subvector(f, 0, s->columns);
    double change = 0;

    for (size_t j = 0; j < s->columns; j++) {
        wide g = 0;

        for (size_t i = 0; i < s->rows; i++)
            g -= s->x[i * s->columns + j] * r[i];
        gsl_vector_set(h, j, (double)g);
    }
    for (size_t i = 0; i < s->rows; i++) {
        wide missing = s->y[i] - r[i];

        for (size_t j = 0; j < s->columns; j++)
            missing -= s->x[i * s->columns + j] * b[j];
        gsl_vector_set(f, i, (double)missing);
    }
    /* h = R'^-1 g; Q'f = (d, e); b += R^-1 (d - h); r += Q (h, e) */
    gsl_blas_dtrsv(CblasUpper, CblasTrans, CblasNonUnit, &upper.matrix, h);
    gsl_linalg_QR_QTvec(s->qr, s->tau, f);
    gsl_blas_dswap(&head.vector, h); /* f = (h, e), h = d */
    gsl_blas_daxpy(-1, &head.vector, h);
    gsl_blas_dtrsv(CblasUpper, CblasNoTrans, CblasNonUnit, &upper.matrix, h);
    gsl_linalg_QR_Qvec(s->qr, s->tau, f);
    for (size_t j = 0; j < s->columns; j++) {
        b[j] += (wide)gsl_vector_get(h, j);
        change = fmax(change, fabs(gsl_vector_get(h, j)));
    }
    for (size_t i = 0; i < s->rows; i++)
        r[i] += (wide)gsl_vector_get(f, i);
    return change;
}

static void solve(const struct system *s, wide *r, wide *b)
{
    gsl_vector *f = gsl_vector_alloc(s->rows), *h = gsl_vector_alloc(s->columns);
    double change = INFINITY, before;
    int round = 0;

    do {
        before = change;
        change = refine(s, r, b, f, h);
    } while (++round < 20 && change > 0 && change < before / 2);
    gsl_vector_free(f);
    gsl_vector_free(h);
}

/* (R'R)^-1 column by column, back on the scale of the given columns. */
static void invert(const struct system *s, struct stat_regression *out)
{
    const gsl_matrix_const_view upper = gsl_matrix_const_submatrix(s->qr, 0, 0, s->columns, s->columns);
    gsl_vector *e = gsl_vector_alloc(s->columns);

    for (size_t j = 0; j < s->columns; j++) {
        gsl_vector_set_basis(e, j);
        gsl_blas_dtrsv(CblasUpper, CblasTrans, CblasNonUnit, &upper.matrix, e);
        gsl_blas_dtrsv(CblasUpper, CblasNoTrans, CblasNonUnit, &upper.matrix, e);
        for (size_t i = 0; i < s->columns; i++)
            out->inverse[i][j] = gsl_vector_get(e, i) * s->scale[i] * s->scale[j];
    }
    gsl_vector_free(e);
}

/* Sums of squares, of the residuals and of y about its weighted mean and about 0. */
static void sums(const struct system *s, const wide *r, const double *w, struct stat_regression *out)
{
    wide chi2 = 0, zero = 0, weight = 0, mean = 0, about = 0;

    for (size_t i = 0; i < s->rows; i++) {
        wide root = w == NULL ? 1 : (wide)sqrtl((long double)w[i]);

        chi2 += r[i] * r[i];
        zero += s->y[i] * s->y[i];
        weight += root * root;
        mean += root * s->y[i];
    }
    mean /= weight;
    for (size_t i = 0; i < s->rows; i++) {
        wide root = w == NULL ? 1 : (wide)sqrtl((long double)w[i]);

        about += (s->y[i] - root * mean) * (s->y[i] - root * mean);
    }
    out->chi2 = (double)chi2;
    out->r2_mean = about > 0 ? (double)(1 - chi2 / about) : 0;
    out->r2_zero = zero > 0 ? (double)(1 - chi2 / zero) : 0;
    out->sigma2 = out->df > 0 ? stat_ok(out->chi2 / out->df) : stat_none(STAT_TOO_FEW);
}

struct stat_regression stat_regress(const double *x, size_t rows, size_t columns, const double *y,
                                    const double *w)
{
    struct stat_regression out = {
        .state = STAT_TOO_FEW, .columns = columns, .sigma2 = stat_none(STAT_TOO_FEW)};
    struct system s;

    if (rows < columns || columns < 1 || columns > STAT_REGRESS_MAX)
        return out;
    out.df = (double)(rows - columns);
    out.state = STAT_UNDEFINED;
    system_init(&s, x, rows, columns, y, w);
    if (decompose(&s)) {
        wide *r = mem_alloc(rows, sizeof(*r)), b[STAT_REGRESS_MAX] = {0};

        solve(&s, r, b);
        out.state = STAT_OK;
        for (size_t j = 0; j < columns; j++)
            out.coefficient[j] = (double)(b[j] * (wide)s.scale[j]);
        invert(&s, &out);
        sums(&s, r, w, &out);
        free(r);
    }
    system_fini(&s);
    return out;
}

struct stat_value stat_regress_se_known(const struct stat_regression *r, size_t i)
{
    return r->state == STAT_OK ? stat_ok(sqrt(r->inverse[i][i])) : stat_none(r->state);
}

struct stat_value stat_regress_se_scaled(const struct stat_regression *r, size_t i)
{
    if (r->state != STAT_OK || r->sigma2.state != STAT_OK)
        return stat_none(r->state != STAT_OK ? r->state : r->sigma2.state);
    return stat_ok(sqrt(r->sigma2.x * r->inverse[i][i]));
}

struct stat_value stat_regress_t(const struct stat_regression *r, size_t i)
{
    struct stat_value se = stat_regress_se_scaled(r, i);

    return se.state == STAT_OK ? stat_ok(r->coefficient[i] / se.x) : se;
}

struct stat_value stat_regress_p(const struct stat_regression *r, size_t i)
{
    struct stat_value t = stat_regress_t(r, i);

    return t.state == STAT_OK ? stat_ok(stat_t_two_sided(t.x, r->df)) : t;
}
