#include "core/base/parallel.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

struct work {
    size_t count;
    atomic_size_t next;
    void (*each)(size_t i, void *arg);
    void *arg;
    void (*end)(void);
};

unsigned parallel_threads(unsigned wanted)
{
    const long processors = sysconf(_SC_NPROCESSORS_ONLN);
    const unsigned threads = wanted > 0 ? wanted : processors > 1 ? (unsigned)processors : 1;

    return threads < PARALLEL_MAX ? threads : PARALLEL_MAX;
}

static void *run(void *arg)
{
    struct work *w = arg;

    for (;;) {
        const size_t i = atomic_fetch_add(&w->next, 1);

        if (i >= w->count)
            break;
        w->each(i, w->arg);
    }
    if (w->end != NULL)
        w->end();
    return NULL;
}

void parallel_each(size_t count, unsigned threads, void (*each)(size_t i, void *arg), void *arg,
                   void (*end)(void))
{
    struct work w = {.count = count, .each = each, .arg = arg, .end = end};
    pthread_t thread[PARALLEL_MAX];
    unsigned others = 0;

    while (others + 1 < threads && others + 1 < count && others < PARALLEL_MAX &&
           pthread_create(&thread[others], NULL, run, &w) == 0)
        others++;
    (void)run(&w);
    while (others > 0)
        (void)pthread_join(thread[--others], NULL);
}
