#include "collector/poster.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "collector/drawing.h"
#include "collector/link.h"
#include "collector/qr.h"
#include "collector/svg.h"
#include "core/base/mem.h"

/*
 * The page from top to bottom, in mm. The QR field is 190 mm with its quiet zone, so the rest is narrow: the
 * white above and below the symbol is that quiet zone.
 */
static const double LEFT = 10, RIGHT = 200, MIDDLE = 105, WIDTH = 190;
static const double TOP_LINE_Y = 10, TOP_LINE_SIZE = 4.6;
static const double NAME_TOP = 13, NAME_HEIGHT = 27.5;
static const double WORDS_Y = 47.4;
static const double QR_TOP = 58;
static const double SCAN_TOP = 252.6, SCAN_HEIGHT = 15;
static const double LINK_TOP = 270, LINK_HEIGHT = 18;

/* Dark enough to be read on white (contrast at least 5.5), and apart from each other in grey as well. */
struct word_look {
    const char *colour;
    const char *icon; /* 24 × 24 */
};
static const struct word_look word_looks[PRINT_WORDS] = {
    {.colour = "#1d4e89", /* a shield with a heart */
     .icon = "<path d=\"M12 1L21.5 4.6V11.3C21.5 17 17.4 21.3 12 23C6.6 21.3 2.5 17 2.5 11.3V4.6z\"/>"
             "<path fill=\"#fff\" d=\"M12 17.6C8 14.4 6.6 12.6 6.6 10.4A2.75 2.75 0 0 1 12 9.3"
             "A2.75 2.75 0 0 1 17.4 10.4C17.4 12.6 16 14.4 12 17.6z\"/>"},
    {.colour = "#176345", /* an open book */
     .icon = "<path d=\"M11.2 6.3C8.6 4.4 5 3.8 1 4.2V19.6C5 19.2 8.6 19.8 11.2 21.6z\"/>"
             "<path d=\"M12.8 6.3C15.4 4.4 19 3.8 23 4.2V19.6C19 19.2 15.4 19.8 12.8 21.6z\"/>"
             "<path fill=\"none\" stroke=\"#fff\" stroke-width=\"1.1\" stroke-linecap=\"round\" "
             "d=\"M3.6 8.3C5.6 8.3 7.3 8.7 8.9 9.5M3.6 12C5.6 12 7.3 12.4 8.9 13.2"
             "M20.4 8.3C18.4 8.3 16.7 8.7 15.1 9.5M20.4 12C18.4 12 16.7 12.4 15.1 13.2\"/>"},
    {.colour = "#a23b12", /* two voices */
     .icon = "<path d=\"M4 2H15A3 3 0 0 1 18 5V10.4A3 3 0 0 1 15 13.4H9.6L5.2 17.4V13.4H4A3 3 0 0 1 1 10.4V5"
             "A3 3 0 0 1 4 2z\"/>"
             "<path d=\"M19.6 8.4H20A3 3 0 0 1 23 11.4V16A3 3 0 0 1 20 19H19.4V22.6L15.2 19H11.6"
             "A3 3 0 0 1 9.3 17.9L11.9 15.5H15.4A4.2 4.2 0 0 0 19.6 11.3z\"/>"
             "<circle fill=\"#fff\" cx=\"5.5\" cy=\"7.7\" r=\"1.2\"/>"
             "<circle fill=\"#fff\" cx=\"9.5\" cy=\"7.7\" r=\"1.2\"/>"
             "<circle fill=\"#fff\" cx=\"13.5\" cy=\"7.7\" r=\"1.2\"/>"},
};

/* ---- small pieces -------------------------------------------------------------------------------------- */

/* Lines fitted into a box around a middle. Returns the size of the font. */
static double add_fitted_at(struct buf *out, double middle_x, double middle_y, const struct drawing_box *box,
                            const char *colour, const char *text)
{
    struct drawing_lines fit;

    drawing_fit(text, box, &fit);
    const struct text_look look = {
        .size = fit.size_mm, .anchor = "middle", .colour = colour, .bold = box->bold};
    svg_lines(out, middle_x, middle_y, box->line_height, &look, &fit);
    drawing_lines_fini(&fit);
    return look.size;
}

