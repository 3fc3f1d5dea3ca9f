#include "collector/slips.h"

#include <stdlib.h>

#include "collector/drawing.h"
#include "collector/link.h"
#include "collector/svg.h"
#include "core/base/mem.h"

/* The sheet in mm, and each slip from its own corner. The margins are what printers leave blank. */
static const double LEFT = 10, TOP = 12.5, SLIP_WIDTH = 190.0 / SLIPS_ACROSS, SLIP_HEIGHT = 34;

/* Nothing stands closer to where the scissors go. The QR code's own white is part of that. */
static const double MARGIN = 4;
static const double QR_BLACK = 20;
static const double WORDS_X = 27, WORDS_WIDTH = 190.0 / SLIPS_ACROSS - 4 - 27;
static const double NAME_Y = 6.3, HOW_Y = 12.8, ENGLISH_Y = 18.2, CODE_Y = 23.1, ADDRESS_Y = 28.5;

/* 8 points is the least that a child should have to read. */
static const double READABLE = 2.83, CODE_SIZE = 5;

static const double LINE_HEIGHT = 1.2;

/* What all slips have in common, fitted once. */
struct fitted {
    struct drawing_lines name, how, how_english, address;
    double label_width; /* with the gap after it */
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
    char *name = mem_printf("%s, %s", s->group, s->unit);

    fit(name, WORDS_WIDTH, 5, 3.7, 3, true, &f->name);
    fit(s->swedish->slip.how, WORDS_WIDTH, 7, READABLE, 2, false, &f->how);
    fit(s->english->slip.how, WORDS_WIDTH, 3.6, READABLE, 1, false, &f->how_english);
    fit(address, SLIP_WIDTH - 2 * MARGIN, 3.6, READABLE, 2, true, &f->address);
    f->label_width = drawing_text_width(s->swedish->slip.code, READABLE, false) + 1.4;
    free(name);
    free(address);
    free(typed);
}

static void fitted_fini(struct fitted *f)
{
    drawing_lines_fini(&f->name);
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

struct corner {
    double x, y;
};

static struct corner corner_of(size_t slip)
{
    size_t at = slip % SLIPS_ON_SHEET;
    size_t row = at / SLIPS_ACROSS;

    return (struct corner){.x = LEFT + (double)(at % SLIPS_ACROSS) * SLIP_WIDTH,
                           .y = TOP + (double)row * SLIP_HEIGHT};
}

/* What is the same on each slip. */
static void add_words(const struct slips *s, const struct fitted *f, struct corner at, struct buf *out)
{
    double x = at.x + WORDS_X;
    struct text_look look = {.anchor = "start", .colour = SVG_INK, .bold = true};

    svg_lines(out, x, at.y + NAME_Y, LINE_HEIGHT, &look, &f->name);
    look = (struct text_look){.size = READABLE, .anchor = "start", .colour = SVG_QUIET_INK};
    svg_text(out, x, at.y + CODE_Y + 0.5, &look, s->swedish->slip.code);
    svg_lines(out, x, at.y + ENGLISH_Y, LINE_HEIGHT, &look, &f->how_english);
    look.colour = SVG_INK;
    svg_lines(out, x, at.y + HOW_Y, LINE_HEIGHT, &look, &f->how);
    look = (struct text_look){.anchor = "middle", .colour = SVG_INK, .bold = true};
    svg_lines(out, at.x + SLIP_WIDTH / 2, at.y + ADDRESS_Y, LINE_HEIGHT, &look, &f->address);
}

/* As large as the room allows, in few steps: each size of a font costs as much as all its letters. */
static double code_size(const struct fitted *f, const char *code)
{
    const double step = 0.2;
    double room = (WORDS_WIDTH - f->label_width) / (drawing_text_width(code, 1, true) + 0.22);
    double size = CODE_SIZE;

    while (size > room && size > step)
        size -= step;
    return size;
}

/* What is each slip's own. */
static bool add_code(const struct slips *s, const struct fitted *f, const char *code, struct corner at,
                     struct buf *out, struct err *e)
{
    char *text = link_slip_qr(s->public_url, s->access_code, code);
    const struct text_look look = {.size = code_size(f, code), .anchor = "start", .colour = SVG_INK};
    struct qr qr = {.modules = 0};
    bool ok = qr_make(text, &qr, e);

    if (ok) {
        double quiet = QR_BLACK / qr.modules * QR_QUIET_MODULES;

        svg_qr(out, at.x + MARGIN - quiet, at.y + MARGIN - quiet, QR_BLACK + 2 * quiet, &qr);
        svg_open_text(out, at.x + WORDS_X + f->label_width, at.y + CODE_Y, &look);
        svg_code(out, code, look.size);
        buf_adds(out, "</text>\n");
    }
    qr_fini(&qr);
    free(text);
    return ok;
}

/* Marks and words of the first `count` slips of a sheet. */
static void add_ground(const struct slips *s, const struct fitted *f, size_t count, struct buf *out)
{
    add_cut_marks(out);
    for (size_t i = 0; i < count; i++)
        add_words(s, f, corner_of(i), out);
}

size_t slips_sheets(size_t count)
{
    return (count + SLIPS_ON_SHEET - 1) / SLIPS_ON_SHEET;
}

static bool add_sheet(const struct slips *s, const struct fitted *f, size_t first, struct buf *out,
                      struct err *e)
{
    size_t left = s->count - first;
    size_t here = left < SLIPS_ON_SHEET ? left : SLIPS_ON_SHEET;
    bool ok = true;

    svg_open_layer(out, "sv", s->title);
    if (here < SLIPS_ON_SHEET)
        add_ground(s, f, here, out);
    for (size_t i = first; ok && i < first + here; i++)
        ok = add_code(s, f, s->codes[i], corner_of(i), out, e);
    buf_adds(out, "</svg>\n");
    return ok;
}

bool slips_pdf(const struct slips *s, struct buf *out, struct err *e)
{
    size_t count = slips_sheets(s->count);
    struct buf *sheets = mem_alloc(count, sizeof *sheets);
    struct buf ground = BUF_INIT;
    struct fitted f;
    bool ok = true;

    fit_all(s, &f);
    svg_open_page(&ground, "sv", s->title);
    add_ground(s, &f, SLIPS_ON_SHEET, &ground);
    buf_adds(&ground, "</svg>\n");
    for (size_t i = 0; ok && i < count; i++)
        ok = add_sheet(s, &f, i * SLIPS_ON_SHEET, &sheets[i], e);
    ok = ok && drawing_pdf_on(&ground, s->count / SLIPS_ON_SHEET, sheets, count, s->title, out, e);
    for (size_t i = 0; i < count; i++)
        buf_fini(&sheets[i]);
    free(sheets);
    buf_fini(&ground);
    fitted_fini(&f);
    return ok;
}
