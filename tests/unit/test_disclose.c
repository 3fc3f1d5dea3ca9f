/*
 * Goal: nothing that is withheld follows from what is shown by one subtraction, in any small municipality;
 * the door lets through what it may and nothing else.
 *
 * The oracle does not know how the engine works: it takes every group of the lattice as a set of single
 * persons, and tries all sums and differences of the shown groups of a unit by force.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/disclose.h"

static uint64_t seed;

enum { MIXED = 3 }; /* two different answers occur */

static unsigned draw(unsigned bound)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (unsigned)(seed >> 33) % bound;
}

/* ---- one unit by force ----------------------------------------------------------------------------------
 */

enum { CLASSES = 5, GRADES = 2, GENDERS = 4, GROUPS = 1 + GRADES + GENDERS + CLASSES };
enum { ALL = 0, GRADE = 1, GENDER = GRADE + GRADES, CLASS = GENDER + GENDERS };

struct town {
    int64_t atom[CLASSES][GENDERS]; /* the unit's pupils by class and gender; classes 0-2 are grade 0 */
};

static bool atom_in(size_t group, size_t class, size_t gender)
{
    if (group >= CLASS)
        return group - CLASS == class;
    if (group >= GENDER)
        return group - GENDER == gender;
    if (group >= GRADE)
        return group - GRADE == (class > 2);
    return true;
}

static int64_t group_n(const struct town *t, size_t group)
{
    int64_t n = 0;

    for (size_t c = 0; c < CLASSES; c++) {
        for (size_t g = 0; g < GENDERS; g++)
            n += atom_in(group, c, g) ? t->atom[c][g] : 0;
    }
    return n;
}

static struct disclose_sheet *unit_sheet(const struct town *t, const bool alike[GROUPS])
{
    static const size_t GRADE_PARTS[] = {GRADE, GRADE + 1};
    static const size_t GENDER_PARTS[] = {GENDER, GENDER + 1, GENDER + 2, GENDER + 3};
    static const size_t CLASS_PARTS[] = {CLASS, CLASS + 1, CLASS + 2, CLASS + 3, CLASS + 4};
    struct disclose_sheet *s = disclose_sheet_new(GROUPS, 1);

    for (size_t g = 0; g < GROUPS; g++) {
        disclose_sheet_group(s, g, group_n(t, g), g == GENDER);
        disclose_sheet_item(s, 0, g, group_n(t, g), group_n(t, g) == 0 ? 0 : alike[g] ? 1 : MIXED);
    }
    disclose_sheet_sum(s, ALL, GRADE_PARTS, GRADES);
    disclose_sheet_sum(s, ALL, GENDER_PARTS, GENDERS);
    disclose_sheet_sum(s, ALL, CLASS_PARTS, CLASSES);
    disclose_sheet_sum(s, GRADE, CLASS_PARTS, 3);
    disclose_sheet_sum(s, GRADE + 1, CLASS_PARTS + 3, 2);
    disclose_sheet_decide(s);
    return s;
}

static bool shown(const struct disclose_sheet *s, size_t group)
{
    return disclose_item(s, 0, group) == DISCLOSE_SHOWN;
}

/* Whether a shown total less any set of shown, disjoint parts leaves 1..k-1 persons, or exactly a withheld
 * group. */
static bool leaks(const struct town *t, const struct disclose_sheet *s, size_t total, unsigned subset)
{
    bool left[CLASSES][GENDERS];
    int64_t n = 0;

    for (size_t c = 0; c < CLASSES; c++) {
        for (size_t g = 0; g < GENDERS; g++) {
            int times = 0;

            for (size_t part = 0; part < GROUPS; part++)
                times += (subset >> part & 1) != 0 && atom_in(part, c, g);
            if (times > 1 || (times == 1 && !atom_in(total, c, g)))
                return false; /* not a subtraction of disjoint parts */
            left[c][g] = atom_in(total, c, g) && times == 0;
            n += left[c][g] ? t->atom[c][g] : 0;
        }
    }
    if (n == 0)
        return false;
    if (n < DISCLOSE_K)
        return true;
    for (size_t group = 0; group < GROUPS; group++) {
        bool same = group_n(t, group) > 0 && group != GENDER && !shown(s, group);

        for (size_t c = 0; c < CLASSES && same; c++) {
            for (size_t g = 0; g < GENDERS; g++)
                same &= t->atom[c][g] == 0 || left[c][g] == atom_in(group, c, g);
        }
        if (same)
            return true;
    }
    return false;
}

