#include "tests/support/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/stat_base.h"
#include "core/base/day.h"
#include "tests/support/near.h"
#include "tests/support/table.h"

int world_begin(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    struct err e = ERR_INIT;

    stat_init();
    if (w == NULL || !day_zone_init(&e))
        return -1;
    town_init(&w->town);
    w->form = town_form(&w->town, "id: f\nversion: 1\n",
                        "  - {id: q1, dimension: trygghet, scale: fyra, text: {sv: Trygg?}}\n");
    *state = w;
    return 0;
}

int world_end(void **state)
{
    struct world *w = *state;

    released_free(w->t);
    dataset_fini(&w->d);
    town_fini(&w->town);
    free(w);
    return 0;
}

void world_read(struct world *w)
{
    const struct dataset_options load = {.threads = 1};
    const struct progression_options options = {.unit_code = NULL};
    struct err e = ERR_INIT;

    town_close(&w->town);
    if (!dataset_load(w->town.address, &load, &w->d, &e) || !table_progression(&w->d, &options, &w->t, &e))
        fail_msg("%s", e.text);
}

void world_round(struct world *w, const char *code)
{
    town_round(&w->town, code, &w->form, 1);
}

/* A class of grundskola that answers q1. */
void world_class(struct world *w, const char *round, const char *unit, const char *group, int grade,
                 int enrolled, const char *q1)
{
    town_class(&w->town, &(struct town_class){.round = round,
                                              .unit = unit,
                                              .group = group,
                                              .grade = grade,
                                              .enrolled = enrolled,
                                              .school_form = SCHOOL_FORM_GRUNDSKOLA,
                                              .form = w->form,
                                              .answers = {q1}});
}

void world_is(const struct world *w, size_t row, const char *column, const char *expected)
{
    if (strcmp(table_text(w->t, row, column), expected) != 0)
        fail_msg("row %zu: %s is '%s', not '%s'", row, column, table_text(w->t, row, column), expected);
}

void world_near(const struct world *w, size_t row, const char *column, double expected)
{
    assert_near(table_number(w->t, row, column), expected, 1e-12);
}

void world_no_change(const struct world *w, size_t row)
{
    world_is(w, row, "status", "value");
    assert_true(table_empty(w->t, row, "change_previous"));
    assert_true(table_empty(w->t, row, "change_same_month"));
    assert_true(table_empty(w->t, row, "p"));
}

/* Three rounds with three versions of one form; everybody answers 1 to 4 in turn to everything. */
void world_versions(struct world *w)
{
    static const char FIRST[] = ASK("q1", "trygghet", "fyra", "", "Trygg?")
        ASK("q2", "trygghet", "fyra", "", "Lugn?") ASK("q3", "delaktighet", "fyra", "", "Med?"),
                      SECOND[] = ASK("q1", "trygghet", "fyra", "", "Trygg?")
                          ASK("q2b", "trygghet", "fyra", ", continues: q2", "Lugnt?")
                              ASK("q3", "delaktighet", "fyra", "", "Är du med?"),
                      THIRD[] = ASK("q1", "trygghet", "annan", "", "Trygg?")
                          ASK("q2c", "trygghet", "annan", ", continues: q2b", "Är det lugnt?")
                              ASK("q3", "delaktighet", "fyra", "", "Med?")
                                  ASK("q4", "delaktighet", "fyra", "", "Hörd?");
    static const char *const QUESTIONS[] = {FIRST, SECOND, THIRD}, *const ROUNDS[] = {"2025-10", "2026-04",
                                                                                      "2026-10"};

    town_unit(&w->town, "eken", "");
    for (int v = 0; v < 3; v++) {
        char head[] = "id: v\nversion: 1\n";
        struct town_class c = {.round = ROUNDS[v],
                               .unit = "eken",
                               .group = "4A",
                               .grade = 4,
                               .enrolled = 20,
                               .school_form = SCHOOL_FORM_GRUNDSKOLA};

        head[sizeof head - 3] = (char)('1' + v);
        c.form = town_form(&w->town, head, QUESTIONS[v]);
        for (int q = 0; q < c.form->questions; q++)
            c.answers[q] = v == 2 ? "1:2 2:4 3:5 4:6" : "1:4 2:4 3:4 4:5";
        town_round(&w->town, ROUNDS[v], &c.form, 1);
        town_class(&w->town, &c);
    }
}

size_t world_item(const struct world *w, const char *round, const char *item)
{
    return table_row(w->t, round, "eken", "all", "", item);
}

size_t world_unit(const struct world *w, const char *round, const char *unit)
{
    return table_row(w->t, round, unit, "all", "", "q1");
}

/* Two more, so that nobody's being withheld makes the others follow. */
void world_others(struct world *w, const char *round)
{
    world_class(w, round, "x1", "4A", 4, 30, "1:5 2:6 3:7 4:8");
    world_class(w, round, "x2", "4A", 4, 30, "1:6 2:7 3:8 4:7");
}

void world_units(struct world *w, const char *codes)
{
    for (const char *at = codes; *at != '\0'; at++)
        town_unit(&w->town, (char[]){*at, '\0'}, "");
    town_unit(&w->town, "x1", "");
    town_unit(&w->town, "x2", "");
}

size_t world_grade(const struct world *w, const char *round, const char *unit, const char *grade,
                   const char *item)
{
    return table_row(w->t, round, unit, "grade", grade, item);
}
