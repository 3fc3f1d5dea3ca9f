#include "analysis/progression.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/family.h"
#include "analysis/history.h"
#include "analysis/measure.h"
#include "analysis/progression_columns.h"
#include "analysis/row.h"
#include "analysis/series.h"
#include "core/base/mem.h"

struct run {
    const struct dataset *d;
    struct history h;
    struct stat_value **adjusted; /* [measurement][node * dimensions + dimension] */
    struct full *table;
};

/* A group, and its places before. */
struct group_line {
    struct place now;
    struct line before;
    const struct place *previous, *same_month; /* or NULL */
};

static void group_line_init(struct group_line *g, const struct run *r, size_t i, size_t node)
{
    const int month = round_months(r->d->measurement[i].round->code);

    place_init(&g->now, &r->h, i, node);
    line_init(&g->before, &r->h, i, node);
    g->previous = g->before.count > 0 ? &g->before.at[0] : NULL;
    g->same_month = line_at(&g->before, month - 12);
}

static void group_line_fini(struct group_line *g)
{
    place_fini(&g->now);
    line_fini(&g->before);
}

static void measure_origin(struct measure *m, const struct origin *o)
{
    measure_init(m, o->place->lattice->m->form, o->place->sum, o->item);
}

/* ---- families -------------------------------------------------------------------------------------------
 */

/* The p of a member; withheld figures leave the family. */
static struct stat_value member_p(const struct run *r, const struct group_line *g, size_t item)
{
    const struct origin now = {.place = &g->now, .item = item},
                        then = history_origin(&r->h, g->now.measurement, item, g->previous);
    struct measure a, b;
    struct contrast c;

    if (then.place == NULL)
        return stat_none(STAT_NOT_ASKED);
    if (!origin_shown(&now) || !origin_shown(&then))
        return stat_none(STAT_SUPPRESSED);
    measure_origin(&a, &now);
    measure_origin(&b, &then);
    measure_contrast(&a, &b, &c);
    measure_fini(&a);
    measure_fini(&b);
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
    const struct lattice *l = &r->h.lattice[i];
    const int dimensions = l->m->form->plan.dimensions;

