/* Creating, opening, migrating and locking. */

#include "core/store/sqlite/db.h"
#include "core/store/sqlite/sealed.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/store/durable.h"
#include "core/store/keys.h"

/* FULL: the log is on the disk before a commit returns. Anything less loses acknowledged answers when the
 * power goes; a test builds with NORMAL to show that it would notice. */
#ifndef TLD_SYNCHRONOUS
#define TLD_SYNCHRONOUS FULL
#endif
#define TEXT_OF(x)  #x
#define VALUE_OF(x) TEXT_OF(x)

enum { APPLICATION_ID = 0x544c4431, BUSY_TIMEOUT_MS = 5000 }; /* "TLD1" */

/* Each migration's statements; the number of the file is the schema's version. */
struct migration {
    int version;
    const char *statement; /* NULL ends */
};
static const struct migration migrations[] = {
#include "gen_store_schema.inc"
    {0, NULL},
};

static int newest_version(void)
{
    int newest = 0;

    for (const struct migration *m = migrations; m->statement != NULL; m++)
        newest = m->version;
    return newest;
}

char *db_beside(const char *path, const char *suffix)
{
    return mem_printf("%s%s", path, suffix);
}

char *db_plain_path(const char *path)
{
    return mem_printf("%s%s", *path == '/' ? "" : "./", path);
}

bool db_address_check(const char *address, struct err *e)
{
    if (strncmp(address, "postgres://", 11) == 0 || strncmp(address, "postgresql://", 13) == 0)
        return err_set(e, ERR_STATE, "%.11s…: PostgreSQL comes in a later version: give the path of a file",
                       address);
    if (*address == '\0')
        return err_set(e, ERR_INPUT, "the address of the store is empty: give the path of a file");
    return true;
}

/* ---- handles
 * ----------------------------------------------------------------------------------------------- */

static bool pragma_int(struct store *s, const char *text, int *value, struct err *e)
{
    sqlite3_stmt *st = NULL;
    int rc = sqlite3_prepare_v2(s->db, text, -1, &st, NULL);

    *value = 0;
    if (rc == SQLITE_OK && (rc = sqlite3_step(st)) == SQLITE_ROW) {
        *value = sqlite3_column_int(st, 0);
        rc = SQLITE_OK;
    }
    if (rc != SQLITE_OK && rc != SQLITE_DONE)
        (void)db_fail(s, rc, "opening", e);
    (void)sqlite3_finalize(st);
    return rc == SQLITE_OK || rc == SQLITE_DONE;
}

