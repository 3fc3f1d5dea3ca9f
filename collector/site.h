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

struct site {
    const struct views *views;
    const char *root; /* path of the public address without the first '/': "" or "enkat/" */
    struct intake *intake;
    struct secret submission; /* authenticates submission keys */

    struct page_cache *pages; /* the server's thread's alone, as the next */
    unsigned pages_of;        /* number of the survey that they were made from */

    pthread_mutex_t lock;
    struct survey *survey; /* under the lock, as the next; see site_survey */
    unsigned number;       /* counts the surveys */
};

/* The present survey, one reference: give it back with survey_release. On the server's thread only, as it
 * empties the page cache when the survey is another one than last time. */
struct survey *site_survey(struct site *site);

/* Puts a newly read survey in place; takes over the caller's reference. From any thread. */
void site_renew(struct site *site, struct survey *survey);

#endif
