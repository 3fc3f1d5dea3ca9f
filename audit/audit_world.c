#include "audit/audit_world_part.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "audit/audit_people.h"
#include "core/base/buf.h"
#include "core/base/mem.h"

bool audit_range_known(struct audit_range r)
{
    return r.lo > -INFINITY || r.hi < INFINITY;
}

bool audit_range_agree(struct audit_range a, struct audit_range b)
{
    return a.lo <= b.hi && b.lo <= a.hi;
}

struct audit_cell *audit_world_cell(const struct audit_world *w, size_t group, size_t item)
{
    return &w->cell[group * w->items + item];
}

bool audit_world_is_few(const struct audit_world *w, size_t group, size_t item, int k)
{
    const struct audit_cell *c = audit_world_cell(w, group, item);

    return c->few && (c->fewer <= k || w->group[group].persons < k);
}

/* ---- groups and items -----------------------------------------------------------------------------------
 */

/* Equal texts are the same pointer. */
static int compare_texts(const char *a, const char *b)
{
    return a == b ? 0 : strcmp(a, b);
}

/* An order by which groups are found: that of their names, so that what is found is told in the same order
 * whatever file it was read from. */
static int compare_groups(const void *pa, const void *pb)
{
    const struct audit_group *a = pa, *b = pb;
    int c = (int)a->level - (int)b->level;

    if (c == 0)
        c = (int)a->kind - (int)b->kind;
    if (c == 0)
        c = (int)a->rest - (int)b->rest;
    if (c == 0)
        c = compare_texts(a->unit_code, b->unit_code);
    if (c == 0)
        c = compare_texts(a->area, b->area);
    return c != 0 ? c : compare_texts(a->key, b->key);
}

size_t audit_world_find_item(const struct audit_world *w, const char *dimension, const char *question)
{
    for (size_t i = 0; i < w->items; i++) {
        if (w->item[i].dimension == dimension && w->item[i].question == question)
            return i;
    }
    return AUDIT_NONE;
}

size_t audit_world_find_group(const struct audit_world *w, const struct audit_group *like)
{
    const struct audit_group *g =
        w->groups == 0 ? NULL : bsearch(like, w->group, w->groups, sizeof *w->group, compare_groups);

    return g == NULL ? AUDIT_NONE : (size_t)(g - w->group);
}

char *audit_world_describe(const struct audit_world *w, size_t group)
{
    const struct audit_group *g = &w->group[group];
    struct buf b = BUF_INIT;

    if (g->rest)
        buf_adds(&b, "the rest beside ");
    if (*g->unit_code != '\0')
        buf_addf(&b, "unit %s", g->unit_code);
    else if (g->level == AUDIT_LEVEL_AREA)
        buf_addf(&b, "area %s", g->area);
    else
        buf_adds(&b, AUDIT_LEVEL_WORDS[AUDIT_LEVEL_MUNICIPALITY]);
    if (g->kind != AUDIT_KIND_ALL)
        buf_addf(&b, ", %s %s", AUDIT_KIND_WORDS[g->kind], g->key);
    if (w->since > 0)
        buf_addf(&b, ", the answers that version %d adds to %d", w->version, w->since);
    return buf_take(&b);
}

struct audit_group audit_world_group_of(const struct audit_row *r, const char *nothing)
{
    bool in_area = r->level == AUDIT_LEVEL_AREA;

    return (struct audit_group){.level = r->level,
                                .kind = r->kind,
                                .unit_code = r->text[AUDIT_UNIT_CODE],
                                .area = in_area ? r->text[AUDIT_AREA] : nothing,
                                .key = r->text[AUDIT_GROUP],
                                .unit = AUDIT_NONE,
                                .persons = -1};
}

static size_t unique_groups(struct audit_group *g, size_t count)
{
    size_t kept = 0;

    qsort(g, count, sizeof *g, compare_groups);
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || compare_groups(&g[kept - 1], &g[i]) != 0)
            g[kept++] = g[i];
    }
    return kept;
}

const struct audit_row *world_part_row(const struct world_part *p, size_t i)
{
    return &p->table->row[p->row[i]];
}

static bool is_rest(const struct audit_row *r)
{
    return !isnan(r->figure[AUDIT_REST_N]);
}

