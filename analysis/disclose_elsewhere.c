#include "analysis/disclose_elsewhere.h"

#include <stdlib.h>

#include "core/base/mem.h"

enum { ELSEWHERE = 2, RING_MAX = 3 }; /* in so many units; partners stand in twos and threes */

/* The partners of one unit, all of them grades or genders, which are told of all units together, too; or a
 * gender that is the only one shown there. */
struct ring {
    size_t member[RING_MAX];
    size_t kind[RING_MAX]; /* of each, what is told of all units together; in order */
    size_t members;
    size_t block;
    int64_t responses; /* a group */
    bool gender;
};

static int by(size_t a, size_t b)
{
    return a < b ? -1 : a > b;
}

/* What is told of all units together; a group's own, not that of its unit. */
static size_t *find_kin(const struct disclose_sheet *s)
{
    size_t *kin = mem_alloc(s->groups, sizeof *kin);

    for (size_t g = 0; g < s->groups; g++)
        kin[g] = DISCLOSE_ACROSS;
    for (size_t i = 0; i < s->pieces; i++) {
        const struct disclose_about *across = &s->group[s->piece[i].across].about,
                                    *own = &s->group[s->piece[i].group].about;

        if (own->rank != 0 && own->rank == across->rank)
            kin[s->piece[i].group] = s->piece[i].across;
    }
    return kin;
}

static int in_number(const void *a, const void *b)
{
    return by(*(const size_t *)a, *(const size_t *)b);
}

/* The ring that the group is the first of; of no members: it is not, or not all are so told, or of one unit.
 */
static struct ring ring_of(const struct disclose_sheet *s, const size_t *kin, size_t g)
{
    struct ring r = {.block = s->group[g].about.block, .gender = !s->group[g].about.counted};
    size_t p = g;

    if (s->partner[g] == g && !(r.gender && sheet_shows(s, g) && s->first[g] != DISCLOSE_LATE))
        return (struct ring){.members = 0};
    do {
        if (p < g || kin[p] == DISCLOSE_ACROSS || s->group[p].about.block != r.block)
            return (struct ring){.members = 0};
        r.kind[r.members] = kin[p];
        r.member[r.members++] = p;
        r.responses += s->group[s->first[p]].about.responses;
        p = s->partner[p];
    } while (p != g);
    r.responses /= (int64_t)r.members;
    qsort(r.kind, r.members, sizeof *r.kind, in_number);
    return r;
}

/* 0: of the same kinds; genders are of one. */
static int compare_kinds(const struct ring *x, const struct ring *y)
{
    if (x->gender || y->gender)
        return by(x->gender, y->gender);
    for (size_t i = 0; i < RING_MAX; i++) {
        const int c = by(i < x->members ? x->kind[i] : SIZE_MAX, i < y->members ? y->kind[i] : SIZE_MAX);

        if (c != 0)
            return c;
    }
    return 0;
}

/* The larger first. */
static int by_kinds(const void *a, const void *b)
{
    const struct ring *x = a, *y = b;
    const int c = compare_kinds(x, y);

    if (c != 0)
        return c;
    return x->responses != y->responses ? (x->responses > y->responses ? -1 : 1)
                                        : by(x->member[0], y->member[0]);
}

static bool is_kin(const struct disclose_sheet *s, const size_t *kin, const struct ring *r, size_t g)
{
    if (!sheet_shows(s, g) || s->first[g] == DISCLOSE_LATE)
        return false;
    for (size_t i = 0; i < r->members; i++) {
        if (kin[g] == r->kind[i])
            return true;
    }
    return false;
}

/* Takes a unit that has all of the rings' kinds, and as many pupils in them as can be found; false: there is
 * none. */
static bool take_nearest(const struct disclose_sheet *s, const size_t *kin, const struct ring *r,
                         int64_t wanted, bool *taken)
{
    size_t *members = mem_alloc(s->blocks, sizeof *members), best = SIZE_MAX;
    int64_t *responses = mem_alloc(s->blocks, sizeof *responses);

    for (size_t g = 0; g < s->groups; g++) {
        if (is_kin(s, kin, r, g)) {
            members[s->group[g].about.block]++;
            responses[s->group[g].about.block] += s->group[s->first[g]].about.responses / (int64_t)r->members;
        }
    }
    for (size_t b = 0; b < s->blocks; b++) {
        if (members[b] == r->members && !taken[b] &&
            (best == SIZE_MAX || llabs(responses[b] - wanted) < llabs(responses[best] - wanted)))
            best = b;
    }
    if (best != SIZE_MAX)
        taken[best] = true;
    free(members);
    free(responses);
    return best != SIZE_MAX;
}

