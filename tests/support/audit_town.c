#include "tests/support/audit_town.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/compare.h"
#include "analysis/progression.h"
#include "analysis/publish.h"
#include "analysis/report_csv.h"
#include "analysis/stat_base.h"
#include "core/base/day.h"
#include "core/base/mem.h"

const char *const AUDIT_TOWN_ROUNDS[AUDIT_TOWN_ROUNDS_MAX] = {"2026-10", "2027-04"};
const char *const AUDIT_TOWN_UNITS[] = {"eken", "linden", "asken", "ronnen", "tallen"};
const char *const AUDIT_TOWN_AREAS[] = {"Norr", "Norr", "Soder", "Soder", ""};
const char *const AUDIT_TOWN_GENDERS[] = {"", "flicka", "pojke", "annat"};

enum { PERSONS_MAX = 40 };

int audit_town_begin(void **state)
{
    struct err e = ERR_INIT;

    (void)state;
    stat_init();
    return day_zone_init(&e) ? 0 : -1;
}

unsigned audit_town_draw(struct audit_town *t, unsigned below)
{
    t->seed ^= t->seed << 13;
    t->seed ^= t->seed >> 7;
    t->seed ^= t->seed << 17;
    return (unsigned)(t->seed >> 33) % below;
}

/* ---- answers --------------------------------------------------------------------------------------------
 */

/* One of the odd ones now and then: alike, unanswered. */
struct mood {
    bool alike, silent;
    unsigned worst; /* of 12, how many are not content */
};

static uint8_t answer(struct audit_town *t, const struct mood *m)
{
    if (m->alike)
        return 4;
    if (audit_town_draw(t, 15) == 0)
        return audit_town_draw(t, 2) == 0 ? 0 : ANSWER_DONT_KNOW;
    return audit_town_draw(t, 12) < m->worst ? (uint8_t)(1 + audit_town_draw(t, 2))
                                             : (uint8_t)(3 + audit_town_draw(t, 2));
}

static void fill(struct audit_town *t, uint8_t *answers, size_t persons, const struct mood *m)
{
    for (size_t i = 0; i < persons; i++) {
        const unsigned gender = audit_town_draw(t, 40);

        answers[i] = answer(t, m);
        answers[persons + i] = answer(t, m);
        answers[2 * persons + i] = gender < 19 ? 1 : gender < 38 ? 2 : gender == 38 ? 3 : 0;
    }
}

static void remember(struct audit_town *t, const struct group *g, size_t round, const uint8_t *answers,
                     size_t persons)
{
    for (size_t i = 0; i < persons; i++) {
        struct audit_pupil *p;

        t->pupil = mem_room(t->pupil, t->pupils, &t->capacity, sizeof *t->pupil);
        p = &t->pupil[t->pupils++];
        *p = (struct audit_pupil){.class = g->id, .grade = g->grade, .round = round, .release = t->release};
        memcpy(p->class_name, g->name, sizeof p->class_name);
        while (strcmp(AUDIT_TOWN_UNITS[p->unit], g->unit_code) != 0)
            p->unit++;
        for (size_t q = 0; q < AUDIT_TOWN_QUESTIONS; q++)
            p->answer[q] = answers[q * persons + i];
    }
}

static void add_answers(struct audit_town *t, const struct group *g, size_t round, size_t persons,
                        const struct mood *m)
{
    uint8_t answers[AUDIT_TOWN_QUESTIONS * PERSONS_MAX];
    struct block b = {.questions = AUDIT_TOWN_QUESTIONS, .responses = persons, .answers = answers};
    struct err e = ERR_INIT;

    if (persons == 0)
        return;
    fill(t, answers, persons, m);
    remember(t, g, round, answers, persons);
    (void)snprintf(b.round, sizeof b.round, "%s", AUDIT_TOWN_ROUNDS[round]);
    memcpy(b.form_hash, t->form->hash, sizeof b.form_hash);
    b.group_id = g->id;
    assert_true(store_block_add(t->town.store, &b, &e));
}

/* ---- a municipality -------------------------------------------------------------------------------------
 */

static void add_class(struct audit_town *t, const char *unit, int grade, char parallel, unsigned size)
{
    struct group g = {.school_year = 2026, .school_form = SCHOOL_FORM_GRUNDSKOLA, .grade = grade};
    const struct mood mood = {.alike = audit_town_draw(t, 9) == 0,
                              .silent = audit_town_draw(t, 8) == 0,
                              .worst = audit_town_draw(t, 5)};
    enum store_change change;
    struct err e = ERR_INIT;

    g.enrolled = (int)size;
    (void)snprintf(g.unit_code, sizeof g.unit_code, "%s", unit);
    (void)snprintf(g.name, sizeof g.name, "%d%c", grade, parallel);
    for (size_t round = 0; round < t->rounds; round++) {
        const size_t persons = size * (mood.silent ? 0 : 50 + audit_town_draw(t, 51)) / 100;

        if (round == 0) {
            assert_true(store_group_put(t->town.store, &g, &change, &e));
            assert_true(store_group_find(t->town.store, unit, 2026, g.name, &g, &e));
        }
        add_answers(t, &g, round, persons, &mood);
    }
}

