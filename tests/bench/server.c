/*
 * server MODE STORE: the collector's own server on 127.0.0.1 (any free port, printed as `serve` prints it),
 * with its writer changed for comparison:
 *
 *   durable  as it is
 *   single   one transaction for each answer
 *   none     no store: answers are parsed, checked, queued and acknowledged, and kept nowhere
 */

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/http.h"
#include "collector/intake.h"
#include "collector/site.h"
#include "collector/survey.h"
#include "core/base/data_dir.h"
#include "core/base/day.h"

static const char *address;

static bool open_store(void *world, struct store **out, struct err *e)
{
    (void)world;
    return store_open(address, STORE_WRITE, out, e);
}

static bool nothing(struct store *s, struct err *e)
{
    (void)s, (void)e;
    return true;
}

static void nothing_back(struct store *s)
{
    (void)s;
}

static bool nothing_put(struct store *s, const struct submission *sub, enum submission_outcome *outcome,
                        struct err *e)
{
    (void)s, (void)sub, (void)e;
    *outcome = SUBMISSION_ADDED;
    return true;
}

static bool nothing_exists(struct store *s, const char *round, const uint8_t nonce[SUBMISSION_NONCE_BYTES],
                           bool *exists, struct err *e)
{
    (void)s, (void)round, (void)nonce, (void)e;
    *exists = false;
    return true;
}

static bool no_tick(void *world, struct store *s, struct err *e)
{
    (void)world, (void)s, (void)e;
    return true;
}

static const struct intake_ops durable_ops = {
    .open = open_store,
    .close = store_close,
    .begin = store_begin,
    .put = store_response_put,
    .exists = store_response_exists,
    .commit = store_commit,
    .rollback = store_rollback,
    .probe = store_probe,
    .tick = no_tick,
};

static const struct intake_ops none_ops = {
    .open = open_store,
    .close = store_close,
    .begin = nothing,
    .put = nothing_put,
    .exists = nothing_exists,
    .commit = nothing,
    .rollback = nothing_back,
    .probe = nothing,
    .tick = no_tick,
};

static bool make_site(struct site *site, struct views **views, struct err *e)
{
    struct store *reader = NULL;
    struct faults faults;
    char *dir = data_path("views");
    bool ok;

    faults_init(&faults);
    ok = views_load(dir, "", views, &faults, e) && store_open(address, STORE_READ, &reader, e);
    if (ok) {
        site->views = *views;
        site->root = "";
        site->submission = *store_submission_secret(reader);
        site->pages = page_cache_new(24 * 1024 * 1024);
        ok = survey_load(reader, &site->survey, e);
    }
    store_close(reader);
    faults_fini(&faults);
    free(dir);
    return ok;
}

static bool run(const char *mode, struct err *e)
{
    struct intake_options intake =
        intake_defaults(strcmp(mode, "none") == 0 ? &none_ops : &durable_ops, NULL);
    struct http_options options = http_defaults("127.0.0.1:0");
    struct site site = {0};
    struct views *views = NULL;
    struct http *http = NULL;
    sigset_t ending;
    int got;
    bool ok;

    if (strcmp(mode, "single") == 0)
        intake.batch_max = 1;
    sigemptyset(&ending);
    sigaddset(&ending, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ending, NULL);
    pthread_mutex_init(&site.lock, NULL);
    ok = intake_start(&intake, &site.intake, e) && make_site(&site, &views, e) &&
         http_start(&options, &site, &http, e);
    if (ok) {
        printf("listening on %s\n", http_address(http));
        (void)fflush(stdout);
        (void)sigwait(&ending, &got);
        http_quiesce(http);
        (void)http_drain(http, 1000);
    }
    intake_stop(site.intake);
    http_stop(http);
    intake_free(site.intake);
    survey_release(site.survey);
    page_cache_free(site.pages);
    views_free(views);
    return ok;
}

int main(int argc, char **argv)
{
    struct err e = ERR_INIT;

    if (argc != 3) {
        (void)fprintf(stderr, "usage: server durable|single|none STORE\n");
        return 2;
    }
    address = argv[2];
    if (!day_zone_init(&e) || !secret_init(&e) || !run(argv[1], &e)) {
        (void)fprintf(stderr, "server: %s\n", e.text);
        return 1;
    }
    return 0;
}
