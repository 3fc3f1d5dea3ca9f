#include "collector/slips.h"

#include <stdlib.h>

#include "collector/drawing.h"
#include "collector/link.h"
#include "collector/svg.h"
#include "core/base/mem.h"

/* The sheet in mm, and each slip from its own corner. The margins are what printers leave blank. */
static const double LEFT = 10, TOP = 12.5, SLIP_WIDTH = 190.0 / SLIPS_ACROSS, SLIP_HEIGHT = 34;
static const double QR_X = 0.8, QR_Y = 0.8, QR_SIDE = 28.6;
static const double WORDS_X = 30, WORDS_WIDTH = 32;
static const double ADDRESS_Y = 31.1;

static const double LINE_HEIGHT = 1.2;

/* What all slips have in common, fitted once. */
struct fitted {
    struct drawing_lines group, unit, how, how_english, address;
};

static void fit(const char *text, double width, double height, double size_max, int lines, bool bold,
                struct drawing_lines *out)
{
    const struct drawing_box box = {.width_mm = width,
                                    .height_mm = height,
                                    .size_max_mm = size_max,
                                    .size_min_mm = 1.4,
                                    .line_height = LINE_HEIGHT,
                                    .lines_max = lines,
                                    .bold = bold};

    drawing_fit(text, &box, out);
}

static void fit_all(const struct slips *s, struct fitted *f)
{
    char *typed = link_typed(s->public_url);
    char *address = mem_printf("%s%s", typed, s->access_code);

    fit(s->group, WORDS_WIDTH, 5.4, 4.4, 2, true, &f->group);
    fit(s->unit, WORDS_WIDTH, 4.8, 2.5, 2, false, &f->unit);
    fit(s->swedish->slip_how, WORDS_WIDTH, 5.4, 2.1, 3, false, &f->how);
    fit(s->english->slip_how, WORDS_WIDTH, 4.4, 1.8, 3, false, &f->how_english);
    fit(address, SLIP_WIDTH - 5, 3.4, 2.8, 2, true, &f->address);
    free(address);
    free(typed);
}

static void fitted_fini(struct fitted *f)
{
    drawing_lines_fini(&f->group);
    drawing_lines_fini(&f->unit);
    drawing_lines_fini(&f->how);
    drawing_lines_fini(&f->how_english);
    drawing_lines_fini(&f->address);
}

/* Pale lines to cut along, and short dark ones outside the slips for a guillotine. */
static void add_cut_marks(struct buf *out)
{
    const double right = LEFT + SLIPS_ACROSS * SLIP_WIDTH, low = TOP + SLIPS_DOWN * SLIP_HEIGHT;

    buf_adds(out,
             "<path fill=\"none\" stroke=\"#b8bec8\" stroke-width=\".15\" stroke-dasharray=\"1 1\" d=\"");
    for (int i = 0; i <= SLIPS_ACROSS; i++)
        buf_addf(out, "M%.2f %.2fV%.2f", LEFT + i * SLIP_WIDTH, TOP, low);
    for (int i = 0; i <= SLIPS_DOWN; i++)
        buf_addf(out, "M%.2f %.2fH%.2f", LEFT, TOP + i * SLIP_HEIGHT, right);
    buf_adds(out, "\"/>\n<path fill=\"none\" stroke=\"#000\" stroke-width=\".2\" d=\"");
    for (int i = 0; i <= SLIPS_ACROSS; i++)
        buf_addf(out, "M%.2f %.2fv-4M%.2f %.2fv4", LEFT + i * SLIP_WIDTH, TOP - 1, LEFT + i * SLIP_WIDTH,
                 low + 1);
    for (int i = 0; i <= SLIPS_DOWN; i++)
        buf_addf(out, "M%.2f %.2fh-4M%.2f %.2fh4", LEFT - 1, TOP + i * SLIP_HEIGHT, right + 1,
                 TOP + i * SLIP_HEIGHT);
    buf_adds(out, "\"/>\n");
}

static void add_words(const struct slips *s, const struct fitted *f, const char *code, double x, double y,
                      struct buf *out)
{
    struct text_look look = {.anchor = "start", .colour = SVG_INK, .bold = true};
    double label;

    svg_lines(out, x + WORDS_X, y + 4, LINE_HEIGHT, &look, &f->group);
    look = (struct text_look){.anchor = "start", .colour = SVG_QUIET_INK};
    svg_lines(out, x + WORDS_X, y + 9.2, LINE_HEIGHT, &look, &f->unit);
    look.size = 2.1;
    svg_text(out, x + WORDS_X, y + 15.9, &look, s->swedish->slip_code);
    label = drawing_text_width(s->swedish->slip_code, look.size, false) + 1.2;
    look = (struct text_look){.anchor = "start", .colour = SVG_INK};
    look.size = (WORDS_WIDTH - label) / (drawing_text_width(code, 1, true) + 0.22);
    look.size = look.size < 3.9 ? look.size : 3.9;
    svg_open_text(out, x + WORDS_X + label, y + 15.6, &look);
    svg_code(out, code, look.size);
    buf_adds(out, "</text>\n");
    svg_lines(out, x + WORDS_X, y + 21, LINE_HEIGHT, &look, &f->how);
    look.colour = SVG_QUIET_INK;
    svg_lines(out, x + WORDS_X, y + 26.4, LINE_HEIGHT, &look, &f->how_english);
    look = (struct text_look){.anchor = "middle", .colour = SVG_INK, .bold = true};
    svg_lines(out, x + SLIP_WIDTH / 2, y + ADDRESS_Y, LINE_HEIGHT, &look, &f->address);
}

static bool add_slip(const struct slips *s, const struct fitted *f, size_t i, struct buf *out, struct err *e)
{
    size_t at = i % SLIPS_ON_SHEET;
    double x = LEFT + (double)(at % SLIPS_ACROSS) * SLIP_WIDTH;
    double y = TOP + (double)(at / SLIPS_ACROSS) * SLIP_HEIGHT;
    char *text = link_slip_qr(s->public_url, s->access_code, s->codes[i]);
    struct qr qr = {.modules = 0};
    bool ok = qr_make(text, &qr, e);

    if (ok) {
        svg_qr(out, x + QR_X, y + QR_Y, QR_SIDE, &qr);
        add_words(s, f, s->codes[i], x, y, out);
    }
    qr_fini(&qr);
    free(text);
    return ok;
}

size_t slips_sheets(size_t count)
{
    return (count + SLIPS_ON_SHEET - 1) / SLIPS_ON_SHEET;
}

bool slips_svg(const struct slips *s, struct buf *sheets, struct err *e)
{
    struct fitted f;
    bool ok = true;

    fit_all(s, &f);
    for (size_t i = 0; ok && i < s->count; i++) {
        struct buf *sheet = &sheets[i / SLIPS_ON_SHEET];

        if (i % SLIPS_ON_SHEET == 0) {
            svg_open_page(sheet, "sv", s->title);
            add_cut_marks(sheet);
        }
        ok = add_slip(s, &f, i, sheet, e);
        if (i % SLIPS_ON_SHEET == SLIPS_ON_SHEET - 1 || i + 1 == s->count)
            buf_adds(sheet, "</svg>\n");
    }
    fitted_fini(&f);
    return ok;
}
