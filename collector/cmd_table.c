#include "collector/cmd_table.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/base/csv_write.h"
#include "core/base/mem.h"
#include "core/base/text.h"

void table_init(struct table *t, const char *const *columns, size_t column_count)
{
    *t = (struct table){.columns = columns, .column_count = column_count};
}

void table_fini(struct table *t)
{
    for (size_t i = 0; i < t->count; i++)
        free(t->cells[i].text);
    free(t->cells);
    *t = (struct table){.columns = NULL};
}

static void add(struct table *t, struct table_cell c)
{
    t->cells = mem_room(t->cells, t->count, &t->capacity, sizeof c);
    t->cells[t->count++] = c;
}

void table_text(struct table *t, const char *text)
{
    add(t, (struct table_cell){.text = mem_dup(text)});
}

void table_number(struct table *t, double number, int decimals)
{
    add(t, (struct table_cell){.is_number = true, .number = number, .decimals = decimals});
}

void table_empty(struct table *t)
{
    add(t, (struct table_cell){.text = NULL});
}

/* ---- CSV -------------------------------------------------------------------------------------------------
 */

static void print_csv(const struct table *t, bool excel)
{
    struct buf out = BUF_INIT;
    struct csv_write w;

    csv_write_init(&w, &out, (struct csv_style){.excel = excel});
    for (size_t c = 0; c < t->column_count; c++)
        csv_write_text(&w, t->columns[c]);
    csv_write_row(&w);
    for (size_t i = 0; i < t->count; i++) {
        const struct table_cell *cell = &t->cells[i];

        if (cell->is_number)
            csv_write_number(&w, cell->number, cell->decimals);
        else
            csv_write_text(&w, cell->text);
        if ((i + 1) % t->column_count == 0)
            csv_write_row(&w);
    }
    (void)fwrite(buf_str(&out), 1, out.bytes, stdout);
    buf_fini(&out);
}

/* ---- aligned columns -------------------------------------------------------------------------------------
 */

/* As shown to a person; the caller's. */
static char *cell_text(const struct table_cell *c)
{
    if (c->is_number)
        return mem_printf("%.*f", c->decimals, c->number);
    return mem_dup(c->text == NULL ? "" : c->text);
}

static size_t chars(const char *s)
{
    return text_chars(s, strlen(s));
}

static size_t *make_widths(const struct table *t)
{
    size_t *widths = mem_alloc(t->column_count, sizeof *widths);

    for (size_t c = 0; c < t->column_count; c++)
        widths[c] = chars(t->columns[c]);
    for (size_t i = 0; i < t->count; i++) {
        char *text = cell_text(&t->cells[i]);
        size_t n = chars(text);

        if (n > widths[i % t->column_count])
            widths[i % t->column_count] = n;
        free(text);
    }
    return widths;
}

/* Numbers stand to the right, and so do their headings; nothing trails after the last column. */
static void print_cell(const char *text, size_t width, bool right, bool last)
{
    int pad = (int)(width - chars(text));

    if (right)
        printf("%*s%s", pad, "", text);
    else if (last)
        printf("%s", text);
    else
        printf("%s%*s", text, pad, "");
    printf("%s", last ? "\n" : "  ");
}

static void print_text(const struct table *t)
{
    size_t *widths = make_widths(t);

    for (size_t c = 0; c < t->column_count; c++)
        print_cell(t->columns[c], widths[c], t->count > 0 && t->cells[c].is_number, c + 1 == t->column_count);
    for (size_t i = 0; i < t->count; i++) {
        size_t c = i % t->column_count;
        char *text = cell_text(&t->cells[i]);

        print_cell(text, widths[c], t->cells[i].is_number, c + 1 == t->column_count);
        free(text);
    }
    free(widths);
}

void table_print(const struct table *t, const struct args *a)
{
    assert(t->count % t->column_count == 0);
    if (args_flag(a, "excel") || strcmp(args_text(a, "format"), "csv") == 0)
        print_csv(t, args_flag(a, "excel"));
    else
        print_text(t);
}
