/* Two groups, and tables. */

#include "tests/stat/cases.h"

#include <stdio.h>
#include <stdlib.h>

#include "analysis/stat_change.h"
#include "analysis/stat_compare.h"
#include "analysis/stat_exact.h"
#include "analysis/stat_fisher.h"
#include "analysis/stat_rank.h"
#include "analysis/stat_table.h"
#include "tests/stat/case_json.h"

struct two {
    struct case_counts a, b;
    struct stat_summary of_a, of_b;
};

static void two_read(const json_t *input, const char *key_a, const char *key_b, struct two *t)
{
    case_counts_read(input, key_a, &t->a);
    case_counts_read(input, key_b, &t->b);
    t->of_a = stat_summary_counts(&t->a.row[0]);
    t->of_b = stat_summary_counts(&t->b.row[0]);
}

static void two_fini(struct two *t)
{
    case_counts_fini(&t->a);
    case_counts_fini(&t->b);
}

static void put_welch(json_t *o, const struct stat_t_test *w)
{
    case_put(o, "diff", w->diff);
    case_put_if(o, "welch_se", w->state, w->se);
    case_put_if(o, "welch_t", w->state, w->t);
    case_put_if(o, "welch_df", w->state, w->df);
    case_put_if(o, "welch_p", w->state, w->p);
    case_put_range(o, "welch_ci",
                   w->state == STAT_OK ? stat_range_ok(w->low, w->high) : stat_range_none(w->state));
}

json_t *case_welch(const json_t *input)
{
    json_t *o = json_object();
    struct stat_descriptive_diff d;
    struct stat_t_test w, s;
    struct two t;

    two_read(input, "counts_a", "counts_b", &t);
    w = stat_compare_welch(&t.of_a, &t.of_b, 0.95);
    s = stat_compare_student(&t.of_a, &t.of_b, 0.95);
    d = stat_compare_descriptive(&t.of_a, case_int(input, "N_a", t.of_a.n), &t.of_b,
                                 case_int(input, "N_b", t.of_b.n), 0.95);
    case_put(o, "mean_a", stat_mean(&t.of_a));
    case_put(o, "mean_b", stat_mean(&t.of_b));
    put_welch(o, &w);
    case_put_if(o, "student_t", s.state, s.t);
    case_put_if(o, "student_df", s.state, s.df);
    case_put_if(o, "student_p", s.state, s.p);
    case_put(o, "cohen_d_pooled", stat_cohen_d(&t.of_a, &t.of_b));
    case_put(o, "hedges_g_exactJ", stat_hedges_g(&t.of_a, &t.of_b));
    case_put_if(o, "descriptive_diff_se_fpc", d.state, d.se);
    case_put_range(o, "descriptive_diff_ci_z",
                   d.state == STAT_OK ? stat_range_ok(d.low, d.high) : stat_range_none(d.state));
    two_fini(&t);
    return o;
}

static void put_mann_whitney(json_t *o, const struct stat_counts *a, const struct stat_counts *b)
{
    struct stat_mann_whitney u = stat_rank_mann_whitney(a, b);

    case_put_if(o, "U", u.state == STAT_TOO_FEW ? u.state : STAT_OK, u.u);
    case_put_if(o, "sigma_ties", u.state == STAT_TOO_FEW ? u.state : STAT_OK, u.sigma);
    case_put_if(o, "z_no_cc", u.state, u.z);
    case_put_if(o, "z_cc", u.state, u.z_continuity);
    case_put_if(o, "p_no_cc", u.state, u.p);
    case_put_if(o, "p_cc", u.state, u.p_continuity);
    case_put_if(o, "vargha_delaney_A", u.state == STAT_TOO_FEW ? u.state : STAT_OK,
                u.u / ((double)stat_counts_total(a) * (double)stat_counts_total(b)));
}

