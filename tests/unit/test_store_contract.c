/*
 * Goal: a store keeps what store.h promises, whatever driver stands behind it. Only the interface is used, so
 * that another backend can be run through it: TLD_TEST_STORE=address test_store_contract.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "tests/support/store_check.h"
#include "tests/support/store_scene.h"

static void test_create(void **state)
{
    struct scene *s = *state;
    struct err e = ERR_INIT;
    struct store *other = NULL;
    char *name = NULL;
    char *missing = mem_printf("%s/none.db", s->folder);

    is_true(store_organisation(s->store, &name, &e), &e);
    assert_string_equal(name, "Exempelkommun");
    free(name);
    fails_with(store_create(s->address, "Annan", &e), &e, ERR_CONFLICT);
    fails_with(store_open(missing, STORE_WRITE, &other, &e), &e, ERR_NOT_FOUND);
    assert_null(other);
    fails_with(store_open("postgres://localhost/tld", STORE_READ, &other, &e), &e, ERR_STATE);
    free(missing);
}

static void test_settings(void **state)
{
    struct scene *s = *state;
    struct err e = ERR_INIT;
    char *value = NULL;

    is_true(store_setting_get(s->store, "public_url", &value, &e), &e);
    assert_null(value);
    is_true(store_setting_put(s->store, "public_url", "http://a", &e), &e);
    is_true(store_setting_put(s->store, "public_url", "https://enkät.example", &e), &e);
    scene_reopen(s, STORE_READ);
    is_true(store_setting_get(s->store, "public_url", &value, &e), &e);
    assert_string_equal(value, "https://enkät.example");
    free(value);
}

static void test_units(void **state)
{
    struct scene *s = *state;
    struct err e = ERR_INIT;
    struct unit u = {.code = "asken", .name = "Åskens förskola", .area = "Norr", .school_forms = 1};
    struct unit got;
    struct unit *list = NULL;
    size_t count = 0;
    enum store_change change;

    is_true(store_unit_put(s->store, &u, &change, &e), &e);
    assert_int_equal(change, STORE_ADDED);
    is_true(store_unit_put(s->store, &u, &change, &e), &e);
    assert_int_equal(change, STORE_SAME);
    memset(u.area, 0, sizeof u.area);
    is_true(store_unit_put(s->store, &u, &change, &e), &e);
    assert_int_equal(change, STORE_CHANGED);
    is_true(store_unit_get(s->store, "asken", &got, &e), &e);
    assert_memory_equal(&got, &u, sizeof u);
    fails_with(store_unit_get(s->store, "boken", &got, &e), &e, ERR_NOT_FOUND);
    is_true(store_unit_list(s->store, &list, &count, &e), &e);
    assert_int_equal(count, 3);
    assert_string_equal(list[0].code, "asken");
    assert_string_equal(list[1].code, "eken");
    assert_string_equal(list[2].code, "linden");
    free(list);
}

static void test_groups(void **state)
{
    struct scene *s = *state;
    struct err e = ERR_INIT;
    struct group g = {.unit_code = "eken",
                      .school_year = 2025,
                      .name = "Fjärilen",
                      .school_form = SCHOOL_FORM_FORSKOLA,
                      .grade = GRADE_NONE,
                      .enrolled = 18};
    struct group got;
    struct group *list = NULL;
    size_t count = 0;
    enum store_change change;

    is_true(store_group_put(s->store, &g, &change, &e), &e);
    assert_int_equal(change, STORE_ADDED);
    is_true(store_group_put(s->store, &g, &change, &e), &e);
    assert_int_equal(change, STORE_SAME);
    g.enrolled = 19;
    is_true(store_group_put(s->store, &g, &change, &e), &e);
    assert_int_equal(change, STORE_CHANGED);
    is_true(store_group_find(s->store, "eken", 2025, "Fjärilen", &got, &e), &e);
    assert_int_equal(got.grade, GRADE_NONE);
    assert_int_equal(got.enrolled, 19);
    is_true(store_group_get(s->store, got.id, &got, &e), &e);
    assert_string_equal(got.name, "Fjärilen");
    assert_string_equal(got.unit_code, "eken");
    fails_with(store_group_find(s->store, "eken", 2024, "Fjärilen", &got, &e), &e, ERR_NOT_FOUND);
    fails_with(store_group_get(s->store, 99999, &got, &e), &e, ERR_NOT_FOUND);
    (void)snprintf(g.unit_code, sizeof g.unit_code, "nowhere");
    fails_with(store_group_put(s->store, &g, &change, &e), &e, ERR_NOT_FOUND);

    is_true(store_group_list(s->store, NULL, 0, &list, &count, &e), &e);
    assert_int_equal(count, SCENE_GROUPS + 1);
    assert_int_equal(list[0].school_year, 2025);
    assert_string_equal(list[4].unit_code, "linden");
    free(list);
    is_true(store_group_list(s->store, "eken", 2026, &list, &count, &e), &e);
    assert_int_equal(count, 2);
    assert_string_equal(list[0].name, "4A");
    assert_string_equal(list[1].name, "5A");
    free(list);
}

static void test_successions(void **state)
{
    struct scene *s = *state;
    struct err e = ERR_INIT;
    struct succession l = {.predecessor = "linden", .successor = "eken", .from = "2026-10"};
    struct succession *list = NULL;
    size_t count = 1;
    enum store_change change;

    is_true(store_succession_list(s->store, &list, &count, &e), &e);
    assert_int_equal(count, 0);
    assert_null(list);
    is_true(store_succession_put(s->store, &l, &change, &e), &e);
    assert_int_equal(change, STORE_ADDED);
    is_true(store_succession_put(s->store, &l, &change, &e), &e);
    assert_int_equal(change, STORE_SAME);
    (void)snprintf(l.from, sizeof l.from, "2027-04");
    is_true(store_succession_put(s->store, &l, &change, &e), &e);
    assert_int_equal(change, STORE_CHANGED);
    (void)snprintf(l.predecessor, sizeof l.predecessor, "nowhere");
    fails_with(store_succession_put(s->store, &l, &change, &e), &e, ERR_NOT_FOUND);
    fails_with(store_succession_remove(s->store, "nowhere", "eken", &e), &e, ERR_NOT_FOUND);
    fails_with(store_succession_remove(s->store, "eken", "linden", &e), &e, ERR_NOT_FOUND);
    fails_with(store_succession_remove(s->store, "a code that is longer than any code is", "eken", &e), &e,
               ERR_NOT_FOUND);

    /* The other way too: loops are not the store's to find. By predecessor. */
    l = (struct succession){.predecessor = "eken", .successor = "linden", .from = "2028-10"};
    is_true(store_succession_put(s->store, &l, &change, &e), &e);
    is_true(store_succession_list(s->store, &list, &count, &e), &e);
    assert_int_equal(count, 2);
    assert_memory_equal(&list[0], &l, sizeof l);
    assert_string_equal(list[1].predecessor, "linden");
    assert_string_equal(list[1].from, "2027-04");
    free(list);
    is_true(store_succession_remove(s->store, "linden", "eken", &e), &e);
    is_true(store_succession_list(s->store, &list, &count, &e), &e);
    assert_int_equal(count, 1);
    free(list);
}

