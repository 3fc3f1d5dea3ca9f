/*
 * Goal: what is compared within a round is adjusted together with what was fixed beforehand, and with nothing
 * that is withheld: the table's p_adjusted is Benjamini-Hochberg by hand over the p that a reader sees.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/near.h"
#include "tests/support/table.h"
#include "tests/support/world.h"

static const char ROUND[] = "2026-10";

/* A form of two dimensions with a question each. */
static const struct form *two_questions(struct world *w)
{
    return town_form(&w->town, "id: two\nversion: 1\n",
                     ASK("q1", "trygghet", "fyra", "", "Trygg?")
                         ASK("q2", "delaktighet", "fyra", "", "Med?"));
}

static void add_class(struct world *w, const struct form *f, const char *unit, const char *group,
                      const char *q1, const char *q2)
{
    town_class(&w->town, &(struct town_class){.round = ROUND,
                                              .unit = unit,
                                              .group = group,
                                              .grade = 4,
                                              .enrolled = 60,
                                              .school_form = SCHOOL_FORM_GRUNDSKOLA,
                                              .form = f,
                                              .answers = {q1, q2}});
}

static struct released *compared(struct world *w, enum compare_by by)
{
    const struct compare_options o = {.round = ROUND, .by = by};
    struct released *t = NULL;
    struct err e = ERR_INIT;

    world_read(w);
    if (!table_compare(&w->d, &o, &t, &e))
        fail_msg("%s", e.text);
    return t;
}

/* Checks the rows of one family: dimensions, of one unit (NULL: of all). How many tests it has. */
static size_t check_family(const struct released *t, const char *unit)
{
    double p[40], adjusted[40], least = 1;
    size_t n = 0;

    for (size_t r = 0; r < released_rows(t); r++) {
        size_t at;

        if (*table_text(t, r, "question") != '\0' || table_empty(t, r, "p") ||
            (unit != NULL && strcmp(table_text(t, r, "unit_code"), unit) != 0))
            continue;
        for (at = n++; at > 0 && p[at - 1] > table_number(t, r, "p"); at--) {
            p[at] = p[at - 1];
            adjusted[at] = adjusted[at - 1];
        }
        p[at] = table_number(t, r, "p");
        adjusted[at] = table_number(t, r, "p_adjusted");
    }
    for (size_t i = n; i-- > 0;) {
        const double here = p[i] * (double)n / (double)(i + 1);

        least = here < least ? here : least;
        assert_near(adjusted[i], least, 1e-12);
    }
    return n;
}

static void all_units_are_one_family(void **state)
{
    static const char *const ANSWERS[][2] = {{"1:2 2:5 3:9 4:14", "1:4 2:6 3:9 4:11"},
                                             {"1:6 2:9 3:9 4:6", "1:5 2:7 3:10 4:8"},
                                             {"1:3 2:6 3:9 4:12", "1:3 2:6 3:8 4:13"},
                                             {"1:5 2:6 3:12 4:9", "1:8 2:9 3:8 4:7"}};
    struct world *w = *state;
    const struct form *f = two_questions(w);
    struct released *t;

    town_round(&w->town, ROUND, &f, 1);
    for (size_t i = 0; i < sizeof ANSWERS / sizeof *ANSWERS; i++) {
        const char unit[] = {(char)('A' + i), '\0'};

        town_unit(&w->town, unit, "");
        add_class(w, f, unit, "4A", ANSWERS[i][0], ANSWERS[i][1]);
    }
    t = compared(w, COMPARE_UNIT);
    assert_int_equal(check_family(t, NULL), 8);
    released_free(t);
}

static void the_classes_of_a_unit_are_one_family(void **state)
{
    static const char *const ANSWERS[][2] = {{"1:2 2:5 3:9 4:14", "1:4 2:6 3:9 4:11"},
                                             {"1:6 2:9 3:9 4:6", "1:5 2:7 3:10 4:8"},
                                             {"1:3 2:6 3:9 4:12", "1:3 2:6 3:8 4:13"}};
    struct world *w = *state;
    const struct form *f = two_questions(w);
    struct released *t;

    town_round(&w->town, ROUND, &f, 1);
    for (char unit[] = "A"; unit[0] <= 'B'; unit[0]++) {
        town_unit(&w->town, unit, "");
        for (size_t i = 0; i < 3; i++) {
            const char *const *answers = ANSWERS[(i + (size_t)(unit[0] - 'A')) % 3];

            add_class(w, f, unit, (char[]){'4', (char)('A' + i), '\0'}, answers[0], answers[i % 2]);
        }
    }
    t = compared(w, COMPARE_GROUP);
    assert_int_equal(check_family(t, "A"), 6);
    assert_int_equal(check_family(t, "B"), 6);
    released_free(t);
}

