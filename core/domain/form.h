#ifndef TLD_DOMAIN_FORM_H
#define TLD_DOMAIN_FORM_H

/* A questionnaire, as read from its file (form_load.h). Never changed after loading; free of files and
 * stores. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/domain/unit.h"

enum {
    FORM_ID_MAX_BYTES =
        40, /* a–z 0–9 '-' '_', starting with a letter; for form, question, scale, dimension */
    FORM_QUESTIONS_MAX = 60, /* background questions included */
    FORM_OPTIONS_MAX = 9,    /* codes 1..C; one C within a dimension, so that its index is on 1..C too */
    FORM_DIMENSION_QUESTIONS_MAX = 12, /* the index then fits a grid of reasonable size */
    FORM_LANGUAGES_MAX = 12,
    FORM_DIMENSIONS_MAX = 8,
    FORM_SCALES_MAX = 16,
    FORM_TITLE_MAX_CHARS = 80,
    FORM_INTRO_MAX_CHARS = 400,
    FORM_QUESTION_MAX_CHARS = 200,
    FORM_OPTION_MAX_CHARS = 160,
    FORM_HASH_BYTES = 32,
    FORM_SOURCE_MAX_BYTES = 256 * 1024,
    FORM_BACKGROUND = -1 /* the dimension of a background question */
};

/* Answer bytes of a packed response, one per question in form order. */
enum { ANSWER_NONE = 0, ANSWER_DONT_KNOW = 255 }; /* 1..C are the option codes */

enum form_audience { AUDIENCE_PUPIL, AUDIENCE_GUARDIAN, AUDIENCE_STAFF, AUDIENCE_LEADER };
const char *form_audience_word(enum form_audience a);

enum form_presentation { PRESENT_ONE_BY_ONE, PRESENT_PAGE };

/* The gender options that a form may mark, so that results can be grouped. */
enum form_gender { GENDER_UNSAID, GENDER_GIRL, GENDER_BOY, GENDER_OTHER };

/* One text in each of the form's languages, indexed as form.languages; never NULL after loading. */
struct form_text {
    char *in[FORM_LANGUAGES_MAX];
};

struct form_option {
    struct form_text text;
    bool positive;           /* a good answer, as it stands: never turned, see form_question.reversed */
    char *symbol;            /* name of a symbol in views/symbols, or NULL */
    enum form_gender gender; /* only on a gender question's scale */
};

struct form_scale {
    char *id;
    int options;                                 /* C, 2..FORM_OPTIONS_MAX */
    struct form_option option[FORM_OPTIONS_MAX]; /* option[i] has code i + 1 */
    bool dont_know;                              /* has the answer "vet ej" */
    struct form_text dont_know_text;
    char *dont_know_symbol; /* or NULL */
};

struct form_dimension {
    char *id;
    struct form_text text;
};

struct form_question {
    char *id;
    int dimension;   /* index, or FORM_BACKGROUND */
    int scale;       /* index */
    bool reversed;   /* a high code is a bad answer: turned before it enters an index; its scale is shared by
                        reversed questions only, so `positive` holds for all that use it */
    bool gender;     /* the background question on gender */
    char *continues; /* id of the question whose line it carries on, or NULL */
    struct form_text text;
};

struct form_language {
    char *code;    /* "sv", "en", "ar", … */
    bool reviewed; /* a speaker has reviewed the translation */
};

struct form {
    char *id;
    int version; /* 1.. */
    enum form_audience audience;
    unsigned school_forms;    /* bit (1u << enum school_form); 0 = all */
    int grade_min, grade_max; /* GRADE_NONE, GRADE_NONE = any */
    enum form_presentation presentation;
    int languages;
    struct form_language language[FORM_LANGUAGES_MAX]; /* the first is the default */
    struct form_text title, intro;
    int dimensions;
    struct form_dimension dimension[FORM_DIMENSIONS_MAX];
    int scales;
    struct form_scale scale[FORM_SCALES_MAX];
    int questions; /* in the order of the page; background questions stand last */
    struct form_question question[FORM_QUESTIONS_MAX];
    char *source; /* the whole text as it was read */
    size_t source_bytes;
    uint8_t hash[FORM_HASH_BYTES]; /* BLAKE2b-256 of source */
};

void form_free(struct form *f);

/* -1 when there is none. */
int form_question_index(const struct form *f, const char *id);
int form_language_index(const struct form *f, const char *code);

/* Whether the form is meant for a class of this school form and grade. */
bool form_fits(const struct form *f, enum school_form school_form, int grade);

/* Whether those who are to answer are counted, as the classes' pupils: pupils themselves, and guardians, of
 * whom one for each is expected. How many staff and leaders there are is not known. */
bool form_asks_enrolled(const struct form *f);

/* Whether a heading belongs before the question: it is the first of its dimension on a form whose dimensions
 * each stand together, so that headings help and do not confuse, and all on one page. */
bool form_begins_block(const struct form *f, int question);

/* The form of one question's scale. */
const struct form_scale *form_scale_of(const struct form *f, int question);

/*
 * Reads one answer as it comes from a page or a table: "" is none, "0" is vet ej, "1".."C" an option.
 * False when it is none of these (or vet ej where the scale has none).
 */
bool form_answer_parse(const struct form *f, int question, const char *value, uint8_t *answer);

#endif
