#include "analysis/progression.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/family.h"
#include "analysis/progression_row.h"
#include "core/base/mem.h"

struct run {
    const struct dataset *d;
    struct history h;
    struct stat_value **adjusted; /* [measurement][node * dimensions + dimension] */
    struct full *table;
};

/* ---- families -------------------------------------------------------------------------------------------
 */

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
        struct subject s;

        if (!in_family(&l->node[node], family))
            continue;
        subject_init(&s, &r->h, i, node);
        for (int dim = 0; dim < dimensions; dim++)
            family_add(f, subject_p(&s, &r->h, lattice_dimension_item(l, dim)),
                       &r->adjusted[i][node * (size_t)dimensions + (size_t)dim]);
        subject_fini(&s);
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

static struct stat_value adjusted_of(const struct run *r, size_t i, size_t node, size_t item)
{
    const struct tally_plan *p = &r->h.lattice[i].m->form->plan;

    if (item < (size_t)p->questions)
        return stat_none(STAT_NOT_ASKED);
    return r->adjusted[i][node * (size_t)p->dimensions + item - (size_t)p->questions];
}

/* A question that other versions of the form ask. */
static void add_not_asked(struct run *r, size_t i, size_t node, const struct form *other, int question)
{
    const struct lattice *l = &r->h.lattice[i];
    /* The source is the group's own size alone: there is no item. */
    const struct source source[DISCLOSE_SOURCES] = {{.sheet = NULL}};
    struct value *v = full_row(r->table, source, false, STATUS_NOT_ASKED);

    subject_describe(l, node, v);
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

static void add_item(struct run *r, const struct subject *s, size_t item)
{
    subject_row(s, &r->h, item, adjusted_of(r, s->now.measurement, s->now.node[0], item), r->table);
}

static void add_node_rows(struct run *r, size_t i, size_t node)
{
    const struct lattice *l = &r->h.lattice[i];
    const struct form *f = l->m->form->form;
    struct subject s;

    subject_init(&s, &r->h, i, node);
    for (int dim = 0; dim < f->dimensions; dim++) {
        add_item(r, &s, lattice_dimension_item(l, dim));
        for (int q = 0; q < f->questions; q++) {
            if (f->question[q].dimension == dim)
                add_item(r, &s, (size_t)q);
        }
    }
    subject_fini(&s);
    add_all_not_asked(r, i, node);
}

static void run_init(struct run *r, const struct results *from)
{
    const struct dataset *d = from->d;

    *r = (struct run){.d = d};
    history_init(&r->h, from);
    r->adjusted = mem_alloc(d->measurements, sizeof(struct stat_value *));
    for (size_t i = 0; i < d->measurements; i++) {
        const size_t count = r->h.lattice[i].nodes * (size_t)d->measurement[i].form->plan.dimensions;

        r->adjusted[i] = mem_alloc(count, sizeof *r->adjusted[i]);
        for (size_t k = 0; k < count; k++)
            r->adjusted[i][k] = stat_none(STAT_NOT_ASKED);
    }
    adjust_all(r);
}

static void run_fini(struct run *r)
{
    for (size_t i = 0; i < r->d->measurements; i++)
        free(r->adjusted[i]);
    free(r->adjusted);
    history_fini(&r->h);
}

static void add_unit_rows(struct run *r, size_t i, size_t unit)
{
    size_t end;

    for (size_t node = lattice_first(&r->h.lattice[i], unit, &end); node < end; node++) {
        if (!r->h.lattice[i].node[node].never)
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
