/* The single responses of rounds that are not sealed. */

#include "core/store/sqlite/rows.h"
#include "core/store/sqlite/sealed.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/store/keys.h"

static void place_of(const struct round_known *r, int64_t group_id, const uint8_t *form_hash,
                     struct response_place *out)
{
    memcpy(out->round, r->round.code, sizeof out->round);
    out->group_id = group_id;
    memcpy(out->form_hash, form_hash, sizeof out->form_hash);
}

static bool is_stored(struct store *s, const struct round_known *r,
                      const uint8_t nonce[SUBMISSION_NONCE_BYTES], bool *stored, struct err *e)
{
    uint8_t key_hash[SECRET_HASH_BYTES];
    sqlite3_stmt *st;

    response_key_hash(&r->hash_key, nonce, key_hash);
    if (!db_statement(s, SQL_RESPONSE_FIND, &st, e))
        return false;
    db_int(st, 1, r->id);
    db_bytes(st, 2, key_hash, sizeof key_hash);
    if (!db_step(s, st, stored, e))
        return false;
    if (*stored)
        db_done(st);
    return true;
}

static bool add(struct store *s, const struct round_known *r, const struct round_form *f,
                const struct submission *sub, bool *added, struct err *e)
{
    struct response_place place;
    uint8_t box[RESPONSE_BOX_MAX_BYTES];
    size_t bytes;
    sqlite3_stmt *st;

    place_of(r, sub->group_id, f->hash, &place);
    response_key_hash(&r->hash_key, sub->nonce, place.key_hash);
    bytes = response_close(&r->answer_key, &place, sub->answers, sub->questions, box);
    if (!db_statement(s, SQL_RESPONSE_ADD, &st, e))
        return false;
    db_int(st, 1, r->id);
    db_bytes(st, 2, place.key_hash, sizeof place.key_hash);
    db_int(st, 3, sub->group_id);
    db_int(st, 4, f->id);
    db_bytes(st, 5, box, bytes);
    if (!db_run(s, st, e)) {
        if (e->kind == ERR_NOT_FOUND)
            (void)err_set(e, ERR_NOT_FOUND, "there is no class with the number %lld",
                          (long long)sub->group_id);
        return false;
    }
    *added = sqlite3_changes(s->db) > 0;
    return true;
}

/* The code is spent and the response added, or neither. */
static bool spend_and_add(struct store *s, const struct round_known *r, const struct round_form *f,
                          const struct submission *sub, bool *added, struct err *e)
{
    bool own;
    bool ok;

    if (!db_enter(s, &own, e))
        return false;
    ok = db_code_spend(s, r, f, sub->group_id, sub->code, e) && add(s, r, f, sub, added, e);
    return db_leave(s, own, ok, e);
}

static bool put_with_code(struct store *s, const struct round_known *r, const struct round_form *f,
                          const struct submission *sub, enum submission_outcome *outcome, struct err *e)
{
    enum code_state state;
    bool is = false;

    if (!is_stored(s, r, sub->nonce, &is, e))
        return false;
    *outcome = is ? SUBMISSION_REPEATED : SUBMISSION_CODE_NEEDED;
    if (is || sub->code == NULL)
        return true;
    if (!db_code_find(s, r, f, sub->group_id, sub->code, &state, e))
        return false;
    switch (state) {
    case CODE_UNKNOWN:
        *outcome = SUBMISSION_CODE_UNKNOWN;
        return true;
    case CODE_SPENT:
        *outcome = SUBMISSION_CODE_USED;
        return true;
    case CODE_UNSPENT:
        break;
    }
    *outcome = SUBMISSION_ADDED;
    return spend_and_add(s, r, f, sub, &is, e);
}

static bool put(struct store *s, const struct submission *sub, enum submission_outcome *outcome,
                struct err *e)
{
    struct round_known *r;
    const struct round_form *f;
    bool is = false;

    if (!db_round(s, sub->round, &r, e))
        return false;
    *outcome = SUBMISSION_ROUND_CLOSED;
    if (r->round.state == ROUND_SEALED || r->round.state == ROUND_PLANNED)
        return true;
    if (!db_round_keys(s, r, e))
        return false;
    if (r->round.state == ROUND_CLOSED) {
        if (!is_stored(s, r, sub->nonce, &is, e))
            return false;
        *outcome = is ? SUBMISSION_REPEATED : SUBMISSION_ROUND_CLOSED;
        return true;
    }
    f = db_form_by_hash(r, sub->form_hash);
    if (f == NULL)
        return err_set(e, ERR_NOT_FOUND, "the round %s does not have this form", sub->round);
    if (sub->questions != f->questions)
        return err_set(e, ERR_INPUT, "a response has %zu answers where the form has %zu questions",
                       sub->questions, f->questions);
    if (!db_codes_any(s, r, f, sub->group_id, &is, e))
        return false;
    if (is || sub->code != NULL)
        return put_with_code(s, r, f, sub, outcome, e);
    if (!add(s, r, f, sub, &is, e))
        return false;
    *outcome = is ? SUBMISSION_ADDED : SUBMISSION_REPEATED;
    return true;
}

