#ifndef TLD_COLLECTOR_HTTP_H
#define TLD_COLLECTOR_HTTP_H

/*
 * The web server: one thread that serves every connection. The only home of <microhttpd.h>.
 *
 * Nothing in it is keyed on addresses, as a whole school comes from one. Limits: as many connections as open
 * files allow (less a reserve); 12 kB for the heads of a request and its reply; bodies as the route says; 20
 * s of silence; 60 s from a connection's start, or from one reply, to the end of the next reply, so that a
 * trickle ends too.
 */

#include <stdbool.h>
#include <stddef.h>

#include "collector/site.h"
#include "core/base/err.h"

struct http_options {
    const char *listen;  /* "127.0.0.1:8080", "[::1]:8080", port 0 for any free one; "unix:PATH" */
    unsigned idle_s;     /* silence after which a connection is closed */
    unsigned deadline_s; /* from one reply's end to the next's */
};

struct http_options http_defaults(const char *listen);

struct http;

/* Listens and starts serving. ERR_INPUT (listen), ERR_CONFLICT (the address is taken), ERR_IO. */
bool http_start(const struct http_options *options, struct site *site, struct http **out, struct err *e)
    __attribute__((warn_unused_result));

/* "http://127.0.0.1:8080" with the real port, or "unix:PATH". */
const char *http_address(const struct http *h);

/* Closes connections that are past their deadline; to be called about once a second, from any one thread. */
void http_sweep(struct http *h);

/* First phase of the end: no new connections; each reply asks its client to close. */
void http_quiesce(struct http *h);

/* Waits until no request is under way, at most timeout_ms; whether that was reached. */
bool http_drain(struct http *h, int timeout_ms);

/* Second phase. No handler's answer may be outstanding: stop the intake first. NULL is allowed. */
void http_stop(struct http *h);

#endif
