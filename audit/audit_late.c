#include "audit/audit_late.h"

#include <stdlib.h>
#include <string.h>

#include "audit/audit_people.h"
#include "core/base/buf.h"
#include "core/base/mem.h"

static bool are_versions(const struct audit_world *a, const struct audit_world *b)
{
    return a->round == b->round && a->form == b->form;
}

/* ---- what did not change --------------------------------------------------------------------------------
 */

/* Whether a group's persons and shown figures can be the same in both. */
static bool same_group(const struct audit_world *a, const struct audit_world *b, size_t group)
{
    int64_t pa = a->group[group].persons, pb = b->group[group].persons;

    if (pa >= 0 && pb >= 0 && pa != pb)
        return false;
    if (a->group[group].kind == AUDIT_KIND_CLASS && !a->group[group].rest && (pa < 0) != (pb < 0))
        return false;
    for (size_t i = 0; i < a->items; i++) {
        struct audit_cell joined = *audit_world_cell(a, group, i);

        if (!audit_world_join(&joined, audit_world_cell(b, group, i)))
            return false;
    }
    return true;
}

/* A group that is about one unit alone; the rest of a unit is about all others. */
static bool is_of_unit(const struct audit_group *g, const char *code)
{
    return g->unit_code == code && !(g->rest && g->kind == AUDIT_KIND_ALL);
}

static bool same_unit(const struct audit_world *a, const struct audit_world *b, const char *code)
{
    for (size_t g = 0; g < a->groups; g++) {
        if (is_of_unit(&a->group[g], code) && !same_group(a, b, g))
            return false;
    }
    return true;
}

static void join_group(struct audit_world *a, struct audit_world *b, size_t group)
{
    if (a->group[group].persons < 0)
        a->group[group].persons = b->group[group].persons;
    if (b->group[group].persons < 0)
        b->group[group].persons = a->group[group].persons;
    for (size_t i = 0; i < a->items; i++) {
        struct audit_cell *ca = audit_world_cell(a, group, i), *cb = audit_world_cell(b, group, i);

        (void)audit_world_join(ca, cb); /* they can: same_group */
        (void)audit_world_join(cb, ca);
    }
}

static void share_unit(struct audit_world *a, struct audit_world *b, const char *code, struct buf *differ)
{
    if (!same_unit(a, b, code)) {
        buf_addf(differ, "%s%s", differ->bytes == 0 ? "" : ", ", code);
        return;
    }
    for (size_t g = 0; g < a->groups; g++) {
        if (is_of_unit(&a->group[g], code))
            join_group(a, b, g);
    }
}

static const char *first_file(const struct audit_table *t, const struct audit_world *w)
{
    size_t i = 0;

    while (i + 1 < t->files && !w->from[i])
        i++;
    return t->file[i].name;
}

static void share(const struct audit_table *t, struct audit_world *a, struct audit_world *b,
                  struct audit_notes *notes)
{
    struct buf differ = BUF_INIT;

    /* Units are those of both: a unit that one version lacks has no people there. */
    for (size_t u = 0; u < a->units; u++) {
        if (a->unit[u].code != NULL)
            share_unit(a, b, a->unit[u].code, &differ);
    }
    audit_notes_add(notes, "%s %s: answers changed between version %d (%s) and %d (%s), in %s", a->round,
                    a->form, a->version, first_file(t, a), b->version, first_file(t, b),
                    differ.bytes == 0 ? "no unit that could be told" : buf_str(&differ));
    buf_fini(&differ);
}

void audit_late_share(const struct audit_table *t, struct audit_worlds *w, struct audit_notes *notes)
{
    for (size_t i = 0; i < w->count; i++) {
        for (size_t j = i + 1; j < w->count && are_versions(&w->at[i], &w->at[j]); j++)
            share(t, &w->at[i], &w->at[j], notes);
    }
}

/* ---- what did -------------------------------------------------------------------------------------------
 */

/* One pair of versions, and their difference. */
struct pair {
    const struct audit_world *before, *after;
    struct audit_world *world; /* the difference: the same groups and items, persons subtracted */
    const struct audit_attack_options *options;
    struct audit_findings *out;
    struct audit_effort *effort;
    struct audit_notes *notes;
};

