#include "core/base/csv_write.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

void csv_write_init(struct csv_write *w, struct buf *out, struct csv_style style)
{
    *w = (struct csv_write){.out = out, .style = style};
    if (style.excel)
        buf_adds(out, "\xEF\xBB\xBF");
}

static char delimiter(const struct csv_write *w)
{
    return w->style.excel ? ';' : ',';
}

static void start_cell(struct csv_write *w)
{
    if (w->cells++ > 0)
        buf_addc(w->out, delimiter(w));
}

static bool is_formula(const char *text)
{
    return *text != '\0' && strchr("=+-@\t\r", *text) != NULL;
}

void csv_write_text(struct csv_write *w, const char *text)
{
    const char stop[] = {delimiter(w), '"', '\r', '\n', '\0'};
    bool quoted;

    start_cell(w);
    if (text == NULL)
        return;
    /* Blanks at the ends are quoted, since some readers drop them otherwise. */
    quoted =
        strpbrk(text, stop) != NULL || text[0] == ' ' || (*text != '\0' && text[strlen(text) - 1] == ' ');
    if (quoted)
        buf_addc(w->out, '"');
    if (is_formula(text))
        buf_addc(w->out, '\'');
    for (; *text != '\0'; text++) {
        if (*text == '"')
            buf_addc(w->out, '"');
        buf_addc(w->out, *text);
    }
    if (quoted)
        buf_addc(w->out, '"');
}

void csv_write_int(struct csv_write *w, int64_t value)
{
    start_cell(w);
    buf_addf(w->out, "%" PRId64, value);
}

/* "-0.00" is nothing but a rounding's leftover. */
static const char *without_minus_zero(const char *number)
{
    return number[0] == '-' && strpbrk(number, "123456789") == NULL ? number + 1 : number;
}

double csv_round(double value, int decimals)
{
    const double scale = pow(10, decimals);

    return fabs(value) < 1e9 ? round(value * scale) / scale : value;
}

void csv_write_number(struct csv_write *w, double value, int decimals)
{
    char text[400];
    char *point;

    assert(isfinite(value) && decimals >= 0 && decimals <= 15);
    start_cell(w);
    if (w->style.precise)
        (void)snprintf(text, sizeof text, "%.15g", value);
    else
        (void)snprintf(text, sizeof text, "%.*f", decimals, csv_round(value, decimals));
    point = strchr(text, '.');
    if (point != NULL && w->style.excel)
        *point = ',';
    buf_adds(w->out, without_minus_zero(text));
}

void csv_write_empty(struct csv_write *w)
{
    start_cell(w);
}

void csv_write_row(struct csv_write *w)
{
    buf_adds(w->out, "\r\n");
    w->cells = 0;
}
