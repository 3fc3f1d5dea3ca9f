/*
 * Goal: a store keeps what store.h promises of answers, from the page to the sealed block and the backup,
 * whatever driver stands behind it. Only the interface is used, so that another backend can be run through
 * it: TLD_TEST_STORE=address test_store_answers.
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

/* ---- looking at blocks ---- */

struct seen {
    size_t blocks, persons;
    uint64_t count[4096]; /* of each answer vector */
    int64_t group[64];
    char round[64][ROUND_CODE_BYTES];
    size_t responses[64];
    uint8_t form_hash[FORM_HASH_BYTES];
};

static bool look(const struct block *b, void *arg, struct err *e)
{
    struct seen *seen = arg;

    (void)e;
    assert_true(b->questions == SCENE_QUESTIONS);
    for (size_t i = 0; i < b->responses; i++) {
        uint64_t n = 0;

        for (size_t q = b->questions; q-- > 0;)
            n = 4 * n + b->answers[q * b->stride + i] - 1;
        assert_true(n < 4096);
        seen->count[n]++;
    }
    memcpy(seen->form_hash, b->form_hash, FORM_HASH_BYTES);
    memcpy(seen->round[seen->blocks], b->round, ROUND_CODE_BYTES);
    seen->group[seen->blocks] = b->group_id;
    seen->responses[seen->blocks] = b->responses;
    seen->blocks++;
    seen->persons += b->responses;
    return true;
}

/* Only the answers: there is no room for as many blocks. */
static bool look_again(const struct block *b, void *arg, struct err *e)
{
    struct seen *seen = arg;

    seen->blocks = 0;
    return look(b, arg, e);
}

static bool stop(const struct block *b, void *arg, struct err *e)
{
    (void)b;
    ++*(int *)arg;
    return err_set(e, ERR_INPUT, "enough of this");
}

/* ---- tests ---- */

static void test_response_once(void **state)
{
    struct scene *s = *state;
    struct err e = ERR_INIT;
    uint8_t nonce[SUBMISSION_NONCE_BYTES];
    bool exists = true;

    assert_int_equal(scene_put(s, 7, s->group[0]), SUBMISSION_ROUND_CLOSED); /* planned */
    scene_set_state(s, ROUND_OPEN);
    assert_int_equal(scene_put(s, 7, s->group[0]), SUBMISSION_ADDED);
    assert_int_equal(scene_put(s, 7, s->group[0]), SUBMISSION_REPEATED);
    assert_int_equal(scene_put(s, 7, s->group[3]), SUBMISSION_REPEATED); /* another class, the same page */
    scene_reopen(s, STORE_WRITE);
    assert_int_equal(scene_put(s, 7, s->group[0]), SUBMISSION_REPEATED);
    scene_set_state(s, ROUND_CLOSED);
    assert_int_equal(scene_put(s, 7, s->group[0]), SUBMISSION_REPEATED); /* still gets its "Tack" */
    assert_int_equal(scene_put(s, 8, s->group[0]), SUBMISSION_ROUND_CLOSED);
    scene_nonce(7, nonce);
    is_true(store_response_exists(s->store, "2026-10", nonce, &exists, &e), &e);
    assert_true(exists);
    scene_nonce(8, nonce);
    is_true(store_response_exists(s->store, "2026-10", nonce, &exists, &e), &e);
    assert_false(exists);
    scene_set_state(s, ROUND_OPEN);
    assert_int_equal(scene_put(s, 8, s->group[0]), SUBMISSION_ADDED);
}

static void test_response_refused(void **state)
{
    struct scene *s = *state;
    struct err e = ERR_INIT;
    uint8_t nonce[SUBMISSION_NONCE_BYTES] = {0};
    uint8_t hash[FORM_HASH_BYTES] = {0};
    uint8_t answers[SCENE_QUESTIONS] = {0};
    const struct submission good = {.round = "2026-10",
                                    .group_id = s->group[0],
                                    .form_hash = s->form.hash,
                                    .nonce = nonce,
                                    .answers = answers,
                                    .questions = SCENE_QUESTIONS};
    struct submission bad;
    struct response_count *counts = NULL;
    size_t count = 1;
    enum submission_outcome outcome;

    scene_set_state(s, ROUND_OPEN);
    is_true(store_begin(s->store, &e), &e);
    bad = good;
    bad.round = "2026-11";
    fails_with(store_response_put(s->store, &bad, &outcome, &e), &e, ERR_NOT_FOUND);
    bad = good;
    bad.group_id = 4711;
    fails_with(store_response_put(s->store, &bad, &outcome, &e), &e, ERR_NOT_FOUND);
    bad = good;
    bad.form_hash = hash;
    fails_with(store_response_put(s->store, &bad, &outcome, &e), &e, ERR_NOT_FOUND);
    bad = good;
    bad.questions = SCENE_QUESTIONS - 1;
    fails_with(store_response_put(s->store, &bad, &outcome, &e), &e, ERR_INPUT);
    is_true(store_commit(s->store, &e), &e);
    is_true(store_response_counts(s->store, "2026-10", &counts, &count, &e), &e);
    assert_int_equal(count, 0);
    free(counts);
}

