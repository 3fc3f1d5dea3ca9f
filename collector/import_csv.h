#ifndef TLD_COLLECTOR_IMPORT_CSV_H
#define TLD_COLLECTOR_IMPORT_CSV_H

/*
 * Reads tables that people made (RFC 4180; UTF-8 with or without a BOM; ',' or ';' between cells, as the
 * header line has it; LF, CR LF or CR). The only home of <csv.h>.
 *
 * Columns are found by the names in the header line, in any order. Lines whose cells are all empty are passed
 * over; cells that are missing at the end of a line are empty, since Excel leaves them out, but not in a last
 * line that just breaks off; they are told where the line has another fault.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/base/err.h"
#include "core/base/faults.h"

enum {
    IMPORT_FILE_MAX_BYTES = 256 * 1024 * 1024,
    IMPORT_RECORD_MAX_BYTES = 64 * 1024,
    IMPORT_COLUMNS_MAX = 200,
    IMPORT_RECORDS_MAX = 5 * 1000 * 1000
};

struct import_column {
    const char *name;
    bool required; /* must stand in the header line */
};

struct import_table {
    const struct import_column *columns;
    size_t count; /* 1..IMPORT_COLUMNS_MAX */

    /*
     * Called for each record in the order of the file. line: where it starts. cells[i] belongs to columns[i],
     * blanks at its ends removed, "" when the file lacks the column; valid during the call only, and
     * well-formed UTF-8 without NUL. What is wrong with it is added to the faults by the callee.
     */
    void (*record)(int line, const char *const *cells, void *arg);
    void *arg;
};

/*
 * Reads a table from memory; `name` stands in the faults. All that is wrong with its form is added to
 * `faults` (records before and after a fault are still handed over, so that their faults are told at once).
 * False with e filled (ERR_INPUT) when `faults` holds anything at the end, the callee's faults included.
 */
bool import_csv_parse(const char *name, const char *text, size_t bytes, const struct import_table *table,
                      struct faults *faults, struct err *e) __attribute__((warn_unused_result));

/* The same from a file ("-": standard input). ERR_NOT_FOUND, ERR_IO, ERR_LIMIT too. */
bool import_csv_file(const char *path, const struct import_table *table, struct faults *faults, struct err *e)
    __attribute__((warn_unused_result));

/* How faults name a file: "standard input" for "-". Borrowed. */
const char *import_csv_name(const char *path);

/* True when `faults` is empty; else sorts it and fills e (ERR_INPUT) with one line that sums it up. */
bool import_csv_verdict(const char *name, struct faults *faults, struct err *e)
    __attribute__((warn_unused_result));

#endif
