#include "analysis/wider.h"

#include "core/base/buf.h"

/* Of a gender: the classes that it is in. */
static size_t class_count(const struct lattice *l, const struct classes *c, size_t node)
{
    const struct node *n = &l->node[node];
    size_t count;

    if (n->kind == NODE_CLASS)
        return 1;
    (void)classes_of(c, n->kind == NODE_GENDER ? lattice_find(l, n->unit, NODE_ALL, 0) : node, &count);
    return count;
}

/* A wider group has all classes of the node: where they are as many, they are the same. */
static bool is_same(const struct lattice *l, const struct classes *c, size_t node, size_t wider)
{
    return (l->node[node].kind == NODE_GENDER) == (l->node[wider].kind == NODE_GENDER) &&
           class_count(l, c, node) == class_count(l, c, wider);
}

struct search {
    const struct lattice *l;
    const struct classes *c;
    size_t node;
    size_t *wider, count;
};

static void try(struct search *s, size_t at)
{
    if (at != SIZE_MAX && !s->l->node[at].never && !is_same(s->l, s->c, s->node, at))
        s->wider[s->count++] = at;
}

/* Of a group of a unit, in the unit and beside it. */
static void try_unit(struct search *s, const struct node *n)
{
    const bool class = n->kind == NODE_CLASS;
    const int64_t grade = class ? lattice_class(s->l, (size_t)n->key)->grade : n->key;

    if (class)
        try(s, lattice_find(s->l, n->unit, NODE_GRADE, grade));
    if (n->kind == NODE_GENDER)
        try(s, lattice_find(s->l, LATTICE_MUNICIPALITY, NODE_GENDER, n->key));
    if (n->kind != NODE_ALL)
        try(s, lattice_find(s->l, n->unit, NODE_ALL, 0));
    if (class || n->kind == NODE_GRADE)
        try(s, lattice_find(s->l, LATTICE_MUNICIPALITY, NODE_GRADE, grade));
    try(s, lattice_find_area(s->l, n->unit));
}

size_t wider_groups(const struct lattice *l, const struct classes *c, size_t node, size_t wider[WIDER_MAX])
{
    struct search s = {.l = l, .c = c, .node = node, .wider = wider};

    if (l->node[node].unit != LATTICE_MUNICIPALITY)
        try_unit(&s, &l->node[node]);
    try(&s, lattice_find(l, LATTICE_MUNICIPALITY, NODE_ALL, 0));
    return s.count;
}

char *wider_word(const struct lattice *l, size_t node)
{
    const struct node *n = &l->node[node];
    const char *name = lattice_name(l, n);
    struct buf out = BUF_INIT;

    buf_addf(&out, "%s/%s", lattice_level(n), lattice_kind(n));
    if (name != NULL)
        buf_addf(&out, "/%s", name);
    return buf_take(&out);
}
