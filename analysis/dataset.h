#ifndef TLD_ANALYSIS_DATASET_H
#define TLD_ANALYSIS_DATASET_H

/*
 * All that one run of the analysis needs, read once from the store: units, classes, rounds, pinned forms and
 * the tallies of their answers, and what has been released of them. Tallies of sealed rounds are read back,
 * or computed (on all processors) and then kept in the store.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/tally.h"
#include "core/base/err.h"
#include "core/domain/form.h"
#include "core/domain/round.h"
#include "core/domain/target.h"
#include "core/domain/unit.h"
#include "core/store/store.h"

struct dataset_group {
    struct group group;
    size_t unit; /* index of its unit */
};

/* One unit that carries on another from a month (round_months) on. */
struct dataset_succession {
    size_t predecessor, successor;
    int from;
};

/* A class as it was in a round: a sealed round keeps its own, whatever became of the class later. */
struct dataset_class {
    size_t group; /* index of the class */
    enum school_form school_form;
    int grade, enrolled;
};

struct dataset_classes {
    struct dataset_class *at; /* by group */
    size_t count;
};

/* Where a group is, small enough to be passed by the million. */
struct dataset_place {
    int64_t id; /* the store's */
    size_t group, unit;
};

struct dataset_form {
    struct form *form;
    struct tally_plan plan;
};

/* What was told of one group in an earlier release. */
struct past_row {
    size_t unit;     /* index; SIZE_MAX: of the whole municipality */
    char kind[16];   /* as the tables say it, or "area" */
    int64_t key;     /* grade, school form and gender by number; a class by its index */
    size_t *members; /* of an area: its units then */
    size_t units;
    bool size;  /* how many are in it */
    bool *item; /* of each question, then of each dimension, of the form */
};

/* An earlier release of a measurement. */
struct past {
    enum release_audience audience;
    bool same;          /* the counts are still those that it was made from */
    struct tally tally; /* else those that it was made from */
    struct past_row *row;
    size_t rows;
};

/* One form in one round. */
struct measurement {
    const struct round *round;
    const struct dataset_form *form;
    bool live;          /* not sealed: the figures can still change */
    struct tally tally; /* groups sorted by id; units numbered as dataset.unit */
    struct past *past;  /* what has been released of it, the oldest first */
    size_t pasts;
    /* Classes, by the store's id, that came after the last release with fewer than DISCLOSE_K responses. They
     * are not in the tally: any group with them anew, less the group as it was told of, would be they. */
    int64_t *late;
    size_t lates;
    int64_t late_responses;
};

struct dataset {
    char *organisation;
    struct unit *unit; /* by code */
    size_t units;
    size_t *area; /* of each unit: the first unit of its area (by code), SIZE_MAX: it has none */
    struct dataset_succession *succession; /* by successor, predecessor; without loops */
    size_t successions;
    struct target *target; /* in the order of target_compare */
    size_t targets;
    struct dataset_group *group; /* by unit, school year, grade, name */
    size_t groups;
    struct round *round; /* by code */
    size_t rounds;
    struct dataset_classes *classes; /* of each round that has measurements */
    struct dataset_form *form;
    size_t forms;
    struct measurement *measurement; /* by round, form id, form version */
    size_t measurements;
    struct dataset_place *by_id; /* the groups by the store's id */
};

struct dataset_options {
    /* Closed rounds that are not sealed yet too: the administration's own look, never to be published. Not
     * open ones: what one answer changed between two looks would be that answer. So the look is noted in the
     * store before it reads anything, and the round does not open again (store_round_look). */
    bool live;
    const char *until;                  /* no round after this one, by code; NULL: all */
    const char *only;                   /* this round alone, by code; NULL: all */
    unsigned threads;                   /* 0: as many as there are processors */
    void (*progress)(const char *what); /* or NULL */
};

/* ERR_NOT_FOUND and what store.h says; ERR_BUG when a pinned form can not be read. */
bool dataset_load(const char *store, const struct dataset_options *o, struct dataset *out, struct err *e)
    __attribute__((warn_unused_result));
void dataset_fini(struct dataset *d);

/* Takes a round's measurements out, as if it had not been measured; before anything points to measurements.
 */
void dataset_leave_out(struct dataset *d, const struct round *r);

/* NULL when there is none. */
const struct dataset_place *dataset_place(const struct dataset *d, int64_t group_id);

/* The class, by its index, as it was in one of the dataset's rounds; NULL when it was not there. Every class
 * with answers is there. */
const struct dataset_class *dataset_class(const struct dataset *d, const struct round *r, size_t group);

/* SIZE_MAX when there is none. */
size_t dataset_group_index(const struct dataset *d, int64_t id);
size_t dataset_unit_index(const struct dataset *d, const char *code);

#endif
