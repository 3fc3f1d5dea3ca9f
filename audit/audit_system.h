#ifndef TLD_AUDIT_SYSTEM_H
#define TLD_AUDIT_SYSTEM_H

/*
 * The unknowns of one item, and what is known of them.
 *
 * An unknown is the number of persons of one block and one gender who gave one answer (category). A block is
 * a class, but for this: the classes of a unit whose own counts are known exactly make one block together.
 * That loses nothing. What is known of them by class is a constant, and any division of the block's genders
 * among its classes that fits their totals is possible, since only the genders of the whole block enter the
 * equations.
 *
 * Categories of a question: options 1..C, then "vet ej", then no answer. Of an index, whose scores are too
 * many to be told apart: the persons' weight at the low end and at the high end of the scale, so that n and
 * the sum follow; then no index.
 */

#include "audit/audit_counts.h"

enum { AUDIT_CATEGORIES_MAX = AUDIT_OPTIONS_MAX + 2 };

struct audit_block {
    size_t unit;
    size_t klass; /* AUDIT_NONE: the classes whose counts are known, together */
};

struct audit_term {
    size_t column;
    double coef;
};

/* lo <= Σ coef·unknown <= hi */
struct audit_equation {
    size_t from, count; /* terms */
    double lo, hi;
};

struct audit_system {
    const struct audit_world *world;
    size_t item;
    const struct audit_scale *scale;
    struct audit_counts *counts; /* by group; n is −1 when nothing is shown */

    bool *known; /* by class: its counts are known exactly, so it stands in its unit's common block */
    double (*total)[AUDIT_CATEGORIES_MAX]; /* by class that is known */
    struct audit_block *block;
    size_t blocks, genders, categories, columns;
    size_t *block_of; /* by class */

    struct audit_equation *equation;
    size_t equations, equation_capacity;
    struct audit_term *term;
    size_t terms, term_capacity;
    bool contradicts; /* constants alone do not fit */
};

/* What is asked of an unknown in the figures of a group. */
enum audit_part { AUDIT_PART_CERTAIN, AUDIT_PART_POSSIBLE };

/* What is attacked: one item of a world. */
struct audit_target {
    const struct audit_world *world;
    size_t item;
    const struct audit_scale *scale;
    const struct audit_counts *counts; /* by group; NULL: as the world's cells are printed */
};

/* The target's counts of each group, n −1 where nothing is shown; false when one has no counts that fit. */
bool audit_system_counts(const struct audit_target *t, struct audit_counts *out);

/* assume: also what is not printed but taken for granted (too_few means fewer than k; means told by changes).
 * The target must outlive the system. */
void audit_system_init(struct audit_system *s, const struct audit_target *t, int k, bool assume);
void audit_system_fini(struct audit_system *s);

size_t audit_system_column(const struct audit_system *s, size_t block, size_t gender, size_t category);

/* The weight of a category: 1 for n's (any option), the code or score for the sum's. */
double audit_system_code(const struct audit_system *s, size_t category);
size_t audit_system_options(const struct audit_system *s); /* categories that count in n: the first so many */

/* Whether the group surely has all classes that it may have. */
bool audit_system_certain(const struct audit_system *s, const struct audit_group *g);

/* How a group takes part in a block of one class: AUDIT_OUT, AUDIT_MAYBE or AUDIT_IN. Of a common block,
 * whose classes may be split by the group, only groups of genders speak; others see its classes as constants.
 */
enum audit_belongs audit_system_in(const struct audit_system *s, const struct audit_group *g, size_t block);

/* What the known classes give to a group of classes, by category: the certain, or the certain and possible.
 */
void audit_system_constant(const struct audit_system *s, const struct audit_group *g, enum audit_part part,
                           double out[AUDIT_CATEGORIES_MAX]);

#endif
