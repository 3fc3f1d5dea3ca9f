#include "analysis/lattice_control_part.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

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
        const struct disclose_about about = {
            .block = n->unit == LATTICE_MUNICIPALITY ? DISCLOSE_ACROSS : c->block[n->unit],
            .rank = RANK[n->kind],
            .dearer = dearness(n),
            .responses = n->sum.responses,
            .low_response = lattice_response(&y->lattice, i) == STAT_RESPONSE_LOWER,
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

const struct version *control_version(struct lattice_control *c, const struct layer *y,
                                      const struct node *class)
{
    struct version v = {.group = (size_t) class->key, .sum = &class->sum};
    int64_t count[TALLY_GENDERS];

    for (size_t i = c->latest[v.group]; i != SIZE_MAX && c->version != NULL; i = c->version[i].before) {
        if (control_is_same(control_plan(y), c->version[i].sum, &class->sum))
            return &c->version[i];
    }
    count_genders(control_plan(y), &class->sum, count);
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
    const struct version v = *control_version(c, y, class);
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
    control_find_former_areas(c);
    for (size_t i = 0; i < c->areas; i++)
        c->area[i].group = groups++;
    c->sheet = disclose_sheet_new(groups, control_items(&c->layer[0]));
    c->barred = mem_alloc(l->d->groups, sizeof *c->barred);
    c->block = mem_alloc(l->d->units, sizeof *c->block);
    c->latest = mem_alloc(l->d->groups, sizeof *c->latest);
    for (size_t i = 0; i < l->d->groups; i++)
        c->latest[i] = SIZE_MAX;
    number_blocks(c, l->d->units);
    control_bar_classes(c);
    for (size_t i = 0; i < c->layers; i++)
        describe_groups(c, &c->layer[i]);
    for (size_t i = 0; i < c->layers; i++) {
        const struct layer *y = &c->layer[i];

        for (size_t node = 0; node < y->lattice.nodes; node++)
            control_describe_items(c, y, &y->lattice.node[node].sum, y->first + node);
        describe_atoms(c, y);
        describe_pieces(c, y);
    }
    control_describe_first(c);
    control_describe_former_areas(c);
    control_describe_answers(c, &c->layer[0]);
    control_describe_dimensions(c, &c->layer[0]);
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
    const struct past *stands = control_standing(l, audience);

    disclose_sheet_forget(l->sheet);
    if (stands != NULL) {
        control_describe_past(l->control, stands);
        disclose_sheet_take(l->sheet, k);
    } else {
        control_describe_pasts(l->control, audience);
        disclose_sheet_decide(l->sheet, k, threads);
    }
    l->stands = stands != NULL;
    l->everybody = audience == RELEASE_PUBLIC;
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

bool lattice_is_released(const struct dataset *d, const struct measurement *m, enum release_audience audience)
{
    struct lattice l;
    bool stands;

    lattice_build(&l, d, m);
    stands = control_standing(&l, audience) != NULL;
    lattice_fini(&l);
    return stands;
}

void lattice_control_free(struct lattice *l)
{
    if (l->control == NULL)
        return;
    control_fini(l->control);
    free(l->control);
}
