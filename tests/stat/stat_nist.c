/*
 * Goal: means, analyses of variance and regressions keep at least the digits of NIST's certified values that
 * R keeps.
 *
 * stat_nist [DIR] prints the correct digits (LRE, the negative decimal logarithm of the relative error, at
 * most 15) of each figure of each set. Sets that follow from their definition are made here; the others, and
 * the same ones as NIST wrote them, are read from DIR. Exits 1 when a set falls short.
 */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/stat_base.h"
#include "analysis/stat_classes.h"
#include "analysis/stat_regress.h"
#include "analysis/stat_summary.h"
#include "core/base/mem.h"
#include "tests/stat/nist_sets.h"

/* What each set must reach in its worst figure. */
static const struct {
    const char *name, *file; /* file NULL: made */
    enum nist_kind kind;
    double digits;
} sets[] = {
    {"NumAcc1", NULL, NIST_UNIVARIATE, 15},
    {"NumAcc2", NULL, NIST_UNIVARIATE, 15},
    {"NumAcc3", NULL, NIST_UNIVARIATE, 9},
    {"NumAcc4", NULL, NIST_UNIVARIATE, 8},
    {"Lew", "Lew.dat", NIST_UNIVARIATE, 14},
    {"Lottery", "Lottery.dat", NIST_UNIVARIATE, 14.5},
    {"Mavro", "Mavro.dat", NIST_UNIVARIATE, 13},
    {"Michelso", "Michelso.dat", NIST_UNIVARIATE, 13},
    {"NumAcc1", "NumAcc1.dat", NIST_UNIVARIATE, 15},
    {"NumAcc2", "NumAcc2.dat", NIST_UNIVARIATE, 15},
    {"NumAcc3", "NumAcc3.dat", NIST_UNIVARIATE, 9},
    {"NumAcc4", "NumAcc4.dat", NIST_UNIVARIATE, 8},
    {"SmLs01", NULL, NIST_ANOVA, 14.5},
    {"SmLs02", NULL, NIST_ANOVA, 14.5},
    {"SmLs03", NULL, NIST_ANOVA, 14.5},
    {"SmLs04", NULL, NIST_ANOVA, 10},
    {"SmLs05", NULL, NIST_ANOVA, 9.5},
    {"SmLs06", NULL, NIST_ANOVA, 9.5},
    {"SmLs07", NULL, NIST_ANOVA, 4},
    {"SmLs08", NULL, NIST_ANOVA, 3.5},
    {"SmLs09", NULL, NIST_ANOVA, 3.5},
    {"SiRstv", "SiRstvt.dat", NIST_ANOVA, 13},
    {"AtmWtAg", "AtmWtAgt.dat", NIST_ANOVA, 10},
    {"SmLs01", "SmLs01t.dat", NIST_ANOVA, 14.5},
    {"SmLs02", "SmLs02t.dat", NIST_ANOVA, 14.5},
    {"SmLs03", "SmLs03t.dat", NIST_ANOVA, 14.5},
    {"SmLs04", "SmLs04t.dat", NIST_ANOVA, 10},
    {"SmLs05", "SmLs05t.dat", NIST_ANOVA, 9.5},
    {"SmLs06", "SmLs06t.dat", NIST_ANOVA, 9.5},
    {"SmLs07", "SmLs07t.dat", NIST_ANOVA, 4},
    {"SmLs08", "SmLs08t.dat", NIST_ANOVA, 3.5},
    {"SmLs09", "SmLs09t.dat", NIST_ANOVA, 3.5},
    {"Wampler1", NULL, NIST_REGRESSION, 13},
    {"Wampler2", NULL, NIST_REGRESSION, 13},
    {"Wampler3", NULL, NIST_REGRESSION, 13},
    {"Wampler4", NULL, NIST_REGRESSION, 13},
    {"Wampler5", NULL, NIST_REGRESSION, 13},
    {"Norris", "Norris.dat", NIST_REGRESSION, 13},
    {"Pontius", "Pontius.dat", NIST_REGRESSION, 13},
    {"NoInt1", "NoInt1.dat", NIST_REGRESSION, 13},
    {"NoInt2", "NoInt2.dat", NIST_REGRESSION, 13},
    {"Longley", "Longley.dat", NIST_REGRESSION, 14},
    {"Filip", "Filip.dat", NIST_REGRESSION, 7.5},
    {"Wampler1", "Wampler1.dat", NIST_REGRESSION, 13},
    {"Wampler2", "Wampler2.dat", NIST_REGRESSION, 13},
    {"Wampler3", "Wampler3.dat", NIST_REGRESSION, 13},
    {"Wampler4", "Wampler4.dat", NIST_REGRESSION, 13},
    {"Wampler5", "Wampler5.dat", NIST_REGRESSION, 13},
};

