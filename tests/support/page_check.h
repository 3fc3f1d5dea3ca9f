#ifndef TLD_TESTS_PAGE_CHECK_H
#define TLD_TESTS_PAGE_CHECK_H

/* What tests ask of a page: how often something is in it, or whether. Include cmocka.h first. */

#include <string.h>

#include "core/base/buf.h"

static inline size_t occurrences(const struct buf *b, const char *text)
{
    size_t n = 0;

    for (const char *s = buf_str(b); (s = strstr(s, text)) != NULL; s += strlen(text))
        n++;
    return n;
}

static inline void assert_has(const struct buf *b, const char *text)
{
    if (occurrences(b, text) == 0)
        fail_msg("'%s' is not in:\n%s", text, buf_str(b));
}

static inline void assert_lacks(const struct buf *b, const char *text)
{
    if (occurrences(b, text) != 0)
        fail_msg("'%s' is in the page", text);
}

#endif
