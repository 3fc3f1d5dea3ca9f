/*
 * Goal: change is told as R tells it, and no more of it than the answers hold: the trend over rounds, October
 * to April through the classes, and targets by their intervals. Each test writes a small municipality.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/stat_dist.h"
#include "tests/support/near.h"
#include "tests/support/table.h"
#include "tests/support/world.h"

/* ---- trend ----------------------------------------------------------------------------------------------
 */

static const char *const HALF_YEARS[] = {"2022-10", "2023-04", "2023-10", "2024-04",
                                         "2024-10", "2025-04", "2025-10", "2026-04"};

/* Eken, one class a round. */
static void add_rounds(struct world *w, const char *const *answers, size_t count)
{
    town_unit(&w->town, "eken", "");
    for (size_t i = 0; i < count; i++) {
        world_round(w, HALF_YEARS[i]);
        world_class(w, HALF_YEARS[i], "eken", "4A", 4, 120, answers[i]);
    }
}

static void is_trend(const struct world *w, size_t row, double rounds, double slope, double low, double high)
{
    assert_near(table_number(w->t, row, "trend_rounds"), rounds, 0);
    assert_near(table_number(w->t, row, "trend_per_year"), slope, 1e-11);
    assert_near(table_number(w->t, row, "trend_low"), low, 1e-11);
    assert_near(table_number(w->t, row, "trend_high"), high, 1e-11);
}

/* The eight rounds of cases_public.json, case10; the figures are R's (lm with weights n/s^2). */
static void a_trend_is_the_weighted_line(void **state)
{
    static const char *const ANSWERS[] = {"1:8 2:19 3:41 4:30", "1:7 2:20 3:44 4:29", "1:6 2:15 3:45 4:36",
                                          "1:6 2:18 3:43 4:31", "1:5 2:12 3:44 4:40", "1:4 2:15 3:47 4:35",
                                          "1:3 2:12 3:41 4:44", "1:4 2:10 3:46 4:41"};
    struct world *w = *state;
    size_t r;

    add_rounds(w, ANSWERS, 8);
    world_read(w);
    r = world_unit(w, "2026-04", "eken");
    is_trend(w, r, 8, 0.097801739336784, 0.0456785537728283, 0.14992492490074);
    is_trend(w, table_row(w->t, "2026-04", "", "all", "", "q1"), 8, 0.097801739336784, 0.0456785537728283,
             0.14992492490074);
    is_trend(w, table_row(w->t, "2026-04", "eken", "all", "", "trygghet"), 8, 0.097801739336784,
             0.0456785537728283, 0.14992492490074);
    /* Each round's is that of the rounds until then: first none, then the line alone. */
    r = world_unit(w, "2023-04", "eken");
    assert_near(table_number(w->t, r, "trend_rounds"), 2, 0);
    assert_true(table_empty(w->t, r, "trend_per_year"));
    r = world_unit(w, "2024-10", "eken");
    assert_near(table_number(w->t, r, "trend_rounds"), 5, 0);
    assert_near(table_number(w->t, r, "trend_per_year"), 0.10308974531976, 1e-11);
    assert_true(table_empty(w->t, r, "trend_low"));
    assert_true(table_empty(w->t, r, "trend_high"));
    /* A class lives one school year. */
    r = table_row(w->t, "2026-04", "eken", "class", "4A", "q1");
    assert_near(table_number(w->t, r, "trend_rounds"), 2, 0);
}

/* Rounds that scatter more than their answers explain. */
static void a_trend_that_scatters_says_less(void **state)
{
    static const char *const ANSWERS[] = {"1:8 2:19 3:41 4:30", "1:27 2:30 3:24 4:19", "1:6 2:15 3:45 4:36",
                                          "1:6 2:18 3:43 4:31", "1:25 2:22 3:34 4:20", "1:4 2:15 3:47 4:35",
                                          "1:3 2:12 3:41 4:44"};
    struct world *w = *state;

    add_rounds(w, ANSWERS, 7);
    world_read(w);
    is_trend(w, world_unit(w, "2025-10", "eken"), 7, 0.136672815206667, -0.200175099823309,
             0.473520730236644);
}

