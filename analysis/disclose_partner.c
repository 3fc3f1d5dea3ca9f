#include "analysis/disclose_partner.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/disclose_elsewhere.h"
#include "core/base/mem.h"

/* ---- who stands where -----------------------------------------------------------------------------------
 */

/* A group, and where its partners are looked for. */
struct place {
    size_t now;
    size_t group; /* as it was first released */
    int rank;
    size_t block;  /* once it is no matter in which unit: NOWHERE */
    size_t parent; /* the smallest group that holds it; NOWHERE: none, or no matter */
    int64_t responses;
    bool placed;
};

#define NOWHERE (SIZE_MAX - 1)

struct search {
    const struct disclose_sheet *s;
    bool *inside; /* of each atom: whether the group at hand holds it */
};

static void mark(struct search *f, size_t g, bool inside)
{
    for (size_t i = 0; i < f->s->group[g].atoms; i++)
        f->inside[f->s->group[g].atom[i]] = inside;
}

static bool is_inside(const struct search *f, size_t g)
{
    for (size_t i = 0; i < f->s->group[g].atoms; i++) {
        if (!f->inside[f->s->group[g].atom[i]])
            return false;
    }
    return true;
}

/* A class lies in its grade and its unit, a unit in an area. In a gender only those who answered know. */
static bool may_hold(const struct sheet_group *whole, const struct sheet_group *part)
{
    const bool is_unit = part->about.rank == 0;

    if (!whole->about.counted || part->about.block == DISCLOSE_ACROSS)
        return false;
    return whole->about.block == (is_unit ? DISCLOSE_ACROSS : part->about.block) &&
           (is_unit ? whole->about.rank > 0 : whole->about.rank < part->about.rank);
}

/* Of two that hold it: of a class the grade rather than the unit, of a unit the area rather than all else. */
static bool is_closer(const struct disclose_sheet *s, const struct place *p, size_t whole)
{
    const int rank = s->group[whole].about.rank;

    if (p->parent == NOWHERE)
        return true;
    return p->rank == 0 ? rank < s->group[p->parent].about.rank : rank > s->group[p->parent].about.rank;
}

/* Looks at `whole` as what may hold the groups of the places. Those of the very same persons need no place:
 * they stand with the coarsest. */
static void look_at(struct search *f, const struct place *whole, struct place *place, size_t places,
                    size_t *stands)
{
    const struct sheet_group *w = &f->s->group[whole->group];

    mark(f, whole->group, true);
    for (size_t i = 0; i < places; i++) {
        struct place *p = &place[i];
        const struct sheet_group *g = &f->s->group[p->group];

        if (!may_hold(w, g) || !is_inside(f, p->group))
            continue;
        if (w->atoms == g->atoms && w->about.block == g->about.block) {
            p->placed = true;
            if (whole->rank < f->s->group[stands[p->now]].about.rank)
                stands[p->now] = whole->now;
        }
        if (is_closer(f->s, p, whole->group))
            p->parent = whole->group;
    }
    mark(f, whole->group, false);
}

static size_t list_places(const struct disclose_sheet *s, struct place *place)
{
    size_t places = 0;

    for (size_t g = 0; g < s->groups; g++) {
        const struct disclose_about *a = &s->group[g].about;
        const size_t first = s->first[g];

        if (sheet_shows(s, g) && first != DISCLOSE_LATE)
            place[places++] = (struct place){.now = g,
                                             .group = first,
                                             .rank = a->rank,
                                             .block = a->block,
                                             .parent = NOWHERE,
                                             .responses = s->group[first].about.responses};
    }
    return places;
}

/* ---- rings ----------------------------------------------------------------------------------------------
 */

static int by(size_t a, size_t b)
{
    return a < b ? -1 : a > b;
}

/* 0: of one kind and in one place; what has partners already comes last. */
static int compare_place(const struct place *x, const struct place *y)
{
    if (x->placed != y->placed)
        return x->placed ? 1 : -1;
    if (x->block != y->block)
        return by(x->block, y->block);
    if (x->rank != y->rank)
        return x->rank < y->rank ? -1 : 1;
    return by(x->parent, y->parent);
}

/* The larger first. */
static int in_order(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    const int c = compare_place(x, y);

    if (c != 0)
        return c;
    return x->responses != y->responses ? (x->responses > y->responses ? -1 : 1) : by(x->now, y->now);
}

enum { TIMES = 2 };

/* The end of the places that are like the one at `first`, each at most so many times as large as the next:
 * that of eighty and five it was the eighty who answered alike nobody would believe. */
static size_t end_of_place(const struct place *place, size_t places, size_t first)
{
    size_t end = first + 1;

    while (end < places && compare_place(&place[first], &place[end]) == 0 &&
           place[end - 1].responses <= TIMES * place[end].responses)
        end++;
    return end;
}