static void put_cliff(json_t *o, const struct stat_counts *a, const struct stat_counts *b)
{
    static const char *const words[] = {[STAT_NEGLIGIBLE] = "negligible",
                                        [STAT_SMALL] = "small",
                                        [STAT_MEDIUM] = "medium",
                                        [STAT_LARGE] = "large"};
    struct stat_cliff c = stat_rank_cliff(a, b, 0.95);
    json_t *in = json_object();

    case_put(in, "delta", c.delta);
    case_put_number(in, "n_gt", (double)c.more);
    case_put_number(in, "n_lt", (double)c.less);
    case_put_number(in, "n_eq", (double)c.ties);
    case_put_if(in, "S_i", c.state, c.s_i);
    case_put_if(in, "S_j", c.state, c.s_j);
    case_put_if(in, "SSR", c.state, c.ssr);
    case_put_if(in, "var_unbiased", c.state, c.variance_unbiased);
    case_put_if(in, "var_consistent", c.state, c.variance_consistent);
    case_put_range(in, "ci95_unbiased_t", c.unbiased_t);
    case_put_range(in, "ci95_consistent_z", c.consistent_z);
    json_object_set_new(in, "magnitude", json_string(words[stat_rank_magnitude(c.delta.x)]));
    json_object_set_new(o, "cliff", in);
}

static void put_brunner_munzel(json_t *o, const struct stat_counts *a, const struct stat_counts *b)
{
    struct stat_brunner_munzel m = stat_rank_brunner_munzel(a, b);
    json_t *in = json_object();

    case_put_if(in, "stat", m.state, m.statistic);
    case_put_if(in, "df", m.state, m.df);
    case_put_if(in, "p", m.state, m.p);
    case_put(in, "p_x_lt_y", m.less);
    json_object_set_new(o, "brunner_munzel", in);
}

static void put_exact(json_t *o, const char *name, const struct stat_permutation *p)
{
    char key[80];

    if (!p->exact && p->state == STAT_OK)
        return; /* approximated: not what the case asks for */
    (void)snprintf(key, sizeof key, "%s_two_sided", name);
    case_put_if(o, key, p->state, p->two_sided);
    (void)snprintf(key, sizeof key, "%s_lower", name);
    case_put_if(o, key, p->state, p->lower);
    (void)snprintf(key, sizeof key, "%s_upper", name);
    case_put_if(o, key, p->state, p->upper);
}

json_t *case_ordinal(const json_t *input)
{
    json_t *o = json_object();
    const struct stat_counts *a, *b;
    struct stat_permutation p;
    struct two t;

    two_read(input, "counts_a", "counts_b", &t);
    a = &t.a.row[0];
    b = &t.b.row[0];
    put_mann_whitney(o, a, b);
    put_cliff(o, a, b);
    put_brunner_munzel(o, a, b);
    case_put(o, "gen_odds_ratio_ties_excluded", stat_rank_odds(a, b));
    case_put(o, "win_odds_ties_half", stat_rank_odds_ties_half(a, b));
    p = stat_exact_permutation(a, b, STAT_EXACT_MIDRANK);
    put_exact(o, "exact_wilcoxon_p", &p);
    p = stat_exact_permutation(a, b, STAT_EXACT_MEAN);
    put_exact(o, "exact_mean_permutation_p", &p);
    two_fini(&t);
    return o;
}

static void put_cells(json_t *o, const char *key, const struct stat_table *t, enum stat_table_cell what)
{
    json_t *rows = json_array();

    for (size_t i = 0; i < t->rows; i++) {
        json_t *row = json_array();

        for (size_t j = 0; j < t->columns; j++)
            json_array_append_new(row, case_json(stat_table_cell(t, what, i, j)));
        json_array_append_new(rows, row);
    }
    json_object_set_new(o, key, rows);
}

static void put_test(json_t *o, const struct stat_table_test *t, const char *statistic, const char *df,
                     const char *p)
{
    case_put_if(o, statistic, t->state, t->statistic);
    if (df != NULL)
        case_put_if(o, df, t->state, t->df);
    case_put_if(o, p, t->state, t->p);
}

