/*
 * Goal: a disk that is full, a sync that fails and a store that another process holds each give an error that
 * says what to do, lose nothing that was acknowledged, and leave a store that goes on once the fault is gone.
 */

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "tests/support/fault_vfs.h"
#include "tests/support/store_check.h"
#include "tests/support/store_scene.h"

enum { BATCH = 60 };

static int begin(void **state)
{
    struct scene *s = mem_alloc(1, sizeof *s);
    struct err e = ERR_INIT;

    fault_reset();
    scene_init(s);
    if (!store_round_set_state(s->store, "2026-10", ROUND_OPEN, &e))
        return -1;
    *state = s;
    return 0;
}

static int end(void **state)
{
    scene_fini(*state);
    fault_reset();
    free(*state);
    return 0;
}

/* Persons first..first+BATCH-1 in one transaction; false when it could not be committed. */
static bool put_batch(struct scene *s, uint64_t first, struct err *e)
{
    if (!store_begin(s->store, e))
        return false;
    for (uint64_t i = first; i < first + BATCH; i++) {
        uint8_t nonce[SUBMISSION_NONCE_BYTES];
        uint8_t answers[SCENE_QUESTIONS];
        const struct submission sub = {.round = "2026-10",
                                       .group_id = s->group[0],
                                       .form_hash = s->form.hash,
                                       .nonce = nonce,
                                       .answers = answers,
                                       .questions = SCENE_QUESTIONS};
        enum submission_outcome outcome;

        scene_nonce(i, nonce);
        scene_answers(i, answers, SCENE_QUESTIONS);
        if (!store_response_put(s->store, &sub, &outcome, e)) {
            store_rollback(s->store);
            return false;
        }
    }
    return store_commit(s->store, e);
}

static size_t persons(struct scene *s)
{
    struct response_count *counts = NULL;
    size_t count = 0;
    size_t sum = 0;
    struct err e = ERR_INIT;

    is_true(store_response_counts(s->store, "2026-10", &counts, &count, &e), &e);
    for (size_t i = 0; i < count; i++)
        sum += (size_t)counts[i].responses;
    free(counts);
    return sum;
}

/* ---- the full disk ---- */

static void test_disk_full(void **state)
{
    struct scene *s = *state;
    struct err e = ERR_INIT;
    bool done = false;
    unsigned refused = 0;

    is_true(put_batch(s, 0, &e), &e);
    for (unsigned at = 1; !done; at++) {
        uint64_t first = (uint64_t)at * BATCH;

        fault_full_from(at);
        done = put_batch(s, first, &e);
        fault_full_from(0);
        if (!done) {
            refused++;
            assert_int_equal(e.kind, ERR_LIMIT);
            assert_non_null(strstr(e.text, "disk is full"));
            err_clear(&e);
            scene_reopen(s, STORE_WRITE);
        }
        assert_int_equal(persons(s), (size_t)(done ? at + 1 : at) * BATCH);
        is_true(put_batch(s, first, &e), &e); /* the browsers send again */
        assert_int_equal(persons(s), (size_t)(at + 1) * BATCH);
    }
    assert_true(refused > 3);
}

/* The collector asks once a second whether there is room again: that must be a real write. */
static void test_disk_full_probe(void **state)
{
    struct scene *s = *state;
    struct err e = ERR_INIT;

    is_true(store_probe(s->store, &e), &e);
    fault_full_from(1);
    assert_false(store_probe(s->store, &e));
    assert_int_equal(e.kind, ERR_LIMIT);
    err_clear(&e);
    fault_full_from(0);
    scene_reopen(s, STORE_WRITE);
    is_true(store_probe(s->store, &e), &e);
}

static void test_disk_full_sealing(void **state)
{
    struct scene *s = *state;
    struct err e = ERR_INIT;
    struct round r;
    unsigned refused = 0;
    bool done = false;

    is_true(put_batch(s, 0, &e), &e);
    is_true(store_round_set_state(s->store, "2026-10", ROUND_CLOSED, &e), &e);
    for (unsigned at = 1; !done; at++) {
        fault_full_from(at);
        done = store_round_seal(s->store, "2026-10", &e);
        fault_full_from(0);
        if (!done) {
            refused++;
            assert_int_equal(e.kind, ERR_LIMIT);
            err_clear(&e);
            scene_reopen(s, STORE_WRITE);
        }
        assert_int_equal(persons(s), BATCH);
    }
    is_true(store_round_get(s->store, "2026-10", &r, &e), &e);
    assert_int_equal(r.state, ROUND_SEALED);
    assert_true(refused > 3);
}

static void test_disk_full_backup(void **state)
{
    struct scene *s = *state;
    struct err e = ERR_INIT;
    char *copy = mem_printf("%s/copy.db", s->folder);
    char *left = mem_printf("ls %s | grep -c tmp- >/dev/null", s->folder);

    is_true(put_batch(s, 0, &e), &e);
    fault_full_from(1);
    assert_false(store_backup(s->store, copy, &e));
    assert_int_equal(e.kind, ERR_LIMIT);
    fault_full_from(0);
    assert_int_not_equal(access(copy, F_OK), 0);
    assert_int_not_equal(system(left), 0); /* nothing half-made lies about */
    err_clear(&e);
    is_true(store_backup(s->store, copy, &e), &e);
    free(left);
    free(copy);
}

/* ---- the sync that fails ---- */

