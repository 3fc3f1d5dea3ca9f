#ifndef TLD_AUDIT_FINDING_H
#define TLD_AUDIT_FINDING_H

/*
 * What the attacker has found out. Each finding is one figure of one group that the tables do not show (or
 * show though they should not), with the least and the most that it can be.
 *
 * What counts as a leak (AUDIT_DETERMINED):
 * - of a withheld group that is too_few, or of which surely fewer than k chose an option (or chose that or
 *   "vet ej"): the count of an option or of "vet ej" that can only be one number, and that is not 0; the mean
 *   that can only be one value, or is known as closely as a shown one is printed (AUDIT_MEAN_WIDTH);
 * - of a larger withheld group: that it follows by adding and subtracting rows; its whole distribution; that
 * all in it gave one answer (audit_settle);
 * - of a union of class × gender within a unit, or of genders over the municipality, of which surely fewer
 *   than k chose an option (or chose that or "vet ej"): the same;
 * - a shown row, or a shown rest, of fewer than k; or, of any size, of which all gave one answer or nobody a
 *   good one (audit_alike);
 * - of the answers that changed between two releases: the same as of withheld groups, where fewer than k
 *   changed (audit_late).
 * What does not: that a count is 0 (of a group of which one option has all, that is seen by its mean); how
 * many responded, or chose any option; bounds that leave at least two values.
 */

#include "audit/audit_world.h"

enum audit_what {
    AUDIT_OF_OPTION, /* how many chose it */
    AUDIT_OF_DONT_KNOW,
    AUDIT_OF_MEAN,
    AUDIT_OF_SUM,   /* of an index: by what it changed */
    AUDIT_OF_N,     /* a row of fewer than k is shown */
    AUDIT_OF_ALIKE, /* a row is shown of which all gave this answer; of an index: all have this score */
    AUDIT_OF_GOOD   /* a row is shown in which nobody gave a good answer */
};

enum audit_verdict {
    AUDIT_OPEN, /* can be different values */
    AUDIT_ZERO, /* can only be 0 */
    AUDIT_DETERMINED,
    AUDIT_UNSOLVED, /* could not be bounded */
    AUDIT_KNOWN     /* determined, but of k and more and not the whole (audit_settle) */
};

enum audit_how {
    AUDIT_BY_ROWS,    /* by adding and subtracting rows */
    AUDIT_BY_BOUNDS,  /* since no count is negative: linear programs */
    AUDIT_BY_CHANGE,  /* told by another round's change_previous or change_same_month */
    AUDIT_BY_RELEASE, /* by what differs between two releases */
    AUDIT_BY_SHOWING  /* it stands there */
};

/* As narrow as a mean of two decimals less a change of two decimals. */
#define AUDIT_MEAN_WIDTH 0.0200001

struct audit_finding {
    const struct audit_world *world;
    size_t item;
    size_t group; /* AUDIT_NONE: a union that has no row */
    char *who;    /* the group or union in words */
    bool *in;     /* of a union: class × genders + gender; of a group NULL */
    bool few;     /* of a withheld row: surely fewer than k are in it, whatever its status says */
    enum audit_what what;
    int option; /* code, of AUDIT_OF_OPTION */
    double least, most;
    enum audit_verdict verdict;
    enum audit_how how;
};

extern const char *const AUDIT_VERDICT_WORDS[];
extern const char *const AUDIT_HOW_WORDS[];

struct audit_findings {
    struct audit_finding *at;
    size_t count, capacity;
    size_t verdicts[AUDIT_KNOWN + 1]; /* how many of each */
};

/* Takes over f.who and f.in. A finding of the same figure of the same group or union that is there already
 * (searched from `since`) stays as it is, and f is dropped. */
void audit_findings_add(struct audit_findings *l, size_t since, struct audit_finding f);
void audit_findings_fini(struct audit_findings *l);

/* "option 3", "vet ej", "mean", "n", "all alike", "good answers". Written into text, which is returned. */
const char *audit_finding_figure(const struct audit_finding *f, char text[static 32]);

#endif
