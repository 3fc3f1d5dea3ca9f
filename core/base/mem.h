#ifndef TLD_BASE_MEM_H
#define TLD_BASE_MEM_H

/* Allocation that never returns NULL: running out of memory ends the process (sizes from outside are capped
 * first). */

#include <stddef.h>

void *mem_alloc(size_t count, size_t size);         /* zeroed; size 0 is allowed */
void *mem_grow(void *p, size_t count, size_t size); /* new bytes are not zeroed */
char *mem_dup(const char *s);                       /* NULL gives NULL */
char *mem_dup_bytes(const void *p, size_t bytes);   /* a copy with a NUL after it */
char *mem_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Room for one more element in a growing array: doubles *capacity when count has reached it. */
void *mem_room(void *p, size_t count, size_t *capacity, size_t size);

#endif
