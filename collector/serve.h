#ifndef TLD_COLLECTOR_SERVE_H
#define TLD_COLLECTOR_SERVE_H

/* The command `serve`: pages, answers and the clock, until a signal ends it. */

#include <stdbool.h>

#include "collector/http.h"
#include "collector/intake.h"
#include "core/base/err.h"

/*
 * What benchmarks and tests of faults change, in programs of their own (tests/support/trial.c); no option of
 * the command reaches it.
 */
struct serve_trial {
    void (*intake)(struct intake_options *o); /* called before the intake starts; NULL = nothing to change */
    void (*http)(struct http_options *o);     /* before the web server starts */
};

struct serve_options {
    const char *store;      /* address of the store, which must exist */
    const char *listen;     /* "127.0.0.1:8080", "[::1]:8080" (port 0: any free one) or "unix:PATH" */
    const char *public_url; /* what stands before "/ACCESS" in links; NULL or "" = none known */
    const struct serve_trial *trial; /* NULL but in trials */
};

/*
 * Opens the store, takes its serving lock, listens, and prints one line, "listening on http://127.0.0.1:8080"
 * or "listening on unix:PATH", on standard output. Returns true after SIGTERM or SIGINT: no new connections,
 * then at most 5 s for what is under way, then the store is closed. day_zone_init and secret_init must have
 * been called. ERR_NOT_FOUND, ERR_STATE, ERR_CONFLICT (another process serves, or the address is taken),
 * ERR_INPUT (listen), ERR_IO.
 */
bool serve_run(const struct serve_options *options, struct err *e) __attribute__((warn_unused_result));

#endif
