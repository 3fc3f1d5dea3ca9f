/* Which unit carries on which. */

#include "core/store/sqlite/db.h"

#include <string.h>

static void read_succession(sqlite3_stmt *st, void *item)
{
    struct succession *out = item;

    memset(out, 0, sizeof *out);
    db_copy_text(st, 0, out->predecessor, sizeof out->predecessor);
    db_copy_text(st, 1, out->successor, sizeof out->successor);
    db_copy_text(st, 2, out->from, sizeof out->from);
}

static bool find_succession(struct store *s, const struct succession *l, struct succession *out, bool *found,
                            struct err *e)
{
    sqlite3_stmt *st;

    if (!db_statement(s, SQL_SUCCESSION_GET, &st, e))
        return false;
    db_text(st, 1, l->predecessor);
    db_text(st, 2, l->successor);
    if (!db_step(s, st, found, e))
        return false;
    if (*found) {
        read_succession(st, out);
        db_done(st);
    }
    return true;
}

static bool run(struct store *s, enum sql which, const struct succession *l, struct err *e)
{
    sqlite3_stmt *st;

    if (!db_statement(s, which, &st, e))
        return false;
    db_text(st, 1, l->predecessor);
    db_text(st, 2, l->successor);
    if (which == SQL_SUCCESSION_PUT)
        db_text(st, 3, l->from);
    return db_run(s, st, e);
}

bool store_succession_put(struct store *s, const struct succession *l, enum store_change *change,
                          struct err *e)
{
    struct succession old;
    struct unit u;
    bool own;
    bool ok = false;
    bool found;

    if (!db_enter(s, &own, e))
        return false;
    if (!store_unit_get(s, l->predecessor, &u, e) || !store_unit_get(s, l->successor, &u, e) ||
        !find_succession(s, l, &old, &found, e))
        goto out;
    *change = !found ? STORE_ADDED : strcmp(old.from, l->from) != 0 ? STORE_CHANGED : STORE_SAME;
    ok = *change == STORE_SAME || run(s, SQL_SUCCESSION_PUT, l, e);
out:
    return db_leave(s, own, ok, e);
}

bool store_succession_remove(struct store *s, const char *predecessor, const char *successor, struct err *e)
{
    struct succession l = {.from = ""};
    struct succession old;
    bool own;
    bool ok = false;
    bool found;

    if (strlen(predecessor) >= sizeof l.predecessor || strlen(successor) >= sizeof l.successor)
        return err_set(e, ERR_NOT_FOUND, "there is no such unit");
    memcpy(l.predecessor, predecessor, strlen(predecessor) + 1);
    memcpy(l.successor, successor, strlen(successor) + 1);
    if (!db_enter(s, &own, e))
        return false;
    if (!find_succession(s, &l, &old, &found, e))
        goto out;
    ok = found ? run(s, SQL_SUCCESSION_REMOVE, &l, e)
               : err_set(e, ERR_NOT_FOUND, "unit %s does not carry on unit %s", successor, predecessor);
out:
    return db_leave(s, own, ok, e);
}

bool store_succession_list(struct store *s, struct succession **out, size_t *count, struct err *e)
{
    sqlite3_stmt *st;
    void *list;

    *out = NULL;
    *count = 0;
    if (!db_statement(s, SQL_SUCCESSION_LIST, &st, e) ||
        !db_list(s, st, sizeof **out, read_succession, &list, count, e))
        return false;
    *out = list;
    return true;
}
