/* GET /{access}: the form, rendered and compressed once for a link and language, with a new submission key.
 */

#include <stdio.h>

#include "collector/page_reply.h"
#include "collector/pages.h"

static struct page *form_prefix(struct site *site, const struct survey *sv, const struct survey_point *p,
                                int language)
{
    char key[64];
    struct page *page;
    struct buf html = BUF_INIT;
    struct view_form f = page_view_form(sv, p, language);

    snprintf(key, sizeof key, "%s %d", p->access.code, language);
    page = page_cache_get(site->pages, key);
    if (page != NULL)
        return page;
    view_form_prefix(site->views, &f, &html);
    page = page_cache_put(site->pages, key, html.data, html.bytes);
    buf_fini(&html);
    return page;
}

static void add_key(const struct site *site, const struct survey_point *p, struct buf *tail)
{
    uint8_t nonce[SUBMISSION_NONCE_BYTES];
    char key[SUBMISSION_KEY_BYTES];

    secret_random(nonce, sizeof nonce);
    submission_key_write(&site->submission, p->access.code, nonce, key);
    view_form_tail(site->views, key, tail);
}

static void reply_with(const struct site *site, struct request *r, struct page *page,
                       const struct survey_point *p, const char *language)
{
    enum page_coding coding = page_coding_for(r);
    struct buf tail = BUF_INIT;
    struct buf ending = BUF_INIT;

    add_key(site, p, &tail);
    page_ending(page, coding, tail.data, tail.bytes, &ending);
    page_html(site, r, 200, language, &ending);
    r->reply.encoding = page_coding_name(coding);
    r->reply.head = page_prefix(page, coding);
    buf_fini(&tail);
    buf_fini(&ending);
}

enum handled page_form(struct site *site, struct request *r)
{
    struct survey *sv = site_survey(site);
    const struct survey_point *p = page_point(sv, r);

    if (!page_instead(site, r, sv, p)) {
        int language = page_form_language(p->form, r);
        struct page *page = form_prefix(site, sv, p, language);

        reply_with(site, r, page, p, p->form->language[language].code);
    }
    survey_release(sv);
    return HANDLED_NOW;
}
