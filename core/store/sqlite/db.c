#include "core/store/sqlite/db.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

/* What the reader of the message can do about it decides the kind. */
bool db_fail(struct store *s, int rc, const char *doing, struct err *e)
{
    int basic = rc & 0xff;
    const char *why = s->db == NULL ? sqlite3_errstr(rc) : sqlite3_errmsg(s->db);

    if (basic == SQLITE_FULL ||
        (basic == SQLITE_IOERR && s->db != NULL && sqlite3_system_errno(s->db) == ENOSPC))
        return err_set(e, ERR_LIMIT, "%s: the disk is full while %s: make room and try again", s->path,
                       doing);
    if (basic == SQLITE_BUSY || basic == SQLITE_LOCKED)
        return err_set(e, ERR_BUSY, "%s: another program holds the store while %s: try again", s->path,
                       doing);
    if (basic == SQLITE_NOTADB)
        return err_set(e, ERR_STATE, "%s: is not a store of this program", s->path);
    if (basic == SQLITE_CORRUPT)
        return err_set(e, ERR_IO, "%s: the file is damaged (%s while %s): restore a backup", s->path, why,
                       doing);
    if (basic == SQLITE_READONLY || basic == SQLITE_PERM || basic == SQLITE_AUTH)
        return err_set(e, ERR_IO,
                       "%s: may not be written while %s (%s): check the rights of the file and its folder",
                       s->path, doing, why);
    if (rc == SQLITE_CONSTRAINT_FOREIGNKEY)
        return err_set(e, ERR_NOT_FOUND, "what this belongs to is not in the store");
    if (rc == SQLITE_CONSTRAINT_PRIMARYKEY || rc == SQLITE_CONSTRAINT_UNIQUE || rc == SQLITE_CONSTRAINT_ROWID)
        return err_set(e, ERR_CONFLICT, "it is in the store already");
    if (basic == SQLITE_CONSTRAINT)
        return err_set(e, ERR_INPUT, "the store does not take this value (%s)", why);
    return err_set(e, ERR_IO, "%s: %s failed: %s", s->path, doing, why);
}

bool db_exec(struct store *s, const char *text, struct err *e)
{
    int rc = sqlite3_exec(s->db, text, NULL, NULL, NULL);

    return rc == SQLITE_OK || db_fail(s, rc, text, e);
}

bool db_statement(struct store *s, enum sql which, sqlite3_stmt **out, struct err *e)
{
    int rc;

    *out = NULL;
    if (s->statement[which] == NULL) {
        rc = sqlite3_prepare_v3(s->db, sql_text[which], -1, SQLITE_PREPARE_PERSISTENT, &s->statement[which],
                                NULL);
        if (rc != SQLITE_OK)
            return db_fail(s, rc, "reading or writing", e);
    }
    *out = s->statement[which];
    return true;
}

/* A bind fails only on a wrong position or out of memory; the column then gets NULL and the schema refuses
 * it. */
void db_int(sqlite3_stmt *st, int at, int64_t value)
{
    (void)sqlite3_bind_int64(st, at, value);
}

void db_text(sqlite3_stmt *st, int at, const char *value)
{
    (void)sqlite3_bind_text(st, at, value, -1, SQLITE_STATIC);
}

void db_bytes(sqlite3_stmt *st, int at, const void *value, size_t bytes)
{
    (void)sqlite3_bind_blob64(st, at, value, bytes, SQLITE_STATIC);
}

void db_done(sqlite3_stmt *st)
{
    if (st != NULL) {
        (void)sqlite3_reset(st);
        (void)sqlite3_clear_bindings(st);
    }
}

bool db_step(struct store *s, sqlite3_stmt *st, bool *row, struct err *e)
{
    int rc = sqlite3_step(st);

    *row = rc == SQLITE_ROW;
    if (*row)
        return true;
    if (rc != SQLITE_DONE)
        (void)db_fail(s, sqlite3_extended_errcode(s->db), "reading or writing", e);
    db_done(st);
    return rc == SQLITE_DONE;
}

bool db_run(struct store *s, sqlite3_stmt *st, struct err *e)
{
    bool row;

    if (!db_step(s, st, &row, e))
        return false;
    if (row)
        db_done(st);
    return true;
}

bool db_list(struct store *s, sqlite3_stmt *st, size_t item_bytes, void (*read)(sqlite3_stmt *st, void *item),
             void **list, size_t *count, struct err *e)
{
    char *items = NULL;
    size_t n = 0;
    size_t room = 0;
    bool ok;
    bool row;

    while ((ok = db_step(s, st, &row, e)) && row) {
        items = mem_room(items, n, &room, item_bytes);
        read(st, items + item_bytes * n++);
    }
    if (!ok) {
        free(items);
        return false;
    }
    *list = items;
    *count = n;
    return true;
}

