#include "audit/audit_world.h"

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

/* The rows of one round and form, in the order of the files. */
struct part {
    const struct audit_table *table;
    const size_t *row;
    size_t rows;
    const char *nothing; /* "" as the table has it */
};

static const struct audit_row *row_of(const struct part *p, size_t i)
{
    return &p->table->row[p->row[i]];
}

static bool is_rest(const struct audit_row *r)
{
    return !isnan(r->figure[AUDIT_REST_N]);
}

static bool find_groups(const struct part *p, struct audit_world *w, struct err *e)
{
    size_t count = 0;

    w->group = mem_alloc(2 * p->rows, sizeof *w->group);
    for (size_t i = 0; i < p->rows; i++) {
        w->group[count++] = audit_world_group_of(row_of(p, i), p->nothing);
        if (is_rest(row_of(p, i))) {
            w->group[count] = audit_world_group_of(row_of(p, i), p->nothing);
            w->group[count++].rest = true;
        }
    }
    w->groups = unique_groups(w->group, count);
    if (w->groups > AUDIT_GROUPS_MAX)
        return err_set(e, ERR_LIMIT, "round %s, form %s: more than %d groups", w->round, w->form,
                       AUDIT_GROUPS_MAX);
    return true;
}

static bool find_items(const struct part *p, struct audit_world *w, struct err *e)
{
    w->item = mem_alloc(AUDIT_ITEMS_MAX, sizeof *w->item);
    for (size_t i = 0; i < p->rows; i++) {
        const struct audit_row *r = row_of(p, i);

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
static bool join(struct audit_range *known, const struct part *p, const struct audit_row *r,
                 enum audit_figure f)
{
    struct audit_range new = AUDIT_ANY;

    return !audit_table_range(p->table, r, f, &new.lo, &new.hi) || meet(known, new);
}

static void join_few(struct audit_cell *c, const struct part *p, const struct audit_row *r)
{
    const struct audit_file *f = &p->table->file[r->file];

    if (r->status != AUDIT_TOO_FEW || !f->progression)
        return;
    c->few = true;
    c->fewer = fmin(c->fewer, f->least_n);
}

/* What a row says joins a copy of the cell; false when it contradicts it. */
static bool join_row(struct audit_cell *c, const struct part *p, size_t i)
{
    const struct audit_row *r = row_of(p, i);
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

static bool join_rest(struct audit_cell *c, const struct part *p, size_t i)
{
    const struct audit_row *r = row_of(p, i);

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
static bool add_row(struct audit_world *w, const struct part *p, size_t i)
{
    const struct audit_row *r = row_of(p, i);
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

static struct audit_world copy_of(const struct audit_world *from)
{
    struct audit_world w = audit_world_blank(from);

    memcpy(w.from, from->from, AUDIT_FILES_MAX * sizeof *w.from);
    for (size_t i = 0; i < w.groups; i++)
        w.group[i].persons = from->group[i].persons;
    if (w.groups * w.items > 0)
        memcpy(w.cell, from->cell, w.groups * w.items * sizeof *w.cell);
    return w;
}

/* Adds one file's rows from..to; the row that does not fit, or `to`. */
static size_t add_rows(struct audit_world *w, const struct part *p, size_t from, size_t to)
{
    while (from < to && add_row(w, p, from))
        from++;
    if (from == to && to > 0)
        w->from[row_of(p, to - 1)->file] = true;
    return from;
}

/* The classes of a unit are not more pupils than the unit: a class that came later belongs to a later
 * version. */
static bool classes_fit(const struct audit_world *w)
{
    for (size_t i = 0; i < w->groups; i++) {
        const struct audit_group *unit = &w->group[i];
        int64_t left = unit->persons;

        if (unit->level != AUDIT_LEVEL_UNIT || unit->kind != AUDIT_KIND_ALL || unit->rest || left < 0)
            continue;
        for (size_t k = 0; k < w->groups; k++) {
            const struct audit_group *class = &w->group[k];

            if (class->level == AUDIT_LEVEL_GROUP && !class->rest && class->persons > 0 &&
                strcmp(class->unit_code, unit->unit_code) == 0)
                left -= class->persons;
        }
        if (left < 0)
            return false;
    }
    return true;
}

/* The rows of one file. */
struct slice {
    size_t file, from, to;
};

/* How many rows show a group, or withhold it, as the version does. */
static size_t count_alike(const struct audit_world *w, const struct part *p, const struct slice *s)
{
    size_t alike = 0;

    for (size_t i = s->from; i < s->to; i++) {
        const struct audit_row *r = row_of(p, i);
        const struct audit_group like = audit_world_group_of(r, p->nothing);
        const struct audit_cell *c =
            audit_world_cell(w, audit_world_find_group(w, &like),
                             audit_world_find_item(w, r->text[AUDIT_DIMENSION], r->text[AUDIT_QUESTION]));

        alike += c->asked && r->status != AUDIT_NOT_ASKED && c->hidden == isnan(r->figure[AUDIT_N]);
    }
    return alike;
}

/* The last of the version's files that was given before this one, counted from 1; 0: none. */
static size_t file_before(const struct audit_world *w, size_t file)
{
    while (file > 0 && !w->from[file - 1])
        file--;
    return file;
}

/* Whether a file that agrees with both versions rather belongs to a: what a release shows and withholds, it
 * does alike in all its tables; and they are given one after the other. */
static bool fits_better(const struct audit_world *a, const struct audit_world *b, const struct part *p,
                        const struct slice *s)
{
    const size_t alike_a = count_alike(a, p, s), alike_b = count_alike(b, p, s);

    return alike_a != alike_b ? alike_a > alike_b : file_before(a, s->file) > file_before(b, s->file);
}

/* Puts a file's rows into the version that they agree with, and of several into that which they fit best;
 * false when there is none. */
static bool add_to_some(struct audit_world *versions, size_t count, const struct part *p,
                        const struct slice *s)
{
    struct audit_world joined = {.round = NULL};
    size_t best = AUDIT_NONE;

    for (size_t v = 0; v < count; v++) {
        struct audit_world try = copy_of(&versions[v]);

        if (add_rows(&try, p, s->from, s->to) == s->to && classes_fit(&try) &&
            (best == AUDIT_NONE || fits_better(&versions[v], &versions[best], p, s))) {
            audit_world_fini(&joined);
            joined = try;
            best = v;
        } else {
            audit_world_fini(&try);
        }
    }
    if (best == AUDIT_NONE)
        return false;
    audit_world_fini(&versions[best]);
    versions[best] = joined;
    return true;
}

static struct audit_world *new_world(struct audit_worlds *out, struct audit_world w)
{
    out->at = mem_room(out->at, out->count, &out->capacity, sizeof *out->at);
    out->at[out->count] = w;
    return &out->at[out->count++];
}

static bool contradiction(const struct part *p, size_t i, struct err *e)
{
    const struct audit_row *r = row_of(p, i);

    return err_set(e, ERR_INPUT, "%s:%d: this row contradicts an earlier one of the same file",
                   p->table->file[r->file].name, r->line);
}

static bool add_file(const struct part *p, const struct audit_world *frame, size_t first,
                     const struct slice *s, struct audit_worlds *out, struct err *e)
{
    struct audit_world *w;
    size_t reached;

    if (out->count > first && add_to_some(&out->at[first], out->count - first, p, s))
        return true;
    if (out->count - first == AUDIT_VERSIONS_MAX)
        return err_set(e, ERR_LIMIT, "round %s, form %s: more than %d versions that differ", frame->round,
                       frame->form, AUDIT_VERSIONS_MAX);
    w = new_world(out, audit_world_blank(frame));
    reached = add_rows(w, p, s->from, s->to);
    return reached == s->to || contradiction(p, reached, e);
}

/* The files that tell of all classes, or the others. */
static bool add_files(const struct part *p, const struct audit_world *frame, size_t first, bool progression,
                      struct audit_worlds *out, struct err *e)
{
    struct slice s = {.from = 0};

    for (; s.from < p->rows; s.from = s.to) {
        s.file = row_of(p, s.from)->file;
        for (s.to = s.from; s.to < p->rows && row_of(p, s.to)->file == s.file; s.to++)
            ;
        if (p->table->file[s.file].progression == progression && !add_file(p, frame, first, &s, out, e))
            return false;
    }
    return true;
}

static int compare_versions(const void *pa, const void *pb)
{
    const struct audit_world *a = pa, *b = pb;
    size_t i = 0;

    while (i < AUDIT_FILES_MAX && a->from[i] == b->from[i])
        i++;
    return i == AUDIT_FILES_MAX ? 0 : a->from[i] ? -1 : 1;
}

/* All versions of one round and form, numbered by their first files. The tables of comparisons may tell of
 * so few groups that they agree with each version, so they come when the versions are there. */
static bool add_part(const struct part *p, const struct audit_world *frame, struct audit_worlds *out,
                     struct err *e)
{
    const size_t first = out->count;
    const bool ok = add_files(p, frame, first, true, out, e) && add_files(p, frame, first, false, out, e);

    qsort(&out->at[first], out->count - first, sizeof *out->at, compare_versions);
    for (size_t i = first; i < out->count; i++)
        out->at[i].version = (int)(i - first + 1);
    return ok;
}

static bool make_part(const struct part *p, struct audit_worlds *out, struct err *e)
{
    struct audit_world frame = {.round = row_of(p, 0)->text[AUDIT_ROUND],
                                .form = row_of(p, 0)->text[AUDIT_FORM]};
    bool ok = find_groups(p, &frame, e) && find_items(p, &frame, e) && add_part(p, &frame, out, e);

    free(frame.group);
    free(frame.item);
    return ok;
}

struct place {
    const char *round, *form;
    size_t row;
};

static int compare_places(const void *pa, const void *pb)
{
    const struct place *a = pa, *b = pb;
    int c = strcmp(a->round, b->round);

    if (c == 0)
        c = strcmp(a->form, b->form);
    return c != 0 ? c : (a->row > b->row) - (a->row < b->row);
}

static void sort_rows(const struct audit_table *t, size_t *order)
{
    struct place *place = mem_alloc(t->rows, sizeof *place);

    for (size_t i = 0; i < t->rows; i++)
        place[i] = (struct place){t->row[i].text[AUDIT_ROUND], t->row[i].text[AUDIT_FORM], i};
    qsort(place, t->rows, sizeof *place, compare_places);
    for (size_t i = 0; i < t->rows; i++)
        order[i] = place[i].row;
    free(place);
}

bool audit_worlds_make(struct audit_table *t, struct audit_worlds *out, struct audit_notes *notes,
                       struct err *e)
{
    size_t *order = mem_alloc(t->rows, sizeof *order);
    bool ok = true;

    *out = (struct audit_worlds){.count = 0};
    sort_rows(t, order);
    for (size_t from = 0, to; ok && from < t->rows; from = to) {
        const struct audit_row *r = &t->row[order[from]];

        for (to = from; to < t->rows && t->row[order[to]].text[AUDIT_ROUND] == r->text[AUDIT_ROUND] &&
                        t->row[order[to]].text[AUDIT_FORM] == r->text[AUDIT_FORM];
             to++)
            ;
        ok = make_part(&(struct part){t, &order[from], to - from, audit_table_intern(t, "")}, out, e);
    }
    for (size_t i = 0; ok && i < out->count; i++)
        ok = audit_people(t, &out->at[i], notes, e);
    free(order);
    return ok;
}

void audit_worlds_fini(struct audit_worlds *w)
{
    for (size_t i = 0; i < w->count; i++)
        audit_world_fini(&w->at[i]);
    free(w->at);
    *w = (struct audit_worlds){.count = 0};
}
