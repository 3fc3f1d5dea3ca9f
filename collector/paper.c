#include "collector/paper.h"

#include <stdlib.h>
#include <string.h>

#include "collector/paper_plan.h"
#include "collector/svg.h"
#include "core/base/mem.h"

/* The page in mm. Widths and places count from the side where reading starts. */
static const double START = 18, WIDTH = 174, TOP = 17, BODY_END = 273;
static const double FOOT_Y = 281, FOOT_LOW_Y = 287.5, FOOT_SIZE = 4, FOOT_LOW_SIZE = 2.7;

/* Printed in black; grey only where nothing is lost with it. */
static const char BLACK[] = "#000", GREY[] = "#444";

/* In sizes of the font. */
static const double LINE_HEIGHT = 1.28, ANSWER_LINE_HEIGHT = 1.2;

/* The shapes of views/symbols, as a black and white printer has them. */
static const char SHAPES[] =
    "<style>.face{fill:#fff;stroke:#000;stroke-width:2.4}.ink{fill:#000}"
    ".stroke{fill:none;stroke:#000;stroke-width:3;stroke-linecap:round;stroke-linejoin:round}</style>\n";

/* How large everything is, in mm. */
struct sizes {
    double title, text, question, answer, box, symbol, gap;
};
static const struct sizes PLAIN = {
    .title = 8.5, .text = 4.1, .question = 4.5, .answer = 4, .box = 4.6, .symbol = 9, .gap = 6.5};
static const struct sizes YOUNG = {
    .title = 9.5, .text = 5, .question = 6.4, .answer = 5, .box = 7.5, .symbol = 20, .gap = 8};
static const double SHRINK = 0.97, LEAST = 0.85;

/* ---- what all pieces need ------------------------------------------------------------------------------ */

enum { ANSWERS_MAX = FORM_OPTIONS_MAX + 1, BESIDE_MAX = 5 };

/* A scale's answers in one row: how wide the words of each are, and what is left over of the line. */
struct row {
    bool fits;
    double words[ANSWERS_MAX], free;
};

/* Where things are drawn; with out NULL they are only measured. */
struct pen {
    const struct paper *p;
    struct sizes size;
    double gutter; /* of the questions' numbers */
    struct row rows[FORM_SCALES_MAX];
    bool rtl;
    struct buf *out;
};

static const char *language_of(const struct paper *p)
{
    return p->form->language[p->language].code;
}

static const char *text_of(const struct paper *p, const struct form_text *t)
{
    return t->in[p->language];
}

/* The place on the page of what lies so far from the side where reading starts. */
static double across(const struct pen *pen, double from_start)
{
    return pen->rtl ? DRAWING_A4_WIDTH_MM - from_start : from_start;
}

static void add_lines(const struct pen *pen, double x, double top, double line_height, const char *colour,
                      bool middle, bool bold, const struct drawing_lines *lines)
{
    const struct text_look look = {
        .anchor = middle ? "middle" : "start", .colour = colour, .bold = bold, .rtl = pen->rtl};
    double height = lines->count * lines->size_mm * line_height;

    if (pen->out != NULL)
        svg_lines(pen->out, across(pen, x), top + height / 2, line_height, &look, lines);
}

/* Text as wide as it may be, from top downwards; returns its height. */
static double add_text(const struct pen *pen, double x, double top, double width, double size, bool bold,
                       const char *text)
{
    const struct drawing_box box = {.width_mm = width,
                                    .height_mm = BODY_END,
                                    .size_max_mm = size,
                                    .size_min_mm = size,
                                    .line_height = LINE_HEIGHT,
                                    .lines_max = DRAWING_LINES_MAX,
                                    .bold = bold,
                                    .full_lines = true};
    struct drawing_lines lines;
    double height;

    drawing_fit(text, &box, &lines);
    height = lines.count * lines.size_mm * LINE_HEIGHT;
    add_lines(pen, x, top, LINE_HEIGHT, BLACK, false, bold, &lines);
    drawing_lines_fini(&lines);
    return height;
}

/* One line, made as small as the width asks. */
static void add_line(const struct pen *pen, double x, double y, double width, struct text_look look,
                     const char *text)
{
    double natural = drawing_text_width(text, look.size, look.bold);

    if (natural > width)
        look.size *= width / natural;
    look.rtl = pen->rtl;
    svg_text(pen->out, across(pen, x), y, &look, text);
}

