#include "collector/intake.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "core/base/log.h"
#include "core/base/mem.h"

enum state {
    TAKING,
    DISK_FULL, /* the handle is good, the disk takes nothing more */
    LOST       /* no handle, or none that has shown that it can write */
};

struct intake {
    struct intake_options o;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;

    /* Under the lock. */
    struct intake_entry *first, *last;
    size_t waiting;
    int64_t writing_since_ms; /* since when the oldest of the batch being written has waited; 0 = none */
    enum state state;
    bool stopping;

    /* The writer's alone. */
    struct store *store; /* NULL while lost */
    int64_t next_tick_ms;
    bool tick_failed;
    bool busy;
};

static int64_t clock_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- states ----------------------------------------------------------------------------------------------
 */

/* Every change of state is told once. */
static void set_state(struct intake *in, enum state state, const struct err *why)
{
    pthread_mutex_lock(&in->lock);
    enum state before = in->state;
    in->state = state;
    pthread_mutex_unlock(&in->lock);

    if (before == state)
        return;
    switch (state) {
    case TAKING:
        log_info("answers are taken again");
        break;
    case DISK_FULL:
        log_error("the disk is full: no answers are taken until there is room: %s", why->text);
        break;
    case LOST:
        log_error("the store can not be written: no answers are taken until it can: %s", why->text);
        break;
    }
}

static void drop_store(struct intake *in)
{
    if (in->store != NULL)
        in->o.ops->close(in->store);
    in->store = NULL;
}

static enum state state_for(const struct err *why)
{
    return why->kind == ERR_LIMIT ? DISK_FULL : LOST;
}

static void fail(struct intake *in, const struct err *why)
{
    if (why->kind == ERR_BUSY) {
        if (!in->busy)
            log_warn("the store is busy: %s", why->text);
        in->busy = true;
        return;
    }
    if (state_for(why) == LOST)
        drop_store(in);
    set_state(in, state_for(why), why);
}

/* One attempt to leave DISK_FULL or LOST. */
static void recover(struct intake *in)
{
    struct err e = ERR_INIT;

    if (in->store == NULL && !in->o.ops->open(in->o.world, &in->store, &e)) {
        in->store = NULL;
        set_state(in, state_for(&e), &e);
    } else if (!in->o.ops->probe(in->store, &e)) {
        /* The probe is a commit like any other. */
        drop_store(in);
        set_state(in, state_for(&e), &e);
    } else {
        set_state(in, TAKING, NULL);
    }
}

static void tick(struct intake *in)
{
    struct err e = ERR_INIT;

    in->next_tick_ms = clock_ms() + in->o.tick_ms;
    if (in->state != TAKING)
        recover(in);
    if (in->state != TAKING)
        return;
    bool ok = in->o.ops->tick(in->o.world, in->store, &e);

    if (ok)
        in->tick_failed = false;
    else if (e.kind == ERR_LIMIT || e.kind == ERR_IO)
        fail(in, &e);
    else if (!in->tick_failed) {
        log_error("the clock could not do its work: %s", e.text);
        in->tick_failed = true;
    }
}

/* ---- one batch -------------------------------------------------------------------------------------------
 */

/* Faults of the store as a whole; any other is one entry's own and must not take the batch with it. */
static bool is_the_stores(const struct err *e)
{
    return e->kind == ERR_IO || e->kind == ERR_BUSY || e->kind == ERR_LIMIT;
}

static const enum intake_result result_of[] = {
    [SUBMISSION_ADDED] = INTAKE_STORED,
    [SUBMISSION_REPEATED] = INTAKE_STORED,
    [SUBMISSION_ROUND_CLOSED] = INTAKE_CLOSED,
    [SUBMISSION_CODE_NEEDED] = INTAKE_CODE_NEEDED,
    [SUBMISSION_CODE_UNKNOWN] = INTAKE_CODE_UNKNOWN,
    [SUBMISSION_CODE_USED] = INTAKE_CODE_USED,
};

