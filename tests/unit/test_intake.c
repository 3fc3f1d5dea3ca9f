/*
 * Goal: the intake tells nobody "stored" before the commit, writes what waits together, refuses in time,
 * never touches a handle again on which a commit failed, and comes back by itself from a full disk and a lost
 * store.
 */

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "collector/intake.h"
#include "core/base/mem.h"

/* ---- a store that fails when told to ---------------------------------------------------------------------
 */

struct store {
    struct world *world;
    bool poisoned; /* a commit failed on it */
    bool in_transaction;
    int pending;
};

struct world {
    pthread_mutex_t lock;
    pthread_cond_t moved;
    bool hold;   /* commits wait while this is set */
    int holding; /* commits that wait */
    int begun, committed, rolled_back, opened, closed, probes, ticks, looked_up;
    int stored;  /* entries in committed transactions */
    int largest; /* batch */
    int misused; /* calls on a poisoned or closed handle, or in the wrong state */
    atomic_bool round_closed, seen_before;
    _Atomic enum err_kind fail_open, fail_begin, fail_put, fail_commit, fail_probe, fail_spent, fail_exists;
    const void *_Atomic bad_answers; /* the entry whose put fails with ERR_NOT_FOUND */
};

static bool fails(enum err_kind kind, struct err *e)
{
    return kind == ERR_NONE ? false : !err_set(e, kind, "as told");
}

static void use(struct store *s, bool in_transaction)
{
    pthread_mutex_lock(&s->world->lock);
    if (s->poisoned || s->in_transaction != in_transaction)
        s->world->misused++;
    pthread_mutex_unlock(&s->world->lock);
}

#define COUNT(w, field)                                                                                      \
    do {                                                                                                     \
        pthread_mutex_lock(&(w)->lock);                                                                      \
        (w)->field++;                                                                                        \
        pthread_cond_broadcast(&(w)->moved);                                                                 \
        pthread_mutex_unlock(&(w)->lock);                                                                    \
    } while (0)

static bool fake_open(void *world, struct store **out, struct err *e)
{
    struct world *w = world;

    if (fails(w->fail_open, e))
        return false;
    *out = mem_alloc(1, sizeof **out);
    (*out)->world = w;
    COUNT(w, opened);
    return true;
}

static void fake_close(struct store *s)
{
    COUNT(s->world, closed);
    free(s);
}

static bool fake_begin(struct store *s, struct err *e)
{
    use(s, false);
    COUNT(s->world, begun);
    if (fails(s->world->fail_begin, e))
        return false;
    s->in_transaction = true;
    s->pending = 0;
    return true;
}

static bool fake_put(struct store *s, const struct submission *sub, enum submission_outcome *outcome,
                     struct err *e)
{
    use(s, true);
    if (fails(s->world->fail_put, e))
        return false;
    if (sub->answers == s->world->bad_answers && s->world->bad_answers != NULL)
        return err_set(e, ERR_NOT_FOUND, "no such class");
    if (s->world->round_closed) {
        *outcome = SUBMISSION_ROUND_CLOSED;
        return true;
    }
    *outcome = SUBMISSION_ADDED;
    s->pending++;
    return true;
}

static bool fake_exists(struct store *s, const char *round, const uint8_t nonce[SUBMISSION_NONCE_BYTES],
                        bool *exists, struct err *e)
{
    (void)round;
    /* a question comes with a nonce, and outside a transaction */
    use(s, nonce == NULL);
    if (fails(s->world->fail_exists, e))
        return false;
    *exists = s->world->seen_before;
    return true;
}

static bool fake_commit(struct store *s, struct err *e)
{
    struct world *w = s->world;

    use(s, true);
    pthread_mutex_lock(&w->lock);
    w->holding++;
    pthread_cond_broadcast(&w->moved);
    while (w->hold)
        pthread_cond_wait(&w->moved, &w->lock);
    w->holding--;
    s->in_transaction = false;
    if (w->fail_commit == ERR_NONE) {
        w->committed++;
        w->stored += s->pending;
        w->largest = s->pending > w->largest ? s->pending : w->largest;
    } else {
        s->poisoned = true;
    }
    pthread_mutex_unlock(&w->lock);
    return !fails(w->fail_commit, e);
}

