#ifndef TLD_AUDIT_JSON_H
#define TLD_AUDIT_JSON_H

/* Reads an exported table in JSON ({…, "rows": [{column: value}, …]}) into the attacker's rows, one row at a
 * time. */

#include "audit/audit_table.h"

/* `name` stands in errors. ERR_INPUT as "name:line: what"; ERR_LIMIT. */
bool audit_json(struct audit_table *t, const char *name, const char *text, size_t bytes, struct err *e)
    __attribute__((warn_unused_result));

#endif