/* False when the whole batch has failed. */
static bool put_one(struct intake *in, struct intake_entry *entry, struct err *e)
{
    enum submission_outcome outcome = SUBMISSION_ROUND_CLOSED;
    bool exists = false;
    const struct submission *sub = &entry->submission;

    entry->result = INTAKE_FAILED;
    if (!in->o.ops->put(in->store, sub, &outcome, e))
        goto failed;
    if (outcome != SUBMISSION_ROUND_CLOSED) {
        entry->result = result_of[outcome];
        return true;
    }
    if (!in->o.ops->exists(in->store, sub->round, sub->nonce, &exists, e))
        goto failed;
    entry->result = exists ? INTAKE_STORED : INTAKE_CLOSED;
    return true;
failed:
    if (is_the_stores(e))
        return false;
    log_error("one answer could not be stored: %s", e->text);
    return true;
}

static bool write_all(struct intake *in, struct intake_entry *batch, struct err *e)
{
    if (in->state != TAKING)
        return false; /* what waited when the state was left */
    if (!in->o.ops->begin(in->store, e)) {
        fail(in, e);
        return false;
    }
    for (struct intake_entry *entry = batch; entry != NULL; entry = entry->next) {
        if (!put_one(in, entry, e)) {
            in->o.ops->rollback(in->store);
            fail(in, e);
            return false;
        }
    }
    if (!in->o.ops->commit(in->store, e)) {
        drop_store(in); /* whatever the reason */
        set_state(in, state_for(e), e);
        return false;
    }
    in->busy = false;
    return true;
}

static enum intake_result look_up_code(struct intake *in, const struct submission *sub)
{
    const struct code_place place = {
        .round = sub->round, .group_id = sub->group_id, .form_hash = sub->form_hash};
    struct err e = ERR_INIT;
    bool spent = false;

    if (!in->o.ops->spent(in->store, &place, sub->code, &spent, &e))
        return INTAKE_FAILED;
    return spent ? INTAKE_CODE_USED : INTAKE_CODE_NOT_USED;
}

static enum intake_result look_up_key(struct intake *in, const struct submission *sub)
{
    struct err e = ERR_INIT;
    bool exists = false;

    if (!in->o.ops->exists(in->store, sub->round, sub->nonce, &exists, &e))
        return INTAKE_FAILED;
    return exists ? INTAKE_STORED : INTAKE_KEY_NEW;
}

static enum intake_result look_up(struct intake *in, const struct intake_entry *entry)
{
    if (in->state != TAKING)
        return INTAKE_FAILED;
    return entry->asks == INTAKE_ASKS_CODE ? look_up_code(in, &entry->submission)
                                           : look_up_key(in, &entry->submission);
}

/* Outside the transaction, as reading waits for nobody. Returns those that are to be written. */
static struct intake_entry *answer_questions(struct intake *in, struct intake_entry *batch)
{
    struct intake_entry **end = &batch;

    while (*end != NULL) {
        struct intake_entry *entry = *end;

        if (entry->asks == INTAKE_ASKS_NOTHING) {
            end = &entry->next;
            continue;
        }
        *end = entry->next;
        entry->done(entry, look_up(in, entry));
    }
    return batch;
}

static void write_batch(struct intake *in, struct intake_entry *batch)
{
    struct err e = ERR_INIT;
    bool ok = batch == NULL || write_all(in, batch, &e);

    /* Before anyone is told, so that whoever is told finds room. */
    pthread_mutex_lock(&in->lock);
    in->writing_since_ms = 0;
    pthread_mutex_unlock(&in->lock);

    for (struct intake_entry *entry = batch, *next; entry != NULL; entry = next) {
        next = entry->next; /* done gives the entry back */
        entry->done(entry, ok ? entry->result : INTAKE_FAILED);
    }
}

/* ---- the writer ------------------------------------------------------------------------------------------
 */

static struct intake_entry *take_batch(struct intake *in)
{
    struct intake_entry *batch = in->first;
    struct intake_entry *end = batch;
    size_t n = 1;

    if (batch == NULL)
        return NULL;
    for (; n < in->o.batch_max && end->next != NULL; n++)
        end = end->next;
    in->first = end->next;
    end->next = NULL;
    if (in->first == NULL)
        in->last = NULL;
    in->waiting -= n;
    in->writing_since_ms = batch->since_ms;
    return batch;
}

