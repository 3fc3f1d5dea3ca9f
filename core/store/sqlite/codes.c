/* One-time codes. */

#include "core/store/sqlite/db.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/store/keys.h"

struct hash {
    uint8_t bytes[SECRET_HASH_BYTES];
};

static bool statement_at(struct store *s, enum sql which, const struct round_known *r,
                         const struct round_form *f, int64_t group_id, sqlite3_stmt **out, struct err *e)
{
    assert(r != NULL && f != NULL);
    if (!db_statement(s, which, out, e))
        return false;
    db_int(*out, 1, r->id);
    db_int(*out, 2, f->id);
    db_int(*out, 3, group_id);
    return true;
}

/* ---- for a response --------------------------------------------------------------------------------------
 */

bool db_codes_any(struct store *s, const struct round_known *r, const struct round_form *f, int64_t group_id,
                  bool *any, struct err *e)
{
    sqlite3_stmt *st;

    if (!statement_at(s, SQL_CODE_ANY, r, f, group_id, &st, e) || !db_step(s, st, any, e))
        return false;
    if (*any)
        db_done(st);
    return true;
}

bool db_code_find(struct store *s, const struct round_known *r, const struct round_form *f, int64_t group_id,
                  const char *code, enum code_state *state, struct err *e)
{
    struct hash hash;
    sqlite3_stmt *st;
    bool row;

    code_hash(&r->hash_key, code, hash.bytes);
    if (!statement_at(s, SQL_CODE_FIND, r, f, group_id, &st, e))
        return false;
    db_bytes(st, 4, hash.bytes, sizeof hash.bytes);
    if (!db_step(s, st, &row, e))
        return false;
    *state = CODE_UNKNOWN;
    if (row) {
        *state = sqlite3_column_int(st, 0) == 0 ? CODE_UNSPENT : CODE_SPENT;
        db_done(st);
    }
    return true;
}

bool db_code_spend(struct store *s, const struct round_known *r, const struct round_form *f, int64_t group_id,
                   const char *code, struct err *e)
{
    struct hash hash;
    sqlite3_stmt *st;

    code_hash(&r->hash_key, code, hash.bytes);
    if (!statement_at(s, SQL_CODE_SPEND, r, f, group_id, &st, e))
        return false;
    db_bytes(st, 4, hash.bytes, sizeof hash.bytes);
    return db_run(s, st, e);
}

/* ---- making and dropping ---------------------------------------------------------------------------------
 */

/* The round and the form of a place where codes may be changed. */
static bool find_place(struct store *s, const struct code_place *p, struct round_known **r,
                       const struct round_form **f, struct err *e)
{
    struct group g;

    if (!db_round(s, p->round, r, e) || !store_group_get(s, p->group_id, &g, e))
        return false;
    if ((*r)->round.state == ROUND_CLOSED || (*r)->round.state == ROUND_SEALED)
        return err_set(e, ERR_STATE, "the round %s is %s: nobody can answer by a code any more", p->round,
                       round_state_word((*r)->round.state));
    *f = db_form_by_hash(*r, p->form_hash);
    if (*f == NULL)
        return err_set(e, ERR_NOT_FOUND, "the round %s does not have this form", p->round);
    return db_round_keys(s, *r, e);
}

static int by_bytes(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct hash));
}

/* Sorted: within a page of the file rows lie in the order in which they were added. */
static struct hash *sorted_hashes(const struct round_known *r, const char (*codes)[ACCESS_CODE_BYTES],
                                  size_t count)
{
    struct hash *hashes = mem_alloc(count, sizeof *hashes);

    for (size_t i = 0; i < count; i++)
        code_hash(&r->hash_key, codes[i], hashes[i].bytes);
    if (count > 0)
        qsort(hashes, count, sizeof *hashes, by_bytes);
    return hashes;
}

static bool add_hash(struct store *s, const struct round_known *r, const struct round_form *f,
                     int64_t group_id, const struct hash *hash, struct err *e)
{
    sqlite3_stmt *st;

    if (!statement_at(s, SQL_CODE_ADD, r, f, group_id, &st, e))
        return false;
    db_bytes(st, 4, hash->bytes, sizeof hash->bytes);
    if (!db_run(s, st, e))
        return false;
    return sqlite3_changes(s->db) > 0 || err_set(e, ERR_CONFLICT, "the class has one of these codes already");
}

