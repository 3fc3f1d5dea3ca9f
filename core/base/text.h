#ifndef TLD_BASE_TEXT_H
#define TLD_BASE_TEXT_H

/* UTF-8 text: checks and lengths. No locale is involved. */

#include <stdbool.h>
#include <stddef.h>

/*
 * The largest length <= bytes at which the UTF-8 text s can be cut without splitting a character.
 * Only the end is looked at; s need not be valid before it.
 */
size_t text_whole_bytes(const char *s, size_t bytes);

/* True when s[0..bytes) is well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates, at most U+10FFFF).
 */
bool text_is_utf8(const char *s, size_t bytes);

/* True when the text has a control character (U+0000–U+001F, U+007F–U+009F) or a bidi control that could
 * make a name read as another (U+202A–U+202E, U+2066–U+2069). s must be well-formed. */
bool text_has_control(const char *s, size_t bytes);

/* Puts '?' for each byte of what text_has_control looks for, so that text from outside stays one line and
 * harmless on a terminal. s may be malformed. */
void text_one_line(char *s);

/* Number of code points of well-formed UTF-8. */
size_t text_chars(const char *s, size_t bytes);

/* Removes ASCII space and tab and U+00A0 at both ends, in place; returns s's new start inside the buffer. */
char *text_trim(char *s);

#endif
