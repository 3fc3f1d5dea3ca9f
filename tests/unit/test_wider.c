/*
 * Goal: where a group's own figure is withheld, the table names the nearest wider group that is shown, with
 * that group's index and nothing of the group's own. The order is checked group by group in one municipality,
 * what is chosen in small ones and in every row of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/wider.h"
#include "core/base/buf.h"
#include "tests/support/near.h"
#include "tests/support/table.h"
#include "tests/support/world.h"

#define GENDER "background:\n  - {id: kon, scale: kon, gender: yes, text: {sv: Du?}}\n"

/* ---- the order ------------------------------------------------------------------------------------------
 */

/* The wider groups of a node, as words with a comma between them. */
static void order_is(const struct lattice *l, const struct classes *c, size_t node, const char *expected)
{
    size_t wider[WIDER_MAX];
    const size_t count = wider_groups(l, c, node, wider);
    struct buf got = BUF_INIT;

    for (size_t i = 0; i < count; i++) {
        char *word = wider_word(l, wider[i]);

        buf_addf(&got, "%s%s", i == 0 ? "" : ",", word);
        free(word);
    }
    assert_string_equal(buf_str(&got), expected);
    buf_fini(&got);
}

static size_t unit_of(const struct lattice *l, const char *code)
{
    return *code == '\0' ? LATTICE_MUNICIPALITY : dataset_unit_index(l->d, code);
}

static size_t class_of(const struct lattice *l, const char *unit, const char *name)
{
    size_t end;

    for (size_t i = lattice_first(l, unit_of(l, unit), &end); i < end; i++) {
        if (l->node[i].kind == NODE_CLASS && strcmp(lattice_name(l, &l->node[i]), name) == 0)
            return i;
    }
    fail_msg("no class %s", name);
    return SIZE_MAX;
}

static size_t node_of(const struct lattice *l, const char *unit, enum node_kind kind, int64_t key)
{
    const size_t node = lattice_find(l, unit_of(l, unit), kind, key);

    assert_true(node != SIZE_MAX);
    return node;
}

static void add(struct world *w, const char *unit, const char *group, int grade)
{
    town_class(&w->town, &(struct town_class){.round = "2026-10",
                                              .unit = unit,
                                              .group = group,
                                              .grade = grade,
                                              .enrolled = 20,
                                              .school_form = grade == GRADE_NONE ? SCHOOL_FORM_FORSKOLA
                                                                                 : SCHOOL_FORM_GRUNDSKOLA,
                                              .form = w->form,
                                              .answers = {"1:3 2:3 3:4 4:4", "1:7 2:7"}});
}

/* Eken and Linden are Norr; Asken has one class, and no area; Björken has a class without a grade. */
static void read_town(struct world *w, struct lattice *l)
{
    const struct dataset_options load = {.threads = 1};
    struct err e = ERR_INIT;

    w->form = town_form(&w->town, "id: g\nversion: 1\n", ASK("q1", "trygghet", "fyra", "", "Trygg?") GENDER);
    town_unit(&w->town, "eken", "Norr");
    town_unit(&w->town, "linden", "Norr");
    town_unit(&w->town, "asken", "");
    town_unit(&w->town, "bjorken", "");
    world_round(w, "2026-10");
    add(w, "eken", "4A", 4);
    add(w, "eken", "4B", 4);
    add(w, "eken", "5A", 5);
    add(w, "linden", "4A", 4);
    add(w, "asken", "6A", 6);
    add(w, "bjorken", "Blå", GRADE_NONE);
    add(w, "bjorken", "6B", 6);
    town_close(&w->town);
    assert_true(dataset_load(w->town.address, &load, &w->d, &e));
    assert_int_equal(w->d.measurements, 1);
    lattice_build(l, &w->d, &w->d.measurement[0]);
}

