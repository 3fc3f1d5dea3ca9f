#ifndef TLD_AUDIT_SETS_H
#define TLD_AUDIT_SETS_H

/*
 * The sets of persons whose figures the attacker wants to know: the groups that are withheld, and unions of
 * classes and genders that could be small. With each goes the range of every figure over the solutions seen
 * so far: a figure that has been two whole numbers is not determined, and no linear program need be solved
 * for it.
 *
 * A set is all genders of some classes, some genders of all classes of a unit (or of all units), or some
 * genders of some classes of a unit. The last is no sum of unknowns: see audit_system on what it can be.
 */

#include "audit/audit_system.h"

/* Figures of a set: the categories but "no answer", then these. */
enum {
    AUDIT_SET_N = AUDIT_CATEGORIES_MAX, /* who chose an option */
    AUDIT_SET_ND,                       /* or "vet ej" */
    AUDIT_SET_SUM,
    AUDIT_SET_MEAN, /* sum / n, where n is not 0; no linear figure */
    AUDIT_SET_FIGURES
};

enum { AUDIT_SETS_MAX = 200 * 1000 };

/* Nodes that are added up, and a constant. */
struct audit_part_sum {
    size_t *node;
    size_t nodes;
    double constant[AUDIT_CATEGORIES_MAX];
    bool of_classes; /* all genders of some classes */
    bool alone;      /* some set is just this */
    bool crossed;    /* its sets with genders are made */
};

struct audit_set {
    size_t group;     /* a withheld one, or AUDIT_NONE: a union */
    size_t unit;      /* of a union; AUDIT_NONE: over the municipality */
    size_t sum;       /* the classes, or the genders */
    size_t cross;     /* of some genders of some classes: the genders; else AUDIT_NONE */
    unsigned genders; /* of a union: bit h */
    double lo[AUDIT_SET_FIGURES], hi[AUDIT_SET_FIGURES]; /* seen; lo > hi: nothing yet */
};

struct audit_sets {
    const struct audit_system *system;
    struct audit_part_sum *sum;
    size_t sums, sum_capacity;
    bool *in; /* of each sum that is of classes, by class: which; sum × classes */
    size_t in_capacity;
    size_t *whole; /* of each unit: its classes together, as a sum */
    struct audit_set *at;
    size_t count, capacity, hidden;        /* the withheld groups come first */
    bool cut;                              /* AUDIT_SETS_MAX ended the list */
    double (*value)[AUDIT_CATEGORIES_MAX]; /* of each sum, in the last solution seen */
};

/* The system must outlive them. Withheld groups of which it is not certain who belongs to them are left out.
 */
void audit_sets_init(struct audit_sets *s, const struct audit_system *system);
void audit_sets_fini(struct audit_sets *s);

/* One more solution has been seen. */
void audit_sets_see(struct audit_sets *s, const double *unknowns);

/* The weight of a category in a linear figure. */
double audit_sets_weight(const struct audit_sets *s, int figure, size_t category);

/*
 * A figure as terms of unknowns, added to `out` from *count on, and its constant, which is returned: that of
 * the set's sum; for a set of some genders of some classes, that of `classes + genders − all`, which it can
 * not be below. mean: of AUDIT_SET_MEAN, Σ(code − mean).
 */
double audit_sets_terms(const struct audit_sets *s, const struct audit_set *set, int figure, double mean,
                        struct audit_term *out, size_t *count);

/* The same of one of its sums and one category, with that sign. */
double audit_sets_sum_terms(const struct audit_sets *s, size_t sum, size_t category, double sign,
                            struct audit_term *out, size_t *count);

/* Whom a union is of, in words; the caller frees. in: as audit_union.in. */
char *audit_sets_describe(const struct audit_system *s, size_t unit, const bool *in);

/* Whom a set is of: class × genders + gender; the caller frees. */
bool *audit_sets_in(const struct audit_sets *s, const struct audit_set *set);

/* Whether a withheld group has just the persons of `in`. */
bool audit_sets_is_group(const struct audit_sets *s, const bool *in);

#endif
