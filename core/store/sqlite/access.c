/* Access points. */

#include "core/store/sqlite/db.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

static bool read_access(struct store *s, sqlite3_stmt *st, struct access *a, struct err *e)
{
    memset(a, 0, sizeof *a);
    db_copy_text(st, 0, a->code, sizeof a->code);
    db_copy_text(st, 1, a->round, sizeof a->round);
    db_copy_text(st, 2, a->unit_code, sizeof a->unit_code);
    a->group_id = sqlite3_column_int64(st, 3);
    return db_copy_bytes(s, st, 4, a->form_hash, sizeof a->form_hash, e);
}

static bool find_access(struct store *s, const char *code, struct access *out, bool *found, struct err *e)
{
    sqlite3_stmt *st;
    bool ok = true;

    if (!db_statement(s, SQL_ACCESS_FIND, &st, e))
        return false;
    db_text(st, 1, code);
    if (!db_step(s, st, found, e))
        return false;
    if (*found) {
        ok = read_access(s, st, out, e);
        db_done(st);
    }
    return ok;
}

/* The code is not in the message: it opens a class's form. */
bool store_access_find(struct store *s, const char *code, struct access *out, struct err *e)
{
    bool found;

    if (!find_access(s, code, out, &found, e))
        return false;
    return found || err_set(e, ERR_NOT_FOUND, "there is no link with this code");
}

static bool check_place(struct store *s, const struct access *a, struct err *e)
{
    struct unit u;
    struct group g;

    if (!store_unit_get(s, a->unit_code, &u, e))
        return false;
    if (a->group_id == 0)
        return true;
    if (!store_group_get(s, a->group_id, &g, e))
        return false;
    return strcmp(g.unit_code, a->unit_code) == 0 ||
           err_set(e, ERR_INPUT, "the class \"%s\" does not belong to the unit \"%s\"", g.name, a->unit_code);
}

bool store_access_add(struct store *s, const struct access *a, struct err *e)
{
    struct access taken;
    struct round_known *r;
    const struct round_form *f;
    sqlite3_stmt *st;
    bool found;
    bool own;
    bool ok = false;

    if (!db_enter(s, &own, e))
        return false;
    if (!find_access(s, a->code, &taken, &found, e) || !db_round(s, a->round, &r, e))
        goto out;
    f = db_form_by_hash(r, a->form_hash);
    if (found) {
        (void)err_set(e, ERR_CONFLICT, "the code of the link is taken");
        goto out;
    }
    if (f == NULL) {
        (void)err_set(e, ERR_NOT_FOUND, "the round %s does not have this form", a->round);
        goto out;
    }
    if (!check_place(s, a, e) || !db_statement(s, SQL_ACCESS_ADD, &st, e))
        goto out;
    db_text(st, 1, a->code);
    db_int(st, 2, r->id);
    db_text(st, 3, a->unit_code);
    db_int(st, 4, a->group_id);
    db_int(st, 5, f->id);
    ok = db_run(s, st, e);
out:
    return db_leave(s, own, ok, e);
}

bool store_access_remove(struct store *s, const char *code, struct err *e)
{
    struct access a;
    struct round r;
    sqlite3_stmt *st;
    bool own;
    bool ok = false;

    if (!db_enter(s, &own, e))
        return false;
    if (!store_access_find(s, code, &a, e) || !store_round_get(s, a.round, &r, e))
        goto out;
    if (r.state != ROUND_PLANNED) {
        (void)err_set(e, ERR_STATE, "the round %s is %s: its links stay", r.code, round_state_word(r.state));
        goto out;
    }
    if (!db_statement(s, SQL_ACCESS_REMOVE, &st, e))
        goto out;
    db_text(st, 1, code);
    ok = db_run(s, st, e);
out:
    return db_leave(s, own, ok, e);
}

bool store_access_list(struct store *s, const char *round, struct access **out, size_t *count, struct err *e)
{
    sqlite3_stmt *st;
    struct round_known *r;
    struct access *list = NULL;
    size_t n = 0;
    size_t room = 0;
    bool ok;
    bool row;

    *out = NULL;
    *count = 0;
    if (!db_round(s, round, &r, e) || !db_statement(s, SQL_ACCESS_LIST, &st, e))
        return false;
    db_text(st, 1, round);
    while ((ok = db_step(s, st, &row, e)) && row) {
        list = mem_room(list, n, &room, sizeof *list);
        if (!(ok = read_access(s, st, &list[n++], e))) {
            db_done(st);
            break;
        }
    }
    if (!ok) {
        free(list);
        return false;
    }
    *out = list;
    *count = n;
    return true;
}
