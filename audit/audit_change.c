#include "audit/audit_change.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/audit_merger.h"
#include "core/base/mem.h"

/* A change of one row, and the cell that it is then about. */
struct link {
    size_t world, item;   /* of the row */
    size_t target, group; /* the world and group before */
    size_t target_item;   /* AUDIT_NONE: the question was not asked then; see carried_on */
    enum audit_figure figure;
    struct audit_range told; /* the mean before */
};

struct links {
    const struct audit_worlds *worlds;
    struct link *at;
    size_t count, capacity;
};

/* ---- rounds ---------------------------------------------------------------------------------------------
 */

/* The school year that a round "YYYY-MM" lies in, by the year in which it ends; 0 for another text. */
static int school_year(const char *round)
{
    int year, month;

    if (sscanf(round, "%4d-%2d", &year, &month) != 2)
        return 0;
    return month >= 7 ? year + 1 : year;
}

static bool is_year_before(const char *round, const char *before)
{
    int year, month, year_before, month_before;

    return sscanf(round, "%4d-%2d", &year, &month) == 2 &&
           sscanf(before, "%4d-%2d", &year_before, &month_before) == 2 && year_before == year - 1 &&
           month_before == month;
}

/* ---- the cell that a change is about --------------------------------------------------------------------
 */

static size_t world_of(const struct audit_worlds *w, const struct audit_row *r)
{
    for (size_t i = 0; i < w->count; i++) {
        if (w->at[i].round == r->text[AUDIT_ROUND] && w->at[i].form == r->text[AUDIT_FORM] &&
            w->at[i].from[r->file])
            return i;
    }
    return AUDIT_NONE;
}

/* The persons of the unit of which a group is a part, or of the municipality; -1: not known. */
static int64_t persons_of_whole(const struct audit_world *w, const struct audit_group *g)
{
    const struct audit_group municipality = {
        .level = AUDIT_LEVEL_MUNICIPALITY, .kind = AUDIT_KIND_ALL, .unit_code = "", .area = "", .key = ""};
    size_t whole;

    if (g->unit != AUDIT_NONE)
        return w->unit[g->unit].persons;
    whole = audit_world_find_group(w, &municipality);
    return whole == AUDIT_NONE ? -1 : w->group[whole].persons;
}

/* Whether the tables say that nobody of the group answered. Of a gender they do not tell how many did: what
 * they say of its unit stands for it. */
static bool is_of_nobody(const struct audit_world *w, size_t group)
{
    const struct audit_group *g = &w->group[group];

    return (g->persons < 0 ? persons_of_whole(w, g) : g->persons) == 0;
}

/* Whether the group answered anything of the dimension then: the item itself, or another. */
static bool was_measured(const struct audit_world *w, size_t group, const char *dimension)
{
    if (is_of_nobody(w, group))
        return false;
    for (size_t i = 0; i < w->items; i++) {
        if (w->item[i].dimension == dimension && audit_world_cell(w, group, i)->asked)
            return true;
    }
    return false;
}

/* An area has no row while it is one unit only, but a change of the area may be from that unit's. */
static bool may_be_one_unit(const struct audit_world *w, const struct audit_group *group)
{
    for (size_t i = 0; i < w->units && group->level == AUDIT_LEVEL_AREA; i++) {
        const struct audit_unit *u = &w->unit[i];

        if (u->code != NULL && u->persons != 0 && (u->area == NULL || u->area == group->area))
            return true;
    }
    return false;
}

/* Whether that change of the row can be from world i. */
static bool is_before(const struct audit_worlds *w, size_t i, const struct link *l, const struct audit_row *r)
{
    const struct audit_world *now = &w->at[l->world], *before = &w->at[i];

    if (before->form != now->form || before->round == now->round || !before->from[r->file])
        return false;
    if (l->figure == AUDIT_CHANGE_SAME_MONTH)
        return is_year_before(now->round, before->round);
    return r->kind != AUDIT_KIND_CLASS || school_year(now->round) == school_year(before->round);
}

