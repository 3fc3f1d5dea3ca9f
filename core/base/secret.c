#include "core/base/secret.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

/* A core file would hold keys and answers, and lie there for anyone's backup. The leak check of the
 * sanitizers traces its own process and can not do so once that is closed. */
static void leave_no_core(void)
{
    const struct rlimit none = {0, 0};

    (void)setrlimit(RLIMIT_CORE, &none);
#ifndef __SANITIZE_ADDRESS__
    (void)prctl(PR_SET_DUMPABLE, 0);
#endif
}

bool secret_init(struct err *e)
{
    leave_no_core();
    if (sodium_init() < 0)
        return err_set(e, ERR_IO, "the system gives no random numbers");
    return true;
}

void secret_random(void *out, size_t bytes)
{
    randombytes_buf(out, bytes);
}

uint32_t secret_uniform(uint32_t bound)
{
    return randombytes_uniform(bound);
}

void secret_wipe(void *p, size_t bytes)
{
    sodium_memzero(p, bytes);
}

void secret_hash(const struct secret *key, const void *data, size_t bytes, uint8_t out[SECRET_HASH_BYTES])
{
    int r = crypto_generichash(out, SECRET_HASH_BYTES, data, bytes, key->bytes, sizeof key->bytes);

    assert(r == 0);
    (void)r;
}

void secret_digest(const void *data, size_t bytes, uint8_t out[32])
{
    int r = crypto_generichash(out, 32, data, bytes, NULL, 0);

    assert(r == 0);
    (void)r;
}

void secret_sha256_base64(const void *data, size_t bytes, char out[SECRET_SHA256_BASE64_BYTES])
{
    unsigned char hash[crypto_hash_sha256_BYTES];

    (void)crypto_hash_sha256(hash, data, bytes);
    (void)sodium_bin2base64(out, SECRET_SHA256_BASE64_BYTES, hash, sizeof hash,
                            sodium_base64_VARIANT_ORIGINAL);
}

void secret_derive(const struct secret *master, const char *purpose, struct secret *out)
{
    int r = crypto_generichash(out->bytes, sizeof out->bytes, (const unsigned char *)purpose, strlen(purpose),
                               master->bytes, sizeof master->bytes);

    assert(r == 0);
    (void)r;
}

bool secret_equal(const void *a, const void *b, size_t bytes)
{
    return sodium_memcmp(a, b, bytes) == 0;
}

void secret_close(const struct secret *key, const uint8_t nonce[SECRET_NONCE_BYTES], const void *ad,
                  size_t ad_bytes, const void *plain, size_t bytes, uint8_t *box)
{
    int r = crypto_aead_xchacha20poly1305_ietf_encrypt(box, NULL, plain, bytes, ad, ad_bytes, NULL, nonce,
                                                       key->bytes);

    assert(r == 0);
    (void)r;
}

bool secret_open(const struct secret *key, const uint8_t nonce[SECRET_NONCE_BYTES], const void *ad,
                 size_t ad_bytes, const uint8_t *box, size_t box_bytes, void *plain)
{
    return crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL, box, box_bytes, ad, ad_bytes, nonce,
                                                      key->bytes) == 0;
}