bool world_find_groups(const struct world_part *p, struct audit_world *w, struct err *e)
{
    size_t count = 0;

    w->group = mem_alloc(2 * p->rows, sizeof *w->group);
    for (size_t i = 0; i < p->rows; i++) {
        w->group[count++] = audit_world_group_of(world_part_row(p, i), p->nothing);
        if (is_rest(world_part_row(p, i))) {
            w->group[count] = audit_world_group_of(world_part_row(p, i), p->nothing);
            w->group[count++].rest = true;
        }
    }
    w->groups = unique_groups(w->group, count);
    if (w->groups > AUDIT_GROUPS_MAX)
        return err_set(e, ERR_LIMIT, "round %s, form %s: more than %d groups", w->round, w->form,
                       AUDIT_GROUPS_MAX);
    return true;
}

bool world_find_items(const struct world_part *p, struct audit_world *w, struct err *e)
{
    w->item = mem_alloc(AUDIT_ITEMS_MAX, sizeof *w->item);
    for (size_t i = 0; i < p->rows; i++) {
        const struct audit_row *r = world_part_row(p, i);

        if (audit_world_find_item(w, r->text[AUDIT_DIMENSION], r->text[AUDIT_QUESTION]) != AUDIT_NONE)
            continue;
        if (w->items == AUDIT_ITEMS_MAX)
            return err_set(e, ERR_LIMIT, "round %s, form %s: more than %d questions and indexes", w->round,
                           w->form, AUDIT_ITEMS_MAX);
        w->item[w->items++] =
            (struct audit_item){.dimension = r->text[AUDIT_DIMENSION], .question = r->text[AUDIT_QUESTION]};
    }
    return true;
}

/* ---- cells ----------------------------------------------------------------------------------------------
 */

static struct audit_cell empty_cell(void)
{
    return (struct audit_cell){.n = AUDIT_ANY,
                               .mean = AUDIT_ANY,
                               .sd = AUDIT_ANY,
                               .index = AUDIT_ANY,
                               .positive = AUDIT_ANY,
                               .dont_know = AUDIT_ANY,
                               .told = AUDIT_ANY,
                               .fewer = INFINITY,
                               .row = AUDIT_NONE};
}

static bool meet(struct audit_range *to, struct audit_range from)
{
    to->lo = fmax(to->lo, from.lo);
    to->hi = fmin(to->hi, from.hi);
    return to->lo <= to->hi;
}

/* A figure joins what is known; false when both can not be true. */
static bool join(struct audit_range *known, const struct world_part *p, const struct audit_row *r,
                 enum audit_figure f)
{
    struct audit_range new = AUDIT_ANY;

    return !audit_table_range(p->table, r, f, &new.lo, &new.hi) || meet(known, new);
}

static void join_few(struct audit_cell *c, const struct world_part *p, const struct audit_row *r)
{
    const struct audit_file *f = &p->table->file[r->file];

    if (r->status != AUDIT_TOO_FEW || !f->progression)
        return;
    c->few = true;
    c->fewer = fmin(c->fewer, fmax(f->least_n, f->most_few + 1));
}

/* What a row says joins a copy of the cell; false when it contradicts it. */
static bool join_row(struct audit_cell *c, const struct world_part *p, size_t i)
{
    const struct audit_row *r = world_part_row(p, i);
    bool withheld = r->status == AUDIT_SUPPRESSED || r->status == AUDIT_TOO_FEW;
    bool shown = c->row != AUDIT_NONE && !c->hidden;

    if (r->status == AUDIT_NOT_ASKED)
        return true;
    c->asked = true;
    join_few(c, p, r);
    if (!isnan(r->figure[AUDIT_N])) {
        c->row = shown ? c->row : p->row[i];
        c->hidden = false;
    } else if (withheld && !shown) {
        c->row = c->row == AUDIT_NONE ? p->row[i] : c->row;
        c->hidden = true;
    }
    return join(&c->n, p, r, AUDIT_N) && join(&c->mean, p, r, AUDIT_MEAN) && join(&c->sd, p, r, AUDIT_SD) &&
           join(&c->index, p, r, AUDIT_INDEX) && join(&c->positive, p, r, AUDIT_POSITIVE) &&
           join(&c->dont_know, p, r, AUDIT_DONT_KNOW);
}

bool audit_world_join(struct audit_cell *to, const struct audit_cell *from)
{
    bool shown = audit_range_known(to->n) || audit_range_known(from->n);

    if (to->row == AUDIT_NONE || (to->hidden && !from->hidden && from->row != AUDIT_NONE))
        to->row = from->row;
    to->asked = to->asked || from->asked;
    to->few = to->few || from->few;
    to->fewer = fmin(to->fewer, from->fewer);
    to->hidden = (to->hidden || from->hidden) && !shown;
    return meet(&to->n, from->n) && meet(&to->mean, from->mean) && meet(&to->sd, from->sd) &&
           meet(&to->index, from->index) && meet(&to->positive, from->positive) &&
           meet(&to->dont_know, from->dont_know) && meet(&to->told, from->told);
}

