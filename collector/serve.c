#include "collector/serve.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "collector/http.h"
#include "collector/intake.h"
#include "collector/site.h"
#include "collector/survey.h"
#include "collector/view.h"
#include "core/base/data_dir.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/store/store.h"

enum {
    PAGES_MAX_BYTES = 24 * 1024 * 1024,
    PATIENCE_MS = 2000, /* with another program that writes: somebody waits for the reply */
    DRAIN_MS = 5000,
    LAST_REPLIES_MS = 1000 /* for the replies to what the intake wrote last */
};

/* What the writer's thread needs beside its store. */
struct clock {
    const char *address;
    int64_t version;     /* of the store, as the writer's handle last saw it; -1 = not yet */
    atomic_bool changed; /* what can be answered may have changed: read it again */
};

struct server {
    const struct serve_options *options;
    struct clock clock;
    struct store *reader; /* the main thread's */
    struct views *views;
    char *root;
    struct site site;
    struct http *http;
    bool reading_failed;
};

/* ---- the writer's side -----------------------------------------------------------------------------------
 */

/* Rounds open and close by themselves. */
static bool turn_rounds(struct clock *clock, struct store *s, struct err *e)
{
    struct round *rounds = NULL;
    size_t count = 0;
    bool ok = store_round_list(s, &rounds, &count, e);

    for (size_t i = 0; ok && i < count; i++) {
        enum round_state state = round_state_at(&rounds[i], (int64_t)time(NULL));

        if (state == rounds[i].state)
            continue;
        ok = store_round_set_state(s, rounds[i].code, state, e);
        if (ok) {
            log_info("round %s is %s", rounds[i].code, round_state_word(state));
            atomic_store(&clock->changed, true);
        }
    }
    free(rounds);
    return ok;
}

/* The first reading finds each round in the state that the clock asks for. */
static bool open_for_serving(void *world, struct store **out, struct err *e)
{
    struct clock *clock = world;

    clock->version = -1;
    if (!store_open(clock->address, STORE_WRITE, out, e))
        return false;
    store_patience(*out, PATIENCE_MS);
    if (store_serve_lock(*out, e) && turn_rounds(clock, *out, e))
        return true;
    store_close(*out);
    *out = NULL;
    return false;
}

static bool tick(void *world, struct store *s, struct err *e)
{
    struct clock *clock = world;
    int64_t version = 0;

    if (!turn_rounds(clock, s, e) || !store_data_version(s, &version, e))
        return false;
    if (version != clock->version)
        atomic_store(&clock->changed, true);
    clock->version = version;
    return true;
}

static const struct intake_ops STORE_OPS = {
    .open = open_for_serving,
    .close = store_close,
    .begin = store_begin,
    .put = store_response_put,
    .exists = store_response_exists,
    .spent = store_code_spent,
    .commit = store_commit,
    .rollback = store_rollback,
    .probe = store_probe,
    .tick = tick,
};

/* ---- start -----------------------------------------------------------------------------------------------
 */

/* "https://tld.exempel.se/enkat" → "enkat/"; "" when the address has no path. */
static char *root_of(const char *url)
{
    const char *host = url == NULL ? NULL : strstr(url, "://");
    const char *path = host == NULL ? NULL : strchr(host + 3, '/');

    if (path == NULL)
        return mem_dup("");
    path += strspn(path, "/");
    size_t bytes = strlen(path);
    while (bytes > 0 && path[bytes - 1] == '/')
        bytes--;
    return bytes == 0 ? mem_dup("") : mem_printf("%.*s/", (int)bytes, path);
}

static bool load_views(struct server *sv, struct err *e)
{
    char *dir = data_path("views");
    struct faults faults;

    faults_init(&faults);
    sv->root = root_of(sv->options->public_url);
    bool ok = views_load(dir, sv->root, &sv->views, &faults, e);
    if (!ok)
        faults_print(&faults);
    faults_fini(&faults);
    free(dir);
    return ok;
}

static bool make_site(struct server *sv, struct err *e)
{
    struct site *site = &sv->site;

    if (!load_views(sv, e) || !store_open(sv->clock.address, STORE_READ, &sv->reader, e))
        return false;
    site->views = sv->views;
    site->root = sv->root;
    site->submission = *store_submission_secret(sv->reader);
    site->pages = page_cache_new(PAGES_MAX_BYTES);
    return survey_load(sv->reader, &site->survey, e);
}

/* The writer is there before the first connection. */
static bool start(struct server *sv, struct err *e)
{
    struct intake_options intake = intake_defaults(&STORE_OPS, &sv->clock);
    struct http_options http = http_defaults(sv->options->listen);
    const struct serve_trial *trial = sv->options->trial;

    if (trial != NULL && trial->intake != NULL)
        trial->intake(&intake);
    if (trial != NULL && trial->http != NULL)
        trial->http(&http);
    return intake_start(&intake, &sv->site.intake, e) && make_site(sv, e) &&
           http_start(&http, &sv->site, &sv->http, e);
}

/* ---- run -------------------------------------------------------------------------------------------------
 */

static void read_again(struct server *sv)
{
    struct survey *survey = NULL;
    struct err e = ERR_INIT;

    if (!atomic_exchange(&sv->clock.changed, false))
        return;
    if (survey_load(sv->reader, &survey, &e)) {
        site_renew(&sv->site, survey);
        sv->reading_failed = false;
        return;
    }
    if (!sv->reading_failed)
        log_error("the rounds and links could not be read again: %s", e.text);
    sv->reading_failed = true;
    atomic_store(&sv->clock.changed, true);
}

static void run(struct server *sv, const sigset_t *ending)
{
    const struct timespec second = {.tv_sec = 1};

    printf("listening on %s\n", http_address(sv->http));
    fflush(stdout);
    while (sigtimedwait(ending, NULL, &second) < 0) {
        http_sweep(sv->http);
        read_again(sv);
    }
}

static void stop(struct server *sv)
{
    if (sv->http != NULL) {
        http_quiesce(sv->http);
        if (!http_drain(sv->http, DRAIN_MS))
            log_warn("some requests did not end in time");
    }
    /* Before the writer: only a writer that closes last carries its log over into the file. */
    store_close(sv->reader);
    intake_stop(sv->site.intake);
    if (sv->http != NULL)
        (void)http_drain(sv->http, LAST_REPLIES_MS);
    http_stop(sv->http);
    intake_free(sv->site.intake);
    survey_release(sv->site.survey);
    page_cache_free(sv->site.pages);
    buf_fini(&sv->site.tail);
    views_free(sv->views);
    free(sv->root);
    secret_wipe(&sv->site.submission, sizeof sv->site.submission);
    pthread_mutex_destroy(&sv->site.lock);
}

bool serve_run(const struct serve_options *options, struct err *e)
{
    struct server sv = {.options = options, .clock = {.address = options->store, .version = -1}};
    sigset_t ending, before;

    /* Blocked before any thread starts, so that the signals come to sigtimedwait. */
    sigemptyset(&ending);
    sigaddset(&ending, SIGTERM);
    sigaddset(&ending, SIGINT);
    pthread_sigmask(SIG_BLOCK, &ending, &before);
    signal(SIGPIPE, SIG_IGN);
    pthread_mutex_init(&sv.site.lock, NULL);
    atomic_init(&sv.clock.changed, false);

    bool ok = start(&sv, e);
    if (ok)
        run(&sv, &ending);
    stop(&sv);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return ok;
}
