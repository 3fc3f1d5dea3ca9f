#include "analysis/disclose.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/disclose_linear.h"
#include "core/base/mem.h"

/* ---- sheets ---------------------------------------------------------------------------------------------
 */

struct group {
    struct disclose_about about;
    size_t *atom;
    size_t atoms, capacity;
};

/* Persons that no group divides. */
struct atom {
    size_t block;
    int64_t responses;
};

struct within {
    size_t whole, part;
};

struct disclose_sheet {
    size_t groups, items;
    struct group *group;
    struct atom *atom;
    size_t atoms, atom_capacity;
    size_t blocks;
    int64_t *n;        /* [item * groups + group] */
    uint64_t *answers; /* the same */
    uint8_t *state;    /* the same; enum disclose_state */
    uint8_t *group_state;
    struct within *within;
    size_t withins, within_capacity;
    bool decided;
};

struct disclose_sheet *disclose_sheet_new(size_t groups, size_t items)
{
    struct disclose_sheet *s = mem_alloc(1, sizeof *s);

    s->groups = groups;
    s->items = items;
    s->group = mem_alloc(groups, sizeof *s->group);
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
    for (size_t i = 0; i < s->groups; i++)
        free(s->group[i].atom);
    free(s->group);
    free(s->atom);
    free(s->within);
    free(s->group_state);
    free(s->n);
    free(s->answers);
    free(s->state);
    free(s);
}

void disclose_sheet_group(struct disclose_sheet *s, size_t group, const struct disclose_about *about)
{
    assert(group < s->groups);
    s->group[group].about = *about;
    if (about->block != DISCLOSE_ACROSS && about->block >= s->blocks)
        s->blocks = about->block + 1;
}

size_t disclose_sheet_atom(struct disclose_sheet *s, size_t block, int64_t responses)
{
    s->atom = mem_room(s->atom, s->atoms, &s->atom_capacity, sizeof *s->atom);
    s->atom[s->atoms] = (struct atom){.block = block, .responses = responses};
    if (block >= s->blocks)
        s->blocks = block + 1;
    return s->atoms++;
}

