/* Copies of a store, and putting one back. */

#include "core/store/sqlite/db.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/store/durable.h"

static bool copy_into(struct store *s, const char *file, struct err *e)
{
    sqlite3_stmt *st = NULL;
    char *plain;
    int rc;

    /* A reading handle may write this other file. */
    if (s->mode == STORE_READ && !db_exec(s, "PRAGMA query_only = OFF", e))
        return false;
    plain = db_plain_path(file);
    rc = sqlite3_prepare_v2(s->db, "VACUUM INTO ?1", -1, &st, NULL);
    if (rc == SQLITE_OK)
        db_text(st, 1, plain);
    if (rc == SQLITE_OK && (rc = sqlite3_step(st)) == SQLITE_DONE)
        rc = SQLITE_OK;
    if (rc != SQLITE_OK)
        (void)db_fail(s, rc, "making a backup", e);
    (void)sqlite3_finalize(st);
    free(plain);
    if (s->mode == STORE_READ && !db_exec(s, "PRAGMA query_only = ON", e))
        return false;
    return rc == SQLITE_OK;
}

bool store_backup(struct store *s, const char *file, struct err *e)
{
    char *temp;
    bool ok;

    if (s->in_transaction)
        return err_set(e, ERR_BUG, "a backup within a transaction");
    if (access(file, F_OK) == 0)
        return err_set(e, ERR_CONFLICT, "%s: exists already: name another file", file);
    temp = durable_temp_beside(file, e);
    if (temp == NULL)
        return false;
    ok = copy_into(s, temp, e) && durable_sync(temp, e) && durable_publish(temp, file, e);
    if (!ok)
        (void)unlink(temp);
    free(temp);
    return ok;
}

/* ---- restoring
 * ------------------------------------------------------------------------------------------------- */

static bool copy_file(const char *from, const char *to, struct err *e)
{
    enum { CHUNK_BYTES = 1024 * 1024 };
    char *chunk = mem_alloc(CHUNK_BYTES, 1);
    int in = open(from, O_RDONLY | O_CLOEXEC);
    int out = open(to, O_WRONLY | O_CLOEXEC);
    ssize_t n = 0;
    bool ok = false;

    if (in < 0 || out < 0) {
        if (in < 0 && errno == ENOENT)
            (void)err_set(e, ERR_NOT_FOUND, "%s: there is no such file", from);
        else
            (void)err_set_errno(e, errno, "%s: can not be opened", in < 0 ? from : to);
        goto out;
    }
    while ((n = read(in, chunk, CHUNK_BYTES)) > 0)
        for (ssize_t done = 0, w; done < n; done += w)
            if ((w = write(out, chunk + done, (size_t)(n - done))) <= 0) {
                if (w < 0 && errno != ENOSPC)
                    (void)err_set_errno(e, errno, "%s: can not be written", to);
                else
                    (void)err_set(e, ERR_LIMIT, "%s: the disk is full: make room and try again", to);
                goto out;
            }
    ok = n == 0 || err_set_errno(e, errno, "%s: can not be read", from);
out:
    if (in >= 0)
        (void)close(in);
    if (out >= 0)
        (void)close(out);
    free(chunk);
    return ok;
}

static bool check_whole(struct store *s, struct err *e)
{
    static const char *const checks[] = {"PRAGMA integrity_check(1)", "PRAGMA foreign_key_check"};
    bool ok = true;

    for (size_t i = 0; ok && i < sizeof checks / sizeof *checks; i++) {
        sqlite3_stmt *st = NULL;
        int rc = sqlite3_prepare_v2(s->db, checks[i], -1, &st, NULL);

        if (rc == SQLITE_OK)
            rc = sqlite3_step(st);
        if (rc == SQLITE_ROW && (i > 0 || strcmp((const char *)sqlite3_column_text(st, 0), "ok") != 0))
            ok = err_set(e, ERR_STATE, "the backup is damaged: take another one");
        else if (rc != SQLITE_ROW && rc != SQLITE_DONE)
            ok = db_fail(s, rc, "checking the backup", e);
        (void)sqlite3_finalize(st);
    }
    return ok;
}

static bool check_copy(const char *copy, const char *address, struct err *e)
{
    struct store *s = NULL;
    bool ok = db_open_file(copy, STORE_WRITE, &s, e) && check_whole(s, e) && db_take_key(s, address, e) &&
              db_migrate(s, e) && db_journal(s, "wal", e);

    store_close(s);
    /* It is ours: what can not be read in it is damaged. */
    if (!ok && e->kind == ERR_IO)
        e->kind = ERR_STATE;
    return ok;
}

/* Brings the log of the present store into its file, so that none is left to be applied to the restored one.
 */
static bool settle_present(const char *address, struct err *e)
{
    struct store *s = NULL;
    char *log = db_beside(address, "-wal");
    bool ok = false;

    if (access(address, F_OK) != 0) {
        if (access(log, F_OK) == 0)
            (void)err_set(e, ERR_STATE, "%s: is left over from a store that is gone: move it away first",
                          log);
        else
            ok = true;
        goto out;
    }
    if (!db_open_file(address, STORE_WRITE, &s, e)) {
        (void)err_prefix(e, "what is there can not be replaced safely: move it and its \"-wal\" away first");
        goto out;
    }
    ok = db_journal(s, "delete", e);
    if (!ok && e->kind == ERR_BUSY)
        (void)err_set(e, ERR_BUSY, "%s: another program has the store open: stop it first", address);
out:
    store_close(s);
    free(log);
    return ok;
}

bool store_restore(const char *address, const char *backup_file, struct err *e)
{
    char *temp = NULL;
    int lock = -1;
    bool ok = false;

    if (!db_address_check(address, e) || !secret_init(e) || !db_lock(address, &lock, e))
        return false;
    if (!durable_temps_remove(address, e))
        goto out;
    temp = durable_temp_beside(address, e);
    if (temp == NULL)
        goto out;
    if (!copy_file(backup_file, temp, e))
        goto out;
    if (!check_copy(temp, address, e)) {
        (void)err_prefix(e, "%s", backup_file);
        goto out;
    }
    ok = durable_sync(temp, e) && settle_present(address, e) && durable_replace(temp, address, e);
out:
    if (temp != NULL && !ok)
        (void)unlink(temp);
    free(temp);
    (void)close(lock);
    return ok;
}
