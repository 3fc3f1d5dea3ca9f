#include "collector/cmd_place.h"

#include <stdlib.h>
#include <string.h>

void place_init(struct place *p)
{
    *p = (struct place){.url = NULL};
    pinned_init(&p->forms);
}

void place_fini(struct place *p)
{
    free(p->links);
    pinned_fini(&p->forms);
    free(p->organisation);
    free(p->url);
}

static bool find_unit(const struct args *a, struct store *s, struct place *p, struct err *e)
{
    const char *code = args_text(a, "unit");

    if (store_unit_get(s, code, &p->unit, e))
        return true;
    return e->kind == ERR_NOT_FOUND ? err_set(e, ERR_NOT_FOUND, "there is no unit %.60s", code) : false;
}

static bool find_group(const struct args *a, struct store *s, struct place *p, struct err *e)
{
    const char *name = args_text(a, "group");
    int year = round_school_year(p->round.code);
    char years[SCHOOL_YEAR_BYTES];

    if (name == NULL)
        return true;
    if (store_group_find(s, p->unit.code, year, name, &p->group, e))
        return true;
    school_year_format(year, years);
    return e->kind == ERR_NOT_FOUND
               ? err_set(e, ERR_NOT_FOUND, "%s has no class %.60s in %s: see 'tld-collector access list'",
                         p->unit.name, name, years)
               : false;
}

/* Keeps of the round's links those that are asked for. */
static bool find_links(const struct args *a, struct store *s, struct place *p, struct err *e)
{
    const char *id = args_text(a, "form");
    const struct form *form = id == NULL ? NULL : pinned_by_id(&p->forms, id);
    size_t kept = 0;

    if (id != NULL && form == NULL)
        return err_set(e, ERR_NOT_FOUND, "round %s has no form %.60s", p->round.code, id);
    if (!store_access_list(s, p->round.code, &p->links, &p->link_count, e))
        return false;
    for (size_t i = 0; i < p->link_count; i++) {
        const struct access *l = &p->links[i];
        if (strcmp(l->unit_code, p->unit.code) == 0 && l->group_id == p->group.id &&
            (form == NULL || memcmp(l->form_hash, form->hash, FORM_HASH_BYTES) == 0))
            p->links[kept++] = *l;
    }
    p->link_count = kept;
    return kept > 0 ||
           err_set(e, ERR_NOT_FOUND, "%s has no such link in round %s: see 'tld-collector access list'",
                   p->unit.name, p->round.code);
}

bool place_load(const struct args *a, struct store *s, struct place *p, struct err *e)
{
    return cmd_round_get(s, args_text(a, "round"), &p->round, e) && cmd_public_url(a, s, &p->url, e) &&
           store_organisation(s, &p->organisation, e) && find_unit(a, s, p, e) &&
           pinned_load(s, p->round.code, &p->forms, e) && find_group(a, s, p, e) && find_links(a, s, p, e);
}