/* The world before: the latest earlier round of the same table in which the group was measured. */
static bool find_target(const struct audit_worlds *w, const struct audit_row *r,
                        const struct audit_group *group, struct link *l)
{
    for (size_t i = l->world; i-- > 0;) {
        const struct audit_world *before = &w->at[i];

        if (!is_before(w, i, l, r))
            continue;
        l->group = audit_world_find_group(before, group);
        if (l->group == AUDIT_NONE && may_be_one_unit(before, group))
            return false;
        if (l->group == AUDIT_NONE || !was_measured(before, l->group, r->text[AUDIT_DIMENSION]))
            continue;
        l->target = i;
        l->target_item = audit_world_find_item(before, r->text[AUDIT_DIMENSION], r->text[AUDIT_QUESTION]);
        if (l->target_item != AUDIT_NONE && !audit_world_cell(before, l->group, l->target_item)->asked)
            l->target_item = AUDIT_NONE;
        return true;
    }
    return false;
}

/* Whether the change goes with what the world shows of the group, which then may have been of nobody since;
 * or of it and units that it carries on. */
static bool explains(const struct audit_worlds *w, size_t i, const struct audit_row *r,
                     const struct audit_group *group, const struct link *l, bool untold)
{
    const struct audit_world *then = &w->at[i];
    const size_t item = audit_world_find_item(then, r->text[AUDIT_DIMENSION], r->text[AUDIT_QUESTION]);
    const size_t g = audit_world_find_group(then, group);

    if (item == AUDIT_NONE)
        return false;
    if (untold && g != AUDIT_NONE) {
        const struct audit_range mean = audit_world_cell(then, g, item)->mean;

        if (audit_range_known(mean) && audit_range_agree(mean, l->told))
            return true;
    }
    return audit_merger_explains(&w->at[l->world], then, group, item, l->told);
}

/* Whether a change may be from an older round than the one found, which does not show the group. */
static bool may_be_older(const struct audit_worlds *w, const struct audit_row *r,
                         const struct audit_group *group, const struct link *l)
{
    const struct audit_world *found = &w->at[l->target];

    if (l->target_item != AUDIT_NONE &&
        audit_range_known(audit_world_cell(found, l->group, l->target_item)->mean))
        return false;
    for (size_t i = l->target; i-- > 0;) {
        if (is_before(w, i, l, r) && explains(w, i, r, group, l, found->group[l->group].persons < 0))
            return true;
    }
    return false;
}

static void add_link(struct links *l, struct audit_table *t, const struct audit_row *r,
                     enum audit_figure figure)
{
    struct link new = {.world = world_of(l->worlds, r), .figure = figure};
    struct audit_range mean, change;
    struct audit_group group;

    if (!audit_table_range(t, r, figure, &change.lo, &change.hi) ||
        !audit_table_range(t, r, AUDIT_MEAN, &mean.lo, &mean.hi) || new.world == AUDIT_NONE)
        return;
    new.item =
        audit_world_find_item(&l->worlds->at[new.world], r->text[AUDIT_DIMENSION], r->text[AUDIT_QUESTION]);
    group = audit_world_group_of(r, audit_table_intern(t, ""));
    new.told = (struct audit_range){mean.lo - change.hi, mean.hi - change.lo};
    if (!find_target(l->worlds, r, &group, &new) || may_be_older(l->worlds, r, &group, &new))
        return;
    l->at = mem_room(l->at, l->count, &l->capacity, sizeof *l->at);
    l->at[l->count++] = new;
}

/* ---- whether shown pairs bear a guess out ---------------------------------------------------------------
 */

struct support {
    size_t agree, contradict;
};

static bool same_source(const struct link *a, const struct link *b)
{
    return a->world == b->world && a->item == b->item && a->target == b->target &&
           a->target_item == b->target_item && a->figure == b->figure;
}

/* How the shown means of `item` in the world before go with all links that are like `like`. */
static struct support support_of(const struct links *l, size_t from, size_t to, size_t item)
{
    struct support s = {0, 0};

