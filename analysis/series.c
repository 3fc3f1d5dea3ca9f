#include "analysis/series.h"

#include "analysis/lineage.h"

const char *series_word(const struct history *h, size_t measurement, size_t item, const struct line *before)
{
    const struct form *now = h->d->measurement[measurement].form->form, *then;
    const size_t questions = (size_t)now->questions;
    struct origin o;

    if (before->count == 0)
        return before->split ? "split_unit" : NULL;
    o = history_origin(h, measurement, item, &before->at[0]);
    if (o.place != NULL)
        return NULL;
    then = before->at[0].lattice->m->form->form;
    if (item < questions)
        return lineage_asks(now, (int)item, then) ? "changed_question" : "new_question";
    return lineage_measures(now, (int)(item - questions), then) ? "changed_index" : "new_index";
}
