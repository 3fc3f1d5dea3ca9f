#ifndef TLD_TESTS_DRAW_H
#define TLD_TESTS_DRAW_H

/* Numbers at random that are the same in every run: a stream for each file that includes this. Xorshift
 * (Marsaglia 2003); set the seed to anything but 0 before drawing. */

#include <stdint.h>

static uint64_t seed;

/* 0 .. bound - 1 */
static unsigned draw(unsigned bound)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (unsigned)(seed >> 33) % bound;
}

#endif
