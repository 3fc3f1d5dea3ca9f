#include "analysis/compare.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/family.h"
#include "analysis/lattice.h"
#include "analysis/row.h"
#include "core/base/mem.h"

/* The sources of a row, as bits: the group, and that of which it is a part. */
enum { OWN = ROW_OWN, WHOLE = 2 };

enum {
    COL_CI_LOW = ROW_COLUMNS,
    COL_CI_HIGH,
    COL_REST_N,
    COL_REST_MEAN,
    COL_REST_SD,
    COL_DIFFERENCE,
    COL_DIFFERENCE_LOW,
    COL_DIFFERENCE_HIGH,
    COL_DIFFERENCE_STATE,
    COL_P,
    COL_P_ADJUSTED,
    COL_EFFECT_DELTA,
    COL_EFFECT_LOW,
    COL_EFFECT_HIGH,
    COL_DETECTABLE,
    COL_STATUS,
    COL_BELONGS, /* the first of ROW_BELONGS */
    COL_RESPONSE_WARNING = COL_BELONGS + BELONGS_COLUMNS,
    COL_COUNT
};

const struct column COMPARE_COLUMNS[] = {
    ROW_FIRST,
    [COL_CI_LOW] = {.name = "ci_low",
                    .help = "95 % process interval of the mean",
                    .from = OWN,
                    .decimals = 2},
    [COL_CI_HIGH] = {.name = "ci_high", .help = "its upper end", .from = OWN, .decimals = 2},
    [COL_REST_N] = {.name = "rest_n",
                    .help = "the same of the rest, the group excluded",
                    .from = OWN | WHOLE},
    [COL_REST_MEAN] = {.name = "rest_mean", .help = "its mean", .from = OWN | WHOLE, .decimals = 2},
    [COL_REST_SD] = {.name = "rest_sd", .help = "its standard deviation", .from = OWN | WHOLE, .decimals = 2},
    [COL_DIFFERENCE] = {.name = "difference",
                        .help = "mean less rest_mean",
                        .from = OWN | WHOLE,
                        .decimals = 2},
    [COL_DIFFERENCE_LOW] = {.name = "difference_low",
                            .help = "95 % interval of the difference (Welch)",
                            .from = OWN | WHOLE,
                            .decimals = 2},
    [COL_DIFFERENCE_HIGH] = {.name = "difference_high",
                             .help = "its upper end",
                             .from = OWN | WHOLE,
                             .decimals = 2},
    [COL_DIFFERENCE_STATE] = {.name = "difference_state",
                              .help = "tydlig skillnad, möjlig skillnad, ingen påvisad skillnad, för få svar",
                              .from = OWN | WHOLE,
                              .too_few = MEASURE_TOO_FEW},
    [COL_P] = {.name = "p", .help = "Welch, two-sided", .from = OWN | WHOLE, .decimals = 4},
    [COL_P_ADJUSTED] = {.name = "p_adjusted",
                        .help = "Benjamini-Hochberg over the groups' dimensions; questions are exploratory",
                        .from = OWN | WHOLE,
                        .decimals = 4},
    [COL_EFFECT_DELTA] = {.name = "effect_delta",
                          .help = "Cliff's delta, -1..1",
                          .from = OWN | WHOLE,
                          .decimals = 2},
    [COL_EFFECT_LOW] = {.name = "effect_low",
                        .help = "95 % interval of delta",
                        .from = OWN | WHOLE,
                        .decimals = 2},
    [COL_EFFECT_HIGH] = {.name = "effect_high", .help = "its upper end", .from = OWN | WHOLE, .decimals = 2},
    [COL_DETECTABLE] = {.name = "detectable",
                        .help = "the smallest difference that so many answers would have shown (power 0.8)",
                        .from = OWN | WHOLE,
                        .decimals = 2},
    [COL_STATUS] = {.name = "status",
                    .help = "value, suppressed, too_few, low_response (--public alone) or undefined",
                    .status = true},
    ROW_BELONGS(COL_BELONGS),
    [COL_RESPONSE_WARNING] = ROW_RESPONSE_WARNING,
};
const size_t COMPARE_COLUMN_COUNT = COL_COUNT;

/* ---- which groups, and what they are a part of ----------------------------------------------------------
 */

