#ifndef TLD_COLLECTOR_IMPORT_UNITS_H
#define TLD_COLLECTOR_IMPORT_UNITS_H

/* Reads units and classes from CSV. Nothing here knows the store. */

#include <stdbool.h>
#include <stddef.h>

#include "core/base/err.h"
#include "core/base/faults.h"
#include "core/domain/unit.h"

struct import_unit {
    struct unit unit;
    int line;
};

/* Of a faulty line what could be read: the unit code at least. */
struct import_group {
    struct group group; /* id 0 */
    int line;
    bool whole;    /* nothing is wrong with it */
    bool has_form; /* the school form and the grade are right */
};

/*
 * unit_code,unit_name,area,school_forms (area may be left out). In the order of the file; free with free().
 * False with e filled when there is any fault, of which each is in `faults`.
 */
bool import_units_file(const char *path, struct import_unit **out, size_t *count, struct faults *faults,
                       struct err *e) __attribute__((warn_unused_result));

/* unit_code,school_year,group,school_form,grade,enrolled. Likewise; faulty lines are given too, for what the
 * store knows of them. */
bool import_groups_file(const char *path, struct import_group **out, size_t *count, struct faults *faults,
                        struct err *e) __attribute__((warn_unused_result));

#endif
