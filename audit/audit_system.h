#ifndef TLD_AUDIT_SYSTEM_H
#define TLD_AUDIT_SYSTEM_H

/*
 * The unknowns of one item, and what is known of them.
 *
 * Rows of the tables are about classes (a class, a grade, a unit …: all genders of some classes) or about
 * genders (some genders of all classes of a unit or of the municipality). So the unknowns are not the persons
 * of each class and gender, but how many of each class, and how many of each gender in a unit, gave each
 * answer (category), with the one equation that both add up to the same. That loses nothing: for any numbers
 * of classes and genders that add up to the same there is a table of class × gender (a transportation
 * problem). Of some genders of some classes, between max(0, classes + genders − all) and min(classes,
 * genders) gave an answer, and all between is possible.
 *
 * A class all of whose counts are known is a constant.
 *
 * Categories of a question: options 1..C, then "vet ej", then no answer. Of an index, whose scores are too
 * many to be told apart: the persons' weight at the low end and at the high end of the scale, so that n and
 * the sum follow; then no index.
 */

#include "audit/audit_counts.h"

enum { AUDIT_CATEGORIES_MAX = AUDIT_OPTIONS_MAX + 2 };

/* A class, or one gender of a unit: its categories are unknowns. */
struct audit_node {
    size_t unit;
    size_t klass;  /* AUDIT_NONE: a gender */
    size_t gender; /* of a gender */
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

    bool *known;                           /* by class: its counts are known exactly */
    double (*total)[AUDIT_CATEGORIES_MAX]; /* by class that is known */
    struct audit_node *node;               /* classes that are not known, then the genders unit by unit */
    size_t nodes, categories, columns;
    size_t *node_of;    /* by class; AUDIT_NONE: known */
    size_t gender_from; /* node of unit u, gender h: gender_from + u × genders + h; AUDIT_NONE: no genders */

    struct audit_equation *equation;
    size_t equations, equation_capacity;
    struct audit_term *term;
    size_t terms, term_capacity;
    size_t *work;     /* nodes of one group */
    bool contradicts; /* constants alone do not fit */
};

/* Of a group to which some classes only may belong: those that do, or all that may. */
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

/* assume: also what is not printed but taken for granted (what too_few means; means told by changes).
 * The target must outlive the system. */
void audit_system_init(struct audit_system *s, const struct audit_target *t, bool assume);
void audit_system_fini(struct audit_system *s);

size_t audit_system_column(const struct audit_system *s, size_t node, size_t category);
/* AUDIT_NONE where genders are not told. */
size_t audit_system_gender_node(const struct audit_system *s, size_t unit, size_t gender);

/* The weight of a category in the sum: its code or score, 0 beyond the options. */
double audit_system_code(const struct audit_system *s, size_t category);
size_t audit_system_options(const struct audit_system *s); /* categories that count in n: the first so many */

/* Whether the group surely has all classes that it may have. */
bool audit_system_certain(const struct audit_system *s, const struct audit_group *g);

/* The nodes whose sum a group is, besides its constant; their number. out has room for all nodes. */
size_t audit_system_nodes(const struct audit_system *s, const struct audit_group *g, enum audit_part part,
                          size_t *out);

/* What the known classes give to a group of classes, by category. */
void audit_system_constant(const struct audit_system *s, const struct audit_group *g, enum audit_part part,
                           double out[AUDIT_CATEGORIES_MAX]);

#endif