static void check_by_force(const struct town *t, const struct disclose_sheet *s)
{
    for (size_t total = 0; total < GROUPS; total++) {
        if (total == GENDER || !shown(s, total))
            continue;
        assert_true(group_n(t, total) >= DISCLOSE_K);
        for (unsigned subset = 0; subset < 1U << GROUPS; subset++) {
            bool all_shown = (subset >> total & 1) == 0;

            for (size_t part = 0; part < GROUPS && all_shown; part++)
                all_shown = (subset >> part & 1) == 0 || (part != GENDER && shown(s, part));
            if (all_shown && leaks(t, s, total, subset))
                fail_msg("group %zu less set %x gives something away", total, subset);
        }
    }
}

static void no_subtraction_in_a_unit_gives_anything_away(void **state)
{
    int shown_groups = 0;

    (void)state;
    seed = 4711;
    for (int i = 0; i < 1500; i++) {
        struct town t;
        bool alike[GROUPS];
        struct disclose_sheet *s;
        const unsigned size = 2 + draw(9);

        for (size_t c = 0; c < CLASSES; c++) {
            for (size_t g = 0; g < GENDERS; g++)
                t.atom[c][g] = g == 0 || g == 3 ? (draw(3) == 0) : draw(size);
        }
        for (size_t g = 0; g < GROUPS; g++)
            alike[g] = g >= CLASS && draw(10) == 0;
        s = unit_sheet(&t, alike);
        check_by_force(&t, s);
        for (size_t g = 0; g < GROUPS; g++) {
            shown_groups += g != GENDER && shown(s, g);
            if (alike[g])
                assert_false(shown(s, g));
        }
        disclose_sheet_free(s);
    }
    assert_true(shown_groups > 1500); /* it does not simply withhold everything */
}

/* ---- cases by hand --------------------------------------------------------------------------------------
 */

/* A municipality (0) of three units (1, 2, 3). */
static struct disclose_sheet *three_units(int64_t a, int64_t b, int64_t c)
{
    static const size_t UNITS[] = {1, 2, 3};
    const int64_t n[] = {a + b + c, a, b, c};
    struct disclose_sheet *s = disclose_sheet_new(4, 1);

    for (size_t g = 0; g < 4; g++) {
        disclose_sheet_group(s, g, n[g], false);
        disclose_sheet_item(s, 0, g, n[g], n[g] > 0 ? MIXED : 0);
    }
    disclose_sheet_sum(s, 0, UNITS, 3);
    disclose_sheet_decide(s);
    return s;
}

static void check_units(struct disclose_sheet *s, const char *expected)
{
    static const char LETTER[] = {
        [DISCLOSE_SHOWN] = 's', [DISCLOSE_TOO_FEW] = 'f', [DISCLOSE_WITHHELD] = 'w'};
    char got[5] = "";

    for (size_t g = 0; g < 4; g++)
        got[g] = LETTER[disclose_item(s, 0, g)];
    assert_string_equal(got, expected);
    disclose_sheet_free(s);
}

static void a_small_unit_takes_the_smallest_other_with_it(void **state)
{
    (void)state;
    check_units(three_units(30, 20, 25), "ssss");
    check_units(three_units(30, 20, 4), "sswf"); /* 54 - 30 - 20 would be the four */
    check_units(three_units(30, 2, 4), "ssff");  /* together 6: enough */
    check_units(three_units(30, 1, 3), "swff");  /* together 4: 34 - 30 would be they */
    check_units(three_units(30, 20, 0), "sssf"); /* nobody is nobody */
    check_units(three_units(30, 0, 3), "swff");  /* all but three are the first */
    check_units(three_units(2, 1, 1), "ffff");
}