/* Without a code one statement writes, so that no savepoint is needed within the caller's transaction. */
bool store_response_put(struct store *s, const struct submission *sub, enum submission_outcome *outcome,
                        struct err *e)
{
    bool own;

    if (s->in_transaction && sqlite3_get_autocommit(s->db) == 0)
        return put(s, sub, outcome, e);
    return db_enter(s, &own, e) && db_leave(s, own, put(s, sub, outcome, e), e);
}

bool store_response_exists(struct store *s, const char *round, const uint8_t nonce[SUBMISSION_NONCE_BYTES],
                           bool *exists, struct err *e)
{
    struct round_known *r;

    *exists = false;
    if (!db_round(s, round, &r, e))
        return false;
    if (r->round.state == ROUND_SEALED)
        return true;
    if (!db_round_keys(s, r, e)) {
        if (e->kind != ERR_NOT_FOUND)
            return false;
        err_clear(e); /* a restored store without hash keys, not yet served: no page is known any longer */
        return true;
    }
    return is_stored(s, r, nonce, exists, e);
}

struct counting {
    struct response_count *list;
    size_t count, room;
};

static void add_count(struct counting *c, const struct round_known *r, int64_t form_id, int64_t group_id,
                      int64_t responses)
{
    const struct round_form *f = db_form_by_id(r, form_id);

    c->list = mem_room(c->list, c->count, &c->room, sizeof *c->list);
    c->list[c->count] = (struct response_count){.group_id = group_id, .responses = responses};
    if (f != NULL)
        memcpy(c->list[c->count].form_hash, f->hash, FORM_HASH_BYTES);
    c->count++;
}

static bool count_open(struct store *s, const struct round_known *r, struct counting *c, struct err *e)
{
    sqlite3_stmt *st;
    bool ok;
    bool row;

    if (!db_statement(s, SQL_RESPONSE_COUNTS, &st, e))
        return false;
    db_int(st, 1, r->id);
    while ((ok = db_step(s, st, &row, e)) && row)
        add_count(c, r, sqlite3_column_int64(st, 1), sqlite3_column_int64(st, 0),
                  sqlite3_column_int64(st, 2));
    return ok;
}

static bool count_sealed(struct store *s, const struct round_known *r, struct counting *c, struct err *e)
{
    sqlite3_stmt *st;
    bool ok;
    bool row;

    if (!db_statement(s, SQL_SEALED_CLASSES, &st, e))
        return false;
    db_int(st, 1, r->id);
    while ((ok = db_step(s, st, &row, e)) && row) {
        const int64_t form_id = sqlite3_column_int64(st, 0);
        struct sealed_row each;

        sealed_row_classes(st, 1, &each);
        for (size_t i = 0; i < each.count; i++) {
            const struct sealed_class class = sealed_class_at(&each, i, 0);

            add_count(c, r, form_id, class.group_id, (int64_t) class.responses);
        }
    }
    return ok;
}

bool store_response_counts(struct store *s, const char *round, struct response_count **out, size_t *count,
                           struct err *e)
{
    struct round_known *r;
    struct counting c = {.list = NULL};
    bool own;
    bool ok = false;

    *out = NULL;
    *count = 0;
    if (!db_enter_reading(s, &own, e))
        return false;
    if (db_round(s, round, &r, e))
        ok = r->round.state == ROUND_SEALED ? count_sealed(s, r, &c, e) : count_open(s, r, &c, e);
    db_leave_reading(s, own);
    if (!ok) {
        free(c.list);
        return false;
    }
    *out = c.list;
    *count = c.count;
    return true;
}

/* ---- all of a round
 * ------------------------------------------------------------------------------------------ */

static bool collect_one(struct store *s, const struct round_known *r, sqlite3_stmt *st, struct pack *out,
                        struct err *e)
{
    const struct round_form *f = db_form_by_id(r, sqlite3_column_int64(st, 2));
    int64_t group_id = sqlite3_column_int64(st, 1);
    struct response_place place;

    if (f == NULL)
        return err_set(e, ERR_IO, "%s: the file is damaged (a response without its form): restore a backup",
                       s->path);
    place_of(r, group_id, f->hash, &place);
    if (!db_copy_bytes(s, st, 0, place.key_hash, sizeof place.key_hash, e))
        return false;
    if (!response_open(&r->answer_key, &place, sqlite3_column_blob(st, 3),
                       (size_t)sqlite3_column_bytes(st, 3), pack_add(out, f->id, group_id, f->questions),
                       f->questions))
        return err_set(e, ERR_IO,
                       "%s: the file is damaged (a response of round %s does not open): restore a backup",
                       s->path, r->round.code);
    return true;
}

bool rows_collect(struct store *s, struct round_known *r, struct pack *out, struct err *e)
{
    sqlite3_stmt *st;
    bool row;
    bool ok;

    if (!db_round_answer_key(s, r, e) || !db_statement(s, SQL_RESPONSE_EACH, &st, e))
        return false;
    db_int(st, 1, r->id);
    while ((ok = db_step(s, st, &row, e)) && row)
        if (!collect_one(s, r, st, out, e)) {
            db_done(st);
            return false;
        }
    return ok;
}