/* A round that closes in another process between two transactions takes nothing more. */
static void test_close_meanwhile(void **state)
{
    struct scene *s = *state;
    struct store *other = NULL;
    struct err e = ERR_INIT;

    scene_set_state(s, ROUND_OPEN);
    is_true(store_open(s->address, STORE_WRITE, &other, &e), &e);
    is_true(store_begin(s->store, &e), &e);
    assert_int_equal(scene_put(s, 1, s->group[0]), SUBMISSION_ADDED);
    is_true(store_commit(s->store, &e), &e);
    is_true(store_round_set_state(other, "2026-10", ROUND_CLOSED, &e), &e);
    is_true(store_begin(s->store, &e), &e);
    assert_int_equal(scene_put(s, 2, s->group[0]), SUBMISSION_ROUND_CLOSED);
    is_true(store_commit(s->store, &e), &e);
    is_true(store_round_seal(other, "2026-10", &e), &e);
    assert_int_equal(scene_put(s, 1, s->group[0]), SUBMISSION_ROUND_CLOSED);
    store_close(other);
}

/* What was answered comes out: live, and after sealing. */
static void test_seal(void **state)
{
    enum { PERSONS = 400 };
    struct scene *s = *state;
    struct err e = ERR_INIT;
    struct seen *seen = mem_alloc(1, sizeof *seen);
    struct response_count *counts = NULL;
    struct round r;
    size_t count = 0;
    uint8_t nonce[SUBMISSION_NONCE_BYTES];
    bool exists = true;

    fails_with(store_round_seal(s->store, "2026-10", &e), &e, ERR_STATE);
    scene_set_state(s, ROUND_OPEN);
    fails_with(store_round_seal(s->store, "2026-10", &e), &e, ERR_STATE);
    is_true(store_begin(s->store, &e), &e);
    for (uint64_t i = 0; i < PERSONS; i++)
        assert_int_equal(scene_put(s, i, s->group[i % 3]), SUBMISSION_ADDED);
    is_true(store_commit(s->store, &e), &e);

    is_true(store_open_each(s->store, "2026-10", look, seen, &e), &e);
    assert_int_equal(seen->blocks, 3);
    assert_int_equal(seen->persons, PERSONS);
    is_true(store_block_each(s->store, NULL, look, seen, &e), &e);
    assert_int_equal(seen->blocks, 3); /* nothing is sealed yet */

    scene_seal(s);
    memset(seen, 0, sizeof *seen);
    is_true(store_block_each(s->store, "2026-10", look, seen, &e), &e);
    assert_int_equal(seen->blocks, 3);
    assert_memory_equal(seen->form_hash, s->form.hash, FORM_HASH_BYTES);
    for (size_t i = 0; i < 4096; i++)
        assert_int_equal(seen->count[i], i < PERSONS);
    for (size_t i = 0; i < 3; i++) { /* in any order */
        size_t at = 0;

        while (at < seen->blocks && seen->group[at] != s->group[i])
            at++;
        assert_true(at < seen->blocks);
        assert_int_equal(seen->responses[at], PERSONS / 3 + (i < PERSONS % 3));
        assert_string_equal(seen->round[at], "2026-10");
    }
    is_true(store_response_counts(s->store, "2026-10", &counts, &count, &e), &e);
    assert_int_equal(count, 3);
    assert_int_equal(counts[0].responses, PERSONS / 3 + 1);
    assert_memory_equal(counts[0].form_hash, s->form.hash, FORM_HASH_BYTES);
    free(counts);

    fails_with(store_open_each(s->store, "2026-10", look, seen, &e), &e, ERR_STATE);
    assert_int_equal(scene_put(s, 1, s->group[0]), SUBMISSION_ROUND_CLOSED);
    scene_nonce(1, nonce);
    is_true(store_response_exists(s->store, "2026-10", nonce, &exists, &e), &e);
    assert_false(exists);
    is_true(store_round_seal(s->store, "2026-10", &e), &e); /* only compacts once more */
    is_true(store_round_get(s->store, "2026-10", &r, &e), &e);
    assert_int_equal(r.state, ROUND_SEALED);
    free(seen);
}

