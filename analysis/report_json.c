#include "analysis/report_json.h"

#include <jansson.h>

#include "core/base/csv_write.h"

static json_t *number(double x, int decimals, bool precise)
{
    if (!precise)
        x = csv_round(x, decimals);
    return json_real(x == 0 ? 0 : x); /* never -0 */
}

static json_t *value(const struct value *v, int decimals, bool precise)
{
    switch (v->kind) {
    case VALUE_NONE:
        break;
    case VALUE_TEXT:
        return json_string(v->text);
    case VALUE_WHOLE:
        return json_integer(v->whole);
    case VALUE_NUMBER:
        return number(v->number, decimals, precise);
    }
    return json_null();
}

static int into_buf(const char *text, size_t bytes, void *out)
{
    buf_add(out, text, bytes);
    return 0;
}

/* One row at a time, so that a large table needs no tree. */
static void write_row(const struct released *table, size_t r, bool precise, struct buf *out)
{
    json_t *row = json_object();

    for (size_t c = 0; c < released_columns(table); c++) {
        const struct column *column = released_column(table, c);

        json_object_set_new(row, column->name, value(released_value(table, r, c), column->decimals, precise));
    }
    json_dump_callback(row, into_buf, out, JSON_COMPACT | JSON_REAL_PRECISION(15));
    json_decref(row);
}

void report_json(const struct released *table, const struct report_about *about, bool precise,
                 struct buf *out)
{
    json_t *name = json_string(about->table), *organisation = json_string(about->organisation);
    json_t *live = json_array();

    for (size_t i = 0; i < about->lives; i++)
        json_array_append_new(live, json_string(about->live[i]));
    buf_adds(out, "{\"table\":");
    json_dump_callback(name, into_buf, out, JSON_ENCODE_ANY);
    buf_adds(out, ",\n\"organisation\":");
    json_dump_callback(organisation, into_buf, out, JSON_ENCODE_ANY);
    buf_adds(out, ",\n\"live\":");
    json_dump_callback(live, into_buf, out, JSON_COMPACT);
    buf_adds(out, ",\n\"rows\":[");
    for (size_t r = 0; r < released_rows(table); r++) {
        buf_adds(out, r == 0 ? "\n" : ",\n");
        write_row(table, r, precise, out);
    }
    buf_adds(out, "\n]}\n");
    json_decref(name);
    json_decref(organisation);
    json_decref(live);
}

void report_json_compact(const struct released *table, struct buf *out)
{
    json_t *names = json_array();

    for (size_t c = 0; c < released_columns(table); c++)
        json_array_append_new(names, json_string(released_column(table, c)->name));
    buf_adds(out, "{\"columns\":");
    json_dump_callback(names, into_buf, out, JSON_COMPACT);
    json_decref(names);
    buf_adds(out, ",\"rows\":[");
    for (size_t r = 0; r < released_rows(table); r++) {
        json_t *row = json_array();

        for (size_t c = 0; c < released_columns(table); c++)
            json_array_append_new(row, value(released_value(table, r, c), 0, true));
        buf_adds(out, r == 0 ? "" : ",");
        json_dump_callback(row, into_buf, out, JSON_COMPACT | JSON_REAL_PRECISION(15));
        json_decref(row);
    }
    buf_adds(out, "]}");
}
