#include "core/base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

void buf_init(struct buf *b)
{
    *b = (struct buf)BUF_INIT;
}

void buf_fini(struct buf *b)
{
    free(b->data);
    buf_init(b);
}

void buf_clear(struct buf *b)
{
    b->bytes = 0;
    if (b->data != NULL)
        b->data[0] = '\0';
}

void buf_reserve(struct buf *b, size_t more)
{
    size_t need = b->bytes + more + 1;

    if (need <= b->capacity)
        return;
    if (need < b->capacity * 2)
        need = b->capacity * 2;
    if (need < 64)
        need = 64;
    b->data = mem_grow(b->data, need, 1);
    b->data[b->bytes] = '\0';
    b->capacity = need;
}

void buf_add(struct buf *b, const void *p, size_t bytes)
{
    buf_reserve(b, bytes);
    if (bytes > 0)
        memcpy(b->data + b->bytes, p, bytes);
    b->bytes += bytes;
    b->data[b->bytes] = '\0';
}

void buf_adds(struct buf *b, const char *s)
{
    buf_add(b, s, strlen(s));
}

void buf_addc(struct buf *b, char c)
{
    buf_add(b, &c, 1);
}

void buf_addf(struct buf *b, const char *fmt, ...)
{
    va_list ap;
    va_list again;
    int n;

    va_start(ap, fmt);
    va_copy(again, ap);
    n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    if (n >= 0) {
        buf_reserve(b, (size_t)n);
        (void)vsnprintf(b->data + b->bytes, (size_t)n + 1, fmt, again);
        b->bytes += (size_t)n;
    }
    va_end(again);
}

const char *buf_str(const struct buf *b)
{
    return b->data == NULL ? "" : b->data;
}

char *buf_take(struct buf *b)
{
    char *s = b->data == NULL ? mem_dup("") : b->data;

    buf_init(b);
    return s;
}
