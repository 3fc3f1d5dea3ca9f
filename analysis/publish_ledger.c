#include "analysis/publish_ledger.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/dataset_past.h"
#include "core/base/buf.h"
#include "core/base/mem.h"

static char *units_of_area(const struct lattice *l, const struct node *area)
{
    struct buf out = BUF_INIT;

    for (size_t i = 0; i < l->nodes; i++) {
        const struct node *n = &l->node[i];

        if (n->unit != LATTICE_MUNICIPALITY && n->kind == NODE_ALL &&
            l->d->area[n->unit] == (size_t)area->key)
            buf_addf(&out, "%s%s", out.bytes == 0 ? "" : " ", l->d->unit[n->unit].code);
    }
    return buf_take(&out);
}

/* The ids of what is told of the group; NULL: nothing is. What is left out for a low response alone counts as
 * told: when the number of pupils is corrected later it can be shown, and nothing else has to change. */
static char *items_of_node(const struct lattice *l, size_t node)
{
    const struct form *f = l->m->form->form;
    struct buf out = BUF_INIT;

    if (disclose_group(l->sheet, node) == DISCLOSE_SHOWN)
        buf_adds(&out, DATASET_PAST_SIZE);
    for (int q = 0; q < f->questions; q++) {
        if (f->question[q].dimension != FORM_BACKGROUND && disclose_may_tell(l->sheet, (size_t)q, node))
            buf_addf(&out, "%s%s", out.bytes == 0 ? "" : " ", f->question[q].id);
    }
    for (int d = 0; d < f->dimensions; d++) {
        if (disclose_may_tell(l->sheet, lattice_dimension_item(l, d), node))
            buf_addf(&out, "%s%s", out.bytes == 0 ? "" : " ", f->dimension[d].id);
    }
    if (out.bytes > 0)
        return buf_take(&out);
    buf_fini(&out);
    return NULL;
}

static void add_ledger_row(struct release *r, size_t *capacity, const struct lattice *l, size_t node)
{
    const struct node *n = &l->node[node];
    char *items = n->never ? NULL : items_of_node(l, node);
    struct release_row row = {.key = n->key, .items = items};

    if (items == NULL)
        return;
    if (n->unit != LATTICE_MUNICIPALITY)
        memcpy(row.unit_code, l->d->unit[n->unit].code, sizeof row.unit_code);
    (void)strncpy(row.kind, n->kind == NODE_AREA ? "area" : lattice_kind(n), sizeof row.kind - 1);
    row.units = n->kind == NODE_AREA ? units_of_area(l, n) : mem_dup("");
    if (n->kind == NODE_AREA)
        row.key = 0; /* its number is of this run only */
    else if (n->kind == NODE_CLASS)
        row.key = l->d->group[n->key].group.id;
    r->row = mem_room(r->row, r->rows, capacity, sizeof *r->row);
    r->row[r->rows++] = row;
}

static void add_release(struct ledger *g, const struct lattice *l, const struct dataset *d,
                        struct measurement *m, enum release_audience audience)
{
    struct release r = {.audience = audience, .layout = TALLY_LAYOUT};
    size_t capacity = 0;

    memcpy(r.form_hash, m->form->form->hash, sizeof r.form_hash);
    r.tally = dataset_past_pack(d, m, &r.tally_bytes);
    for (size_t i = 0; i < l->nodes; i++)
        add_ledger_row(&r, &capacity, l, i);
    g->release = mem_room(g->release, g->releases, &g->release_capacity, sizeof *g->release);
    g->round = mem_room(g->round, g->releases, &g->round_capacity, sizeof *g->round);
    g->round[g->releases] = m->round->code;
    g->release[g->releases++] = r;
}

void ledger_add(struct ledger *g, const struct results *results, struct dataset *d)
{
    for (size_t i = 0; i < d->measurements; i++) {
        if (!results->lattice[i].stands)
            add_release(g, &results->lattice[i], d, &d->measurement[i], results->audience);
    }
}

bool ledger_write(const struct ledger *g, struct store *s, struct err *e)
{
    for (size_t i = 0; i < g->releases; i++) {
        if (!store_release_add(s, g->round[i], &g->release[i], e))
            return false;
    }
    return true;
}

void ledger_fini(struct ledger *g)
{
    store_releases_free(g->release, g->releases);
    free(g->round);
}

bool ledger_record(const struct results *results, struct dataset *d, const char *store, struct err *e)
{
    struct ledger ledger = {.release = NULL};
    struct store *s = NULL;
    bool ok;

    ledger_add(&ledger, results, d);
    ok = ledger.releases == 0 || (store_open(store, STORE_WRITE, &s, e) && store_begin(s, e) &&
                                  ledger_write(&ledger, s, e) && store_commit(s, e));
    store_close(s);
    ledger_fini(&ledger);
    return ok || err_prefix(e, "what a live look shows has to be recorded first");
}
