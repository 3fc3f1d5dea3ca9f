#include "collector/page_reply.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/mem.h"

static const char *HTML = "text/html; charset=utf-8";

static const char *known_by_views(const void *arg, const char *tag)
{
    const char *language = views_language(arg, tag);

    return strcmp(language, tag) == 0 ? language : NULL;
}

const char *page_language(const struct site *site, const struct request *r)
{
    const char *wanted = request_query(r, "lang");
    const char *language = NULL;

    if (wanted != NULL)
        language = known_by_views(site->views, wanted);
    if (language == NULL)
        language = request_language(r, known_by_views, site->views);
    return language != NULL ? language : views_language(site->views, NULL);
}

static const char *known_by_form(const void *arg, const char *tag)
{
    const struct form *f = arg;
    int i = form_language_index(f, tag);

    return i < 0 ? NULL : f->language[i].code;
}

int page_form_language(const struct form *f, const struct request *r)
{
    const char *wanted = request_query(r, "lang");
    const char *language = NULL;

    if (wanted != NULL)
        language = known_by_form(f, wanted);
    if (language == NULL)
        language = request_language(r, known_by_form, f);
    return language != NULL ? form_language_index(f, language) : 0;
}

const struct survey_point *page_point(const struct survey *sv, const struct request *r)
{
    char code[ACCESS_CODE_BYTES];

    return access_code_read(r->access, code) ? survey_find(sv, code) : NULL;
}

bool page_as_typed(const struct site *site, struct request *r, const char *rest)
{
    char access[ACCESS_CODE_BYTES], code[ACCESS_CODE_BYTES] = "";

    if (!access_code_read_typed(r->access, access) ||
        (r->code[0] != '\0' && !access_code_read_typed(r->code, code)) ||
        (strcmp(r->access, access) == 0 && strcmp(r->code, code) == 0))
        return false;
    char *path = mem_printf("%s%s%s%s", access, code[0] != '\0' ? "/" : "", code, rest);
    page_see_other(site, r, path, NULL, request_query(r, "delad") != NULL ? page_shared(r) : -1);
    free(path);
    return true;
}

struct view_form page_view_form(const struct survey *sv, const struct survey_point *p, int language)
{
    return (struct view_form){
        .form = p->form,
        .language = language,
        .access = p->access.code,
        .organisation = survey_organisation(sv),
        .unit = p->unit,
        .group = p->group,
        .classes = p->classes,
        .class_count = p->class_count,
        .needs_code = p->needs_code,
        .asks_code = p->asks_code,
    };
}

static void describe(const struct site *site, struct request *r, unsigned status, const char *language)
{
    r->reply.status = status;
    r->reply.type = HTML;
    r->reply.csp = views_csp(site->views);
    r->reply.language = language;
    r->reply.varies = true;
}

void page_html(const struct site *site, struct request *r, unsigned status, const char *language,
               struct buf *html)
{
    describe(site, r, status, language);
    buf_fini(&r->reply.body);
    r->reply.body = *html;
    buf_init(html);
}

void page_html_compressed(const struct site *site, struct request *r, unsigned status, const char *language,
                          struct buf *html)
{
    enum page_coding coding = page_coding_for(r);

    describe(site, r, status, language);
    r->reply.encoding = page_coding_name(coding);
    buf_clear(&r->reply.body);
    page_compress(coding, html->data, html->bytes, &r->reply.body);
    buf_clear(html);
}

/* After a pupil's form; those of adult education are no children. */
static enum view_help help_for(const struct form *f)
{
    if (f == NULL || f->audience != AUDIENCE_PUPIL)
        return VIEW_HELP_NONE;
    return f->school_forms == 1U << SCHOOL_FORM_VUXENUTBILDNING ? VIEW_HELP_ADULT : VIEW_HELP_CHILD;
}

/* What the same page in another language is asked for with, besides the language. */
static char *kept_query(const struct request *r)
{
    struct buf query = BUF_INIT;
    int shared = page_shared(r);

    if (request_query(r, "sparat") != NULL)
        buf_adds(&query, "&sparat=1");
    if (shared >= 0)
        buf_addf(&query, "&delad=%d", shared);
    return buf_take(&query);
}

/* Whether its address leads to the page again: not where it answers something else than GET, or a request
 * that could not be read. */
static bool leads_again(const struct request *r, enum view_message_kind kind)
{
    return (r->method & (METHOD_GET | METHOD_HEAD)) != 0 && kind != VIEW_BAD_REQUEST &&
           kind != VIEW_TOO_LARGE;
}

void page_message(const struct site *site, struct request *r, unsigned status, enum view_message_kind kind,
                  const struct survey *sv, const struct survey_point *p, int64_t time_s)
{
    struct buf html = BUF_INIT;
    int shared = page_shared(r);
    char *keep = leads_again(r, kind) ? kept_query(r) : NULL;
    bool next =
        shared >= 0 && p != NULL && (kind == VIEW_THANKS || kind == VIEW_OVER || kind == VIEW_CODE_USED);
    struct view_message m = {
        .kind = kind,
        .language = page_language(site, r),
        .organisation = sv != NULL ? survey_organisation(sv) : NULL,
        .unit = p != NULL ? p->unit : NULL,
        .group = p != NULL ? p->group : NULL,
        .time_s = time_s,
        .next = next ? p->access.code : NULL,
        .sent = shared,
        .help = help_for(p != NULL ? p->form : NULL),
        .keep = keep,
    };

    view_message(site->views, &m, &html);
    page_html(site, r, status, m.language, &html);
    buf_fini(&html);
    free(keep);
}

bool page_instead(const struct site *site, struct request *r, const struct survey *sv,
                  const struct survey_point *p)
{
    if (p == NULL) {
        page_message(site, r, 404, VIEW_UNKNOWN_LINK, sv, NULL, 0);
        return true;
    }
    switch (p->round->state) {
    case ROUND_OPEN:
        return false;
    case ROUND_PLANNED:
        page_message(site, r, 403, VIEW_NOT_OPEN_YET, sv, p, p->round->opens_s);
        return true;
    case ROUND_CLOSED:
    case ROUND_SEALED:
        break;
    }
    /* Closed by hand before its time: the planned time would not be true. */
    bool passed = p->round->closes_s <= (int64_t)time(NULL);
    page_message(site, r, 410, VIEW_CLOSED, sv, p, passed ? p->round->closes_s : 0);
    return true;
}

enum { SHARED_MAX = 9999 };

int page_shared(const struct request *r)
{
    const char *text = request_query(r, "delad");
    int n = 0;

    if (text == NULL)
        return r->shared ? 0 : -1;
    for (; *text >= '0' && *text <= '9' && n <= SHARED_MAX; text++)
        n = 10 * n + *text - '0';
    return *text == '\0' && n <= SHARED_MAX ? n : 0;
}

void page_see_other(const struct site *site, struct request *r, const char *path, const char *more,
                    int shared)
{
    const char *wanted = request_query(r, "lang");
    const char *language = wanted != NULL ? known_by_views(site->views, wanted) : NULL;
    struct buf to = BUF_INIT;
    const char *before = "?";

    buf_addf(&to, "/%s%s", site->root, path);
    if (language != NULL) {
        buf_addf(&to, "%slang=%s", before, language);
        before = "&";
    }
    if (more != NULL) {
        buf_addf(&to, "%s%s", before, more);
        before = "&";
    }
    if (shared >= 0)
        buf_addf(&to, "%sdelad=%d", before, shared);
    r->reply.status = 303;
    r->reply.location = buf_take(&to);
}
