#ifndef TLD_ANALYSIS_DISCLOSE_H
#define TLD_ANALYSIS_DISCLOSE_H

/*
 * Disclosure control, and the one door that every result goes through: full tables go in, `struct released`
 * comes out, and that is all that writers accept. Pure.
 *
 * What is decided here (statistics.md, "Disclosure control"), with a threshold k:
 *   - a group with fewer than k responses is withheld, and so is a question that fewer than k of the group
 *     answered with an option;
 *   - so is a question that all in the group answered alike, or that nobody gave a good answer. A numeric
 *     table has no "at least 90 %", and a capped mean would be a false number: the row is `suppressed` and a
 *     report can say "minst 90 %";
 *   - what any adding and subtracting of shown groups, of all units, would give away is withheld as well: a
 *     withheld group, or any union of single cells (class x gender) with fewer than k persons, or groups that
 *     taken together have all answered alike. The groups are released from the top down and the larger first
 *     (disclose_linear.h);
 *   - so is what follows because nobody can be fewer than none: linear programs ask for the least and the
 * most that each withheld count can be (disclose_lp.h);
 *   - a dimension is withheld in a group where one of its questions is, since its mean is the questions'
 *     mean. Withholding is decided for whole groups first, so that a group withheld for a few is so in every
 *     row.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"

enum {
    DISCLOSE_K = 5,        /* for principals and the administration */
    DISCLOSE_K_PUBLIC = 10 /* for anything that anybody may see */
};

/* ---- what is to be decided ------------------------------------------------------------------------------
 */

/* Low response: nothing would be given away, but too few of the group answered for everybody to be told. */
enum disclose_state { DISCLOSE_SHOWN, DISCLOSE_TOO_FEW, DISCLOSE_WITHHELD, DISCLOSE_LOW_RESPONSE };

/* The groups and items (questions, dimensions) of one form in one round. */
struct disclose_sheet;

struct disclose_sheet *disclose_sheet_new(size_t groups, size_t items);
void disclose_sheet_free(struct disclose_sheet *s);

#define DISCLOSE_ACROSS SIZE_MAX

struct disclose_about {
    size_t block; /* the unit that the group lies in, from 0; or DISCLOSE_ACROSS */
    int rank;     /* groups of a lower rank are shown rather than others */
    int dearer;   /* of the groups that together give something away, one where this is lowest is withheld */
    int64_t responses;
    bool never;        /* no row shows it, but it takes part */
    bool low_response; /* not for everybody; decided as if it were, so that it may become so */
    bool counted; /* how many responses it has is known to all: the live counts of classes, and what they add
                     up to */
};
void disclose_sheet_group(struct disclose_sheet *s, size_t group, const struct disclose_about *about);

/* Persons of one block that no group divides: those of a class and a gender, which are groups. Every group is
 * made up of classes, or of genders. (Where genders are not asked for, the block as a whole stands for the
 * one gender there is.) Returns the atom, counted from 0. */
size_t disclose_sheet_atom(struct disclose_sheet *s, size_t block, int64_t responses);
void disclose_sheet_cross(struct disclose_sheet *s, size_t atom, size_t class, size_t gender);
void disclose_sheet_member(struct disclose_sheet *s, size_t group, size_t atom);

/*
 * Of these responses, how many count in this item, and which answers occur, a bit for each; 0: nobody
 * answered. Answers that say the same share a bit, so that one bit alone means that all in the group answered
 * alike. DISCLOSE_DONT_KNOW stands for those who are told of but do not count.
 */
#define DISCLOSE_DONT_KNOW (UINT64_C(1) << 63)
void disclose_sheet_item(struct disclose_sheet *s, size_t item, size_t group, int64_t n, uint64_t answers);

/*
 * Whoever sees the item of a group knows its distribution (of a question, not of a dimension): over so many
 * answers, the options and then vet ej, whose bits are `bit`; copied.
 * And the counts of each group, borrowed until the sheet is decided.
 */
void disclose_sheet_told(struct disclose_sheet *s, size_t item, const uint64_t *bit, size_t answers);
void disclose_sheet_counts(struct disclose_sheet *s, size_t item, size_t group, const int64_t *count);

/* `group`, of one block, is a part of what `across` has in that block; its parts there are disjoint and are
 * all of it. */
void disclose_sheet_piece(struct disclose_sheet *s, size_t across, size_t group);

/* The group's item was released before (DISCLOSE_SIZE_ITEM: how many are in it): everybody has it, so it
 * weighs in whatever is decided, and is shown again where it may be shown at all. */
