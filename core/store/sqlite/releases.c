/* What has been released: the ledger, and the tables that the collector shows. */

#include "core/store/sqlite/db.h"

#include <stdlib.h>

#include "core/base/mem.h"

void store_releases_free(struct release *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < list[i].rows; k++) {
            free(list[i].row[k].units);
            free(list[i].row[k].items);
        }
        free(list[i].row);
        free(list[i].tally);
    }
    free(list);
}

/* ---- the ledger
 * -------------------------------------------------------------------------------------------- */

static bool add_row(struct store *s, int64_t release, size_t number, const struct release_row *r,
                    struct err *e)
{
    sqlite3_stmt *st;

    if (!db_statement(s, SQL_RELEASE_ROW_ADD, &st, e))
        return false;
    db_int(st, 1, release);
    db_int(st, 2, (int64_t)number);
    db_text(st, 3, r->unit_code);
    db_text(st, 4, r->kind);
    db_int(st, 5, r->key);
    db_text(st, 6, r->units);
    db_text(st, 7, r->items);
    return db_run(s, st, e);
}

static bool add_release(struct store *s, const struct round_known *round, const struct round_form *f,
                        const struct release *r, int64_t *id, struct err *e)
{
    sqlite3_stmt *st;
    bool row;

    if (!db_statement(s, SQL_RELEASE_ADD, &st, e))
        return false;
    db_int(st, 1, round->id);
    db_int(st, 2, f->id);
    db_int(st, 3, r->audience);
    db_int(st, 4, r->layout);
    db_bytes(st, 5, r->tally, r->tally_bytes);
    if (!db_step(s, st, &row, e))
        return false;
    if (!row)
        return err_set(e, ERR_BUG, "%s: a row was added that has no number", s->path);
    *id = sqlite3_column_int64(st, 0);
    db_done(st);
    return true;
}

bool store_release_add(struct store *s, const char *round, const struct release *r, struct err *e)
{
    struct round_known *known;
    const struct round_form *f;
    int64_t id = 0;
    bool looked;
    bool own;
    bool ok = false;

    if (!db_enter(s, &own, e))
        return false;
    if (!db_round(s, round, &known, e) || !db_round_looked_at(s, known, &looked, e))
        goto out;
    f = db_form_by_hash(known, r->form_hash);
    if (known->round.state != ROUND_SEALED && (!looked || r->audience != RELEASE_INTERNAL))
        (void)err_set(e, ERR_STATE, "the round %s is not sealed: its results can still change", round);
    else if (f == NULL)
        (void)err_set(e, ERR_NOT_FOUND, "the round %s does not have this form", round);
    else
        ok = add_release(s, known, f, r, &id, e);
    for (size_t i = 0; ok && i < r->rows; i++)
        ok = add_row(s, id, i, &r->row[i], e);
out:
    return db_leave(s, own, ok, e);
}

static bool read_rows(struct store *s, int64_t release, struct release *out, struct err *e)
{
    size_t capacity = 0;
    sqlite3_stmt *st;
    bool row;
    bool ok;

    if (!db_statement(s, SQL_RELEASE_ROWS, &st, e))
        return false;
    db_int(st, 1, release);
    while ((ok = db_step(s, st, &row, e)) && row) {
        struct release_row *r;

        out->row = mem_room(out->row, out->rows, &capacity, sizeof *out->row);
        r = &out->row[out->rows++];
        db_copy_text(st, 0, r->unit_code, sizeof r->unit_code);
        db_copy_text(st, 1, r->kind, sizeof r->kind);
        r->key = sqlite3_column_int64(st, 2);
        r->units = mem_dup((const char *)sqlite3_column_text(st, 3));
        r->items = mem_dup((const char *)sqlite3_column_text(st, 4));
    }
    return ok;
}

/* The releases without their rows; their numbers in *ids. */
static bool read_releases(struct store *s, const char *round, struct release **list, int64_t **ids,
                          size_t *count, struct err *e)
{
    size_t capacity = 0, id_capacity = 0;
    sqlite3_stmt *st;
    bool row;
    bool ok;

    if (!db_statement(s, SQL_RELEASE_LIST, &st, e))
        return false;
    db_text(st, 1, round);
    while ((ok = db_step(s, st, &row, e)) && row) {
        struct release *r;

        *list = mem_room(*list, *count, &capacity, sizeof **list);
        *ids = mem_room(*ids, *count, &id_capacity, sizeof **ids);
        (*ids)[*count] = sqlite3_column_int64(st, 0);
        r = &(*list)[(*count)++];
        *r = (struct release){.audience = (enum release_audience)sqlite3_column_int(st, 2),
                              .layout = sqlite3_column_int(st, 3),
                              .tally_bytes = (size_t)sqlite3_column_bytes(st, 4)};
        r->tally = mem_dup_bytes(sqlite3_column_blob(st, 4), r->tally_bytes);
        if (!db_copy_bytes(s, st, 1, r->form_hash, sizeof r->form_hash, e)) {
            db_done(st);
            return false;
        }
    }
    return ok;
}

bool store_release_list(struct store *s, const char *round, struct release **out, size_t *count,
                        struct err *e)
{
    struct release *list = NULL;
    int64_t *ids = NULL;
    size_t found = 0;
    bool own;
    bool ok;

    *out = NULL;
    *count = 0;
    if (!db_enter_reading(s, &own, e))
        return false;
    ok = read_releases(s, round, &list, &ids, &found, e);
    for (size_t i = 0; ok && i < found; i++)
        ok = read_rows(s, ids[i], &list[i], e);
    db_leave_reading(s, own);
    free(ids);
    if (!ok) {
        store_releases_free(list, found);
        return false;
    }
    *out = list;
    *count = found;
    return true;
}

/* ---- the tables
 * -------------------------------------------------------------------------------------------- */

static void bind_place(sqlite3_stmt *st, const struct release_place *p)
{
    db_text(st, 1, p->round);
    db_int(st, 2, p->audience);
    db_text(st, 3, p->table);
    db_text(st, 4, p->unit_code);
}

bool store_release_table_put(struct store *s, const struct release_place *p, const char *text, struct err *e)
{
    sqlite3_stmt *st;
    bool own;
    bool ok = false;

    if (!db_enter(s, &own, e))
        return false;
    if (db_statement(s, SQL_RELEASE_TABLE_PUT, &st, e)) {
        bind_place(st, p);
        db_text(st, 5, text);
        ok = db_run(s, st, e);
    }
    return db_leave(s, own, ok, e);
}

bool store_release_table_get(struct store *s, const struct release_place *p, char **text, struct err *e)
{
    sqlite3_stmt *st;
    bool row;

    *text = NULL;
    if (!db_statement(s, SQL_RELEASE_TABLE_GET, &st, e))
        return false;
    bind_place(st, p);
    if (!db_step(s, st, &row, e))
        return false;
    if (row) {
        *text = mem_dup((const char *)sqlite3_column_text(st, 0));
        db_done(st);
    }
    return true;
}

bool store_release_tables_drop(struct store *s, const char *round, enum release_audience audience,
                               struct err *e)
{
    sqlite3_stmt *st;
    bool own;
    bool ok = false;

    if (!db_enter(s, &own, e))
        return false;
    if (db_statement(s, SQL_RELEASE_TABLES_DROP, &st, e)) {
        db_text(st, 1, round);
        db_int(st, 2, audience);
        ok = db_run(s, st, e);
    }
    return db_leave(s, own, ok, e);
}
