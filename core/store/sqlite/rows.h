#ifndef TLD_STORE_SQLITE_ROWS_H
#define TLD_STORE_SQLITE_ROWS_H

/* What sealing and looking share. For this folder only. */

#include "core/store/pack.h"
#include "core/store/sqlite/db.h"

/* All responses of a round that is not sealed, decrypted. */
bool rows_collect(struct store *s, struct round_known *r, struct pack *out, struct err *e) STORE_CHECK;

#endif
