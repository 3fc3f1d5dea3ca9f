#include "analysis/lattice_control.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

/* A lattice in the sheet: the present one, or one that an earlier release was made from. */
struct layer {
    struct lattice lattice;  /* of the present one, a copy */
    size_t first;            /* its nodes' groups in the sheet are first, first + 1, ... */
    const struct past *past; /* NULL: the present one */
};

/* The pupils of a class in a layer; another layer where the class gave the same answers has the same atoms.
 */
struct version {
    size_t group; /* index of the class */
    const struct tally_sum *sum;
    size_t atom[TALLY_GENDERS];
    size_t before; /* the version before it; SIZE_MAX: none */
};

/* An area that was released when other units belonged to it. */
struct former_area {
    const struct layer *layer;
    const struct past *past;
    const struct past_row *row;
    struct tally_sum sum;
    size_t group; /* in the sheet */
};

struct lattice_control {
    struct layer *layer; /* the present one first */
    size_t layers;
    struct former_area *area;
    size_t areas, area_capacity;
    struct version *version;
    size_t versions, version_capacity;
    size_t *latest; /* of each class of the dataset its last version */
    bool *barred;   /* of each class of the dataset: no row with it is released anew */
    size_t *block;  /* of each unit of the dataset */
    struct disclose_sheet *sheet;
};

static const struct tally_plan *plan_of(const struct layer *y)
{
    return &y->lattice.m->form->plan;
}

static size_t item_count(const struct layer *y)
{
    return (size_t)plan_of(y)->questions + (size_t)plan_of(y)->dimensions;
}

/* ---- what they answered ---------------------------------------------------------------------------------
 */

/* The bit of an option. Those that are not good share one: that nobody gave a good answer is told of each
 * child in the group, whichever it chose. */
static uint64_t option_bit(const struct form_scale *scale, int option)
{
    int worst = 0;

    while (worst < scale->options && scale->option[worst].positive)
        worst++;
    for (int i = 0; i < scale->options; i++) {
        if (scale->option[i].positive)
            return UINT64_C(1) << (scale->option[option].positive ? option : worst);
    }
    return UINT64_C(1) << option; /* the scale has no good answers */
}

static void describe_question(struct lattice_control *c, const struct layer *y, const struct tally_sum *sum,
                              size_t group, int q)
{
    const struct tally_plan *p = plan_of(y);
    const struct form_scale *scale = form_scale_of(y->lattice.m->form->form, q);
    const int64_t *n = tally_options(p, sum, q); /* vet ej stands behind them */
    uint64_t answers = tally_dont_know(p, sum, q) > 0 ? DISCLOSE_DONT_KNOW : 0;
    int64_t all = 0;

    for (int o = 0; o < p->options[q]; o++) {
        all += n[o];
        answers |= n[o] > 0 ? option_bit(scale, o) : 0;
    }
    disclose_sheet_item(c->sheet, (size_t)q, group, all, answers);
    disclose_sheet_counts(c->sheet, (size_t)q, group, n - 1); /* who gave none stand before them */
}

static void describe_answers(struct lattice_control *c, const struct layer *y, int q)
{
    const int options = plan_of(y)->options[q];
    uint64_t bit[FORM_OPTIONS_MAX + 2] = {DISCLOSE_DONT_KNOW};

    for (int o = 0; o < options; o++)
        bit[1 + o] = option_bit(form_scale_of(y->lattice.m->form->form, q), o);
    bit[1 + options] = DISCLOSE_DONT_KNOW;
    disclose_sheet_told(c->sheet, (size_t)q, bit, (size_t)options + 2);
}

enum { GRID_BITS = 63 }; /* points that share one look alike: rarely, and then too much is withheld */

static void describe_dimension(struct lattice_control *c, const struct layer *y, const struct tally_sum *sum,
                               size_t group, int dim)
{
    size_t points = 0;
    uint64_t answers = 0;
    int64_t all = 0;
    int64_t *grid = tally_index_grid(plan_of(y), sum, dim, &points);

    for (size_t i = 0; grid != NULL && i < points; i++) {
        all += grid[i];
        answers |= grid[i] > 0 ? UINT64_C(1) << i % GRID_BITS : 0;
    }
    disclose_sheet_item(c->sheet, lattice_dimension_item(&y->lattice, dim), group, all, answers);
    free(grid);
}