/* A square to put a cross in, its start at x. */
static void add_box(const struct pen *pen, double x, double top)
{
    double side = pen->size.box, left = across(pen, x) - (pen->rtl ? side : 0);

    if (pen->out != NULL)
        buf_addf(pen->out,
                 "<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\" rx=\"%.2f\" fill=\"#fff\" "
                 "stroke=\"#000\" stroke-width=\"%.2f\"/>\n",
                 left, top, side, side, side * 0.1, side > 6 ? 0.6 : 0.4);
}

static void add_symbol(const struct pen *pen, const char *name, double middle, double top, double side)
{
    if (pen->out == NULL)
        return;
    buf_addf(pen->out, "<g transform=\"translate(%.2f %.2f) scale(%.4f)\">", across(pen, middle) - side / 2,
             top, side / 64);
    views_symbol(pen->p->views, name, pen->out);
    buf_adds(pen->out, "</g>\n");
}

/* ---- the answers to a question ------------------------------------------------------------------------- */

struct answers {
    int count;
    const char *text[ANSWERS_MAX];
    const char *symbol[ANSWERS_MAX]; /* or NULL */
    bool drawn;                      /* some has a symbol */
    bool unsure;                     /* the last one is "vet ej", a little apart */
};

static struct answers answers_of(const struct paper *p, const struct form_scale *scale)
{
    struct answers a = {.unsure = scale->dont_know};

    for (int i = 0; i < scale->options; i++) {
        a.text[a.count] = text_of(p, &scale->option[i].text);
        a.symbol[a.count++] = scale->option[i].symbol;
    }
    if (scale->dont_know) {
        a.text[a.count] = text_of(p, &scale->dont_know_text);
        a.symbol[a.count++] = scale->dont_know_symbol;
    }
    for (int i = 0; i < a.count; i++)
        a.drawn = a.drawn || a.symbol[i] != NULL;
    return a;
}

/* Fits an answer's text; whether it kept its size. */
static bool fit_answer(const struct pen *pen, const char *text, double width, int lines_max, bool even,
                       struct drawing_lines *lines)
{
    const struct drawing_box box = {.width_mm = width,
                                    .height_mm = BODY_END,
                                    .size_max_mm = pen->size.answer,
                                    .size_min_mm = pen->size.answer,
                                    .line_height = ANSWER_LINE_HEIGHT,
                                    .lines_max = lines_max,
                                    .full_lines = !even};

    drawing_fit(text, &box, lines);
    return lines->size_mm > pen->size.answer * 0.999;
}

static double lines_height(const struct drawing_lines *lines)
{
    return lines->count * lines->size_mm * ANSWER_LINE_HEIGHT;
}

static double larger(double a, double b)
{
    return a > b ? a : b;
}

/* Drawings beside each other, below each its box and its words. */
static double add_tiles(const struct pen *pen, const struct answers *a, double x, double top)
{
    enum { WORDS_LINES = 3 };
    const struct sizes *s = &pen->size;
    const double apart = a->unsure ? 7 : 0, room = (START + WIDTH - x - apart) / a->count;
    const double column = room < 2 * s->symbol ? room : 2 * s->symbol;
    double side = s->symbol < column * 0.8 ? s->symbol : column * 0.8;
    double box_top = top + side + 2, words_top = box_top + s->box + 1.6, words = 0;

    for (int i = 0; i < a->count; i++) {
        bool unsure = a->unsure && i == a->count - 1;
        double middle = x + column * (i + 0.5) + (unsure ? apart : 0), own = unsure ? side * 0.75 : side;
        struct drawing_lines lines;

        if (a->symbol[i] != NULL)
            add_symbol(pen, a->symbol[i], middle, top + side - own, own);
        add_box(pen, middle - s->box / 2, box_top);
        (void)fit_answer(pen, a->text[i], column - 2, WORDS_LINES, true, &lines);
        add_lines(pen, middle, words_top, ANSWER_LINE_HEIGHT, BLACK, true, false, &lines);
        words = larger(words, lines_height(&lines));
        drawing_lines_fini(&lines);
    }
    return words_top + words - top;
}

/* Between an answer's box and its words, and after these at least. */
static const double BOX_GAP = 1.8, ROW_GAP = 4, MORE_MAX = 12;
enum { ROW_LINES = 2 };

