/* `import units` and `import groups`: one transaction each, which --dry-run rolls back. */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/access_points.h"
#include "collector/cmd_changes.h"
#include "collector/import_csv.h"
#include "collector/import_units.h"
#include "core/base/mem.h"

const struct opt cmd_import_options[] = {
    {.name = "dry-run", .help = "show what would change, and change nothing"},
    {.name = NULL},
};

/* ---- units -----------------------------------------------------------------------------------------------
 */

static char *school_forms_text(unsigned bits)
{
    struct buf b = BUF_INIT;

    for (unsigned f = 0; f < SCHOOL_FORM_COUNT; f++) {
        if ((bits & (1u << f)) != 0)
            buf_addf(&b, "%s%s", b.bytes == 0 ? "" : " ", school_form_word((enum school_form)f));
    }
    return buf_take(&b);
}

static char *unit_difference(const struct unit *was, const struct unit *is)
{
    struct buf b = BUF_INIT;
    char *forms_was = school_forms_text(was->school_forms);
    char *forms_is = school_forms_text(is->school_forms);

    buf_addf(&b, "changed %s", is->code);
    changes_difference(&b, "name", was->name, is->name);
    changes_difference(&b, "area", was->area, is->area);
    changes_difference(&b, "school forms", forms_was, forms_is);
    free(forms_was);
    free(forms_is);
    return buf_take(&b);
}

/* As store_unit_get, but a unit that is not there is no error. */
static bool find_unit(struct store *s, const char *code, struct unit *out, bool *found, struct err *e)
{
    *found = store_unit_get(s, code, out, e);
    if (*found || e->kind != ERR_NOT_FOUND)
        return *found;
    err_clear(e);
    return true;
}

static bool put_unit(struct store *s, const struct unit *u, struct changes *c, struct err *e)
{
    struct unit was;
    bool found = false;
    enum store_change change = STORE_SAME;

    if (!find_unit(s, u->code, &was, &found, e) || !store_unit_put(s, u, &change, e))
        return false;
    c->count[change]++;
    if (change == STORE_ADDED)
        changes_add(c, mem_printf("added %s %s", u->code, u->name));
    else if (change == STORE_CHANGED && found)
        changes_add(c, unit_difference(&was, u));
    return true;
}

static bool put_units(struct store *s, const struct import_unit *units, size_t count, struct changes *c,
                      struct err *e)
{
    if (!store_begin(s, e))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!put_unit(s, &units[i].unit, c, e)) {
            store_rollback(s);
            return false;
        }
    }
    return true;
}

bool cmd_import_units(const struct args *a, struct err *e)
{
    const char *path = args_operand(a, 0);
    struct import_unit *units = NULL;
    struct store *s = NULL;
    struct changes c;
    struct faults faults;
    size_t count = 0;
    bool ok = false;

    faults_init(&faults);
    changes_init(&c);
    if (!import_units_file(path, &units, &count, &faults, e)) {
        changes_refuse(&faults);
        goto out;
    }
    if (!cmd_store_open(a, STORE_WRITE, &s, e) || !put_units(s, units, count, &c, e) ||
        !changes_finish(a, s, e))
        goto out;
    changes_print(&c, a, import_csv_name(path), "units");
    ok = true;
out:
    store_close(s);
    free(units);
    changes_fini(&c);
    faults_fini(&faults);
    return ok;
}

/* ---- groups ----------------------------------------------------------------------------------------------
 */

/* What put_groups and its helpers share. */
struct group_import {
    struct store *store;
    const char *name; /* of the file */
    struct faults faults;
    struct changes changes;
    struct round *rounds; /* all */
    size_t round_count;
    bool year_changed[SCHOOL_YEAR_MAX - SCHOOL_YEAR_MIN + 1]; /* a class of that year is not as before */
};

static bool find_group(struct store *s, const struct group *g, struct group *out, bool *found, struct err *e)
{
    *found = store_group_find(s, g->unit_code, g->school_year, g->name, out, e);
    if (*found || e->kind != ERR_NOT_FOUND)
        return *found;
    err_clear(e);
    return true;
}

/* The unit must be there and have the class's school form. */
static bool check_unit(struct group_import *im, const struct import_group *g, struct err *e)
{
    struct unit u;
    bool found = false;

    if (!find_unit(im->store, g->group.unit_code, &u, &found, e))
        return false;
    if (!found) {
        faults_add(&im->faults, im->name, g->line, 0,
                   "there is no unit %s: import it first, with import units", g->group.unit_code);
    } else if (g->has_form && (u.school_forms & (1u << g->group.school_form)) == 0) {
        char *has = school_forms_text(u.school_forms);

        faults_add(&im->faults, im->name, g->line, 0, "unit %s has no %s but %s: correct this or the unit",
                   u.code, school_form_word(g->group.school_form), has);
        free(has);
    }
    return true;
}

/* A class whose answers are coming in can not become another kind of class. */
static void check_kind(struct group_import *im, const struct import_group *g, const struct group *was)
{
    if (was->school_form == g->group.school_form && was->grade == g->group.grade)
        return;
    for (size_t i = 0; i < im->round_count; i++) {
        if ((im->rounds[i].state == ROUND_OPEN || im->rounds[i].state == ROUND_CLOSED) &&
            round_school_year(im->rounds[i].code) == was->school_year)
            faults_add(&im->faults, im->name, g->line, 0,
                       "class %s of unit %s already has links in round %s: its school form and grade can not "
                       "change until that round is sealed",
                       was->name, was->unit_code, im->rounds[i].code);
    }
}