static void a_withheld_round_leaves_the_trend(void **state)
{
    static const char *const ANSWERS[] = {"1:8 2:19 3:41 4:30", "1:27 2:30 3:24 4:19", "2:1 3:1 4:2",
                                          "1:6 2:18 3:43 4:31", "1:25 2:22 3:34 4:20", "1:4 2:15 3:47 4:35",
                                          "1:3 2:12 3:41 4:44"};
    struct world *w = *state;
    size_t r;

    add_rounds(w, ANSWERS, 7);
    world_read(w);
    is_trend(w, world_unit(w, "2025-10", "eken"), 6, 0.15778199291558, -0.280997349990728, 0.596561335821889);
    r = world_unit(w, "2023-10", "eken");
    world_is(w, r, "status", "too_few");
    assert_true(table_empty(w->t, r, "trend_rounds"));
}

/* The trend of a question that was worded anew begins there; that of a merged unit does not. */
static void a_trend_is_joined_as_changes_are(void **state)
{
    struct world *w = *state;

    world_versions(w);
    world_units(w, "ABC");
    town_succession(&w->town, "A", "C", "2027-10");
    town_succession(&w->town, "B", "C", "2027-10");
    world_round(w, "2026-11");
    world_class(w, "2026-11", "A", "4A", 4, 12, "1:2 2:2 3:4 4:2");
    world_class(w, "2026-11", "B", "4A", 4, 12, "1:3 2:2 3:4 4:2");
    world_others(w, "2026-11");
    world_round(w, "2027-10");
    world_class(w, "2027-10", "C", "4A", 4, 12, "1:2 2:2 3:4 4:2");
    world_others(w, "2027-10");
    world_read(w);
    assert_near(table_number(w->t, world_item(w, "2026-04", "q1"), "trend_rounds"), 2, 0);
    assert_near(table_number(w->t, world_item(w, "2026-10", "q1"), "trend_rounds"), 1, 0);
    assert_near(table_number(w->t, world_item(w, "2026-10", "q2c"), "trend_rounds"), 3, 0);
    assert_near(table_number(w->t, world_item(w, "2026-10", "q3"), "trend_rounds"), 2, 0);
    assert_near(table_number(w->t, world_unit(w, "2027-10", "C"), "trend_rounds"), 2, 0);
}

/* ---- the test of a change -------------------------------------------------------------------------------
 */

/* Classes of one unit in October and April, a grade each from `grade` on in steps of `step`. */
static void add_two_times(struct world *w, const char *const (*answers)[2], size_t classes, int grade,
                          int step)
{
    for (int april = 0; april <= 1; april++) {
        const char *round = april ? "2026-04" : "2025-10";

        world_round(w, round);
        for (size_t i = 0; i < classes; i++) {
            char name[] = "A";

            name[0] = (char)('A' + i);
            world_class(w, round, "eken", name, grade + (int)i * step, 25, answers[i][april]);
        }
    }
}

static void is_interval(const struct world *w, size_t row, double low, double high, double detectable)
{
    assert_near(table_number(w->t, row, "change_low"), low, 1e-11);
    assert_near(table_number(w->t, row, "change_high"), high, 1e-11);
    assert_near(table_number(w->t, row, "detectable"), detectable, 1e-11);
}

/* Figures of R: t.test of class means; var, anova and pt for the others (see docs/methods.md). */
static void four_classes_are_paired(void **state)
{
    static const char *const ANSWERS[][2] = {{"1:2 2:4 3:8 4:6", "1:1 2:3 3:8 4:8"},
                                             {"1:1 2:5 3:9 4:5", "1:1 2:3 3:9 4:7"},
                                             {"1:3 2:3 3:7 4:7", "1:3 2:4 3:6 4:7"},
                                             {"1:4 2:6 3:6 4:4", "1:2 2:5 3:8 4:5"}};
    struct world *w = *state;
    size_t r;

    town_unit(&w->town, "eken", "");
    add_two_times(w, ANSWERS, 4, 4, 1);
    world_round(w, "2026-10");
    world_class(w, "2026-10", "eken", "A", 5, 25, "1:2 2:4 3:8 4:6");
    world_read(w);
    r = world_unit(w, "2026-04", "eken");
    world_near(w, r, "change_previous", 0.175);
    world_is(w, r, "method", "paired_classes");
    assert_near(table_number(w->t, r, "p"), 0.109792027881716, 1e-11);
    is_interval(w, r, -0.0723656917123593, 0.422365691712359, 0.3234205429654);
    world_is(w, r, "robust", ""); /* who answered twice does not matter to it */
    world_is(w, r, "difference_state", "ingen påvisad skillnad");
    r = table_row(w->t, "2026-04", "eken", "all", "", "trygghet");
    world_is(w, r, "method", "paired_classes");
    assert_near(table_number(w->t, r, "p_adjusted"), 0.109792027881716, 1e-11); /* alone in its family */
    /* A class, and a grade that is one. */
    r = table_row(w->t, "2026-04", "eken", "class", "A", "q1");
    world_is(w, r, "method", "welch");
    is_interval(w, r, -0.340859726463471, 0.840859726463471, 0.839240475252957);
    world_is(w, world_grade(w, "2026-04", "eken", "4", "q1"), "method", "welch");
    /* Not the same pupils, or nothing before. */
    r = world_unit(w, "2026-10", "eken");
    assert_false(table_empty(w->t, r, "p"));
    world_is(w, r, "method", "welch");
    world_is(w, r, "robust", "");
    r = world_unit(w, "2025-10", "eken");
    world_is(w, r, "method", "");
    assert_true(table_empty(w->t, r, "change_low") && table_empty(w->t, r, "detectable"));
}