json_t *case_chisq(const json_t *input)
{
    json_t *o = json_object();
    struct stat_table_test test;
    struct stat_fisher fisher;
    struct stat_table t;
    struct case_counts c;

    case_counts_read(input, "table", &c);
    t = (struct stat_table){.n = c.n, .rows = c.rows, .columns = c.size};
    test = stat_table_chisq(&t);
    put_test(o, &test, "chisq", "df", "p");
    test = stat_table_g(&t);
    put_test(o, &test, "G", NULL, "G_p");
    test = stat_table_yates(&t);
    put_test(o, &test, "yates_chisq", NULL, "yates_p");
    test = stat_table_linear(&t);
    put_test(o, &test, "linear_by_linear_M2", NULL, "linear_by_linear_p");
    case_put(o, "cramers_V", stat_table_cramer_v(&t));
    case_put(o, "min_expected", stat_table_min_expected(&t));
    put_cells(o, "expected", &t, STAT_CELL_EXPECTED);
    put_cells(o, "pearson_residuals", &t, STAT_CELL_PEARSON);
    put_cells(o, "std_residuals", &t, STAT_CELL_STANDARDISED);
    fisher = stat_fisher_exact(&t);
    if (fisher.state != STAT_OK || fisher.counted)
        case_put_if(o, "fisher_p", fisher.state, fisher.p);
    case_counts_fini(&c);
    return o;
}

static json_t *degenerate_pair(const json_t *input)
{
    json_t *o = case_welch(input);
    struct stat_mann_whitney u;
    struct stat_permutation p;
    struct two t;

    two_read(input, "counts_a", "counts_b", &t);
    u = stat_rank_mann_whitney(&t.a.row[0], &t.b.row[0]);
    p = stat_exact_permutation(&t.a.row[0], &t.b.row[0], STAT_EXACT_MEAN);
    case_put_if(o, "mann_whitney_p", u.state, u.p_continuity);
    case_put(o, "cliff_delta", stat_rank_cliff(&t.a.row[0], &t.b.row[0], 0.95).delta);
    case_put_if(o, "exact_permutation_p", p.state, p.two_sided);
    two_fini(&t);
    return o;
}

/* Either a pair of groups, or one group whose share intervals go by another name here than in case_item. */
json_t *case_degenerate(const json_t *input)
{
    static const char *const shares[] = {"wilson", "wilson_fpc", "clopper_pearson", "hypergeometric_K",
                                         "hypergeometric_share"};
    char key[40];
    json_t *o;

    if (json_object_get(input, "counts_a") != NULL)
        return degenerate_pair(input);
    o = case_item(input);
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
        (void)snprintf(key, sizeof key, "%s_pos", shares[i]);
        json_object_set(o, key, json_object_get(o, shares[i]));
    }
    return o;
}

json_t *case_oct_apr(const json_t *input)
{
    json_t *o = json_object(), *grid = json_object();
    struct stat_change c;
    struct two t;

    two_read(input, "oct", "apr", &t);
    c = stat_change_grid(&t.of_a, &t.of_b, case_int(input, "N", 0), 0.95);
    put_welch(o, &c.welch);
    case_put_number(o, "m_min", c.least);
    case_put_number(o, "m_E", c.chance);
    case_put_number(o, "m_max", c.most);
    for (size_t i = 0; i < STAT_CHANGE_GRID; i++) {
        case_add_number(grid, "rho", c.cell[i].rho);
        case_add_number(grid, "m", c.cell[i].overlap);
        case_add(grid, "var", c.cell[i].variance);
        case_add(grid, "z", c.cell[i].z);
        case_add(grid, "p", c.cell[i].p);
    }
    json_object_set_new(o, "grid", grid);
    two_fini(&t);
    return o;
}