static void test_targets(void **state)
{
    struct scene *s = *state;
    struct err e = ERR_INIT;
    struct target t = {.unit_code = "linden",
                       .form = "grundskola-4-6",
                       .dimension = "trygghet",
                       .round = "2026-10",
                       .measure = TARGET_INDEX,
                       .direction = TARGET_AT_LEAST,
                       .value = 75.5};
    struct target *list = NULL;
    size_t count = 1;
    enum store_change change;

    is_true(store_target_list(s->store, &list, &count, &e), &e);
    assert_int_equal(count, 0);
    is_true(store_target_put(s->store, &t, &change, &e), &e);
    assert_int_equal(change, STORE_ADDED);
    is_true(store_target_put(s->store, &t, &change, &e), &e);
    assert_int_equal(change, STORE_SAME);
    for (int i = 0; i < 3; i++) {
        t.value = i == 0 ? 80 : t.value;
        t.direction = i == 1 ? TARGET_AT_MOST : t.direction;
        t.measure = i == 2 ? TARGET_MEAN : t.measure;
        is_true(store_target_put(s->store, &t, &change, &e), &e);
        assert_int_equal(change, STORE_CHANGED);
    }
    /* Another round, question, dimension, form or unit is another target. */
    for (int i = 0; i < 5; i++) {
        struct target other = t;

        (void)snprintf(i == 0   ? other.round
                       : i == 1 ? other.question
                       : i == 2 ? other.dimension
                       : i == 3 ? other.form
                                : other.unit_code,
                       8, "%s", i == 0 ? "2027-04" : "eken");
        is_true(store_target_put(s->store, &other, &change, &e), &e);
        assert_int_equal(change, STORE_ADDED);
    }
    is_true(store_target_list(s->store, &list, &count, &e), &e);
    assert_int_equal(count, 6);
    for (size_t i = 1; i < count; i++)
        assert_true(target_compare(&list[i - 1], &list[i]) < 0);
    for (size_t i = 0; i < count; i++) {
        if (target_compare(&list[i], &t) == 0)
            assert_memory_equal(&list[i], &t, sizeof t);
    }
    free(list);
    is_true(store_target_remove(s->store, &t, &e), &e);
    fails_with(store_target_remove(s->store, &t, &e), &e, ERR_NOT_FOUND);
    is_true(store_target_list(s->store, &list, &count, &e), &e);
    assert_int_equal(count, 5);
    free(list);
    (void)snprintf(t.unit_code, sizeof t.unit_code, "nowhere");
    fails_with(store_target_put(s->store, &t, &change, &e), &e, ERR_NOT_FOUND);
}

