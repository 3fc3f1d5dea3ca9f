/* Rounds, the forms they pin, and their keys. */

#include "core/store/sqlite/db.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/store/keys.h"

static void read_round(sqlite3_stmt *st, void *item)
{
    struct round *r = item;

    memset(r, 0, sizeof *r);
    db_copy_text(st, 1, r->code, sizeof r->code);
    r->state = (enum round_state)sqlite3_column_int(st, 2);
    r->opens_s = sqlite3_column_int64(st, 3);
    r->closes_s = sqlite3_column_int64(st, 4);
}

static bool find_round(struct store *s, const char *code, int64_t *id, struct round *out, bool *found,
                       struct err *e)
{
    sqlite3_stmt *st;

    if (!db_statement(s, SQL_ROUND_GET, &st, e))
        return false;
    db_text(st, 1, code);
    if (!db_step(s, st, found, e))
        return false;
    if (*found) {
        if (id != NULL)
            *id = sqlite3_column_int64(st, 0);
        read_round(st, out);
        db_done(st);
    }
    return true;
}

static bool no_round(const char *code, struct err *e)
{
    return err_set(e, ERR_NOT_FOUND, "there is no round \"%s\": add it with \"round add\"", code);
}

bool store_round_get(struct store *s, const char *code, struct round *out, struct err *e)
{
    bool found;

    if (!find_round(s, code, NULL, out, &found, e))
        return false;
    return found || no_round(code, e);
}

bool store_round_list(struct store *s, struct round **out, size_t *count, struct err *e)
{
    sqlite3_stmt *st;
    void *list;

    *out = NULL;
    *count = 0;
    if (!db_statement(s, SQL_ROUND_LIST, &st, e) ||
        !db_list(s, st, sizeof **out, read_round, &list, count, e))
        return false;
    *out = list;
    return true;
}

/* ---- what the driver knows of a round
 * ---------------------------------------------------------------------- */

static bool read_forms(struct store *s, struct round_known *r, struct err *e)
{
    sqlite3_stmt *st;
    size_t room = 0;
    bool ok;
    bool row;

    if (!db_statement(s, SQL_ROUND_FORM_KEYS, &st, e))
        return false;
    db_int(st, 1, r->id);
    while ((ok = db_step(s, st, &row, e)) && row) {
        struct round_form *f;

        r->form = mem_room(r->form, r->forms, &room, sizeof *r->form);
        f = &r->form[r->forms++];
        f->id = sqlite3_column_int64(st, 0);
        f->questions = (size_t)sqlite3_column_int64(st, 2);
        if (!db_copy_bytes(s, st, 1, f->hash, sizeof f->hash, e)) {
            db_done(st);
            return false;
        }
    }
    return ok;
}

void db_round_forget_keys(struct round_known *r)
{
    r->keyed = false;
    secret_wipe(&r->answer_key, sizeof r->answer_key);
    secret_wipe(&r->hash_key, sizeof r->hash_key);
}

void db_rounds_forget(struct store *s)
{
    for (size_t i = 0; i < s->rounds; i++) {
        db_round_forget_keys(&s->round[i]);
        free(s->round[i].form);
    }
    s->rounds = 0;
}

bool db_round(struct store *s, const char *code, struct round_known **out, struct err *e)
{
    struct round_known fresh = {.epoch = s->epoch};
    struct round_known *r = NULL;
    bool found;

    for (size_t i = 0; i < s->rounds && r == NULL; i++)
        if (strcmp(s->round[i].round.code, code) == 0)
            r = &s->round[i];
    if (r != NULL && s->in_transaction && r->epoch == s->epoch) {
        *out = r;
        return true;
    }
    if (!find_round(s, code, &fresh.id, &fresh.round, &found, e))
        return false;
    if (!found)
        return no_round(code, e);
    if (r == NULL) {
        if (!read_forms(s, &fresh, e)) {
            free(fresh.form);
            return false;
        }
        s->round = mem_room(s->round, s->rounds, &s->round_room, sizeof *s->round);
        r = &s->round[s->rounds++];
        *r = fresh;
    }
    r->round = fresh.round;
    r->epoch = s->epoch;
    if (r->round.state == ROUND_SEALED && r->keyed)
        db_round_forget_keys(r);
    *out = r;
    return true;
}

