#ifndef TLD_AUDIT_CSV_H
#define TLD_AUDIT_CSV_H

/*
 * Reads an exported table in CSV (RFC 4180; UTF-8 with or without a BOM; ',' or ';' between cells, as the
 * header has it; decimal point or comma) into the attacker's rows. The second home of <csv.h>: what the
 * collector reads people's files with is not shared.
 */

#include "audit/audit_table.h"

enum { AUDIT_CSV_RECORD_MAX_BYTES = 64 * 1024, AUDIT_CSV_CELLS_MAX = 200 };

/* `name` stands in errors. ERR_INPUT as "name:line: what"; ERR_LIMIT. */
bool audit_csv(struct audit_table *t, const char *name, const char *text, size_t bytes, struct err *e)
    __attribute__((warn_unused_result));

#endif