static void test_rounds(void **state)
{
    struct scene *s = *state;
    struct err e = ERR_INIT;
    struct form second;
    const struct form *forms[] = {&s->form, &second};
    struct round r = {.code = "2025-10", .opens_s = 10, .closes_s = 20};
    struct round *list = NULL;
    struct pinned_form *pinned = NULL;
    size_t count = 0;

    scene_form(&second, "grundskola-7-9", 9);
    is_true(store_round_add(s->store, &r, forms, 2, &e), &e);
    fails_with(store_round_add(s->store, &r, forms, 2, &e), &e, ERR_CONFLICT);
    r.closes_s = 10;
    fails_with(store_round_add(s->store, &r, forms, 2, &e), &e, ERR_INPUT);
    is_true(store_round_list(s->store, &list, &count, &e), &e);
    assert_int_equal(count, 2);
    assert_string_equal(list[0].code, "2025-10");
    assert_int_equal(list[0].state, ROUND_PLANNED);
    assert_int_equal(list[0].closes_s, 20);
    free(list);

    is_true(store_round_forms(s->store, "2025-10", &pinned, &count, &e), &e);
    assert_int_equal(count, 2);
    assert_string_equal(pinned[0].id, "grundskola-4-6");
    assert_string_equal(pinned[1].id, "grundskola-7-9");
    assert_string_equal(pinned[1].source, second.source);
    assert_int_equal(pinned[1].source_bytes, second.source_bytes);
    assert_memory_equal(pinned[1].hash, second.hash, FORM_HASH_BYTES);
    pinned_forms_free(pinned, count);
    is_true(store_form_list(s->store, &pinned, &count, &e), &e);
    assert_int_equal(count, 2);
    pinned_forms_free(pinned, count);
    fails_with(store_round_forms(s->store, "1999-01", &pinned, &count, &e), &e, ERR_NOT_FOUND);

    is_true(store_round_set_times(s->store, "2025-10", 30, 40, &e), &e);
    is_true(store_round_get(s->store, "2025-10", &r, &e), &e);
    assert_int_equal(r.opens_s, 30);
    assert_int_equal(r.closes_s, 40);
    fails_with(store_round_set_times(s->store, "2025-10", 30, 30, &e), &e, ERR_INPUT);
    scene_form_fini(&second);
}