static double add_fitted(struct buf *out, double middle_y, const struct drawing_box *box, const char *colour,
                         const char *text)
{
    return add_fitted_at(out, MIDDLE, middle_y, box, colour, text);
}

/* The month and year of a round, "Oktober 2026". */
static char *round_name(const struct poster *p)
{
    int month = (p->round[5] - '0') * 10 + (p->round[6] - '0');

    assert(strlen(p->round) == 7 && month >= 1 && month <= PRINT_MONTHS);
    return mem_printf("%s %.4s", p->text[0].poster.month[month - 1], p->round);
}

char *poster_title(const struct poster *p)
{
    const struct print_poster *t = &p->text[0].poster;
    char *round = round_name(p);
    char *title = mem_printf("%s, %s, %s – %s%s%s%s%s – %s", t->word[0], t->word[1], t->word[2], p->unit,
                             p->below_unit != NULL ? ", " : "", p->below_unit != NULL ? p->below_unit : "",
                             p->shared ? " – " : "", p->shared ? t->shared : "", round);

    free(round);
    return title;
}

/* ---- the parts of the page ----------------------------------------------------------------------------- */

static void add_top_line(struct buf *out, const struct poster *p)
{
    char *round = round_name(p);
    double round_width = drawing_text_width(round, TOP_LINE_SIZE, false);
    const struct drawing_box box = {.width_mm = WIDTH - round_width - 8,
                                    .height_mm = 9,
                                    .size_max_mm = TOP_LINE_SIZE,
                                    .size_min_mm = 2,
                                    .line_height = 1.2,
                                    .lines_max = 2,
                                    .bold = true};
    struct drawing_lines fit;

    drawing_fit(p->organisation, &box, &fit);
    struct text_look look = {.size = fit.size_mm, .anchor = "start", .colour = SVG_QUIET_INK, .bold = true};
    svg_lines(out, LEFT, TOP_LINE_Y, box.line_height, &look, &fit);
    drawing_lines_fini(&fit);

    look = (struct text_look){.size = TOP_LINE_SIZE, .anchor = "end", .colour = SVG_QUIET_INK};
    svg_text(out, RIGHT, TOP_LINE_Y, &look, round);
    free(round);
}

/* A tablet, 16 × 20. */
static const char TABLET[] = "<rect x=\"1\" y=\"1\" width=\"14\" height=\"18\" rx=\"2.4\"/>"
                             "<rect fill=\"#fff\" x=\"3.2\" y=\"3.6\" width=\"9.6\" height=\"11.2\"/>"
                             "<circle fill=\"#fff\" cx=\"8\" cy=\"16.9\" r=\"1.1\"/>";

/* "Delad surfplatta" and a tablet in a frame around middle_y, and the same in the second language. */
static void add_shared(struct buf *out, const struct poster *p, double middle_y, double height)
{
    const double gap = 2.2, tablet = height * 0.66, small = 3.7;
    const char *word = p->text[0].poster.shared;
    const char *second = p->languages > 1 ? p->text[1].poster.shared : "";
    struct text_look look = {.size = 5.2, .anchor = "start", .colour = SVG_INK, .bold = true};
    double word_width = drawing_text_width(word, look.size, true);
    double width = 5 * gap + tablet * 0.8 + word_width + drawing_text_width(second, small, false);
    double x = MIDDLE - width / 2;

    buf_addf(out,
             "<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\" rx=\"%.2f\" fill=\"none\" "
             "stroke=\"%s\" stroke-width=\".7\"/>\n",
             x, middle_y - height / 2, width, height, height / 2, SVG_INK);
    x += 1.5 * gap;
    buf_addf(out, "<g transform=\"translate(%.2f %.2f) scale(%.4f)\" fill=\"%s\">%s</g>\n", x,
             middle_y - tablet / 2, tablet / 20, SVG_INK, TABLET);
    x += tablet * 0.8 + gap;
    svg_text(out, x, middle_y, &look, word);
    x += word_width + gap;
    look = (struct text_look){.size = small, .anchor = "start", .colour = SVG_QUIET_INK};
    svg_text(out, x, middle_y, &look, second);
}

