/* Goal: a target names a figure that the form has, and a value that the figure can have; else it is said what
 * is wrong. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "core/domain/form_load.h"
#include "core/domain/target.h"
#include "tests/support/near.h"

static const char FORM[] = "id: f\nversion: 1\naudience: pupil\npresentation: page\n"
                           "languages:\n  - {code: sv, reviewed: yes}\n"
                           "title: {sv: T}\nintro: {sv: I}\n"
                           "dimensions:\n"
                           "  - {id: trygghet, text: {sv: T}}\n"
                           "  - {id: larande, text: {sv: L}}\n"
                           "scales:\n"
                           "  - id: tre\n    options:\n"
                           "      - {code: 1, text: {sv: Nej}}\n"
                           "      - {code: 2, text: {sv: Ibland}}\n"
                           "      - {code: 3, positive: yes, text: {sv: Ja}}\n"
                           "  - id: tva\n    options:\n"
                           "      - {code: 1, text: {sv: A}}\n"
                           "      - {code: 2, positive: yes, text: {sv: B}}\n"
                           "  - id: kon\n    options:\n"
                           "      - {code: 1, gender: girl, text: {sv: F}}\n"
                           "      - {code: 2, gender: boy, text: {sv: P}}\n"
                           "questions:\n"
                           "  - {id: trygg, dimension: trygghet, scale: tre, text: {sv: Trygg?}}\n"
                           "  - {id: lar, dimension: larande, scale: tva, text: {sv: A eller B?}}\n"
                           "background:\n"
                           "  - {id: kon, scale: kon, gender: yes, text: {sv: Du?}}\n";

static struct form *load(void)
{
    struct faults faults;
    struct form *f = NULL;
    struct err e = ERR_INIT;

    faults_init(&faults);
    if (!form_parse("f", FORM, strlen(FORM), &f, &faults, &e)) {
        faults_print(&faults);
        fail_msg("%s", e.text);
    }
    faults_fini(&faults);
    return f;
}

/* wrong: what the error says, or NULL when it fits. */
static void check(const struct form *f, const char *dimension, const char *question, const char *measure,
                  const char *value, const char *wrong)
{
    struct target t = {.unit_code = "A"};
    struct err e = ERR_INIT;

    assert_true(target_set_dimension(&t, dimension, &e) && target_set_question(&t, question, &e) &&
                target_set_measure(&t, measure, &e) && target_set_value(&t, value, &e));
    if (target_fits(&t, f, &e) != (wrong == NULL))
        fail_msg("%s %s %s %s: %s", dimension, question, measure, value, e.text);
    if (wrong != NULL && strstr(e.text, wrong) == NULL)
        fail_msg("'%s' does not say '%s'", e.text, wrong);
}

static void figures_of_a_form(void **state)
{
    struct form *f = load();

    (void)state;
    check(f, "trygghet", "", "index", "0", NULL);
    check(f, "trygghet", "", "index", "100", NULL);
    check(f, "trygghet", "", "index", "100.1", "index goes from 0 to 100");
    check(f, "trygghet", "", "mean", "2", "an index only");
    check(f, "trivsel", "", "index", "75", "no dimension trivsel");
    check(f, "trygghet", "trygg", "mean", "1", NULL);
    check(f, "trygghet", "trygg", "mean", "3", NULL);
    check(f, "trygghet", "trygg", "mean", "3,01", "mean goes from 1 to 3");
    check(f, "trygghet", "trygg", "mean", "0.9", "mean goes from 1 to 3");
    check(f, "trygghet", "trygg", "share_positive", "0,85", NULL);
    check(f, "trygghet", "trygg", "share_positive", "85", "share_positive goes from 0 to 1");
    check(f, "trygghet", "trygg", "index", "75", "a question has no index");
    check(f, "trygghet", "lar", "mean", "2", "is about larande, not trygghet");
    check(f, "larande", "lar", "mean", "2", NULL);
    check(f, "larande", "lar", "mean", "2.5", "mean goes from 1 to 2");
    check(f, "larande", "okand", "mean", "2", "no question okand");
    check(f, "larande", "kon", "mean", "2", "background question");
    form_free(f);
}

static void values_are_numbers(void **state)
{
    static const struct {
        const char *text;
        double value;
    } GOOD[] = {{"75", 75}, {"0", 0}, {"007.50", 7.5}, {"0,85", 0.85}, {"3.25", 3.25}};
    static const char *const BAD[] = {"",    "-1",    "+1",   "1e2", ".5",
                                      "5.",  "1.2.3", "75 %", "nan", "0x",
                                      "1 2", "75a",   "inf",  ",",   "111111111111111111111"};
    struct target t = {.value = 4711};
    struct err e = ERR_INIT;

    (void)state;
    for (size_t i = 0; i < sizeof GOOD / sizeof *GOOD; i++) {
        assert_true(target_set_value(&t, GOOD[i].text, &e));
        assert_near(t.value, GOOD[i].value, 1e-15);
    }
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        if (target_set_value(&t, BAD[i], &e))
            fail_msg("'%s' is a number", BAD[i]);
        assert_int_equal(e.kind, ERR_INPUT);
    }
    assert_near(t.value, 3.25, 0); /* as before */
}

static void words_and_ids(void **state)
{
    static const char *const BAD_IDS[] = {
        "", "Trygghet", "../x", "a b", "1a", "å", "abcdefghijklmnopqrstuvwxyzabcdefghijklmno"};
    struct target t = {.measure = TARGET_INDEX};
    struct err e = ERR_INIT;

    (void)state;
    for (int m = TARGET_INDEX; m <= TARGET_SHARE_POSITIVE; m++) {
        assert_true(target_set_measure(&t, target_measure_word((enum target_measure)m), &e));
        assert_int_equal(t.measure, m);
    }
    for (int d = TARGET_AT_LEAST; d <= TARGET_AT_MOST; d++) {
        assert_true(target_set_direction(&t, target_direction_word((enum target_direction)d), &e));
        assert_int_equal(t.direction, d);
    }
    assert_false(target_set_measure(&t, "share", &e));
    assert_false(target_set_direction(&t, ">=", &e));
    for (size_t i = 0; i < sizeof BAD_IDS / sizeof *BAD_IDS; i++) {
        assert_false(target_set_form(&t, BAD_IDS[i], &e));
        assert_false(target_set_dimension(&t, BAD_IDS[i], &e));
        assert_int_equal(target_set_question(&t, BAD_IDS[i], &e), i == 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(figures_of_a_form),
                                       cmocka_unit_test(values_are_numbers), cmocka_unit_test(words_and_ids)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
