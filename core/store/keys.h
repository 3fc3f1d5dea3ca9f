#ifndef TLD_STORE_KEYS_H
#define TLD_STORE_KEYS_H

/*
 * The secrets of a store, and what they hide. No database is involved: every driver uses this.
 *
 *   server key   FILE.key; made once, never changed. Whoever keeps backups keeps a copy of it, apart from
 * them. answer key   one per round, kept in the database encrypted with the server key; encrypts the answers
 * of the round's single responses. hash key     one per round, FILE.2026-10.key; hashes submission nonces.
 * Never in the database, hence never in a backup.
 *
 * Sealing a round destroys both of its keys. The two lie apart because "lose nothing" and "reveal nobody" ask
 * different things of a backup that was taken while the round was open. With FILE.key it must give the
 * answers back: so the answer key is in it. But once the round is sealed, no one may find a certain child's
 * answers with such an old backup, even with FILE.key and the page that is still open on the child's phone:
 * so the hash key, the only way from a page to its row, is not in it. A store restored without its hash keys
 * makes new ones: nothing is lost but that a page which had been answered before the backup could be counted
 * again.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"
#include "core/base/secret.h"
#include "core/domain/access.h"
#include "core/domain/form.h"
#include "core/domain/round.h"

/* ---- key files ------------------------------------------------------------------------------------------
 */

/* The store's server key. ERR_NOT_FOUND when there is no file. */
bool keys_server_load(const char *store, struct secret *out, struct err *e)
    __attribute__((warn_unused_result));

/* The same; makes the file first where there is none. An existing key is never replaced. */
bool keys_server_make(const char *store, struct secret *out, struct err *e)
    __attribute__((warn_unused_result));

/* A round's hash key. ERR_NOT_FOUND when there is no file. */
bool keys_round_load(const char *store, const char *round, struct secret *out, struct err *e)
    __attribute__((warn_unused_result));
bool keys_round_make(const char *store, const char *round, struct secret *out, struct err *e)
    __attribute__((warn_unused_result));

/* Whether a round's hash key, or what is left of it, lies there. */
bool keys_round_exists(const char *store, const char *round);

/* Overwrites a round's hash key with zeros; removes the file; both. Nothing when it is gone already. What the
 * disk itself keeps of overwritten blocks is beyond a program: encrypt the disk. */
bool keys_round_wipe(const char *store, const char *round, struct err *e) __attribute__((warn_unused_result));
bool keys_round_remove(const char *store, const char *round, struct err *e)
    __attribute__((warn_unused_result));
bool keys_round_destroy(const char *store, const char *round, struct err *e)
    __attribute__((warn_unused_result));

/* ---- an answer key in a box -------------------------------------------------------------------------------
 */

enum { KEYS_BOX_BYTES = SECRET_NONCE_BYTES + SECRET_BYTES + SECRET_BOX_OVERHEAD_BYTES };

void keys_wrap(const struct secret *server, const char *round, const struct secret *answer_key,
               uint8_t box[KEYS_BOX_BYTES]);
bool keys_unwrap(const struct secret *server, const char *round, const uint8_t *box, size_t bytes,
                 struct secret *answer_key) __attribute__((warn_unused_result));

/* Says whether a store and a key file belong together. */
void keys_check(const struct secret *server, uint8_t out[SECRET_HASH_BYTES]);

/* ---- responses --------------------------------------------------------------------------------------------
 */

enum {
    RESPONSE_SALT_BYTES = 8,
    RESPONSE_OVERHEAD_BYTES = RESPONSE_SALT_BYTES + SECRET_BOX_OVERHEAD_BYTES,
    RESPONSE_BOX_MAX_BYTES = RESPONSE_OVERHEAD_BYTES + FORM_QUESTIONS_MAX
};

/* What a box is bound to: a row that is moved to another round, class or form does not open. */
struct response_place {
    char round[ROUND_CODE_BYTES];
    int64_t group_id;
    uint8_t form_hash[FORM_HASH_BYTES];
    uint8_t key_hash[SECRET_HASH_BYTES];
};

void response_key_hash(const struct secret *hash_key, const uint8_t nonce[SUBMISSION_NONCE_BYTES],
                       uint8_t out[SECRET_HASH_BYTES]);

/* The hash under which a one-time code is kept: by the round's hash key too, so that sealing destroys the
 * only way from a slip to its row, and no backup has it. */
void code_hash(const struct secret *hash_key, const char *code, uint8_t out[SECRET_HASH_BYTES]);

/* Encrypts `questions` answers; returns the bytes of the box. */
size_t response_close(const struct secret *answer_key, const struct response_place *place,
                      const uint8_t *answers, size_t questions, uint8_t box[RESPONSE_BOX_MAX_BYTES]);

/* False when the box was not made for this place with this key, or holds another number of answers. */
bool response_open(const struct secret *answer_key, const struct response_place *place, const uint8_t *box,
                   size_t box_bytes, uint8_t *answers, size_t questions) __attribute__((warn_unused_result));

#endif
