/* Many groups, questions or rounds. */

#include "tests/stat/cases.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "analysis/stat_adjust.h"
#include "analysis/stat_classes.h"
#include "analysis/stat_omega.h"
#include "analysis/stat_reliability.h"
#include "analysis/stat_response.h"
#include "analysis/stat_trend.h"
#include "analysis/stat_units.h"
#include "core/base/mem.h"
#include "tests/stat/case_json.h"

/* Sums, products and counts over those who answered every question. */
struct patterns {
    size_t items, categories;
    int64_t *sum, *product, *count, *hist;
    struct stat_products p;
};

static void patterns_read(const json_t *input, struct patterns *t)
{
    const json_t *rows = json_object_get(input, "patterns");
    size_t k = json_array_size(json_array_get(rows, 0)) - 1, C = (size_t)case_int(input, "scale_max", 4);

    *t = (struct patterns){.items = k, .categories = C};
    t->sum = mem_alloc(k, sizeof(*t->sum));
    t->product = mem_alloc(k * k, sizeof(*t->product));
    t->count = mem_alloc(k * C, sizeof(*t->count));
    t->hist = mem_alloc(k * (C - 1) + 1, sizeof(*t->hist));
    t->p = (struct stat_products){.n = 0, .items = k, .sum = t->sum, .product = t->product};
    for (size_t r = 0; r < json_array_size(rows); r++) {
        const json_t *row = json_array_get(rows, r);
        int64_t persons = (int64_t)json_number_value(json_array_get(row, k)), total = 0;
        bool complete = true;

        for (size_t i = 0; i < k; i++) {
            complete = complete && json_is_number(json_array_get(row, i));
            total += (int64_t)json_number_value(json_array_get(row, i));
        }
        if (!complete)
            continue;
        t->p.n += persons;
        t->hist[total - (int64_t)k] += persons;
        for (size_t i = 0; i < k; i++) {
            int64_t x = (int64_t)json_number_value(json_array_get(row, i));

            t->sum[i] += persons * x;
            t->count[i * C + (size_t)(x - 1)] += persons;
            for (size_t j = 0; j < k; j++)
                t->product[i * k + j] += persons * x * (int64_t)json_number_value(json_array_get(row, j));
        }
    }
}

static void patterns_fini(struct patterns *t)
{
    free(t->sum);
    free(t->product);
    free(t->count);
    free(t->hist);
}

static void put_matrix(json_t *o, const char *key, const struct stat_products *p,
                       struct stat_value (*entry)(const struct stat_products *p, size_t i, size_t j))
{
    json_t *rows = json_array();

    for (size_t i = 0; i < p->items; i++) {
        json_t *row = json_array();

        for (size_t j = 0; j < p->items; j++)
            json_array_append_new(row, case_json(entry(p, i, j)));
        json_array_append_new(rows, row);
    }
    json_object_set_new(o, key, rows);
}

static void put_pattern_counts(json_t *o, const struct patterns *t)
{
    json_t *rows = json_array();

    for (size_t i = 0; i < t->items; i++) {
        struct stat_counts c = stat_counts_of(t->count + i * t->categories, t->categories);
        struct stat_summary s = stat_summary_counts(&c);
        json_t *row = json_array();

        for (size_t j = 0; j < t->categories; j++)
            json_array_append_new(row, json_integer(c.n[j]));
        json_array_append_new(rows, row);
        case_add(o, "item_means", stat_mean(&s));
    }
    json_object_set_new(o, "item_counts", rows);
    for (size_t i = 0; i <= t->items * (t->categories - 1); i++)
        case_add_number(o, "sum_score_hist", (double)t->hist[i]);
}

static void put_omega(json_t *o, const struct stat_products *p)
{
    struct stat_omega w = stat_omega(p);

    case_put_if(o, "omega_unstd", w.state, w.omega);
    case_put_if(o, "loadings_unstd_nDenominator", w.state, 0);
    case_put_if(o, "uniqueness_nDenominator", w.state, 0);
    for (size_t i = 0; i < p->items && w.state == STAT_OK; i++) {
        case_add_number(o, "loadings_unstd_nDenominator", w.loading[i]);
        case_add_number(o, "uniqueness_nDenominator", w.unique[i]);
    }
}

