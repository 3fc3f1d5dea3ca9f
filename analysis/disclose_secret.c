#include "analysis/disclose_secret.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

void targets_fini(struct targets *t)
{
    free(t->at);
    free(t->secret);
    for (size_t i = 0; i < t->keeps; i++)
        free(t->kept[i]);
    free(t->kept);
}

void targets_add(struct targets *t, const struct secret *like, const size_t *atom, size_t atoms)
{
    t->secret = mem_room(t->secret, t->secrets, &t->secret_capacity, sizeof *t->secret);
    t->secret[t->secrets] = *like;
    t->secret[t->secrets++].first = t->count;
    for (size_t c = 0; c < t->p->answers; c++) {
        t->at = mem_room(t->at, t->count, &t->capacity, sizeof *t->at);
        t->at[t->count++] =
            (struct target){.sum = {.atom = atom, .atoms = atoms, .answer = c}, .holder = SIZE_MAX};
    }
}

bool secret_clears(const struct targets *t, const struct secret *s, size_t answer)
{
    const enum verdict verdict = t->at[s->first + answer].verdict;

    switch (s->kind) {
    case AUDIT_OPEN:
    case AUDIT_FEW:
        break;
    case AUDIT_ALIKE:
        return (s->alike >> answer & 1) == 0 && verdict == FREE;
    case AUDIT_WHOLE:
        return verdict == FREE && answer + 1 < t->p->answers; /* vet ej is the last */
    }
    return false;
}

/* ---- what is known not to be given away -----------------------------------------------------------------
 */

/* Of the secret; never 0. */
static uint64_t key_of(const struct targets *t, const struct secret *s)
{
    const struct lp_sum *sum = &t->at[s->first].sum;
    uint64_t key = ways_mix(ways_mix(ways_mix(s->alike) ^ (uint64_t)s->kind) ^ s->is_row);

    for (size_t i = 0; i < sum->atoms; i++)
        key = ways_mix(key ^ sum->atom[i]);
    return key == 0 ? 1 : key;
}

/* Where the key is, or would be. */
static uint64_t *place_of(const struct audit_memory *m, uint64_t key)
{
    size_t at = (size_t)key & (m->room - 1);

    while (m->key[at] != 0 && m->key[at] != key)
        at = (at + 1) & (m->room - 1);
    return &m->key[at];
}

static void grow(struct audit_memory *m)
{
    const struct audit_memory old = *m;

    m->room = old.room == 0 ? 256 : 2 * old.room;
    m->key = mem_alloc(m->room, sizeof *m->key);
    for (size_t i = 0; i < old.room; i++) {
        if (old.key[i] != 0)
            *place_of(m, old.key[i]) = old.key[i];
    }
    free(old.key);
}

void secret_remember(const struct targets *t, const struct secret *s, struct audit_memory *known)
{
    const uint64_t key = key_of(t, s);
    uint64_t *place;

    if (2 * known->count >= known->room)
        grow(known);
    place = place_of(known, key);
    known->count += *place == 0;
    *place = key;
}

void audit_memory_forget(struct audit_memory *m)
{
    free(m->key);
    *m = (struct audit_memory){.key = NULL};
}

static void clear_remembered(struct targets *t, const struct audit_memory *known)
{
    size_t left = 0;

    for (size_t i = 0; i < t->secrets; i++) {
        if (known->room == 0 || *place_of(known, key_of(t, &t->secret[i])) == 0)
            t->secret[left++] = t->secret[i];
    }
    t->secrets = left;
}

/* ---- finding --------------------------------------------------------------------------------------------
 */

