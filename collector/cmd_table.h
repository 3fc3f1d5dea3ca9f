#ifndef TLD_COLLECTOR_CMD_TABLE_H
#define TLD_COLLECTOR_CMD_TABLE_H

/* A result with rows, shown to a person as aligned columns or written as CSV. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"
#include "core/base/opt.h"

struct table_cell {
    char *text; /* NULL: a number or nothing */
    bool is_number;
    double number;
    int decimals;
};

struct table {
    const char *const *columns; /* names; borrowed */
    size_t column_count;
    struct table_cell *cells; /* row by row */
    size_t count, capacity;
};

/* The options --format and --excel, for a command's table. */
#define TABLE_FORMAT                                                                                         \
    {                                                                                                        \
        .name = "format", .value = "FORMAT", .choices = "text|csv", .standard = "text",                      \
        .help = "how to print it"                                                                            \
    }
#define TABLE_EXCEL                                                                                          \
    {                                                                                                        \
        .name = "excel", .help = "CSV as a Swedish Excel reads it: BOM, ';' and decimal comma"               \
    }

void table_init(struct table *t, const char *const *columns, size_t column_count);
void table_fini(struct table *t);

/* The next cell of the row; a row is as long as `columns`. */
void table_text(struct table *t, const char *text);
void table_number(struct table *t, double number, int decimals);
void table_empty(struct table *t);

/* Prints as --format and --excel say (--excel alone means CSV). */
void table_print(const struct table *t, const struct args *a);

#endif
