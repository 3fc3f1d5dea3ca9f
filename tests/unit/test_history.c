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
#include "analysis/stat_base.h"
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

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_area_is_its_units),
        TEST(an_area_gives_no_unit_away),
        TEST(an_area_is_compared_with_the_rest),
        TEST(a_class_is_told_as_it_was),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
