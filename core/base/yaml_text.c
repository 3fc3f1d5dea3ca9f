#include "core/base/yaml_text.h"

#include <stdbool.h>
#include <string.h>

#include "core/base/text.h"

/* The length of the longest well-formed beginning; what stops it is at that place. */
static size_t utf8_bytes(const char *s, size_t bytes)
{
    size_t i = 0;

    while (i < bytes) {
        size_t n = 1;

        while (n <= 4 && i + n <= bytes && !text_is_utf8(s + i, n))
            n++;
        if (n > 4 || i + n > bytes)
            break;
        i += n;
    }
    return i;
}

/* Why the byte at i, of well-formed UTF-8, may not stand there; NULL when it may. */
static const char *refused_byte(const char *text, size_t bytes, size_t i)
{
    const unsigned char *s = (const unsigned char *)text + i;
    size_t left = bytes - i;
    bool line_end = s[0] == '\n' || (s[0] == '\r' && left > 1 && s[1] == '\n');
    bool c1 = s[0] == 0xC2 && s[1] < 0xA0; /* U+0080–U+009F */
    /* U+2028 and U+2029 are line ends to some readers */
    bool separator = s[0] == 0xE2 && s[1] == 0x80 && (s[2] == 0xA8 || s[2] == 0xA9);

    if (s[0] == '\t')
        return "a tab; use spaces";
    if ((s[0] < 0x20 && !line_end) || s[0] == 0x7F || c1 || separator)
        return "a control character that does not show; remove it";
    if (s[0] == '%' && (i == 0 || s[-1] == '\n'))
        return "a line that starts with '%'; directives are not used here";
    /* libfyaml 0.7 leaks memory when such texts are many */
    if (left >= 4 && memcmp(s, "''''", 4) == 0)
        return "four quotes (') in a row; put the text in double quotes (\") instead";
    return NULL;
}

const char *yaml_text_fault(const char *text, size_t bytes, size_t *pos)
{
    const char *why;

    *pos = utf8_bytes(text, bytes);
    if (*pos < bytes)
        return "not UTF-8 from here on; save the file as UTF-8";
    for (*pos = 0; *pos < bytes; ++*pos) {
        why = refused_byte(text, bytes, *pos);
        if (why != NULL)
            return why;
    }
    return NULL;
}