static void describe_items(struct lattice_control *c, const struct layer *y, const struct tally_sum *sum,
                           size_t group)
{
    const struct tally_plan *p = plan_of(y);

    for (int q = 0; q < p->questions; q++) {
        if (y->lattice.m->form->form->question[q].dimension != FORM_BACKGROUND)
            describe_question(c, y, sum, group, q);
    }
    for (int d = 0; d < p->dimensions; d++)
        describe_dimension(c, y, sum, group, d);
}

static void describe_all_answers(struct lattice_control *c, const struct layer *y)
{
    for (int q = 0; q < plan_of(y)->questions; q++) {
        if (y->lattice.m->form->form->question[q].dimension != FORM_BACKGROUND) /* no table tells of those */
            describe_answers(c, y, q);
    }
}

static void describe_dimensions(struct lattice_control *c, const struct layer *y)
{
    const struct tally_plan *p = plan_of(y);

    for (int d = 0; d < p->dimensions; d++) {
        for (int k = 0; k < p->dimension[d].questions; k++)
            disclose_sheet_within(c->sheet, lattice_dimension_item(&y->lattice, d),
                                  (size_t)p->dimension[d].question[k]);
    }
}

/* ---- a late change --------------------------------------------------------------------------------------
 */

/* How many responses at least are not the same: to some question, those that came, or those that went. */
static int64_t changed(const struct tally_plan *p, const struct tally_sum *a, const struct tally_sum *b)
{
    int64_t most = 0;

    for (int q = 0; q < p->questions; q++) {
        int64_t came = 0, went = 0;

        for (unsigned i = p->first[q]; i < p->first[q] + (unsigned)p->options[q] + 2; i++) {
            const int64_t more = b->counter[i] - a->counter[i];

            came += more > 0 ? more : 0;
            went += more < 0 ? -more : 0;
        }
        most = came > most ? came : most;
        most = went > most ? went : most;
    }
    return most;
}

/* Answers may differ without a different count to any question: then the indexes are not the same. */
static bool is_same(const struct tally_plan *p, const struct tally_sum *a, const struct tally_sum *b)
{
    return a->responses == b->responses && memcmp(a->counter, b->counter, p->width * sizeof *a->counter) == 0;
}

/*
 * A class that has other answers than when it was released, but fewer than k others: what is released with it
 * anew would tell, beside the earlier release, of those few. What came as a whole class is no such change;
 * the linear stage sees what it would give.
 */
static void bar_classes(struct lattice_control *c)
{
    const struct lattice *now = &c->layer[0].lattice;

    for (size_t y = 1; y < c->layers; y++) {
        const struct lattice *then = &c->layer[y].lattice;

        for (size_t i = 0; i < then->nodes; i++) {
            const struct node *n = &then->node[i];
            const size_t here =
                n->kind != NODE_CLASS ? SIZE_MAX : lattice_find(now, n->unit, n->kind, n->key);

            if (here == SIZE_MAX || n->sum.responses == 0 || now->node[here].sum.responses == 0 ||
                is_same(plan_of(&c->layer[0]), &n->sum, &now->node[here].sum))
                continue;
            c->barred[n->key] |= changed(plan_of(&c->layer[0]), &n->sum, &now->node[here].sum) < DISCLOSE_K;
        }
    }
}

/* ---- groups ---------------------------------------------------------------------------------------------
 */

/*
 * What is missed least when it is withheld. A gender, since then nothing else follows, where a class would
 * take another class with it; and of the whole municipality "annat" first, which frees the few of every unit.
 */
static int dearness(const struct node *n)
{
    static const int
        OF_UNIT[] = {[NODE_ALL] = 6, [NODE_GENDER] = 1, [NODE_GRADE] = 3, [NODE_CLASS] = 2},
        OF_ALL[] = {
            [NODE_ALL] = 8, [NODE_SCHOOL_FORM] = 7, [NODE_GENDER] = 5, [NODE_AREA] = 5, [NODE_GRADE] = 4};

    if (n->unit != LATTICE_MUNICIPALITY)
        return OF_UNIT[n->kind];
    return n->kind == NODE_GENDER && n->key == GENDER_OTHER ? 0 : OF_ALL[n->kind];
}

