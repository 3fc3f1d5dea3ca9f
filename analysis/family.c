#include "analysis/family.h"

#include <stdlib.h>

#include "analysis/stat_adjust.h"
#include "core/base/mem.h"

void family_add(struct family *f, struct stat_value p, struct stat_value *to)
{
    f->p = mem_room(f->p, f->count, &f->p_capacity, sizeof *f->p);
    f->to = mem_room(f->to, f->count, &f->to_capacity, sizeof(struct stat_value *));
    f->p[f->count] = p;
    f->to[f->count++] = to;
}

void family_adjust(struct family *f)
{
    struct stat_value *adjusted = mem_alloc(f->count, sizeof *adjusted);

    if (f->count > 0)
        stat_adjust(STAT_ADJUST_BH, f->p, f->count, adjusted);
    for (size_t i = 0; i < f->count; i++)
        *f->to[i] = adjusted[i];
    free(adjusted);
    f->count = 0;
}

void family_fini(struct family *f)
{
    free(f->p);
    free(f->to);
}
