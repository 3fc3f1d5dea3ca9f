#ifndef TLD_STORE_H
#define TLD_STORE_H

/*
 * All that the product keeps, in words of the domain. A driver stands behind it: core/store/sqlite/, later
 * PostgreSQL. What every driver needs (keys, encryption, shuffling) lies in core/store/ itself.
 *
 * The address is a path or "postgres://…" (not yet: ERR_STATE). Beside a SQLite file FILE stand FILE.key
 * (mode 0600), the server's key, without which the file, its log and its backups reveal no answer of a round
 * that is not sealed; FILE.2026-10.key, which sealing destroys; and FILE.lock. See keys.h for what each key
 * opens.
 *
 * What an open round reveals. Without FILE.key: how many answered in each class, and in the file's log the
 * order in which rows came that nobody can read. With FILE.key and the live file, that is as the
 * administrator of the machine: the answers, and of the latest ones the order. After sealing: nothing of this
 * to anyone.
 *
 * A handle belongs to one thread at a time. One process at a time may hold a STORE_WRITE handle for serving
 * (store_serve_lock); commands take it only for their short transactions. Lists are arrays that the caller
 * frees with free(). All functions but the void ones return false with e filled: ERR_IO, ERR_BUSY (after a
 * bounded wait, of 5 s where store_patience says nothing else) and ERR_LIMIT (disk full) everywhere, others
 * as said.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"
#include "core/base/secret.h"
#include "core/domain/access.h"
#include "core/domain/form.h"
#include "core/domain/round.h"
#include "core/domain/succession.h"
#include "core/domain/target.h"
#include "core/domain/unit.h"

#define STORE_CHECK __attribute__((warn_unused_result))

struct store;
enum store_mode { STORE_READ, STORE_WRITE };

/* Makes a new store and its key. ERR_CONFLICT when something is there already. */
bool store_create(const char *address, const char *organisation, struct err *e) STORE_CHECK;

/* Opens; a STORE_WRITE handle migrates an older schema first. ERR_NOT_FOUND, ERR_STATE (newer schema; no
 * key). */
bool store_open(const char *address, enum store_mode mode, struct store **out, struct err *e) STORE_CHECK;
void store_close(struct store *s); /* NULL is allowed; an open transaction is rolled back */

/* For how long this handle waits for another one that writes, before ERR_BUSY. */
void store_patience(struct store *s, int wait_ms);

/* Held by the one serving process until the handle closes. ERR_CONFLICT when another one serves. */
bool store_serve_lock(struct store *s, struct err *e) STORE_CHECK;

/* Transactions do not nest. A write outside one is a transaction of its own. After a failed commit the handle
 * must be closed. */
bool store_begin(struct store *s, struct err *e) STORE_CHECK;
bool store_commit(struct store *s, struct err *e) STORE_CHECK;
void store_rollback(struct store *s);

/* A number that changes when another handle has committed since the last call on this one; not by this
 * handle's own commits. Cheap enough to ask every second. */
bool store_data_version(struct store *s, int64_t *version, struct err *e) STORE_CHECK;

/* Brings what has been committed from the log into the file and begins the log anew, as far as others at work
 * let it; waits for nobody. After a large commit: whoever opens the store reads the whole log first. */
bool store_settle(struct store *s, struct err *e) STORE_CHECK;

/* Makes one small durable commit that changes nothing, to see whether the store takes writes again. */
bool store_probe(struct store *s, struct err *e) STORE_CHECK;

bool store_organisation(struct store *s, char **name, struct err *e) STORE_CHECK;

/* A setting by its name ("public_url": what stands before "/ACCESS" in links; "contact": whom to turn to, as
 * shown to people). *value is NULL when it was never put; the caller's to free. */
bool store_setting_get(struct store *s, const char *name, char **value, struct err *e) STORE_CHECK;
bool store_setting_put(struct store *s, const char *name, const char *value, struct err *e) STORE_CHECK;

/* All that is kept: every column of every table in the order of the schema, with what the schema says of it.
 * The page that tells people what is stored is made from it. */
