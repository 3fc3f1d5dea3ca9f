#ifndef TLD_COLLECTOR_INTAKE_H
#define TLD_COLLECTOR_INTAKE_H

/*
 * The one thread that writes while the collector serves. It takes all answers that wait, at most batch_max,
 * and makes them durable in one transaction; only then is each told so. It also does what the clock asks for,
 * and answers, before it writes, whether a one-time code is used up or a submission key known: in the same
 * queue, so that trying codes that way is not cheaper than sending them.
 *
 * Answers are refused at once when too many wait, when the oldest has waited too long, when the disk is full
 * and when the store is lost; the last two are left again by one probe a second. A handle on which a commit
 * failed is closed and never used again: what the batch came to is unknown, its senders are told to send
 * again, and their submission keys make that exact.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"
#include "core/store/store.h"

/* What the writer does with a store; tests put failing ones here, benchmarks one that keeps nothing. */
struct intake_ops {
    bool (*open)(void *world, struct store **out, struct err *e); /* a handle for serving */
    void (*close)(struct store *s);
    bool (*begin)(struct store *s, struct err *e);
    bool (*put)(struct store *s, const struct submission *sub, enum submission_outcome *outcome,
                struct err *e);
    bool (*exists)(struct store *s, const char *round, const uint8_t nonce[SUBMISSION_NONCE_BYTES],
                   bool *exists, struct err *e);
    bool (*spent)(struct store *s, const struct code_place *p, const char *code, bool *spent, struct err *e);
    bool (*commit)(struct store *s, struct err *e);
    void (*rollback)(struct store *s);
    bool (*probe)(struct store *s, struct err *e);
    /* About once a second, between transactions; may write. */
    bool (*tick)(void *world, struct store *s, struct err *e);
};

struct intake_options {
    size_t queue_max; /* waiting entries */
    size_t batch_max; /* in one transaction */
    int wait_max_ms;  /* age of the oldest entry from which new ones are refused */
    int tick_ms;      /* between ticks, and between probes */
    const struct intake_ops *ops;
    void *world; /* for open and tick; used on the writer's thread alone */
};

/* 8,192 waiting, 1,000 together, 2 s, 1 s. */
struct intake_options intake_defaults(const struct intake_ops *ops, void *world);

enum intake_result {
    INTAKE_STORED,      /* durable, now or by an earlier sending of the same submission key */
    INTAKE_CLOSED,      /* the round takes no answers and this one had not come before */
    INTAKE_CODE_NEEDED, /* as the outcomes of the same name: not stored */
    INTAKE_CODE_UNKNOWN,
    INTAKE_CODE_USED,
    INTAKE_CODE_NOT_USED, /* INTAKE_ASKS_CODE only: unused, or none of the class's */
    INTAKE_KEY_NEW,       /* INTAKE_ASKS_KEY only: nothing is stored with it */
    INTAKE_FAILED         /* not known to be stored: send again */
};

/* What an entry may ask instead of having its submission stored. */
enum intake_question {
    INTAKE_ASKS_NOTHING,
    INTAKE_ASKS_CODE, /* whether the submission's code is used up; without nonce and answers */
    INTAKE_ASKS_KEY   /* whether the submission's nonce is stored; without class, code and answers */
};

/* One response on its way. The caller keeps it, and what submission points to, until `done` was called. */
struct intake_entry {
    struct submission submission;
    enum intake_question asks;
    void (*done)(struct intake_entry *entry, enum intake_result result); /* on the writer's thread; brief */
    struct intake_entry *next;                                           /* the intake's, as all below */
    int64_t since_ms;
    enum intake_result result;
};

struct intake;

/* Opens the store (on the calling thread) and starts the writer. Errors are those of ops->open. */
bool intake_start(const struct intake_options *options, struct intake **out, struct err *e) STORE_CHECK;

/* False: refused at once, `done` will not be called. From any thread. */
bool intake_put(struct intake *in, struct intake_entry *entry) STORE_CHECK;

/* Whether answers are taken at this moment. From any thread. */
bool intake_healthy(struct intake *in);

/* Refuses from now on, writes what waits, ends the thread, closes the store. intake_put and intake_healthy
 * may still be called. NULL is allowed in both. */
void intake_stop(struct intake *in);
void intake_free(struct intake *in);

#endif