struct run {
    const struct dataset *d;
    const struct compare_options *o;
    size_t unit;                   /* of the options; SIZE_MAX: none */
    bool every_unit;               /* the grades and genders of the municipality and of every unit */
    size_t first, end;             /* the round's measurements */
    const struct lattice *lattice; /* one for each of these */
    struct stat_value **adjusted;  /* [measurement - first][node * dimensions + dimension] */
    struct full *table;
};

/* Grades and genders are the municipality's, or those of the one unit asked for. */
static bool wanted(const struct run *r, const struct node *n)
{
    if (n->never)
        return false;
    switch (r->o->by) {
    case COMPARE_UNIT:
        return n->kind == NODE_ALL && n->unit != LATTICE_MUNICIPALITY;
    case COMPARE_AREA:
        return n->kind == NODE_AREA;
    case COMPARE_SCHOOL_FORM:
        return n->kind == NODE_SCHOOL_FORM;
    case COMPARE_GROUP:
        return n->kind == NODE_CLASS;
    case COMPARE_GRADE:
        return n->kind == NODE_GRADE && (r->every_unit || n->unit == r->unit);
    case COMPARE_GENDER:
        return n->kind == NODE_GENDER && (r->every_unit || n->unit == r->unit);
    }
    return false;
}

/* The unit of the whole that a group's rest is taken from. */
static size_t scope(const struct run *r, const struct node *n)
{
    return r->o->by == COMPARE_UNIT ? LATTICE_MUNICIPALITY : n->unit;
}

/* ---- one comparison -------------------------------------------------------------------------------------
 */

struct comparison {
    size_t whole; /* node */
    struct tally_sum rest_sum;
    struct measure own, rest;
    bool has_rest; /* enough of it to be told */
    bool untold;   /* too few of the rest answered for everybody to be told */
    struct contrast contrast;
};

/* How many are in the rest of which a gender is a part is not known; there the whole is judged. */
static bool rest_untold(const struct lattice *l, const struct node *n, const struct node *whole)
{
    return l->everybody && n->enrolled >= 0 &&
           stat_response_of(whole->sum.responses - n->sum.responses, whole->enrolled - n->enrolled) ==
               STAT_RESPONSE_LOWER;
}

static void comparison_init(struct comparison *c, const struct run *r, const struct lattice *l, size_t node,
                            size_t item)
{
    const struct node *n = &l->node[node];
    const struct tally_plan *p = &l->m->form->plan;
    const struct tally_sum *whole;

    memset(c, 0, sizeof *c);
    c->whole = lattice_find(l, scope(r, n), NODE_ALL, 0);
    whole = &l->node[c->whole].sum;
    tally_sum_init(&c->rest_sum, p);
    c->rest_sum.responses = whole->responses - n->sum.responses;
    for (unsigned i = 0; i < p->width; i++)
        c->rest_sum.counter[i] = whole->counter[i] - n->sum.counter[i];
    measure_init(&c->own, l->m->form, &n->sum, item);
    measure_init(&c->rest, l->m->form, &c->rest_sum, item);
    c->has_rest = c->rest.summary.n >= DISCLOSE_K;
    c->untold = rest_untold(l, n, &l->node[c->whole]);
    measure_contrast(&c->own, &c->rest, &c->contrast);
}

static void comparison_fini(struct comparison *c)
{
    measure_fini(&c->own);
    measure_fini(&c->rest);
    tally_sum_fini(&c->rest_sum);
}

/* Its p for the family; what is withheld leaves it. */
static struct stat_value member_p(const struct run *r, const struct lattice *l, size_t node, size_t item)
{
    struct stat_value p = stat_none(STAT_SUPPRESSED);
    struct comparison c;

    comparison_init(&c, r, l, node, item);
    if (c.has_rest && !c.untold && disclose_item(l->sheet, item, node) == DISCLOSE_SHOWN &&
        disclose_item(l->sheet, item, c.whole) == DISCLOSE_SHOWN)
        p = c.contrast.p;
    comparison_fini(&c);
    return p;
}

static void add_members(struct run *r, size_t i, size_t first, size_t end, struct family *f)
{
    const struct lattice *l = &r->lattice[i];
    const size_t dimensions = (size_t)l->m->form->plan.dimensions;

    for (size_t node = first; node < end; node++) {
        for (size_t dim = 0; dim < dimensions && wanted(r, &l->node[node]); dim++)
            family_add(f, member_p(r, l, node, lattice_dimension_item(l, (int)dim)),
                       &r->adjusted[i][node * dimensions + dim]);
    }
}