/* How wide each answer's words become when none is wider than `limit`; false when one can not. */
static bool try_row(const struct pen *pen, const struct answers *a, double limit, struct row *row)
{
    bool fits = true;

    row->free = WIDTH - pen->gutter - a->count * (pen->size.box + BOX_GAP + ROW_GAP);
    for (int i = 0; fits && i < a->count; i++) {
        struct drawing_lines lines;

        fits = fit_answer(pen, a->text[i], limit, ROW_LINES, true, &lines);
        row->words[i] = 0;
        for (int k = 0; k < lines.count; k++)
            row->words[i] = larger(row->words[i], drawing_text_width(lines.line[k], lines.size_mm, false));
        row->words[i] += 0.2; /* so that they break the same again */
        row->free -= row->words[i];
        drawing_lines_fini(&lines);
    }
    return fits;
}

/* A scale's answers beside each other, if they have room, with as few line breaks as may be. */
static struct row row_of(const struct pen *pen, const struct form_scale *scale)
{
    const double widest = 70, narrowest = 12, step = 2;
    const struct answers a = answers_of(pen->p, scale);
    struct row row = {.fits = false};

    for (double limit = widest; a.count <= BESIDE_MAX && !row.fits && limit >= narrowest; limit -= step) {
        if (!try_row(pen, &a, limit, &row))
            return row;
        row.fits = row.free >= 0;
    }
    return row;
}

/* Words beside each other, each after its box. */
static double add_row(const struct pen *pen, const struct answers *a, const struct row *row, double x,
                      double top)
{
    const double box = pen->size.box, more = row->free / a->count;
    double height = box;

    for (int i = 0; i < a->count; i++) {
        struct drawing_lines lines;
        double words;

        (void)fit_answer(pen, a->text[i], row->words[i], ROW_LINES, true, &lines);
        words = lines_height(&lines);
        add_box(pen, x, top);
        add_lines(pen, x + box + BOX_GAP, top + (box - lines.size_mm * ANSWER_LINE_HEIGHT) / 2,
                  ANSWER_LINE_HEIGHT, BLACK, false, false, &lines);
        height = larger(height, words);
        x += box + BOX_GAP + row->words[i] + ROW_GAP + (more < MORE_MAX ? more : MORE_MAX);
        drawing_lines_fini(&lines);
    }
    return height;
}

/* One below the other: box, drawing if there is one, words. */
static double add_list(const struct pen *pen, const struct answers *a, double x, double top)
{
    const double gap = 2.4, between = 1.7;
    const double symbol = a->drawn ? PLAIN.symbol : 0;
    double words_x = x + pen->size.box + gap + (a->drawn ? symbol + gap : 0), y = top;

    for (int i = 0; i < a->count; i++) {
        struct drawing_lines lines;
        double height, text_height;

        (void)fit_answer(pen, a->text[i], START + WIDTH - words_x, DRAWING_LINES_MAX, false, &lines);
        text_height = lines_height(&lines);
        height = larger(larger(text_height, pen->size.box), symbol);
        y += a->unsure && i == a->count - 1 ? between : 0;
        add_box(pen, x, a->drawn ? y + (height - pen->size.box) / 2 : y);
        if (a->symbol[i] != NULL)
            add_symbol(pen, a->symbol[i], x + pen->size.box + gap + symbol / 2, y, symbol);
        add_lines(pen, words_x, y + (text_height < height ? (height - text_height) / 2 : 0),
                  ANSWER_LINE_HEIGHT, BLACK, false, false, &lines);
        drawing_lines_fini(&lines);
        y += height + between;
    }
    return y - between - top;
}

static double add_answers(const struct pen *pen, int question, double top)
{
    const struct form *f = pen->p->form;
    const struct answers a = answers_of(pen->p, form_scale_of(f, question));
    const struct row *row = &pen->rows[f->question[question].scale];
    double x = START + pen->gutter;

    if (a.drawn && a.count <= BESIDE_MAX)
        return add_tiles(pen, &a, x, top);
    return !a.drawn && row->fits ? add_row(pen, &a, row, x, top) : add_list(pen, &a, x, top);
}

/* ---- the blocks of the form ---------------------------------------------------------------------------- */

/* A question with its answers; returns its height. */
static double add_question(const struct pen *pen, int question, double top)
{
    const struct paper *p = pen->p;
    const struct form_question *q = &p->form->question[question];
    double gutter = pen->gutter, y = top;
    char *number = mem_printf("%d.", question + 1);

    (void)add_text(pen, START, y, gutter, pen->size.question, true, number);
    y += add_text(pen, START + gutter, y, WIDTH - gutter, pen->size.question, true, text_of(p, &q->text));
    y += pen->size.question * 0.45;
    y += add_answers(pen, question, y);
    free(number);
    return y - top;
}

