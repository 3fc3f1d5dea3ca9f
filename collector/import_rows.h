#ifndef TLD_COLLECTOR_IMPORT_ROWS_H
#define TLD_COLLECTOR_IMPORT_ROWS_H

/* What the readers of tables have in common: one struct a record, and each fault of each cell told. */

#include "collector/import_csv.h"

/* The word in a cell that says: what this line names is to be taken away. */
#define IMPORT_REMOVE "remove"

struct import_rows {
    const char *name; /* of the file, for faults */
    struct faults *faults;
    void *at; /* structs of the reader's kind */
    size_t count, capacity;
};

/* Adds the fault of one cell; the other cells of the line are still looked at. */
void import_rows_wrong(struct import_rows *r, int line, const struct err *e);

void import_rows_add(struct import_rows *r, const void *row, size_t size);

/* A column and what is done with a record, as in struct import_table; then `find_doubles` looks at all rows.
 * False with e filled when there is any fault; the rows are given all the same, so that what else is wrong
 * with them is told at once. */
struct import_rows_kind {
    const struct import_column *columns;
    size_t column_count;
    void (*record)(int line, const char *const *cells, void *rows);
    void (*find_doubles)(struct import_rows *r);
};
bool import_rows_read(const char *path, const struct import_rows_kind *kind, struct import_rows *r,
                      struct err *e) __attribute__((warn_unused_result));

/*
 * Adds a fault for each row that is the same as one in an earlier line. order: sorts pointers to rows, equal
 * rows by line; same: whether two are the same; tell: adds the fault of `row`, which `earlier` had already.
 */
void import_rows_doubles(struct import_rows *r, size_t size, int (*order)(const void *, const void *),
                         bool (*same)(const void *, const void *),
                         void (*tell)(struct import_rows *r, const void *row, const void *earlier));

#endif