static bool read_answer_key(struct store *s, struct round_known *r, struct err *e)
{
    sqlite3_stmt *st;
    bool row;
    bool ok;

    if (!db_statement(s, SQL_ROUND_SECRET_GET, &st, e))
        return false;
    db_int(st, 1, r->id);
    if (!db_step(s, st, &row, e))
        return false;
    ok = row && keys_unwrap(&s->server, r->round.code, sqlite3_column_blob(st, 0),
                            (size_t)sqlite3_column_bytes(st, 0), &r->answer_key);
    if (row)
        db_done(st);
    return ok ||
           err_set(e, ERR_IO, "%s: the file is damaged (the key of round %s does not open): restore a backup",
                   s->path, r->round.code);
}

bool db_round_answer_key(struct store *s, struct round_known *r, struct err *e)
{
    return r->keyed || read_answer_key(s, r, e);
}

bool db_round_keys(struct store *s, struct round_known *r, struct err *e)
{
    bool ok;

    if (r->keyed)
        return true;
    if (!read_answer_key(s, r, e))
        return false;
    ok = s->mode == STORE_WRITE ? keys_round_make(s->path, r->round.code, &r->hash_key, e)
                                : keys_round_load(s->path, r->round.code, &r->hash_key, e);
    r->keyed = ok;
    return ok;
}

const struct round_form *db_form_by_hash(const struct round_known *r, const uint8_t *hash)
{
    for (size_t i = 0; i < r->forms; i++)
        if (memcmp(r->form[i].hash, hash, FORM_HASH_BYTES) == 0)
            return &r->form[i];
    return NULL;
}

const struct round_form *db_form_by_id(const struct round_known *r, int64_t id)
{
    for (size_t i = 0; i < r->forms; i++)
        if (r->form[i].id == id)
            return &r->form[i];
    return NULL;
}

/* ---- adding
 * ------------------------------------------------------------------------------------------------- */

static bool pin_form(struct store *s, int64_t round_id, const struct form *f, struct err *e)
{
    sqlite3_stmt *st;
    int64_t id = 0;
    bool row;

    if (!db_statement(s, SQL_FORM_FIND, &st, e))
        return false;
    db_bytes(st, 1, f->hash, sizeof f->hash);
    if (!db_step(s, st, &row, e))
        return false;
    if (row) {
        id = sqlite3_column_int64(st, 0);
        db_done(st);
    } else {
        if (!db_statement(s, SQL_FORM_ADD, &st, e))
            return false;
        db_text(st, 1, f->id);
        db_int(st, 2, f->version);
        db_bytes(st, 3, f->hash, sizeof f->hash);
        db_int(st, 4, f->questions);
        db_bytes(st, 5, f->source, f->source_bytes);
        if (!db_run(s, st, e))
            return false;
        id = sqlite3_last_insert_rowid(s->db);
    }
    if (!db_statement(s, SQL_ROUND_FORM_ADD, &st, e))
        return false;
    db_int(st, 1, round_id);
    db_int(st, 2, id);
    return db_run(s, st, e);
}

static bool add_secret(struct store *s, int64_t round_id, const char *code, struct err *e)
{
    struct secret answer_key;
    struct secret hash_key;
    uint8_t box[KEYS_BOX_BYTES];
    sqlite3_stmt *st;

    /* Before the commit: an open round without its hash key would count a page twice after a restart. */
    if (!keys_round_make(s->path, code, &hash_key, e))
        return false;
    secret_wipe(&hash_key, sizeof hash_key);
    secret_random(answer_key.bytes, sizeof answer_key.bytes);
    keys_wrap(&s->server, code, &answer_key, box);
    secret_wipe(&answer_key, sizeof answer_key);
    if (!db_statement(s, SQL_ROUND_SECRET_ADD, &st, e))
        return false;
    db_int(st, 1, round_id);
    db_bytes(st, 2, box, sizeof box);
    return db_run(s, st, e);
}

