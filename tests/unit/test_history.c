/*
 * Goal: groups and their history are told as they were and joined only where they go on: areas, versions of a
 * form, units that were merged, renamed or split, and the same pupils a year before. Each test writes a small
 * municipality whose figures follow by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/compare.h"
#include "analysis/stat_compare.h"
#include "tests/support/near.h"
#include "tests/support/table.h"
#include "tests/support/world.h"

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
    world_round(w, "2026-10");
    world_class(w, "2026-10", "eken", "4A", 4, 12, "1:2 2:2 3:4 4:2");   /* 10 answers, mean 2.6 */
    world_class(w, "2026-10", "linden", "5B", 5, 30, "2:10 3:5 4:5");    /* 20, 2.75 */
    world_class(w, "2026-10", "asken", "4A", 4, 10, "1:1 2:2 3:4 4:3");  /* 10, 2.9 */
    world_class(w, "2026-10", "ronnen", "6A", 6, 20, "1:5 2:5 3:5 4:1"); /* 16, 2.125 */
}

static void an_area_is_its_units(void **state)
{
    struct world *w = *state;
    size_t r;

    add_areas(w);
    world_read(w);
    r = table_row(w->t, "2026-10", "", "all", "Norr", "q1");
    world_is(w, r, "level", "area");
    world_is(w, r, "unit_name", "Norr");
    world_is(w, r, "area", "Norr");
    world_is(w, r, "school_form", "");
    world_is(w, r, "status", "value");
    assert_near(table_number(w->t, r, "enrolled"), 42, 0);
    assert_near(table_number(w->t, r, "responses"), 30, 0);
    assert_near(table_number(w->t, r, "n"), 30, 0);
    assert_near(table_number(w->t, r, "mean"), (10 * 2.6 + 20 * 2.75) / 30, 1e-12);
    assert_true(r < table_row(w->t, "2026-10", "eken", "all", "", "q1"));
    assert_true(r > table_row(w->t, "2026-10", "", "grade", "6", "q1"));
    /* One unit's area is the unit; and each row says where it belongs. */
    assert_false(table_has_row(w->t, "2026-10", "", "all", "Söder", "q1"));
    world_is(w, table_row(w->t, "2026-10", "asken", "all", "", "q1"), "area", "Söder");
    world_is(w, table_row(w->t, "2026-10", "ronnen", "all", "", "q1"), "area", "");
    world_is(w, table_row(w->t, "2026-10", "", "all", "", "q1"), "area", "");
    r = table_row(w->t, "2026-10", "linden", "class", "5B", "q1");
    world_is(w, r, "area", "Norr");
    world_is(w, r, "school_form", "grundskola");
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
    world_round(w, "2026-10");
    world_class(w, "2026-10", "eken", "4A", 4, 30, "1:3 2:4 3:6 4:7");
    world_class(w, "2026-10", "linden", "4A", 4, 30, "1:1 2:1 3:1 4:1");
    world_class(w, "2026-10", "asken", "4A", 4, 30, "1:4 2:4 3:4 4:4");
    world_class(w, "2026-10", "ronnen", "4A", 4, 30, "1:2 2:4 3:5 4:6");
    world_read(w);
    world_is(w, table_row(w->t, "2026-10", "linden", "all", "", "q1"), "status", "too_few");
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
    world_read(w);
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
    world_round(w, "2025-10");
    world_class(w, "2025-10", "eken", "4A", 4, 12, "1:2 2:2 3:4 4:2");
    world_round(w, "2026-04");
    world_class(w, "2026-04", "eken", "4A", 5, 14, "1:3 2:3 3:4 4:2");
    world_read(w);
    october = table_row(w->t, "2025-10", "eken", "class", "4A", "q1");
    april = table_row(w->t, "2026-04", "eken", "class", "4A", "q1");
    assert_near(table_number(w->t, october, "grade"), 4, 0);
    assert_near(table_number(w->t, october, "enrolled"), 12, 0);
    assert_near(table_number(w->t, april, "grade"), 5, 0);
    assert_near(table_number(w->t, april, "enrolled"), 14, 0);
    assert_near(table_number(w->t, april, "change_previous"), 29.0 / 12 - 2.6, 1e-12);
}

