#include "analysis/progression.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/family.h"
#include "analysis/lattice.h"
#include "analysis/lineage.h"
#include "analysis/measure.h"
#include "analysis/progression_columns.h"
#include "analysis/row.h"
#include "core/base/mem.h"

/* ---- what a run holds -----------------------------------------------------------------------------------
 */

struct run {
    const struct dataset *d;
    const struct lattice *lattice; /* one for each measurement */
    struct stat_value **adjusted;  /* [measurement][node * dimensions + dimension] */
    struct full *table;
};

/* A node in another measurement; lattice NULL: there is none. */
struct place {
    const struct lattice *lattice;
    size_t node;
};

static bool same_form(const struct measurement *a, const struct measurement *b)
{
    return strcmp(a->form->form->id, b->form->form->id) == 0;
}

/* The same group in measurement j, if it answered there. */
static struct place place_in(const struct run *r, size_t j, const struct node *n)
{
    const struct lattice *l = &r->lattice[j];
    const size_t node = lattice_find(l, n->unit, n->kind, n->key);

    if (node == SIZE_MAX || l->node[node].sum.responses == 0)
        return (struct place){.lattice = NULL};
    return (struct place){.lattice = l, .node = node};
}

static struct place find_previous(const struct run *r, size_t i, const struct node *n)
{
    const struct measurement *m = &r->d->measurement[i];

    for (size_t j = i; j-- > 0;) {
        const struct measurement *then = &r->d->measurement[j];

        if (then->round != m->round && same_form(m, then)) {
            struct place p = place_in(r, j, n);

            if (p.lattice != NULL)
                return p;
        }
    }
    return (struct place){.lattice = NULL};
}

static struct place find_same_month(const struct run *r, size_t i, const struct node *n)
{
    const struct measurement *m = &r->d->measurement[i];

    for (size_t j = i; j-- > 0;) {
        const struct measurement *then = &r->d->measurement[j];

        if (round_months(m->round->code) - round_months(then->round->code) == 12 && same_form(m, then))
            return place_in(r, j, n);
    }
    return (struct place){.lattice = NULL};
}

/* The item there that an item here carries on, or SIZE_MAX. */
static size_t item_there(const struct lattice *l, size_t item, const struct place *p)
{
    const struct form *now = l->m->form->form;
    const int questions = now->questions;
    int there;

    if (p->lattice == NULL)
        return SIZE_MAX;
    if (item < (size_t)questions) {
        there = lineage_question(now, (int)item, p->lattice->m->form->form);
        return there < 0 ? SIZE_MAX : (size_t)there;
    }
    there = lineage_dimension(now, (int)item - questions, p->lattice->m->form->form);
    return there < 0 ? SIZE_MAX : lattice_dimension_item(p->lattice, there);
}

/* Where the item stands there; sheet NULL when it does not. */
static struct source source_there(const struct lattice *l, size_t item, const struct place *then)
{
    const size_t there = item_there(l, item, then);

    if (then->lattice == NULL || there == SIZE_MAX)
        return (struct source){.sheet = NULL};
    return (struct source){.sheet = then->lattice->sheet, .item = there, .group = then->node};
}

static bool may_show(const struct source *s)
{
    return s->sheet != NULL && disclose_item(s->sheet, s->item, s->group) == DISCLOSE_SHOWN;
}

static void measure_at(struct measure *m, const struct place *p, size_t item)
{
    measure_init(m, p->lattice->m->form, &p->lattice->node[p->node].sum, item);
}

/* The contrast of an item here with the one at `source`, in the place `then`. */
static void change(const struct place *now, size_t item, const struct place *then,
                   const struct source *source, struct contrast *out)
{
    struct measure a, b;

    measure_at(&a, now, item);
    measure_at(&b, then, source->item);
    measure_contrast(&a, &b, out);
    measure_fini(&a);
    measure_fini(&b);
}

/* ---- families -------------------------------------------------------------------------------------------
 */