static void the_nearest_comes_first(void **state)
{
    struct world *w = *state;
    struct lattice l;
    struct classes c;

    read_town(w, &l);
    classes_init(&c, &l);
    order_is(&l, &c, class_of(&l, "eken", "4A"),
             "unit/grade/4,unit/all,municipality/grade/4,area/all/Norr,municipality/all");
    order_is(&l, &c, node_of(&l, "eken", NODE_GRADE, 4),
             "unit/all,municipality/grade/4,area/all/Norr,municipality/all");
    order_is(&l, &c, node_of(&l, "eken", NODE_GENDER, GENDER_GIRL),
             "municipality/gender/flicka,unit/all,area/all/Norr,municipality/all");
    order_is(&l, &c, node_of(&l, "eken", NODE_ALL, 0), "area/all/Norr,municipality/all");
    order_is(&l, &c, lattice_find_area(&l, unit_of(&l, "eken")), "municipality/all");
    order_is(&l, &c, node_of(&l, "", NODE_GRADE, 4), "municipality/all");
    order_is(&l, &c, node_of(&l, "", NODE_GENDER, GENDER_BOY), "municipality/all");
    order_is(&l, &c, node_of(&l, "", NODE_SCHOOL_FORM, SCHOOL_FORM_GRUNDSKOLA), "municipality/all");
    order_is(&l, &c, node_of(&l, "", NODE_ALL, 0), "");
    classes_fini(&c);
    lattice_fini(&l);
}

/* How many girls there are in a unit is not known; that few of the unit answered is said of them as well. */
static void a_gender_answers_as_its_unit_does(void **state)
{
    struct world *w = *state;
    struct lattice l;
    size_t girls;

    read_town(w, &l);
    girls = node_of(&l, "eken", NODE_GENDER, GENDER_GIRL);
    assert_int_equal(lattice_response(&l, girls), STAT_RESPONSE_ENOUGH);
    l.node[node_of(&l, "eken", NODE_ALL, 0)].enrolled = 100; /* 42 answered */
    assert_int_equal(lattice_response(&l, girls), STAT_RESPONSE_LOWER);
    assert_int_equal(lattice_response(&l, node_of(&l, "eken", NODE_GRADE, 4)), STAT_RESPONSE_ENOUGH);
    assert_int_equal(lattice_response(&l, node_of(&l, "", NODE_GENDER, GENDER_GIRL)), STAT_RESPONSE_ENOUGH);
    lattice_fini(&l);
}

/* A group of the same classes has the same figure; and one without a row has none. */
static void the_same_group_is_not_wider(void **state)
{
    struct world *w = *state;
    struct lattice l;
    struct classes c;

    read_town(w, &l);
    classes_init(&c, &l);
    /* The only class of its grade in the unit, and in the municipality. */
    order_is(&l, &c, class_of(&l, "eken", "5A"), "unit/all,area/all/Norr,municipality/all");
    order_is(&l, &c, node_of(&l, "eken", NODE_GRADE, 5), "unit/all,area/all/Norr,municipality/all");
    /* One class is its unit, and the unit's grade. As many answered in Linden, but others. */
    order_is(&l, &c, class_of(&l, "asken", "6A"), "municipality/grade/6,municipality/all");
    order_is(&l, &c, node_of(&l, "asken", NODE_GRADE, 6), "municipality/grade/6,municipality/all");
    order_is(&l, &c, class_of(&l, "linden", "4A"), "municipality/grade/4,area/all/Norr,municipality/all");
    /* The girls of one class are not the class, nor the unit. */
    order_is(&l, &c, node_of(&l, "asken", NODE_GENDER, GENDER_GIRL),
             "municipality/gender/flicka,unit/all,municipality/all");
    order_is(&l, &c, class_of(&l, "bjorken", "Blå"), "unit/all,municipality/all");
    classes_fini(&c);
    lattice_fini(&l);
}

/* ---- what is chosen -------------------------------------------------------------------------------------
 */

/* The row of a word of `instead`, for a row. */
static size_t row_of(const struct world *w, size_t r, const char *word)
{
    const char *kind = strchr(word, '/') + 1, *group = strchr(kind, '/');
    const char *unit = strncmp(word, "unit/", 5) == 0 ? table_text(w->t, r, "unit_code") : "";
    const char *question = table_text(w->t, r, "question");
    char kind_word[16] = "";

    memcpy(kind_word, kind, group == NULL ? strlen(kind) : (size_t)(group - kind));
    return table_row(w->t, table_text(w->t, r, "round"), unit, kind_word, group == NULL ? "" : group + 1,
                     *question != '\0' ? question : table_text(w->t, r, "dimension"));
}

