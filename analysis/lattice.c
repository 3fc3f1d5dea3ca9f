#include "analysis/lattice.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

/* ---- nodes ----------------------------------------------------------------------------------------------
 */

/* A class that takes part, and its place in the tally (SIZE_MAX: no responses). */
struct member {
    size_t group, at;
};

struct members {
    struct member *at;
    size_t count, capacity;
};

static void add_member(struct members *list, size_t group, size_t at)
{
    list->at = mem_room(list->at, list->count, &list->capacity, sizeof *list->at);
    list->at[list->count++] = (struct member){.group = group, .at = at};
}

static int by_group(const void *a, const void *b)
{
    const struct member *x = a, *y = b;

    return x->group < y->group ? -1 : x->group > y->group;
}

/* Whether a class without an answer in the round is counted under this form. */
static bool silent_member(const struct dataset *d, const struct measurement *m, size_t group)
{
    const struct dataset_class *c = dataset_class(d, m->round, group);
    const struct group *g = &d->group[group].group;

    if (c == NULL)
        return false;
    for (size_t i = 0; i < d->measurements; i++) {
        if (d->measurement[i].round == m->round && tally_find(&d->measurement[i].tally, g->id) != SIZE_MAX)
            return false;
    }
    for (size_t i = 0; i < d->measurements; i++) {
        if (d->measurement[i].round == m->round &&
            form_fits(d->measurement[i].form->form, c->school_form, c->grade))
            return &d->measurement[i] == m;
    }
    return false;
}

static struct members find_members(const struct dataset *d, const struct measurement *m)
{
    struct members list = {.at = NULL};

    for (size_t i = 0; i < m->tally.groups; i++) {
        if (m->tally.group[i].piece == 0)
            add_member(&list, dataset_group_index(d, m->tally.group[i].id), i);
    }
    for (size_t i = 0; i < d->groups; i++) {
        if (silent_member(d, m, i))
            add_member(&list, i, SIZE_MAX);
    }
    if (list.count > 0)
        qsort(list.at, list.count, sizeof *list.at, by_group);
    return list;
}

static void add_node(struct lattice *l, size_t *capacity, size_t unit, enum node_kind kind, int64_t key,
                     bool never)
{
    struct node n = {.unit = unit, .kind = kind, .key = key, .never = never};

    n.enrolled = kind == NODE_GENDER ? -1 : 0;
    tally_sum_init(&n.sum, &l->m->form->plan);
    l->node = mem_room(l->node, l->nodes, capacity, sizeof *l->node);
    l->node[l->nodes++] = n;
}

/* A class as it was in the round. */
static const struct dataset_class *class_of(const struct lattice *l, size_t group)
{
    return dataset_class(l->d, l->m->round, group);
}

enum { GRADES = GRADE_MAX + 2 }; /* GRADE_NONE and 0..GRADE_MAX */

/* The nodes of a unit, or of the municipality, from its member classes. */
static void add_nodes(struct lattice *l, size_t *capacity, size_t unit, const struct member *member,
                      size_t count)
{
    bool form[SCHOOL_FORM_COUNT] = {false}, grade[GRADES] = {false};
    bool graded = false;

    for (size_t i = 0; i < count; i++) {
        const struct dataset_class *c = class_of(l, member[i].group);

        form[c->school_form] = true;
        grade[c->grade - GRADE_NONE] = true;
        graded |= c->grade != GRADE_NONE;
    }
    add_node(l, capacity, unit, NODE_ALL, 0, false);
    for (int i = 0; i < SCHOOL_FORM_COUNT && unit == LATTICE_MUNICIPALITY; i++) {
        if (form[i])
            add_node(l, capacity, unit, NODE_SCHOOL_FORM, i, false);
    }
    for (int i = 0; i < GRADES && graded; i++) {
        if (grade[i])
            add_node(l, capacity, unit, NODE_GRADE, i + GRADE_NONE, i + GRADE_NONE == GRADE_NONE);
    }
    for (int g = 0; g < TALLY_GENDERS && l->m->form->plan.gender_question >= 0; g++)
        add_node(l, capacity, unit, NODE_GENDER, g, g == GENDER_UNSAID);
    for (size_t i = 0; i < count && unit != LATTICE_MUNICIPALITY; i++)
        add_node(l, capacity, unit, NODE_CLASS, (int64_t)member[i].group, false);
}