static void fewer_classes_cost_a_design_effect(void **state)
{
    static const char *const ANSWERS[][2] = {{"1:2 2:4 3:8 4:6", "1:1 2:3 3:8 4:8"},
                                             {"1:9 2:6 3:3 4:1", "1:6 2:7 3:5 4:2"},
                                             {"1:1 2:2 3:6 4:12", "2:2 3:5 4:14"}};
    struct world *w = *state;
    size_t r;

    town_unit(&w->town, "eken", "");
    add_two_times(w, ANSWERS, 3, 4, 0);
    world_read(w);
    for (int grade = 0; grade <= 1; grade++) {
        r = grade ? world_grade(w, "2026-04", "eken", "4", "q1") : world_unit(w, "2026-04", "eken");
        world_near(w, r, "change_previous", 0.250546448087432);
        world_is(w, r, "method", "welch_design_effect");
        assert_near(table_number(w->t, r, "p"), 0.677143361766691, 1e-11);
    }
}

/* A design effect that one of the two times does not tell is that of the other: 4B and 4C are withheld in
 * April. */
static void a_design_effect_is_of_both_times(void **state)
{
    static const char *const ANSWERS[][2] = {{"1:2 2:4 3:8 4:6", "1:1 2:3 3:8 4:8"},
                                             {"1:9 2:6 3:3 4:1", "1:2 2:1 3:1"},
                                             {"1:1 2:2 3:6 4:12", "3:1 4:2"}};
    struct world *w = *state;
    size_t r;

    town_unit(&w->town, "eken", "");
    add_two_times(w, ANSWERS, 3, 4, 0);
    world_read(w);
    r = world_unit(w, "2026-04", "eken");
    world_is(w, table_row(w->t, "2026-04", "eken", "class", "B", "q1"), "status", "too_few");
    world_is(w, r, "method", "welch_design_effect");
    assert_near(table_number(w->t, r, "p"), 0.713704497615652, 1e-11);
}

/*
 * Four classes are shown, of 39 answers each time; the two others all answered alike in April. With 13 in
 * these the four have three quarters of the answers; one more, be it earlier or later, is too many.
 */
static void few_classes_do_not_stand_for_all(void **state)
{
    static const char *const FOUR[][2] = {{"1:1 2:2 3:3 4:3", "1:1 2:1 3:3 4:4"},
                                          {"1:1 2:2 3:4 4:3", "1:2 2:1 3:3 4:4"},
                                          {"1:2 2:2 3:3 4:3", "1:1 2:2 3:3 4:4"},
                                          {"1:1 2:3 3:3 4:3", "1:1 2:1 3:4 4:4"}};
    static const struct {
        const char *fifth[2], *sixth[2], *method;
    } CASES[] = {
        {{"1:1 2:2 3:2 4:2", "4:7"}, {"1:1 2:2 3:2 4:1", "3:6"}, "paired_classes"},
        {{"1:1 2:2 3:2 4:2", "4:7"}, {"1:1 2:2 3:2 4:2", "3:6"}, "welch_design_effect"},
        {{"1:1 2:2 3:2 4:2", "4:7"}, {"1:1 2:2 3:2 4:1", "3:7"}, "welch_design_effect"},
        {{"1:4 2:6 3:8 4:4", "4:22"}, {"1:4 2:6 3:8 4:4", "3:22"}, "welch_design_effect"},
    };
    struct world *w = *state;

    for (char unit[] = "A"; *unit < 'E'; ++*unit)
        town_unit(&w->town, unit, "");
    for (int april = 0; april <= 1; april++) {
        const char *round = april ? "2026-04" : "2025-10";

        world_round(w, round);
        for (size_t i = 0; i < 4; i++) {
            const char unit[] = {(char)('A' + i), '\0'};

            for (size_t c = 0; c < 4; c++)
                world_class(w, round, unit, (char[]){(char)('A' + c), '\0'}, 4, 25, FOUR[c][april]);
            world_class(w, round, unit, "E", 4, 25, CASES[i].fifth[april]);
            world_class(w, round, unit, "F", 4, 25, CASES[i].sixth[april]);
        }
    }
    world_read(w);
    for (size_t i = 0; i < 4; i++) {
        const char unit[] = {(char)('A' + i), '\0'};

        for (char name[] = "A"; *name < 'G'; ++*name)
            world_is(w, table_row(w->t, "2026-04", unit, "class", name, "q1"), "status",
                     *name < 'E' ? "value" : "suppressed");
        world_is(w, world_unit(w, "2026-04", unit), "method", CASES[i].method);
    }
}