static void join(size_t *partner, size_t a, size_t b)
{
    const size_t next = partner[a];

    partner[a] = partner[b];
    partner[b] = next;
}

/* Twos of what is in one place, three at the end of an odd number. One alone waits for a wider place. */
static void join_all(struct place *place, size_t count, size_t *partner)
{
    for (size_t i = 0; count > 1 && i < count; i++) {
        place[i].placed = true;
        if (i % 2 == 1 || (i == count - 1 && i > 0))
            join(partner, place[i - 1].now, place[i].now);
    }
}

static void join_places(struct place *place, size_t places, size_t *partner)
{
    size_t end;

    qsort(place, places, sizeof *place, in_order);
    for (size_t i = 0; i < places && !place[i].placed; i = end) {
        end = end_of_place(place, places, i);
        join_all(place + i, end - i, partner);
    }
}

/* What lies across units and is the very same persons as `whole`, of one unit, stands with it. */
static void look_across(struct search *f, size_t whole, struct place *across, size_t count)
{
    mark(f, whole, true);
    for (size_t i = 0; i < count; i++)
        across[i].placed |=
            f->s->group[across[i].group].atoms == f->s->group[whole].atoms && is_inside(f, across[i].group);
    mark(f, whole, false);
}

static size_t end_of_block(const struct place *place, size_t places, size_t first)
{
    size_t end = first;

    while (end < places && place[end].block == place[first].block)
        end++;
    return end;
}

static void find_parents(const struct disclose_sheet *s, struct place *place, size_t places, size_t *stands)
{
    struct search f = {.s = s, .inside = mem_alloc(s->atoms, sizeof *f.inside)};
    size_t end = 0, across = 0;

    qsort(place, places, sizeof *place, in_order);
    while (across < places && place[across].block != DISCLOSE_ACROSS)
        across++; /* these come last */
    for (size_t first = 0; first < across; first = end) {
        end = end_of_block(place, across, first);
        for (size_t i = first; i < end; i++) {
            look_at(&f, &place[i], place + first, end - first, stands);
            look_across(&f, place[i].group, place + across, places - across);
        }
    }
    for (size_t i = across; i < places; i++)
        look_at(&f, &place[i], place, across, stands);
    free(f.inside);
}

void partner_find(struct disclose_sheet *s)
{
    struct place *place = mem_alloc(s->groups, sizeof *place);
    const size_t places = list_places(s, place);

    for (size_t g = 0; g < s->groups; g++)
        s->partner[g] = s->stands[g] = g;
    find_parents(s, place, places, s->stands);
    join_places(place, places, s->partner);
    for (size_t i = 0; i < places; i++)
        place[i].parent = NOWHERE;
    join_places(place, places, s->partner);
    for (size_t i = 0; i < places; i++) {
        if (place[i].block == DISCLOSE_ACROSS)
            continue;
        place[i].block = NOWHERE;
        place[i].placed |=
            !s->group[place[i].now].about.counted; /* a gender alone: see disclose_elsewhere.h */
    }
    join_places(place, places, s->partner);
    free(place);
    elsewhere_find(s);
}

/* ---- withholding ----------------------------------------------------------------------------------------
 */

static bool has_company(const struct disclose_sheet *s, size_t g)
{
    const size_t i = elsewhere_first(s, g);

    return s->partner[g] != g || (i < s->elsewheres && s->elsewhere[i].group == g);
}

/* Nobody is no secret: where all left the question out, that it is withheld says so. */
static bool is_cause(const struct disclose_sheet *s, const struct sheet_vector *v, size_t g)
{
    return sheet_shows(s, g) && vector_is_secret(s, v, g, true) &&
           (v->n[g] < s->k || vector_one_answer(v, g) != 0);
}

/* Calls `with` for all that the group is made up of, itself too, and for what lies across units and has
 * nobody else. */
static void each_inside(struct search *f, size_t whole, void (*with)(size_t g, void *arg), void *arg)
{
    const struct disclose_sheet *s = f->s;
    const size_t block = s->group[whole].about.block;

    mark(f, whole, true);
    for (size_t g = 0; g < s->groups; g++) {
        const size_t own = s->group[g].about.block;

        if ((own == block || own == DISCLOSE_ACROSS || block == DISCLOSE_ACROSS) && is_inside(f, g))
            with(g, arg);
    }
    mark(f, whole, false);
}

static void cover(size_t g, void *arg)
{
    bool *covered = arg;

    covered[g] = true;
}

/* What lies in a group that is the cause, and has partners, is withheld with it: these are partners enough.
 */