/* The areas that are more than one of their units. */
static void add_areas(struct lattice *l, size_t *capacity, const struct members *list)
{
    size_t *units = mem_alloc(l->d->units, sizeof *units);

    for (size_t i = 0; i < list->count; i++) {
        const size_t unit = l->d->group[list->at[i].group].unit, area = l->d->area[unit];

        if (area != SIZE_MAX && (i == 0 || unit != l->d->group[list->at[i - 1].group].unit))
            units[area]++;
    }
    for (size_t i = 0; i < l->d->units; i++) {
        if (units[i] >= 2)
            add_node(l, capacity, LATTICE_MUNICIPALITY, NODE_AREA, (int64_t)i, false);
    }
    free(units);
}

static int compare_nodes(const void *a, const void *b)
{
    const struct node *x = a, *y = b;
    const size_t ux = x->unit + 1, uy = y->unit + 1; /* the municipality first */

    if (ux != uy)
        return ux < uy ? -1 : 1;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    return x->key < y->key ? -1 : x->key > y->key;
}

size_t lattice_find(const struct lattice *l, size_t unit, enum node_kind kind, int64_t key)
{
    const struct node wanted = {.unit = unit, .kind = kind, .key = key};
    const struct node *n =
        l->nodes == 0 ? NULL : bsearch(&wanted, l->node, l->nodes, sizeof wanted, compare_nodes);

    return n == NULL ? SIZE_MAX : (size_t)(n - l->node);
}

/* The node of a unit's area; SIZE_MAX when it has none. */
static size_t find_area(const struct lattice *l, size_t unit)
{
    return lattice_find(l, LATTICE_MUNICIPALITY, NODE_AREA, (int64_t)l->d->area[unit]);
}

/* ---- sums -----------------------------------------------------------------------------------------------
 */

static void add_class(struct lattice *l, size_t node, const struct member *c)
{
    if (node == SIZE_MAX)
        return;
    l->node[node].enrolled += class_of(l, c->group)->enrolled;
    if (c->at != SIZE_MAX)
        tally_sum_group(&l->node[node].sum, &l->m->tally, c->at);
}

/* Those who did not say are all less the others. */
static void subtract(struct tally_sum *from, const struct tally_sum *part, unsigned width)
{
    from->responses -= part->responses;
    for (unsigned i = 0; i < width; i++)
        from->counter[i] -= part->counter[i];
}

static void add_sum(struct tally_sum *to, const struct tally_sum *part, unsigned width)
{
    to->responses += part->responses;
    for (unsigned i = 0; i < width; i++)
        to->counter[i] += part->counter[i];
}

static void add_genders(struct lattice *l)
{
    const unsigned width = l->m->form->plan.width;

    for (size_t i = 0; i < l->nodes; i++) {
        struct node *n = &l->node[i], *unsaid, *all;

        if (n->kind != NODE_GENDER || n->unit == LATTICE_MUNICIPALITY)
            continue;
        unsaid = &l->node[lattice_find(l, n->unit, NODE_GENDER, GENDER_UNSAID)];
        if (n->key == GENDER_UNSAID) { /* comes first */
            add_sum(&n->sum, &l->node[lattice_find(l, n->unit, NODE_ALL, 0)].sum, width);
            continue;
        }
        tally_sum_gender(&n->sum, &l->m->tally, n->unit, (enum form_gender)n->key);
        subtract(&unsaid->sum, &n->sum, width);
        all = &l->node[lattice_find(l, LATTICE_MUNICIPALITY, NODE_GENDER, n->key)];
        add_sum(&all->sum, &n->sum, width);
    }
    for (size_t i = 0; i < l->nodes; i++) {
        const struct node *n = &l->node[i];

        if (n->kind == NODE_GENDER && n->key == GENDER_UNSAID && n->unit != LATTICE_MUNICIPALITY)
            add_sum(&l->node[lattice_find(l, LATTICE_MUNICIPALITY, NODE_GENDER, GENDER_UNSAID)].sum, &n->sum,
                    width);
    }
}

