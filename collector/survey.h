#ifndef TLD_COLLECTOR_SURVEY_H
#define TLD_COLLECTOR_SURVEY_H

/*
 * All that can be answered, as it stood in the store at one moment: every link with its round, form, unit and
 * classes, found by its code without asking the store. Never changed after loading; shared by reference.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collector/view.h"
#include "core/base/err.h"
#include "core/domain/access.h"
#include "core/domain/form.h"
#include "core/domain/round.h"
#include "core/store/store.h"

/* One link. Pointers live as long as the survey. */
struct survey_point {
    struct access access;
    const struct round *round;
    const struct form *form;    /* NULL when the round is sealed */
    const char *unit;           /* its name */
    const char *group;          /* the class of the link; NULL when the pupil picks */
    struct view_class *classes; /* those to pick from, by grade and name */
    size_t class_count;
    bool asks_code;  /* a class that may answer here does so by one-time codes */
    bool needs_code; /* all of them do */
};

struct survey;

/* Reads the store and gives one reference. Errors of the store; ERR_BUG when a pinned form can not be read.
 */
bool survey_load(struct store *s, struct survey **out, struct err *e) STORE_CHECK;

struct survey *survey_ref(struct survey *sv);
void survey_release(struct survey *sv); /* NULL is allowed; the last one frees */

const char *survey_organisation(const struct survey *sv);

/* What the pages about the survey tell: whom to turn to, how the data protection officer is reached, on which
 * legal basis (each NULL when the store does not know), every field that is stored, and the forms of rounds
 * that are not sealed. */
const char *survey_contact(const struct survey *sv);
const char *survey_data_protection(const struct survey *sv);
const char *survey_legal_basis(const struct survey *sv);
const struct view_field *survey_fields(const struct survey *sv, size_t *count);
const struct form *const *survey_forms(const struct survey *sv, size_t *count);

/* NULL when no link has this code (as access_code_read gives it). */
const struct survey_point *survey_find(const struct survey *sv, const char *code);

/* Whether answers for this class belong on this link. */
bool survey_takes_group(const struct survey_point *p, int64_t group_id);

#endif