static void add_block(struct scene *s, int64_t group_id, size_t persons, uint64_t first)
{
    uint8_t *answers = mem_alloc(persons, SCENE_QUESTIONS);
    struct block b = {.round = "2026-10",
                      .group_id = group_id,
                      .responses = persons,
                      .questions = SCENE_QUESTIONS,
                      .answers = answers};
    struct err e = ERR_INIT;

    memcpy(b.form_hash, s->form.hash, FORM_HASH_BYTES);
    for (size_t i = 0; i < persons; i++) {
        uint8_t one[SCENE_QUESTIONS];

        scene_answers(first + i, one, SCENE_QUESTIONS);
        for (size_t q = 0; q < SCENE_QUESTIONS; q++)
            answers[q * persons + i] = one[q];
    }
    is_true(store_block_add(s->store, &b, &e), &e);
    free(answers);
}

static void test_import(void **state)
{
    struct scene *s = *state;
    struct err e = ERR_INIT;
    struct seen *seen = mem_alloc(1, sizeof *seen);
    uint8_t answers[SCENE_QUESTIONS] = {1};
    struct block b = {.round = "2026-10",
                      .group_id = s->group[0],
                      .responses = 1,
                      .questions = SCENE_QUESTIONS,
                      .answers = answers};
    struct round r;
    int calls = 0;

    memcpy(b.form_hash, s->form.hash, FORM_HASH_BYTES);
    add_block(s, s->group[0], 100, 0);
    is_true(store_round_get(s->store, "2026-10", &r, &e), &e);
    assert_int_equal(r.state, ROUND_SEALED);
    fails_with(store_block_add(s->store, &b, &e), &e, ERR_CONFLICT);
    b.group_id = 4711;
    fails_with(store_block_add(s->store, &b, &e), &e, ERR_NOT_FOUND);
    b.group_id = s->group[1];
    b.questions--;
    fails_with(store_block_add(s->store, &b, &e), &e, ERR_INPUT);
    add_block(s, s->group[3], 31, 100);
    is_true(store_block_each(s->store, NULL, look, seen, &e), &e);
    assert_int_equal(seen->blocks, 2);
    for (size_t i = 0; i < 4096; i++)
        assert_int_equal(seen->count[i], i < 131);

    fails_with(store_block_each(s->store, NULL, stop, &calls, &e), &e, ERR_INPUT);
    assert_int_equal(calls, 1);

    memset(seen, 0, sizeof *seen);
    for (unsigned part = 0; part < 3; part++)
        is_true(store_block_each_part(s->store, NULL, part, 3, look, seen, &e), &e);
    assert_int_equal(seen->blocks, 2);
    assert_int_equal(seen->persons, 131);
    free(seen);
}

/* Classes of all sizes, in any order: as many rows of the store as it takes. */
static void test_import_many(void **state)
{
    enum { CLASSES = 60 };
    struct scene *s = *state;
    struct seen *seen = mem_alloc(1, sizeof *seen);
    struct response_count *counts = NULL;
    struct err e = ERR_INIT;
    size_t persons = 0, count = 0;

    for (size_t i = 0; i < CLASSES; i++) {
        const size_t number = i * 37 % CLASSES, size = number % 11 == 0 ? 300 : 1 + number * 13 % 40;
        struct group g = {.unit_code = "eken", .school_year = 2026, .enrolled = 30};
        enum store_change change;

        (void)snprintf(g.name, sizeof g.name, "%02zu", number);
        is_true(store_group_put(s->store, &g, &change, &e), &e);
        is_true(store_group_find(s->store, "eken", 2026, g.name, &g, &e), &e);
        seen->group[number] = g.id;
        seen->responses[number] = size;
    }
    for (size_t i = 0; i < CLASSES; i++) {
        const size_t number = i * 17 % CLASSES;

        add_block(s, seen->group[number], seen->responses[number], persons);
        persons += seen->responses[number];
    }
    assert_true(persons < 4096);
    is_true(store_response_counts(s->store, "2026-10", &counts, &count, &e), &e);
    assert_int_equal(count, CLASSES);
    for (size_t i = 0; i < CLASSES; i++) {
        size_t number = 0;

        while (seen->group[number] != counts[i].group_id)
            number++;
        assert_int_equal(counts[i].responses, seen->responses[number]);
    }
    memset(seen, 0, sizeof *seen);
    is_true(store_block_each(s->store, "2026-10", look, seen, &e), &e);
    assert_int_equal(seen->blocks, CLASSES);
    for (size_t i = 0; i < 4096; i++)
        assert_int_equal(seen->count[i], i < persons);
    for (size_t part = 0; part < 3; part++) /* on top: each once more */
        is_true(store_block_each_part(s->store, "2026-10", (unsigned)part, 3, look_again, seen, &e), &e);
    for (size_t i = 0; i < 4096; i++)
        assert_int_equal(seen->count[i], i < persons ? 2 : 0);
    free(counts);
    free(seen);
}

