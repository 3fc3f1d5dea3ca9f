#include "collector/qr.h"

#include <errno.h>
#include <qrencode.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

bool qr_make(const char *text, struct qr *out, struct err *e)
{
    QRcode *code;

    *out = (struct qr){.modules = 0};
    for (const char *p = text; *p != '\0'; p++)
        if (*p < ' ' || *p > '~')
            return err_set(e, ERR_INPUT, "a QR code can only hold printable ASCII here");
    if (*text == '\0')
        return err_set(e, ERR_INPUT, "a QR code needs a text");

    /* version 0: the smallest that holds it. Case-sensitive, so that small letters stay small. */
    code = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
    if (code == NULL) {
        if (errno == ERANGE)
            return err_set(e, ERR_LIMIT, "the text is too long for a QR code (%zu characters)", strlen(text));
        return err_set_errno(e, errno, "can not make the QR code");
    }
    out->modules = code->width;
    size_t cells = (size_t)code->width * (size_t)code->width;
    out->cells = mem_alloc(cells, 1);
    for (size_t i = 0; i < cells; i++)
        out->cells[i] = code->data[i] & 1;
    QRcode_free(code);
    return true;
}

void qr_fini(struct qr *q)
{
    free(q->cells);
    *q = (struct qr){.modules = 0};
}

bool qr_black(const struct qr *q, int x, int y)
{
    return x >= 0 && y >= 0 && x < q->modules && y < q->modules && q->cells[y * q->modules + x] != 0;
}

void qr_path(const struct qr *q, struct buf *out)
{
    for (int y = 0; y < q->modules; y++) {
        for (int x = 0; x < q->modules; x++) {
            int from = x;
            while (qr_black(q, x, y))
                x++;
            if (x > from)
                buf_addf(out, "M%d %dh%dv1h-%dz", from, y, x - from, x - from);
        }
    }
}

void qr_terminal(const struct qr *q, struct buf *out)
{
    /* Drawn in white on black: a half block is the white part of two modules above each other. */
    static const char *const cell[2][2] = {{"\u2588", "\u2580"}, {"\u2584", " "}};
    int end = q->modules + QR_QUIET_MODULES;

    for (int y = -QR_QUIET_MODULES; y < end; y += 2) {
        buf_adds(out, "\x1b[97;40m");
        for (int x = -QR_QUIET_MODULES; x < end; x++)
            buf_adds(out, cell[qr_black(q, x, y)][qr_black(q, x, y + 1)]);
        buf_adds(out, "\x1b[0m\n");
    }
}
