#ifndef TLD_DOMAIN_FORM_READ_H
#define TLD_DOMAIN_FORM_READ_H

/* From the tree of a form file to the form: what may stand where, and what must. Used by form_load alone. */

#include "core/base/faults.h"
#include "core/base/yaml.h"
#include "core/domain/form.h"

/*
 * Fills in all of *f but source and hash. Everything wrong is added to faults, at its place; then f is
 * filled in part and good only for form_free.
 */
void form_read(const char *name, const struct yaml *root, struct form *f, struct faults *faults);

#endif
