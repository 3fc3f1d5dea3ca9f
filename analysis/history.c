#include "analysis/history.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/forebears.h"
#include "analysis/lineage.h"
#include "analysis/measure.h"
#include "core/base/mem.h"

static bool same_form(const struct measurement *a, const struct measurement *b)
{
    return strcmp(a->form->form->id, b->form->form->id) == 0;
}

static size_t items_of(const struct measurement *m)
{
    return (size_t)m->form->plan.questions + (size_t)m->form->plan.dimensions;
}

/* ---- items ----------------------------------------------------------------------------------------------
 */

/* The item of one form that an item of a later one carries on, or SIZE_MAX. */
static size_t joined_item(const struct form *now, size_t item, const struct form *then)
{
    const size_t questions = (size_t)now->questions;
    const int there = item < questions ? lineage_question(now, (int)item, then)
                                       : lineage_dimension(now, (int)(item - questions), then);

    if (there < 0)
        return SIZE_MAX;
    return item < questions ? (size_t)there : (size_t)then->questions + (size_t)there;
}

/* Back from version to version: where one of them does not have the item, the line goes on before it. */
static void join_item(struct history *h, size_t i, size_t item)
{
    const struct measurement *m = h->d->measurement;
    const size_t items = items_of(&m[i]);
    const struct form *form = m[i].form->form;
    size_t at = item;

    for (size_t j = i; j-- > 0;) {
        size_t *joined = &h->joined[i][j * items + item];

        *joined = SIZE_MAX;
        if (m[j].round == m[i].round || !same_form(&m[i], &m[j]))
            continue;
        *joined = joined_item(form, at, m[j].form->form);
        if (*joined != SIZE_MAX) {
            form = m[j].form->form;
            at = *joined;
        }
    }
}

struct origin history_origin(const struct history *h, size_t measurement, size_t item,
                             const struct place *earlier)
{
    const size_t items = items_of(&h->d->measurement[measurement]);
    struct origin o = {.item = SIZE_MAX};

    if (earlier != NULL)
        o.item = h->joined[measurement][earlier->measurement * items + item];
    if (o.item != SIZE_MAX)
        o.place = earlier;
    return o;
}

bool origin_shown(const struct origin *o)
{
    for (size_t i = 0; o->place != NULL && i < o->place->nodes; i++) {
        if (disclose_item(o->place->lattice->sheet, o->item, o->place->node[i]) != DISCLOSE_SHOWN)
            return false;
    }
    return o->place != NULL;
}

struct stat_summary history_summary(const struct history *h, const struct origin *o)
{
    const struct place *p = o->place;

    return p->nodes == 1 ? h->summary[p->measurement][o->item * p->lattice->nodes + p->node[0]]
                         : measure_summary(p->lattice->m->form, p->sum, o->item);
}

static struct stat_summary *summarise(const struct lattice *l)
{
    const size_t items = items_of(l->m);
    struct stat_summary *s = mem_alloc(items * l->nodes, sizeof *s);

    for (size_t item = 0; item < items; item++) {
        for (size_t node = 0; node < l->nodes; node++)
            s[item * l->nodes + node] = measure_summary(l->m->form, &l->node[node].sum, item);
    }
    return s;
}

void history_init(struct history *h, const struct results *from)
{
    const struct dataset *d = from->d;

    *h = (struct history){.d = d, .lattice = from->lattice};
    h->classes = mem_alloc(d->measurements, sizeof *h->classes);
    h->summary = mem_alloc(d->measurements, sizeof(struct stat_summary *));
    h->joined = mem_alloc(d->measurements, sizeof(size_t *));
    for (size_t i = 0; i < d->measurements; i++) {
        const size_t items = items_of(&d->measurement[i]);

        classes_init(&h->classes[i], &h->lattice[i]);
        h->summary[i] = summarise(&h->lattice[i]);
        h->joined[i] = mem_alloc(i * items, sizeof *h->joined[i]);
        for (size_t item = 0; item < items; item++)
            join_item(h, i, item);
    }
}

void history_fini(struct history *h)
{
    for (size_t i = 0; i < h->d->measurements; i++) {
        classes_fini(&h->classes[i]);
        free(h->joined[i]);
        free(h->summary[i]);
    }
    free(h->summary);
    free(h->classes);
    free(h->joined);
}

/* ---- places ---------------------------------------------------------------------------------------------
 */

static void add_node(struct place *p, size_t node)
{
    p->node = mem_grow(p->node, p->nodes + 1, sizeof *p->node);
    p->node[p->nodes++] = node;
}

/* After its nodes are known. */
static void take_together(struct place *p)
{
    const struct tally_plan *plan = &p->lattice->m->form->plan;

    p->sum = &p->lattice->node[p->node[0]].sum;
    if (p->nodes == 1)
        return;
    p->owned = mem_alloc(1, sizeof *p->owned);
    tally_sum_init(p->owned, plan);
    for (size_t i = 0; i < p->nodes; i++) {
        const struct tally_sum *s = &p->lattice->node[p->node[i]].sum;

        p->owned->responses += s->responses;
        for (unsigned k = 0; k < plan->width; k++)
            p->owned->counter[k] += s->counter[k];
    }
    p->sum = p->owned;
}

