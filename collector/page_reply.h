#ifndef TLD_COLLECTOR_PAGE_REPLY_H
#define TLD_COLLECTOR_PAGE_REPLY_H

/* What the page handlers have in common: which language, which link, and the reply around a page. */

#include "collector/message.h"
#include "collector/site.h"

/* The language of pages without a form: ?lang=, else Accept-Language, else Swedish. Never NULL. */
const char *page_language(const struct site *site, const struct request *r);

/* The same among the languages of a form: an index; its first when it has none that is asked for. */
int page_form_language(const struct form *f, const struct request *r);

/* The link that the request's path names; NULL when there is none. */
const struct survey_point *page_point(const struct survey *sv, const struct request *r);

/*
 * Paths are typed as well, from a poster that prints "QXM4 KWRH": a code with blanks, hyphens or small
 * letters in it leads to the address that has it as it is (303, then `rest` behind the code). False, and no
 * reply, when the path is that address, or no address of a link.
 */
bool page_as_typed(const struct site *site, struct request *r, const char *rest);

/* What the view needs to know of a link to show its form for the first time. */
struct view_form page_view_form(const struct survey *sv, const struct survey_point *p, int language);

/* An HTML reply with the site's policy; takes what is in `html` and leaves it empty. */
void page_html(const struct site *site, struct request *r, unsigned status, const char *language,
               struct buf *html);

/* The same, compressed for a client that allows it. */
void page_html_compressed(const struct site *site, struct request *r, unsigned status, const char *language,
                          struct buf *html);

/* One of the pages that only say something. p may be NULL; time_s as in view.h. */
void page_message(const struct site *site, struct request *r, unsigned status, enum view_message_kind kind,
                  const struct survey *sv, const struct survey_point *p, int64_t time_s);

/*
 * The page that the link gives instead of the form: 404 when p is NULL, 403 before the round opens (there is
 * nothing to retry with other words, and 404 would say that the link is wrong), 410 after it has closed.
 * False, and no reply, when it is open.
 */
bool page_instead(const struct site *site, struct request *r, const struct survey *sv,
                  const struct survey_point *p);

/*
 * Children share a tablet when the address has ?delad=<answers sent from it so far>: the number, or -1 when
 * it has not. The path /{access}/delad, which a QR code can have, is the same with none sent. It is carried
 * from page to page in the address, so that the adult sees it and no cookie is needed.
 */
int page_shared(const struct request *r);

/* 303 to "/<root><path>", with ?lang= when the request had a known one, `more` (or NULL) in the query, and
 * ?delad= when `shared` is not -1. */
void page_see_other(const struct site *site, struct request *r, const char *path, const char *more,
                    int shared);

#endif