struct store_field {
    char table[48];
    char column[48];
    char comment[320]; /* English, for programmers; "" when there is none */
};
bool store_field_list(struct store *s, struct store_field **out, size_t *count, struct err *e) STORE_CHECK;

/* The key that authenticates submission keys; borrowed, lives as long as the handle. */
const struct secret *store_submission_secret(const struct store *s);

/* ---- units and groups ---------------------------------------------------------------------------------- */

enum store_change { STORE_ADDED, STORE_CHANGED, STORE_SAME };

/* By unit code. */
bool store_unit_put(struct store *s, const struct unit *u, enum store_change *change,
                    struct err *e) STORE_CHECK;
bool store_unit_get(struct store *s, const char *code, struct unit *out,
                    struct err *e) STORE_CHECK; /* NOT_FOUND */
bool store_unit_list(struct store *s, struct unit **out, size_t *count,
                     struct err *e) STORE_CHECK; /* by code */

/* By unit code, school year and name. ERR_NOT_FOUND when the unit is unknown. */
bool store_group_put(struct store *s, const struct group *g, enum store_change *change,
                     struct err *e) STORE_CHECK;
bool store_group_get(struct store *s, int64_t id, struct group *out,
                     struct err *e) STORE_CHECK; /* NOT_FOUND */
bool store_group_find(struct store *s, const char *unit_code, int school_year, const char *name,
                      struct group *out, struct err *e) STORE_CHECK; /* NOT_FOUND */
/* unit_code NULL: all units; school_year 0: all years. By unit code, school year, grade, name. */
bool store_group_list(struct store *s, const char *unit_code, int school_year, struct group **out,
                      size_t *count, struct err *e) STORE_CHECK;

/* The classes of a round's school year; those of a sealed round with the school form, grade and enrolled that
 * they had then, of one that was looked at with the school form and grade. By unit code, grade, name.
 * ERR_NOT_FOUND. */
bool store_round_groups(struct store *s, const char *round, struct group **out, size_t *count,
                        struct err *e) STORE_CHECK;

/* ---- what became of units ------------------------------------------------------------------------------ */

/* By predecessor and successor. ERR_NOT_FOUND when one of them is unknown. Loops are the caller's to find. */
bool store_succession_put(struct store *s, const struct succession *l, enum store_change *change,
                          struct err *e) STORE_CHECK;
bool store_succession_remove(struct store *s, const char *predecessor, const char *successor,
                             struct err *e) STORE_CHECK; /* NOT_FOUND */
bool store_succession_list(struct store *s, struct succession **out, size_t *count,
                           struct err *e) STORE_CHECK; /* by predecessor, successor */

/* ---- what units want to reach -------------------------------------------------------------------------- */

/* By unit, form, dimension, question and round. ERR_NOT_FOUND when the unit is unknown. Whether the form has
 * the figure is the caller's to see (target_fits). */
bool store_target_put(struct store *s, const struct target *t, enum store_change *change,
                      struct err *e) STORE_CHECK;
bool store_target_remove(struct store *s, const struct target *t, struct err *e) STORE_CHECK; /* NOT_FOUND */
bool store_target_list(struct store *s, struct target **out, size_t *count,
                       struct err *e) STORE_CHECK; /* in the order of target_compare */

/* ---- forms and rounds ---------------------------------------------------------------------------------- */

/* A form version as pinned: its whole text. Parse it with form_parse. */
struct pinned_form {
    char id[FORM_ID_MAX_BYTES + 1];
    int version;
    uint8_t hash[FORM_HASH_BYTES];
    char *source; /* NUL-terminated; free with pinned_forms_free */
    size_t source_bytes;
};
void pinned_forms_free(struct pinned_form *forms, size_t count);

/* Adds the round (state planned) and pins each form's text and hash. ERR_CONFLICT when the round exists. */
bool store_round_add(struct store *s, const struct round *r, const struct form *const *forms,
                     size_t form_count, struct err *e) STORE_CHECK;
bool store_round_get(struct store *s, const char *code, struct round *out,
                     struct err *e) STORE_CHECK; /* NOT_FOUND */
