#ifndef TLD_AUDIT_LINEAR_H
#define TLD_AUDIT_LINEAR_H

/*
 * What follows from shown rows by adding and subtracting them, exactly: elimination over the integers modulo
 * 2³¹−1, each row with its counts as right-hand sides. (What holds over the rationals holds modulo a prime
 * that divides no denominator; coefficients here are −1, 0 and 1, and the counts are far smaller.)
 */

#include "audit/audit_system.h"

/* Which rows take part, and what is known of a combination of them. */
enum audit_family {
    AUDIT_COUNTED,  /* rows whose options and "vet ej" are known: their counts */
    AUDIT_OPTIONED, /* rows whose options are known (compare tells no "vet ej"): their counts */
    AUDIT_SUMMED    /* rows whose n and sum are known: these two, the sum in steps of the grid */
};

enum { AUDIT_LINEAR_VALUES_MAX = AUDIT_OPTIONS_MAX + 1 };

enum {
    AUDIT_LINEAR_ENTRIES_MAX = 100 * 1000 * 1000, /* of a matrix */
    AUDIT_UNION_STEPS_MAX = 100 * 1000,           /* of the search in one unit and item */
    AUDIT_UNION_ENTRIES_MAX = 4 * 1000 * 1000,    /* of its matrix */
    AUDIT_UNIONS_MAX = 200                        /* told, in one unit and item */
};

struct audit_linear;

/* The system must outlive it. */
struct audit_linear *audit_linear_new(const struct audit_system *s, enum audit_family family);
void audit_linear_free(struct audit_linear *l);

/* Whether the same rows take part: then the earlier family has found all that this one can. */
bool audit_linear_same_rows(const struct audit_linear *a, const struct audit_linear *b);
/* The matrix would pass AUDIT_LINEAR_ENTRIES_MAX: nothing was eliminated, and nothing follows. */
bool audit_linear_too_large(const struct audit_linear *l);
/* The rows contradict each other. */
bool audit_linear_contradicts(const struct audit_linear *l);

size_t audit_linear_values(const struct audit_linear *l);

/* Whether a group's figures follow; then values are filled. */
bool audit_linear_group(struct audit_linear *l, size_t group, int64_t *values);

/* A union of class × gender inside one unit whose figures follow. in[class × genders + gender]. */
struct audit_union {
    size_t unit;
    const bool *in;
    const int64_t *values;
};
typedef void audit_union_fn(const struct audit_union *u, void *arg);

/* Tells each union inside a unit of which fewer than k chose an option. False when a limit ended the search
 * somewhere. */
bool audit_linear_unions(struct audit_linear *l, int k, audit_union_fn *tell, void *arg);

#endif