/*
 * Three pupils of X answer q1, so that the index of another unit, Y, is withheld too. A class of Y is shown;
 * compared with the rest of Y it would tell of Y, and is not: nor does it make the family of what is told
 * larger.
 */
static void what_is_compared_with_the_withheld_leaves_the_family(void **state)
{
    struct world *w = *state;
    const struct form *f = two_questions(w);
    struct released *t;
    size_t unit, shown = 0;

    town_unit(&w->town, "X", "");
    town_unit(&w->town, "Y", "");
    town_unit(&w->town, "Z", "");
    town_round(&w->town, ROUND, &f, 1);
    add_class(w, f, "X", "4A", "0:17 1:1 2:1 3:1", "1:3 2:4 3:6 4:7");
    add_class(w, f, "Y", "4A", "1:2 2:3 3:5 4:6", "1:2 2:3 3:5 4:6");
    add_class(w, f, "Y", "4B", "1:2 2:4 3:5 4:6", "1:6 2:5 3:4 4:2");
    add_class(w, f, "Y", "4C", "1:3 2:3 3:6 4:5", "1:2 2:2 3:5 4:8");
    add_class(w, f, "Z", "4A", "1:9 2:12 3:14 4:15", "1:10 2:12 3:13 4:15");
    t = compared(w, COMPARE_GROUP);
    unit = table_row(w->t, ROUND, "Y", "all", "", "trygghet");
    world_is(w, unit, "status", "suppressed");
    for (char group[] = "4A"; group[1] <= 'C'; group[1]++) {
        const size_t r = table_row(t, ROUND, "Y", "class", group, "trygghet");

        shown += strcmp(table_text(t, r, "status"), "value") == 0;
        assert_true(table_empty(t, r, "p"));
    }
    assert_true(shown >= 1);
    assert_int_equal(check_family(t, "Y"), 3);
    released_free(t);
}

/* 12 of 28 answered in 5A, which is all that the unit has beside 4A. */
static void a_rest_of_few_is_not_for_everybody(void **state)
{
    const struct compare_options o = {.round = ROUND, .by = COMPARE_GROUP};
    const struct results_options how = {.threads = 1};
    struct world *w = *state;
    struct results results;
    struct err e = ERR_INIT;

    world_round(w, ROUND);
    town_unit(&w->town, "A", "");
    world_class(w, ROUND, "A", "4A", 4, 28, "1:4 2:6 3:8 4:7");
    world_class(w, ROUND, "A", "5A", 5, 28, "1:2 2:3 3:3 4:4");
    world_read(w);
    results_init(&results, &w->d, &how);
    for (int everybody = 0; everybody <= 1; everybody++) {
        struct released *t = NULL;
        size_t r;

        if (everybody)
            results_narrow(&results, &how);
        assert_true(compare(&results, &o, &t, &e));
        r = table_row(t, ROUND, "A", "class", "4A", "q1");
        assert_string_equal(table_text(t, r, "status"), "value");
        assert_int_equal(table_empty(t, r, "rest_n"), everybody);
        assert_int_equal(table_empty(t, r, "p"), everybody);
        assert_int_equal(table_empty(t, r, "difference_state"), everybody);
        r = table_row(t, ROUND, "A", "class", "5A", "q1");
        assert_string_equal(table_text(t, r, "status"), everybody ? "low_response" : "value");
        released_free(t);
    }
    results_fini(&results);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, world_begin, world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(all_units_are_one_family),
        TEST(the_classes_of_a_unit_are_one_family),
        TEST(what_is_compared_with_the_withheld_leaves_the_family),
        TEST(a_rest_of_few_is_not_for_everybody),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
