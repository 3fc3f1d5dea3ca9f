#ifndef TLD_COLLECTOR_CMD_CHANGES_H
#define TLD_COLLECTOR_CMD_CHANGES_H

/* What an import changes, counted and told, in one transaction that --dry-run rolls back. */

#include "collector/cmd.h"
#include "core/base/buf.h"

struct changes {
    size_t count[STORE_SAME + 1]; /* by enum store_change */
    size_t removed;
    struct buf lines; /* the first changes, a line each */
    size_t lines_count;
    struct buf links; /* what became of the rounds' links, a line each */
};

void changes_init(struct changes *c);
void changes_fini(struct changes *c);

/* Tells one change; takes the text. */
void changes_add(struct changes *c, char *text);

/* "; name 'Norra' → 'Södra'", or nothing when they are the same. */
void changes_difference(struct buf *b, const char *what, const char *was, const char *is);

/* The summary, and with --dry-run each change. name: of the file; what: "units". */
void changes_print(const struct changes *c, const struct args *a, const char *name, const char *what);

/* Whether to go on after a file has been read: also when it has faults, of which the store may know more.
 * They stay, and refuse the file in the end. */
bool changes_read(bool read, const struct faults *faults, struct err *e) CMD_CHECK;

/* Commits, or rolls back what was only a preview. */
bool changes_finish(const struct args *a, struct store *s, struct err *e) CMD_CHECK;

/* Tells every fault on standard error; the summary is the caller's e. */
void changes_refuse(struct faults *faults);

#endif