bool store_round_add(struct store *s, const struct round *r, const struct form *const *forms,
                     size_t form_count, struct err *e)
{
    struct round old;
    sqlite3_stmt *st;
    int64_t id;
    bool found;
    bool own;
    bool ok = false;

    if (form_count == 0)
        return err_set(e, ERR_INPUT, "the round %s needs at least one form", r->code);
    if (r->closes_s <= r->opens_s)
        return err_set(e, ERR_INPUT, "the round %s would close before it opens", r->code);
    if (!db_enter(s, &own, e))
        return false;
    if (!find_round(s, r->code, NULL, &old, &found, e))
        goto out;
    if (found) {
        (void)err_set(e, ERR_CONFLICT, "the round %s exists already", r->code);
        goto out;
    }
    if (!db_statement(s, SQL_ROUND_ADD, &st, e))
        goto out;
    db_text(st, 1, r->code);
    db_int(st, 2, r->opens_s);
    db_int(st, 3, r->closes_s);
    if (!db_run(s, st, e))
        goto out;
    id = sqlite3_last_insert_rowid(s->db);
    for (size_t i = 0; i < form_count; i++)
        if (!pin_form(s, id, forms[i], e))
            goto out;
    ok = add_secret(s, id, r->code, e);
out:
    return db_leave(s, own, ok, e);
}

/* ---- states and times
 * ---------------------------------------------------------------------------------------- */

static bool may_go(enum round_state from, enum round_state to)
{
    return (from == ROUND_PLANNED && to == ROUND_OPEN) || (from == ROUND_PLANNED && to == ROUND_CLOSED) ||
           (from == ROUND_OPEN && to == ROUND_CLOSED) || (from == ROUND_CLOSED && to == ROUND_OPEN);
}

static bool run_for_round(struct store *s, enum sql which, int64_t id, struct err *e)
{
    sqlite3_stmt *st;

    if (!db_statement(s, which, &st, e))
        return false;
    db_int(st, 1, id);
    return db_run(s, st, e);
}

bool db_round_looked_at(struct store *s, const struct round_known *r, bool *looked, struct err *e)
{
    sqlite3_stmt *st;

    if (!db_statement(s, SQL_LIVE_LOOK_GET, &st, e))
        return false;
    db_int(st, 1, r->id);
    if (!db_step(s, st, looked, e))
        return false;
    if (*looked)
        db_done(st);
    return true;
}

static bool check_way(struct store *s, const struct round_known *r, enum round_state to, struct err *e)
{
    const char *code = r->round.code;
    bool looked = false;

    if (!may_go(r->round.state, to))
        return err_set(e, ERR_STATE, "the round %s is %s and can not become %s", code,
                       round_state_word(r->round.state), round_state_word(to));
    if (r->round.state == ROUND_CLOSED && to == ROUND_OPEN && !db_round_looked_at(s, r, &looked, e))
        return false;
    return !looked || err_set(e, ERR_STATE,
                              "the round %s was looked at with --live since it closed, and can not be opened "
                              "again: what came in now would be told by the next look beside that one: seal "
                              "it with \"round seal\"",
                              code);
}

static bool write_state(struct store *s, struct round_known *r, enum round_state state, struct err *e)
{
    sqlite3_stmt *st;

    if (!db_statement(s, SQL_ROUND_SET_STATE, &st, e))
        return false;
    db_int(st, 1, r->id);
    db_int(st, 2, state);
    if (!db_run(s, st, e))
        return false;
    r->round.state = state;
    return true;
}

bool store_round_set_state(struct store *s, const char *code, enum round_state state, struct err *e)
{
    struct round_known *r;
    bool own;
    bool ok;

    if (!db_enter(s, &own, e))
        return false;
    ok = db_round(s, code, &r, e) && check_way(s, r, state, e) && write_state(s, r, state, e);
    return db_leave(s, own, ok, e);
}

/* The round's classes as they are now; those of a look as they were then. */
static bool pin_groups(struct store *s, const struct round_known *r, struct err *e)
{
    sqlite3_stmt *st;

    if (!db_statement(s, SQL_ROUND_GROUPS_PIN, &st, e))
        return false;
    db_int(st, 1, r->id);
    db_int(st, 2, round_school_year(r->round.code));
    return db_run(s, st, e);
}

