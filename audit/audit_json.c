#include "audit/audit_json.h"

#include <jansson.h>
#include <limits.h>
#include <string.h>

#include "core/base/text.h"

/* Where reading stands. jansson reads one value from there; what stands between values is read here, so that
 * a large table is never a tree and a row knows its line. */
struct reader {
    const char *name;
    const char *text;
    size_t bytes, at;
    int line; /* of `at` */
};

static bool wrong(const struct reader *r, const char *what, struct err *e)
{
    return err_set(e, ERR_INPUT, "%s:%d: %s", r->name, r->line, what);
}

static void move(struct reader *r, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        r->line += r->text[r->at + i] == '\n';
    r->at += bytes;
}

static void skip_blanks(struct reader *r)
{
    while (r->at < r->bytes && strchr(" \t\r\n", r->text[r->at]) != NULL && r->text[r->at] != '\0')
        move(r, 1);
}

/* Whether the next sign is `c`, which is then passed. */
static bool passes(struct reader *r, char c)
{
    skip_blanks(r);
    if (r->at == r->bytes || r->text[r->at] != c)
        return false;
    move(r, 1);
    return true;
}

static bool expect(struct reader *r, char c, struct err *e)
{
    const char what[] = {'\'', c, '\'', ' ', 'i', 's', ' ', 'm', 'i', 's', 's', 'i', 'n', 'g', '\0'};

    return passes(r, c) || wrong(r, what, e);
}

/* One value of any type; NULL with e filled. */
static json_t *read_value(struct reader *r, struct err *e)
{
    json_error_t error;
    json_t *v;

    skip_blanks(r);
    v = json_loadb(r->text + r->at, r->bytes - r->at,
                   JSON_DISABLE_EOF_CHECK | JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &error);
    if (v == NULL) {
        r->line += error.line > 0 ? error.line - 1 : 0;
        (void)err_set(e, ERR_INPUT, "%s:%d: not JSON: %s", r->name, r->line, error.text);
        text_one_line(e->text);
        return NULL;
    }
    move(r, (size_t)error.position);
    return v;
}

/* ---- rows -----------------------------------------------------------------------------------------------
 */

static bool convert(const struct reader *r, const json_t *v, struct audit_value *out, struct err *e)
{
    switch (json_typeof(v)) {
    case JSON_NULL:
        *out = (struct audit_value){.kind = AUDIT_EMPTY};
        return true;
    case JSON_STRING:
        *out = (struct audit_value){.kind = *json_string_value(v) == '\0' ? AUDIT_EMPTY : AUDIT_STRING,
                                    .string = json_string_value(v)};
        return true;
    case JSON_INTEGER:
    case JSON_REAL:
        *out = (struct audit_value){.kind = AUDIT_NUMBER, .number = json_number_value(v)};
        return true;
    case JSON_OBJECT:
    case JSON_ARRAY:
    case JSON_TRUE:
    case JSON_FALSE:
        break;
    }
    return wrong(r, "a value in a row that is neither text nor number nor null", e);
}

static bool take_row(struct reader *r, struct audit_table *t, int line, json_t *row, struct err *e)
{
    struct audit_value values[AUDIT_COLUMNS] = {{.kind = AUDIT_ABSENT}};
    const char *key;
    json_t *v;

    json_object_foreach(row, key, v)
    {
        int place = audit_table_column(key);

        if (place >= 0 && !convert(r, v, &values[place], e))
            return false;
    }
    return audit_table_add(t, line, values, e);
}

static bool read_row(struct reader *r, struct audit_table *t, struct err *e)
{
    json_t *row;
    int line;
    bool ok;

    skip_blanks(r);
    line = r->line;
    row = read_value(r, e);
    if (row == NULL)
        return false;
    ok = json_is_object(row) ? take_row(r, t, line, row, e) : wrong(r, "a row that is no object", e);
    json_decref(row);
    return ok;
}

static bool read_rows(struct reader *r, struct audit_table *t, struct err *e)
{
    if (!expect(r, '[', e))
        return false;
    if (passes(r, ']'))
        return true;
    do {
        if (!read_row(r, t, e))
            return false;
    } while (passes(r, ','));
    return expect(r, ']', e);
}

/* ---- the whole ------------------------------------------------------------------------------------------
 */

/* One "key": value of the table; sets *rows when it was the rows. */
static bool read_member(struct reader *r, struct audit_table *t, bool *rows, struct err *e)
{
    json_t *key = read_value(r, e), *v;
    bool is_rows = key != NULL && json_is_string(key) && strcmp(json_string_value(key), "rows") == 0;

    if (key == NULL)
        return false;
    json_decref(key);
    if (!expect(r, ':', e))
        return false;
    if (is_rows) {
        if (*rows)
            return wrong(r, "\"rows\" stands twice", e);
        *rows = true;
        return read_rows(r, t, e);
    }
    v = read_value(r, e);
    json_decref(v);
    return v != NULL;
}

static bool read_table(struct reader *r, struct audit_table *t, struct err *e)
{
    bool rows = false;

    if (!expect(r, '{', e))
        return false;
    do {
        if (!read_member(r, t, &rows, e))
            return false;
    } while (passes(r, ','));
    if (!expect(r, '}', e))
        return false;
    skip_blanks(r);
    if (r->at < r->bytes)
        return wrong(r, "something follows after the table", e);
    return rows || wrong(r, "no \"rows\": this is no table of tld-analysis progression or compare", e);
}

bool audit_json(struct audit_table *t, const char *name, const char *text, size_t bytes, struct err *e)
{
    struct reader r = {.name = name, .text = text, .bytes = bytes, .line = 1};

    if (bytes >= INT_MAX)
        return err_set(e, ERR_LIMIT, "%s is too large", name);
    if (!audit_table_begin(t, name, e) || !read_table(&r, t, e))
        return false;
    audit_table_end(t);
    return true;
}
