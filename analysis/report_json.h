#ifndef TLD_ANALYSIS_REPORT_JSON_H
#define TLD_ANALYSIS_REPORT_JSON_H

/*
 * A released table as JSON: {"table": …, "live": [rounds that can still change], "rows": [{column: value},
 * …]}. Numbers are numbers, no value is null, keys stand in the order of the columns. The only home of
 * <jansson.h> here.
 */

#include "analysis/disclose.h"
#include "core/base/buf.h"

struct report_about {
    const char *table;
    const char *organisation;
    const char *const *live;
    size_t lives;
};

/* precise: numbers with 15 significant digits; else rounded as in the CSV. */
void report_json(const struct released *table, const struct report_about *about, bool precise,
                 struct buf *out);

/* As it is kept for the collector, in one line: {"columns": [name, …], "rows": [[value, …], …]}, with 15
 * significant digits. */
void report_json_compact(const struct released *table, struct buf *out);

#endif
