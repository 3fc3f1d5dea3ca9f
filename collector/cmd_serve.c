/* `serve`. */

#include <stdlib.h>

#include "collector/cmd.h"
#include "collector/serve.h"

const struct opt cmd_serve_options[] = {
    {.name = "listen",
     .value = "ADDRESS",
     .standard = "127.0.0.1:8080",
     .env = "TLD_LISTEN",
     .help = "where to take requests: HOST:PORT or unix:PATH"},
    CMD_PUBLIC_URL,
    {.name = NULL},
};

/* The address that links have, kept for the commands that print them; none is no hindrance to serving. */
static bool know_url(const struct args *a, char **url, struct err *e)
{
    struct store *s = NULL;
    bool ok = cmd_store_open(a, STORE_WRITE, &s, e) && cmd_public_url_keep(a, s, e) &&
              (cmd_public_url(a, s, url, e) || e->kind == ERR_STATE);

    store_close(s);
    return ok;
}

bool cmd_serve(const struct args *a, struct err *e)
{
    struct serve_options options = {.store = args_text(a, "store"), .listen = args_text(a, "listen")};
    char *url = NULL;
    bool ok = know_url(a, &url, e);

    options.public_url = url;
    ok = ok && serve_run(&options, e);
    free(url);
    return ok;
}