/* The unit, below it the class, and below that what the link is for when children share a tablet. */
static void add_names(struct buf *out, const struct poster *p)
{
    const double shared = 7.2, height = p->shared ? NAME_HEIGHT - shared - 0.8 : NAME_HEIGHT;
    struct drawing_box box = {.width_mm = WIDTH,
                              .height_mm = p->below_unit != NULL ? height * 0.6 : height,
                              .size_max_mm = p->below_unit != NULL ? 14.5 : 17,
                              .size_min_mm = 6,
                              .line_height = 1.2,
                              .lines_max = 3,
                              .bold = true};
    double size = add_fitted(out, NAME_TOP + box.height_mm / 2, &box, SVG_INK, p->unit);

    if (p->below_unit != NULL) {
        box.height_mm = height * 0.4;
        box.size_max_mm = size < 9.2 ? size : 9.2;
        box.size_min_mm = 4;
        box.lines_max = 2;
        box.bold = false;
        (void)add_fitted(out, NAME_TOP + height - box.height_mm / 2, &box, SVG_INK, p->below_unit);
    }
    if (p->shared)
        add_shared(out, p, NAME_TOP + NAME_HEIGHT - shared / 2, shared);
}

/* The three words with their signs, spread over the width by their own lengths. */
static void add_words(struct buf *out, const struct poster *p)
{
    const double icon = 10.5, gap = 2.6, below_size = 3.9;
    double size = 7.8, width[PRINT_WORDS], total, x = LEFT;

    do {
        total = 0;
        for (int i = 0; i < PRINT_WORDS; i++) {
            double below =
                p->languages > 1 ? drawing_text_width(p->text[1].poster.word[i], below_size, false) : 0;
            width[i] = drawing_text_width(p->text[0].poster.word[i], size, true);
            width[i] = icon + gap + (width[i] > below ? width[i] : below);
            total += width[i];
        }
        size -= 0.2;
    } while (total > WIDTH - 16 && size > 4);
    size += 0.2;

    for (int i = 0; i < PRINT_WORDS; i++) {
        const struct word_look *w = &word_looks[i];
        struct text_look look = {.size = size, .anchor = "start", .colour = w->colour, .bold = true};
        buf_addf(out, "<g transform=\"translate(%.2f %.2f) scale(%.4f)\" fill=\"%s\">%s</g>\n", x,
                 WORDS_Y - icon / 2, icon / 24, w->colour, w->icon);
        svg_text(out, x + icon + gap, p->languages > 1 ? WORDS_Y - 2.2 : WORDS_Y, &look,
                 p->text[0].poster.word[i]);
        if (p->languages > 1) {
            look = (struct text_look){.size = below_size, .anchor = "start", .colour = SVG_QUIET_INK};
            svg_text(out, x + icon + gap, WORDS_Y + 4.1, &look, p->text[1].poster.word[i]);
        }
        x += width[i] + (WIDTH - total) / (PRINT_WORDS - 1);
    }
}

/* The corners that a camera shows around what it looks at, outside the quiet zone. */
static void add_corners(struct buf *out)
{
    const double out_by = 1.7, arm = 12, round = 4;
    double x[2] = {LEFT - out_by, RIGHT + out_by}, y[2] = {QR_TOP - out_by, QR_TOP + POSTER_QR_MM + out_by};

    buf_addf(out, "<path fill=\"none\" stroke=\"%s\" stroke-width=\"1.6\" stroke-linecap=\"round\" d=\"",
             SVG_INK);
    for (int i = 0; i < 4; i++) {
        int right = i % 2, low = i / 2;
        double sx = right ? -1 : 1, sy = low ? -1 : 1;
        buf_addf(out, "M%.1f %.1fv%.1fq0 %.1f %.1f %.1fh%.1f", x[right], y[low] + sy * (arm + round),
                 -sy * arm, -sy * round, sx * round, -sy * round, sx * arm);
    }
    buf_adds(out, "\"/>\n");
}

