#include "collector/paper_plan.h"

int paper_plan_page(const struct paper_plan *p, int first)
{
    double y = 0;
    int i = first;

    while (i < p->blocks && (i == first || y + p->block[i] <= p->fill))
        y += p->block[i++] + p->gap;
    return i - first;
}

int paper_plan_pages(const struct paper_plan *p)
{
    int pages = 0;

    for (int i = 0; i < p->blocks; pages++)
        i += paper_plan_page(p, i);
    return pages;
}

/* Everywhere alike, so the fullest page decides. */
static double spread_of(const struct paper_plan *p)
{
    const double most = 1.8;
    double spread = p->gap * most;

    for (int i = 0, n; i < p->blocks; i += n) {
        double left = p->room;

        n = paper_plan_page(p, i);
        for (int k = i; k < i + n; k++)
            left -= p->block[k];
        if (n > 1 && left < spread * (n - 1))
            spread = left / (n - 1);
    }
    return spread > p->gap ? spread : p->gap;
}

void paper_plan_balance(struct paper_plan *p)
{
    const double step = 1;
    int pages = paper_plan_pages(p);

    while (p->fill > step && paper_plan_pages(p) == pages)
        p->fill -= step;
    while (paper_plan_pages(p) > pages)
        p->fill += step;
    p->spread = spread_of(p);
}
