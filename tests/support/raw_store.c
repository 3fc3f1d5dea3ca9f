#include "tests/support/raw_store.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

static void must(bool ok, sqlite3 *db)
{
    if (!ok) {
        (void)fprintf(stderr, "raw_store: %s\n", sqlite3_errmsg(db));
        abort();
    }
}

static sqlite3 *open_raw(const char *address)
{
    sqlite3 *db = NULL;

    must(sqlite3_open(address, &db) == SQLITE_OK, db);
    return db;
}

int raw_exec(const char *address, const char *sql)
{
    sqlite3 *db = open_raw(address);
    int changes;

    must(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK, db);
    changes = sqlite3_changes(db);
    must(sqlite3_close(db) == SQLITE_OK, db);
    return changes;
}

/* ---- rows of sealed answers ---- */

struct row {
    int64_t id;
    uint8_t *classes, *answers;
    size_t count, bytes;
    size_t persons, questions; /* of a form of one length: bytes / persons */
};

static uint32_t number(const uint8_t *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static bool next_row(sqlite3_stmt *st, struct row *r)
{
    if (sqlite3_step(st) != SQLITE_ROW)
        return false;
    r->id = sqlite3_column_int64(st, 0);
    r->count = (size_t)sqlite3_column_bytes(st, 1) / 8;
    r->classes = (uint8_t *)mem_dup_bytes(sqlite3_column_blob(st, 1), r->count * 8);
    r->bytes = (size_t)sqlite3_column_bytes(st, 2);
    r->answers = (uint8_t *)mem_dup_bytes(sqlite3_column_blob(st, 2), r->bytes);
    r->persons = 0;
    for (size_t i = 0; i < r->count; i++)
        r->persons += number(r->classes + 8 * i + 4);
    r->questions = r->bytes / r->persons;
    return true;
}

static void free_row(struct row *r)
{
    free(r->classes);
    free(r->answers);
}

/* Each class into a row of its own, as the fifth schema had them. */
static void split(sqlite3 *db, const struct row *r)
{
    size_t first = 0;

    for (size_t i = 0; i < r->count; i++) {
        const int64_t group_id = number(r->classes + 8 * i);
        const size_t responses = number(r->classes + 8 * i + 4);
        uint8_t *own = mem_alloc(responses, r->questions);
        sqlite3_stmt *st = NULL;

        for (size_t q = 0; q < r->questions; q++)
            memcpy(own + q * responses, r->answers + q * r->persons + first, responses);
        must(sqlite3_prepare_v2(
                 db, "INSERT INTO sealed_block VALUES (?1, ?1 >> 48, ?1 >> 32 & 65535, ?2, ?3, ?4)", -1, &st,
                 NULL) == SQLITE_OK,
             db);
        (void)sqlite3_bind_int64(st, 1, (r->id >> 32 << 32) + group_id);
        (void)sqlite3_bind_int64(st, 2, group_id);
        (void)sqlite3_bind_int64(st, 3, (int64_t)responses);
        (void)sqlite3_bind_blob(st, 4, own, (int)(responses * r->questions), SQLITE_STATIC);
        must(sqlite3_step(st) == SQLITE_DONE, db);
        (void)sqlite3_finalize(st);
        free(own);
        first += responses;
    }
}

static void back_to_5(sqlite3 *db)
{
    static const char before[] =
        "CREATE TABLE sealed_block (id INTEGER PRIMARY KEY, round_id INTEGER NOT NULL, "
        "form_id INTEGER NOT NULL, group_id INTEGER NOT NULL, responses INTEGER NOT NULL, "
        "answers BLOB NOT NULL) STRICT";
    sqlite3_stmt *st = NULL;
    struct row r;

    must(sqlite3_exec(db, before, NULL, NULL, NULL) == SQLITE_OK, db);
    must(sqlite3_prepare_v2(db, "SELECT id, classes, answers FROM sealed_answers", -1, &st, NULL) ==
             SQLITE_OK,
         db);
    while (next_row(st, &r)) {
        split(db, &r);
        free_row(&r);
    }
    (void)sqlite3_finalize(st);
    must(sqlite3_exec(db, "DROP TABLE sealed_answers", NULL, NULL, NULL) == SQLITE_OK, db);
}

void raw_back_to(const char *address, int version)
{
    static const char to_3[] = "DROP TABLE release_table; DROP TABLE release_ledger; DROP TABLE release; "
                               "DROP TABLE target; DROP TABLE unit_succession";
    static const char to_1[] = "DROP TABLE one_time_code; DROP TABLE round_group";
    sqlite3 *db = open_raw(address);
    char *set = mem_printf("PRAGMA user_version = %d", version);

    must(version > 6 || sqlite3_exec(db, "DROP TABLE live_look", NULL, NULL, NULL) == SQLITE_OK, db);
    if (version < 6)
        back_to_5(db);
    must(version > 3 || sqlite3_exec(db, to_3, NULL, NULL, NULL) == SQLITE_OK, db);
    must(version > 1 || sqlite3_exec(db, to_1, NULL, NULL, NULL) == SQLITE_OK, db);
    must(sqlite3_exec(db, set, NULL, NULL, NULL) == SQLITE_OK, db);
    free(set);
    must(sqlite3_close(db) == SQLITE_OK, db);
}

/* ---- other answers ---- */

/* False when the class is not in the row. */
static bool change_row(struct row *r, int64_t group_id, uint8_t from, uint8_t to, int count)
{
    size_t first = 0;

    for (size_t i = 0; i < r->count; i++) {
        const size_t responses = number(r->classes + 8 * i + 4);

        for (size_t at = 0; number(r->classes + 8 * i) == group_id && at < responses * r->questions; at++) {
            uint8_t *answer = r->answers + at / responses * r->persons + first + at % responses;

            if (*answer == from && count-- > 0)
                *answer = to;
        }
        if (number(r->classes + 8 * i) == group_id)
            return true;
        first += responses;
    }
    return false;
}

static void write_answers(sqlite3 *db, const struct row *r)
{
    sqlite3_stmt *st = NULL;

    must(sqlite3_prepare_v2(db, "UPDATE sealed_answers SET answers = ?2 WHERE id = ?1", -1, &st, NULL) ==
             SQLITE_OK,
         db);
    (void)sqlite3_bind_int64(st, 1, r->id);
    (void)sqlite3_bind_blob(st, 2, r->answers, (int)r->bytes, SQLITE_STATIC);
    must(sqlite3_step(st) == SQLITE_DONE && sqlite3_changes(db) == 1, db);
    (void)sqlite3_finalize(st);
}

void raw_change_answers(const char *address, int64_t group_id, uint8_t from, uint8_t to, int count)
{
    sqlite3 *db = open_raw(address);
    sqlite3_stmt *st = NULL;
    bool changed = false;
    struct row r;

    must(sqlite3_prepare_v2(db, "SELECT id, classes, answers FROM sealed_answers", -1, &st, NULL) ==
             SQLITE_OK,
         db);
    while (!changed && next_row(st, &r)) {
        changed = change_row(&r, group_id, from, to, count);
        if (changed)
            write_answers(db, &r);
        free_row(&r);
    }
    (void)sqlite3_finalize(st);
    must(changed, db);
    must(sqlite3_close(db) == SQLITE_OK, db);
}
