/* What is known of a vector of a sheet, and the linear stage over it. */
#include "analysis/disclose_vector.h"

#include <stdlib.h>

#include "analysis/disclose_linear.h"
#include "core/base/mem.h"

static bool is_empty(const struct sheet_vector *v, size_t g)
{
    return v->answers != NULL ? v->answers[g] == 0 : v->n[g] == 0;
}

uint64_t vector_one_answer(const struct sheet_vector *v, size_t g)
{
    const uint64_t counted = v->answers == NULL ? 0 : v->answers[g] & ~DISCLOSE_DONT_KNOW;

    if (v->answers == NULL || (counted & (counted - 1)) != 0)
        return 0;
    return counted != 0 ? counted : v->answers[g];
}

/* In each of the two views, see vector_release. */
static bool is_nobody(const struct sheet_vector *v, size_t g, bool silent_too)
{
    return silent_too ? is_empty(v, g) : v->n[g] == 0;
}

/*
 * How many of an atom count in the item is not known, but no fewer than its responses less those whom one of
 * its groups has lost; and nobody where one of its groups has nobody.
 */
static struct linear_atom *describe_atoms(const struct disclose_sheet *s, const struct sheet_vector *v,
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

bool vector_is_secret(const struct disclose_sheet *s, const struct sheet_vector *v, size_t g, bool silent_too)
{
    const bool never = s->group[g].about.never;

    if (is_nobody(v, g, silent_too) || (v->state[g] == DISCLOSE_SHOWN && !never) || v->before[g] != 0)
        return false;
    return !never || v->n[g] < s->k || vector_one_answer(v, g) != 0;
}

/* The one answer of all in the group, or the one that it is taken for. */
static uint64_t taken_for(const struct sheet_vector *v, size_t g)
{
    return v->as_if != NULL && v->as_if[g] != 0 ? v->as_if[g] : vector_one_answer(v, g);
}

static struct linear_row describe_row(const struct disclose_sheet *s, const struct sheet_vector *v, size_t g,
                                      bool silent_too)
{
    const struct sheet_group *group = &s->group[g];

    return (struct linear_row){.rank = group->about.rank,
                               .size = group->about.responses,
                               .atoms = group->atoms,
                               .n = v->n[g],
                               .alike = is_nobody(v, g, silent_too) ? 0 : taken_for(v, g),
                               .before = v->before[g] != 0,
                               .candidate = v->state[g] == DISCLOSE_SHOWN && !group->about.never,
                               .secret = vector_is_secret(s, v, g, silent_too)};
}

/* The rows that are looked at, and the atoms of their blocks, numbered anew. */
struct part {
    struct linear_atom *atom;
    size_t atoms;
    struct linear_row *row;
    size_t *group; /* of each row */
    size_t rows;
    size_t *member; /* of the rows */
    size_t blocks;
};

static void pick_atoms(const struct disclose_sheet *s, const bool *block, struct part *p,
                       size_t *block_number, size_t *atom_number)
{
    for (size_t b = 0; b < s->blocks; b++) {
        block_number[b] = p->blocks;
        p->blocks += block == NULL || block[b];
    }
    for (size_t i = 0; i < s->atoms; i++) {
        atom_number[i] = p->atoms;
        if (block != NULL && !block[s->atom[i].block])
            continue;
        p->atom[p->atoms] = p->atom[i];
        p->atom[p->atoms++].block = block_number[s->atom[i].block];
    }
}

static void pick_rows(const struct disclose_sheet *s, const struct sheet_vector *v, bool silent_too,
                      const bool *block, struct part *p, const size_t *block_number,
                      const size_t *atom_number)
{
    size_t members = 0;

    for (size_t g = 0; g < s->groups; g++)
        members += s->group[g].atoms;
    p->member = mem_alloc(members, sizeof *p->member);
    members = 0;
    for (size_t g = 0; g < s->groups; g++) {
        const size_t own = s->group[g].about.block;
        struct linear_row *r = &p->row[p->rows];

        if (block != NULL && (own == DISCLOSE_ACROSS || !block[own]))
            continue;
        *r = describe_row(s, v, g, silent_too);
        r->block = own == DISCLOSE_ACROSS ? LINEAR_ACROSS : block_number[own];
        r->atom = p->member + members;
        for (size_t i = 0; i < s->group[g].atoms; i++)
            p->member[members++] = atom_number[s->group[g].atom[i]];
        p->group[p->rows++] = g;
    }
}

static void release_in_view(const struct disclose_sheet *s, const struct sheet_vector *v, const bool *block,
                            bool silent_too)
{
    struct part part = {.atom = describe_atoms(s, v, silent_too),
                        .row = mem_alloc(s->groups, sizeof *part.row),
                        .group = mem_alloc(s->groups, sizeof *part.group)};
    size_t *block_number = mem_alloc(s->blocks, sizeof *block_number);
    size_t *atom_number = mem_alloc(s->atoms, sizeof *atom_number);
    struct linear p;

    pick_atoms(s, block, &part, block_number, atom_number);
    pick_rows(s, v, silent_too, block, &part, block_number, atom_number);
    p = (struct linear){.atom = part.atom,
                        .atoms = part.atoms,
                        .row = part.row,
                        .rows = part.rows,
                        .blocks = part.blocks,
                        .k = s->k,
                        .no_answer = DISCLOSE_DONT_KNOW,
                        .gather = v->told == NULL};
    linear_decide(&p);
    for (size_t i = 0; i < part.rows; i++) {
        const size_t g = part.group[i];

        if (v->state[g] == DISCLOSE_SHOWN && !s->group[g].about.never && !part.row[i].shown)
            v->state[g] = DISCLOSE_WITHHELD;
    }
    free(part.atom);
    free(part.row);
    free(part.group);
    free(part.member);
    free(block_number);
    free(atom_number);
}

/*
 * A group where all chose vet ej is somebody in the shares of vet ej, and nobody in the means. Both views
 * must hold: first with them; then without, where they hide nobody else, among the groups that are left.
 */
void vector_release(const struct disclose_sheet *s, const struct sheet_vector *v, const bool *block)
{
    bool silent = false;

    for (size_t g = 0; g < s->groups; g++)
        silent |= v->n[g] == 0 && !is_empty(v, g);
    release_in_view(s, v, block, true);
    if (silent)
        release_in_view(s, v, block, false);
}
