#ifndef TLD_COLLECTOR_QR_H
#define TLD_COLLECTOR_QR_H

/* QR codes (ISO/IEC 18004) with error correction level M. The only home of <qrencode.h>. */

#include <stdbool.h>

#include "core/base/buf.h"
#include "core/base/err.h"

enum { QR_QUIET_MODULES = 4 }; /* white around the symbol, on each side */

struct qr {
    int modules;          /* on each side, without the quiet zone: 21..177 */
    unsigned char *cells; /* modules × modules, row by row; 1 = black */
};

/*
 * text is printable ASCII; capitals, digits and "$%*+-./: " are packed closest. ERR_INPUT when there are
 * other characters, ERR_LIMIT when it is too long for a symbol.
 */
bool qr_make(const char *text, struct qr *out, struct err *e) __attribute__((warn_unused_result));
void qr_fini(struct qr *q);

bool qr_black(const struct qr *q, int x, int y); /* false outside the symbol */

/* SVG path data in units of one module, (0, 0) being the symbol's corner: one subpath a run of black. */
void qr_path(const struct qr *q, struct buf *out);

/* Lines of half blocks with the quiet zone, for a terminal: colours are set so that black is black on any. */
void qr_terminal(const struct qr *q, struct buf *out);

#endif
