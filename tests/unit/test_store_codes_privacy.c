/*
 * Goal: whoever holds the printed slips and every byte of the store (file, log and backup of the open round;
 * after sealing FILE.key as well) can not tell which one-time code gave which answers: not by a shared value,
 * not by order, not by where rows stand. Each search is also run where there is something to find.
 */

#define _GNU_SOURCE /* memmem */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "core/store/keys.h"
#include "tests/support/store_check.h"
#include "tests/support/store_scene.h"

enum { PERSONS = 240, QUESTIONS = 24 };

struct bytes {
    uint8_t *at;
    size_t count;
};

/* Everything that someone may have copied, and what only the test knows. */
struct crowd {
    struct scene scene;
    struct form form;
    char code[PERSONS][ACCESS_CODE_BYTES];          /* in the order of the slips on their sheets */
    size_t came[PERSONS];                           /* the slip of the one who answered first, second, … */
    uint8_t nonce[PERSONS][SUBMISSION_NONCE_BYTES]; /* by slip, as all below */
    uint8_t answers[PERSONS][QUESTIONS];
    uint8_t code_hash[PERSONS][SECRET_HASH_BYTES], key_hash[PERSONS][SECRET_HASH_BYTES];
    struct secret server, hash_key;
    struct bytes open_log, open_copy, open_file, sealed_file, sealed_log;
};

static struct bytes copied(const struct crowd *c, const char *suffix)
{
    struct bytes b;

    b.at = scene_bytes(&c->scene, suffix, &b.count);
    return b;
}

/* A transaction for each: the worst case, as the log then holds every one by itself. */
static void everybody_answers(struct crowd *c)
{
    struct err e = ERR_INIT;
    enum submission_outcome outcome;

    for (size_t i = 0; i < PERSONS; i++) {
        size_t slip = c->came[i];
        const struct submission sub = {.round = "2026-11",
                                       .group_id = c->scene.group[0],
                                       .form_hash = c->form.hash,
                                       .nonce = c->nonce[slip],
                                       .answers = c->answers[slip],
                                       .questions = QUESTIONS,
                                       .code = c->code[slip]};

        is_true(store_response_put(c->scene.store, &sub, &outcome, &e), &e);
        assert_int_equal(outcome, SUBMISSION_ADDED);
    }
}

static void draw(struct crowd *c)
{
    for (size_t i = 0; i < PERSONS; i++) {
        access_code_make(c->code[i], secret_uniform);
        secret_random(c->nonce[i], SUBMISSION_NONCE_BYTES);
        for (size_t q = 0; q < QUESTIONS; q++)
            c->answers[i][q] = (uint8_t)(1 + secret_uniform(4));
        code_hash(&c->hash_key, c->code[i], c->code_hash[i]);
        response_key_hash(&c->hash_key, c->nonce[i], c->key_hash[i]);
        size_t j = secret_uniform((uint32_t)i + 1);
        c->came[i] = c->came[j];
        c->came[j] = i;
    }
}

static int attack_begin(void **state)
{
    const struct round r = {.code = "2026-11", .opens_s = 1, .closes_s = 2};
    struct crowd *c = mem_alloc(1, sizeof *c);
    const struct form *forms[] = {&c->form};
    struct code_place p = {.round = "2026-11"};
    struct err e = ERR_INIT;
    char *copy;

    scene_init(&c->scene);
    scene_form(&c->form, "codes", QUESTIONS);
    is_true(store_round_add(c->scene.store, &r, forms, 1, &e), &e);
    is_true(store_round_set_state(c->scene.store, "2026-11", ROUND_OPEN, &e), &e);
    is_true(keys_server_load(c->scene.address, &c->server, &e), &e);
    is_true(keys_round_load(c->scene.address, "2026-11", &c->hash_key, &e), &e);
    draw(c);
    p.group_id = c->scene.group[0];
    p.form_hash = c->form.hash;
    is_true(store_codes_add(c->scene.store, &p, (const char(*)[ACCESS_CODE_BYTES])c->code, PERSONS, &e), &e);
    everybody_answers(c);
    copy = mem_printf("%s-copy", c->scene.address);
    is_true(store_backup(c->scene.store, copy, &e), &e);
    free(copy);
    c->open_copy = copied(c, "-copy");
    c->open_log = copied(c, "-wal");
    scene_reopen(&c->scene, STORE_WRITE); /* closing puts the log into the file */
    c->open_file = copied(c, "");
    is_true(store_round_set_state(c->scene.store, "2026-11", ROUND_CLOSED, &e), &e);
    is_true(store_round_seal(c->scene.store, "2026-11", &e), &e);
    c->sealed_file = copied(c, "");
    c->sealed_log = copied(c, "-wal");
    *state = c;
    return 0;
}