/* The p of a member; withheld figures leave the family. */
static struct stat_value member_p(const struct run *r, size_t i, size_t node, size_t item)
{
    const struct place now = {.lattice = &r->lattice[i], .node = node};
    const struct place then = find_previous(r, i, &now.lattice->node[node]);
    const struct source own = {.sheet = now.lattice->sheet, .item = item, .group = node};
    const struct source source = source_there(now.lattice, item, &then);
    struct contrast c;

    if (source.sheet == NULL)
        return stat_none(STAT_NOT_ASKED);
    if (!may_show(&own) || !may_show(&source))
        return stat_none(STAT_SUPPRESSED);
    change(&now, item, &then, &source, &c);
    return c.p;
}

/* The families of a round, each by itself: all units, all areas, the municipality. */
enum { FAMILY_UNITS, FAMILY_AREAS, FAMILY_MUNICIPALITY, FAMILIES };

static bool in_family(const struct node *n, int family)
{
    if (n->kind == NODE_AREA)
        return family == FAMILY_AREAS;
    return n->kind == NODE_ALL &&
           family == (n->unit == LATTICE_MUNICIPALITY ? FAMILY_MUNICIPALITY : FAMILY_UNITS);
}

static void add_members(struct run *r, size_t i, int family, struct family *f)
{
    const struct lattice *l = &r->lattice[i];
    const int dimensions = l->m->form->plan.dimensions;

    for (size_t node = 0; node < l->nodes; node++) {
        for (int dim = 0; dim < dimensions && in_family(&l->node[node], family); dim++)
            family_add(f, member_p(r, i, node, lattice_dimension_item(l, dim)),
                       &r->adjusted[i][node * (size_t)dimensions + (size_t)dim]);
    }
}

static void adjust_all(struct run *r)
{
    struct family f = {.p = NULL};
    size_t end;

    for (size_t first = 0; first < r->d->measurements; first = end) {
        for (end = first;
             end < r->d->measurements && r->d->measurement[end].round == r->d->measurement[first].round;
             end++)
            ;
        for (int family = 0; family < FAMILIES; family++) {
            for (size_t i = first; i < end; i++)
                add_members(r, i, family, &f);
            family_adjust(&f);
        }
    }
    family_fini(&f);
}

/* ---- rows -----------------------------------------------------------------------------------------------
 */

static void describe(const struct lattice *l, size_t node, struct value *v)
{
    row_put_group(l, node, v);
    row_put_belongs(l, node, v + COL_BELONGS);
}

static void put_measure(const struct measure *m, struct value *v)
{
    row_put_measure(m, v);
    v[COL_INDEX] = value_stat(m->index_0_100);
    v[COL_SHARE_POSITIVE] = value_stat(m->share_positive);
    v[COL_SHARE_DONT_KNOW] = value_stat(m->share_dont_know);
    if (m->interval.state == STAT_OK) {
        v[COL_CI_LOW] = value_number(m->interval.low);
        v[COL_CI_HIGH] = value_number(m->interval.high);
    }
}

static struct stat_value adjusted_of(const struct run *r, size_t i, size_t node, size_t item)
{
    const struct tally_plan *p = &r->lattice[i].m->form->plan;

    if (item < (size_t)p->questions)
        return stat_none(STAT_NOT_ASKED);
    return r->adjusted[i][node * (size_t)p->dimensions + item - (size_t)p->questions];
}

static void put_change(const struct measure *now, const struct measure *then, struct stat_value adjusted,
                       struct value *v)
{
    struct contrast c;

    measure_contrast(now, then, &c);
    v[COL_CHANGE_PREVIOUS] = value_stat(c.welch.diff);
    v[COL_P] = value_stat(c.p);
    v[COL_P_ADJUSTED] = value_stat(adjusted);
    v[COL_EFFECT_DELTA] = value_stat(c.cliff.delta);
    v[COL_DIFFERENCE_STATE] = value_text(measure_verdict_word(stat_verdict(c.p, adjusted, &c.cliff)));
}