bool store_round_list(struct store *s, struct round **out, size_t *count,
                      struct err *e) STORE_CHECK; /* by code */
bool store_round_forms(struct store *s, const char *code, struct pinned_form **out, size_t *count,
                       struct err *e) STORE_CHECK; /* by id */
/* Every form version that any round has pinned, once each. */
bool store_form_list(struct store *s, struct pinned_form **out, size_t *count, struct err *e) STORE_CHECK;

/* planned → open → closed, planned → closed, closed → open unless it was looked at; ERR_STATE otherwise.
 * Sealing is store_round_seal. */
bool store_round_set_state(struct store *s, const char *code, enum round_state state,
                           struct err *e) STORE_CHECK;
/* Notes, for good, that the results of a closed round are looked at before it is sealed: from then on its
 * answers stay as they are, and the school forms and grades of its classes. Once more changes nothing.
 * ERR_STATE when it is not closed. */
bool store_round_look(struct store *s, const char *code, struct err *e) STORE_CHECK;
bool store_round_set_times(struct store *s, const char *code, int64_t opens_s, int64_t closes_s,
                           struct err *e) STORE_CHECK;

/*
 * Seals a closed round: one transaction that packs the responses of each group and form, persons shuffled,
 * into column blocks, destroys the responses, their keys, the spent codes and the round's secret; then the
 * file is compacted and the log truncated. Sealing a sealed round only repeats the compacting; where a crash
 * came between, the next opening for writing does it too. ERR_STATE when the round is planned or open. Not
 * within a transaction. Compacting needs room for two more copies of the store, one of them in the folder for
 * temporary files (SQLITE_TMPDIR, else /var/tmp); when it fails the message says so, and the round is sealed.
 */
bool store_round_seal(struct store *s, const char *code, struct err *e) STORE_CHECK;

/* ---- access points ------------------------------------------------------------------------------------- */

/* ERR_CONFLICT when the code is taken: make another. */
bool store_access_add(struct store *s, const struct access *a, struct err *e) STORE_CHECK;
/* Takes a link away, of a round that is planned: nobody can have answered by it. ERR_NOT_FOUND, ERR_STATE. */
bool store_access_remove(struct store *s, const char *code, struct err *e) STORE_CHECK;
bool store_access_find(struct store *s, const char *code, struct access *out,
                       struct err *e) STORE_CHECK; /* NOT_FOUND */
/* By unit code, then the unit's own links, then groups by grade and name. */
bool store_access_list(struct store *s, const char *round, struct access **out, size_t *count,
                       struct err *e) STORE_CHECK;

/* ---- one-time codes ------------------------------------------------------------------------------------ */

/*
 * Codes are kept as hashes under the round's hash key (FILE.2026-10.key), which is in no backup and which
 * sealing destroys together with the codes. So nobody gets from a printed code to its row with a file, a log
 * or a backup, nor, after sealing, with FILE.key beside them. What is spent is a mark on the row, not the row
 * taken away: that a code is spent anyone learns who tries it, and the pupil must hear "used already" and not
 * "mistyped". A store that was restored without its hash keys knows no code any more: make new ones.
 */
struct code_place {
    const char *round;
    int64_t group_id;
    const uint8_t *form_hash; /* FORM_HASH_BYTES */
};

/* Adds codes; all or none. They are stored in the order of their hashes, so that a sheet of slips does not
 * show which row is whose. ERR_CONFLICT when the class has one of them, ERR_STATE when the round is closed or
 * sealed, ERR_NOT_FOUND. */
bool store_codes_add(struct store *s, const struct code_place *p, const char (*codes)[ACCESS_CODE_BYTES],
                     size_t count, struct err *e) STORE_CHECK;

/* Makes codes that nobody has used invalid; how many. Errors as above. */
bool store_codes_drop_unspent(struct store *s, const struct code_place *p, size_t *dropped,
                              struct err *e) STORE_CHECK;

/* Whether the class has this code, as access_code_read gives it, and it is used up. False for one that it
 * does not have, as for one that is unused: whoever guesses learns of neither. Reads only. */
