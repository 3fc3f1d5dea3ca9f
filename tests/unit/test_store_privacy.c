/*
 * Goal: whoever gets hold of the bytes of a store (file, log, shared memory, backup) finds neither a
 * submission key nor an answer in them while the round is open, and after sealing neither a trace of the
 * single responses nor the order in which they came. Each search is also run where there is something to
 * find.
 */

#define _GNU_SOURCE /* memmem */

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "core/base/mem.h"
#include "core/store/keys.h"
#include "tests/support/store_check.h"
#include "tests/support/store_scene.h"

enum { PERSONS = 300, QUESTIONS = 24, BATCH = 10 };

/* Each person's answers are told apart from everybody else's, and from chance, by 24 random steps. */
struct crowd {
    struct scene scene;
    struct form form;
    uint8_t nonce[PERSONS][SUBMISSION_NONCE_BYTES];
    uint8_t answers[PERSONS][QUESTIONS];
    uint8_t key_hash[PERSONS][SECRET_HASH_BYTES]; /* as the round's hash key makes them */
    struct secret server, hash_key;
};

static void crowd_init(struct crowd *c)
{
    const struct round r = {.code = "2026-11", .opens_s = 1, .closes_s = 2};
    const struct form *forms[] = {&c->form};
    struct err e = ERR_INIT;

    scene_init(&c->scene);
    scene_form(&c->form, "privacy", QUESTIONS);
    is_true(store_round_add(c->scene.store, &r, forms, 1, &e), &e);
    is_true(store_round_set_state(c->scene.store, "2026-11", ROUND_OPEN, &e), &e);
    is_true(keys_server_load(c->scene.address, &c->server, &e), &e);
    is_true(keys_round_load(c->scene.address, "2026-11", &c->hash_key, &e), &e);
    for (size_t i = 0; i < PERSONS; i++) {
        secret_random(c->nonce[i], SUBMISSION_NONCE_BYTES);
        for (size_t q = 0; q < QUESTIONS; q++)
            c->answers[i][q] = (uint8_t)(1 + secret_uniform(4));
        response_key_hash(&c->hash_key, c->nonce[i], c->key_hash[i]);
    }
}

static void crowd_fini(struct crowd *c)
{
    scene_fini(&c->scene);
    scene_form_fini(&c->form);
}

/* Everybody answers in turn, some in each transaction, as the collector's writer does it. */
static void crowd_answers(struct crowd *c)
{
    struct err e = ERR_INIT;
    enum submission_outcome outcome;

    for (size_t i = 0; i < PERSONS; i++) {
        const struct submission sub = {.round = "2026-11",
                                       .group_id = c->scene.group[0],
                                       .form_hash = c->form.hash,
                                       .nonce = c->nonce[i],
                                       .answers = c->answers[i],
                                       .questions = QUESTIONS};

        if (i % BATCH == 0)
            is_true(store_begin(c->scene.store, &e), &e);
        is_true(store_response_put(c->scene.store, &sub, &outcome, &e), &e);
        assert_int_equal(outcome, SUBMISSION_ADDED);
        if (i % BATCH == BATCH - 1)
            is_true(store_commit(c->scene.store, &e), &e);
    }
}

static void crowd_sealed(struct crowd *c)
{
    struct err e = ERR_INIT;

    is_true(store_round_set_state(c->scene.store, "2026-11", ROUND_CLOSED, &e), &e);
    is_true(store_round_seal(c->scene.store, "2026-11", &e), &e);
}

/* ---- searching ---- */

/* All files of a folder, one after the other; `but` (a name's end) is left out. */
static uint8_t *folder_bytes(const char *folder, const char *but, size_t *bytes)
{
    DIR *d = opendir(folder);
    struct dirent *entry;
    uint8_t *all = NULL;

    *bytes = 0;
    assert_non_null(d);
    while ((entry = readdir(d)) != NULL) {
        char *path = mem_printf("%s/%s", folder, entry->d_name);
        size_t n = strlen(path);
        size_t one_bytes = 0;
        uint8_t *one = NULL;

        if (entry->d_name[0] != '.' && (n < strlen(but) || strcmp(path + n - strlen(but), but) != 0))
            one = scene_file(path, &one_bytes);
        if (one_bytes > 0) {
            all = mem_grow(all, *bytes + one_bytes, 1);
            memcpy(all + *bytes, one, one_bytes);
            *bytes += one_bytes;
        }
        free(one);
        free(path);
    }
    (void)closedir(d);
    assert_true(*bytes > 0);
    return all;
}

