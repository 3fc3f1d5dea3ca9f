/*
 * Goal: the attacker would notice. A row that the engine withholds for others' sake is released all the same,
 * and whenever that gives something away, as an oracle of whole numbers says, the attacker finds something.
 * A row of which all answered alike, or nobody gave a good answer, it finds wherever one is released.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "core/base/mem.h"
#include "tests/support/audit_exact.h"
#include "tests/support/audit_truth.h"

enum {
    K = 5,
    FIRST = 41, /* of the municipalities; 1 to 200 take a minute (docs/methods.md has what they gave) */
    LAST = 80,
    GENDERS = 4,   /* as coded, those who did not say first */
    OPTIONS = 0xF, /* answers of the oracle, a bit for each: options 1..4, vet ej, none */
    DONT_KNOW = 0x10
};

static const uint64_t SEEDS = UINT64_C(0x9E3779B97F4A7C15);

/* ---- a row is released ----------------------------------------------------------------------------------
 */

/* A row of a unit that does not tell of q1: unit, kind and key as the ledger has them. */
struct withheld {
    char unit[24], kind[16], key[24];
};

static void run_sql(const struct audit_town *t, const char *sql)
{
    sqlite3 *db = NULL;

    assert_int_equal(sqlite3_open(t->town.address, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    (void)sqlite3_close(db);
}

/* q2: rows that tell of q2, or those that do not either. */
static size_t find_withheld(const struct audit_town *t, bool q2, struct withheld *out, size_t room)
{
    static const char SQL[] =
        "SELECT unit_code, kind, key FROM release_ledger l JOIN release r ON r.id = l.release_id "
        "WHERE r.audience = 0 AND unit_code <> '' AND ' ' || items || ' ' NOT LIKE '% q1 %' AND "
        "(' ' || items || ' ' LIKE '% q2 %') = ?";
    sqlite3_stmt *st = NULL;
    sqlite3 *db = NULL;
    size_t count = 0;

    assert_int_equal(sqlite3_open(t->town.address, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, SQL, -1, &st, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_bind_int(st, 1, q2), SQLITE_OK);
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

/* The release that stands is made to tell q1 of the row; or as it was. */
static void tell(const struct audit_town *t, const struct withheld *w, bool told)
{
    char *sql =
        mem_printf("UPDATE release_ledger SET items = %s WHERE unit_code = '%s' AND kind = '%s' AND key = %s "
                   "AND release_id IN (SELECT id FROM release WHERE audience = 0)",
                   told ? "items || ' q1'" : "substr(items, 1, length(items) - 3)", w->unit, w->kind, w->key);

    run_sql(t, sql);
    free(sql);
}

static bool is_in_row(const struct withheld *w, const struct audit_pupil *p)
{
    const int64_t key = atoll(w->key);

    if (strcmp(AUDIT_TOWN_UNITS[p->unit], w->unit) != 0)
        return false;
    if (strcmp(w->kind, "grade") == 0)
        return p->grade == key;
    if (strcmp(w->kind, "class") == 0)
        return p->class == key;
    return strcmp(w->kind, "gender") != 0 || p->answer[AUDIT_TOWN_QUESTIONS - 1] == key;
}

/* Why a row is withheld for its own sake, if it is: of fewer than k, or all alike, or nobody gave a good
 * answer. */
enum row_secret { SECRET_NONE, SECRET_FEW, SECRET_ALIKE };

static enum row_secret secret_of(const struct audit_town *t, const struct withheld *w)
{
    int option[5] = {0}, n = 0, most = 0;

    for (size_t i = 0; i < t->pupils; i++) {
        const uint8_t answer = t->pupil[i].answer[0];

        if (!is_in_row(w, &t->pupil[i]) || answer == 0 || answer == ANSWER_DONT_KNOW)
            continue;
        n++;
        option[answer]++;
    }
    for (int i = 1; i <= 4; i++)
        most = option[i] > most ? option[i] : most;
    if (n < K)
        return SECRET_FEW;
    return most == n || option[3] + option[4] == 0 ? SECRET_ALIKE : SECRET_NONE;
}

/* ---- what the oracle says -------------------------------------------------------------------------------
 */

/* The cells of a municipality: class × gender. */
struct cells {
    struct audit_pupil one[AUDIT_EXACT_CELLS_MAX]; /* somebody as those of the cell */
    int count[AUDIT_EXACT_CELLS_MAX][AUDIT_EXACT_ANSWERS];
    size_t cells;
};

static size_t first_cell(struct cells *c, const struct audit_pupil *p)
{
    for (size_t i = 0; i < c->cells; i += GENDERS) {
        if (c->one[i].class == p->class)
            return i;
    }
    assert_true(c->cells + GENDERS <= AUDIT_EXACT_CELLS_MAX);
    for (uint8_t gender = 0; gender < GENDERS; gender++) {
        c->one[c->cells + gender] = *p;
        c->one[c->cells + gender].answer[AUDIT_TOWN_QUESTIONS - 1] = gender;
    }
    c->cells += GENDERS;
    return c->cells - GENDERS;
}

static void count_cells(const struct audit_town *t, struct cells *c)
{
    memset(c, 0, sizeof *c);
    for (size_t i = 0; i < t->pupils; i++) {
        const struct audit_pupil *p = &t->pupil[i];
        const uint8_t answer = p->answer[0];

        c->count[first_cell(c, p) + p->answer[AUDIT_TOWN_QUESTIONS - 1]][answer == 0 ? 5
                                                                         : answer == ANSWER_DONT_KNOW
                                                                             ? 4
                                                                             : answer - 1]++;
    }
}

static bool is_row_of_q1(const struct audit_row *r)
{
    return strcmp(r->text[AUDIT_QUESTION], "q1") == 0;
}

static void cells_of(const struct cells *c, const struct audit_row *r, bool *in)
{
    const struct audit_group g = audit_world_group_of(r, "");

    for (size_t i = 0; i < c->cells; i++)
        in[i] = audit_truth_in_group(&g, &c->one[i]);
}

/* What everybody knows: the shown rows, and how many responded. */
static struct audit_exact *know(struct cells *c, const struct audit_table *table)
{
    struct audit_exact *x = audit_exact_new(c->cells, c->count);
    bool in[AUDIT_EXACT_CELLS_MAX];

    for (size_t i = 0; i < table->rows; i++) {
        const struct audit_row *r = &table->row[i];

        cells_of(c, r, in);
        if (is_row_of_q1(r) && !isnan(r->figure[AUDIT_N]))
            audit_exact_show(x, in);
        else if (is_row_of_q1(r) && !isnan(r->figure[AUDIT_RESPONSES]))
            audit_exact_size(x, in);
    }
    return x;
}

static bool some_count_follows(struct audit_exact *x, const bool *in, unsigned answers)
{
    for (unsigned a = 1; a <= DONT_KNOW; a <<= 1) {
        if ((answers & a) != 0 && audit_exact_count(x, in, a) > 0 && audit_exact_determined(x, in, a))
            return true;
    }
    return false;
}

/* One count of a set of whom surely fewer than k chose an option; or vet ej, of whom fewer chose that or an
 * option. */
static bool count_of_few_follows(struct audit_exact *x, const bool *in)
{
    static const struct {
        unsigned counts, size;
    } OF[] = {{OPTIONS, OPTIONS}, {DONT_KNOW, OPTIONS | DONT_KNOW}};

    for (int i = 0; i < 2; i++) {
        const int n = audit_exact_count(x, in, OF[i].size);

        if (n < K && some_count_follows(x, in, OF[i].counts) && !audit_exact_can_be(x, in, OF[i].size, K - n))
            return true;
    }
    return false;
}

/* A withheld row: the same; or the whole of it, or that all gave one answer. */
static bool row_follows(struct audit_exact *x, const bool *in)
{
    int follow = 0, nobody = 0;

    for (unsigned a = 1; a < DONT_KNOW; a <<= 1) {
        const bool follows = audit_exact_determined(x, in, a);

        follow += follows;
        nobody += follows && audit_exact_count(x, in, a) == 0;
    }
    return (audit_exact_count(x, in, OPTIONS) > 0 && (follow == 4 || nobody == 3)) ||
           count_of_few_follows(x, in);
}

/* Some genders together in a class, a grade, the unit. */
static bool unions_follow(struct audit_exact *x, const struct cells *c, size_t class)
{
    const struct audit_pupil *p = &c->one[class];

    for (unsigned genders = 1; genders < 1U << GENDERS; genders++) {
        for (int wide = 0; wide < 3; wide++) {
            bool in[AUDIT_EXACT_CELLS_MAX];

            for (size_t i = 0; i < c->cells; i++)
                in[i] = (genders >> i % GENDERS & 1) != 0 && c->one[i].unit == p->unit &&
                        (wide == 2 || c->one[i].grade == p->grade) &&
                        (wide >= 1 || c->one[i].class == p->class);
            if (genders + 1 < 1U << GENDERS && count_of_few_follows(x, in))
                return true;
        }
    }
    return false;
}

static void read_progression(struct audit_run *run, const struct audit_export *e)
{
    struct err err = ERR_INIT;

    audit_run_init(run);
    if (!audit_run_read(run, "export", buf_str(&e->table[0]), e->table[0].bytes, &err))
        fail_msg("%s", err.text);
}

/* Whether, in whole numbers, something protected follows from the tables. */
static bool gives_away(const struct audit_town *t, const struct audit_export *e)
{
    static struct cells c;
    struct audit_exact *x;
    struct audit_run run;
    bool found = false;

    count_cells(t, &c);
    read_progression(&run, e);
    x = know(&c, &run.table);
    for (size_t i = 0; i < run.table.rows && !found; i++) {
        bool in[AUDIT_EXACT_CELLS_MAX];

        cells_of(&c, &run.table.row[i], in);
        found =
            is_row_of_q1(&run.table.row[i]) && isnan(run.table.row[i].figure[AUDIT_N]) && row_follows(x, in);
    }
    for (size_t i = 0; i < c.cells && !found; i += GENDERS)
        found = unions_follow(x, &c, i);
    audit_exact_free(x);
    audit_run_fini(&run);
    return found;
}

/* ---- all the rows ---------------------------------------------------------------------------------------
 */

/* Of rows released all the same, how many the attacker caught. */
struct score {
    size_t rows, caught;
};

static void print_score(const char *what, const struct score *s)
{
    print_message("%s: %zu rows, %zu caught\n", what, s->rows, s->caught);
}

static void release_row(const struct audit_town *t, const struct withheld *w, struct score scores[3])
{
    struct audit_export x;
    const struct audit_export *const one[] = {&x};
    struct score *s;
    char first[200];
    bool caught, away;

    tell(t, w, true);
    audit_town_export(t, RELEASE_INTERNAL, 1, &x);
    caught = audit_truth_attack(t, one, 1, K, 1, first) > 0;
    away = gives_away(t, &x);
    s = &scores[secret_of(t, w) != SECRET_NONE ? 0 : away ? 1 : 2];
    s->rows++;
    s->caught += caught;
    if (away && !caught)
        fail_msg("unit %s, %s %s gives something away and is not caught", w->unit, w->kind, w->key);
    audit_export_fini(&x);
    tell(t, w, false);
}

/*
 * Three classes of rows. Those that are secret themselves. Those withheld for others' sake that give
 * something away when they are shown: each of them is caught. And those of which the oracle says that nothing
 * protected follows: the attacker has nothing to catch there, unless of a union that has no name. The engine
 * withholds them all the same: as partners, so that the pattern does not tell which is the cause
 * (disclose_partner.h); it repairs one leak at a time and shows again, once, what turned out needless;
 * and it protects groups of fewer than k also where as far as anybody can know they may be more.
 */
static void a_row_released_all_the_same_is_caught(void **state)
{
    struct score scores[3] = {{.rows = 0}};

    (void)state;
    for (unsigned i = FIRST; i <= LAST; i++) {
        struct withheld list[12];
        struct audit_town t;
        size_t count;

        audit_town_make(&t, SEEDS * i, 1);
        count = find_withheld(&t, true, list, sizeof list / sizeof list[0]);
        for (size_t k = 0; k < count; k++)
            release_row(&t, &list[k], scores);
        audit_town_fini(&t);
    }
    print_score("secret themselves", &scores[0]);
    print_score("withheld for others' sake", &scores[1]);
    print_score("telling nothing", &scores[2]);
    assert_int_equal(scores[1].caught, scores[1].rows);
    assert_true(scores[1].rows > 30);
    assert_true(scores[2].rows < scores[1].rows);
}

/* Whether a row of q1 is found that all answered alike, or without a good answer. */
static bool is_alike_found(const struct audit_export *e)
{
    const struct audit_run_options o = {.attack = {.k = K}, .options = 4};
    struct audit_run run;
    struct err err = ERR_INIT;
    bool found = false;

    read_progression(&run, e);
    if (!audit_run_attack(&run, &o, &err))
        fail_msg("%s", err.text);
    for (size_t i = 0; i < run.findings.count; i++) {
        const struct audit_finding *f = &run.findings.at[i];

        found |= (f->what == AUDIT_OF_ALIKE || f->what == AUDIT_OF_GOOD) &&
                 strcmp(f->world->item[f->item].question, "q1") == 0;
    }
    audit_run_fini(&run);
    return found;
}

/* Releases each row of one answer of a municipality; how many there are. */
static size_t release_alike(const struct audit_town *t, bool q2)
{
    struct withheld list[40];
    const size_t count = find_withheld(t, q2, list, sizeof list / sizeof list[0]);
    size_t rows = 0;

    for (size_t k = 0; k < count; k++) {
        struct audit_export x;

        if (secret_of(t, &list[k]) != SECRET_ALIKE)
            continue;
        tell(t, &list[k], true);
        audit_town_export(t, RELEASE_INTERNAL, 1, &x);
        if (!is_alike_found(&x))
            fail_msg("unit %s, %s %s is shown and not caught", list[k].unit, list[k].kind, list[k].key);
        rows++;
        audit_export_fini(&x);
        tell(t, &list[k], false);
    }
    return rows;
}

/* What is withheld since all in it answered alike is found by itself, whatever else follows from it. */
static void a_row_of_one_answer_is_caught(void **state)
{
    size_t rows = 0;

    (void)state;
    for (unsigned i = FIRST; i <= LAST; i++) {
        struct audit_town t;

        audit_town_make(&t, SEEDS * i, 1);
        rows += release_alike(&t, false) + release_alike(&t, true);
        audit_town_fini(&t);
    }
    print_message("%zu rows of one answer\n", rows);
    assert_true(rows > 20);
}

/* What the engine shows gives nothing away in whole numbers either, where programs in fractions see bounds.
 */
static void whole_numbers_tell_no_more(void **state)
{
    (void)state;
    for (unsigned i = FIRST; i <= LAST; i++) {
        struct audit_export x;
        struct audit_town t;

        audit_town_make(&t, SEEDS * i, 1);
        audit_town_export(&t, RELEASE_INTERNAL, 1, &x);
        if (gives_away(&t, &x))
            fail_msg("municipality %u", i);
        audit_export_fini(&x);
        audit_town_fini(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_numbers_tell_no_more),
        cmocka_unit_test(a_row_released_all_the_same_is_caught),
        cmocka_unit_test(a_row_of_one_answer_is_caught),
    };

    return cmocka_run_group_tests(tests, audit_town_begin, NULL);
}
