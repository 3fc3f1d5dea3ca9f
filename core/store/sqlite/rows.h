#ifndef TLD_STORE_SQLITE_ROWS_H
#define TLD_STORE_SQLITE_ROWS_H

/* What sealing, looking and importing share. For this folder only. */

#include "core/store/pack.h"
#include "core/store/sqlite/db.h"

/* All responses of a round that is not sealed, decrypted. */
bool rows_collect(struct store *s, struct round_known *r, struct pack *out, struct err *e) STORE_CHECK;

/* Stores one block as it is; the persons have been shuffled. */
bool rows_add_block(struct store *s, int64_t round_id, const struct packed *b, struct err *e) STORE_CHECK;

#endif
