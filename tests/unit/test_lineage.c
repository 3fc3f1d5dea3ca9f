/* Goal: a line goes on as long as the question is the same; what makes it another is each tried by itself. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "analysis/lineage.h"
#include "core/base/buf.h"
#include "core/domain/form_load.h"

/* What may differ between two versions of a form of one question. */
struct version {
    const char *id, *more, *text; /* of the question */
    const char *options[4];       /* of its scale; what each is, and in which words */
    bool dont_know;
};

#define NEVER  "text: {sv: Aldrig}"
#define RARELY "text: {sv: Sällan}"
#define OFTEN  "text: {sv: Ofta}"
#define GOOD   "positive: yes, "

static const struct version FIRST = {
    .id = "q1", .more = "", .text = "Trygg?", .options = {NEVER, RARELY, GOOD OFTEN}, .dont_know = true};

static struct form *form_of(const struct version *v)
{
    struct buf text = BUF_INIT;
    struct form *f = NULL;
    struct faults faults;
    struct err e = ERR_INIT;

    buf_adds(&text, "id: f\n"
                    "version: 1\n"
                    "audience: pupil\n"
                    "presentation: page\n"
                    "languages:\n  - {code: sv, reviewed: yes}\n"
                    "title: {sv: Prov}\n"
                    "intro: {sv: Svara.}\n"
                    "dimensions:\n  - {id: trygghet, text: {sv: Trygghet}}\n"
                    "scales:\n"
                    "  - id: skala\n"
                    "    options:\n");
    for (int i = 0; i < 4 && v->options[i] != NULL; i++)
        buf_addf(&text, "      - {code: %d, %s}\n", i + 1, v->options[i]);
    if (v->dont_know)
        buf_adds(&text, "    dont_know: {text: {sv: Vet inte}}\n");
    buf_addf(&text, "questions:\n  - {id: %s, dimension: trygghet, scale: skala%s, text: {sv: \"%s\"}}\n",
             v->id, v->more, v->text);
    faults_init(&faults);
    if (!form_parse("form", buf_str(&text), text.bytes, &f, &faults, &e)) {
        faults_print(&faults);
        fail_msg("%s", e.text);
    }
    faults_fini(&faults);
    buf_fini(&text);
    return f;
}

/* In which version the question goes on from the first: by itself, and when someone has decided it. */
static const struct {
    const char *what;
    struct version now;
    bool same, decided;
} CASES[] = {
    {"nothing", {"q1", "", "Trygg?", {NEVER, RARELY, GOOD OFTEN}, true}, true, true},
    {"the wording", {"q1", "", "Lugn?", {NEVER, RARELY, GOOD OFTEN}, true}, false, true},
    {"an option's wording",
     {"q1", "", "Trygg?", {NEVER, "text: {sv: Ibland}", GOOD OFTEN}, true},
     false,
     true},
    {"what is positive", {"q1", "", "Trygg?", {NEVER, GOOD RARELY, GOOD OFTEN}, true}, false, true},
    {"whether one may not know", {"q1", "", "Trygg?", {NEVER, RARELY, GOOD OFTEN}, false}, false, true},
    {"the direction", {"q1", ", reversed: yes", "Trygg?", {GOOD NEVER, RARELY, OFTEN}, true}, false, false},
    {"how many options",
     {"q1", "", "Trygg?", {NEVER, RARELY, GOOD OFTEN, GOOD "text: {sv: Alltid}"}, true},
     false,
     false},
};

/* Both ways: what came is as much another question as what went. */
static void a_question_is_the_same_in_all(void **state)
{
    struct form *first = form_of(&FIRST);

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct form *now = form_of(&CASES[i].now);
        const int expected = CASES[i].same ? 0 : -1;

        if (lineage_same_question(now, 0, first) != expected ||
            lineage_same_question(first, 0, now) != expected || lineage_question(now, 0, first) != expected ||
            lineage_dimension(now, 0, first) != expected || lineage_same_dimension(now, 0, first) != expected)
            fail_msg("%s changes, and the line %s", CASES[i].what, CASES[i].same ? "breaks" : "goes on");
        assert_true(lineage_asks(now, 0, first));
        form_free(now);
    }
    form_free(first);
}

/* Under another id, that someone has decided: the mean must still be one on as many options, the same way. */
static void a_decision_joins_what_can_be_compared(void **state)
{
    struct form *first = form_of(&FIRST);

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct version later = CASES[i].now;
        const int expected = CASES[i].decided ? 0 : -1;
        struct form *now;

        later.id = "q1b";
        later.more = later.more[0] == '\0' ? ", continues: q1" : ", reversed: yes, continues: q1";
        now = form_of(&later);
        if (lineage_question(now, 0, first) != expected || lineage_dimension(now, 0, first) != expected)
            fail_msg("%s changes by decision, and the line %s", CASES[i].what,
                     CASES[i].decided ? "breaks" : "goes on");
        assert_int_equal(lineage_same_question(now, 0, first), -1);
        assert_int_equal(lineage_same_dimension(now, 0, first), -1);
        assert_int_equal(lineage_question(first, 0, now), -1);
        form_free(now);
    }
    form_free(first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_question_is_the_same_in_all),
                                       cmocka_unit_test(a_decision_joins_what_can_be_compared)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