/* A unit's block; a new one for a unit not met before. */
static void number_blocks(struct lattice_control *c, size_t units)
{
    size_t blocks = 0;

    for (size_t u = 0; u < units; u++)
        c->block[u] = SIZE_MAX;
    for (size_t y = 0; y < c->layers; y++) {
        for (size_t i = 0; i < c->layer[y].lattice.nodes; i++) {
            const size_t unit = c->layer[y].lattice.node[i].unit;

            if (unit != LATTICE_MUNICIPALITY && c->block[unit] == SIZE_MAX)
                c->block[unit] = blocks++;
        }
    }
}

static void describe_groups(struct lattice_control *c, const struct layer *y)
{
    static const int RANK[] = {[NODE_ALL] = 0,    [NODE_AREA] = 1,  [NODE_SCHOOL_FORM] = 2,
                               [NODE_GENDER] = 3, [NODE_GRADE] = 4, [NODE_CLASS] = 5};

    for (size_t i = 0; i < y->lattice.nodes; i++) {
        const struct node *n = &y->lattice.node[i];
        const struct disclose_about about = {.block = n->unit == LATTICE_MUNICIPALITY ? DISCLOSE_ACROSS
                                                                                      : c->block[n->unit],
                                             .rank = RANK[n->kind],
                                             .dearer = dearness(n),
                                             .responses = n->sum.responses,
                                             .never = n->never || y->past != NULL,
                                             .counted = n->kind != NODE_GENDER};

        disclose_sheet_group(c->sheet, y->first + i, &about);
    }
}

/* What the groups of the municipality and the areas have in each unit. School forms have no group there:
 * their classes. */
static void describe_pieces(struct lattice_control *c, const struct layer *y)
{
    const struct lattice *l = &y->lattice;

    for (size_t i = 0; i < l->nodes; i++) {
        const struct node *n = &l->node[i];
        size_t across;

        if (n->unit == LATTICE_MUNICIPALITY)
            continue;
        across = lattice_find(l, LATTICE_MUNICIPALITY, n->kind, n->key);
        if (n->kind == NODE_CLASS)
            across = lattice_find(l, LATTICE_MUNICIPALITY, NODE_SCHOOL_FORM,
                                  lattice_class(l, (size_t)n->key)->school_form);
        if (across != SIZE_MAX)
            disclose_sheet_piece(c->sheet, y->first + across, y->first + i);
        if (n->kind == NODE_ALL && lattice_find_area(l, n->unit) != SIZE_MAX)
            disclose_sheet_piece(c->sheet, y->first + lattice_find_area(l, n->unit), y->first + i);
    }
}

/* ---- atoms ----------------------------------------------------------------------------------------------
 */

/* How many of a class said each gender; those who did not are GENDER_UNSAID. */
static void count_genders(const struct tally_plan *p, const struct tally_sum *sum,
                          int64_t count[TALLY_GENDERS])
{
    const int q = p->gender_question;
    const int64_t *n = q < 0 ? NULL : tally_options(p, sum, q);

    memset(count, 0, TALLY_GENDERS * sizeof *count);
    count[GENDER_UNSAID] = sum->responses;
    for (int o = 0; n != NULL && o < p->options[q]; o++) {
        count[GENDER_UNSAID] -= n[o];
        count[p->gender_of[o + 1]] += n[o];
    }
}

static size_t add_atom(struct lattice_control *c, const struct layer *y, const struct node *class,
                       int64_t gender, int64_t responses)
{
    const size_t atom = disclose_sheet_atom(c->sheet, c->block[class->unit], responses);
    size_t across = lattice_find(&y->lattice, class->unit, NODE_GENDER, gender);

    if (across == SIZE_MAX)
        across = lattice_find(&y->lattice, class->unit, NODE_ALL, 0);
    disclose_sheet_cross(c->sheet, atom, y->first + (size_t)(class - y->lattice.node), y->first + across);
    return atom;
}

/* The atoms of a class as it is in the layer. */
static const struct version *version_of(struct lattice_control *c, const struct layer *y,
                                        const struct node *class)
{
    struct version v = {.group = (size_t) class->key, .sum = &class->sum};
    int64_t count[TALLY_GENDERS];

    for (size_t i = c->latest[v.group]; i != SIZE_MAX && c->version != NULL; i = c->version[i].before) {
        if (is_same(plan_of(y), c->version[i].sum, &class->sum))
            return &c->version[i];
    }
    count_genders(plan_of(y), &class->sum, count);
    for (int g = 0; g < TALLY_GENDERS; g++)
        v.atom[g] = count[g] > 0 ? add_atom(c, y, class, g, count[g]) : SIZE_MAX;
    v.before = c->latest[v.group];
    c->latest[v.group] = c->versions;
    c->version = mem_room(c->version, c->versions, &c->version_capacity, sizeof *c->version);
    c->version[c->versions] = v;
    return &c->version[c->versions++];
}

