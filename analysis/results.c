#include "analysis/results.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/parallel.h"

/* Threads take the measurements one by one, and where those are few, the items of each. */
struct work {
    struct results *r;
    const struct results_options *o;
    pthread_mutex_t progress;
    unsigned threads; /* of each measurement */
    bool narrow;
};

static void run(size_t i, void *arg)
{
    struct work *w = arg;
    const struct measurement *m = &w->r->d->measurement[i];

    if (w->o->progress != NULL) {
        (void)pthread_mutex_lock(&w->progress);
        w->o->progress(m->round->code);
        (void)pthread_mutex_unlock(&w->progress);
    }
    if (w->narrow)
        lattice_narrow(&w->r->lattice[i], w->threads);
    else
        lattice_init(&w->r->lattice[i], w->r->d, m, w->threads);
}

static void run_all(struct results *r, const struct results_options *o, bool narrow)
{
    const unsigned threads = parallel_threads(o->threads);
    struct work w = {.r = r, .o = o, .threads = threads, .narrow = narrow};

    (void)pthread_mutex_init(&w.progress, NULL);
    parallel_each(r->d->measurements, threads, run, &w, NULL);
    (void)pthread_mutex_destroy(&w.progress);
}

void results_init(struct results *r, const struct dataset *d, const struct results_options *o)
{
    *r = (struct results){.d = d, .audience = RELEASE_INTERNAL};
    r->lattice = mem_alloc(d->measurements, sizeof *r->lattice);
    run_all(r, o, false);
}

void results_narrow(struct results *r, const struct results_options *o)
{
    r->audience = RELEASE_PUBLIC;
    run_all(r, o, true);
}

void results_fini(struct results *r)
{
    for (size_t i = 0; i < r->d->measurements; i++)
        lattice_fini(&r->lattice[i]);
    free(r->lattice);
    memset(r, 0, sizeof *r);
}
