#include "collector/import_units.h"

#include <string.h>

#include "collector/import_rows.h"

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
    struct import_rows *r = arg;
    struct import_unit u = {.line = line};
    struct err e = ERR_INIT;
    bool ok = true;

    if (!unit_set_code(&u.unit, cells[UNIT_CODE], &e))
        import_rows_wrong(r, line, &e), ok = false;
    if (!unit_set_name(&u.unit, cells[UNIT_NAME], &e))
        import_rows_wrong(r, line, &e), ok = false;
    if (!unit_set_area(&u.unit, cells[UNIT_AREA], &e))
        import_rows_wrong(r, line, &e), ok = false;
    if (!unit_set_school_forms(&u.unit, cells[UNIT_SCHOOL_FORMS], &e))
        import_rows_wrong(r, line, &e), ok = false;
    if (ok)
        import_rows_add(r, &u, sizeof u);
}

static int by_code(const void *pa, const void *pb)
{
    const struct import_unit *const *a = pa;
    const struct import_unit *const *b = pb;
    int c = strcmp((*a)->unit.code, (*b)->unit.code);

    return c != 0 ? c : ((*a)->line > (*b)->line) - ((*a)->line < (*b)->line);
}

static bool same_unit(const void *pa, const void *pb)
{
    const struct import_unit *a = pa;
    const struct import_unit *b = pb;

    return strcmp(a->unit.code, b->unit.code) == 0;
}

static void tell_unit(struct import_rows *r, const void *row, const void *earlier)
{
    const struct import_unit *u = row;

    faults_add(r->faults, r->name, u->line, 0, "unit %s stands already in line %d", u->unit.code,
               ((const struct import_unit *)earlier)->line);
}

static void find_double_units(struct import_rows *r)
{
    import_rows_doubles(r, sizeof(struct import_unit), by_code, same_unit, tell_unit);
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
    struct import_rows *r = arg;
    struct import_group g = {.line = line, .whole = true};
    struct unit u = {.code = ""};
    struct err e = ERR_INIT;

    if (!unit_set_code(&u, cells[GROUP_UNIT], &e))
        import_rows_wrong(r, line, &e), g.whole = false;
    if (!school_year_parse(cells[GROUP_YEAR], &g.group.school_year, &e))
        import_rows_wrong(r, line, &e), g.whole = false;
    if (!group_set_name(&g.group, cells[GROUP_NAME], &e))
        import_rows_wrong(r, line, &e), g.whole = false;
    g.has_form = group_set_form_and_grade(&g.group, cells[GROUP_SCHOOL_FORM], cells[GROUP_GRADE], &e);
    if (!g.has_form)
        import_rows_wrong(r, line, &e), g.whole = false;
    if (!group_set_enrolled(&g.group, cells[GROUP_ENROLLED], &e))
        import_rows_wrong(r, line, &e), g.whole = false;
    memcpy(g.group.unit_code, u.code, sizeof u.code);
    if (u.code[0] != '\0')
        import_rows_add(r, &g, sizeof g);
}

static int compare_groups(const struct group *a, const struct group *b)
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
    int c = compare_groups(&(*a)->group, &(*b)->group);

    return c != 0 ? c : ((*a)->line > (*b)->line) - ((*a)->line < (*b)->line);
}

static bool same_group(const void *pa, const void *pb)
{
    const struct import_group *a = pa;
    const struct import_group *b = pb;

    /* Of a faulty line the year or the name may be missing. */
    return a->group.school_year != 0 && *a->group.name != '\0' && compare_groups(&a->group, &b->group) == 0;
}

static void tell_group(struct import_rows *r, const void *row, const void *earlier)
{
    const struct import_group *g = row;

    faults_add(r->faults, r->name, g->line, 0, "class %s of unit %s stands already in line %d", g->group.name,
               g->group.unit_code, ((const struct import_group *)earlier)->line);
}

static void find_double_groups(struct import_rows *r)
{
    import_rows_doubles(r, sizeof(struct import_group), by_group, same_group, tell_group);
}

/* ---- both ------------------------------------------------------------------------------------------------
 */

bool import_units_file(const char *path, struct import_unit **out, size_t *count, struct faults *faults,
                       struct err *e)
{
    static const struct import_rows_kind units = {.columns = unit_columns,
                                                  .column_count = sizeof unit_columns / sizeof *unit_columns,
                                                  .record = on_unit,
                                                  .find_doubles = find_double_units};
    struct import_rows r = {.faults = faults};
    bool ok = import_rows_read(path, &units, &r, e);

    *out = r.at;
    *count = r.count;
    return ok;
}

bool import_groups_file(const char *path, struct import_group **out, size_t *count, struct faults *faults,
                        struct err *e)
{
    static const struct import_rows_kind groups = {.columns = group_columns,
                                                   .column_count =
                                                       sizeof group_columns / sizeof *group_columns,
                                                   .record = on_group,
                                                   .find_doubles = find_double_groups};
    struct import_rows r = {.faults = faults};
    bool ok = import_rows_read(path, &groups, &r, e);

    *out = r.at;
    *count = r.count;
    return ok;
}
