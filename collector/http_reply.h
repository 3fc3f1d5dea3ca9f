#ifndef TLD_COLLECTOR_HTTP_REPLY_H
#define TLD_COLLECTOR_HTTP_REPLY_H

/*
 * From a reply's values to what the HTTP library sends. Only http.c uses it.
 *
 * A reply whose beginning is shared (a form page) leaves its headers and its body behind when it has been
 * sent, and the next one with the same beginning and the same headers only puts its own ending there: the
 * headers and some eight thousand bytes are written once for many pupils, not once for each. Each reply on
 * its way has its own; only one that nobody reads any more is used again.
 *
 * Belongs to one thread, the event loop's; a pool of loops gives each its own.
 */

#include <stdbool.h>

#include "collector/message.h"

struct MHD_Connection;
struct http_replies; /* what is kept for the next reply: at most 256 bodies, 16 kB each */
struct http_reply;   /* one on its way */

struct http_replies *http_replies_new(void);
void http_replies_free(struct http_replies *all); /* when nothing is on its way; NULL is allowed */

/*
 * Sends p, whose body it may take. The library sends it bit by bit after this has returned; the caller gives
 * `out` back by http_reply_done when it has told that the request is completed. False: nothing is sent, the
 * connection is to be cut. `last`: the client is told that the connection ends.
 */
bool http_reply_queue(struct http_replies *all, struct MHD_Connection *connection, struct reply *p, bool last,
                      struct http_reply **out) __attribute__((warn_unused_result));
void http_reply_done(struct http_replies *all, struct http_reply *sent); /* NULL is allowed */

#endif
