/* Sealed blocks and the tallies made of them. */

#include "core/store/sqlite/rows.h"
#include "core/store/sqlite/sealed.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/store/keys.h"

/* A class may be newer than the sealing of the round that its answers are brought into. */
static bool pin_group(struct store *s, const struct round_known *r, int64_t group_id, struct err *e)
{
    sqlite3_stmt *st;

    if (!db_statement(s, SQL_ROUND_GROUP_PIN, &st, e))
        return false;
    db_int(st, 1, r->id);
    db_int(st, 2, group_id);
    return db_run(s, st, e);
}

static bool add_shuffled(struct store *s, const struct round_known *r, const struct round_form *f,
                         const struct block *b, struct err *e)
{
    uint32_t *order = mem_alloc(b->responses, sizeof *order);
    uint8_t *columns = mem_alloc(b->responses * b->questions, 1);
    struct packed packed = {.form_id = f->id,
                            .group_id = b->group_id,
                            .responses = b->responses,
                            .questions = b->questions,
                            .answers = columns};
    bool ok;

    pack_shuffle(order, b->responses);
    for (size_t q = 0; q < b->questions; q++)
        for (size_t i = 0; i < b->responses; i++)
            columns[q * b->responses + i] = b->answers[q * block_stride(b) + order[i]];
    ok = sealed_insert(s, r->id, &packed, e);
    free(columns);
    free(order);
    return ok;
}

/* An imported round has no single responses; its keys go before they were used. */
static bool make_sealed(struct store *s, struct round_known *r, struct err *e)
{
    if (r->round.state == ROUND_SEALED)
        return db_tallies_drop(s, r, e);
    db_round_forget_keys(r);
    return db_round_end(s, r, e) && keys_round_destroy(s->path, r->round.code, e);
}

bool store_block_add(struct store *s, const struct block *b, struct err *e)
{
    struct round_known *r;
    const struct round_form *f;
    bool own;
    bool ok = false;

    if (!db_enter(s, &own, e))
        return false;
    if (!db_round(s, b->round, &r, e))
        goto out;
    f = db_form_by_hash(r, b->form_hash);
    if (r->round.state != ROUND_PLANNED && r->round.state != ROUND_SEALED)
        (void)err_set(e, ERR_STATE, "the round %s is %s: answers can be brought into a planned round only",
                      b->round, round_state_word(r->round.state));
    else if (f == NULL)
        (void)err_set(e, ERR_NOT_FOUND, "the round %s does not have this form", b->round);
    else if (b->responses == 0 || b->questions != f->questions)
        (void)err_set(e, ERR_INPUT,
                      "a block of %zu responses with %zu answers each, where the form has %zu questions",
                      b->responses, b->questions, f->questions);
    else
        ok = make_sealed(s, r, e) && pin_group(s, r, b->group_id, e) && add_shuffled(s, r, f, b, e);
out:
    return db_leave(s, own, ok, e);
}

/* ---- reading
 * ------------------------------------------------------------------------------------------------- */

struct reading {
    unsigned part, parts;
    bool (*each)(const struct block *b, void *arg, struct err *e);
    void *arg;
};

/* The ids of the rows that this part reads, as [from, to). */
static bool part_range(struct store *s, const struct round_known *r, const struct round_form *f,
                       const struct reading *how, int64_t *from, int64_t *to, struct err *e)
{
    const int64_t first = (r->id << 48) + (f->id << 32);
    sqlite3_stmt *st;
    bool row;

    *from = *to = 0;
    if (!db_statement(s, SQL_SEALED_RANGE, &st, e))
        return false;
    db_int(st, 1, first);
    db_int(st, 2, first + ((int64_t)1 << 32));
    if (!db_step(s, st, &row, e))
        return false;
    if (row && sqlite3_column_type(st, 0) != SQLITE_NULL) {
        int64_t least = sqlite3_column_int64(st, 0);
        int64_t span = sqlite3_column_int64(st, 1) - least + 1;

        *from = least + span * how->part / how->parts;
        *to = least + span * (how->part + 1) / how->parts;
    }
    if (row)
        db_done(st);
    return true;
}

static bool each_class(const struct sealed_row *row, struct block *b, const struct reading *how,
                       struct err *e)
{
    struct sealed_class c = {.responses = 0};

    b->stride = row->persons;
    for (size_t i = 0; i < row->count; i++) {
        c = sealed_class_at(row, i, c.first + c.responses);
        b->group_id = c.group_id;
        b->responses = c.responses;
        b->answers = row->answers + c.first;
        if (!how->each(b, how->arg, e))
            return false;
    }
    return true;
}

static bool read_form(struct store *s, const struct round_known *r, const struct round_form *f,
                      const struct reading *how, struct err *e)
{
    struct block b = {.questions = f->questions};
    struct sealed_row each;
    sqlite3_stmt *st;
    int64_t from;
    int64_t to;
    bool ok;
    bool row;

    memcpy(b.round, r->round.code, sizeof b.round);
    memcpy(b.form_hash, f->hash, sizeof b.form_hash);
    if (!part_range(s, r, f, how, &from, &to, e) || !db_statement(s, SQL_SEALED_EACH, &st, e))
        return false;
    db_int(st, 1, from);
    db_int(st, 2, to);
    while ((ok = db_step(s, st, &row, e)) && row) {
        if (!sealed_row_read(s, st, 0, b.questions, &each, e) || !each_class(&each, &b, how, e)) {
            db_done(st);
            return false;
        }
    }
    return ok;
}

