/* What units want to reach. */

#include "core/store/sqlite/db.h"

#include <string.h>

static void read_target(sqlite3_stmt *st, void *item)
{
    struct target *t = item;

    memset(t, 0, sizeof *t);
    db_copy_text(st, 0, t->unit_code, sizeof t->unit_code);
    db_copy_text(st, 1, t->form, sizeof t->form);
    db_copy_text(st, 2, t->dimension, sizeof t->dimension);
    db_copy_text(st, 3, t->question, sizeof t->question);
    db_copy_text(st, 4, t->round, sizeof t->round);
    t->measure = (enum target_measure)sqlite3_column_int(st, 5);
    t->direction = (enum target_direction)sqlite3_column_int(st, 6);
    t->value = sqlite3_column_double(st, 7);
}

static bool start(struct store *s, enum sql which, const struct target *t, sqlite3_stmt **st, struct err *e)
{
    if (!db_statement(s, which, st, e))
        return false;
    db_text(*st, 1, t->unit_code);
    db_text(*st, 2, t->form);
    db_text(*st, 3, t->dimension);
    db_text(*st, 4, t->question);
    db_text(*st, 5, t->round);
    return true;
}

static bool find_target(struct store *s, const struct target *t, struct target *out, bool *found,
                        struct err *e)
{
    sqlite3_stmt *st;

    if (!start(s, SQL_TARGET_GET, t, &st, e) || !db_step(s, st, found, e))
        return false;
    if (*found) {
        read_target(st, out);
        db_done(st);
    }
    return true;
}

static bool put_target(struct store *s, const struct target *t, struct err *e)
{
    sqlite3_stmt *st;

    if (!start(s, SQL_TARGET_PUT, t, &st, e))
        return false;
    db_int(st, 6, t->measure);
    db_int(st, 7, t->direction);
    (void)sqlite3_bind_double(st, 8, t->value);
    return db_run(s, st, e);
}

static bool same(const struct target *a, const struct target *b)
{
    return a->measure == b->measure && a->direction == b->direction && !(a->value < b->value) &&
           !(a->value > b->value);
}

bool store_target_put(struct store *s, const struct target *t, enum store_change *change, struct err *e)
{
    struct target old;
    struct unit u;
    bool own;
    bool ok = false;
    bool found;

    if (!db_enter(s, &own, e))
        return false;
    if (!store_unit_get(s, t->unit_code, &u, e) || !find_target(s, t, &old, &found, e))
        goto out;
    *change = !found ? STORE_ADDED : same(&old, t) ? STORE_SAME : STORE_CHANGED;
    ok = *change == STORE_SAME || put_target(s, t, e);
out:
    return db_leave(s, own, ok, e);
}

bool store_target_remove(struct store *s, const struct target *t, struct err *e)
{
    struct target old;
    sqlite3_stmt *st;
    bool own;
    bool ok = false;
    bool found;

    if (!db_enter(s, &own, e))
        return false;
    if (!find_target(s, t, &old, &found, e))
        goto out;
    ok = found ? start(s, SQL_TARGET_REMOVE, t, &st, e) && db_run(s, st, e)
               : err_set(e, ERR_NOT_FOUND, "unit %s has no such target in %s", t->unit_code, t->round);
out:
    return db_leave(s, own, ok, e);
}

bool store_target_list(struct store *s, struct target **out, size_t *count, struct err *e)
{
    sqlite3_stmt *st;
    void *list;

    *out = NULL;
    *count = 0;
    if (!db_statement(s, SQL_TARGET_LIST, &st, e) ||
        !db_list(s, st, sizeof **out, read_target, &list, count, e))
        return false;
    *out = list;
    return true;
}
