#ifndef TLD_ANALYSIS_HISTORY_H
#define TLD_ANALYSIS_HISTORY_H

/*
 * Where a group and an item of one measurement stand in the earlier ones.
 *
 * A group is the same group of the same unit; of a unit that was merged or renamed, that of its predecessors,
 * taken together, and nowhere in a round in which one of them did not answer. A part of a unit that was split
 * has nothing before: a unit with two successors, or one that is measured on beside its successor. A class
 * lives one school year and belongs to its unit. An item is joined from version to version of the form
 * (lineage.h).
 */

#include "analysis/classes.h"
#include "analysis/results.h"
#include "analysis/stat_summary.h"

struct history {
    const struct dataset *d;
    const struct lattice *lattice; /* one for each measurement; borrowed */
    struct classes *classes;       /* of each */
    size_t **joined;               /* of each: [earlier measurement * items + item] */
    struct stat_summary **summary; /* of each: [item * nodes + node] */
};

/* from is borrowed. */
void history_init(struct history *h, const struct results *from);
void history_fini(struct history *h);

/* A group in one measurement: a node, or several taken together. */
struct place {
    size_t measurement;
    const struct lattice *lattice; /* NULL: nowhere */
    size_t *node;
    size_t nodes;
    const struct tally_sum *sum; /* of all its nodes */
    struct tally_sum *owned;     /* or NULL */
};

/* The group of a node itself. */
void place_init(struct place *p, const struct history *h, size_t measurement, size_t node);
void place_fini(struct place *p);

/*
 * The group of a later node in measurement j, where the unit answered; no nodes (lattice set all the same)
 * when it did not. now: the month of the later node. False when the unit was a part of one that was split.
 */
bool history_place(struct place *p, const struct history *h, size_t j, const struct node *n, int now);

/* The earlier measurements of a node's group with the same form, in which it answered; the newest first. */
struct line {
    struct place *at;
    size_t count, capacity;
    bool split; /* before these it was a part of a unit that was split */
};
void line_init(struct line *l, const struct history *h, size_t measurement, size_t node);
void line_fini(struct line *l);

/* The place in that month (round_months), or NULL. */
const struct place *line_at(const struct line *l, int month);

/* An item in an earlier place; place NULL: it does not stand there. */
struct origin {
    const struct place *place;
    size_t item;
};

/* Where an item of a measurement stands in an earlier place of the same form; there may be none (NULL). */
struct origin history_origin(const struct history *h, size_t measurement, size_t item,
                             const struct place *earlier);

/* It stands there, and all that it comes from is shown. */
bool origin_shown(const struct origin *o);

/* Its n, mean and squares there. */
struct stat_summary history_summary(const struct history *h, const struct origin *o);

#endif
