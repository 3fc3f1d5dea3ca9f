/*
 * Goal: the door lets through what the sources of a figure allow, and nothing else.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analysis/disclose.h"

/* A municipality (0) and its units: 1 is shown, 2 withheld for the sake of 3, which is too few. */
static struct disclose_sheet *three_units(void)
{
    static const int64_t N[] = {54, 30, 20, 4};
    struct disclose_sheet *s = disclose_sheet_new(4, 1);

    for (size_t g = 0; g < 4; g++) {
        const struct disclose_about about = {
            .block = g == 0 ? DISCLOSE_ACROSS : g - 1, .rank = g > 0, .responses = N[g], .counted = true};

        disclose_sheet_group(s, g, &about);
        disclose_sheet_item(s, 0, g, N[g], 3); /* two different answers occur */
        if (g > 0) {
            const size_t atom = disclose_sheet_atom(s, g - 1, N[g]);

            disclose_sheet_member(s, 0, atom);
            disclose_sheet_member(s, g, atom);
        }
    }
    disclose_sheet_decide(s, DISCLOSE_K, 1);
    assert_int_equal(disclose_item(s, 0, 1), DISCLOSE_SHOWN);
    assert_int_equal(disclose_item(s, 0, 2), DISCLOSE_WITHHELD);
    assert_int_equal(disclose_item(s, 0, 3), DISCLOSE_TOO_FEW);
    return s;
}

enum { NAME, SIZE, MEAN, CHANGE, WORD, GOAL, STATUS, COLUMNS };

static const struct column TABLE[COLUMNS] = {
    [NAME] = {.name = "name"},
    [SIZE] = {.name = "size", .from = DISCLOSE_SIZE},
    [MEAN] = {.name = "mean", .from = 1},
    [CHANGE] = {.name = "change", .from = 1 | 2},
    [WORD] = {.name = "word", .from = 1 | 2, .too_few = "for few"},
    [GOAL] = {.name = "goal", .from = 1, .instead = "not told"},
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
    v[GOAL] = (struct value){.kind = VALUE_TEXT, .text = "reached"};
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
    struct disclose_sheet *s = three_units();
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
    check_row(r, 0, "xxxxxx", "value");
    check_row(r, 1, "xxx..x", "value"); /* the earlier one is withheld */
    check_row(r, 2, "xxx.xx", "value"); /* and here too small, which may be said */
    assert_string_equal(released_value(r, 2, WORD)->text, "for few");
    check_row(r, 3, "xx...x", "suppressed");
    check_row(r, 4, "xx..xx", "too_few");
    check_row(r, 5, "x...xx", "too_few"); /* how many they are would be an answer */
    for (size_t i = 0; i < 6; i++)
        assert_string_equal(released_value(r, i, GOAL)->text, i < 3 ? "reached" : "not told");
    released_free(r);
    disclose_sheet_free(s);
}

/* A figure can come from many groups: each of them must be shown, whatever the others are. */
static void the_door_looks_at_every_source(void **state)
{
    struct disclose_sheet *s = three_units();
    const struct source few = {.sheet = s, .group = 3}, withheld = {.sheet = s, .group = 2},
                        all = {.sheet = s, .group = 0};
    struct full *t = full_new(TABLE, COLUMNS);
    struct released *r;

    (void)state;
    add_row(t, s, 1, 0, false);
    full_source(t, 1, &all);
    add_row(t, s, 1, 0, false);
    full_source(t, 1, &all);
    full_source(t, 1, &withheld);
    full_source(t, 1, &all);
    add_row(t, s, 1, 0, false);
    full_source(t, 1, &few);
    full_source(t, 1, &withheld);
    add_row(t, s, 1, 2, false);
    full_source(t, 1, &all);
    add_row(t, s, 1, 0, false);
    full_source(t, 2, &few); /* no column comes from there */
    r = disclose_release(t);
    check_row(r, 0, "xxxxxx", "value");
    check_row(r, 1, "xxx..x", "value");
    check_row(r, 2, "xxx.xx", "value");
    check_row(r, 3, "xxx..x", "value");
    check_row(r, 4, "xxxxxx", "value");
    released_free(r);
    disclose_sheet_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_door_empties_what_its_sources_forbid),
        cmocka_unit_test(the_door_looks_at_every_source),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