/* The pupils of a class and gender, in the layer's group. */
static void add_to(struct lattice_control *c, const struct layer *y, size_t unit, enum node_kind kind,
                   int64_t key, size_t atom, bool barred)
{
    const size_t node = lattice_find(&y->lattice, unit, kind, key);

    if (node == SIZE_MAX)
        return;
    disclose_sheet_member(c->sheet, y->first + node, atom);
    if (barred && y->past == NULL)
        disclose_sheet_bar(c->sheet, y->first + node);
}

static void describe_class(struct lattice_control *c, const struct layer *y, const struct node *class)
{
    const struct version v = *version_of(c, y, class);
    const struct dataset_class *was = lattice_class(&y->lattice, v.group);
    const size_t over[] = {class->unit, LATTICE_MUNICIPALITY};
    const bool barred = c->barred[v.group];

    for (int g = 0; g < TALLY_GENDERS; g++) {
        if (v.atom[g] == SIZE_MAX)
            continue;
        add_to(c, y, class->unit, NODE_CLASS, class->key, v.atom[g], barred);
        add_to(c, y, LATTICE_MUNICIPALITY, NODE_SCHOOL_FORM, was->school_form, v.atom[g], barred);
        add_to(c, y, LATTICE_MUNICIPALITY, NODE_AREA, (int64_t)y->lattice.d->area[class->unit], v.atom[g],
               barred);
        for (size_t i = 0; i < 2; i++) {
            add_to(c, y, over[i], NODE_ALL, 0, v.atom[g], barred);
            add_to(c, y, over[i], NODE_GRADE, was->grade, v.atom[g], barred);
            add_to(c, y, over[i], NODE_GENDER, g, v.atom[g], barred);
        }
    }
}

static void describe_atoms(struct lattice_control *c, const struct layer *y)
{
    for (size_t i = 0; i < y->lattice.nodes; i++) {
        if (y->lattice.node[i].kind == NODE_CLASS)
            describe_class(c, y, &y->lattice.node[i]);
    }
}

/* ---- what was released before ---------------------------------------------------------------------------
 */

static bool has_unit(const struct past_row *r, size_t unit)
{
    for (size_t i = 0; i < r->units; i++) {
        if (r->members[i] == unit)
            return true;
    }
    return false;
}

/* Whether the row's units are all that the lattice has in the area. */
static bool is_area(const struct lattice *l, const struct node *area, const struct past_row *r)
{
    size_t units = 0;

    for (size_t i = 0; i < l->nodes; i++) {
        const struct node *n = &l->node[i];

        if (n->unit == LATTICE_MUNICIPALITY || n->kind != NODE_ALL ||
            l->d->area[n->unit] != (size_t)area->key)
            continue;
        if (!has_unit(r, n->unit))
            return false;
        units++;
    }
    return units == r->units;
}

/* The node that the row told of; SIZE_MAX when there is none. */
static size_t find_past_row(const struct lattice *l, const struct past_row *r)
{
    if (r->units > 0) {
        for (size_t i = 0; i < l->nodes; i++) {
            if (l->node[i].kind == NODE_AREA && is_area(l, &l->node[i], r))
                return i;
        }
        return SIZE_MAX;
    }
    for (int kind = NODE_ALL; kind <= NODE_CLASS; kind++) {
        const struct node n = {.kind = (enum node_kind)kind};

        if (kind != NODE_AREA && strcmp(lattice_kind(&n), r->kind) == 0)
            return lattice_find(l, r->unit, (enum node_kind)kind, r->key);
    }
    return SIZE_MAX;
}

static void before(struct lattice_control *c, const struct layer *y, const struct past_row *r, size_t group)
{
    if (r->size)
        disclose_sheet_before(c->sheet, DISCLOSE_SIZE_ITEM, group);
    for (size_t item = 0; item < item_count(y); item++) {
        if (r->item[item])
            disclose_sheet_before(c->sheet, item, group);
    }
}

