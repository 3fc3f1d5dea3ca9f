#ifndef TLD_BASE_FAULTS_H
#define TLD_BASE_FAULTS_H

/*
 * All that is wrong with a file from outside, in the order of the file. A reader goes on after a fault so
 * that its user can mend everything at once. At most FAULTS_MAX are kept; the rest are counted.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/base/err.h"

enum { FAULTS_MAX = 500 };

struct fault {
    char *file;
    int line;   /* 1-based; 0 = the file as a whole */
    int column; /* 1-based; 0 = the line as a whole */
    char *text; /* what is wrong and what to do, one line */
};

struct faults {
    struct fault *at;
    size_t count; /* kept */
    size_t capacity;
    size_t dropped; /* beyond FAULTS_MAX */
};

void faults_init(struct faults *f);
void faults_fini(struct faults *f);
void faults_add(struct faults *f, const char *file, int line, int column, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
bool faults_any(const struct faults *f);

/* Prints each as "file:line:column: text" on standard error, and the number left out, if any. */
void faults_print(const struct faults *f);

/* Sorts by file, line and column, keeping the order of equals. */
void faults_sort(struct faults *f);

#endif
