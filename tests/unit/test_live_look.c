/*
 * Goal: a live look is told as a release is: what follows, another look or what is published, gives nothing
 * away together with it. Each case stands beside the same without the look, where there is something to hide.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/progression.h"
#include "analysis/publish.h"
#include "analysis/publish_ledger.h"
#include "tests/support/store_check.h"
#include "tests/support/table.h"
#include "tests/support/world.h"

static const char ROUND[] = "2026-10";

/* ---- an open round ---- */

static int64_t put_class(struct world *w, const char *unit, const char *name, int grade)
{
    struct group g = {
        .school_year = 2026, .school_form = SCHOOL_FORM_GRUNDSKOLA, .grade = grade, .enrolled = 24};
    enum store_change change;
    struct err e = ERR_INIT;

    (void)snprintf(g.unit_code, sizeof g.unit_code, "%s", unit);
    is_true(group_set_name(&g, name, &e), &e);
    is_true(store_group_put(w->town.store, &g, &change, &e), &e);
    is_true(store_group_find(w->town.store, unit, 2026, name, &g, &e), &e);
    return g.id;
}

static void answer(struct world *w, int64_t group_id, uint8_t code)
{
    static uint32_t count; /* no two nonces are alike */
    uint8_t nonce[SUBMISSION_NONCE_BYTES] = {0};
    const struct submission sub = {.round = ROUND,
                                   .group_id = group_id,
                                   .form_hash = w->form->hash,
                                   .nonce = nonce,
                                   .answers = &code,
                                   .questions = 1};
    enum submission_outcome outcome;
    struct err e = ERR_INIT;

    count++;
    memcpy(nonce, &count, sizeof count);
    is_true(store_response_put(w->town.store, &sub, &outcome, &e), &e);
    assert_int_equal(outcome, SUBMISSION_ADDED);
}

/* persons: how many chose 1, 2, 3 and 4 */
static void add_class(struct world *w, const char *unit, const char *name, const int persons[4])
{
    const int64_t id = put_class(w, unit, name, name[0] - '0');

    for (uint8_t code = 1; code <= 4; code++) {
        for (int i = 0; i < persons[code - 1]; i++)
            answer(w, id, code);
    }
}

static void set_state(struct world *w, enum round_state to)
{
    struct err e = ERR_INIT;

    is_true(store_round_set_state(w->town.store, ROUND, to, &e), &e);
}

/* Closed, with eken, linden and asken of two classes each, and what the caller added since begin. */
static void open_town(struct world *w)
{
    static const int MANY[][4] = {{3, 4, 6, 7}, {2, 5, 5, 8}, {4, 4, 7, 6}, {1, 3, 9, 7}, {5, 5, 5, 5}};
    static const char *const CLASS[][2] = {
        {"eken", "4A"}, {"eken", "4B"}, {"linden", "4A"}, {"linden", "4B"}, {"asken", "4A"}};
    struct err e = ERR_INIT;

    town_unit(&w->town, "eken", "Norr");
    town_unit(&w->town, "linden", "");
    town_unit(&w->town, "asken", "");
    town_round(&w->town, ROUND, &w->form, 1);
    set_state(w, ROUND_OPEN);
    is_true(store_begin(w->town.store, &e), &e);
    for (size_t i = 0; i < sizeof CLASS / sizeof CLASS[0]; i++)
        add_class(w, CLASS[i][0], CLASS[i][1], MANY[i]);
}

static void close_town(struct world *w)
{
    struct err e = ERR_INIT;

    is_true(store_commit(w->town.store, &e), &e);
    set_state(w, ROUND_CLOSED);
}

static void seal(struct world *w)
{
    struct err e = ERR_INIT;

    is_true(store_round_seal(w->town.store, ROUND, &e), &e);
}

/* ---- what is told ---- */

/* What `progression` shows, with --live; the table borrows from the others. */
struct view {
    struct dataset d;
    struct results results;
    struct released *table;
};