/* A class that one version does not name has nobody there, if that version names others of the unit. */
static int64_t persons_of(const struct audit_world *w, size_t group)
{
    const struct audit_group *g = &w->group[group];

    if (g->persons >= 0 || g->kind != AUDIT_KIND_CLASS)
        return g->persons;
    for (size_t i = 0; i < w->groups; i++) {
        const struct audit_group *x = &w->group[i];

        if (x->kind == AUDIT_KIND_CLASS && !x->rest && x->unit_code == g->unit_code && x->persons >= 0)
            return 0;
    }
    return -1;
}

/* The groups' differences in persons; false when some group has fewer than before. */
static bool subtract_persons(struct pair *p)
{
    bool only_more = true;

    for (size_t g = 0; g < p->world->groups; g++) {
        int64_t before = persons_of(p->before, g), after = persons_of(p->after, g);

        if (p->world->group[g].rest || before < 0 || after < 0)
            continue;
        p->world->group[g].persons = after - before;
        only_more = only_more && after >= before;
    }
    return only_more;
}

/* What one item's shown rows differ by, group by group. */
struct difference {
    const struct audit_scale *scale;
    struct audit_counts *by; /* by group; n is -1 unless `known` */
    bool *known;             /* shown exactly in both */
};

static bool is_exact(const struct audit_scale *s, const struct audit_counts *c)
{
    return c->n >= 0 && (s->index ? c->summed : c->counted);
}

static void subtract_spans(struct audit_span *a, const struct audit_span *b)
{
    a->lo -= b->lo;
    a->hi -= b->hi;
}

static void subtract_counts(const struct audit_scale *s, struct audit_counts *a, const struct audit_counts *b)
{
    a->n -= b->n;
    for (int i = 0; i < s->options && !s->index; i++)
        subtract_spans(&a->option[i], &b->option[i]);
    subtract_spans(&a->dont_know, &b->dont_know);
    a->sum.lo -= b->sum.lo;
    a->sum.hi -= b->sum.hi;
    a->squares = AUDIT_ANY;
    a->steps -= b->steps;
}

static void difference_init(struct difference *d, const struct pair *p, size_t item,
                            const struct audit_scale *scale)
{
    size_t groups = p->world->groups;
    struct audit_counts *before = mem_alloc(groups, sizeof *before);

    d->scale = scale;
    d->by = mem_alloc(groups, sizeof *d->by);
    d->known = mem_alloc(groups, sizeof *d->known);
    (void)audit_system_counts(&(struct audit_target){.world = p->before, .item = item, .scale = scale},
                              before);
    (void)audit_system_counts(&(struct audit_target){.world = p->after, .item = item, .scale = scale}, d->by);
    for (size_t g = 0; g < groups; g++) {
        d->known[g] =
            p->world->group[g].persons >= 0 && is_exact(scale, &before[g]) && is_exact(scale, &d->by[g]);
        if (d->known[g])
            subtract_counts(scale, &d->by[g], &before[g]);
        else
            d->by[g].n = -1;
    }
    free(before);
}

static void difference_fini(struct difference *d)
{
    free(d->by);
    free(d->known);
}

/* Answers that a group has more, and fewer, than before; of an index, persons with one. */
static void count_changes(const struct difference *d, size_t group, int64_t persons, int64_t *more,
                          int64_t *fewer)
{
    const struct audit_counts *c = &d->by[group];
    int64_t part[AUDIT_OPTIONS_MAX + 2] = {0};
    int options = d->scale->index ? 1 : d->scale->options;

    for (int i = 0; i < options; i++)
        part[i] = d->scale->index ? c->n : c->option[i].lo;
    part[options] = c->dont_know.lo;
    part[options + 1] = persons - c->n - c->dont_know.lo;
    *more = *fewer = 0;
    for (int i = 0; i < options + 2; i++) {
        *more += part[i] > 0 ? part[i] : 0;
        *fewer -= part[i] < 0 ? part[i] : 0;
    }
}

/* ---- answers that went or changed: row by row -----------------------------------------------------------
 */

static void add_row_finding(struct pair *p, size_t item, size_t group, enum audit_what what, int option,
                            double by)
{
    audit_findings_add(p->out, p->out->count,
                       (struct audit_finding){.world = p->world,
                                              .item = item,
                                              .group = group,
                                              .who = audit_world_describe(p->world, group),
                                              .what = what,
                                              .option = option,
                                              .least = by,
                                              .most = by,
                                              .verdict = AUDIT_DETERMINED,
                                              .how = AUDIT_BY_RELEASE});
}

