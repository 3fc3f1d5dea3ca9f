#ifndef TLD_TESTS_INTAKE_BENCH_H
#define TLD_TESTS_INTAKE_BENCH_H

/*
 * An intake over a store that fails when told to, and those who send to it. An intake that hangs fails the
 * test.
 */

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "collector/intake.h"

/* What the store is told, and what was done to it. */
struct bench_world {
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

/* The store's operations; world: a struct bench_world. */
extern const struct intake_ops BENCH_OPS;

struct bench {
    struct bench_world world;
    struct intake *intake;
};

struct intake_options bench_options(void);
void bench_start(struct bench *b, struct intake_options o);

/* Stops it; no handle was misused, and each is closed. */
void bench_finish(struct bench *b);

/* ---- sending ---- */

struct bench_sender {
    struct intake_entry entry; /* first */
    struct bench_world *world;
    int told;
    enum intake_result result;
    int committed_when_told;
};

/* Whether the intake takes it. The answers are what `bad_answers` knows an entry by. */
bool bench_put(struct bench *b, struct bench_sender *s);
bool bench_put_answers(struct bench *b, struct bench_sender *s, const uint8_t *answers);

/* Whether a code is spent; whether a key has been seen. */
bool bench_ask(struct bench *b, struct bench_sender *s, const char *code);
bool bench_ask_key(struct bench *b, struct bench_sender *s);

/* ---- waiting ---- */

/* Commits wait from now on, or go on. */
void bench_hold(struct bench_world *w, bool on);

/* Until *counter, one of the world's or a sender's, is at least so much. */
void bench_wait_for(struct bench_world *w, const int *counter, int least);

/* What the sender is told. */
enum intake_result bench_result(struct bench *b, struct bench_sender *s);

/* Until answers are taken and stored again. */
void bench_wait_until_taking(struct bench *b);

#endif
