/* Deciding over a sheet: primary suppression, then the linear stage, then what linear programs still find. */
#include "analysis/disclose_sheet.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/disclose_audit.h"
#include "analysis/disclose_lp.h"
#include "analysis/disclose_partner.h"
#include "analysis/disclose_vector.h"
#include "core/base/mem.h"
#include "core/base/parallel.h"

/* ---- what linear programs find --------------------------------------------------------------------------
 */

/* The answers that have one of the bits, and vet ej, which goes with any. */
static uint64_t answers_with(const struct sheet_told *told, uint64_t bits)
{
    uint64_t out = 0;

    for (size_t c = 0; c < told->answers; c++)
        out |= (uint64_t)((told->bit[c] & (bits | DISCLOSE_DONT_KNOW)) != 0) << c;
    return out;
}

static enum audit_secret secret_kind(const struct disclose_sheet *s, const struct sheet_vector *v, size_t g)
{
    if (!vector_is_secret(s, v, g, true))
        return AUDIT_OPEN;
    if (v->n[g] < s->k)
        return AUDIT_FEW;
    return vector_one_answer(v, g) != 0 ? AUDIT_ALIKE : AUDIT_WHOLE;
}

/* How many a gender has is told where the group as such is. */
static bool is_size_known(const struct disclose_sheet *s, size_t g)
{
    return sheet_shows(s, g) || s->group_before[g] != 0;
}

static size_t audit_rows(const struct disclose_sheet *s, const struct sheet_vector *v, bool with_none,
                         struct audit_memory *known, bool *look, bool *withhold)
{
    struct audit_atom *atom = mem_alloc(s->atoms, sizeof *atom);
    struct audit_row *row = mem_alloc(s->groups, sizeof *row);
    struct audit_piece *piece = mem_alloc(s->pieces, sizeof *piece);
    const struct audit_rows p = {.atom = atom,
                                 .atoms = s->atoms,
                                 .row = row,
                                 .rows = s->groups,
                                 .piece = piece,
                                 .pieces = s->pieces,
                                 .blocks = s->blocks,
                                 .answers = v->told->answers,
                                 .k = s->k,
                                 .with_none = with_none};
    size_t marked;

    for (size_t i = 0; i < s->atoms; i++)
        atom[i] = (struct audit_atom){.block = s->atom[i].block,
                                      .responses = s->atom[i].responses,
                                      .class = s->atom[i].class,
                                      .gender = s->atom[i].gender};
    for (size_t i = 0; i < s->pieces; i++)
        piece[i] = (struct audit_piece){.across = s->piece[i].across, .row = s->piece[i].group};
    for (size_t g = 0; g < s->groups; g++) {
        const struct sheet_group *group = &s->group[g];

        row[g] = (struct audit_row){.block = group->about.block,
                                    .rank = -group->about.dearer,
                                    .atom = group->atom,
                                    .atoms = group->atoms,
                                    .responses = group->about.responses,
                                    .count = v->count[g],
                                    .counted = group->about.counted || is_size_known(s, g),
                                    .before = v->before[g] != 0,
                                    .secret = secret_kind(s, v, g),
                                    .alike = answers_with(v->told, v->answers[g])};
        row[g].shown = row[g].before || (v->state[g] == DISCLOSE_SHOWN && !group->about.never);
    }
    marked = audit(&p, known, look, withhold);
    free(atom);
    free(row);
    free(piece);
    return marked;
}

enum { FEW_OF = 16 }; /* fewer blocks than one in so many are few */

/* Releases in these blocks alone, or (NULL) in all together. What is withheld then must not be given away
 * either: where it is, is looked at. Whether anything is. */
static bool release_and_look(const struct disclose_sheet *s, const struct sheet_vector *v, const bool *block,
                             const uint8_t *then, bool *look)
{
    bool any = false;

    vector_release(s, v, block);
    for (size_t g = 0; g < s->groups; g++) {
        const bool changed = v->state[g] != then[g];

        any |= changed;
        if (changed && s->group[g].about.block != DISCLOSE_ACROSS)
            look[s->group[g].about.block] = true;
    }
    return any;
}

