/* One group's answers, and families of p-values. */

#include "tests/stat/cases.h"

#include <stdlib.h>

#include "analysis/stat_adjust.h"
#include "analysis/stat_index.h"
#include "analysis/stat_interval.h"
#include "core/base/mem.h"
#include "tests/stat/case_json.h"

static void put_means(json_t *o, const struct stat_counts *c, int64_t population, double conf)
{
    struct stat_summary s = stat_summary_counts(c);
    int categories = (int)c->size;
    double f = stat_unseen(s.n, population);

    case_put_number(o, "n", (double)s.n);
    case_put_number(o, "response_rate", (double)s.n / (double)population);
    case_put(o, "mean", stat_mean(&s));
    case_put(o, "var_n1", stat_variance(&s));
    case_put(o, "sd_n1", stat_sd(&s));
    case_put(o, "sd_pop_n", stat_sd_population(&s));
    case_put(o, "index_0_100", stat_index_0_100(stat_mean(&s), categories));
    case_put(o, "median_type7", stat_quantile(c, 0.5));
    case_put(o, "interpolated_median", stat_median_interpolated(c));
    case_put(o, "q1_type7", stat_quantile(c, 0.25));
    case_put(o, "q3_type7", stat_quantile(c, 0.75));
    case_put(o, "skew_g1", stat_skewness(c));
    case_put(o, "se_process", stat_se(&s, 1));
    case_put(o, "se_fpc", stat_se(&s, f));
    case_put(o, "t_quantile", stat_t_critical(&s, conf));
    case_put_range(o, "ci_t_process", stat_interval_t(&s, 1, conf));
    case_put_range(o, "ci_t_fpc", stat_interval_t(&s, f, conf));
    case_put_range(o, "ci_score_t_process", stat_interval_score(&s, categories, 1, conf));
    case_put_range(o, "ci_score_t_fpc", stat_interval_score(&s, categories, f, conf));
    case_put_range(o, "manski_bounds", stat_worst_case(&s, categories, population));
    case_put(o, "var_floor", stat_variance_floor(&s, categories));
    case_put_range(o, "ci_regscore_process", stat_interval_process(&s, categories, conf));
    case_put_range(o, "ci_regscore_fpc", stat_interval_descriptive(&s, categories, population, conf));
    case_put(o, "shannon_norm", stat_evenness(c));
}

static void put_shares(json_t *o, const struct stat_counts *c, int64_t positives, int64_t population,
                       double conf)
{
    int64_t n = stat_counts_total(c);
    struct stat_range K = stat_share_hypergeometric(positives, n, population, conf);

    case_put_number(o, "positives", (double)positives);
    case_put(o, "share_pos", stat_share(positives, n));
    case_put_range(o, "wilson", stat_share_wilson(positives, n, conf));
    case_put_range(o, "wilson_fpc", stat_share_wilson_finite(positives, n, population, conf));
    case_put_range(o, "clopper_pearson", stat_share_clopper_pearson(positives, n, conf));
    case_put_range(o, "hypergeometric_K", K);
    K.low /= (double)population;
    K.high /= (double)population;
    case_put_range(o, "hypergeometric_share", K);
    for (size_t i = 0; i < c->size; i++)
        case_add(o, "share_each", stat_share(c->n[i], n));
}

json_t *case_item(const json_t *input)
{
    const json_t *positive = json_object_get(input, "positive_categories");
    json_t *o = json_object();
    double conf = case_number(input, "conf", 0.95);
    int64_t positives = 0, population;
    struct case_counts c;

    case_counts_read(input, "counts", &c);
    population = case_int(input, "N", stat_counts_total(&c.row[0]));
    for (size_t i = 0; i < case_length(positive); i++) {
        size_t category = (size_t)json_number_value(case_at(positive, i));

        if (category >= 1 && category <= c.size)
            positives += c.n[category - 1];
    }
    put_means(o, &c.row[0], population, conf);
    put_shares(o, &c.row[0], positives, population, conf);
    case_counts_fini(&c);
    return o;
}

json_t *case_multiplicity(const json_t *input)
{
    static const struct {
        const char *key;
        enum stat_adjust method;
    } methods[] = {{"BH", STAT_ADJUST_BH},
                   {"BY", STAT_ADJUST_BY},
                   {"holm", STAT_ADJUST_HOLM},
                   {"bonferroni", STAT_ADJUST_BONFERRONI}};
    const json_t *list = json_object_get(input, "p");
    size_t n = case_length(list);
    struct stat_value *p = mem_alloc(n, sizeof(*p)), *out = mem_alloc(n, sizeof(*out));
    json_t *o = json_object();

    for (size_t i = 0; i < n; i++) {
        const json_t *v = case_at(list, i);

        p[i] = json_is_number(v) ? stat_ok(json_number_value(v)) : stat_none(STAT_TOO_FEW);
    }
    for (size_t m = 0; m < sizeof methods / sizeof *methods; m++) {
        stat_adjust(methods[m].method, p, n, out);
        json_object_set_new(o, methods[m].key, json_array());
        for (size_t i = 0; i < n; i++)
            case_add(o, methods[m].key, out[i]);
        if (methods[m].method == STAT_ADJUST_BH)
            case_put_number(o, "n_reject_BH_05", (double)stat_adjust_rejected(out, n, 0.05));
    }
    free(out);
    free(p);
    return o;
}

