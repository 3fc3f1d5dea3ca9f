/* What was released of a lattice before. Part of lattice_control. */
#include "analysis/lattice_control_part.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

/* ---- a late change --------------------------------------------------------------------------------------
 */

/* How many responses at least are not the same: to some question, those that came, or those that went. */
static int64_t changed(const struct tally_plan *p, const struct tally_sum *a, const struct tally_sum *b)
{
    int64_t most = 0;

    for (int q = 0; q < p->questions; q++) {
        int64_t came = 0, went = 0;

        for (unsigned i = p->first[q]; i < p->first[q] + (unsigned)p->options[q] + 2; i++) {
            const int64_t more = b->counter[i] - a->counter[i];

            came += more > 0 ? more : 0;
            went += more < 0 ? -more : 0;
        }
        most = came > most ? came : most;
        most = went > most ? went : most;
    }
    return most;
}

bool control_is_same(const struct tally_plan *p, const struct tally_sum *a, const struct tally_sum *b)
{
    return a->responses == b->responses && memcmp(a->counter, b->counter, p->width * sizeof *a->counter) == 0;
}

void control_bar_classes(struct lattice_control *c)
{
    const struct lattice *now = &c->layer[0].lattice;

    for (size_t y = 1; y < c->layers; y++) {
        const struct lattice *then = &c->layer[y].lattice;

        for (size_t i = 0; i < then->nodes; i++) {
            const struct node *n = &then->node[i];
            const size_t here =
                n->kind != NODE_CLASS ? SIZE_MAX : lattice_find(now, n->unit, n->kind, n->key);

            if (here == SIZE_MAX || n->sum.responses == 0 || now->node[here].sum.responses == 0 ||
                control_is_same(control_plan(&c->layer[0]), &n->sum, &now->node[here].sum))
                continue;
            c->barred[n->key] |=
                changed(control_plan(&c->layer[0]), &n->sum, &now->node[here].sum) < DISCLOSE_K;
        }
    }
}

/* ---- what was released before ---------------------------------------------------------------------------
 */

static bool has_unit(const struct past_row *r, size_t unit)
{
    for (size_t i = 0; i < r->units; i++) {
        if (r->members[i] == unit)
            return true;
    }
    return false;
}

/* Whether the row's units are all that the lattice has in the area. */
static bool is_area(const struct lattice *l, const struct node *area, const struct past_row *r)
{
    size_t units = 0;

    for (size_t i = 0; i < l->nodes; i++) {
        const struct node *n = &l->node[i];

        if (n->unit == LATTICE_MUNICIPALITY || n->kind != NODE_ALL ||
            l->d->area[n->unit] != (size_t)area->key)
            continue;
        if (!has_unit(r, n->unit))
            return false;
        units++;
    }
    return units == r->units;
}

/* The node that the row told of; SIZE_MAX when there is none. */
static size_t find_past_row(const struct lattice *l, const struct past_row *r)
{
    if (r->units > 0) {
        for (size_t i = 0; i < l->nodes; i++) {
            if (l->node[i].kind == NODE_AREA && is_area(l, &l->node[i], r))
                return i;
        }
        return SIZE_MAX;
    }
    for (int kind = NODE_ALL; kind <= NODE_CLASS; kind++) {
        const struct node n = {.kind = (enum node_kind)kind};

        if (kind != NODE_AREA && strcmp(lattice_kind(&n), r->kind) == 0)
            return lattice_find(l, r->unit, (enum node_kind)kind, r->key);
    }
    return SIZE_MAX;
}

static void before(struct lattice_control *c, const struct layer *y, const struct past_row *r, size_t group)
{
    if (r->size)
        disclose_sheet_before(c->sheet, DISCLOSE_SIZE_ITEM, group);
    for (size_t item = 0; item < control_items(y); item++) {
        if (r->item[item])
            disclose_sheet_before(c->sheet, item, group);
    }
}

/* A group of which nothing has changed is the same now: what was told of it is known of it. */
static void before_still(struct lattice_control *c, const struct layer *y, const struct past_row *r,
                         size_t node)
{
    const struct layer *now = &c->layer[0];
    const size_t here = find_past_row(&now->lattice, r);

    if (here != SIZE_MAX &&
        control_is_same(control_plan(y), &y->lattice.node[node].sum, &now->lattice.node[here].sum))
        before(c, now, r, now->first + here);
}

