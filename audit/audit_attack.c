#include "audit/audit_attack.h"

#include <stdlib.h>

#include "audit/audit_alike.h"
#include "audit/audit_attack_part.h"
#include "audit/audit_linear.h"

/* ---- what stands there ----------------------------------------------------------------------------------
 */

static void add_shown(struct attack *a, size_t group, enum audit_what what, double x)
{
    struct audit_finding f = attack_of_group(a, group);

    f.what = what;
    f.least = f.most = x;
    f.verdict = AUDIT_DETERMINED;
    f.how = AUDIT_BY_SHOWING;
    attack_add(a, f);
}

static void look_whether_alike(struct attack *a, const struct audit_scale *scale, size_t group, bool good)
{
    const struct audit_cell *c = audit_world_cell(a->world, group, a->item);
    double answer = 0;

    switch (audit_alike(scale, c, a->world->group[group].persons, good, &answer)) {
    case AUDIT_ONE_ANSWER:
        add_shown(a, group, AUDIT_OF_ALIKE, answer);
        break;
    case AUDIT_NONE_GOOD:
        add_shown(a, group, AUDIT_OF_GOOD, 0);
        break;
    case AUDIT_DIFFERENT:
        break;
    }
}

static void look_at_rows(struct attack *a, const struct audit_scale *scale)
{
    const bool good = audit_alike_has_good(a->world, a->item);

    for (size_t g = 0; g < a->world->groups; g++) {
        const struct audit_cell *c = audit_world_cell(a->world, g, a->item);

        if (audit_range_known(c->n) && c->n.lo > 0 && c->n.lo < a->options->k &&
            (audit_range_known(c->mean) || audit_range_known(c->positive)))
            add_shown(a, g, AUDIT_OF_N, c->n.lo);
        else
            look_whether_alike(a, scale, g, good);
        if (c->hidden && audit_range_known(c->told) && c->told.hi - c->told.lo <= AUDIT_MEAN_WIDTH)
            attack_add_mean(a, attack_of_group(a, g), c->told.lo, c->told.hi, AUDIT_BY_CHANGE);
    }
}

/* ---- by adding and subtracting rows ---------------------------------------------------------------------
 */

struct linear {
    struct attack *attack;
    enum audit_family family;
};

static int64_t sum_options(const struct attack *a, const int64_t *values)
{
    int64_t n = 0;

    for (size_t c = 0; c < audit_system_options(&a->system); c++)
        n += values[c];
    return n;
}

/* All counts of a withheld group; of a union those that are not 0. */
static void add_counts(struct attack *a, const struct audit_finding *whom, enum audit_family family,
                       const int64_t *values)
{
    size_t count = audit_system_options(&a->system) + (family == AUDIT_COUNTED);

    for (size_t c = 0; c < count; c++) {
        if (whom->group != AUDIT_NONE || values[c] != 0)
            attack_add_count(a, attack_again(a, whom), c, (double)values[c], (double)values[c],
                             AUDIT_BY_ROWS);
    }
}

/* Of somebody whose values follow. A union's mean is told where its counts do not follow. */
static void add_values(struct attack *a, const struct audit_finding *whom, enum audit_family family,
                       const int64_t *values)
{
    double n = (double)values[0], sum = (double)values[1] / (double)a->system.scale->grid;

    if (family != AUDIT_SUMMED) {
        add_counts(a, whom, family, values);
        n = (double)sum_options(a, values);
        sum = 0;
        for (size_t c = 0; c < audit_system_options(&a->system); c++)
            sum += (double)values[c] * audit_system_code(&a->system, c);
    }
    if (n > 0 && (whom->group != AUDIT_NONE || family == AUDIT_SUMMED))
        attack_add_mean(a, attack_again(a, whom), sum / n, sum / n, AUDIT_BY_ROWS);
}

