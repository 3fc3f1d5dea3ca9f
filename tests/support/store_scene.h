#ifndef TLD_TESTS_STORE_SCENE_H
#define TLD_TESTS_STORE_SCENE_H

/*
 * A small municipality in a store of its own, for tests. Everything that can go wrong here aborts the test.
 * The store is a fresh file in a fresh folder, or what the variable TLD_TEST_STORE names (a backend to come).
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/store/store.h"

enum { SCENE_GROUPS = 4, SCENE_QUESTIONS = 6 };

struct scene {
    char *folder;
    char *address;
    struct store *store;
    int64_t group[SCENE_GROUPS]; /* the first two of unit "eken", the others of "linden" */
    struct form form;            /* only what a store looks at */
};

/* Two units, four classes, the round 2026-10 (planned) with one form. */
void scene_init(struct scene *s);
void scene_fini(struct scene *s);
void scene_reopen(struct scene *s, enum store_mode mode);

/* The same for one test of cmocka's: *state is the scene. */
int scene_begin(void **state);
int scene_end(void **state);

/* Round 2026-10 to a state; closes and seals it. */
void scene_set_state(struct scene *s, enum round_state to);
void scene_seal(struct scene *s);

/* A form of its own, with so many questions. Free with scene_form_fini. */
void scene_form(struct form *f, const char *id, int questions);
void scene_form_fini(struct form *f);

/* The nonce and the answers of person number n: distinct for each. */
void scene_nonce(uint64_t n, uint8_t nonce[SUBMISSION_NONCE_BYTES]);
void scene_answers(uint64_t n, uint8_t *answers, size_t questions);

/* Puts person n's answers into round 2026-10; the outcome. */
enum submission_outcome scene_put(struct scene *s, uint64_t n, int64_t group_id);

/* Where in its block each person's answers stand, told by the answers themselves: for store_block_each and
 * store_open_each, as their `arg`. */
struct scene_places {
    const uint8_t *answers; /* persons × questions */
    size_t persons, questions;
    double *place; /* of each person */
    size_t found;
};
bool scene_places_read(const struct block *b, void *places, struct err *e);

/* The whole bytes of a file; NULL when there is none. */
uint8_t *scene_file(const char *path, size_t *bytes);

/* The same of the store's own file (suffix "") and of those beside it ("-wal"). */
uint8_t *scene_bytes(const struct scene *s, const char *suffix, size_t *bytes);

/* Removes a folder and the files in it. */
void scene_remove(const char *folder);

#endif
