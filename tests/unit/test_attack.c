/*
 * Goal: whatever municipality there is, an attacker who holds all that is exported of it learns nothing about
 * a withheld few: published, exported as progression and as comparisons, and attacked by the program that
 * knows nothing of the engine. A second release that differs by few gives nothing away together with the
 * first. And the attacker would notice: a withheld row that is released all the same is caught. What it says
 * is true: each figure lies within the bounds that it gives.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "analysis/compare.h"
#include "analysis/dataset.h"
#include "analysis/progression.h"
#include "analysis/publish.h"
#include "analysis/report_csv.h"
#include "analysis/stat_base.h"
#include "audit/audit_run.h"
#include "core/base/buf.h"
#include "core/base/day.h"
#include "core/base/mem.h"
#include "tests/support/town.h"

static const char ROUND[] = "2026-10";

static uint64_t seed;

static unsigned draw(unsigned bound)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (unsigned)(seed >> 33) % bound;
}

/* ---- a municipality -------------------------------------------------------------------------------------
 */

enum { QUESTIONS = 3, PERSONS_MAX = 40 }; /* two, and the gender */

/* One of the odd ones now and then: alike, unanswered. */
struct mood {
    bool alike, silent;
    unsigned worst; /* of 12, how many are not content */
};

static uint8_t answer(const struct mood *m)
{
    if (m->alike)
        return 4;
    if (draw(15) == 0)
        return draw(2) == 0 ? 0 : ANSWER_DONT_KNOW;
    return draw(12) < m->worst ? (uint8_t)(1 + draw(2)) : (uint8_t)(3 + draw(2));
}

static const char *const UNITS[] = {"eken", "linden", "asken", "ronnen", "tallen"};
static const char *const AREAS[] = {"Norr", "Norr", "Soder", "Soder", ""};

/* Everybody who has answered, to see afterwards what is true. */
static struct pupil {
    size_t unit;
    struct group group;
    int release; /* the first that they are in */
    uint8_t answer[QUESTIONS];
} pupils[2000];
static size_t pupil_count;
static int release;

static void remember(const struct group *g, const uint8_t *answers, size_t persons)
{
    for (size_t i = 0; i < persons; i++) {
        struct pupil *p = &pupils[pupil_count++];

        assert_true(pupil_count <= sizeof pupils / sizeof pupils[0]);
        *p = (struct pupil){.group = *g, .release = release};
        while (strcmp(UNITS[p->unit], g->unit_code) != 0)
            p->unit++;
        for (size_t q = 0; q < QUESTIONS; q++)
            p->answer[q] = answers[q * persons + i];
    }
}

static void fill(uint8_t *answers, size_t persons, const struct mood *m)
{
    for (size_t i = 0; i < persons; i++) {
        const unsigned gender = draw(40);

        answers[i] = answer(m);
        answers[persons + i] = answer(m);
        answers[2 * persons + i] = gender < 19 ? 1 : gender < 38 ? 2 : gender == 38 ? 3 : 0;
    }
}

static void add_class(struct town *t, const struct form *f, const char *unit, int grade, char parallel,
                      unsigned size)
{
    struct group g = {.school_year = 2026, .school_form = SCHOOL_FORM_GRUNDSKOLA, .grade = grade};
    const struct mood mood = {.alike = draw(9) == 0, .silent = draw(8) == 0, .worst = draw(5)};
    const size_t persons = size * (mood.silent ? 0 : 50 + draw(51)) / 100;
    uint8_t answers[QUESTIONS * PERSONS_MAX];
    struct block b = {.questions = QUESTIONS, .responses = persons, .answers = answers};
    enum store_change change;
    struct err e = ERR_INIT;

    g.enrolled = (int)size;
    (void)snprintf(g.unit_code, sizeof g.unit_code, "%s", unit);
    (void)snprintf(g.name, sizeof g.name, "%d%c", grade, parallel);
    assert_true(store_group_put(t->store, &g, &change, &e));
    assert_true(store_group_find(t->store, unit, 2026, g.name, &g, &e));
    if (persons == 0)
        return;
    fill(answers, persons, &mood);
    remember(&g, answers, persons);
    memcpy(b.round, ROUND, sizeof ROUND);
    memcpy(b.form_hash, f->hash, sizeof b.form_hash);
    b.group_id = g.id;
    assert_true(store_block_add(t->store, &b, &e));
}