bool store_code_spent(struct store *s, const struct code_place *p, const char *code, bool *spent,
                      struct err *e) STORE_CHECK;

struct code_count {
    int64_t group_id;
    uint8_t form_hash[FORM_HASH_BYTES];
    int64_t codes, spent; /* spent <= codes */
};
/* Those that have codes; none when the round is sealed. */
bool store_code_counts(struct store *s, const char *round, struct code_count **out, size_t *count,
                       struct err *e) STORE_CHECK;

/* ---- responses ----------------------------------------------------------------------------------------- */

struct submission {
    const char *round;
    int64_t group_id;
    const uint8_t *form_hash; /* FORM_HASH_BYTES */
    const uint8_t *nonce;     /* SUBMISSION_NONCE_BYTES, of an authenticated submission key */
    const uint8_t *answers;   /* one byte per question in form order */
    size_t questions;
    const char *code; /* the one-time code, as access_code_read gives it; NULL: none was given */
};

enum submission_outcome {
    SUBMISSION_ADDED,
    SUBMISSION_REPEATED,
    SUBMISSION_ROUND_CLOSED,
    SUBMISSION_CODE_NEEDED,  /* the class answers by one-time codes, and none was given */
    SUBMISSION_CODE_UNKNOWN, /* this class has no such code */
    SUBMISSION_CODE_USED     /* another submission key has used it up */
};

/*
 * Adds a response to an open round, within a transaction of the caller; durable once that commits. The same
 * nonce again, in whichever group, changes nothing and is SUBMISSION_REPEATED, also when the round has closed
 * since. Nothing stored says when or in which order responses came.
 *
 * A class that has one-time codes for the form takes responses with an unspent one only, which is spent in
 * the same transaction. A repeat needs none and spends none.
 */
bool store_response_put(struct store *s, const struct submission *sub, enum submission_outcome *outcome,
                        struct err *e) STORE_CHECK;

/* Whether a response with this nonce is stored (a repeat after the round closed still gets its "Tack"). */
bool store_response_exists(struct store *s, const char *round, const uint8_t nonce[SUBMISSION_NONCE_BYTES],
                           bool *exists, struct err *e) STORE_CHECK;

struct response_count {
    int64_t group_id;
    uint8_t form_hash[FORM_HASH_BYTES];
    int64_t responses;
};
/* Live or sealed; groups without responses are left out. */
bool store_response_counts(struct store *s, const char *round, struct response_count **out, size_t *count,
                           struct err *e) STORE_CHECK;

/*
 * All answers of one group to one form in one round, question by question: answers[q * stride + person].
 * The persons stand in a shuffled order that is the same for all questions.
 */
struct block {
    char round[ROUND_CODE_BYTES];
    int64_t group_id;
    uint8_t form_hash[FORM_HASH_BYTES];
    size_t responses; /* 1.. */
    size_t questions;
    size_t stride;          /* bytes from one question's answers to the next's; 0: as many as responses */
    const uint8_t *answers; /* borrowed: valid during the call only */
};

static inline size_t block_stride(const struct block *b)
{
    return b->stride == 0 ? b->responses : b->stride;
}

/* Adds a sealed block (an imported round). ERR_CONFLICT when round × group × form has one, ERR_STATE unless
 * the round is planned, or sealed. The round's state becomes sealed. Shuffles the persons itself. */
bool store_block_add(struct store *s, const struct block *b, struct err *e) STORE_CHECK;

/* Calls `each` for every sealed block, round by round (round NULL: all), mostly in the order of the groups.
 * Stops and returns false when each does. `each` must not use this handle. */
bool store_block_each(struct store *s, const char *round,
                      bool (*each)(const struct block *b, void *arg, struct err *e), void *arg,
                      struct err *e) STORE_CHECK;

/* The same over part 0..parts-1 of them: every block is in exactly one part, about as many in each. For
 * threads that read at the same time, each through a handle of its own. */
bool store_block_each_part(struct store *s, const char *round, unsigned part, unsigned parts,
                           bool (*each)(const struct block *b, void *arg, struct err *e), void *arg,
                           struct err *e) STORE_CHECK;

