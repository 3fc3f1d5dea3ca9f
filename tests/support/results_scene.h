#ifndef TLD_TESTS_RESULTS_SCENE_H
#define TLD_TESTS_RESULTS_SCENE_H

/*
 * A small municipality with three sealed rounds, whose answers are known person by person. Its form changes
 * before the third round: q2 is carried on by q2b (a `continues` line), q5 is worded anew under its old id.
 *
 *   Eken    10000001   classes 4A and 5A; q1 answered 6, 14, 38, 30 in 2026-04 and 2, 5, 21, 34 in 2026-10
 *                      (cases_public.json, case02 A)
 *   Linden  10000002   classes 4A, 4B and 5A; in 2026-10 only three of 5A answer
 *   Rönnen  10000003   one class, four pupils in 2026-10
 *   Asken   10000004   classes 4A and 5A
 *
 * Eken, Rönnen and Asken have a target each for 2026-10.
 * Eken and Asken are the area Norr; Linden is alone in Söder, which is therefore no group of its own.
 */

#include <stddef.h>
#include <stdint.h>

#include "core/domain/form.h"

enum { RESULTS_QUESTIONS = 6, RESULTS_BLOCKS_MAX = 40 }; /* q1..q5 and gender */

struct results_block {
    const char *round, *unit_code, *group;
    int grade;
    int64_t group_id;
    size_t responses;
    uint8_t *answers; /* question by question */
};

struct results_scene {
    char *folder, *address;
    struct form *form[2];
    struct results_block block[RESULTS_BLOCKS_MAX];
    size_t blocks;
};

/* For cmocka, before the first test and after the last: *state is the scene. */
int results_scene_begin(void **state);
int results_scene_end(void **state);

#endif
