/*
 * Goal: the secrets around a store. A response opens only where it was put; a round's key only with the
 * server's; a key file is for its owner's eyes, is never replaced and can be destroyed. And a shuffle makes
 * all orders alike.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "core/store/keys.h"
#include "core/store/pack.h"
#include "tests/support/store_check.h"
#include "tests/support/store_scene.h"

static void test_response_box(void **state)
{
    const struct response_place here = {.round = "2026-10", .group_id = 7, .form_hash = {1}, .key_hash = {2}};
    struct response_place there;
    struct secret key;
    uint8_t answers[5] = {1, 2, 3, 255, 0};
    uint8_t out[6];
    uint8_t box[RESPONSE_BOX_MAX_BYTES];
    uint8_t again[RESPONSE_BOX_MAX_BYTES];
    size_t bytes;

    (void)state;
    secret_random(key.bytes, sizeof key.bytes);
    bytes = response_close(&key, &here, answers, 5, box);
    assert_int_equal(bytes, 5 + RESPONSE_OVERHEAD_BYTES);
    assert_true(response_open(&key, &here, box, bytes, out, 5));
    assert_memory_equal(out, answers, 5);

    /* The same page with the same answers once more gives another box: two logs tell nothing when compared.
     */
    assert_int_equal(response_close(&key, &here, answers, 5, again), bytes);
    assert_memory_not_equal(box, again, bytes);

    assert_false(response_open(&key, &here, box, bytes, out, 6));
    assert_false(response_open(&key, &here, box, bytes - 1, out, 4));
    assert_false(response_open(&key, &here, NULL, 0, out, 5));
    there = here;
    there.group_id = 8;
    assert_false(response_open(&key, &there, box, bytes, out, 5));
    there = here;
    there.round[6] = '1';
    assert_false(response_open(&key, &there, box, bytes, out, 5));
    there = here;
    there.form_hash[31] = 1;
    assert_false(response_open(&key, &there, box, bytes, out, 5));
    there = here;
    there.key_hash[15] = 1;
    assert_false(response_open(&key, &there, box, bytes, out, 5));
    for (size_t i = 0; i < bytes; i++) {
        box[i] ^= 1;
        assert_false(response_open(&key, &here, box, bytes, out, 5));
        box[i] ^= 1;
    }
    key.bytes[0] ^= 1;
    assert_false(response_open(&key, &here, box, bytes, out, 5));
}

static void test_round_box(void **state)
{
    struct secret server;
    struct secret key;
    struct secret out;
    uint8_t box[KEYS_BOX_BYTES];

    (void)state;
    secret_random(server.bytes, sizeof server.bytes);
    secret_random(key.bytes, sizeof key.bytes);
    keys_wrap(&server, "2026-10", &key, box);
    assert_true(keys_unwrap(&server, "2026-10", box, sizeof box, &out));
    assert_memory_equal(&out, &key, sizeof key);
    assert_false(keys_unwrap(&server, "2026-11", box, sizeof box, &out));
    assert_false(keys_unwrap(&server, "2026-10", box, sizeof box - 1, &out));
    assert_false(keys_unwrap(&server, "2026-10", NULL, 0, &out));
    server.bytes[31] ^= 1;
    assert_false(keys_unwrap(&server, "2026-10", box, sizeof box, &out));
}

static void test_key_files(void **state)
{
    char folder[] = "/tmp/tld-keys-XXXXXX";
    struct secret first;
    struct secret second;
    struct stat is;
    struct err e = ERR_INIT;
    char *store;
    char *file;
    char *round_file;

    (void)state;
    assert_non_null(mkdtemp(folder));
    store = mem_printf("%s/tld.db", folder);
    file = mem_printf("%s.key", store);
    round_file = mem_printf("%s.2026-10.key", store);
    assert_false(keys_server_load(store, &first, &e));
    assert_int_equal(e.kind, ERR_NOT_FOUND);
    err_clear(&e);
    is_true(keys_server_make(store, &first, &e), &e);
    assert_int_equal(stat(file, &is), 0);
    assert_int_equal(is.st_mode & 0777, 0600);
    assert_int_equal(is.st_size, SECRET_BYTES);
    is_true(keys_server_make(store, &second, &e), &e); /* the one that is there */
    assert_memory_equal(&first, &second, sizeof first);
    is_true(keys_server_load(store, &second, &e), &e);
    assert_memory_equal(&first, &second, sizeof first);

    is_true(keys_round_make(store, "2026-10", &second, &e), &e);
    assert_memory_not_equal(&first, &second, sizeof first);
    is_true(keys_round_destroy(store, "2026-10", &e), &e);
    assert_int_not_equal(access(round_file, F_OK), 0);
    is_true(keys_round_destroy(store, "2026-10", &e), &e); /* once more is nothing */
    is_true(keys_round_make(store, "2026-10", &first, &e), &e);
    assert_memory_not_equal(&first, &second, sizeof first);
    scene_remove(folder);
    free(round_file);
    free(file);
    free(store);
}

/* Each of the 24 orders of four equally often: chi-square with 23 degrees of freedom exceeds 60 once in
 * 50,000. */
static void test_shuffle(void **state)
{
    enum { TRIES = 24000 };
    size_t seen[256] = {0};
    double chi_square = 0;
    int orders = 0;

    (void)state;
    for (int i = 0; i < TRIES; i++) {
        uint32_t order[4];

        pack_shuffle(order, 4);
        seen[order[0] * 64 + order[1] * 16 + order[2] * 4 + order[3]]++;
    }
    for (size_t i = 0; i < 256; i++)
        if (seen[i] > 0) {
            double off = (double)seen[i] - TRIES / 24.0;

            orders++;
            chi_square += off * off / (TRIES / 24.0);
        }
    assert_int_equal(orders, 24);
    assert_true(chi_square < 60);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_response_box),
        cmocka_unit_test(test_round_box),
        cmocka_unit_test(test_key_files),
        cmocka_unit_test(test_shuffle),
    };
    struct err e = ERR_INIT;

    if (!secret_init(&e))
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
