#include "audit/audit_csv.h"

#include <assert.h>
#include <csv.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/base/mem.h"
#include "core/base/text.h"

struct reader {
    struct audit_table *table;
    const char *name;
    struct csv_parser parser;
    struct buf cells; /* of the present record, each with a NUL after it */
    size_t start[AUDIT_CSV_CELLS_MAX];
    size_t count; /* of cells; may pass AUDIT_CSV_CELLS_MAX, which is then an error */
    bool ended;
    int line; /* where the record starts */
    size_t record_bytes;

    bool headed;
    size_t columns;
    int place[AUDIT_CSV_CELLS_MAX]; /* of each column in audit_table's values, or -1 */
};

static void on_cell(void *data, size_t bytes, void *arg)
{
    struct reader *r = arg;

    if (r->count++ >= AUDIT_CSV_CELLS_MAX)
        return;
    r->start[r->count - 1] = r->cells.bytes;
    buf_add(&r->cells, data, bytes);
    buf_addc(&r->cells, '\0');
}

static void on_end(int c, void *arg)
{
    (void)c;
    ((struct reader *)arg)->ended = true;
}

static const char *cell(const struct reader *r, size_t i)
{
    return r->cells.data + r->start[i];
}

/* Every column of the header is empty but there: what a row would look like that lacks none. */
static bool check_header(struct reader *r, struct err *e)
{
    struct audit_value values[AUDIT_COLUMNS] = {{.kind = AUDIT_ABSENT}};

    for (size_t i = 0; i < r->columns; i++) {
        if (r->place[i] >= 0)
            values[r->place[i]].kind = AUDIT_EMPTY;
    }
    return audit_table_check_columns(r->table, r->line, values, e);
}

static bool take_header(struct reader *r, struct err *e)
{
    for (size_t i = 0; i < r->count; i++) {
        r->place[i] = audit_table_column(cell(r, i));
        for (size_t j = 0; j < i; j++) {
            if (r->place[i] >= 0 && r->place[j] == r->place[i])
                return err_set(e, ERR_INPUT, "%s:%d: column '%s' stands twice", r->name, r->line, cell(r, i));
        }
    }
    r->columns = r->count;
    r->headed = true;
    return check_header(r, e);
}

static bool take_row(struct reader *r, struct err *e)
{
    struct audit_value values[AUDIT_COLUMNS] = {{.kind = AUDIT_ABSENT}};

    if (r->count != r->columns)
        return err_set(e, ERR_INPUT, "%s:%d: %zu cells where the header has %zu", r->name, r->line, r->count,
                       r->columns);
    for (size_t i = 0; i < r->count; i++) {
        const char *s = cell(r, i);

        if (r->place[i] >= 0)
            values[r->place[i]] =
                (struct audit_value){.kind = *s == '\0' ? AUDIT_EMPTY : AUDIT_STRING, .string = s};
    }
    return audit_table_add(r->table, r->line, values, e);
}

static bool take_record(struct reader *r, struct err *e)
{
    bool ok;

    if (r->count > AUDIT_CSV_CELLS_MAX)
        return err_set(e, ERR_LIMIT, "%s:%d: more than %d cells", r->name, r->line, AUDIT_CSV_CELLS_MAX);
    ok = !r->headed ? take_header(r, e) : take_row(r, e);
    buf_clear(&r->cells);
    r->count = 0;
    r->ended = false;
    r->record_bytes = 0;
    return ok;
}

/* ---- lines ----------------------------------------------------------------------------------------------
 */

static bool check_line(const struct reader *r, int line, const char *text, size_t bytes, struct err *e)
{
    if (memchr(text, '\0', bytes) != NULL)
        return err_set(e, ERR_INPUT, "%s:%d: a NUL byte: this is not a text file", r->name, line);
    if (!text_is_utf8(text, bytes))
        return err_set(e, ERR_INPUT, "%s:%d: not UTF-8", r->name, line);
    return true;
}

static bool read_line(struct reader *r, int line, const char *text, size_t bytes, bool last, struct err *e)
{
    if (!check_line(r, line, text, bytes, e))
        return false;
    if (r->record_bytes == 0)
        r->line = line;
    r->record_bytes += bytes;
    if (r->record_bytes > AUDIT_CSV_RECORD_MAX_BYTES)
        return err_set(e, ERR_LIMIT, "%s:%d: a record of more than %d bytes: has a quote been left open?",
                       r->name, r->line, AUDIT_CSV_RECORD_MAX_BYTES);
    if (csv_parse(&r->parser, text, bytes, on_cell, on_end, r) < bytes)
        return err_set(e, ERR_INPUT, "%s:%d: a quote in the middle of a cell", r->name, line);
    if (last && !r->ended && csv_fini(&r->parser, on_cell, on_end, r) != 0)
        return err_set(e, ERR_INPUT, "%s:%d: a quote that is never closed", r->name, r->line);
    if (r->ended)
        return take_record(r, e);
    if (r->count == 0 && r->parser.quoted == 0)
        r->record_bytes = 0; /* an empty line */
    return true;
}

static bool read_lines(struct reader *r, const char *text, size_t bytes, struct err *e)
{
    int line = 1;

    for (size_t at = 0, n; at < bytes; at += n, line++) {
        const char *end = memchr(text + at, '\n', bytes - at);

        n = end == NULL ? bytes - at : (size_t)(end - text) - at + 1;
        if (!read_line(r, line, text + at, n, at + n == bytes, e))
            return false;
    }
    return r->headed || err_set(e, ERR_INPUT, "%s:1: the file is empty", r->name);
}

/* No column's name holds either, so the first of them in the text ends the first name. */
static char delimiter(const char *text, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) {
        if (text[i] == ';' || text[i] == ',')
            return text[i];
    }
    return ',';
}

bool audit_csv(struct audit_table *t, const char *name, const char *text, size_t bytes, struct err *e)
{
    struct reader r = {.table = t, .name = name, .cells = BUF_INIT};
    bool ok;
    int failed;

    if (bytes >= INT_MAX)
        return err_set(e, ERR_LIMIT, "%s is too large", name);
    if (bytes >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        text += 3;
        bytes -= 3;
    }
    if (!audit_table_begin(t, name, e))
        return false;
    failed = csv_init(&r.parser, CSV_STRICT | CSV_STRICT_FINI);
    assert(failed == 0);
    (void)failed;
    csv_set_delim(&r.parser, (unsigned char)delimiter(text, bytes));
    ok = read_lines(&r, text, bytes, e);
    csv_free(&r.parser);
    buf_fini(&r.cells);
    if (ok)
        audit_table_end(t);
    return ok;
}
