#include "audit/audit_world_part.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "audit/audit_people.h"
#include "core/base/mem.h"

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

/* ---- which version a file belongs to --------------------------------------------------------------------
 */

/* The rows of one file. */
struct slice {
    size_t file, from, to;
};

static struct slice slice_from(const struct world_part *p, size_t from)
{
    struct slice s = {.file = world_part_row(p, from)->file, .from = from, .to = from};

    while (s.to < p->rows && world_part_row(p, s.to)->file == s.file)
        s.to++;
    return s;
}

/* How many rows show a group, or withhold it, as the world does. */
static size_t count_alike(const struct audit_world *w, const struct world_part *p, const struct slice *s)
{
    size_t alike = 0;

    for (size_t i = s->from; i < s->to; i++) {
        const struct audit_row *r = world_part_row(p, i);
        const struct audit_group like = audit_world_group_of(r, p->nothing);
        const struct audit_cell *c =
            audit_world_cell(w, audit_world_find_group(w, &like),
                             audit_world_find_item(w, r->text[AUDIT_DIMENSION], r->text[AUDIT_QUESTION]));

        const bool shown = c->row != AUDIT_NONE && !c->hidden;

        alike += c->asked && r->status != AUDIT_NOT_ASKED && shown != isnan(r->figure[AUDIT_N]);
    }
    return alike;
}

/* The same beside that progression table of a version which is most alike. Not beside all together: they show
 * what principals see, and a table for everybody withholds more. */
static size_t count_alike_one(const struct audit_world *version, const struct world_part *p,
                              const struct slice *s)
{
    struct slice one;
    size_t most = 0;

    for (size_t from = 0; from < p->rows; from = one.to) {
        struct audit_world w;
        size_t alike;

        one = slice_from(p, from);
        if (!version->from[one.file] || !p->table->file[one.file].progression)
            continue;
        w = audit_world_blank(version);
        (void)world_add_rows(&w, p, one.from, one.to); /* they fit into the version */
        alike = count_alike(&w, p, s);
        most = alike > most ? alike : most;
        audit_world_fini(&w);
    }
    return most;
}

/* The last of the version's files that was given before this one, counted from 1; 0: none. */
static size_t file_before(const struct audit_world *w, size_t file)
{
    while (file > 0 && !w->from[file - 1])
        file--;
    return file;
}

/* Whether a file that agrees with both versions rather belongs to a: what a release shows and withholds, it
 * does alike in all its tables for the same audience; and they are given one after the other. */
static bool fits_better(const struct audit_world *a, const struct audit_world *b, const struct world_part *p,
                        const struct slice *s)
{
    const size_t alike_a = count_alike_one(a, p, s), alike_b = count_alike_one(b, p, s);

    return alike_a != alike_b ? alike_a > alike_b : file_before(a, s->file) > file_before(b, s->file);
}

/* Puts a file's rows into the version that they agree with, and of several into that which they fit best;
 * false when there is none. */
static bool add_to_some(struct audit_world *versions, size_t count, const struct world_part *p,
                        const struct slice *s)
{
    struct audit_world joined = {.round = NULL};
    size_t best = AUDIT_NONE;

    for (size_t v = 0; v < count; v++) {
        struct audit_world try = world_copy(&versions[v]);

        if (world_add_rows(&try, p, s->from, s->to) == s->to && classes_fit(&try) &&
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

static bool contradiction(const struct world_part *p, size_t i, struct err *e)
{
    const struct audit_row *r = world_part_row(p, i);

    return err_set(e, ERR_INPUT, "%s:%d: this row contradicts an earlier one of the same file",
                   p->table->file[r->file].name, r->line);
}

static bool add_file(const struct world_part *p, const struct audit_world *frame, size_t first,
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
    reached = world_add_rows(w, p, s->from, s->to);
    return reached == s->to || contradiction(p, reached, e);
}

/* The files that tell of all classes, or the others. */
static bool add_files(const struct world_part *p, const struct audit_world *frame, size_t first,
                      bool progression, struct audit_worlds *out, struct err *e)
{
    struct slice s;

    for (size_t from = 0; from < p->rows; from = s.to) {
        s = slice_from(p, from);
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
static bool add_part(const struct world_part *p, const struct audit_world *frame, struct audit_worlds *out,
                     struct err *e)
{
    const size_t first = out->count;
    const bool ok = add_files(p, frame, first, true, out, e) && add_files(p, frame, first, false, out, e);

    qsort(&out->at[first], out->count - first, sizeof *out->at, compare_versions);
    for (size_t i = first; i < out->count; i++)
        out->at[i].version = (int)(i - first + 1);
    return ok;
}

static bool make_part(const struct world_part *p, struct audit_worlds *out, struct err *e)
{
    struct audit_world frame = {.round = world_part_row(p, 0)->text[AUDIT_ROUND],
                                .form = world_part_row(p, 0)->text[AUDIT_FORM]};
    bool ok =
        world_find_groups(p, &frame, e) && world_find_items(p, &frame, e) && add_part(p, &frame, out, e);

    free(frame.group);
    free(frame.item);
    return ok;
}

/* ---- all rounds and forms -------------------------------------------------------------------------------
 */

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
        ok = make_part(&(struct world_part){t, &order[from], to - from, audit_table_intern(t, "")}, out, e);
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