json_t *case_reliability(const json_t *input)
{
    json_t *o = json_object();
    struct stat_value sd;
    struct patterns t;

    patterns_read(input, &t);
    put_pattern_counts(o, &t);
    case_put_number(o, "n", (double)t.p.n);
    put_matrix(o, "cov_n1", &t.p, stat_covariance);
    put_matrix(o, "cor", &t.p, stat_correlation);
    case_put(o, "sum_var", stat_sum_variance(&t.p));
    case_put(o, "alpha_raw", stat_cronbach_alpha(&t.p));
    case_put(o, "alpha_std", stat_cronbach_alpha_standardised(&t.p));
    case_put_range(o, "alpha_feldt_ci95", stat_alpha_feldt(&t.p, 0.95));
    for (size_t i = 0; i < t.items; i++) {
        case_add(o, "alpha_if_dropped", stat_alpha_without(&t.p, i));
        case_add(o, "item_rest_r", stat_item_rest(&t.p, i));
    }
    case_put(o, "guttman_lambda6", stat_guttman_lambda6(&t.p));
    case_put(o, "mean_interitem_r", stat_mean_correlation(&t.p));
    case_put(o, "index_mean", stat_products_index_mean(&t.p));
    sd = stat_products_index_sd(&t.p);
    case_put(o, "index_sd", sd);
    case_put_if(o, "index_se", sd.state, sd.x / sqrt((double)t.p.n));
    case_put(o, "sem_index", stat_products_index_sem(&t.p));
    put_omega(o, &t.p);
    patterns_fini(&t);
    return o;
}

static void put_anova(json_t *o, const struct stat_anova *a)
{
    case_put_number(o, "N", (double)a->n);
    case_put_number(o, "k", (double)a->groups);
    case_put_if(o, "n0", a->state, a->n0);
    case_put_if(o, "SSB", a->state, a->ssb);
    case_put_if(o, "SSW", a->state, a->ssw);
    case_put_if(o, "MSB", a->state, a->msb);
    case_put_if(o, "MSW", a->state, a->msw);
    case_put(o, "F", a->f);
    case_put(o, "p", a->p);
    case_put(o, "eta2", a->eta2);
    case_put(o, "omega2", a->omega2);
    case_put(o, "icc1_anova", stat_classes_icc1(a));
    case_put(o, "icc2_group_mean_reliability", stat_classes_icc2(a));
    case_put_range(o, "icc1_ci95_searle_n0", stat_classes_icc1_interval(a, 0.95));
    case_put(o, "deff_mean_size", stat_classes_design_effect(a));
}

json_t *case_classes(const json_t *input)
{
    json_t *o = json_object();
    struct stat_welch_anova w;
    struct stat_kruskal h;
    struct stat_summary *s;
    struct case_counts c;
    struct stat_anova a;

    case_counts_read(input, "class_counts", &c);
    s = case_summaries(&c);
    a = stat_classes_anova(s, c.rows);
    put_anova(o, &a);
    case_put(o, "deff_size_weighted", stat_classes_design_effect_weighted(s, c.rows));
    w = stat_classes_welch(s, c.rows);
    case_put_if(o, "welch_F", w.state, w.f);
    case_add_number(o, "welch_df", w.df1);
    case_add(o, "welch_df", w.state == STAT_OK ? stat_ok(w.df2) : stat_none(w.state));
    case_put_if(o, "welch_p", w.state, w.p);
    h = stat_classes_kruskal(c.row, c.rows);
    case_put_if(o, "kruskal_H", h.state, h.h);
    case_put_if(o, "kruskal_df", h.state, h.df);
    case_put_if(o, "kruskal_p", h.state, h.p);
    free(s);
    case_counts_fini(&c);
    return o;
}

