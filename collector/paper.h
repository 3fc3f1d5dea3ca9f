#ifndef TLD_COLLECTOR_PAPER_H
#define TLD_COLLECTOR_PAPER_H

/*
 * A form to fill in with a pen: A4 pages in black and white. A pure function from values to SVG. Each
 * question stands whole on one page; where answers are drawings these are large. Written from the right in a
 * language that is.
 */

#include <stdbool.h>
#include <stddef.h>

#include "collector/print_text.h"
#include "collector/view.h"
#include "core/base/buf.h"
#include "core/domain/form.h"

struct paper {
    const struct form *form;
    int language;                  /* index into form->language */
    const struct print_text *text; /* with PRINT_PAPER, in that language */
    const struct views *views;     /* its drawings, and the texts that the page on a phone has too */
};

/* A title for people and screen readers; the caller's. */
char *paper_title(const struct paper *p);

/* One SVG document for each page; *pages is the caller's, with each of its *count buffers. */
void paper_pages(const struct paper *p, struct buf **pages, size_t *count);

#endif