void disclose_sheet_member(struct disclose_sheet *s, size_t group, size_t atom)
{
    struct group *g = &s->group[group];

    assert(group < s->groups && atom < s->atoms);
    g->atom = mem_room(g->atom, g->atoms, &g->capacity, sizeof *g->atom);
    g->atom[g->atoms++] = atom;
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

/* ---- deciding -------------------------------------------------------------------------------------------
 */

/* One vector over the groups: whole responses, or one item's. */
struct vector {
    const int64_t *n;
    const uint64_t *answers; /* NULL: nobody is like another */
    uint8_t *state;          /* what is withheld already; then the answer */
};

static bool is_empty(const struct vector *v, size_t g)
{
    return v->answers != NULL ? v->answers[g] == 0 : v->n[g] == 0;
}

/* The one answer of all in the group, or 0; DISCLOSE_DONT_KNOW where nobody counts. */
static uint64_t one_answer(const struct vector *v, size_t g)
{
    const uint64_t counted = v->answers == NULL ? 0 : v->answers[g] & ~DISCLOSE_DONT_KNOW;

    if (v->answers == NULL || (counted & (counted - 1)) != 0)
        return 0;
    return counted != 0 ? counted : v->answers[g];
}

/* In each of the two views, see decide(). */
static bool is_nobody(const struct vector *v, size_t g, bool silent_too)
{
    return silent_too ? is_empty(v, g) : v->n[g] == 0;
}

/*
 * How many of an atom count in the item is not known, but no fewer than its responses less those whom one of
 * its groups has lost; and nobody where one of its groups has nobody.
 */
static struct linear_atom *describe_atoms(const struct disclose_sheet *s, const struct vector *v,
                                          bool silent_too)
{
    struct linear_atom *atom = mem_alloc(s->atoms, sizeof *atom);
    int64_t *lost = mem_alloc(s->atoms, sizeof *lost);

    for (size_t i = 0; i < s->atoms; i++) {
        lost[i] = s->atom[i].responses;
        atom[i].empty = s->atom[i].responses == 0;
        atom[i].block = s->atom[i].block;
    }
    for (size_t g = 0; g < s->groups; g++) {
        const int64_t here = s->group[g].about.responses - v->n[g];

        for (size_t i = 0; i < s->group[g].atoms; i++) {
            const size_t a = s->group[g].atom[i];

            atom[a].empty |= is_nobody(v, g, silent_too);
            if (here < lost[a])
                lost[a] = here;
        }
    }
    for (size_t i = 0; i < s->atoms; i++)
        atom[i].least = s->atom[i].responses - lost[i];
    free(lost);
    return atom;
}

static struct linear_row describe_row(const struct disclose_sheet *s, const struct vector *v, size_t g,
                                      bool silent_too)
{
    const struct group *group = &s->group[g];
    const bool nobody = is_nobody(v, g, silent_too), shown = v->state[g] == DISCLOSE_SHOWN;
    struct linear_row row = {.block = group->about.block,
                             .rank = group->about.rank,
                             .atom = group->atom,
                             .atoms = group->atoms,
                             .n = v->n[g]};

    row.alike = nobody ? 0 : one_answer(v, g);
    row.candidate = shown && !group->about.never;
    row.secret = !nobody && !shown && (!group->about.never || v->n[g] < DISCLOSE_K || row.alike != 0);
    return row;
}

static void release_in_view(const struct disclose_sheet *s, const struct vector *v, bool silent_too)
{
    struct linear_atom *atom = describe_atoms(s, v, silent_too);
    struct linear_row *row = mem_alloc(s->groups, sizeof *row);
    const struct linear p = {.atom = atom,
                             .atoms = s->atoms,
                             .row = row,
                             .rows = s->groups,
                             .blocks = s->blocks,
                             .k = DISCLOSE_K,
                             .no_answer = DISCLOSE_DONT_KNOW};

    for (size_t g = 0; g < s->groups; g++)
        row[g] = describe_row(s, v, g, silent_too);
    linear_decide(&p);
    for (size_t g = 0; g < s->groups; g++) {
        if (row[g].candidate && !row[g].shown)
            v->state[g] = DISCLOSE_WITHHELD;
    }
    free(row);
    free(atom);
}

/*
 * A group where all chose vet ej is somebody in the shares of vet ej, and nobody in the means. Both views
 * must hold: first with them; then without, where they hide nobody else, among the groups that are left.
 */
static void decide(const struct disclose_sheet *s, const struct vector *v)
{
    bool silent = false;

    for (size_t g = 0; g < s->groups; g++) {
        if (v->n[g] < DISCLOSE_K)
            v->state[g] = DISCLOSE_TOO_FEW;
        else if (one_answer(v, g) != 0 && v->state[g] == DISCLOSE_SHOWN)
            v->state[g] = DISCLOSE_WITHHELD;
        silent |= v->n[g] == 0 && !is_empty(v, g);
    }
    release_in_view(s, v, true);
    if (silent)
        release_in_view(s, v, false);
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

/* Nothing holds unless the members of a group are all that it counts. */
static int64_t sum_of_atoms(const struct disclose_sheet *s, size_t group)
{
    int64_t sum = 0;

    for (size_t i = 0; i < s->group[group].atoms; i++)
        sum += s->atom[s->group[group].atom[i]].responses;
    return sum;
}

void disclose_sheet_decide(struct disclose_sheet *s)
{
    int64_t *responses = mem_alloc(s->groups, sizeof *responses);
    const struct vector whole = {.n = responses, .state = s->group_state};

    for (size_t g = 0; g < s->groups; g++) {
        responses[g] = s->group[g].about.responses;
        assert(sum_of_atoms(s, g) == responses[g]);
    }
    decide(s, &whole);
    free(responses);
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
    return s->group[group].about.never ? DISCLOSE_WITHHELD : (enum disclose_state)s->group_state[group];
}

enum disclose_state disclose_item(const struct disclose_sheet *s, size_t item, size_t group)
{
    assert(s->decided && item < s->items && group < s->groups);
    return s->group[group].about.never ? DISCLOSE_WITHHELD
                                       : (enum disclose_state)s->state[item * s->groups + group];
}
