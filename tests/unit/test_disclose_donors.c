/* Goal: a block is looked at together with those that can really give way: first those that the same rows
 * hold, then others, then those that are joined with these; and with none that is not joined. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/disclose_donors.h"

/* Units with one group each; every other row is across. */
enum { UNITS = 8, ACROSS = UNITS, ACROSSES = 6, ROWS = UNITS + ACROSSES, PIECES_MAX = 64, ANSWERS = 3 };

struct town {
    struct audit_atom atom[UNITS];
    size_t own[UNITS]; /* the atom of each unit */
    struct audit_row row[ROWS];
    struct audit_piece piece[PIECES_MAX];
    struct audit_rows rows;
    int64_t count[ANSWERS];
};

/* Nothing is shown but the rows across, which take in nobody yet. */
static void found_town(struct town *t)
{
    *t = (struct town){.count = {0, 1, 0}};
    for (size_t u = 0; u < UNITS; u++) {
        t->own[u] = u;
        t->atom[u] = (struct audit_atom){.block = u, .responses = 1, .class = u, .gender = u};
        t->row[u] = (struct audit_row){.block = u, .atom = &t->own[u], .atoms = 1, .count = t->count};
    }
    for (size_t r = ACROSS; r < ROWS; r++)
        t->row[r] = (struct audit_row){.block = AUDIT_ACROSS, .count = t->count, .shown = true};
    t->rows = (struct audit_rows){.atom = t->atom,
                                  .atoms = UNITS,
                                  .row = t->row,
                                  .rows = ROWS,
                                  .piece = t->piece,
                                  .blocks = UNITS,
                                  .answers = ANSWERS,
                                  .k = 5};
}

static void take_in(struct town *t, size_t across, size_t unit)
{
    assert_true(t->rows.pieces < PIECES_MAX);
    t->piece[t->rows.pieces++] = (struct audit_piece){.across = ACROSS + across, .row = unit};
}

static void assert_donors(const struct town *t, size_t unit, size_t wanted, const size_t *donor, size_t count)
{
    size_t block[UNITS] = {unit};
    struct lp_places w;

    lp_places_init(&w, &t->rows);
    assert_int_equal(donors_find(&w, block, 1, wanted), 1 + count);
    lp_places_fini(&w);
    assert_int_equal(block[0], unit);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(block[1 + i], donor[i]);
}

/* Four areas of two units each, and the municipality. */
enum { AREAS = 4, WHOLE = AREAS };

static void found_areas(struct town *t)
{
    found_town(t);
    for (size_t u = 0; u < UNITS; u++) {
        take_in(t, u % AREAS, u);
        take_in(t, WHOLE, u);
    }
}

static void units_of_one_area_come_first(void **state)
{
    struct town t;

    (void)state;
    found_areas(&t);
    assert_donors(&t, 1, 3, (const size_t[]){5, 2}, 2);
    assert_donors(&t, 6, 3, (const size_t[]){2, 7}, 2);
    assert_donors(&t, 6, UNITS, (const size_t[]){2, 7, 0, 1, 3, 4, 5}, 7);
}

/* Units 1 and 5 are held by nothing but the municipality, as are 3 and 7: the others can give way only
 * together with the other one of their area. */
static void units_that_nothing_else_holds_come_first(void **state)
{
    struct town t;

    (void)state;
    found_areas(&t);
    t.row[ACROSS + 1].shown = false;
    t.row[ACROSS + 3].shown = false;
    assert_donors(&t, 1, 5, (const size_t[]){3, 5, 7, 2}, 4);
}

static void what_is_shown_gives_no_way(void **state)
{
    struct town t;

    (void)state;
    found_areas(&t);
    t.row[5].shown = true;
    t.row[2].shown = true;
    assert_donors(&t, 1, 4, (const size_t[]){3, 4, 6}, 3);
}

/* 0 with 1, 1 with 2, 2 with 3; 4 with 5. */
static void others_come_at_second_hand(void **state)
{
    struct town t;

    (void)state;
    found_town(&t);
    for (size_t i = 0; i < 3; i++) {
        take_in(&t, i, i);
        take_in(&t, i, i + 1);
    }
    take_in(&t, 4, 4);
    take_in(&t, 4, 5);
    assert_donors(&t, 0, 2, (const size_t[]){1}, 1);
    assert_donors(&t, 0, UNITS, (const size_t[]){1, 2, 3}, 3);
    assert_donors(&t, 7, UNITS, NULL, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(units_of_one_area_come_first),
                                       cmocka_unit_test(units_that_nothing_else_holds_come_first),
                                       cmocka_unit_test(what_is_shown_gives_no_way),
                                       cmocka_unit_test(others_come_at_second_hand)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
