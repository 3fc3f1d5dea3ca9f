#include "analysis/change.h"

#include <stdlib.h>

#include "analysis/stat_classes.h"
#include "core/base/mem.h"

static const double CONFIDENCE = 0.95, ALPHA = 0.05;
static const char PAIRED[] = "paired_classes";

/* Classes of one time, in the order they were found. */
struct sample {
    struct stat_summary *at;
    size_t count, capacity;
};

static void add_source(struct change *c, const struct origin *o, size_t class)
{
    c->source = mem_room(c->source, c->sources, &c->capacity, sizeof *c->source);
    c->source[c->sources++] =
        (struct source){.sheet = o->place->lattice->sheet, .item = o->item, .group = class};
}

/* What enters a test must itself be shown. */
static bool is_shown(const struct origin *o, size_t class)
{
    return disclose_item(o->place->lattice->sheet, o->item, class) == DISCLOSE_SHOWN;
}

static void add_class(struct change *c, const struct history *h, const struct origin *o, size_t class,
                      struct sample *s)
{
    const struct place *p = o->place;

    s->at = mem_room(s->at, s->count, &s->capacity, sizeof *s->at);
    s->at[s->count++] = h->summary[p->measurement][o->item * p->lattice->nodes + class];
    add_source(c, o, class);
}

static int by_node(const void *a, const void *b)
{
    const size_t x = *(const size_t *)a, y = *(const size_t *)b;

    return x < y ? -1 : x > y;
}

/* The same class at the other time, if it is in the group then too; or SIZE_MAX. */
static size_t same_class(const struct history *h, const struct origin *o, const struct node *class)
{
    const struct place *p = o->place;
    const size_t there = lattice_find(p->lattice, class->unit, NODE_CLASS, class->key);

    for (size_t i = 0; i < p->nodes && there != SIZE_MAX; i++) {
        size_t count;
        const size_t *at = classes_of(&h->classes[p->measurement], p->node[i], &count);

        if (count > 0 && bsearch(&there, at, count, sizeof *at, by_node) != NULL)
            return there;
    }
    return SIZE_MAX;
}

static void pair_classes(struct change *c, const struct history *h, const struct origin *now,
                         const struct origin *then, struct sample *later, struct sample *earlier)
{
    for (size_t i = 0; i < now->place->nodes; i++) {
        size_t count;
        const size_t *class = classes_of(&h->classes[now->place->measurement], now->place->node[i], &count);

        for (size_t k = 0; k < count; k++) {
            const size_t before = same_class(h, then, &now->place->lattice->node[class[k]]);

            if (before == SIZE_MAX || !is_shown(now, class[k]) || !is_shown(then, before))
                continue;
            add_class(c, h, now, class[k], later);
            add_class(c, h, then, before, earlier);
        }
    }
}

/* The classes stand for the group: what they are of it is not what others happen to leave to be shown. */
static bool is_most(const struct sample *s, const struct measure *group)
{
    int64_t n = 0;

    for (size_t i = 0; i < s->count; i++)
        n += s->at[i].n;
    return 4 * n >= 3 * group->summary.n;
}

static struct stat_t_test test_pairs(struct change *c, const struct history *h, const struct origin *now,
                                     const struct origin *then, const struct measure *a,
                                     const struct measure *b)
{
    struct sample later = {.at = NULL}, earlier = {.at = NULL};
    struct stat_t_test t;

    pair_classes(c, h, now, then, &later, &earlier);
    t = stat_change_classes(earlier.at, later.at, later.count, CONFIDENCE);
    if (!is_most(&later, a) || !is_most(&earlier, b))
        t.state = STAT_TOO_FEW;
    free(later.at);
    free(earlier.at);
    return t;
}

/* Of the classes shown at one time, at least 1; 0 when there are too few of them. */
static double design_effect(struct change *c, const struct history *h, const struct origin *o)
{
    struct sample s = {.at = NULL};
    struct stat_anova a;
    struct stat_value effect;

    for (size_t i = 0; i < o->place->nodes; i++) {
        size_t count;
        const size_t *class = classes_of(&h->classes[o->place->measurement], o->place->node[i], &count);

        for (size_t k = 0; k < count; k++) {
            if (is_shown(o, class[k]))
                add_class(c, h, o, class[k], &s);
        }
    }
    a = stat_classes_anova(s.at, s.count);
    effect = stat_classes_design_effect(&a);
    free(s.at);
    if (effect.state != STAT_OK)
        return 0;
    return effect.x > 1 ? effect.x : 1;
}

static void take(struct change *c, const struct stat_t_test *t, const char *method)
{
    c->test = *t;
    c->p = t->state == STAT_OK ? stat_ok(t->p) : stat_none(t->state);
    c->method = c->p.state == STAT_OK ? method : NULL;
}

static void test_classes(struct change *c, const struct history *h, const struct origin *now,
                         const struct origin *then, const struct measure *a, const struct measure *b)
{
    struct stat_t_test t = test_pairs(c, h, now, then, a, b);
    double effect_now, effect_then;

    if (t.state == STAT_OK) {
        take(c, &t, PAIRED);
        return;
    }
    c->sources = 0;
    effect_now = design_effect(c, h, now);
    effect_then = design_effect(c, h, then);
    if (effect_now <= 0 && effect_then <= 0) {
        c->sources = 0;
        return;
    }
    t = stat_compare_welch_design(&a->summary, &b->summary, effect_now > 0 ? effect_now : effect_then,
                                  effect_then > 0 ? effect_then : effect_now, CONFIDENCE);
    take(c, &t, "welch_design_effect");
}

static bool same_school_year(const struct origin *a, const struct origin *b)
{
    return round_school_year(a->place->lattice->m->round->code) ==
           round_school_year(b->place->lattice->m->round->code);
}

/* How many pupils the group has; negative when that is not known (genders, staff). */
static int64_t enrolled(const struct place *p)
{
    int64_t sum = 0;

    for (size_t i = 0; i < p->nodes; i++) {
        if (p->lattice->node[p->node[i]].enrolled < 0)
            return -1;
        sum += p->lattice->node[p->node[i]].enrolled;
    }
    return sum;
}

static const char *robustness(const struct stat_t_test *test, const struct origin *now,
                              const struct origin *then, const struct measure *a, const struct measure *b)
{
    static const char *const WORDS[STAT_CHANGE_GRID + 1] = {"0/12",  "1/12",  "2/12", "3/12", "4/12",
                                                            "5/12",  "6/12",  "7/12", "8/12", "9/12",
                                                            "10/12", "11/12", "12/12"};
    const int64_t n = enrolled(now->place), m = enrolled(then->place);
    struct stat_change grid;
    size_t rejected, tested;

    if (n < 0 || m < 0)
        return NULL;
    grid = stat_change_grid(&b->summary, &a->summary, n > m ? n : m, CONFIDENCE);
    rejected = stat_change_rejected(&grid, test, ALPHA, &tested);
    return tested == STAT_CHANGE_GRID ? WORDS[rejected] : NULL;
}

void change_init(struct change *c, const struct history *h, const struct origin *now,
                 const struct origin *then, const struct measure *a, const struct measure *b)
{
    *c = (struct change){.source = NULL};
    measure_contrast(a, b, &c->contrast);
    take(c, &c->contrast.welch, "welch");
    if (c->contrast.welch.diff.state != STAT_OK || !same_school_year(now, then))
        return;
    test_classes(c, h, now, then, a, b);
    if (c->method != PAIRED)
        c->robust = robustness(&c->test, now, then, a, b);
}

void change_fini(struct change *c)
{
    free(c->source);
}
