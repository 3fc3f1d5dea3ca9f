#ifndef TLD_ANALYSIS_TALLY_H
#define TLD_ANALYSIS_TALLY_H

/*
 * Additive tallies of one form version in one round: what nearly every result follows from, so that the
 * answers are read once. Pure: values in, values out.
 *
 * A *sum* (struct tally_sum) is an array of plan->width counters:
 *   - for each question, first its unanswered, then options 1..C, then "vet ej";
 *   - for each dimension, first the persons without an index (fewer than half of its questions answered),
 * then for each number of answered questions m the persons by their sum of scores, 0..m * steps. (m, sum)
 * holds the same as a grid of step 1/LCM(1..K) in fewer bins; tally_index_grid gives the grid.
 *
 * Kept are the *cells* that the lattice of groups is built from: one per class, and one per unit and gender.
 * A cell per class and gender would be larger than the answers themselves, and nothing may ever be shown of
 * it. A cell holds the same as a sum, in the order that counts fastest and in few bytes, since new memory
 * costs more than counting: first a row of all questions' options 1, a row of their options 2, ..., a row of
 * "vet ej", each row filled up to plan->row (who is in none of them has not answered); then, for a class, for
 * each dimension the bins of its persons, one after the other; for a gender each dimension's counts by bin.
 *
 * Scores: an option code c of a scale with C options gives t = c - 1, or C - c for a reversed question. A
 * person's index in a dimension is the mean of t / (C - 1) over the answered questions, if at least half of
 * them are answered. Where all scales have the same C, 1 + (C - 1) * index is the mean of the (turned) codes.
 * Where they differ, each question weighs the same from its lowest to its highest option, and the index is
 * told on 1..C of the longest scale.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "analysis/tally_room.h"
#include "core/base/err.h"
#include "core/domain/form.h"
#include "core/store/store.h"

enum {
    TALLY_GENDERS = 4,           /* indexed by enum form_gender */
    TALLY_REST = GENDER_BOY,     /* has no cells: a unit's classes less its other genders */
    TALLY_RESPONSES_MAX = 65535, /* of one class to one form */
    TALLY_PIECE = 224            /* persons of one cell, whose counters are bytes; more have several */
};

struct tally_dimension {
    int questions; /* K; 0: the dimension has none */
    int question[FORM_QUESTIONS_MAX];
    int weight[FORM_QUESTIONS_MAX]; /* steps / (C - 1) of the question */
    int options;                    /* C, of the longest scale */
    int steps;                      /* LCM of the C - 1: an index of 1 in whole steps */
    int least;                      /* answered questions that an index needs */
    unsigned
        base[FORM_QUESTIONS_MAX + 1]; /* bin of (m, 0) in the dimension; 0 ("no index") where m < least */
    unsigned first, bins;             /* of this dimension in a sum */
    uint8_t byte_base[16];            /* base again, where there are at most 15 questions and 256 bins */
    unsigned list;                    /* number of its list in a cell */
    unsigned packed_first;            /* of its counts in a packed cell */
    unsigned first_score;             /* of this dimension's questions among all dimensions' */
    unsigned first_pair;              /* of this dimension among the sums of products */
};

/* By the answer's byte, where it is below 16; "vet ej" has all 0. */
struct tally_scores_of {
    uint8_t score[16];    /* t; 0 where there is none */
    uint8_t weighted[16]; /* t * the question's weight, where that is below 256 */
    uint8_t scored[16];   /* 1: there is one */
};

struct tally_plan {
    int questions;
    int options[FORM_QUESTIONS_MAX];
    uint8_t most[FORM_QUESTIONS_MAX]; /* options + 1 */
    bool reversed[FORM_QUESTIONS_MAX];
    unsigned first[FORM_QUESTIONS_MAX]; /* of this question in a sum */
    int dimensions;
    struct tally_dimension dimension[FORM_DIMENSIONS_MAX];
    struct tally_scores_of scores_of[FORM_QUESTIONS_MAX];
    int gender_question;   /* -1: the form has none */
    uint8_t gender_of[16]; /* enum form_gender of each answer below 16 */
    unsigned width;        /* counters of a sum */
    unsigned row;          /* questions, filled up to a multiple of 8 */
    unsigned rows;         /* the options of the longest scale, and vet ej */
    unsigned counters;     /* row * rows: in a cell */
    unsigned lists;        /* dimensions that have questions */
    unsigned bin_bytes;    /* of a bin in a list: 1, or 2 where a dimension has more than 256 bins */
    unsigned packed_width; /* counters of a packed cell: with a count for each bin instead of lists */
    unsigned scores;       /* questions of all dimensions */
    unsigned pairs;        /* sums of products of all dimensions */
    const struct tally_kernel *kernel;
};

/* ERR_LIMIT when the dimensions of the form are too large to tally. */
bool tally_plan_init(struct tally_plan *p, const struct form *f, struct err *e)
    __attribute__((warn_unused_result));

/* A class, or a piece of a large one. */
struct tally_group {
    int64_t id; /* the store's group id */
    uint8_t *cell;
    uint16_t responses;
    uint16_t piece; /* 0, 1, ... */
};

/* Persons of one unit and gender: more come until there is no room for the next chunk. */
struct tally_piece {
    struct tally_piece *before; /* more of them; or NULL */
    uint16_t responses, room;
    uint8_t cell[];
};

struct tally_unit {
    struct tally_piece *gender[TALLY_GENDERS]; /* NULL: nobody */
};

