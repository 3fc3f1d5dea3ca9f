/*
 * Goal: what is loaded is what was answered. Kept tallies change nothing, and damaged ones are counted anew;
 * a round that is not sealed is there only when asked for.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "analysis/dataset.h"
#include "analysis/progression.h"
#include "analysis/report_csv.h"
#include "core/store/store.h"
#include "tests/support/results_scene.h"
#include "tests/support/table.h"

static char *progression_bytes(const struct results_scene *scene, unsigned threads, size_t *bytes)
{
    const struct dataset_options load = {.threads = threads};
    const struct progression_options options = {.unit_code = NULL};
    struct released *t = NULL;
    struct buf b = BUF_INIT;
    struct dataset d;
    struct err e = ERR_INIT;

    assert_true(dataset_load(scene->address, &load, &d, &e));
    assert_true(table_progression(&d, &options, &t, &e));
    report_csv(t, (struct csv_style){.precise = true}, &b);
    *bytes = b.bytes;
    released_free(t);
    dataset_fini(&d);
    return buf_take(&b);
}

static void put_damage(const struct results_scene *scene, const void *damage, size_t count)
{
    struct store *s = NULL;
    struct err e = ERR_INIT;

    assert_true(store_open(scene->address, STORE_WRITE, &s, &e));
    assert_true(store_tally_put(s, "2026-10", scene->form[1]->hash, TALLY_LAYOUT, damage, count, &e));
    store_close(s);
}

static void kept_tallies_change_nothing(void **state)
{
    const struct results_scene *scene = *state;
    struct store *s = NULL;
    struct err e = ERR_INIT;
    size_t bytes, again;
    void *kept = NULL, *kept_again = NULL;
    size_t count, count_again;
    char *first = progression_bytes(scene, 1, &bytes), *second;

    assert_true(store_open(scene->address, STORE_READ, &s, &e));
    assert_true(store_tally_get(s, "2026-10", scene->form[1]->hash, TALLY_LAYOUT, &kept, &count, &e));
    assert_non_null(kept); /* it was kept, so this run read it back */
    store_close(s);
    for (unsigned threads = 1; threads <= 4; threads += 3) {
        put_damage(scene, "no tally at all", 15);
        second = progression_bytes(scene, threads, &again); /* counted anew */
        assert_int_equal(again, bytes);
        assert_memory_equal(first, second, bytes);
        free(second);
        assert_true(store_open(scene->address, STORE_READ, &s, &e));
        assert_true(
            store_tally_get(s, "2026-10", scene->form[1]->hash, TALLY_LAYOUT, &kept_again, &count_again, &e));
        assert_int_equal(count_again, count); /* and kept anew, the same */
        assert_memory_equal(kept_again, kept, count);
        free(kept_again);
        store_close(s);
        second = progression_bytes(scene, threads, &again); /* read back */
        assert_int_equal(again, bytes);
        assert_memory_equal(first, second, bytes);
        free(second);
    }
    free(kept);
    free(first);
}

/* The administration's look at a closed round that is not sealed: only when asked for, and marked. Never at
 * an open one, where the difference of two looks would be the answer that came between. Changes the store:
 * last. */
static void a_live_look_only_when_asked_for(void **state)
{
    const struct results_scene *scene = *state;
    struct round round = {.code = "2027-04", .opens_s = 1, .closes_s = 2};
    const struct form *form = scene->form[1];
    struct dataset_options load = {.live = false};
    struct store *s = NULL;
    struct err e = ERR_INIT;
    struct dataset d;
    size_t sealed;

    assert_true(store_open(scene->address, STORE_WRITE, &s, &e));
    assert_true(store_round_add(s, &round, &form, 1, &e));
    assert_true(store_round_set_state(s, round.code, ROUND_OPEN, &e));
    assert_true(store_begin(s, &e));
    for (uint8_t i = 0; i < 7; i++) {
        const uint8_t nonce[SUBMISSION_NONCE_BYTES] = {i, 1},
                      answers[RESULTS_QUESTIONS] = {1 + i % 4, 2, 3, 4, 1, 1};
        const struct submission sub = {.round = round.code,
                                       .group_id = scene->block[scene->blocks - 1].group_id,
                                       .form_hash = form->hash,
                                       .nonce = nonce,
                                       .answers = answers,
                                       .questions = RESULTS_QUESTIONS};
        enum submission_outcome outcome;

        assert_true(store_response_put(s, &sub, &outcome, &e));
        assert_int_equal(outcome, SUBMISSION_ADDED);
    }
    assert_true(store_commit(s, &e));

    assert_true(dataset_load(scene->address, &load, &d, &e));
    sealed = d.measurements;
    dataset_fini(&d);
    load.live = true;
    assert_true(dataset_load(scene->address, &load, &d, &e));
    assert_int_equal(d.measurements, sealed);
    dataset_fini(&d);
    assert_true(store_round_set_state(s, round.code, ROUND_CLOSED, &e));
    store_close(s);
    load.live = false;
    assert_true(dataset_load(scene->address, &load, &d, &e));
    assert_int_equal(d.measurements, sealed);
    dataset_fini(&d);
    load.live = true;
    assert_true(dataset_load(scene->address, &load, &d, &e));
    assert_int_equal(d.measurements, sealed + 1);
    assert_true(d.measurement[sealed].live);
    assert_int_equal(d.measurement[sealed].tally.group[0].responses, 7);
    dataset_fini(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kept_tallies_change_nothing),
        cmocka_unit_test(a_live_look_only_when_asked_for),
    };

    return cmocka_run_group_tests(tests, results_scene_begin, results_scene_end);
}
