#include "tests/stat/nist_sets.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

void nist_fini(struct nist_set *s)
{
    free(s->data);
}

/* Simon & Lesage (1989): a large constant, then .2 and an even number of .1 and .3 by turns. */
static void make_numacc(struct nist_set *s, double base_tenths, size_t pairs)
{
    *s = (struct nist_set){.kind = NIST_UNIVARIATE, .rows = 2 * pairs + 1, .columns = 1};
    s->data = mem_alloc(s->rows, sizeof(*s->data));
    s->data[0] = (base_tenths + 2) / 10;
    for (size_t i = 1; i < s->rows; i++)
        s->data[i] = (base_tenths + (i % 2 == 1 ? 1 : 3)) / 10;
    s->mean = (base_tenths + 2) / 10;
    s->sd = 0.1;
    /* 2 pairs - 1 products of -.01 over 2 pairs squares of .01 */
    s->autocorrelation = -(double)(2 * pairs - 1) / (double)(2 * pairs);
}

static void make_numacc1(struct nist_set *s)
{
    *s = (struct nist_set){
        .kind = NIST_UNIVARIATE, .rows = 3, .columns = 1, .mean = 10000002, .sd = 1, .autocorrelation = -0.5};
    s->data = mem_alloc(3, sizeof(*s->data));
    s->data[0] = 10000001;
    s->data[1] = 10000003;
    s->data[2] = 10000002;
}

/* Simon & Lesage (1989): nine treatments with means .4, .3, .5, .3, .5 … above a large constant, and within
 * each the mean once, then .1 below and .1 above by turns. */
static void make_smls(struct nist_set *s, double base, size_t replicates)
{
    *s = (struct nist_set){.kind = NIST_ANOVA, .rows = replicates, .columns = 9};
    s->data = mem_alloc(s->rows * s->columns, sizeof(*s->data));
    for (size_t i = 0; i < s->rows; i++) {
        for (size_t t = 0; t < s->columns; t++) {
            double tenths = t == 0 ? 4 : t % 2 == 1 ? 3 : 5;

            tenths += i == 0 ? 0 : i % 2 == 1 ? -1 : 1;
            s->data[i * s->columns + t] =
                (base * 10 + tenths) / 10; /* the nearest double to the decimal number */
        }
    }
    s->between = 0.08 * (double)replicates;
    s->within = 0.09 * (double)(replicates - 1);
    s->f = (double)replicates;
    s->r2 = s->between / (s->between + s->within);
    s->residual_sd = 0.1;
}

/* Wampler (1970): a polynomial of degree 5 at 0..20, without and with residuals of growing size. */
static void make_wampler(struct nist_set *s, double ratio, double residual)
{
    static const double delta[21] = {759,   -2048, 2048,  -2048, 2523,  -2048, 2048,
                                     -2048, 1838,  -2048, 2048,  -2048, 1838,  -2048,
                                     2048,  -2048, 2523,  -2048, 2048,  -2048, 759};
    static const double se[6] = {2152.32624678170, 2363.55173469681, 779.343524331583,
                                 101.475507550350, 5.64566512170752, 0.112324854679312};
    static const double r2[3] = {0.999995559025820, 0.957478440825662, 0.224668921574940E-02};

    *s = (struct nist_set){
        .kind = NIST_REGRESSION, .rows = 21, .columns = 2, .coefficients = 6, .intercept = true, .r2 = 1};
    s->data = mem_alloc(42, sizeof(*s->data));
    for (size_t i = 0; i < 21; i++) {
        double y = 0;

        for (int k = 0; k < 6; k++)
            y += ratio == 1 ? pow((double)i, k) : round(pow((double)i, k) * pow(10, 5 - k));
        s->data[2 * i] = ratio == 1 ? y + residual * delta[i] : y / 1e5;
        s->data[2 * i + 1] = (double)i;
    }
    for (int k = 0; k < 6; k++) {
        s->b[k] = 1 / pow(ratio, k);
        s->se[k] = residual * se[k];
    }
    s->residual_sd = residual * 2360.14502379268;
    if (residual > 0)
        s->r2 = r2[(int)round(log10(residual) / 2)];
}

