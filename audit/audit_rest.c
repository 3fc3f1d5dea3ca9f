#include "audit/audit_rest.h"

#include <string.h>

static bool options_known(const struct audit_scale *s, const struct audit_counts *c)
{
    if (c->n < 0 || s->index)
        return c->n >= 0 && c->summed;
    for (int i = 0; i < s->options; i++) {
        if (c->option[i].lo != c->option[i].hi)
            return false;
    }
    return true;
}

static struct audit_range range_of(double lo, double hi)
{
    return (struct audit_range){lo, hi};
}

/* ---- one count out of two others ------------------------------------------------------------------------
 */

static struct audit_span add_spans(struct audit_span a, struct audit_span b, int sign)
{
    return sign > 0 ? (struct audit_span){a.lo + b.lo, a.hi + b.hi}
                    : (struct audit_span){a.lo - b.hi > 0 ? a.lo - b.hi : 0, a.hi - b.lo};
}

static struct audit_range add_ranges(struct audit_range a, struct audit_range b, int sign)
{
    if (!audit_range_known(a) || !audit_range_known(b))
        return AUDIT_ANY;
    return sign > 0 ? range_of(a.lo + b.lo, a.hi + b.hi) : range_of(a.lo - b.hi, a.hi - b.lo);
}

/* a + b, or a − b with sign −1: all but "vet ej", of which a rest says nothing. */
static struct audit_counts combine(const struct audit_scale *s, const struct audit_counts *a,
                                   const struct audit_counts *b, int sign)
{
    struct audit_counts c = {.n = a->n + sign * b->n,
                             .sum = add_ranges(a->sum, b->sum, sign),
                             .squares = add_ranges(a->squares, b->squares, sign),
                             .positive = add_spans(a->positive, b->positive, sign),
                             .summed = a->summed && b->summed,
                             .steps = a->steps + sign * b->steps};

    for (int i = 0; i < s->options && !s->index; i++)
        c.option[i] = add_spans(a->option[i], b->option[i], sign);
    return c;
}

static bool meet_spans(struct audit_span *a, struct audit_span b)
{
    a->lo = a->lo > b.lo ? a->lo : b.lo;
    a->hi = a->hi < b.hi ? a->hi : b.hi;
    return a->lo <= a->hi;
}

static bool meet_ranges(struct audit_range *a, struct audit_range b)
{
    a->lo = fmax(a->lo, b.lo);
    a->hi = fmin(a->hi, b.hi);
    return a->lo <= a->hi + 1e-6;
}

/* What follows for a group joins what is shown of it. */
static bool learn(const struct audit_scale *s, struct audit_counts *known, struct audit_counts follows,
                  int64_t persons)
{
    bool ok = true;

    if (follows.n < 0 || (known->n >= 0 && known->n != follows.n))
        return false;
    if (known->n < 0) {
        *known = follows;
        known->dont_know = (struct audit_span){0, !s->dont_know ? 0
                                                  : persons < 0 ? AUDIT_PERSONS_MAX
                                                                : persons - follows.n};
        known->counted = options_known(s, known) && known->dont_know.lo == known->dont_know.hi && !s->index;
        return known->dont_know.hi >= 0;
    }
    for (int i = 0; i < s->options && !s->index; i++)
        ok = meet_spans(&known->option[i], follows.option[i]) && ok;
    ok = meet_ranges(&known->sum, follows.sum) && meet_ranges(&known->squares, follows.squares) && ok;
    ok = (s->index || meet_spans(&known->positive, follows.positive)) && ok;
    if (!known->summed && follows.summed) {
        known->summed = true;
        known->steps = follows.steps;
    }
    known->counted = !s->index && options_known(s, known) && known->dont_know.lo == known->dont_know.hi;
    return ok;
}

/* ---- groups, rests and wholes ---------------------------------------------------------------------------
 */

static size_t find_like(const struct audit_world *w, struct audit_group like)
{
    like.rest = false;
    return audit_world_find_group(w, &like);
}

/* The group that a rest and its own group make together; AUDIT_NONE when no row is about it. */
static size_t whole_of(const struct audit_world *w, const struct audit_group *g)
{
    bool in_unit = g->unit != AUDIT_NONE && g->kind != AUDIT_KIND_ALL;

    for (size_t i = 0; i < w->groups; i++) {
        const struct audit_group *x = &w->group[i];

        if (x->kind == AUDIT_KIND_ALL && !x->rest &&
            x->level == (in_unit ? AUDIT_LEVEL_UNIT : AUDIT_LEVEL_MUNICIPALITY) &&
            (!in_unit || x->unit == g->unit))
            return i;
    }
    return AUDIT_NONE;
}

static bool use(const struct audit_world *w, size_t item, const struct audit_scale *s, size_t rest,
                struct audit_counts *counts)
{
    size_t own = find_like(w, w->group[rest]), whole = whole_of(w, &w->group[rest]);
    bool own_known = own != AUDIT_NONE && options_known(s, &counts[own]);
    bool whole_known = whole != AUDIT_NONE && options_known(s, &counts[whole]);
    struct audit_counts beside = {.n = -1};
    enum audit_fit fit;

    counts[rest].n = -1;
    if (own_known && whole_known && !s->index)
        return true; /* nothing new */
    fit = audit_counts(s, audit_world_cell(w, rest, item), -1, &beside);
    if (fit != AUDIT_FITS)
        return fit == AUDIT_NOTHING;
    if (whole_known && own != AUDIT_NONE)
        return learn(s, &counts[own], combine(s, &counts[whole], &beside, -1), w->group[own].persons);
    if (own_known && whole != AUDIT_NONE)
        return learn(s, &counts[whole], combine(s, &counts[own], &beside, 1), w->group[whole].persons);
    counts[rest] = beside;
    return true;
}

bool audit_rest(const struct audit_world *w, size_t item, const struct audit_scale *s,
                struct audit_counts *counts)
{
    bool ok = true;

    /* A whole that one rest makes known serves the next: twice is enough for all of them. */
    for (int turn = 0; turn < 2; turn++) {
        for (size_t g = 0; g < w->groups; g++) {
            if (w->group[g].rest)
                ok = use(w, item, s, g, counts) && ok;
        }
    }
    return ok;
}
