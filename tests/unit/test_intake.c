/*
 * Goal: the intake tells nobody "stored" before the commit, writes what waits together, refuses in time, and
 * answers questions without writing.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "tests/support/intake_bench.h"

static void test_waits_for_the_commit_and_writes_together(void **state)
{
    struct bench b;
    struct bench_sender first, many[7];
    struct intake_options o = bench_options();

    (void)state;
    o.batch_max = 5;
    bench_start(&b, o);
    bench_hold(&b.world, true);
    assert_true(bench_put(&b, &first));
    bench_wait_for(&b.world, &b.world.holding, 1);
    for (size_t i = 0; i < 7; i++)
        assert_true(bench_put(&b, &many[i]));
    assert_int_equal(first.told, 0);
    bench_hold(&b.world, false);
    for (size_t i = 0; i < 7; i++)
        assert_int_equal(bench_result(&b, &many[i]), INTAKE_STORED);
    assert_int_equal(first.committed_when_told, 1);
    for (size_t i = 0; i < 7; i++) {
        assert_int_equal(many[i].told, 1);
        assert_int_equal(many[i].committed_when_told, i < 5 ? 2 : 3);
    }
    assert_int_equal(b.world.committed, 3);
    assert_int_equal(b.world.largest, 5);
    bench_finish(&b);
}

/* Questions wait in the same queue, but for no lock and no commit, and store nothing. */
static void test_questions_wait_in_the_queue_and_write_nothing(void **state)
{
    struct bench b;
    struct bench_sender first, spent, unspent, second, alone, failed;

    (void)state;
    bench_start(&b, bench_options());
    bench_hold(&b.world, true);
    assert_true(bench_put(&b, &first));
    bench_wait_for(&b.world, &b.world.holding, 1);
    assert_true(bench_ask(&b, &spent, "SPENT"));
    assert_true(bench_put(&b, &second));
    assert_true(bench_ask(&b, &unspent, "OTHER"));
    assert_int_equal(b.world.looked_up, 0);
    bench_hold(&b.world, false);
    assert_int_equal(bench_result(&b, &spent), INTAKE_CODE_USED);
    assert_int_equal(bench_result(&b, &unspent), INTAKE_CODE_NOT_USED);
    assert_int_equal(bench_result(&b, &second), INTAKE_STORED);
    assert_int_equal(spent.committed_when_told, 1);
    assert_int_equal(b.world.stored, 2);
    assert_true(bench_ask(&b, &alone, "SPENT"));
    assert_int_equal(bench_result(&b, &alone), INTAKE_CODE_USED);
    b.world.fail_spent = ERR_IO;
    assert_true(bench_ask(&b, &failed, "SPENT"));
    assert_int_equal(bench_result(&b, &failed), INTAKE_FAILED);
    assert_int_equal(b.world.begun, 2);
    assert_true(intake_healthy(b.intake));
    bench_finish(&b);
}

static void test_asks_for_a_key(void **state)
{
    struct bench b;
    struct bench_sender asked;

    (void)state;
    bench_start(&b, bench_options());
    assert_true(bench_ask_key(&b, &asked));
    assert_int_equal(bench_result(&b, &asked), INTAKE_KEY_NEW);
    b.world.seen_before = true;
    assert_true(bench_ask_key(&b, &asked));
    assert_int_equal(bench_result(&b, &asked), INTAKE_STORED);
    b.world.fail_exists = ERR_IO;
    assert_true(bench_ask_key(&b, &asked));
    assert_int_equal(bench_result(&b, &asked), INTAKE_FAILED);
    assert_int_equal(b.world.begun, 0);
    assert_int_equal(b.world.stored, 0);
    bench_finish(&b);
}

static void test_refuses_when_many_wait(void **state)
{
    struct bench b;
    struct bench_sender first, second, third, fourth;
    struct intake_options o = bench_options();

    (void)state;
    o.queue_max = 2;
    bench_start(&b, o);
    bench_hold(&b.world, true);
    assert_true(bench_put(&b, &first));
    bench_wait_for(&b.world, &b.world.holding, 1);
    assert_true(bench_put(&b, &second));
    assert_true(bench_put(&b, &third));
    assert_false(bench_put(&b, &fourth));
    assert_false(intake_healthy(b.intake));
    bench_hold(&b.world, false);
    assert_int_equal(bench_result(&b, &third), INTAKE_STORED);
    assert_true(bench_put(&b, &fourth));
    assert_int_equal(bench_result(&b, &fourth), INTAKE_STORED);
    bench_finish(&b);
}

static void test_refuses_when_the_oldest_waits_long(void **state)
{
    struct bench b;
    struct bench_sender first, second;
    struct intake_options o = bench_options();
    const struct timespec pause = {.tv_nsec = 60 * 1000000L};

    (void)state;
    o.wait_max_ms = 30;
    bench_start(&b, o);
    bench_hold(&b.world, true);
    assert_true(bench_put(&b, &first));
    bench_wait_for(&b.world, &b.world.holding, 1);
    nanosleep(&pause, NULL);
    assert_false(bench_put(&b, &second));
    bench_hold(&b.world, false);
    assert_int_equal(bench_result(&b, &first), INTAKE_STORED);
    bench_wait_until_taking(&b);
    bench_finish(&b);
}

static void test_closed_round_knows_repeats(void **state)
{
    struct bench b;
    struct bench_sender s;

    (void)state;
    bench_start(&b, bench_options());
    b.world.round_closed = true;
    assert_true(bench_put(&b, &s));
    assert_int_equal(bench_result(&b, &s), INTAKE_CLOSED);
    b.world.seen_before = true;
    assert_true(bench_put(&b, &s));
    assert_int_equal(bench_result(&b, &s), INTAKE_STORED);
    bench_finish(&b);
}

static void test_stop_writes_what_waits(void **state)
{
    enum { MANY = 50 };
    struct bench b;
    struct bench_sender many[MANY], late;
    struct intake_options o = bench_options();

    (void)state;
    o.batch_max = 7;
    bench_start(&b, o);
    for (size_t i = 0; i < MANY; i++)
        assert_true(bench_put(&b, &many[i]));
    intake_stop(b.intake);
    for (size_t i = 0; i < MANY; i++) {
        assert_int_equal(many[i].told, 1);
        assert_int_equal(many[i].result, INTAKE_STORED);
    }
    assert_int_equal(b.world.stored, MANY);
    assert_false(bench_put(&b, &late));
    intake_free(b.intake);
    assert_int_equal(b.world.misused, 0);
    assert_int_equal(b.world.closed, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_waits_for_the_commit_and_writes_together),
        cmocka_unit_test(test_questions_wait_in_the_queue_and_write_nothing),
        cmocka_unit_test(test_asks_for_a_key),
        cmocka_unit_test(test_refuses_when_many_wait),
        cmocka_unit_test(test_refuses_when_the_oldest_waits_long),
        cmocka_unit_test(test_closed_round_knows_repeats),
        cmocka_unit_test(test_stop_writes_what_waits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
