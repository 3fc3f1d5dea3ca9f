#ifndef TLD_ANALYSIS_REPORT_CSV_H
#define TLD_ANALYSIS_REPORT_CSV_H

/* A released table as CSV. */

#include "analysis/disclose.h"
#include "core/base/buf.h"
#include "core/base/csv_write.h"

void report_csv(const struct released *table, struct csv_style style, struct buf *out);

#endif