static bool finds(const uint8_t *all, size_t bytes, const void *what, size_t what_bytes)
{
    return memmem(all, bytes, what, what_bytes) != NULL;
}

static void to_hex(const uint8_t *p, size_t bytes, char *out)
{
    for (size_t i = 0; i < bytes; i++)
        (void)snprintf(out + 2 * i, 3, "%02x", p[i]);
}

/* How many persons left a submission key: the nonce as bytes, in hexadecimal, or as the page's text. */
static size_t keys_in(const struct crowd *c, const uint8_t *all, size_t bytes)
{
    struct secret submission;
    size_t found = 0;

    secret_derive(&c->server, "submission", &submission);
    for (size_t i = 0; i < PERSONS; i++) {
        char hex[2 * SUBMISSION_NONCE_BYTES + 1];
        char text[SUBMISSION_KEY_BYTES];

        to_hex(c->nonce[i], SUBMISSION_NONCE_BYTES, hex);
        submission_key_write(&submission, "AAAACCCC", c->nonce[i], text);
        found += finds(all, bytes, c->nonce[i], SUBMISSION_NONCE_BYTES) || finds(all, bytes, hex, 32) ||
                 finds(all, bytes, text, 21); /* the 21 first letters are the nonce alone */
    }
    return found;
}

/* How many persons' answers stand together, question after question. */
static size_t answers_in(const struct crowd *c, const uint8_t *all, size_t bytes)
{
    size_t found = 0;

    for (size_t i = 0; i < PERSONS; i++)
        found += finds(all, bytes, c->answers[i], QUESTIONS);
    return found;
}

/* How many questions have the answers of 24 persons in a row, in the order in which they came. */
static size_t arrivals_in(const struct crowd *c, const uint8_t *all, size_t bytes)
{
    size_t found = 0;

    for (size_t q = 0; q < QUESTIONS; q++)
        for (size_t first = 0; first + 24 <= PERSONS; first++) {
            uint8_t column[24];

            for (size_t i = 0; i < 24; i++)
                column[i] = c->answers[first + i][q];
            if (finds(all, bytes, column, sizeof column)) {
                found++;
                break;
            }
        }
    return found;
}

static size_t hashes_in(const struct crowd *c, const uint8_t *all, size_t bytes)
{
    size_t found = 0;

    for (size_t i = 0; i < PERSONS; i++)
        found += finds(all, bytes, c->key_hash[i], SECRET_HASH_BYTES);
    return found;
}

/* ---- order ---- */

/* Spearman's rank correlation of two orders of the persons. */
static double correlation(const double *a, const double *b, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++) {
        double rank_a = 0;
        double rank_b = 0;

        for (size_t j = 0; j < n; j++) {
            rank_a += a[j] < a[i];
            rank_b += b[j] < b[i];
        }
        sum += (rank_a - rank_b) * (rank_a - rank_b);
    }
    return 1 - 6 * sum / ((double)n * ((double)n * (double)n - 1));
}

static void arrival(double *out)
{
    for (size_t i = 0; i < PERSONS; i++)
        out[i] = (double)i;
}

/* Where each person's key hash stands first. */
static void places(const struct crowd *c, const uint8_t *all, size_t bytes, double *out)
{
    for (size_t i = 0; i < PERSONS; i++) {
        const uint8_t *at = memmem(all, bytes, c->key_hash[i], SECRET_HASH_BYTES);

        assert_non_null(at);
        out[i] = (double)(at - all);
    }
}

static struct scene_places places_of(const struct crowd *c, double *stands)
{
    return (struct scene_places){
        .answers = c->answers[0], .persons = PERSONS, .questions = QUESTIONS, .place = stands};
}

