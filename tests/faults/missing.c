/*
 * missing STORE ROUND FILE: of the answers acknowledged in FILE (a nonce in hex on each line, as
 * tests/bench/load.c writes them), how many are not in the store. Prints {"acknowledged": A, "missing": M,
 * "stored": S}; exits 1 when one is missing.
 */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/store/store.h"

static bool nonce_read(const char *hex, uint8_t nonce[SUBMISSION_NONCE_BYTES])
{
    for (size_t i = 0; i < SUBMISSION_NONCE_BYTES; i++) {
        unsigned byte;

        if (sscanf(hex + 2 * i, "%2x", &byte) != 1)
            return false;
        nonce[i] = (uint8_t)byte;
    }
    return true;
}

static bool count_missing(struct store *s, const char *round, FILE *f, long *acknowledged, long *missing,
                          struct err *e)
{
    char line[128];

    while (fgets(line, sizeof line, f) != NULL) {
        uint8_t nonce[SUBMISSION_NONCE_BYTES];
        bool exists;

        if (!nonce_read(line, nonce))
            return err_set(e, ERR_INPUT, "not a nonce: %.60s", line);
        if (!store_response_exists(s, round, nonce, &exists, e))
            return false;
        ++*acknowledged;
        *missing += !exists;
    }
    return true;
}

static bool count_stored(struct store *s, const char *round, int64_t *stored, struct err *e)
{
    struct response_count *counts = NULL;
    size_t n = 0;

    if (!store_response_counts(s, round, &counts, &n, e))
        return false;
    for (size_t i = 0; i < n; i++)
        *stored += counts[i].responses;
    free(counts);
    return true;
}

int main(int argc, char **argv)
{
    struct err e = ERR_INIT;
    struct store *s = NULL;
    FILE *f = argc == 4 ? fopen(argv[3], "r") : NULL;
    long acknowledged = 0;
    long missing = 0;
    int64_t stored = 0;
    bool ok;

    if (f == NULL) {
        (void)fprintf(stderr, "usage: missing STORE ROUND FILE\n");
        return 2;
    }
    ok = secret_init(&e) && store_open(argv[1], STORE_WRITE, &s, &e) &&
         count_missing(s, argv[2], f, &acknowledged, &missing, &e) && count_stored(s, argv[2], &stored, &e);
    if (!ok)
        (void)fprintf(stderr, "missing: %s\n", e.text);
    else
        printf("{\"acknowledged\": %ld, \"missing\": %ld, \"stored\": %" PRId64 "}\n", acknowledged, missing,
               stored);
    (void)fclose(f);
    store_close(s);
    return ok && missing == 0 ? 0 : 1;
}
