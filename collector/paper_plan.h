#ifndef TLD_COLLECTOR_PAPER_PLAN_H
#define TLD_COLLECTOR_PAPER_PLAN_H

/* Which blocks of a paper form stand on which page, so that there are few pages and all are about equally
 * full. Lengths are in mm. */

#include "core/domain/form.h"

enum { PAPER_BLOCKS_MAX = FORM_QUESTIONS_MAX + 1 };

struct paper_plan {
    double block[PAPER_BLOCKS_MAX]; /* how high each is */
    int blocks;
    double gap;    /* between two at least */
    double room;   /* on a page */
    double fill;   /* how much of it is filled; `room` until paper_plan_balance */
    double spread; /* between two, so that pages are full; `gap` until then */
};

/* How many blocks, from `first` on, go on one page: at least one, which may be higher than a page. */
int paper_plan_page(const struct paper_plan *p, int first);

int paper_plan_pages(const struct paper_plan *p);

/* Sets `fill` and `spread`; the number of pages stays. */
void paper_plan_balance(struct paper_plan *p);

#endif
