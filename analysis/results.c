#include "analysis/results.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/mem.h"

enum { THREADS_MAX = 8 };

/* Threads take the measurements one by one. */
struct work {
    struct results *r;
    const struct results_options *o;
    pthread_mutex_t lock;
    size_t next;
    void (*each)(struct lattice *l, const struct dataset *d, const struct measurement *m);
};

static bool take(struct work *w, size_t *which)
{
    bool any;

    (void)pthread_mutex_lock(&w->lock);
    *which = w->next;
    any = w->next < w->r->d->measurements;
    w->next += any;
    if (any && w->o->progress != NULL)
        w->o->progress(w->r->d->measurement[*which].round->code);
    (void)pthread_mutex_unlock(&w->lock);
    return any;
}

static void *run(void *arg)
{
    struct work *w = arg;
    size_t i;

    while (take(w, &i))
        w->each(&w->r->lattice[i], w->r->d, &w->r->d->measurement[i]);
    disclose_thread_end();
    return NULL;
}

static unsigned thread_count(const struct results_options *o)
{
    const long processors = sysconf(_SC_NPROCESSORS_ONLN);

    if (o->threads > 0)
        return o->threads < THREADS_MAX ? o->threads : THREADS_MAX;
    return processors > THREADS_MAX ? THREADS_MAX : processors > 1 ? (unsigned)processors : 1;
}

static void run_all(struct work *w)
{
    pthread_t thread[THREADS_MAX];
    unsigned threads = 0;

    w->next = 0;
    (void)pthread_mutex_init(&w->lock, NULL);
    /* Without a thread the others do its part. */
    while (threads + 1 < thread_count(w->o) && pthread_create(&thread[threads], NULL, run, w) == 0)
        threads++;
    (void)run(w);
    while (threads > 0)
        (void)pthread_join(thread[--threads], NULL);
    (void)pthread_mutex_destroy(&w->lock);
}

void results_init(struct results *r, const struct dataset *d, const struct results_options *o)
{
    struct work w = {.r = r, .o = o, .each = lattice_init};

    *r = (struct results){.d = d, .audience = RELEASE_INTERNAL};
    r->lattice = mem_alloc(d->measurements, sizeof *r->lattice);
    run_all(&w);
}

static void narrow(struct lattice *l, const struct dataset *d, const struct measurement *m)
{
    (void)d;
    (void)m;
    lattice_narrow(l);
}

void results_narrow(struct results *r, const struct results_options *o)
{
    struct work w = {.r = r, .o = o, .each = narrow};

    r->audience = RELEASE_PUBLIC;
    run_all(&w);
}

void results_fini(struct results *r)
{
    for (size_t i = 0; i < r->d->measurements; i++)
        lattice_fini(&r->lattice[i]);
    free(r->lattice);
    memset(r, 0, sizeof *r);
}
