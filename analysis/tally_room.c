#define _DEFAULT_SOURCE /* MAP_ANONYMOUS, madvise */
#include "analysis/tally_room.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "core/base/mem.h"

enum {
    SMALL_BYTES = 128 * 1024,
    SMALL_PIECES = 16, /* from then on large ones */
    HUGE_BYTES = 2 * 1024 * 1024,
    LARGE_BYTES = 4 * HUGE_BYTES
};

struct tally_room_piece {
    uint8_t *data;
    size_t bytes;
    void *mapped; /* what to unmap, or NULL: data is to be freed */
    size_t mapped_bytes;
};

/* A piece that starts where a huge page can; NULL data when the system gives none. */
static struct tally_room_piece map_piece(size_t bytes)
{
    struct tally_room_piece p = {.mapped_bytes = bytes + HUGE_BYTES};

    p.mapped = mmap(NULL, p.mapped_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p.mapped == MAP_FAILED)
        return (struct tally_room_piece){.data = NULL};
    p.data = (uint8_t *)p.mapped + (HUGE_BYTES - (uintptr_t)p.mapped % HUGE_BYTES);
    p.bytes = bytes;
#ifdef MADV_HUGEPAGE
    (void)madvise(p.data, bytes, MADV_HUGEPAGE); /* a wish */
#endif
    return p;
}

static void add_piece(struct tally_room *r, size_t least)
{
    const bool small = r->pieces < SMALL_PIECES && least <= SMALL_BYTES;
    const size_t standard = small ? SMALL_BYTES : LARGE_BYTES;
    const size_t bytes = least > standard ? least : standard;
    struct tally_room_piece p = {.data = NULL};

    if (!small)
        p = map_piece(bytes);
    if (p.data == NULL)
        p = (struct tally_room_piece){.data = mem_alloc(bytes, 1), .bytes = bytes};
    r->piece = mem_room(r->piece, r->pieces, &r->capacity, sizeof *r->piece);
    r->piece[r->pieces++] = p;
    r->left = bytes;
}

void *tally_room_get(struct tally_room *r, size_t bytes)
{
    struct tally_room_piece *last;

    bytes = (bytes + 7) / 8 * 8;
    if (r->left < bytes)
        add_piece(r, bytes);
    last = &r->piece[r->pieces - 1];
    r->left -= bytes;
    return last->data + (last->bytes - r->left - bytes);
}

void tally_room_merge(struct tally_room *into, struct tally_room *from)
{
    for (size_t i = 0; i < from->pieces; i++) {
        into->piece = mem_room(into->piece, into->pieces, &into->capacity, sizeof *into->piece);
        into->piece[into->pieces++] = from->piece[i];
    }
    if (from->pieces > 0)
        into->left = from->left; /* of the piece that is last now */
    free(from->piece);
    memset(from, 0, sizeof *from);
}

void tally_room_fini(struct tally_room *r)
{
    for (size_t i = 0; i < r->pieces; i++) {
        if (r->piece[i].mapped != NULL)
            (void)munmap(r->piece[i].mapped, r->piece[i].mapped_bytes);
        else
            free(r->piece[i].data);
    }
    free(r->piece);
    memset(r, 0, sizeof *r);
}