/* A group of which nothing has changed is the same now: what was told of it is known of it. */
static void before_still(struct lattice_control *c, const struct layer *y, const struct past_row *r,
                         size_t node)
{
    const struct layer *now = &c->layer[0];
    const size_t here = find_past_row(&now->lattice, r);

    if (here != SIZE_MAX && is_same(plan_of(y), &y->lattice.node[node].sum, &now->lattice.node[here].sum))
        before(c, now, r, now->first + here);
}

static void describe_past(struct lattice_control *c, const struct layer *y, const struct past *p)
{
    for (size_t i = 0; i < p->rows; i++) {
        const size_t node = find_past_row(&y->lattice, &p->row[i]);

        if (node != SIZE_MAX)
            before(c, y, &p->row[i], y->first + node);
        if (node != SIZE_MAX && y->past != NULL)
            before_still(c, y, &p->row[i], node);
    }
    for (size_t i = 0; i < c->areas; i++) {
        if (c->area[i].past == p)
            before(c, y, c->area[i].row, c->area[i].group);
    }
}

/* The layer of the counts that it was made from. */
static const struct layer *layer_of(const struct lattice_control *c, const struct past *p)
{
    for (size_t i = 1; i < c->layers; i++) {
        if (c->layer[i].past == p)
            return &c->layer[i];
    }
    return &c->layer[0];
}

/* The releases to this audience, each in the layer of its counts. */
static void describe_pasts(struct lattice_control *c, enum release_audience audience)
{
    const struct measurement *m = c->layer[0].lattice.m;

    for (size_t i = 0; i < m->pasts; i++) {
        if (m->past[i].audience == audience)
            describe_past(c, layer_of(c, &m->past[i]), &m->past[i]);
    }
}

/* The latest release to the audience, if it was made from the counts and areas that there are now. */
static const struct past *standing(const struct lattice *l, enum release_audience audience)
{
    const struct past *last = NULL;

    for (size_t i = 0; i < l->m->pasts; i++) {
        if (l->m->past[i].audience == audience)
            last = &l->m->past[i];
    }
    for (size_t i = 0; last != NULL && last->same && i < last->rows; i++) {
        if (find_past_row(l, &last->row[i]) == SIZE_MAX)
            return NULL;
    }
    return last != NULL && last->same ? last : NULL;
}

static void find_former_areas(struct lattice_control *c)
{
    const struct lattice *l = &c->layer[0].lattice;

    for (size_t i = 0; i < l->m->pasts * c->layers; i++) {
        const struct past *p = &l->m->past[i / c->layers];
        const struct layer *y = &c->layer[i % c->layers];

        for (size_t k = 0; k < p->rows && y == layer_of(c, p); k++) {
            struct former_area area = {.layer = y, .past = p, .row = &p->row[k]};

            if (p->row[k].units == 0 || find_past_row(&y->lattice, &p->row[k]) != SIZE_MAX)
                continue;
            c->area = mem_room(c->area, c->areas, &c->area_capacity, sizeof *c->area);
            c->area[c->areas++] = area;
        }
    }
}

/* Its sums, group and pieces, and the atoms of its classes. */
static void describe_former_area(struct lattice_control *c, struct former_area *a)
{
    const struct lattice *l = &a->layer->lattice;

    tally_sum_init(&a->sum, plan_of(a->layer));
    for (size_t i = 0; i < l->nodes; i++) {
        const struct node *n = &l->node[i];

        if (n->kind == NODE_ALL && n->unit != LATTICE_MUNICIPALITY && has_unit(a->row, n->unit)) {
            lattice_add(&a->sum, &n->sum, plan_of(a->layer)->width);
            disclose_sheet_piece(c->sheet, a->group, a->layer->first + i);
        }
        if (n->kind != NODE_CLASS || !has_unit(a->row, n->unit))
            continue;
        for (int g = 0; g < TALLY_GENDERS; g++) {
            const size_t atom = version_of(c, a->layer, n)->atom[g];

            if (atom != SIZE_MAX)
                disclose_sheet_member(c->sheet, a->group, atom);
        }
    }
    describe_items(c, a->layer, &a->sum, a->group);
}

