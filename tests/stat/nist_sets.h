#ifndef TLD_TESTS_NIST_SETS_H
#define TLD_TESTS_NIST_SETS_H

/*
 * Statistical Reference Datasets of the US National Institute of Standards and Technology (public domain):
 * those that follow from their definition are made here, the others read from NIST's files.
 */

#include <stdbool.h>
#include <stddef.h>

enum nist_kind { NIST_UNIVARIATE, NIST_ANOVA, NIST_REGRESSION };

enum { NIST_COEFFICIENTS = 11 };

struct nist_set {
    enum nist_kind kind;
    size_t rows, columns; /* of data: values; treatments across; y and predictors */
    double *data;         /* rows x columns */
    size_t coefficients;
    bool intercept;
    /* certified */
    double mean, sd, autocorrelation;                   /* univariate */
    double between, within, f;                          /* anova: sums of squares */
    double b[NIST_COEFFICIENTS], se[NIST_COEFFICIENTS]; /* regression */
    double residual_sd, r2;
};

/* False when the name has no definition here. */
bool nist_make(const char *name, struct nist_set *s);

/* False when the file can not be read. */
bool nist_read(const char *file, enum nist_kind kind, struct nist_set *s);

void nist_fini(struct nist_set *s);

#endif
