#include "analysis/dataset_past.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/disclose.h"
#include "core/base/mem.h"

const char DATASET_PAST_SIZE[] = "*";

static const char *unit_code(size_t unit, const void *dataset)
{
    return ((const struct dataset *)dataset)->unit[unit].code;
}

static size_t unit_number(const char *code, const void *dataset)
{
    return dataset_unit_index(dataset, code);
}

void *dataset_past_pack(const struct dataset *d, struct measurement *m, size_t *bytes)
{
    return tally_pack(&m->tally, unit_code, d, bytes);
}

/* The item of the form with this id, the questions before the dimensions; -1: it has none. */
static int item_by_id(const struct form *f, const char *id)
{
    int at = form_question_index(f, id);

    for (int i = 0; at < 0 && i < f->dimensions; i++) {
        if (strcmp(f->dimension[i].id, id) == 0)
            at = f->questions + i;
    }
    return at;
}

static bool read_items(const struct form *f, const char *items, struct past_row *out, struct err *e)
{
    char *copy = mem_dup(items), *rest = NULL;
    bool ok = true;

    out->item = mem_alloc((size_t)f->questions + (size_t)f->dimensions, sizeof *out->item);
    for (char *id = strtok_r(copy, " ", &rest); id != NULL && ok; id = strtok_r(NULL, " ", &rest)) {
        const int item = item_by_id(f, id);

        if (strcmp(id, DATASET_PAST_SIZE) == 0)
            out->size = true;
        else if (item >= 0)
            out->item[item] = true;
        else
            ok = err_set(e, ERR_STATE, "the ledger tells of '%s', which the form does not have", id);
    }
    free(copy);
    return ok;
}

static bool read_units(const struct dataset *d, const char *units, struct past_row *out, struct err *e)
{
    char *copy = mem_dup(units), *rest = NULL;
    bool ok = true;

    out->members = mem_alloc(d->units, sizeof *out->members);
    for (char *code = strtok_r(copy, " ", &rest); code != NULL && ok; code = strtok_r(NULL, " ", &rest)) {
        const size_t unit = dataset_unit_index(d, code);

        if (unit == SIZE_MAX || out->units == d->units)
            ok = err_set(e, ERR_STATE, "the ledger tells of the unit %s, which is not there", code);
        else
            out->members[out->units++] = unit;
    }
    free(copy);
    return ok;
}

static bool read_row(const struct dataset *d, const struct form *f, const struct release_row *r,
                     struct past_row *out, struct err *e)
{
    *out = (struct past_row){.unit = SIZE_MAX, .key = r->key};
    memcpy(out->kind, r->kind, sizeof out->kind);
    if (r->unit_code[0] != '\0') {
        out->unit = dataset_unit_index(d, r->unit_code);
        if (out->unit == SIZE_MAX)
            return err_set(e, ERR_STATE, "the ledger tells of the unit %s, which is not there", r->unit_code);
    }
    if (strcmp(r->kind, "class") == 0) {
        const size_t group = dataset_group_index(d, r->key);

        if (group == SIZE_MAX)
            return err_set(e, ERR_STATE, "the ledger tells of a class (number %lld) that is not there",
                           (long long)r->key);
        out->key = (int64_t)group;
    }
    return read_items(f, r->items, out, e) && read_units(d, r->units, out, e);
}

static bool read_release(const struct dataset *d, struct measurement *m, const struct release *r,
                         const void *now, size_t now_bytes, struct err *e)
{
    struct past *p = &m->past[m->pasts++];

    *p = (struct past){.audience = r->audience};
    tally_init(&p->tally, &m->form->plan, d->units);
    p->row = mem_alloc(r->rows, sizeof *p->row);
    p->same =
        r->layout == TALLY_LAYOUT && r->tally_bytes == now_bytes && memcmp(r->tally, now, now_bytes) == 0;
    if (r->layout != TALLY_LAYOUT)
        return err_set(e, ERR_STATE, "it was released by another version of the program");
    if (!p->same && !tally_unpack(&p->tally, r->tally, r->tally_bytes, unit_number, d, e))
        return false;
    for (size_t i = 0; i < p->tally.groups; i++) {
        if (dataset_group_index(d, p->tally.group[i].id) == SIZE_MAX)
            return err_set(e, ERR_STATE, "the ledger counts a class that is not there");
    }
    for (; p->rows < r->rows; p->rows++) {
        if (!read_row(d, m->form->form, &r->row[p->rows], &p->row[p->rows], e)) {
            p->rows++;
            return false;
        }
    }
    return true;
}

bool dataset_past_load(struct store *s, const struct dataset *d, struct measurement *m, struct err *e)
{
    struct release *list = NULL;
    size_t count = 0, bytes = 0;
    void *now = NULL;
    bool ok = false;

    if (!store_release_list(s, m->round->code, &list, &count, e))
        return false;
    m->past = mem_alloc(count, sizeof *m->past);
    for (size_t i = 0; i < count; i++) {
        if (memcmp(list[i].form_hash, m->form->form->hash, FORM_HASH_BYTES) != 0)
            continue;
        if (now == NULL)
            now = dataset_past_pack(d, m, &bytes);
        if (!read_release(d, m, &list[i], now, bytes, e)) {
            (void)err_prefix(e, "what was released of the form %s", m->form->form->id);
            goto out;
        }
    }
    ok = true;
out:
    free(now);
    store_releases_free(list, count);
    return ok;
}

void dataset_past_fini(struct measurement *m)
{
    for (size_t i = 0; i < m->pasts; i++) {
        for (size_t k = 0; k < m->past[i].rows; k++) {
            free(m->past[i].row[k].item);
            free(m->past[i].row[k].members);
        }
        free(m->past[i].row);
        tally_fini(&m->past[i].tally);
    }
    free(m->past);
    m->past = NULL;
    m->pasts = 0;
}

bool dataset_past_late(struct measurement *m)
{
    const struct past *last = m->pasts == 0 ? NULL : &m->past[m->pasts - 1];
    size_t room = 0;

    if (last == NULL || last->same)
        return false;
    for (size_t i = 0; i < m->tally.groups; i++) {
        const struct tally_group *g = &m->tally.group[i];

        if (g->piece > 0 || g->responses >= DISCLOSE_K || tally_find(&last->tally, g->id) != SIZE_MAX)
            continue;
        m->late = mem_room(m->late, m->lates, &room, sizeof *m->late);
        m->late[m->lates++] = g->id;
        m->late_responses += g->responses;
    }
    return m->lates > 0;
}
