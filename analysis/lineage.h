#ifndef TLD_ANALYSIS_LINEAGE_H
#define TLD_ANALYSIS_LINEAGE_H

/*
 * Which question of an earlier form version a question carries on. A question whose wording, options or
 * direction changed starts anew, unless its `continues:` line says that someone has decided otherwise; and a
 * mean is never compared with one on another number of options.
 */

#include <stdbool.h>

#include "core/domain/form.h"

/* The question's index in `then`, or -1. */
int lineage_question(const struct form *now, int question, const struct form *then);

/* The same, but nobody decides: only the same id, wording, options and direction. For forms of other ids. */
int lineage_same_question(const struct form *now, int question, const struct form *then);

/* Whether `then` asks it at all, be it in other words or on another scale. */
bool lineage_asks(const struct form *now, int question, const struct form *then);

/* A dimension goes on when it has the same questions, each carried on. Its index in `then`, or -1. */
int lineage_dimension(const struct form *now, int dimension, const struct form *then);

/* Of questions that are the same, though nobody decides. */
int lineage_same_dimension(const struct form *now, int dimension, const struct form *then);

/* Whether `then` has it at all, be it of other questions. */
bool lineage_measures(const struct form *now, int dimension, const struct form *then);

#endif
