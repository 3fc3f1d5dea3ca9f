/* Sealing: single responses become column blocks, and what they were is destroyed. */

#include "core/store/sqlite/rows.h"
#include "core/store/sqlite/sealed.h"

#include <stdlib.h>

#include "core/store/durable.h"
#include "core/store/keys.h"

static bool add_block(const struct packed *b, void *arg, struct err *e)
{
    return sealed_writer_add(arg, b, e);
}

static bool pack_round(struct store *s, struct round_known *r, struct err *e)
{
    struct sealed_writer to;
    struct pack all;
    bool ok;

    pack_init(&all);
    sealed_writer_init(&to, s, r->id);
    ok = rows_collect(s, r, &all, e) && pack_each(&all, add_block, &to, e) && sealed_writer_end(&to, e) &&
         db_round_end(s, r, e);
    sealed_writer_fini(&to);
    pack_fini(&all);
    return ok;
}

/* After a crash between the commit and here the old pages still lie in the file and its log; so does the hash
 * key beside it, and a copy that a killed restoring has left. Each step may be repeated. The key goes first,
 * its file last: while there is one, something is left to be done. */
static bool compact(struct store *s, const char *code, struct err *e)
{
    int rc;

    if (!keys_round_wipe(s->path, code, e) || !durable_temps_remove(s->path, e) || !db_exec(s, "VACUUM", e))
        return err_prefix(e, "the round %s is sealed, but its traces remain until it is sealed once more",
                          code);
    rc = sqlite3_wal_checkpoint_v2(s->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    if (rc != SQLITE_OK)
        (void)db_fail(s, rc, "emptying the log", e);
    else if (keys_round_remove(s->path, code, e))
        return true;
    return err_prefix(e, "the round %s is sealed, but its traces remain until it is sealed once more", code);
}

bool store_round_seal(struct store *s, const char *code, struct err *e)
{
    struct round_known *r;
    bool own;
    bool ok = false;

    if (s->in_transaction)
        return err_set(e, ERR_BUG, "a round is sealed in a transaction of its own");
    if (!db_enter(s, &own, e))
        return false;
    if (!db_round(s, code, &r, e))
        goto out;
    if (r->round.state == ROUND_PLANNED || r->round.state == ROUND_OPEN)
        (void)err_set(e, ERR_STATE, "the round %s is %s: close it first", code,
                      round_state_word(r->round.state));
    else
        ok = r->round.state == ROUND_SEALED || pack_round(s, r, e);
    if (ok)
        db_round_forget_keys(r);
out:
    return db_leave(s, own, ok, e) && compact(s, code, e);
}

/* The round is told to be sealed, so nobody would seal it again; the file of its hash key shows that it broke
 * off. Others may be at work, or the disk full: the store is opened all the same. */
bool db_seals_finish(struct store *s, struct err *e)
{
    struct round *rounds = NULL;
    size_t count = 0;
    bool ok = store_round_list(s, &rounds, &count, e);

    for (size_t i = 0; ok && i < count; i++) {
        if (rounds[i].state != ROUND_SEALED || !keys_round_exists(s->path, rounds[i].code))
            continue;
        ok = compact(s, rounds[i].code, e) || e->kind == ERR_BUSY || e->kind == ERR_LIMIT;
        if (ok)
            err_clear(e);
    }
    free(rounds);
    return ok;
}