static void add_unit(struct audit_town *t, size_t unit, unsigned size)
{
    const int grades = 1 + (int)audit_town_draw(t, 3);

    town_unit(&t->town, AUDIT_TOWN_UNITS[unit], AUDIT_TOWN_AREAS[unit]);
    for (int grade = 4; grade < 4 + grades; grade++) {
        const unsigned parallels = 1 + audit_town_draw(t, 3);

        for (unsigned p = 0; p < parallels; p++)
            add_class(t, AUDIT_TOWN_UNITS[unit], grade, (char)('A' + p),
                      audit_town_draw(t, 7) == 0 ? 1 + audit_town_draw(t, 3) : 1 + audit_town_draw(t, size));
    }
}

static void add_targets(struct audit_town *t, size_t units)
{
    for (size_t u = 0; u < units; u++) {
        struct target target = {.form = "f",
                                .dimension = "trygghet",
                                .measure = u % 2 == 0 ? TARGET_INDEX : TARGET_SHARE_POSITIVE,
                                .direction = TARGET_AT_LEAST,
                                .value = u % 2 == 0 ? 65 : .75};

        (void)snprintf(target.unit_code, sizeof target.unit_code, "%s", AUDIT_TOWN_UNITS[u]);
        (void)snprintf(target.question, sizeof target.question, "%s", u % 2 == 0 ? "" : "q1");
        (void)snprintf(target.round, sizeof target.round, "%s", AUDIT_TOWN_ROUNDS[t->rounds - 1]);
        town_target(&t->town, &target);
    }
}

void audit_town_make(struct audit_town *t, uint64_t seed, size_t rounds)
{
    unsigned units, size;

    *t = (struct audit_town){.rounds = rounds, .seed = seed, .release = 1};
    units = 2 + audit_town_draw(t, 4);
    size = 5 + audit_town_draw(t, 31);
    town_init(&t->town);
    t->form = town_form(&t->town, "id: f\nversion: 1\n",
                        "  - {id: q1, dimension: trygghet, scale: fyra, text: {sv: Trygg?}}\n"
                        "  - {id: q2, dimension: trygghet, scale: fyra, text: {sv: Lugn?}}\n"
                        "background:\n"
                        "  - {id: kon, scale: kon, gender: yes, text: {sv: Är du}}\n");
    for (size_t round = 0; round < rounds; round++)
        town_round(&t->town, AUDIT_TOWN_ROUNDS[round], &t->form, 1);
    for (size_t u = 0; u < units; u++)
        add_unit(t, u, size);
    if (rounds > 1)
        add_targets(t, units);
    town_close(&t->town);
    audit_town_publish(t);
}

void audit_town_fini(struct audit_town *t)
{
    free(t->pupil);
    town_fini(&t->town);
}

void audit_town_late(struct audit_town *t, unsigned size)
{
    const int grade = 4 + (int)audit_town_draw(t, 2);
    const char *unit = AUDIT_TOWN_UNITS[audit_town_draw(t, 2)];
    const size_t first = t->pupils;
    struct err e = ERR_INIT;

    assert_int_equal(t->rounds, 1);
    assert_true(store_open(t->town.address, STORE_WRITE, &t->town.store, &e));
    t->release++;
    t->lates++;
    add_class(t, unit, grade, (char)('Q' + t->lates), size);
    if (t->pupils - first < DISCLOSE_K) {
        for (size_t i = first; i < t->pupils; i++)
            t->pupil[i].release = INT_MAX; /* left out */
        t->release--;
    }
    town_close(&t->town);
    audit_town_publish(t);
}

void audit_town_publish(const struct audit_town *t)
{
    const struct publish_options o = {.round = AUDIT_TOWN_ROUNDS[t->rounds - 1], .threads = 1};
    struct publish_outcome out;
    struct err e = ERR_INIT;

    if (!publish(t->town.address, &o, &out, &e))
        fail_msg("%s", e.text);
}

/* ---- what is exported -----------------------------------------------------------------------------------
 */

static void add_table(struct audit_export *x, struct released *table)
{
    report_csv(table, (struct csv_style){.precise = true}, &x->table[x->tables++]);
    released_free(table);
}

static void add_comparisons(const struct results *r, const char *round, struct audit_export *x)
{
    for (int by = COMPARE_UNIT; by <= COMPARE_GENDER; by++) {
        const struct compare_options o = {.round = round, .by = (enum compare_by)by};
        struct released *table = NULL;
        struct err e = ERR_INIT;

        if (!compare(r, &o, &table, &e))
            fail_msg("%s", e.text);
        add_table(x, table);
    }
}

void audit_town_export(const struct audit_town *t, enum release_audience audience, unsigned threads,
                       struct audit_export *x)
{
    const struct dataset_options load = {.threads = threads};
    const struct results_options how = {.threads = threads};
    const struct progression_options options = {.unit_code = NULL};
    struct released *table = NULL;
    struct results r;
    struct dataset d;
    struct err e = ERR_INIT;

    memset(x, 0, sizeof *x);
    if (!dataset_load(t->town.address, &load, &d, &e))
        fail_msg("%s", e.text);
    results_init(&r, &d, &how);
    if (audience == RELEASE_PUBLIC)
        results_narrow(&r, &how);
    if (!progression(&r, &options, &table, &e))
        fail_msg("%s", e.text);
    add_table(x, table);
    for (size_t round = 0; round < t->rounds; round++)
        add_comparisons(&r, AUDIT_TOWN_ROUNDS[round], x);
    results_fini(&r);
    dataset_fini(&d);
}

void audit_export_fini(struct audit_export *x)
{
    for (size_t i = 0; i < x->tables; i++)
        buf_fini(&x->table[i]);
}
