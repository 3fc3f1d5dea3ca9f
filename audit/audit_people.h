#ifndef TLD_AUDIT_PEOPLE_H
#define TLD_AUDIT_PEOPLE_H

/*
 * Who there is: the units, classes and genders of a world, and which class belongs to which group. What older
 * tables do not say (grade and school form of a class) is inferred where the numbers of responses bear it
 * out; else a class *may* belong, and is treated so.
 */

#include "audit/audit_world.h"

/* From the world's groups and their persons. ERR_LIMIT. */
bool audit_people(struct audit_table *t, struct audit_world *w, struct audit_notes *notes, struct err *e)
    __attribute__((warn_unused_result));
void audit_people_fini(struct audit_world *w);

#endif
