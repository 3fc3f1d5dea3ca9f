#ifndef TLD_COLLECTOR_GUIDE_H
#define TLD_COLLECTOR_GUIDE_H

/* The teacher's guide: one A4 page that says what to do before, during and after, and what never to do. A
 * pure function from values to SVG. */

#include <stdbool.h>

#include "collector/print_text.h"
#include "core/base/buf.h"

struct guide {
    const char *organisation, *unit;
    const char *group;   /* NULL: for the whole unit */
    const char *open;    /* as print_text_open gives it */
    const char *address; /* the link as a person types it; NULL: there are several */
    const char *contact; /* whom to ask when the technology fails; NULL: it is not known */
    const char *language;
    const struct print_text *text;
    bool slips;  /* the class answers by one-time codes */
    bool shared; /* the children share a tablet; the address is that of link_shared */
};

/* A title for people and screen readers; the caller's. */
char *guide_title(const struct guide *g);

/* Adds a whole SVG document. The text becomes as small as it must to stay on the page. */
void guide_svg(const struct guide *g, struct buf *out);

#endif
