#ifndef TLD_AUDIT_MERGER_H
#define TLD_AUDIT_MERGER_H

/*
 * No table tells which units were merged or renamed. The change of a unit that carries on others is from the
 * last round in which all of them answered, and from all of them together: from an older round, perhaps, than
 * the last one of its own.
 */

#include "audit/audit_world.h"

/*
 * Whether a unit's group has such a mean in the world `then` together with the same group of some units that
 * have no answers in the world `now`. True also where these are too many to try.
 */
bool audit_merger_explains(const struct audit_world *now, const struct audit_world *then,
                           const struct audit_group *group, size_t item_then, struct audit_range mean);

#endif
