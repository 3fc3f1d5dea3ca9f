#ifndef TLD_COLLECTOR_INSTALLED_H
#define TLD_COLLECTOR_INSTALLED_H

/* The form files that are installed with the program. */

#include <stdbool.h>

#include "core/base/err.h"
#include "core/domain/form.h"

/* "forms/ID.yaml" where it is installed; the caller's. */
char *installed_path(const char *id);

/* Reads a form's file. Its faults are printed, but not that it is missing (ERR_NOT_FOUND). */
bool installed_load(const char *path, struct form **out, struct err *e) __attribute__((warn_unused_result));

#endif
