#include "core/store/keys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/store/durable.h"

static char *server_path(const char *store)
{
    return mem_printf("%s.key", store);
}

static char *round_path(const char *store, const char *round)
{
    return mem_printf("%s.%s.key", store, round);
}

static bool key_read(const char *path, struct secret *out, struct err *e)
{
    char more;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n;
    bool whole;

    if (fd < 0 && errno == ENOENT)
        return err_set(e, ERR_NOT_FOUND, "%s: there is no key file", path);
    if (fd < 0)
        return err_set_errno(e, errno, "%s: the key file can not be read", path);
    n = read(fd, out->bytes, sizeof out->bytes);
    whole = n == (ssize_t)sizeof out->bytes && read(fd, &more, 1) == 0;
    (void)close(fd);
    if (!whole) {
        secret_wipe(out, sizeof *out);
        return err_set(e, ERR_STATE, "%s: is not a key file (%d bytes): put the right one in its place", path,
                       SECRET_BYTES);
    }
    return true;
}

/* Two processes may come here at once: the one that publishes second takes the other's key. */
static bool key_make(const char *path, struct secret *out, struct err *e)
{
    char *temp = NULL;
    bool ok = false;

    if (key_read(path, out, e))
        return true;
    if (e->kind != ERR_NOT_FOUND)
        return false;
    err_clear(e);
    temp = durable_temp_beside(path, e);
    if (temp == NULL)
        return false;
    secret_random(out->bytes, sizeof out->bytes);
    if (!durable_write(temp, out->bytes, sizeof out->bytes, e))
        goto out;
    ok = durable_publish(temp, path, e);
    if (!ok && e->kind == ERR_CONFLICT) {
        err_clear(e);
        ok = key_read(path, out, e);
    }
out:
    (void)unlink(temp);
    free(temp);
    if (!ok)
        secret_wipe(out, sizeof *out);
    return ok;
}

bool keys_server_load(const char *store, struct secret *out, struct err *e)
{
    char *path = server_path(store);
    bool ok = key_read(path, out, e);

    free(path);
    return ok;
}

bool keys_server_make(const char *store, struct secret *out, struct err *e)
{
    char *path = server_path(store);
    bool ok = key_make(path, out, e);

    free(path);
    return ok;
}

bool keys_round_load(const char *store, const char *round, struct secret *out, struct err *e)
{
    char *path = round_path(store, round);
    bool ok = key_read(path, out, e);

    free(path);
    return ok;
}

bool keys_round_make(const char *store, const char *round, struct secret *out, struct err *e)
{
    char *path = round_path(store, round);
    bool ok = key_make(path, out, e);

    free(path);
    return ok;
}

bool keys_round_exists(const char *store, const char *round)
{
    char *path = round_path(store, round);
    bool exists = access(path, F_OK) == 0;

    free(path);
    return exists;
}

bool keys_round_wipe(const char *store, const char *round, struct err *e)
{
    static const uint8_t zeros[SECRET_BYTES];
    char *path = round_path(store, round);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    bool ok =
        fd < 0 ? errno == ENOENT : write(fd, zeros, sizeof zeros) == (ssize_t)sizeof zeros && fsync(fd) == 0;

    if (!ok)
        (void)err_set_errno(e, errno, "%s: can not be destroyed", path);
    if (fd >= 0)
        (void)close(fd);
    free(path);
    return ok;
}

bool keys_round_remove(const char *store, const char *round, struct err *e)
{
    char *path = round_path(store, round);
    bool ok = unlink(path) == 0 || errno == ENOENT;

    if (!ok)
        (void)err_set_errno(e, errno, "%s: can not be removed", path);
    ok = ok && durable_sync_folder_of(path, e);
    free(path);
    return ok;
}

bool keys_round_destroy(const char *store, const char *round, struct err *e)
{
    return keys_round_wipe(store, round, e) && keys_round_remove(store, round, e);
}