static void add_sums(struct lattice *l, const struct members *list)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct member *c = &list->at[i];
        const struct dataset_class *was = class_of(l, c->group);
        const size_t unit = l->d->group[c->group].unit;

        add_class(l, lattice_find(l, LATTICE_MUNICIPALITY, NODE_ALL, 0), c);
        add_class(l, lattice_find(l, LATTICE_MUNICIPALITY, NODE_SCHOOL_FORM, was->school_form), c);
        add_class(l, lattice_find(l, LATTICE_MUNICIPALITY, NODE_GRADE, was->grade), c);
        add_class(l, find_area(l, unit), c);
        add_class(l, lattice_find(l, unit, NODE_ALL, 0), c);
        add_class(l, lattice_find(l, unit, NODE_GRADE, was->grade), c);
        add_class(l, lattice_find(l, unit, NODE_CLASS, (int64_t)c->group), c);
    }
    add_genders(l);
}

/* ---- what may be shown ----------------------------------------------------------------------------------
 */

size_t lattice_dimension_item(const struct lattice *l, int dimension)
{
    return (size_t)l->m->form->plan.questions + (size_t)dimension;
}

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

static void describe_question(struct lattice *l, size_t node, int q)
{
    const struct tally_plan *p = &l->m->form->plan;
    const struct form_scale *scale = form_scale_of(l->m->form->form, q);
    const int64_t *n = tally_options(p, &l->node[node].sum, q); /* vet ej stands behind them */
    uint64_t answers = tally_dont_know(p, &l->node[node].sum, q) > 0 ? DISCLOSE_DONT_KNOW : 0;
    int64_t all = 0;

    for (int c = 0; c < p->options[q]; c++) {
        all += n[c];
        answers |= n[c] > 0 ? option_bit(scale, c) : 0;
    }
    disclose_sheet_item(l->sheet, (size_t)q, node, all, answers);
    disclose_sheet_counts(l->sheet, (size_t)q, node, n);
}

static void describe_answers(struct lattice *l, int q)
{
    const int options = l->m->form->plan.options[q];
    uint64_t bit[FORM_OPTIONS_MAX + 1];

    for (int c = 0; c < options; c++)
        bit[c] = option_bit(form_scale_of(l->m->form->form, q), c);
    bit[options] = DISCLOSE_DONT_KNOW;
    disclose_sheet_told(l->sheet, (size_t)q, bit, (size_t)options + 1);
}

enum { GRID_BITS = 63 }; /* points that share one look alike: rarely, and then too much is withheld */

static void describe_dimension(struct lattice *l, size_t node, int dim)
{
    const struct tally_plan *p = &l->m->form->plan;
    const struct node *n = &l->node[node];
    size_t points = 0;
    uint64_t answers = 0;
    int64_t all = 0;
    int64_t *grid = tally_index_grid(p, &n->sum, dim, &points);

    for (size_t i = 0; grid != NULL && i < points; i++) {
        all += grid[i];
        answers |= grid[i] > 0 ? UINT64_C(1) << i % GRID_BITS : 0;
    }
    disclose_sheet_item(l->sheet, lattice_dimension_item(l, dim), node, all, answers);
    free(grid);
}

/* How many of a class said each gender; those who did not are GENDER_UNSAID. */
static void count_genders(const struct lattice *l, const struct node *class, int64_t count[TALLY_GENDERS])
{
    const struct tally_plan *p = &l->m->form->plan;
    const int q = p->gender_question;
    const int64_t *n = q < 0 ? NULL : tally_options(p, &class->sum, q);

    memset(count, 0, TALLY_GENDERS * sizeof *count);
    count[GENDER_UNSAID] = class->sum.responses;
    for (int o = 0; n != NULL && o < p->options[q]; o++) {
        count[GENDER_UNSAID] -= n[o];
        count[p->gender_of[o + 1]] += n[o];
    }
}

