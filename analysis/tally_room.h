#ifndef TLD_ANALYSIS_TALLY_ROOM_H
#define TLD_ANALYSIS_TALLY_ROOM_H

/*
 * Zeroed memory for cells, handed out piece by piece and freed all at once. A few cells take little; many
 * come from large pages where the system has them, since filling them is otherwise mostly waiting for new
 * pages.
 */

#include <stddef.h>

struct tally_room {
    struct tally_room_piece *piece;
    size_t pieces, capacity;
    size_t left; /* bytes of the last piece */
};

/* bytes of zeros, aligned to 8. */
void *tally_room_get(struct tally_room *r, size_t bytes);

/* Moves all that `from` holds into `into`. */
void tally_room_merge(struct tally_room *into, struct tally_room *from);
void tally_room_fini(struct tally_room *r);

#endif
