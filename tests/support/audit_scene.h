#ifndef TLD_TESTS_AUDIT_SCENE_H
#define TLD_TESTS_AUDIT_SCENE_H

/*
 * Small exported tables made by hand, for tests of the attacker: a row is given as its counts, and printed as
 * tld-analysis prints it. The question has options 1..4, of which 3 and 4 are positive.
 */

#include "audit/audit_run.h"
#include "core/base/csv_write.h"

/* Whom a row is about. */
struct scene_who {
    const char *level, *unit, *kind, *group;
    const char *area, *grade; /* NULL: "" */
};

/* Answers of a group: options 1..4, vet ej, none. */
struct scene_counts {
    int option[4], dont_know, none;
};

enum scene_table {
    SCENE_PROGRESSION,
    SCENE_COMPARE,
    SCENE_OLD /* progression without area, school_form and grade */
};

struct scene {
    struct buf text;
    struct csv_write writer;
    enum scene_table table;
    const char *round, *question; /* of the rows that follow; "2026-10" and "q" at first */
    double change, same_month;    /* change_previous, change_same_month of the next shown row; NAN: none */
};

void scene_init(struct scene *s, enum scene_table table, struct csv_style style);
void scene_fini(struct scene *s);

void scene_shown(struct scene *s, struct scene_who who, struct scene_counts c);
/* responses −1: not told */
void scene_withheld(struct scene *s, struct scene_who who, int responses, const char *status);
/* In compare: a group and the rest beside it. */
void scene_beside(struct scene *s, struct scene_who who, struct scene_counts own, struct scene_counts rest);

/* Shorthand for who. */
#define SCENE_WHO(l, u, k, g) ((struct scene_who){.level = (l), .unit = (u), .kind = (k), .group = (g)})
#define SCENE_ALL             SCENE_WHO("municipality", "", "all", "")
#define SCENE_AREA(name)      SCENE_WHO("area", "", "all", name)
#define SCENE_UNIT(u)         SCENE_WHO("unit", u, "all", "")
#define SCENE_CLASS(u, name)  SCENE_WHO("group", u, "class", name)
#define SCENE_GENDER(u, name) SCENE_WHO("unit", u, "gender", name)

/* Attacks the tables; aborts the test when they can not be read. Free with audit_run_fini. */
void scene_attack(struct audit_run *r, const struct scene *const *tables, size_t count, int k);

/* The finding of that figure of that group or union, in the last version; NULL when there is none. */
const struct audit_finding *scene_finding(const struct audit_run *r, const char *who, enum audit_what what,
                                          int option);

#endif