/* 2 to 5 units of 1 to 3 grades of 1 to 3 classes of 1 to 35 pupils. */
static const struct form *draw_town(struct town *t)
{
    const unsigned units = 2 + draw(4), size = 5 + draw(31);
    const struct form *f = town_form(t, "id: f\nversion: 1\n",
                                     "  - {id: q1, dimension: trygghet, scale: fyra, text: {sv: Trygg?}}\n"
                                     "  - {id: q2, dimension: trygghet, scale: fyra, text: {sv: Lugn?}}\n"
                                     "background:\n"
                                     "  - {id: kon, scale: kon, gender: yes, text: {sv: Är du}}\n");

    pupil_count = 0;
    release = 1;
    town_round(t, ROUND, &f, 1);
    for (unsigned u = 0; u < units; u++) {
        const int grades = 1 + (int)draw(3);

        town_unit(t, UNITS[u], AREAS[u]);
        for (int grade = 4; grade < 4 + grades; grade++) {
            const unsigned parallels = 1 + draw(3);

            for (unsigned p = 0; p < parallels; p++)
                add_class(t, f, UNITS[u], grade, (char)('A' + p),
                          draw(7) == 0 ? 1 + draw(3) : 1 + draw(size));
        }
    }
    return f;
}

/* ---- what is exported -----------------------------------------------------------------------------------
 */

enum { TABLES = 4 };

struct export
{
    struct buf table[TABLES];
};

static void add_comparison(const struct results *r, enum compare_by by, struct buf *out)
{
    const struct compare_options o = {.round = ROUND, .by = by};
    struct released *t = NULL;
    struct err e = ERR_INIT;

    assert_true(compare(r, &o, &t, &e));
    report_csv(t, (struct csv_style){.precise = true}, out);
    released_free(t);
}

static void export_all(const struct town *town, unsigned threads, struct export *x)
{
    const struct dataset_options load = {.threads = threads};
    const struct results_options how = {.threads = threads};
    const struct progression_options options = {.unit_code = NULL};
    struct released *t = NULL;
    struct results r;
    struct dataset d;
    struct err e = ERR_INIT;

    memset(x, 0, sizeof *x);
    if (!dataset_load(town->address, &load, &d, &e))
        fail_msg("%s", e.text);
    results_init(&r, &d, &how);
    assert_true(progression(&r, &options, &t, &e));
    report_csv(t, (struct csv_style){.precise = true}, &x->table[0]);
    released_free(t);
    add_comparison(&r, COMPARE_UNIT, &x->table[1]);
    add_comparison(&r, COMPARE_GROUP, &x->table[2]);
    add_comparison(&r, COMPARE_GENDER, &x->table[3]);
    results_fini(&r);
    dataset_fini(&d);
}

static void export_fini(struct export *x)
{
    for (size_t i = 0; i < TABLES; i++)
        buf_fini(&x->table[i]);
}

static void publish_town(const struct town *t)
{
    const struct publish_options o = {.round = ROUND, .threads = 1};
    struct publish_outcome out;
    struct err e = ERR_INIT;

    if (!publish(t->address, &o, &out, &e))
        fail_msg("%s", e.text);
}

/* ---- what is true ---------------------------------------------------------------------------------------
 */

static const char *const GENDER[] = {"", "flicka", "pojke", "annat"}; /* as coded */

