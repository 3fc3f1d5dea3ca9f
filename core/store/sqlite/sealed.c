#include "core/store/sqlite/sealed.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/secret.h"

enum {
    ENTRY_BYTES = 8,
    ROW_BYTES = 8128 /* of classes and answers: with its other columns a row then fits a page of 8192 */
};

static void put4(uint8_t *to, uint64_t v)
{
    for (int i = 0; i < 4; i++)
        to[i] = (uint8_t)(v >> 8 * i);
}

static uint32_t get4(const uint8_t *from)
{
    return (uint32_t)from[0] | (uint32_t)from[1] << 8 | (uint32_t)from[2] << 16 | (uint32_t)from[3] << 24;
}

static void put_entry(uint8_t *to, int64_t group_id, size_t responses)
{
    put4(to, (uint64_t)group_id);
    put4(to + 4, responses);
}

/* ---- reading
 * ---------------------------------------------------------------------------------------------- */

struct sealed_class sealed_class_at(const struct sealed_row *row, size_t i, size_t first)
{
    const uint8_t *entry = row->classes + i * ENTRY_BYTES;

    return (struct sealed_class){.group_id = get4(entry), .responses = get4(entry + 4), .first = first};
}

void sealed_row_classes(sqlite3_stmt *st, int column, struct sealed_row *out)
{
    *out = (struct sealed_row){.classes = sqlite3_column_blob(st, column)};
    out->count = (size_t)sqlite3_column_bytes(st, column) / ENTRY_BYTES;
}

bool sealed_row_read(struct store *s, sqlite3_stmt *st, int column, size_t questions, struct sealed_row *out,
                     struct err *e)
{
    bool fits;
    size_t bytes;

    sealed_row_classes(st, column, out);
    out->answers = sqlite3_column_blob(st, column + 1);
    bytes = (size_t)sqlite3_column_bytes(st, column + 1);
    fits = out->count > 0;
    for (size_t i = 0; i < out->count && fits; i++) {
        const size_t responses = sealed_class_at(out, i, 0).responses;

        out->persons += responses;
        fits = responses > 0 && out->persons <= bytes;
    }
    if (fits && out->persons * questions == bytes)
        return true;
    return err_set(e, ERR_IO,
                   "%s: the file is damaged (a row of sealed answers has another length): restore a backup",
                   s->path);
}

/* ---- writing
 * ---------------------------------------------------------------------------------------------- */

void sealed_writer_init(struct sealed_writer *w, struct store *s, int64_t round_id)
{
    *w = (struct sealed_writer){.store = s, .round_id = round_id};
}

void sealed_writer_fini(struct sealed_writer *w)
{
    if (w->answers != NULL)
        secret_wipe(w->answers, w->byte_room);
    free(w->answers);
    free(w->class);
    memset(w, 0, sizeof *w);
}

/* From class by class to question by question. */
static void fill_row(const struct sealed_writer *w, uint8_t *classes, uint8_t *answers)
{
    const uint8_t *from = w->answers;

    for (size_t i = 0; i < w->classes; i++) {
        const struct sealed_class *c = &w->class[i];

        put_entry(classes + i * ENTRY_BYTES, c->group_id, c->responses);
        for (size_t q = 0; q < w->questions; q++, from += c->responses)
            memcpy(answers + q * w->persons + c->first, from, c->responses);
    }
}

static bool write_row(struct sealed_writer *w, const uint8_t *classes, const uint8_t *answers, struct err *e)
{
    sqlite3_stmt *st;

    if (!db_statement(w->store, SQL_SEALED_PUT, &st, e))
        return false;
    db_int(st, 1, w->round_id);
    db_int(st, 2, w->form_id);
    db_int(st, 3, w->class[0].group_id);
    db_bytes(st, 4, classes, w->classes * ENTRY_BYTES);
    db_bytes(st, 5, answers, w->bytes);
    return db_run(w->store, st, e);
}

bool sealed_writer_end(struct sealed_writer *w, struct err *e)
{
    uint8_t *classes, *answers;
    bool ok;

    if (w->classes == 0)
        return true;
    classes = mem_alloc(w->classes, ENTRY_BYTES);
    answers = mem_alloc(w->bytes, 1);
    fill_row(w, classes, answers);
    ok = write_row(w, classes, answers, e);
    secret_wipe(answers, w->bytes);
    free(answers);
    free(classes);
    w->classes = w->persons = w->bytes = 0;
    return ok;
}

/* Not realloc, which would leave a copy of the answers behind in freed memory. */
static void grow(struct sealed_writer *w, size_t needed)
{
    const size_t room = needed > ROW_BYTES ? needed : ROW_BYTES;
    uint8_t *grown;

    if (needed <= w->byte_room)
        return;
    grown = mem_alloc(room, 1);
    if (w->bytes > 0)
        memcpy(grown, w->answers, w->bytes);
    if (w->answers != NULL)
        secret_wipe(w->answers, w->byte_room);
    free(w->answers);
    w->answers = grown;
    w->byte_room = room;
}

