#ifndef TLD_TESTS_AUDIT_SMALL_H
#define TLD_TESTS_AUDIT_SMALL_H

/* A random municipality so small that every division of its answers can be gone through, and the table that
 * it has of one question: some rows are shown. */

#include <stdbool.h>
#include <stdint.h>

#include "audit/audit_table.h"
#include "core/base/buf.h"

enum {
    K = 3,
    UNITS_MAX = 3,
    CLASSES_MAX = 5,
    GENDERS_MAX = 3,
    OPTIONS_MAX = 3,
    CATEGORIES_MAX = OPTIONS_MAX + 2, /* then vet ej, and none */
    GROUPS_MAX = 40
};

struct small_group {
    enum audit_level level;
    enum audit_kind kind;
    int unit, key; /* key: grade, gender, class */
    bool shown;
};

struct small_town {
    int units, classes, genders, options, categories;
    int unit_of[CLASSES_MAX], grade_of[CLASSES_MAX], persons[CLASSES_MAX];
    int answers[CLASSES_MAX][GENDERS_MAX][CATEGORIES_MAX];
    struct small_group group[GROUPS_MAX];
    int groups;
    bool few; /* withheld rows of fewer than K say so */
};

extern const char *const SMALL_GENDERS[];

/* Random numbers of our own, so that a failure can be had again. */
extern uint64_t small_seed;
unsigned small_draw(unsigned below);

/* nested: groups that lie inside each other alone. */
void small_make(struct small_town *t, bool nested);

bool small_contains(const struct small_town *t, const struct small_group *g, int klass, int gender);

/* By category. */
void small_count(const struct small_town *t, const struct small_group *g, int *out);
int small_sum(const int *x, int n);

void small_write(const struct small_town *t, bool precise, struct buf *out);

#endif