static void look_at_row(struct pair *p, size_t item, const struct difference *d, size_t group)
{
    const struct audit_counts *c = &d->by[group];
    int64_t more, fewer, changed;

    count_changes(d, group, p->world->group[group].persons, &more, &fewer);
    changed = more > fewer ? more : fewer;
    if (changed >= p->options->k)
        return;
    if (d->scale->index && c->steps != 0)
        add_row_finding(p, item, group, AUDIT_OF_SUM, 0, (double)c->steps / (double)d->scale->grid);
    for (int i = 0; i < d->scale->options && !d->scale->index; i++) {
        if (c->option[i].lo != 0)
            add_row_finding(p, item, group, AUDIT_OF_OPTION, i + 1, (double)c->option[i].lo);
    }
    if (c->dont_know.lo != 0)
        add_row_finding(p, item, group, AUDIT_OF_DONT_KNOW, 0, (double)c->dont_know.lo);
}

/* ---- answers that came: a municipality of their own -----------------------------------------------------
 */

static bool only_more_answers(const struct pair *p, const struct difference *d)
{
    for (size_t g = 0; g < p->world->groups; g++) {
        int64_t more, fewer;

        if (!d->known[g])
            continue;
        count_changes(d, g, p->world->group[g].persons, &more, &fewer);
        if (fewer > 0)
            return false;
    }
    return true;
}

static void withhold_small(struct pair *p, size_t item)
{
    for (size_t g = 0; g < p->world->groups; g++) {
        int64_t persons = p->world->group[g].persons;

        audit_world_cell(p->world, g, item)->hidden =
            persons > 0 && persons < p->options->k && !p->world->group[g].rest;
    }
}

static void attack_item(struct pair *p, size_t item, const struct audit_scale *scale, bool only_more)
{
    struct difference d;

    difference_init(&d, p, item, scale);
    if (only_more && only_more_answers(p, &d)) {
        withhold_small(p, item);
        audit_attack(&(struct audit_target){.world = p->world, .item = item, .scale = scale, .counts = d.by},
                     p->options, p->out, p->effort, p->notes);
    } else {
        for (size_t g = 0; g < p->world->groups; g++) {
            if (d.known[g])
                look_at_row(p, item, &d, g);
        }
    }
    difference_fini(&d);
}

/* ---- all pairs ------------------------------------------------------------------------------------------
 */

static struct audit_world *new_world(struct audit_lates *l, struct audit_world w)
{
    l->at = mem_room(l->at, l->count, &l->capacity, sizeof *l->at);
    l->at[l->count] = mem_alloc(1, sizeof **l->at);
    *l->at[l->count] = w;
    return l->at[l->count++];
}

static bool attack_pair(struct audit_table *t, struct pair *p, const struct audit_scale *scale, struct err *e)
{
    bool only_more;

    p->world->version = p->after->version;
    p->world->since = p->before->version;
    only_more = subtract_persons(p);
    if (!only_more)
        audit_notes_add(
            p->notes,
            "%s %s: version %d has fewer answers than %d somewhere: what went and what came is not "
            "told apart",
            p->world->round, p->world->form, p->after->version, p->before->version);
    if (only_more && !audit_people(t, p->world, p->notes, e))
        return false;
    for (size_t i = 0; i < p->world->items; i++)
        attack_item(p, i, &scale[i], only_more);
    return true;
}

bool audit_late_attack(struct audit_table *t, const struct audit_worlds *w, const struct audit_scales *scales,
                       const struct audit_attack_options *o, struct audit_lates *lates,
                       struct audit_findings *out, struct audit_effort *effort, struct audit_notes *notes,
                       struct err *e)
{
    for (size_t i = 0; i < w->count; i++) {
        for (size_t j = i + 1; j < w->count && are_versions(&w->at[i], &w->at[j]); j++) {
            struct pair p = {.before = &w->at[i],
                             .after = &w->at[j],
                             .world = new_world(lates, audit_world_blank(&w->at[j])),
                             .options = o,
                             .out = out,
                             .effort = effort,
                             .notes = notes};

            if (!attack_pair(t, &p, scales->at[j], e))
                return false;
        }
    }
    return true;
}

void audit_lates_fini(struct audit_lates *l)
{
    for (size_t i = 0; i < l->count; i++) {
        audit_world_fini(l->at[i]);
        free(l->at[i]);
    }
    free(l->at);
    *l = (struct audit_lates){.count = 0};
}