static void a_question_few_answered_and_a_dimension_of_it(void **state)
{
    static const size_t PARTS[] = {1, 2, 3};
    static const int64_t RESPONSES[] = {60, 20, 20, 20};
    struct disclose_sheet *s = disclose_sheet_new(4, 3); /* two questions, and their dimension */

    (void)state;
    for (size_t g = 0; g < 4; g++) {
        disclose_sheet_group(s, g, RESPONSES[g], false);
        disclose_sheet_item(s, 0, g, g == 0 ? 42 : g == 1 ? 4 : 19, MIXED);
        disclose_sheet_item(s, 1, g, RESPONSES[g], MIXED);
        disclose_sheet_item(s, 2, g, RESPONSES[g], MIXED);
    }
    disclose_sheet_within(s, 2, 0);
    disclose_sheet_within(s, 2, 1);
    disclose_sheet_sum(s, 0, PARTS, 3);
    disclose_sheet_decide(s);
    for (size_t g = 0; g < 4; g++) {
        assert_int_equal(disclose_group(s, g), DISCLOSE_SHOWN);
        assert_int_equal(disclose_item(s, 1, g), DISCLOSE_SHOWN); /* the other question is untouched */
    }
    assert_int_equal(disclose_item(s, 0, 1), DISCLOSE_TOO_FEW);
    assert_int_equal(disclose_item(s, 0, 2), DISCLOSE_WITHHELD); /* the first of the smallest others */
    assert_int_equal(disclose_item(s, 0, 3), DISCLOSE_SHOWN);
    assert_int_equal(disclose_item(s, 2, 1), DISCLOSE_WITHHELD); /* the dimension follows its question */
    assert_int_equal(disclose_item(s, 2, 2), DISCLOSE_WITHHELD);
    assert_int_equal(disclose_item(s, 2, 3), DISCLOSE_SHOWN);
    disclose_sheet_free(s);
}

/* Three classes (1, 2, 3) of a unit (0), with what they answered. */
static void check_classes(const int64_t n[3], const uint64_t answers[3], const char *expected)
{
    static const size_t CLASSES_OF[] = {1, 2, 3};
    struct disclose_sheet *s = disclose_sheet_new(4, 1);

    for (size_t g = 0; g < 4; g++) {
        disclose_sheet_group(s, g, g == 0 ? 60 : 20, false);
        disclose_sheet_item(s, 0, g, g == 0 ? n[0] + n[1] + n[2] : n[g - 1],
                            g == 0 ? answers[0] | answers[1] | answers[2] : answers[g - 1]);
    }
    disclose_sheet_sum(s, 0, CLASSES_OF, 3);
    disclose_sheet_decide(s);
    check_units(s, expected);
}

/* What is left when the shown is taken away may be several groups, who all gave one answer. */
static void several_withheld_that_answered_alike(void **state)
{
    (void)state;
    check_classes((const int64_t[]){20, 20, 20}, (const uint64_t[]){MIXED, MIXED, MIXED}, "ssss");
    check_classes((const int64_t[]){20, 20, 20}, (const uint64_t[]){MIXED, 1, 2}, "ssww");
    check_classes((const int64_t[]){20, 20, 20}, (const uint64_t[]){MIXED, 1, 1}, "swww");
    check_classes((const int64_t[]){20, 2, 3}, (const uint64_t[]){MIXED, 1, 1}, "swff"); /* five, all alike */
    check_classes((const int64_t[]){20, 2, 3}, (const uint64_t[]){MIXED, 1, 2}, "ssff");
    check_classes((const int64_t[]){0, 2, 3}, (const uint64_t[]){0, 1, 1}, "wfff");
}

/* The share of vet ej is told: where all of a class chose it, it is a group, although nobody counts. */
static void all_of_a_class_did_not_know(void **state)
{
    (void)state;
    check_classes((const int64_t[]){20, 20, 0}, (const uint64_t[]){MIXED, MIXED, 0}, "sssf");
    check_classes((const int64_t[]){20, 20, 0}, (const uint64_t[]){MIXED, MIXED, DISCLOSE_DONT_KNOW},
                  "swwf"); /* neither may stand alone */
    check_classes((const int64_t[]){20, 6, 0}, (const uint64_t[]){MIXED, 1, DISCLOSE_DONT_KNOW}, "swwf");
}

/* They stand for nobody beside a withheld group: the rest is still that group alone. A unit (0) is three
 * grades (1, 2, 3); the second is two classes (4, 5), the last of one pupil; all of the third chose vet ej.
 */
