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
    const int64_t *n = tally_options(p, &l->node[node].sum, q);
    uint64_t answers = tally_dont_know(p, &l->node[node].sum, q) > 0 ? DISCLOSE_DONT_KNOW : 0;
    int64_t all = 0;

    for (int c = 0; c < p->options[q]; c++) {
        all += n[c];
        answers |= n[c] > 0 ? option_bit(scale, c) : 0;
    }
    disclose_sheet_item(l->sheet, (size_t)q, node, all, answers);
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

/* The parts of one sum, gathered. */
struct parts {
    size_t *at;
    size_t count, capacity;
};

static void part_add(struct parts *p, size_t node)
{
    p->at = mem_room(p->at, p->count, &p->capacity, sizeof *p->at);
    p->at[p->count++] = node;
}

static void sum_of(struct lattice *l, size_t total, struct parts *p)
{
    if (total != SIZE_MAX && p->count > 0)
        disclose_sheet_sum(l->sheet, total, p->at, p->count);
    p->count = 0;
}

/* all = the sum of its nodes of a kind, in the same unit or the municipality */
static void sum_of_kind(struct lattice *l, size_t unit, enum node_kind kind, struct parts *p)
{
    for (size_t i = lattice_find(l, unit, NODE_ALL, 0); i < l->nodes && l->node[i].unit == unit; i++) {
        if (l->node[i].kind == kind)
            part_add(p, i);
    }
    sum_of(l, lattice_find(l, unit, NODE_ALL, 0), p);
}

/* A grade of a unit = the sum of its classes. */
static void sum_of_grade(struct lattice *l, size_t grade, struct parts *p)
{
    const struct node *total = &l->node[grade];

    for (size_t i = grade; i < l->nodes && l->node[i].unit == total->unit; i++) {
        if (l->node[i].kind == NODE_CLASS && class_of(l, (size_t)l->node[i].key)->grade == total->key)
            part_add(p, i);
    }
    sum_of(l, grade, p);
}

/* A node of the municipality = the sum of the units' nodes of the same kind and key. */
static void sum_of_units(struct lattice *l, size_t total, struct parts *p)
{
    const struct node *t = &l->node[total];

    for (size_t i = 0; i < l->nodes; i++) {
        const struct node *n = &l->node[i];

        if (n->unit != LATTICE_MUNICIPALITY && n->kind == t->kind && n->key == t->key)
            part_add(p, i);
    }
    sum_of(l, total, p);
}

/* Whether all classes of a unit that take part are of one school form. */
static bool unit_is_of(const struct lattice *l, size_t unit, int64_t school_form)
{
    for (size_t i = lattice_find(l, unit, NODE_ALL, 0); i < l->nodes && l->node[i].unit == unit; i++) {
        const struct node *n = &l->node[i];

        if (n->kind == NODE_CLASS && (int64_t)class_of(l, (size_t)n->key)->school_form != school_form)
            return false;
    }
    return true;
}

/* A school form = its units, where they have no other, and the single classes of the others. */
static void sum_of_school_form(struct lattice *l, size_t total, struct parts *p)
{
    const int64_t form = l->node[total].key;
    bool whole = false;

    for (size_t i = 0; i < l->nodes; i++) {
        const struct node *n = &l->node[i];

        if (n->unit == LATTICE_MUNICIPALITY)
            continue;
        if (n->kind == NODE_ALL) {
            whole = unit_is_of(l, n->unit, form);
            if (whole)
                part_add(p, i);
        } else if (n->kind == NODE_CLASS && !whole &&
                   (int64_t)class_of(l, (size_t)n->key)->school_form == form) {
            part_add(p, i);
        }
    }
    sum_of(l, total, p);
}

/* Whether the node holds the class; both the municipality's. */
static bool holds(const struct node *n, const struct dataset_class *c)
{
    return n->key == (n->kind == NODE_GRADE ? (int64_t)c->grade : (int64_t)c->school_form);
}

/* Whether all classes of one node of the municipality are in the other. */
static bool lies_in(const struct lattice *l, const struct node *part, const struct node *whole)
{
    for (size_t i = 0; i < l->nodes; i++) {
        if (l->node[i].kind == NODE_CLASS) {
            const struct dataset_class *c = class_of(l, (size_t)l->node[i].key);

            if (holds(part, c) && !holds(whole, c))
                return false;
        }
    }
    return true;
}

