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
 * A *cell* holds the same in the order that counts fastest: first a row of all questions' unanswered, a row
 * of their options 1, ..., a row of "vet ej", each row filled up to plan->row; then the dimensions' bins.
 *
 * Kept are the cells that the lattice of groups is built from: one per class, and one per unit and gender. A
 * cell per class and gender would be larger than the answers themselves, and nothing may ever be shown of it.
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

#include "analysis/tally_room.h"
#include "core/base/err.h"
#include "core/domain/form.h"
#include "core/store/store.h"

enum {
    TALLY_GENDERS = 4,           /* indexed by enum form_gender */
    TALLY_RESPONSES_MAX = 65535, /* of one class to one form */
    TALLY_UNIT_MAX = 65535,      /* of one unit and gender to one form */
    TALLY_PIECE = 224            /* persons of one cell of bytes; larger classes have several */
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
    unsigned cell_first;              /* in a cell */
    unsigned first_pair;              /* of this dimension among the sums of products */
};

struct tally_plan {
    int questions;
    int options[FORM_QUESTIONS_MAX];
    bool reversed[FORM_QUESTIONS_MAX];
    unsigned first[FORM_QUESTIONS_MAX]; /* of this question in a sum */
    int dimensions;
    struct tally_dimension dimension[FORM_DIMENSIONS_MAX];
    int gender_question;    /* -1: the form has none */
    uint8_t gender_of[256]; /* enum form_gender of each answer byte */
    unsigned width;         /* counters of a sum */
    unsigned row;           /* questions, filled up to a multiple of 8 */
    unsigned rows;          /* 2 + the options of the longest scale */
    unsigned cell_width;    /* counters of a cell */
    unsigned pairs;         /* sums of products of all dimensions */
    const struct tally_kernel *kernel;
};

/* ERR_LIMIT when the dimensions of the form are too large to tally. */
bool tally_plan_init(struct tally_plan *p, const struct form *f, struct err *e)
    __attribute__((warn_unused_result));

/* A class, or a piece of a large one. */
struct tally_group {
    int64_t id; /* the store's group id */
    uint32_t responses;
    uint32_t piece; /* 0, 1, ... */
    uint8_t *cell;
};

/* Pupils who did not say their gender have no cell: they are the unit's classes less the others. */
struct tally_unit {
    uint32_t responses[TALLY_GENDERS];
    uint16_t *cell[TALLY_GENDERS]; /* NULL: no responses */
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
    struct tally_room room;  /* of all cells */
    struct tally_unit *unit; /* by the caller's numbers of units */
    size_t units;
    uint16_t *scratch; /* a cell that nobody reads, for those without a gender */
    uint64_t complete[FORM_DIMENSIONS_MAX];
    uint64_t *pair;       /* plan->pairs; complete only after tally_flush */
    uint16_t *lane;       /* of each pair TALLY_LANES sums not yet in it */
    unsigned lane_chunks; /* how many chunks have been added there */
};
enum { TALLY_LANES = 16 };

void tally_init(struct tally *t, const struct tally_plan *p, size_t units);
void tally_fini(struct tally *t);

/* What tally_add computes; all of it but in measurements. */
enum { TALLY_COUNTS = 1, TALLY_INDEX = 2, TALLY_PRODUCTS = 4, TALLY_ALL = 7 };

/*
 * Adds one block: a class of unit number `unit`. A class comes once. ERR_INPUT when the block does not fit
 * the form (its number of questions, an answer that is no option), ERR_LIMIT; then the tally is as it was but
 * for the unit's cells: throw it away.
 */
bool tally_add(struct tally *t, size_t unit, const struct block *b, unsigned parts, struct err *e)
    __attribute__((warn_unused_result));

/* Moves all of `from` into `into`, which has the same plan and units. */
void tally_merge(struct tally *into, struct tally *from);

/* Sorts the groups by id and piece, so that equal tallies are equal in bytes. */
void tally_sort(struct tally *t);

/* Adds a class or a piece of one; returns its cell, all zeros. For tally_add and tally_unpack. */
uint8_t *tally_group_new(struct tally *t, int64_t id, uint32_t responses, uint32_t piece);

/* The cell of a unit and gender, made when there is none. */
uint16_t *tally_gender_cell(struct tally *t, size_t unit, enum form_gender gender);

/* Brings complete and pair up to date. */
void tally_flush(struct tally *t);

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
/* g is not GENDER_UNSAID. */
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
enum { TALLY_LAYOUT = 2 };

/* The packed bytes, with a checksum; the caller frees. unit_code gives each unit number's code. */
void *tally_pack(struct tally *t, const char *(*unit_code)(size_t unit, const void *arg), const void *arg,
                 size_t *bytes);

/* Reads them back into an initialised, empty tally. unit_number gives SIZE_MAX for a code it does not know.
 * ERR_INPUT when they are damaged or do not fit: compute the tally anew, from an empty one. */
bool tally_unpack(struct tally *t, const void *bytes, size_t count,
                  size_t (*unit_number)(const char *code, const void *arg), const void *arg, struct err *e)
    __attribute__((warn_unused_result));

#endif
