#ifndef TLD_ANALYSIS_DISCLOSE_AUDIT_H
#define TLD_ANALYSIS_DISCLOSE_AUDIT_H

/*
 * The audit by linear programs, and the repair (statistics.md, "Disclosure control", 5 and 6), of one
 * question: the least and the most that a withheld count can be, given all that is released and that nobody
 * can be fewer than none. It finds what adding and subtracting alone does not.
 *
 * The unknowns are how many of each atom gave each answer (none, an option, or vet ej). Whoever reads the
 * results knows the distribution of every shown row, and how many of a row sent in the form where that is
 * counted live.
 *
 * A count is determined when it can be one whole number only. It is a leak that
 *   - a count above zero is determined, of a row with fewer than k, or of several rows or atoms of one block
 *     with fewer than k together;
 *   - it is determined that all in a row with fewer than k who chose an option chose the same;
 *   - all counts of a withheld row are determined;
 *   - it is determined that nobody in a row chose anything but the one answer that all in it gave.
 * That nobody of a few gave an answer is none, nor is one count of a row that is withheld for others' sake
 * only.
 *
 * Rows across the blocks are taken in as far as needed: first each block is tried with its part of them
 * known, then together with more and more other blocks whose withheld counts can give way. What is free with
 * some of the blocks is free with all of them; a count that is not free with AUDIT_BLOCKS is taken for
 * determined.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    AUDIT_BLOCKS = 12,
    AUDIT_GENDERS = 6,  /* as many at most are united in all ways */
    AUDIT_UNIONS = 256, /* of a kind in a block: no more are looked at */
    AUDIT_DEAR = -4
};

/* The pupils of a class and a gender: each row is made up of classes, or of genders. */
struct audit_atom {
    size_t block;
    int64_t responses;
    size_t class, gender; /* their rows */
};

enum audit_secret {
    AUDIT_OPEN, /* no secret */
    AUDIT_FEW,
    AUDIT_ALIKE,
    AUDIT_WHOLE /* withheld for others' sake */
};

struct audit_row {
    size_t block; /* or AUDIT_ACROSS */
    int rank; /* of the rows that give a count away, one of the highest rank is withheld; one of AUDIT_DEAR
                 or below only when the block has no other */
    const size_t *atom;
    size_t atoms;
    int64_t responses;
    const int64_t *count; /* of each answer, AUDIT_NONE first */
    bool counted;         /* how many they are is known anyhow */
    bool shown;           /* or released before */
    bool before;          /* released before: can not be withheld any more */
    enum audit_secret secret;
    uint64_t alike; /* AUDIT_ALIKE: the answers that may have been given, a bit each */
};
#define AUDIT_ACROSS SIZE_MAX
enum { AUDIT_NONE = 0 }; /* the answer of those who gave none; the last one is vet ej */

struct audit_piece {
    size_t across, row; /* the row is a part of what the row across has in the row's block */
};

struct audit_rows {
    const struct audit_atom *atom;
    size_t atoms;
    const struct audit_row *row;
    size_t rows;
    const struct audit_piece *piece;
    size_t pieces;
    size_t blocks;
    size_t answers;
    int64_t k;
    bool with_none; /* who gave no answer is looked at too: that takes longer */
};

/* What was found not to be given away. It stays so while rows are only withheld; forget it, with
 * audit_memory_forget, at last. Begin with {0}. */
struct audit_memory {
    uint64_t *key;
    size_t count, room;
};
void audit_memory_forget(struct audit_memory *m);

/*
 * Looks at the blocks that `look` marks, then at the rows across, and leaves it marked where something is
 * given away. Marks in `withhold` a row for each count that is, to be withheld before looking again; returns
 * how many it marked. A count that only rows from before give away is not counted. `known`: of the same rows,
 * with the same with_none.
 */
size_t audit(const struct audit_rows *p, struct audit_memory *known, bool *look, bool *withhold);

#endif