static void test_round_states(void **state)
{
    static const bool may[4][4] = {
        [ROUND_PLANNED] = {[ROUND_OPEN] = true, [ROUND_CLOSED] = true},
        [ROUND_OPEN] = {[ROUND_CLOSED] = true},
        [ROUND_CLOSED] = {[ROUND_OPEN] = true},
    };
    struct scene *s = *state;
    const struct form *forms[] = {&s->form};
    struct err e = ERR_INIT;
    unsigned month = 0;

    for (int from = ROUND_PLANNED; from <= ROUND_SEALED; from++)
        for (int to = ROUND_PLANNED; to <= ROUND_SEALED; to++) {
            struct round r = {.opens_s = 1, .closes_s = 2};

            month++;
            (void)snprintf(r.code, sizeof r.code, "20%02u-%02u", (30 + month / 12) % 100, 1 + month % 12);
            is_true(store_round_add(s->store, &r, forms, 1, &e), &e);
            if (from != ROUND_PLANNED)
                is_true(store_round_set_state(s->store, r.code,
                                              from == ROUND_OPEN ? ROUND_OPEN : ROUND_CLOSED, &e),
                        &e);
            if (from == ROUND_SEALED)
                is_true(store_round_seal(s->store, r.code, &e), &e);
            if (may[from][to])
                is_true(store_round_set_state(s->store, r.code, (enum round_state)to, &e), &e);
            else
                fails_with(store_round_set_state(s->store, r.code, (enum round_state)to, &e), &e, ERR_STATE);
            is_true(store_round_get(s->store, r.code, &r, &e), &e);
            assert_int_equal(r.state, may[from][to] ? to : from);
        }
}

/* What was looked at stays as it is: closed until it is sealed. */
static void test_looked_at(void **state)
{
    struct scene *s = *state;
    struct err e = ERR_INIT;

    fails_with(store_round_look(s->store, "2026-10", &e), &e, ERR_STATE); /* planned */
    scene_set_state(s, ROUND_OPEN);
    fails_with(store_round_look(s->store, "2026-10", &e), &e, ERR_STATE);
    fails_with(store_round_look(s->store, "2031-01", &e), &e, ERR_NOT_FOUND);
    scene_set_state(s, ROUND_CLOSED);
    scene_set_state(s, ROUND_OPEN);
    scene_set_state(s, ROUND_CLOSED);
    scene_reopen(s, STORE_READ);
    assert_false(store_round_look(s->store, "2026-10", &e)); /* no look where none can be noted */
    scene_reopen(s, STORE_WRITE);
    is_true(store_round_look(s->store, "2026-10", &e), &e);
    is_true(store_round_look(s->store, "2026-10", &e), &e);
    scene_reopen(s, STORE_WRITE);
    assert_false(store_round_set_state(s->store, "2026-10", ROUND_OPEN, &e));
    assert_non_null(strstr(e.text, "looked at"));
    err_clear(&e);
    is_true(store_round_seal(s->store, "2026-10", &e), &e);
    fails_with(store_round_look(s->store, "2026-10", &e), &e, ERR_STATE);
}

/* The scene's first class, as the round has it. */
static void is_class(struct scene *s, int grade, int enrolled)
{
    struct group *list = NULL;
    size_t count = 0;
    bool found = false;
    struct err e = ERR_INIT;

    is_true(store_round_groups(s->store, "2026-10", &list, &count, &e), &e);
    assert_int_equal(count, SCENE_GROUPS);
    for (size_t i = 0; i < count; i++) {
        if (list[i].id != s->group[0])
            continue;
        found = true;
        assert_int_equal(list[i].grade, grade);
        assert_int_equal(list[i].enrolled, enrolled);
    }
    assert_true(found);
    free(list);
}