static double add_heading(const struct pen *pen, int question, double top)
{
    const struct paper *p = pen->p;
    int d = p->form->question[question].dimension;
    const char *text = d == FORM_BACKGROUND ? views_text(p->views, language_of(p), "about_you")
                                            : text_of(p, &p->form->dimension[d].text);
    double size = pen->size.question * 1.25;

    return add_text(pen, START, top, WIDTH, size, true, text) + size * 0.5;
}

/* A box with a cross in it, for those who do not read what to do. */
static void add_example(const struct pen *pen, double x, double top)
{
    double side = pen->size.box, left = across(pen, x) - (pen->rtl ? side : 0), in = side * 0.18;

    add_box(pen, x, top);
    if (pen->out != NULL)
        buf_addf(pen->out,
                 "<path fill=\"none\" stroke=\"#000\" stroke-width=\"%.2f\" stroke-linecap=\"round\" "
                 "d=\"M%.2f %.2fL%.2f %.2fM%.2f %.2fL%.2f %.2f\"/>\n",
                 side * 0.13, left + in, top + in, left + side - in, top + side - in, left + side - in,
                 top + in, left + in, top + side - in);
}

static bool is_drawn(const struct form *f)
{
    for (int i = 0; i < f->scales; i++)
        for (int k = 0; k < f->scale[i].options; k++)
            if (f->scale[i].option[k].symbol != NULL)
                return true;
    return false;
}

/* Title, introduction and what to do. The introduction of a form with one question at a time is about
 * tapping, and left out. */
static double add_head(const struct pen *pen, double top)
{
    const struct paper *p = pen->p;
    const struct sizes *s = &pen->size;
    const char *how = is_drawn(p->form) ? p->text->paper.how_symbols : p->text->paper.how;
    double y = top, indent = s->box + 3, height;

    y += add_text(pen, START, y, WIDTH, s->title, true, text_of(p, &p->form->title)) + s->text;
    if (p->form->presentation == PRESENT_PAGE)
        y += add_text(pen, START, y, WIDTH, s->text, false, text_of(p, &p->form->intro)) + s->text * 0.8;
    add_example(pen, START, y + s->text * LINE_HEIGHT / 2 - s->box / 2);
    height = add_text(pen, START + indent, y, WIDTH - indent, s->text, false, how);
    y += larger(height, (s->text * LINE_HEIGHT + s->box) / 2);
    return y - top;
}

/* What to do with the paper when it is filled in. */
static double add_leave(const struct pen *pen, double top)
{
    const struct print_paper *t = &pen->p->text->paper;
    const char *text = t->leave_staff;

    switch (pen->p->form->audience) {
    case AUDIENCE_PUPIL:
        text = t->leave_pupil;
        break;
    case AUDIENCE_GUARDIAN:
        text = t->leave_guardian;
        break;
    case AUDIENCE_STAFF:
    case AUDIENCE_LEADER:
        break;
    }
    return add_text(pen, START, top, WIDTH, pen->size.text, true, text);
}

/* Of the blocks that stand whole on a page the first is the head, then come the questions: each with its
 * heading above, if it has one, and the last with what to do then below. Returns the block's height. */
static double add_block(const struct pen *pen, int block, double top)
{
    const struct form *f = pen->p->form;
    int question = block - 1;
    double y = top;

    if (block == 0)
        return add_head(pen, top);
    if (form_begins_block(f, question))
        y += add_heading(pen, question, y);
    y += add_question(pen, question, y);
    if (block == f->questions)
        y += pen->size.gap + add_leave(pen, y + pen->size.gap);
    return y - top;
}

/* ---- pages --------------------------------------------------------------------------------------------- */

static void measure(const struct pen *pen, struct paper_plan *plan)
{
    struct pen measuring = *pen;

    measuring.out = NULL;
    *plan = (struct paper_plan){.blocks = pen->p->form->questions + 1,
                                .gap = pen->size.gap,
                                .room = BODY_END - TOP,
                                .fill = BODY_END - TOP,
                                .spread = pen->size.gap};
    for (int i = 0; i < plan->blocks; i++)
        plan->block[i] = add_block(&measuring, i, 0);
}

