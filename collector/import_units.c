#include "collector/import_units.h"

#include <stdlib.h>
#include <string.h>

#include "collector/import_csv.h"
#include "core/base/mem.h"

/* Rows so far; `at` points to structs of either kind. */
struct rows {
    const char *name; /* of the file, for faults */
    struct faults *faults;
    void *at;
    size_t count, capacity;
};

/* Adds the fault of one cell; the other cells of the line are still looked at. */
static void wrong(struct rows *r, int line, const struct err *e)
{
    faults_add(r->faults, r->name, line, 0, "%s", e->text);
}

/* ---- units -----------------------------------------------------------------------------------------------
 */

enum { UNIT_CODE, UNIT_NAME, UNIT_AREA, UNIT_SCHOOL_FORMS };

static const struct import_column unit_columns[] = {
    [UNIT_CODE] = {.name = "unit_code", .required = true},
    [UNIT_NAME] = {.name = "unit_name", .required = true},
    [UNIT_AREA] = {.name = "area", .required = false},
    [UNIT_SCHOOL_FORMS] = {.name = "school_forms", .required = true},
};

static void on_unit(int line, const char *const *cells, void *arg)
{
    struct rows *r = arg;
    struct import_unit *units;
    struct import_unit u = {.line = line};
    struct err e = ERR_INIT;
    bool ok = true;

    if (!unit_set_code(&u.unit, cells[UNIT_CODE], &e))
        wrong(r, line, &e), ok = false;
    if (!unit_set_name(&u.unit, cells[UNIT_NAME], &e))
        wrong(r, line, &e), ok = false;
    if (!unit_set_area(&u.unit, cells[UNIT_AREA], &e))
        wrong(r, line, &e), ok = false;
    if (!unit_set_school_forms(&u.unit, cells[UNIT_SCHOOL_FORMS], &e))
        wrong(r, line, &e), ok = false;
    if (!ok)
        return;
    units = r->at = mem_room(r->at, r->count, &r->capacity, sizeof u);
    units[r->count++] = u;
}

static int by_code(const void *pa, const void *pb)
{
    const struct import_unit *const *a = pa;
    const struct import_unit *const *b = pb;
    int c = strcmp((*a)->unit.code, (*b)->unit.code);

    return c != 0 ? c : ((*a)->line > (*b)->line) - ((*a)->line < (*b)->line);
}

static void find_double_units(struct rows *r)
{
    const struct import_unit *units = r->at;
    const struct import_unit **order = mem_alloc(r->count, sizeof(const struct import_unit *));

    for (size_t i = 0; i < r->count; i++)
        order[i] = &units[i];
    qsort(order, r->count, sizeof(const struct import_unit *), by_code);
    for (size_t i = 1; i < r->count; i++) {
        if (strcmp(order[i]->unit.code, order[i - 1]->unit.code) == 0)
            faults_add(r->faults, r->name, order[i]->line, 0, "unit %s stands already in line %d",
                       order[i]->unit.code, order[i - 1]->line);
    }
    free(order);
}

/* ---- groups ----------------------------------------------------------------------------------------------
 */

enum { GROUP_UNIT, GROUP_YEAR, GROUP_NAME, GROUP_SCHOOL_FORM, GROUP_GRADE, GROUP_ENROLLED };

static const struct import_column group_columns[] = {
    [GROUP_UNIT] = {.name = "unit_code", .required = true},
    [GROUP_YEAR] = {.name = "school_year", .required = true},
    [GROUP_NAME] = {.name = "group", .required = true},
    [GROUP_SCHOOL_FORM] = {.name = "school_form", .required = true},
    [GROUP_GRADE] = {.name = "grade", .required = true},
    [GROUP_ENROLLED] = {.name = "enrolled", .required = true},
};

static void on_group(int line, const char *const *cells, void *arg)
{
    struct rows *r = arg;
    struct import_group *groups;
    struct import_group g = {.line = line};
    struct unit u = {.code = ""};
    struct err e = ERR_INIT;
    bool ok = true;

    if (!unit_set_code(&u, cells[GROUP_UNIT], &e))
        wrong(r, line, &e), ok = false;
    if (!school_year_parse(cells[GROUP_YEAR], &g.group.school_year, &e))
        wrong(r, line, &e), ok = false;
    if (!group_set_name(&g.group, cells[GROUP_NAME], &e))
        wrong(r, line, &e), ok = false;
    if (!group_set_form_and_grade(&g.group, cells[GROUP_SCHOOL_FORM], cells[GROUP_GRADE], &e))
        wrong(r, line, &e), ok = false;
    if (!group_set_enrolled(&g.group, cells[GROUP_ENROLLED], &e))
        wrong(r, line, &e), ok = false;
    if (!ok)
        return;
    memcpy(g.group.unit_code, u.code, sizeof u.code);
    groups = r->at = mem_room(r->at, r->count, &r->capacity, sizeof g);
    groups[r->count++] = g;
}

static int same_group(const struct group *a, const struct group *b)
{
    int c = strcmp(a->unit_code, b->unit_code);

    if (c == 0)
        c = (a->school_year > b->school_year) - (a->school_year < b->school_year);
    return c != 0 ? c : strcmp(a->name, b->name);
}

static int by_group(const void *pa, const void *pb)
{
    const struct import_group *const *a = pa;
    const struct import_group *const *b = pb;
    int c = same_group(&(*a)->group, &(*b)->group);

    return c != 0 ? c : ((*a)->line > (*b)->line) - ((*a)->line < (*b)->line);
}

static void find_double_groups(struct rows *r)
{
    const struct import_group *groups = r->at;
    const struct import_group **order = mem_alloc(r->count, sizeof(const struct import_group *));

    for (size_t i = 0; i < r->count; i++)
        order[i] = &groups[i];
    qsort(order, r->count, sizeof(const struct import_group *), by_group);
    for (size_t i = 1; i < r->count; i++) {
        if (same_group(&order[i]->group, &order[i - 1]->group) == 0)
            faults_add(r->faults, r->name, order[i]->line, 0, "class %s of unit %s stands already in line %d",
                       order[i]->group.name, order[i]->group.unit_code, order[i - 1]->line);
    }
    free(order);
}

/* ---- both ------------------------------------------------------------------------------------------------
 */

static bool read_file(const char *path, const struct import_column *columns, size_t column_count,
                      void (*record)(int, const char *const *, void *), void (*find_doubles)(struct rows *),
                      struct rows *r, struct err *e)
{
    const struct import_table t = {.columns = columns, .count = column_count, .record = record, .arg = r};
    bool ok;

    r->name = import_csv_name(path);
    ok = import_csv_file(path, &t, r->faults, e);
    if (ok || e->kind == ERR_INPUT) {
        find_doubles(r);
        ok = import_csv_verdict(r->name, r->faults, e);
    }
    if (!ok) {
        free(r->at);
        r->at = NULL;
        r->count = 0;
    }
    return ok;
}

bool import_units_file(const char *path, struct import_unit **out, size_t *count, struct faults *faults,
                       struct err *e)
{
    struct rows r = {.faults = faults};
    bool ok = read_file(path, unit_columns, sizeof unit_columns / sizeof *unit_columns, on_unit,
                        find_double_units, &r, e);

    *out = r.at;
    *count = r.count;
    return ok;
}

bool import_groups_file(const char *path, struct import_group **out, size_t *count, struct faults *faults,
                        struct err *e)
{
    struct rows r = {.faults = faults};
    bool ok = read_file(path, group_columns, sizeof group_columns / sizeof *group_columns, on_group,
                        find_double_groups, &r, e);

    *out = r.at;
    *count = r.count;
    return ok;
}
