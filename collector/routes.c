#include "collector/routes.h"

#include <stdbool.h>
#include <string.h>

#include "collector/pages.h"

enum { READ = METHOD_GET | METHOD_HEAD };

static const struct route ROUTES[] = {
    {.path = "/", .methods = READ, .handler = page_start},
    {.path = "/halsa", .methods = READ, .handler = page_health},
    {.path = "/robots.txt", .methods = READ, .handler = page_robots},
    {.path = "/integritet", .methods = READ, .handler = page_privacy},
    {.path = "/tillganglighet", .methods = READ, .handler = page_accessibility},
    {.path = "/{access}", .methods = READ, .handler = page_form},
    {.path = "/{access}",
     .methods = METHOD_POST,
     .body_max_bytes = FORM_BODY_MAX_BYTES,
     .handler = page_answer},
    {.path = "/{access}/tack", .methods = READ, .handler = page_thanks},
    {.path = "/{access}/delad", .methods = READ, .handler = page_form_shared},
    {.path = "/{access}/{code}", .methods = READ, .handler = page_slip},
};

static const struct route NOT_FOUND = {.path = "", .handler = page_not_found};
static const struct route BAD_METHOD = {.path = "", .handler = page_bad_method};

/* What a pattern may name, and where it goes in a request. */
enum { NAMED = 2, ACCESS = 0, CODE = 1 };
static const char *const NAMES[NAMED] = {[ACCESS] = "{access}", [CODE] = "{code}"};

struct segment {
    const char *text;
    size_t bytes;
};

/* Which name the pattern has here; NAMED when none. */
static size_t named(const char *pattern)
{
    size_t i = 0;

    if (*pattern != '{')
        return NAMED;
    while (i < NAMED && strncmp(pattern, NAMES[i], strlen(NAMES[i])) != 0)
        i++;
    return i;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Whether the pattern describes the path, in any case, as a QR code has it in capitals; a '/' at the end of a
 * path is overlooked. `found` is what stood for each name. */
static bool matches(const char *pattern, const char *path, struct segment found[NAMED])
{
    for (size_t i = 0; i < NAMED; i++)
        found[i] = (struct segment){.text = ""};
    while (*pattern != '\0') {
        size_t name = named(pattern);

        if (name < NAMED) {
            found[name] = (struct segment){.text = path, .bytes = strcspn(path, "/")};
            if (found[name].bytes == 0)
                return false;
            pattern += strlen(NAMES[name]);
            path += found[name].bytes;
        } else if (*pattern++ != lower(*path++)) {
            return false;
        }
    }
    return *path == '\0' || (strcmp(path, "/") == 0 && pattern[-1] != '/');
}

/* What is too long to be a code is not made one by cutting it. */
static void keep(const struct segment *s, char out[REQUEST_ACCESS_MAX_BYTES])
{
    size_t bytes = s->bytes < REQUEST_ACCESS_MAX_BYTES ? s->bytes : 0;

    memcpy(out, s->text, bytes);
    out[bytes] = '\0';
}

static const char *allow(unsigned methods)
{
    return methods & METHOD_POST ? "GET, HEAD, POST" : "GET, HEAD";
}

const struct route *route_find(struct request *r)
{
    unsigned methods = 0;
    struct segment found[NAMED];

    for (size_t i = 0; i < sizeof ROUTES / sizeof ROUTES[0]; i++) {
        const struct route *route = &ROUTES[i];

        if (!matches(route->path, r->path, found))
            continue;
        /* An earlier row's path wins over one with a name in its place. */
        if (methods != 0 && strcmp(route->path, route[-1].path) != 0)
            break;
        methods |= route->methods;
        if ((route->methods & r->method) == 0)
            continue;
        keep(&found[ACCESS], r->access);
        keep(&found[CODE], r->code);
        return route;
    }
    if (methods == 0)
        return &NOT_FOUND;
    r->reply.allow = allow(methods);
    return &BAD_METHOD;
}