static void describe_in_layer(struct lattice_control *c, const struct layer *y, const struct past *p)
{
    for (size_t i = 0; i < p->rows; i++) {
        const size_t node = find_past_row(&y->lattice, &p->row[i]);

        if (node != SIZE_MAX)
            before(c, y, &p->row[i], y->first + node);
        if (node != SIZE_MAX && y->past != NULL)
            before_still(c, y, &p->row[i], node);
    }
    for (size_t i = 0; i < c->areas; i++) {
        if (c->area[i].past == p)
            before(c, y, c->area[i].row, c->area[i].group);
    }
}

/* The layer of the counts that it was made from. */
static const struct layer *layer_of(const struct lattice_control *c, const struct past *p)
{
    for (size_t i = 1; i < c->layers; i++) {
        if (c->layer[i].past == p)
            return &c->layer[i];
    }
    return &c->layer[0];
}

void control_describe_first(struct lattice_control *c)
{
    const struct layer *now = &c->layer[0];
    const struct measurement *m = now->lattice.m;
    const struct layer *y = m->pasts == 0 ? now : layer_of(c, &m->past[0]);

    for (size_t i = 0; y != now && i < now->lattice.nodes; i++) {
        const struct node *n = &now->lattice.node[i];
        const size_t node = lattice_find(&y->lattice, n->unit, n->kind, n->key);
        const bool was = node != SIZE_MAX && y->lattice.node[node].sum.responses > 0;

        disclose_sheet_first(c->sheet, now->first + i, was ? y->first + node : DISCLOSE_LATE);
    }
}

void control_describe_past(struct lattice_control *c, const struct past *p)
{
    describe_in_layer(c, layer_of(c, p), p);
}

void control_describe_pasts(struct lattice_control *c, enum release_audience audience)
{
    const struct measurement *m = c->layer[0].lattice.m;

    for (size_t i = 0; i < m->pasts; i++) {
        if (m->past[i].audience == audience)
            control_describe_past(c, &m->past[i]);
    }
}

const struct past *control_standing(const struct lattice *l, enum release_audience audience)
{
    const struct past *last = NULL;

    for (size_t i = 0; i < l->m->pasts; i++) {
        if (l->m->past[i].audience == audience)
            last = &l->m->past[i];
    }
    for (size_t i = 0; last != NULL && last->same && i < last->rows; i++) {
        if (find_past_row(l, &last->row[i]) == SIZE_MAX)
            return NULL;
    }
    return last != NULL && last->same ? last : NULL;
}

void control_find_former_areas(struct lattice_control *c)
{
    const struct lattice *l = &c->layer[0].lattice;

    for (size_t i = 0; i < l->m->pasts * c->layers; i++) {
        const struct past *p = &l->m->past[i / c->layers];
        const struct layer *y = &c->layer[i % c->layers];

        for (size_t k = 0; k < p->rows && y == layer_of(c, p); k++) {
            struct former_area area = {.layer = y, .past = p, .row = &p->row[k]};

            if (p->row[k].units == 0 || find_past_row(&y->lattice, &p->row[k]) != SIZE_MAX)
                continue;
            c->area = mem_room(c->area, c->areas, &c->area_capacity, sizeof *c->area);
            c->area[c->areas++] = area;
        }
    }
}

/* Its sums, group and pieces, and the atoms of its classes. */
static void describe_former_area(struct lattice_control *c, struct former_area *a)
{
    const struct lattice *l = &a->layer->lattice;

    tally_sum_init(&a->sum, control_plan(a->layer));
    for (size_t i = 0; i < l->nodes; i++) {
        const struct node *n = &l->node[i];

        if (n->kind == NODE_ALL && n->unit != LATTICE_MUNICIPALITY && has_unit(a->row, n->unit)) {
            lattice_add(&a->sum, &n->sum, control_plan(a->layer)->width);
            disclose_sheet_piece(c->sheet, a->group, a->layer->first + i);
        }
        if (n->kind != NODE_CLASS || !has_unit(a->row, n->unit))
            continue;
        for (int g = 0; g < TALLY_GENDERS; g++) {
            const size_t atom = control_version(c, a->layer, n)->atom[g];

            if (atom != SIZE_MAX)
                disclose_sheet_member(c->sheet, a->group, atom);
        }
    }
    control_describe_items(c, a->layer, &a->sum, a->group);
}

void control_describe_former_areas(struct lattice_control *c)
{
    for (size_t i = 0; i < c->areas; i++) {
        struct former_area *a = &c->area[i];
        struct disclose_about about = {.block = DISCLOSE_ACROSS, .rank = 1, .never = true, .counted = true};

        disclose_sheet_group(c->sheet, a->group, &about);
        describe_former_area(c, a);
        about.responses = a->sum.responses;
        disclose_sheet_group(c->sheet, a->group, &about);
    }
}
