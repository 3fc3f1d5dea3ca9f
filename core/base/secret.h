#ifndef TLD_BASE_SECRET_H
#define TLD_BASE_SECRET_H

/* Random bytes, keyed hashes and sealed boxes (libsodium). The only home of <sodium.h>. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"

enum { SECRET_BYTES = 32, SECRET_HASH_BYTES = 16, SECRET_BOX_OVERHEAD_BYTES = 16, SECRET_NONCE_BYTES = 24 };

struct secret {
    uint8_t bytes[SECRET_BYTES];
};

/* Once, before anything else here. ERR_IO. Safe to call again. From here on the process leaves no core file.
 */
bool secret_init(struct err *e) __attribute__((warn_unused_result));

void secret_random(void *out, size_t bytes);

/* A uniform number in [0, bound), bound >= 1; usable as the random source of a shuffle. */
uint32_t secret_uniform(uint32_t bound);

/* Overwrites in a way that the compiler can not leave out. */
void secret_wipe(void *p, size_t bytes);

/* Keyed BLAKE2b of data, cut to SECRET_HASH_BYTES (RFC 7693). */
void secret_hash(const struct secret *key, const void *data, size_t bytes, uint8_t out[SECRET_HASH_BYTES]);

/* Unkeyed BLAKE2b-256; for naming content (form texts), never for hiding. */
void secret_digest(const void *data, size_t bytes, uint8_t out[32]);

/* SHA-256 (FIPS 180-4) in base64 (RFC 4648, 4) with its NUL, as a Content-Security-Policy wants it. */
enum { SECRET_SHA256_BASE64_BYTES = 45 };
void secret_sha256_base64(const void *data, size_t bytes, char out[SECRET_SHA256_BASE64_BYTES]);

/* A key of its own for one purpose ("submission", "answers", …), derived from a master key. */
void secret_derive(const struct secret *master, const char *purpose, struct secret *out);

/* Constant-time comparison. */
bool secret_equal(const void *a, const void *b, size_t bytes);

/*
 * Authenticated encryption, XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03). box has bytes +
 * SECRET_BOX_OVERHEAD_BYTES. `ad` is authenticated but not stored. A nonce must never serve twice under a
 * key. secret_open returns false when the box, the key, the nonce or ad is not the one it was closed with.
 */
void secret_close(const struct secret *key, const uint8_t nonce[SECRET_NONCE_BYTES], const void *ad,
                  size_t ad_bytes, const void *plain, size_t bytes, uint8_t *box);
bool secret_open(const struct secret *key, const uint8_t nonce[SECRET_NONCE_BYTES], const void *ad,
                 size_t ad_bytes, const uint8_t *box, size_t box_bytes, void *plain)
    __attribute__((warn_unused_result));

#endif
