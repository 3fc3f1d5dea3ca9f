#include "analysis/dataset_tally.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/parallel.h"

/* ---- what is kept ---------------------------------------------------------------------------------------
 */

static const char *unit_code(size_t unit, const void *dataset)
{
    return ((const struct dataset *)dataset)->unit[unit].code;
}

static size_t unit_number(const char *code, const void *dataset)
{
    return dataset_unit_index(dataset, code);
}

/* The classes that a kept tally speaks of must be there. */
static bool groups_known(const struct dataset *d, const struct tally *t)
{
    for (size_t i = 0; i < t->groups; i++) {
        if (dataset_group_index(d, t->group[i].id) == SIZE_MAX)
            return false;
    }
    return true;
}

/* *found is false when none is kept, or what is kept is damaged: then it is computed again. */
static bool read_kept(struct store *s, const struct dataset *d, struct measurement *m, bool *found,
                      struct err *e)
{
    struct err damage = ERR_INIT;
    void *bytes = NULL;
    size_t count = 0;

    *found = false;
    if (!store_tally_get(s, m->round->code, m->form->form->hash, TALLY_LAYOUT, &bytes, &count, e))
        return false;
    if (bytes != NULL) {
        *found = tally_unpack(&m->tally, bytes, count, unit_number, d, &damage) && groups_known(d, &m->tally);
        if (!*found)
            log_warn("round %s, form %s: %s; counting anew", m->round->code, m->form->form->id,
                     damage.kind == ERR_NONE ? "a kept tally has a class that is not there" : damage.text);
    }
    free(bytes);
    return true;
}

static void empty(const struct dataset *d, struct measurement *m)
{
    tally_fini(&m->tally);
    tally_init(&m->tally, &m->form->plan, d->units);
}

/* A tally that can not be kept (a store that we may only read, a busy one) is only slower next time. */
static void keep(const char *address, const struct dataset *d, struct measurement *m, size_t count)
{
    struct err e = ERR_INIT;
    struct store *s = NULL;
    bool ok = store_open(address, STORE_WRITE, &s, &e);

    for (size_t i = 0; ok && i < count; i++) {
        size_t bytes;
        void *packed = tally_pack(&m[i].tally, unit_code, d, &bytes);

        ok = store_tally_put(s, m[i].round->code, m[i].form->form->hash, TALLY_LAYOUT, packed, bytes, &e);
        free(packed);
    }
    ok = ok && store_settle(s, &e);
    if (!ok)
        log_warn("the tallies of round %s could not be kept, so the next run counts again: %s",
                 m->round->code, e.text);
    store_close(s);
}

/* ---- counting -------------------------------------------------------------------------------------------
 */

/* One thread's part of a round. */
struct part {
    const char *address;
    const struct dataset *d;
    const struct measurement *m;
    size_t count;
    unsigned part, parts;
    struct tally *tally; /* one for each measurement */
    const struct dataset_place *last;
    bool ok;
    struct err e;
};

/* Blocks mostly come in the order of their classes: look at the next one before searching. */
static const struct dataset_place *place_of(struct part *p, int64_t group_id)
{
    const struct dataset_place *end = p->d->by_id + p->d->groups;

    if (p->last != NULL && p->last + 1 < end && p->last[1].id == group_id)
        p->last++;
    else
        p->last = dataset_place(p->d, group_id);
    return p->last;
}

static bool is_late(const struct measurement *m, int64_t group_id)
{
    for (size_t i = 0; i < m->lates; i++) {
        if (m->late[i] == group_id)
            return true;
    }
    return false;
}

static bool add_block(const struct block *b, void *arg, struct err *e)
{
    struct part *p = arg;
    const struct dataset_place *place = place_of(p, b->group_id);

    if (place == NULL)
        return err_set(e, ERR_BUG, "answers of a class that is not there");
    for (size_t i = 0; i < p->count; i++) {
        const struct group *g;

        if (memcmp(p->m[i].form->form->hash, b->form_hash, FORM_HASH_BYTES) != 0)
            continue;
        if (is_late(&p->m[i], b->group_id) || tally_add(&p->tally[i], place->unit, b, e))
            return true;
        g = &p->d->group[place->group].group;
        return err_prefix(e, "unit %s, class %s", g->unit_code, g->name);
    }
    return err_set(e, ERR_BUG, "answers to a form that the round has not");
}

