#include "audit/audit_notes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/text.h"

void audit_notes_fini(struct audit_notes *n)
{
    for (size_t i = 0; i < n->count; i++)
        free(n->text[i]);
    free(n->text);
    *n = (struct audit_notes){.text = NULL};
}

static bool has(const struct audit_notes *n, const char *text)
{
    for (size_t i = 0; i < n->count; i++) {
        if (strcmp(n->text[i], text) == 0)
            return true;
    }
    return false;
}

void audit_notes_add(struct audit_notes *n, const char *fmt, ...)
{
    char text[600];
    va_list ap;

    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    text[text_whole_bytes(text, strlen(text))] = '\0';
    text_one_line(text);
    if (has(n, text))
        return;
    if (n->count == AUDIT_NOTES_MAX) {
        n->dropped++;
        return;
    }
    n->text = mem_room(n->text, n->count, &n->capacity, sizeof *n->text);
    n->text[n->count++] = mem_dup(text);
}
