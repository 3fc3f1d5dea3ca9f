/* `round add`: a round, its forms pinned, its links made. */

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/access_points.h"
#include "collector/cmd.h"
#include "collector/pinned.h"
#include "core/base/data_dir.h"
#include "core/base/day.h"
#include "core/base/mem.h"

const struct opt cmd_round_add_options[] = {
    {.name = "opens",
     .value = "TIME",
     .help = "Swedish time, as '2026-10-01 06:00'; default the 1st at 06:00"},
    {.name = "closes", .value = "TIME", .help = "default the month's last day at 20:00"},
    {.name = "form",
     .value = "ID",
     .repeatable = true,
     .help = "a form's id or file, and the round has no others; default those for pupils that fit the year's "
             "classes"},
    {.name = NULL},
};

/* The round in the making; the forms are parsed from files until they are pinned. */
struct plan {
    struct store *store;
    struct round round;
    struct pinned forms;
    struct group *groups; /* of its school year */
    size_t group_count;
};

static bool set_times(struct plan *p, const struct args *a, struct err *e)
{
    const char *opens = args_text(a, "opens");
    const char *closes = args_text(a, "closes");

    round_default_times(p->round.code, &p->round.opens_s, &p->round.closes_s);
    if (opens != NULL && !day_parse(opens, &p->round.opens_s, e))
        return err_prefix(e, "--opens");
    if (closes != NULL && !day_parse(closes, &p->round.closes_s, e))
        return err_prefix(e, "--closes");
    if (p->round.closes_s <= p->round.opens_s)
        return err_set(e, ERR_INPUT, "the round would close before it opens: see --opens and --closes");
    return true;
}

/* ---- forms -----------------------------------------------------------------------------------------------
 */

static bool add_form(struct plan *p, struct form *f, struct err *e)
{
    if (pinned_by_id(&p->forms, f->id) != NULL) {
        err_set(e, ERR_INPUT, "form %s is named twice", f->id);
        form_free(f);
        return false;
    }
    p->forms.at = mem_grow(p->forms.at, p->forms.count + 1, sizeof(struct form *));
    p->forms.at[p->forms.count++] = f;
    return true;
}

static bool named_forms(struct plan *p, const struct args *a, struct err *e)
{
    const char *word;

    for (size_t i = 0; (word = args_each(a, "form", i)) != NULL; i++) {
        struct form *f = NULL;

        if (!cmd_form_named(word, &f, e) || !add_form(p, f, e))
            return false;
    }
    return true;
}

static bool is_wanted(const struct plan *p, const struct form *f)
{
    if (f->audience != AUDIENCE_PUPIL)
        return false;
    for (size_t i = 0; i < p->group_count; i++) {
        if (form_fits(f, p->groups[i].school_form, p->groups[i].grade))
            return true;
    }
    return false;
}

static int is_form_file(const struct dirent *d)
{
    size_t bytes = strlen(d->d_name);

    return bytes > 5 && d->d_name[0] != '.' && strcmp(d->d_name + bytes - 5, ".yaml") == 0;
}

/* Every installed form for pupils that fits a class of the year. */
static bool fitting_forms(struct plan *p, struct err *e)
{
    char *dir = data_path("forms");
    struct dirent **names = NULL;
    int count = scandir(dir, &names, is_form_file, alphasort);
    bool ok = count >= 0 || err_set_errno(e, errno, "can not read the forms in %s", dir);

    for (int i = 0; i < count; i++) {
        char *path = mem_printf("%s/%s", dir, names[i]->d_name);
        struct form *f = NULL;

        ok = ok && cmd_form_load(path, &f, e);
        if (ok && is_wanted(p, f))
            ok = add_form(p, f, e);
        else
            form_free(f);
        free(path);
        free(names[i]);
    }
    free(names);
    free(dir);
    return ok;
}

static bool choose_forms(struct plan *p, const struct args *a, struct err *e)
{
    char year[SCHOOL_YEAR_BYTES];

    if (args_given(a, "form"))
        return named_forms(p, a, e);
    school_year_format(round_school_year(p->round.code), year);
    if (p->group_count == 0)
        return err_set(
            e, ERR_STATE,
            "there are no classes for %s: import them first, with import groups, or name the forms "
            "with --form",
            year);
    if (!fitting_forms(p, e))
        return false;
    if (p->forms.count == 0)
        return err_set(e, ERR_NOT_FOUND, "no form fits any class of %s: name one with --form", year);
    return true;
}

/* ---- result ----------------------------------------------------------------------------------------------
 */

static void print_result(const struct plan *p, const struct access_points_report *r)
{
    char opens[DAY_BYTES];
    char closes[DAY_BYTES];
    char *ids = pinned_ids(&p->forms);

    day_format(p->round.opens_s, opens);
    day_format(p->round.closes_s, closes);
    printf("round %s: opens %s, closes %s\n", p->round.code, opens, closes);
    printf("forms: %s\n", ids);
    printf("links: %zu to units, %zu to classes\n", r->units, r->groups);
    free(ids);
    if (r->without_form > 0)
        cmd_note("no form fits %zu class%s, such as %s of unit %s", r->without_form,
                 r->without_form == 1 ? "" : "es", r->first_without.name, r->first_without.unit_code);
    if (p->round.closes_s <= cmd_now_s())
        cmd_note("this round's time is past: its answers can come in with import responses");
}

static bool add_round(struct plan *p, struct access_points_report *report, struct err *e)
{
    const struct form *const *forms = (const struct form *const *)p->forms.at;

    return store_begin(p->store, e) && store_round_add(p->store, &p->round, forms, p->forms.count, e) &&
           access_points_fill(p->store, &p->round, &p->forms, report, e) && store_commit(p->store, e);
}

bool cmd_round_add(const struct args *a, struct err *e)
{
    const char *code = args_operand(a, 0);
    struct plan p = {.store = NULL};
    struct access_points_report report;
    bool ok = false;

    pinned_init(&p.forms);
    if (!round_code_check(code, e))
        goto out;
    memcpy(p.round.code, code, sizeof p.round.code);
    if (!set_times(&p, a, e) || !cmd_store_open(a, STORE_WRITE, &p.store, e) ||
        !store_group_list(p.store, NULL, round_school_year(code), &p.groups, &p.group_count, e) ||
        !choose_forms(&p, a, e) || !add_round(&p, &report, e))
        goto out;
    print_result(&p, &report);
    ok = true;
out:
    store_close(p.store);
    pinned_fini(&p.forms);
    free(p.groups);
    return ok;
}