/* Set on every handle. A file may come from anywhere: nothing in its schema is trusted. */
static bool set_up(struct store *s, struct err *e)
{
    static const char both[] = "PRAGMA foreign_keys = ON;"
                               "PRAGMA secure_delete = ON;"
                               "PRAGMA synchronous = " VALUE_OF(TLD_SYNCHRONOUS) ";";
    /* Each answer of a batch falls on a page of its own: the pages of the largest batch fit in memory
     * together (16 MB), and a page meets several batches before it is copied back. Larger transactions, as
     * sealing and imports are, spill: cache_spill stays on. */
    static const char writing[] = "PRAGMA cell_size_check = ON; PRAGMA cache_size = -16384;"
                                  "PRAGMA wal_autocheckpoint = 2000;";
    static const char reading[] = "PRAGMA query_only = ON; PRAGMA mmap_size = 0x7fff0000;";
    static const struct {
        int option, value;
    } options[] = {
        {SQLITE_DBCONFIG_DEFENSIVE, 1},
        {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
        {SQLITE_DBCONFIG_DQS_DDL, 0},
        {SQLITE_DBCONFIG_DQS_DML, 0},
    };

    (void)sqlite3_busy_timeout(s->db, BUSY_TIMEOUT_MS);
    (void)sqlite3_extended_result_codes(s->db, 1);
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        (void)sqlite3_db_config(s->db, options[i].option, options[i].value, NULL);
    return db_exec(s, both, e) && db_exec(s, s->mode == STORE_WRITE ? writing : reading, e);
}

static bool open_handle(const char *path, enum store_mode mode, struct store **out, struct err *e)
{
    struct store *s = mem_alloc(1, sizeof *s);
    int flags = SQLITE_OPEN_NOMUTEX | (mode == STORE_WRITE ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY);
    char *plain = db_plain_path(path);
    int rc;

    s->mode = mode;
    s->path = mem_dup(path);
    s->serve_fd = -1;
    rc = sqlite3_open_v2(plain, &s->db, flags, NULL);
    free(plain);
    if (rc != SQLITE_OK)
        (void)db_fail(s, rc, "opening", e);
    if (rc != SQLITE_OK || !set_up(s, e)) {
        store_close(s);
        return false;
    }
    *out = s;
    return true;
}

bool db_open_file(const char *path, enum store_mode mode, struct store **out, struct err *e)
{
    struct store *s = NULL;
    int application;
    int version;
    bool ok = false;

    *out = NULL;
    if (access(path, F_OK) != 0) {
        if (errno != ENOENT && errno != ENOTDIR)
            (void)err_set_errno(e, errno, "%s", path);
        else
            (void)err_set(
                e, ERR_NOT_FOUND,
                "%s: there is no store: make one with \"tld-collector init\", or name another with --store",
                path);
        return false;
    }
    if (!open_handle(path, mode, &s, e))
        return false;
    if (!pragma_int(s, "PRAGMA application_id", &application, e) ||
        !pragma_int(s, "PRAGMA user_version", &version, e))
        goto out;
    if (application != APPLICATION_ID) {
        (void)err_set(e, ERR_STATE, "%s: is not a store of this program", path);
        goto out;
    }
    if (version > newest_version()) {
        (void)err_set(e, ERR_STATE,
                      "%s: was written by a newer version of the program (schema %d, this one knows "
                      "%d): use that version",
                      path, version, newest_version());
        goto out;
    }
    if (version < newest_version() && mode == STORE_READ) {
        (void)err_set(e, ERR_STATE,
                      "%s: has the older schema %d: run any command of tld-collector once to "
                      "bring it to %d",
                      path, version, newest_version());
        goto out;
    }
    *out = s;
    s = NULL;
    ok = true;
out:
    store_close(s);
    return ok;
}

void store_patience(struct store *s, int wait_ms)
{
    (void)sqlite3_busy_timeout(s->db, wait_ms);
}

void store_close(struct store *s)
{
    if (s == NULL)
        return;
    if (s->db != NULL)
        store_rollback(s);
    for (size_t i = 0; i < SQL_COUNT; i++)
        (void)sqlite3_finalize(s->statement[i]);
    (void)sqlite3_close(s->db);
    db_rounds_forget(s);
    free(s->round);
    if (s->serve_fd >= 0)
        (void)close(s->serve_fd); /* and with it the lock */
    secret_wipe(&s->server, sizeof s->server);
    secret_wipe(&s->submission, sizeof s->submission);
    free(s->path);
    free(s);
}

/* ---- schema
 * ------------------------------------------------------------------------------------------------ */

/* Each version is a transaction of its own; another process may have been faster. */
static bool migrate_to(struct store *s, int version, struct err *e)
{
    char *set = mem_printf("PRAGMA user_version = %d", version);
    int present = 0;
    bool ok = false;

    if (!store_begin(s, e))
        goto out;
    if (!pragma_int(s, "PRAGMA user_version", &present, e))
        goto out;
    for (const struct migration *m = migrations; present < version && m->statement != NULL; m++)
        if (m->version == version && !db_exec(s, m->statement, e))
            goto out;
    if (present < version && !db_exec(s, set, e))
        goto out;
    ok = store_commit(s, e);
out:
    if (!ok) {
        store_rollback(s);
        (void)err_prefix(e, "bringing the schema to version %d", version);
    }
    free(set);
    return ok;
}

bool db_migrate(struct store *s, struct err *e)
{
    int version;

    if (!pragma_int(s, "PRAGMA user_version", &version, e))
        return false;
    if (version < newest_version() && !sealed_define_entry(s, e))
        return false;
    while (version < newest_version())
        if (!migrate_to(s, ++version, e))
            return false;
    return true;
}

bool db_journal(struct store *s, const char *mode, struct err *e)
{
    char *text = mem_printf("PRAGMA journal_mode = %s", mode);
    sqlite3_stmt *st = NULL;
    int rc = sqlite3_prepare_v2(s->db, text, -1, &st, NULL);
    bool ok = false;

    if (rc == SQLITE_OK)
        rc = sqlite3_step(st);
    if (rc != SQLITE_ROW)
        (void)db_fail(s, rc, "changing the journal", e);
    else if (strcmp((const char *)sqlite3_column_text(st, 0), mode) != 0)
        (void)db_fail(s, SQLITE_BUSY, "changing the journal", e);
    else
        ok = true;
    (void)sqlite3_finalize(st);
    free(text);
    return ok;
}

/* ---- creating and opening
 * ----------------------------------------------------------------------------------- */

/* Everything that a new file gets but its name. */
static bool fill_new(const char *path, const char *organisation, const struct secret *server, struct err *e)
{
    static const char at_birth[] =
        "PRAGMA page_size = 8192; PRAGMA auto_vacuum = NONE;"
        "PRAGMA encoding = 'UTF-8'; PRAGMA application_id = " VALUE_OF(0x544c4431) ";";
    uint8_t check[SECRET_HASH_BYTES];
    struct store *s = NULL;
    sqlite3_stmt *st;
    bool ok = false;

    _Static_assert(APPLICATION_ID == 0x544c4431, "the pragma says the same number");
    if (!open_handle(path, STORE_WRITE, &s, e) || !db_exec(s, at_birth, e) || !db_migrate(s, e))
        goto out;
    keys_check(server, check);
    if (!db_statement(s, SQL_ORGANISATION_ADD, &st, e))
        goto out;
    db_text(st, 1, organisation);
    db_bytes(st, 2, check, sizeof check);
    ok = db_run(s, st, e) && db_journal(s, "wal", e);
out:
    store_close(s);
    return ok;
}

bool store_create(const char *address, const char *organisation, struct err *e)
{
    struct secret server;
    char *temp = NULL;
    bool ok = false;

    if (!db_address_check(address, e) || !secret_init(e))
        return false;
    if (access(address, F_OK) == 0)
        return err_set(e, ERR_CONFLICT, "%s: exists already: name another file with --store", address);
    if (!keys_server_make(address, &server, e))
        return false;
    temp = durable_temp_beside(address, e);
    ok = temp != NULL && fill_new(temp, organisation, &server, e) && durable_sync(temp, e) &&
         durable_publish(temp, address, e);
    if (temp != NULL && !ok)
        (void)unlink(temp);
    free(temp);
    secret_wipe(&server, sizeof server);
    return ok;
}

bool db_take_key(struct store *s, const char *path, struct err *e)
{
    uint8_t check[SECRET_HASH_BYTES];
    uint8_t stored[SECRET_HASH_BYTES];
    sqlite3_stmt *st;
    bool row;
    bool ok;

    assert(s != NULL);
    if (!keys_server_load(path, &s->server, e)) {
        if (e->kind == ERR_NOT_FOUND)
            (void)err_set(e, ERR_STATE,
                          "%s.key: the store's key file is missing: put your copy of it there; "
                          "without it answers of a round that is not sealed can not be read",
                          path);
        return false;
    }
    keys_check(&s->server, check);
    if (!db_statement(s, SQL_ORGANISATION_GET, &st, e) || !db_step(s, st, &row, e))
        return false;
    if (!row)
        return err_set(e, ERR_IO, "%s: the file is damaged (no organisation): restore a backup", s->path);
    ok = db_copy_bytes(s, st, 1, stored, sizeof stored, e);
    db_done(st);
    if (ok && !secret_equal(check, stored, sizeof check))
        ok = err_set(e, ERR_STATE, "%s.key: belongs to another store: put the right key file there", path);
    secret_derive(&s->server, "submission", &s->submission);
    return ok;
}

bool db_write_same(struct store *s, struct err *e)
{
    char *text = mem_printf("PRAGMA user_version = %d", newest_version());
    bool ok = db_exec(s, text, e);

    free(text);
    return ok;
}

/*
 * What a process that ended badly left in the log may be there in the kernel's memory only: a sync that
 * failed once is never made up for. Before anything of it is acknowledged it goes into the database, which is
 * then synced; and a first write makes the log begin anew, so that what the disk has of the old one can not
 * be applied over it. With others at work (frames that a reader still needs) the log is in order: they would
 * have seen the fault.
 */
bool store_settle(struct store *s, struct err *e)
{
    int frames = 0;
    int settled = 0;
    int rc = sqlite3_wal_checkpoint_v2(s->db, NULL, SQLITE_CHECKPOINT_PASSIVE, &frames, &settled);

    if (rc != SQLITE_OK && (rc & 0xff) != SQLITE_BUSY)
        return db_fail(s, rc, "settling the log", e);
    return rc != SQLITE_OK || frames <= 0 || settled < frames || db_write_same(s, e);
}

bool store_open(const char *address, enum store_mode mode, struct store **out, struct err *e)
{
    struct store *s = NULL;

    *out = NULL;
    if (!db_address_check(address, e) || !secret_init(e) || !db_open_file(address, mode, &s, e))
        return false;
    if (!db_take_key(s, s->path, e) ||
        (mode == STORE_WRITE &&
         (!db_journal(s, "wal", e) || !db_migrate(s, e) || !store_settle(s, e) || !db_seals_finish(s, e)))) {
        store_close(s);
        return false;
    }
    *out = s;
    return true;
}

const struct secret *store_submission_secret(const struct store *s)
{
    return &s->submission;
}

/* ---- the lock of the serving process
 * ------------------------------------------------------------------------- */

/* A file of its own: SQLite's locks on the database come and go with each transaction. */
bool db_lock(const char *path, int *fd, struct err *e)
{
    char *name = db_beside(path, ".lock");
    bool ok = false;

    *fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (*fd < 0) {
        (void)err_set_errno(e, errno, "%s: can not be opened", name);
        goto out;
    }
    ok = flock(*fd, LOCK_EX | LOCK_NB) == 0;
    if (!ok && errno == EWOULDBLOCK)
        (void)err_set(e, ERR_CONFLICT, "%s: another tld-collector serves this store: stop it first", path);
    else if (!ok)
        (void)err_set_errno(e, errno, "%s: can not be locked", name);
    if (!ok) {
        (void)close(*fd);
        *fd = -1;
    }
out:
    free(name);
    return ok;
}

bool store_serve_lock(struct store *s, struct err *e)
{
    return s->serve_fd >= 0 || db_lock(s->path, &s->serve_fd, e);
}