static void wait_for_work(struct intake *in)
{
    struct timespec until = {.tv_sec = in->next_tick_ms / 1000,
                             .tv_nsec = (in->next_tick_ms % 1000) * 1000000};

    while (in->first == NULL && !in->stopping) {
        if (pthread_cond_timedwait(&in->wake, &in->lock, &until) == ETIMEDOUT)
            return;
    }
}

static void *writer(void *arg)
{
    struct intake *in = arg;

    for (;;) {
        pthread_mutex_lock(&in->lock);
        wait_for_work(in);
        struct intake_entry *batch = take_batch(in);
        bool last = in->stopping && batch == NULL;
        pthread_mutex_unlock(&in->lock);

        if (last)
            return NULL;
        if (batch != NULL)
            write_batch(in, answer_questions(in, batch));
        if (clock_ms() >= in->next_tick_ms)
            tick(in);
    }
}

/* ---- from outside ----------------------------------------------------------------------------------------
 */

struct intake_options intake_defaults(const struct intake_ops *ops, void *world)
{
    return (struct intake_options){.queue_max = 8192,
                                   .batch_max = 1000,
                                   .wait_max_ms = 2000,
                                   .tick_ms = 1000,
                                   .ops = ops,
                                   .world = world};
}

bool intake_start(const struct intake_options *options, struct intake **out, struct err *e)
{
    struct intake *in = mem_alloc(1, sizeof *in);
    pthread_condattr_t monotonic;

    *out = NULL;
    in->o = *options;
    in->state = TAKING;
    if (!in->o.ops->open(in->o.world, &in->store, e)) {
        free(in);
        return false;
    }
    pthread_mutex_init(&in->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&in->wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    int failed = pthread_create(&in->thread, NULL, writer, in);
    if (failed != 0) {
        drop_store(in);
        pthread_cond_destroy(&in->wake);
        pthread_mutex_destroy(&in->lock);
        free(in);
        return err_set_errno(e, failed, "starting the writer's thread");
    }
    *out = in;
    return true;
}

/* How long the oldest that is not yet durable has waited. Under the lock. */
static int64_t oldest_ms(const struct intake *in, int64_t now_ms)
{
    if (in->writing_since_ms != 0)
        return now_ms - in->writing_since_ms;
    return in->first == NULL ? 0 : now_ms - in->first->since_ms;
}

static bool takes(const struct intake *in, int64_t now_ms)
{
    return in->state == TAKING && !in->stopping && in->waiting < in->o.queue_max &&
           oldest_ms(in, now_ms) < in->o.wait_max_ms;
}

bool intake_put(struct intake *in, struct intake_entry *entry)
{
    int64_t now_ms = clock_ms();

    assert(entry->done != NULL);
    entry->since_ms = now_ms;
    entry->next = NULL;
    pthread_mutex_lock(&in->lock);
    bool taken = takes(in, now_ms);
    bool was_empty = in->first == NULL;
    if (taken) {
        if (was_empty)
            in->first = entry;
        else
            in->last->next = entry;
        in->last = entry;
        in->waiting++;
    }
    pthread_mutex_unlock(&in->lock);
    if (taken && was_empty)
        pthread_cond_signal(&in->wake);
    return taken;
}

bool intake_healthy(struct intake *in)
{
    int64_t now_ms = clock_ms();

    pthread_mutex_lock(&in->lock);
    bool healthy = takes(in, now_ms);
    pthread_mutex_unlock(&in->lock);
    return healthy;
}

void intake_stop(struct intake *in)
{
    if (in == NULL)
        return;
    pthread_mutex_lock(&in->lock);
    in->stopping = true;
    pthread_mutex_unlock(&in->lock);
    pthread_cond_signal(&in->wake);
    pthread_join(in->thread, NULL);
    drop_store(in);
}

void intake_free(struct intake *in)
{
    if (in == NULL)
        return;
    pthread_cond_destroy(&in->wake);
    pthread_mutex_destroy(&in->lock);
    free(in);
}
