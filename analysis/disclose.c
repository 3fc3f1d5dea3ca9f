#include "analysis/disclose.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

/* ---- sheets ---------------------------------------------------------------------------------------------
 */

struct sum {
    size_t total;
    size_t *part;
    size_t parts;
};

struct within {
    size_t whole, part;
};

struct disclose_sheet {
    size_t groups, items;
    int64_t *responses;
    bool *never;
    int64_t *n;        /* [item * groups + group] */
    uint64_t *answers; /* the same */
    uint8_t *state;    /* the same; enum disclose_state */
    uint8_t *group_state;
    struct sum *sum;
    size_t sums, sum_capacity;
    struct within *within;
    size_t withins, within_capacity;
    bool decided;
};

struct disclose_sheet *disclose_sheet_new(size_t groups, size_t items)
{
    struct disclose_sheet *s = mem_alloc(1, sizeof *s);

    s->groups = groups;
    s->items = items;
    s->responses = mem_alloc(groups, sizeof *s->responses);
    s->never = mem_alloc(groups, sizeof *s->never);
    s->group_state = mem_alloc(groups, sizeof *s->group_state);
    s->n = mem_alloc(groups * items, sizeof *s->n);
    s->answers = mem_alloc(groups * items, sizeof *s->answers);
    s->state = mem_alloc(groups * items, sizeof *s->state);
    return s;
}

void disclose_sheet_free(struct disclose_sheet *s)
{
    if (s == NULL)
        return;
    for (size_t i = 0; i < s->sums; i++)
        free(s->sum[i].part);
    free(s->sum);
    free(s->within);
    free(s->responses);
    free(s->never);
    free(s->group_state);
    free(s->n);
    free(s->answers);
    free(s->state);
    free(s);
}

void disclose_sheet_group(struct disclose_sheet *s, size_t group, int64_t responses, bool never)
{
    assert(group < s->groups);
    s->responses[group] = responses;
    s->never[group] = never;
}

void disclose_sheet_item(struct disclose_sheet *s, size_t item, size_t group, int64_t n, uint64_t answers)
{
    assert(item < s->items && group < s->groups);
    s->n[item * s->groups + group] = n;
    s->answers[item * s->groups + group] = answers;
}

void disclose_sheet_within(struct disclose_sheet *s, size_t whole, size_t part)
{
    assert(whole < s->items && part < s->items && whole != part);
    s->within = mem_room(s->within, s->withins, &s->within_capacity, sizeof *s->within);
    s->within[s->withins++] = (struct within){.whole = whole, .part = part};
}

void disclose_sheet_sum(struct disclose_sheet *s, size_t total, const size_t *part, size_t parts)
{
    struct sum *sum;

    s->sum = mem_room(s->sum, s->sums, &s->sum_capacity, sizeof *s->sum);
    sum = &s->sum[s->sums++];
    sum->total = total;
    sum->parts = parts;
    sum->part = mem_alloc(parts, sizeof *sum->part);
    memcpy(sum->part, part, parts * sizeof *part);
}

/* ---- deciding -------------------------------------------------------------------------------------------
 */

/* One vector over the groups: whole responses, or one item's. */
struct vector {
    const int64_t *n;
    const uint64_t *answers; /* NULL: nobody is like another */
    uint8_t *state;
};

/* At most one answer among those that count. */
static bool all_alike(uint64_t answers)
{
    const uint64_t counted = answers & ~DISCLOSE_DONT_KNOW;

    return (counted & (counted - 1)) == 0;
}

struct hidden {
    size_t groups;   /* nonempty parts that no row shows */
    bool silent;     /* another one of them, where nobody counts but some are told of */
    int64_t n;       /* all together */
    bool alike;      /* taken together they answered alike */
    bool withheld;   /* one of them because we withhold it, not only because the lattice lacks it */
    size_t smallest; /* of the nonempty parts that are shown; SIZE_MAX: none */
};

static struct hidden look_at(const struct disclose_sheet *s, const struct sum *sum, const struct vector *v)
{
    struct hidden h = {.smallest = SIZE_MAX};
    uint64_t answers = 0;

