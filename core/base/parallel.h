#ifndef TLD_BASE_PARALLEL_H
#define TLD_BASE_PARALLEL_H

/* Work that falls into parts of their own, done on several processors. */

#include <stddef.h>

enum { PARALLEL_MAX = 8 };

/* How many threads are worth having: `wanted`, or (0) as many as there are processors; 1 .. PARALLEL_MAX. */
unsigned parallel_threads(unsigned wanted);

/*
 * Calls each(i, arg) once for every i below count, in order of i but several at a time, on at most
 * `threads` threads, the calling one among them; returns when all are done. Where a thread can not be had,
 * the others do its part. end (or NULL) is called on each of the threads, at last.
 */
void parallel_each(size_t count, unsigned threads, void (*each)(size_t i, void *arg), void *arg,
                   void (*end)(void));

#endif