/* Whether the parts cover a node of the municipality. */
static bool covered(const struct lattice *l, const struct node *whole, const struct parts *p)
{
    for (size_t i = 0; i < l->nodes; i++) {
        bool in = l->node[i].kind != NODE_CLASS || !holds(whole, class_of(l, (size_t)l->node[i].key));

        for (size_t k = 0; k < p->count && !in; k++)
            in = holds(&l->node[p->at[k]], class_of(l, (size_t)l->node[i].key));
        if (!in)
            return false;
    }
    return true;
}

/* A school form of the municipality that is the sum of whole grades (förskoleklass is grade 0), or a grade
 * that is the sum of whole school forms. */
static void sum_across(struct lattice *l, size_t total, struct parts *p)
{
    const struct node *t = &l->node[total];
    const enum node_kind other = t->kind == NODE_GRADE ? NODE_SCHOOL_FORM : NODE_GRADE;

    for (size_t i = 0; i < l->nodes && l->node[i].unit == LATTICE_MUNICIPALITY; i++) {
        if (l->node[i].kind == other && lies_in(l, &l->node[i], t))
            part_add(p, i);
    }
    if (!covered(l, t, p))
        p->count = 0;
    sum_of(l, total, p);
}

static void describe_sums(struct lattice *l)
{
    struct parts p = {.at = NULL};

    for (size_t i = 0; i < l->nodes; i++) {
        const struct node *n = &l->node[i];

        if (n->never)
            continue;
        if (n->kind == NODE_ALL) {
            sum_of_kind(l, n->unit, NODE_SCHOOL_FORM, &p);
            sum_of_kind(l, n->unit, NODE_GRADE, &p);
            sum_of_kind(l, n->unit, NODE_GENDER, &p);
            sum_of_kind(l, n->unit, NODE_CLASS, &p);
        }
        if (n->unit != LATTICE_MUNICIPALITY && n->kind == NODE_GRADE)
            sum_of_grade(l, i, &p);
        if (n->unit == LATTICE_MUNICIPALITY && (n->kind == NODE_SCHOOL_FORM || n->kind == NODE_GRADE))
            sum_across(l, i, &p);
        if (n->unit == LATTICE_MUNICIPALITY && n->kind == NODE_SCHOOL_FORM)
            sum_of_school_form(l, i, &p);
        else if (n->unit == LATTICE_MUNICIPALITY)
            sum_of_units(l, i, &p);
    }
    free(p.at);
}

static void decide(struct lattice *l)
{
    const struct tally_plan *p = &l->m->form->plan;

    l->sheet = disclose_sheet_new(l->nodes, (size_t)p->questions + (size_t)p->dimensions);
    for (size_t i = 0; i < l->nodes; i++) {
        disclose_sheet_group(l->sheet, i, l->node[i].sum.responses, l->node[i].never);
        for (int q = 0; q < p->questions; q++)
            describe_question(l, i, q);
        for (int d = 0; d < p->dimensions; d++)
            describe_dimension(l, i, d);
    }
    for (int d = 0; d < p->dimensions; d++) {
        for (int k = 0; k < p->dimension[d].questions; k++)
            disclose_sheet_within(l->sheet, lattice_dimension_item(l, d),
                                  (size_t)p->dimension[d].question[k]);
    }
    describe_sums(l);
    disclose_sheet_decide(l->sheet);
}

/* ---- the whole ------------------------------------------------------------------------------------------
 */

void lattice_init(struct lattice *l, const struct dataset *d, const struct measurement *m)
{
    struct members list = find_members(d, m);
    size_t capacity = 0;

    *l = (struct lattice){.d = d, .m = m};
    if (list.count > 0)
        add_nodes(l, &capacity, LATTICE_MUNICIPALITY, list.at, list.count);
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
        return "municipality";
    return n->kind == NODE_CLASS ? "group" : "unit";
}

const char *lattice_kind(const struct node *n)
{
    static const char *const WORDS[] = {[NODE_ALL] = "all",
                                        [NODE_SCHOOL_FORM] = "school_form",
                                        [NODE_GRADE] = "grade",
                                        [NODE_GENDER] = "gender",
                                        [NODE_CLASS] = "class"};

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
    case NODE_CLASS:
        return l->d->group[n->key].group.name;
    }
    return NULL;
}