bool store_round_look(struct store *s, const char *code, struct err *e)
{
    struct round_known *r;
    bool own;
    bool ok;

    if (!db_enter(s, &own, e))
        return false;
    ok = db_round(s, code, &r, e);
    if (ok && r->round.state != ROUND_CLOSED)
        ok = err_set(e, ERR_STATE, "the round %s is %s, not closed", code, round_state_word(r->round.state));
    ok = ok && run_for_round(s, SQL_LIVE_LOOK_ADD, r->id, e) && pin_groups(s, r, e);
    return db_leave(s, own, ok, e);
}

bool store_round_set_times(struct store *s, const char *code, int64_t opens_s, int64_t closes_s,
                           struct err *e)
{
    struct round_known *r;
    sqlite3_stmt *st;
    bool own;
    bool ok = false;

    if (closes_s <= opens_s)
        return err_set(e, ERR_INPUT, "the round %s would close before it opens", code);
    if (!db_enter(s, &own, e))
        return false;
    if (!db_round(s, code, &r, e) || !db_statement(s, SQL_ROUND_SET_TIMES, &st, e))
        goto out;
    if (r->round.state == ROUND_SEALED) {
        (void)err_set(e, ERR_STATE, "the round %s is sealed: its times stand", code);
        goto out;
    }
    db_int(st, 1, r->id);
    db_int(st, 2, opens_s);
    db_int(st, 3, closes_s);
    ok = db_run(s, st, e);
    r->round.opens_s = opens_s;
    r->round.closes_s = closes_s;
out:
    return db_leave(s, own, ok, e);
}

bool db_tallies_drop(struct store *s, const struct round_known *r, struct err *e)
{
    return run_for_round(s, SQL_TALLY_DESTROY, r->id, e);
}

bool db_round_end(struct store *s, struct round_known *r, struct err *e)
{
    return pin_groups(s, r, e) && run_for_round(s, SQL_ROUND_ENROLLED_PIN, r->id, e) &&
           run_for_round(s, SQL_RESPONSE_DESTROY, r->id, e) && run_for_round(s, SQL_CODE_DESTROY, r->id, e) &&
           run_for_round(s, SQL_ROUND_SECRET_DESTROY, r->id, e) &&
           run_for_round(s, SQL_TALLY_DESTROY, r->id, e) && write_state(s, r, ROUND_SEALED, e);
}

/* ---- pinned forms
 * --------------------------------------------------------------------------------------------- */

void pinned_forms_free(struct pinned_form *forms, size_t count)
{
    for (size_t i = 0; forms != NULL && i < count; i++)
        free(forms[i].source);
    free(forms);
}

static bool list_forms(struct store *s, sqlite3_stmt *st, struct pinned_form **out, size_t *count,
                       struct err *e)
{
    struct pinned_form *list = NULL;
    size_t n = 0;
    size_t room = 0;
    bool ok;
    bool row;

    while ((ok = db_step(s, st, &row, e)) && row) {
        struct pinned_form *f;

        list = mem_room(list, n, &room, sizeof *list);
        f = &list[n++];
        memset(f, 0, sizeof *f);
        db_copy_text(st, 0, f->id, sizeof f->id);
        f->version = sqlite3_column_int(st, 1);
        f->source_bytes = (size_t)sqlite3_column_bytes(st, 3);
        f->source = mem_dup_bytes(sqlite3_column_blob(st, 3), f->source_bytes);
        if (!(ok = db_copy_bytes(s, st, 2, f->hash, sizeof f->hash, e))) {
            db_done(st);
            break;
        }
    }
    if (!ok) {
        pinned_forms_free(list, n);
        return false;
    }
    *out = list;
    *count = n;
    return true;
}

bool store_round_forms(struct store *s, const char *code, struct pinned_form **out, size_t *count,
                       struct err *e)
{
    struct round_known *r;
    sqlite3_stmt *st;

    *out = NULL;
    *count = 0;
    if (!db_round(s, code, &r, e) || !db_statement(s, SQL_ROUND_FORMS, &st, e))
        return false;
    db_text(st, 1, code);
    return list_forms(s, st, out, count, e);
}

bool store_form_list(struct store *s, struct pinned_form **out, size_t *count, struct err *e)
{
    sqlite3_stmt *st;

    *out = NULL;
    *count = 0;
    return db_statement(s, SQL_FORM_LIST, &st, e) && list_forms(s, st, out, count, e);
}