static void find_causes(struct search *f, const struct sheet_vector *v, bool *cause)
{
    const struct disclose_sheet *s = f->s;
    bool *covered = mem_alloc(s->groups, sizeof *covered);

    for (size_t g = 0; g < s->groups; g++) {
        const size_t stands = s->stands[g];

        cause[stands] |= has_company(s, stands) && is_cause(s, v, g);
    }
    for (size_t g = 0; g < s->groups; g++) {
        const bool was = covered[g];

        if (!cause[g])
            continue;
        each_inside(f, g, cover, covered);
        covered[g] = was;
    }
    for (size_t g = 0; g < s->groups; g++)
        cause[g] = cause[g] && !covered[g];
    free(covered);
}

struct withholding {
    const struct sheet_vector *v;
    uint64_t answer; /* that it is taken to have given alike, or 0 */
};

static void withhold(size_t g, void *arg)
{
    const struct withholding *w = arg;

    if (w->v->state[g] != DISCLOSE_SHOWN || w->v->before[g] != 0)
        return;
    w->v->state[g] = DISCLOSE_WITHHELD;
    w->v->as_if[g] = w->answer;
}

/* Of the first partner of a group that answered alike; half of it of the next. Answers of questions have
 * lower bits. */
#define OTHER_ANSWER (DISCLOSE_DONT_KNOW >> 1)

/* ---- whole rings ----------------------------------------------------------------------------------------
 */

static void withhold_partners(struct search *f, const struct sheet_vector *v, size_t g)
{
    const struct disclose_sheet *s = f->s;
    struct withholding w = {.v = v, .answer = vector_one_answer(v, g) != 0 ? OTHER_ANSWER : 0};

    for (size_t p = s->partner[g]; p != g; p = s->partner[p], w.answer >>= 1)
        each_inside(f, p, withhold, &w);
    w.answer = 0;
    for (size_t i = elsewhere_first(s, g); i < s->elsewheres && s->elsewhere[i].group == g; i++) {
        const size_t other = s->elsewhere[i].other;

        if (s->group[other].about.block == DISCLOSE_ACROSS)
            withhold(other, &w);
        else
            each_inside(f, other, withhold, &w);
    }
}

/* Whether the ring is broken: part of it is to be withheld, for the sake of a ring of its kind in its unit
 * that is `withheld`. */
static bool is_broken(const struct disclose_sheet *s, const struct sheet_vector *v, const bool *withheld,
                      size_t g)
{
    bool shown = false, beside = false;

    for (size_t p = s->partner[g]; p != g; p = s->partner[p])
        shown |= v->state[p] == DISCLOSE_SHOWN && v->before[p] == 0;
    for (size_t i = 0; shown && i < s->groups; i++)
        beside |= withheld[i] && s->group[i].about.block == s->group[g].about.block &&
                  s->group[i].about.rank == s->group[g].about.rank;
    return beside;
}

/* Withholds for good in v->state what breaks no ring; `released` is what the linear stage makes of it. */
static bool mend_rings(struct search *f, const struct sheet_vector *v, const uint8_t *released,
                       const bool *withheld)
{
    const struct disclose_sheet *s = f->s;
    bool any = false;

    for (size_t g = 0; g < s->groups; g++) {
        struct withholding w = {.v = v};

        if (released[g] == DISCLOSE_SHOWN || v->state[g] != DISCLOSE_SHOWN || !sheet_shows(s, g) ||
            !is_broken(s, v, withheld, g))
            continue;
        withhold(g, &w);
        withhold_partners(f, v, g);
        any = true;
    }
    return any;
}

static void withhold_broken(struct search *f, const struct sheet_vector *v, const bool *withheld)
{
    const size_t groups = f->s->groups;
    uint8_t *released = mem_alloc(groups, 1);
    struct sheet_vector then = *v;

    then.state = released;
    do {
        memcpy(released, v->state, groups);
        vector_release(f->s, &then, NULL);
    } while (mend_rings(f, v, released, withheld));
    free(released);
}

void partner_withhold(const struct disclose_sheet *s, const struct sheet_vector *v)
{
    struct search f = {.s = s, .inside = mem_alloc(s->atoms, sizeof *f.inside)};
    bool *cause = mem_alloc(s->groups, sizeof *cause);
    bool *withheld = mem_alloc(s->groups, sizeof *withheld), any = false;

    find_causes(&f, v, cause);
    for (size_t g = 0; g < s->groups; g++) {
        if (!cause[g])
            continue;
        withhold_partners(&f, v, g);
        withheld[g] = any = true;
        for (size_t p = s->partner[g]; p != g; p = s->partner[p])
            withheld[p] = true;
    }
    if (any)
        withhold_broken(&f, v, withheld);
    free(withheld);
    free(cause);
    free(f.inside);
}
