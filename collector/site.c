#include "collector/site.h"

#include <string.h>

struct survey *site_survey(struct site *site)
{
    pthread_mutex_lock(&site->lock);
    struct survey *sv = survey_ref(site->survey);
    unsigned number = site->number;
    pthread_mutex_unlock(&site->lock);

    if (number != site->pages_of) {
        page_cache_clear(site->pages);
        site->pages_of = number;
    }
    return sv;
}

void site_nonce(struct site *site, uint8_t out[SUBMISSION_NONCE_BYTES])
{
    if (site->nonces_left == 0) {
        secret_random(site->nonces, sizeof site->nonces);
        site->nonces_left = SITE_NONCES;
    }
    uint8_t *next = site->nonces[--site->nonces_left];
    memcpy(out, next, SUBMISSION_NONCE_BYTES);
    secret_wipe(next, SUBMISSION_NONCE_BYTES);
}

void site_renew(struct site *site, struct survey *survey)
{
    pthread_mutex_lock(&site->lock);
    struct survey *old = site->survey;
    site->survey = survey;
    site->number++;
    pthread_mutex_unlock(&site->lock);
    survey_release(old);
}