/* Takes from the list the secrets that some of the ways show not to be given away. */
static void clear_free(struct targets *t, const struct ways *y)
{
    size_t left = 0;

    for (size_t i = 0; i < t->secrets; i++) {
        const struct secret *s = &t->secret[i];
        size_t free_answers = 0;
        bool clear = false;

        for (size_t c = 1; c < t->p->answers && !clear; c++) {
            struct target *here = &t->at[s->first + c];

            if (s->somebody && ways_nobody(y, &here->sum))
                here->verdict = CAN_BE_NOBODY;
            else if (ways_differ(y, &here->sum))
                here->verdict = FREE;
            free_answers += here->verdict != UNKNOWN;
            clear = secret_clears(t, s, c);
        }
        if (!clear && free_answers + 1 < t->p->answers)
            t->secret[left++] = *s;
    }
    t->secrets = left;
}

/* The rows of the genders that the block's atoms are of; the caller frees. */
static size_t *list_genders(const struct lp_places *w, size_t block, size_t *count)
{
    const size_t first = w->atom.first[block], end = w->atom.first[block + 1];
    size_t *row = mem_alloc(end - first, sizeof *row);

    *count = 0;
    for (size_t i = first; i < end; i++) {
        const size_t gender = w->p->atom[w->atom.at[i]].gender;
        size_t known = 0;

        while (known < *count && row[known] != gender)
            known++;
        if (known == *count)
            row[(*count)++] = gender;
    }
    return row;
}

/* Genders of a block, of which those of a subset are united; gender i is bit i. */
struct genders {
    size_t *row;
    size_t count;
    unsigned subset;
};

static bool is_of(const struct genders *g, const struct audit_atom *a)
{
    size_t i = 0;

    while (g->row[i] != a->gender)
        i++;
    return (g->subset >> i & 1u) != 0;
}

