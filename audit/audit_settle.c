#include "audit/audit_settle.h"

/* What is known of the options of the same group's item; findings of one lie beside each other. */
struct options {
    size_t known, zero;
};

static bool same_row(const struct audit_finding *a, const struct audit_finding *b)
{
    return a->world == b->world && a->item == b->item && a->group == b->group;
}

static struct options count_options(const struct audit_finding *first, const struct audit_finding *end)
{
    struct options o = {.known = 0};

    for (const struct audit_finding *f = first; f < end; f++) {
        if (f->what != AUDIT_OF_OPTION)
            continue;
        o.zero += f->verdict == AUDIT_ZERO;
        o.known += f->verdict == AUDIT_DETERMINED;
    }
    return o;
}

/* The whole is known, or all but one option are known to be nobody's. An index has no options. */
static bool is_given(const struct options *o, size_t all)
{
    return all > 1 && (o->known + o->zero >= all || o->zero + 1 >= all);
}

/* 0: an index, or what a later version adds. */
static size_t options_of(const struct audit_finding *f, const struct audit_worlds *w,
                         const struct audit_scales *s)
{
    for (size_t i = 0; i < w->count; i++) {
        if (f->world == &w->at[i] && *f->world->item[f->item].question != '\0')
            return (size_t)s->at[i][f->item].options;
    }
    return 0;
}

static bool is_of_many(const struct audit_finding *f, int k)
{
    return f->group != AUDIT_NONE && audit_world_cell(f->world, f->group, f->item)->hidden &&
           !audit_world_is_few(f->world, f->group, f->item, k) && f->how == AUDIT_BY_BOUNDS &&
           f->world->since == 0 && !f->few;
}

static void settle_row(struct audit_findings *l, size_t first, size_t end, size_t options, int k)
{
    const struct options o = count_options(&l->at[first], &l->at[end]);

    for (size_t i = first; i < end && !is_given(&o, options); i++) {
        if (l->at[i].verdict != AUDIT_DETERMINED || !is_of_many(&l->at[i], k))
            continue;
        l->at[i].verdict = AUDIT_KNOWN;
        l->verdicts[AUDIT_DETERMINED]--;
        l->verdicts[AUDIT_KNOWN]++;
    }
}

void audit_settle(struct audit_findings *l, const struct audit_worlds *w, const struct audit_scales *s, int k)
{
    size_t end;

    for (size_t first = 0; first < l->count; first = end) {
        for (end = first + 1; end < l->count && same_row(&l->at[first], &l->at[end]); end++)
            ;
        settle_row(l, first, end, options_of(&l->at[first], w, s), k);
    }
}
