#ifndef TLD_TESTS_WORLD_H
#define TLD_TESTS_WORLD_H

/* A town (town.h) and its progression table: what the tests of history and change have in common. A wrong
 * figure or a missing row fails the test. */

#include "analysis/dataset.h"
#include "analysis/disclose.h"
#include "tests/support/town.h"

struct world {
    struct town town;
    const struct form *form; /* "f": one question, q1, of trygghet */
    struct dataset d;
    struct released *t;
};

/* For cmocka: a world before and after each test. */
int world_begin(void **state);
int world_end(void **state);

/* ---- writing ---- */

void world_round(struct world *w, const char *code); /* that asks with w->form */
/* A class of grundskola that answers q1, as in town.h. */
void world_class(struct world *w, const char *round, const char *unit, const char *group, int grade,
                 int enrolled, const char *q1);

/* Units whose codes are a letter each, and two others, which world_others lets answer: so that a unit that is
 * withheld does not make the rest follow. */
void world_units(struct world *w, const char *codes);
void world_others(struct world *w, const char *round);

/* One line of a form's questions. */
#define ASK(id, dimension, scale, more, text)                                                                \
    "  - {id: " id ", dimension: " dimension ", scale: " scale more ", text: {sv: \"" text "\"}}\n"

/*
 * Unit "eken", three rounds (2025-10 to 2026-10) with three versions of a form: q1 gets other options in the
 * third; q2 goes on as q2b and q2c by decision; q3 is worded anew in the second and as before in the third,
 * which also asks q4. Everybody gives the same answer to all.
 */
void world_versions(struct world *w);

/* ---- reading ---- */

/* After all is written: loads it and makes the table. */
void world_read(struct world *w);

/* Rows: a unit's q1; that of a grade; of "eken", any item. */
size_t world_unit(const struct world *w, const char *round, const char *unit);
size_t world_grade(const struct world *w, const char *round, const char *unit, const char *grade,
                   const char *item);
size_t world_item(const struct world *w, const char *round, const char *item);

void world_is(const struct world *w, size_t row, const char *column, const char *expected);
void world_near(const struct world *w, size_t row, const char *column, double expected);
void world_no_change(const struct world *w, size_t row); /* shown, but not compared with anything */

#endif