static void put_unit(json_t *o, const struct stat_random_effects *all, const struct stat_summary *unit)
{
    struct stat_unit_effect e = stat_units_effect(all, unit);
    const struct {
        const char *key;
        double x;
    } figures[] = {{"v", e.variance},
                   {"B", e.shrinkage},
                   {"eb", e.shrunken},
                   {"eb_se_blup", e.se},
                   {"naive_post_se", e.se_naive},
                   {"funnel_z", e.funnel_z},
                   {"funnel_p", e.funnel_p},
                   {"funnel_z_overdispersed", e.funnel_z_overdispersed}};

    case_add_number(o, "n", (double)unit->n);
    case_add(o, "mean", stat_mean(unit));
    case_add(o, "var_n1", stat_variance(unit));
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
        case_add(o, figures[i].key, e.state == STAT_OK ? stat_ok(figures[i].x) : stat_none(e.state));
}

static struct stat_value if_ok(enum stat_state state, double x)
{
    return state == STAT_OK ? stat_ok(x) : stat_none(state);
}

static void put_rest(json_t *o, const struct case_counts *c)
{
    struct stat_value *p = mem_alloc(c->rows, sizeof(*p)), *adjusted = mem_alloc(c->rows, sizeof(*adjusted));

    for (size_t i = 0; i < c->rows; i++) {
        struct stat_t_test t = stat_units_rest(c->row, c->rows, i, 0.95);

        case_add(o, "rest_diff", t.diff);
        case_add(o, "rest_t", if_ok(t.state, t.t));
        case_add(o, "rest_df", if_ok(t.state, t.df));
        case_add(o, "rest_p", p[i] = if_ok(t.state, t.p));
    }
    stat_adjust(STAT_ADJUST_BH, p, c->rows, adjusted);
    for (size_t i = 0; i < c->rows; i++)
        case_add(o, "rest_p_BH", adjusted[i]);
    free(adjusted);
    free(p);
}

json_t *case_units(const json_t *input)
{
    json_t *o = json_object();
    struct stat_random_effects all;
    struct stat_summary *s;
    struct case_counts c;

    case_counts_read(input, "unit_counts", &c);
    s = case_summaries(&c);
    all = stat_units_random(s, c.rows);
    case_put_if(o, "pooled_var", all.state == STAT_TOO_FEW ? all.state : STAT_OK, all.pooled_variance);
    case_put_if(o, "Q", all.state, all.q);
    case_put_if(o, "Q_p", all.state, all.p);
    case_put_if(o, "tau2_DL", all.state, all.tau2);
    case_put_if(o, "I2_pct", all.state, all.i2);
    case_put_if(o, "mu_DL", all.state, all.mean);
    case_put_if(o, "se_mu_DL", all.state, all.se);
    case_put_number(o, "grand_mean", all.grand);
    for (size_t i = 0; i < c.rows; i++)
        put_unit(o, &all, &s[i]);
    put_rest(o, &c);
    free(s);
    case_counts_fini(&c);
    return o;
}

static void put_line(json_t *o, const char *const key[4], const struct stat_regression *r)
{
    for (size_t i = 0; i < r->columns; i++) {
        struct stat_value figures[4] = {if_ok(r->state, r->coefficient[i]), stat_regress_se_scaled(r, i),
                                        stat_regress_t(r, i), stat_regress_p(r, i)};

        for (size_t k = 0; k < 4; k++)
            case_add(o, key[k], figures[k]);
    }
}

static void put_known(json_t *o, const struct stat_regression *r)
{
    json_t *rows = json_array();

    for (size_t i = 0; i < r->columns; i++) {
        struct stat_value se = stat_regress_se_known(r, i);
        json_t *row = json_array();

        case_add(o, "se_known", se);
        case_add(o, "z_known", se.state == STAT_OK ? stat_ok(r->coefficient[i] / se.x) : se);
        for (size_t j = 0; j < r->columns; j++)
            json_array_append_new(row, case_json(if_ok(r->state, r->inverse[i][j])));
        json_array_append_new(rows, row);
    }
    json_object_set_new(o, "cov_known", rows);
}

