#include "analysis/report_csv.h"

static void write_value(struct csv_write *w, const struct value *v, int decimals)
{
    switch (v->kind) {
    case VALUE_NONE:
        csv_write_empty(w);
        return;
    case VALUE_TEXT:
        csv_write_text(w, v->text);
        return;
    case VALUE_WHOLE:
        csv_write_int(w, v->whole);
        return;
    case VALUE_NUMBER:
        csv_write_number(w, v->number, decimals);
        return;
    }
}

void report_csv(const struct released *table, struct csv_style style, struct buf *out)
{
    struct csv_write w;

    csv_write_init(&w, out, style);
    for (size_t c = 0; c < released_columns(table); c++)
        csv_write_text(&w, released_column(table, c)->name);
    csv_write_row(&w);
    for (size_t r = 0; r < released_rows(table); r++) {
        for (size_t c = 0; c < released_columns(table); c++)
            write_value(&w, released_value(table, r, c), released_column(table, c)->decimals);
        csv_write_row(&w);
    }
}