    for (size_t i = 0; i < sum->parts; i++) {
        const size_t g = sum->part[i];

        if (v->n[g] == 0) {
            h.silent |= v->answers != NULL && v->answers[g] != 0;
            continue;
        }
        if (v->state[g] == DISCLOSE_SHOWN && !s->never[g]) {
            if (h.smallest == SIZE_MAX || v->n[g] < v->n[h.smallest])
                h.smallest = g;
            continue;
        }
        h.groups++;
        h.n += v->n[g];
        h.withheld |= v->state[g] != DISCLOSE_SHOWN;
        answers |= v->answers != NULL ? v->answers[g] : 0;
    }
    h.alike = v->answers != NULL && all_alike(answers);
    return h;
}

/* Whether this sum, as it stands, gives away something that is withheld. */
static bool gives_away(const struct hidden *h, bool total_shown, int64_t total_n)
{
    if (!total_shown)
        return h->groups == 0 && total_n > 0; /* the total is the sum of what is shown */
    if (h->groups == 0 && !h->silent)
        return false;
    /* The total less what is shown is what is hidden, taken together. */
    return (h->groups == 1 && h->withheld) || h->alike || h->n < DISCLOSE_K;
}

/* Withholds one more group where the sum gives something away; false when nothing had to be done. */
static bool mend(const struct disclose_sheet *s, const struct sum *sum, const struct vector *v)
{
    const struct hidden h = look_at(s, sum, v);
    const bool total_shown = v->state[sum->total] == DISCLOSE_SHOWN && !s->never[sum->total];

    if (!gives_away(&h, total_shown, v->n[sum->total]))
        return false;
    if (h.smallest != SIZE_MAX)
        v->state[h.smallest] = DISCLOSE_WITHHELD;
    else if (total_shown)
        v->state[sum->total] = DISCLOSE_WITHHELD;
    else
        return false;
    return true;
}

static void decide(const struct disclose_sheet *s, const struct vector *v)
{
    bool again = true;

    for (size_t g = 0; g < s->groups; g++) {
        if (v->n[g] < DISCLOSE_K)
            v->state[g] = DISCLOSE_TOO_FEW;
        else if (v->answers != NULL && all_alike(v->answers[g]) && v->state[g] == DISCLOSE_SHOWN)
            v->state[g] = DISCLOSE_WITHHELD;
    }
    while (again) { /* every turn withholds one more, so it ends */
        again = false;
        for (size_t i = 0; i < s->sums; i++) {
            while (mend(s, &s->sum[i], v))
                again = true;
        }
    }
}

static void decide_item(struct disclose_sheet *s, size_t item)
{
    const size_t at = item * s->groups;
    const struct vector v = {.n = s->n + at, .answers = s->answers + at, .state = s->state + at};

    for (size_t g = 0; g < s->groups; g++) {
        if (s->state[at + g] == DISCLOSE_SHOWN)
            s->state[at + g] = s->group_state[g];
        for (size_t i = 0; i < s->withins; i++) {
            if (s->within[i].whole == item && s->state[s->within[i].part * s->groups + g] != DISCLOSE_SHOWN &&
                s->state[at + g] == DISCLOSE_SHOWN)
                s->state[at + g] = DISCLOSE_WITHHELD;
        }
    }
    decide(s, &v);
}

void disclose_sheet_decide(struct disclose_sheet *s)
{
    const struct vector whole = {.n = s->responses, .state = s->group_state};

    decide(s, &whole);
    /* Questions before the dimensions that are computed from them. */
    for (int wholes = 0; wholes <= 1; wholes++) {
        for (size_t item = 0; item < s->items; item++) {
            int is_whole = 0;

            for (size_t i = 0; i < s->withins; i++)
                is_whole |= s->within[i].whole == item;
            if (is_whole == wholes)
                decide_item(s, item);
        }
    }
    s->decided = true;
}

enum disclose_state disclose_group(const struct disclose_sheet *s, size_t group)
{
    assert(s->decided && group < s->groups);
    return s->never[group] ? DISCLOSE_WITHHELD : (enum disclose_state)s->group_state[group];
}

enum disclose_state disclose_item(const struct disclose_sheet *s, size_t item, size_t group)
{
    assert(s->decided && item < s->items && group < s->groups);
    return s->never[group] ? DISCLOSE_WITHHELD : (enum disclose_state)s->state[item * s->groups + group];
}
