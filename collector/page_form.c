/* GET /{access}: the form, rendered and compressed once for a link and language, with a new submission key.
 */

#include <assert.h>
#include <stdio.h>
#include <string.h>

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

/* The end of the page is the same but for the key, whose letters need no escaping: rendered once. */
static void render_tail(struct site *site)
{
    char marker[SUBMISSION_KEY_BYTES];

    memset(marker, '~', SUBMISSION_KEY_CHARS); /* no letter of a key */
    marker[SUBMISSION_KEY_CHARS] = '\0';
    view_form_tail(site->views, marker, &site->tail);
    const char *at = strstr(site->tail.data, marker);
    assert(at != NULL && strstr(at + 1, marker) == NULL);
    site->key_at = (size_t)(at - site->tail.data);
}

/* The end of the page with a new key; valid until the next call. */
static const struct buf *new_tail(struct site *site, const struct survey_point *p)
{
    uint8_t nonce[SUBMISSION_NONCE_BYTES];
    char key[SUBMISSION_KEY_BYTES];

    if (site->tail.bytes == 0)
        render_tail(site);
    site_nonce(site, nonce);
    submission_key_write(&site->submission, p->access.code, nonce, key);
    memcpy(site->tail.data + site->key_at, key, SUBMISSION_KEY_CHARS);
    return &site->tail;
}

static void reply_with(struct site *site, struct request *r, struct page *page, const struct survey_point *p,
                       const char *language)
{
    enum page_coding coding = page_coding_for(r);
    const struct buf *tail = new_tail(site, p);
    struct buf ending = BUF_INIT;

    page_ending(page, coding, tail->data, tail->bytes, &ending);
    page_html(site, r, 200, language, &ending);
    r->reply.encoding = page_coding_name(coding);
    r->reply.head = page_prefix(page, coding);
    buf_fini(&ending);
}

static void release(void *survey)
{
    survey_release(survey);
}

enum handled page_form(struct site *site, struct request *r)
{
    struct survey *sv = site_survey(site);
    const struct survey_point *p = page_point(sv, r);

    /* The reply borrows from it until it is sent. */
    r->own = sv;
    r->own_free = release;
    if (!page_instead(site, r, sv, p)) {
        int language = page_form_language(p->form, r);
        struct page *page = form_prefix(site, sv, p, language);

        reply_with(site, r, page, p, p->form->language[language].code);
    }
    return HANDLED_NOW;
}