static bool join_rest(struct audit_cell *c, const struct world_part *p, size_t i)
{
    const struct audit_row *r = world_part_row(p, i);

    c->asked = true;
    c->row = c->row == AUDIT_NONE ? p->row[i] : c->row;
    return join(&c->n, p, r, AUDIT_REST_N) && join(&c->mean, p, r, AUDIT_REST_MEAN) &&
           join(&c->sd, p, r, AUDIT_REST_SD);
}

static bool join_persons(struct audit_group *g, const struct audit_row *r)
{
    double persons = r->figure[AUDIT_RESPONSES];

    if (isnan(persons))
        return true;
    if (g->persons >= 0 && g->persons != (int64_t)persons)
        return false;
    g->persons = (int64_t)persons;
    return true;
}

static void join_attributes(struct audit_group *g, const struct audit_row *r)
{
    if (r->level != AUDIT_LEVEL_GROUP && r->level != AUDIT_LEVEL_UNIT)
        return;
    if (g->class_area == NULL)
        g->class_area = r->text[AUDIT_AREA];
    if (r->level == AUDIT_LEVEL_GROUP && g->grade == NULL)
        g->grade = r->text[AUDIT_GRADE];
    if (r->level == AUDIT_LEVEL_GROUP && g->school_form == NULL)
        g->school_form = r->text[AUDIT_SCHOOL_FORM];
}

/* Adds a row to the world. False when it contradicts what is there; the world is then of no use. */
static bool add_row(struct audit_world *w, const struct world_part *p, size_t i)
{
    const struct audit_row *r = world_part_row(p, i);
    struct audit_group like = audit_world_group_of(r, p->nothing);
    size_t item = audit_world_find_item(w, r->text[AUDIT_DIMENSION], r->text[AUDIT_QUESTION]);
    size_t g = audit_world_find_group(w, &like);

    assert(item != AUDIT_NONE && g != AUDIT_NONE);
    join_attributes(&w->group[g], r);
    if (!join_persons(&w->group[g], r) || !join_row(audit_world_cell(w, g, item), p, i))
        return false;
    if (!is_rest(r))
        return true;
    like.rest = true;
    g = audit_world_find_group(w, &like);
    assert(g != AUDIT_NONE);
    return join_rest(audit_world_cell(w, g, item), p, i);
}

/* ---- worlds ---------------------------------------------------------------------------------------------
 */

void audit_world_fini(struct audit_world *w)
{
    audit_people_fini(w);
    free(w->group);
    free(w->item);
    free(w->cell);
    free(w->from);
}

struct audit_world audit_world_blank(const struct audit_world *like)
{
    struct audit_world w = {.round = like->round,
                            .form = like->form,
                            .version = like->version,
                            .groups = like->groups,
                            .items = like->items};

    w.from = mem_alloc(AUDIT_FILES_MAX, sizeof *w.from);
    w.group = mem_alloc(w.groups, sizeof *w.group);
    w.item = mem_alloc(w.items, sizeof *w.item);
    w.cell = mem_alloc(w.groups * w.items, sizeof *w.cell);
    for (size_t i = 0; i < w.items; i++)
        w.item[i] = like->item[i];
    for (size_t i = 0; i < w.groups; i++) {
        w.group[i] = like->group[i];
        w.group[i].in = NULL;
        w.group[i].persons = -1;
    }
    for (size_t i = 0; i < w.groups * w.items; i++)
        w.cell[i] = empty_cell();
    return w;
}

struct audit_world world_copy(const struct audit_world *from)
{
    struct audit_world w = audit_world_blank(from);

    memcpy(w.from, from->from, AUDIT_FILES_MAX * sizeof *w.from);
    for (size_t i = 0; i < w.groups; i++)
        w.group[i].persons = from->group[i].persons;
    if (w.groups * w.items > 0)
        memcpy(w.cell, from->cell, w.groups * w.items * sizeof *w.cell);
    return w;
}

size_t world_add_rows(struct audit_world *w, const struct world_part *p, size_t from, size_t to)
{
    while (from < to && add_row(w, p, from))
        from++;
    if (from == to && to > 0)
        w->from[world_part_row(p, to - 1)->file] = true;
    return from;
}