static void test_sync_fails(void **state)
{
    struct scene *s = *state;
    struct err e = ERR_INIT;

    is_true(put_batch(s, 0, &e), &e);
    fault_sync_fails_at(1);
    assert_false(put_batch(s, BATCH, &e));
    assert_int_equal(e.kind, ERR_IO);
    err_clear(&e);
    assert_false(put_batch(s, BATCH, &e)); /* never again on this handle */
    assert_int_equal(e.kind, ERR_STATE);
    assert_non_null(strstr(e.text, "open it again"));
    err_clear(&e);
    scene_reopen(s, STORE_WRITE);
    assert_true(persons(s) == BATCH || persons(s) == 2 * BATCH);
    is_true(put_batch(s, BATCH, &e), &e);
    assert_int_equal(persons(s), (size_t)2 * BATCH);
}

/* What a failed sync left in memory looks stored. It may be acknowledged after reopening only because opening
 * wrote it anew: when the power then goes, it is there. */
static void test_sync_fails_then_power(void **state)
{
    struct scene *s = *state;
    struct err e = ERR_INIT;
    int status = 0;
    pid_t child;

    store_close(s->store);
    s->store = NULL;
    child = fork();
    if (child == 0) {
        fault_reset();
        if (!store_open(s->address, STORE_WRITE, &s->store, &e) || !put_batch(s, 0, &e))
            _exit(1);
        fault_sync_fails_at(1);
        if (put_batch(s, BATCH, &e))
            _exit(2);
        store_close(s->store);
        if (!store_open(s->address, STORE_WRITE, &s->store, &e) || !put_batch(s, BATCH, &e))
            _exit(3);
        fault_power_off_at(1, 0);
        (void)put_batch(s, (uint64_t)2 * BATCH, &e);
        _exit(4);
    }
    assert_true(waitpid(child, &status, 0) == child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), FAULT_EXIT);
    fault_reset();
    is_true(store_open(s->address, STORE_WRITE, &s->store, &e), &e);
    assert_int_equal(persons(s), (size_t)2 * BATCH);
}

/* ---- another process holds the store ---- */

static double now_s(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* A process that writes for so long; returns once it does. */
static pid_t held_by_another(struct scene *s, long milliseconds)
{
    const struct timespec time = {.tv_sec = milliseconds / 1000, .tv_nsec = milliseconds % 1000 * 1000000};
    int ready[2];
    char c = 0;
    pid_t child;

    assert_int_equal(pipe(ready), 0);
    child = fork();
    if (child == 0) {
        struct store *own = NULL;
        struct err e = ERR_INIT;

        if (!store_open(s->address, STORE_WRITE, &own, &e) || !store_begin(own, &e) ||
            write(ready[1], &c, 1) != 1)
            _exit(1);
        (void)nanosleep(&time, NULL);
        _exit(0);
    }
    (void)close(ready[1]);
    assert_int_equal(read(ready[0], &c, 1), 1);
    (void)close(ready[0]);
    return child;
}

static void test_locked(void **state)
{
    struct scene *s = *state;
    struct err e = ERR_INIT;
    double began;
    pid_t child;
    int status;

    store_close(s->store); /* a child must not inherit an open store */
    s->store = NULL;
    child = held_by_another(s, 300);
    is_true(store_open(s->address, STORE_WRITE, &s->store, &e), &e);
    is_true(put_batch(s, 0, &e), &e); /* waits that long */
    assert_true(waitpid(child, &status, 0) == child && status == 0);

    store_close(s->store);
    s->store = NULL;
    child = held_by_another(s, 60000);
    is_true(store_open(s->address, STORE_WRITE, &s->store, &e), &e);
    assert_int_equal(persons(s), BATCH); /* reading goes on */
    began = now_s();
    assert_false(put_batch(s, BATCH, &e));
    assert_true(now_s() - began > 4 && now_s() - began < 20);
    assert_int_equal(e.kind, ERR_BUSY);
    assert_non_null(strstr(e.text, "another program holds the store"));
    err_clear(&e);
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_true(waitpid(child, &status, 0) == child);
    is_true(put_batch(s, BATCH, &e), &e); /* the same handle */
    assert_int_equal(persons(s), (size_t)2 * BATCH);
}

/* ---- files that are not a store ---- */

static void write_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    (void)fputs(text, f);
    (void)fclose(f);
}

static void refused(const char *path, enum err_kind kind, const char *says)
{
    struct store *other = NULL;
    struct err e = ERR_INIT;

    assert_false(store_open(path, STORE_WRITE, &other, &e));
    assert_null(other);
    if (e.kind != kind || strstr(e.text, says) == NULL)
        fail_msg("kind %d: %s", e.kind, e.text);
}

static void test_not_a_store(void **state)
{
    struct scene *s = *state;
    char *path = mem_printf("%s/other.db", s->folder);
    char *key = mem_printf("%s.key", s->address);
    char *away = mem_printf("%s.away", key);

    write_file(path, "");
    refused(path, ERR_STATE, "not a store");
    write_file(
        path, "unit_code,unit_name,area,school_forms\n0123456789012345678901234567890123456789012345678901234"
              "5678901234567890123456789012345678901234567890123456789\n");
    refused(path, ERR_STATE, "not a store");
    refused(s->folder, ERR_IO, s->folder);

    store_close(s->store);
    s->store = NULL;
    assert_int_equal(rename(key, away), 0);
    refused(s->address, ERR_STATE, "put your copy of it there");
    write_file(key, "0123456789abcdef0123456789abcdef");
    refused(s->address, ERR_STATE, "belongs to another store");
    write_file(key, "short");
    refused(s->address, ERR_STATE, "not a key file");
    assert_int_equal(rename(away, key), 0);
    scene_reopen(s, STORE_READ);
    free(away);
    free(key);
    free(path);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_disk_full),        TEST(test_disk_full_probe), TEST(test_disk_full_sealing),
        TEST(test_disk_full_backup), TEST(test_sync_fails),      TEST(test_sync_fails_then_power),
        TEST(test_locked),           TEST(test_not_a_store),
    };

    fault_install();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