/* In all rows: nothing beside a figure, and else that of a row which is shown. Returns how many have one. */
static int check_all(const struct world *w)
{
    int count = 0;

    for (size_t r = 0; r < released_rows(w->t); r++) {
        const char *word = table_text(w->t, r, "instead");
        size_t of;

        if (*word == '\0') {
            assert_true(table_empty(w->t, r, "instead_index_0_100"));
            continue;
        }
        of = row_of(w, r, word);
        assert_true(table_empty(w->t, r, "mean"));
        world_is(w, of, "status", "value");
        assert_true(of != r);
        world_near(w, r, "instead_index_0_100", table_number(w->t, of, "index_0_100"));
        count++;
    }
    return count;
}

/* Of question q1; "" is nothing. */
static void instead_is(const struct world *w, const char *unit, const char *kind, const char *group,
                       const char *status, const char *expected)
{
    const size_t r = table_row(w->t, "2026-10", unit, kind, group, "q1");

    world_is(w, r, "status", status);
    world_is(w, r, "instead", expected);
}

static void a_withheld_group_is_passed_over(void **state)
{
    struct world *w = *state;
    size_t r;

    world_units(w, "AB");
    town_unit(&w->town, "eken", "Norr");
    town_unit(&w->town, "linden", "Norr");
    town_unit(&w->town, "asken", "Norr");
    world_round(w, "2026-10");
    world_others(w, "2026-10");
    /* Three of 4A answered, so that 4B goes with it; their grade is shown. */
    world_class(w, "2026-10", "A", "4A", 4, 20, "1:1 2:1 3:1");
    world_class(w, "2026-10", "A", "4B", 4, 20, "1:2 2:2 3:4 4:2");
    world_class(w, "2026-10", "A", "4C", 4, 40, "1:8 2:7 3:9 4:9");
    /* Four of grade 5 did, in two classes, so that the grade is withheld too; the unit is shown. */
    world_class(w, "2026-10", "B", "5A", 5, 20, "1:1 2:1");
    world_class(w, "2026-10", "B", "5B", 5, 20, "3:1 4:1");
    world_class(w, "2026-10", "B", "6A", 6, 20, "1:2 2:5 3:4 4:6");
    world_class(w, "2026-10", "B", "6B", 6, 20, "1:2 2:5 3:4 4:8");
    /* Three of a whole unit: grade 4 in the municipality is withheld with it, the area is shown. */
    world_class(w, "2026-10", "eken", "4A", 4, 20, "2:1 3:1 4:1");
    world_class(w, "2026-10", "linden", "7A", 7, 20, "1:3 2:4 3:6 4:5");
    world_class(w, "2026-10", "asken", "8A", 8, 20, "1:3 2:4 3:6 4:7");
    world_read(w);

    instead_is(w, "A", "class", "4A", "too_few", "unit/grade/4");
    instead_is(w, "A", "class", "4B", "suppressed", "unit/grade/4");
    instead_is(w, "A", "class", "4C", "value", "");
    r = table_row(w->t, "2026-10", "A", "class", "4A", "q1");
    world_near(w, r, "instead_index_0_100", 100 * ((6 + 26 + 85) / 46.0 - 1) / 3);
    instead_is(w, "B", "grade", "5", "too_few", "unit/all");
    instead_is(w, "B", "class", "5A", "too_few", "unit/all");
    instead_is(w, "B", "all", "", "value", "");
    instead_is(w, "eken", "class", "4A", "too_few", "area/all/Norr");
    instead_is(w, "eken", "grade", "4", "too_few", "area/all/Norr");
    instead_is(w, "eken", "all", "", "too_few", "area/all/Norr");
    assert_string_not_equal(table_text(w->t, table_row(w->t, "2026-10", "", "grade", "4", "q1"), "status"),
                            "value");
    assert_true(check_all(w) >= 14); /* the index beside the question too */
}

/* Only the municipality is shown; and where it is not, nothing stands there. */
static void nothing_wider_is_shown(void **state)
{
    struct world *w = *state;

    town_unit(&w->town, "eken", "");
    world_round(w, "2026-10");
    world_class(w, "2026-10", "eken", "4A", 4, 20, "2:1 3:1 4:2");
    world_read(w);
    instead_is(w, "eken", "class", "4A", "too_few", "");
    instead_is(w, "eken", "all", "", "too_few", "");
    instead_is(w, "", "all", "", "too_few", "");
    assert_int_equal(check_all(w), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, world_begin, world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_nearest_comes_first),     TEST(a_gender_answers_as_its_unit_does),
        TEST(the_same_group_is_not_wider), TEST(a_withheld_group_is_passed_over),
        TEST(nothing_wider_is_shown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