static void fake_rollback(struct store *s)
{
    use(s, true);
    s->in_transaction = false;
    COUNT(s->world, rolled_back);
}

static bool fake_probe(struct store *s, struct err *e)
{
    use(s, false);
    COUNT(s->world, probes);
    if (!fails(s->world->fail_probe, e))
        return true;
    s->poisoned = true;
    return false;
}

static bool fake_tick(void *world, struct store *s, struct err *e)
{
    struct world *w = world;

    (void)e;
    use(s, false);
    COUNT(w, ticks);
    return true;
}

/* Outside transactions: a look-up waits for no lock. */
static bool fake_spent(struct store *s, const struct code_place *p, const char *code, bool *spent,
                       struct err *e)
{
    use(s, false);
    if (p->group_id != 7)
        COUNT(s->world, misused);
    COUNT(s->world, looked_up);
    *spent = strcmp(code, "SPENT") == 0;
    return !fails(s->world->fail_spent, e);
}

static const struct intake_ops OPS = {
    .open = fake_open,
    .close = fake_close,
    .begin = fake_begin,
    .put = fake_put,
    .exists = fake_exists,
    .spent = fake_spent,
    .commit = fake_commit,
    .rollback = fake_rollback,
    .probe = fake_probe,
    .tick = fake_tick,
};

/* ---- senders ---------------------------------------------------------------------------------------------
 */

struct sender {
    struct intake_entry entry; /* first */
    struct world *world;
    int told;
    enum intake_result result;
    int committed_when_told;
};

static void on_done(struct intake_entry *entry, enum intake_result result)
{
    struct sender *s = (struct sender *)(void *)entry;

    pthread_mutex_lock(&s->world->lock);
    s->told++;
    s->result = result;
    s->committed_when_told = s->world->committed;
    pthread_cond_broadcast(&s->world->moved);
    pthread_mutex_unlock(&s->world->lock);
}

struct bench {
    struct world world;
    struct intake *intake;
};

static void start(struct bench *b, struct intake_options o)
{
    struct err e = ERR_INIT;

    memset(b, 0, sizeof *b);
    pthread_mutex_init(&b->world.lock, NULL);
    pthread_cond_init(&b->world.moved, NULL);
    o.ops = &OPS;
    o.world = &b->world;
    assert_true(intake_start(&o, &b->intake, &e));
}

static struct intake_options options(void)
{
    struct intake_options o = intake_defaults(NULL, NULL);

    o.tick_ms = 20;
    return o;
}

static void finish(struct bench *b)
{
    intake_stop(b->intake);
    intake_free(b->intake);
    assert_int_equal(b->world.misused, 0);
    assert_int_equal(b->world.opened, b->world.closed);
}

static bool put(struct bench *b, struct sender *s)
{
    *s = (struct sender){.entry = {.submission = {.round = "2026-10"}, .done = on_done}, .world = &b->world};
    return intake_put(b->intake, &s->entry);
}

static bool ask(struct bench *b, struct sender *s, const char *code)
{
    *s = (struct sender){.entry = {.submission = {.round = "2026-10", .group_id = 7, .code = code},
                                   .asks = INTAKE_ASKS_CODE,
                                   .done = on_done},
                         .world = &b->world};
    return intake_put(b->intake, &s->entry);
}

static bool ask_key(struct bench *b, struct sender *s)
{
    static const uint8_t nonce[SUBMISSION_NONCE_BYTES] = {1};

    *s = (struct sender){.entry = {.submission = {.round = "2026-10", .nonce = nonce},
                                   .asks = INTAKE_ASKS_KEY,
                                   .done = on_done},
                         .world = &b->world};
    return intake_put(b->intake, &s->entry);
}

/* Waits until *counter >= least; a hanging intake fails the test instead of the test run. */
static void wait_for(struct world *w, const int *counter, int least)
{
    struct timespec until;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 10;
    pthread_mutex_lock(&w->lock);
    while (*counter < least) {
        if (pthread_cond_timedwait(&w->moved, &w->lock, &until) != 0)
            break;
    }
    int reached = *counter;
    pthread_mutex_unlock(&w->lock);
    assert_true(reached >= least);
}

