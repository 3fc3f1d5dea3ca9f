#include "core/domain/access.h"

#include <string.h>

const char ACCESS_ALPHABET[] = "ACDEFGHJKMNPQRTWXY34679";

enum { KEY_BYTES = SUBMISSION_NONCE_BYTES + SECRET_HASH_BYTES };

void access_code_make(char out[ACCESS_CODE_BYTES], uint32_t (*uniform)(uint32_t bound))
{
    for (int i = 0; i < ACCESS_CODE_CHARS; i++)
        out[i] = ACCESS_ALPHABET[uniform(sizeof ACCESS_ALPHABET - 1)];
    out[ACCESS_CODE_CHARS] = '\0';
}

bool access_code_read(const char *s, char out[ACCESS_CODE_BYTES])
{
    size_t n = 0;

    for (; s[n] != '\0'; n++) {
        char c = s[n] >= 'a' && s[n] <= 'z' ? (char)(s[n] - 'a' + 'A') : s[n];

        if (n >= ACCESS_CODE_CHARS || memchr(ACCESS_ALPHABET, c, sizeof ACCESS_ALPHABET - 1) == NULL)
            return false;
        out[n] = c;
    }
    out[n] = '\0';
    return n == ACCESS_CODE_CHARS;
}

bool access_code_read_typed(const char *s, char out[ACCESS_CODE_BYTES])
{
    char text[ACCESS_CODE_BYTES];
    size_t n = 0;

    for (; *s != '\0'; s++) {
        if (*s == ' ' || *s == '-' || *s == '\t')
            continue;
        if (n == ACCESS_CODE_CHARS)
            return false;
        text[n++] = *s;
    }
    text[n] = '\0';
    return access_code_read(text, out);
}

/* ---- base64url (RFC 4648, section 5) without padding, for the one length that is needed ---------------- */

static const char base64url[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static void encode(const uint8_t key[KEY_BYTES], char out[SUBMISSION_KEY_BYTES])
{
    uint32_t bits = 0;
    int have = 0;
    size_t n = 0;

    for (size_t i = 0; i < KEY_BYTES; i++) {
        bits = (bits << 8) | key[i];
        for (have += 8; have >= 6; have -= 6)
            out[n++] = base64url[(bits >> (have - 6)) & 63];
    }
    out[n++] = base64url[(bits << (6 - have)) & 63];
    out[n] = '\0';
}

static bool decode(const char *text, uint8_t key[KEY_BYTES])
{
    uint32_t bits = 0;
    int have = 0;
    size_t n = 0;

    if (strlen(text) != SUBMISSION_KEY_CHARS)
        return false;
    for (; *text != '\0'; text++) {
        const char *at = memchr(base64url, *text, sizeof base64url - 1);

        if (at == NULL)
            return false;
        bits = (bits << 6) | (uint32_t)(at - base64url);
        have += 6;
        if (have >= 8) {
            have -= 8;
            key[n++] = (uint8_t)(bits >> have);
        }
    }
    return (bits & ((1u << have) - 1)) == 0; /* only one spelling per key */
}

/* The tag covers the access code too, so that a page's key serves no other link. */
static void make_tag(const struct secret *server, const char *access_code,
                     const uint8_t nonce[SUBMISSION_NONCE_BYTES], uint8_t tag[SECRET_HASH_BYTES])
{
    uint8_t message[SUBMISSION_NONCE_BYTES + ACCESS_CODE_CHARS] = {0};
    size_t bytes = strlen(access_code);

    memcpy(message, nonce, SUBMISSION_NONCE_BYTES);
    memcpy(message + SUBMISSION_NONCE_BYTES, access_code,
           bytes < ACCESS_CODE_CHARS ? bytes : ACCESS_CODE_CHARS);
    secret_hash(server, message, sizeof message, tag);
}

void submission_key_write(const struct secret *server, const char *access_code,
                          const uint8_t nonce[SUBMISSION_NONCE_BYTES], char out[SUBMISSION_KEY_BYTES])
{
    uint8_t key[KEY_BYTES];

    memcpy(key, nonce, SUBMISSION_NONCE_BYTES);
    make_tag(server, access_code, nonce, key + SUBMISSION_NONCE_BYTES);
    encode(key, out);
}

bool submission_key_read(const struct secret *server, const char *access_code, const char *text,
                         uint8_t nonce[SUBMISSION_NONCE_BYTES])
{
    uint8_t key[KEY_BYTES];
    uint8_t tag[SECRET_HASH_BYTES];

    if (!decode(text, key))
        return false;
    make_tag(server, access_code, key, tag);
    if (!secret_equal(tag, key + SUBMISSION_NONCE_BYTES, sizeof tag))
        return false;
    memcpy(nonce, key, SUBMISSION_NONCE_BYTES);
    return true;
}
