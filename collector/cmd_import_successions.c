/* `import successions`: which unit carries on which, in one transaction that --dry-run rolls back. */

#include <stdlib.h>
#include <string.h>

#include "collector/cmd_changes.h"
#include "collector/import_csv.h"
#include "collector/import_successions.h"
#include "core/base/mem.h"

/* What the steps share. */
struct import {
    struct store *store;
    const char *name; /* of the file */
    struct import_succession *rows;
    size_t count;
    struct unit *units; /* by code */
    size_t unit_count;
    struct faults faults;
    struct changes changes;
};

static int unit_by_code(const void *key, const void *item)
{
    return strcmp(key, ((const struct unit *)item)->code);
}

/* SIZE_MAX when there is none. */
static size_t unit_number(const struct import *im, const char *code)
{
    const struct unit *u =
        im->unit_count == 0 ? NULL : bsearch(code, im->units, im->unit_count, sizeof *u, unit_by_code);

    return u == NULL ? SIZE_MAX : (size_t)(u - im->units);
}

static bool check_unit(struct import *im, int line, const char *code)
{
    if (*code == '\0' || unit_number(im, code) != SIZE_MAX) /* what is no code is told already */
        return true;
    faults_add(&im->faults, im->name, line, 0, "there is no unit %s: import it first, with import units",
               code);
    return false;
}

/* ---- loops ---- */

static int by_pair(const void *a, const void *b)
{
    const struct succession *x = a, *y = b;
    const int c = strcmp(x->predecessor, y->predecessor);

    return c != 0 ? c : strcmp(x->successor, y->successor);
}

/* The rows of the file that would make a unit carry on itself. list: as all would be afterwards, by pair. */
static void tell_loops(struct import *im, const struct succession *list, const bool *looped, size_t count)
{
    for (size_t i = 0; i < im->count && count > 0; i++) {
        const struct succession *s = &im->rows[i].succession,
                                *at = bsearch(s, list, count, sizeof *list, by_pair);

        if (at != NULL && looped[at - list])
            faults_add(&im->faults, im->name, im->rows[i].line, 0,
                       "unit %s would carry on itself, by way of unit %s: one of the successions between "
                       "them is wrong",
                       s->predecessor, s->successor);
    }
}

static bool check_loops(struct import *im, struct err *e)
{
    struct succession *list = NULL;
    struct succession_link *link = NULL;
    bool *looped = NULL;
    size_t count = 0;

    if (!store_succession_list(im->store, &list, &count, e))
        return false;
    link = mem_alloc(count, sizeof *link);
    looped = mem_alloc(count, sizeof *looped);
    for (size_t i = 0; i < count; i++)
        link[i] = (struct succession_link){.predecessor = unit_number(im, list[i].predecessor),
                                           .successor = unit_number(im, list[i].successor)};
    if (succession_loops(link, count, im->unit_count, looped))
        tell_loops(im, list, looped, count);
    free(list);
    free(link);
    free(looped);
    return true;
}

/* ---- rows ---- */

/* As store_succession_remove, but a succession that is not there is a fault of the line. */
static bool remove_row(struct import *im, const struct import_succession *row, struct err *e)
{
    const struct succession *s = &row->succession;

    if (!store_succession_remove(im->store, s->predecessor, s->successor, e)) {
        if (e->kind != ERR_NOT_FOUND)
            return false;
        faults_add(&im->faults, im->name, row->line, 0, "%s: there is nothing to remove", e->text);
        err_clear(e);
        return true;
    }
    im->changes.removed++;
    changes_add(&im->changes, mem_printf("removed %s → %s", s->predecessor, s->successor));
    return true;
}

static bool put_row(struct import *im, const struct import_succession *row, struct err *e)
{
    const struct succession *s = &row->succession;
    enum store_change change = STORE_SAME;

    if (*s->from == '\0')
        return remove_row(im, row, e);
    if (!store_succession_put(im->store, s, &change, e))
        return false;
    im->changes.count[change]++;
    if (change != STORE_SAME)
        changes_add(&im->changes,
                    mem_printf("%s %s → %s from %s", change == STORE_ADDED ? "added" : "changed",
                               s->predecessor, s->successor, s->from));
    return true;
}

static bool put_all(struct import *im, struct err *e)
{
    if (!store_begin(im->store, e))
        return false;
    if (!store_unit_list(im->store, &im->units, &im->unit_count, e))
        goto fail;
    for (size_t i = 0; i < im->count; i++) {
        const struct succession *s = &im->rows[i].succession;
        bool known = check_unit(im, im->rows[i].line, s->predecessor);

        known &= check_unit(im, im->rows[i].line, s->successor);
        if (known && im->rows[i].whole && !put_row(im, &im->rows[i], e))
            goto fail;
    }
    if (!check_loops(im, e) || !import_csv_verdict(im->name, &im->faults, e))
        goto fail;
    return true;
fail:
    store_rollback(im->store);
    return false;
}

bool cmd_import_successions(const struct args *a, struct err *e)
{
    const char *path = args_operand(a, 0);
    struct import im = {.name = import_csv_name(path)};
    bool ok = false;

    faults_init(&im.faults);
    changes_init(&im.changes);
    if (!changes_read(import_successions_file(path, &im.rows, &im.count, &im.faults, e), &im.faults, e) ||
        !cmd_store_open(a, STORE_WRITE, &im.store, e) || !put_all(&im, e) ||
        !changes_finish(a, im.store, e)) {
        changes_refuse(&im.faults);
        goto out;
    }
    changes_print(&im.changes, a, im.name, "successions");
    ok = true;
out:
    store_close(im.store);
    free(im.rows);
    free(im.units);
    faults_fini(&im.faults);
    changes_fini(&im.changes);
    return ok;
}