bool nist_make(const char *name, struct nist_set *s)
{
    static const size_t replicates[3] = {21, 201, 2001};
    static const double residual[5] = {0, 0, 1, 100, 10000}, base[3] = {1, 1e6, 1e12};
    int k = name[strlen(name) - 1] - '1';

    if (strncmp(name, "NumAcc", 6) == 0 && k == 0)
        make_numacc1(s);
    else if (strncmp(name, "NumAcc", 6) == 0)
        make_numacc(s, k == 1 ? 10 : k == 2 ? 1e7 : 1e8, 500);
    else if (strncmp(name, "SmLs", 4) == 0)
        make_smls(s, base[k / 3], replicates[k % 3]);
    else if (strncmp(name, "Wampler", 7) == 0)
        make_wampler(s, k == 1 ? 10 : 1, residual[k]);
    else
        return false;
    return true;
}

/* The number after the last colon. */
static double after_colon(const char *line)
{
    return strtod(strrchr(line, ':') + 1, NULL);
}

static void read_certified(struct nist_set *s, const char *line, const char *before)
{
    double x[4] = {0};
    int k;

    if (strncmp(line, "Sample Mean", 11) == 0)
        s->mean = after_colon(line);
    else if (strncmp(line, "Sample Standard Deviation", 25) == 0)
        s->sd = after_colon(line);
    else if (strncmp(line, "Sample Autocorrelation", 22) == 0)
        s->autocorrelation = after_colon(line);
    else if (sscanf(line, "Between %*s %*d %lf %*f %lf", &x[0], &x[1]) == 2) {
        s->between = x[0];
        s->f = x[1];
    } else if (sscanf(line, "Within %*s %*d %lf", &x[0]) == 1)
        s->within = x[0];
    else if (sscanf(line, " Certified R-Squared %lf", &x[0]) == 1 ||
             sscanf(line, " R-Squared %lf", &x[0]) == 1)
        s->r2 = x[0];
    else if (strstr(before, "Residual") != NULL && sscanf(line, " Standard Deviation %lf", &x[0]) == 1)
        s->residual_sd = x[0];
    else if (s->kind == NIST_REGRESSION && sscanf(line, " B%d %lf %lf", &k, &x[0], &x[1]) == 3) {
        s->intercept = s->intercept || k == 0;
        s->b[s->coefficients] = x[0];
        s->se[s->coefficients++] = x[1];
    }
}

static void read_row(struct nist_set *s, const char *line, size_t *capacity)
{
    size_t columns = 0;
    char *end;

    for (;;) {
        double x = strtod(line, &end);

        if (end == line)
            break;
        s->data = mem_room(s->data, s->rows * s->columns + columns, capacity, sizeof(*s->data));
        s->data[s->rows * s->columns + columns++] = x;
        line = end;
    }
    if (columns > 0) {
        s->columns = columns;
        s->rows++;
    }
}

bool nist_read(const char *file, enum nist_kind kind, struct nist_set *s)
{
    enum { DATA_LINE = 61 }; /* but for the univariate files: after a row of dashes */
    FILE *f = fopen(file, "r");
    char line[500], before[500] = "";
    size_t capacity = 0;
    bool data = false;

    *s = (struct nist_set){.kind = kind};
    if (f == NULL)
        return false;
    for (int i = 1; fgets(line, sizeof line, f) != NULL; i++) {
        data = data || (kind == NIST_UNIVARIATE ? strncmp(before, "---", 3) == 0 : i >= DATA_LINE);
        if (data)
            read_row(s, line, &capacity);
        else
            read_certified(s, line, before);
        memcpy(before, line, sizeof before);
    }
    (void)fclose(f);
    return s->rows > 0;
}
