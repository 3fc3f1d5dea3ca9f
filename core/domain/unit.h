#ifndef TLD_DOMAIN_UNIT_H
#define TLD_DOMAIN_UNIT_H

/* Units (schools, preschools) and their groups (classes), and what their codes and names may be. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"

enum school_form {
    SCHOOL_FORM_FORSKOLA,
    SCHOOL_FORM_FORSKOLEKLASS,
    SCHOOL_FORM_GRUNDSKOLA,
    SCHOOL_FORM_ANPASSAD_GRUNDSKOLA,
    SCHOOL_FORM_GYMNASIESKOLA,
    SCHOOL_FORM_ANPASSAD_GYMNASIESKOLA,
    SCHOOL_FORM_FRITIDSHEM,
    SCHOOL_FORM_VUXENUTBILDNING,
    SCHOOL_FORM_COUNT
};

/* The word used in files: "forskola", "anpassad-grundskola", … */
const char *school_form_word(enum school_form f);
bool school_form_parse(const char *word, enum school_form *out); /* exact match; false when unknown */
const char *school_form_list(void); /* all words, ", " between, for error texts */

enum {
    UNIT_CODE_MAX_BYTES = 20, /* letters A–Z a–z, digits, '-' and '_', not first */
    UNIT_NAME_MAX_CHARS = 80,
    UNIT_NAME_MAX_BYTES = 4 * UNIT_NAME_MAX_CHARS,
    GROUP_NAME_MAX_CHARS = 40,
    GROUP_NAME_MAX_BYTES = 4 * GROUP_NAME_MAX_CHARS,
    GROUP_ENROLLED_MAX = 2000,
    GRADE_NONE = -1, /* preschool, fritidshem and adult education have no grade */
    GRADE_MAX = 10, /* 0 = förskoleklass, 1–9 (10 in anpassad grundskola), gymnasium 1–3 (4 in anpassad) */
    SCHOOL_YEAR_MIN = 2000,
    SCHOOL_YEAR_MAX = 2198
};

struct unit {
    char code[UNIT_CODE_MAX_BYTES + 1];
    char name[UNIT_NAME_MAX_BYTES + 1];
    char area[UNIT_NAME_MAX_BYTES + 1]; /* "" = none */
    unsigned school_forms;              /* bit (1u << enum school_form), at least one */
};

/* One class of one unit in one school year. */
struct group {
    int64_t id; /* the store's; 0 before it is stored */
    char unit_code[UNIT_CODE_MAX_BYTES + 1];
    int school_year; /* the year of its autumn: 2026 means 2026/2027 */
    char name[GROUP_NAME_MAX_BYTES + 1];
    enum school_form school_form;
    int grade;    /* GRADE_NONE or 0..GRADE_MAX */
    int enrolled; /* 0..GROUP_ENROLLED_MAX */
};

/* Each checks one field and copies it in; ERR_INPUT says what is wrong with it and what to write instead. */
bool unit_set_code(struct unit *u, const char *code, struct err *e) __attribute__((warn_unused_result));
bool unit_set_name(struct unit *u, const char *name, struct err *e) __attribute__((warn_unused_result));
bool unit_set_area(struct unit *u, const char *area, struct err *e) __attribute__((warn_unused_result));
/* words separated by blanks, ',' or '|' */
bool unit_set_school_forms(struct unit *u, const char *words, struct err *e)
    __attribute__((warn_unused_result));

bool unit_code_check(const char *code, struct err *e) __attribute__((warn_unused_result));

bool group_set_name(struct group *g, const char *name, struct err *e) __attribute__((warn_unused_result));
/* school form and grade belong together: grade "" only where the form has none. */
bool group_set_form_and_grade(struct group *g, const char *school_form, const char *grade, struct err *e)
    __attribute__((warn_unused_result));
bool group_set_enrolled(struct group *g, const char *enrolled, struct err *e)
    __attribute__((warn_unused_result));

/* "2026/2027", "2026/27", "2026-2027" or "2026-27" → 2026. ERR_INPUT when the years do not follow each other.
 */
bool school_year_parse(const char *s, int *year, struct err *e) __attribute__((warn_unused_result));
enum { SCHOOL_YEAR_BYTES = 10 };
void school_year_format(int year, char out[SCHOOL_YEAR_BYTES]); /* "2026/2027" */

#endif