static void add_elsewhere(struct disclose_sheet *s, const struct ring *r, size_t other)
{
    for (size_t i = 0; i < r->members; i++) {
        s->elsewhere = mem_room(s->elsewhere, s->elsewheres, &s->elsewhere_capacity, sizeof *s->elsewhere);
        s->elsewhere[s->elsewheres++] = (struct sheet_elsewhere){.group = r->member[i], .other = other};
    }
}

static bool is_wanted(const struct disclose_sheet *s, const size_t *kin, const struct ring *ring,
                      size_t rings, size_t g)
{
    for (size_t i = 0; i < rings; i++) {
        if (is_kin(s, kin, &ring[i], g))
            return true;
    }
    return false;
}

static int by_group(const void *a, const void *b)
{
    const struct sheet_elsewhere *x = a, *y = b;

    return x->group != y->group ? by(x->group, y->group) : by(x->other, y->other);
}

/* Of each of these rings all others are withheld, and where they are two or one the same in the unit nearest
 * in size, or two; where there are not so many, what is told of all units together. */
static void join_rings(struct disclose_sheet *s, const size_t *kin, const struct ring *ring, size_t rings)
{
    bool *taken = mem_alloc(s->blocks, sizeof *taken);
    bool enough = true;
    int64_t responses = 0;

    for (size_t i = 0; i < rings; i++) {
        taken[ring[i].block] = true;
        responses += ring[i].responses;
    }
    for (size_t i = rings; i <= ELSEWHERE; i++)
        enough = enough && take_nearest(s, kin, ring, responses / (int64_t)rings, taken);
    for (size_t i = 0; !enough && i < rings * RING_MAX; i++) {
        const struct ring *r = &ring[i / RING_MAX];

        for (size_t j = 0; i % RING_MAX < r->members && j < rings; j++)
            add_elsewhere(s, &ring[j], r->kind[i % RING_MAX]);
    }
    for (size_t g = 0; g < s->groups; g++) {
        const size_t block = s->group[g].about.block;

        if (block == DISCLOSE_ACROSS || !taken[block] || !is_wanted(s, kin, ring, rings, g))
            continue;
        for (size_t i = 0; i < rings; i++) {
            if (ring[i].block != block)
                add_elsewhere(s, &ring[i], g);
        }
    }
    free(taken);
}

void elsewhere_find(struct disclose_sheet *s)
{
    struct ring *ring = mem_alloc(s->groups, sizeof *ring);
    size_t *kin = find_kin(s), rings = 0, end;

    for (size_t g = 0; g < s->groups; g++) {
        ring[rings] = ring_of(s, kin, g);
        rings += ring[rings].members > 0;
    }
    qsort(ring, rings, sizeof *ring, by_kinds);
    for (size_t first = 0; first < rings; first = end) {
        size_t like, sets;

        for (end = first + 1; end < rings && compare_kinds(&ring[first], &ring[end]) == 0;)
            end++;
        like = end - first;
        sets = like < ELSEWHERE ? 1 : (like + 1) / (ELSEWHERE + 1);
        for (size_t set = 0, from = 0; set < sets; set++) {
            const size_t to = ((set + 1) * like + sets - 1) / sets;

            join_rings(s, kin, ring + first + from, to - from);
            from = to;
        }
    }
    if (s->elsewheres > 0)
        qsort(s->elsewhere, s->elsewheres, sizeof *s->elsewhere, by_group);
    free(kin);
    free(ring);
}

size_t elsewhere_first(const struct disclose_sheet *s, size_t g)
{
    size_t from = 0, to = s->elsewheres;

    while (from < to) {
        const size_t middle = from + (to - from) / 2;

        if (s->elsewhere[middle].group < g)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}
