#include "analysis/row.h"

void row_put_group(const struct lattice *l, size_t node, struct value *v)
{
    const struct node *n = &l->node[node];
    const struct unit *u = n->unit == LATTICE_MUNICIPALITY ? NULL : &l->d->unit[n->unit];

    v[ROW_ROUND] = value_text(l->m->round->code);
    v[ROW_UNIT_CODE] = value_text(u == NULL ? NULL : u->code);
    v[ROW_UNIT_NAME] = value_text(u != NULL              ? u->name
                                  : n->kind == NODE_AREA ? lattice_name(l, n)
                                                         : l->d->organisation);
    v[ROW_LEVEL] = value_text(lattice_level(n));
    v[ROW_GROUP_KIND] = value_text(lattice_kind(n));
    v[ROW_GROUP] = value_text(lattice_name(l, n));
    v[ROW_FORM] = value_text(l->m->form->form->id);
    if (n->enrolled >= 0)
        v[ROW_ENROLLED] = value_whole(n->enrolled);
    v[ROW_RESPONSES] = value_whole(n->sum.responses);
    if (n->enrolled > 0)
        v[ROW_RESPONSE_RATE] = value_number((double)n->sum.responses / (double)n->enrolled);
}

void row_put_question(const struct form *f, int question, struct value *v)
{
    v[ROW_DIMENSION] = value_text(f->dimension[f->question[question].dimension].id);
    v[ROW_QUESTION] = value_text(f->question[question].id);
}

void row_put_item(const struct lattice *l, size_t item, struct value *v)
{
    const struct form *f = l->m->form->form;

    if (item < (size_t)f->questions)
        row_put_question(f, (int)item, v);
    else
        v[ROW_DIMENSION] = value_text(f->dimension[item - (size_t)f->questions].id);
}

void row_put_measure(const struct measure *m, struct value *v)
{
    v[ROW_N] = value_whole(m->summary.n);
    v[ROW_MEAN] = value_stat(m->mean);
    v[ROW_SD] = value_stat(m->sd);
}

struct value row_response_warning(const struct lattice *l, size_t node)
{
    static const char *const WORDS[] = {[STAT_RESPONSE_ENOUGH] = NULL,
                                        [STAT_RESPONSE_LOW] = "låg svarsfrekvens",
                                        [STAT_RESPONSE_LOWER] = "mycket låg svarsfrekvens"};

    return value_text(WORDS[lattice_response(l, node)]);
}

void row_put_belongs(const struct lattice *l, size_t node, struct value *v)
{
    const struct node *n = &l->node[node];

    if (n->kind == NODE_AREA)
        v[BELONGS_AREA] = value_text(lattice_name(l, n));
    else if (n->unit != LATTICE_MUNICIPALITY)
        v[BELONGS_AREA] = value_text(l->d->unit[n->unit].area);
    if (n->kind == NODE_CLASS) {
        const struct dataset_class *was = dataset_class(l->d, l->m->round, (size_t)n->key);

        v[BELONGS_SCHOOL_FORM] = value_text(school_form_word(was->school_form));
        if (was->grade != GRADE_NONE)
            v[BELONGS_GRADE] = value_whole(was->grade);
    }
}