/* The answers of one pattern (0 where null); returns how many persons gave it. */
static int64_t pattern_read(const json_t *row, uint8_t *answers, size_t items)
{
    for (size_t i = 0; i < items; i++)
        answers[i] = (uint8_t)json_number_value(json_array_get(row, i));
    return (int64_t)json_number_value(json_array_get(row, items));
}

/* Question by question, over all who answered it. */
static void put_items(json_t *o, const json_t *input, size_t items, size_t categories)
{
    double *means = mem_alloc(items, sizeof(*means));
    struct stat_summary of_means;
    json_t *row;
    size_t r;

    for (size_t i = 0; i < items; i++) {
        int64_t *n = mem_alloc(categories, sizeof(*n));
        struct stat_counts c = stat_counts_of(n, categories);
        struct stat_summary s;

        json_array_foreach(json_object_get(input, "patterns"), r, row)
        {
            uint8_t answers[STAT_INDEX_ITEMS_MAX];
            int64_t persons = pattern_read(row, answers, items);

            if (answers[i] >= 1 && answers[i] <= categories)
                n[answers[i] - 1] += persons;
        }
        s = stat_summary_counts(&c);
        case_add_number(o, "item_n", (double)s.n);
        case_add(o, "item_mean", stat_mean(&s));
        means[i] = s.mean;
        free(n);
    }
    of_means = stat_summary_values(means, items);
    case_put(o, "mean_of_item_means", stat_mean(&of_means));
    free(means);
}

static void put_pairs(json_t *o, const json_t *input, size_t items)
{
    int64_t pair[STAT_INDEX_ITEMS_MAX][STAT_INDEX_ITEMS_MAX] = {{0}}, returned = 0, complete = 0;
    json_t *row, *matrix = json_array();
    size_t r;

    json_array_foreach(json_object_get(input, "patterns"), r, row)
    {
        uint8_t answers[STAT_INDEX_ITEMS_MAX];
        int64_t persons = pattern_read(row, answers, items);
        size_t answered = 0;

        for (size_t i = 0; i < items; i++) {
            answered += answers[i] > 0;
            for (size_t j = 0; j < items; j++)
                pair[i][j] += answers[i] > 0 && answers[j] > 0 ? persons : 0;
        }
        returned += persons;
        complete += answered == items ? persons : 0;
    }
    for (size_t i = 0; i < items; i++) {
        json_t *line = json_array();

        for (size_t j = 0; j < items; j++)
            json_array_append_new(line, json_integer(pair[i][j]));
        json_array_append_new(matrix, line);
    }
    json_object_set_new(o, "pairwise_n", matrix);
    case_put_number(o, "n_returned", (double)returned);
    case_put_number(o, "complete_case_n", (double)complete);
}

json_t *case_index_partial(const json_t *input)
{
    json_t *o = json_object(), *row;
    size_t items = json_array_size(json_array_get(json_object_get(input, "patterns"), 0)) - 1, r;
    int categories = (int)case_int(input, "scale_max", 4);
    size_t least = (size_t)case_int(input, "min_items", (int64_t)stat_index_least(items));
    size_t cells = stat_index_cells(items, categories);
    int64_t *grid = mem_alloc(cells, sizeof(*grid));
    struct stat_counts c = stat_counts_grid(grid, cells, stat_index_grid(items));
    struct stat_summary s;

    json_array_foreach(json_object_get(input, "patterns"), r, row)
    {
        uint8_t answers[STAT_INDEX_ITEMS_MAX];
        int64_t persons = pattern_read(row, answers, items);
        int64_t cell = stat_index_cell(answers, items, categories, least);

        if (cell >= 0)
            grid[cell] += persons;
    }
    s = stat_summary_counts(&c);
    case_put_number(o, "n_index", (double)s.n);
    case_put(o, "index_mean", stat_mean(&s));
    case_put(o, "index_sd", stat_sd(&s));
    case_put(o, "index_se_process", stat_se(&s, 1));
    case_put(o, "index_se_fpc", stat_se(&s, stat_unseen(s.n, case_int(input, "N", s.n))));
    case_put(o, "index_0_100", stat_index_0_100(stat_mean(&s), categories));
    for (size_t i = 0; i < cells; i++)
        case_add_number(o, "grid_hist", (double)grid[i]);
    put_items(o, input, items, (size_t)categories);
    put_pairs(o, input, items);
    free(grid);
    return o;
}