    for (size_t i = from; i < to; i++) {
        const struct audit_cell *c = audit_world_cell(&l->worlds->at[l->at[i].target], l->at[i].group, item);

        if (!audit_range_known(c->mean))
            continue;
        if (audit_range_agree(c->mean, l->at[i].told))
            s.agree++;
        else
            s.contradict++;
    }
    return s;
}

static bool asked_at_all(const struct audit_world *w, size_t item)
{
    for (size_t g = 0; g < w->groups; g++) {
        if (audit_world_cell(w, g, item)->asked)
            return true;
    }
    return false;
}

/* The one question of the dimension that was asked then, is not asked now, and agrees; AUDIT_NONE. */
static size_t carried_on(const struct links *l, size_t from, size_t to)
{
    const struct audit_world *now = &l->worlds->at[l->at[from].world];
    const struct audit_world *before = &l->worlds->at[l->at[from].target];
    const struct audit_item *item = &now->item[l->at[from].item];
    size_t found = AUDIT_NONE, count = 0;

    for (size_t i = 0; i < before->items && *item->question != '\0'; i++) {
        size_t still = audit_world_find_item(now, before->item[i].dimension, before->item[i].question);
        struct support s;

        if (before->item[i].dimension != item->dimension || *before->item[i].question == '\0' ||
            !asked_at_all(before, i) || (still != AUDIT_NONE && asked_at_all(now, still)))
            continue;
        s = support_of(l, from, to, i);
        if (s.contradict == 0 && s.agree > 0) {
            found = i;
            count++;
        }
    }
    return count == 1 ? found : AUDIT_NONE;
}

static void tell(const struct audit_world *before, size_t group, size_t item, struct audit_range told)
{
    struct audit_cell *c = audit_world_cell(before, group, item);
    double lo = fmax(c->told.lo, told.lo), hi = fmin(c->told.hi, told.hi);

    if (lo <= hi)
        c->told = (struct audit_range){lo, hi};
}

/* The links from..to are of one question, about one earlier round. */
static void use(const struct links *l, size_t from, size_t to, struct audit_notes *notes)
{
    const struct audit_world *now = &l->worlds->at[l->at[from].world];
    const struct audit_world *before = &l->worlds->at[l->at[from].target];
    const struct audit_item *i = &now->item[l->at[from].item];
    size_t item = l->at[from].target_item == AUDIT_NONE ? carried_on(l, from, to) : l->at[from].target_item;

    if (item == AUDIT_NONE || support_of(l, from, to, item).contradict > 0) {
        audit_notes_add(notes, "%s %s, %s: its changes do not agree with round %s: they are not used",
                        now->round, now->form, *i->question == '\0' ? i->dimension : i->question,
                        before->round);
        return;
    }
    for (size_t j = from; j < to; j++)
        tell(before, l->at[j].group, item, l->at[j].told);
}

static int compare_links(const void *pa, const void *pb)
{
    const struct link *a = pa, *b = pb;
    const size_t x[] = {a->world, a->item, a->target, a->target_item, (size_t)a->figure, a->group};
    const size_t y[] = {b->world, b->item, b->target, b->target_item, (size_t)b->figure, b->group};

    for (size_t i = 0; i < sizeof x / sizeof x[0]; i++) {
        if (x[i] != y[i])
            return x[i] < y[i] ? -1 : 1;
    }
    return 0;
}

void audit_change(struct audit_table *t, const struct audit_worlds *w, struct audit_notes *notes)
{
    struct links l = {.worlds = w};

    for (size_t i = 0; i < t->rows; i++) {
        add_link(&l, t, &t->row[i], AUDIT_CHANGE_PREVIOUS);
        add_link(&l, t, &t->row[i], AUDIT_CHANGE_SAME_MONTH);
    }
    if (l.count > 0)
        qsort(l.at, l.count, sizeof *l.at, compare_links);
    for (size_t from = 0, to; from < l.count; from = to) {
        for (to = from; to < l.count && same_source(&l.at[from], &l.at[to]); to++)
            ;
        use(&l, from, to, notes);
    }
    free(l.at);
}