/* ---- versions of the form -------------------------------------------------------------------------------
 */

static void a_line_goes_on_only_where_it_is_the_same(void **state)
{
    const double change = 49.0 / 17 - 44.0 / 17;
    struct world *w = *state;
    size_t r;

    world_versions(w);
    world_read(w);
    /* Nothing was before. */
    world_is(w, world_item(w, "2025-10", "q1"), "series", "");
    world_is(w, world_item(w, "2025-10", "trygghet"), "series", "");
    /* The same; worded anew by decision; worded anew by nobody's. */
    world_is(w, world_item(w, "2026-04", "q1"), "series", "");
    world_near(w, world_item(w, "2026-04", "q1"), "change_previous", 0);
    world_is(w, world_item(w, "2026-04", "q2b"), "series", "");
    world_near(w, world_item(w, "2026-04", "q2b"), "change_previous", 0);
    world_is(w, world_item(w, "2026-04", "trygghet"), "series", "");
    world_is(w, world_item(w, "2026-04", "q3"), "series", "changed_question");
    world_no_change(w, world_item(w, "2026-04", "q3"));
    world_is(w, world_item(w, "2026-04", "delaktighet"), "series", "changed_index");
    world_no_change(w, world_item(w, "2026-04", "delaktighet"));
    /* Other options: not joined, but where someone has decided. */
    world_is(w, world_item(w, "2026-10", "q1"), "series", "changed_question");
    world_no_change(w, world_item(w, "2026-10", "q1"));
    r = world_item(w, "2026-10", "q2c");
    world_is(w, r, "series", "");
    world_near(w, r, "change_previous", change);
    world_near(w, r, "change_same_month", change); /* from version to version */
    world_is(w, world_item(w, "2026-10", "trygghet"), "series", "changed_index");
    world_no_change(w, world_item(w, "2026-10", "trygghet"));
    world_is(w, world_item(w, "2026-10", "q4"), "series", "new_question");
    world_is(w, world_item(w, "2026-10", "delaktighet"), "series", "changed_index");
    /* Worded as a year ago: not joined with the last round, but with that one. */
    r = world_item(w, "2026-10", "q3");
    world_is(w, r, "series", "changed_question");
    assert_true(table_empty(w->t, r, "change_previous"));
    world_near(w, r, "change_same_month", change);
    /* A class lives one school year. */
    world_is(w, table_row(w->t, "2026-10", "eken", "class", "4A", "q1"), "series", "");
    world_is(w, table_row(w->t, "2026-04", "eken", "class", "4A", "q3"), "series", "changed_question");
}

/* ---- merged, renamed, split -----------------------------------------------------------------------------
 */

