#ifndef TLD_AUDIT_NOTES_H
#define TLD_AUDIT_NOTES_H

/* What the reader of an audit must know beside its findings: what could not be tried, and what was taken for
 * granted. Each text is kept once. */

#include <stdbool.h>
#include <stddef.h>

enum { AUDIT_NOTES_MAX = 1000 }; /* more are counted only */

struct audit_notes {
    char **text;
    size_t count, capacity, dropped;
};

void audit_notes_fini(struct audit_notes *n);
void audit_notes_add(struct audit_notes *n, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
