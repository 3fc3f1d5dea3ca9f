#ifndef TLD_DOMAIN_ACCESS_H
#define TLD_DOMAIN_ACCESS_H

/*
 * Access points: the link of one class, or of one unit (where the pupil picks the class), to one form of one
 * round. And the submission key, which lets one page count once.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/secret.h"
#include "core/domain/form.h"
#include "core/domain/round.h"
#include "core/domain/unit.h"

enum {
    ACCESS_CODE_CHARS = 8,
    ACCESS_CODE_BYTES = ACCESS_CODE_CHARS + 1,
    SUBMISSION_KEY_CHARS = 43, /* base64url of nonce and tag, 32 bytes */
    SUBMISSION_KEY_BYTES = SUBMISSION_KEY_CHARS + 1,
    SUBMISSION_NONCE_BYTES = 16
};

struct access {
    char code[ACCESS_CODE_BYTES];
    char round[ROUND_CODE_BYTES];
    char unit_code[UNIT_CODE_MAX_BYTES + 1];
    int64_t group_id; /* 0: the unit's link, the pupil picks the class */
    uint8_t form_hash[FORM_HASH_BYTES];
};

/* The letters and digits of a code: none can be taken for another (no 0 O 1 I L 2 Z 5 S 8 B U V). */
extern const char ACCESS_ALPHABET[];

/* A new random code; `uniform` gives a number in [0, bound). */
void access_code_make(char out[ACCESS_CODE_BYTES], uint32_t (*uniform)(uint32_t bound));

/* Upper-cases s into out and checks it; false when it can not be a code. */
bool access_code_read(const char *s, char out[ACCESS_CODE_BYTES]);

/* The same for what a person types from paper: blanks and hyphens help the eye and may stand anywhere. */
bool access_code_read_typed(const char *s, char out[ACCESS_CODE_BYTES]);

/* The text of a submission key for this access point: nonce and a tag that only the server can make. */
void submission_key_write(const struct secret *server, const char *access_code,
                          const uint8_t nonce[SUBMISSION_NONCE_BYTES], char out[SUBMISSION_KEY_BYTES]);

/* False when the text is not a key that this server made for this access point. */
bool submission_key_read(const struct secret *server, const char *access_code, const char *text,
                         uint8_t nonce[SUBMISSION_NONCE_BYTES]);

#endif
