/*
 * Goal: a one-time code lets exactly one response in, in its class and while the round is open; who asks
 * whether one is used changes nothing, and learns of a used one alone.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/store_check.h"
#include "tests/support/store_scene.h"

static const char ROUND[] = "2026-10";

static int begin(void **state)
{
    if (scene_begin(state) != 0)
        return -1;
    scene_set_state(*state, ROUND_OPEN);
    return 0;
}

static struct code_place place(const struct scene *s, int group)
{
    return (struct code_place){.round = ROUND, .group_id = s->group[group], .form_hash = s->form.hash};
}

static const char FIRST[][ACCESS_CODE_BYTES] = {"ACDEFGHJ", "KMNPQRTW", "XY346799"};

static void add_first(struct scene *s)
{
    const struct code_place p = place(s, 0);
    struct err e = ERR_INIT;

    is_true(store_codes_add(s->store, &p, FIRST, 3, &e), &e);
}

static enum submission_outcome put(struct scene *s, uint64_t person, int group, const char *code)
{
    uint8_t nonce[SUBMISSION_NONCE_BYTES];
    uint8_t answers[SCENE_QUESTIONS];
    enum submission_outcome outcome = SUBMISSION_ROUND_CLOSED;
    struct submission sub = {.round = ROUND,
                             .group_id = s->group[group],
                             .form_hash = s->form.hash,
                             .nonce = nonce,
                             .answers = answers,
                             .questions = SCENE_QUESTIONS,
                             .code = code};
    struct err e = ERR_INIT;

    scene_nonce(person, nonce);
    scene_answers(person, answers, SCENE_QUESTIONS);
    is_true(store_response_put(s->store, &sub, &outcome, &e), &e);
    return outcome;
}

static void counts(struct scene *s, int64_t responses, int64_t codes, int64_t spent)
{
    struct response_count *r = NULL;
    struct code_count *c = NULL;
    size_t n = 0;
    int64_t sum = 0;
    struct err e = ERR_INIT;

    is_true(store_response_counts(s->store, ROUND, &r, &n, &e), &e);
    for (size_t i = 0; i < n; i++)
        sum += r[i].responses;
    assert_int_equal(sum, responses);
    is_true(store_code_counts(s->store, ROUND, &c, &n, &e), &e);
    assert_int_equal(n, codes > 0 ? 1 : 0);
    if (codes > 0) {
        assert_int_equal(c[0].group_id, s->group[0]);
        assert_memory_equal(c[0].form_hash, s->form.hash, FORM_HASH_BYTES);
        assert_int_equal(c[0].codes, codes);
        assert_int_equal(c[0].spent, spent);
    }
    free(r);
    free(c);
}

static void test_once(void **state)
{
    struct scene *s = *state;

    add_first(s);
    assert_int_equal(put(s, 1, 0, FIRST[0]), SUBMISSION_ADDED);
    counts(s, 1, 3, 1);
    assert_int_equal(put(s, 1, 0, FIRST[0]), SUBMISSION_REPEATED);
    assert_int_equal(put(s, 2, 0, FIRST[0]), SUBMISSION_CODE_USED);
    counts(s, 1, 3, 1);
    /* a repeat neither needs a code nor spends one */
    assert_int_equal(put(s, 1, 0, FIRST[1]), SUBMISSION_REPEATED);
    assert_int_equal(put(s, 1, 0, NULL), SUBMISSION_REPEATED);
    counts(s, 1, 3, 1);
    assert_int_equal(put(s, 2, 0, FIRST[1]), SUBMISSION_ADDED);
    counts(s, 2, 3, 2);
    scene_reopen(s, STORE_WRITE);
    assert_int_equal(put(s, 3, 0, FIRST[1]), SUBMISSION_CODE_USED);
}

static void test_refused(void **state)
{
    struct scene *s = *state;

    add_first(s);
    assert_int_equal(put(s, 1, 0, NULL), SUBMISSION_CODE_NEEDED);
    assert_int_equal(put(s, 1, 0, "ACDEFGHK"), SUBMISSION_CODE_UNKNOWN);
    assert_int_equal(put(s, 1, 1, FIRST[0]), SUBMISSION_CODE_UNKNOWN); /* another class's */
    counts(s, 0, 3, 0);
    assert_int_equal(put(s, 1, 1, NULL), SUBMISSION_ADDED); /* that class needs none */
    scene_set_state(s, ROUND_CLOSED);
    assert_int_equal(put(s, 2, 0, FIRST[0]), SUBMISSION_ROUND_CLOSED);
    assert_int_equal(put(s, 1, 1, NULL), SUBMISSION_REPEATED);
    counts(s, 1, 3, 0);
}

/* Within one transaction, as the collector's writer does it: what is taken back leaves the code unspent. */
static void test_in_a_transaction(void **state)
{
    struct scene *s = *state;
    struct err e = ERR_INIT;

    add_first(s);
    is_true(store_begin(s->store, &e), &e);
    assert_int_equal(put(s, 1, 0, FIRST[0]), SUBMISSION_ADDED);
    assert_int_equal(put(s, 2, 0, FIRST[0]), SUBMISSION_CODE_USED);
    store_rollback(s->store);
    counts(s, 0, 3, 0);
    is_true(store_begin(s->store, &e), &e);
    assert_int_equal(put(s, 2, 0, FIRST[0]), SUBMISSION_ADDED);
    assert_int_equal(put(s, 1, 0, FIRST[0]), SUBMISSION_CODE_USED);
    assert_int_equal(put(s, 3, 0, FIRST[2]), SUBMISSION_ADDED);
    is_true(store_commit(s->store, &e), &e);
    counts(s, 2, 3, 2);
}

