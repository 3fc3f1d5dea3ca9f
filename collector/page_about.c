/* The pages about the survey: what is stored, and how accessible it is. */

#include <stdio.h>
#include <string.h>

#include "collector/page_reply.h"
#include "collector/pages.h"

static const char *known_about(const void *arg, const char *tag)
{
    const char *language = views_about_language(arg, tag);

    return strcmp(language, tag) == 0 ? language : NULL;
}

/* ?lang=, else the browser's, among those that the pages exist in; else Swedish. */
static const char *language_of(const struct site *site, const struct request *r)
{
    const char *wanted = request_query(r, "lang");
    const char *language = wanted != NULL ? known_about(site->views, wanted) : NULL;

    if (language == NULL)
        language = request_language(r, known_about, site->views);
    return language != NULL ? language : views_about_language(site->views, NULL);
}

static void render(const struct site *site, const struct survey *sv, enum view_about_kind kind,
                   const char *language, struct buf *out)
{
    struct view_about a = {.kind = kind,
                           .language = language,
                           .organisation = survey_organisation(sv),
                           .contact = survey_contact(sv),
                           .data_protection = survey_data_protection(sv),
                           .legal_basis = survey_legal_basis(sv)};

    a.fields = survey_fields(sv, &a.field_count);
    a.forms = survey_forms(sv, &a.form_count);
    view_about(site->views, &a, out);
}

/* Rendered and compressed once, as the form is; a changed setting or schema empties the cache. */
static enum handled reply_about(struct site *site, struct request *r, enum view_about_kind kind)
{
    const char *language = language_of(site, r);
    enum page_coding coding = page_coding_for(r);
    struct survey *sv = site_survey(site);
    char key[64];
    struct page *page;
    struct buf ending = BUF_INIT;

    (void)snprintf(key, sizeof key, "about %d %s", (int)kind, language);
    page = page_cache_get(site->pages, key);
    if (page == NULL) {
        struct buf html = BUF_INIT;

        render(site, sv, kind, language, &html);
        page = page_cache_put(site->pages, key, html.data, html.bytes);
        buf_fini(&html);
    }
    page_ending(page, coding, "", 0, &ending);
    page_html(site, r, 200, language, &ending);
    r->reply.encoding = page_coding_name(coding);
    r->reply.head = page_prefix(page, coding);
    buf_fini(&ending);
    survey_release(sv);
    return HANDLED_NOW;
}

enum handled page_privacy(struct site *site, struct request *r)
{
    return reply_about(site, r, VIEW_PRIVACY);
}

enum handled page_accessibility(struct site *site, struct request *r)
{
    return reply_about(site, r, VIEW_ACCESSIBILITY);
}
