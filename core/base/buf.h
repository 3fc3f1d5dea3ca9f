#ifndef TLD_BASE_BUF_H
#define TLD_BASE_BUF_H

/* A growing byte buffer. data is always NUL-terminated once something was added; buf_str gives "" before
 * that. */

#include <stdbool.h>
#include <stddef.h>

struct buf {
    char *data;
    size_t bytes; /* in use, without the NUL */
    size_t capacity;
};

#define BUF_INIT                                                                                             \
    {                                                                                                        \
        .data = NULL, .bytes = 0, .capacity = 0                                                              \
    }

void buf_init(struct buf *b);
void buf_fini(struct buf *b);
void buf_clear(struct buf *b);                /* empties, keeps the memory */
void buf_reserve(struct buf *b, size_t more); /* room for so much more, asked for once */
void buf_add(struct buf *b, const void *p, size_t bytes);
void buf_adds(struct buf *b, const char *s);
void buf_addc(struct buf *b, char c);
void buf_addf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
const char *buf_str(const struct buf *b);

/* Hands the memory to the caller (NUL-terminated, free with free()) and leaves the buffer empty. */
char *buf_take(struct buf *b);

#endif