/* ---- tests ---- */

/* 300 persons: the correlation of unrelated orders has a standard deviation of 0.058. */
static const double UNRELATED = 0.33;

static void test_open_round(void **state)
{
    struct crowd *c = mem_alloc(1, sizeof *c);
    struct err e = ERR_INIT;
    size_t bytes;
    uint8_t *all;
    char *copy;

    (void)state;
    crowd_init(c);
    crowd_answers(c);
    copy = mem_printf("%s/copy.db", c->scene.folder);
    is_true(store_backup(c->scene.store, copy, &e), &e);
    all = folder_bytes(c->scene.folder, ".key", &bytes);
    assert_int_equal(hashes_in(c, all, bytes), PERSONS); /* the search finds what is there */
    assert_int_equal(keys_in(c, all, bytes), 0);
    assert_int_equal(answers_in(c, all, bytes), 0);
    assert_int_equal(arrivals_in(c, all, bytes), 0);
    assert_false(finds(all, bytes, c->server.bytes, SECRET_BYTES));
    assert_false(finds(all, bytes, c->hash_key.bytes, SECRET_BYTES));
    free(all);
    free(copy);
    crowd_fini(c);
    free(c);
}

/* A backup of an open round stands in the order of the hashes, which is no order. The log stands in that of
 * arrival, of rows that nobody can read: there the same measure must notice. */
static void test_backup_order(void **state)
{
    struct crowd *c = mem_alloc(1, sizeof *c);
    struct err e = ERR_INIT;
    double came[PERSONS];
    double stands[PERSONS];
    size_t bytes;
    uint8_t *all;
    char *copy;
    char *log;

    (void)state;
    crowd_init(c);
    crowd_answers(c);
    arrival(came);
    copy = mem_printf("%s/copy.db", c->scene.folder);
    log = mem_printf("%s-wal", c->scene.address);
    is_true(store_backup(c->scene.store, copy, &e), &e);
    all = scene_file(copy, &bytes);
    places(c, all, bytes, stands);
    assert_true(correlation(came, stands, PERSONS) < UNRELATED);
    assert_true(correlation(came, stands, PERSONS) > -UNRELATED);
    free(all);
    all = scene_file(log, &bytes);
    places(c, all, bytes, stands);
    assert_true(correlation(came, stands, PERSONS) > 0.9);
    free(all);
    free(log);
    free(copy);
    crowd_fini(c);
    free(c);
}

/* Pages of the file that hold nothing now but once did (bytes 36–39 of a SQLite file). */
static uint32_t free_pages(const char *path)
{
    size_t bytes;
    uint8_t *all = scene_file(path, &bytes);
    uint32_t count;

    assert_true(bytes > 100);
    count = (uint32_t)all[36] << 24 | (uint32_t)all[37] << 16 | (uint32_t)all[38] << 8 | all[39];
    free(all);
    return count;
}

static void test_sealed_round(void **state)
{
    struct crowd *c = mem_alloc(1, sizeof *c);
    size_t bytes;
    uint8_t *all;
    char *key;

    (void)state;
    crowd_init(c);
    crowd_answers(c);
    crowd_sealed(c);
    key = mem_printf("%s.2026-11.key", c->scene.address);
    assert_int_not_equal(access(key, F_OK), 0);
    all = folder_bytes(c->scene.folder, "nothing is left out", &bytes);
    assert_true(finds(all, bytes, c->server.bytes, SECRET_BYTES)); /* FILE.key is among them */
    assert_false(finds(all, bytes, c->hash_key.bytes, SECRET_BYTES));
    assert_int_equal(hashes_in(c, all, bytes), 0);
    assert_int_equal(keys_in(c, all, bytes), 0);
    assert_int_equal(answers_in(c, all, bytes), 0);
    assert_int_equal(arrivals_in(c, all, bytes), 0);
    assert_int_equal(free_pages(c->scene.address), 0);
    free(all);
    free(key);
    crowd_fini(c);
    free(c);
}

