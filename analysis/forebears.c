#include "analysis/forebears.h"

#include <stdlib.h>

#include "core/base/mem.h"

int64_t forebears_responses(const struct lattice *l, size_t unit)
{
    const size_t node = lattice_find(l, unit, NODE_ALL, 0);

    return node == SIZE_MAX ? 0 : l->node[node].sum.responses;
}

/* What a search goes through. */
struct search {
    const struct dataset *d;
    const struct lattice *lattice;
    int then, now;
};

/* Whether a succession came between the two months. */
static bool between(const struct search *s, const struct dataset_succession *l)
{
    return l->from > s->then && l->from <= s->now;
}

/* Whether a unit is measured in any month from `from` until now. */
static bool is_measured(const struct search *s, size_t unit, int from)
{
    for (size_t i = 0; i < s->d->measurements; i++) {
        const int month = round_months(s->d->measurement[i].round->code);

        if (month >= from && month <= s->now && forebears_responses(&s->lattice[i], unit) > 0)
            return true;
    }
    return false;
}

static bool was_split(const struct search *s, size_t unit)
{
    size_t successors = 0;

    for (size_t i = 0; i < s->d->successions; i++) {
        const struct dataset_succession *l = &s->d->succession[i];

        if (l->predecessor == unit && between(s, l) && (++successors > 1 || is_measured(s, unit, l->from)))
            return true;
    }
    return false;
}

/* Whether that is something new. */
static bool add(struct forebears *f, size_t unit, bool cut)
{
    for (size_t i = 0; i < f->count; i++) {
        if (f->at[i].unit == unit) {
            const bool news = cut && !f->at[i].cut;

            f->at[i].cut |= cut;
            return news;
        }
    }
    f->at = mem_room(f->at, f->count, &f->capacity, sizeof *f->at);
    f->at[f->count++] = (struct forebear){.unit = unit, .cut = cut};
    return true;
}

/* Those that unit i of the list carries on. */
static bool add_predecessors(struct forebears *f, const struct search *s, size_t i)
{
    bool news = false;

    for (size_t k = 0; k < s->d->successions; k++) {
        const struct dataset_succession *l = &s->d->succession[k];

        if (l->successor == f->at[i].unit && between(s, l))
            news |= add(f, l->predecessor, f->at[i].cut || was_split(s, l->predecessor));
    }
    return news;
}

void forebears_init(struct forebears *f, const struct dataset *d, const struct lattice *lattice, size_t unit,
                    int then, int now)
{
    const struct search s = {.d = d, .lattice = lattice, .then = then, .now = now};
    bool news = d->successions > 0;

    *f = (struct forebears){.at = NULL};
    (void)add(f, unit, was_split(&s, unit));
    while (news) {
        news = false;
        for (size_t i = 0; i < f->count; i++)
            news |= add_predecessors(f, &s, i);
    }
}

void forebears_fini(struct forebears *f)
{
    free(f->at);
}