bool store_codes_add(struct store *s, const struct code_place *p, const char (*codes)[ACCESS_CODE_BYTES],
                     size_t count, struct err *e)
{
    struct round_known *r = NULL;
    const struct round_form *f = NULL;
    struct hash *hashes = NULL;
    bool own;
    bool ok = false;

    if (!db_enter(s, &own, e))
        return false;
    if (!find_place(s, p, &r, &f, e))
        goto out;
    hashes = sorted_hashes(r, codes, count);
    ok = true;
    for (size_t i = 0; ok && i < count; i++)
        ok = add_hash(s, r, f, p->group_id, &hashes[i], e);
out:
    free(hashes);
    return db_leave(s, own, ok, e);
}

bool store_codes_drop_unspent(struct store *s, const struct code_place *p, size_t *dropped, struct err *e)
{
    struct round_known *r = NULL;
    const struct round_form *f = NULL;
    sqlite3_stmt *st;
    bool own;
    bool ok = false;

    *dropped = 0;
    if (!db_enter(s, &own, e))
        return false;
    if (!find_place(s, p, &r, &f, e) || !statement_at(s, SQL_CODE_DROP_UNSPENT, r, f, p->group_id, &st, e) ||
        !db_run(s, st, e))
        goto out;
    *dropped = (size_t)sqlite3_changes(s->db);
    ok = true;
out:
    return db_leave(s, own, ok, e);
}

/* A store that was restored without its hash keys knows no code. */
static bool find_spent(struct store *s, const struct code_place *p, const char *code, bool *spent,
                       struct err *e)
{
    struct round_known *r = NULL;
    const struct round_form *f;
    enum code_state state = CODE_UNKNOWN;

    if (!db_round(s, p->round, &r, e))
        return false;
    f = db_form_by_hash(r, p->form_hash);
    if (f == NULL || r->round.state == ROUND_SEALED)
        return true;
    if (!db_round_keys(s, r, e)) {
        if (e->kind != ERR_NOT_FOUND)
            return false;
        err_clear(e);
        return true;
    }
    if (!db_code_find(s, r, f, p->group_id, code, &state, e))
        return false;
    *spent = state == CODE_SPENT;
    return true;
}

bool store_code_spent(struct store *s, const struct code_place *p, const char *code, bool *spent,
                      struct err *e)
{
    bool own;
    bool ok;

    *spent = false;
    if (!db_enter_reading(s, &own, e))
        return false;
    ok = find_spent(s, p, code, spent, e);
    db_leave_reading(s, own);
    return ok;
}

bool store_code_counts(struct store *s, const char *round, struct code_count **out, size_t *count,
                       struct err *e)
{
    struct round_known *r;
    struct code_count *list = NULL;
    sqlite3_stmt *st;
    size_t n = 0;
    size_t room = 0;
    bool own;
    bool ok = false;
    bool row;

    *out = NULL;
    *count = 0;
    if (!db_enter_reading(s, &own, e))
        return false;
    if (!db_round(s, round, &r, e) || !db_statement(s, SQL_CODE_COUNTS, &st, e))
        goto out;
    db_int(st, 1, r->id);
    while ((ok = db_step(s, st, &row, e)) && row) {
        const struct round_form *f = db_form_by_id(r, sqlite3_column_int64(st, 1));

        list = mem_room(list, n, &room, sizeof *list);
        list[n] = (struct code_count){.group_id = sqlite3_column_int64(st, 0),
                                      .codes = sqlite3_column_int64(st, 2),
                                      .spent = sqlite3_column_int64(st, 3)};
        if (f != NULL)
            memcpy(list[n].form_hash, f->hash, sizeof list[n].form_hash);
        n++;
    }
out:
    db_leave_reading(s, own);
    if (!ok) {
        free(list);
        return false;
    }
    *out = list;
    *count = n;
    return true;
}
