#include "analysis/lattice.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/lattice_control.h"
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

    n.enrolled = kind == NODE_GENDER || !form_asks_enrolled(l->m->form->form) ? -1 : 0;
    tally_sum_init(&n.sum, &l->m->form->plan);
    l->node = mem_room(l->node, l->nodes, capacity, sizeof *l->node);
    l->node[l->nodes++] = n;
}

const struct dataset_class *lattice_class(const struct lattice *l, size_t group)
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
        const struct dataset_class *c = lattice_class(l, member[i].group);

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

/* The areas that are more than one of their units: of those where somebody answered. */
static void add_areas(struct lattice *l, size_t *capacity, const struct members *list)
{
    size_t *units = mem_alloc(l->d->units, sizeof *units), last = SIZE_MAX;

    for (size_t i = 0; i < list->count; i++) {
        const size_t unit = l->d->group[list->at[i].group].unit, area = l->d->area[unit];

        if (area == SIZE_MAX || list->at[i].at == SIZE_MAX || unit == last)
            continue;
        units[area]++;
        last = unit;
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

/* The first node of the unit or, where it has none, of those after it. */
static size_t lower_bound(const struct lattice *l, size_t unit)
{
    size_t low = 0, high = l->nodes;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (l->node[middle].unit + 1 < unit + 1) /* the municipality first */
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

size_t lattice_first(const struct lattice *l, size_t unit, size_t *end)
{
    *end = lower_bound(l, unit + 1);
    return lower_bound(l, unit);
}

size_t lattice_find(const struct lattice *l, size_t unit, enum node_kind kind, int64_t key)
{
    const struct node wanted = {.unit = unit, .kind = kind, .key = key};
    const struct node *n =
        l->nodes == 0 ? NULL : bsearch(&wanted, l->node, l->nodes, sizeof wanted, compare_nodes);

    return n == NULL ? SIZE_MAX : (size_t)(n - l->node);
}

size_t lattice_find_area(const struct lattice *l, size_t unit)
{
    return lattice_find(l, LATTICE_MUNICIPALITY, NODE_AREA, (int64_t)l->d->area[unit]);
}

/* ---- sums -----------------------------------------------------------------------------------------------
 */

static void add_class(struct lattice *l, size_t node, const struct member *c)
{
    if (node == SIZE_MAX)
        return;
    if (l->node[node].enrolled >= 0)
        l->node[node].enrolled += lattice_class(l, c->group)->enrolled;
    if (c->at != SIZE_MAX)
        tally_sum_group(&l->node[node].sum, &l->m->tally, c->at);
}

/* One gender, TALLY_REST, is all less the others. */
static void subtract(struct tally_sum *from, const struct tally_sum *part, unsigned width)
{
    from->responses -= part->responses;
    for (unsigned i = 0; i < width; i++)
        from->counter[i] -= part->counter[i];
}

void lattice_add(struct tally_sum *to, const struct tally_sum *part, unsigned width)
{
    to->responses += part->responses;
    for (unsigned i = 0; i < width; i++)
        to->counter[i] += part->counter[i];
}

static void add_genders(struct lattice *l)
{
    const unsigned width = l->m->form->plan.width;

    for (size_t i = 0; i < l->nodes; i++) {
        struct node *n = &l->node[i], *rest, *all;

        if (n->kind != NODE_GENDER || n->unit == LATTICE_MUNICIPALITY)
            continue;
        rest = &l->node[lattice_find(l, n->unit, NODE_GENDER, TALLY_REST)];
        if (n == rest) {
            lattice_add(&rest->sum, &l->node[lattice_find(l, n->unit, NODE_ALL, 0)].sum, width);
            continue;
        }
        tally_sum_gender(&n->sum, &l->m->tally, n->unit, (enum form_gender)n->key);
        subtract(&rest->sum, &n->sum, width);
        all = &l->node[lattice_find(l, LATTICE_MUNICIPALITY, NODE_GENDER, n->key)];
        lattice_add(&all->sum, &n->sum, width);
    }
    for (size_t i = 0; i < l->nodes; i++) {
        const struct node *n = &l->node[i];

        if (n->kind == NODE_GENDER && n->key == TALLY_REST && n->unit != LATTICE_MUNICIPALITY)
            lattice_add(&l->node[lattice_find(l, LATTICE_MUNICIPALITY, NODE_GENDER, TALLY_REST)].sum, &n->sum,
                        width);
    }
}

static void add_sums(struct lattice *l, const struct members *list)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct member *c = &list->at[i];
        const struct dataset_class *was = lattice_class(l, c->group);
        const size_t unit = l->d->group[c->group].unit;

        add_class(l, lattice_find(l, LATTICE_MUNICIPALITY, NODE_ALL, 0), c);
        add_class(l, lattice_find(l, LATTICE_MUNICIPALITY, NODE_SCHOOL_FORM, was->school_form), c);
        add_class(l, lattice_find(l, LATTICE_MUNICIPALITY, NODE_GRADE, was->grade), c);
        add_class(l, lattice_find_area(l, unit), c);
        add_class(l, lattice_find(l, unit, NODE_ALL, 0), c);
        add_class(l, lattice_find(l, unit, NODE_GRADE, was->grade), c);
        add_class(l, lattice_find(l, unit, NODE_CLASS, (int64_t)c->group), c);
    }
    add_genders(l);
}

/* ---- the whole ------------------------------------------------------------------------------------------
 */

void lattice_build(struct lattice *l, const struct dataset *d, const struct measurement *m)
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
    free(list.at);
}

void lattice_init(struct lattice *l, const struct dataset *d, const struct measurement *m, unsigned threads)
{
    lattice_build(l, d, m);
    lattice_decide(l, threads);
}

void lattice_fini(struct lattice *l)
{
    for (size_t i = 0; i < l->nodes; i++)
        tally_sum_fini(&l->node[i].sum);
    free(l->node);
    disclose_sheet_free(l->sheet);
    lattice_control_free(l);
    memset(l, 0, sizeof *l);
}

size_t lattice_dimension_item(const struct lattice *l, int dimension)
{
    return (size_t)l->m->form->plan.questions + (size_t)dimension;
}

/* ---- who answered ---------------------------------------------------------------------------------------
 */

enum stat_response lattice_response(const struct lattice *l, size_t node)
{
    const struct node *n = &l->node[node];

    if (n->kind == NODE_GENDER)
        n = &l->node[lattice_find(l, n->unit, NODE_ALL, 0)];
    return stat_response_of(n->sum.responses, n->enrolled);
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
