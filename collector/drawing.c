#include "collector/drawing.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <cairo-pdf.h>
#include <cairo.h>
#include <librsvg/rsvg.h>
#include <pango/pangocairo.h>

#include "core/base/mem.h"

static const double MM_PER_INCH = 25.4, POINTS_PER_INCH = 72;

/* Text is measured large, so that rounding to pango's units does not show, and scaled down. */
static const double MEASURED_SIZE = 100;

/* ---- measuring ----------------------------------------------------------------------------------------- */

static PangoLayout *layout_new(const char *text, bool bold)
{
    PangoContext *context = pango_font_map_create_context(pango_cairo_font_map_get_default());
    cairo_font_options_t *options = cairo_font_options_create();
    PangoFontDescription *font = pango_font_description_new();
    PangoLayout *layout;

    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(context, options);
    pango_context_set_round_glyph_positions(context, FALSE);
    pango_font_description_set_family_static(font, DRAWING_FONTS);
    pango_font_description_set_weight(font, bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_font_description_set_absolute_size(font, MEASURED_SIZE * PANGO_SCALE);

    layout = pango_layout_new(context);
    pango_layout_set_font_description(layout, font);
    pango_layout_set_text(layout, text, -1);
    pango_font_description_free(font);
    cairo_font_options_destroy(options);
    g_object_unref(context);
    return layout;
}

/* The width of the layout's widest line at font size 1. Each line is measured from its own left end: in a
 * layout that has a width, lines that are written from the right begin at its right end, wherever that is. */
static double layout_width(PangoLayout *layout)
{
    int widest = 0;

    for (int i = 0; i < pango_layout_get_line_count(layout); i++) {
        PangoRectangle ink, logical;

        pango_layout_line_get_extents(pango_layout_get_line_readonly(layout, i), &ink, &logical);
        widest = MAX(widest, MAX(ink.x + ink.width, logical.x + logical.width));
    }
    return (double)widest / PANGO_SCALE / MEASURED_SIZE;
}

double drawing_text_width(const char *text, double size_mm, bool bold)
{
    PangoLayout *layout = layout_new(text, bold);
    double width = layout_width(layout) * size_mm;

    g_object_unref(layout);
    return width;
}

size_t drawing_missing_glyphs(const char *text)
{
    PangoLayout *layout = layout_new(text, false);
    int missing = pango_layout_get_unknown_glyphs_count(layout);

    g_object_unref(layout);
    return (size_t)missing;
}

/* ---- fitting ------------------------------------------------------------------------------------------- */

/* Breaks at so many font sizes; whether that gives at most `lines` lines, none of them wider. */
static bool wraps(PangoLayout *layout, double ems, int lines)
{
    pango_layout_set_width(layout, (int)(ems * MEASURED_SIZE * PANGO_SCALE));
    return pango_layout_get_line_count(layout) <= lines && layout_width(layout) <= ems + 1e-3;
}

static double smaller(double a, double b)
{
    return a < b ? a : b;
}

/* The largest font size at which the text fits on so many lines; 0 when it does not at `least`. */
static double largest_size(PangoLayout *layout, const struct drawing_box *box, int lines, double least)
{
    double low = least, high = smaller(box->size_max_mm, box->height_mm / box->line_height / lines);

    if (high < least || !wraps(layout, box->width_mm / least, lines))
        return 0;
    if (wraps(layout, box->width_mm / high, lines))
        return high;
    while (high - low > 0.01) {
        double middle = (low + high) / 2;
        if (wraps(layout, box->width_mm / middle, lines))
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* Chooses size and number of lines; 0 when nothing fits at `least`. */
static double choose(PangoLayout *layout, const struct drawing_box *box, double least, int *lines)
{
    double best = 0;

    for (int n = 1; n <= box->lines_max; n++) {
        double size = largest_size(layout, box, n, least);
        if (size > best + 0.05) {
            best = size;
            *lines = n;
        }
        if (n == 1 && size >= 0.8 * box->size_max_mm)
            break;
    }
    return best;
}

/* The narrowest width that still gives that many lines, so that they become about as long as each other. */
static void even_out(PangoLayout *layout, double ems, int lines)
{
    double low = ems / lines / 2, high = ems;

    while (high - low > 0.02) {
        double middle = (low + high) / 2;
        if (wraps(layout, middle, lines))
            high = middle;
        else
            low = middle;
    }
    (void)wraps(layout, high, lines);
}

static void take_lines(PangoLayout *layout, struct drawing_lines *out)
{
    const char *text = pango_layout_get_text(layout);

    out->count = pango_layout_get_line_count(layout);
    assert(out->count <= DRAWING_LINES_MAX);
    for (int i = 0; i < out->count; i++) {
        PangoLayoutLine *line = pango_layout_get_line_readonly(layout, i);
        const char *from = text + line->start_index;
        size_t bytes = (size_t)line->length;
        while (bytes > 0 && from[bytes - 1] == ' ')
            bytes--;
        while (bytes > 0 && *from == ' ') {
            from++;
            bytes--;
        }
        out->line[i] = mem_dup_bytes(from, bytes);
    }
}

void drawing_fit(const char *text, const struct drawing_box *box, struct drawing_lines *out)
{
    PangoLayout *layout = layout_new(text, box->bold);
    double least = box->size_min_mm;
    int lines = 1;

    assert(box->lines_max >= 1 && box->lines_max <= DRAWING_LINES_MAX);
    *out = (struct drawing_lines){.count = 0};
    pango_layout_set_single_paragraph_mode(layout, TRUE);
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD);
    out->size_mm = choose(layout, box, least, &lines);
    if (out->size_mm <= 0)
        pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    for (; out->size_mm <= 0; least *= 0.9)
        out->size_mm = choose(layout, box, least, &lines);
    if (box->full_lines)
        (void)wraps(layout, box->width_mm / out->size_mm, lines);
    else
        even_out(layout, box->width_mm / out->size_mm, lines);
    take_lines(layout, out);
    g_object_unref(layout);
}

void drawing_lines_fini(struct drawing_lines *l)
{
    for (int i = 0; i < l->count; i++)
        free(l->line[i]);
    *l = (struct drawing_lines){.count = 0};
}

/* ---- files --------------------------------------------------------------------------------------------- */

static cairo_status_t add_bytes(void *buf, const unsigned char *bytes, unsigned count)
{
    buf_add(buf, bytes, count);
    return CAIRO_STATUS_SUCCESS;
}

/* Onto the surface's present page. */
static bool render(const struct buf *svg, cairo_surface_t *surface, double width, double height,
                   struct err *e)
{
    const RsvgRectangle page = {.x = 0, .y = 0, .width = width, .height = height};
    GError *fault = NULL;
    bool ok = false;
    cairo_t *cr = cairo_create(surface);
    RsvgHandle *handle = rsvg_handle_new_from_data((const guint8 *)buf_str(svg), svg->bytes, &fault);

    if (handle == NULL || !rsvg_handle_render_document(handle, cr, &page, &fault)) {
        err_set(e, ERR_BUG, "the drawing can not be rendered: %s", fault->message);
        goto out;
    }
    if (cairo_status(cr) != CAIRO_STATUS_SUCCESS) {
        err_set(e, ERR_IO, "the drawing can not be rendered: %s", cairo_status_to_string(cairo_status(cr)));
        goto out;
    }
    ok = true;
out:
    g_clear_error(&fault);
    if (handle != NULL)
        g_object_unref(handle);
    cairo_destroy(cr);
    return ok;
}

static bool surface_done(cairo_surface_t *surface, const char *what, struct err *e)
{
    cairo_status_t status;

    cairo_surface_finish(surface);
    status = cairo_surface_status(surface);
    if (status == CAIRO_STATUS_SUCCESS)
        return true;
    return err_set(e, ERR_IO, "the %s can not be made: %s", what, cairo_status_to_string(status));
}

static bool record(const struct buf *svg, double width, double height, cairo_surface_t **out, struct err *e)
{
    const cairo_rectangle_t page = {.x = 0, .y = 0, .width = width, .height = height};

    *out = cairo_recording_surface_create(CAIRO_CONTENT_COLOR_ALPHA, &page);
    return render(svg, *out, width, height, e);
}

static void replay(cairo_surface_t *recorded, cairo_surface_t *surface)
{
    cairo_t *cr = cairo_create(surface);

    cairo_set_source_surface(cr, recorded, 0, 0);
    cairo_paint(cr);
    cairo_destroy(cr);
}

bool drawing_pdf(const struct buf *pages, size_t count, const char *title, struct buf *out, struct err *e)
{
    return drawing_pdf_on(NULL, 0, pages, count, title, out, e);
}

bool drawing_pdf_on(const struct buf *ground, size_t grounded, const struct buf *pages, size_t count,
                    const char *title, struct buf *out, struct err *e)
{
    cairo_surface_t *recorded = NULL;
    const double width = DRAWING_A4_WIDTH_MM / MM_PER_INCH * POINTS_PER_INCH;
    const double height = DRAWING_A4_HEIGHT_MM / MM_PER_INCH * POINTS_PER_INCH;
    bool ok = false;
    cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(add_bytes, out, width, height);

    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title);
    if (grounded > 0 && !record(ground, width, height, &recorded, e))
        goto out;
    for (size_t i = 0; i < count; i++) {
        if (i < grounded)
            replay(recorded, surface);
        if (!render(&pages[i], surface, width, height, e))
            goto out;
        cairo_surface_show_page(surface);
    }
    ok = surface_done(surface, "PDF", e);
out:
    cairo_surface_destroy(surface);
    if (recorded != NULL)
        cairo_surface_destroy(recorded);
    return ok;
}

bool drawing_png(const struct buf *page, int dpi, struct buf *out, struct err *e)
{
    int width = (int)(DRAWING_A4_WIDTH_MM / MM_PER_INCH * dpi + 0.5);
    int height = (int)(DRAWING_A4_HEIGHT_MM / MM_PER_INCH * dpi + 0.5);
    bool ok = false;
    cairo_surface_t *surface;
    cairo_status_t status;

    assert(dpi >= 50 && dpi <= 1200);
    surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
    cairo_t *cr = cairo_create(surface);
    cairo_set_source_rgb(cr, 1, 1, 1);
    cairo_paint(cr);
    cairo_destroy(cr);
    if (!render(page, surface, width, height, e))
        goto out;
    status = cairo_surface_write_to_png_stream(surface, add_bytes, out);
    if (status != CAIRO_STATUS_SUCCESS) {
        err_set(e, ERR_IO, "the PNG can not be made: %s", cairo_status_to_string(status));
        goto out;
    }
    ok = surface_done(surface, "PNG", e);
out:
    cairo_surface_destroy(surface);
    return ok;
}

void drawing_fini(void)
{
    /* Pango looks fonts up in a thread that can not be joined; cairo would abort if it still held one. */
    enum { LAST_LOOKUP_US = 300 * 1000 };

    g_usleep(LAST_LOOKUP_US);
    pango_cairo_font_map_set_default(NULL);
}
