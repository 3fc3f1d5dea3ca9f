#ifndef TLD_TESTS_AUDIT_TOWN_H
#define TLD_TESTS_AUDIT_TOWN_H

/*
 * A random municipality of which is known who answered what; and all that is exported of it, to be attacked.
 * Everything that can go wrong aborts the test. One form: two questions of one dimension, and the gender.
 */

#include <stdint.h>

#include "analysis/dataset.h"
#include "core/base/buf.h"
#include "tests/support/town.h"

enum {
    AUDIT_TOWN_QUESTIONS = 3, /* two, and the gender */
    AUDIT_TOWN_ROUNDS_MAX = 2,
    AUDIT_TOWN_COMPARISONS = 6
};

/* October and April of one school year: the classes are the same. */
extern const char *const AUDIT_TOWN_ROUNDS[AUDIT_TOWN_ROUNDS_MAX];
extern const char *const AUDIT_TOWN_UNITS[];
extern const char *const AUDIT_TOWN_AREAS[];   /* of each unit */
extern const char *const AUDIT_TOWN_GENDERS[]; /* as coded; 0, "": not said */

/* One who has answered. */
struct audit_pupil {
    size_t unit; /* in AUDIT_TOWN_UNITS */
    int64_t class;
    char class_name[GROUP_NAME_MAX_BYTES + 1];
    int grade;
    size_t round;
    int release;                          /* the first that they are in */
    uint8_t answer[AUDIT_TOWN_QUESTIONS]; /* 0: none; ANSWER_DONT_KNOW */
};

struct audit_town {
    struct town town;
    const struct form *form;
    size_t rounds;
    uint64_t seed;
    int release; /* who comes in now is in it and all later ones */
    int lates;   /* classes that came in late */
    struct audit_pupil *pupil;
    size_t pupils, capacity;
};

/* For cmocka, before the first test. */
int audit_town_begin(void **state);

/* 2 to 5 units of 1 to 3 grades of 1 to 3 classes of 1 to 35 pupils, some all alike, some unanswered;
 * published when it is made. Of two rounds also with a target for each unit. */
void audit_town_make(struct audit_town *t, uint64_t seed, size_t rounds);
void audit_town_fini(struct audit_town *t);

unsigned audit_town_draw(struct audit_town *t, unsigned below);

/* A class of the first or second unit comes in late, in the only round, and all is published anew: another
 * release, unless the class has too few to be added. */
void audit_town_late(struct audit_town *t, unsigned size);

/* The last round, and the earlier ones with it. */
void audit_town_publish(const struct audit_town *t);

/* Progression, and each comparison of each round. */
struct audit_export {
    struct buf table[1 + AUDIT_TOWN_ROUNDS_MAX * AUDIT_TOWN_COMPARISONS];
    size_t tables;
};

void audit_town_export(const struct audit_town *t, enum release_audience audience, unsigned threads,
                       struct audit_export *x);
void audit_export_fini(struct audit_export *x);

#endif
