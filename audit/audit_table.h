#ifndef TLD_AUDIT_TABLE_H
#define TLD_AUDIT_TABLE_H

/*
 * Rows of exported tables (progression and compare), as the attacker reads them: what is printed, and to how
 * many digits. Nothing here knows how the tables were made.
 *
 * Columns are found by their names; unknown ones are passed over, and those that older tables lack (area,
 * school_form, grade, the figures of the other table) may be missing.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/base/err.h"

enum {
    AUDIT_ROWS_MAX = 4 * 1000 * 1000, /* of all files together */
    AUDIT_FILES_MAX = 1000,
    AUDIT_PERSONS_MAX = 10 * 1000 * 1000 /* in a group */
};

enum audit_text {
    AUDIT_ROUND,
    AUDIT_UNIT_CODE,
    AUDIT_AREA,
    AUDIT_GROUP,
    AUDIT_FORM,
    AUDIT_DIMENSION,
    AUDIT_QUESTION,
    AUDIT_SCHOOL_FORM,
    AUDIT_GRADE,
    AUDIT_TEXTS
};

enum audit_figure {
    AUDIT_RESPONSES,
    AUDIT_N,
    AUDIT_MEAN,
    AUDIT_SD,
    AUDIT_INDEX,
    AUDIT_POSITIVE,
    AUDIT_DONT_KNOW,
    AUDIT_CHANGE_PREVIOUS,
    AUDIT_CHANGE_SAME_MONTH,
    AUDIT_REST_N,
    AUDIT_REST_MEAN,
    AUDIT_REST_SD,
    AUDIT_FIGURES
};

enum audit_level { AUDIT_LEVEL_MUNICIPALITY, AUDIT_LEVEL_AREA, AUDIT_LEVEL_UNIT, AUDIT_LEVEL_GROUP };
enum audit_kind {
    AUDIT_KIND_ALL,
    AUDIT_KIND_SCHOOL_FORM,
    AUDIT_KIND_GRADE,
    AUDIT_KIND_GENDER,
    AUDIT_KIND_CLASS
};
/* AUDIT_LOW_RESPONSE: not told, but no secret. */
enum audit_status {
    AUDIT_VALUE,
    AUDIT_SUPPRESSED,
    AUDIT_TOO_FEW,
    AUDIT_LOW_RESPONSE,
    AUDIT_UNDEFINED,
    AUDIT_NOT_ASKED
};

/* The word of the table for a level, a kind. */
extern const char *const AUDIT_LEVEL_WORDS[];
extern const char *const AUDIT_KIND_WORDS[];

struct audit_row {
    size_t file;
    int line;
    enum audit_level level;
    enum audit_kind kind;
    enum audit_status status;
    /* Equal texts are the same pointer. "": an empty cell; NULL: the table has no such column. Of a row of an
     * area, `area` is set from `group`, which is then "". */
    const char *text[AUDIT_TEXTS];
    double figure[AUDIT_FIGURES]; /* NAN: an empty cell, or no such column */
};

struct audit_file {
    char *name;
    bool progression;           /* has the columns of the progression table alone */
    double least_n;             /* of the rows that are shown; INFINITY: none is */
    double most_few;            /* responses of the rows that are too_few; 0: none tells it */
    double half[AUDIT_FIGURES]; /* a printed figure stands for the values within this of it */
    int decimals[AUDIT_FIGURES];
};

struct audit_strings;

struct audit_table {
    struct audit_file *file;
    size_t files;
    struct audit_row *row; /* file by file, in their order */
    size_t rows, capacity;
    struct audit_strings *strings;
};

void audit_table_init(struct audit_table *t);
void audit_table_fini(struct audit_table *t);

/* The table's own copy of a text; the same pointer for the same text. */
const char *audit_table_intern(struct audit_table *t, const char *text);

/* ---- what readers call: begin, then each row, then end --------------------------------------------------
 */

enum audit_value_kind {
    AUDIT_ABSENT, /* the table has no such column */
    AUDIT_EMPTY,
    AUDIT_STRING,
    AUDIT_NUMBER
};

struct audit_value {
    enum audit_value_kind kind;
    const char *string; /* UTF-8 without NUL; a number may be given as a string too */
    double number;
};

enum { AUDIT_COLUMNS = 25 };

/* The place of the column of that name in a row's values, -1 for one that does not matter. */
int audit_table_column(const char *name);

/* ERR_LIMIT. Reading stops at the first fault. */
bool audit_table_begin(struct audit_table *t, const char *name, struct err *e)
    __attribute__((warn_unused_result));

/* Whether each column that a table must have is not AUDIT_ABSENT. ERR_INPUT naming file and line. */
bool audit_table_check_columns(const struct audit_table *t, int line, const struct audit_value *values,
                               struct err *e) __attribute__((warn_unused_result));

/* One row: AUDIT_COLUMNS values. ERR_INPUT naming file and line; ERR_LIMIT. */
bool audit_table_add(struct audit_table *t, int line, const struct audit_value *values, struct err *e)
    __attribute__((warn_unused_result));

/* All rows of the file have come: finds out to how many digits its figures are printed. */
void audit_table_end(struct audit_table *t);

/* What a printed figure of a row may be: true and lo..hi, or false when the cell is empty. */
bool audit_table_range(const struct audit_table *t, const struct audit_row *r, enum audit_figure f,
                       double *lo, double *hi);

#endif