/* Classes that are more alike than chance would have them do not make the test sharper: Welch's own p. */
static void a_design_effect_is_at_least_one(void **state)
{
    static const char *const ANSWERS[][2] = {{"1:2 2:4 3:8 4:6", "1:1 2:3 3:8 4:8"},
                                             {"1:2 2:4 3:8 4:6", "1:1 2:3 3:8 4:8"}};
    struct world *w = *state;
    size_t r;

    town_unit(&w->town, "eken", "");
    add_two_times(w, ANSWERS, 2, 4, 0);
    world_read(w);
    r = world_unit(w, "2026-04", "eken");
    world_is(w, r, "method", "welch_design_effect");
    assert_near(table_number(w->t, r, "p"), 0.223333324562078, 1e-11);
}

static void the_grid_says_what_depends(void **state)
{
    static const struct {
        const char *april, *robust;
    } CASES[] = {{"1:2 2:5 3:8 4:8", "3/12"}, {"1:1 2:5 3:8 4:9", "9/12"}, {"1:1 2:2 3:8 4:12", "12/12"}};
    struct world *w = *state;

    town_unit(&w->town, "A", "");
    town_unit(&w->town, "B", "");
    town_unit(&w->town, "C", "");
    for (int april = 0; april <= 1; april++) {
        world_round(w, april ? "2026-04" : "2025-10");
        for (int i = 0; i < 3; i++)
            world_class(w, april ? "2026-04" : "2025-10", (char[]){(char)('A' + i), '\0'}, "4A", 4, 25,
                        april ? CASES[i].april : "1:4 2:6 3:8 4:4");
    }
    world_read(w);
    for (int i = 0; i < 3; i++) {
        const size_t r = world_unit(w, "2026-04", (char[]){(char)('A' + i), '\0'});

        world_is(w, r, "method", "welch"); /* one class: how alike classes are is not known */
        world_is(w, r, "robust", CASES[i].robust);
    }
}

/* When a class has another size in April, the larger number is what those who answered twice are among, be it
 * the earlier or the later; with the smaller it would be 9/12. */
static void the_grid_takes_the_larger_class(void **state)
{
    static const struct {
        const char *round, *answers;
        int enrolled;
    } TIMES[] = {{"2025-10", "1:4 2:6 3:8 4:4", 50},
                 {"2026-04", "1:1 2:5 3:8 4:9", 25},
                 {"2026-10", "1:4 2:6 3:8 4:4", 25},
                 {"2027-04", "1:1 2:5 3:8 4:9", 50}};
    struct world *w = *state;

    town_unit(&w->town, "eken", "");
    for (size_t i = 0; i < 4; i++) {
        world_round(w, TIMES[i].round);
        world_class(w, TIMES[i].round, "eken", "4A", 4, TIMES[i].enrolled, TIMES[i].answers);
    }
    world_read(w);
    world_is(w, world_unit(w, "2026-04", "eken"), "robust", "6/12");
    world_is(w, world_unit(w, "2027-04", "eken"), "robust", "6/12");
}

static bool is_told(const struct world *w, const char *round, const char *class)
{
    return !table_empty(w->t, table_row(w->t, round, "eken", "class", class, "q1"), "mean");
}

/* Only classes that are shown both times enter the test: a reader of the table can compute it. G is withheld
 * in April, H in October. */
