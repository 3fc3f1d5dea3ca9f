/* Goal: the questions asked of a loaded form (which class it fits, what an answer means) are right at every
 * edge. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "core/domain/form.h"

/* Two questions: one on a scale of four steps with vet ej, one on a scale of nine without. */
static struct form *sample(void)
{
    struct form *f = mem_alloc(1, sizeof *f);

    f->id = mem_dup("sample");
    f->languages = 2;
    f->language[0].code = mem_dup("sv");
    f->language[1].code = mem_dup("en");
    f->scales = 2;
    f->scale[0].options = 4;
    f->scale[0].dont_know = true;
    f->scale[1].options = 9;
    f->questions = 2;
    f->question[0].id = mem_dup("a");
    f->question[0].scale = 0;
    f->question[1].id = mem_dup("b");
    f->question[1].scale = 1;
    f->grade_min = GRADE_NONE;
    f->grade_max = GRADE_NONE;
    return f;
}

static void test_indexes(void **state)
{
    struct form *f = sample();

    (void)state;
    assert_int_equal(form_question_index(f, "a"), 0);
    assert_int_equal(form_question_index(f, "b"), 1);
    assert_int_equal(form_question_index(f, ""), -1);
    assert_int_equal(form_language_index(f, "en"), 1);
    assert_int_equal(form_language_index(f, "e"), -1);
    assert_ptr_equal(form_scale_of(f, 1), &f->scale[1]);
    form_free(f);
    form_free(NULL);
}

static void test_answers(void **state)
{
    static const struct {
        int question;
        const char *value;
        bool good;
        uint8_t answer;
    } cases[] = {
        {0, "", true, ANSWER_NONE}, {0, "1", true, 1},
        {0, "4", true, 4},          {0, "0", true, ANSWER_DONT_KNOW},
        {0, "5", false, 0},         {0, "01", false, 0},
        {0, " 1", false, 0},        {0, "1 ", false, 0},
        {0, "-1", false, 0},        {0, "+1", false, 0},
        {0, "x", false, 0},         {0, "255", false, 0},
        {1, "9", true, 9},          {1, "0", false, 0},
        {1, ":", false, 0},         {1, "10", false, 0},
        {1, "/", false, 0},         {1, "\xC2", false, 0},
        {1, "\xB1", false, 0},
    };
    struct form *f = sample();

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t answer = 77;
        bool good = form_answer_parse(f, cases[i].question, cases[i].value, &answer);

        if (good != cases[i].good || (good && answer != cases[i].answer))
            fail_msg("question %d, \"%s\": good %d, answer %d", cases[i].question, cases[i].value, good,
                     answer);
    }
    form_free(f);
}

static void test_fits(void **state)
{
    struct form *f = sample();

    (void)state;
    assert_true(form_fits(f, SCHOOL_FORM_FORSKOLA, GRADE_NONE));
    assert_true(form_fits(f, SCHOOL_FORM_GYMNASIESKOLA, 3));
    f->school_forms = 1u << SCHOOL_FORM_GRUNDSKOLA;
    assert_false(form_fits(f, SCHOOL_FORM_FORSKOLA, GRADE_NONE));
    f->grade_min = 4;
    f->grade_max = 6;
    assert_false(form_fits(f, SCHOOL_FORM_GRUNDSKOLA, 3));
    assert_true(form_fits(f, SCHOOL_FORM_GRUNDSKOLA, 4));
    assert_true(form_fits(f, SCHOOL_FORM_GRUNDSKOLA, 6));
    assert_false(form_fits(f, SCHOOL_FORM_GRUNDSKOLA, 7));
    assert_false(form_fits(f, SCHOOL_FORM_GRUNDSKOLA, GRADE_NONE));
    assert_false(form_fits(f, SCHOOL_FORM_ANPASSAD_GRUNDSKOLA, 5));
    f->grade_min = 0;
    assert_false(form_fits(f, SCHOOL_FORM_GRUNDSKOLA, GRADE_NONE));
    form_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_indexes), cmocka_unit_test(test_answers),
                                       cmocka_unit_test(test_fits)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
