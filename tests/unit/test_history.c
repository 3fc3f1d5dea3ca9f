/*
 * Goal: groups and their history are told as they were and joined only where they go on. Each test writes a
 * small municipality whose figures follow by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/compare.h"
#include "analysis/dataset.h"
#include "analysis/progression.h"
#include "analysis/stat_compare.h"
#include "analysis/stat_dist.h"
#include "core/base/day.h"
#include "tests/support/near.h"
#include "tests/support/table.h"
#include "tests/support/town.h"

/* A municipality, and its table once it is written down. */
struct world {
    struct town town;
    const struct form *form; /* one question, q1, of trygghet */
    struct dataset d;
    struct released *t;
};

static int begin(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    struct err e = ERR_INIT;

    stat_init();
    if (w == NULL || !day_zone_init(&e))
        return -1;
    town_init(&w->town);
    w->form = town_form(&w->town, "id: f\nversion: 1\n",
                        "  - {id: q1, dimension: trygghet, scale: fyra, text: {sv: Trygg?}}\n");
    *state = w;
    return 0;
}

static int end(void **state)
{
    struct world *w = *state;

    released_free(w->t);
    dataset_fini(&w->d);
    town_fini(&w->town);
    free(w);
    return 0;
}

static void read_table(struct world *w)
{
    const struct dataset_options load = {.threads = 1};
    const struct progression_options options = {.unit_code = NULL};
    struct err e = ERR_INIT;

    town_close(&w->town);
    if (!dataset_load(w->town.address, &load, &w->d, &e) || !table_progression(&w->d, &options, &w->t, &e))
        fail_msg("%s", e.text);
}

static void add_round(struct world *w, const char *code)
{
    town_round(&w->town, code, &w->form, 1);
}

/* A class of grundskola that answers q1. */
static void add_class(struct world *w, const char *round, const char *unit, const char *group, int grade,
                      int enrolled, const char *q1)
{
    town_class(&w->town, &(struct town_class){.round = round,
                                              .unit = unit,
                                              .group = group,
                                              .grade = grade,
                                              .enrolled = enrolled,
                                              .school_form = SCHOOL_FORM_GRUNDSKOLA,
                                              .form = w->form,
                                              .answers = {q1}});
}

static void is_text(const struct world *w, size_t row, const char *column, const char *expected)
{
    if (strcmp(table_text(w->t, row, column), expected) != 0)
        fail_msg("row %zu: %s is '%s', not '%s'", row, column, table_text(w->t, row, column), expected);
}

static bool is_shown(const struct world *w, const char *unit, const char *group)
{
    return strcmp(table_text(w->t, table_row(w->t, "2026-10", unit, "all", group, "q1"), "status"),
                  "value") == 0;
}

/* ---- areas ----------------------------------------------------------------------------------------------
 */

/* Eken and Linden are Norr; Asken is alone in Söder; Rönnen is in no area. */
static void add_areas(struct world *w)
{
    town_unit(&w->town, "eken", "Norr");
    town_unit(&w->town, "linden", "Norr");
    town_unit(&w->town, "asken", "Söder");
    town_unit(&w->town, "ronnen", "");
    add_round(w, "2026-10");
    add_class(w, "2026-10", "eken", "4A", 4, 12, "1:2 2:2 3:4 4:2");   /* 10 answers, mean 2.6 */
    add_class(w, "2026-10", "linden", "5B", 5, 30, "2:10 3:5 4:5");    /* 20, 2.75 */
    add_class(w, "2026-10", "asken", "4A", 4, 10, "1:1 2:2 3:4 4:3");  /* 10, 2.9 */
    add_class(w, "2026-10", "ronnen", "6A", 6, 20, "1:5 2:5 3:5 4:1"); /* 16, 2.125 */
}

static void an_area_is_its_units(void **state)
{
    struct world *w = *state;
    size_t r;

    add_areas(w);
    read_table(w);
    r = table_row(w->t, "2026-10", "", "all", "Norr", "q1");
    is_text(w, r, "level", "area");
    is_text(w, r, "unit_name", "Norr");
    is_text(w, r, "area", "Norr");
    is_text(w, r, "school_form", "");
    is_text(w, r, "status", "value");
    assert_near(table_number(w->t, r, "enrolled"), 42, 0);
    assert_near(table_number(w->t, r, "responses"), 30, 0);
    assert_near(table_number(w->t, r, "n"), 30, 0);
    assert_near(table_number(w->t, r, "mean"), (10 * 2.6 + 20 * 2.75) / 30, 1e-12);
    assert_true(r < table_row(w->t, "2026-10", "eken", "all", "", "q1"));
    assert_true(r > table_row(w->t, "2026-10", "", "grade", "6", "q1"));
    /* One unit's area is the unit; and each row says where it belongs. */
    assert_false(table_has_row(w->t, "2026-10", "", "all", "Söder", "q1"));
    is_text(w, table_row(w->t, "2026-10", "asken", "all", "", "q1"), "area", "Söder");
    is_text(w, table_row(w->t, "2026-10", "ronnen", "all", "", "q1"), "area", "");
    is_text(w, table_row(w->t, "2026-10", "", "all", "", "q1"), "area", "");
    r = table_row(w->t, "2026-10", "linden", "class", "5B", "q1");
    is_text(w, r, "area", "Norr");
    is_text(w, r, "school_form", "grundskola");
    assert_near(table_number(w->t, r, "grade"), 5, 0);
    assert_true(table_empty(w->t, table_row(w->t, "2026-10", "linden", "grade", "5", "q1"), "grade"));
}