#define DISCLOSE_SIZE_ITEM SIZE_MAX
void disclose_sheet_before(struct disclose_sheet *s, size_t item, size_t group);
void disclose_sheet_forget(struct disclose_sheet *s); /* all that was said so */

/* The group was first released as `first`, which is a group too, or (DISCLOSE_LATE) not when others first
 * were. Until it is said, as it is. */
#define DISCLOSE_LATE SIZE_MAX
void disclose_sheet_first(struct disclose_sheet *s, size_t group, size_t first);

/* Nothing of the group is released, though it may be known. */
void disclose_sheet_bar(struct disclose_sheet *s, size_t group);

/* `whole` can be computed from `part`: it is withheld where that is. */
void disclose_sheet_within(struct disclose_sheet *s, size_t whole, size_t part);

/* Decides with the threshold k, the items on so many threads. Deciding again with a higher k narrows: only
 * what was shown is shown, so that who has both has no more than from the first. */
void disclose_sheet_decide(struct disclose_sheet *s, int64_t k, unsigned threads);

/* Decides that what was released before is shown, and nothing more. */
void disclose_sheet_take(struct disclose_sheet *s, int64_t k);

/* After deciding. A group as such: may it be told how many are in it? */
enum disclose_state disclose_group(const struct disclose_sheet *s, size_t group);
/* Too few only where the group as such is, and its size is told: else that fewer than k of it chose an
 * option, or that it is small, would be told. */
enum disclose_state disclose_item(const struct disclose_sheet *s, size_t item, size_t group);
/* Whether disclosure control lets it be told: shown, or low response. */
bool disclose_may_tell(const struct disclose_sheet *s, size_t item, size_t group);
/* Whether fewer than k of the group count in the item; not to be told. */
bool disclose_is_few(const struct disclose_sheet *s, size_t item, size_t group);

/* ---- tables ---------------------------------------------------------------------------------------------
 */

enum disclose_kind { VALUE_NONE, VALUE_TEXT, VALUE_WHOLE, VALUE_NUMBER };

struct value {
    enum disclose_kind kind;
    union {
        const char *text; /* borrowed: the names of units and forms live as long as the dataset */
        int64_t whole;
        double number;
    };
};

/*
 * What a value was computed from: bit i set, the row's source i must be shown. DISCLOSE_SIZE: only that many
 * answered in the group of source 0. 0: open to all (names; the live counts of responses).
 */
enum { DISCLOSE_SOURCES = 7, DISCLOSE_SIZE = 1 << DISCLOSE_SOURCES };

struct column {
    const char *name;
    const char *help; /* one line: range and unit */
    unsigned from;
    int decimals;        /* as a reader wants a number */
    bool status;         /* the status column: filled by the door */
    const char *too_few; /* stands in for a value one of whose sources has too few answers, or NULL */
    const char *instead; /* stands in for a value that is there and must not be told, or NULL */
};

enum disclose_status {
    STATUS_VALUE,
    STATUS_SUPPRESSED,
    STATUS_TOO_FEW,
    STATUS_LOW_RESPONSE,
    STATUS_UNDEFINED,
    STATUS_NOT_ASKED
};
const char *disclose_status_word(enum disclose_status s);

/* A group's item, or (sheet NULL) nothing. */
struct source {
    const struct disclose_sheet *sheet;
    size_t item, group;
};

struct full;                                                       /* a table before control */
struct full *full_new(const struct column *columns, size_t count); /* columns are borrowed */
void full_free(struct full *t);

/* Adds a row with all values empty, and returns its count values until the next row is added. status says why
 * values are missing where nothing is withheld. own_group: the counts of the group itself come from answers
 * (a gender), and are withheld with it. */
struct value *full_row(struct full *f, const struct source source[DISCLOSE_SOURCES], bool own_group,
                       enum disclose_status status);

/* Keeps a text for as long as the table, which frees it; returns it. */
const char *full_text(struct full *f, char *text);

/* One source more of the row added last, beside source[which]: all of them must be shown. */
void full_source(struct full *f, unsigned which, const struct source *source);

/* ---- the door -------------------------------------------------------------------------------------------
 */

struct released;

/* Empties whatever its sources forbid, sets the status of each row, and closes the table. Frees f. Every
 * sheet must have been decided. */
struct released *disclose_release(struct full *f);
void released_free(struct released *r);

/* Takes a part of a table: the rows of one unit, or (NULL) of the municipality. */
typedef bool released_part_fn(const struct released *part, const char *unit_code, void *arg, struct err *e);

size_t released_columns(const struct released *r);
const struct column *released_column(const struct released *r, size_t column);
size_t released_rows(const struct released *r);
const struct value *released_value(const struct released *r, size_t row, size_t column);

#endif