/* The first language stands half as large again as the others, which stand two in a row when they are many.
 */
static void add_scan(struct buf *out, const struct poster *p)
{
    enum { MANY = 3 };
    const double gap = 6;
    size_t others = p->languages - 1, columns = others >= MANY ? 2 : 1;
    size_t rows = (others + columns - 1) / columns;
    double row = SCAN_HEIGHT / (1.5 + (double)rows);
    double y = SCAN_TOP + 1.5 * row;
    struct drawing_box box = {.width_mm = WIDTH,
                              .height_mm = 1.5 * row,
                              .size_max_mm = 7.2,
                              .size_min_mm = 2.5,
                              .line_height = 1.2,
                              .lines_max = 1,
                              .bold = true};

    (void)add_fitted(out, SCAN_TOP + 0.75 * row, &box, SVG_INK, p->text[0].poster.scan);
    box.height_mm = row;
    box.size_max_mm = 5.2;
    box.bold = false;
    for (size_t first = 0; first < others; first += columns, y += row) {
        size_t count = others - first < columns ? others - first : columns;
        box.width_mm = (WIDTH - gap * (double)(count - 1)) / (double)count;
        for (size_t i = 0; i < count; i++)
            (void)add_fitted_at(out, LEFT + box.width_mm / 2 + (double)i * (box.width_mm + gap), y + row / 2,
                                &box, SVG_QUIET_INK, p->text[1 + first + i].poster.scan);
    }
}

static void add_code(struct buf *out, const struct poster *p, double size)
{
    svg_code(out, p->access_code, size);
    buf_adds(out, p->shared ? LINK_SHARED : "");
    buf_adds(out, "</text>\n");
}

static void add_link(struct buf *out, const struct poster *p)
{
    char *typed = link_typed(p->public_url);
    double per_mm = drawing_text_width(typed, 1, false) + drawing_text_width(p->access_code, 1, true) + 0.22 +
                    (p->shared ? drawing_text_width(LINK_SHARED, 1, false) : 0);
    double size = (WIDTH - 12) / per_mm;
    double y = LINK_TOP + LINK_HEIGHT / 2;
    struct text_look look = {.size = size < 12 ? size : 12, .anchor = "middle", .colour = SVG_INK};

    buf_addf(
        out,
        "<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\" rx=\"5\" fill=\"none\" stroke=\"%s\" "
        "stroke-width=\"1\"/>\n",
        LEFT, LINK_TOP, WIDTH, LINK_HEIGHT, SVG_INK);
    if (size >= 7) {
        svg_open_text(out, MIDDLE, y, &look);
        svg_escaped(out, typed);
        add_code(out, p, look.size);
    } else { /* a long address stands above the code */
        size = (WIDTH - 12) / drawing_text_width(typed, 1, false);
        look.size = size < 6.2 ? size : 6.2;
        svg_text(out, MIDDLE, LINK_TOP + LINK_HEIGHT * 0.27, &look, typed);
        look.size = 8.2;
        svg_open_text(out, MIDDLE, LINK_TOP + LINK_HEIGHT * 0.69, &look);
        add_code(out, p, look.size);
    }
    free(typed);
}

bool poster_svg(const struct poster *p, struct buf *out, struct err *e)
{
    char *link =
        p->shared ? link_shared_qr(p->public_url, p->access_code) : link_qr(p->public_url, p->access_code);
    char *title = NULL;
    struct qr qr = {.modules = 0};
    bool ok = false;

    assert(p->languages >= 1 && p->languages <= POSTER_LANGUAGES_MAX);
    if (!qr_make(link, &qr, e))
        goto out;
    title = poster_title(p);
    svg_open_page(out, "sv", title);
    add_top_line(out, p);
    add_names(out, p);
    add_words(out, p);
    add_corners(out);
    svg_qr(out, LEFT, QR_TOP, POSTER_QR_MM, &qr);
    add_scan(out, p);
    add_link(out, p);
    buf_adds(out, "</svg>\n");
    ok = true;
out:
    qr_fini(&qr);
    free(title);
    free(link);
    return ok;
}
