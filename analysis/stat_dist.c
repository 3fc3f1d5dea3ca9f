#include "analysis/stat_dist.h"

#include <float.h>
#include <math.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sf_gamma.h>
#include <gsl/gsl_sf_log.h>

double stat_log_deviance(double ratio, double u)
{
    return ratio < 0.5 ? log(ratio) - u : gsl_sf_log_1plusx_mx(u);
}

/* x^a y^b / B(a,b), y = 1-x, without the cancellation of log-gammas: Stirling's residuals and the deviances
 * of x from its mean a/(a+b). */
static double beta_prefactor(double x, double y, double a, double b)
{
    double n = a + b;
    double apart = b * x - a * y; /* n times the distance from the mean */
    double deviance =
        a * stat_log_deviance(x * n / a, apart / a) + b * stat_log_deviance(y * n / b, -apart / b);
    double gammas = gsl_sf_gammastar(n) / (gsl_sf_gammastar(a) * gsl_sf_gammastar(b));

    return sqrt(a * b / (2 * M_PI * n)) * gammas * exp(deviance);
}

/* The even part of the continued fraction for I_x(a,b) B(a,b) / (x^a y^b), for x up to the mean a/(a+b). */
static double beta_fraction(double x, double y, double a, double b)
{
    double lambda = a * y - b * x; /* >= 0 */
    double f = a * (lambda + 1) / (a + 1);
    double c, d;

    c = f;
    d = 0;
    for (int m = 1; m < 100000; m++) {
        double am = a + 2.0 * m;
        double alpha = (a + m - 1) * (a + b + m - 1) * m * (b - m) * x * x / ((am - 1) * (am - 1));
        double beta = m + m * (b - m) * x / (am - 1) + (a + m) * (lambda + 1 + m * (1 + y)) / (am + 1);
        double change;

        d = beta + alpha * d;
        c = beta + alpha / c;
        if (d == 0)
            d = DBL_MIN;
        if (c == 0)
            c = DBL_MIN;
        d = 1 / d;
        change = c * d;
        f *= change;
        if (fabs(change - 1) < 2 * DBL_EPSILON)
            break;
    }
    return 1 / f;
}

double stat_beta_cdf(double x, double y, double a, double b)
{
    if (x <= 0)
        return 0;
    if (y <= 0)
        return 1;
    if (a * y >= b * x) /* x below the mean: the fraction converges */
        return beta_prefactor(x, y, a, b) * beta_fraction(x, y, a, b);
    return 1 - beta_prefactor(x, y, a, b) * beta_fraction(y, x, b, a);
}

double stat_normal_two_sided(double z)
{
    return 2 * gsl_cdf_ugaussian_Q(fabs(z));
}

double stat_normal_quantile(double p)
{
    return gsl_cdf_ugaussian_Pinv(p);
}

double stat_t_two_sided(double t, double df)
{
    double square = t * t;

    if (isinf(square))
        return 0;
    return stat_beta_cdf(df / (df + square), square / (df + square), df / 2, 0.5);
}

double stat_t_lower(double t, double df)
{
    double tail = stat_t_two_sided(t, df) / 2;

    return t < 0 ? tail : 1 - tail;
}

/*
 * The root of cdf(x) = p between low and high, where cdf rises: bisection, which needs no derivative and can
 * not leave the bracket, until the ends are neighbours.
 */
static double bisect(double (*cdf)(double x, const double *par), const double *par, double p, double low,
                     double high)
{
    for (int i = 0; i < 2000; i++) {
        double mid = low + (high - low) / 2;

        if (mid <= low || mid >= high)
            break;
        if (cdf(mid, par) < p)
            low = mid;
        else
            high = mid;
    }
    return low + (high - low) / 2;
}

static double t_upper_complement(double t, const double *par)
{
    return -stat_t_two_sided(t, par[0]);
}

/* The t > 0 whose two tails together hold `both`: Newton from GSL's value; bisection should it not settle. */
static double t_of_tails(double both, double df)
{
    double t = gsl_cdf_tdist_Qinv(both / 2, df), high = 1;

    for (int i = 0; i < 8 && isfinite(t) && t > 0; i++) {
        double step = (stat_t_two_sided(t, df) - both) / (2 * gsl_ran_tdist_pdf(t, df));

        t += step;
        if (fabs(step) <= 4 * DBL_EPSILON * t)
            return t;
    }
    while (high < 1e300 && stat_t_two_sided(high, df) > both)
        high *= 2;
    return bisect(t_upper_complement, &df, -both, 0, high);
}

double stat_t_quantile(double p, double df)
{
    double tail = p < 0.5 ? p : 1 - p;
    double t = tail < 0.5 ? t_of_tails(2 * tail, df) : 0;

    return p < 0.5 ? -t : t;
}

double stat_f_upper(double f, double df1, double df2)
{
    double scale = df2 + df1 * f;

    if (!(f > 0))
        return 1;
    if (isinf(scale))
        return 0;
    return stat_beta_cdf(df2 / scale, df1 * f / scale, df2 / 2, df1 / 2);
}

static double beta_cdf_at(double x, const double *par)
{
    return stat_beta_cdf(x, 1 - x, par[0], par[1]);
}

double stat_beta_quantile(double p, double a, double b)
{
    double forth[2] = {a, b};
    double back[2] = {b, a};
    double x = bisect(beta_cdf_at, forth, p, 0, 1);

    /* Near 1 the complement is known better than x, unless 1-p would lose p. */
    return x > 0.5 && p > 0.01 ? 1 - bisect(beta_cdf_at, back, 1 - p, 0, 1) : x;
}

double stat_f_quantile(double p, double df1, double df2)
{
    double par[2] = {df1 / 2, df2 / 2};
    double back[2] = {df2 / 2, df1 / 2};
    double x = bisect(beta_cdf_at, par, p, 0, 1);
    double y = bisect(beta_cdf_at, back, 1 - p, 0, 1);

    return x > 0.5 ? (1 - y) / y * df2 / df1 : x / (1 - x) * df2 / df1;
}

double stat_chisq_upper(double x, double df)
{
    return x > 0 ? gsl_cdf_chisq_Q(x, df) : 1;
}
