#ifndef TLD_COLLECTOR_LISTEN_H
#define TLD_COLLECTOR_LISTEN_H

/* The socket that a server listens on. */

#include <stdbool.h>

#include "core/base/err.h"

struct listener {
    int fd;
    char *address;   /* "http://127.0.0.1:8080" with the real port, or "unix:PATH" */
    char *unix_path; /* removed by listener_fini; NULL for TCP */
};

/*
 * where: "127.0.0.1:8080" or "[::1]:8080" (numbers, not names; port 0 takes any free one), or "unix:PATH"
 * (mode 0660; a socket that nobody listens on any more is replaced). Non-blocking, closed on exec.
 * ERR_INPUT, ERR_CONFLICT when the address is taken, ERR_IO.
 */
bool listener_open(const char *where, struct listener *out, struct err *e)
    __attribute__((warn_unused_result));

/* Removes the socket's file and frees the texts; the descriptor is left to who took it over. */
void listener_fini(struct listener *l);

/* Raises the soft limit of open files to the hard one (or what the kernel allows); the limit now. */
unsigned long listener_raise_files(void);

#endif
