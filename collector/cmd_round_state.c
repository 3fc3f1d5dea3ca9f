/* `round open`, `round close` and `round seal`. */

#include <stdio.h>
#include <stdlib.h>

#include "collector/access_points.h"
#include "collector/cmd.h"
#include "collector/pinned.h"
#include "core/base/day.h"

const struct opt cmd_round_open_options[] = {
    {.name = "closes", .value = "TIME", .help = "a new time to close, Swedish time, as '2026-10-31 20:00'"},
    {.name = NULL},
};

/* Runs `step` on the round in one transaction. */
static bool change(const struct args *a,
                   bool (*step)(const struct args *, struct store *, struct round *, struct err *),
                   struct err *e)
{
    struct store *s = NULL;
    struct round r;
    bool ok = cmd_store_open(a, STORE_WRITE, &s, e) && store_begin(s, e) &&
              cmd_round_get(s, args_operand(a, 0), &r, e) && step(a, s, &r, e) && store_commit(s, e);

    store_close(s); /* rolls back unless committed */
    if (ok)
        printf("round %s is %s\n", r.code, round_state_word(r.state));
    return ok;
}

static bool set_state(struct store *s, struct round *r, enum round_state state, struct err *e)
{
    if (r->state == state)
        return true;
    if (!store_round_set_state(s, r->code, state, e))
        return false;
    r->state = state;
    return true;
}

/* ---- open ------------------------------------------------------------------------------------------------
 */

/* Classes imported while the round was closed have no links yet. */
static bool fill(struct store *s, const struct round *r, struct err *e)
{
    struct access_points_report report;
    struct pinned forms;
    bool ok;

    pinned_init(&forms);
    ok = pinned_load(s, r->code, &forms, e) && access_points_fill(s, r, &forms, &report, e);
    pinned_fini(&forms);
    return ok;
}

static bool open_step(const struct args *a, struct store *s, struct round *r, struct err *e)
{
    const char *closes = args_text(a, "closes");
    int64_t now_s = cmd_now_s();
    int64_t opens_s = r->opens_s > now_s ? now_s : r->opens_s;
    int64_t closes_s = r->closes_s;

    if (r->state == ROUND_SEALED)
        return err_set(e, ERR_STATE, "round %s is sealed: it never opens again", r->code);
    if (closes != NULL && !day_parse(closes, &closes_s, e))
        return err_prefix(e, "--closes");
    if (closes_s <= now_s)
        return err_set(e, ERR_STATE, "round %s would close at once: give a time to come with --closes",
                       r->code);
    if ((opens_s != r->opens_s || closes_s != r->closes_s) &&
        !store_round_set_times(s, r->code, opens_s, closes_s, e))
        return false;
    return set_state(s, r, ROUND_OPEN, e) && fill(s, r, e) && cmd_settings_remind(s, e);
}

bool cmd_round_open(const struct args *a, struct err *e)
{
    return change(a, open_step, e);
}

/* ---- close -----------------------------------------------------------------------------------------------
 */

static bool close_step(const struct args *a, struct store *s, struct round *r, struct err *e)
{
    int64_t now_s = cmd_now_s();

    (void)a;
    if (r->state == ROUND_SEALED)
        return err_set(e, ERR_STATE, "round %s is sealed already", r->code);
    /* Pupils who come too late are told when it closed. */
    if (r->closes_s > now_s && r->opens_s <= now_s) {
        int64_t closes_s = now_s > r->opens_s ? now_s : r->opens_s + 1;

        if (!store_round_set_times(s, r->code, r->opens_s, closes_s, e))
            return false;
    }
    return set_state(s, r, ROUND_CLOSED, e);
}

bool cmd_round_close(const struct args *a, struct err *e)
{
    return change(a, close_step, e);
}

/* ---- seal ------------------------------------------------------------------------------------------------
 */

/* A round whose time is over may be sealed even if no collector was there to close it. */
static bool close_by_clock(struct store *s, struct round *r, struct err *e)
{
    if (r->state == ROUND_SEALED || r->state == ROUND_CLOSED)
        return true;
    if (round_state_at(r, cmd_now_s()) != ROUND_CLOSED)
        return err_set(e, ERR_STATE, "round %s is %s: close it first, with round close", r->code,
                       round_state_word(round_state_at(r, cmd_now_s())));
    return set_state(s, r, ROUND_CLOSED, e);
}

bool cmd_round_seal(const struct args *a, struct err *e)
{
    struct store *s = NULL;
    struct round r;
    bool ok = false;

    if (!cmd_store_open(a, STORE_WRITE, &s, e) || !cmd_round_get(s, args_operand(a, 0), &r, e) ||
        !close_by_clock(s, &r, e))
        goto out;
    if (opt_progress())
        (void)fprintf(stderr, "sealing round %s and compacting the store …\n", r.code);
    if (!store_round_seal(s, r.code, e))
        goto out;
    printf("round %s is sealed\n", r.code);
    ok = true;
out:
    store_close(s);
    return ok;
}
