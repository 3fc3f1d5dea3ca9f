#ifndef TLD_STAT_DIST_H
#define TLD_STAT_DIST_H

/*
 * Tails and quantiles of the normal, t, F, chi-square and beta distributions.
 *
 * Normal and chi-square are GSL's. t, F and beta go through an incomplete beta function of our own: GSL's t
 * switches to a Cornish-Fisher series above 30 degrees of freedom (5e-10 off at t = 9, df = 35), and its
 * quantiles inherit that. Ours keeps a relative 1e-13 far out in the tails.
 */

/* ln(1+u) - u, u > -1, where ratio = 1+u is known better than u when it is small. */
double stat_log_deviance(double ratio, double u);

/*
 * Regularised incomplete beta I_x(a,b), a,b > 0, with y = 1-x given apart so that neither is lost to
 * rounding. Continued fraction of DiDonato & Morris (1992) ACM TOMS 18:360 (modified Lentz), prefactor in
 * the saddle-point form of Loader (2000).
 */
double stat_beta_cdf(double x, double y, double a, double b);

double stat_normal_two_sided(double z);
double stat_normal_quantile(double p);

/* P(|T| >= |t|) with df > 0 degrees of freedom, not necessarily whole. */
double stat_t_two_sided(double t, double df);
double stat_t_lower(double t, double df); /* P(T <= t) */
double stat_t_quantile(double p, double df);

double stat_f_upper(double f, double df1, double df2);
double stat_f_quantile(double p, double df1, double df2);

double stat_chisq_upper(double x, double df);

/* Quantile of the beta distribution, 0 < p < 1. */
double stat_beta_quantile(double p, double a, double b);

#endif