static void put_again(struct scene *s, int grade, int enrolled)
{
    struct group g;
    enum store_change change;
    struct err e = ERR_INIT;

    is_true(store_group_get(s->store, s->group[0], &g, &e), &e);
    g.grade = grade;
    g.enrolled = enrolled;
    is_true(store_group_put(s->store, &g, &change, &e), &e);
    assert_int_equal(change, STORE_CHANGED);
}

/* A class keeps its grade from the look on; how many there are in it can be put right until sealing. */
static void test_classes_looked_at(void **state)
{
    struct scene *s = *state;
    struct err e = ERR_INIT;

    scene_set_state(s, ROUND_CLOSED);
    put_again(s, 5, 31);
    is_class(s, 5, 31);
    is_true(store_round_look(s->store, "2026-10", &e), &e);
    put_again(s, 6, 32);
    is_class(s, 5, 32);
    is_true(store_round_look(s->store, "2026-10", &e), &e);
    is_true(store_round_seal(s->store, "2026-10", &e), &e);
    put_again(s, 7, 33);
    is_class(s, 5, 32);
}

static void test_access(void **state)
{
    struct scene *s = *state;
    struct err e = ERR_INIT;
    struct access a = {.code = "AAAACCCC", .round = "2026-10", .unit_code = "eken"};
    struct access got;
    struct access *list = NULL;
    size_t count = 0;

    memcpy(a.form_hash, s->form.hash, FORM_HASH_BYTES);
    a.group_id = s->group[1];
    is_true(store_access_add(s->store, &a, &e), &e);
    fails_with(store_access_add(s->store, &a, &e), &e, ERR_CONFLICT);
    (void)snprintf(a.code, sizeof a.code, "DDDDEEEE");
    a.group_id = 0;
    is_true(store_access_add(s->store, &a, &e), &e);
    is_true(store_access_find(s->store, "DDDDEEEE", &got, &e), &e);
    assert_memory_equal(&got, &a, sizeof a);
    fails_with(store_access_find(s->store, "FFFFFFFF", &got, &e), &e, ERR_NOT_FOUND);

    (void)snprintf(a.code, sizeof a.code, "GGGGHHHH");
    a.group_id = s->group[2]; /* of the other unit */
    fails_with(store_access_add(s->store, &a, &e), &e, ERR_INPUT);
    a.group_id = 0;
    a.form_hash[0] ^= 1;
    fails_with(store_access_add(s->store, &a, &e), &e, ERR_NOT_FOUND);

    is_true(store_access_list(s->store, "2026-10", &list, &count, &e), &e);
    assert_int_equal(count, 2);
    assert_int_equal(list[0].group_id, 0);
    assert_int_equal(list[1].group_id, s->group[1]);
    free(list);

    fails_with(store_access_remove(s->store, "FFFFFFFF", &e), &e, ERR_NOT_FOUND);
    is_true(store_access_remove(s->store, "AAAACCCC", &e), &e);
    fails_with(store_access_find(s->store, "AAAACCCC", &got, &e), &e, ERR_NOT_FOUND);
    scene_set_state(s, ROUND_OPEN);
    fails_with(store_access_remove(s->store, "DDDDEEEE", &e), &e, ERR_STATE);
    is_true(store_access_find(s->store, "DDDDEEEE", &got, &e), &e);
}

/* A serving process sees what commands change, and can try whether writing works without changing anything.
 */
static void test_watch(void **state)
{
    struct scene *s = *state;
    struct err e = ERR_INIT;
    struct store *other = NULL;
    int64_t before = 0;
    int64_t after = 0;
    char *name = NULL;

    is_true(store_open(s->address, STORE_WRITE, &other, &e), &e);
    is_true(store_data_version(s->store, &before, &e), &e);
    is_true(store_probe(s->store, &e), &e);
    is_true(store_data_version(s->store, &after, &e), &e);
    assert_int_equal(before, after); /* its own commits do not count */
    is_true(store_setting_put(other, "public_url", "https://a.example", &e), &e);
    is_true(store_data_version(s->store, &after, &e), &e);
    assert_int_not_equal(before, after);
    is_true(store_organisation(s->store, &name, &e), &e);
    assert_true(name[0] != '\0');
    free(name);

    is_true(store_begin(other, &e), &e); /* writing is not possible while another one writes */
    fails_with(store_probe(s->store, &e), &e, ERR_BUSY);
    store_rollback(other);
    is_true(store_probe(s->store, &e), &e);
    store_close(other);
}

