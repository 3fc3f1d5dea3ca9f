#include "tests/support/intake_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "core/base/mem.h"

/* ---- a store that fails when told to ---------------------------------------------------------------------
 */

struct store {
    struct bench_world *world;
    bool poisoned; /* a commit failed on it */
    bool in_transaction;
    int pending;
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
    struct bench_world *w = world;

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
    struct bench_world *w = s->world;

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
    struct bench_world *w = world;

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

const struct intake_ops BENCH_OPS = {
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

static void on_done(struct intake_entry *entry, enum intake_result result)
{
    struct bench_sender *s = (struct bench_sender *)(void *)entry;

    pthread_mutex_lock(&s->world->lock);
    s->told++;
    s->result = result;
    s->committed_when_told = s->world->committed;
    pthread_cond_broadcast(&s->world->moved);
    pthread_mutex_unlock(&s->world->lock);
}

void bench_start(struct bench *b, struct intake_options o)
{
    struct err e = ERR_INIT;

    memset(b, 0, sizeof *b);
    pthread_mutex_init(&b->world.lock, NULL);
    pthread_cond_init(&b->world.moved, NULL);
    o.ops = &BENCH_OPS;
    o.world = &b->world;
    assert_true(intake_start(&o, &b->intake, &e));
}

struct intake_options bench_options(void)
{
    struct intake_options o = intake_defaults(NULL, NULL);

    o.tick_ms = 20;
    return o;
}

void bench_finish(struct bench *b)
{
    intake_stop(b->intake);
    intake_free(b->intake);
    assert_int_equal(b->world.misused, 0);
    assert_int_equal(b->world.opened, b->world.closed);
}

bool bench_put_answers(struct bench *b, struct bench_sender *s, const uint8_t *answers)
{
    *s = (struct bench_sender){
        .entry = {.submission = {.round = "2026-10", .answers = answers}, .done = on_done},
        .world = &b->world};
    return intake_put(b->intake, &s->entry);
}

bool bench_put(struct bench *b, struct bench_sender *s)
{
    return bench_put_answers(b, s, NULL);
}

bool bench_ask(struct bench *b, struct bench_sender *s, const char *code)
{
    *s = (struct bench_sender){.entry = {.submission = {.round = "2026-10", .group_id = 7, .code = code},
                                         .asks = INTAKE_ASKS_CODE,
                                         .done = on_done},
                               .world = &b->world};
    return intake_put(b->intake, &s->entry);
}

bool bench_ask_key(struct bench *b, struct bench_sender *s)
{
    static const uint8_t nonce[SUBMISSION_NONCE_BYTES] = {1};

    *s = (struct bench_sender){.entry = {.submission = {.round = "2026-10", .nonce = nonce},
                                         .asks = INTAKE_ASKS_KEY,
                                         .done = on_done},
                               .world = &b->world};
    return intake_put(b->intake, &s->entry);
}

void bench_wait_for(struct bench_world *w, const int *counter, int least)
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

void bench_hold(struct bench_world *w, bool on)
{
    pthread_mutex_lock(&w->lock);
    w->hold = on;
    pthread_cond_broadcast(&w->moved);
    pthread_mutex_unlock(&w->lock);
}

enum intake_result bench_result(struct bench *b, struct bench_sender *s)
{
    bench_wait_for(&b->world, &s->told, 1);
    return s->result;
}

void bench_wait_until_taking(struct bench *b)
{
    const struct timespec step = {.tv_nsec = 2000000};

    for (int i = 0; i < 5000 && !intake_healthy(b->intake); i++)
        nanosleep(&step, NULL);
    assert_true(intake_healthy(b->intake));
}