static bool is_in_group(const struct audit_group *g, const struct pupil *p)
{
    char grade[12];

    if ((*g->unit_code != '\0' && strcmp(g->unit_code, UNITS[p->unit]) != 0) ||
        (g->level == AUDIT_LEVEL_AREA && strcmp(g->area, AREAS[p->unit]) != 0))
        return false;
    (void)snprintf(grade, sizeof grade, "%d", p->group.grade);
    switch (g->kind) {
    case AUDIT_KIND_GRADE:
        return strcmp(g->key, grade) == 0;
    case AUDIT_KIND_CLASS:
        return strcmp(g->key, p->group.name) == 0;
    case AUDIT_KIND_GENDER:
        return strcmp(g->key, GENDER[p->answer[QUESTIONS - 1]]) == 0;
    case AUDIT_KIND_ALL:
    case AUDIT_KIND_SCHOOL_FORM: /* there is one */
        break;
    }
    return true;
}

static bool is_in_union(const struct audit_finding *f, const struct pupil *p)
{
    const struct audit_world *w = f->world;
    const char *said = GENDER[p->answer[QUESTIONS - 1]];

    for (size_t i = 0; i < w->classes * w->genders; i++) {
        const struct audit_class *k = &w->klass[i / w->genders];
        const char *gender = w->gender[i % w->genders];

        assert_non_null(k->name); /* each class has a row */
        if (f->in[i] && strcmp(w->unit[k->unit].code, UNITS[p->unit]) == 0 &&
            strcmp(k->name, p->group.name) == 0 && strcmp(gender == NULL ? "" : gender, said) == 0)
            return true;
    }
    return false;
}

static bool is_about(const struct audit_finding *f, const struct pupil *p)
{
    if (p->release > f->world->version || p->release <= f->world->since)
        return false;
    return f->group == AUDIT_NONE ? is_in_union(f, p) : is_in_group(&f->world->group[f->group], p);
}

/* How many really are of a unit's gender; -1: the group is another. */
static int said_of(const struct audit_finding *f)
{
    const struct audit_group *g = f->group == AUDIT_NONE ? NULL : &f->world->group[f->group];
    int persons = 0;

    if (g == NULL || g->unit == AUDIT_NONE || g->kind != AUDIT_KIND_GENDER)
        return -1;
    for (size_t i = 0; i < pupil_count; i++)
        persons += is_in_group(g, &pupils[i]);
    return persons;
}

/* Whether the figure of a question lies where the attacker says. */
static bool is_true(const struct audit_finding *f)
{
    const size_t q = strcmp(f->world->item[f->item].question, "q1") == 0 ? 0 : 1;
    double n = 0, sum = 0, count = 0, is;

    for (size_t i = 0; i < pupil_count; i++) {
        const int answer = pupils[i].answer[q];
        const bool chose = answer != 0 && answer != ANSWER_DONT_KNOW;

        if (!is_about(f, &pupils[i]))
            continue;
        n += chose;
        sum += chose ? answer : 0;
        count += answer == (f->what == AUDIT_OF_DONT_KNOW ? ANSWER_DONT_KNOW : f->option);
    }
    is = f->what == AUDIT_OF_MEAN ? sum / n : f->what == AUDIT_OF_N ? n : count;
    return isnan(is) || (is >= f->least - 1e-4 && is <= f->most + 1e-4); /* nobody has no mean */
}

static void check_findings(const struct audit_run *run)
{
    for (size_t i = 0; i < run->findings.count; i++) {
        const struct audit_finding *f = &run->findings.at[i];

        if (*f->world->item[f->item].question != '\0' && !is_true(f))
            fail_msg("%s, %s: what %d option %d is not within %g..%g", f->world->item[f->item].question,
                     f->who, (int)f->what, f->option, f->least, f->most);
    }
}

/* ---- the attack -----------------------------------------------------------------------------------------
 */

/*
 * A mean of a gender that nobody of the unit is tells of nobody. Of a union over several units disclosure
 * control guards the sums alone, and of one count of a larger group nothing: of one release the attacker
 * knows that itself, over two it does not.
 */