static bool is_known(const struct targets *t, const size_t *atom, size_t atoms)
{
    for (size_t i = 0; i < t->secrets; i++) {
        const struct lp_sum *s = &t->at[t->secret[i].first].sum;

        if (s->atoms == atoms && memcmp(s->atom, atom, atoms * sizeof *atom) == 0)
            return true;
    }
    return false;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* At most so many of the atoms gave the answer: no more than of their classes, and of their genders. */
static int64_t most_answers(const struct targets *t, const size_t *atom, size_t atoms, size_t answer)
{
    int64_t of_classes = 0, of_genders = 0;

    for (size_t i = 0; i < atoms; i++) {
        const struct audit_atom *a = &t->p->atom[atom[i]];
        bool class_known = false, gender_known = false;

        for (size_t k = 0; k < i; k++) {
            class_known |= t->p->atom[atom[k]].class == a->class;
            gender_known |= t->p->atom[atom[k]].gender == a->gender;
        }
        of_classes += class_known ? 0 : t->p->row[a->class].count[answer];
        of_genders += gender_known ? 0 : t->p->row[a->gender].count[answer];
    }
    return least(of_classes, of_genders);
}

/* At most so many of the atoms chose an option, each option by itself. */
static int64_t most_options(const struct targets *t, const size_t *atom, size_t atoms)
{
    int64_t persons = 0, options = 0;

    for (size_t i = 0; i < atoms; i++)
        persons += t->p->atom[atom[i]].responses;
    for (size_t c = 1; c + 1 < t->p->answers; c++) /* vet ej is the last */
        options += most_answers(t, atom, atoms, c);
    return least(persons, options);
}

/* A part of a row's persons. */
struct part {
    const struct audit_row *row;
    const struct audit_row *then; /* not those of this row, or NULL */
    bool hidden;                  /* those alone whose class is withheld */
};

static bool holds(const struct audit_row *r, size_t atom)
{
    for (size_t i = 0; i < r->atoms; i++) {
        if (r->atom[i] == atom)
            return true;
    }
    return false;
}

/* Those of the part who are of one of the genders: when they are fewer than k. */
static void add_union(struct targets *t, const struct part *part, const struct genders *g)
{
    const struct audit_row *r = part->row;
    size_t *atom = mem_alloc(r->atoms, sizeof *atom), atoms = 0;

    for (size_t i = 0; i < r->atoms; i++) {
        const struct audit_atom *a = &t->p->atom[r->atom[i]];

        if (is_of(g, a) && !(part->hidden && t->p->row[a->class].shown) &&
            !(part->then != NULL && holds(part->then, r->atom[i])))
            atom[atoms++] = r->atom[i];
    }
    if (atoms < 2 || most_options(t, atom, atoms) >= t->p->k || is_known(t, atom, atoms)) {
        free(atom);
        return;
    }
    t->kept = mem_room(t->kept, t->keeps, &t->keep_capacity, sizeof *t->kept);
    t->kept[t->keeps++] = atom;
    targets_add(t, &(struct secret){.kind = AUDIT_FEW, .somebody = true}, atom, atoms);
}

static bool is_gender(const struct genders *g, size_t row)
{
    for (size_t i = 0; i < g->count && g->count > 1; i++) {
        if (g->row[i] == row)
            return true;
    }
    return false;
}

/* Whether `then` may be the row as it was at an earlier release, when it had fewer. */
static bool is_earlier(const struct audit_row *then, const struct audit_row *now)
{
    if (then->rank != now->rank || then->atoms >= now->atoms)
        return false;
    for (size_t i = 0; i < then->atoms; i++) {
        if (!holds(now, then->atom[i]))
            return false;
    }
    return true;
}

/* Of a row, and of what it has more than at each earlier release. */
static void add_unions(struct targets *t, const struct lp_places *w, size_t block, size_t row,
                       const struct genders *g)
{
    const struct audit_row *r = &t->p->row[row];

    add_union(t, &(struct part){.row = r}, g);
    add_union(t, &(struct part){.row = r, .hidden = true}, g);
    for (size_t i = w->row.first[block]; i < w->row.first[block + 1]; i++) {
        const struct audit_row *then = &t->p->row[w->row.at[i]];

        if (!is_gender(g, w->row.at[i]) && is_earlier(then, r))
            add_union(t, &(struct part){.row = r, .then = then}, g);
    }
}

/* Of the unit, each grade and each class: some genders together, and those in the withheld classes. */
static void find_unions(struct targets *t, const struct lp_places *w, size_t block)
{
    struct genders g;

    g.row = list_genders(w, block, &g.count);
    for (g.subset = 1; g.count <= AUDIT_GENDERS && g.subset < 1u << g.count; g.subset++) {
        for (size_t i = w->row.first[block]; i < w->row.first[block + 1]; i++) {
            if (!is_gender(&g, w->row.at[i]))
                add_unions(t, w, block, w->row.at[i], &g);
        }
    }
    free(g.row);
}

struct secret secret_of(const struct audit_rows *p, size_t row)
{
    const struct audit_row *r = &p->row[row];
    size_t options = 0;

    for (size_t c = 1; c + 1 < p->answers; c++) /* vet ej is the last */
        options += r->count[c] > 0;
    return (struct secret){.kind = r->secret,
                           .alike = r->alike,
                           .is_row = true,
                           .somebody = r->secret == AUDIT_FEW && options > 1};
}

struct targets targets_of(const struct lp_places *w, const struct ways *y, const struct audit_memory *known,
                          size_t block)
{
    const struct audit_rows *p = w->p;
    struct targets out = {.p = p};

    for (size_t i = w->row.first[block]; i < w->row.first[block + 1]; i++) {
        const struct audit_row *r = &p->row[w->row.at[i]];
        const struct secret secret = secret_of(p, w->row.at[i]);

        if (r->secret != AUDIT_OPEN)
            targets_add(&out, &secret, r->atom, r->atoms);
    }
    for (size_t i = w->atom.first[block]; i < w->atom.first[block + 1]; i++) {
        if (most_options(&out, &w->atom.at[i], 1) < p->k)
            targets_add(&out, &(struct secret){.kind = AUDIT_FEW, .somebody = true}, &w->atom.at[i], 1);
    }
    find_unions(&out, w, block);
    clear_remembered(&out, known);
    clear_free(&out, y);
    return out;
}
