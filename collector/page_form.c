/*
 * GET /{access}: the form, rendered and compressed once for a link and language, with a new submission key.
 * GET /{access}/delad: the same as ?delad, for children who share a tablet.
 * GET /{access}/{code}: the same by the QR code of a slip, carrying its one-time code; 409 when that is used
 * up. Whether it is good otherwise is found out when the answers come.
 */

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "collector/link.h"
#include "collector/page_reply.h"
#include "collector/pages.h"
#include "core/base/mem.h"

/* The page's name in the cache: link, language, and whether a code is typed. Made for every pupil, so by
 * hand. */
enum { PAGE_KEY_BYTES = ACCESS_CODE_BYTES + 2 };
static_assert('A' + FORM_LANGUAGES_MAX <= 'Z', "a language is a letter of the key");

static void page_key(const struct view_form *f, char out[PAGE_KEY_BYTES])
{
    char *at = stpcpy(out, f->access);

    *at++ = (char)('A' + f->language);
    *at++ = f->asks_code ? 'c' : '-';
    *at = '\0';
}

/* With a code from the address there is nothing to type. */
static struct page *form_prefix(struct site *site, const struct survey *sv, const struct survey_point *p,
                                int language, bool has_code)
{
    char key[PAGE_KEY_BYTES];
    struct page *page;
    struct buf html = BUF_INIT;
    struct view_form f = page_view_form(sv, p, language);

    f.asks_code = f.asks_code && !has_code;
    page_key(&f, key);
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
    view_form_tail(site->views, marker, NULL, &site->tail);
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

/* The same of a page that was opened by a slip, or is made for one reply; code NULL: none. */
static void slip_tail(struct site *site, const struct survey_point *p, const char *code, struct buf *tail)
{
    uint8_t nonce[SUBMISSION_NONCE_BYTES];
    char key[SUBMISSION_KEY_BYTES];

    site_nonce(site, nonce);
    submission_key_write(&site->submission, p->access.code, nonce, key);
    view_form_tail(site->views, key, code, tail);
}

/* code NULL: none. */
static void reply_with(struct site *site, struct request *r, struct page *page, const struct survey_point *p,
                       const char *language, const char *code)
{
    enum page_coding coding = page_coding_for(r);
    struct buf of_slip = BUF_INIT;
    const struct buf *tail = &of_slip;
    struct buf ending = BUF_INIT;

    if (code != NULL)
        slip_tail(site, p, code, &of_slip);
    else
        tail = new_tail(site, p);
    page_ending(page, coding, tail->data, tail->bytes, &ending);
    buf_fini(&of_slip);
    page_html(site, r, 200, language, &ending);
    r->reply.encoding = page_coding_name(coding);
    r->reply.head = page_prefix(page, coding);
    buf_fini(&ending);
}

/* Where children share a tablet the page has the number of answers in it, so it is made for each. */
static void reply_shared(struct site *site, struct request *r, const struct survey *sv,
                         const struct survey_point *p, int language, const char *code)
{
    struct buf html = BUF_INIT;
    struct view_form f = page_view_form(sv, p, language);

    f.shared = true;
    f.sent = page_shared(r);
    f.asks_code = f.asks_code && code == NULL;
    view_form_prefix(site->views, &f, &html);
    slip_tail(site, p, code, &html);
    page_html_compressed(site, r, 200, p->form->language[language].code, &html);
    /* Without scripts the way back would show the last child's answers, as browsers set pages aside whole. */
    r->reply.clears = true;
    buf_fini(&html);
}

/* The form of a link whose round is open. */
static void reply_form(struct site *site, struct request *r, const struct survey *sv,
                       const struct survey_point *p, const char *code)
{
    int language = page_form_language(p->form, r);

    if (page_shared(r) >= 0) {
        reply_shared(site, r, sv, p, language, code);
    } else {
        struct page *page = form_prefix(site, sv, p, language, code != NULL);

        reply_with(site, r, page, p, p->form->language[language].code, code);
    }
}

static void release(void *survey)
{
    survey_release(survey);
}

static enum handled open_form(struct site *site, struct request *r)
{
    struct survey *sv = site_survey(site);
    const struct survey_point *p = page_point(sv, r);

    /* The reply borrows from it until it is sent. */
    r->own = sv;
    r->own_free = release;
    if (!page_instead(site, r, sv, p))
        reply_form(site, r, sv, p, NULL);
    return HANDLED_NOW;
}

enum handled page_form(struct site *site, struct request *r)
{
    return page_as_typed(site, r, "") ? HANDLED_NOW : open_form(site, r);
}

enum handled page_form_shared(struct site *site, struct request *r)
{
    r->shared = true;
    return page_as_typed(site, r, LINK_SHARED) ? HANDLED_NOW : open_form(site, r);
}

/* ---- by a slip ------------------------------------------------------------------------------------- */

/* What a request by a slip carries until it is known whether its code is used up. */
struct asking {
    struct intake_entry entry; /* first: the intake gives it back */
    struct request *request;
    struct site *site;
    struct survey *survey;
    const struct survey_point *point;
    char code[ACCESS_CODE_BYTES];
    enum intake_result result;
};

static void asking_free(void *own)
{
    struct asking *a = own;

    survey_release(a->survey);
    secret_wipe(a, sizeof *a);
    free(a);
}

/* What is not known (the store is busy, or lost) shows when the answers come. The survey is taken anew, as
 * pages are kept of the present one only. */
static void reply_to_asking(struct request *r)
{
    struct asking *a = r->own;

    survey_release(a->survey);
    a->survey = site_survey(a->site);
    a->point = page_point(a->survey, r);
    if (page_instead(a->site, r, a->survey, a->point))
        return;
    if (a->result == INTAKE_CODE_USED)
        page_message(a->site, r, 409, VIEW_CODE_USED, a->survey, a->point, 0);
    else
        reply_form(a->site, r, a->survey, a->point, a->code);
}

static void on_looked_up(struct intake_entry *entry, enum intake_result result)
{
    struct asking *a = (struct asking *)(void *)entry;

    a->result = result;
    request_finish(a->request);
}

static enum handled ask(struct asking *a)
{
    const struct access *at = &a->point->access;

    a->result = INTAKE_FAILED;
    a->entry.asks = INTAKE_ASKS_CODE;
    a->entry.done = on_looked_up;
    a->entry.submission = (struct submission){
        .round = at->round, .group_id = at->group_id, .form_hash = at->form_hash, .code = a->code};
    a->request->later = reply_to_asking;
    /* A slip's address is its class's; on a unit's link the class is not known before it is picked. */
    if (at->group_id != 0 && intake_put(a->site->intake, &a->entry))
        return HANDLED_LATER;
    reply_to_asking(a->request);
    return HANDLED_NOW;
}

enum handled page_slip(struct site *site, struct request *r)
{
    char code[ACCESS_CODE_BYTES];
    struct asking *a;

    if (!access_code_read_typed(r->code, code))
        return page_not_found(site, r);
    if (page_as_typed(site, r, ""))
        return HANDLED_NOW;
    a = mem_alloc(1, sizeof *a);
    a->request = r;
    a->site = site;
    a->survey = site_survey(site);
    a->point = page_point(a->survey, r);
    memcpy(a->code, code, sizeof a->code);
    r->own = a;
    r->own_free = asking_free;
    return page_instead(site, r, a->survey, a->point) ? HANDLED_NOW : ask(a);
}
