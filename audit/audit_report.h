#ifndef TLD_AUDIT_REPORT_H
#define TLD_AUDIT_REPORT_H

/* What an audit has found, as a table and in words. */

#include "audit/audit_attack.h"
#include "core/base/buf.h"

/*
 * CSV, one line per finding: round, form, version, dimension, question, unit_code, level, group_kind, group,
 * who, figure, least, most, verdict, how. unit_code, level, group_kind and group are those of the withheld
 * row; of a union that has no row they are empty, and `who` tells it in words. An empty least or most: no
 * bound.
 */
void audit_report_csv(const struct audit_findings *f, struct buf *out);

/* The findings that are AUDIT_DETERMINED (or AUDIT_KNOWN), at most `lines` of them, under a heading. */
void audit_report_list(const struct audit_findings *f, enum audit_verdict verdict, size_t lines,
                       struct buf *out);

/* The notes, and the sum of it all. */
void audit_report_text(const struct audit_table *t, const struct audit_worlds *w,
                       const struct audit_findings *f, const struct audit_effort *effort,
                       const struct audit_notes *notes, struct buf *out);

/* "2026-10 grundskola-4-6, trygg-klassrum: unit 99000001, gender annat: option 4 is 2". */
void audit_report_finding(const struct audit_finding *f, struct buf *out);

#endif