static void count_part(size_t i, void *arg)
{
    struct part *p = (struct part *)arg + i;
    struct store *s = NULL;

    p->ok = store_open(p->address, STORE_READ, &s, &p->e) &&
            store_block_each_part(s, p->m[0].round->code, p->part, p->parts, add_block, p, &p->e);
    store_close(s);
}

/* A thread is worth its start from some thousand classes on. */
static unsigned threads_for(const struct dataset_options *o, const struct dataset *d)
{
    return o->threads == 0 && d->groups < 2000 ? 1 : parallel_threads(o->threads);
}

bool dataset_tally_count(const char *address, const struct dataset_options *o, const struct dataset *d,
                         struct measurement *m, size_t count, struct err *e)
{
    const unsigned parts = threads_for(o, d);
    struct part *part = mem_alloc(parts, sizeof *part);
    bool ok = true;

    for (unsigned i = 0; i < parts; i++) {
        part[i] = (struct part){
            .address = address, .d = d, .m = m, .count = count, .part = i, .parts = parts, .e = ERR_INIT};
        part[i].tally = mem_alloc(count, sizeof *part[i].tally);
        for (size_t k = 0; k < count; k++) {
            tally_init(&part[i].tally[k], &m[k].form->plan, d->units);
            tally_reserve(&part[i].tally[k],
                          d->groups / (i == 0 ? 1 : parts)); /* the others join the first */
        }
    }
    parallel_each(parts, parts, count_part, part, NULL);
    for (unsigned i = 0; i < parts; i++) {
        if (ok && !part[i].ok) {
            *e = part[i].e;
            ok = false;
        }
        for (size_t k = 0; k < count; k++)
            tally_merge(&m[k].tally, &part[i].tally[k]);
        free(part[i].tally);
    }
    free(part);
    return ok;
}

static bool count_live(struct store *s, const struct dataset *d, struct measurement *m, size_t count,
                       struct err *e)
{
    struct part p = {.d = d, .m = m, .count = count};
    bool ok;

    p.tally = mem_alloc(count, sizeof *p.tally);
    for (size_t k = 0; k < count; k++)
        tally_init(&p.tally[k], &m[k].form->plan, d->units);
    ok = store_open_each(s, m[0].round->code, add_block, &p, e);
    for (size_t k = 0; k < count; k++)
        tally_merge(&m[k].tally, &p.tally[k]);
    free(p.tally);
    return ok;
}

bool dataset_tally_without_late(const char *address, struct store *s, const struct dataset_options *o,
                                const struct dataset *d, struct measurement *m, size_t count, struct err *e)
{
    for (size_t i = 0; i < count; i++)
        empty(d, &m[i]);
    if (m[0].live ? !count_live(s, d, m, count, e) : !dataset_tally_count(address, o, d, m, count, e))
        return false;
    for (size_t i = 0; i < count; i++)
        tally_sort(&m[i].tally);
    return true;
}

bool dataset_tally_round(const char *address, struct store *s, const struct dataset_options *o,
                         const struct dataset *d, struct measurement *m, size_t count, struct err *e)
{
    bool all = true;

    if (count == 0)
        return true;
    for (size_t i = 0; i < count && all && !m[0].live; i++) {
        if (!read_kept(s, d, &m[i], &all, e))
            return false;
    }
    if (all && !m[0].live)
        return true;
    if (o->progress != NULL)
        o->progress(m[0].round->code);
    if (!dataset_tally_without_late(address, s, o, d, m, count, e))
        return false;
    if (!m[0].live)
        keep(address, d, m, count);
    return true;
}