static bool counts(const struct audit_finding *f, size_t exports)
{
    const bool by_bounds = f->how == AUDIT_BY_BOUNDS;
    const bool over_units = f->group == AUDIT_NONE && strncmp(f->who, "municipality", 12) == 0;
    const int persons = said_of(f);
    const bool few = f->group == AUDIT_NONE ||
                     (persons >= 0 ? persons < 5 : audit_world_cell(f->world, f->group, f->item)->few);

    if (f->verdict != AUDIT_DETERMINED || (f->what == AUDIT_OF_MEAN && persons == 0) ||
        (over_units && by_bounds))
        return false;
    return exports == 1 || few || !by_bounds;
}

/* How many withheld figures the attacker finds out; the first in words. */
static size_t attack(const struct export *exports, size_t count, char first[200])
{
    const struct audit_run_options o = {.attack = {.k = 5, .bounds = true}, .options = 4};
    struct audit_run run;
    struct err e = ERR_INIT;
    size_t found = 0;

    audit_run_init(&run);
    for (size_t i = 0; i < count * TABLES; i++) {
        const struct buf *table = &exports[i / TABLES].table[i % TABLES];

        if (!audit_run_read(&run, "export", buf_str(table), table->bytes, &e))
            fail_msg("%s", e.text);
    }
    if (!audit_run_attack(&run, &o, &e))
        fail_msg("%s", e.text);
    for (size_t i = 0; i < run.notes.count && run.effort.contradictions > 0; i++)
        print_message("%s\n", run.notes.text[i]);
    assert_int_equal(run.effort.contradictions, 0);
    check_findings(&run);
    first[0] = '\0';
    for (size_t i = 0; i < run.findings.count; i++) {
        const struct audit_finding *f = &run.findings.at[i];

        if (!counts(f, count))
            continue;
        if (found++ == 0)
            (void)snprintf(first, 200, "%s, %s: what %d option %d is %g by %s",
                           f->world->item[f->item].question, f->who, (int)f->what, f->option, f->least,
                           AUDIT_HOW_WORDS[f->how]);
    }
    audit_run_fini(&run);
    return found;
}

/* ---- nothing is found -----------------------------------------------------------------------------------
 */

static void nothing_of_a_few_is_found_out(void **state)
{
    (void)state;
    for (unsigned i = 1; i <= 40; i++) {
        struct export x;
        struct town t;
        char first[200];

        seed = UINT64_C(0x9E3779B97F4A7C15) * i;
        town_init(&t);
        (void)draw_town(&t);
        town_close(&t);
        publish_town(&t);
        export_all(&t, 1, &x);
        if (attack(&x, 1, first) > 0)
            fail_msg("municipality %u: %s", i, first);
        export_fini(&x);
        town_fini(&t);
    }
}

static void threads_decide_alike(void **state)
{
    (void)state;
    for (unsigned i = 1; i <= 4; i++) {
        struct export one, many;
        struct town t;

        seed = UINT64_C(0x9E3779B97F4A7C15) * i;
        town_init(&t);
        (void)draw_town(&t);
        town_close(&t);
        export_all(&t, 1, &one);
        export_all(&t, 4, &many);
        for (size_t table = 0; table < TABLES; table++)
            assert_string_equal(buf_str(&one.table[table]), buf_str(&many.table[table]));
        export_fini(&one);
        export_fini(&many);
        town_fini(&t);
    }
}

/* A late class of one to six pupils, after a release: forty of 300 municipalities, of which nothing is found.
 */
static void two_releases_that_differ_by_few(void **state)
{
    (void)state;
    for (unsigned i = 15; i < 55; i++) {
        const struct form *f;
        struct export x[2];
        struct town t;
        struct err e = ERR_INIT;
        char first[200];

        seed = UINT64_C(0xD1B54A32D192ED03) * i;
        town_init(&t);
        f = draw_town(&t);
        town_close(&t);
        publish_town(&t);
        export_all(&t, 1, &x[0]);
        assert_true(store_open(t.address, STORE_WRITE, &t.store, &e));
        release = 2;
        add_class(&t, f, "eken", 4, 'X', 1 + draw(6));
        town_close(&t);
        publish_town(&t);
        export_all(&t, 1, &x[1]);
        if (attack(x, 2, first) > 0)
            fail_msg("municipality %u: %s", i, first);
        export_fini(&x[0]);
        export_fini(&x[1]);
        town_fini(&t);
    }
}