static void test_making(void **state)
{
    static const char more[][ACCESS_CODE_BYTES] = {"AAAACCCC", "KMNPQRTW"};
    struct scene *s = *state;
    struct code_place p = place(s, 0);
    size_t dropped = 0;
    struct err e = ERR_INIT;

    add_first(s);
    assert_false(store_codes_add(s->store, &p, more, 2, &e)); /* the second is there: none is added */
    assert_int_equal(e.kind, ERR_CONFLICT);
    counts(s, 0, 3, 0);
    assert_int_equal(put(s, 1, 0, FIRST[0]), SUBMISSION_ADDED);
    is_true(store_codes_drop_unspent(s->store, &p, &dropped, &e), &e);
    assert_int_equal(dropped, 2);
    assert_int_equal(put(s, 2, 0, FIRST[1]), SUBMISSION_CODE_UNKNOWN);
    assert_int_equal(put(s, 2, 0, FIRST[0]), SUBMISSION_CODE_USED);
    is_true(store_codes_add(s->store, &p, more, 2, &e), &e);
    assert_int_equal(put(s, 2, 0, FIRST[1]), SUBMISSION_ADDED);
    counts(s, 2, 3, 2);
    p.group_id = 999999;
    assert_false(store_codes_add(s->store, &p, more, 2, &e));
    assert_int_equal(e.kind, ERR_NOT_FOUND);
    p = place(s, 1);
    scene_set_state(s, ROUND_CLOSED);
    assert_false(store_codes_add(s->store, &p, more, 2, &e));
    assert_int_equal(e.kind, ERR_STATE);
    is_true(store_round_seal(s->store, ROUND, &e), &e);
    assert_false(store_codes_add(s->store, &p, more, 2, &e));
    assert_int_equal(e.kind, ERR_STATE);
    counts(s, 2, 0, 0);
}

static bool is_spent(struct scene *s, int group, const char *code)
{
    const struct code_place p = place(s, group);
    bool spent = true;
    struct err e = ERR_INIT;

    is_true(store_code_spent(s->store, &p, code, &spent, &e), &e);
    return spent;
}

/* Whoever asks, however often, leaves no trace: neither file nor log changes by a byte. */
static void test_asking_writes_nothing(void **state)
{
    static const char *const suffixes[] = {"", "-wal"};
    struct scene *s = *state;
    uint8_t *was[2];
    size_t had[2];

    add_first(s);
    assert_int_equal(put(s, 1, 0, FIRST[0]), SUBMISSION_ADDED);
    for (size_t i = 0; i < 2; i++)
        was[i] = scene_bytes(s, suffixes[i], &had[i]);
    assert_true(had[1] > 0);
    for (size_t i = 0; i < 100; i++) {
        assert_true(is_spent(s, 0, FIRST[0]));
        assert_false(is_spent(s, 0, FIRST[1]));
        assert_false(is_spent(s, 0, "ACDEFGHK"));
    }
    for (size_t i = 0; i < 2; i++) {
        size_t has = 0;
        uint8_t *is = scene_bytes(s, suffixes[i], &has);

        assert_int_equal(has, had[i]);
        assert_memory_equal(is, was[i], has);
        free(is);
        free(was[i]);
    }
}

/* One who asks learns of a used code alone: an unused one and one that does not exist look the same. */
static void test_asked(void **state)
{
    struct scene *s = *state;
    struct code_place nowhere = place(s, 0);
    uint8_t other_form[FORM_HASH_BYTES] = {1};
    bool spent = true;
    struct err e = ERR_INIT;

    assert_false(is_spent(s, 0, FIRST[0])); /* a class without codes */
    add_first(s);
    assert_false(is_spent(s, 0, FIRST[0]));
    assert_false(is_spent(s, 0, "ACDEFGHK"));
    assert_int_equal(put(s, 1, 0, FIRST[0]), SUBMISSION_ADDED);
    assert_true(is_spent(s, 0, FIRST[0]));
    assert_false(is_spent(s, 0, FIRST[1]));
    assert_false(is_spent(s, 1, FIRST[0])); /* another class's */
    nowhere.form_hash = other_form;
    is_true(store_code_spent(s->store, &nowhere, FIRST[0], &spent, &e), &e);
    assert_false(spent);
    scene_set_state(s, ROUND_CLOSED);
    assert_true(is_spent(s, 0, FIRST[0]));
    is_true(store_round_seal(s->store, ROUND, &e), &e);
    assert_false(is_spent(s, 0, FIRST[0]));
    nowhere.round = "2031-01";
    assert_false(store_code_spent(s->store, &nowhere, FIRST[0], &spent, &e));
    assert_int_equal(e.kind, ERR_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_once, begin, scene_end),
        cmocka_unit_test_setup_teardown(test_refused, begin, scene_end),
        cmocka_unit_test_setup_teardown(test_in_a_transaction, begin, scene_end),
        cmocka_unit_test_setup_teardown(test_making, begin, scene_end),
        cmocka_unit_test_setup_teardown(test_asked, begin, scene_end),
        cmocka_unit_test_setup_teardown(test_asking_writes_nothing, begin, scene_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
