#include "analysis/classes.h"

#include <stdlib.h>

#include "core/base/mem.h"

enum { OVER = 6 };

/* The groups over a class; SIZE_MAX where there is none. */
static void groups_over(const struct lattice *l, size_t class, size_t over[OVER])
{
    const size_t unit = l->node[class].unit, group = (size_t)l->node[class].key;
    const struct dataset_class *was = dataset_class(l->d, l->m->round, group);

    over[0] = lattice_find(l, LATTICE_MUNICIPALITY, NODE_ALL, 0);
    over[1] = lattice_find(l, LATTICE_MUNICIPALITY, NODE_SCHOOL_FORM, was->school_form);
    over[2] = lattice_find(l, LATTICE_MUNICIPALITY, NODE_GRADE, was->grade);
    over[3] = lattice_find(l, LATTICE_MUNICIPALITY, NODE_AREA, (int64_t)l->d->area[unit]);
    over[4] = lattice_find(l, unit, NODE_ALL, 0);
    over[5] = lattice_find(l, unit, NODE_GRADE, was->grade);
}

/* Counts the classes of each node, or (at not NULL) puts them at next[node]. */
static void go_through(const struct lattice *l, size_t *next, size_t *at)
{
    for (size_t i = 0; i < l->nodes; i++) {
        size_t over[OVER];

        if (l->node[i].kind != NODE_CLASS)
            continue;
        groups_over(l, i, over);
        for (size_t k = 0; k < OVER; k++) {
            if (over[k] == SIZE_MAX)
                continue;
            if (at != NULL)
                at[next[over[k]]] = i;
            next[over[k]]++;
        }
    }
}

void classes_init(struct classes *c, const struct lattice *l)
{
    size_t *next = mem_alloc(l->nodes, sizeof *next);

    c->first = mem_alloc(l->nodes + 1, sizeof *c->first);
    go_through(l, next, NULL);
    for (size_t i = 0; i < l->nodes; i++) {
        c->first[i + 1] = c->first[i] + next[i];
        next[i] = c->first[i];
    }
    c->at = mem_alloc(c->first[l->nodes], sizeof *c->at);
    go_through(l, next, c->at);
    free(next);
}

void classes_fini(struct classes *c)
{
    free(c->first);
    free(c->at);
}

const size_t *classes_of(const struct classes *c, size_t node, size_t *count)
{
    *count = c->first[node + 1] - c->first[node];
    return c->at + c->first[node];
}

unsigned classes_school_forms(const struct classes *c, const struct lattice *l, size_t node)
{
    size_t count;
    const size_t *class = classes_of(c, node, &count);
    unsigned bits = 0;

    for (size_t i = 0; i < count; i++)
        bits |= 1U << dataset_class(l->d, l->m->round, (size_t)l->node[class[i]].key)->school_form;
    return bits;
}