/*
 * complete and pair: over the persons who answered every question of a dimension (complete cases), for
 * reliability, their number; and for the dimension's K questions the sums of t_i, then the sums of t_i * t_j
 * for i <= j row by row.
 */
struct tally {
    const struct tally_plan *plan; /* borrowed */
    struct tally_group *group;     /* in the order they were added */
    size_t groups, group_capacity;
    struct tally_room room;  /* of all cells, and of group */
    struct tally_unit *unit; /* by the caller's numbers of units */
    size_t units;
    uint64_t complete[FORM_DIMENSIONS_MAX];
    uint64_t *pair;   /* plan->pairs; whole only after tally_flush */
    uint8_t *waiting; /* plan->scores columns of TALLY_WAITING scores that are not in pair yet; 0 where the
                         dimension is not answered whole */
    unsigned persons_waiting;
};
enum { TALLY_WAITING = 1024 };

void tally_init(struct tally *t, const struct tally_plan *p, size_t units);
void tally_fini(struct tally *t);

/* Makes room for so many classes; more may come. */
void tally_reserve(struct tally *t, size_t groups);

/*
 * Adds one block: a class of unit number `unit`. A class comes once. ERR_INPUT when the block does not fit
 * the form (its number of questions, an answer that is no option), ERR_LIMIT; then the tally is as it was but
 * for the unit's cells: throw it away.
 */
bool tally_add(struct tally *t, size_t unit, const struct block *b, struct err *e)
    __attribute__((warn_unused_result));

/* Moves all of `from` into `into`, which has the same plan and units. */
void tally_merge(struct tally *into, struct tally *from);

/* Sorts the groups by id and piece, so that equal tallies are equal in bytes. */
void tally_sort(struct tally *t);

/* Adds a class or a piece of one; returns its cell, all zeros. For tally_add and tally_unpack. */
uint8_t *tally_group_new(struct tally *t, int64_t id, size_t responses, size_t piece);

/* Adds a piece with room for so many persons to a unit and gender, all zeros. */
struct tally_piece *tally_piece_new(struct tally *t, size_t unit, enum form_gender gender, size_t room);

/* Brings complete and pair up to date. */
void tally_flush(struct tally *t);

/* List number `list` of a cell that has room for so many persons, and one bin in it. */
static inline uint8_t *tally_list(const struct tally_plan *p, uint8_t *cell, unsigned list, size_t room)
{
    return cell + p->counters + list * room * p->bin_bytes;
}
static inline unsigned tally_bin(const struct tally_plan *p, const uint8_t *at)
{
    uint16_t wide;

    if (p->bin_bytes == 1)
        return *at;
    memcpy(&wide, at, sizeof wide);
    return wide;
}
static inline void tally_bin_put(const struct tally_plan *p, uint8_t *at, uint16_t bin)
{
    if (p->bin_bytes == 1)
        *at = (uint8_t)bin;
    else
        memcpy(at, &bin, sizeof bin);
}

/* ---- reading a cell -------------------------------------------------------------------------------------
 */

struct tally_sum {
    int64_t responses;
    int64_t *counter;
};
void tally_sum_init(struct tally_sum *s, const struct tally_plan *p);
void tally_sum_fini(struct tally_sum *s);
/* The first entry of the class in t.group, or SIZE_MAX; t is sorted. */
size_t tally_find(const struct tally *t, int64_t id);
/* Adds the class whose first entry is `group`. */
void tally_sum_group(struct tally_sum *s, const struct tally *t, size_t group);
/* g is not TALLY_REST. */
void tally_sum_gender(struct tally_sum *s, const struct tally *t, size_t unit, enum form_gender g);

/* The counts of options 1..C of a question, as answered: a reversed question is not turned. */
const int64_t *tally_options(const struct tally_plan *p, const struct tally_sum *s, int question);
int64_t tally_unanswered(const struct tally_plan *p, const struct tally_sum *s, int question);
int64_t tally_dont_know(const struct tally_plan *p, const struct tally_sum *s, int question);

/*
 * The index of dimension d as counts on an even grid over its scale: point i of `points` is
 * 1 + (C - 1) * i / (points - 1), points - 1 = LCM(1..K) * steps. Returns NULL when the dimension has no
 * questions, more than TALLY_GRID_QUESTIONS, or scales so unlike that the grid has too many points; the
 * caller frees.
 */
enum { TALLY_GRID_QUESTIONS = 12, TALLY_GRID_POINTS = 1 << 20 };
bool tally_has_grid(const struct tally_plan *p, int dimension);
int64_t *tally_index_grid(const struct tally_plan *p, const struct tally_sum *s, int dimension,
                          size_t *points);

/* ---- keeping --------------------------------------------------------------------------------------------
 */

/* Version of the packed layout. */
enum { TALLY_LAYOUT = 3 };

/* The packed bytes, with a checksum; the caller frees. unit_code gives each unit number's code. */
void *tally_pack(struct tally *t, const char *(*unit_code)(size_t unit, const void *arg), const void *arg,
                 size_t *bytes);

/* Reads them back into an initialised, empty tally. unit_number gives SIZE_MAX for a code it does not know.
 * ERR_INPUT when they are damaged or do not fit: compute the tally anew, from an empty one. */
bool tally_unpack(struct tally *t, const void *bytes, size_t count,
                  size_t (*unit_number)(const char *code, const void *arg), const void *arg, struct err *e)
    __attribute__((warn_unused_result));

#endif
