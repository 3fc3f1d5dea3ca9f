#include "analysis/goal.h"

#include <stdio.h>
#include <stdlib.h>

#include "analysis/stat_interval.h"

static const double CONFIDENCE = 0.95;

static struct stat_range interval(const struct target *t, const struct measure *m)
{
    struct stat_range r = m->interval;

    if (t->measure == TARGET_SHARE_POSITIVE)
        return stat_share_wilson(m->positive, m->summary.n, CONFIDENCE);
    if (t->measure == TARGET_INDEX && r.state == STAT_OK) {
        r.low = stat_index_0_100(stat_ok(r.low), m->options).x;
        r.high = stat_index_0_100(stat_ok(r.high), m->options).x;
    }
    return r;
}

enum goal goal_of(const struct target *t, const struct measure *m)
{
    const struct stat_range r = interval(t, m);

    if (r.state != STAT_OK)
        return GOAL_OPEN;
    if (t->direction == TARGET_AT_LEAST)
        return r.low >= t->value ? GOAL_REACHED : r.high < t->value ? GOAL_MISSED : GOAL_OPEN;
    return r.high <= t->value ? GOAL_REACHED : r.low > t->value ? GOAL_MISSED : GOAL_OPEN;
}

const char *goal_word(enum goal g)
{
    static const char *const WORDS[] = {
        [GOAL_REACHED] = "uppnått", [GOAL_MISSED] = "inte uppnått", [GOAL_OPEN] = "kan inte avgöras"};

    return WORDS[g];
}

static int by_key(const void *a, const void *b)
{
    return target_compare(a, b);
}

const struct target *goal_target(const struct lattice *l, size_t node, size_t item)
{
    const struct dataset *d = l->d;
    const struct form *f = l->m->form->form;
    const struct node *n = &l->node[node];
    const bool question = item < (size_t)f->questions;
    const int dimension = question ? f->question[item].dimension : (int)(item - (size_t)f->questions);
    struct target key = {.question = ""};

    if (n->kind != NODE_ALL || n->unit == LATTICE_MUNICIPALITY || dimension < 0 || d->targets == 0)
        return NULL;
    (void)snprintf(key.unit_code, sizeof key.unit_code, "%s", d->unit[n->unit].code);
    (void)snprintf(key.form, sizeof key.form, "%s", f->id);
    (void)snprintf(key.dimension, sizeof key.dimension, "%s", f->dimension[dimension].id);
    if (question)
        (void)snprintf(key.question, sizeof key.question, "%s", f->question[item].id);
    (void)snprintf(key.round, sizeof key.round, "%s", l->m->round->code);
    return bsearch(&key, d->target, d->targets, sizeof key, by_key);
}
