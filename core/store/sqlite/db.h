#ifndef TLD_STORE_SQLITE_DB_H
#define TLD_STORE_SQLITE_DB_H

/* The inside of a SQLite store: the handle, statements, transactions and errors. For this folder only. */

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/store/sqlite/sql.h"
#include "core/store/store.h"

struct round_form {
    int64_t id;
    uint8_t hash[FORM_HASH_BYTES];
    size_t questions;
};

/* What the driver knows of a round. id, forms and keys never change while a round lives; the state is read
 * anew in every transaction. */
struct round_known {
    struct round round;
    int64_t id;
    uint64_t epoch; /* of the transaction in which it was read */
    struct round_form *form;
    size_t forms;
    bool keyed;
    struct secret answer_key, hash_key;
};

struct store {
    sqlite3 *db;
    enum store_mode mode;
    char *path;
    struct secret server, submission;
    int serve_fd; /* -1: not held */
    bool in_transaction;
    bool broken;    /* a commit failed: nothing more is written through this handle */
    uint64_t epoch; /* counts transactions */
    struct round_known *round;
    size_t rounds, round_room;
    sqlite3_stmt *statement[SQL_COUNT];
};

/* ---- errors and statements
 * --------------------------------------------------------------------------------- */

/* Turns a result code and the connection's last message into *e; returns false. */
bool db_fail(struct store *s, int rc, const char *doing, struct err *e);

/* Runs a text that no input is part of. */
bool db_exec(struct store *s, const char *text, struct err *e) STORE_CHECK;

/* The prepared statement, ready for binding. Every user ends with db_done, or by stepping to the end. */
bool db_statement(struct store *s, enum sql which, sqlite3_stmt **out, struct err *e) STORE_CHECK;
void db_int(sqlite3_stmt *st, int at, int64_t value);
void db_text(sqlite3_stmt *st, int at, const char *value);                /* value must live until db_done */
void db_bytes(sqlite3_stmt *st, int at, const void *value, size_t bytes); /* the same */
bool db_step(struct store *s, sqlite3_stmt *st, bool *row, struct err *e) STORE_CHECK;
bool db_run(struct store *s, sqlite3_stmt *st, struct err *e) STORE_CHECK; /* for statements without rows */
void db_done(sqlite3_stmt *st);                                            /* NULL is allowed */

/* The rows of a statement that is ready, as an array of items that `read` fills, the caller's; none after an
 * error. */
bool db_list(struct store *s, sqlite3_stmt *st, size_t item_bytes, void (*read)(sqlite3_stmt *st, void *item),
             void **list, size_t *count, struct err *e) STORE_CHECK;

/* A text column into an array of `size` bytes. */
void db_copy_text(sqlite3_stmt *st, int column, char *out, size_t size);
/* A blob column that must have exactly `bytes`. */
bool db_copy_bytes(struct store *s, sqlite3_stmt *st, int column, void *out, size_t bytes,
                   struct err *e) STORE_CHECK;

/* ---- transactions
 * ------------------------------------------------------------------------------------------ */

/*
 * Around writes that belong together: a transaction of their own, or a savepoint within the caller's.
 * db_leave keeps them when ok and takes them back when not; it returns ok, or false when the commit failed.
 */
bool db_enter(struct store *s, bool *own, struct err *e) STORE_CHECK;
bool db_leave(struct store *s, bool own, bool ok, struct err *e) STORE_CHECK;

/* One view of the store for several statements that read; nothing within the caller's transaction. */
bool db_enter_reading(struct store *s, bool *own, struct err *e) STORE_CHECK;
void db_leave_reading(struct store *s, bool own);

/* ---- rounds
 * ------------------------------------------------------------------------------------------------ */

/* Valid until the next call. ERR_NOT_FOUND. */
bool db_round(struct store *s, const char *code, struct round_known **out, struct err *e) STORE_CHECK;
/* Sees to it that both keys of a round that is not sealed are at hand; a write handle makes a missing hash
 * key. */
bool db_round_keys(struct store *s, struct round_known *r, struct err *e) STORE_CHECK;
/* The answer key alone, for reading. */
bool db_round_answer_key(struct store *s, struct round_known *r, struct err *e) STORE_CHECK;
bool db_tallies_drop(struct store *s, const struct round_known *r, struct err *e) STORE_CHECK;
/* Before it was sealed: store_round_look. */
bool db_round_looked_at(struct store *s, const struct round_known *r, bool *looked,
                        struct err *e) STORE_CHECK;
/* Ends the round's single responses: state sealed, codes, secret and tallies gone. Within a transaction. */
bool db_round_end(struct store *s, struct round_known *r, struct err *e) STORE_CHECK;
bool db_seals_finish(struct store *s,
                     struct err *e) STORE_CHECK; /* those that broke off after their commit */
void db_round_forget_keys(struct round_known *r);
void db_rounds_forget(struct store *s); /* all that is known of rounds: something was taken back */

/* NULL when the round has not pinned it. */
const struct round_form *db_form_by_hash(const struct round_known *r, const uint8_t *hash);
const struct round_form *db_form_by_id(const struct round_known *r, int64_t id);

/* ---- one-time codes
 * ---------------------------------------------------------------------------------------- */

enum code_state { CODE_UNKNOWN, CODE_UNSPENT, CODE_SPENT };

/* Whether the class answers this form by codes. */
bool db_codes_any(struct store *s, const struct round_known *r, const struct round_form *f, int64_t group_id,
                  bool *any, struct err *e) STORE_CHECK;
bool db_code_find(struct store *s, const struct round_known *r, const struct round_form *f, int64_t group_id,
                  const char *code, enum code_state *state, struct err *e) STORE_CHECK;
/* Of a code that was found unspent in this transaction. */
bool db_code_spend(struct store *s, const struct round_known *r, const struct round_form *f, int64_t group_id,
                   const char *code, struct err *e) STORE_CHECK;

/* ---- opening
 * ----------------------------------------------------------------------------------------------- */

/* "PATHsuffix", the caller's. */
char *db_beside(const char *path, const char *suffix);

/* The path in a form that SQLite does not take for an address ("file:…"); the caller's. */
char *db_plain_path(const char *path);

/* Opens the file without looking at the key: what is there is a store, of a schema that this program knows.
 */
bool db_open_file(const char *path, enum store_mode mode, struct store **out, struct err *e) STORE_CHECK;
bool db_migrate(struct store *s, struct err *e) STORE_CHECK;

/* A write that changes nothing. (SQLite leaves out an UPDATE to the same value; setting the version it does.)
 */
bool db_write_same(struct store *s, struct err *e) STORE_CHECK;

/* Takes the server key of the store at `path`. ERR_STATE when it is missing or of another store than this. */
bool db_take_key(struct store *s, const char *path, struct err *e) STORE_CHECK;

/* Sets the journal mode, "wal" or "delete"; the latter needs a store that nobody else has open (ERR_BUSY). */
bool db_journal(struct store *s, const char *mode, struct err *e) STORE_CHECK;

/* An address that a driver exists for. */
bool db_address_check(const char *address, struct err *e) STORE_CHECK;

/* Takes FILE.lock; ERR_CONFLICT when another process has it. */
bool db_lock(const char *path, int *fd, struct err *e) STORE_CHECK;

#endif
