#ifndef TLD_AUDIT_SETS_H
#define TLD_AUDIT_SETS_H

/*
 * The sets of persons whose figures the attacker wants to know: the groups that are withheld, and unions of
 * blocks × genders that could be small. With each goes the range of every figure over the solutions seen so
 * far: a figure that has been two whole numbers is not determined, and no linear program need be solved for
 * it.
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

struct audit_set {
    size_t group; /* a withheld one, or AUDIT_NONE: a union */
    size_t unit;  /* of a union; AUDIT_NONE: over the municipality */
    size_t *cell; /* block × genders + gender, rising */
    size_t cells;
    double constant[AUDIT_CATEGORIES_MAX];               /* of classes that are no unknowns */
    double lo[AUDIT_SET_FIGURES], hi[AUDIT_SET_FIGURES]; /* seen; lo > hi: nothing yet */
};

struct audit_sets {
    const struct audit_system *system;
    struct audit_set *at;
    size_t count, capacity, hidden; /* the withheld groups come first */
    bool cut;                       /* AUDIT_SETS_MAX ended the list */
};

/* The system must outlive them. Withheld groups of which it is not certain who belongs to them are left out.
 */
void audit_sets_init(struct audit_sets *s, const struct audit_system *system);
void audit_sets_fini(struct audit_sets *s);

/* One more solution has been seen. */
void audit_sets_see(struct audit_sets *s, const double *unknowns);

/* The weight of a category in a linear figure. */
double audit_sets_weight(const struct audit_sets *s, int figure, size_t category);

/* What the set's constants give to a linear figure. */
double audit_sets_constant(const struct audit_sets *s, const struct audit_set *set, int figure);

/* Whom a union is of, in words; the caller frees. in: as audit_union.in. */
char *audit_sets_describe(const struct audit_system *s, size_t unit, const bool *in);

/* Whom a set is of: class × genders + gender; the caller frees. */
bool *audit_sets_in(const struct audit_sets *s, const struct audit_set *set);

/* Whether a set is of some genders of one common block. */
bool audit_sets_is_common(const struct audit_sets *s, const struct audit_set *set);

/* Whether a withheld group has just the persons of `in`. */
bool audit_sets_is_group(const struct audit_sets *s, const bool *in);

#endif