static void withheld_classes_enter_no_test(void **state)
{
    static const char *const ANSWERS[][2] = {
        {"1:2 2:4 3:8 4:6", "1:1 2:3 3:8 4:8"}, {"1:1 2:5 3:9 4:5", "1:1 2:3 3:9 4:7"},
        {"1:3 2:3 3:7 4:7", "1:3 2:4 3:6 4:7"}, {"1:4 2:6 3:6 4:4", "1:2 2:5 3:8 4:5"},
        {"1:3 2:6 3:7 4:4", "1:3 2:5 3:8 4:5"}, {"1:4 2:1 3:6 4:4", "1:2 2:1 3:8 4:5"},
        {"1:1 2:1 3:1 4:1", "1:2 2:2 3:3 4:4"}, {"1:1 2:1 3:1", "1:2 2:2 3:3 4:4"},
        {"1:2 2:2 3:3 4:4", "1:1 2:1 3:1"},     {"1:2 2:2 3:3 4:4", "1:1 2:1 3:1 4:1"}};
    struct world *w = *state;
    double sum = 0, squares = 0, t, n = 0;
    bool october_alone = false, april_alone = false;
    size_t r;

    town_unit(&w->town, "eken", "");
    add_two_times(w, ANSWERS, 10, 4, 0);
    world_read(w);
    for (char name[] = "A"; name[0] <= 'J'; name[0]++) {
        const bool then = is_told(w, "2025-10", name), now = is_told(w, "2026-04", name);

        october_alone |= then && !now;
        april_alone |= now && !then;
        if (then && now) {
            const double d =
                table_number(w->t, table_row(w->t, "2026-04", "eken", "class", name, "q1"), "mean") -
                table_number(w->t, table_row(w->t, "2025-10", "eken", "class", name, "q1"), "mean");

            n++;
            sum += d;
            squares += d * d;
        }
    }
    assert_true(n >= 4 && october_alone && april_alone);
    t = sum / n / sqrt((squares - sum * sum / n) / (n - 1) / n);
    r = world_unit(w, "2026-04", "eken");
    world_is(w, r, "method", "paired_classes");
    assert_near(table_number(w->t, r, "p"), stat_t_two_sided(t, n - 1), 1e-9);
}

/* ---- targets --------------------------------------------------------------------------------------------
 */

static void add_target(struct world *w, const char *unit, const char *round, enum target_measure measure,
                       enum target_direction direction, double value)
{
    struct target t = {
        .form = "f", .dimension = "trygghet", .measure = measure, .direction = direction, .value = value};

    memcpy(t.unit_code, unit, strlen(unit) + 1);
    memcpy(t.round, round, strlen(round) + 1);
    if (measure != TARGET_INDEX)
        memcpy(t.question, "q1", sizeof "q1");
    town_target(&w->town, &t);
}

/*
 * The answers of case02 A in cases_public.json: R's process interval of the mean is 3.17829545 to 3.57849870,
 * of the index 72.6098 to 85.9500; Wilson's of the share 55/62 is 0.78480 to 0.94422.
 */
