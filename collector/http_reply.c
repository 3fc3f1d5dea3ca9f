#include "collector/http_reply.h"

#include <microhttpd.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/secret.h"

enum { KEPT = 256, KEPT_BODY_MAX_BYTES = 16 * 1024 };

struct http_reply {
    struct MHD_Response *response; /* a reference; the library has its own until the reply is sent */
    char *body;                    /* the response's: the shared beginning, then the ending */
    size_t head_bytes, ending_bytes;

    /* What the headers were made from. The strings live as long as the site; the language is a copy. */
    const struct shared_bytes
        *head; /* a reference: while it is held, no other beginning can have its address */
    const char *type, *encoding, *csp;
    char *language;
    bool varies, cacheable;
};

/* At most one for a beginning, at the place that its address gives it; whoever comes there last stays. */
struct http_replies {
    struct http_reply *kept[KEPT];
};

/* ---- headers ---------------------------------------------------------------------------------------------
 */

struct header {
    const char *name;
    const char *value; /* NULL or "": left out */
};

static void add_headers(struct MHD_Response *response, const struct header *h, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (h[i].value != NULL && h[i].value[0] != '\0')
            (void)MHD_add_response_header(response, h[i].name, h[i].value);
    }
}

static void add_all_headers(struct MHD_Response *response, const struct reply *p, bool last)
{
    char retry[16] = "";

    if (p->retry_after_s > 0)
        snprintf(retry, sizeof retry, "%d", p->retry_after_s);
    const struct header headers[] = {
        {"Content-Type", p->type},
        {"Content-Encoding", p->encoding},
        {"Content-Language", p->language},
        {"Location", p->location},
        {"Allow", p->allow},
        {"Retry-After", retry},
        {"Vary", p->varies ? "Accept-Encoding, Accept-Language" : NULL},
        {"Cache-Control", p->cacheable  ? "max-age=86400"
                          : p->for_back ? "private, no-cache"
                                        : "no-store"},
        {"Clear-Site-Data", p->clears ? "\"cache\"" : NULL},
        {"Content-Security-Policy",
         p->csp != NULL ? p->csp : "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"},
        {"Referrer-Policy", "no-referrer"},
        {"X-Content-Type-Options", "nosniff"},
        {"Permissions-Policy", "camera=(), geolocation=(), microphone=()"},
        {"Connection", last ? "close" : NULL},
    };
    add_headers(response, headers, sizeof headers / sizeof headers[0]);
}

/* ---- one reply -------------------------------------------------------------------------------------------
 */

/* Of the body's bytes, which the response then owns. One piece goes out with the headers in one system call;
 * several would need two. */
static struct MHD_Response *response_of(char *body, size_t bytes)
{
    struct MHD_Response *response =
        bytes > 0 ? MHD_create_response_from_buffer(bytes, body, MHD_RESPMEM_MUST_FREE)
                  : MHD_create_response_from_buffer(0, (void *)(uintptr_t) "", MHD_RESPMEM_PERSISTENT);

    if (bytes == 0 || response == NULL)
        free(body);
    return response;
}

static struct http_reply *reply_new(struct reply *p, bool last)
{
    struct http_reply *r = mem_alloc(1, sizeof *r);
    const char *head = p->head != NULL ? shared_bytes_data(p->head, &r->head_bytes) : NULL;

    r->ending_bytes = p->body.bytes;
    if (head == NULL) {
        r->body = buf_take(&p->body);
    } else {
        r->body = mem_grow(NULL, r->head_bytes + r->ending_bytes, 1);
        memcpy(r->body, head, r->head_bytes);
        if (r->ending_bytes > 0)
            memcpy(r->body + r->head_bytes, p->body.data, r->ending_bytes);
    }
    r->response = response_of(r->body, r->head_bytes + r->ending_bytes);
    if (r->response == NULL) {
        free(r);
        return NULL;
    }
    add_all_headers(r->response, p, last);
    return r;
}

static void reply_free(struct http_reply *r)
{
    MHD_destroy_response(r->response);
    shared_bytes_release(r->head);
    free(r->language);
    free(r);
}

/* ---- keeping ---------------------------------------------------------------------------------------------
 */

/* Knuth's multiplicative hash of the address, whose lowest bits are always the same. */
static struct http_reply **place_of(struct http_replies *all, const struct shared_bytes *head)
{
    uint64_t h = (uint64_t)(uintptr_t)head * UINT64_C(0x9E3779B97F4A7C15);

    return &all->kept[h >> 56 & (KEPT - 1)];
}

/* A reply that can be sent again with another ending. */
static bool can_be_kept(const struct http_reply *r, const struct reply *p, bool last)
{
    return r->head_bytes > 0 && r->head_bytes + r->ending_bytes <= KEPT_BODY_MAX_BYTES && !last &&
           p->location == NULL && p->allow == NULL && p->retry_after_s == 0 && !p->for_back;
}

static void note_headers(struct http_reply *r, const struct reply *p)
{
    r->head = shared_bytes_ref(p->head);
    r->type = p->type;
    r->encoding = p->encoding;
    r->csp = p->csp;
    r->language = mem_dup(p->language);
    r->varies = p->varies;
    r->cacheable = p->cacheable;
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool suits(const struct http_reply *r, const struct reply *p, bool last)
{
    return r->head == p->head && r->ending_bytes == p->body.bytes && can_be_kept(r, p, last) &&
           r->type == p->type && r->encoding == p->encoding && r->csp == p->csp &&
           same_text(r->language, p->language) && r->varies == p->varies && r->cacheable == p->cacheable;
}

/* A kept reply with p's ending in it; NULL when there is none. */
static struct http_reply *take_kept(struct http_replies *all, const struct reply *p, bool last)
{
    struct http_reply **place = p->head != NULL ? place_of(all, p->head) : NULL;
    struct http_reply *r = place != NULL ? *place : NULL;

    if (r == NULL || !suits(r, p, last))
        return NULL;
    *place = NULL;
    if (r->ending_bytes > 0)
        memcpy(r->body + r->head_bytes, p->body.data, r->ending_bytes);
    return r;
}

/* Nothing of what one pupil got stays. */
static void keep(struct http_replies *all, struct http_reply *r)
{
    struct http_reply **place = place_of(all, r->head);

    secret_wipe(r->body + r->head_bytes, r->ending_bytes);
    if (*place != NULL)
        reply_free(*place);
    *place = r;
}

struct http_replies *http_replies_new(void)
{
    return mem_alloc(1, sizeof(struct http_replies));
}

void http_replies_free(struct http_replies *all)
{
    if (all == NULL)
        return;
    for (size_t i = 0; i < KEPT; i++) {
        if (all->kept[i] != NULL)
            reply_free(all->kept[i]);
    }
    free(all);
}

bool http_reply_queue(struct http_replies *all, struct MHD_Connection *connection, struct reply *p, bool last,
                      struct http_reply **out)
{
    struct http_reply *r = take_kept(all, p, last);

    *out = NULL;
    if (r == NULL) {
        r = reply_new(p, last);
        if (r == NULL)
            return false;
        if (can_be_kept(r, p, last))
            note_headers(r, p);
    }
    if (MHD_queue_response(connection, p->status, r->response) != MHD_YES) {
        reply_free(r);
        return false;
    }
    *out = r;
    return true;
}

void http_reply_done(struct http_replies *all, struct http_reply *sent)
{
    if (sent == NULL)
        return;
    if (sent->head != NULL)
        keep(all, sent);
    else
        reply_free(sent);
}