/* Four of Linden's answered: the area less Eken would be these four. */
static void an_area_gives_no_unit_away(void **state)
{
    struct world *w = *state;

    town_unit(&w->town, "eken", "Norr");
    town_unit(&w->town, "linden", "Norr");
    town_unit(&w->town, "asken", "Söder");
    town_unit(&w->town, "ronnen", "Söder");
    add_round(w, "2026-10");
    add_class(w, "2026-10", "eken", "4A", 4, 30, "1:3 2:4 3:6 4:7");
    add_class(w, "2026-10", "linden", "4A", 4, 30, "1:1 2:1 3:1 4:1");
    add_class(w, "2026-10", "asken", "4A", 4, 30, "1:4 2:4 3:4 4:4");
    add_class(w, "2026-10", "ronnen", "4A", 4, 30, "1:2 2:4 3:5 4:6");
    read_table(w);
    is_text(w, table_row(w->t, "2026-10", "linden", "all", "", "q1"), "status", "too_few");
    assert_true(is_shown(w, "", ""));
    assert_false(is_shown(w, "", "Norr") && is_shown(w, "eken", ""));
    assert_false(is_shown(w, "", "Söder") && is_shown(w, "eken", ""));
    assert_false(is_shown(w, "asken", "") && is_shown(w, "ronnen", "") && is_shown(w, "eken", ""));
}

static void an_area_is_compared_with_the_rest(void **state)
{
    const struct compare_options o = {.round = "2026-10", .by = COMPARE_AREA};
    const struct compare_options unit = {.round = "2026-10", .by = COMPARE_AREA, .unit_code = "eken"};
    struct world *w = *state;
    struct released *t = NULL;
    struct err e = ERR_INIT;
    size_t r;

    add_areas(w);
    read_table(w);
    assert_true(table_compare(&w->d, &o, &t, &e));
    assert_int_equal(released_rows(t), 2); /* trygghet and q1 */
    r = table_row(t, "2026-10", "", "all", "Norr", "q1");
    assert_string_equal(table_text(t, r, "level"), "area");
    assert_near(table_number(t, r, "rest_n"), 26, 0);
    assert_near(table_number(t, r, "rest_mean"), (10 * 2.9 + 16 * 2.125) / 26, 1e-12);
    released_free(t);
    assert_false(table_compare(&w->d, &unit, &t, &e));
    assert_int_equal(e.kind, ERR_INPUT);
    assert_non_null(strstr(e.text, "areas are compared in the whole municipality"));
}

/* A class is told as it was in the round, whatever became of it later in the year. */
static void a_class_is_told_as_it_was(void **state)
{
    struct world *w = *state;
    size_t october, april;

    town_unit(&w->town, "eken", "");
    add_round(w, "2025-10");
    add_class(w, "2025-10", "eken", "4A", 4, 12, "1:2 2:2 3:4 4:2");
    add_round(w, "2026-04");
    add_class(w, "2026-04", "eken", "4A", 5, 14, "1:3 2:3 3:4 4:2");
    read_table(w);
    october = table_row(w->t, "2025-10", "eken", "class", "4A", "q1");
    april = table_row(w->t, "2026-04", "eken", "class", "4A", "q1");
    assert_near(table_number(w->t, october, "grade"), 4, 0);
    assert_near(table_number(w->t, october, "enrolled"), 12, 0);
    assert_near(table_number(w->t, april, "grade"), 5, 0);
    assert_near(table_number(w->t, april, "enrolled"), 14, 0);
    assert_near(table_number(w->t, april, "change_previous"), 29.0 / 12 - 2.6, 1e-12);
}

static void is_change(const struct world *w, size_t row, const char *column, double expected)
{
    assert_near(table_number(w->t, row, column), expected, 1e-12);
}

static void no_change(const struct world *w, size_t row)
{
    is_text(w, row, "status", "value");
    assert_true(table_empty(w->t, row, "change_previous"));
    assert_true(table_empty(w->t, row, "change_same_month"));
    assert_true(table_empty(w->t, row, "p"));
}

/* ---- versions of the form -------------------------------------------------------------------------------
 */

#define ASK(id, dimension, scale, more, text)                                                                \
    "  - {id: " id ", dimension: " dimension ", scale: " scale more ", text: {sv: \"" text "\"}}\n"

/* Three rounds with three versions of one form; everybody answers 1 to 4 in turn to everything. */
static void add_versions(struct world *w)
{
    static const char FIRST[] = ASK("q1", "trygghet", "fyra", "", "Trygg?")
        ASK("q2", "trygghet", "fyra", "", "Lugn?") ASK("q3", "delaktighet", "fyra", "", "Med?"),
                      SECOND[] = ASK("q1", "trygghet", "fyra", "", "Trygg?")
                          ASK("q2b", "trygghet", "fyra", ", continues: q2", "Lugnt?")
                              ASK("q3", "delaktighet", "fyra", "", "Är du med?"),
                      THIRD[] = ASK("q1", "trygghet", "annan", "", "Trygg?")
                          ASK("q2c", "trygghet", "annan", ", continues: q2b", "Är det lugnt?")
                              ASK("q3", "delaktighet", "fyra", "", "Med?")
                                  ASK("q4", "delaktighet", "fyra", "", "Hörd?");
    static const char *const QUESTIONS[] = {FIRST, SECOND, THIRD}, *const ROUNDS[] = {"2025-10", "2026-04",
                                                                                      "2026-10"};

    town_unit(&w->town, "eken", "");
    for (int v = 0; v < 3; v++) {
        char head[] = "id: v\nversion: 1\n";
        struct town_class c = {.round = ROUNDS[v],
                               .unit = "eken",
                               .group = "4A",
                               .grade = 4,
                               .enrolled = 20,
                               .school_form = SCHOOL_FORM_GRUNDSKOLA};

        head[sizeof head - 3] = (char)('1' + v);
        c.form = town_form(&w->town, head, QUESTIONS[v]);
        for (int q = 0; q < c.form->questions; q++)
            c.answers[q] = v == 2 ? "1:2 2:4 3:5 4:6" : "1:4 2:4 3:4 4:5";
        town_round(&w->town, ROUNDS[v], &c.form, 1);
        town_class(&w->town, &c);
    }
}

static size_t item_row(const struct world *w, const char *round, const char *item)
{
    return table_row(w->t, round, "eken", "all", "", item);
}