/* What becomes of a class after a round does not change the round: rates and grades are those of its time. */
static void test_round_groups(void **state)
{
    struct scene *s = *state;
    struct err e = ERR_INIT;
    struct group *list = NULL;
    size_t count = 0;
    struct group g;
    struct group late;
    int was;
    enum store_change change;

    is_true(store_group_get(s->store, s->group[0], &g, &e), &e);
    was = g.enrolled;
    g.enrolled = was + 1;
    is_true(store_group_put(s->store, &g, &change, &e), &e);
    is_true(store_round_groups(s->store, "2026-10", &list, &count, &e), &e);
    assert_int_equal(count, SCENE_GROUPS);
    assert_int_equal(list[0].enrolled, was + 1); /* not sealed: as it is now */
    free(list);

    scene_set_state(s, ROUND_OPEN);
    scene_seal(s);
    g.enrolled = was + 7;
    g.grade++;
    is_true(store_group_put(s->store, &g, &change, &e), &e);
    assert_int_equal(change, STORE_CHANGED);
    late = g;
    late.id = 0;
    (void)snprintf(late.name, sizeof late.name, "late");
    is_true(store_group_put(s->store, &late, &change, &e), &e);
    is_true(store_round_groups(s->store, "2026-10", &list, &count, &e), &e);
    assert_int_equal(count, SCENE_GROUPS);
    for (size_t i = 0; i < count; i++) {
        if (list[i].id == g.id) {
            assert_int_equal(list[i].enrolled, was + 1);
            assert_int_equal(list[i].grade, g.grade - 1);
            assert_string_equal(list[i].name, g.name);
        }
    }
    free(list);

    is_true(store_group_find(s->store, late.unit_code, late.school_year, "late", &late, &e), &e);
    add_block(s, late.id, 3, 0); /* earlier answers of a class that was missing */
    is_true(store_round_groups(s->store, "2026-10", &list, &count, &e), &e);
    assert_int_equal(count, SCENE_GROUPS + 1);
    free(list);
    fails_with(store_round_groups(s->store, "2030-10", &list, &count, &e), &e, ERR_NOT_FOUND);
}

static void test_import_into_open(void **state)
{
    struct scene *s = *state;
    struct err e = ERR_INIT;
    uint8_t answers[SCENE_QUESTIONS] = {1};
    struct block b = {.round = "2026-10",
                      .group_id = s->group[0],
                      .responses = 1,
                      .questions = SCENE_QUESTIONS,
                      .answers = answers};

    memcpy(b.form_hash, s->form.hash, FORM_HASH_BYTES);
    scene_set_state(s, ROUND_OPEN);
    fails_with(store_block_add(s->store, &b, &e), &e, ERR_STATE);
    scene_set_state(s, ROUND_CLOSED);
    fails_with(store_block_add(s->store, &b, &e), &e, ERR_STATE);
}

static void test_tally(void **state)
{
    struct scene *s = *state;
    struct err e = ERR_INIT;
    void *bytes = NULL;
    size_t count = 0;

    fails_with(store_tally_put(s->store, "2026-10", s->form.hash, 1, "abc", 3, &e), &e, ERR_STATE);
    add_block(s, s->group[0], 10, 0);
    is_true(store_tally_put(s->store, "2026-10", s->form.hash, 1, "abc", 3, &e), &e);
    is_true(store_tally_put(s->store, "2026-10", s->form.hash, 1, "defg", 4, &e), &e);
    is_true(store_tally_get(s->store, "2026-10", s->form.hash, 1, &bytes, &count, &e), &e);
    assert_int_equal(count, 4);
    assert_memory_equal(bytes, "defg", 4);
    free(bytes);
    is_true(store_tally_get(s->store, "2026-10", s->form.hash, 2, &bytes, &count, &e), &e);
    assert_null(bytes);
    add_block(s, s->group[1], 10, 0); /* what was counted is no longer all */
    is_true(store_tally_get(s->store, "2026-10", s->form.hash, 1, &bytes, &count, &e), &e);
    assert_null(bytes);
}

