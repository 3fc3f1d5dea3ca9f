#ifndef TLD_ANALYSIS_CMD_H
#define TLD_ANALYSIS_CMD_H

/* The commands of tld-analysis. */

#include "core/base/opt.h"

extern const struct opt CMD_PROGRESSION_OPTIONS[];
bool cmd_progression(const struct args *a, struct err *e);
extern const char CMD_PROGRESSION_MORE[];

extern const struct opt CMD_COMPARE_OPTIONS[];
bool cmd_compare(const struct args *a, struct err *e);
extern const char CMD_COMPARE_MORE[];

extern const struct opt CMD_PUBLISH_OPTIONS[];
bool cmd_publish(const struct args *a, struct err *e);
extern const char CMD_PUBLISH_MORE[];

bool cmd_columns(const struct args *a, struct err *e);

#endif
