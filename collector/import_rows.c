#include "collector/import_rows.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

void import_rows_wrong(struct import_rows *r, int line, const struct err *e)
{
    faults_add(r->faults, r->name, line, 0, "%s", e->text);
}

void import_rows_add(struct import_rows *r, const void *row, size_t size)
{
    char *rows = mem_room(r->at, r->count, &r->capacity, size);

    memcpy(rows + r->count++ * size, row, size);
    r->at = rows;
}

bool import_rows_read(const char *path, const struct import_rows_kind *kind, struct import_rows *r,
                      struct err *e)
{
    const struct import_table t = {
        .columns = kind->columns, .count = kind->column_count, .record = kind->record, .arg = r};
    bool ok;

    r->name = import_csv_name(path);
    ok = import_csv_file(path, &t, r->faults, e);
    if (ok || e->kind == ERR_INPUT) {
        kind->find_doubles(r);
        ok = import_csv_verdict(r->name, r->faults, e);
    }
    return ok;
}

void import_rows_doubles(struct import_rows *r, size_t size, int (*order)(const void *, const void *),
                         bool (*same)(const void *, const void *),
                         void (*tell)(struct import_rows *r, const void *row, const void *earlier))
{
    const char *rows = r->at;
    const void **sorted = mem_alloc(r->count, sizeof(const void *));

    for (size_t i = 0; i < r->count; i++)
        sorted[i] = rows + i * size;
    if (r->count > 0)
        qsort(sorted, r->count, sizeof(const void *), order);
    for (size_t i = 1; i < r->count; i++) {
        if (same(sorted[i], sorted[i - 1]))
            tell(r, sorted[i], sorted[i - 1]);
    }
    free(sorted);
}
