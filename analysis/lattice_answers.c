/* What the groups of a lattice answered, for its sheet. Part of lattice_control. */
#include "analysis/lattice_control_part.h"

#include <stdlib.h>

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
    const struct tally_plan *p = control_plan(y);
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
    const int options = control_plan(y)->options[q];
    uint64_t bit[FORM_OPTIONS_MAX + 2] = {DISCLOSE_DONT_KNOW};

    for (int o = 0; o < options; o++)
        bit[1 + o] = option_bit(form_scale_of(y->lattice.m->form->form, q), o);
    bit[1 + options] = DISCLOSE_DONT_KNOW;
    disclose_sheet_told(c->sheet, (size_t)q, bit, (size_t)options + 2);
}

enum { GRID_BITS = 61 }; /* points that share one look alike: rarely, and then too much is withheld */

static void describe_dimension(struct lattice_control *c, const struct layer *y, const struct tally_sum *sum,
                               size_t group, int dim)
{
    size_t points = 0;
    uint64_t answers = 0;
    int64_t all = 0;
    int64_t *grid = tally_index_grid(control_plan(y), sum, dim, &points);

    for (size_t i = 0; grid != NULL && i < points; i++) {
        all += grid[i];
        answers |= grid[i] > 0 ? UINT64_C(1) << i % GRID_BITS : 0;
    }
    disclose_sheet_item(c->sheet, lattice_dimension_item(&y->lattice, dim), group, all, answers);
    free(grid);
}

void control_describe_items(struct lattice_control *c, const struct layer *y, const struct tally_sum *sum,
                            size_t group)
{
    const struct tally_plan *p = control_plan(y);

    for (int q = 0; q < p->questions; q++) {
        if (y->lattice.m->form->form->question[q].dimension != FORM_BACKGROUND)
            describe_question(c, y, sum, group, q);
    }
    for (int d = 0; d < p->dimensions; d++)
        describe_dimension(c, y, sum, group, d);
}

void control_describe_answers(struct lattice_control *c, const struct layer *y)
{
    for (int q = 0; q < control_plan(y)->questions; q++) {
        if (y->lattice.m->form->form->question[q].dimension != FORM_BACKGROUND) /* no table tells of those */
            describe_answers(c, y, q);
    }
}

void control_describe_dimensions(struct lattice_control *c, const struct layer *y)
{
    const struct tally_plan *p = control_plan(y);

    for (int d = 0; d < p->dimensions; d++) {
        for (int k = 0; k < p->dimension[d].questions; k++)
            disclose_sheet_within(c->sheet, lattice_dimension_item(&y->lattice, d),
                                  (size_t)p->dimension[d].question[k]);
    }
}
