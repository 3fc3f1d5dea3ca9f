#include "core/base/text.h"

#include <string.h>

/* Bytes that a character takes by its first byte; 0 for a byte that can not start one. */
static size_t sequence_bytes(unsigned char first)
{
    if (first < 0x80)
        return 1;
    if (first >= 0xC2 && first <= 0xDF)
        return 2;
    if (first >= 0xE0 && first <= 0xEF)
        return 3;
    if (first >= 0xF0 && first <= 0xF4)
        return 4;
    return 0;
}

static bool is_continuation(unsigned char c)
{
    return (c & 0xC0) == 0x80;
}

size_t text_whole_bytes(const char *s, size_t bytes)
{
    size_t start = bytes;
    size_t need;

    while (start > 0 && bytes - start < 3 && is_continuation((unsigned char)s[start - 1]))
        start--;
    if (start == 0)
        return bytes;
    need = sequence_bytes((unsigned char)s[start - 1]);
    if (need > bytes - (start - 1))
        return start - 1;
    return bytes;
}

/* Decodes one character at s; returns its length, or 0 when it is malformed. */
static size_t decode(const unsigned char *s, size_t bytes, unsigned long *code)
{
    static const unsigned long least[5] = {0, 0, 0x80, 0x800, 0x10000};
    size_t n = bytes > 0 ? sequence_bytes(s[0]) : 0;

    if (n == 0 || n > bytes)
        return 0;
    if (n == 1) {
        *code = s[0];
        return 1;
    }
    *code = s[0] & (0xFFu >> (n + 1));
    for (size_t i = 1; i < n; i++) {
        if (!is_continuation(s[i]))
            return 0;
        *code = (*code << 6) | (s[i] & 0x3Fu);
    }
    if (*code < least[n] || *code > 0x10FFFF || (*code >= 0xD800 && *code <= 0xDFFF))
        return 0;
    return n;
}

bool text_is_utf8(const char *s, size_t bytes)
{
    unsigned long code;

    for (size_t i = 0, n; i < bytes; i += n) {
        n = decode((const unsigned char *)s + i, bytes - i, &code);
        if (n == 0)
            return false;
    }
    return true;
}

bool text_has_control(const char *s, size_t bytes)
{
    unsigned long c;

    for (size_t i = 0, n; i < bytes; i += n) {
        n = decode((const unsigned char *)s + i, bytes - i, &c);
        if (n == 0 || c < 0x20 || (c >= 0x7F && c <= 0x9F))
            return true;
        if ((c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069))
            return true;
    }
    return false;
}

void text_one_line(char *s)
{
    size_t left = strlen(s);

    while (left > 0) {
        unsigned long code;
        size_t n = decode((const unsigned char *)s, left, &code);

        /* bytes that are no text are left as they are, but those that some terminals take as controls */
        if (n == 0 ? is_continuation((unsigned char)*s) && (unsigned char)*s < 0xA0 : text_has_control(s, n))
            memset(s, '?', n == 0 ? 1 : n);
        s += n == 0 ? 1 : n;
        left -= n == 0 ? 1 : n;
    }
}

size_t text_chars(const char *s, size_t bytes)
{
    size_t chars = 0;

    for (size_t i = 0; i < bytes; i++)
        chars += !is_continuation((unsigned char)s[i]);
    return chars;
}

char *text_trim(char *s)
{
    size_t n;

    for (;;) {
        if (*s == ' ' || *s == '\t')
            s++;
        else if (memcmp(s, "\xC2\xA0", strlen(s) < 2 ? strlen(s) + 1 : 2) == 0)
            s += 2;
        else
            break;
    }
    for (n = strlen(s); n > 0;) {
        if (s[n - 1] == ' ' || s[n - 1] == '\t')
            n--;
        else if (n >= 2 && memcmp(s + n - 2, "\xC2\xA0", 2) == 0)
            n -= 2;
        else
            break;
    }
    s[n] = '\0';
    return s;
}
