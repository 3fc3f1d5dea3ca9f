/* What the store keeps, told by its own schema: SQLite keeps the text of each CREATE TABLE with its comments.
 */

#include "core/store/sqlite/db.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/base/mem.h"
#include "core/base/text.h"

static void copy_cut(char *out, size_t size, const char *text)
{
    size_t n = strlen(text);

    if (n > size - 1)
        n = text_whole_bytes(text, size - 1);
    memcpy(out, text, n);
    out[n] = '\0';
}

/* Appends what follows "--" in the line, if anything. */
static void add_comment(struct buf *out, const char *line, size_t bytes)
{
    char *one = mem_dup_bytes(line, bytes);
    char *dashes = strstr(one, "--");

    if (dashes != NULL) {
        if (out->bytes > 0)
            buf_addc(out, ' ');
        buf_adds(out, text_trim(dashes + 2));
    }
    free(one);
}

/* The comment of a column: on its line, and on those after it that have nothing else. */
static void read_comment(const char *sql, const char *column, char *out, size_t size)
{
    struct buf comment = BUF_INIT;
    size_t name = strlen(column);
    bool within = false;

    for (const char *line = sql; *line != '\0';) {
        size_t bytes = strcspn(line, "\n");
        const char *word = line + strspn(line, " ");

        if (within && strncmp(word, "--", 2) != 0)
            break;
        within = within || (strncmp(word, column, name) == 0 && word[name] == ' ');
        if (within)
            add_comment(&comment, line, bytes);
        line += bytes + (line[bytes] == '\n');
    }
    copy_cut(out, size, buf_str(&comment));
    buf_fini(&comment);
}

bool store_field_list(struct store *s, struct store_field **out, size_t *count, struct err *e)
{
    size_t capacity = 0;
    sqlite3_stmt *st;
    bool row;

    *out = NULL;
    *count = 0;
    if (!db_statement(s, SQL_FIELD_LIST, &st, e))
        return false;
    while (db_step(s, st, &row, e)) {
        struct store_field *f;

        if (!row)
            return true;
        *out = mem_room(*out, *count, &capacity, sizeof **out);
        f = &(*out)[(*count)++];
        db_copy_text(st, 0, f->table, sizeof f->table);
        db_copy_text(st, 1, f->column, sizeof f->column);
        read_comment((const char *)sqlite3_column_text(st, 2), f->column, f->comment, sizeof f->comment);
    }
    free(*out);
    *out = NULL;
    *count = 0;
    return false;
}
