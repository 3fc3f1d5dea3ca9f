/* `import targets`: what units want to reach, in one transaction that --dry-run rolls back. */

#include <stdlib.h>
#include <string.h>

#include "collector/cmd_changes.h"
#include "collector/import_csv.h"
#include "collector/import_targets.h"
#include "collector/pinned.h"
#include "core/base/mem.h"

/* The forms of a round that the file names. */
struct known_round {
    char code[ROUND_CODE_BYTES];
    bool there; /* in the store */
    struct pinned forms;
};

/* What the steps share. */
struct import {
    struct store *store;
    const char *name; /* of the file */
    struct import_target *rows;
    size_t count;
    struct known_round *round;
    size_t rounds, round_capacity;
    struct pinned installed; /* forms that rounds to come will have, as they are now */
    struct faults faults;
    struct changes changes;
};

static void import_fini(struct import *im)
{
    store_close(im->store);
    free(im->rows);
    for (size_t i = 0; i < im->rounds; i++)
        pinned_fini(&im->round[i].forms);
    free(im->round);
    pinned_fini(&im->installed);
    faults_fini(&im->faults);
    changes_fini(&im->changes);
}

/* ---- forms ---- */

/* Known rounds are as many as there are months at most. */
static bool find_round(struct import *im, const char *code, const struct known_round **out, struct err *e)
{
    struct known_round *k;
    struct round r;

    for (size_t i = 0; i < im->rounds; i++) {
        if (strcmp(im->round[i].code, code) == 0) {
            *out = &im->round[i];
            return true;
        }
    }
    im->round = mem_room(im->round, im->rounds, &im->round_capacity, sizeof *im->round);
    *out = k = &im->round[im->rounds++];
    pinned_init(&k->forms);
    memcpy(k->code, code, sizeof k->code);
    k->there = store_round_get(im->store, code, &r, e);
    if (k->there)
        return pinned_load(im->store, code, &k->forms, e);
    if (e->kind != ERR_NOT_FOUND)
        return false;
    err_clear(e);
    return true;
}

/* NULL when there is none; false when it can not be read. */
static bool find_installed(struct import *im, const char *id, const struct form **out, struct err *e)
{
    struct form *f = NULL;

    *out = pinned_by_id(&im->installed, id);
    if (*out != NULL)
        return true;
    if (cmd_form_named(id, &f, e)) {
        im->installed.at = mem_grow(im->installed.at, im->installed.count + 1, sizeof(struct form *));
        im->installed.at[im->installed.count++] = f;
        *out = f;
        return true;
    }
    if (e->kind != ERR_NOT_FOUND)
        return false;
    err_clear(e);
    return true;
}

/* The form that the target's round asks with, or would; a line that names none gets a fault. */
static bool find_form(struct import *im, const struct import_target *row, const struct form **out,
                      struct err *e)
{
    const struct target *t = &row->target;
    const struct known_round *round;

    if (!find_round(im, t->round, &round, e))
        return false;
    if (round->there) {
        *out = pinned_by_id(&round->forms, t->form);
        if (*out == NULL) {
            char *ids = pinned_ids(&round->forms);

            faults_add(&im->faults, im->name, row->line, 0, "round %s has no form %s: it has %s", t->round,
                       t->form, ids);
            free(ids);
        }
        return true;
    }
    if (!find_installed(im, t->form, out, e))
        return false;
    if (*out == NULL)
        faults_add(&im->faults, im->name, row->line, 0, "there is no form %s", t->form);
    return true;
}

/* ---- rows ---- */

static char *describe(const char *what, const struct import_target *row)
{
    const struct target *t = &row->target;
    const char *item = *t->question != '\0' ? t->question : t->dimension;

    if (row->remove)
        return mem_printf("%s %s %s %s %s", what, t->unit_code, t->form, item, t->round);
    return mem_printf("%s %s %s %s %s: %s %s %g", what, t->unit_code, t->form, item, t->round,
                      target_measure_word(t->measure), target_direction_word(t->direction), t->value);
}

/* A fault of the line when the store does not have what it names. */
static bool told(struct import *im, int line, const char *what_to_do, struct err *e)
{
    if (e->kind != ERR_NOT_FOUND)
        return false;
    faults_add(&im->faults, im->name, line, 0, "%s: %s", e->text, what_to_do);
    err_clear(e);
    return true;
}

static bool remove_row(struct import *im, const struct import_target *row, struct err *e)
{
    if (!store_target_remove(im->store, &row->target, e))
        return told(im, row->line, "there is nothing to remove", e);
    im->changes.removed++;
    changes_add(&im->changes, describe("removed", row));
    return true;
}

static const char IMPORT_UNITS[] = "import it first, with import units";

/* What the store knows of a line that has a fault already. */
static bool check_row(struct import *im, const struct import_target *row, struct err *e)
{
    struct unit u;

    return *row->target.unit_code == '\0' || store_unit_get(im->store, row->target.unit_code, &u, e) ||
           told(im, row->line, IMPORT_UNITS, e);
}

static bool put_row(struct import *im, const struct import_target *row, struct err *e)
{
    enum store_change change = STORE_SAME;
    const struct form *f = NULL;
    struct err wrong = ERR_INIT;

    if (!row->whole)
        return check_row(im, row, e);
    if (row->remove)
        return remove_row(im, row, e);
    if (!find_form(im, row, &f, e))
        return false;
    if (f != NULL && !target_fits(&row->target, f, &wrong))
        faults_add(&im->faults, im->name, row->line, 0, "%s", wrong.text);
    if (!store_target_put(im->store, &row->target, &change, e))
        return told(im, row->line, IMPORT_UNITS, e);
    im->changes.count[change]++;
    if (change != STORE_SAME)
        changes_add(&im->changes, describe(change == STORE_ADDED ? "added" : "changed", row));
    return true;
}

static bool put_all(struct import *im, struct err *e)
{
    if (!store_begin(im->store, e))
        return false;
    for (size_t i = 0; i < im->count; i++) {
        if (!put_row(im, &im->rows[i], e))
            goto fail;
    }
    if (!import_csv_verdict(im->name, &im->faults, e))
        goto fail;
    return true;
fail:
    store_rollback(im->store);
    return false;
}

bool cmd_import_targets(const struct args *a, struct err *e)
{
    const char *path = args_operand(a, 0);
    struct import im = {.name = import_csv_name(path)};
    bool ok = false;

    faults_init(&im.faults);
    changes_init(&im.changes);
    pinned_init(&im.installed);
    if (!changes_read(import_targets_file(path, &im.rows, &im.count, &im.faults, e), &im.faults, e) ||
        !cmd_store_open(a, STORE_WRITE, &im.store, e) || !put_all(&im, e) ||
        !changes_finish(a, im.store, e)) {
        changes_refuse(&im.faults);
        goto out;
    }
    changes_print(&im.changes, a, im.name, "targets");
    ok = true;
out:
    import_fini(&im);
    return ok;
}