/* Withholds the rows that are marked, and what follows: of all, or where few blocks are touched in those
 * alone, since looking at all takes as long for one as for many. */
static void withhold_marked(const struct disclose_sheet *s, const struct sheet_vector *v,
                            const bool *withhold, bool *look)
{
    uint8_t *then = mem_alloc(s->groups, 1);
    bool *block = mem_alloc(s->blocks, sizeof *block);
    size_t touched = 0;

    memcpy(then, v->state, s->groups);
    for (size_t g = 0; g < s->groups; g++) {
        const size_t own = s->group[g].about.block;

        if (!withhold[g] || v->state[g] != DISCLOSE_SHOWN)
            continue;
        v->state[g] = DISCLOSE_WITHHELD;
        if (own != DISCLOSE_ACROSS) {
            touched += !block[own];
            block[own] = true;
        }
    }
    (void)release_and_look(s, v, FEW_OF * touched < s->blocks ? block : NULL, then, look);
    free(block);
    free(then);
}

/* Whether more is withheld for the sake of what was withheld block by block. */
static bool withhold_what_follows(const struct disclose_sheet *s, const struct sheet_vector *v, bool *look)
{
    uint8_t *then = mem_alloc(s->groups, 1);
    bool any;

    memcpy(then, v->state, s->groups);
    any = release_and_look(s, v, NULL, then, look);
    free(then);
    return any;
}

/* Withholds what gives something away and releases the rest, until nothing is given away: first without
 * looking at who gave no answer, which rarely matters. Nothing is shown that was not, so that what was found
 * not to be given away need not be asked again. `withhold`: what was given away, a row each. */
static void withhold_leaks(const struct disclose_sheet *s, const struct sheet_vector *v, bool *withhold)
{
    bool *look = mem_alloc(s->blocks, sizeof *look);

    for (int with_none = 0; with_none <= 1; with_none++) {
        struct audit_memory known = {.key = NULL};

        for (size_t b = 0; b < s->blocks; b++)
            look[b] = true;
        do {
            while (audit_rows(s, v, with_none == 1, &known, look, withhold) > 0)
                withhold_marked(s, v, withhold, look);
        } while (withhold_what_follows(s, v, look));
        audit_memory_forget(&known);
    }
    free(look);
}

/* Shows again what was withheld for the sake of rows that are withheld themselves now; false: there is none.
 */
static bool release_again(const struct disclose_sheet *s, const struct sheet_vector *v, const uint8_t *first,
                          const bool *withhold)
{
    uint8_t *then = mem_alloc(s->groups, 1);
    bool opened = false;

    memcpy(then, v->state, s->groups);
    for (size_t g = 0; g < s->groups; g++)
        v->state[g] = withhold[g] ? DISCLOSE_WITHHELD : first[g];
    vector_release(s, v, NULL);
    for (size_t g = 0; g < s->groups; g++)
        opened |= v->state[g] == DISCLOSE_SHOWN && then[g] != DISCLOSE_SHOWN;
    if (!opened)
        memcpy(v->state, then, s->groups);
    free(then);
    return opened;
}

static void release_and_audit(const struct disclose_sheet *s, const struct sheet_vector *v)
{
    uint8_t *first = mem_alloc(s->groups, 1);
    bool *withhold = mem_alloc(s->groups, sizeof *withhold);

    memcpy(first, v->state, s->groups);
    vector_release(s, v, NULL);
    withhold_leaks(s, v, withhold);
    if (release_again(s, v, first, withhold))
        withhold_leaks(s, v, withhold);
    free(first);
    free(withhold);
}

/* ---- the whole ------------------------------------------------------------------------------------------
 */