static void a_target_is_judged_by_the_interval(void **state)
{
    static const struct {
        enum target_measure measure;
        enum target_direction direction;
        double value;
        const char *word;
    } CASES[] = {{TARGET_MEAN, TARGET_AT_LEAST, 3.178, "uppnått"},
                 {TARGET_MEAN, TARGET_AT_LEAST, 3.179, "kan inte avgöras"},
                 {TARGET_MEAN, TARGET_AT_LEAST, 3.578, "kan inte avgöras"},
                 {TARGET_MEAN, TARGET_AT_LEAST, 3.579, "inte uppnått"},
                 {TARGET_MEAN, TARGET_AT_MOST, 3.579, "uppnått"},
                 {TARGET_MEAN, TARGET_AT_MOST, 3.578, "kan inte avgöras"},
                 {TARGET_MEAN, TARGET_AT_MOST, 3.178, "inte uppnått"},
                 {TARGET_SHARE_POSITIVE, TARGET_AT_LEAST, 0.784, "uppnått"},
                 {TARGET_SHARE_POSITIVE, TARGET_AT_LEAST, 0.785, "kan inte avgöras"},
                 {TARGET_SHARE_POSITIVE, TARGET_AT_LEAST, 0.945, "inte uppnått"},
                 {TARGET_SHARE_POSITIVE, TARGET_AT_MOST, 0.944, "kan inte avgöras"},
                 {TARGET_INDEX, TARGET_AT_LEAST, 72.6, "uppnått"},
                 {TARGET_INDEX, TARGET_AT_LEAST, 72.7, "kan inte avgöras"},
                 {TARGET_INDEX, TARGET_AT_LEAST, 86, "inte uppnått"},
                 {TARGET_INDEX, TARGET_AT_MOST, 86, "uppnått"}};
    struct world *w = *state;

    world_round(w, "2026-10");
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        const char unit[] = {(char)('A' + i), '\0'};

        town_unit(&w->town, unit, "");
        world_class(w, "2026-10", unit, "4A", 4, 70, "1:2 2:5 3:21 4:34");
        add_target(w, unit, "2026-10", CASES[i].measure, CASES[i].direction, CASES[i].value);
    }
    world_read(w);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        const char unit[] = {(char)('A' + i), '\0'};
        const bool index = CASES[i].measure == TARGET_INDEX;
        const size_t r = table_row(w->t, "2026-10", unit, "all", "", index ? "trygghet" : "q1"),
                     other = table_row(w->t, "2026-10", unit, "all", "", index ? "q1" : "trygghet");

        assert_near(table_number(w->t, r, "mean"), 211.0 / 62, 1e-12);
        assert_near(table_number(w->t, r, "target"), CASES[i].value, 0);
        world_is(w, r, "target_state", CASES[i].word);
        world_is(w, r, "target_measure", target_measure_word(CASES[i].measure));
        world_is(w, r, "target_direction", target_direction_word(CASES[i].direction));
        assert_true(table_empty(w->t, other, "target"));
        assert_true(table_empty(w->t, other, "target_state"));
        assert_true(table_empty(w->t, world_grade(w, "2026-10", unit, "4", "q1"), "target"));
    }
}

/* Nothing is said of a figure that is withheld, be it of few or for the others' sake; the target itself is no
 * secret. */
static void a_withheld_figure_reaches_no_target(void **state)
{
    struct world *w = *state;
    size_t r;
    int withheld = 0;

    town_unit(&w->town, "A", "");
    town_unit(&w->town, "B", "");
    town_unit(&w->town, "C", "");
    for (int april = 0; april <= 1; april++) {
        const char *round = april ? "2027-04" : "2026-10";

        world_round(w, round);
        world_class(w, round, "A", "4A", 4, 30, "2:1 3:1 4:1");
        world_class(w, round, "B", "4A", 4, 30, "1:3 2:4 3:6 4:7");
        world_class(w, round, "C", "4A", 4, 30, "1:3 2:4 3:6 4:9");
    }
    add_target(w, "A", "2026-10", TARGET_MEAN, TARGET_AT_LEAST, 3);
    add_target(w, "B", "2026-10", TARGET_MEAN, TARGET_AT_LEAST, 3);
    add_target(w, "C", "2026-10", TARGET_MEAN, TARGET_AT_LEAST, 1.5);
    world_read(w);
    for (char unit[] = "A"; unit[0] <= 'C'; unit[0]++) {
        r = world_unit(w, "2026-10", unit);
        assert_false(table_empty(w->t, r, "target"));
        if (strcmp(table_text(w->t, r, "status"), "value") != 0) {
            world_is(w, r, "target_state", "för få svar");
            withheld += strcmp(table_text(w->t, r, "status"), "suppressed") == 0;
        }
        /* It is of that round, and of that row. */
        r = world_unit(w, "2027-04", unit);
        assert_true(table_empty(w->t, r, "target"));
        assert_true(table_empty(w->t, r, "target_state"));
    }
    assert_int_equal(withheld, 1);
    world_is(w, world_unit(w, "2026-10", "A"), "status", "too_few");
    r = table_row(w->t, "2026-10", "A", "class", "4A", "q1");
    world_is(w, r, "status", "too_few");
    assert_true(table_empty(w->t, r, "target_state"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, world_begin, world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_trend_is_the_weighted_line),
        TEST(a_trend_that_scatters_says_less),
        TEST(a_withheld_round_leaves_the_trend),
        TEST(a_trend_is_joined_as_changes_are),
        TEST(four_classes_are_paired),
        TEST(fewer_classes_cost_a_design_effect),
        TEST(a_design_effect_is_of_both_times),
        TEST(few_classes_do_not_stand_for_all),
        TEST(a_design_effect_is_at_least_one),
        TEST(the_grid_says_what_depends),
        TEST(the_grid_takes_the_larger_class),
        TEST(withheld_classes_enter_no_test),
        TEST(a_target_is_judged_by_the_interval),
        TEST(a_withheld_figure_reaches_no_target),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
