#include "core/base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/base/text.h"

/* snprintf may stop inside a UTF-8 character, and what is quoted from outside may hold anything; an error
 * text must still be one printable line. */
static void trim(struct err *e)
{
    e->text[text_whole_bytes(e->text, strlen(e->text))] = '\0';
    text_one_line(e->text);
}

bool err_set(struct err *e, enum err_kind kind, const char *fmt, ...)
{
    va_list ap;

    e->kind = kind;
    va_start(ap, fmt);
    (void)vsnprintf(e->text, sizeof e->text, fmt, ap);
    va_end(ap);
    trim(e);
    return false;
}

bool err_set_errno(struct err *e, int errno_value, const char *fmt, ...)
{
    char what[128];
    size_t used;
    va_list ap;

    e->kind = ERR_IO;
    va_start(ap, fmt);
    (void)vsnprintf(e->text, sizeof e->text, fmt, ap);
    va_end(ap);
    if (strerror_r(errno_value, what, sizeof what) != 0)
        (void)snprintf(what, sizeof what, "error %d", errno_value);
    used = strlen(e->text);
    (void)snprintf(e->text + used, sizeof e->text - used, ": %s", what);
    trim(e);
    return false;
}

bool err_prefix(struct err *e, const char *fmt, ...)
{
    char rest[sizeof e->text];
    size_t used;
    va_list ap;

    memcpy(rest, e->text, sizeof rest);
    va_start(ap, fmt);
    (void)vsnprintf(e->text, sizeof e->text, fmt, ap);
    va_end(ap);
    used = strlen(e->text);
    (void)snprintf(e->text + used, sizeof e->text - used, ": %s", rest);
    trim(e);
    return false;
}

void err_clear(struct err *e)
{
    e->kind = ERR_NONE;
    e->text[0] = '\0';
}
