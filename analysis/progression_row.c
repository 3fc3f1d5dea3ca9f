#include "analysis/progression_row.h"

#include <stdlib.h>

#include "analysis/change.h"
#include "analysis/goal.h"
#include "analysis/series.h"
#include "analysis/trend.h"
#include "analysis/wider.h"

static const double ALPHA = 0.05, POWER = 0.8;

void subject_init(struct subject *s, const struct history *h, size_t measurement, size_t node)
{
    const int month = round_months(h->d->measurement[measurement].round->code);

    place_init(&s->now, h, measurement, node);
    line_init(&s->before, h, measurement, node);
    s->previous = s->before.count > 0 ? &s->before.at[0] : NULL;
    s->same_month = line_at(&s->before, month - 12);
    cohort_init(&s->cohort, h, measurement, node);
}

void subject_fini(struct subject *s)
{
    place_fini(&s->now);
    line_fini(&s->before);
    place_fini(&s->cohort);
}

static void measure_origin(struct measure *m, const struct origin *o)
{
    measure_init(m, o->place->lattice->m->form, o->place->sum, o->item);
}

struct stat_value subject_p(const struct subject *s, const struct history *h, size_t item)
{
    const struct origin now = {.place = &s->now, .item = item},
                        then = history_origin(h, s->now.measurement, item, s->previous);
    struct measure a, b;
    struct change c;

    if (then.place == NULL)
        return stat_none(STAT_NOT_ASKED);
    if (!origin_shown(&now) || !origin_shown(&then))
        return stat_none(STAT_SUPPRESSED);
    measure_origin(&a, &now);
    measure_origin(&b, &then);
    change_init(&c, h, &now, &then, &a, &b);
    change_fini(&c);
    measure_fini(&a);
    measure_fini(&b);
    return c.p;
}

/* ---- figures --------------------------------------------------------------------------------------------
 */

static void put_measure(const struct measure *m, struct value *v)
{
    row_put_measure(m, v);
    v[COL_INDEX] = value_stat(m->index_0_100);
    v[COL_SHARE_POSITIVE] = value_stat(m->share_positive);
    v[COL_SHARE_DONT_KNOW] = value_stat(m->share_dont_know);
    if (m->interval.state == STAT_OK) {
        v[COL_CI_LOW] = value_number(m->interval.low);
        v[COL_CI_HIGH] = value_number(m->interval.high);
    }
}

static void put_change(const struct change *c, struct stat_value adjusted, struct value *v)
{
    v[COL_CHANGE_PREVIOUS] = value_stat(c->contrast.welch.diff);
    v[COL_P] = value_stat(c->p);
    v[COL_P_ADJUSTED] = value_stat(adjusted);
    v[COL_EFFECT_DELTA] = value_stat(c->contrast.cliff.delta);
    v[COL_DIFFERENCE_STATE] =
        value_text(measure_verdict_word(stat_verdict(c->p, adjusted, &c->contrast.cliff)));
    v[COL_METHOD] = value_text(c->method);
    v[COL_DETECTABLE] = value_stat(stat_detectable_by(&c->test, ALPHA, POWER));
    if (c->test.state == STAT_OK) {
        v[COL_CHANGE_LOW] = value_number(c->test.low);
        v[COL_CHANGE_HIGH] = value_number(c->test.high);
    }
    v[COL_ROBUST] = value_text(c->robust);
}

/* The mean less an earlier one. */
static void put_less(const struct measure *now, const struct origin *earlier, struct value *v)
{
    struct measure then;

    measure_origin(&then, earlier);
    if (now->mean.state == STAT_OK && then.mean.state == STAT_OK && now->options == then.options)
        *v = value_number(now->mean.x - then.mean.x);
    measure_fini(&then);
}

static void put_trend(const struct history *h, const struct origin *at, size_t rounds, struct value *v)
{
    const struct trend t = trend_line(h, at, rounds);

    v[COL_TREND_PER_YEAR] = value_stat(t.per_year);
    if (t.interval.state == STAT_OK) {
        v[COL_TREND_LOW] = value_number(t.interval.low);
        v[COL_TREND_HIGH] = value_number(t.interval.high);
    }
    v[COL_TREND_ROUNDS] = value_whole((int64_t)rounds);
}

/* Of a unit's own target. What is said of it where the row is withheld, the door says. */
static void put_target(const struct target *t, const struct measure *m, struct value *v)
{
    v[COL_TARGET] = value_number(t->value);
    v[COL_TARGET_STATE] = value_text(goal_word(m == NULL ? GOAL_OPEN : goal_of(t, m)));
    v[COL_TARGET_MEASURE] = value_text(target_measure_word(t->measure));
    v[COL_TARGET_DIRECTION] = value_text(target_direction_word(t->direction));
}

/* ---- the row --------------------------------------------------------------------------------------------
 */

/* Where an item stands now and stood before. */
struct origins {
    struct origin now, previous, same_month, cohort;
    struct origin *trend;
    size_t rounds;               /* of the trend */
    const struct target *target; /* or NULL */
};