static void tell_union(const struct audit_union *u, void *arg)
{
    struct linear *l = arg;
    struct attack *a = l->attack;
    int64_t n = l->family == AUDIT_SUMMED ? u->values[0] : sum_options(a, u->values), nd = n;
    struct audit_finding whom;

    if (l->family == AUDIT_COUNTED)
        nd += u->values[audit_system_options(&a->system)];
    if (n < 0 || nd == 0 || (n == 0 && nd >= a->options->k) || audit_sets_is_group(&a->sets, u->in))
        return;
    whom = attack_of_union(a, u->unit, u->in);
    add_values(a, &whom, l->family, u->values);
    free(whom.who);
    free(whom.in);
}

static void use_family(struct attack *a, struct audit_linear *l, enum audit_family family)
{
    struct linear arg = {.attack = a, .family = family};
    int64_t values[AUDIT_LINEAR_VALUES_MAX] = {0};

    if (audit_linear_too_large(l)) {
        attack_note_limit(a, "too many classes to add and subtract rows: only bounded");
        return;
    }
    for (size_t i = 0; i < a->sets.hidden; i++) {
        struct audit_finding whom;

        if (!audit_linear_group(l, a->sets.at[i].group, values))
            continue;
        whom = attack_of_group(a, a->sets.at[i].group);
        add_values(a, &whom, family, values);
        free(whom.who);
    }
    if (!audit_linear_unions(l, a->options->k, tell_union, &arg))
        attack_note_limit(a, "not all unions of rows were gone through");
}

/* False when the rows contradict each other. */
static bool add_and_subtract(struct attack *a)
{
    static const enum audit_family FAMILIES[] = {AUDIT_COUNTED, AUDIT_OPTIONED, AUDIT_SUMMED};
    struct audit_linear *l[3] = {NULL};
    bool ok = true;

    for (size_t i = a->system.scale->index ? 2 : 0; i < 3 && ok; i++) {
        bool old = false;

        l[i] = audit_linear_new(&a->system, FAMILIES[i]);
        for (size_t j = 0; j < i; j++)
            old = old || (l[j] != NULL && audit_linear_same_rows(l[i], l[j]));
        ok = !audit_linear_contradicts(l[i]);
        if (ok && !old)
            use_family(a, l[i], FAMILIES[i]);
    }
    for (size_t i = 0; i < 3; i++)
        audit_linear_free(l[i]);
    return ok;
}

/* ---- the whole ------------------------------------------------------------------------------------------
 */

/* False when the tables contradict each other. */
static bool attack(struct attack *a, const struct audit_target *t, bool assume)
{
    bool ok;

    audit_system_init(&a->system, t, assume);
    audit_sets_init(&a->sets, &a->system);
    ok = !a->system.contradicts;
    if (ok && a->system.columns > AUDIT_LP_COLUMNS_MAX)
        attack_note_limit(a, "too many classes: not bounded");
    else if (ok)
        ok = attack_start_lp(a);
    ok = ok && add_and_subtract(a);
    if (ok)
        attack_bound(a);
    audit_lp_free(a->lp);
    a->lp = NULL;
    free(a->term);
    a->term = NULL;
    audit_sets_fini(&a->sets);
    audit_system_fini(&a->system);
    return ok;
}

static size_t count_hidden(const struct audit_world *w, size_t item)
{
    size_t hidden = 0;

    for (size_t g = 0; g < w->groups; g++)
        hidden += audit_world_cell(w, g, item)->hidden;
    return hidden;
}

void audit_attack(const struct audit_target *t, const struct audit_attack_options *o,
                  struct audit_findings *out, struct audit_effort *effort, struct audit_notes *notes)
{
    struct attack a = {.world = t->world,
                       .item = t->item,
                       .options = o,
                       .out = out,
                       .since = out->count,
                       .effort = effort,
                       .notes = notes};

    look_at_rows(&a, t->scale);
    effort->figures += count_hidden(t->world, t->item);
    if (attack(&a, t, true))
        return;
    attack_note_limit(&a, "what was taken for granted contradicts the tables and was left out");
    effort->skipped--; /* nothing was skipped for it */
    if (!attack(&a, t, false))
        effort->contradictions++;
}