static void describe_former_areas(struct lattice_control *c)
{
    for (size_t i = 0; i < c->areas; i++) {
        struct former_area *a = &c->area[i];
        struct disclose_about about = {.block = DISCLOSE_ACROSS, .rank = 1, .never = true, .counted = true};

        disclose_sheet_group(c->sheet, a->group, &about);
        describe_former_area(c, a);
        about.responses = a->sum.responses;
        disclose_sheet_group(c->sheet, a->group, &about);
    }
}

/* ---- the whole ------------------------------------------------------------------------------------------
 */

/* Each release from other counts than the present is a layer of its own. */
static void add_layers(struct lattice_control *c, const struct lattice *l)
{
    const struct measurement *m = l->m;

    c->layer = mem_alloc(1 + m->pasts, sizeof *c->layer);
    c->layer[c->layers++] = (struct layer){.lattice = *l};
    for (size_t i = 0; i < m->pasts; i++) {
        struct layer *y = &c->layer[c->layers];
        struct measurement then = *m;

        if (m->past[i].same)
            continue;
        then.tally = m->past[i].tally;
        lattice_build(&y->lattice, l->d, &then);
        y->lattice.m = m;
        y->past = &m->past[i];
        y->first = c->layer[c->layers - 1].first + c->layer[c->layers - 1].lattice.nodes;
        c->layers++;
    }
}

static void control_init(struct lattice_control *c, const struct lattice *l)
{
    size_t groups;

    *c = (struct lattice_control){.layer = NULL};
    add_layers(c, l);
    groups = c->layer[c->layers - 1].first + c->layer[c->layers - 1].lattice.nodes;
    find_former_areas(c);
    for (size_t i = 0; i < c->areas; i++)
        c->area[i].group = groups++;
    c->sheet = disclose_sheet_new(groups, item_count(&c->layer[0]));
    c->barred = mem_alloc(l->d->groups, sizeof *c->barred);
    c->block = mem_alloc(l->d->units, sizeof *c->block);
    c->latest = mem_alloc(l->d->groups, sizeof *c->latest);
    for (size_t i = 0; i < l->d->groups; i++)
        c->latest[i] = SIZE_MAX;
    number_blocks(c, l->d->units);
    bar_classes(c);
    for (size_t i = 0; i < c->layers; i++)
        describe_groups(c, &c->layer[i]);
    for (size_t i = 0; i < c->layers; i++) {
        const struct layer *y = &c->layer[i];

        for (size_t node = 0; node < y->lattice.nodes; node++)
            describe_items(c, y, &y->lattice.node[node].sum, y->first + node);
        describe_atoms(c, y);
        describe_pieces(c, y);
    }
    describe_former_areas(c);
    describe_all_answers(c, &c->layer[0]);
    describe_dimensions(c, &c->layer[0]);
}

static void control_fini(struct lattice_control *c)
{
    for (size_t i = 1; i < c->layers; i++)
        lattice_fini(&c->layer[i].lattice);
    for (size_t i = 0; i < c->areas; i++)
        tally_sum_fini(&c->area[i].sum);
    free(c->area);
    free(c->layer);
    free(c->version);
    free(c->latest);
    free(c->barred);
    free(c->block);
}

/* For one audience; for the public after the other. */
static void decide(struct lattice *l, enum release_audience audience, unsigned threads)
{
    const int64_t k = audience == RELEASE_PUBLIC ? DISCLOSE_K_PUBLIC : DISCLOSE_K;
    const struct past *stands = standing(l, audience);

    disclose_sheet_forget(l->sheet);
    if (stands != NULL) {
        describe_past(l->control, layer_of(l->control, stands), stands);
        disclose_sheet_take(l->sheet, k);
    } else {
        describe_pasts(l->control, audience);
        disclose_sheet_decide(l->sheet, k, threads);
    }
    l->stands = stands != NULL;
}

void lattice_decide(struct lattice *l, unsigned threads)
{
    l->control = mem_alloc(1, sizeof *l->control);
    control_init(l->control, l);
    l->sheet = l->control->sheet;
    decide(l, RELEASE_INTERNAL, threads);
}

void lattice_narrow(struct lattice *l, unsigned threads)
{
    decide(l, RELEASE_PUBLIC, threads);
}

void lattice_control_free(struct lattice *l)
{
    if (l->control == NULL)
        return;
    control_fini(l->control);
    free(l->control);
}
