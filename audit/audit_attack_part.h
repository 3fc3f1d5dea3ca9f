#ifndef TLD_AUDIT_ATTACK_PART_H
#define TLD_AUDIT_ATTACK_PART_H

/* What the modules of the attack (audit_attack.h) share: what it has at hand, how it puts down a finding, and
 * the bounds. */

#include "audit/audit_attack.h"
#include "audit/audit_sets.h"

struct attack {
    const struct audit_world *world;
    size_t item;
    const struct audit_attack_options *options;
    struct audit_system system;
    struct audit_sets sets;
    struct audit_lp *lp;
    struct audit_term *term;
    struct audit_findings *out;
    size_t since; /* the item's first finding */
    struct audit_effort *effort;
    struct audit_notes *notes;
    size_t union_programs;
    bool failed; /* the solver gave up on the present figure */
};

/* What could not be tried, and why. */
void attack_note_limit(struct attack *a, const char *what);

/* ---- findings (audit_attack_find) -----------------------------------------------------------------------
 */

/* Whom a finding is about; whoever adds it takes it over. */
struct audit_finding attack_of_group(const struct attack *a, size_t group);
struct audit_finding attack_of_union(const struct attack *a, size_t unit, const bool *in);
struct audit_finding attack_of_set(const struct attack *a, const struct audit_set *set);
/* About the same once more. */
struct audit_finding attack_again(const struct attack *a, const struct audit_finding *f);

/* Sets whether the finding is about an option, and which, or about "vet ej". */
void attack_name_category(const struct attack *a, struct audit_finding *f, size_t category);

/* A count of which the least and most whole numbers are known. */
void attack_add_count(struct attack *a, struct audit_finding f, size_t category, double least, double most,
                      enum audit_how how);
void attack_add_mean(struct attack *a, struct audit_finding f, double least, double most, enum audit_how how);
void attack_add_unsolved(struct attack *a, struct audit_finding f);
void attack_add(struct attack *a, struct audit_finding f);

/* ---- bounds (audit_attack_bound) ------------------------------------------------------------------------
 */

/* False when the equations have no solution. */
bool attack_start_lp(struct attack *a);

/* Bounds all that is withheld; after attack_start_lp. */
void attack_bound(struct attack *a);

#endif