static int attack_end(void **state)
{
    struct crowd *c = *state;

    free(c->open_log.at);
    free(c->open_copy.at);
    free(c->open_file.at);
    free(c->sealed_file.at);
    free(c->sealed_log.at);
    scene_fini(&c->scene);
    scene_form_fini(&c->form);
    free(c);
    return 0;
}

static bool finds(const struct bytes *b, const void *what, size_t bytes)
{
    return b->count > 0 && memmem(b->at, b->count, what, bytes) != NULL;
}

enum { HELD = 5 };
static void held(const struct crowd *c, const struct bytes *out[HELD])
{
    out[0] = &c->open_log;
    out[1] = &c->open_copy;
    out[2] = &c->open_file;
    out[3] = &c->sealed_file;
    out[4] = &c->sealed_log;
}

static size_t hashes_in(const struct crowd *c, const struct bytes *b)
{
    size_t found = 0;

    for (size_t i = 0; i < PERSONS; i++)
        found += finds(b, c->code_hash[i], SECRET_HASH_BYTES);
    return found;
}

/* No code stands anywhere, as printed or in another case; the same search finds one that is put there. */
static void test_no_code_is_stored(void **state)
{
    struct crowd *c = *state;
    const struct bytes *all[HELD];

    held(c, all);
    for (size_t i = 0; i < PERSONS; i++) {
        char small[ACCESS_CODE_BYTES];

        for (size_t k = 0; k < ACCESS_CODE_BYTES; k++)
            small[k] =
                c->code[i][k] >= 'A' && c->code[i][k] <= 'Z' ? (char)(c->code[i][k] + 32) : c->code[i][k];
        for (size_t h = 0; h < HELD; h++) {
            assert_false(finds(all[h], c->code[i], ACCESS_CODE_CHARS));
            assert_false(finds(all[h], small, ACCESS_CODE_CHARS));
        }
    }
    memcpy(c->sealed_file.at + c->sealed_file.count / 2, c->code[7], ACCESS_CODE_CHARS);
    assert_true(finds(&c->sealed_file, c->code[7], ACCESS_CODE_CHARS));
}

/*
 * Holding all slips, FILE.key and every copy, one tries each key that can be made of these on each slip. The
 * answers in the old copies do open with FILE.key (that is what a backup is for); no slip leads to a row. The
 * round's hash key would lead to all of them, and it is in none of the copies.
 */
static void test_no_key_leads_from_slip_to_row(void **state)
{
    static const char *const purposes[] = {"code", "round", "submission", "answers"};
    struct crowd *c = *state;
    const struct bytes *all[HELD];
    struct secret tried[6] = {c->server, {.bytes = {0}}};
    uint8_t hash[32];

    held(c, all);
    for (size_t k = 0; k < 4; k++)
        secret_derive(&c->server, purposes[k], &tried[2 + k]);
    for (size_t h = 0; h < HELD; h++) {
        assert_false(finds(all[h], c->hash_key.bytes, SECRET_BYTES));
        for (size_t i = 0; i < PERSONS; i++) {
            secret_digest(c->code[i], ACCESS_CODE_CHARS, hash);
            assert_false(finds(all[h], hash, SECRET_HASH_BYTES));
            for (size_t k = 0; k < 6; k++) {
                code_hash(&tried[k], c->code[i], hash);
                assert_false(finds(all[h], hash, SECRET_HASH_BYTES));
                secret_hash(&tried[k], c->code[i], ACCESS_CODE_CHARS, hash);
                assert_false(finds(all[h], hash, SECRET_HASH_BYTES));
            }
        }
    }
    assert_int_equal(hashes_in(c, &c->open_log), PERSONS);
    assert_int_equal(hashes_in(c, &c->open_copy), PERSONS);
    assert_int_equal(hashes_in(c, &c->open_file), PERSONS);
}

