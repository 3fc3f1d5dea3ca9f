#include "collector/import_csv.h"

#include <assert.h>
#include <csv.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/buf.h"
#include "core/base/file.h"
#include "core/base/mem.h"
#include "core/base/text.h"

enum { NO_COLUMN = -1 };

/* What is known while the file is read line by line. Cells of the present record stand in `cells`, each with
 * a NUL after it. */
struct reader {
    const char *name;
    const struct import_table *table;
    struct faults *faults;
    struct csv_parser parser;
    char delimiter;

    struct buf cells;
    size_t *starts; /* of each cell in `cells` */
    size_t starts_capacity;
    size_t cell_count;
    bool ended; /* libcsv has seen the record's end */

    size_t record_bytes;
    int record_line;
    size_t records;

    int *column_of; /* per cell of the header, its place in the table or NO_COLUMN; NULL before the header */
    size_t header_cells;
    const char **row;
};

static int shown(const char *s)
{
    size_t n = strlen(s);

    return (int)text_whole_bytes(s, n < 40 ? n : 40);
}

/* ---- libcsv's callbacks ----------------------------------------------------------------------------------
 */

static void on_cell(void *data, size_t bytes, void *arg)
{
    struct reader *r = arg;

    r->starts = mem_room(r->starts, r->cell_count, &r->starts_capacity, sizeof *r->starts);
    r->starts[r->cell_count++] = r->cells.bytes;
    buf_add(&r->cells, data, bytes);
    buf_addc(&r->cells, '\0');
}

static void on_end(int c, void *arg)
{
    struct reader *r = arg;

    (void)c;
    r->ended = true;
}

/* ---- the bytes as a whole --------------------------------------------------------------------------------
 */

/* Length of the line at text, its end included (LF, CR LF or CR). */
static size_t line_bytes(const char *text, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) {
        if (text[i] == '\n' || (text[i] == '\r' && (i + 1 == bytes || text[i + 1] != '\n')))
            return i + 1;
    }
    return bytes;
}

/* Bytes of the well-formed character at s, 0 when there is none. */
static size_t character_bytes(const char *s, size_t bytes)
{
    for (size_t n = 1; n <= 4 && n <= bytes; n++) {
        if (text_is_utf8(s, n))
            return n;
    }
    return 0;
}

static int bad_column(const char *s, size_t bytes)
{
    int column = 1;

    for (size_t i = 0, n; i < bytes; i += n, column++) {
        n = character_bytes(s + i, bytes - i);
        if (n == 0)
            break;
    }
    return column;
}

/* A file of another encoding is told once, with the place of the first letter that shows it. */
static bool check_bytes(const struct reader *r, const char *text, size_t bytes)
{
    int line = 1;

    if (bytes >= 2 && (memcmp(text, "\xFF\xFE", 2) == 0 || memcmp(text, "\xFE\xFF", 2) == 0)) {
        faults_add(r->faults, r->name, 1, 1, "this is UTF-16: in Excel save as \"CSV UTF-8\"");
        return false;
    }
    if (bytes >= 2 && memcmp(text, "PK", 2) == 0) {
        faults_add(r->faults, r->name, 1, 1,
                   "this is a workbook or a zip file: in Excel save as \"CSV UTF-8\"");
        return false;
    }
    for (size_t i = 0, n; i < bytes; i += n, line++) {
        const char *nul;

        n = line_bytes(text + i, bytes - i);
        nul = memchr(text + i, '\0', n);
        if (nul != NULL) {
            faults_add(r->faults, r->name, line, 0, "a NUL byte: this is not a text file");
            return false;
        }
        if (!text_is_utf8(text + i, n)) {
            faults_add(r->faults, r->name, line, bad_column(text + i, n),
                       "not UTF-8 (a letter such as å, ä or ö in another encoding): in Excel save as \"CSV "
                       "UTF-8\"");
            return false;
        }
    }
    return true;
}

/* The header's delimiter: whichever stands there more often outside quotes. */
static char find_delimiter(const char *text, size_t bytes)
{
    size_t commas = 0;
    size_t semicolons = 0;
    bool quoted = false;
    size_t i = 0;

    while (i < bytes && (text[i] == '\n' || text[i] == '\r'))
        i++;
    for (; i < bytes && (quoted || (text[i] != '\n' && text[i] != '\r')); i++) {
        if (text[i] == '"')
            quoted = !quoted;
        commas += !quoted && text[i] == ',';
        semicolons += !quoted && text[i] == ';';
    }
    return semicolons > commas ? ';' : ',';
}

/* ---- the header ------------------------------------------------------------------------------------------
 */

