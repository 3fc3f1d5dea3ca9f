/*
 * Goal: what was released stays released and is recorded; what comes later gives nothing away together with
 * it; what everybody may see is a part of what principals see; and the same again is the same bytes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "analysis/publish.h"
#include "core/base/mem.h"
#include "tests/support/raw_store.h"
#include "tests/support/table.h"
#include "tests/support/world.h"

static void add_class(struct world *w, const char *unit, const char *group, const char *q1)
{
    world_class(w, "2026-10", unit, group, 4, 24, q1);
}

/* Two units of two classes each, all large enough to be shown. */
static void add_town(struct world *w)
{
    town_unit(&w->town, "eken", "Norr");
    town_unit(&w->town, "linden", "Norr");
    town_unit(&w->town, "asken", "");
    town_round(&w->town, "2026-10", &w->form, 1);
    add_class(w, "eken", "4A", "1:3 2:4 3:6 4:7");
    add_class(w, "eken", "4B", "1:2 2:5 3:5 4:8");
    add_class(w, "linden", "4A", "1:4 2:4 3:7 4:6");
    add_class(w, "linden", "4B", "1:1 2:3 3:9 4:7");
    add_class(w, "asken", "4A", "1:5 2:5 3:5 4:5");
}

static struct publish_outcome release(struct world *w)
{
    const struct publish_options o = {.round = "2026-10"};
    struct publish_outcome out;
    struct err e = ERR_INIT;

    if (!publish(w->town.address, &o, &out, &e))
        fail_msg("%s", e.text);
    return out;
}

/* All that the store holds of releases, one row a line. */
static char *dump(const struct world *w, const char *table)
{
    char *sql = mem_printf("SELECT * FROM %s ORDER BY 1, 2, 3, 4", table), *out = mem_dup("");
    sqlite3_stmt *st = NULL;
    sqlite3 *db = NULL;

    assert_int_equal(sqlite3_open(w->town.address, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &st, NULL), SQLITE_OK);
    while (sqlite3_step(st) == SQLITE_ROW) {
        for (int c = 0; c < sqlite3_column_count(st); c++) {
            char *longer = mem_printf("%s%s|", out, (const char *)sqlite3_column_text(st, c));

            free(out);
            out = longer;
        }
    }
    (void)sqlite3_finalize(st);
    (void)sqlite3_close(db);
    free(sql);
    return out;
}

/* Frees `before`. */
static void has_stayed(const struct world *w, const char *table, char *before)
{
    char *now = dump(w, table);

    assert_string_equal(now, before);
    free(now);
    free(before);
}