static void those_who_did_not_know_hide_nobody_else(void **state)
{
    static const size_t GRADES_OF[] = {1, 2, 3}, CLASSES_OF[] = {4, 5};
    static const int64_t RESPONSES[] = {44, 20, 14, 10, 7, 7}, N[] = {27, 20, 7, 0, 6, 1};
    struct disclose_sheet *s = disclose_sheet_new(6, 1);

    (void)state;
    for (size_t g = 0; g < 6; g++) {
        disclose_sheet_group(s, g, RESPONSES[g], false);
        disclose_sheet_item(s, 0, g, N[g], g == 3 ? DISCLOSE_DONT_KNOW : MIXED);
    }
    disclose_sheet_sum(s, 0, GRADES_OF, 3);
    disclose_sheet_sum(s, 2, CLASSES_OF, 2);
    disclose_sheet_decide(s);
    assert_int_equal(disclose_item(s, 0, 5), DISCLOSE_TOO_FEW);
    /* 0 - 1 - 4 is the one pupil of 5 */
    assert_false(shown(s, 0) && shown(s, 1) && shown(s, 4));
    disclose_sheet_free(s);
}

/* ---- the door -------------------------------------------------------------------------------------------
 */

enum { NAME, SIZE, MEAN, CHANGE, WORD, STATUS, COLUMNS };

static const struct column TABLE[COLUMNS] = {
    [NAME] = {.name = "name"},
    [SIZE] = {.name = "size", .from = DISCLOSE_SIZE},
    [MEAN] = {.name = "mean", .from = 1},
    [CHANGE] = {.name = "change", .from = 1 | 2},
    [WORD] = {.name = "word", .from = 1 | 2, .too_few = "for few"},
    [STATUS] = {.name = "status", .status = true},
};

static void add_row(struct full *t, const struct disclose_sheet *s, size_t group, size_t earlier,
                    bool own_group)
{
    const struct source source[DISCLOSE_SOURCES] = {{.sheet = s, .group = group},
                                                    {.sheet = s, .group = earlier}};
    struct value *v = full_row(t, source, own_group, STATUS_VALUE);

    v[NAME] = (struct value){.kind = VALUE_TEXT, .text = "a name"};
    v[SIZE] = (struct value){.kind = VALUE_WHOLE, .whole = 17};
    v[MEAN] = (struct value){.kind = VALUE_NUMBER, .number = 3.5};
    v[CHANGE] = (struct value){.kind = VALUE_NUMBER, .number = 0.5};
    v[WORD] = (struct value){.kind = VALUE_TEXT, .text = "a difference"};
    v[STATUS] = (struct value){.kind = VALUE_TEXT, .text = "value"}; /* the door decides, not we */
}

static void check_row(const struct released *r, size_t row, const char *kinds, const char *status)
{
    char got[COLUMNS] = "";

    for (size_t c = 0; c < STATUS; c++)
        got[c] = released_value(r, row, c)->kind == VALUE_NONE ? '.' : 'x';
    assert_string_equal(got, kinds);
    assert_string_equal(released_value(r, row, STATUS)->text, status);
}

static void the_door_empties_what_its_sources_forbid(void **state)
{
    struct disclose_sheet *s = three_units(30, 20, 4); /* units: shown, withheld, too few */
    struct full *t = full_new(TABLE, COLUMNS);
    struct released *r;

    (void)state;
    add_row(t, s, 1, 0, false);
    add_row(t, s, 1, 2, false);
    add_row(t, s, 1, 3, false);
    add_row(t, s, 2, 1, false);
    add_row(t, s, 3, 1, false);
    add_row(t, s, 3, 1, true);
    r = disclose_release(t);
    assert_int_equal(released_rows(r), 6);
    check_row(r, 0, "xxxxx", "value");
    check_row(r, 1, "xxx..", "value"); /* the earlier one is withheld */
    check_row(r, 2, "xxx.x", "value"); /* and here too small, which may be said */
    assert_string_equal(released_value(r, 2, WORD)->text, "for few");
    check_row(r, 3, "xx...", "suppressed");
    check_row(r, 4, "xx..x", "too_few");
    check_row(r, 5, "x...x", "too_few"); /* how many they are would be an answer */
    released_free(r);
    disclose_sheet_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_subtraction_in_a_unit_gives_anything_away),
        cmocka_unit_test(a_small_unit_takes_the_smallest_other_with_it),
        cmocka_unit_test(a_question_few_answered_and_a_dimension_of_it),
        cmocka_unit_test(several_withheld_that_answered_alike),
        cmocka_unit_test(all_of_a_class_did_not_know),
        cmocka_unit_test(those_who_did_not_know_hide_nobody_else),
        cmocka_unit_test(the_door_empties_what_its_sources_forbid),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