/* ---- what is released all the same is -------------------------------------------------------------------
 */

/* The withheld rows of q1 that are no few: unit, kind and key as the ledger has them. */
struct withheld {
    char unit[24], kind[16], key[24];
};

static void run_sql(const struct town *t, const char *sql)
{
    sqlite3 *db = NULL;

    assert_int_equal(sqlite3_open(t->address, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    (void)sqlite3_close(db);
}

/* Ledger rows of units that tell of some question, but not of q1. */
static size_t find_withheld(const struct town *t, struct withheld *out, size_t room)
{
    static const char SQL[] =
        "SELECT unit_code, kind, key FROM release_ledger l JOIN release r ON r.id = l.release_id "
        "WHERE r.audience = 0 AND unit_code <> '' AND ' ' || items || ' ' NOT LIKE '% q1 %' AND "
        "' ' || items || ' ' LIKE '% q2 %'";
    sqlite3_stmt *st = NULL;
    sqlite3 *db = NULL;
    size_t count = 0;

    assert_int_equal(sqlite3_open(t->address, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, SQL, -1, &st, NULL), SQLITE_OK);
    while (sqlite3_step(st) == SQLITE_ROW && count < room) {
        (void)snprintf(out[count].unit, sizeof out->unit, "%s", (const char *)sqlite3_column_text(st, 0));
        (void)snprintf(out[count].kind, sizeof out->kind, "%s", (const char *)sqlite3_column_text(st, 1));
        (void)snprintf(out[count].key, sizeof out->key, "%s", (const char *)sqlite3_column_text(st, 2));
        count++;
    }
    (void)sqlite3_finalize(st);
    (void)sqlite3_close(db);
    return count;
}

static void tell(const struct town *t, const struct withheld *w, bool told)
{
    char *sql =
        mem_printf("UPDATE release_ledger SET items = %s WHERE unit_code = '%s' AND kind = '%s' AND key = %s "
                   "AND release_id IN (SELECT id FROM release WHERE audience = 0)",
                   told ? "items || ' q1'" : "substr(items, 1, length(items) - 3)", w->unit, w->kind, w->key);

    run_sql(t, sql);
    free(sql);
}

/* The release that stands is made to tell one row more; a row withheld for its own sake (all alike) is shown
 * then. */
static void a_row_released_all_the_same_is_caught(void **state)
{
    size_t tried = 0, caught = 0;

    (void)state;
    for (unsigned i = 1; i <= 40; i++) {
        struct withheld list[12];
        struct town t;
        size_t count;

        seed = UINT64_C(0x9E3779B97F4A7C15) * i;
        town_init(&t);
        (void)draw_town(&t);
        town_close(&t);
        publish_town(&t);
        count = find_withheld(&t, list, sizeof list / sizeof list[0]);
        for (size_t k = 0; k < count; k++) {
            struct export x;
            char first[200];

            tell(&t, &list[k], true);
            export_all(&t, 1, &x);
            tried++;
            caught += attack(&x, 1, first) > 0;
            export_fini(&x);
            tell(&t, &list[k], false);
        }
        town_fini(&t);
    }
    print_message("%zu rows released all the same, %zu of them caught\n", tried, caught);
    assert_true(tried > 40);
    assert_true(caught * 2 > tried);
}

static int start(void **state)
{
    struct err e = ERR_INIT;

    (void)state;
    stat_init();
    return day_zone_init(&e) ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_of_a_few_is_found_out),
        cmocka_unit_test(threads_decide_alike),
        cmocka_unit_test(two_releases_that_differ_by_few),
        cmocka_unit_test(a_row_released_all_the_same_is_caught),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