/* All are there, whole, and stand neither as they came nor as their hashes stood. */
static void test_sealed_order(void **state)
{
    struct crowd *c = mem_alloc(1, sizeof *c);
    double stands[PERSONS];
    struct scene_places sealed = places_of(c, stands);
    struct err e = ERR_INIT;
    double came[PERSONS];
    double hash[PERSONS];
    size_t neighbours = 0;

    (void)state;
    crowd_init(c);
    crowd_answers(c);
    crowd_sealed(c);
    is_true(store_block_each(c->scene.store, "2026-11", scene_places_read, &sealed, &e), &e);
    assert_int_equal(sealed.found, PERSONS);
    arrival(came);
    for (size_t i = 0; i < PERSONS; i++) {
        hash[i] = 0;
        for (size_t k = 0; k < 6; k++)
            hash[i] = hash[i] * 256 + c->key_hash[i][k];
        for (size_t j = 0; j < PERSONS; j++)
            neighbours += j == i + 1 && stands[j] == stands[i] + 1;
    }
    assert_true(correlation(came, stands, PERSONS) < UNRELATED);
    assert_true(correlation(came, stands, PERSONS) > -UNRELATED);
    assert_true(correlation(hash, stands, PERSONS) < UNRELATED);
    assert_true(correlation(hash, stands, PERSONS) > -UNRELATED);
    assert_true(neighbours < 12); /* about 1 by chance */
    assert_true(correlation(came, came, PERSONS) > 0.999);
    crowd_fini(c);
    free(c);
}

/* A backup of the open round, kept beyond the sealing: its answers can be read with FILE.key, but nobody gets
 * from a page to its answers any longer. */
static void test_old_backup(void **state)
{
    struct crowd *c = mem_alloc(1, sizeof *c);
    double stands[PERSONS];
    struct scene_places sealed = places_of(c, stands);
    struct err e = ERR_INIT;
    char *copy;
    bool exists = false;

    (void)state;
    crowd_init(c);
    crowd_answers(c);
    copy = mem_printf("%s/copy.db", c->scene.folder);
    is_true(store_backup(c->scene.store, copy, &e), &e);
    is_true(store_response_exists(c->scene.store, "2026-11", c->nonce[0], &exists, &e), &e);
    assert_true(exists);
    crowd_sealed(c);
    store_close(c->scene.store);
    c->scene.store = NULL;
    is_true(store_restore(c->scene.address, copy, &e), &e);
    is_true(store_open(c->scene.address, STORE_WRITE, &c->scene.store, &e), &e);
    is_true(store_open_each(c->scene.store, "2026-11", scene_places_read, &sealed, &e), &e);
    assert_int_equal(sealed.found, PERSONS);
    for (size_t i = 0; i < PERSONS; i++) {
        is_true(store_response_exists(c->scene.store, "2026-11", c->nonce[i], &exists, &e), &e);
        assert_false(exists);
    }
    free(copy);
    crowd_fini(c);
    free(c);
}

/* The program died between the seal's commit and the destroying: whoever opens the store next destroys. */
static void test_seal_broken_off(void **state)
{
    struct crowd *c = mem_alloc(1, sizeof *c);
    struct err e = ERR_INIT;
    struct secret again;
    size_t bytes;
    uint8_t *all;

    (void)state;
    crowd_init(c);
    crowd_answers(c);
    crowd_sealed(c);
    is_true(keys_round_make(c->scene.address, "2026-11", &again, &e), &e); /* as if it were there still */
    store_close(c->scene.store);
    is_true(store_open(c->scene.address, STORE_READ, &c->scene.store, &e), &e);
    assert_true(keys_round_exists(c->scene.address, "2026-11")); /* one who only reads changes nothing */
    store_close(c->scene.store);
    is_true(store_open(c->scene.address, STORE_WRITE, &c->scene.store, &e), &e);
    assert_false(keys_round_exists(c->scene.address, "2026-11"));
    all = folder_bytes(c->scene.folder, ".key", &bytes);
    assert_int_equal(hashes_in(c, all, bytes), 0);
    free(all);
    crowd_fini(c);
    free(c);
}

