#include "analysis/cohort.h"

#include <string.h>

#include "analysis/lineage.h"

/* The school forms in which pupils of this grade of these forms were a year before; 0: not in any one. */
static unsigned forms_before(unsigned forms, int64_t grade)
{
    const unsigned grundskola = 1U << SCHOOL_FORM_GRUNDSKOLA;

    if (grade > 1)
        return forms;
    return grade == 1 && forms == grundskola ? 1U << SCHOOL_FORM_FORSKOLEKLASS : 0;
}

static unsigned forms_of(const struct history *h, const struct place *p)
{
    unsigned bits = 0;

    for (size_t i = 0; i < p->nodes; i++)
        bits |= classes_school_forms(&h->classes[p->measurement], p->lattice, p->node[i]);
    return bits;
}

/* The grade before in one measurement, if it is the pupils of these school forms. */
static bool find_in(struct place *p, const struct history *h, size_t j, const struct node *n, int now,
                    unsigned forms)
{
    const struct node wanted = {.unit = n->unit, .kind = NODE_GRADE, .key = n->key - 1};

    if (history_place(p, h, j, &wanted, now) && p->nodes > 0 && forms_of(h, p) == forms)
        return true;
    place_fini(p);
    return false;
}

/* Those who had the same form, else those who had another one for the same audience, if it is one only. */
void cohort_init(struct place *p, const struct history *h, size_t measurement, size_t node)
{
    const struct measurement *m = h->d->measurement, *at = &m[measurement];
    const struct node *n = &h->lattice[measurement].node[node];
    const int now = round_months(at->round->code);
    const unsigned forms =
        n->kind != NODE_GRADE
            ? 0
            : forms_before(classes_school_forms(&h->classes[measurement], &h->lattice[measurement], node),
                           n->key);
    bool same = false;
    int others = 0;

    memset(p, 0, sizeof *p);
    for (size_t j = 0; j < measurement && forms != 0 && !same; j++) {
        struct place found;

        if (now - round_months(m[j].round->code) != 12 ||
            m[j].form->form->audience != at->form->form->audience || !find_in(&found, h, j, n, now, forms))
            continue;
        place_fini(p);
        *p = found;
        same = strcmp(m[j].form->form->id, at->form->form->id) == 0;
        others++;
    }
    if (!same && others > 1) {
        place_fini(p);
        memset(p, 0, sizeof *p);
    }
}

struct origin cohort_origin(const struct history *h, size_t measurement, size_t item, const struct place *p)
{
    const struct form *now = h->d->measurement[measurement].form->form, *then;
    const size_t questions = (size_t)now->questions;
    int there;

    if (p->lattice == NULL)
        return (struct origin){.place = NULL};
    then = p->lattice->m->form->form;
    if (strcmp(now->id, then->id) == 0)
        return history_origin(h, measurement, item, p);
    there = item < questions ? lineage_same_question(now, (int)item, then)
                             : lineage_same_dimension(now, (int)(item - questions), then);
    if (there < 0)
        return (struct origin){.place = NULL};
    return (struct origin){.place = p,
                           .item = item < questions ? (size_t)there : (size_t)(then->questions + there)};
}
