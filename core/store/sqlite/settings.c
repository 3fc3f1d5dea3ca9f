/* The organisation and the settings. */

#include "core/store/sqlite/db.h"

#include "core/base/mem.h"

bool store_organisation(struct store *s, char **name, struct err *e)
{
    sqlite3_stmt *st;
    bool row;

    *name = NULL;
    if (!db_statement(s, SQL_ORGANISATION_GET, &st, e) || !db_step(s, st, &row, e))
        return false;
    if (row) {
        *name = mem_dup((const char *)sqlite3_column_text(st, 0));
        db_done(st);
    }
    return row || err_set(e, ERR_IO, "%s: the file is damaged (no organisation): restore a backup", s->path);
}

bool store_setting_get(struct store *s, const char *name, char **value, struct err *e)
{
    sqlite3_stmt *st;
    bool row;

    *value = NULL;
    if (!db_statement(s, SQL_SETTING_GET, &st, e))
        return false;
    db_text(st, 1, name);
    if (!db_step(s, st, &row, e))
        return false;
    if (row) {
        *value = mem_dup((const char *)sqlite3_column_text(st, 0));
        db_done(st);
    }
    return true;
}

bool store_setting_put(struct store *s, const char *name, const char *value, struct err *e)
{
    sqlite3_stmt *st;
    bool own;
    bool ok = false;

    if (!db_enter(s, &own, e))
        return false;
    if (db_statement(s, SQL_SETTING_PUT, &st, e)) {
        db_text(st, 1, name);
        db_text(st, 2, value);
        ok = db_run(s, st, e);
    }
    return db_leave(s, own, ok, e);
}