/* Tells the door what the columns of `which` come from. */
static void add_sources(struct full *table, unsigned which, const struct origin *o)
{
    for (size_t i = 0; o->place != NULL && i < o->place->nodes; i++) {
        const struct source s = {
            .sheet = o->place->lattice->sheet, .item = o->item, .group = o->place->node[i]};

        full_source(table, which, &s);
    }
}

static void put_previous(const struct history *h, const struct origins *o, const struct measure *now,
                         struct stat_value adjusted, struct full *table, struct value *v)
{
    struct measure then;
    struct change c;

    measure_origin(&then, &o->previous);
    change_init(&c, h, &o->now, &o->previous, now, &then);
    for (size_t i = 0; i < c.sources; i++)
        full_source(table, FROM_CLASSES, &c.source[i]);
    put_change(&c, adjusted, v);
    change_fini(&c);
    measure_fini(&then);
}

/* What is withheld is not even computed; the door would empty it. */
static void put_figures(const struct history *h, const struct origins *o, struct stat_value adjusted,
                        struct full *table, struct value *v)
{
    struct measure now;

    measure_origin(&now, &o->now);
    put_measure(&now, v);
    if (o->target != NULL)
        put_target(o->target, &now, v);
    if (origin_shown(&o->previous))
        put_previous(h, o, &now, adjusted, table, v);
    if (origin_shown(&o->same_month))
        put_less(&now, &o->same_month, &v[COL_CHANGE_SAME_MONTH]);
    if (origin_shown(&o->cohort))
        put_less(&now, &o->cohort, &v[COL_CHANGE_COHORT]);
    put_trend(h, o->trend, o->rounds, v);
    measure_fini(&now);
}

/* In place of figures that are withheld, that of the nearest wider group that is shown. Other rounds of the
 * group are not taken in: its pupils are the same. */
static void put_instead(const struct history *h, const struct origin *o, struct full *table, struct value *v)
{
    const struct lattice *l = o->place->lattice;
    size_t wider[WIDER_MAX];
    const size_t count = wider_groups(l, &h->classes[o->place->measurement], o->place->node[0], wider);

    for (size_t i = 0; i < count; i++) {
        const struct source s = {.sheet = l->sheet, .item = o->item, .group = wider[i]};
        struct measure m;

        if (disclose_item(s.sheet, s.item, s.group) != DISCLOSE_SHOWN)
            continue;
        full_source(table, FROM_INSTEAD, &s);
        measure_init(&m, l->m->form, &l->node[wider[i]].sum, o->item);
        v[COL_INSTEAD] = value_text(full_text(table, wider_word(l, wider[i])));
        v[COL_INSTEAD_INDEX] = value_stat(m.index_0_100);
        measure_fini(&m);
        return;
    }
}

/* A dimension can be too large for its grid, or have no question. */
static bool defined(const struct lattice *l, size_t item)
{
    const struct tally_plan *p = &l->m->form->plan;

    return item < (size_t)p->questions || tally_has_grid(p, (int)(item - (size_t)p->questions));
}

void subject_describe(const struct lattice *l, size_t node, struct value *v)
{
    row_put_group(l, node, v);
    row_put_belongs(l, node, v + COL_BELONGS);
    v[COL_RESPONSE_WARNING] = row_response_warning(l, node);
}

static void origins_init(struct origins *o, const struct subject *s, const struct history *h, size_t item)
{
    const size_t i = s->now.measurement;

    *o = (struct origins){.now = {.place = &s->now, .item = item},
                          .previous = history_origin(h, i, item, s->previous),
                          .same_month = history_origin(h, i, item, s->same_month),
                          .cohort = cohort_origin(h, i, item, &s->cohort)};
    o->trend = trend_origins(h, &s->now, &s->before, item, &o->rounds);
    o->target = goal_target(s->now.lattice, s->now.node[0], item);
}

static void add_all_sources(struct full *table, const struct origins *o)
{
    add_sources(table, FROM_PREVIOUS, &o->previous);
    add_sources(table, FROM_SAME_MONTH, &o->same_month);
    add_sources(table, FROM_COHORT, &o->cohort);
    for (size_t i = 0; i < o->rounds; i++)
        add_sources(table, FROM_TREND, &o->trend[i]);
}

void subject_row(const struct subject *s, const struct history *h, size_t item, struct stat_value adjusted,
                 struct full *table)
{
    const struct lattice *l = s->now.lattice;
    const size_t i = s->now.measurement, node = s->now.node[0];
    const struct source source[DISCLOSE_SOURCES] = {{.sheet = l->sheet, .item = item, .group = node}};
    const bool is_defined = defined(l, item);
    struct value *v = full_row(table, source, l->node[node].kind == NODE_GENDER,
                               is_defined ? STATUS_VALUE : STATUS_UNDEFINED);
    struct origins o;

    origins_init(&o, s, h, item);
    add_all_sources(table, &o);
    subject_describe(l, node, v);
    row_put_item(l, item, v);
    v[COL_SERIES] = value_text(series_word(h, i, item, &s->before));
    if (is_defined && origin_shown(&o.now))
        put_figures(h, &o, adjusted, table, v);
    else if (o.target != NULL)
        put_target(o.target, NULL, v);
    if (is_defined && !origin_shown(&o.now))
        put_instead(h, &o.now, table, v);
    free(o.trend);
}
