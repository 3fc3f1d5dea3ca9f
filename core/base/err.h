#ifndef TLD_BASE_ERR_H
#define TLD_BASE_ERR_H

/*
 * What went wrong, in one value that travels up the call chain.
 *
 * A function that can fail returns bool and takes `struct err *` last. It fills the error where the fault is
 * first known (what, where, what to do) and callers only prefix it. `assert` is for our own bugs.
 */

#include <stdbool.h>

enum err_kind {
    ERR_NONE,
    ERR_INPUT,     /* something from outside is malformed */
    ERR_NOT_FOUND, /* what was named does not exist */
    ERR_STATE,     /* not allowed in the present state (a closed round, a sealed round) */
    ERR_CONFLICT,  /* something else already holds the name or the code */
    ERR_DENIED,    /* the caller may not */
    ERR_BUSY,      /* try again later */
    ERR_LIMIT,     /* an explicit limit is exceeded */
    ERR_IO,        /* disk, network or operating system */
    ERR_BUG        /* our own fault */
};

struct err {
    enum err_kind kind;
    char text[1000]; /* one line, UTF-8, without a newline at the end; cut on a character boundary */
};

/* An error that holds nothing yet: `struct err e = ERR_INIT;` */
#define ERR_INIT                                                                                             \
    {                                                                                                        \
        .kind = ERR_NONE, .text = ""                                                                         \
    }

/* Fills *e and returns false, so that `return err_set(e, …)` reads well. A later call overwrites. */
bool err_set(struct err *e, enum err_kind kind, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* As err_set with kind ERR_IO, followed by ": " and the text of errno_value. */
bool err_set_errno(struct err *e, int errno_value, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts a prefix and ": " before the text, keeps the kind, returns false. */
bool err_prefix(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

void err_clear(struct err *e);

#endif