static void look(struct world *w, bool live, struct view *v)
{
    const struct dataset_options load = {.threads = 1, .live = live};
    const struct progression_options options = {.unit_code = NULL};
    const struct results_options how = {.threads = 1};
    struct err e = ERR_INIT;

    is_true(dataset_load(w->town.address, &load, &v->d, &e), &e);
    results_init(&v->results, &v->d, &how);
    if (live)
        is_true(ledger_record(&v->results, &v->d, w->town.address, &e), &e);
    is_true(progression(&v->results, &options, &v->table, &e), &e);
}

static void view_fini(struct view *v)
{
    released_free(v->table);
    results_fini(&v->results);
    dataset_fini(&v->d);
}

static void only_look(struct world *w)
{
    struct view v;

    look(w, true, &v);
    view_fini(&v);
}

static void is_status(struct world *w, bool live, const char *unit, const char *kind, const char *group,
                      const char *expected)
{
    struct view v;
    const char *got;

    look(w, live, &v);
    got = table_text(v.table, table_row(v.table, ROUND, unit, kind, group, "q1"), "status");
    if (strcmp(got, expected) != 0)
        fail_msg("%s %s %s is %s, not %s", unit, kind, group, got, expected);
    view_fini(&v);
}

static size_t release(struct world *w)
{
    const struct publish_options o = {.round = ROUND};
    struct publish_outcome out;
    struct err e = ERR_INIT;

    is_true(publish(w->town.address, &o, &out, &e), &e);
    return out.releases;
}

/* How many releases the ledger has of the round. */
static size_t recorded(struct world *w)
{
    struct release *list = NULL;
    size_t count = 0;
    struct err e = ERR_INIT;

    is_true(store_release_list(w->town.store, ROUND, &list, &count, &e), &e);
    store_releases_free(list, count);
    return count;
}

/* ---- cases ---- */

static void a_look_is_recorded_once_and_published_as_it_was(void **state)
{
    struct world *w = *state;

    open_town(w);
    close_town(w);
    only_look(w);
    assert_int_equal(recorded(w), 1);
    only_look(w);
    assert_int_equal(recorded(w), 1);
    seal(w);
    assert_int_equal(release(w), 1); /* for everybody: the others have been told */
    is_status(w, false, "eken", "all", "", "value");
    is_status(w, false, "eken", "class", "4A", "value");
}

static void only_a_look_that_was_noted_is_recorded(void **state)
{
    const struct dataset_options load = {.threads = 1};
    struct world *w = *state;
    struct release r = {.layout = TALLY_LAYOUT, .tally = "", .tally_bytes = 0};
    struct dataset d;
    struct err e = ERR_INIT;

    open_town(w);
    close_town(w);
    memcpy(r.form_hash, w->form->hash, sizeof r.form_hash);
    is_true(dataset_load(w->town.address, &load, &d, &e), &e);
    dataset_fini(&d);
    fails_with(store_release_add(w->town.store, ROUND, &r, &e), &e, ERR_STATE);
    is_true(store_round_look(w->town.store, ROUND, &e), &e);
    r.audience = RELEASE_PUBLIC;
    fails_with(store_release_add(w->town.store, ROUND, &r, &e), &e, ERR_STATE);
    r.audience = RELEASE_INTERNAL;
    is_true(store_release_add(w->town.store, ROUND, &r, &e), &e);
}

/* The three of 4C, brought in after sealing: what eken has now, less what the look told of it. */
static void late_class(struct world *w)
{
    seal(w);
    world_class(w, ROUND, "eken", "4C", 4, 24, "1:1 3:2");
    (void)release(w);
}

