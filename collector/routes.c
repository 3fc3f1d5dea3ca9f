#include "collector/routes.h"

#include <stdbool.h>
#include <string.h>

#include "collector/pages.h"

enum { READ = METHOD_GET | METHOD_HEAD };

static const struct route ROUTES[] = {
    {.path = "/", .methods = READ, .handler = page_start},
    {.path = "/halsa", .methods = READ, .handler = page_health},
    {.path = "/robots.txt", .methods = READ, .handler = page_robots},
    {.path = "/{access}", .methods = READ, .handler = page_form},
    {.path = "/{access}",
     .methods = METHOD_POST,
     .body_max_bytes = FORM_BODY_MAX_BYTES,
     .handler = page_answer},
    {.path = "/{access}/tack", .methods = READ, .handler = page_thanks},
};

static const struct route NOT_FOUND = {.path = "", .handler = page_not_found};
static const struct route BAD_METHOD = {.path = "", .handler = page_bad_method};

static const char ACCESS[] = "{access}";

/* Whether the pattern describes the path; a '/' at the end of a path is overlooked. *segment is what stood
 * for {access}. */
static bool matches(const char *pattern, const char *path, const char **segment, size_t *bytes)
{
    *bytes = 0;
    while (*pattern != '\0') {
        if (strncmp(pattern, ACCESS, sizeof ACCESS - 1) == 0) {
            *segment = path;
            *bytes = strcspn(path, "/");
            if (*bytes == 0)
                return false;
            pattern += sizeof ACCESS - 1;
            path += *bytes;
        } else if (*pattern++ != *path++) {
            return false;
        }
    }
    return *path == '\0' || (strcmp(path, "/") == 0 && pattern[-1] != '/');
}

static const char *allow(unsigned methods)
{
    return methods & METHOD_POST ? "GET, HEAD, POST" : "GET, HEAD";
}

const struct route *route_find(struct request *r)
{
    unsigned methods = 0;
    const char *segment = "";
    size_t bytes;

    for (size_t i = 0; i < sizeof ROUTES / sizeof ROUTES[0]; i++) {
        const struct route *route = &ROUTES[i];

        if (!matches(route->path, r->path, &segment, &bytes))
            continue;
        /* An earlier row's path wins over {access}. */
        if (methods != 0 && strcmp(route->path, route[-1].path) != 0)
            break;
        methods |= route->methods;
        if ((route->methods & r->method) == 0)
            continue;
        /* One byte too long stays too long to be a code. */
        if (bytes > sizeof r->access - 1)
            bytes = sizeof r->access - 1;
        memcpy(r->access, segment, bytes);
        r->access[bytes] = '\0';
        return route;
    }
    if (methods == 0)
        return &NOT_FOUND;
    r->reply.allow = allow(methods);
    return &BAD_METHOD;
}