static void add_to(struct lattice *l, size_t node, size_t atom)
{
    if (node != SIZE_MAX)
        disclose_sheet_member(l->sheet, node, atom);
}

/* The pupils of a class and gender, and all groups that they are in. */
static void describe_atom(struct lattice *l, size_t block, size_t node, int64_t gender, int64_t responses)
{
    const struct node *class = &l->node[node];
    const struct dataset_class *was = class_of(l, (size_t) class->key);
    const size_t atom = disclose_sheet_atom(l->sheet, block, responses),
                 over[] = {class->unit, LATTICE_MUNICIPALITY};

    add_to(l, node, atom);
    add_to(l, lattice_find(l, LATTICE_MUNICIPALITY, NODE_SCHOOL_FORM, was->school_form), atom);
    add_to(l, find_area(l, class->unit), atom);
    for (size_t i = 0; i < 2; i++) {
        add_to(l, lattice_find(l, over[i], NODE_ALL, 0), atom);
        add_to(l, lattice_find(l, over[i], NODE_GRADE, was->grade), atom);
        add_to(l, lattice_find(l, over[i], NODE_GENDER, gender), atom);
    }
}

static void describe_atoms(struct lattice *l)
{
    size_t block = SIZE_MAX;

    for (size_t i = 0; i < l->nodes; i++) {
        int64_t count[TALLY_GENDERS];

        if (l->node[i].unit == LATTICE_MUNICIPALITY)
            continue;
        block += l->node[i].kind == NODE_ALL; /* a unit's first */
        if (l->node[i].kind != NODE_CLASS)
            continue;
        count_genders(l, &l->node[i], count);
        for (int g = 0; g < TALLY_GENDERS; g++) {
            if (count[g] > 0)
                describe_atom(l, block, i, g, count[g]);
        }
    }
}

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

static void describe_groups(struct lattice *l)
{
    static const int RANK[] = {[NODE_ALL] = 0,    [NODE_AREA] = 1,  [NODE_SCHOOL_FORM] = 2,
                               [NODE_GENDER] = 3, [NODE_GRADE] = 4, [NODE_CLASS] = 5};
    size_t block = SIZE_MAX;

    for (size_t i = 0; i < l->nodes; i++) {
        const struct node *n = &l->node[i];
        const bool municipality = n->unit == LATTICE_MUNICIPALITY;
        struct disclose_about about = {.rank = RANK[n->kind],
                                       .dearer = dearness(n),
                                       .responses = n->sum.responses,
                                       .never = n->never,
                                       .counted = n->kind != NODE_GENDER};

        block += !municipality && n->kind == NODE_ALL;
        about.block = municipality ? DISCLOSE_ACROSS : block;
        disclose_sheet_group(l->sheet, i, &about);
    }
}

/* What the groups of the municipality and the areas have in each unit. School forms have no group there:
 * their classes. */
static void describe_pieces(struct lattice *l)
{
    for (size_t i = 0; i < l->nodes; i++) {
        const struct node *n = &l->node[i];
        size_t across;

        if (n->unit == LATTICE_MUNICIPALITY)
            continue;
        across = lattice_find(l, LATTICE_MUNICIPALITY, n->kind, n->key);
        if (n->kind == NODE_CLASS)
            across = lattice_find(l, LATTICE_MUNICIPALITY, NODE_SCHOOL_FORM,
                                  class_of(l, (size_t)n->key)->school_form);
        if (across != SIZE_MAX)
            disclose_sheet_piece(l->sheet, across, i);
        if (n->kind == NODE_ALL && find_area(l, n->unit) != SIZE_MAX)
            disclose_sheet_piece(l->sheet, find_area(l, n->unit), i);
    }
}