void db_copy_text(sqlite3_stmt *st, int column, char *out, size_t size)
{
    const void *from = sqlite3_column_blob(st, column);
    size_t bytes = (size_t)sqlite3_column_bytes(st, column);

    if (bytes > size - 1)
        bytes = size - 1;
    if (bytes > 0)
        memcpy(out, from, bytes);
    out[bytes] = '\0';
}

bool db_copy_bytes(struct store *s, sqlite3_stmt *st, int column, void *out, size_t bytes, struct err *e)
{
    const void *from = sqlite3_column_blob(st, column);

    if ((size_t)sqlite3_column_bytes(st, column) != bytes)
        return err_set(e, ERR_IO, "%s: the file is damaged (a value has another length): restore a backup",
                       s->path);
    memcpy(out, from, bytes);
    return true;
}

/* ---- transactions
 * ------------------------------------------------------------------------------------------ */

static bool run(struct store *s, enum sql which, struct err *e)
{
    sqlite3_stmt *st;

    return db_statement(s, which, &st, e) && db_run(s, st, e);
}

bool store_begin(struct store *s, struct err *e)
{
    if (s->in_transaction)
        return err_set(e, ERR_BUG, "a transaction within a transaction");
    if (s->broken)
        return err_set(e, ERR_STATE, "%s: a commit has failed: close the store and open it again", s->path);
    if (!run(s, s->mode == STORE_WRITE ? SQL_BEGIN_WRITE : SQL_BEGIN_READ, e))
        return false;
    s->in_transaction = true;
    s->epoch++;
    return true;
}

/* After a failed commit nobody knows what the disk has. The log must not be carried over into the database by
 * the closing of this handle. */
static void give_up(struct store *s)
{
    s->broken = true;
    (void)sqlite3_db_config(s->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
}

bool store_commit(struct store *s, struct err *e)
{
    if (!s->in_transaction)
        return err_set(e, ERR_BUG, "a commit without a transaction");
    s->in_transaction = false;
    s->epoch++;
    if (sqlite3_get_autocommit(s->db) != 0) {
        give_up(s);
        return err_set(e, ERR_IO, "%s: the transaction was taken back after an earlier fault", s->path);
    }
    if (run(s, SQL_COMMIT, e))
        return true;
    give_up(s);
    if (sqlite3_get_autocommit(s->db) == 0)
        (void)sqlite3_exec(s->db, sql_text[SQL_ROLLBACK], NULL, NULL, NULL);
    return false;
}

void store_rollback(struct store *s)
{
    struct err ignored = ERR_INIT;

    if (s->in_transaction && sqlite3_get_autocommit(s->db) == 0 && !run(s, SQL_ROLLBACK, &ignored))
        give_up(s);
    if (s->in_transaction)
        db_rounds_forget(s);
    s->in_transaction = false;
    s->epoch++;
}

bool db_enter(struct store *s, bool *own, struct err *e)
{
    *own = !s->in_transaction;
    if (s->mode != STORE_WRITE)
        return err_set(e, ERR_BUG, "a write through a handle that only reads");
    if (*own)
        return store_begin(s, e);
    /* A fault may have ended the caller's transaction; a write would then stand alone. */
    if (sqlite3_get_autocommit(s->db) != 0)
        return err_set(e, ERR_IO, "%s: the transaction was taken back after an earlier fault", s->path);
    return run(s, SQL_SAVEPOINT, e);
}

bool db_leave(struct store *s, bool own, bool ok, struct err *e)
{
    struct err ignored = ERR_INIT;

    if (own && ok)
        return store_commit(s, e);
    if (own) {
        store_rollback(s);
        return false;
    }
    if (ok)
        return run(s, SQL_SAVEPOINT_RELEASE, e);
    db_rounds_forget(s);
    if (sqlite3_get_autocommit(s->db) == 0 &&
        (!run(s, SQL_SAVEPOINT_ROLLBACK, &ignored) || !run(s, SQL_SAVEPOINT_RELEASE, &ignored)))
        (void)sqlite3_exec(s->db, sql_text[SQL_ROLLBACK], NULL, NULL, NULL);
    return false;
}

bool db_enter_reading(struct store *s, bool *own, struct err *e)
{
    *own = !s->in_transaction;
    if (!*own)
        return true;
    if (!run(s, SQL_BEGIN_READ, e))
        return false;
    s->in_transaction = true;
    s->epoch++;
    return true;
}

void db_leave_reading(struct store *s, bool own)
{
    struct err ignored = ERR_INIT;

    if (!own)
        return;
    (void)run(s, SQL_COMMIT, &ignored);
    s->in_transaction = false;
    s->epoch++;
}
