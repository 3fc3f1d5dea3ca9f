#include "collector/guide.h"

#include <stdlib.h>

#include "collector/svg.h"
#include "core/base/mem.h"

/* The page from top to bottom, in mm. */
static const double LEFT = 20, RIGHT = 190, WIDTH = 170;
static const double TOP_LINE_Y = 15, TOP_LINE_SIZE = 4.2;
static const double TITLE_Y = 27.5, PLACE_Y = 38.5;
static const double FACTS_TOP = 44, FACTS_HEIGHT = 20;
static const double SECTIONS_TOP = 69, SECTIONS_END = 286;

/* In sizes of the font. */
static const double LINE_HEIGHT = 1.32, POINT_GAP = 0.36, TITLE_SIZE = 1.25, TITLE_HEIGHT = 1.9,
                    SECTION_GAP = 0.9;
static const double INDENT = 1.25, DOT = 0.19;

static const double LETTERS_MAX = 4.1, LETTERS_MIN = 2.4, LETTERS_STEP = 0.1;

/* Of the sections in turn; all at least 5.5 on white. */
static const char *const COLOURS[PRINT_SECTIONS_MAX] = {"#1d4e89", "#1d4e89", "#1d4e89",
                                                        "#a23b12", "#176345", "#1d4e89"};

static bool concerns(const struct guide *g, const struct print_point *p)
{
    switch (p->when) {
    case PRINT_SLIPS:
        return g->slips;
    case PRINT_SHARED:
        return g->shared;
    case PRINT_POSTERS:
        return !g->slips && !g->shared;
    case PRINT_LINKS:
        return !g->slips;
    case PRINT_ALWAYS:
        break;
    }
    return true;
}

static double fit_point(const char *text, double size, struct drawing_lines *lines)
{
    const struct drawing_box box = {.width_mm = WIDTH - INDENT * size,
                                    .height_mm = 100,
                                    .size_max_mm = size,
                                    .size_min_mm = size,
                                    .line_height = LINE_HEIGHT,
                                    .lines_max = DRAWING_LINES_MAX,
                                    .full_lines = true};

    drawing_fit(text, &box, lines);
    return lines->count * size * LINE_HEIGHT;
}

/* Draws a point from y downwards, unless out is NULL; returns its height. */
static double add_point(struct buf *out, const char *text, double y, double size)
{
    const struct text_look look = {.size = size, .anchor = "start", .colour = SVG_INK};
    struct drawing_lines lines;
    double height = fit_point(text, size, &lines);

    if (out != NULL) {
        buf_addf(out, "<circle cx=\"%.2f\" cy=\"%.2f\" r=\"%.2f\" fill=\"%s\"/>\n", LEFT + DOT * size * 1.5,
                 y + size * LINE_HEIGHT / 2, DOT * size, SVG_QUIET_INK);
        svg_lines(out, LEFT + INDENT * size, y + height / 2, LINE_HEIGHT, &look, &lines);
    }
    drawing_lines_fini(&lines);
    return height + POINT_GAP * size;
}

/* All sections from the top; returns where they end. With out NULL they are only measured. */
static double add_sections(const struct guide *g, double size, struct buf *out)
{
    double y = SECTIONS_TOP;

    for (size_t i = 0; i < g->text->guide.sections; i++) {
        const struct print_section *s = &g->text->guide.section[i];
        const struct text_look look = {
            .size = size * TITLE_SIZE, .anchor = "start", .colour = COLOURS[i], .bold = true};

        if (out != NULL)
            svg_text(out, LEFT, y + TITLE_HEIGHT * size / 2, &look, s->title);
        y += TITLE_HEIGHT * size;
        for (size_t k = 0; k < s->points; k++)
            if (concerns(g, &s->point[k]))
                y += add_point(out, s->point[k].text, y, size);
        y += SECTION_GAP * size;
    }
    return y - SECTION_GAP * size;
}

