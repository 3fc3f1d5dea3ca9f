#ifndef TLD_COLLECTOR_MESSAGE_H
#define TLD_COLLECTOR_MESSAGE_H

/*
 * One request and its reply, as the page handlers see them: plain values, no HTTP library. http.c fills the
 * request, calls the handler that routes.c names, and sends the reply.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/base/buf.h"

enum method {
    METHOD_GET = 1,  /* a bit each, so that a route can name several */
    METHOD_HEAD = 2, /* answered as GET; http.c leaves the body out */
    METHOD_POST = 4,
    METHOD_OTHER = 8
};

enum { REQUEST_QUERY_MAX = 8, REQUEST_ACCESS_MAX_BYTES = 24 };

struct request_pair {
    const char *name;
    const char *value; /* never NULL */
};

/* Bytes that never change and many replies share (a rendered page). */
struct shared_bytes;

struct reply {
    unsigned status;      /* 0 until a handler has set it */
    const char *type;     /* Content-Type; static */
    const char *encoding; /* Content-Encoding, "gzip" or "br"; NULL = none; static */
    const char *csp;      /* Content-Security-Policy; NULL = nothing allowed; lives as long as the site */
    const char *language; /* Content-Language; NULL = none; lives as long as the request */
    const char *allow;    /* Allow, with 405; static */
    char *location;       /* Location, with 303; freed with the reply */
    int retry_after_s;    /* Retry-After; 0 = none */
    bool varies;          /* Vary: Accept-Encoding, Accept-Language */
    bool cacheable;       /* else no-store, but for the next */
    bool for_back;        /* Cache-Control: private, no-cache: the browser keeps it for the way back */
    bool clears;          /* Clear-Site-Data: the browser throws away the pages that it has set aside */
    const struct shared_bytes *head; /* sent first; NULL = none; a reference, released with the reply */
    struct buf body;                 /* sent after head */
};

struct request {
    enum method method;
    const char *path;
    char access[REQUEST_ACCESS_MAX_BYTES]; /* what stood for {access} in the route; "" when too long */
    char code[REQUEST_ACCESS_MAX_BYTES];   /* the same of {code} */
    struct request_pair query[REQUEST_QUERY_MAX];
    size_t queries;
    bool shared;                 /* the path says that children share the device, as ?delad does */
    const char *accept;          /* "" when absent */
    const char *accept_language; /* "" when absent */
    const char *accept_encoding; /* "" when absent */
    const char *content_type;    /* "" when absent */
    struct buf body;
    struct reply reply;

    /* For a handler that answers later: see request_finish. */
    void (*later)(struct request *r); /* fills the reply, on the server's thread, after request_finish */
    void *own;                        /* the handler's; own_free(own) when the request is done with */
    void (*own_free)(void *own);

    /* http.c's. */
    void (*resume)(struct request *r);
    atomic_int phase;
};

/* The value of ?name=…, NULL when it is not there. */
const char *request_query(const struct request *r, const char *name);

/* Whether the client asks for plain text before anything else, as the script of the form does and no page. */
bool request_wants_text(const struct request *r);

/* Whether the client takes this content coding ("gzip", "br"): listed, and not with q=0. */
bool request_accepts(const struct request *r, const char *coding);

/*
 * The language that suits the client best by Accept-Language (RFC 9110, 12.5.4), of those that `known` has:
 * it gets a tag in lower case, "sv-se" and then "sv", and returns its own name for it or NULL. NULL when
 * none is known.
 */
const char *request_language(const struct request *r, const char *(*known)(const void *arg, const char *tag),
                             const void *arg);

/*
 * A handler that returns HANDLED_LATER has set r->later and hands r to another thread, which calls
 * request_finish exactly once. It may do so before the handler has returned.
 */
enum handled { HANDLED_NOW, HANDLED_LATER };
void request_finish(struct request *r);

const struct shared_bytes *shared_bytes_new(const void *bytes, size_t count); /* copies; one reference */
const struct shared_bytes *shared_bytes_ref(const struct shared_bytes *s);
void shared_bytes_release(const struct shared_bytes *s); /* NULL is allowed */
const char *shared_bytes_data(const struct shared_bytes *s, size_t *count);

void reply_fini(struct reply *p);

#endif