/* The same over the responses of a round that is open or closed but not sealed: the administration's live
 * look. Persons are shuffled anew at each look. ERR_STATE when the round is sealed. */
bool store_open_each(struct store *s, const char *round,
                     bool (*each)(const struct block *b, void *arg, struct err *e), void *arg,
                     struct err *e) STORE_CHECK;

/* ---- tallies of sealed rounds -------------------------------------------------------------------------- */

/* An opaque packed tally (the analysis knows its layout) for a round and form; `layout` is its version. */
bool store_tally_put(struct store *s, const char *round, const uint8_t form_hash[FORM_HASH_BYTES], int layout,
                     const void *bytes, size_t count,
                     struct err *e) STORE_CHECK; /* ERR_STATE unless sealed */
/* *bytes is NULL when there is none of that layout; free with free(). Adding blocks to the round drops them.
 */
bool store_tally_get(struct store *s, const char *round, const uint8_t form_hash[FORM_HASH_BYTES], int layout,
                     void **bytes, size_t *count, struct err *e) STORE_CHECK;

/* ---- releases ------------------------------------------------------------------------------------------ */

enum release_audience { RELEASE_INTERNAL, RELEASE_PUBLIC };

/* What was told of one group. */
struct release_row {
    char unit_code[UNIT_CODE_MAX_BYTES + 1]; /* "": of the whole municipality */
    char kind[16];                           /* as the tables say it */
    int64_t key;
    char *units; /* of an area: the codes of its units, with a space between them; else "" */
    char *items; /* ids with a space between them */
};

/* One release of one form's results in one round, and the tally that it was made from. */
struct release {
    uint8_t form_hash[FORM_HASH_BYTES];
    enum release_audience audience;
    int layout;
    void *tally;
    size_t tally_bytes;
    struct release_row *row;
    size_t rows;
};
void store_releases_free(struct release *list, size_t count); /* NULL is allowed */

/* Adds one to the ledger, from which nothing is ever taken. ERR_STATE unless the round is sealed; or, for
 * principals and the administration, looked at. */
bool store_release_add(struct store *s, const char *round, const struct release *r,
                       struct err *e) STORE_CHECK;
/* The oldest first. */
bool store_release_list(struct store *s, const char *round, struct release **out, size_t *count,
                        struct err *e) STORE_CHECK;

/* A released table's rows of one unit ("": of the municipality), for the collector to show. */
struct release_place {
    const char *round;
    enum release_audience audience;
    const char *table, *unit_code;
};
/* ERR_CONFLICT when it is there: drop all of the round's first. */
bool store_release_table_put(struct store *s, const struct release_place *p, const char *text,
                             struct err *e) STORE_CHECK;
/* *text is NULL when there is none; the caller's to free. */
bool store_release_table_get(struct store *s, const struct release_place *p, char **text,
                             struct err *e) STORE_CHECK;
bool store_release_tables_drop(struct store *s, const char *round, enum release_audience audience,
                               struct err *e) STORE_CHECK;

/* ---- backup -------------------------------------------------------------------------------------------- */

/*
 * A whole, compact copy, made while others read and write. ERR_CONFLICT when the file exists.
 *
 * It does not hold FILE.key: keep a copy of that apart from the backups, once. It holds the answers of a
 * round that was open when it was made, in no order of arrival, readable with FILE.key for as long as it is
 * kept; once that round is sealed here, nobody can tell any more which row of the backup a page or a
 * submission key belongs to.
 */
bool store_backup(struct store *s, const char *file, struct err *e) STORE_CHECK;
/*
 * Checks the backup, then puts it in place of the store at address, which must not be in use (ERR_CONFLICT
 * while served, ERR_BUSY while open elsewhere). Its FILE.key must be there. ERR_NOT_FOUND; ERR_STATE when the
 * file is not a whole backup of this store. A round that was sealed since is as the backup has it: seal it
 * again.
 */
bool store_restore(const char *address, const char *backup_file, struct err *e) STORE_CHECK;

#endif
