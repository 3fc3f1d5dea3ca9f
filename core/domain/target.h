#ifndef TLD_DOMAIN_TARGET_H
#define TLD_DOMAIN_TARGET_H

/* What a unit wants to reach (an åtagande), in one figure of one round. */

#include <stdbool.h>

#include "core/domain/form.h"
#include "core/domain/round.h"
#include "core/domain/unit.h"

enum target_measure {
    TARGET_INDEX,         /* the dimension's index, 0..100 */
    TARGET_MEAN,          /* a question's mean, on its own scale 1..C */
    TARGET_SHARE_POSITIVE /* the share of a question's answers that are positive, 0..1 */
};
enum target_direction { TARGET_AT_LEAST, TARGET_AT_MOST };

struct target {
    char unit_code[UNIT_CODE_MAX_BYTES + 1];
    char form[FORM_ID_MAX_BYTES + 1];
    char dimension[FORM_ID_MAX_BYTES + 1];
    char question[FORM_ID_MAX_BYTES + 1]; /* "": the dimension's index */
    char round[ROUND_CODE_BYTES];         /* in which it is to be reached */
    enum target_measure measure;
    enum target_direction direction;
    double value;
};

const char *target_measure_word(enum target_measure m);     /* "index", "mean", "share_positive" */
const char *target_direction_word(enum target_direction d); /* "at_least", "at_most" */

/* By unit, form, dimension, question and round: there is one target for each. As strcmp. */
int target_compare(const struct target *a, const struct target *b);

/* Each checks one field and sets it; ERR_INPUT says what to write instead. */
#define TARGET_CHECK __attribute__((warn_unused_result))
bool target_set_form(struct target *t, const char *id, struct err *e) TARGET_CHECK;
bool target_set_dimension(struct target *t, const char *id, struct err *e) TARGET_CHECK;
bool target_set_question(struct target *t, const char *id, struct err *e) TARGET_CHECK; /* or "" */
bool target_set_measure(struct target *t, const char *word, struct err *e) TARGET_CHECK;
bool target_set_direction(struct target *t, const char *word, struct err *e) TARGET_CHECK;
bool target_set_value(struct target *t, const char *number, struct err *e) TARGET_CHECK; /* '.' or ',' */

/* Whether the form has the figure, and the figure can have the value. ERR_INPUT. */
bool target_fits(const struct target *t, const struct form *f, struct err *e) TARGET_CHECK;

#endif