/* A and B become C: its change is from both of them taken together. */
static void a_merged_unit_goes_on_from_all(void **state)
{
    static const int64_t PUPILS[2][4] = {{2, 12, 9, 7}, {3, 4, 10, 8}};
    const struct stat_counts then = stat_counts_of(PUPILS[0], 4), now = stat_counts_of(PUPILS[1], 4);
    const struct stat_summary a = stat_summary_counts(&now), b = stat_summary_counts(&then);
    const struct stat_t_test welch = stat_compare_welch(&a, &b, 0.95);
    struct world *w = *state;
    size_t r;

    world_units(w, "ABC");
    town_succession(&w->town, "A", "C", "2026-10");
    town_succession(&w->town, "B", "C", "2026-10");
    world_round(w, "2026-04");
    world_class(w, "2026-04", "A", "4A", 4, 12, "1:2 2:2 3:4 4:2"); /* 10 answers, sum 26 */
    world_class(w, "2026-04", "B", "5A", 5, 22, "2:10 3:5 4:5");    /* 20, 55 */
    world_others(w, "2026-04");
    world_round(w, "2026-10");
    world_class(w, "2026-10", "C", "4A", 4, 15, "1:1 2:2 3:5 4:4"); /* 12, 36 */
    world_class(w, "2026-10", "C", "5A", 5, 15, "1:2 2:2 3:5 4:4"); /* 13, 37 */
    world_others(w, "2026-10");
    world_round(w, "2027-04");
    world_class(w, "2027-04", "C", "4A", 4, 15, "1:1 2:2 3:5 4:5"); /* 13, 40 */
    world_class(w, "2027-04", "C", "5A", 5, 15, "1:2 2:2 3:5 4:4");
    world_others(w, "2027-04");
    world_read(w);

    r = world_unit(w, "2026-10", "C");
    world_near(w, r, "change_previous", 73.0 / 25 - 81.0 / 30);
    world_near(w, r, "p", welch.p);
    assert_true(table_empty(w->t, r, "change_same_month"));
    /* Grades likewise: 4 was A's alone, 5 B's alone. */
    r = table_row(w->t, "2026-10", "C", "grade", "4", "q1");
    world_near(w, r, "change_previous", 36.0 / 12 - 26.0 / 10);
    r = table_row(w->t, "2026-10", "C", "grade", "5", "q1");
    world_near(w, r, "change_previous", 37.0 / 13 - 55.0 / 20);
    /* A year after, against the two again; and the last round is its own. */
    r = world_unit(w, "2027-04", "C");
    world_near(w, r, "change_same_month", 77.0 / 26 - 81.0 / 30);
    world_near(w, r, "change_previous", 77.0 / 26 - 73.0 / 25);
    /* What was told of A and B is told of them still, and nothing of C then. */
    world_near(w, world_unit(w, "2026-04", "A"), "mean", 2.6);
    world_near(w, world_unit(w, "2026-04", "B"), "mean", 2.75);
    assert_false(table_has_row(w->t, "2026-04", "C", "all", "", "q1"));
    assert_false(table_has_row(w->t, "2026-10", "A", "all", "", "q1"));
}

/* Three of B's answered: what C was before would be told only by telling of them. */
static void a_merged_unit_needs_all_to_be_shown(void **state)
{
    struct world *w = *state;
    size_t r;

    world_units(w, "ABC");
    town_succession(&w->town, "A", "C", "2026-10");
    town_succession(&w->town, "B", "C", "2026-10");
    world_round(w, "2026-04");
    world_class(w, "2026-04", "A", "4A", 4, 20, "1:2 2:2 3:4 4:2");
    world_class(w, "2026-04", "B", "4A", 4, 20, "2:1 3:1 4:1");
    world_others(w, "2026-04");
    world_round(w, "2026-10");
    world_class(w, "2026-10", "C", "4A", 4, 40, "1:1 2:2 3:5 4:4");
    world_others(w, "2026-10");
    world_read(w);
    world_is(w, world_unit(w, "2026-04", "B"), "status", "too_few");
    r = world_unit(w, "2026-10", "C");
    world_no_change(w, r);
    world_is(w, r, "difference_state", "för få svar");
}

/* In April nobody of B's fifth grade answered; and two years before, B was not asked at all. What the other
 * answered then is not what C was. */
