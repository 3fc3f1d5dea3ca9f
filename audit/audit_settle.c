#include "audit/audit_settle.h"

/* What is known of the options of the same group's item; findings of one lie beside each other. */
struct options {
    size_t known, zero, open;
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
        o.open += f->verdict == AUDIT_OPEN || f->verdict == AUDIT_UNSOLVED;
        o.zero += f->verdict == AUDIT_ZERO;
        o.known += f->verdict == AUDIT_DETERMINED;
    }
    return o;
}

/* The whole is known, or all but one option are known to be nobody's. Without any option (an index) nothing
 * is. */
static bool is_given(const struct options *o)
{
    const size_t all = o->open + o->zero + o->known;

    return all > 1 && (o->open == 0 || o->zero + 1 == all);
}

static bool is_of_many(const struct audit_finding *f)
{
    const struct audit_cell *c =
        f->group == AUDIT_NONE ? NULL : audit_world_cell(f->world, f->group, f->item);

    return c != NULL && c->hidden && !c->few && f->how == AUDIT_BY_BOUNDS && f->world->since == 0;
}

static void settle_row(struct audit_findings *l, size_t first, size_t end)
{
    const struct options o = count_options(&l->at[first], &l->at[end]);

    for (size_t i = first; i < end && !is_given(&o); i++) {
        if (l->at[i].verdict != AUDIT_DETERMINED || !is_of_many(&l->at[i]))
            continue;
        l->at[i].verdict = AUDIT_KNOWN;
        l->verdicts[AUDIT_DETERMINED]--;
        l->verdicts[AUDIT_KNOWN]++;
    }
}

void audit_settle(struct audit_findings *l)
{
    size_t end;

    for (size_t first = 0; first < l->count; first = end) {
        for (end = first + 1; end < l->count && same_row(&l->at[first], &l->at[end]); end++)
            ;
        settle_row(l, first, end);
    }
}