static void a_line_goes_on_only_where_it_is_the_same(void **state)
{
    const double change = 49.0 / 17 - 44.0 / 17;
    struct world *w = *state;
    size_t r;

    add_versions(w);
    read_table(w);
    /* Nothing was before. */
    is_text(w, item_row(w, "2025-10", "q1"), "series", "");
    is_text(w, item_row(w, "2025-10", "trygghet"), "series", "");
    /* The same; worded anew by decision; worded anew by nobody's. */
    is_text(w, item_row(w, "2026-04", "q1"), "series", "");
    is_change(w, item_row(w, "2026-04", "q1"), "change_previous", 0);
    is_text(w, item_row(w, "2026-04", "q2b"), "series", "");
    is_change(w, item_row(w, "2026-04", "q2b"), "change_previous", 0);
    is_text(w, item_row(w, "2026-04", "trygghet"), "series", "");
    is_text(w, item_row(w, "2026-04", "q3"), "series", "changed_question");
    no_change(w, item_row(w, "2026-04", "q3"));
    is_text(w, item_row(w, "2026-04", "delaktighet"), "series", "changed_index");
    no_change(w, item_row(w, "2026-04", "delaktighet"));
    /* Other options: not joined, but where someone has decided. */
    is_text(w, item_row(w, "2026-10", "q1"), "series", "changed_question");
    no_change(w, item_row(w, "2026-10", "q1"));
    r = item_row(w, "2026-10", "q2c");
    is_text(w, r, "series", "");
    is_change(w, r, "change_previous", change);
    is_change(w, r, "change_same_month", change); /* from version to version */
    is_text(w, item_row(w, "2026-10", "trygghet"), "series", "changed_index");
    no_change(w, item_row(w, "2026-10", "trygghet"));
    is_text(w, item_row(w, "2026-10", "q4"), "series", "new_question");
    is_text(w, item_row(w, "2026-10", "delaktighet"), "series", "changed_index");
    /* Worded as a year ago: not joined with the last round, but with that one. */
    r = item_row(w, "2026-10", "q3");
    is_text(w, r, "series", "changed_question");
    assert_true(table_empty(w->t, r, "change_previous"));
    is_change(w, r, "change_same_month", change);
    /* A class lives one school year. */
    is_text(w, table_row(w->t, "2026-10", "eken", "class", "4A", "q1"), "series", "");
    is_text(w, table_row(w->t, "2026-04", "eken", "class", "4A", "q3"), "series", "changed_question");
}

/* ---- merged, renamed, split -----------------------------------------------------------------------------
 */

static size_t unit_row(const struct world *w, const char *round, const char *unit)
{
    return table_row(w->t, round, unit, "all", "", "q1");
}

/* Two more, so that nobody's being withheld makes the others follow. */
static void add_others(struct world *w, const char *round)
{
    add_class(w, round, "x1", "4A", 4, 30, "1:5 2:6 3:7 4:8");
    add_class(w, round, "x2", "4A", 4, 30, "1:6 2:7 3:8 4:7");
}

static void add_units(struct world *w, const char *codes)
{
    for (const char *at = codes; *at != '\0'; at++)
        town_unit(&w->town, (char[]){*at, '\0'}, "");
    town_unit(&w->town, "x1", "");
    town_unit(&w->town, "x2", "");
}

/* A and B become C: its change is from both of them taken together. */
static void a_merged_unit_goes_on_from_all(void **state)
{
    static const int64_t PUPILS[2][4] = {{2, 12, 9, 7}, {3, 4, 10, 8}};
    const struct stat_counts then = stat_counts_of(PUPILS[0], 4), now = stat_counts_of(PUPILS[1], 4);
    const struct stat_summary a = stat_summary_counts(&now), b = stat_summary_counts(&then);
    const struct stat_t_test welch = stat_compare_welch(&a, &b, 0.95);
    struct world *w = *state;
    size_t r;

    add_units(w, "ABC");
    town_succession(&w->town, "A", "C", "2026-10");
    town_succession(&w->town, "B", "C", "2026-10");
    add_round(w, "2026-04");
    add_class(w, "2026-04", "A", "4A", 4, 12, "1:2 2:2 3:4 4:2"); /* 10 answers, sum 26 */
    add_class(w, "2026-04", "B", "5A", 5, 22, "2:10 3:5 4:5");    /* 20, 55 */
    add_others(w, "2026-04");
    add_round(w, "2026-10");
    add_class(w, "2026-10", "C", "4A", 4, 15, "1:1 2:2 3:5 4:4"); /* 12, 36 */
    add_class(w, "2026-10", "C", "5A", 5, 15, "1:2 2:2 3:5 4:4"); /* 13, 37 */
    add_others(w, "2026-10");
    add_round(w, "2027-04");
    add_class(w, "2027-04", "C", "4A", 4, 15, "1:1 2:2 3:5 4:5"); /* 13, 40 */
    add_class(w, "2027-04", "C", "5A", 5, 15, "1:2 2:2 3:5 4:4");
    add_others(w, "2027-04");
    read_table(w);

    r = unit_row(w, "2026-10", "C");
    is_change(w, r, "change_previous", 73.0 / 25 - 81.0 / 30);
    is_change(w, r, "p", welch.p);
    assert_true(table_empty(w->t, r, "change_same_month"));
    /* Grades likewise: 4 was A's alone, 5 B's alone. */
    r = table_row(w->t, "2026-10", "C", "grade", "4", "q1");
    is_change(w, r, "change_previous", 36.0 / 12 - 26.0 / 10);
    r = table_row(w->t, "2026-10", "C", "grade", "5", "q1");
    is_change(w, r, "change_previous", 37.0 / 13 - 55.0 / 20);
    /* A year after, against the two again; and the last round is its own. */
    r = unit_row(w, "2027-04", "C");
    is_change(w, r, "change_same_month", 77.0 / 26 - 81.0 / 30);
    is_change(w, r, "change_previous", 77.0 / 26 - 73.0 / 25);
    /* What was told of A and B is told of them still, and nothing of C then. */
    is_change(w, unit_row(w, "2026-04", "A"), "mean", 2.6);
    is_change(w, unit_row(w, "2026-04", "B"), "mean", 2.75);
    assert_false(table_has_row(w->t, "2026-04", "C", "all", "", "q1"));
    assert_false(table_has_row(w->t, "2026-10", "A", "all", "", "q1"));
}