bool sealed_writer_add(struct sealed_writer *w, const struct packed *b, struct err *e)
{
    const size_t bytes = b->responses * b->questions;
    const size_t entries = (w->classes + 1) * ENTRY_BYTES;

    if ((w->form_id != b->form_id || entries + w->bytes + bytes > ROW_BYTES) && !sealed_writer_end(w, e))
        return false;
    w->form_id = b->form_id;
    w->questions = b->questions;
    w->class = mem_room(w->class, w->classes, &w->class_room, sizeof *w->class);
    w->class[w->classes++] =
        (struct sealed_class){.group_id = b->group_id, .responses = b->responses, .first = w->persons};
    grow(w, w->bytes + bytes);
    memcpy(w->answers + w->bytes, b->answers, bytes);
    w->persons += b->responses;
    w->bytes += bytes;
    return true;
}

/* ---- one more
 * --------------------------------------------------------------------------------------------- */

static bool class_is_there(struct store *s, int64_t group_id, struct err *e)
{
    sqlite3_stmt *st;
    bool row;

    if (!db_statement(s, SQL_GROUP_GET, &st, e))
        return false;
    db_int(st, 1, group_id);
    if (!db_step(s, st, &row, e))
        return false;
    if (!row)
        return err_set(e, ERR_NOT_FOUND, "there is no class with the number %lld", (long long)group_id);
    db_done(st);
    return true;
}

/* A class of a row, its answers by themselves in `room`. */
static struct packed unpack(const struct sealed_row *row, const struct sealed_class *c,
                            const struct packed *like, uint8_t *room)
{
    for (size_t q = 0; q < like->questions; q++)
        memcpy(room + q * c->responses, row->answers + q * row->persons + c->first, c->responses);
    return (struct packed){.form_id = like->form_id,
                           .group_id = c->group_id,
                           .responses = c->responses,
                           .questions = like->questions,
                           .answers = room};
}

/* The row's classes and the new one, in order. */
static bool join(struct sealed_writer *w, const struct sealed_row *row, const struct packed *b, struct err *e)
{
    uint8_t *room = mem_alloc(row->persons, b->questions);
    bool ok = true, added = false;
    struct sealed_class c = {.responses = 0};

    for (size_t i = 0; ok && i < row->count; i++) {
        struct packed old;

        c = sealed_class_at(row, i, c.first + c.responses);
        if (c.group_id == b->group_id)
            ok = err_set(e, ERR_CONFLICT, "the round has answers of class number %lld to this form already",
                         (long long)b->group_id);
        else if (!added && c.group_id > b->group_id)
            ok = added = sealed_writer_add(w, b, e);
        old = unpack(row, &c, b, room);
        ok = ok && sealed_writer_add(w, &old, e);
    }
    ok = ok && (added || sealed_writer_add(w, b, e));
    secret_wipe(room, row->persons * b->questions);
    free(room);
    return ok;
}

/* The row that the class belongs in: the last that begins at it or before it. Its numbers stay below those of
 * the next row, so that a row which has become too large makes room by becoming several. */
static bool find_and_join(struct sealed_writer *w, const struct packed *b, struct err *e)
{
    struct sealed_row row;
    sqlite3_stmt *st;
    bool found, ok;

    if (!db_statement(w->store, SQL_SEALED_AT, &st, e))
        return false;
    db_int(st, 1, w->round_id);
    db_int(st, 2, b->form_id);
    db_int(st, 3, b->group_id);
    if (!db_step(w->store, st, &found, e))
        return false;
    if (!found)
        return sealed_writer_add(w, b, e);
    ok = sealed_row_read(w->store, st, 0, b->questions, &row, e) && join(w, &row, b, e);
    db_done(st);
    return ok;
}

bool sealed_insert(struct store *s, int64_t round_id, const struct packed *b, struct err *e)
{
    struct sealed_writer w;
    bool ok;

    if (!class_is_there(s, b->group_id, e))
        return false;
    sealed_writer_init(&w, s, round_id);
    ok = find_and_join(&w, b, e) && sealed_writer_end(&w, e);
    sealed_writer_fini(&w);
    return ok;
}

/* ---- for the migration
 * ------------------------------------------------------------------------------------ */

static void class_entry(sqlite3_context *context, int count, sqlite3_value **value)
{
    uint8_t entry[ENTRY_BYTES];

    (void)count;
    put_entry(entry, sqlite3_value_int64(value[0]), (size_t)sqlite3_value_int64(value[1]));
    sqlite3_result_blob(context, entry, sizeof entry, SQLITE_TRANSIENT);
}

bool sealed_define_entry(struct store *s, struct err *e)
{
    const int rc = sqlite3_create_function(s->db, "class_entry", 2, SQLITE_UTF8 | SQLITE_DIRECTONLY, NULL,
                                           class_entry, NULL, NULL);

    return rc == SQLITE_OK || db_fail(s, rc, "opening", e);
}
