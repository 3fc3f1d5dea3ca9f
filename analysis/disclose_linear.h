#ifndef TLD_ANALYSIS_DISCLOSE_LINEAR_H
#define TLD_ANALYSIS_DISCLOSE_LINEAR_H

/*
 * The linear stage (statistics.md, "Disclosure control", 3 and 4) of one item: which rows of the lattice may
 * be released so that no protected set follows by adding and subtracting any of them.
 *
 * Atoms are persons that no row divides; each is in one block (a unit). Rows lie in one block, or across all
 * (the municipality's). First each block releases its own rows from the top down. Then the rows across the
 * blocks are released with them, and while a protected set follows, what closes the gap most cheaply is
 * withheld: the piece of that combination in the smallest other block, or a row across the blocks. A union
 * is protected across blocks too, and so is whatever says something of persons alone who gave one answer. The
 * time is linear in the number of blocks.
 *
 * Rows from before (statistics.md, 7) are released first, whatever follows from them: what they give away is
 * lost already, and then nothing more is released beside it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LINEAR_ACROSS SIZE_MAX

struct linear_atom {
    size_t block;
    int64_t least; /* the fewest persons that can be in it */
    bool empty;    /* surely nobody */
};

struct linear_row {
    size_t block;       /* or LINEAR_ACROSS */
    int rank;           /* released in this order, */
    int64_t size;       /* and the larger first: by what is known, as the order shows */
    const size_t *atom; /* its members */
    size_t atoms;
    int64_t n;
    uint64_t alike; /* all in it gave this one answer, a bit; or 0 */
    bool before;    /* released earlier: everybody has it, whatever is decided now */
    bool candidate; /* may be released as such */
    bool secret;    /* must not follow from what is released; never of a row that is known from before */
    bool shown;     /* the answer */
};

struct linear {
    const struct linear_atom *atom;
    size_t atoms;
    struct linear_row *row;
    size_t rows;
    size_t blocks;
    int64_t k;
    uint64_t no_answer; /* goes with any other answer */
    /* For the sake of other blocks something is withheld rather in a block that shows less than it may
     * already, be it a third larger: what is withheld there may then be shown instead. */
    bool gather;
};

void linear_decide(const struct linear *p);

#endif
