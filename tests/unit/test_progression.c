/*
 * Goal: the tables say what the pupils answered. Every shown figure of a small municipality is found again by
 * counting its answers person by person; the tests and intervals are the reference values computed in R; what
 * is withheld is empty in every column; the bytes of the files are the golden ones.
 *
 * TLD_GOLDEN=write writes the golden files instead; read them before you keep them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/compare.h"
#include "analysis/dataset.h"
#include "analysis/progression.h"
#include "analysis/report_csv.h"
#include "analysis/report_json.h"
#include "core/base/file.h"
#include "core/base/mem.h"
#include "tests/support/near.h"
#include "tests/support/results_scene.h"
#include "tests/support/table.h"

/* ---- tables ---------------------------------------------------------------------------------------------
 */

static struct released *load_table(const struct results_scene *scene, struct dataset *d, const char *unit)
{
    const struct dataset_options load = {.threads = 0};
    const struct progression_options options = {.unit_code = unit};
    struct released *table = NULL;
    struct err e = ERR_INIT;

    assert_true(dataset_load(scene->address, &load, d, &e));
    assert_true(table_progression(d, &options, &table, &e));
    return table;
}

/* ---- counted again --------------------------------------------------------------------------------------
 */

static bool person_in(const struct results_block *b, size_t person, const struct released *t, size_t r)
{
    static const char *const GENDERS[] = {"", "flicka", "pojke", "annat", "vill inte svara"};
    const char *unit = table_text(t, r, "unit_code"), *kind = table_text(t, r, "group_kind"),
               *group = table_text(t, r, "group");
    char grade[8];

    if (strcmp(b->round, table_text(t, r, "round")) != 0 ||
        (*unit != '\0' && strcmp(b->unit_code, unit) != 0))
        return false;
    if (strcmp(table_text(t, r, "level"), "area") == 0)
        return strcmp(b->unit_code, "10000001") == 0 || strcmp(b->unit_code, "10000004") == 0;
    (void)snprintf(grade, sizeof grade, "%d", b->grade);
    if (strcmp(kind, "class") == 0)
        return strcmp(b->group, group) == 0;
    if (strcmp(kind, "grade") == 0)
        return strcmp(grade, group) == 0;
    if (strcmp(kind, "gender") == 0)
        return strcmp(GENDERS[b->answers[(RESULTS_QUESTIONS - 1) * b->responses + person]], group) == 0;
    return true; /* all; all are of one school form */
}

static const struct form *form_of(const struct results_scene *scene, const struct released *t, size_t r)
{
    return scene->form[strcmp(table_text(t, r, "round"), "2026-10") == 0];
}

/* A person's score on the row's item: the code; or 1 + 3 * the index. Negative: none. */
static double score(const struct results_block *b, size_t person, const struct form *f, const char *question,
                    const char *dimension)
{
    double sum = 0;
    int asked = 0, answered = 0;

    for (int q = 0; q < f->questions; q++) {
        const uint8_t a = b->answers[(size_t)q * b->responses + person];
        const bool answers = a >= 1 && a <= 4;

        if (*question != '\0' && strcmp(f->question[q].id, question) == 0)
            return answers ? a : -1;
        if (*question != '\0' || f->question[q].dimension < 0 ||
            strcmp(f->dimension[f->question[q].dimension].id, dimension) != 0)
            continue;
        asked++;
        answered += answers;
        sum += !answers ? 0 : f->question[q].reversed ? 5 - a : a;
    }
    return 2 * answered >= asked && answered > 0 ? sum / answered : -1;
}

static void check_row(const struct results_scene *scene, const struct released *t, size_t r)
{
    const char *question = table_text(t, r, "question");
    double sum = 0, squares = 0, mean;
    int n = 0, responses = 0, positive = 0, dont_know = 0;

    for (size_t k = 0; k < scene->blocks; k++) {
        const struct results_block *b = &scene->block[k];

        for (size_t i = 0; i < b->responses; i++) {
            double x;

            if (!person_in(b, i, t, r))
                continue;
            responses++;
            x = score(b, i, form_of(scene, t, r), question, table_text(t, r, "dimension"));
            if (*question != '\0') {
                const int q = form_question_index(form_of(scene, t, r), question);

                dont_know += b->answers[(size_t)q * b->responses + i] == ANSWER_DONT_KNOW;
                positive += strcmp(question, "q3") == 0 ? x == 1 || x == 2 : x >= 3;
            }
            n += x > 0;
            sum += x > 0 ? x : 0;
            squares += x > 0 ? x * x : 0;
        }
    }
    mean = sum / n;
    assert_int_equal(table_number(t, r, "responses"), responses);
    assert_int_equal(table_number(t, r, "n"), n);
    assert_true(n >= 5);
    assert_near(table_number(t, r, "mean"), mean, 1e-9);
    assert_near(table_number(t, r, "sd"), sqrt((squares - n * mean * mean) / (n - 1)), 1e-9);
    assert_near(table_number(t, r, "index_0_100"),
                strcmp(question, "q3") == 0 ? 100 * (4 - mean) / 3 : 100 * (mean - 1) / 3, 1e-9);
    if (*question != '\0') {
        assert_near(table_number(t, r, "share_positive"), (double)positive / n, 1e-12);
        assert_near(table_number(t, r, "share_dont_know"), (double)dont_know / (n + dont_know), 1e-12);
    }
}