static void a_merged_unit_needs_all_to_have_answered(void **state)
{
    struct world *w = *state;

    w->form = town_form(&w->town, "id: g\nversion: 1\nschool_forms: [grundskola]\n",
                        ASK("q1", "trygghet", "fyra", "", "Trygg?"));
    world_units(w, "ABC");
    town_succession(&w->town, "A", "C", "2026-10");
    town_succession(&w->town, "B", "C", "2026-10");
    world_round(w, "2023-10");
    world_class(w, "2023-10", "A", "4A", 4, 20, "1:2 2:2 3:2 4:4");
    world_class(w, "2023-10", "B", "4A", 4, 20, "1:4 2:2 3:2 4:2");
    world_others(w, "2023-10");
    world_round(w, "2024-10");
    world_class(w, "2024-10", "A", "4A", 4, 20, "1:2 2:2 3:2 4:4");
    world_others(w, "2024-10");
    for (int april = 0; april <= 1; april++) {
        const char *round = april ? "2026-04" : "2025-10";

        world_round(w, round);
        world_class(w, round, "A", "4A", 4, 20, "1:2 2:2 3:4 4:4"); /* 12, sum 34 */
        world_class(w, round, "A", "5A", 5, 20, "1:2 2:2 3:4 4:2"); /* 10, 26 */
        world_class(w, round, "B", "4A", 4, 20, "1:2 2:2 3:4 4:4");
        if (!april)
            world_class(w, round, "B", "5A", 5, 20, "1:2 2:4 3:4 4:2"); /* 12, 30 */
        world_others(w, round);
    }
    world_round(w, "2026-10");
    world_class(w, "2026-10", "C", "4A", 4, 40, "1:1 2:2 3:5 4:4"); /* 12, 36 */
    world_class(w, "2026-10", "C", "5A", 5, 40, "1:1 2:2 3:4 4:5"); /* 12, 37 */
    world_others(w, "2026-10");
    world_read(w);
    world_near(w, world_grade(w, "2026-04", "B", "5", "q1"), "responses", 0);
    world_near(w, world_grade(w, "2026-10", "C", "5", "q1"), "change_previous", 37.0 / 12 - 56.0 / 22);
    world_near(w, world_grade(w, "2026-10", "C", "4", "q1"), "change_previous", 36.0 / 12 - 68.0 / 24);
    world_near(w, world_unit(w, "2026-10", "C"), "change_previous", 73.0 / 24 - 94.0 / 34);
    world_near(w, world_unit(w, "2026-10", "C"), "trend_rounds", 4); /* without 2024 */
}

/* A is B since April and C since October; D took E in, which it had beside it before. */
static void a_renamed_unit_goes_on(void **state)
{
    struct world *w = *state;

    world_units(w, "ABCDE");
    town_succession(&w->town, "B", "C", "2026-10");
    town_succession(&w->town, "A", "B", "2026-04");
    town_succession(&w->town, "E", "D", "2026-10");
    world_round(w, "2025-10");
    world_class(w, "2025-10", "A", "4A", 4, 12, "1:2 2:2 3:4 4:2"); /* 10, 26 */
    world_others(w, "2025-10");
    world_round(w, "2026-04");
    world_class(w, "2026-04", "B", "4A", 4, 12, "1:2 2:3 3:4 4:3"); /* 12, 32 */
    world_class(w, "2026-04", "D", "4A", 4, 22, "2:10 3:5 4:5");    /* 20, 55 */
    world_class(w, "2026-04", "E", "4A", 4, 12, "1:3 2:3 3:2 4:3"); /* 11, 27 */
    world_others(w, "2026-04");
    world_round(w, "2026-10");
    world_class(w, "2026-10", "C", "4A", 4, 15, "1:1 2:2 3:5 4:4"); /* 12, 36 */
    world_class(w, "2026-10", "D", "4A", 4, 15, "1:2 2:2 3:5 4:4"); /* 13, 37 */
    world_others(w, "2026-10");
    world_read(w);
    world_near(w, world_unit(w, "2026-04", "B"), "change_previous", 32.0 / 12 - 2.6);
    world_near(w, world_unit(w, "2026-10", "C"), "change_previous", 36.0 / 12 - 32.0 / 12);
    world_near(w, world_unit(w, "2026-10", "C"), "change_same_month", 36.0 / 12 - 2.6);
    world_near(w, world_unit(w, "2026-10", "D"), "change_previous", 37.0 / 13 - 82.0 / 31);
}

