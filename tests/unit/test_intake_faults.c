/*
 * Goal: the intake never touches a handle again on which a commit failed, comes back by itself from a full
 * disk and a lost store, and what fails takes no other answer with it.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/intake_bench.h"

static void test_failed_commit_ends_the_handle(void **state)
{
    const enum err_kind kinds[] = {ERR_IO, ERR_BUSY, ERR_LIMIT};
    struct bench b;
    struct bench_sender s;

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        bench_start(&b, bench_options());
        b.world.fail_commit = kinds[i];
        assert_true(bench_put(&b, &s));
        assert_int_equal(bench_result(&b, &s), INTAKE_FAILED);
        assert_int_equal(b.world.closed, 1);
        b.world.fail_commit = ERR_NONE;
        bench_wait_until_taking(&b);
        assert_int_equal(b.world.opened, 2);
        assert_true(b.world.probes >= 1);
        assert_true(bench_put(&b, &s));
        assert_int_equal(bench_result(&b, &s), INTAKE_STORED);
        bench_finish(&b);
    }
}

static void test_full_disk_and_back(void **state)
{
    struct bench b;
    struct bench_sender s;

    (void)state;
    bench_start(&b, bench_options());
    b.world.fail_probe = ERR_LIMIT;
    b.world.fail_put = ERR_LIMIT;
    assert_true(bench_put(&b, &s));
    assert_int_equal(bench_result(&b, &s), INTAKE_FAILED);
    assert_int_equal(b.world.rolled_back, 1);
    assert_false(bench_put(&b, &s));
    bench_wait_for(&b.world, &b.world.probes, 3);
    assert_false(intake_healthy(b.intake));
    b.world.fail_put = ERR_NONE;
    b.world.fail_probe = ERR_NONE;
    bench_wait_until_taking(&b);
    assert_true(bench_put(&b, &s));
    assert_int_equal(bench_result(&b, &s), INTAKE_STORED);
    bench_finish(&b);
}

static void test_lost_store_and_back(void **state)
{
    struct bench b;
    struct bench_sender s;

    (void)state;
    bench_start(&b, bench_options());
    b.world.fail_open = ERR_IO;
    b.world.fail_begin = ERR_IO;
    assert_true(bench_put(&b, &s));
    assert_int_equal(bench_result(&b, &s), INTAKE_FAILED);
    assert_false(bench_put(&b, &s));
    b.world.fail_begin = ERR_NONE;
    b.world.fail_open = ERR_NONE;
    bench_wait_until_taking(&b);
    assert_true(bench_put(&b, &s));
    assert_int_equal(bench_result(&b, &s), INTAKE_STORED);
    bench_finish(&b);
}

static void test_busy_fails_the_batch_only(void **state)
{
    struct bench b;
    struct bench_sender s;

    (void)state;
    bench_start(&b, bench_options());
    b.world.fail_begin = ERR_BUSY;
    assert_true(bench_put(&b, &s));
    assert_int_equal(bench_result(&b, &s), INTAKE_FAILED);
    b.world.fail_begin = ERR_NONE;
    assert_true(intake_healthy(b.intake));
    assert_true(bench_put(&b, &s));
    assert_int_equal(bench_result(&b, &s), INTAKE_STORED);
    assert_int_equal(b.world.opened, 1);
    bench_finish(&b);
}

static void test_what_waited_fails_with_the_store(void **state)
{
    struct bench b;
    struct bench_sender first, waiting[3];

    (void)state;
    bench_start(&b, bench_options());
    b.world.fail_commit = ERR_IO;
    b.world.fail_open = ERR_IO;
    bench_hold(&b.world, true);
    assert_true(bench_put(&b, &first));
    bench_wait_for(&b.world, &b.world.holding, 1);
    for (size_t i = 0; i < 3; i++)
        assert_true(bench_put(&b, &waiting[i]));
    bench_hold(&b.world, false);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(bench_result(&b, &waiting[i]), INTAKE_FAILED);
    assert_int_equal(b.world.stored, 0);
    bench_finish(&b);
}

static void test_one_bad_entry_spares_the_others(void **state)
{
    struct bench b;
    struct bench_sender first, good, bad, last;
    static const uint8_t BAD[1];

    (void)state;
    bench_start(&b, bench_options());
    bench_hold(&b.world, true);
    assert_true(bench_put(&b, &first));
    bench_wait_for(&b.world, &b.world.holding, 1);
    b.world.bad_answers = BAD;
    assert_true(bench_put(&b, &good));
    assert_true(bench_put_answers(&b, &bad, BAD));
    assert_true(bench_put(&b, &last));
    bench_hold(&b.world, false);
    assert_int_equal(bench_result(&b, &good), INTAKE_STORED);
    assert_int_equal(bench_result(&b, &bad), INTAKE_FAILED);
    assert_int_equal(bench_result(&b, &last), INTAKE_STORED);
    assert_int_equal(b.world.stored, 3);
    bench_finish(&b);
}

static void test_start_fails_with_the_store(void **state)
{
    struct bench_world w = {.fail_open = ERR_CONFLICT};
    struct intake_options o = intake_defaults(&BENCH_OPS, &w);
    struct intake *in = NULL;
    struct err e = ERR_INIT;

    (void)state;
    assert_false(intake_start(&o, &in, &e));
    assert_int_equal(e.kind, ERR_CONFLICT);
    assert_null(in);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_failed_commit_ends_the_handle),
        cmocka_unit_test(test_full_disk_and_back),
        cmocka_unit_test(test_lost_store_and_back),
        cmocka_unit_test(test_busy_fails_the_batch_only),
        cmocka_unit_test(test_what_waited_fails_with_the_store),
        cmocka_unit_test(test_one_bad_entry_spares_the_others),
        cmocka_unit_test(test_start_fails_with_the_store),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