    for (size_t node = 0; node < l->nodes; node++) {
        struct group_line g;

        if (!in_family(&l->node[node], family))
            continue;
        group_line_init(&g, r, i, node);
        for (int dim = 0; dim < dimensions; dim++)
            family_add(f, member_p(r, &g, lattice_dimension_item(l, dim)),
                       &r->adjusted[i][node * (size_t)dimensions + (size_t)dim]);
        group_line_fini(&g);
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
    const struct tally_plan *p = &r->h.lattice[i].m->form->plan;

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

/* Tells the door what the columns of `which` come from. */
static void add_sources(struct full *table, unsigned which, const struct origin *o)
{
    for (size_t i = 0; o->place != NULL && i < o->place->nodes; i++) {
        const struct source s = {
            .sheet = o->place->lattice->sheet, .item = o->item, .group = o->place->node[i]};

        full_source(table, which, &s);
    }
}

static void put_previous(const struct run *r, const struct measure *now, const struct group_line *g,
                         const struct origin *previous, size_t item, struct value *v)
{
    struct measure then;

    measure_origin(&then, previous);
    put_change(now, &then, adjusted_of(r, g->now.measurement, g->now.node[0], item), v);
    measure_fini(&then);
}

static void put_same_month(const struct measure *now, const struct origin *same_month, struct value *v)
{
    struct measure then;

    measure_origin(&then, same_month);
    if (now->mean.state == STAT_OK && then.mean.state == STAT_OK && now->options == then.options)
        v[COL_CHANGE_SAME_MONTH] = value_number(now->mean.x - then.mean.x);
    measure_fini(&then);
}

/* What is withheld is not even computed; the door would empty it. */
static void put_figures(struct run *r, const struct group_line *g, size_t item, const struct origin *previous,
                        const struct origin *same_month, struct value *v)
{
    const struct origin own = {.place = &g->now, .item = item};
    struct measure now;

    measure_origin(&now, &own);
    put_measure(&now, v);
    if (origin_shown(previous))
        put_previous(r, &now, g, previous, item, v);
    if (origin_shown(same_month))
        put_same_month(&now, same_month, v);
    measure_fini(&now);
}

/* A dimension can be too large for its grid, or have no question. */
static bool defined(const struct lattice *l, size_t item)
{
    const struct tally_plan *p = &l->m->form->plan;

    return item < (size_t)p->questions || tally_has_grid(p, (int)(item - (size_t)p->questions));
}

static void add_row(struct run *r, const struct group_line *g, size_t item)
{
    const struct lattice *l = g->now.lattice;
    const size_t i = g->now.measurement, node = g->now.node[0];
    const struct source source[DISCLOSE_SOURCES] = {{.sheet = l->sheet, .item = item, .group = node}};
    const struct origin own = {.place = &g->now, .item = item},
                        previous = history_origin(&r->h, i, item, g->previous),
                        same_month = history_origin(&r->h, i, item, g->same_month);
    const bool is_defined = defined(l, item);
    struct value *v = full_row(r->table, source, l->node[node].kind == NODE_GENDER,
                               is_defined ? STATUS_VALUE : STATUS_UNDEFINED);

    add_sources(r->table, FROM_PREVIOUS, &previous);
    add_sources(r->table, FROM_SAME_MONTH, &same_month);
    describe(l, node, v);
    row_put_item(l, item, v);
    v[COL_SERIES] = value_text(series_word(&r->h, i, item, &g->before));
    if (is_defined && origin_shown(&own))
        put_figures(r, g, item, &previous, &same_month, v);
}

/* A question that other versions of the form ask. */
static void add_not_asked(struct run *r, size_t i, size_t node, const struct form *other, int question)
{
    const struct lattice *l = &r->h.lattice[i];
    /* The source is the group's own size alone: there is no item. */
    const struct source source[DISCLOSE_SOURCES] = {{.sheet = NULL}};
    struct value *v = full_row(r->table, source, false, STATUS_NOT_ASKED);

    describe(l, node, v);
    if (l->node[node].kind == NODE_GENDER)
        v[ROW_RESPONSES] = value_text(NULL);
    row_put_question(other, question, v);
}

static bool same_form(const struct measurement *a, const struct measurement *b)
{
    return strcmp(a->form->form->id, b->form->form->id) == 0;
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
    const struct lattice *l = &r->h.lattice[i];
    const struct form *f = l->m->form->form;
    struct group_line g;

    group_line_init(&g, r, i, node);
    for (int dim = 0; dim < f->dimensions; dim++) {
        add_row(r, &g, lattice_dimension_item(l, dim));
        for (int q = 0; q < f->questions; q++) {
            if (f->question[q].dimension == dim)
                add_row(r, &g, (size_t)q);
        }
    }
    group_line_fini(&g);
    add_all_not_asked(r, i, node);
}

static void run_init(struct run *r, const struct dataset *d)
{
    *r = (struct run){.d = d};
    history_init(&r->h, d);
    r->adjusted = mem_alloc(d->measurements, sizeof(struct stat_value *));
    for (size_t i = 0; i < d->measurements; i++) {
        const size_t count = r->h.lattice[i].nodes * (size_t)d->measurement[i].form->plan.dimensions;

        r->adjusted[i] = mem_alloc(count, sizeof *r->adjusted[i]);
        for (size_t k = 0; k < count; k++)
            r->adjusted[i][k] = stat_none(STAT_NOT_ASKED);
    }
    r->table = full_new(PROGRESSION_COLUMNS, COL_COUNT);
}

static void run_fini(struct run *r)
{
    for (size_t i = 0; i < r->d->measurements; i++)
        free(r->adjusted[i]);
    free(r->adjusted);
    history_fini(&r->h);
}

bool progression(const struct dataset *d, const struct progression_options *o, struct released **out,
                 struct err *e)
{
    const size_t unit = o->unit_code == NULL ? SIZE_MAX : dataset_unit_index(d, o->unit_code);
    struct run r;

    *out = NULL;
    if (o->unit_code != NULL && unit == SIZE_MAX)
        return err_set(e, ERR_NOT_FOUND, "there is no unit %s", o->unit_code);
    run_init(&r, d);
    adjust_all(&r);
    for (size_t i = 0; i < d->measurements; i++) {
        for (size_t node = 0; node < r.h.lattice[i].nodes; node++) {
            const struct node *n = &r.h.lattice[i].node[node];

            if (!n->never && (o->unit_code == NULL || n->unit == unit))
                add_node_rows(&r, i, node);
        }
    }
    *out = disclose_release(r.table);
    run_fini(&r);
    return true;
}
