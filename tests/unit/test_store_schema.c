/*
 * Goal: the schema explains itself and guards itself (every column commented, every table strict, every
 * handle with the settings that privacy and durability rest on), and no program works on a schema that it
 * does not know.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "core/store/sqlite/db.h"
#include "tests/support/raw_store.h"
#include "tests/support/store_check.h"
#include "tests/support/store_scene.h"

/* The first value that a statement gives, as text; the caller's. */
static char *ask(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *st = NULL;
    char *answer = NULL;

    if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    if (sqlite3_step(st) == SQLITE_ROW && sqlite3_column_type(st, 0) != SQLITE_NULL)
        answer = mem_dup((const char *)sqlite3_column_text(st, 0));
    (void)sqlite3_finalize(st);
    return answer;
}

static void answers(sqlite3 *db, const char *sql, const char *expected)
{
    char *got = ask(db, sql);

    if (got == NULL || strcmp(got, expected) != 0)
        fail_msg("%s: \"%s\" instead of \"%s\"", sql, got == NULL ? "nothing" : got, expected);
    free(got);
}

/* ---- tables ---- */

/* A line of CREATE TABLE that defines a column starts with its name in small letters. */
static void columns_have_comments(const char *table, const char *sql)
{
    for (const char *line = strchr(sql, '\n'); line != NULL; line = strchr(line, '\n')) {
        const char *end_of_line = strchr(++line, '\n');
        char *one = mem_dup_bytes(line, end_of_line == NULL ? strlen(line) : (size_t)(end_of_line - line));
        const char *word = one + strspn(one, " ");

        if (*word >= 'a' && *word <= 'z' && strstr(one, "-- ") == NULL)
            fail_msg("table %s: a column without a comment:%s", table, one);
        free(one);
    }
}

static void test_comments(void **state)
{
    struct scene *s = *state;
    sqlite3_stmt *st = NULL;
    int tables = 0;

    assert_int_equal(sqlite3_prepare_v2(s->store->db,
                                        "SELECT name, sql FROM sqlite_schema WHERE type = 'table'", -1, &st,
                                        NULL),
                     SQLITE_OK);
    while (sqlite3_step(st) == SQLITE_ROW) {
        columns_have_comments((const char *)sqlite3_column_text(st, 0),
                              (const char *)sqlite3_column_text(st, 1));
        tables++;
    }
    (void)sqlite3_finalize(st);
    assert_true(tables >= 12);
}

/* The list of all that is kept has every column once, each with its comment. */
static void test_fields(void **state)
{
    struct scene *s = *state;
    struct err e = ERR_INIT;
    struct store_field *f = NULL;
    size_t count = 0;
    char *columns =
        ask(s->store->db,
            "SELECT count(*) FROM sqlite_schema m JOIN pragma_table_info(m.name) WHERE m.type = 'table'");

    is_true(store_field_list(s->store, &f, &count, &e), &e);
    assert_int_equal(count, strtoul(columns, NULL, 10));
    assert_string_equal(f[0].table, "organisation");
    assert_string_equal(f[0].column, "id");
    assert_string_equal(f[0].comment, "one row");
    for (size_t i = 0; i < count; i++) {
        assert_true(strlen(f[i].comment) > 1);
        assert_true(strlen(f[i].comment) < sizeof f[i].comment - 4); /* not cut */
        if (strcmp(f[i].table, "round_secret") == 0 && strcmp(f[i].column, "box") == 0)
            assert_non_null(strstr(f[i].comment, "the key of this round's responses"));
        if (strcmp(f[i].table, "round_secret") == 0 && strcmp(f[i].column, "box") == 0)
            assert_non_null(strstr(f[i].comment, "destroyed when the round is sealed"));
        for (size_t k = 0; k < i; k++)
            assert_true(strcmp(f[k].table, f[i].table) != 0 || strcmp(f[k].column, f[i].column) != 0);
    }
    free(f);
    free(columns);
}

static void test_strict(void **state)
{
    struct scene *s = *state;

    answers(s->store->db,
            "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND NOT strict "
            "AND name NOT LIKE 'sqlite_%'",
            "0");
}

/* Nothing in `response` could say when or in which order. */
static void test_response_columns(void **state)
{
    struct scene *s = *state;

    answers(s->store->db, "SELECT group_concat(name) FROM pragma_table_info('response')",
            "round_id,key_hash,group_id,form_id,box");
    answers(s->store->db, "SELECT wr FROM pragma_table_list WHERE name = 'response'", "1");
}

/* ---- handles ---- */

static int option(const struct store *s, int which)
{
    int value = -1;

    assert_int_equal(sqlite3_db_config(s->db, which, -1, &value), SQLITE_OK);
    return value;
}