/* Left out: what was looked at stands, and tells nothing of the few. */
static void a_late_class_of_few_after_a_look_is_not_in_its_unit(void **state)
{
    struct world *w = *state;
    struct view v;
    double before;

    open_town(w);
    close_town(w);
    look(w, true, &v);
    before = table_number(v.table, table_row(v.table, ROUND, "eken", "all", "", "q1"), "responses");
    view_fini(&v);
    late_class(w);
    is_status(w, false, "eken", "all", "", "value");
    is_status(w, false, "eken", "class", "4C", "too_few");
    is_status(w, false, "", "all", "", "value");
    look(w, false, &v);
    assert_true(table_number(v.table, table_row(v.table, ROUND, "eken", "all", "", "q1"), "responses") ==
                before);
    view_fini(&v);
}

static void a_late_class_of_few_without_a_look_is_in_its_unit(void **state)
{
    struct world *w = *state;

    open_town(w);
    close_town(w);
    late_class(w);
    is_status(w, false, "eken", "all", "", "value");
    is_status(w, false, "", "all", "", "value");
}

/* Small units, all withheld: tallen and björken in Norr with eken, three others in no area. */
static void small_units(struct world *w)
{
    static const struct {
        const char *code, *area;
        int persons[4];
    } SMALL[] = {{"tallen", "Norr", {1, 1, 0, 1}},
                 {"bjorken", "Norr", {1, 1, 1, 1}},
                 {"granen", "", {0, 1, 0, 0}},
                 {"alen", "", {1, 1, 1, 1}},
                 {"ronnen", "", {1, 1, 1, 1}}};

    for (size_t i = 0; i < sizeof SMALL / sizeof SMALL[0]; i++) {
        town_unit(&w->town, SMALL[i].code, SMALL[i].area);
        add_class(w, SMALL[i].code, "4A", SMALL[i].persons);
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
static void areas_that_change_between_two_looks_tell_nothing(void **state)
{
    struct world *w = *state;

    open_town(w);
    small_units(w);
    close_town(w);
    is_status(w, true, "", "all", "Norr", "value");
    move_units(w);
    is_status(w, true, "", "all", "Soder", "suppressed");
}

static void without_the_first_look_the_area_is_shown(void **state)
{
    struct world *w = *state;

    open_town(w);
    small_units(w);
    close_town(w);
    move_units(w);
    is_status(w, true, "", "all", "Soder", "value");
}

/* How many of grade 4 there are in eken. */
static void is_of_grade_4(struct world *w, bool live, double expected)
{
    struct view v;

    look(w, live, &v);
    assert_true(table_number(v.table, table_row(v.table, ROUND, "eken", "grade", "4", "q1"), "n") ==
                expected);
    view_fini(&v);
}

/* The three of 5A would be grade 4 with them, less grade 4 as it was told. */
static void a_class_keeps_its_grade_from_the_look_on(void **state)
{
    static const int FEW[4] = {1, 0, 2, 0}, MANY[4] = {3, 4, 5, 6};
    struct world *w = *state;

    open_town(w);
    add_class(w, "eken", "5A", FEW);
    add_class(w, "eken", "5B", MANY);
    close_town(w);
    is_of_grade_4(w, true, 40);
    (void)put_class(w, "eken", "5A", 4);
    is_of_grade_4(w, true, 40);
    seal(w);
    (void)release(w);
    is_of_grade_4(w, false, 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_look_is_recorded_once_and_published_as_it_was, world_begin,
                                        world_end),
        cmocka_unit_test_setup_teardown(only_a_look_that_was_noted_is_recorded, world_begin, world_end),
        cmocka_unit_test_setup_teardown(a_late_class_of_few_after_a_look_is_not_in_its_unit, world_begin,
                                        world_end),
        cmocka_unit_test_setup_teardown(a_late_class_of_few_without_a_look_is_in_its_unit, world_begin,
                                        world_end),
        cmocka_unit_test_setup_teardown(areas_that_change_between_two_looks_tell_nothing, world_begin,
                                        world_end),
        cmocka_unit_test_setup_teardown(without_the_first_look_the_area_is_shown, world_begin, world_end),
        cmocka_unit_test_setup_teardown(a_class_keeps_its_grade_from_the_look_on, world_begin, world_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