/* A is split in B and C: neither goes on from it, and from then on each goes on from itself. */
static void a_part_of_a_split_unit_begins_anew(void **state)
{
    struct world *w = *state;

    world_units(w, "ABC");
    town_succession(&w->town, "A", "B", "2026-10");
    town_succession(&w->town, "A", "C", "2026-10");
    world_round(w, "2026-04");
    world_class(w, "2026-04", "A", "4A", 4, 42, "1:5 2:5 3:15 4:10");
    world_others(w, "2026-04");
    for (int later = 0; later < 2; later++) {
        const char *round = later ? "2027-04" : "2026-10";

        world_round(w, round);
        world_class(w, round, "B", "4A", 4, 20, later ? "1:1 2:2 3:5 4:5" : "1:1 2:2 3:5 4:4");
        world_class(w, round, "C", "4A", 4, 22, "1:2 2:2 3:5 4:4");
        world_others(w, round);
    }
    world_read(w);
    world_no_change(w, world_unit(w, "2026-10", "B"));
    world_no_change(w, world_unit(w, "2026-10", "C"));
    world_is(w, world_unit(w, "2026-10", "B"), "difference_state", "");
    world_is(w, world_unit(w, "2026-10", "B"), "series", "split_unit");
    world_is(w, table_row(w->t, "2026-10", "B", "all", "", "trygghet"), "series", "split_unit");
    world_is(w, table_row(w->t, "2026-10", "B", "grade", "4", "q1"), "series", "split_unit");
    world_is(w, table_row(w->t, "2026-10", "B", "class", "4A", "q1"), "series", "");
    world_is(w, world_unit(w, "2027-04", "B"), "series", "");
    world_near(w, world_unit(w, "2027-04", "B"), "change_previous", 40.0 / 13 - 36.0 / 12);
    assert_true(table_empty(w->t, world_unit(w, "2027-04", "B"), "change_same_month"));
}

/* B takes over from A, but A is measured on: it was split, and neither is what it was. C takes D in only
 * later, which changes nothing yet. */
static void a_unit_that_lives_on_was_split(void **state)
{
    struct world *w = *state;

    world_units(w, "ABCD");
    town_succession(&w->town, "A", "B", "2026-10");
    town_succession(&w->town, "D", "C", "2027-10");
    world_round(w, "2026-04");
    world_class(w, "2026-04", "A", "4A", 4, 42, "1:5 2:5 3:15 4:10");
    world_class(w, "2026-04", "C", "4A", 4, 42, "1:5 2:5 3:5 4:5");   /* 20, 50 */
    world_class(w, "2026-04", "D", "4A", 4, 42, "1:5 2:5 3:15 4:10"); /* 35, 100 */
    world_others(w, "2026-04");
    world_round(w, "2026-10");
    world_class(w, "2026-10", "A", "4A", 4, 22, "1:2 2:2 3:5 4:4");
    world_class(w, "2026-10", "B", "4A", 4, 20, "1:1 2:2 3:5 4:4");
    world_class(w, "2026-10", "C", "4A", 4, 20, "1:1 2:2 3:5 4:5"); /* 13, 40 */
    world_class(w, "2026-10", "D", "4A", 4, 20, "1:1 2:2 3:5 4:4"); /* 12, 36 */
    world_others(w, "2026-10");
    world_round(w, "2027-04");
    world_class(w, "2027-04", "A", "4A", 4, 22, "1:2 2:2 3:5 4:5"); /* 14, 41, after 13, 37 */
    world_class(w, "2027-04", "B", "4A", 4, 20, "1:1 2:2 3:5 4:5"); /* 13, 40, after 12, 36 */
    world_others(w, "2027-04");
    world_read(w);
    world_no_change(w, world_unit(w, "2026-10", "A"));
    world_no_change(w, world_unit(w, "2026-10", "B"));
    world_is(w, world_unit(w, "2026-10", "A"), "series", "split_unit");
    world_is(w, world_unit(w, "2026-10", "B"), "series", "split_unit");
    world_is(w, world_unit(w, "2026-10", "D"), "series", "");
    world_near(w, world_unit(w, "2026-10", "D"), "change_previous", 3 - 100.0 / 35);
    world_near(w, world_unit(w, "2026-10", "C"), "change_previous", 40.0 / 13 - 2.5);
    /* From then on each goes on from itself. */
    world_near(w, world_unit(w, "2027-04", "A"), "change_previous", 41.0 / 14 - 37.0 / 13);
    world_near(w, world_unit(w, "2027-04", "B"), "change_previous", 40.0 / 13 - 3);
}

