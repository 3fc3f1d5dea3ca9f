#include "tests/support/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const struct value *cell(const struct released *t, size_t row, const char *name)
{
    for (size_t c = 0; c < released_columns(t); c++) {
        if (strcmp(released_column(t, c)->name, name) == 0)
            return released_value(t, row, c);
    }
    fail_msg("no column %s", name);
    return NULL;
}

const char *table_text(const struct released *t, size_t row, const char *column)
{
    const struct value *v = cell(t, row, column);

    return v->kind == VALUE_TEXT ? v->text : "";
}

double table_number(const struct released *t, size_t row, const char *column)
{
    const struct value *v = cell(t, row, column);

    if (v->kind == VALUE_WHOLE)
        return (double)v->whole;
    if (v->kind != VALUE_NUMBER)
        fail_msg("row %zu has no %s", row, column);
    return v->number;
}

bool table_empty(const struct released *t, size_t row, const char *column)
{
    return cell(t, row, column)->kind == VALUE_NONE;
}

/* form NULL: any */
static size_t find(const struct released *t, const char *round, const char *form, const char *unit,
                   const char *kind, const char *group, const char *item)
{
    for (size_t r = 0; r < released_rows(t); r++) {
        const char *question = table_text(t, r, "question");

        if (strcmp(table_text(t, r, "round"), round) == 0 &&
            (form == NULL || strcmp(table_text(t, r, "form"), form) == 0) &&
            strcmp(table_text(t, r, "unit_code"), unit) == 0 &&
            strcmp(table_text(t, r, "group_kind"), kind) == 0 &&
            strcmp(table_text(t, r, "group"), group) == 0 &&
            strcmp(*question != '\0' ? question : table_text(t, r, "dimension"), item) == 0)
            return r;
    }
    return SIZE_MAX;
}

size_t table_row(const struct released *t, const char *round, const char *unit, const char *kind,
                 const char *group, const char *item)
{
    return table_row_of(t, round, NULL, unit, kind, group, item);
}

size_t table_row_of(const struct released *t, const char *round, const char *form, const char *unit,
                    const char *kind, const char *group, const char *item)
{
    const size_t r = find(t, round, form, unit, kind, group, item);

    if (r == SIZE_MAX)
        fail_msg("no row %s %s %s %s %s", round, unit, kind, group, item);
    return r;
}

bool table_has_row(const struct released *t, const char *round, const char *unit, const char *kind,
                   const char *group, const char *item)
{
    return find(t, round, NULL, unit, kind, group, item) != SIZE_MAX;
}

bool table_progression(const struct dataset *d, const struct progression_options *o, struct released **out,
                       struct err *e)
{
    const struct results_options how = {.threads = 1};
    struct results results;
    bool ok;

    results_init(&results, d, &how);
    ok = progression(&results, o, out, e);
    results_fini(&results);
    return ok;
}

bool table_compare(const struct dataset *d, const struct compare_options *o, struct released **out,
                   struct err *e)
{
    const struct results_options how = {.threads = 2};
    struct results results;
    bool ok;

    results_init(&results, d, &how);
    ok = compare(&results, o, out, e);
    results_fini(&results);
    return ok;
}