static double lre(double got, double certified)
{
    double error = fabs(got - certified) / (certified != 0 ? fabs(certified) : 1);

    return error > 0 ? fmax(0, fmin(15, -log10(error))) : 15;
}

/* Prints one figure's digits and keeps the fewest. */
static void tell(const char *figure, double got, double certified, double *least)
{
    double digits = lre(got, certified);

    printf("  %s %.1f", figure, digits);
    *least = fmin(*least, digits);
}

static double run_univariate(const struct nist_set *s)
{
    struct stat_summary m = stat_summary_values(s->data, s->rows);
    double least = 15;

    tell("mean", stat_mean(&m).x, s->mean, &least);
    tell("sd", stat_sd(&m).x, s->sd, &least);
    tell("r1", stat_autocorrelation(s->data, s->rows).x, s->autocorrelation, &least);
    return least;
}

static double run_anova(const struct nist_set *s)
{
    struct stat_summary *group = mem_alloc(s->columns, sizeof(*group));
    double *column = mem_alloc(s->rows, sizeof(*column)), least = 15;
    struct stat_anova a;

    for (size_t t = 0; t < s->columns; t++) {
        for (size_t i = 0; i < s->rows; i++)
            column[i] = s->data[i * s->columns + t];
        group[t] = stat_summary_values(column, s->rows);
    }
    a = stat_classes_anova(group, s->columns);
    tell("between", a.ssb, s->between, &least);
    tell("within", a.ssw, s->within, &least);
    tell("F", a.f.x, s->f, &least);
    tell("R2", a.eta2.x, s->r2, &least);
    tell("sd", sqrt(a.msw), s->residual_sd, &least);
    free(column);
    free(group);
    return least;
}

static double run_regression(const struct nist_set *s)
{
    size_t k = s->coefficients, predictors = s->columns - 1, first = s->intercept ? 1 : 0;
    double *x = mem_alloc(s->rows * k, sizeof(*x)), *y = mem_alloc(s->rows, sizeof(*y));
    double least = 15, of_b = 15, of_se = 15;
    struct stat_regression r;

    for (size_t i = 0; i < s->rows; i++) {
        const double *row = s->data + i * s->columns;

        y[i] = row[0];
        for (size_t j = 0; j < k; j++) /* one predictor: its powers; several: themselves */
            x[i * k + j] = j < first         ? 1
                           : predictors == 1 ? (double)powl((long double)row[1], (long double)(j + 1 - first))
                                             : row[1 + j - first];
    }
    r = stat_regress(x, s->rows, k, y, NULL);
    for (size_t j = 0; j < k; j++) {
        of_b = fmin(of_b, lre(r.coefficient[j], s->b[j]));
        if (s->residual_sd > 0)
            of_se = fmin(of_se, lre(stat_regress_se_scaled(&r, j).x, s->se[j]));
    }
    printf("  coefficients %.1f", of_b);
    if (s->residual_sd > 0) {
        printf("  errors %.1f", of_se);
        tell("sd", sqrt(r.sigma2.x), s->residual_sd, &least);
    }
    tell("R2", s->intercept ? r.r2_mean : r.r2_zero, s->r2, &least);
    free(y);
    free(x);
    return r.state == STAT_OK ? fmin(least, fmin(of_b, of_se)) : 0;
}

static double run(const struct nist_set *s)
{
    switch (s->kind) {
    case NIST_UNIVARIATE:
        return run_univariate(s);
    case NIST_ANOVA:
        return run_anova(s);
    case NIST_REGRESSION:
        return run_regression(s);
    }
    return 0;
}

int main(int argc, char **argv)
{
    int passed = 0, failed = 0;

    stat_init();
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        struct nist_set s;
        double digits = 0;
        bool ok;

        if (sets[i].file != NULL && argc < 2)
            continue;
        printf("%-9s%-5s", sets[i].name, sets[i].file != NULL ? "NIST" : "made");
        if (sets[i].file != NULL) {
            char *path = mem_printf("%s/%s", argv[1], sets[i].file);

            ok = nist_read(path, sets[i].kind, &s);
            free(path);
        } else {
            ok = nist_make(sets[i].name, &s);
        }
        if (ok)
            digits = run(&s);
        ok = ok && digits >= sets[i].digits;
        printf("%s\n", ok ? "" : "  TOO FEW");
        passed += ok;
        failed += !ok;
        nist_fini(&s);
    }
    if (argc < 2)
        printf("NIST's files are not here: the sets that follow from their definition alone\n");
    printf("stat_nist: %d passed, %d failed\n", passed, failed);
    return failed == 0 ? 0 : 1;
}