/* An area that had one unit measured then goes on from that unit. */
static void an_area_goes_on_from_its_only_unit(void **state)
{
    struct world *w = *state;

    town_unit(&w->town, "A", "Norr");
    town_unit(&w->town, "B", "Norr");
    town_unit(&w->town, "x1", "");
    town_unit(&w->town, "x2", "");
    world_round(w, "2026-04");
    world_class(w, "2026-04", "B", "4A", 4, 22, "2:10 3:5 4:5"); /* 20, 55 */
    world_others(w, "2026-04");
    world_round(w, "2026-10");
    world_class(w, "2026-10", "A", "4A", 4, 15, "1:1 2:2 3:5 4:4"); /* 12, 36 */
    world_class(w, "2026-10", "B", "4A", 4, 15, "1:2 2:2 3:5 4:4"); /* 13, 37 */
    world_others(w, "2026-10");
    world_read(w);
    assert_false(table_has_row(w->t, "2026-04", "", "all", "Norr", "q1"));
    world_near(w, table_row(w->t, "2026-10", "", "all", "Norr", "q1"), "change_previous",
               73.0 / 25 - 55.0 / 20);
}

/* ---- the same pupils ------------------------------------------------------------------------------------
 */

static void a_cohort_is_the_grade_below_a_year_before(void **state)
{
    struct world *w = *state;
    size_t r;

    town_unit(&w->town, "A", "");
    town_unit(&w->town, "B", "");
    world_round(w, "2025-10");
    world_class(w, "2025-10", "A", "4A", 4, 12, "1:2 2:2 3:4 4:2"); /* 10, 26 */
    world_class(w, "2025-10", "A", "5A", 5, 22, "2:10 3:5 4:5");    /* 20, 55 */
    world_class(w, "2025-10", "B", "4A", 4, 22, "1:4 2:3 3:2 4:3"); /* 12, 28 */
    world_round(w, "2026-04");
    world_class(w, "2026-04", "A", "4A", 4, 12, "1:3 2:2 3:4 4:2");
    world_class(w, "2026-04", "B", "4A", 4, 22, "1:4 2:4 3:2 4:3");
    world_round(w, "2026-10");
    world_class(w, "2026-10", "A", "4A", 4, 15, "1:1 2:2 3:5 4:4"); /* 12, 36 */
    world_class(w, "2026-10", "A", "5A", 5, 15, "1:2 2:2 3:5 4:4"); /* 13, 37 */
    world_class(w, "2026-10", "B", "5A", 5, 22, "1:3 2:3 3:3 4:3"); /* 12, 30 */
    world_read(w);
    r = world_grade(w, "2026-10", "A", "5", "q1");
    world_near(w, r, "change_cohort", 37.0 / 13 - 2.6);
    world_near(w, r, "change_same_month", 37.0 / 13 - 55.0 / 20);
    world_near(w, world_grade(w, "2026-10", "A", "5", "trygghet"), "change_cohort", 37.0 / 13 - 2.6);
    world_near(w, world_grade(w, "2026-10", "", "5", "q1"), "change_cohort", 67.0 / 25 - 54.0 / 22);
    /* Whose grade below nobody asked; all; a class; half a year before. */
    assert_true(table_empty(w->t, world_grade(w, "2026-10", "A", "4", "q1"), "change_cohort"));
    assert_true(table_empty(w->t, world_unit(w, "2026-10", "A"), "change_cohort"));
    assert_true(table_empty(w->t, table_row(w->t, "2026-10", "A", "class", "5A", "q1"), "change_cohort"));
    assert_true(table_empty(w->t, world_grade(w, "2026-04", "A", "4", "q1"), "change_cohort"));
}

