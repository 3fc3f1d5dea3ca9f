#ifndef TLD_BASE_CSV_WRITE_H
#define TLD_BASE_CSV_WRITE_H

/*
 * A table as CSV text (RFC 4180: UTF-8, lines end with CR LF, quotes where needed). Written cell by cell,
 * each row ended:
 *
 *     csv_write_init(&w, &text, (struct csv_style){.excel = true});
 *     csv_write_text(&w, "unit_code"); csv_write_text(&w, "mean"); csv_write_row(&w);
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/buf.h"

struct csv_style {
    bool excel;   /* as a Swedish Excel reads it: a BOM first, ';' between cells, decimal comma */
    bool precise; /* numbers with 15 significant digits */
};

struct csv_write {
    struct buf *out; /* borrowed */
    struct csv_style style;
    size_t cells; /* in the present row */
};

/* Adds the BOM, if any, to out. */
void csv_write_init(struct csv_write *w, struct buf *out, struct csv_style style);

/*
 * A text. One that a spreadsheet would run as a formula (it starts with = + - @, a tab or a CR) gets an
 * apostrophe before it: names come from people. NULL is an empty cell.
 */
void csv_write_text(struct csv_write *w, const char *text);
void csv_write_int(struct csv_write *w, int64_t value);

/* To so many decimals (0-15), halves away from zero as people round; larger than 1e9 it is left as it is. For
 * all that writes numbers for readers, so that they are alike in every format. */
double csv_round(double value, int decimals);

/* A finite number with so many decimals (0–15), or 15 significant digits when precise. Never "-0". */
void csv_write_number(struct csv_write *w, double value, int decimals);

void csv_write_empty(struct csv_write *w); /* no value */
void csv_write_row(struct csv_write *w);   /* ends the row */

#endif