static void test_nothing_after_sealing(void **state)
{
    struct crowd *c = *state;

    assert_int_equal(hashes_in(c, &c->sealed_file), 0);
    assert_int_equal(c->sealed_log.count, 0);
}

/* Spearman's rank correlation of two orders of the persons. */
static double correlation(const double *a, const double *b)
{
    double n = PERSONS;
    double sum = 0;

    for (size_t i = 0; i < PERSONS; i++) {
        double rank_a = 0;
        double rank_b = 0;

        for (size_t j = 0; j < PERSONS; j++) {
            rank_a += a[j] < a[i];
            rank_b += b[j] < b[i];
        }
        sum += (rank_a - rank_b) * (rank_a - rank_b);
    }
    return 1 - 6 * sum / (n * (n * n - 1));
}

/* 240 persons: unrelated orders have a standard deviation of 0.065. */
static void unrelated(const double *a, const double *b)
{
    double r = correlation(a, b);

    if (r > 0.35 || r < -0.35)
        fail_msg("two orders that should be unrelated have a correlation of %.2f", r);
}

static void places(const struct bytes *b, const uint8_t (*hash)[SECRET_HASH_BYTES], double *out)
{
    for (size_t i = 0; i < PERSONS; i++) {
        const uint8_t *at = memmem(b->at, b->count, hash[i], SECRET_HASH_BYTES);

        assert_non_null(at);
        out[i] = (double)(at - b->at);
    }
}

/* Where the codes stand says nothing of their slips, of the order in which they were used, nor of where the
 * responses stand. */
static void test_no_order(void **state)
{
    struct crowd *c = *state;
    const struct bytes *files[] = {&c->open_file, &c->open_copy, &c->open_log};
    double printed[PERSONS];
    double used[PERSONS];
    double code[PERSONS];
    double response[PERSONS];

    for (size_t i = 0; i < PERSONS; i++) {
        printed[i] = (double)i;
        used[c->came[i]] = (double)i;
    }
    for (size_t f = 0; f < 3; f++) {
        places(files[f], (const uint8_t(*)[SECRET_HASH_BYTES])c->code_hash, code);
        places(files[f], (const uint8_t(*)[SECRET_HASH_BYTES])c->key_hash, response);
        unrelated(code, printed);
        unrelated(code, used);
        unrelated(code, response);
    }
    /* The log holds the responses as they came: there the same measure must notice. */
    assert_true(correlation(response, used) > 0.9);
}

/* All answers are in the sealed round, in no order of slips, of arrival or of the codes' rows. */
static void test_sealed_order(void **state)
{
    struct crowd *c = *state;
    double stands[PERSONS];
    struct scene_places sealed = {
        .answers = c->answers[0], .persons = PERSONS, .questions = QUESTIONS, .place = stands};
    double other[PERSONS];
    struct err e = ERR_INIT;

    is_true(store_block_each(c->scene.store, "2026-11", scene_places_read, &sealed, &e), &e);
    assert_int_equal(sealed.found, PERSONS);
    for (size_t i = 0; i < PERSONS; i++)
        other[i] = (double)i;
    unrelated(stands, other);
    for (size_t i = 0; i < PERSONS; i++)
        other[c->came[i]] = (double)i;
    unrelated(stands, other);
    places(&c->open_file, (const uint8_t(*)[SECRET_HASH_BYTES])c->code_hash, other);
    unrelated(stands, other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_order),
        cmocka_unit_test(test_no_key_leads_from_slip_to_row),
        cmocka_unit_test(test_nothing_after_sealing),
        cmocka_unit_test(test_sealed_order),
        cmocka_unit_test(test_no_code_is_stored), /* last: it writes into what is held */
    };

    return cmocka_run_group_tests(tests, attack_begin, attack_end);
}