static void test_backup(void **state)
{
    struct scene *s = *state;
    struct err e = ERR_INIT;
    struct seen *seen = mem_alloc(1, sizeof *seen);
    char *copy = mem_printf("%s/copy.db", s->folder);
    struct round r;

    scene_set_state(s, ROUND_OPEN);
    for (uint64_t i = 0; i < 10; i++)
        assert_int_equal(scene_put(s, i, s->group[0]), SUBMISSION_ADDED);
    is_true(store_backup(s->store, copy, &e), &e);
    fails_with(store_backup(s->store, copy, &e), &e, ERR_CONFLICT);
    for (uint64_t i = 10; i < 20; i++)
        assert_int_equal(scene_put(s, i, s->group[0]), SUBMISSION_ADDED);
    scene_seal(s);

    fails_with(store_restore(s->address, copy, &e), &e, ERR_BUSY); /* we have it open */
    is_true(store_serve_lock(s->store, &e), &e);
    fails_with(store_restore(s->address, copy, &e), &e, ERR_CONFLICT);
    store_close(s->store);
    s->store = NULL;
    is_true(store_restore(s->address, copy, &e), &e);
    is_true(store_open(s->address, STORE_WRITE, &s->store, &e), &e);
    is_true(store_round_get(s->store, "2026-10", &r, &e), &e);
    assert_int_equal(r.state, ROUND_OPEN);
    is_true(store_open_each(s->store, "2026-10", look, seen, &e), &e);
    for (size_t i = 0; i < 4096; i++)
        assert_int_equal(seen->count[i], i < 10);
    assert_int_equal(scene_put(s, 30, s->group[0]), SUBMISSION_ADDED);
    scene_seal(s);
    memset(seen, 0, sizeof *seen);
    is_true(store_block_each(s->store, NULL, look, seen, &e), &e);
    assert_int_equal(seen->persons, 11);
    free(copy);
    free(seen);
}

static void set_bytes(const char *path, long at, const char *bytes)
{
    FILE *f = fopen(path, "r+b");

    assert_non_null(f);
    assert_int_equal(fseek(f, at, SEEK_SET), 0);
    (void)fputs(bytes, f);
    (void)fclose(f);
}

/* What is not a whole backup of this store leaves the store as it is. */
static void test_restore_refused(void **state)
{
    struct scene *s = *state;
    struct scene other;
    struct err e = ERR_INIT;
    char *copy = mem_printf("%s/copy.db", s->folder);
    char *foreign = mem_printf("%s/foreign.db", s->folder);
    char *none = mem_printf("%s/none.db", s->folder);
    char *name = NULL;

    scene_reopen(s, STORE_READ); /* a handle that only reads can make a backup too */
    is_true(store_backup(s->store, copy, &e), &e);
    scene_init(&other);
    is_true(store_backup(other.store, foreign, &e), &e);
    scene_fini(&other);
    store_close(s->store);
    s->store = NULL;
    fails_with(store_restore(s->address, none, &e), &e, ERR_NOT_FOUND);
    fails_with(store_restore(s->address, foreign, &e), &e, ERR_STATE); /* another key */
    set_bytes(copy, 8192, "damaged by a disk that is about to die, damaged by a disk that is about to die");
    fails_with(store_restore(s->address, copy, &e), &e, ERR_STATE);
    assert_int_equal(truncate(copy, 8192 + 4000), 0);
    fails_with(store_restore(s->address, copy, &e), &e, ERR_STATE);
    set_bytes(copy, 0, "not a store at all");
    fails_with(store_restore(s->address, copy, &e), &e, ERR_STATE);
    is_true(store_open(s->address, STORE_WRITE, &s->store, &e), &e);
    is_true(store_organisation(s->store, &name, &e), &e);
    assert_string_equal(name, "Exempelkommun");
    free(name);
    free(none);
    free(foreign);
    free(copy);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, scene_begin, scene_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_response_once), TEST(test_response_refused), TEST(test_close_meanwhile),
        TEST(test_seal),          TEST(test_import),           TEST(test_import_many),
        TEST(test_round_groups),  TEST(test_import_into_open), TEST(test_tally),
        TEST(test_backup),        TEST(test_restore_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