static void every_figure_is_in_the_answers(void **state)
{
    struct dataset d;
    struct released *t = load_table(*state, &d, NULL);
    int checked = 0;

    for (size_t r = 0; r < released_rows(t); r++) {
        if (strcmp(table_text(t, r, "status"), "value") == 0) {
            check_row(*state, t, r);
            checked++;
        }
    }
    assert_true(checked > 300);
    released_free(t);
    dataset_fini(&d);
}

/* ---- reference ------------------------------------------------------------------------------------------
 */

static void tests_and_intervals_are_the_reference(void **state)
{
    struct dataset d;
    struct released *t = load_table(*state, &d, NULL);
    const size_t r = table_row(t, "2026-10", "10000001", "all", "", "q1");

    assert_near(table_number(t, r, "mean"), 3.40322580645161, 1e-9);
    assert_near(table_number(t, r, "sd"), 0.777968717381842, 1e-9);
    assert_near(table_number(t, r, "index_0_100"), 80.1075268817204, 1e-9);
    assert_near(table_number(t, r, "share_positive"), 0.887096774193548, 1e-9);
    assert_near(table_number(t, r, "ci_low"), 3.17829544662934, 1e-9);
    assert_near(table_number(t, r, "ci_high"), 3.57849870019762, 1e-9);
    assert_near(table_number(t, r, "change_previous"), 0.357771260997068, 1e-9);
    assert_near(table_number(t, r, "p"), 0.00970660468146695, 1e-9);
    assert_near(table_number(t, r, "effect_delta"), 0.236070381231672, 1e-9);
    assert_true(table_empty(t, r, "p_adjusted")); /* a single question is exploratory */
    assert_string_equal(table_text(t, r, "difference_state"), "möjlig skillnad");
    assert_near(table_number(t, r, "response_rate"), 62.0 / 78, 1e-12);
    released_free(t);
    dataset_fini(&d);
}

/* Benjamini-Hochberg by hand over the units' dimensions of the round, the areas' and the municipality's
 * apart. */
static void adjusted_within_the_family(void **state)
{
    static const char *const LEVELS[] = {"unit", "area", "municipality"};
    struct dataset d;
    struct released *t = load_table(*state, &d, NULL);

    for (int level = 0; level < 3; level++) {
        double p[20], least = 1;
        size_t rows[20], n = 0;

        for (size_t r = 0; r < released_rows(t); r++) {
            if (strcmp(table_text(t, r, "round"), "2026-10") == 0 && *table_text(t, r, "question") == '\0' &&
                strcmp(table_text(t, r, "group_kind"), "all") == 0 &&
                strcmp(table_text(t, r, "level"), LEVELS[level]) == 0 && !table_empty(t, r, "p")) {
                size_t at = n++;

                for (; at > 0 && p[at - 1] > table_number(t, r, "p"); at--) {
                    p[at] = p[at - 1];
                    rows[at] = rows[at - 1];
                }
                p[at] = table_number(t, r, "p");
                rows[at] = r;
            }
        }
        assert_true(n >= 1);
        for (size_t i = n; i-- > 0;) {
            const double here = p[i] * (double)n / (double)(i + 1);

            least = here < least ? here : least;
            assert_near(table_number(t, rows[i], "p_adjusted"), least, 1e-12);
        }
    }
    /* Asken answers a whole step better than before: the one clear difference. */
    assert_string_equal(
        table_text(t, table_row(t, "2026-10", "10000004", "all", "", "trygghet"), "difference_state"),
        "tydlig skillnad");
    released_free(t);
    dataset_fini(&d);
}

/* ---- withheld -------------------------------------------------------------------------------------------
 */

