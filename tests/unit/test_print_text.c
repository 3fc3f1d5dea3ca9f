/* Goal: the words of all that is printed are there in each language, and a file that lacks one, or has one
 * that nobody reads, is refused with the place of the fault. */

#include "collector/print_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/data_dir.h"
#include "core/base/day.h"
#include "core/base/mem.h"

static struct print_text swedish;

static int load(void **state)
{
    char *dir = data_path("views/print");
    struct err e = ERR_INIT;
    bool ok = day_zone_init(&e) && print_text_load(dir, "sv", PRINT_POSTER | PRINT_GUIDE, &swedish, &e);

    (void)state;
    if (!ok)
        print_error("%s\n", e.text);
    free(dir);
    return ok ? 0 : -1;
}

static int unload(void **state)
{
    (void)state;
    print_text_fini(&swedish);
    return 0;
}

static void test_all_languages_have_their_parts(void **state)
{
    static const struct {
        const char *language;
        unsigned parts;
    } cases[] = {
        {"sv", PRINT_POSTER | PRINT_SLIP | PRINT_GUIDE | PRINT_PAPER},
        {"sv", PRINT_POSTER | PRINT_GUIDE | PRINT_GUIDE_YOUNG | PRINT_GUIDE_ADULT | PRINT_PAPER},
        {"en", PRINT_POSTER | PRINT_SLIP | PRINT_GUIDE | PRINT_PAPER},
        {"en", PRINT_POSTER | PRINT_GUIDE | PRINT_GUIDE_YOUNG | PRINT_GUIDE_ADULT | PRINT_PAPER},
        {"ar", PRINT_POSTER | PRINT_PAPER},
        {"so", PRINT_POSTER | PRINT_PAPER},
        {"uk", PRINT_POSTER | PRINT_PAPER},
        {"fi", PRINT_POSTER | PRINT_PAPER},
    };
    char *dir = data_path("views/print");
    struct print_text t;
    struct err e = ERR_INIT;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (!print_text_load(dir, cases[i].language, cases[i].parts, &t, &e))
            fail_msg("%s", e.text);
        assert_non_null(t.poster.month[11]);
        assert_non_null(t.paper.no_name);
        assert_non_null(t.paper.leave_pupil);
        assert_non_null(strstr(t.paper.page, "{n}"));
        assert_non_null(strstr(t.paper.page, "{total}"));
        assert_true((t.guide.title != NULL) == ((cases[i].parts & PRINT_GUIDE) != 0));
        print_text_fini(&t);
    }
    assert_false(print_text_load(dir, "xx", PRINT_POSTER, &t, &e));
    assert_int_equal(e.kind, ERR_NOT_FOUND);
    assert_false(print_text_load(dir, "ar", PRINT_GUIDE, &t, &e));
    assert_int_equal(e.kind, ERR_INPUT);
    free(dir);
}

#define GOOD                                                                                                 \
    "\"scan\": \"a\", \"words\": [\"a\", \"b\", \"c\"], \"grades\": \"a {}\", \"grade_zero\": \"b\", "       \
    "\"from_grade_zero\": \"b–{}\", \"shared\": \"d\""
#define MONTHS "\"months\": [\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\",\"10\",\"11\",\"12\"]"

static void test_faulty_texts_are_refused(void **state)
{
    static const char good[] = "{\"poster\": {" GOOD ", " MONTHS "}, \"slip\": {}}";
    static const struct {
        const char *json, *says;
    } faulty[] = {
        {"", "x.json:"},
        {"[]", "\"poster.scan\""},
        {"{\"poster\": {" GOOD ",\n \"scan\": \"b\"}}", "x.json:2:"},
        {"{\"poster\": {" GOOD "}}", "\"poster.months\" must be a list of 12"},
        {"{\"poster\": {\"scan\": \"\"}}", "\"poster.scan\" must have a text"},
        {"{\"poster\": {\"scan\": \"a\\nb\"}}", "\"poster.scan\" must have a text"},
        {"{\"poster\": {\"scan\": [\"a\"]}}", "\"poster.scan\" must have a text"},
        {"{\"poster\": {\"scan\": \"a\", \"words\": [\"a\", \"b\"]}}",
         "\"poster.words\" must be a list of 3"},
        {"{\"poster\": {\"scan\": \"a\", \"words\": [\"a\", \"b\", 3]}}",
         "\"poster.words\" must have a text"},
        {"{\"poster\": {" GOOD ", " MONTHS ", \"more\": \"x\"}}", "\"poster.more\""},
    };
    struct print_text t;
    struct err e = ERR_INIT;

    (void)state;
    assert_true(print_text_parse("x.json", good, PRINT_POSTER, &t, &e)); /* its slip is not looked at */
    print_text_fini(&t);
    for (size_t i = 0; i < sizeof faulty / sizeof *faulty; i++) {
        err_clear(&e);
        if (print_text_parse("x.json", faulty[i].json, PRINT_POSTER, &t, &e))
            fail_msg("taken: %s", faulty[i].json);
        assert_int_equal(e.kind, ERR_INPUT);
        if (strncmp(e.text, "x.json:", 7) != 0 || strstr(e.text, faulty[i].says) == NULL)
            fail_msg("%s: %s", faulty[i].json, e.text);
    }
}

