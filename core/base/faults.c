#include "core/base/faults.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/text.h"

void faults_init(struct faults *f)
{
    memset(f, 0, sizeof *f);
}

void faults_fini(struct faults *f)
{
    for (size_t i = 0; i < f->count; i++) {
        free(f->at[i].file);
        free(f->at[i].text);
    }
    free(f->at);
    faults_init(f);
}

void faults_add(struct faults *f, const char *file, int line, int column, const char *fmt, ...)
{
    char text[1000];
    va_list ap;

    if (f->count >= FAULTS_MAX) {
        f->dropped++;
        return;
    }
    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    text[text_whole_bytes(text, strlen(text))] = '\0';
    text_one_line(text);
    f->at = mem_room(f->at, f->count, &f->capacity, sizeof *f->at);
    f->at[f->count++] =
        (struct fault){.file = mem_dup(file), .line = line, .column = column, .text = mem_dup(text)};
}

bool faults_any(const struct faults *f)
{
    return f->count > 0;
}

void faults_print(const struct faults *f)
{
    for (size_t i = 0; i < f->count; i++) {
        const struct fault *at = &f->at[i];

        if (at->line == 0)
            (void)fprintf(stderr, "%s: %s\n", at->file, at->text);
        else if (at->column == 0)
            (void)fprintf(stderr, "%s:%d: %s\n", at->file, at->line, at->text);
        else
            (void)fprintf(stderr, "%s:%d:%d: %s\n", at->file, at->line, at->column, at->text);
    }
    if (f->dropped > 0)
        (void)fprintf(stderr, "… and %zu more\n", f->dropped);
}

/* Insertion keeps equals in order, and the list is short and nearly sorted. */
void faults_sort(struct faults *f)
{
    for (size_t i = 1; i < f->count; i++) {
        struct fault x = f->at[i];
        size_t j = i;

        for (; j > 0; j--) {
            const struct fault *y = &f->at[j - 1];
            int order = strcmp(y->file, x.file);

            if (order == 0)
                order = (y->line > x.line) - (y->line < x.line);
            if (order == 0)
                order = (y->column > x.column) - (y->column < x.column);
            if (order <= 0)
                break;
            f->at[j] = *y;
        }
        f->at[j] = x;
    }
}