static char *cell(struct reader *r, size_t i)
{
    return text_trim(r->cells.data + r->starts[i]);
}

static int find_column(const struct import_table *t, const char *name)
{
    for (size_t i = 0; i < t->count; i++) {
        if (strcasecmp(t->columns[i].name, name) == 0)
            return (int)i;
    }
    return NO_COLUMN;
}

static char *column_names(const struct import_table *t)
{
    struct buf b = BUF_INIT;

    for (size_t i = 0; i < t->count && b.bytes < 400; i++)
        buf_addf(&b, "%s%s", i == 0 ? "" : ", ", t->columns[i].name);
    if (b.bytes >= 400)
        buf_adds(&b, ", …");
    return buf_take(&b);
}

static void unknown_column(struct reader *r, size_t i, const char *name)
{
    char *known = column_names(r->table);

    if (*name == '\0')
        faults_add(r->faults, r->name, r->record_line, 0, "column %zu has no name", i + 1);
    else
        faults_add(r->faults, r->name, r->record_line, 0, "unknown column '%.*s': the columns are %s",
                   shown(name), name, known);
    free(known);
}

/* Takes the record as the header line; false when no record can be read by it. */
static bool read_header(struct reader *r)
{
    size_t before = r->faults->count;
    bool *seen = NULL;

    if (strchr(cell(r, 0), '\t') != NULL) {
        faults_add(r->faults, r->name, r->record_line, 0,
                   "the columns are separated by tabs: save with ',' or ';' between them");
        return false;
    }
    seen = mem_alloc(r->table->count, sizeof *seen);
    while (r->cell_count > 0 && *cell(r, r->cell_count - 1) == '\0')
        r->cell_count--; /* Excel leaves empty columns behind */
    if (r->cell_count > IMPORT_COLUMNS_MAX) {
        faults_add(r->faults, r->name, r->record_line, 0, "more than %d columns", IMPORT_COLUMNS_MAX);
        goto out;
    }
    r->header_cells = r->cell_count;
    r->column_of = mem_alloc(r->cell_count, sizeof *r->column_of);
    for (size_t i = 0; i < r->cell_count; i++) {
        int c = find_column(r->table, cell(r, i));

        r->column_of[i] = c;
        if (c == NO_COLUMN)
            unknown_column(r, i, cell(r, i));
        else if (seen[c])
            faults_add(r->faults, r->name, r->record_line, 0, "column '%s' stands twice",
                       r->table->columns[c].name);
        else
            seen[c] = true;
    }
    for (size_t i = 0; i < r->table->count; i++) {
        if (r->table->columns[i].required && !seen[i])
            faults_add(r->faults, r->name, r->record_line, 0, "column '%s' is missing",
                       r->table->columns[i].name);
    }
out:
    free(seen);
    return r->faults->count == before && r->faults->dropped == 0;
}

/* ---- records ---------------------------------------------------------------------------------------------
 */

static bool is_empty(struct reader *r)
{
    for (size_t i = 0; i < r->cell_count; i++) {
        if (*cell(r, i) != '\0')
            return false;
    }
    return true;
}

static void hand_over(struct reader *r, bool breaks_off)
{
    if (r->cell_count < r->header_cells && breaks_off) {
        faults_add(r->faults, r->name, r->record_line, 0,
                   "the file breaks off: the last line has %zu cells, the header has %zu", r->cell_count,
                   r->header_cells);
        return;
    }
    for (size_t i = r->header_cells; i < r->cell_count; i++) {
        if (*cell(r, i) != '\0') {
            faults_add(r->faults, r->name, r->record_line, 0,
                       "%zu cells, but the header has %zu: a cell with '%c' in it must stand in quotes",
                       r->cell_count, r->header_cells, r->delimiter);
            return;
        }
    }
    for (size_t i = 0; i < r->table->count; i++)
        r->row[i] = "";
    for (size_t i = 0; i < r->header_cells && i < r->cell_count; i++)
        r->row[r->column_of[i]] = cell(r, i);
    size_t before = r->faults->count;
    r->table->record(r->record_line, r->row, r->table->arg);
    if (r->cell_count < r->header_cells && r->faults->count > before)
        faults_add(r->faults, r->name, r->record_line, 0, "the line has %zu cells, the header has %zu",
                   r->cell_count, r->header_cells);
}

static void clear_record(struct reader *r)
{
    buf_clear(&r->cells);
    r->cell_count = 0;
    r->record_bytes = 0;
    r->ended = false;
}