void place_init(struct place *p, const struct history *h, size_t measurement, size_t node)
{
    *p = (struct place){.measurement = measurement, .lattice = &h->lattice[measurement]};
    add_node(p, node);
    take_together(p);
}

void place_fini(struct place *p)
{
    if (p->owned != NULL)
        tally_sum_fini(p->owned);
    free(p->owned);
    free(p->node);
}

/* ---- lines ----------------------------------------------------------------------------------------------
 */

/* Whether the unit answered of which the node is a group. Of genders nothing is asked: how many there were is
 * itself an answer. */
static bool has_answered(const struct lattice *l, size_t node)
{
    const struct node *n = &l->node[node];

    return n->kind == NODE_GENDER ? forebears_responses(l, n->unit) > 0 : n->sum.responses > 0;
}

static void add_found(struct place *p, size_t node)
{
    if (node != SIZE_MAX && has_answered(p->lattice, node))
        add_node(p, node);
}

/* An area that was one unit then. */
static void add_only_unit(struct place *p, const struct dataset *d, int64_t area)
{
    for (size_t u = 0; u < d->units; u++) {
        if ((int64_t)d->area[u] == area)
            add_found(p, lattice_find(p->lattice, u, NODE_ALL, 0));
    }
}

/* Whether the unit was measured in a round before j. */
static bool was_measured(const struct history *h, size_t j, size_t unit)
{
    for (size_t k = 0; k < j; k++) {
        if (same_form(&h->d->measurement[k], &h->d->measurement[j]) &&
            forebears_responses(&h->lattice[k], unit) > 0)
            return true;
    }
    return false;
}

/* Of a unit that was: its part in the group has pupils of whom nobody answered, or the unit, which was there,
 * was left out of the round. The others are not all of the group then. */
static bool is_missing(const struct history *h, const struct place *p, const struct node *n, size_t unit)
{
    const size_t node = lattice_find(p->lattice, unit, n->kind, n->key);

    if (node != SIZE_MAX)
        return !has_answered(p->lattice, node);
    return forebears_responses(p->lattice, unit) == 0 && was_measured(h, p->measurement, unit);
}

/* The nodes of the units that were; none when one is missing. False when one of them was split. */
static bool add_forebears(struct place *p, const struct history *h, const struct node *n, int now)
{
    struct forebears f;
    bool whole = true, missing = false;

    forebears_init(&f, h->d, h->lattice, n->unit, round_months(p->lattice->m->round->code), now);
    for (size_t i = 0; i < f.count; i++)
        whole &= !f.at[i].cut || forebears_responses(p->lattice, f.at[i].unit) == 0;
    for (size_t i = 0; i < f.count; i++)
        missing |= is_missing(h, p, n, f.at[i].unit);
    for (size_t i = 0; i < f.count && whole && !missing; i++)
        add_found(p, lattice_find(p->lattice, f.at[i].unit, n->kind, n->key));
    forebears_fini(&f);
    return whole;
}

bool history_place(struct place *p, const struct history *h, size_t j, const struct node *n, int now)
{
    bool whole = true;

    *p = (struct place){.measurement = j, .lattice = &h->lattice[j]};
    if (n->unit != LATTICE_MUNICIPALITY && n->kind != NODE_CLASS)
        whole = add_forebears(p, h, n, now);
    else
        add_found(p, lattice_find(p->lattice, n->unit, n->kind, n->key));
    if (p->nodes == 0 && n->kind == NODE_AREA)
        add_only_unit(p, h->d, n->key);
    if (p->nodes > 0)
        take_together(p);
    return whole;
}

void line_init(struct line *l, const struct history *h, size_t measurement, size_t node)
{
    const struct measurement *m = h->d->measurement;
    const struct node *n = &h->lattice[measurement].node[node];
    const int now = round_months(m[measurement].round->code);

    *l = (struct line){.at = NULL};
    for (size_t j = measurement; j-- > 0 && !l->split;) {
        struct place p;

        if (m[j].round == m[measurement].round || !same_form(&m[j], &m[measurement]))
            continue;
        l->split = !history_place(&p, h, j, n, now);
        if (l->split || p.nodes == 0) {
            place_fini(&p);
            continue;
        }
        l->at = mem_room(l->at, l->count, &l->capacity, sizeof *l->at);
        l->at[l->count++] = p;
    }
}

void line_fini(struct line *l)
{
    for (size_t i = 0; i < l->count; i++)
        place_fini(&l->at[i]);
    free(l->at);
}

const struct place *line_at(const struct line *l, int month)
{
    for (size_t i = 0; i < l->count; i++) {
        if (round_months(l->at[i].lattice->m->round->code) == month)
            return &l->at[i];
    }
    return NULL;
}
