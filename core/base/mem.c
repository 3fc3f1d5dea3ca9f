#include "core/base/mem.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *must(void *p)
{
    if (p == NULL) {
        (void)fputs("out of memory\n", stderr);
        abort();
    }
    return p;
}

void *mem_alloc(size_t count, size_t size)
{
    if (count == 0 || size == 0)
        count = size = 1;
    return must(calloc(count, size));
}

void *mem_grow(void *p, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size)
        must(NULL);
    return must(realloc(p, count * size > 0 ? count * size : 1));
}

char *mem_dup(const char *s)
{
    return s == NULL ? NULL : mem_dup_bytes(s, strlen(s));
}

char *mem_dup_bytes(const void *p, size_t bytes)
{
    char *copy = mem_alloc(bytes + 1, 1);

    if (bytes > 0)
        memcpy(copy, p, bytes);
    return copy;
}

char *mem_printf(const char *fmt, ...)
{
    va_list ap;
    va_list again;
    char *s;
    int n;

    va_start(ap, fmt);
    va_copy(again, ap);
    n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    s = mem_alloc(n < 0 ? 1 : (size_t)n + 1, 1);
    if (n >= 0)
        (void)vsnprintf(s, (size_t)n + 1, fmt, again);
    va_end(again);
    return s;
}

void *mem_room(void *p, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return p;
    *capacity = *capacity < 8 ? 16 : *capacity * 2;
    return mem_grow(p, *capacity, size);
}
