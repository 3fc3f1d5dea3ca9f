#ifndef TLD_TESTS_AUDIT_EXACT_H
#define TLD_TESTS_AUDIT_EXACT_H

/*
 * An oracle beside the attacker: what whole numbers say. Persons are in cells, and each has given one answer.
 * Of some sets of cells it is known how many gave each answer, of some how many persons they are. Integer
 * programs look for other persons in the cells that agree with all of it; what none of them changes is given
 * away. It knows nothing of tables, figures and rounding, and stops at no fractions.
 */

#include <stdbool.h>
#include <stddef.h>

enum { AUDIT_EXACT_ANSWERS = 6, AUDIT_EXACT_CELLS_MAX = 200 };

struct audit_exact;

/* truth: how many of each cell gave each answer; copied. */
struct audit_exact *audit_exact_new(size_t cells, int (*truth)[AUDIT_EXACT_ANSWERS]);
void audit_exact_free(struct audit_exact *x);

/* Everybody knows how many of the set gave each answer; how many persons it has. */
void audit_exact_show(struct audit_exact *x, const bool *in);
void audit_exact_size(struct audit_exact *x, const bool *in);

/* How many of the set truly gave one of the answers (a bit for each). */
int audit_exact_count(const struct audit_exact *x, const bool *in, unsigned answers);

/* Whether, as far as can be known, `by` more could have (or fewer, when negative). */
bool audit_exact_can_be(struct audit_exact *x, const bool *in, unsigned answers, int by);

/* Whether the number follows. */
bool audit_exact_determined(struct audit_exact *x, const bool *in, unsigned answers);

#endif