/* Three of B's answered: what C was before would be told only by telling of them. */
static void a_merged_unit_needs_all_to_be_shown(void **state)
{
    struct world *w = *state;
    size_t r;

    add_units(w, "ABC");
    town_succession(&w->town, "A", "C", "2026-10");
    town_succession(&w->town, "B", "C", "2026-10");
    add_round(w, "2026-04");
    add_class(w, "2026-04", "A", "4A", 4, 20, "1:2 2:2 3:4 4:2");
    add_class(w, "2026-04", "B", "4A", 4, 20, "2:1 3:1 4:1");
    add_others(w, "2026-04");
    add_round(w, "2026-10");
    add_class(w, "2026-10", "C", "4A", 4, 40, "1:1 2:2 3:5 4:4");
    add_others(w, "2026-10");
    read_table(w);
    is_text(w, unit_row(w, "2026-04", "B"), "status", "too_few");
    r = unit_row(w, "2026-10", "C");
    no_change(w, r);
    is_text(w, r, "difference_state", "för få svar");
}

/* A is B since April and C since October; D took E in, which it had beside it before. */
static void a_renamed_unit_goes_on(void **state)
{
    struct world *w = *state;

    add_units(w, "ABCDE");
    town_succession(&w->town, "B", "C", "2026-10");
    town_succession(&w->town, "A", "B", "2026-04");
    town_succession(&w->town, "E", "D", "2026-10");
    add_round(w, "2025-10");
    add_class(w, "2025-10", "A", "4A", 4, 12, "1:2 2:2 3:4 4:2"); /* 10, 26 */
    add_others(w, "2025-10");
    add_round(w, "2026-04");
    add_class(w, "2026-04", "B", "4A", 4, 12, "1:2 2:3 3:4 4:3"); /* 12, 32 */
    add_class(w, "2026-04", "D", "4A", 4, 22, "2:10 3:5 4:5");    /* 20, 55 */
    add_class(w, "2026-04", "E", "4A", 4, 12, "1:3 2:3 3:2 4:3"); /* 11, 27 */
    add_others(w, "2026-04");
    add_round(w, "2026-10");
    add_class(w, "2026-10", "C", "4A", 4, 15, "1:1 2:2 3:5 4:4"); /* 12, 36 */
    add_class(w, "2026-10", "D", "4A", 4, 15, "1:2 2:2 3:5 4:4"); /* 13, 37 */
    add_others(w, "2026-10");
    read_table(w);
    is_change(w, unit_row(w, "2026-04", "B"), "change_previous", 32.0 / 12 - 2.6);
    is_change(w, unit_row(w, "2026-10", "C"), "change_previous", 36.0 / 12 - 32.0 / 12);
    is_change(w, unit_row(w, "2026-10", "C"), "change_same_month", 36.0 / 12 - 2.6);
    is_change(w, unit_row(w, "2026-10", "D"), "change_previous", 37.0 / 13 - 82.0 / 31);
}

/* A is split in B and C: neither goes on from it, and from then on each goes on from itself. */
static void a_part_of_a_split_unit_begins_anew(void **state)
{
    struct world *w = *state;

    add_units(w, "ABC");
    town_succession(&w->town, "A", "B", "2026-10");
    town_succession(&w->town, "A", "C", "2026-10");
    add_round(w, "2026-04");
    add_class(w, "2026-04", "A", "4A", 4, 42, "1:5 2:5 3:15 4:10");
    add_others(w, "2026-04");
    for (int later = 0; later < 2; later++) {
        const char *round = later ? "2027-04" : "2026-10";

        add_round(w, round);
        add_class(w, round, "B", "4A", 4, 20, later ? "1:1 2:2 3:5 4:5" : "1:1 2:2 3:5 4:4");
        add_class(w, round, "C", "4A", 4, 22, "1:2 2:2 3:5 4:4");
        add_others(w, round);
    }
    read_table(w);
    no_change(w, unit_row(w, "2026-10", "B"));
    no_change(w, unit_row(w, "2026-10", "C"));
    is_text(w, unit_row(w, "2026-10", "B"), "difference_state", "");
    is_text(w, unit_row(w, "2026-10", "B"), "series", "split_unit");
    is_text(w, table_row(w->t, "2026-10", "B", "all", "", "trygghet"), "series", "split_unit");
    is_text(w, table_row(w->t, "2026-10", "B", "grade", "4", "q1"), "series", "split_unit");
    is_text(w, table_row(w->t, "2026-10", "B", "class", "4A", "q1"), "series", "");
    is_text(w, unit_row(w, "2027-04", "B"), "series", "");
    is_change(w, unit_row(w, "2027-04", "B"), "change_previous", 40.0 / 13 - 36.0 / 12);
    assert_true(table_empty(w->t, unit_row(w, "2027-04", "B"), "change_same_month"));
}

/* B takes over from A, but A is measured on: it was split, and neither is what it was. D is renamed C only
 * later, which changes nothing yet. */
static void a_unit_that_lives_on_was_split(void **state)
{
    struct world *w = *state;

    add_units(w, "ABCD");
    town_succession(&w->town, "A", "B", "2026-10");
    town_succession(&w->town, "D", "C", "2027-10");
    add_round(w, "2026-04");
    add_class(w, "2026-04", "A", "4A", 4, 42, "1:5 2:5 3:15 4:10");
    add_class(w, "2026-04", "D", "4A", 4, 42, "1:5 2:5 3:15 4:10"); /* 35, 100 */
    add_others(w, "2026-04");
    add_round(w, "2026-10");
    add_class(w, "2026-10", "A", "4A", 4, 22, "1:2 2:2 3:5 4:4");
    add_class(w, "2026-10", "B", "4A", 4, 20, "1:1 2:2 3:5 4:4");
    add_class(w, "2026-10", "D", "4A", 4, 20, "1:1 2:2 3:5 4:4"); /* 12, 36 */
    add_others(w, "2026-10");
    read_table(w);
    no_change(w, unit_row(w, "2026-10", "A"));
    no_change(w, unit_row(w, "2026-10", "B"));
    is_text(w, unit_row(w, "2026-10", "A"), "series", "split_unit");
    is_text(w, unit_row(w, "2026-10", "B"), "series", "split_unit");
    is_text(w, unit_row(w, "2026-10", "D"), "series", "");
    is_change(w, unit_row(w, "2026-10", "D"), "change_previous", 3 - 100.0 / 35);
}

