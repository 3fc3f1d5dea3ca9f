#ifndef TLD_COLLECTOR_SVG_H
#define TLD_COLLECTOR_SVG_H

/* The pieces that our printed pages are drawn with, as SVG in mm. Pure: values in, text out. */

#include <stdbool.h>

#include "collector/drawing.h"
#include "collector/qr.h"
#include "core/base/buf.h"

#define SVG_INK       "#14213d"
#define SVG_QUIET_INK "#4a5568"

/* The beginning of an A4 page, white, with a title for those who do not see it; the caller adds "</svg>\n".
 */
void svg_open_page(struct buf *out, const char *language, const char *title);

/* The same without the white, to lie on another. */
void svg_open_layer(struct buf *out, const char *language, const char *title);

void svg_escaped(struct buf *out, const char *s);

struct text_look {
    double size;
    const char *anchor; /* start, middle, end */
    const char *colour;
    bool bold;
    bool rtl; /* written from the right: "start" is the right end, and a full stop stands at the left */
};

/* "<text …>" alone, for one that has parts; the caller closes it. The middle of the line is at y. */
void svg_open_text(struct buf *out, double x, double y, const struct text_look *look);

/* One line whose middle is at y. */
void svg_text(struct buf *out, double x, double y, const struct text_look *look, const char *text);

/* Lines that were fitted, one below the other around middle_y; look->size is not looked at. */
void svg_lines(struct buf *out, double x, double middle_y, double line_height, const struct text_look *look,
               const struct drawing_lines *lines);

/* A code as "QXM4 KWRH", within an open text: the gap is a shift, so that copied text has no blank. */
void svg_code(struct buf *out, const char *code, double size);

/* A QR code in a square of `side` with its quiet zone. */
void svg_qr(struct buf *out, double x, double y, double side, const struct qr *q);

#endif