/* A whole record has been read; false when reading is pointless from here. */
static bool take_record(struct reader *r, bool breaks_off)
{
    bool go_on = true;

    if (is_empty(r)) {
        /* nothing */
    } else if (r->column_of == NULL) {
        go_on = read_header(r);
    } else if (++r->records > IMPORT_RECORDS_MAX) {
        faults_add(r->faults, r->name, r->record_line, 0, "more than %d records: split the file",
                   IMPORT_RECORDS_MAX);
        go_on = false;
    } else {
        hand_over(r, breaks_off);
    }
    clear_record(r);
    return go_on;
}

/* ---- lines -----------------------------------------------------------------------------------------------
 */

static void start_parser(struct reader *r)
{
    int failed = csv_init(&r->parser, CSV_STRICT | CSV_STRICT_FINI);

    assert(failed == 0);
    (void)failed;
    csv_set_delim(&r->parser, (unsigned char)r->delimiter);
}

/* A quote where none may stand: the line is left out and reading starts afresh after it. */
static bool misplaced_quote(struct reader *r, int line, const char *text, size_t at)
{
    faults_add(r->faults, r->name, line, (int)text_chars(text, at) + 1,
               "a quote in the middle of a cell: put the whole cell in quotes and double those inside");
    csv_free(&r->parser);
    start_parser(r);
    clear_record(r);
    return r->column_of != NULL;
}

/* Feeds one line to libcsv; the record may go on in the next one. False: stop reading. */
static bool read_line(struct reader *r, int line, const char *text, size_t bytes, bool last)
{
    bool terminated = bytes > 0 && (text[bytes - 1] == '\n' || text[bytes - 1] == '\r');
    size_t took;

    if (r->record_bytes == 0)
        r->record_line = line;
    r->record_bytes += bytes;
    if (r->record_bytes > IMPORT_RECORD_MAX_BYTES) {
        faults_add(r->faults, r->name, r->record_line, 0,
                   "a line of more than %d bytes: has a quote been left open?", IMPORT_RECORD_MAX_BYTES);
        return false;
    }
    took = csv_parse(&r->parser, text, bytes, on_cell, on_end, r);
    if (took < bytes)
        return misplaced_quote(r, line, text, took); /* what it took ends before the quote */
    if (last && !r->ended && csv_fini(&r->parser, on_cell, on_end, r) != 0) {
        faults_add(r->faults, r->name, r->record_line, 0,
                   "the quote that opens in this line is never closed");
        return false;
    }
    if (r->ended)
        return take_record(r, last && !terminated);
    if (r->cell_count == 0 && !r->parser.quoted)
        clear_record(r); /* an empty line */
    return true;
}

static void read_lines(struct reader *r, const char *text, size_t bytes)
{
    int line = 1;

    for (size_t i = 0, n; i < bytes; i += n, line++) {
        n = line_bytes(text + i, bytes - i);
        if (!read_line(r, line, text + i, n, i + n == bytes))
            return;
    }
    if (r->column_of == NULL)
        faults_add(r->faults, r->name, 0, 0, "the file is empty: its first line must name the columns");
}

bool import_csv_parse(const char *name, const char *text, size_t bytes, const struct import_table *table,
                      struct faults *faults, struct err *e)
{
    struct reader r = {.name = name, .table = table, .faults = faults};

    assert(table->count >= 1 && table->count <= IMPORT_COLUMNS_MAX);
    if (bytes >= INT_MAX)
        return err_set(e, ERR_LIMIT, "%s is too large", name);
    if (bytes >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        text += 3;
        bytes -= 3;
    }
    if (check_bytes(&r, text, bytes)) {
        r.delimiter = find_delimiter(text, bytes);
        r.row = mem_alloc(table->count, sizeof *r.row);
        start_parser(&r);
        read_lines(&r, text, bytes);
        csv_free(&r.parser);
    }
    free(r.row);
    free(r.column_of);
    free(r.starts);
    buf_fini(&r.cells);
    return import_csv_verdict(name, faults, e);
}

const char *import_csv_name(const char *path)
{
    return strcmp(path, "-") == 0 ? "standard input" : path;
}

bool import_csv_verdict(const char *name, struct faults *faults, struct err *e)
{
    size_t count = faults->count + faults->dropped;

    if (count == 0)
        return true;
    faults_sort(faults);
    return err_set(e, ERR_INPUT, "%s has %zu fault%s: nothing was changed", name, count,
                   count == 1 ? "" : "s");
}

bool import_csv_file(const char *path, const struct import_table *table, struct faults *faults, struct err *e)
{
    char *text = NULL;
    size_t bytes = 0;
    bool ok = file_read(path, IMPORT_FILE_MAX_BYTES, &text, &bytes, e) &&
              import_csv_parse(import_csv_name(path), text, bytes, table, faults, e);

    free(text);
    return ok;
}