static void what_is_withheld_is_empty(void **state)
{
    static const char *const FIGURES[] = {"n",
                                          "mean",
                                          "sd",
                                          "ci_low",
                                          "index_0_100",
                                          "share_positive",
                                          "ci_high",
                                          "share_dont_know",
                                          "change_previous",
                                          "p",
                                          "change_same_month",
                                          "p_adjusted",
                                          "effect_delta"};
    struct dataset d;
    struct released *t = load_table(*state, &d, NULL);
    int withheld = 0;
    size_t r;

    for (r = 0; r < released_rows(t); r++) {
        if (strcmp(table_text(t, r, "status"), "value") == 0)
            continue;
        withheld++;
        for (size_t i = 0; i < sizeof FIGURES / sizeof FIGURES[0]; i++)
            assert_true(table_empty(t, r, FIGURES[i]));
    }
    assert_true(withheld > 20);

    /* Four pupils answered at Rönnen, which was shown the spring before. */
    r = table_row(t, "2026-10", "10000003", "all", "", "q1");
    assert_string_equal(table_text(t, r, "status"), "too_few");
    assert_string_equal(table_text(t, r, "difference_state"), "för få svar");
    assert_int_equal(table_number(t, r, "responses"), 4);
    assert_int_equal(table_number(t, r, "enrolled"), 6);
    /* They are the municipality less the other units: the smallest of these goes too. */
    assert_string_equal(table_text(t, table_row(t, "2026-10", "10000002", "all", "", "q1"), "status"),
                        "suppressed");
    assert_string_equal(table_text(t, table_row(t, "2026-10", "10000004", "all", "", "q1"), "status"),
                        "value");
    /* How many in a gender are too few is itself an answer, and that they are too few. */
    r = table_row(t, "2025-10", "10000002", "gender", "annat", "q1");
    assert_string_equal(table_text(t, r, "status"), "suppressed");
    assert_true(table_empty(t, r, "responses"));
    /* All seven of Rönnen's class answered q4 with 1 or 2: nothing may say that none of them is satisfied. */
    r = table_row(t, "2026-04", "10000003", "class", "4A", "q4");
    assert_string_equal(table_text(t, r, "status"), "suppressed");
    for (r = 0; r < released_rows(t); r++)
        assert_true(table_empty(t, r, "share_positive") || table_number(t, r, "share_positive") > 0);
    /* The change of a shown group since one withheld is not told. */
    r = table_row(t, "2026-10", "10000004", "all", "", "q1");
    assert_false(table_empty(t, r, "change_previous"));
    released_free(t);
    dataset_fini(&d);
}

/* ---- lines of questions ---------------------------------------------------------------------------------
 */

static void a_line_goes_on_only_where_the_question_does(void **state)
{
    struct dataset d;
    struct released *t = load_table(*state, &d, NULL);
    const char *const eken = "10000001";

    assert_false(table_empty(t, table_row(t, "2026-10", eken, "all", "", "q1"), "change_previous"));
    assert_false(table_empty(t, table_row(t, "2026-10", eken, "all", "", "q1"), "change_same_month"));
    assert_false(
        table_empty(t, table_row(t, "2026-10", eken, "all", "", "q2b"), "change_previous")); /* continues */
    assert_false(table_empty(t, table_row(t, "2026-10", eken, "all", "", "trygghet"), "change_previous"));
    assert_true(
        table_empty(t, table_row(t, "2026-10", eken, "all", "", "q5"), "change_previous")); /* worded anew */
    assert_true(table_empty(t, table_row(t, "2026-10", eken, "all", "", "q5"), "difference_state"));
    assert_true(table_empty(t, table_row(t, "2026-10", eken, "all", "", "delaktighet"), "change_previous"));
    assert_false(table_empty(t, table_row(t, "2026-04", eken, "all", "", "q5"), "change_previous"));
    assert_false(table_empty(t, table_row(t, "2026-04", eken, "all", "", "delaktighet"), "change_previous"));
    assert_true(table_empty(t, table_row(t, "2026-04", eken, "all", "", "q1"), "change_same_month"));
    assert_string_equal(table_text(t, table_row(t, "2026-10", eken, "all", "", "q2"), "status"), "not_asked");
    assert_string_equal(table_text(t, table_row(t, "2026-04", eken, "all", "", "q2b"), "status"),
                        "not_asked");
    /* A class is another one next school year. */
    assert_false(table_empty(t, table_row(t, "2026-04", eken, "class", "4A", "q1"), "change_previous"));
    assert_true(table_empty(t, table_row(t, "2026-10", eken, "class", "4A", "q1"), "change_previous"));
    assert_false(table_empty(t, table_row(t, "2026-10", eken, "grade", "4", "q3"), "change_previous"));
    released_free(t);
    dataset_fini(&d);
}

/* ---- bytes ----------------------------------------------------------------------------------------------
 */

static void check_golden(const char *name, struct buf *b)
{
    char *path = mem_printf("tests/golden/%s", name), *golden = NULL;
    const char *write = getenv("TLD_GOLDEN");
    struct err e = ERR_INIT;
    size_t bytes = 0, at = 0, line = 1;

    if (write != NULL && strcmp(write, "write") == 0)
        assert_true(file_write(path, buf_str(b), b->bytes, &e));
    if (!file_read(path, 10000000, &golden, &bytes, &e))
        fail_msg("%s", e.text);
    while (at < bytes && at < b->bytes && golden[at] == b->data[at])
        line += golden[at++] == '\n';
    if (at != bytes || at != b->bytes)
        fail_msg("%s differs from line %zu on", path, line);
    free(golden);
    free(path);
    buf_fini(b);
}