static void hold(struct world *w, bool on)
{
    pthread_mutex_lock(&w->lock);
    w->hold = on;
    pthread_cond_broadcast(&w->moved);
    pthread_mutex_unlock(&w->lock);
}

static enum intake_result result_of(struct bench *b, struct sender *s)
{
    wait_for(&b->world, &s->told, 1);
    return s->result;
}

/* Until answers are taken and stored again. */
static void wait_until_taking(struct bench *b)
{
    const struct timespec step = {.tv_nsec = 2000000};

    for (int i = 0; i < 5000 && !intake_healthy(b->intake); i++)
        nanosleep(&step, NULL);
    assert_true(intake_healthy(b->intake));
}

/* ---- tests -----------------------------------------------------------------------------------------------
 */

static void test_waits_for_the_commit_and_writes_together(void **state)
{
    struct bench b;
    struct sender first, many[7];
    struct intake_options o = options();

    (void)state;
    o.batch_max = 5;
    start(&b, o);
    hold(&b.world, true);
    assert_true(put(&b, &first));
    wait_for(&b.world, &b.world.holding, 1);
    for (size_t i = 0; i < 7; i++)
        assert_true(put(&b, &many[i]));
    assert_int_equal(first.told, 0);
    hold(&b.world, false);
    for (size_t i = 0; i < 7; i++)
        assert_int_equal(result_of(&b, &many[i]), INTAKE_STORED);
    assert_int_equal(first.committed_when_told, 1);
    for (size_t i = 0; i < 7; i++) {
        assert_int_equal(many[i].told, 1);
        assert_int_equal(many[i].committed_when_told, i < 5 ? 2 : 3);
    }
    assert_int_equal(b.world.committed, 3);
    assert_int_equal(b.world.largest, 5);
    finish(&b);
}

/* Questions wait in the same queue, but for no lock and no commit, and store nothing. */
static void test_questions_wait_in_the_queue_and_write_nothing(void **state)
{
    struct bench b;
    struct sender first, spent, unspent, second, alone, failed;

    (void)state;
    start(&b, options());
    hold(&b.world, true);
    assert_true(put(&b, &first));
    wait_for(&b.world, &b.world.holding, 1);
    assert_true(ask(&b, &spent, "SPENT"));
    assert_true(put(&b, &second));
    assert_true(ask(&b, &unspent, "OTHER"));
    assert_int_equal(b.world.looked_up, 0);
    hold(&b.world, false);
    assert_int_equal(result_of(&b, &spent), INTAKE_CODE_USED);
    assert_int_equal(result_of(&b, &unspent), INTAKE_CODE_NOT_USED);
    assert_int_equal(result_of(&b, &second), INTAKE_STORED);
    assert_int_equal(spent.committed_when_told, 1);
    assert_int_equal(b.world.stored, 2);
    assert_true(ask(&b, &alone, "SPENT"));
    assert_int_equal(result_of(&b, &alone), INTAKE_CODE_USED);
    b.world.fail_spent = ERR_IO;
    assert_true(ask(&b, &failed, "SPENT"));
    assert_int_equal(result_of(&b, &failed), INTAKE_FAILED);
    assert_int_equal(b.world.begun, 2);
    assert_true(intake_healthy(b.intake));
    finish(&b);
}

static void test_asks_for_a_key(void **state)
{
    struct bench b;
    struct sender asked;

    (void)state;
    start(&b, options());
    assert_true(ask_key(&b, &asked));
    assert_int_equal(result_of(&b, &asked), INTAKE_KEY_NEW);
    b.world.seen_before = true;
    assert_true(ask_key(&b, &asked));
    assert_int_equal(result_of(&b, &asked), INTAKE_STORED);
    b.world.fail_exists = ERR_IO;
    assert_true(ask_key(&b, &asked));
    assert_int_equal(result_of(&b, &asked), INTAKE_FAILED);
    assert_int_equal(b.world.begun, 0);
    assert_int_equal(b.world.stored, 0);
    finish(&b);
}

