#ifndef TLD_TESTS_FAULT_VFS_H
#define TLD_TESTS_FAULT_VFS_H

/*
 * A disk that fails when it is told to, put between SQLite and the files. It counts operations (writes,
 * syncs, truncations) on databases and logs, and remembers what a sync has made durable: when the power goes,
 * everything that no sync followed is gone, as on a real machine. kill -9 shows nothing of the kind, since
 * the kernel keeps what was written.
 */

#include <stdbool.h>
#include <stdint.h>

/* From now on every store of this process is opened through the failing disk. */
void fault_install(void);

/* Forgets all plans and counts, and what was not durable. No store may be open. */
void fault_reset(void);

/* Operations so far. */
unsigned fault_operations(void);

/*
 * At operation number `nth` (1 = the next one) the power goes: the files get the bytes that were durable and
 * the process ends with FAULT_EXIT. With seed 0 all that was not durable is lost; else a random half of those
 * writes still reached the disk, in any order.
 */
enum { FAULT_EXIT = 77 };
void fault_power_off_at(unsigned nth, uint32_t seed);

/* From write number `nth` on the disk is full; 0: there is room again. */
void fault_full_from(unsigned nth);

/* Sync number `nth` fails once; what it should have made durable never will be, though it can be read until
 * the power goes (as Linux does it). */
void fault_sync_fails_at(unsigned nth);

#endif