/* An area that had one unit measured then goes on from that unit. */
static void an_area_goes_on_from_its_only_unit(void **state)
{
    struct world *w = *state;

    town_unit(&w->town, "A", "Norr");
    town_unit(&w->town, "B", "Norr");
    town_unit(&w->town, "x1", "");
    town_unit(&w->town, "x2", "");
    add_round(w, "2026-04");
    add_class(w, "2026-04", "B", "4A", 4, 22, "2:10 3:5 4:5"); /* 20, 55 */
    add_others(w, "2026-04");
    add_round(w, "2026-10");
    add_class(w, "2026-10", "A", "4A", 4, 15, "1:1 2:2 3:5 4:4"); /* 12, 36 */
    add_class(w, "2026-10", "B", "4A", 4, 15, "1:2 2:2 3:5 4:4"); /* 13, 37 */
    add_others(w, "2026-10");
    read_table(w);
    assert_false(table_has_row(w->t, "2026-04", "", "all", "Norr", "q1"));
    is_change(w, table_row(w->t, "2026-10", "", "all", "Norr", "q1"), "change_previous",
              73.0 / 25 - 55.0 / 20);
}

/* ---- the same pupils ------------------------------------------------------------------------------------
 */

static size_t grade_row(const struct world *w, const char *round, const char *unit, const char *grade,
                        const char *item)
{
    return table_row(w->t, round, unit, "grade", grade, item);
}

static void a_cohort_is_the_grade_below_a_year_before(void **state)
{
    struct world *w = *state;
    size_t r;

    town_unit(&w->town, "A", "");
    town_unit(&w->town, "B", "");
    add_round(w, "2025-10");
    add_class(w, "2025-10", "A", "4A", 4, 12, "1:2 2:2 3:4 4:2"); /* 10, 26 */
    add_class(w, "2025-10", "A", "5A", 5, 22, "2:10 3:5 4:5");    /* 20, 55 */
    add_class(w, "2025-10", "B", "4A", 4, 22, "1:4 2:3 3:2 4:3"); /* 12, 28 */
    add_round(w, "2026-04");
    add_class(w, "2026-04", "A", "4A", 4, 12, "1:3 2:2 3:4 4:2");
    add_class(w, "2026-04", "B", "4A", 4, 22, "1:4 2:4 3:2 4:3");
    add_round(w, "2026-10");
    add_class(w, "2026-10", "A", "4A", 4, 15, "1:1 2:2 3:5 4:4"); /* 12, 36 */
    add_class(w, "2026-10", "A", "5A", 5, 15, "1:2 2:2 3:5 4:4"); /* 13, 37 */
    add_class(w, "2026-10", "B", "5A", 5, 22, "1:3 2:3 3:3 4:3"); /* 12, 30 */
    read_table(w);
    r = grade_row(w, "2026-10", "A", "5", "q1");
    is_change(w, r, "change_cohort", 37.0 / 13 - 2.6);
    is_change(w, r, "change_same_month", 37.0 / 13 - 55.0 / 20);
    is_change(w, grade_row(w, "2026-10", "A", "5", "trygghet"), "change_cohort", 37.0 / 13 - 2.6);
    is_change(w, grade_row(w, "2026-10", "", "5", "q1"), "change_cohort", 67.0 / 25 - 54.0 / 22);
    /* Whose grade below nobody asked; all; a class; half a year before. */
    assert_true(table_empty(w->t, grade_row(w, "2026-10", "A", "4", "q1"), "change_cohort"));
    assert_true(table_empty(w->t, unit_row(w, "2026-10", "A"), "change_cohort"));
    assert_true(table_empty(w->t, table_row(w->t, "2026-10", "A", "class", "5A", "q1"), "change_cohort"));
    assert_true(table_empty(w->t, grade_row(w, "2026-04", "A", "4", "q1"), "change_cohort"));
}

/* The cohort of a merged unit is that of all that it carries on, if all of it is shown. */
static void a_cohort_goes_on_through_a_merger(void **state)
{
    struct world *w = *state;

    add_units(w, "ABCDEF");
    town_succession(&w->town, "A", "C", "2026-10");
    town_succession(&w->town, "B", "C", "2026-10");
    town_succession(&w->town, "D", "E", "2026-10");
    add_round(w, "2025-10");
    add_class(w, "2025-10", "F", "4A", 4, 22, "1:1 2:1 3:1 4:1"); /* so that few are not D alone */
    add_class(w, "2025-10", "A", "4A", 4, 12, "1:2 2:2 3:4 4:2"); /* 10, 26 */
    add_class(w, "2025-10", "B", "4A", 4, 22, "2:10 3:5 4:5");    /* 20, 55 */
    add_class(w, "2025-10", "D", "4A", 4, 22, "2:1 3:1 4:1");
    add_others(w, "2025-10");
    add_round(w, "2026-10");
    add_class(w, "2026-10", "C", "5A", 5, 15, "1:1 2:2 3:5 4:4"); /* 12, 36 */
    add_class(w, "2026-10", "E", "5A", 5, 15, "1:1 2:2 3:5 4:4");
    add_others(w, "2026-10");
    read_table(w);
    is_change(w, grade_row(w, "2026-10", "C", "5", "q1"), "change_cohort", 3 - 81.0 / 30);
    is_text(w, grade_row(w, "2026-10", "E", "5", "q1"), "status", "value");
    assert_true(table_empty(w->t, grade_row(w, "2026-10", "E", "5", "q1"), "change_cohort"));
}

