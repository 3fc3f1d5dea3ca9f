#include "audit/audit_attack_part.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

void attack_note_limit(struct attack *a, const char *what)
{
    const struct audit_item *i = &a->world->item[a->item];

    audit_notes_add(a->notes, "%s %s, %s: %s", a->world->round, a->world->form,
                    *i->question != '\0' ? i->question : i->dimension, what);
    a->effort->skipped++;
}

struct audit_finding attack_of_group(const struct attack *a, size_t group)
{
    return (struct audit_finding){
        .world = a->world, .item = a->item, .group = group, .who = audit_world_describe(a->world, group)};
}

struct audit_finding attack_of_union(const struct attack *a, size_t unit, const bool *in)
{
    size_t count = a->world->classes * a->world->genders;
    bool *copy = mem_alloc(count, sizeof *copy);

    memcpy(copy, in, count * sizeof *copy);
    return (struct audit_finding){.world = a->world,
                                  .item = a->item,
                                  .group = AUDIT_NONE,
                                  .who = audit_sets_describe(&a->system, unit, in),
                                  .in = copy};
}

struct audit_finding attack_of_set(const struct attack *a, const struct audit_set *set)
{
    struct audit_finding f;
    bool *in;

    if (set->group != AUDIT_NONE)
        return attack_of_group(a, set->group);
    in = audit_sets_in(&a->sets, set);
    f = attack_of_union(a, set->unit, in);
    free(in);
    return f;
}

struct audit_finding attack_again(const struct attack *a, const struct audit_finding *f)
{
    struct audit_finding copy = *f;

    copy.who = mem_dup(f->who);
    copy.in = f->group != AUDIT_NONE
                  ? NULL
                  : (bool *)mem_dup_bytes(f->in, a->world->classes * a->world->genders * sizeof *f->in);
    return copy;
}

void attack_add(struct attack *a, struct audit_finding f)
{
    audit_findings_add(a->out, a->since, f);
}

/* Whether a finding is about some of those that f is about, and they have all that f tells: then f says no
 * more. */
static bool says_as_much(const struct attack *a, const struct audit_finding *old,
                         const struct audit_finding *f)
{
    const struct audit_group *g = old->group == AUDIT_NONE ? NULL : &a->world->group[old->group];

    if (old->verdict != AUDIT_DETERMINED || old->what != f->what || old->option != f->option ||
        old->least != f->least || old->most != f->most)
        return false;
    for (size_t k = 0; k < a->world->classes; k++) {
        for (size_t h = 0; h < a->world->genders; h++) {
            bool in = g == NULL ? old->in[k * a->world->genders + h]
                                : g->in[k] == AUDIT_IN && (g->genders >> h & 1u) != 0;

            if (in && !f->in[k * a->world->genders + h])
                return false;
        }
    }
    return true;
}

/* A union that only adds people who have nothing of the kind is no finding of its own. */
static void add_union(struct attack *a, struct audit_finding f)
{
    for (size_t i = a->since; i < a->out->count; i++) {
        if (says_as_much(a, &a->out->at[i], &f)) {
            free(f.who);
            free(f.in);
            return;
        }
    }
    attack_add(a, f);
}

void attack_name_category(const struct attack *a, struct audit_finding *f, size_t category)
{
    bool dont_know = category >= audit_system_options(&a->system);

    f->what = dont_know ? AUDIT_OF_DONT_KNOW : AUDIT_OF_OPTION;
    f->option = dont_know ? 0 : (int)category + 1;
}

void attack_add_count(struct attack *a, struct audit_finding f, size_t category, double least, double most,
                      enum audit_how how)
{
    attack_name_category(a, &f, category);
    f.least = least;
    f.most = most;
    f.verdict = least < most ? AUDIT_OPEN : most == 0 ? AUDIT_ZERO : AUDIT_DETERMINED;
    f.how = how;
    if (f.in != NULL) /* a union */
        add_union(a, f);
    else
        attack_add(a, f);
}

void attack_add_mean(struct attack *a, struct audit_finding f, double least, double most, enum audit_how how)
{
    f.what = AUDIT_OF_MEAN;
    f.least = least;
    f.most = most;
    f.verdict = most - least <= AUDIT_MEAN_WIDTH ? AUDIT_DETERMINED : AUDIT_OPEN;
    f.how = how;
    attack_add(a, f);
}

void attack_add_unsolved(struct attack *a, struct audit_finding f)
{
    f.least = -INFINITY;
    f.most = INFINITY;
    f.verdict = AUDIT_UNSOLVED;
    f.how = AUDIT_BY_BOUNDS;
    attack_add(a, f);
}