static void add_fitted(struct buf *out, double middle_y, double height, double size_max, bool bold,
                       const char *text)
{
    const struct drawing_box box = {.width_mm = WIDTH,
                                    .height_mm = height,
                                    .size_max_mm = size_max,
                                    .size_min_mm = 2.5,
                                    .line_height = 1.2,
                                    .lines_max = 2,
                                    .bold = bold};
    const struct text_look look = {.anchor = "start", .colour = bold ? SVG_INK : SVG_QUIET_INK, .bold = bold};
    struct drawing_lines lines;

    drawing_fit(text, &box, &lines);
    svg_lines(out, LEFT, middle_y, 1.2, &look, &lines);
    drawing_lines_fini(&lines);
}

/* A line of text made as small as the width asks. */
static void add_line(struct buf *out, double y, double width, const struct text_look *look, const char *text)
{
    struct text_look fitting = *look;
    double natural = drawing_text_width(text, look->size, look->bold);
    double x = look->anchor[0] == 'e' ? RIGHT : LEFT;

    if (natural > width)
        fitting.size = look->size * width / natural;
    svg_text(out, x, y, &fitting, text);
}

static void add_head(const struct guide *g, struct buf *out)
{
    struct text_look look = {.size = TOP_LINE_SIZE, .anchor = "start", .colour = SVG_QUIET_INK, .bold = true};
    char *place =
        mem_printf("%s%s%s", g->unit, g->group != NULL ? ", " : "", g->group != NULL ? g->group : "");

    add_line(out, TOP_LINE_Y, WIDTH * 0.55, &look, g->organisation);
    look = (struct text_look){.size = TOP_LINE_SIZE, .anchor = "end", .colour = SVG_QUIET_INK};
    add_line(out, TOP_LINE_Y, WIDTH * 0.42, &look, g->text->guide.reader);
    add_fitted(out, TITLE_Y, 13, 9.5, true, g->text->guide.title);
    add_fitted(out, PLACE_Y, 8, 5.4, false, place);
    free(place);
}

/* When, by which link, and whom to ask: as many lines as are known. */
static void add_facts(const struct guide *g, struct buf *out)
{
    const double inside = 5, step = 5.8;
    struct text_look look = {.size = 4.3, .anchor = "start", .colour = SVG_INK, .bold = true};
    char *lines[] = {
        mem_dup(g->open),
        g->address != NULL ? mem_printf("%s %s", g->text->guide.link, g->address) : NULL,
        g->contact != NULL ? mem_printf("%s %s", g->text->guide.help, g->contact) : NULL,
    };
    enum { LINES = sizeof lines / sizeof *lines };
    int known = 0;

    for (int i = 0; i < LINES; i++)
        known += lines[i] != NULL;
    buf_addf(out, "<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\" rx=\"3\" fill=\"#eef2f8\"/>\n",
             LEFT, FACTS_TOP, WIDTH, FACTS_HEIGHT);
    double y = FACTS_TOP + FACTS_HEIGHT / 2 - (known - 1) * step / 2;
    for (int i = 0; i < LINES; i++) {
        if (lines[i] != NULL) {
            double natural = drawing_text_width(lines[i], 4.3, look.bold);

            look.size = natural > WIDTH - 2 * inside ? 4.3 * (WIDTH - 2 * inside) / natural : 4.3;
            svg_text(out, LEFT + inside, y, &look, lines[i]);
            y += step;
        }
        look.bold = false;
        free(lines[i]);
    }
}

char *guide_title(const struct guide *g)
{
    return mem_printf("%s – %s%s%s", g->text->guide.title, g->unit, g->group != NULL ? ", " : "",
                      g->group != NULL ? g->group : "");
}

void guide_svg(const struct guide *g, struct buf *out)
{
    char *title = guide_title(g);
    double size = LETTERS_MAX;

    while (size > LETTERS_MIN && add_sections(g, size, NULL) > SECTIONS_END)
        size -= LETTERS_STEP;
    svg_open_page(out, g->language, title);
    add_head(g, out);
    add_facts(g, out);
    (void)add_sections(g, size, out);
    buf_adds(out, "</svg>\n");
    free(title);
}