static void test_settings_of_handles(void **state)
{
    static const struct {
        const char *pragma, *value;
    } both[] = {
        {"PRAGMA journal_mode", "wal"},
        {"PRAGMA synchronous", "2"},
        {"PRAGMA foreign_keys", "1"},
        {"PRAGMA secure_delete", "1"},
        {"PRAGMA page_size", "8192"},
        {"PRAGMA busy_timeout", "5000"},
        {"PRAGMA application_id", "1414284337"},
        {"PRAGMA auto_vacuum", "0"},
    };
    struct scene *s = *state;

    for (int mode = STORE_READ; mode <= STORE_WRITE; mode++) {
        scene_reopen(s, (enum store_mode)mode);
        for (size_t i = 0; i < sizeof both / sizeof *both; i++)
            answers(s->store->db, both[i].pragma, both[i].value);
        answers(s->store->db, "PRAGMA query_only", mode == STORE_READ ? "1" : "0");
        answers(s->store->db, "PRAGMA cell_size_check", mode == STORE_READ ? "0" : "1");
        assert_int_equal(option(s->store, SQLITE_DBCONFIG_DEFENSIVE), 1);
        assert_int_equal(option(s->store, SQLITE_DBCONFIG_TRUSTED_SCHEMA), 0);
    }
}

/* Every SQL text can be prepared: a misspelt column shows here and not in October. */
static void test_texts(void **state)
{
    struct scene *s = *state;
    struct err e = ERR_INIT;
    sqlite3_stmt *st;

    for (int i = 0; i < SQL_COUNT; i++) {
        assert_non_null(sql_text[i]);
        is_true(db_statement(s->store, (enum sql)i, &st, &e), &e);
    }
}

/* ---- versions ---- */

static void set_version(struct scene *s, const char *pragma)
{
    struct err e = ERR_INIT;

    scene_reopen(s, STORE_WRITE);
    is_true(db_exec(s->store, pragma, &e), &e);
    store_close(s->store);
    s->store = NULL;
}

static void test_versions(void **state)
{
    struct scene *s = *state;
    struct err e = ERR_INIT;

    set_version(s, "PRAGMA user_version = 999");
    for (int mode = STORE_READ; mode <= STORE_WRITE; mode++) {
        assert_false(store_open(s->address, (enum store_mode)mode, &s->store, &e));
        assert_int_equal(e.kind, ERR_STATE);
        assert_non_null(strstr(e.text, "newer version"));
    }
}

static void test_older(void **state)
{
    struct scene *s = *state;
    struct err e = ERR_INIT;

    set_version(s, "PRAGMA user_version = 0");
    assert_false(store_open(s->address, STORE_READ, &s->store, &e));
    assert_int_equal(e.kind, ERR_STATE);
    assert_non_null(strstr(e.text, "older schema"));
    /* Writing brings it forward; its tables are there already, so that the first step fails, and leaves
     * nothing. */
    assert_false(store_open(s->address, STORE_WRITE, &s->store, &e));
    assert_non_null(strstr(e.text, "bringing the schema to version 1"));
    assert_null(s->store);
}

/* The frames of the log that whoever opens the store next has to read: those with the salt of its head. */
static size_t frames_in_log(const struct scene *s)
{
    enum { HEAD = 32, FRAME_HEAD = 24, PAGE = 8192, SALT = 8 };
    char *name = mem_printf("%s-wal", s->address);
    size_t bytes = 0, frames = 0;
    uint8_t *log = scene_file(name, &bytes);

    for (size_t at = HEAD; at + FRAME_HEAD + PAGE <= bytes; at += FRAME_HEAD + PAGE)
        frames += memcmp(log + at + 8, log + 16, SALT) == 0;
    free(log);
    free(name);
    return frames;
}

/* With another handle open, which could not empty it: as the analysis keeps its tallies. */
static void test_settled_log(void **state)
{
    enum { MANY = 1 << 20 };
    struct scene *s = *state;
    void *tally = mem_alloc(MANY, 1);
    struct store *other = NULL;
    struct err e = ERR_INIT;

    is_true(store_round_set_state(s->store, "2026-10", ROUND_CLOSED, &e), &e);
    is_true(store_round_seal(s->store, "2026-10", &e), &e);
    is_true(store_open(s->address, STORE_READ, &other, &e), &e);
    is_true(store_tally_put(s->store, "2026-10", s->form.hash, 1, tally, MANY, &e), &e);
    assert_true(frames_in_log(s) > MANY / 8192);
    is_true(store_settle(s->store, &e), &e);
    assert_true(frames_in_log(s) <= 1);
    store_close(other);
    free(tally);
}

static void back_to(struct scene *s, int version)
{
    store_close(s->store);
    s->store = NULL;
    raw_back_to(s->address, version);
}