static void decide(const struct disclose_sheet *s, const struct sheet_vector *v)
{
    for (size_t g = 0; g < s->groups; g++) {
        if (v->n[g] < s->k)
            v->state[g] = DISCLOSE_TOO_FEW;
        else if (vector_one_answer(v, g) != 0 && v->state[g] == DISCLOSE_SHOWN)
            v->state[g] = DISCLOSE_WITHHELD;
    }
    if (v->answers != NULL)
        partner_withhold(s, v);
    if (v->told != NULL && v->told->answers > 0)
        release_and_audit(s, v);
    else
        vector_release(s, v, NULL);
}

static void decide_item(struct disclose_sheet *s, size_t item)
{
    const size_t at = item * s->groups;
    uint64_t *as_if = mem_alloc(s->groups, sizeof *as_if);
    const struct sheet_vector v = {.n = s->n + at,
                                   .answers = s->answers + at,
                                   .count = s->count + at,
                                   .told = &s->told[item],
                                   .before = s->before + at,
                                   .as_if = as_if,
                                   .state = s->state + at};

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
    free(as_if);
}

/* Nothing holds unless the members of a group are all that it counts. */
static int64_t sum_of_atoms(const struct disclose_sheet *s, size_t group)
{
    int64_t sum = 0;

    for (size_t i = 0; i < s->group[group].atoms; i++)
        sum += s->atom[s->group[group].atom[i]].responses;
    return sum;
}

static bool is_whole(const struct disclose_sheet *s, size_t item)
{
    for (size_t i = 0; i < s->withins; i++) {
        if (s->within[i].whole == item)
            return true;
    }
    return false;
}

static void decide_question(size_t item, void *arg)
{
    struct disclose_sheet *s = arg;

    if (!is_whole(s, item))
        decide_item(s, item);
}

static void decide_whole(size_t item, void *arg)
{
    struct disclose_sheet *s = arg;

    if (is_whole(s, item))
        decide_item(s, item);
}

/* Once, when it is first decided which groups as such are shown, or taken. */
static void find_partners(struct disclose_sheet *s)
{
    if (!s->decided || s->partnered)
        return;
    partner_find(s);
    s->partnered = true;
}

void disclose_sheet_decide(struct disclose_sheet *s, int64_t k, unsigned threads)
{
    int64_t *responses = mem_alloc(s->groups, sizeof *responses);
    const struct sheet_vector whole = {.n = responses, .before = s->group_before, .state = s->group_state};

    s->k = k;
    for (size_t g = 0; g < s->groups; g++) {
        responses[g] = s->group[g].about.responses;
        assert(sum_of_atoms(s, g) == responses[g]);
    }
    find_partners(s); /* as the groups are shown with the lower threshold */
    decide(s, &whole);
    free(responses);
    s->decided = true;
    find_partners(s);
    /* Questions before the dimensions that are computed from them; none of either needs another. */
    parallel_each(s->items, threads, decide_question, s, lp_thread_end);
    parallel_each(s->items, threads, decide_whole, s, lp_thread_end);
}

static void take(size_t groups, const int64_t *n, const uint8_t *before, int64_t k, uint8_t *state)
{
    for (size_t g = 0; g < groups; g++)
        state[g] = before[g] != 0 ? DISCLOSE_SHOWN : n[g] < k ? DISCLOSE_TOO_FEW : DISCLOSE_WITHHELD;
}

void disclose_sheet_take(struct disclose_sheet *s, int64_t k)
{
    int64_t *responses = mem_alloc(s->groups, sizeof *responses);

    for (size_t g = 0; g < s->groups; g++)
        responses[g] = s->group[g].about.responses;
    s->k = k;
    take(s->groups, responses, s->group_before, k, s->group_state);
    for (size_t at = 0; at < s->items * s->groups; at += s->groups)
        take(s->groups, s->n + at, s->before + at, k, s->state + at);
    free(responses);
    s->decided = true;
}