static void the_files_are_golden(void **state)
{
    const struct report_about about = {.table = "progression", .organisation = "Exempelkommun"};
    struct dataset d;
    struct released *t = load_table(*state, &d, NULL);
    struct buf b = BUF_INIT;

    report_csv(t, (struct csv_style){.excel = false}, &b);
    check_golden("progression.csv", &b);
    released_free(t);
    dataset_fini(&d);
    t = load_table(*state, &d, "10000004");
    report_csv(t, (struct csv_style){.excel = true}, &b);
    check_golden("progression-unit-excel.csv", &b);
    report_json(t, &about, false, &b);
    check_golden("progression-unit.json", &b);
    report_json(t, &about, true, &b);
    check_golden("progression-unit-precise.json", &b);
    released_free(t);
    dataset_fini(&d);
}

static void comparisons_are_golden(void **state)
{
    const struct results_scene *scene = *state;
    static const char *const NAMES[] = {"unit", "area", "school-form", "grade", "group", "gender"};
    const struct dataset_options load = {.threads = 0};
    struct dataset d;
    struct err e = ERR_INIT;

    assert_true(dataset_load(scene->address, &load, &d, &e));
    for (int by = 0; by < 6; by++) {
        const struct compare_options o = {.round = "2026-10", .by = (enum compare_by)by};
        struct released *t = NULL;
        struct buf b = BUF_INIT;
        char *name = mem_printf("compare-%s.csv", NAMES[by]);

        assert_true(table_compare(&d, &o, &t, &e));
        report_csv(t, (struct csv_style){.excel = false}, &b);
        check_golden(name, &b);
        released_free(t);
        free(name);
    }
    dataset_fini(&d);
}

/* Each unit against the municipality without it, counted from the answers. */
static void the_rest_is_all_others(void **state)
{
    const struct results_scene *scene = *state;
    const struct dataset_options load = {.threads = 0};
    const struct compare_options o = {.round = "2026-10", .by = COMPARE_UNIT, .unit_code = "10000001"};
    struct released *t = NULL;
    struct dataset d;
    struct err e = ERR_INIT;
    double sum = 0;
    int n = 0;
    size_t r;

    assert_true(dataset_load(scene->address, &load, &d, &e));
    assert_true(table_compare(&d, &o, &t, &e));
    for (size_t k = 0; k < scene->blocks; k++) {
        const struct results_block *b = &scene->block[k];

        for (size_t i = 0; i < b->responses && strcmp(b->round, "2026-10") == 0; i++) {
            if (strcmp(b->unit_code, "10000001") != 0 && b->answers[i] >= 1 && b->answers[i] <= 4) {
                n++;
                sum += b->answers[i];
            }
        }
    }
    r = table_row(t, "2026-10", "10000001", "all", "", "q1");
    assert_int_equal(table_number(t, r, "rest_n"), n);
    assert_near(table_number(t, r, "rest_mean"), sum / n, 1e-12);
    assert_near(table_number(t, r, "difference"), table_number(t, r, "mean") - sum / n, 1e-9);
    for (r = 0; r < released_rows(t); r++)
        assert_string_equal(table_text(t, r, "unit_code"), "10000001");
    released_free(t);
    dataset_fini(&d);
}

static void a_unit_that_is_not_there_is_refused(void **state)
{
    const struct results_scene *scene = *state;
    const struct dataset_options load = {.threads = 0};
    const struct progression_options options = {.unit_code = "99999999"};
    const struct compare_options early = {.round = "2031-10", .by = COMPARE_UNIT};
    struct released *t = NULL;
    struct dataset d;
    struct err e = ERR_INIT;

    assert_true(dataset_load(scene->address, &load, &d, &e));
    assert_false(table_progression(&d, &options, &t, &e));
    assert_int_equal(e.kind, ERR_NOT_FOUND);
    assert_false(table_compare(&d, &early, &t, &e));
    assert_int_equal(e.kind, ERR_NOT_FOUND);
    dataset_fini(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_figure_is_in_the_answers),
        cmocka_unit_test(tests_and_intervals_are_the_reference),
        cmocka_unit_test(adjusted_within_the_family),
        cmocka_unit_test(what_is_withheld_is_empty),
        cmocka_unit_test(a_line_goes_on_only_where_the_question_does),
        cmocka_unit_test(the_files_are_golden),
        cmocka_unit_test(comparisons_are_golden),
        cmocka_unit_test(the_rest_is_all_others),
        cmocka_unit_test(a_unit_that_is_not_there_is_refused),
    };

    return cmocka_run_group_tests(tests, results_scene_begin, results_scene_end);
}
