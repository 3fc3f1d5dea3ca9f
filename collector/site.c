#include "collector/site.h"

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

void site_renew(struct site *site, struct survey *survey)
{
    pthread_mutex_lock(&site->lock);
    struct survey *old = site->survey;
    site->survey = survey;
    site->number++;
    pthread_mutex_unlock(&site->lock);
    survey_release(old);
}