static void decide(struct lattice *l)
{
    const struct tally_plan *p = &l->m->form->plan;

    l->sheet = disclose_sheet_new(l->nodes, (size_t)p->questions + (size_t)p->dimensions);
    describe_groups(l);
    for (int q = 0; q < p->questions; q++) {
        if (l->m->form->form->question[q].dimension == FORM_BACKGROUND)
            continue; /* no table tells what they answered to it */
        describe_answers(l, q);
        for (size_t i = 0; i < l->nodes; i++)
            describe_question(l, i, q);
    }
    for (size_t i = 0; i < l->nodes; i++) {
        for (int d = 0; d < p->dimensions; d++)
            describe_dimension(l, i, d);
    }
    for (int d = 0; d < p->dimensions; d++) {
        for (int k = 0; k < p->dimension[d].questions; k++)
            disclose_sheet_within(l->sheet, lattice_dimension_item(l, d),
                                  (size_t)p->dimension[d].question[k]);
    }
    describe_atoms(l);
    describe_pieces(l);
    disclose_sheet_decide(l->sheet, DISCLOSE_K);
}

/* ---- the whole ------------------------------------------------------------------------------------------
 */

void lattice_init(struct lattice *l, const struct dataset *d, const struct measurement *m)
{
    struct members list = find_members(d, m);
    size_t capacity = 0;

    *l = (struct lattice){.d = d, .m = m};
    if (list.count > 0) {
        add_nodes(l, &capacity, LATTICE_MUNICIPALITY, list.at, list.count);
        add_areas(l, &capacity, &list);
    }
    for (size_t first = 0, end; first < list.count; first = end) {
        const size_t unit = d->group[list.at[first].group].unit;

        for (end = first; end < list.count && d->group[list.at[end].group].unit == unit; end++)
            ;
        add_nodes(l, &capacity, unit, list.at + first, end - first);
    }
    add_sums(l, &list);
    decide(l);
    free(list.at);
}

void lattice_fini(struct lattice *l)
{
    for (size_t i = 0; i < l->nodes; i++)
        tally_sum_fini(&l->node[i].sum);
    free(l->node);
    disclose_sheet_free(l->sheet);
    memset(l, 0, sizeof *l);
}

/* ---- words ----------------------------------------------------------------------------------------------
 */

const char *lattice_level(const struct node *n)
{
    if (n->unit == LATTICE_MUNICIPALITY)
        return n->kind == NODE_AREA ? "area" : "municipality";
    return n->kind == NODE_CLASS ? "group" : "unit";
}

const char *lattice_kind(const struct node *n)
{
    static const char *const WORDS[] = {[NODE_ALL] = "all",     [NODE_SCHOOL_FORM] = "school_form",
                                        [NODE_GRADE] = "grade", [NODE_GENDER] = "gender",
                                        [NODE_AREA] = "all",    [NODE_CLASS] = "class"};

    return WORDS[n->kind];
}

const char *lattice_name(const struct lattice *l, const struct node *n)
{
    static const char *const GRADE_WORDS[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"};
    static const char *const GENDER_WORDS[] = {[GENDER_UNSAID] = "vill inte svara",
                                               [GENDER_GIRL] = "flicka",
                                               [GENDER_BOY] = "pojke",
                                               [GENDER_OTHER] = "annat"};

    static_assert(sizeof GRADE_WORDS / sizeof GRADE_WORDS[0] == GRADE_MAX + 1, "a word for each grade");
    switch (n->kind) {
    case NODE_ALL:
        return NULL;
    case NODE_SCHOOL_FORM:
        return school_form_word((enum school_form)n->key);
    case NODE_GRADE:
        return n->key < 0 ? NULL : GRADE_WORDS[n->key];
    case NODE_GENDER:
        return GENDER_WORDS[n->key];
    case NODE_AREA:
        return l->d->unit[n->key].area;
    case NODE_CLASS:
        return l->d->group[n->key].group.name;
    }
    return NULL;
}
