#ifndef TLD_AUDIT_WORLD_H
#define TLD_AUDIT_WORLD_H

/*
 * What the tables say of one form in one round, put together: the classes that there are, the groups that
 * they and the genders make, and what is printed of each group for each item (a question, or a dimension's
 * index).
 *
 * Tables that agree are one world, however many they are and whenever they were released. Where two differ
 * (another n, a mean that can not be the same), answers were changed in between: the later one begins another
 * version of the world. A table that agrees with several versions (a comparison of genders has few rows) is
 * of the one of which a progression table shows and withholds the same groups as it, else of the one whose
 * tables were given next before it.
 */

#include <math.h>
#include <stdint.h>

#include "audit/audit_notes.h"
#include "audit/audit_table.h"

enum {
    AUDIT_GROUPS_MAX = 20000, /* in a round and form */
    AUDIT_ITEMS_MAX = 100,
    AUDIT_CLASSES_MAX = 10000,
    AUDIT_GENDERS_MAX = 8, /* those who did not say included */
    AUDIT_VERSIONS_MAX = 20
};

#define AUDIT_NONE SIZE_MAX

/* Values that are possible; -INFINITY..INFINITY: nothing is known. */
struct audit_range {
    double lo, hi;
};
#define AUDIT_ANY                                                                                            \
    (struct audit_range)                                                                                     \
    {                                                                                                        \
        -INFINITY, INFINITY                                                                                  \
    }
bool audit_range_known(struct audit_range r);
bool audit_range_agree(struct audit_range a, struct audit_range b); /* some value is in both */

struct audit_unit {
    const char *code; /* NULL: schools that no table names, only their sum is known */
    const char *area; /* NULL: not known */
    int64_t persons;  /* who sent in the form; -1: not known */
};

struct audit_class {
    size_t unit;
    const char *name;  /* NULL: pupils of the unit who are in no class of the tables */
    const char *grade; /* NULL: not known; "": none */
    const char *school_form;
    int64_t persons; /* -1: not known */
};

/* Whether a class belongs to a group. */
enum audit_belongs { AUDIT_OUT, AUDIT_MAYBE, AUDIT_IN };

struct audit_group {
    enum audit_level level;
    enum audit_kind kind;
    const char *unit_code, *area, *key; /* "" where they do not apply */
    bool rest;                          /* not the group itself but the rest that compare puts beside it */
    size_t unit;                        /* AUDIT_NONE: of more than one */
    int64_t persons;                    /* -1: not known */
    uint8_t *in;                        /* enum audit_belongs, by class */
    unsigned genders;                   /* bit i: gender[i] */
    const char *grade, *school_form, *class_area; /* of a class, as far as known */
};

/* What is printed of one group for one item. */
struct audit_cell {
    bool asked;   /* some row is there that is not not_asked */
    bool hidden;  /* withheld wherever it stands */
    bool few;     /* a progression table says too_few */
    double fewer; /* which says that fewer than this chose an option; INFINITY: nothing */
    struct audit_range n, mean, sd, index, positive, dont_know;
    struct audit_range told; /* of the mean: what another round's change gives away (audit_change) */
    size_t row;              /* a row that shows it, else one that withholds it; AUDIT_NONE: none */
};

struct audit_item {
    const char *dimension, *question; /* question "": the dimension's index */
};

struct audit_world {
    const char *round, *form;
    int version; /* from 1 */
    int since;   /* 0; else this is no state, but what this version adds to an earlier one (audit_late) */
    bool *from;  /* by file: it has rows of this world */

    struct audit_unit *unit;
    size_t units;
    struct audit_class *klass;
    size_t classes;
    const char *gender[AUDIT_GENDERS_MAX]; /* the last is NULL: who did not say; alone: no genders are told */
    size_t genders;

    struct audit_group *group;
    size_t groups;
    struct audit_item *item;
    size_t items;
    struct audit_cell *cell; /* group × item */
};

struct audit_worlds {
    struct audit_world *at; /* by round, form, version */
    size_t count, capacity;
};

struct audit_cell *audit_world_cell(const struct audit_world *w, size_t group, size_t item);
/* AUDIT_NONE when there is none. */
size_t audit_world_find_item(const struct audit_world *w, const char *dimension, const char *question);
/* The group that a row is about, to be found by; nothing: "" as the table keeps it. */
struct audit_group audit_world_group_of(const struct audit_row *r, const char *nothing);
size_t audit_world_find_group(const struct audit_world *w, const struct audit_group *like);

/* "unit 99000001, gender flicka". The caller frees. */
char *audit_world_describe(const struct audit_world *w, size_t group);

/*
 * Whether a withheld group is one of fewer than k, as far as the tables tell. Tables for everybody withhold
 * more than those for principals, and neither says which it is; so too_few of a table says that there are
 * fewer than the least that it shows (and if that is contradicted by the responses beside it, no more than
 * the largest of these), and of a group of k or more persons it says no more than suppressed does.
 */
bool audit_world_is_few(const struct audit_world *w, size_t group, size_t item, int k);

/* Puts together what two cells say; false, and *to is of no use, when both can not be true. */
bool audit_world_join(struct audit_cell *to, const struct audit_cell *from);

/* ERR_INPUT when one file contradicts itself; ERR_LIMIT. */
bool audit_worlds_make(struct audit_table *t, struct audit_worlds *out, struct audit_notes *notes,
                       struct err *e) __attribute__((warn_unused_result));
void audit_worlds_fini(struct audit_worlds *w);
void audit_world_fini(struct audit_world *w);

/* The same groups and items, of which nothing is known; no people yet. */
struct audit_world audit_world_blank(const struct audit_world *like);

#endif
