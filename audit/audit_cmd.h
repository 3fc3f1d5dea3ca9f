#ifndef TLD_AUDIT_CMD_H
#define TLD_AUDIT_CMD_H

/*
 * `tld-analysis audit FILE…`: an attacker over exported tables (CSV and JSON, of any number of releases). It
 * finds what of the withheld figures can be computed from the shown ones, and shares no code with what
 * decided on them: this folder stands on core/base alone.
 */

#include "core/base/opt.h"

extern const struct opt AUDIT_CMD_OPTIONS[];
extern const char AUDIT_CMD_MORE[];

/* ERR_CONFLICT when something withheld is determined: the first such thing in words, and how many more. */
bool audit_cmd(const struct args *a, struct err *e);

#endif