static void test_refuses_when_many_wait(void **state)
{
    struct bench b;
    struct sender first, second, third, fourth;
    struct intake_options o = options();

    (void)state;
    o.queue_max = 2;
    start(&b, o);
    hold(&b.world, true);
    assert_true(put(&b, &first));
    wait_for(&b.world, &b.world.holding, 1);
    assert_true(put(&b, &second));
    assert_true(put(&b, &third));
    assert_false(put(&b, &fourth));
    assert_false(intake_healthy(b.intake));
    hold(&b.world, false);
    assert_int_equal(result_of(&b, &third), INTAKE_STORED);
    assert_true(put(&b, &fourth));
    assert_int_equal(result_of(&b, &fourth), INTAKE_STORED);
    finish(&b);
}

static void test_refuses_when_the_oldest_waits_long(void **state)
{
    struct bench b;
    struct sender first, second;
    struct intake_options o = options();
    const struct timespec pause = {.tv_nsec = 60 * 1000000L};

    (void)state;
    o.wait_max_ms = 30;
    start(&b, o);
    hold(&b.world, true);
    assert_true(put(&b, &first));
    wait_for(&b.world, &b.world.holding, 1);
    nanosleep(&pause, NULL);
    assert_false(put(&b, &second));
    hold(&b.world, false);
    assert_int_equal(result_of(&b, &first), INTAKE_STORED);
    wait_until_taking(&b);
    finish(&b);
}

static void test_failed_commit_ends_the_handle(void **state)
{
    const enum err_kind kinds[] = {ERR_IO, ERR_BUSY, ERR_LIMIT};
    struct bench b;
    struct sender s;

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        start(&b, options());
        b.world.fail_commit = kinds[i];
        assert_true(put(&b, &s));
        assert_int_equal(result_of(&b, &s), INTAKE_FAILED);
        assert_int_equal(b.world.closed, 1);
        b.world.fail_commit = ERR_NONE;
        wait_until_taking(&b);
        assert_int_equal(b.world.opened, 2);
        assert_true(b.world.probes >= 1);
        assert_true(put(&b, &s));
        assert_int_equal(result_of(&b, &s), INTAKE_STORED);
        finish(&b);
    }
}

static void test_full_disk_and_back(void **state)
{
    struct bench b;
    struct sender s;

    (void)state;
    start(&b, options());
    b.world.fail_probe = ERR_LIMIT;
    b.world.fail_put = ERR_LIMIT;
    assert_true(put(&b, &s));
    assert_int_equal(result_of(&b, &s), INTAKE_FAILED);
    assert_int_equal(b.world.rolled_back, 1);
    assert_false(put(&b, &s));
    wait_for(&b.world, &b.world.probes, 3);
    assert_false(intake_healthy(b.intake));
    b.world.fail_put = ERR_NONE;
    b.world.fail_probe = ERR_NONE;
    wait_until_taking(&b);
    assert_true(put(&b, &s));
    assert_int_equal(result_of(&b, &s), INTAKE_STORED);
    finish(&b);
}

static void test_lost_store_and_back(void **state)
{
    struct bench b;
    struct sender s;

    (void)state;
    start(&b, options());
    b.world.fail_open = ERR_IO;
    b.world.fail_begin = ERR_IO;
    assert_true(put(&b, &s));
    assert_int_equal(result_of(&b, &s), INTAKE_FAILED);
    assert_false(put(&b, &s));
    b.world.fail_begin = ERR_NONE;
    b.world.fail_open = ERR_NONE;
    wait_until_taking(&b);
    assert_true(put(&b, &s));
    assert_int_equal(result_of(&b, &s), INTAKE_STORED);
    finish(&b);
}

static void test_busy_fails_the_batch_only(void **state)
{
    struct bench b;
    struct sender s;

    (void)state;
    start(&b, options());
    b.world.fail_begin = ERR_BUSY;
    assert_true(put(&b, &s));
    assert_int_equal(result_of(&b, &s), INTAKE_FAILED);
    b.world.fail_begin = ERR_NONE;
    assert_true(intake_healthy(b.intake));
    assert_true(put(&b, &s));
    assert_int_equal(result_of(&b, &s), INTAKE_STORED);
    assert_int_equal(b.world.opened, 1);
    finish(&b);
}