void keys_wrap(const struct secret *server, const char *round, const struct secret *answer_key,
               uint8_t box[KEYS_BOX_BYTES])
{
    struct secret key;

    secret_derive(server, "round", &key);
    secret_random(box, SECRET_NONCE_BYTES);
    secret_close(&key, box, round, strlen(round), answer_key->bytes, SECRET_BYTES, box + SECRET_NONCE_BYTES);
    secret_wipe(&key, sizeof key);
}

bool keys_unwrap(const struct secret *server, const char *round, const uint8_t *box, size_t bytes,
                 struct secret *answer_key)
{
    struct secret key;
    bool ok;

    if (box == NULL || bytes != KEYS_BOX_BYTES)
        return false;
    secret_derive(server, "round", &key);
    ok = secret_open(&key, box, round, strlen(round), box + SECRET_NONCE_BYTES, bytes - SECRET_NONCE_BYTES,
                     answer_key->bytes);
    secret_wipe(&key, sizeof key);
    return ok;
}

void keys_check(const struct secret *server, uint8_t out[SECRET_HASH_BYTES])
{
    static const char what[] = "key check";

    secret_hash(server, what, sizeof what, out);
}

void response_key_hash(const struct secret *hash_key, const uint8_t nonce[SUBMISSION_NONCE_BYTES],
                       uint8_t out[SECRET_HASH_BYTES])
{
    secret_hash(hash_key, nonce, SUBMISSION_NONCE_BYTES, out);
}

/* A key of its own, so that a code and a nonce never give the same hash. */
void code_hash(const struct secret *hash_key, const char *code, uint8_t out[SECRET_HASH_BYTES])
{
    struct secret key;

    secret_derive(hash_key, "code", &key);
    secret_hash(&key, code, strlen(code), out);
    secret_wipe(&key, sizeof key);
}

/*
 * The nonce is the row's key hash, which no other row of the round has, and a salt: the same page may be sent
 * again with other answers after a commit that failed, and the log may then hold both boxes.
 */
enum { AD_BYTES = ROUND_CODE_BYTES + 8 + FORM_HASH_BYTES };

static void bind_to_place(const struct response_place *p, const uint8_t salt[RESPONSE_SALT_BYTES],
                          uint8_t nonce[SECRET_NONCE_BYTES], uint8_t ad[AD_BYTES])
{
    memcpy(nonce, p->key_hash, SECRET_HASH_BYTES);
    memcpy(nonce + SECRET_HASH_BYTES, salt, RESPONSE_SALT_BYTES);
    memcpy(ad, p->round, ROUND_CODE_BYTES);
    for (int i = 0; i < 8; i++)
        ad[ROUND_CODE_BYTES + i] = (uint8_t)((uint64_t)p->group_id >> (8 * i));
    memcpy(ad + ROUND_CODE_BYTES + 8, p->form_hash, FORM_HASH_BYTES);
}

_Static_assert(SECRET_HASH_BYTES + RESPONSE_SALT_BYTES == SECRET_NONCE_BYTES, "the nonce is hash and salt");

size_t response_close(const struct secret *answer_key, const struct response_place *place,
                      const uint8_t *answers, size_t questions, uint8_t box[RESPONSE_BOX_MAX_BYTES])
{
    uint8_t nonce[SECRET_NONCE_BYTES];
    uint8_t ad[AD_BYTES];

    secret_random(box, RESPONSE_SALT_BYTES);
    bind_to_place(place, box, nonce, ad);
    secret_close(answer_key, nonce, ad, sizeof ad, answers, questions, box + RESPONSE_SALT_BYTES);
    return questions + RESPONSE_OVERHEAD_BYTES;
}

bool response_open(const struct secret *answer_key, const struct response_place *place, const uint8_t *box,
                   size_t box_bytes, uint8_t *answers, size_t questions)
{
    uint8_t nonce[SECRET_NONCE_BYTES];
    uint8_t ad[AD_BYTES];

    if (box == NULL || box_bytes != questions + RESPONSE_OVERHEAD_BYTES)
        return false;
    bind_to_place(place, box, nonce, ad);
    return secret_open(answer_key, nonce, ad, sizeof ad, box + RESPONSE_SALT_BYTES,
                       box_bytes - RESPONSE_SALT_BYTES, answers);
}