static void add_to(struct world *w, const char *round, const char *group, enum school_form school_form,
                   int grade, const struct form *form, const char *const answers[3])
{
    struct town_class c = {.round = round,
                           .unit = "A",
                           .group = group,
                           .grade = grade,
                           .enrolled = 20,
                           .school_form = school_form,
                           .form = form};

    memcpy(c.answers, answers, 3 * sizeof *answers);
    town_class(&w->town, &c);
}

/* From one form to the next only what is word for word the same; and only the pupils of a grade below. */
static void a_cohort_goes_on_from_form_to_form(void **state)
{
    static const char *const THEN[] = {"1:2 2:2 3:4 4:2", "1:2 2:2 3:4 4:2", "2:4 3:3 4:3"},
                             *const NOW[] = {"1:1 2:2 3:5 4:4", "1:1 2:2 3:5 4:4", "2:4 3:4 4:4"};
    const double q1 = 36.0 / 12 - 2.6, q3 = 3 - 2.9;
    struct world *w = *state;
    const struct form *young =
        town_form(&w->town, "id: ung\nversion: 1\ngrades: {from: 0, to: 3}\n",
                  ASK("q1", "trygghet", "fyra", "", "Trygg?") ASK("q0", "trygghet", "fyra", "", "Lugn?")
                      ASK("q3", "delaktighet", "fyra", "", "Med?"));
    const struct form *old = town_form(&w->town, "id: senare\nversion: 1\ngrades: {from: 4, to: 9}\n",
                                       ASK("q1", "trygghet", "fyra", "", "Trygg?")
                                           ASK("q2", "trygghet", "fyra", ", continues: q0", "Lugnt?")
                                               ASK("q3", "delaktighet", "fyra", "", "Med?"));
    const struct form *gymnasium =
        town_form(&w->town, "id: gy\nversion: 1\nschool_forms: [gymnasieskola]\n",
                  ASK("q1", "trygghet", "fyra", "", "Trygg?") ASK("q2", "trygghet", "fyra", "", "Lugn?")
                      ASK("q3", "delaktighet", "fyra", "", "Med?"));
    const struct form *special =
        town_form(&w->town, "id: sar\nversion: 1\nschool_forms: [anpassad-grundskola]\n",
                  ASK("q1", "trygghet", "fyra", "", "Trygg?") ASK("q2", "trygghet", "fyra", "", "Lugn?")
                      ASK("q3", "delaktighet", "fyra", "", "Med?"));
    const struct form *const forms[] = {young, old, gymnasium, special};

    town_unit(&w->town, "A", "");
    town_round(&w->town, "2025-10", forms, 4);
    add_to(w, "2025-10", "F", SCHOOL_FORM_FORSKOLEKLASS, 0, young, THEN);
    add_to(w, "2025-10", "3A", SCHOOL_FORM_GRUNDSKOLA, 3, young, THEN);
    add_to(w, "2025-10", "9A", SCHOOL_FORM_GRUNDSKOLA, 9, old, THEN);
    town_round(&w->town, "2026-10", forms, 4);
    add_to(w, "2026-10", "1A", SCHOOL_FORM_GRUNDSKOLA, 1, young, NOW);
    add_to(w, "2026-10", "4A", SCHOOL_FORM_GRUNDSKOLA, 4, old, NOW);
    add_to(w, "2026-10", "S4", SCHOOL_FORM_ANPASSAD_GRUNDSKOLA, 4, special, NOW);
    add_to(w, "2026-10", "NA1", SCHOOL_FORM_GYMNASIESKOLA, 1, gymnasium, NOW);
    read_table(w);
    for (int municipality = 0; municipality <= 1; municipality++) {
        const char *unit = municipality ? "" : "A";
        size_t r = table_row_of(w->t, "2026-10", "senare", unit, "grade", "4", "q1");

        is_change(w, r, "change_cohort", q1);
        assert_true(table_empty(w->t, r, "change_same_month"));
        r = table_row_of(w->t, "2026-10", "senare", unit, "grade", "4",
                         "q2"); /* nobody decides across forms */
        assert_true(table_empty(w->t, r, "change_cohort"));
        r = table_row_of(w->t, "2026-10", "senare", unit, "grade", "4", "trygghet");
        assert_true(table_empty(w->t, r, "change_cohort"));
        r = table_row_of(w->t, "2026-10", "senare", unit, "grade", "4", "delaktighet");
        is_change(w, r, "change_cohort", q3);
        r = table_row_of(w->t, "2026-10", "ung", unit, "grade", "1", "q1"); /* was förskoleklass */
        is_change(w, r, "change_cohort", q1);
        r = table_row_of(w->t, "2026-10", "gy", unit, "grade", "1", "q1"); /* was not */
        is_text(w, r, "status", "value");
        assert_true(table_empty(w->t, r, "change_cohort"));
        r = table_row_of(w->t, "2026-10", "sar", unit, "grade", "4", "q1"); /* not out of grundskola */
        is_text(w, r, "status", "value");
        assert_true(table_empty(w->t, r, "change_cohort"));
    }
}

/* ---- trend ----------------------------------------------------------------------------------------------
 */

static const char *const HALF_YEARS[] = {"2022-10", "2023-04", "2023-10", "2024-04",
                                         "2024-10", "2025-04", "2025-10", "2026-04"};

