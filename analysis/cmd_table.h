#ifndef TLD_ANALYSIS_CMD_TABLE_H
#define TLD_ANALYSIS_CMD_TABLE_H

/* What the commands that make a table have in common: their options, loading, and writing the file. */

#include "analysis/results.h"
#include "core/base/opt.h"

/* The last rows of their option tables. */
#define CMD_TABLE_OPTIONS                                                                                    \
    {.name = "format", .value = "FORMAT", .choices = "csv|json", .standard = "csv", .help = "csv or json"},  \
        {.name = "excel", .help = "CSV as a Swedish Excel reads it: BOM, ';' and decimal comma"},            \
        {.name = "precise", .help = "numbers with 15 significant digits"},                                   \
        {.name = "public",                                                                                   \
         .help =                                                                                             \
             "for everybody to see: groups with fewer than 10 answers are withheld, not only those with "    \
             "fewer than 5"},                                                                                \
        {.name = "live",                                                                                     \
         .help = "closed rounds that are not sealed yet too: a look for the administration, "                \
                 "not to be published or spread; a round that was looked at can not be opened again"},       \
    {                                                                                                        \
        .name = "output", .value = "FILE", .standard = "-",                                                  \
        .help = "the file to write; - is standard output"                                                    \
    }

/* Makes the table, from rounds that are published (cmd_published.h). */
typedef bool cmd_table_fn(const struct results *from, const struct args *a, struct released **out,
                          struct err *e);

/* round: the one that the table is of; NULL: all. */
bool cmd_table(const struct args *a, const char *name, const char *round, cmd_table_fn *make, struct err *e)
    __attribute__((warn_unused_result));

#endif
