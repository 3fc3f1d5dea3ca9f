#ifndef TLD_COLLECTOR_CMD_PLACE_H
#define TLD_COLLECTOR_CMD_PLACE_H

/* What every command that prints for a school or a class looks up first, by its options --round, --unit,
 * --group, --form and --public-url. */

#include "collector/cmd.h"
#include "collector/pinned.h"

struct place {
    char *organisation, *url;
    struct unit unit;
    struct round round;
    struct group group; /* id 0: none asked for, the unit itself is meant */
    struct pinned forms;
    struct access *links; /* of the class, else the unit's own; only to --form where that is given */
    size_t link_count;    /* at least one */
};

void place_init(struct place *p);
void place_fini(struct place *p);

/* The command has all of these options, --group and --form may be left out. ERR_NOT_FOUND says what does not
 * exist, ERR_STATE that no public address is known. */
bool place_load(const struct args *a, struct store *s, struct place *p, struct err *e) CMD_CHECK;

#endif
