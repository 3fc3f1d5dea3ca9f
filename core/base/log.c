#include "core/base/log.h"

#include <stdarg.h>
#include <stdio.h>

/* One write per line, so that lines of several threads never mix. */
static void __attribute__((format(printf, 2, 0))) line(const char *level, const char *fmt, va_list ap)
{
    char text[1100];
    int n = snprintf(text, sizeof text, "%s: ", level);
    int m = vsnprintf(text + n, sizeof text - (size_t)n - 1, fmt, ap);

    if (m < 0)
        return;
    n = n + m < (int)sizeof text - 1 ? n + m : (int)sizeof text - 2;
    text[n] = '\n';
    (void)fwrite(text, 1, (size_t)n + 1, stderr);
}

void log_error(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    line("error", fmt, ap);
    va_end(ap);
}

void log_warn(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    line("warning", fmt, ap);
    va_end(ap);
}

void log_info(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    line("info", fmt, ap);
    va_end(ap);
}