static void change(const struct world *w, const char *sql)
{
    sqlite3 *db = NULL;

    assert_int_equal(sqlite3_open(w->town.address, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_changes(db), 1);
    (void)sqlite3_close(db);
}

/* A word of q1 in a group's row. */
static void is_word(const struct world *w, bool everybody, const char *unit, const char *kind,
                    const char *group, const char *column, const char *expected)
{
    const struct dataset_options load = {.threads = 1};
    const struct progression_options options = {.unit_code = NULL};
    const struct results_options how = {.threads = 1};
    struct released *t = NULL;
    struct results results;
    struct dataset d;
    struct err e = ERR_INIT;
    const char *got;
    size_t row;

    if (!dataset_load(w->town.address, &load, &d, &e))
        fail_msg("%s", e.text);
    results_init(&results, &d, &how);
    if (everybody)
        results_narrow(&results, &how);
    assert_true(progression(&results, &options, &t, &e));
    row = table_row(t, "2026-10", unit, kind, group, "q1");
    got = table_text(t, row, column);
    if (strcmp(got, expected) != 0)
        fail_msg("%s %s %s: %s is %s, not %s", unit, kind, group, column, got, expected);
    if (strcmp(table_text(t, row, "status"), "value") != 0)
        assert_true(table_empty(t, row, "n") && table_empty(t, row, "mean") && table_empty(t, row, "ci_low"));
    released_free(t);
    results_fini(&results);
    dataset_fini(&d);
}

static void is_status(const struct world *w, bool everybody, const char *unit, const char *kind,
                      const char *group, const char *expected)
{
    is_word(w, everybody, unit, kind, group, "status", expected);
}

/* ---- once more ---- */

static void the_same_again_is_the_same(void **state)
{
    static const char *const TABLES[] = {"release_table", "release_ledger"};
    struct world *w = *state;
    char *first[2];

    add_town(w);
    town_close(&w->town);
    assert_int_equal(release(w).releases, 2); /* for principals, and for everybody */
    for (size_t i = 0; i < 2; i++)
        first[i] = dump(w, TABLES[i]);
    assert_non_null(strstr(first[0], "compare-unit"));
    assert_non_null(strstr(first[1], "* q1 trygghet"));
    assert_int_equal(release(w).releases, 0);
    for (size_t i = 0; i < 2; i++)
        has_stayed(w, TABLES[i], first[i]);
}

static void a_round_that_is_not_sealed_is_refused(void **state)
{
    const struct publish_options open = {.round = "2026-11"}, missing = {.round = "2020-01"};
    struct world *w = *state;
    struct publish_outcome out;
    struct err e = ERR_INIT;
    char *tables;

    add_town(w);
    town_round(&w->town, "2026-11", &w->form, 1);
    town_close(&w->town);
    assert_false(publish(w->town.address, &open, &out, &e));
    assert_int_equal(e.kind, ERR_STATE);
    assert_non_null(strstr(e.text, "round seal 2026-11"));
    assert_false(publish(w->town.address, &missing, &out, &e));
    assert_int_equal(e.kind, ERR_NOT_FOUND);
    tables = dump(w, "release_table");
    assert_string_equal(tables, "");
    free(tables);
}

/* ---- over time ---- */

/* Four pupils of a new class: the unit anew, less the unit as it was released, would be they. So they are
 * left out, and nothing that has been told goes for their sake; also when a whole class comes later. */
static void a_late_class_of_few_is_left_out(void **state)
{
    struct world *w = *state;
    struct publish_outcome out;
    char *ledger;

    add_town(w);
    (void)release(w);
    ledger = dump(w, "release_ledger");
    add_class(w, "eken", "4C", "1:1 3:3");
    out = release(w);
    assert_int_equal(out.releases, 0);
    assert_int_equal(out.late_classes, 1);
    assert_int_equal(out.late_responses, 4);
    has_stayed(w, "release_ledger", ledger);
    is_status(w, false, "eken", "class", "4C", "too_few");
    is_word(w, false, "eken", "class", "4C", "responses", "");
    add_class(w, "linden", "4D", "1:4 2:5 3:8 4:7");
    out = release(w);
    assert_int_equal(out.releases, 2);
    assert_int_equal(out.late_classes, 1);
    is_status(w, false, "eken", "class", "4C", "too_few");
    is_status(w, false, "eken", "class", "4A", "value");
    is_status(w, false, "eken", "all", "", "value");
    is_status(w, false, "linden", "class", "4D", "value");
    is_status(w, false, "linden", "all", "", "value");
    is_status(w, false, "", "all", "", "value");
    is_status(w, true, "", "all", "", "value");
}

/* One more is a class like any other. */
static void a_late_class_of_five_is_counted(void **state)
{
    struct world *w = *state;
    struct publish_outcome out;

    add_town(w);
    (void)release(w);
    add_class(w, "eken", "4C", "1:1 3:3 4:1");
    out = release(w);
    assert_int_equal(out.releases, 2);
    assert_int_equal(out.late_classes, 0);
    is_status(w, false, "eken", "class", "4C", "value");
    is_status(w, false, "", "all", "", "value");
}

/* Without the ledger all of that would be shown: 4C alone is withheld, and another class with it. */
static void without_an_earlier_release_the_unit_is_shown(void **state)
{
    struct world *w = *state;

    add_town(w);
    add_class(w, "eken", "4C", "1:1 3:2");
    (void)release(w);
    is_status(w, false, "eken", "all", "", "value");
    is_status(w, false, "", "all", "", "value");
}

static void a_late_class_of_many_is_told(void **state)
{
    struct world *w = *state;

    add_town(w);
    (void)release(w);
    add_class(w, "eken", "4C", "1:4 2:2 3:5 4:3");
    assert_int_equal(release(w).releases, 2);
    is_status(w, false, "eken", "class", "4C", "value");
    is_status(w, false, "eken", "all", "", "value");
    is_status(w, false, "", "all", "", "value");
}

/* A store that is not the one that was released from: `count` of the pupils of eken's 4A who answered 4 have
 * now answered 1. Without the tally kept: the analysis keeps one of its own. */
/* 5C answered alike: it is withheld with 5A and 5B. When 5D is there the four would be two pairs by size; but
 * then both releases together would tell which of the three it was, and 5D is known, from the unit now and
 * before. */
static void a_late_class_makes_no_other_partners(void **state)
{
    struct world *w = *state;

    add_town(w);
    world_class(w, "2026-10", "eken", "5A", 5, 24, "1:3 2:5 3:7 4:7");
    world_class(w, "2026-10", "eken", "5B", 5, 24, "1:3 2:5 3:6 4:6");
    world_class(w, "2026-10", "eken", "5C", 5, 24, "4:19");
    (void)release(w);
    for (int late = 0; late <= 1; late++) {
        is_status(w, false, "eken", "class", "5A", "suppressed");
        is_status(w, false, "eken", "class", "5B", "suppressed");
        is_status(w, false, "eken", "class", "5C", "suppressed");
        is_status(w, false, "eken", "class", "4A", "value");
        is_status(w, false, "eken", "all", "", "value");
        is_status(w, false, "", "all", "", "value");
        if (late == 0) {
            world_class(w, "2026-10", "eken", "5D", 5, 24, "1:3 2:4 3:5 4:6");
            assert_int_equal(release(w).releases, 2);
            is_status(w, false, "eken", "class", "5D", "value");
        }
    }
}

static void change_answers(const struct world *w, int count)
{
    struct group g;
    struct err e = ERR_INIT;

    if (!store_group_find(w->town.store, "eken", 2026, "4A", &g, &e))
        fail_msg("%s", e.text);
    raw_change_answers(w->town.address, g.id, 4, 1, count);
    change(w, "DELETE FROM tally");
}

static void other_answers_of_few_are_not_told_anew(void **state)
{
    struct world *w = *state;

    add_town(w);
    (void)release(w);
    change_answers(w, 3);
    (void)release(w);
    is_status(w, false, "eken", "class", "4A", "suppressed");
    is_status(w, false, "eken", "all", "", "suppressed");
    is_status(w, false, "eken", "class", "4B", "value");
    is_status(w, false, "linden", "all", "", "value");
}

static void other_answers_of_many_are(void **state)
{
    struct world *w = *state;

    add_town(w);
    (void)release(w);
    change_answers(w, 6);
    (void)release(w);
    is_status(w, false, "eken", "class", "4A", "value");
    is_status(w, false, "eken", "all", "", "value");
}

static void what_everybody_sees_is_a_part(void **state)
{
    struct world *w = *state;

    add_town(w);
    add_class(w, "asken", "4B", "1:2 2:2 3:2 4:2"); /* 8 */
    add_class(w, "asken", "4C", "1:4 2:4 3:3 4:3");
    (void)release(w);
    is_status(w, false, "asken", "class", "4B", "value");
    is_status(w, true, "asken", "class", "4B", "too_few");
    is_status(w, true, "asken", "all", "", "value");
    is_status(w, true, "asken", "class", "4C", "suppressed"); /* the next smallest hides it */
    is_status(w, false, "asken", "class", "4C", "value");
}

/* Tallen's 4A: 20 of 45. Everybody is told when it turns out that there were 30 pupils; nothing else changes,
 * and there is nothing to release. */
static void a_low_response_is_not_for_everybody(void **state)
{
    struct world *w = *state;
    char *ledger;

    add_town(w);
    town_unit(&w->town, "tallen", "");
    world_class(w, "2026-10", "tallen", "4A", 4, 45, "1:3 2:4 3:6 4:7");
    add_class(w, "tallen", "4B", "1:3 2:3 3:5 4:5");
    add_class(w, "tallen", "4C", "1:2 2:2 3:2 4:2"); /* 8 of 24 */
    assert_int_equal(release(w).releases, 2);
    ledger = dump(w, "release_ledger");
    is_status(w, false, "tallen", "class", "4A", "value");
    is_status(w, true, "tallen", "class", "4A", "low_response");
    is_status(w, true, "tallen", "class", "4C", "too_few"); /* what is withheld is so first of all */
    is_status(w, true, "tallen", "class", "4B", "suppressed");
    is_status(w, true, "tallen", "all", "", "low_response");
    is_status(w, true, "linden", "all", "", "value");
    for (int everybody = 0; everybody <= 1; everybody++) {
        is_word(w, everybody, "tallen", "class", "4A", "response_warning", "mycket låg svarsfrekvens");
        is_word(w, everybody, "tallen", "class", "4B", "response_warning",
                "låg svarsfrekvens"); /* 16 of 24 */
        is_word(w, everybody, "linden", "all", "", "response_warning", "");
    }
    assert_int_equal(release(w).releases, 0);
    is_status(w, true, "tallen", "class", "4A", "low_response");
    change(w, "UPDATE round_group SET enrolled = 30 WHERE enrolled = 45");
    is_status(w, true, "tallen", "class", "4A", "value");
    is_status(w, true, "tallen", "class", "4B", "suppressed");
    assert_int_equal(release(w).releases, 0);
    has_stayed(w, "release_ledger", ledger);
}

/* Small units, all withheld: tallen and björken in Norr with eken, three others in no area. */
static void add_small_units(struct world *w)
{
    static const char *const SMALL[][3] = {{"tallen", "Norr", "1:1 2:1 4:1"},
                                           {"bjorken", "Norr", "1:1 2:1 3:1 4:1"},
                                           {"granen", "", "2:1"},
                                           {"alen", "", "1:1 2:1 3:1 4:1"},
                                           {"ronnen", "", "1:1 2:1 3:1 4:1"}};

    town_unit(&w->town, "linden", "");
    for (size_t i = 0; i < sizeof SMALL / sizeof SMALL[0]; i++) {
        town_unit(&w->town, SMALL[i][0], SMALL[i][1]);
        add_class(w, SMALL[i][0], "4A", SMALL[i][2]);
    }
}

static void move_units(struct world *w)
{
    static const char *const MOVED[] = {"asken", "tallen", "bjorken", "granen"};

    town_unit(&w->town, "eken", "");
    for (size_t i = 0; i < sizeof MOVED / sizeof MOVED[0]; i++)
        town_unit(&w->town, MOVED[i], "Soder");
}

/* Söder less asken is tallen, björken and granen: enough, unless Norr less eken has told of the first two. */
static void a_former_area_is_remembered(void **state)
{
    struct world *w = *state;

    add_town(w);
    add_small_units(w);
    (void)release(w);
    is_status(w, false, "", "all", "Norr", "value");
    move_units(w);
    (void)release(w);
    is_status(w, false, "", "all", "Soder", "suppressed");
}

static void an_area_that_was_never_another_is_shown(void **state)
{
    struct world *w = *state;

    add_town(w);
    add_small_units(w);
    move_units(w);
    (void)release(w);
    is_status(w, false, "", "all", "Soder", "value");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_same_again_is_the_same, world_begin, world_end),
        cmocka_unit_test_setup_teardown(a_round_that_is_not_sealed_is_refused, world_begin, world_end),
        cmocka_unit_test_setup_teardown(a_late_class_of_few_is_left_out, world_begin, world_end),
        cmocka_unit_test_setup_teardown(a_late_class_of_five_is_counted, world_begin, world_end),
        cmocka_unit_test_setup_teardown(without_an_earlier_release_the_unit_is_shown, world_begin, world_end),
        cmocka_unit_test_setup_teardown(a_late_class_of_many_is_told, world_begin, world_end),
        cmocka_unit_test_setup_teardown(a_late_class_makes_no_other_partners, world_begin, world_end),
        cmocka_unit_test_setup_teardown(other_answers_of_few_are_not_told_anew, world_begin, world_end),
        cmocka_unit_test_setup_teardown(other_answers_of_many_are, world_begin, world_end),
        cmocka_unit_test_setup_teardown(what_everybody_sees_is_a_part, world_begin, world_end),
        cmocka_unit_test_setup_teardown(a_low_response_is_not_for_everybody, world_begin, world_end),
        cmocka_unit_test_setup_teardown(a_former_area_is_remembered, world_begin, world_end),
        cmocka_unit_test_setup_teardown(an_area_that_was_never_another_is_shown, world_begin, world_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