/* One fault at a time in a guide that is right otherwise. */
static void test_a_faulty_guide_is_refused(void **state)
{
    static const char frame[] =
        "{\"guide\": {\"title\": \"a\", \"reader\": \"a\", \"open\": \"a\", \"link\": "
        "\"a\", \"help\": \"a\", \"moment\": \"a\", " MONTHS ", \"sections\": %s}}";
    static const struct {
        const char *sections, *says;
    } cases[] = {
        {"[{\"title\": \"t\", \"points\": [\"a\", {\"slips\": \"b\"}, {\"shared\": \"c\"}, "
         "{\"poster\": \"d\"}, {\"link\": \"e\"}]}]",
         NULL},
        {"[]", "1 to 6 \"sections\""},
        {"[{\"title\": \"t\", \"points\": []}]", "1 to 8 \"points\""},
        {"[{\"points\": [\"a\"]}]", "\"guide.sections.title\""},
        {"[{\"title\": \"t\", \"points\": [3]}]", "\"guide.sections.points\""},
        {"[{\"title\": \"t\", \"points\": [{\"slip\": \"b\"}]}]", "\"guide.sections.points\""},
        {"[{\"title\": \"t\", \"points\": [{\"slips\": \"b\", \"poster\": \"b\"}]}]",
         "\"guide.sections.points\""},
    };
    struct print_text t;
    struct err e = ERR_INIT;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *json = mem_printf(frame, cases[i].sections);
        bool ok = print_text_parse("x.json", json, PRINT_GUIDE, &t, &e);

        if (ok != (cases[i].says == NULL) || (!ok && strstr(e.text, cases[i].says) == NULL))
            fail_msg("%s: %s", json, ok ? "taken" : e.text);
        if (ok) {
            assert_int_equal(t.guide.section[0].point[0].when, PRINT_ALWAYS);
            assert_int_equal(t.guide.section[0].point[1].when, PRINT_SLIPS);
            assert_int_equal(t.guide.section[0].point[2].when, PRINT_SHARED);
            assert_int_equal(t.guide.section[0].point[3].when, PRINT_POSTERS);
            assert_int_equal(t.guide.section[0].point[4].when, PRINT_LINKS);
            print_text_fini(&t);
        }
        free(json);
    }
}

static void assert_words(char *words, const char *want)
{
    assert_string_equal(words, want);
    free(words);
}

static void test_grades_in_words(void **state)
{
    (void)state;
    assert_words(print_text_grades(&swedish, 0, 0), "Förskoleklass");
    assert_words(print_text_grades(&swedish, 0, 3), "Förskoleklass – årskurs 3");
    assert_words(print_text_grades(&swedish, 4, 6), "Årskurs 4–6");
    assert_words(print_text_grades(&swedish, 9, 9), "Årskurs 9");
}

/* The clock in Sweden goes from summer to winter time between the two. */
static void test_times_in_words(void **state)
{
    int64_t opens = 0, closes = 0;
    struct err e = ERR_INIT;

    (void)state;
    assert_true(day_parse("2026-10-05 06:00", &opens, &e) && day_parse("2026-10-30 20:30", &closes, &e));
    assert_words(print_text_open(&swedish, opens, closes),
                 "Öppen från 5 oktober kl. 06.00 till 30 oktober kl. 20.30.");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_languages_have_their_parts),
        cmocka_unit_test(test_faulty_texts_are_refused),
        cmocka_unit_test(test_a_faulty_guide_is_refused),
        cmocka_unit_test(test_grades_in_words),
        cmocka_unit_test(test_times_in_words),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