/* All units are one family; else it is those of one unit, or of the municipality. */
static void adjust_all(struct run *r)
{
    const size_t count = r->end - r->first;
    struct family f = {.p = NULL};

    for (size_t u = 0; u <= r->d->units; u++) {
        const size_t unit = u == r->d->units ? LATTICE_MUNICIPALITY : u;
        size_t first, end;

        for (size_t i = 0; i < count; i++) {
            first = lattice_first(&r->lattice[i], unit, &end);
            add_members(r, i, first, end, &f);
        }
        if (r->o->by != COMPARE_UNIT)
            family_adjust(&f);
    }
    family_adjust(&f);
    family_fini(&f);
}

/* ---- rows -----------------------------------------------------------------------------------------------
 */

static void put_own(const struct measure *m, struct value *v)
{
    row_put_measure(m, v);
    if (m->interval.state == STAT_OK) {
        v[COL_CI_LOW] = value_number(m->interval.low);
        v[COL_CI_HIGH] = value_number(m->interval.high);
    }
}

static void put_contrast(const struct comparison *c, struct stat_value adjusted, struct value *v)
{
    const struct contrast *x = &c->contrast;

    v[COL_REST_N] = value_whole(c->rest.summary.n);
    v[COL_REST_MEAN] = value_stat(c->rest.mean);
    v[COL_REST_SD] = value_stat(c->rest.sd);
    v[COL_DIFFERENCE] = value_stat(x->welch.diff);
    v[COL_P] = value_stat(x->p);
    v[COL_P_ADJUSTED] = value_stat(adjusted);
    v[COL_EFFECT_DELTA] = value_stat(x->cliff.delta);
    v[COL_DETECTABLE] = value_stat(stat_detectable(&c->own.summary, &c->rest.summary, 0.05, 0.8));
    v[COL_DIFFERENCE_STATE] = value_text(measure_verdict_word(stat_verdict(x->p, adjusted, &x->cliff)));
    if (x->welch.state == STAT_OK) {
        v[COL_DIFFERENCE_LOW] = value_number(x->welch.low);
        v[COL_DIFFERENCE_HIGH] = value_number(x->welch.high);
    }
    if (x->cliff.unbiased_t.state == STAT_OK) {
        v[COL_EFFECT_LOW] = value_number(x->cliff.unbiased_t.low);
        v[COL_EFFECT_HIGH] = value_number(x->cliff.unbiased_t.high);
    }
}

static void add_row(struct run *r, size_t i, size_t node, size_t item)
{
    const struct lattice *l = &r->lattice[i];
    const struct tally_plan *p = &l->m->form->plan;
    struct source source[DISCLOSE_SOURCES] = {{.sheet = l->sheet, .item = item, .group = node}};
    struct stat_value adjusted = stat_none(STAT_NOT_ASKED);
    struct comparison c;
    struct value *v;

    comparison_init(&c, r, l, node, item);
    source[1] = (struct source){.sheet = l->sheet, .item = item, .group = c.whole};
    if (item >= (size_t)p->questions)
        adjusted = r->adjusted[i][node * (size_t)p->dimensions + item - (size_t)p->questions];
    v = full_row(r->table, source, l->node[node].kind == NODE_GENDER,
                 c.own.counts.n == NULL ? STATUS_UNDEFINED : STATUS_VALUE);
    row_put_group(l, node, v);
    row_put_item(l, item, v);
    row_put_belongs(l, node, v + COL_BELONGS);
    v[COL_RESPONSE_WARNING] = row_response_warning(l, node);
    if (c.own.counts.n != NULL)
        put_own(&c.own, v);
    if (c.own.counts.n != NULL && c.has_rest && !c.untold)
        put_contrast(&c, adjusted, v);
    else if (c.own.counts.n != NULL && !c.has_rest)
        v[COL_DIFFERENCE_STATE] = value_text(MEASURE_TOO_FEW);
    comparison_fini(&c);
}

static void add_rows(struct run *r, size_t i, size_t node)
{
    const struct lattice *l = &r->lattice[i];
    const struct form *f = l->m->form->form;

    for (int dim = 0; dim < f->dimensions; dim++) {
        add_row(r, i, node, lattice_dimension_item(l, dim));
        for (int q = 0; q < f->questions; q++) {
            if (f->question[q].dimension == dim)
                add_row(r, i, node, (size_t)q);
        }
    }
}

