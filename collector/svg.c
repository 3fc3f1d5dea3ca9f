#include "collector/svg.h"

#include <string.h>

void svg_open_layer(struct buf *out, const char *language, const char *title)
{
    buf_addf(out,
             "<svg xmlns=\"http://www.w3.org/2000/svg\" xml:lang=\"%s\" width=\"%dmm\" height=\"%dmm\" "
             "viewBox=\"0 0 %d %d\" role=\"img\" font-family=\"" DRAWING_FONTS "\">\n<title>",
             language, DRAWING_A4_WIDTH_MM, DRAWING_A4_HEIGHT_MM, DRAWING_A4_WIDTH_MM, DRAWING_A4_HEIGHT_MM);
    svg_escaped(out, title);
    buf_adds(out, "</title>\n");
}

void svg_open_page(struct buf *out, const char *language, const char *title)
{
    svg_open_layer(out, language, title);
    buf_addf(out, "<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>\n", DRAWING_A4_WIDTH_MM,
             DRAWING_A4_HEIGHT_MM);
}

void svg_escaped(struct buf *out, const char *s)
{
    for (; *s != '\0'; s++) {
        switch (*s) {
        case '&':
            buf_adds(out, "&amp;");
            break;
        case '<':
            buf_adds(out, "&lt;");
            break;
        case '>':
            buf_adds(out, "&gt;");
            break;
        case '"':
            buf_adds(out, "&quot;");
            break;
        default:
            buf_addc(out, *s);
        }
    }
}

void svg_open_text(struct buf *out, double x, double y, const struct text_look *look)
{
    buf_addf(
        out,
        "<text x=\"%.2f\" y=\"%.2f\" dy=\".35em\" font-size=\"%.2f\" text-anchor=\"%s\" fill=\"%s\"%s%s>", x,
        y, look->size, look->anchor, look->colour, look->bold ? " font-weight=\"700\"" : "",
        look->rtl ? " direction=\"rtl\"" : "");
}

void svg_text(struct buf *out, double x, double y, const struct text_look *look, const char *text)
{
    svg_open_text(out, x, y, look);
    svg_escaped(out, text);
    buf_adds(out, "</text>\n");
}

void svg_lines(struct buf *out, double x, double middle_y, double line_height, const struct text_look *look,
               const struct drawing_lines *lines)
{
    struct text_look fitted = *look;
    double step = lines->size_mm * line_height;

    fitted.size = lines->size_mm;
    for (int i = 0; i < lines->count; i++)
        svg_text(out, x, middle_y + (i - (lines->count - 1) / 2.0) * step, &fitted, lines->line[i]);
}

void svg_code(struct buf *out, const char *code, double size)
{
    size_t half = strlen(code) / 2;

    buf_addf(out, "<tspan font-weight=\"700\">%.*s</tspan><tspan font-weight=\"700\" dx=\"%.2f\">%s</tspan>",
             (int)half, code, 0.22 * size, code + half);
}

void svg_qr(struct buf *out, double x, double y, double side, const struct qr *q)
{
    double module = side / (q->modules + 2 * QR_QUIET_MODULES);

    buf_addf(out,
             "<path shape-rendering=\"crispEdges\" fill=\"#000\" transform=\"translate(%.4f %.4f) "
             "scale(%.6f)\" d=\"",
             x + QR_QUIET_MODULES * module, y + QR_QUIET_MODULES * module, module);
    qr_path(q, out);
    buf_adds(out, "\"/>\n");
}