/* A store of the first schema, with a round sealed then, is brought forward and loses nothing. */
static void test_from_first(void **state)
{
    struct scene *s = *state;
    struct err e = ERR_INIT;
    struct group *list = NULL;
    size_t count = 0;

    is_true(store_round_set_state(s->store, "2026-10", ROUND_CLOSED, &e), &e);
    is_true(store_round_seal(s->store, "2026-10", &e), &e);
    back_to(s, 1);
    assert_false(store_open(s->address, STORE_READ, &s->store, &e));
    is_true(store_open(s->address, STORE_WRITE, &s->store, &e), &e);
    is_true(store_round_groups(s->store, "2026-10", &list, &count, &e), &e);
    assert_int_equal(count, SCENE_GROUPS);
    assert_true(list[0].enrolled > 0);
    free(list);
}

/* A store of the third schema gets the tables of successions and targets, and keeps its units. */
static void test_from_third(void **state)
{
    struct scene *s = *state;
    const struct succession l = {.predecessor = "linden", .successor = "eken", .from = "2026-10"};
    struct err e = ERR_INIT;
    struct unit *list = NULL;
    size_t count = 0;
    enum store_change change;

    back_to(s, 3);
    is_true(store_open(s->address, STORE_WRITE, &s->store, &e), &e);
    is_true(store_unit_list(s->store, &list, &count, &e), &e);
    assert_int_equal(count, 2);
    free(list);
    is_true(store_succession_put(s->store, &l, &change, &e), &e);
    answers(s->store->db, "SELECT count(*) FROM target", "0");
}

struct read_back {
    size_t blocks;
    int64_t group[4];
    uint8_t answers[4][SCENE_QUESTIONS * 2]; /* of at most two persons */
};

static bool read_back(const struct block *b, void *arg, struct err *e)
{
    struct read_back *r = arg;

    (void)e;
    assert_true(r->blocks < 4 && b->responses <= 2);
    r->group[r->blocks] = b->group_id;
    for (size_t q = 0; q < b->questions; q++)
        memcpy(r->answers[r->blocks] + q * b->responses, b->answers + q * block_stride(b), b->responses);
    r->blocks++;
    return true;
}

static void add(struct scene *s, int64_t group_id, const uint8_t *answers, size_t responses)
{
    struct block b = {.round = "2026-10",
                      .group_id = group_id,
                      .questions = SCENE_QUESTIONS,
                      .responses = responses,
                      .answers = answers};
    struct err e = ERR_INIT;

    memcpy(b.form_hash, s->form.hash, FORM_HASH_BYTES);
    is_true(store_block_add(s->store, &b, &e), &e);
}

/* In the fifth schema each class of a sealed round had a row of its own. */
static void test_from_fifth(void **state)
{
    static const uint8_t one[SCENE_QUESTIONS] = {1, 2, 3, 4, 0, 255},
                         alike[SCENE_QUESTIONS * 2] = {4, 4, 3, 3, 255, 255, 0, 0, 1, 1, 2, 2};
    struct scene *s = *state;
    struct read_back r = {.blocks = 0};
    struct err e = ERR_INIT;

    add(s, s->group[2], alike, 2); /* so that shuffling changes nothing */
    add(s, s->group[0], one, 1);
    back_to(s, 5);
    assert_int_equal(raw_exec(s->address, "UPDATE sealed_block SET responses = responses"), 2);
    is_true(store_open(s->address, STORE_WRITE, &s->store, &e), &e);
    add(s, s->group[1], one, 1); /* goes between them */
    is_true(store_block_each(s->store, "2026-10", read_back, &r, &e), &e);
    assert_int_equal(r.blocks, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(r.group[i], s->group[i]);
        assert_memory_equal(r.answers[i], i == 2 ? alike : one, i == 2 ? sizeof alike : sizeof one);
    }
}

/* In the sixth schema nobody noted a look. */
static void test_from_sixth(void **state)
{
    struct scene *s = *state;
    struct err e = ERR_INIT;

    is_true(store_round_set_state(s->store, "2026-10", ROUND_CLOSED, &e), &e);
    back_to(s, 6);
    is_true(store_open(s->address, STORE_WRITE, &s->store, &e), &e);
    is_true(store_round_set_state(s->store, "2026-10", ROUND_OPEN, &e), &e);
    is_true(store_round_set_state(s->store, "2026-10", ROUND_CLOSED, &e), &e);
    is_true(store_round_look(s->store, "2026-10", &e), &e);
    answers(s->store->db, "SELECT count(*) FROM live_look JOIN round ON id = round_id", "1");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, scene_begin, scene_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_comments),
        TEST(test_fields),
        TEST(test_strict),
        TEST(test_response_columns),
        TEST(test_settings_of_handles),
        TEST(test_settled_log),
        TEST(test_texts),
        TEST(test_versions),
        TEST(test_older),
        TEST(test_from_first),
        TEST(test_from_third),
        TEST(test_from_fifth),
        TEST(test_from_sixth),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
