#ifndef TLD_COLLECTOR_ROUTES_H
#define TLD_COLLECTOR_ROUTES_H

/* Which handler answers which path and method, and how large its body may be: one table, in routes.c. */

#include <stddef.h>

#include "collector/message.h"
#include "collector/site.h"

struct route {
    const char *path;      /* {access} and {code} stand for one segment each, which goes to the request */
    unsigned methods;      /* of enum method; whoever takes GET takes HEAD */
    size_t body_max_bytes; /* a larger body is 413; 0: a body is not read and does no harm */
    enum handled (*handler)(struct site *site, struct request *r);
};

/* Never NULL: a path or method that no row has gets a row that says so. Fills r->access, and r->reply.allow
 * for a wrong method. */
const struct route *route_find(struct request *r);

#endif
