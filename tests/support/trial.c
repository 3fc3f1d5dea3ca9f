/*
 * The collector with something changed, for benchmarks and tests of faults:
 *
 *     trial STORE LISTEN [NAME=VALUE …]
 *
 *     nothing=1       answers are checked, queued and acknowledged, but not stored
 *     batch=N         answers in one transaction at most
 *     queue=N         answers that may wait
 *     wait_ms=N       age of the oldest from which new ones are refused
 *     commit_ms=N     each commit takes that much longer
 *     idle_s=N deadline_s=N
 *     full=FILE       while FILE exists, the disk is "full"
 *     broken=FILE     while FILE exists, each commit of answers reports a failure; every second one of them
 * is durable all the same, as when a disk fails only to say so lost=FILE       while FILE exists, the store
 * can not be opened
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "collector/serve.h"
#include "core/base/day.h"
#include "core/base/secret.h"

static struct {
    bool nothing;
    int batch, queue, wait_ms, commit_ms, idle_s, deadline_s;
    const char *full, *broken, *lost;
    struct intake_ops real, changed;
} trial;

static bool exists(const char *file)
{
    return file != NULL && access(file, F_OK) == 0;
}

/* ---- operations ------------------------------------------------------------------------------------------
 */

static bool opening(void *world, struct store **out, struct err *e)
{
    if (exists(trial.lost))
        return err_set(e, ERR_IO, "the trial lost the store");
    return trial.real.open(world, out, e);
}

static bool begin_nothing(struct store *s, struct err *e)
{
    (void)s;
    (void)e;
    return true;
}

static bool put_nothing(struct store *s, const struct submission *sub, enum submission_outcome *outcome,
                        struct err *e)
{
    (void)s;
    (void)sub;
    (void)e;
    *outcome = SUBMISSION_ADDED;
    return true;
}

static void rollback_nothing(struct store *s)
{
    (void)s;
}

static bool putting(struct store *s, const struct submission *sub, enum submission_outcome *outcome,
                    struct err *e)
{
    if (exists(trial.full))
        return err_set(e, ERR_LIMIT, "the trial filled the disk");
    return trial.real.put(s, sub, outcome, e);
}

static bool probing(struct store *s, struct err *e)
{
    if (exists(trial.full))
        return err_set(e, ERR_LIMIT, "the trial filled the disk");
    return trial.real.probe(s, e);
}

static bool committing(struct store *s, struct err *e)
{
    static unsigned failures;
    const struct timespec pause = {.tv_sec = trial.commit_ms / 1000,
                                   .tv_nsec = trial.commit_ms % 1000 * 1000000L};

    if (trial.commit_ms > 0)
        nanosleep(&pause, NULL);
    if (!exists(trial.broken))
        return trial.real.commit(s, e);
    if (failures++ % 2 == 0 && !trial.real.commit(s, e))
        return false;
    return err_set(e, ERR_IO, "the trial broke the commit");
}

static void change_intake(struct intake_options *o)
{
    trial.real = trial.changed = *o->ops;
    trial.changed.open = opening;
    trial.changed.put = putting;
    trial.changed.probe = probing;
    trial.changed.commit = committing;
    if (trial.nothing) {
        trial.changed.begin = begin_nothing;
        trial.changed.put = put_nothing;
        trial.changed.commit = begin_nothing;
        trial.changed.rollback = rollback_nothing;
    }
    o->ops = &trial.changed;
    if (trial.batch > 0)
        o->batch_max = (size_t)trial.batch;
    if (trial.queue > 0)
        o->queue_max = (size_t)trial.queue;
    if (trial.wait_ms > 0)
        o->wait_max_ms = trial.wait_ms;
}

static void change_http(struct http_options *o)
{
    if (trial.idle_s > 0)
        o->idle_s = (unsigned)trial.idle_s;
    if (trial.deadline_s > 0)
        o->deadline_s = (unsigned)trial.deadline_s;
}

/* ---- options ---------------------------------------------------------------------------------------------
 */

static bool read_option(const char *text)
{
    const struct {
        const char *name;
        int *number;
        const char **file;
    } options[] = {
        {"batch=", &trial.batch, NULL},     {"queue=", &trial.queue, NULL},
        {"wait_ms=", &trial.wait_ms, NULL}, {"commit_ms=", &trial.commit_ms, NULL},
        {"idle_s=", &trial.idle_s, NULL},   {"deadline_s=", &trial.deadline_s, NULL},
        {"full=", NULL, &trial.full},       {"broken=", NULL, &trial.broken},
        {"lost=", NULL, &trial.lost},
    };

    if (strcmp(text, "nothing=1") == 0)
        return trial.nothing = true;
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        size_t n = strlen(options[i].name);

        if (strncmp(text, options[i].name, n) != 0)
            continue;
        if (options[i].number != NULL)
            *options[i].number = atoi(text + n);
        else
            *options[i].file = text + n;
        return true;
    }
    return false;
}

int main(int argc, char **argv)
{
    const struct serve_trial changes = {.intake = change_intake, .http = change_http};
    struct serve_options options = {.trial = &changes};
    struct err e = ERR_INIT;

    if (argc < 3) {
        fprintf(stderr, "usage: trial STORE LISTEN [NAME=VALUE ...]\n");
        return 2;
    }
    options.store = argv[1];
    options.listen = argv[2];
    for (int i = 3; i < argc; i++) {
        if (!read_option(argv[i])) {
            fprintf(stderr, "trial: %s is no option\n", argv[i]);
            return 2;
        }
    }
    if (!day_zone_init(&e) || !secret_init(&e) || !serve_run(&options, &e)) {
        fprintf(stderr, "trial: %s\n", e.text);
        return 1;
    }
    return 0;
}
