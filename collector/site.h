#ifndef TLD_COLLECTOR_SITE_H
#define TLD_COLLECTOR_SITE_H

/* What every page handler works with. Made by serve.c, lives as long as the server. */

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "collector/intake.h"
#include "collector/page_cache.h"
#include "collector/survey.h"
#include "collector/view.h"
#include "core/base/secret.h"

enum { SITE_NONCES = 256 };

struct site {
    const struct views *views;
    const char *root; /* path of the public address without the first '/': "" or "enkat/" */
    struct intake *intake;
    struct secret submission; /* authenticates submission keys */

    struct page_cache *pages; /* the server's thread's alone, as the next */
    unsigned pages_of;        /* number of the survey that they were made from */

    struct buf tail; /* the end of a form page, rendered once, with room for the key; empty at first */
    size_t key_at;   /* in tail; all three the server's thread's alone, as the next two */

    uint8_t nonces[SITE_NONCES][SUBMISSION_NONCE_BYTES]; /* drawn ahead, as asking the kernel costs */
    size_t nonces_left;

    pthread_mutex_t lock;
    struct survey *survey; /* under the lock, as the next; see site_survey */
    unsigned number;       /* counts the surveys */
};

/* The present survey, one reference: give it back with survey_release. On the server's thread only, as it
 * empties the page cache when the survey is another one than last time. */
struct survey *site_survey(struct site *site);

/* A random number that no page has had. On the server's thread only. */
void site_nonce(struct site *site, uint8_t out[SUBMISSION_NONCE_BYTES]);

/* Puts a newly read survey in place; takes over the caller's reference. From any thread. */
void site_renew(struct site *site, struct survey *survey);

#endif
