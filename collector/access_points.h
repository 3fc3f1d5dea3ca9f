#ifndef TLD_COLLECTOR_ACCESS_POINTS_H
#define TLD_COLLECTOR_ACCESS_POINTS_H

/* Which links a round has: one for each class and form that fits it, and one for each unit and form that fits
 * any of its classes. */

#include <stdbool.h>
#include <stddef.h>

#include "collector/pinned.h"
#include "core/base/err.h"
#include "core/store/store.h"

/* The form of the audience that fits a class; NULL when none does. ERR_CONFLICT when two do. */
bool access_points_form(const struct pinned *forms, const struct group *g, enum form_audience audience,
                        const struct form **out, struct err *e) __attribute__((warn_unused_result));

struct access_points_report {
    size_t units, groups;       /* links added */
    size_t removed;             /* links taken away */
    size_t without_form;        /* classes that no form of the round fits */
    struct group first_without; /* one of them */
};

/*
 * Adds the links that are missing, in the caller's transaction. Of a round that is planned, those that no
 * longer fit (a class was of another grade) are taken away; else links that exist stay as they are.
 * ERR_CONFLICT when two forms of one audience fit the same class.
 */
bool access_points_fill(struct store *s, const struct round *round, const struct pinned *forms,
                        struct access_points_report *report, struct err *e)
    __attribute__((warn_unused_result));

#endif