static void add_foot(const struct pen *pen, size_t n, size_t total)
{
    const struct paper *p = pen->p;
    const struct form *f = p->form;
    struct text_look start = {.size = FOOT_SIZE, .anchor = "start", .colour = BLACK, .bold = true};
    struct text_look end = {.size = FOOT_SIZE, .anchor = "end", .colour = BLACK};
    char *page = print_text_page(p->text, n, total);
    char *version = mem_printf("%s · %d · %s", f->id, f->version, language_of(p));

    buf_addf(pen->out, "<path stroke=\"#000\" stroke-width=\".3\" d=\"M%.2f %.2fH%.2f\"/>\n", START,
             FOOT_Y - 4.5, START + WIDTH);
    add_line(pen, START, FOOT_Y, WIDTH * 0.7, start, p->text->paper.no_name);
    add_line(pen, START + WIDTH, FOOT_Y, WIDTH * 0.26, end, page);
    start = (struct text_look){.size = FOOT_LOW_SIZE, .anchor = "start", .colour = GREY};
    end = (struct text_look){.size = FOOT_LOW_SIZE, .anchor = "end", .colour = GREY};
    if (!f->language[p->language].reviewed)
        add_line(pen, START, FOOT_LOW_Y, WIDTH * 0.66, start,
                 views_text(p->views, language_of(p), "not_reviewed"));
    add_line(pen, START + WIDTH, FOOT_LOW_Y, WIDTH * 0.3, end, version);
    buf_adds(pen->out, "</svg>\n");
    free(version);
    free(page);
}

static void set_sizes(struct pen *pen, const struct sizes *sizes)
{
    const struct form *f = pen->p->form;

    pen->size = *sizes;
    pen->gutter = sizes->question * (f->questions > 9 ? 2 : 1.5);
    for (int i = 0; i < f->scales; i++)
        pen->rows[i] = row_of(pen, &f->scale[i]);
}

static bool fit_a_page(const struct paper_plan *plan)
{
    bool fit = true;

    for (int i = 1; fit && i < plan->blocks; i++)
        fit = plan->block[i] <= plan->room;
    return fit;
}

static void shrink(struct sizes *s)
{
    s->question *= SHRINK;
    s->answer *= SHRINK;
    s->box *= SHRINK;
    s->symbol *= SHRINK;
    s->gap *= SHRINK;
}

/* Smaller than they should be where a question would not fit a page, and a little smaller where that saves a
 * page. */
static void choose_sizes(struct pen *pen, struct paper_plan *plan)
{
    struct sizes s = is_drawn(pen->p->form) ? YOUNG : PLAIN;
    const double least = s.answer * LEAST;

    set_sizes(pen, &s);
    for (measure(pen, plan); !fit_a_page(plan); measure(pen, plan)) {
        shrink(&s);
        set_sizes(pen, &s);
    }
    for (shrink(&s); s.answer >= least; shrink(&s)) {
        struct pen smaller = *pen;
        struct paper_plan tighter;

        set_sizes(&smaller, &s);
        measure(&smaller, &tighter);
        if (paper_plan_pages(&tighter) >= paper_plan_pages(plan))
            continue;
        *pen = smaller;
        *plan = tighter;
    }
}

char *paper_title(const struct paper *p)
{
    return mem_printf("%s (%s)", text_of(p, &p->form->title), language_of(p));
}

/* The blocks from `first` on, as many as a page holds; returns which is the next. */
static int add_page(const struct pen *pen, const struct paper_plan *plan, int first, const char *title)
{
    int after = first + paper_plan_page(plan, first);
    double y = TOP;

    svg_open_page(pen->out, language_of(pen->p), title);
    buf_adds(pen->out, SHAPES);
    for (int i = first; i < after; i++)
        y += add_block(pen, i, y) + plan->spread;
    return after;
}

void paper_pages(const struct paper *p, struct buf **pages, size_t *count)
{
    struct pen pen = {.p = p};
    struct paper_plan plan;
    char *title = paper_title(p);
    int block = 0;

    pen.rtl = strcmp(views_text(p->views, language_of(p), "dir"), "rtl") == 0;
    choose_sizes(&pen, &plan);
    paper_plan_balance(&plan);
    *count = (size_t)paper_plan_pages(&plan);
    *pages = mem_alloc(*count, sizeof **pages);
    for (size_t i = 0; i < *count; i++) {
        pen.out = &(*pages)[i];
        buf_init(pen.out);
        block = add_page(&pen, &plan, block, title);
        add_foot(&pen, i + 1, *count);
    }
    free(title);
}