static bool find_round(struct run *r, struct err *e)
{
    const struct dataset *d = r->d;

    while (r->first < d->measurements && strcmp(d->measurement[r->first].round->code, r->o->round) != 0)
        r->first++;
    for (r->end = r->first;
         r->end < d->measurements && d->measurement[r->end].round == d->measurement[r->first].round; r->end++)
        ;
    if (r->first < d->measurements)
        return true;
    for (size_t i = 0; i < d->rounds; i++) {
        if (strcmp(d->round[i].code, r->o->round) == 0)
            return err_set(
                e, ERR_STATE,
                "round %s is %s: results are told of sealed rounds (and with --live, a look that is not "
                "to be published, of closed ones)",
                d->round[i].code, round_state_word(d->round[i].state));
    }
    return err_set(e, ERR_NOT_FOUND, "there is no round %s", r->o->round);
}

static bool run_init(struct run *r, const struct results *from, struct err *e)
{
    r->d = from->d;
    if (!find_round(r, e))
        return false;
    r->lattice = from->lattice + r->first;
    r->adjusted = mem_alloc(r->end - r->first, sizeof(struct stat_value *));
    for (size_t i = 0; i < r->end - r->first; i++)
        r->adjusted[i] = mem_alloc(r->lattice[i].nodes * (size_t)r->lattice[i].m->form->plan.dimensions,
                                   sizeof *r->adjusted[i]);
    adjust_all(r);
    return true;
}

static void run_fini(struct run *r)
{
    for (size_t i = 0; i < r->end - r->first; i++)
        free(r->adjusted[i]);
    free(r->adjusted);
}

static void add_unit_rows(struct run *r, size_t i, size_t unit)
{
    size_t end;

    for (size_t node = lattice_first(&r->lattice[i], unit, &end); node < end; node++) {
        if (wanted(r, &r->lattice[i].node[node]))
            add_rows(r, i, node);
    }
}

bool compare(const struct results *from, const struct compare_options *o, struct released **out,
             struct err *e)
{
    struct run r = {.o = o, .unit = SIZE_MAX};

    *out = NULL;
    if (o->unit_code != NULL) {
        r.unit = dataset_unit_index(from->d, o->unit_code);
        if (r.unit == SIZE_MAX)
            return err_set(e, ERR_NOT_FOUND, "there is no unit %s", o->unit_code);
        if (o->by == COMPARE_SCHOOL_FORM || o->by == COMPARE_AREA)
            return err_set(e, ERR_INPUT, "%s are compared in the whole municipality: leave out --unit",
                           o->by == COMPARE_AREA ? "areas" : "school forms");
    }
    if (!run_init(&r, from, e))
        return false;
    r.table = full_new(COMPARE_COLUMNS, COL_COUNT);
    for (size_t i = 0; i < r.end - r.first; i++) {
        if (r.unit == SIZE_MAX)
            add_unit_rows(&r, i, LATTICE_MUNICIPALITY);
        for (size_t u = 0; u < r.d->units; u++) {
            if (r.unit == SIZE_MAX || r.unit == u)
                add_unit_rows(&r, i, u);
        }
    }
    *out = disclose_release(r.table);
    run_fini(&r);
    return true;
}

static bool release_part(struct run *r, size_t unit, released_part_fn *part, void *arg, struct err *e)
{
    struct released *table;
    bool ok = true;

    r->table = full_new(COMPARE_COLUMNS, COL_COUNT);
    for (size_t i = 0; i < r->end - r->first; i++)
        add_unit_rows(r, i, unit);
    table = disclose_release(r->table);
    if (released_rows(table) > 0)
        ok = part(table, unit == LATTICE_MUNICIPALITY ? NULL : r->d->unit[unit].code, arg, e);
    released_free(table);
    return ok;
}

bool compare_parts(const struct results *from, const char *round, enum compare_by by, released_part_fn *part,
                   void *arg, struct err *e)
{
    const struct compare_options o = {.round = round, .by = by};
    struct run r = {.o = &o, .unit = SIZE_MAX, .every_unit = true};
    bool ok;

    if (!run_init(&r, from, e))
        return false;
    ok = release_part(&r, LATTICE_MUNICIPALITY, part, arg, e);
    for (size_t u = 0; ok && u < r.d->units; u++)
        ok = release_part(&r, u, part, arg, e);
    run_fini(&r);
    return ok;
}
