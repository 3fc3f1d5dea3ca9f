#ifndef TLD_ANALYSIS_GOAL_H
#define TLD_ANALYSIS_GOAL_H

/* Whether a unit's target is reached: by the process interval of the figure, not by the figure alone. */

#include "analysis/measure.h"
#include "core/domain/target.h"

enum goal { GOAL_REACHED, GOAL_MISSED, GOAL_OPEN };

/* Reached: the whole interval is on the right side of the value (or on it); missed: none of it. */
enum goal goal_of(const struct target *t, const struct measure *m);

/* "uppnått", "inte uppnått", "kan inte avgöras" */
const char *goal_word(enum goal g);

/* The target of a group's item in its round, or NULL: units as a whole have targets. */
const struct target *goal_target(const struct lattice *l, size_t node, size_t item);

#endif
