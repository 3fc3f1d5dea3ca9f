#include "analysis/disclose.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/disclose_sheet.h"
#include "core/base/mem.h"

struct disclose_sheet *disclose_sheet_new(size_t groups, size_t items)
{
    struct disclose_sheet *s = mem_alloc(1, sizeof *s);

    s->groups = groups;
    s->items = items;
    s->group = mem_alloc(groups, sizeof *s->group);
    s->group_state = mem_alloc(groups, sizeof *s->group_state);
    s->first = mem_alloc(groups, sizeof *s->first);
    s->partner = mem_alloc(groups, sizeof *s->partner);
    s->stands = mem_alloc(groups, sizeof *s->stands);
    s->n = mem_alloc(groups * items, sizeof *s->n);
    s->answers = mem_alloc(groups * items, sizeof *s->answers);
    s->count = mem_alloc(groups * items, sizeof *s->count);
    s->told = mem_alloc(items, sizeof *s->told);
    s->state = mem_alloc(groups * items, sizeof *s->state);
    s->before = mem_alloc(groups * items, sizeof *s->before);
    s->group_before = mem_alloc(groups, sizeof *s->group_before);
    for (size_t g = 0; g < groups; g++)
        s->first[g] = g;
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
    free(s->first);
    free(s->partner);
    free(s->stands);
    free(s->elsewhere);
    free(s->n);
    free(s->answers);
    free(s->count);
    free(s->told);
    free(s->state);
    free(s->before);
    free(s->group_before);
    free(s->piece);
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
    s->atom[s->atoms] = (struct sheet_atom){.block = block, .responses = responses};
    if (block >= s->blocks)
        s->blocks = block + 1;
    return s->atoms++;
}

void disclose_sheet_cross(struct disclose_sheet *s, size_t atom, size_t class, size_t gender)
{
    assert(atom < s->atoms && class < s->groups && gender < s->groups);
    s->atom[atom].class = class;
    s->atom[atom].gender = gender;
}

void disclose_sheet_member(struct disclose_sheet *s, size_t group, size_t atom)
{
    struct sheet_group *g = &s->group[group];

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
    s->within[s->withins++] = (struct sheet_within){.whole = whole, .part = part};
}

void disclose_sheet_piece(struct disclose_sheet *s, size_t across, size_t group)
{
    assert(across < s->groups && group < s->groups && s->group[across].about.block == DISCLOSE_ACROSS);
    s->piece = mem_room(s->piece, s->pieces, &s->piece_capacity, sizeof *s->piece);
    s->piece[s->pieces++] = (struct sheet_piece){.across = across, .group = group};
}

void disclose_sheet_told(struct disclose_sheet *s, size_t item, const uint64_t *bit, size_t answers)
{
    assert(item < s->items && answers <= SHEET_ANSWERS);
    memcpy(s->told[item].bit, bit, answers * sizeof *bit);
    s->told[item].answers = answers;
}

void disclose_sheet_counts(struct disclose_sheet *s, size_t item, size_t group, const int64_t *count)
{
    assert(item < s->items && group < s->groups);
    s->count[item * s->groups + group] = count;
}

void disclose_sheet_before(struct disclose_sheet *s, size_t item, size_t group)
{
    assert((item < s->items || item == DISCLOSE_SIZE_ITEM) && group < s->groups);
    if (item == DISCLOSE_SIZE_ITEM)
        s->group_before[group] = 1;
    else
        s->before[item * s->groups + group] = 1;
}

void disclose_sheet_first(struct disclose_sheet *s, size_t group, size_t first)
{
    assert(group < s->groups && (first < s->groups || first == DISCLOSE_LATE));
    s->first[group] = first;
}

void disclose_sheet_bar(struct disclose_sheet *s, size_t group)
{
    assert(group < s->groups);
    s->group[group].about.never = true;
}

void disclose_sheet_forget(struct disclose_sheet *s)
{
    memset(s->before, 0, s->groups * s->items);
    memset(s->group_before, 0, s->groups);
}

/* Of a group whose size is not told, that it is small would be telling. */
static enum disclose_state told_state(const struct sheet_group *g, uint8_t state)
{
    return g->about.never || (state == DISCLOSE_TOO_FEW && !g->about.counted) ? DISCLOSE_WITHHELD
                                                                              : (enum disclose_state)state;
}

enum disclose_state disclose_group(const struct disclose_sheet *s, size_t group)
{
    assert(s->decided && group < s->groups);
    return told_state(&s->group[group], s->group_state[group]);
}

/* What control has decided of an item. */
static enum disclose_state decided_item(const struct disclose_sheet *s, size_t item, size_t group)
{
    const struct sheet_group *g = &s->group[group];

    assert(s->decided && item < s->items && group < s->groups);
    /* That fewer than k of a larger group chose an option would itself be told of their answers. */
    if (s->state[item * s->groups + group] == DISCLOSE_TOO_FEW && g->about.responses >= s->k)
        return DISCLOSE_WITHHELD;
    return told_state(g, s->state[item * s->groups + group]);
}

enum disclose_state disclose_item(const struct disclose_sheet *s, size_t item, size_t group)
{
    const enum disclose_state state = decided_item(s, item, group);
    const bool low = s->k == DISCLOSE_K_PUBLIC && s->group[group].about.low_response;

    return state == DISCLOSE_SHOWN && low ? DISCLOSE_LOW_RESPONSE : state;
}

bool disclose_may_tell(const struct disclose_sheet *s, size_t item, size_t group)
{
    return decided_item(s, item, group) == DISCLOSE_SHOWN;
}

bool disclose_is_few(const struct disclose_sheet *s, size_t item, size_t group)
{
    assert(s->decided && item < s->items && group < s->groups);
    return s->n[item * s->groups + group] < s->k;
}
