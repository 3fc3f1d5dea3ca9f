#include "core/domain/succession.h"

#include <stdlib.h>

#include "core/base/mem.h"

/* A link from its one end (forwards: the predecessor), and its number. */
struct end {
    size_t unit, link;
};

static int by_unit(const void *a, const void *b)
{
    const struct end *x = a, *y = b;

    return x->unit < y->unit ? -1 : x->unit > y->unit;
}

static size_t tail(const struct succession_link *l, bool forwards)
{
    return forwards ? l->predecessor : l->successor;
}

static size_t head(const struct succession_link *l, bool forwards)
{
    return forwards ? l->successor : l->predecessor;
}

/* The first in `end` of this unit. */
static size_t first_of(const struct end *end, size_t count, size_t unit)
{
    size_t low = 0, high = count;

    while (low < high) {
        const size_t mid = low + (high - low) / 2;

        if (end[mid].unit < unit)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

/*
 * Takes away, one after the other, the links of units that no remaining link leads to (forwards) or from
 * (backwards): what is left are the loops and what lies behind or before them (Kahn 1962, CACM 5:558).
 */
static void peel(const struct succession_link *link, size_t links, size_t units, bool forwards, bool *looped)
{
    struct end *end = mem_alloc(links, sizeof *end);
    size_t *into = mem_alloc(units, sizeof *into), *open = mem_alloc(units, sizeof *open), opens = 0;

    for (size_t i = 0; i < links; i++) {
        end[i] = (struct end){.unit = tail(&link[i], forwards), .link = i};
        into[head(&link[i], forwards)] += looped[i];
    }
    if (links > 0)
        qsort(end, links, sizeof *end, by_unit);
    for (size_t u = 0; u < units; u++) {
        if (into[u] == 0)
            open[opens++] = u;
    }
    while (opens > 0) {
        const size_t unit = open[--opens];

        for (size_t i = first_of(end, links, unit); i < links && end[i].unit == unit; i++) {
            const size_t to = head(&link[end[i].link], forwards);

            if (looped[end[i].link] && --into[to] == 0)
                open[opens++] = to;
            looped[end[i].link] = false;
        }
    }
    free(end);
    free(into);
    free(open);
}

bool succession_loops(const struct succession_link *link, size_t links, size_t units, bool *looped)
{
    bool any = false;

    for (size_t i = 0; i < links; i++)
        looped[i] = true;
    peel(link, links, units, true, looped);
    peel(link, links, units, false, looped);
    for (size_t i = 0; i < links; i++)
        any |= looped[i];
    return any;
}