/* The cohort of a merged unit is that of all that it carries on, if all of it is shown. */
static void a_cohort_goes_on_through_a_merger(void **state)
{
    struct world *w = *state;

    world_units(w, "ABCDEF");
    town_succession(&w->town, "A", "C", "2026-10");
    town_succession(&w->town, "B", "C", "2026-10");
    town_succession(&w->town, "D", "E", "2026-10");
    world_round(w, "2025-10");
    world_class(w, "2025-10", "F", "4A", 4, 22, "1:1 2:1 3:1 4:1"); /* so that few are not D alone */
    world_class(w, "2025-10", "A", "4A", 4, 12, "1:2 2:2 3:4 4:2"); /* 10, 26 */
    world_class(w, "2025-10", "B", "4A", 4, 22, "2:10 3:5 4:5");    /* 20, 55 */
    world_class(w, "2025-10", "D", "4A", 4, 22, "2:1 3:1 4:1");
    world_others(w, "2025-10");
    world_round(w, "2026-10");
    world_class(w, "2026-10", "C", "5A", 5, 15, "1:1 2:2 3:5 4:4"); /* 12, 36 */
    world_class(w, "2026-10", "E", "5A", 5, 15, "1:1 2:2 3:5 4:4");
    world_others(w, "2026-10");
    world_read(w);
    world_near(w, world_grade(w, "2026-10", "C", "5", "q1"), "change_cohort", 3 - 81.0 / 30);
    world_is(w, world_grade(w, "2026-10", "E", "5", "q1"), "status", "value");
    assert_true(table_empty(w->t, world_grade(w, "2026-10", "E", "5", "q1"), "change_cohort"));
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
    world_read(w);
    for (int municipality = 0; municipality <= 1; municipality++) {
        const char *unit = municipality ? "" : "A";
        size_t r = table_row_of(w->t, "2026-10", "senare", unit, "grade", "4", "q1");

        world_near(w, r, "change_cohort", q1);
        assert_true(table_empty(w->t, r, "change_same_month"));
        r = table_row_of(w->t, "2026-10", "senare", unit, "grade", "4",
                         "q2"); /* nobody decides across forms */
        assert_true(table_empty(w->t, r, "change_cohort"));
        r = table_row_of(w->t, "2026-10", "senare", unit, "grade", "4", "trygghet");
        assert_true(table_empty(w->t, r, "change_cohort"));
        r = table_row_of(w->t, "2026-10", "senare", unit, "grade", "4", "delaktighet");
        world_near(w, r, "change_cohort", q3);
        r = table_row_of(w->t, "2026-10", "ung", unit, "grade", "1", "q1"); /* was förskoleklass */
        world_near(w, r, "change_cohort", q1);
        r = table_row_of(w->t, "2026-10", "gy", unit, "grade", "1", "q1"); /* was not */
        world_is(w, r, "status", "value");
        assert_true(table_empty(w->t, r, "change_cohort"));
        r = table_row_of(w->t, "2026-10", "sar", unit, "grade", "4", "q1"); /* not out of grundskola */
        world_is(w, r, "status", "value");
        assert_true(table_empty(w->t, r, "change_cohort"));
    }
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, world_begin, world_end)

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
        TEST(a_merged_unit_needs_all_to_have_answered),
        TEST(a_renamed_unit_goes_on),
        TEST(a_part_of_a_split_unit_begins_anew),
        TEST(a_unit_that_lives_on_was_split),
        TEST(an_area_goes_on_from_its_only_unit),
        TEST(a_cohort_is_the_grade_below_a_year_before),
        TEST(a_cohort_goes_on_through_a_merger),
        TEST(a_cohort_goes_on_from_form_to_form),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
