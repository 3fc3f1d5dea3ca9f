#include "audit/audit_merger.h"

enum { GONE_MAX = 8 };

/* n, and the least and the most that the answers can add up to. */
struct sum {
    double n, lo, hi;
};

static void add(struct sum *to, const struct sum *part)
{
    to->n += part->n;
    to->lo += part->lo;
    to->hi += part->hi;
}

/* False when that group is there and not shown; nothing when it is not there. */
static bool sum_of(const struct audit_world *w, const struct audit_group *group, const char *unit_code,
                   size_t item, struct sum *out)
{
    struct audit_group like = *group;
    const struct audit_cell *c;
    size_t g;

    *out = (struct sum){.n = 0};
    like.unit_code = unit_code;
    g = audit_world_find_group(w, &like);
    if (g == AUDIT_NONE)
        return true;
    c = audit_world_cell(w, g, item);
    if (!audit_range_known(c->n) || !audit_range_known(c->mean))
        return false;
    *out = (struct sum){.n = c->n.lo, .lo = c->n.lo * c->mean.lo, .hi = c->n.lo * c->mean.hi};
    return true;
}

static bool is_gone(const struct audit_world *now, const char *unit_code)
{
    for (size_t u = 0; u < now->units; u++) {
        if (now->unit[u].code == unit_code)
            return now->unit[u].persons == 0;
    }
    return true;
}

/* Whether the group's own sum and some of the others make that mean. */
static bool some_make(const struct sum *own, const struct sum *other, size_t count, struct audit_range mean)
{
    for (unsigned which = 1; which < 1u << count; which++) {
        struct sum all = *own;

        for (size_t i = 0; i < count; i++) {
            if ((which >> i & 1u) != 0)
                add(&all, &other[i]);
        }
        if (audit_range_agree((struct audit_range){all.lo / all.n, all.hi / all.n}, mean))
            return true;
    }
    return false;
}

bool audit_merger_explains(const struct audit_world *now, const struct audit_world *then,
                           const struct audit_group *group, size_t item_then, struct audit_range mean)
{
    struct sum own, other[GONE_MAX], s;
    size_t count = 0;

    if (group->level != AUDIT_LEVEL_UNIT || !sum_of(then, group, group->unit_code, item_then, &own))
        return false;
    for (size_t u = 0; u < then->units; u++) {
        const char *code = then->unit[u].code;

        if (code == NULL || code == group->unit_code || !is_gone(now, code) ||
            !sum_of(then, group, code, item_then, &s) || s.n <= 0)
            continue;
        if (count == GONE_MAX)
            return true;
        other[count++] = s;
    }
    return some_make(&own, other, count, mean);
}