json_t *case_trend(const json_t *input)
{
    static const char *const full[4] = {"coef", "se_scaled", "t_scaled", "p_scaled"};
    static const char *const simple[4] = {"simple_coef", "simple_se_scaled", "simple_t_scaled",
                                          "simple_p_scaled"};
    json_t *o = json_object();
    struct stat_trend_round *round;
    struct stat_regression r;
    struct stat_kendall k;
    struct case_counts c;

    case_counts_read(input, "round_counts", &c);
    round = mem_alloc(c.rows, sizeof(*round));
    for (size_t i = 0; i < c.rows; i++) {
        struct stat_value v;

        round[i].years = json_number_value(json_array_get(json_object_get(input, "time_years"), i));
        round[i].april = json_number_value(json_array_get(json_object_get(input, "april"), i)) != 0;
        round[i].summary = stat_summary_counts(&c.row[i]);
        v = stat_variance(&round[i].summary);
        case_add(o, "mean", stat_mean(&round[i].summary));
        case_add(o, "var_n1", v);
        case_add(o, "w", v.state == STAT_OK ? stat_ok((double)round[i].summary.n / v.x) : v);
    }
    r = stat_trend_line(round, c.rows, true);
    put_line(o, full, &r);
    put_known(o, &r);
    case_put_if(o, "chi2", r.state, r.chi2);
    case_put_if(o, "df", r.state, r.df);
    case_put(o, "sigma2", r.sigma2);
    case_put_if(o, "r2", r.state, r.r2_mean);
    r = stat_trend_line(round, c.rows, false);
    put_line(o, simple, &r);
    k = stat_trend_kendall(round, c.rows);
    case_put_number(o, "seasonal_MK_S", k.s);
    case_put_number(o, "seasonal_MK_var", k.variance);
    case_put(o, "seasonal_MK_z_cc", k.z);
    free(round);
    case_counts_fini(&c);
    return o;
}

json_t *case_nonresponse(const json_t *input)
{
    const json_t *enrolled = json_object_get(input, "N");
    json_t *o = json_object();
    struct stat_poststratified p;
    struct stat_table_test h;
    struct stat_stratum *s;
    struct case_counts c;

    case_counts_read(input, "counts", &c);
    s = mem_alloc(c.rows, sizeof(*s));
    for (size_t i = 0; i < c.rows; i++) {
        s[i].population = (int64_t)json_number_value(json_array_get(enrolled, i));
        s[i].summary = stat_summary_counts(&c.row[i]);
        case_add_number(o, "n", (double)s[i].summary.n);
        case_add(o, "response_rates", stat_ok((double)s[i].summary.n / (double)s[i].population));
        case_add(o, "stratum_means", stat_mean(&s[i].summary));
    }
    p = stat_response_poststratified(s, c.rows);
    case_put(o, "raw_mean", p.raw);
    case_put(o, "poststratified_mean", p.mean);
    case_put(o, "shift", p.shift);
    case_put(o, "se_fpc", p.se_fpc);
    case_put(o, "se_process", p.se_process);
    h = stat_response_homogeneity(s, c.rows);
    case_put_if(o, "response_chisq", h.state, h.statistic);
    case_put_if(o, "response_df", h.state, h.df);
    case_put_if(o, "response_p", h.state, h.p);
    case_put(o, "R_indicator", stat_response_r_indicator(s, c.rows));
    case_put(o, "max_abs_bias_ratio_cv", stat_response_max_bias(s, c.rows));
    case_put_range(o, "manski_all", stat_response_worst_case(s, c.rows, (int)c.size));
    free(s);
    case_counts_fini(&c);
    return o;
}

json_t *case_cluster(const json_t *input)
{
    json_t *o = json_object();
    struct stat_cluster r;
    struct case_counts c;

    case_counts_read(input, "class_counts", &c);
    r = stat_classes_cluster(c.row, c.rows, 0.95);
    case_put_number(o, "mean", r.mean);
    case_put_if(o, "se_cluster", r.state, r.se);
    case_put(o, "se_srs", r.se_srs);
    case_put(o, "deff", r.deff);
    case_put_range(o, "ci", r.state == STAT_OK ? stat_range_ok(r.low, r.high) : stat_range_none(r.state));
    case_counts_fini(&c);
    return o;
}