static void test_what_waited_fails_with_the_store(void **state)
{
    struct bench b;
    struct sender first, waiting[3];

    (void)state;
    start(&b, options());
    b.world.fail_commit = ERR_IO;
    b.world.fail_open = ERR_IO;
    hold(&b.world, true);
    assert_true(put(&b, &first));
    wait_for(&b.world, &b.world.holding, 1);
    for (size_t i = 0; i < 3; i++)
        assert_true(put(&b, &waiting[i]));
    hold(&b.world, false);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(result_of(&b, &waiting[i]), INTAKE_FAILED);
    assert_int_equal(b.world.stored, 0);
    finish(&b);
}

static void test_one_bad_entry_spares_the_others(void **state)
{
    struct bench b;
    struct sender first, good, bad, last;
    static const uint8_t BAD[1];

    (void)state;
    start(&b, options());
    hold(&b.world, true);
    assert_true(put(&b, &first));
    wait_for(&b.world, &b.world.holding, 1);
    b.world.bad_answers = BAD;
    assert_true(put(&b, &good));
    bad = (struct sender){.entry = {.submission = {.answers = BAD}, .done = on_done}, .world = &b.world};
    assert_true(intake_put(b.intake, &bad.entry));
    assert_true(put(&b, &last));
    hold(&b.world, false);
    assert_int_equal(result_of(&b, &good), INTAKE_STORED);
    assert_int_equal(result_of(&b, &bad), INTAKE_FAILED);
    assert_int_equal(result_of(&b, &last), INTAKE_STORED);
    assert_int_equal(b.world.stored, 3);
    finish(&b);
}

static void test_closed_round_knows_repeats(void **state)
{
    struct bench b;
    struct sender s;

    (void)state;
    start(&b, options());
    b.world.round_closed = true;
    assert_true(put(&b, &s));
    assert_int_equal(result_of(&b, &s), INTAKE_CLOSED);
    b.world.seen_before = true;
    assert_true(put(&b, &s));
    assert_int_equal(result_of(&b, &s), INTAKE_STORED);
    finish(&b);
}

static void test_stop_writes_what_waits(void **state)
{
    enum { MANY = 50 };
    struct bench b;
    struct sender many[MANY], late;
    struct intake_options o = options();

    (void)state;
    o.batch_max = 7;
    start(&b, o);
    for (size_t i = 0; i < MANY; i++)
        assert_true(put(&b, &many[i]));
    intake_stop(b.intake);
    for (size_t i = 0; i < MANY; i++) {
        assert_int_equal(many[i].told, 1);
        assert_int_equal(many[i].result, INTAKE_STORED);
    }
    assert_int_equal(b.world.stored, MANY);
    assert_false(put(&b, &late));
    intake_free(b.intake);
    assert_int_equal(b.world.misused, 0);
    assert_int_equal(b.world.closed, 1);
}

static void test_start_fails_with_the_store(void **state)
{
    struct world w = {.fail_open = ERR_CONFLICT};
    struct intake_options o = intake_defaults(&OPS, &w);
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
        cmocka_unit_test(test_waits_for_the_commit_and_writes_together),
        cmocka_unit_test(test_questions_wait_in_the_queue_and_write_nothing),
        cmocka_unit_test(test_asks_for_a_key),
        cmocka_unit_test(test_refuses_when_many_wait),
        cmocka_unit_test(test_refuses_when_the_oldest_waits_long),
        cmocka_unit_test(test_failed_commit_ends_the_handle),
        cmocka_unit_test(test_full_disk_and_back),
        cmocka_unit_test(test_lost_store_and_back),
        cmocka_unit_test(test_busy_fails_the_batch_only),
        cmocka_unit_test(test_what_waited_fails_with_the_store),
        cmocka_unit_test(test_one_bad_entry_spares_the_others),
        cmocka_unit_test(test_closed_round_knows_repeats),
        cmocka_unit_test(test_stop_writes_what_waits),
        cmocka_unit_test(test_start_fails_with_the_store),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
