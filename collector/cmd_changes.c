#include "collector/cmd_changes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINES_MAX = 40 }; /* changes told one by one */

void changes_init(struct changes *c)
{
    *c = (struct changes){.lines = BUF_INIT, .links = BUF_INIT};
}

void changes_fini(struct changes *c)
{
    buf_fini(&c->lines);
    buf_fini(&c->links);
}

void changes_add(struct changes *c, char *text)
{
    if (c->lines_count++ < LINES_MAX)
        buf_addf(&c->lines, "  %s\n", text);
    free(text);
}

void changes_difference(struct buf *b, const char *what, const char *was, const char *is)
{
    if (strcmp(was, is) != 0)
        buf_addf(b, "; %s '%s' → '%s'", what, was, is);
}

void changes_print(const struct changes *c, const struct args *a, const char *name, const char *what)
{
    printf("%s: %zu %s added, %zu changed, %zu as before", name, c->count[STORE_ADDED], what,
           c->count[STORE_CHANGED], c->count[STORE_SAME]);
    if (c->removed > 0)
        printf(", %zu removed", c->removed);
    (void)putchar('\n');
    (void)fputs(buf_str(&c->links), stdout);
    if (!args_flag(a, "dry-run"))
        return;
    (void)fputs(buf_str(&c->lines), stdout);
    if (c->lines_count > LINES_MAX)
        printf("  … and %zu more\n", c->lines_count - LINES_MAX);
    printf("This was a preview: nothing has been changed.\n");
}

bool changes_read(bool read, const struct faults *faults, struct err *e)
{
    if (!read && faults_any(faults)) {
        err_clear(e);
        read = true;
    }
    return read;
}

bool changes_finish(const struct args *a, struct store *s, struct err *e)
{
    if (!args_flag(a, "dry-run"))
        return store_commit(s, e);
    store_rollback(s);
    return true;
}

void changes_refuse(struct faults *faults)
{
    faults_sort(faults);
    faults_print(faults);
}
