/* `access list`: the links of a round. */

#include <stdlib.h>
#include <string.h>

#include "collector/cmd.h"
#include "collector/cmd_table.h"
#include "collector/link.h"
#include "collector/pinned.h"

const struct opt cmd_access_list_options[] = {
    {.name = "round", .value = "ROUND", .required = true, .help = "the round, as 2026-10"},
    {.name = "unit", .value = "CODE", .help = "this unit's links only"},
    {.name = "shared", .help = "the links for tablets that children pass on"},
    TABLE_FORMAT,
    TABLE_EXCEL,
    CMD_PUBLIC_URL,
    {.name = NULL},
};

struct listing {
    struct pinned forms;
    struct group *groups; /* of the school year, by id */
    size_t group_count;
    struct access *links;
    size_t link_count;
    char *url;
    struct table table;
};

static int by_id(const void *pa, const void *pb)
{
    const struct group *a = pa;
    const struct group *b = pb;

    return (a->id > b->id) - (a->id < b->id);
}

/* "" for a unit's own link. */
static const char *group_name(const struct listing *l, int64_t id)
{
    const struct group key = {.id = id};
    const struct group *found = NULL;

    if (l->group_count > 0)
        found = bsearch(&key, l->groups, l->group_count, sizeof key, by_id);
    return found == NULL ? "" : found->name;
}

static void add_links(struct listing *l, const char *unit, bool shared)
{
    for (size_t i = 0; i < l->link_count; i++) {
        const struct access *a = &l->links[i];
        const struct form *f = pinned_by_hash(&l->forms, a->form_hash);
        char *link;

        if (unit != NULL && strcmp(a->unit_code, unit) != 0)
            continue;
        link = shared ? link_shared(l->url, a->code) : link_make(l->url, a->code);
        table_text(&l->table, a->unit_code);
        table_text(&l->table, group_name(l, a->group_id));
        table_text(&l->table, f == NULL ? "" : f->id);
        table_text(&l->table, link);
        free(link);
    }
}

static bool load(const struct args *a, struct listing *l, struct store *s, struct err *e)
{
    const char *code = args_text(a, "round");
    const char *unit = args_text(a, "unit");
    struct round r;
    struct unit u;

    if (unit != NULL && !store_unit_get(s, unit, &u, e))
        return e->kind == ERR_NOT_FOUND ? err_set(e, ERR_NOT_FOUND, "there is no unit %.60s", unit) : false;
    return cmd_round_get(s, code, &r, e) && cmd_public_url(a, s, &l->url, e) &&
           pinned_load(s, code, &l->forms, e) &&
           store_group_list(s, NULL, round_school_year(code), &l->groups, &l->group_count, e) &&
           store_access_list(s, code, &l->links, &l->link_count, e);
}

bool cmd_access_list(const struct args *a, struct err *e)
{
    static const char *const columns[] = {"unit_code", "group", "form", "url"};
    struct listing l = {.url = NULL};
    struct store *s = NULL;
    bool ok = false;

    pinned_init(&l.forms);
    table_init(&l.table, columns, sizeof columns / sizeof *columns);
    if (cmd_store_open(a, STORE_READ, &s, e) && load(a, &l, s, e)) {
        if (l.group_count > 0)
            qsort(l.groups, l.group_count, sizeof *l.groups, by_id);
        add_links(&l, args_text(a, "unit"), args_flag(a, "shared"));
        table_print(&l.table, a);
        ok = true;
    }
    store_close(s);
    table_fini(&l.table);
    pinned_fini(&l.forms);
    free(l.groups);
    free(l.links);
    free(l.url);
    return ok;
}
