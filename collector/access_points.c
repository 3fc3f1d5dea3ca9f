#include "collector/access_points.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/secret.h"

/* What is needed while links are added. */
struct fill {
    struct store *store;
    const char *round;
    const struct pinned *forms;
    struct access *have; /* sorted by compare */
    size_t have_count;
    bool *wanted;   /* of each of `have` */
    bool *unit_has; /* per form: the present unit has a class that it fits */
    struct access_points_report *report;
};

static int compare(const void *pa, const void *pb)
{
    const struct access *a = pa;
    const struct access *b = pb;
    int c = strcmp(a->unit_code, b->unit_code);

    if (c == 0)
        c = (a->group_id > b->group_id) - (a->group_id < b->group_id);
    return c != 0 ? c : memcmp(a->form_hash, b->form_hash, FORM_HASH_BYTES);
}

bool access_points_form(const struct pinned *forms, const struct group *g, enum form_audience audience,
                        const struct form **out, struct err *e)
{
    *out = NULL;
    for (size_t i = 0; i < forms->count; i++) {
        const struct form *f = forms->at[i];

        if (f->audience != audience || !form_fits(f, g->school_form, g->grade))
            continue;
        if (*out != NULL)
            return err_set(
                e, ERR_CONFLICT,
                "class %s of unit %s fits both %s and %s: a round can have only one of them (choose "
                "with --form)",
                g->name, g->unit_code, (*out)->id, f->id);
        *out = f;
    }
    return true;
}

/* Adds one link unless it is there; a code that is taken is drawn again. */
static bool add(struct fill *f, const char *unit_code, int64_t group_id, const struct form *form,
                size_t *added, struct err *e)
{
    struct access a = {.group_id = group_id};
    const struct access *have = NULL;

    memcpy(a.round, f->round, sizeof a.round);
    memcpy(a.unit_code, unit_code, strlen(unit_code) + 1);
    memcpy(a.form_hash, form->hash, FORM_HASH_BYTES);
    if (f->have_count > 0)
        have = bsearch(&a, f->have, f->have_count, sizeof a, compare);
    if (have != NULL) {
        f->wanted[have - f->have] = true;
        return true;
    }
    for (int i = 0; i < 20; i++) {
        access_code_make(a.code, secret_uniform);
        if (store_access_add(f->store, &a, e)) {
            ++*added;
            return true;
        }
        if (e->kind != ERR_CONFLICT)
            return false;
    }
    return false;
}

static bool add_group(struct fill *f, const struct group *g, struct err *e)
{
    bool any = false;

    for (int audience = AUDIENCE_PUPIL; audience <= AUDIENCE_LEADER; audience++) {
        const struct form *form = NULL;

        if (!access_points_form(f->forms, g, (enum form_audience)audience, &form, e))
            return false;
        if (form == NULL)
            continue;
        any = true;
        for (size_t i = 0; i < f->forms->count; i++)
            f->unit_has[i] = f->unit_has[i] || f->forms->at[i] == form;
        if (!add(f, g->unit_code, g->id, form, &f->report->groups, e))
            return false;
    }
    if (!any && f->report->without_form++ == 0)
        f->report->first_without = *g;
    return true;
}

static bool add_unit(struct fill *f, const char *unit_code, struct err *e)
{
    for (size_t i = 0; i < f->forms->count; i++) {
        if (f->unit_has[i] && !add(f, unit_code, 0, f->forms->at[i], &f->report->units, e))
            return false;
        f->unit_has[i] = false;
    }
    return true;
}

static bool remove_unwanted(struct fill *f, struct err *e)
{
    for (size_t i = 0; i < f->have_count; i++) {
        if (f->wanted[i])
            continue;
        if (!store_access_remove(f->store, f->have[i].code, e))
            return false;
        f->report->removed++;
    }
    return true;
}

bool access_points_fill(struct store *s, const struct round *round, const struct pinned *forms,
                        struct access_points_report *report, struct err *e)
{
    struct fill f = {.store = s, .round = round->code, .forms = forms, .report = report};
    struct group *groups = NULL;
    size_t count = 0;
    bool ok = false;

    *report = (struct access_points_report){.units = 0};
    if (!store_group_list(s, NULL, round_school_year(round->code), &groups, &count, e) ||
        !store_access_list(s, round->code, &f.have, &f.have_count, e))
        goto out;
    if (f.have_count > 0)
        qsort(f.have, f.have_count, sizeof *f.have, compare);
    f.wanted = mem_alloc(f.have_count, sizeof *f.wanted);
    f.unit_has = mem_alloc(forms->count, sizeof *f.unit_has);
    for (size_t i = 0; i < count; i++) { /* the list is by unit */
        if (!add_group(&f, &groups[i], e))
            goto out;
        if ((i + 1 == count || strcmp(groups[i].unit_code, groups[i + 1].unit_code) != 0) &&
            !add_unit(&f, groups[i].unit_code, e))
            goto out;
    }
    ok = round->state != ROUND_PLANNED || remove_unwanted(&f, e);
out:
    free(f.wanted);
    free(f.unit_has);
    free(f.have);
    free(groups);
    return ok;
}