static bool read_round(struct store *s, const char *code, const struct reading *how, struct err *e)
{
    struct round_known *r;

    if (!db_round(s, code, &r, e))
        return false;
    if (r->round.state != ROUND_SEALED)
        return true;
    for (size_t i = 0; i < r->forms; i++)
        if (!read_form(s, r, &r->form[i], how, e))
            return false;
    return true;
}

bool store_block_each_part(struct store *s, const char *round, unsigned part, unsigned parts,
                           bool (*each)(const struct block *b, void *arg, struct err *e), void *arg,
                           struct err *e)
{
    struct reading how = {.part = part, .parts = parts, .each = each, .arg = arg};
    struct round *list = NULL;
    size_t count = 0;
    bool own;
    bool ok;

    if (part >= parts)
        return err_set(e, ERR_BUG, "part %u of %u", part, parts);
    if (!db_enter_reading(s, &own, e))
        return false;
    if (round != NULL) {
        ok = read_round(s, round, &how, e);
    } else {
        ok = store_round_list(s, &list, &count, e);
        for (size_t i = 0; ok && i < count; i++)
            ok = read_round(s, list[i].code, &how, e);
    }
    free(list);
    db_leave_reading(s, own);
    return ok;
}

bool store_block_each(struct store *s, const char *round,
                      bool (*each)(const struct block *b, void *arg, struct err *e), void *arg, struct err *e)
{
    return store_block_each_part(s, round, 0, 1, each, arg, e);
}

/* ---- the live look
 * --------------------------------------------------------------------------------------------- */

struct looking {
    const struct round_known *round;
    const struct reading *how;
};

static bool look_at(const struct packed *p, void *arg, struct err *e)
{
    const struct looking *l = arg;
    const struct round_form *f = db_form_by_id(l->round, p->form_id);
    struct block b = {.group_id = p->group_id,
                      .responses = p->responses,
                      .questions = p->questions,
                      .stride = p->responses,
                      .answers = p->answers};

    memcpy(b.round, l->round->round.code, sizeof b.round);
    if (f != NULL)
        memcpy(b.form_hash, f->hash, sizeof b.form_hash);
    return l->how->each(&b, l->how->arg, e);
}

bool store_open_each(struct store *s, const char *round,
                     bool (*each)(const struct block *b, void *arg, struct err *e), void *arg, struct err *e)
{
    struct reading how = {.part = 0, .parts = 1, .each = each, .arg = arg};
    struct looking l = {.how = &how};
    struct round_known *r;
    struct pack all;
    bool own;
    bool ok = false;

    pack_init(&all);
    if (!db_enter_reading(s, &own, e))
        return false;
    if (!db_round(s, round, &r, e))
        goto out;
    if (r->round.state == ROUND_SEALED) {
        (void)err_set(e, ERR_STATE, "the round %s is sealed", round);
        goto out;
    }
    l.round = r;
    ok = rows_collect(s, r, &all, e) && pack_each(&all, look_at, &l, e);
out:
    pack_fini(&all);
    db_leave_reading(s, own);
    return ok;
}

/* ---- tallies
 * --------------------------------------------------------------------------------------------------- */

bool store_tally_put(struct store *s, const char *round, const uint8_t form_hash[FORM_HASH_BYTES], int layout,
                     const void *bytes, size_t count, struct err *e)
{
    struct round_known *r;
    const struct round_form *f;
    sqlite3_stmt *st;
    bool own;
    bool ok = false;

    if (!db_enter(s, &own, e))
        return false;
    if (!db_round(s, round, &r, e) || !db_statement(s, SQL_TALLY_PUT, &st, e))
        goto out;
    f = db_form_by_hash(r, form_hash);
    if (r->round.state != ROUND_SEALED) {
        (void)err_set(e, ERR_STATE, "the round %s is not sealed: its tally would change", round);
    } else if (f == NULL) {
        (void)err_set(e, ERR_NOT_FOUND, "the round %s does not have this form", round);
    } else {
        db_int(st, 1, r->id);
        db_int(st, 2, f->id);
        db_int(st, 3, layout);
        db_bytes(st, 4, bytes, count);
        ok = db_run(s, st, e);
    }
out:
    return db_leave(s, own, ok, e);
}

bool store_tally_get(struct store *s, const char *round, const uint8_t form_hash[FORM_HASH_BYTES], int layout,
                     void **bytes, size_t *count, struct err *e)
{
    sqlite3_stmt *st;
    bool row;

    *bytes = NULL;
    *count = 0;
    if (!db_statement(s, SQL_TALLY_GET, &st, e))
        return false;
    db_text(st, 1, round);
    db_bytes(st, 2, form_hash, FORM_HASH_BYTES);
    db_int(st, 3, layout);
    if (!db_step(s, st, &row, e))
        return false;
    if (row) {
        *count = (size_t)sqlite3_column_bytes(st, 0);
        *bytes = mem_dup_bytes(sqlite3_column_blob(st, 0), *count);
        db_done(st);
    }
    return true;
}