/* What is withheld is not even computed; the door would empty it. */
static void put_figures(const struct run *r, size_t i, size_t item,
                        const struct place place[DISCLOSE_SOURCES],
                        const struct source source[DISCLOSE_SOURCES], struct value *v)
{
    struct measure now, then;

    measure_at(&now, &place[0], item);
    put_measure(&now, v);
    if (may_show(&source[1])) {
        measure_at(&then, &place[1], source[1].item);
        put_change(&now, &then, adjusted_of(r, i, place[0].node, item), v);
        measure_fini(&then);
    }
    if (may_show(&source[2])) {
        measure_at(&then, &place[2], source[2].item);
        if (now.mean.state == STAT_OK && then.mean.state == STAT_OK && now.options == then.options)
            v[COL_CHANGE_SAME_MONTH] = value_number(now.mean.x - then.mean.x);
        measure_fini(&then);
    }
    measure_fini(&now);
}

/* A dimension can be too large for its grid, or have no question. */
static bool defined(const struct lattice *l, size_t item)
{
    const struct tally_plan *p = &l->m->form->plan;

    return item < (size_t)p->questions || tally_has_grid(p, (int)(item - (size_t)p->questions));
}

static void add_row(struct run *r, size_t i, size_t item, const struct place place[DISCLOSE_SOURCES])
{
    const struct lattice *l = place[0].lattice;
    const size_t node = place[0].node;
    struct source source[DISCLOSE_SOURCES] = {{.sheet = l->sheet, .item = item, .group = node}};
    const bool is_defined = defined(l, item);
    struct value *v;

    for (size_t k = 1; k < DISCLOSE_SOURCES; k++)
        source[k] = source_there(l, item, &place[k]);
    v = full_row(r->table, source, l->node[node].kind == NODE_GENDER,
                 is_defined ? STATUS_VALUE : STATUS_UNDEFINED);
    describe(l, node, v);
    row_put_item(l, item, v);
    if (is_defined && may_show(&source[0]))
        put_figures(r, i, item, place, source, v);
}

/* A question that other versions of the form ask. */
static void add_not_asked(struct run *r, size_t i, size_t node, const struct form *other, int question)
{
    const struct lattice *l = &r->lattice[i];
    /* The source is the group's own size alone: there is no item. */
    const struct source source[DISCLOSE_SOURCES] = {{.sheet = NULL}};
    struct value *v = full_row(r->table, source, false, STATUS_NOT_ASKED);

    describe(l, node, v);
    if (l->node[node].kind == NODE_GENDER)
        v[ROW_RESPONSES] = value_text(NULL);
    row_put_question(other, question, v);
}

/* Whether an earlier one in the list of measurements, or this form itself, has told of the question. */
static bool told(const struct run *r, size_t i, size_t before, const char *id)
{
    if (form_question_index(r->d->measurement[i].form->form, id) >= 0)
        return true;
    for (size_t j = 0; j < before; j++) {
        if (same_form(&r->d->measurement[i], &r->d->measurement[j]) &&
            form_question_index(r->d->measurement[j].form->form, id) >= 0)
            return true;
    }
    return false;
}

static void add_all_not_asked(struct run *r, size_t i, size_t node)
{
    for (size_t j = 0; j < r->d->measurements; j++) {
        const struct form *other = r->d->measurement[j].form->form;

        if (r->d->measurement[j].form == r->d->measurement[i].form ||
            !same_form(&r->d->measurement[i], &r->d->measurement[j]))
            continue;
        for (int q = 0; q < other->questions; q++) {
            if (other->question[q].dimension != FORM_BACKGROUND && !told(r, i, j, other->question[q].id))
                add_not_asked(r, i, node, other, q);
        }
    }
}

