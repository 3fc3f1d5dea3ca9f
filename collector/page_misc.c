/* The small pages: start, thanks, health, robots, and those for requests that fit no route. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "collector/page_reply.h"
#include "collector/pages.h"
#include "core/base/mem.h"
#include "core/base/text.h"

static void plain_text(struct request *r, unsigned status, const char *text)
{
    r->reply.status = status;
    r->reply.type = "text/plain; charset=utf-8";
    buf_clear(&r->reply.body);
    buf_adds(&r->reply.body, text);
}

/* More than what a person types comes from a link that someone has made, and is not put on the page; what is
 * no text can not be. */
enum { TYPED_MAX_BYTES = 80 };

static const char *mistyped(const char *typed)
{
    size_t bytes = typed != NULL ? strlen(typed) : 0;

    if (bytes == 0)
        return typed;
    return bytes <= TYPED_MAX_BYTES && text_is_utf8(typed, bytes) && !text_has_control(typed, bytes) ? typed
                                                                                                     : "…";
}

/* Where what was typed leads: a code, a code and a slip's, or a whole link with either; with "delad" in it,
 * to the form on a tablet that is passed on. */
struct way {
    char path[2 * ACCESS_CODE_BYTES]; /* "CODE" or "CODE/SLIP" */
    bool shared;
};

/* The first part that is a link's code counts, and a code right behind it. */
static bool find_way(const struct survey *sv, const char *typed, struct way *way)
{
    char *copy = mem_dup(typed);
    char *rest = NULL;
    size_t behind = 0; /* parts since the link's code, itself counted; 0: not found */

    *way = (struct way){.shared = false};
    for (char *part = strtok_r(copy, "/?#&", &rest); part != NULL; part = strtok_r(NULL, "/?#&", &rest)) {
        char code[ACCESS_CODE_BYTES];
        bool is_code = access_code_read_typed(part, code);

        if (behind == 0 && !(is_code && survey_find(sv, code) != NULL))
            continue;
        behind++;
        if (behind <= 2 && is_code)
            strcat(strcat(way->path, behind == 2 ? "/" : ""), code);
        way->shared = way->shared || strncasecmp(part, "delad", strlen("delad")) == 0;
    }
    free(copy);
    return behind > 0;
}

enum handled page_start(struct site *site, struct request *r)
{
    const char *typed = request_query(r, "code");
    struct way way;
    struct survey *sv = site_survey(site);

    if (typed != NULL && find_way(sv, typed, &way)) {
        page_see_other(site, r, way.path, NULL, way.shared ? 0 : -1);
    } else {
        const char *language = page_language(site, r);
        struct buf html = BUF_INIT;

        view_start(site->views, language, survey_organisation(sv), mistyped(typed), &html);
        page_html_compressed(site, r, typed == NULL ? 200 : 404, language, &html);
        buf_fini(&html);
    }
    survey_release(sv);
    return HANDLED_NOW;
}

/* Every pupil gets it, so it is rendered and compressed once for a link and language, as the form is. */
static void reply_thanks(struct site *site, struct request *r, const struct survey *sv,
                         const struct survey_point *p)
{
    const char *language = page_language(site, r);
    enum page_coding coding = page_coding_for(r);
    char key[64];
    struct page *page;
    struct buf ending = BUF_INIT;

    (void)snprintf(key, sizeof key, "%s tack %s", p->access.code, language);
    page = page_cache_get(site->pages, key);
    if (page == NULL) {
        page_message(site, r, 200, VIEW_THANKS, sv, p, 0);
        page = page_cache_put(site->pages, key, r->reply.body.data, r->reply.body.bytes);
    }
    page_ending(page, coding, "", 0, &ending);
    page_html(site, r, 200, language, &ending);
    r->reply.encoding = page_coding_name(coding);
    r->reply.head = page_prefix(page, coding);
    buf_fini(&ending);
}

/* Only a reply to answers leads here with ?sparat. Whoever comes by another way (the address typed, cut
 * short, led to by another program) is not told that answers are saved. */
enum handled page_thanks(struct site *site, struct request *r)
{
    struct survey *sv = site_survey(site);
    const struct survey_point *p = page_point(sv, r);

    if (p == NULL) {
        page_message(site, r, 404, VIEW_UNKNOWN_LINK, sv, NULL, 0);
    } else if (request_query(r, "sparat") == NULL) {
        page_message(site, r, 200, VIEW_OVER, sv, p, 0);
    } else if (page_shared(r) >= 0) {
        page_message(site, r, 200, VIEW_THANKS, sv, p, 0);
        r->reply.clears = true;
    } else {
        reply_thanks(site, r, sv, p);
    }
    survey_release(sv);
    return HANDLED_NOW;
}

enum handled page_health(struct site *site, struct request *r)
{
    bool healthy = intake_healthy(site->intake);

    plain_text(r, healthy ? 200 : 503, healthy ? "ok\n" : "answers are not taken at the moment\n");
    return HANDLED_NOW;
}

enum handled page_robots(struct site *site, struct request *r)
{
    (void)site;
    plain_text(r, 200, "User-agent: *\nDisallow: /\n");
    r->reply.cacheable = true;
    return HANDLED_NOW;
}

enum handled page_not_found(struct site *site, struct request *r)
{
    page_message(site, r, 404, VIEW_NOT_FOUND, NULL, NULL, 0);
    return HANDLED_NOW;
}

enum handled page_bad_method(struct site *site, struct request *r)
{
    page_message(site, r, 405, VIEW_BAD_METHOD, NULL, NULL, 0);
    return HANDLED_NOW;
}

enum handled page_bad_request(struct site *site, struct request *r)
{
    page_message(site, r, 400, VIEW_BAD_REQUEST, NULL, NULL, 0);
    return HANDLED_NOW;
}

enum handled page_head_too_large(struct site *site, struct request *r)
{
    page_message(site, r, 431, VIEW_TOO_LARGE, NULL, NULL, 0);
    return HANDLED_NOW;
}

enum handled page_too_large(struct site *site, struct request *r)
{
    page_message(site, r, 413, VIEW_TOO_LARGE, NULL, NULL, 0);
    return HANDLED_NOW;
}