static void test_transactions(void **state)
{
    struct scene *s = *state;
    struct err e = ERR_INIT;
    struct store *other = NULL;
    struct response_count *counts = NULL;
    size_t count = 0;

    scene_set_state(s, ROUND_OPEN);
    is_true(store_open(s->address, STORE_READ, &other, &e), &e);
    is_true(store_begin(s->store, &e), &e);
    fails_with(store_begin(s->store, &e), &e, ERR_BUG);
    assert_int_equal(scene_put(s, 1, s->group[0]), SUBMISSION_ADDED);
    is_true(store_response_counts(other, "2026-10", &counts, &count, &e), &e);
    assert_int_equal(count, 0); /* not to be seen before the commit */
    free(counts);
    store_rollback(s->store);
    assert_int_equal(scene_put(s, 1, s->group[0]), SUBMISSION_ADDED);
    is_true(store_response_counts(other, "2026-10", &counts, &count, &e), &e);
    assert_int_equal(count, 1);
    free(counts);
    store_close(other);
}

/* A round that is taken back leaves nothing behind that the next one of that name would trip over. */
static void test_round_taken_back(void **state)
{
    struct scene *s = *state;
    struct form second;
    const struct form *first_try[] = {&s->form};
    const struct form *second_try[] = {&second};
    const struct round r = {.code = "2027-01", .opens_s = 1, .closes_s = 2};
    uint8_t nonce[SUBMISSION_NONCE_BYTES] = {0};
    uint8_t answers[9] = {1};
    struct submission sub = {.round = "2027-01",
                             .group_id = s->group[0],
                             .form_hash = second.hash,
                             .nonce = nonce,
                             .answers = answers,
                             .questions = 9};
    enum submission_outcome outcome;
    struct err e = ERR_INIT;

    scene_form(&second, "grundskola-7-9", 9);
    is_true(store_begin(s->store, &e), &e);
    is_true(store_round_add(s->store, &r, first_try, 1, &e), &e);
    is_true(store_round_set_state(s->store, "2027-01", ROUND_OPEN, &e), &e);
    fails_with(store_response_put(s->store, &sub, &outcome, &e), &e, ERR_NOT_FOUND);
    store_rollback(s->store);
    is_true(store_round_add(s->store, &r, second_try, 1, &e), &e);
    is_true(store_round_set_state(s->store, "2027-01", ROUND_OPEN, &e), &e);
    is_true(store_response_put(s->store, &sub, &outcome, &e), &e);
    assert_int_equal(outcome, SUBMISSION_ADDED);
    scene_form_fini(&second);
}

static void test_serve_lock(void **state)
{
    struct scene *s = *state;
    struct store *other = NULL;
    struct err e = ERR_INIT;

    is_true(store_serve_lock(s->store, &e), &e);
    is_true(store_serve_lock(s->store, &e), &e);
    is_true(store_open(s->address, STORE_WRITE, &other, &e), &e);
    fails_with(store_serve_lock(other, &e), &e, ERR_CONFLICT);
    store_close(s->store);
    s->store = NULL;
    is_true(store_serve_lock(other, &e), &e);
    store_close(other);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, scene_begin, scene_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_create),       TEST(test_settings),          TEST(test_units),      TEST(test_groups),
        TEST(test_successions),  TEST(test_targets),           TEST(test_rounds),     TEST(test_round_states),
        TEST(test_looked_at),    TEST(test_classes_looked_at), TEST(test_access),     TEST(test_watch),
        TEST(test_transactions), TEST(test_round_taken_back),  TEST(test_serve_lock),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