static char *group_difference(const struct group *was, const struct group *is)
{
    struct buf b = BUF_INIT;
    char year[SCHOOL_YEAR_BYTES];

    school_year_format(is->school_year, year);
    buf_addf(&b, "changed %s %s %s", is->unit_code, year, is->name);
    changes_difference(&b, "school form", school_form_word(was->school_form),
                       school_form_word(is->school_form));
    if (was->grade != is->grade)
        buf_addf(&b, "; grade %d → %d", was->grade, is->grade);
    if (was->enrolled != is->enrolled)
        buf_addf(&b, "; enrolled %d → %d", was->enrolled, is->enrolled);
    return buf_take(&b);
}

static bool put_group(struct group_import *im, const struct import_group *g, struct err *e)
{
    struct group was;
    bool found = false;
    enum store_change change = STORE_SAME;
    char year[SCHOOL_YEAR_BYTES];

    if (!check_unit(im, g, e))
        return false;
    if (!g->whole)
        return true;
    if (!find_group(im->store, &g->group, &was, &found, e))
        return false;
    if (found)
        check_kind(im, g, &was);
    if (faults_any(&im->faults))
        return true; /* nothing will be kept, but the other lines are looked at */
    if (!store_group_put(im->store, &g->group, &change, e))
        return false;
    im->changes.count[change]++;
    school_year_format(g->group.school_year, year);
    if (change == STORE_ADDED)
        changes_add(&im->changes, mem_printf("added %s %s %s, %d pupils", g->group.unit_code, year,
                                             g->group.name, g->group.enrolled));
    else if (change == STORE_CHANGED && found)
        changes_add(&im->changes, group_difference(&was, &g->group));
    if (change == STORE_CHANGED)
        im->year_changed[g->group.school_year - SCHOOL_YEAR_MIN] = true;
    return true;
}

/* Who corrects a class should know where the correction does not reach. */
static void note_sealed(const struct group_import *im)
{
    for (size_t i = 0; i < im->round_count; i++) {
        const struct round *r = &im->rounds[i];

        if (r->state == ROUND_SEALED && im->year_changed[round_school_year(r->code) - SCHOOL_YEAR_MIN])
            cmd_note("round %s is sealed and keeps the classes as they were then", r->code);
    }
}

/* Whether the file has a class of the round's school year, and the round may still take answers. */
static bool concerns(const struct import_group *groups, size_t count, const struct round *round)
{
    int school_year = round_school_year(round->code);

    if (round_state_at(round, cmd_now_s()) >= ROUND_CLOSED)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (groups[i].group.school_year == school_year)
            return true;
    }
    return false;
}

static bool fill_round(struct group_import *im, const struct round *round, struct err *e)
{
    struct access_points_report report;
    struct pinned forms;
    bool ok;

    pinned_init(&forms);
    ok = pinned_load(im->store, round->code, &forms, e) &&
         access_points_fill(im->store, round, &forms, &report, e);
    if (ok && report.units + report.groups + report.removed > 0)
        buf_addf(&im->changes.links,
                 "round %s: %zu links to units and %zu to classes added, %zu taken away\n", round->code,
                 report.units, report.groups, report.removed);
    if (ok && report.without_form > 0)
        cmd_note("round %s has no form for %zu class%s, such as %s of unit %s", round->code,
                 report.without_form, report.without_form == 1 ? "" : "es", report.first_without.name,
                 report.first_without.unit_code);
    pinned_fini(&forms);
    return ok;
}

static bool put_groups(struct group_import *im, const struct import_group *groups, size_t count,
                       struct err *e)
{
    if (!store_begin(im->store, e))
        return false;
    if (!store_round_list(im->store, &im->rounds, &im->round_count, e))
        goto fail;
    for (size_t i = 0; i < count; i++) {
        if (!put_group(im, &groups[i], e))
            goto fail;
    }
    if (!import_csv_verdict(im->name, &im->faults, e))
        goto fail;
    for (size_t i = 0; i < im->round_count; i++) {
        if (concerns(groups, count, &im->rounds[i]) && !fill_round(im, &im->rounds[i], e))
            goto fail;
    }
    return true;
fail:
    store_rollback(im->store);
    return false;
}

bool cmd_import_groups(const struct args *a, struct err *e)
{
    const char *path = args_operand(a, 0);
    struct import_group *groups = NULL;
    struct group_import im = {.name = import_csv_name(path)};
    size_t count = 0;
    bool ok = false;

    faults_init(&im.faults);
    changes_init(&im.changes);
    if (!changes_read(import_groups_file(path, &groups, &count, &im.faults, e), &im.faults, e) ||
        !cmd_store_open(a, STORE_WRITE, &im.store, e) || !put_groups(&im, groups, count, e) ||
        !changes_finish(a, im.store, e)) {
        changes_refuse(&im.faults);
        goto out;
    }
    changes_print(&im.changes, a, im.name, "classes");
    note_sealed(&im);
    ok = true;
out:
    store_close(im.store);
    free(groups);
    free(im.rounds);
    changes_fini(&im.changes);
    faults_fini(&im.faults);
    return ok;
}
