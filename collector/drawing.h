#ifndef TLD_COLLECTOR_DRAWING_H
#define TLD_COLLECTOR_DRAWING_H

/*
 * Text measured and broken into lines, and SVG turned into PDF and PNG. The only home of cairo, pango and
 * librsvg. Lengths are in millimetres, the user unit of our drawings.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/base/buf.h"
#include "core/base/err.h"

/* What every drawing names as its font-family. The first is Debian's fonts-noto-core. */
#define DRAWING_FONTS "Noto Sans, Noto Sans Arabic, DejaVu Sans, sans-serif"

enum { DRAWING_A4_WIDTH_MM = 210, DRAWING_A4_HEIGHT_MM = 297, DRAWING_LINES_MAX = 6 };

/* The width of one line of UTF-8 at a font size in mm. */
double drawing_text_width(const char *text, double size_mm, bool bold);

/* How many characters no installed font can show. */
size_t drawing_missing_glyphs(const char *text);

struct drawing_box {
    double width_mm, height_mm;
    double size_max_mm, size_min_mm; /* of the font */
    double line_height;              /* in font sizes; 1.2 is common */
    int lines_max;                   /* 1..DRAWING_LINES_MAX */
    bool bold;
    bool full_lines; /* a paragraph: lines as long as the box is wide, not about as long as each other */
};

struct drawing_lines {
    double size_mm;
    int count;
    char *line[DRAWING_LINES_MAX]; /* without blanks at the ends */
};

/*
 * The largest size at which the text fits the box: on one line if it fits there at four fifths of the largest
 * size, else on the number of lines that lets it be largest, of even length. Words are only broken when
 * nothing else helps, and the size goes below the smallest when even that does not: nothing is ever cut.
 */
void drawing_fit(const char *text, const struct drawing_box *box, struct drawing_lines *out);
void drawing_lines_fini(struct drawing_lines *l);

/* One A4 page for each SVG; `title` goes into the file's own data. ERR_BUG when an SVG can
 * not be read, ERR_IO. */
bool drawing_pdf(const struct buf *pages, size_t count, const char *title, struct buf *out, struct err *e)
    __attribute__((warn_unused_result));

/* The same; what the first `grounded` pages have in common is drawn below each of them from `ground`, which
 * is laid out and stored once. */
bool drawing_pdf_on(const struct buf *ground, size_t grounded, const struct buf *pages, size_t count,
                    const char *title, struct buf *out, struct err *e) __attribute__((warn_unused_result));

/* An A4 page on white at so many dots an inch (50..1200). */
bool drawing_png(const struct buf *page, int dpi, struct buf *out, struct err *e)
    __attribute__((warn_unused_result));

/* Gives back what the libraries keep for the next drawing; for a test that looks for leaks. Draw no more. */
void drawing_fini(void);

#endif
