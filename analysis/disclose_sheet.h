#ifndef TLD_ANALYSIS_DISCLOSE_SHEET_H
#define TLD_ANALYSIS_DISCLOSE_SHEET_H

/* What a sheet holds (disclose.h), for the modules that decide over it. */

#include "analysis/disclose.h"

struct sheet_group {
    struct disclose_about about;
    size_t *atom;
    size_t atoms, capacity;
};

/* Persons that no group divides. */
struct sheet_atom {
    size_t block;
    int64_t responses;
    size_t class, gender; /* groups */
};

enum { SHEET_ANSWERS = 16 };

/* The answers whose counts are told; none: no distribution is. */
struct sheet_told {
    uint64_t bit[SHEET_ANSWERS];
    size_t answers;
};

struct sheet_within {
    size_t whole, part;
};

/* Groups of one block that make up what a group across the blocks has there. */
struct sheet_piece {
    size_t across, group;
};

/* Where `group` is withheld with its partners, `other`, of another unit or of all together, is too. */
struct sheet_elsewhere {
    size_t group, other;
};

struct disclose_sheet {
    size_t groups, items;
    struct sheet_group *group;
    struct sheet_atom *atom;
    size_t atoms, atom_capacity;
    size_t blocks;
    int64_t k;
    int64_t *n;              /* [item * groups + group] */
    uint64_t *answers;       /* the same */
    const int64_t **count;   /* the same; borrowed, of each answer told */
    struct sheet_told *told; /* of each item */
    uint8_t *state;          /* as n; enum disclose_state */
    uint8_t *group_state;
    size_t *first;            /* of each group: itself as it was first released; itself; or DISCLOSE_LATE */
    size_t *partner, *stands; /* of each group, disclose_partner.h */
    struct sheet_elsewhere *elsewhere;
    size_t elsewheres, elsewhere_capacity;
    uint8_t *before; /* as n: released earlier */
    uint8_t *group_before;
    struct sheet_within *within;
    size_t withins, within_capacity;
    struct sheet_piece *piece;
    size_t pieces, piece_capacity;
    bool decided;   /* at least which groups as such are shown */
    bool partnered; /* partner, stands and elsewhere are found */
};

/* Whether the group as such is shown, which decides whether it can be missed. */
static inline bool sheet_shows(const struct disclose_sheet *s, size_t g)
{
    return s->group_state[g] == DISCLOSE_SHOWN && !s->group[g].about.never;
}

#endif