/* Eken, one class a round. */
static void add_rounds(struct world *w, const char *const *answers, size_t count)
{
    town_unit(&w->town, "eken", "");
    for (size_t i = 0; i < count; i++) {
        add_round(w, HALF_YEARS[i]);
        add_class(w, HALF_YEARS[i], "eken", "4A", 4, 120, answers[i]);
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
    read_table(w);
    r = unit_row(w, "2026-04", "eken");
    is_trend(w, r, 8, 0.097801739336784, 0.0456785537728283, 0.14992492490074);
    is_trend(w, table_row(w->t, "2026-04", "", "all", "", "q1"), 8, 0.097801739336784, 0.0456785537728283,
             0.14992492490074);
    is_trend(w, table_row(w->t, "2026-04", "eken", "all", "", "trygghet"), 8, 0.097801739336784,
             0.0456785537728283, 0.14992492490074);
    /* Each round's is that of the rounds until then: first none, then the line alone. */
    r = unit_row(w, "2023-04", "eken");
    assert_near(table_number(w->t, r, "trend_rounds"), 2, 0);
    assert_true(table_empty(w->t, r, "trend_per_year"));
    r = unit_row(w, "2024-10", "eken");
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
    read_table(w);
    is_trend(w, unit_row(w, "2025-10", "eken"), 7, 0.136672815206667, -0.200175099823309, 0.473520730236644);
}

static void a_withheld_round_leaves_the_trend(void **state)
{
    static const char *const ANSWERS[] = {"1:8 2:19 3:41 4:30", "1:27 2:30 3:24 4:19", "2:1 3:1 4:2",
                                          "1:6 2:18 3:43 4:31", "1:25 2:22 3:34 4:20", "1:4 2:15 3:47 4:35",
                                          "1:3 2:12 3:41 4:44"};
    struct world *w = *state;
    size_t r;

    add_rounds(w, ANSWERS, 7);
    read_table(w);
    is_trend(w, unit_row(w, "2025-10", "eken"), 6, 0.15778199291558, -0.280997349990728, 0.596561335821889);
    r = unit_row(w, "2023-10", "eken");
    is_text(w, r, "status", "too_few");
    assert_true(table_empty(w->t, r, "trend_rounds"));
}

/* The trend of a question that was worded anew begins there; that of a merged unit does not. */
static void a_trend_is_joined_as_changes_are(void **state)
{
    struct world *w = *state;

    add_versions(w);
    add_units(w, "ABC");
    town_succession(&w->town, "A", "C", "2027-10");
    town_succession(&w->town, "B", "C", "2027-10");
    add_round(w, "2026-11");
    add_class(w, "2026-11", "A", "4A", 4, 12, "1:2 2:2 3:4 4:2");
    add_class(w, "2026-11", "B", "4A", 4, 12, "1:3 2:2 3:4 4:2");
    add_others(w, "2026-11");
    add_round(w, "2027-10");
    add_class(w, "2027-10", "C", "4A", 4, 12, "1:2 2:2 3:4 4:2");
    add_others(w, "2027-10");
    read_table(w);
    assert_near(table_number(w->t, item_row(w, "2026-04", "q1"), "trend_rounds"), 2, 0);
    assert_near(table_number(w->t, item_row(w, "2026-10", "q1"), "trend_rounds"), 1, 0);
    assert_near(table_number(w->t, item_row(w, "2026-10", "q2c"), "trend_rounds"), 3, 0);
    assert_near(table_number(w->t, item_row(w, "2026-10", "q3"), "trend_rounds"), 2, 0);
    assert_near(table_number(w->t, unit_row(w, "2027-10", "C"), "trend_rounds"), 2, 0);
}

/* ---- the test of a change -------------------------------------------------------------------------------
 */

/* Classes of one unit in October and April, a grade each from `grade` on in steps of `step`. */
static void add_two_times(struct world *w, const char *const (*answers)[2], size_t classes, int grade,
                          int step)
{
    for (int april = 0; april <= 1; april++) {
        const char *round = april ? "2026-04" : "2025-10";

        add_round(w, round);
        for (size_t i = 0; i < classes; i++) {
            char name[] = "A";

            name[0] = (char)('A' + i);
            add_class(w, round, "eken", name, grade + (int)i * step, 25, answers[i][april]);
        }
    }
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
    add_round(w, "2026-10");
    add_class(w, "2026-10", "eken", "A", 5, 25, "1:2 2:4 3:8 4:6");
    read_table(w);
    r = unit_row(w, "2026-04", "eken");
    is_change(w, r, "change_previous", 0.175);
    is_text(w, r, "method", "paired_classes");
    assert_near(table_number(w->t, r, "p"), 0.109792027881716, 1e-11);
    is_text(w, r, "robust", "1/12");
    is_text(w, r, "difference_state", "ingen påvisad skillnad");
    r = table_row(w->t, "2026-04", "eken", "all", "", "trygghet");
    is_text(w, r, "method", "paired_classes");
    assert_near(table_number(w->t, r, "p_adjusted"), 0.109792027881716, 1e-11); /* alone in its family */
    /* A class, and a grade that is one. */
    is_text(w, table_row(w->t, "2026-04", "eken", "class", "A", "q1"), "method", "welch");
    is_text(w, grade_row(w, "2026-04", "eken", "4", "q1"), "method", "welch");
    /* Not the same pupils, or nothing before. */
    r = unit_row(w, "2026-10", "eken");
    assert_false(table_empty(w->t, r, "p"));
    is_text(w, r, "method", "welch");
    is_text(w, r, "robust", "");
    is_text(w, unit_row(w, "2025-10", "eken"), "method", "");
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
    read_table(w);
    for (int grade = 0; grade <= 1; grade++) {
        r = grade ? grade_row(w, "2026-04", "eken", "4", "q1") : unit_row(w, "2026-04", "eken");
        is_change(w, r, "change_previous", 0.250546448087432);
        is_text(w, r, "method", "welch_design_effect");
        assert_near(table_number(w->t, r, "p"), 0.677143361766691, 1e-11);
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
    read_table(w);
    r = unit_row(w, "2026-04", "eken");
    is_text(w, r, "method", "welch_design_effect");
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
        add_round(w, april ? "2026-04" : "2025-10");
        for (int i = 0; i < 3; i++)
            add_class(w, april ? "2026-04" : "2025-10", (char[]){(char)('A' + i), '\0'}, "4A", 4, 25,
                      april ? CASES[i].april : "1:4 2:6 3:8 4:4");
    }
    read_table(w);
    for (int i = 0; i < 3; i++) {
        const size_t r = unit_row(w, "2026-04", (char[]){(char)('A' + i), '\0'});

        is_text(w, r, "method", "welch"); /* one class: how alike classes are is not known */
        is_text(w, r, "robust", CASES[i].robust);
    }
}

/* Only classes that are shown both times enter the test: a reader of the table can compute it. */
static void withheld_classes_enter_no_test(void **state)
{
    static const char *const ANSWERS[][2] = {
        {"1:2 2:4 3:8 4:6", "1:1 2:3 3:8 4:8"}, {"1:1 2:5 3:9 4:5", "1:1 2:3 3:9 4:7"},
        {"1:3 2:3 3:7 4:7", "1:3 2:4 3:6 4:7"}, {"1:4 2:6 3:6 4:4", "1:2 2:5 3:8 4:5"},
        {"1:3 2:6 3:7 4:4", "1:3 2:5 3:8 4:5"}, {"1:4 2:1 3:6 4:4", "1:2 2:1 3:8 4:5"},
        {"1:2 2:2 3:3 4:4", "1:1 2:1 3:1"}};
    struct world *w = *state;
    double sum = 0, squares = 0, t, n = 0;
    size_t r;

    town_unit(&w->town, "eken", "");
    add_two_times(w, ANSWERS, 7, 4, 0);
    read_table(w);
    for (char name[] = "A"; name[0] <= 'G'; name[0]++) {
        const size_t then = table_row(w->t, "2025-10", "eken", "class", name, "q1"),
                     now = table_row(w->t, "2026-04", "eken", "class", name, "q1");

        if (!table_empty(w->t, then, "mean") && !table_empty(w->t, now, "mean")) {
            const double d = table_number(w->t, now, "mean") - table_number(w->t, then, "mean");

            n++;
            sum += d;
            squares += d * d;
        }
    }
    assert_true(n >= 4 && n < 7);
    t = sum / n / sqrt((squares - sum * sum / n) / (n - 1) / n);
    r = unit_row(w, "2026-04", "eken");
    is_text(w, r, "method", "paired_classes");
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

    add_round(w, "2026-10");
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        const char unit[] = {(char)('A' + i), '\0'};

        town_unit(&w->town, unit, "");
        add_class(w, "2026-10", unit, "4A", 4, 70, "1:2 2:5 3:21 4:34");
        add_target(w, unit, "2026-10", CASES[i].measure, CASES[i].direction, CASES[i].value);
    }
    read_table(w);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        const char unit[] = {(char)('A' + i), '\0'};
        const bool index = CASES[i].measure == TARGET_INDEX;
        const size_t r = table_row(w->t, "2026-10", unit, "all", "", index ? "trygghet" : "q1"),
                     other = table_row(w->t, "2026-10", unit, "all", "", index ? "q1" : "trygghet");

        assert_near(table_number(w->t, r, "mean"), 211.0 / 62, 1e-12);
        assert_near(table_number(w->t, r, "target"), CASES[i].value, 0);
        is_text(w, r, "target_state", CASES[i].word);
        is_text(w, r, "target_measure", target_measure_word(CASES[i].measure));
        is_text(w, r, "target_direction", target_direction_word(CASES[i].direction));
        assert_true(table_empty(w->t, other, "target"));
        assert_true(table_empty(w->t, other, "target_state"));
        assert_true(table_empty(w->t, grade_row(w, "2026-10", unit, "4", "q1"), "target"));
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

        add_round(w, round);
        add_class(w, round, "A", "4A", 4, 30, "2:1 3:1 4:1");
        add_class(w, round, "B", "4A", 4, 30, "1:3 2:4 3:6 4:7");
        add_class(w, round, "C", "4A", 4, 30, "1:3 2:4 3:6 4:9");
    }
    add_target(w, "A", "2026-10", TARGET_MEAN, TARGET_AT_LEAST, 3);
    add_target(w, "B", "2026-10", TARGET_MEAN, TARGET_AT_LEAST, 3);
    add_target(w, "C", "2026-10", TARGET_MEAN, TARGET_AT_LEAST, 1.5);
    read_table(w);
    for (char unit[] = "A"; unit[0] <= 'C'; unit[0]++) {
        r = unit_row(w, "2026-10", unit);
        assert_false(table_empty(w->t, r, "target"));
        if (strcmp(table_text(w->t, r, "status"), "value") != 0) {
            is_text(w, r, "target_state", "för få svar");
            withheld += strcmp(table_text(w->t, r, "status"), "suppressed") == 0;
        }
        /* It is of that round, and of that row. */
        r = unit_row(w, "2027-04", unit);
        assert_true(table_empty(w->t, r, "target"));
        assert_true(table_empty(w->t, r, "target_state"));
    }
    assert_int_equal(withheld, 1);
    is_text(w, unit_row(w, "2026-10", "A"), "status", "too_few");
    r = table_row(w->t, "2026-10", "A", "class", "4A", "q1");
    is_text(w, r, "status", "too_few");
    assert_true(table_empty(w->t, r, "target_state"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_area_is_its_units),
        TEST(an_area_gives_no_unit_away),
        TEST(an_area_is_compared_with_the_rest),
        TEST(a_class_is_told_as_it_was),
        TEST(a_line_goes_on_only_where_it_is_the_same),
        TEST(a_merged_unit_goes_on_from_all),
        TEST(a_merged_unit_needs_all_to_be_shown),
        TEST(a_renamed_unit_goes_on),
        TEST(a_part_of_a_split_unit_begins_anew),
        TEST(a_unit_that_lives_on_was_split),
        TEST(an_area_goes_on_from_its_only_unit),
        TEST(a_cohort_is_the_grade_below_a_year_before),
        TEST(a_cohort_goes_on_through_a_merger),
        TEST(a_cohort_goes_on_from_form_to_form),
        TEST(a_trend_is_the_weighted_line),
        TEST(a_trend_that_scatters_says_less),
        TEST(a_withheld_round_leaves_the_trend),
        TEST(a_trend_is_joined_as_changes_are),
        TEST(four_classes_are_paired),
        TEST(fewer_classes_cost_a_design_effect),
        TEST(a_design_effect_is_at_least_one),
        TEST(the_grid_says_what_depends),
        TEST(withheld_classes_enter_no_test),
        TEST(a_target_is_judged_by_the_interval),
        TEST(a_withheld_figure_reaches_no_target),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