/* The log can not be emptied while another program reads: the key is destroyed all the same, and the rest is
 * done by the next opening. */
static void test_seal_half_done(void **state)
{
    static const uint8_t zeros[SECRET_BYTES];
    struct crowd *c = mem_alloc(1, sizeof *c);
    struct err e = ERR_INIT;
    struct secret key;
    sqlite3 *reader = NULL;

    (void)state;
    crowd_init(c);
    crowd_answers(c);
    is_true(store_round_set_state(c->scene.store, "2026-11", ROUND_CLOSED, &e), &e);
    assert_int_equal(sqlite3_open(c->scene.address, &reader), SQLITE_OK);
    assert_int_equal(sqlite3_exec(reader, "BEGIN; SELECT count(*) FROM round", NULL, NULL, NULL), SQLITE_OK);
    assert_false(store_round_seal(c->scene.store, "2026-11", &e));
    assert_non_null(strstr(e.text, "its traces remain"));
    err_clear(&e);
    is_true(keys_round_load(c->scene.address, "2026-11", &key, &e), &e);
    assert_memory_equal(key.bytes, zeros, sizeof zeros);
    assert_int_equal(sqlite3_close(reader), SQLITE_OK);
    store_close(c->scene.store);
    is_true(store_open(c->scene.address, STORE_WRITE, &c->scene.store, &e), &e);
    assert_false(keys_round_exists(c->scene.address, "2026-11"));
    crowd_fini(c);
    free(c);
}

/* The same searches in a store that hides nothing: a table of keys and answers, emptied as a naive program
 * would. */
static void test_searches_find(void **state)
{
    struct crowd *c = mem_alloc(1, sizeof *c);
    sqlite3 *db = NULL;
    sqlite3_stmt *st = NULL;
    size_t bytes;
    uint8_t *all;
    char *path;
    uint8_t column[PERSONS];

    (void)state;
    crowd_init(c);
    path = mem_printf("%s/naive.db", c->scene.folder);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(db, "PRAGMA secure_delete = OFF; CREATE TABLE naive (a, b)", NULL, NULL, NULL), 0);
    assert_int_equal(sqlite3_prepare_v2(db, "INSERT INTO naive VALUES (?1, ?2)", -1, &st, NULL), SQLITE_OK);
    for (size_t i = 0; i < PERSONS; i++) {
        char hex[2 * SUBMISSION_NONCE_BYTES + 1];

        to_hex(c->nonce[i], SUBMISSION_NONCE_BYTES, hex);
        column[i] = c->answers[i][0];
        if (i % 2 == 0)
            (void)sqlite3_bind_text(st, 1, hex, -1, SQLITE_TRANSIENT);
        else
            (void)sqlite3_bind_blob(st, 1, c->nonce[i], SUBMISSION_NONCE_BYTES, SQLITE_STATIC);
        (void)sqlite3_bind_blob(st, 2, c->answers[i], QUESTIONS, SQLITE_STATIC);
        assert_int_equal(sqlite3_step(st), SQLITE_DONE);
        (void)sqlite3_reset(st);
    }
    (void)sqlite3_bind_null(st, 1);
    (void)sqlite3_bind_blob(st, 2, column, PERSONS, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(st), SQLITE_DONE);
    (void)sqlite3_finalize(st);
    assert_int_equal(sqlite3_exec(db, "DELETE FROM naive", NULL, NULL, NULL), 0);
    (void)sqlite3_close(db);
    all = scene_file(path, &bytes);
    assert_true(keys_in(c, all, bytes) > PERSONS / 2);
    assert_true(answers_in(c, all, bytes) > PERSONS / 2);
    assert_true(arrivals_in(c, all, bytes) > 0);
    free(all);
    free(path);
    crowd_fini(c);
    free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_open_round),     cmocka_unit_test(test_backup_order),
        cmocka_unit_test(test_sealed_round),   cmocka_unit_test(test_sealed_order),
        cmocka_unit_test(test_old_backup),     cmocka_unit_test(test_seal_broken_off),
        cmocka_unit_test(test_seal_half_done), cmocka_unit_test(test_searches_find),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
