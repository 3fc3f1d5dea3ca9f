#include "analysis/cmd_published.h"

#include <stdlib.h>

#include "analysis/lattice.h"
#include "core/base/log.h"
#include "core/base/mem.h"

struct left_out {
    const struct round *round;
    bool before; /* it was published once, as it was then */
};

static bool was_released(const struct measurement *m, enum release_audience audience)
{
    for (size_t i = 0; i < m->pasts; i++) {
        if (m->past[i].audience == audience)
            return true;
    }
    return false;
}

/* Whether the round has results, and one of its forms is not released as it is now. */
static bool is_left_out(const struct dataset *d, const struct round *r, enum release_audience audience,
                        bool *before)
{
    bool out = false;

    *before = false;
    for (size_t i = 0; i < d->measurements; i++) {
        const struct measurement *m = &d->measurement[i];

        if (m->round != r || m->live)
            continue;
        *before |= was_released(m, audience);
        out = out || !lattice_is_released(d, m, audience);
    }
    return out;
}

static const char *why(const struct left_out *o)
{
    return o->before ? "its answers or areas have changed since it was published" : "it is not published";
}

static bool nothing_left(const struct left_out *list, size_t count, struct err *e)
{
    const char *last = list[count - 1].round->code;

    if (count == 1)
        return err_set(e, ERR_STATE,
                       "round %s can not be shown, since %s: run 'tld-analysis publish --round %s'", last,
                       why(list), last);
    return err_set(e, ERR_STATE,
                   "none of %zu sealed rounds can be shown, since none is published as it is now: run "
                   "'tld-analysis publish --round %s', which publishes those before it too",
                   count, last);
}

bool cmd_published_only(struct dataset *d, enum release_audience audience, struct err *e)
{
    struct left_out *list = mem_alloc(d->rounds, sizeof *list);
    size_t count = 0;
    bool ok = true;

    for (size_t i = 0; i < d->rounds; i++) {
        if (!is_left_out(d, &d->round[i], audience, &list[count].before))
            continue;
        list[count++].round = &d->round[i];
        dataset_leave_out(d, &d->round[i]);
    }
    if (count > 0 && d->measurements == 0)
        ok = nothing_left(list, count, e);
    for (size_t i = 0; i < count && ok; i++)
        log_warn("round %s is left out, since %s: run 'tld-analysis publish --round %s'", list[i].round->code,
                 why(&list[i]), list[i].round->code);
    free(list);
    return ok;
}