static void add_node_rows(struct run *r, size_t i, size_t node)
{
    const struct lattice *l = &r->lattice[i];
    const struct form *f = l->m->form->form;
    const struct place place[DISCLOSE_SOURCES] = {{.lattice = l, .node = node},
                                                  find_previous(r, i, &l->node[node]),
                                                  find_same_month(r, i, &l->node[node])};

    for (int dim = 0; dim < f->dimensions; dim++) {
        add_row(r, i, lattice_dimension_item(l, dim), place);
        for (int q = 0; q < f->questions; q++) {
            if (f->question[q].dimension == dim)
                add_row(r, i, (size_t)q, place);
        }
    }
    add_all_not_asked(r, i, node);
}

static void run_init(struct run *r, const struct results *from)
{
    const struct dataset *d = from->d;

    *r = (struct run){.d = d, .lattice = from->lattice};
    r->adjusted = mem_alloc(d->measurements, sizeof(struct stat_value *));
    for (size_t i = 0; i < d->measurements; i++) {
        const size_t dimensions = (size_t)d->measurement[i].form->plan.dimensions;

        r->adjusted[i] = mem_alloc(r->lattice[i].nodes * dimensions, sizeof *r->adjusted[i]);
        for (size_t k = 0; k < r->lattice[i].nodes * dimensions; k++)
            r->adjusted[i][k] = stat_none(STAT_NOT_ASKED);
    }
    adjust_all(r);
}

static void run_fini(struct run *r)
{
    for (size_t i = 0; i < r->d->measurements; i++)
        free(r->adjusted[i]);
    free(r->adjusted);
}

static void add_unit_rows(struct run *r, size_t i, size_t unit)
{
    size_t end;

    for (size_t node = lattice_first(&r->lattice[i], unit, &end); node < end; node++) {
        if (!r->lattice[i].node[node].never)
            add_node_rows(r, i, node);
    }
}

bool progression(const struct results *from, const struct progression_options *o, struct released **out,
                 struct err *e)
{
    const struct dataset *d = from->d;
    const size_t unit = o->unit_code == NULL ? SIZE_MAX : dataset_unit_index(d, o->unit_code);
    struct run r;

    *out = NULL;
    if (o->unit_code != NULL && unit == SIZE_MAX)
        return err_set(e, ERR_NOT_FOUND, "there is no unit %s", o->unit_code);
    run_init(&r, from);
    r.table = full_new(PROGRESSION_COLUMNS, COL_COUNT);
    for (size_t i = 0; i < d->measurements; i++) {
        if (o->unit_code == NULL)
            add_unit_rows(&r, i, LATTICE_MUNICIPALITY);
        for (size_t u = 0; u < d->units; u++) {
            if (o->unit_code == NULL || u == unit)
                add_unit_rows(&r, i, u);
        }
    }
    *out = disclose_release(r.table);
    run_fini(&r);
    return true;
}

static bool release_part(struct run *r, const char *round, size_t unit, released_part_fn *part, void *arg,
                         struct err *e)
{
    struct released *table;
    bool ok = true;

    r->table = full_new(PROGRESSION_COLUMNS, COL_COUNT);
    for (size_t i = 0; i < r->d->measurements; i++) {
        if (strcmp(r->d->measurement[i].round->code, round) == 0)
            add_unit_rows(r, i, unit);
    }
    table = disclose_release(r->table);
    if (released_rows(table) > 0)
        ok = part(table, unit == LATTICE_MUNICIPALITY ? NULL : r->d->unit[unit].code, arg, e);
    released_free(table);
    return ok;
}

bool progression_parts(const struct results *from, const char *round, released_part_fn *part, void *arg,
                       struct err *e)
{
    struct run r;
    bool ok;

    run_init(&r, from);
    ok = release_part(&r, round, LATTICE_MUNICIPALITY, part, arg, e);
    for (size_t u = 0; ok && u < from->d->units; u++)
        ok = release_part(&r, round, u, part, arg, e);
    run_fini(&r);
    return ok;
}
