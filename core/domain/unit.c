#include "core/domain/unit.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/base/mem.h"
#include "core/base/text.h"

/* Each school form's word and the grades that its classes have; least > most: none. */
static const struct {
    const char *word;
    int least, most;
} forms[SCHOOL_FORM_COUNT] = {
    [SCHOOL_FORM_FORSKOLA] = {"forskola", 0, -1},
    [SCHOOL_FORM_FORSKOLEKLASS] = {"forskoleklass", 0, 0},
    [SCHOOL_FORM_GRUNDSKOLA] = {"grundskola", 1, 9},
    [SCHOOL_FORM_ANPASSAD_GRUNDSKOLA] = {"anpassad-grundskola", 1, 10},
    [SCHOOL_FORM_GYMNASIESKOLA] = {"gymnasieskola", 1, 3},
    [SCHOOL_FORM_ANPASSAD_GYMNASIESKOLA] = {"anpassad-gymnasieskola", 1, 4},
    [SCHOOL_FORM_FRITIDSHEM] = {"fritidshem", 0, -1},
    [SCHOOL_FORM_VUXENUTBILDNING] = {"vuxenutbildning", 0, -1},
};

const char *school_form_word(enum school_form f)
{
    assert(f >= 0 && f < SCHOOL_FORM_COUNT);
    return forms[f].word;
}

bool school_form_parse(const char *word, enum school_form *out)
{
    for (int i = 0; i < SCHOOL_FORM_COUNT; i++) {
        if (strcmp(word, forms[i].word) == 0) {
            *out = (enum school_form)i;
            return true;
        }
    }
    return false;
}

const char *school_form_list(void)
{
    return "forskola, forskoleklass, grundskola, anpassad-grundskola, gymnasieskola, "
           "anpassad-gymnasieskola, fritidshem, vuxenutbildning";
}

/* Bytes of s to show in a message: at most about 40, whole characters. */
static int shown(const char *s)
{
    size_t n = strlen(s);

    return (int)text_whole_bytes(s, n < 40 ? n : 40);
}

/* Checks a name and copies it without blanks at its ends. */
static bool copy_name(const char *what, const char *s, size_t max_chars, char *out, bool may_be_empty,
                      struct err *e)
{
    char *copy = mem_dup(s);
    char *name = text_trim(copy);
    size_t bytes = strlen(name);
    bool ok = false;

    if (bytes == 0 && !may_be_empty)
        err_set(e, ERR_INPUT, "%s is empty", what);
    else if (!text_is_utf8(name, bytes))
        err_set(e, ERR_INPUT, "%s is not UTF-8", what);
    else if (text_has_control(name, bytes))
        err_set(e, ERR_INPUT, "%s has a line break or another control character: remove it", what);
    else if (text_chars(name, bytes) > max_chars)
        err_set(e, ERR_INPUT, "%s '%.*s…' is longer than %zu characters: shorten it", what, shown(name), name,
                max_chars);
    else
        ok = true;
    if (ok)
        memcpy(out, name, bytes + 1);
    free(copy);
    return ok;
}

static bool is_code_char(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

bool unit_code_check(const char *code, struct err *e)
{
    size_t bytes = strlen(code);

    if (bytes == 0)
        return err_set(e, ERR_INPUT, "unit code is empty");
    for (size_t i = 0; i < bytes; i++) {
        if (!is_code_char(code[i]))
            return err_set(e, ERR_INPUT,
                           "unit code '%.*s' may only have letters A–Z, digits, '-' and '_' "
                           "(the school's 8-digit skolenhetskod where it has one)",
                           shown(code), code);
    }
    if (code[0] == '-' || code[0] == '_') /* neither an option nor a spreadsheet's formula */
        return err_set(e, ERR_INPUT, "unit code '%.*s' must start with a letter or a digit", shown(code),
                       code);
    if (bytes > UNIT_CODE_MAX_BYTES)
        return err_set(e, ERR_INPUT, "unit code '%.*s…' is longer than %d characters", shown(code), code,
                       UNIT_CODE_MAX_BYTES);
    return true;
}

bool unit_set_code(struct unit *u, const char *code, struct err *e)
{
    char *copy = mem_dup(code);
    char *trimmed = text_trim(copy);
    bool ok = unit_code_check(trimmed, e);

    if (ok)
        memcpy(u->code, trimmed, strlen(trimmed) + 1);
    free(copy);
    return ok;
}

bool unit_set_name(struct unit *u, const char *name, struct err *e)
{
    return copy_name("unit name", name, UNIT_NAME_MAX_CHARS, u->name, false, e);
}

bool unit_set_area(struct unit *u, const char *area, struct err *e)
{
    return copy_name("area", area, UNIT_NAME_MAX_CHARS, u->area, true, e);
}

bool unit_set_school_forms(struct unit *u, const char *words, struct err *e)
{
    char *copy = mem_dup(words);
    char *save = NULL;
    struct buf unknown = BUF_INIT;
    unsigned bits = 0;
    bool ok;

    for (char *w = strtok_r(copy, " ,|\t", &save); w != NULL; w = strtok_r(NULL, " ,|\t", &save)) {
        enum school_form f;

        if (school_form_parse(w, &f))
            bits |= 1u << f;
        else if (unknown.bytes < 200)
            buf_addf(&unknown, "%s'%.*s'", unknown.bytes == 0 ? "" : ", ", shown(w), w);
    }
    ok = unknown.bytes == 0;
    if (!ok)
        err_set(e, ERR_INPUT, "unknown school form %s: use %s", buf_str(&unknown), school_form_list());
    else if (bits == 0)
        ok = err_set(e, ERR_INPUT, "school forms are empty: write one or more of %s", school_form_list());
    if (ok)
        u->school_forms = bits;
    buf_fini(&unknown);
    free(copy);
    return ok;
}

bool group_set_name(struct group *g, const char *name, struct err *e)
{
    return copy_name("group name", name, GROUP_NAME_MAX_CHARS, g->name, false, e);
}

/* One or more digits and nothing else, at most `most`. */
static bool read_number(const char *s, int most, int *out)
{
    int n = 0;

    if (*s == '\0')
        return false;
    for (; *s != '\0'; s++) {
        if (*s < '0' || *s > '9')
            return false;
        n = n * 10 + (*s - '0');
        if (n > most)
            return false;
    }
    *out = n;
    return true;
}

static bool read_grade(enum school_form f, const char *grade, int *out, struct err *e)
{
    int least = forms[f].least;
    int most = forms[f].most;
    int n;

    if (least > most) {
        *out = GRADE_NONE;
        return *grade == '\0' || err_set(e, ERR_INPUT, "%s has no grades: leave grade empty, not '%.*s'",
                                         forms[f].word, shown(grade), grade);
    }
    if (f == SCHOOL_FORM_FORSKOLEKLASS && (*grade == '\0' || strcmp(grade, "F") == 0)) {
        *out = 0; /* there is only one */
        return true;
    }
    if (!read_number(grade, GRADE_MAX, &n) || n < least || n > most) {
        if (least == most)
            return err_set(e, ERR_INPUT, "grade '%.*s' does not belong to %s: write %d", shown(grade), grade,
                           forms[f].word, least);
        return err_set(e, ERR_INPUT, "grade '%.*s' does not belong to %s: write %d to %d", shown(grade),
                       grade, forms[f].word, least, most);
    }
    *out = n;
    return true;
}

bool group_set_form_and_grade(struct group *g, const char *school_form, const char *grade, struct err *e)
{
    char *form_copy = mem_dup(school_form);
    char *grade_copy = mem_dup(grade);
    char *word = text_trim(form_copy);
    enum school_form f;
    int n = GRADE_NONE;
    bool ok = false;

    if (!school_form_parse(word, &f)) {
        const char *its = text_trim(grade_copy);

        bool none_has = *its != '\0' && strcmp(its, "F") != 0 && !read_number(its, GRADE_MAX, &n);

        err_set(e, ERR_INPUT, "unknown school form '%.*s'%s%.*s%s: use one of %s", shown(word), word,
                none_has ? " (and none has a grade '" : "", none_has ? shown(its) : 0, its,
                none_has ? "')" : "", school_form_list());
    } else if (read_grade(f, text_trim(grade_copy), &n, e)) {
        g->school_form = f;
        g->grade = n;
        ok = true;
    }
    free(form_copy);
    free(grade_copy);
    return ok;
}

bool group_set_enrolled(struct group *g, const char *enrolled, struct err *e)
{
    char *copy = mem_dup(enrolled);
    char *trimmed = text_trim(copy);
    int n = 0;
    bool ok = read_number(trimmed, GROUP_ENROLLED_MAX, &n);

    if (ok)
        g->enrolled = n;
    else
        err_set(e, ERR_INPUT, "enrolled is %s%.*s%s: write the number of pupils, 0 to %d",
                *trimmed != '\0' ? "'" : "empty", shown(trimmed), trimmed, *trimmed != '\0' ? "'" : "",
                GROUP_ENROLLED_MAX);
    free(copy);
    return ok;
}

static bool read_years(const char *s, int *first, int *second)
{
    size_t bytes = strlen(s);
    char autumn[5] = "";

    if ((bytes != 7 && bytes != 9) || (s[4] != '/' && s[4] != '-'))
        return false;
    memcpy(autumn, s, 4);
    if (!read_number(autumn, 9999, first) || !read_number(s + 5, 9999, second))
        return false;
    if (bytes == 7)
        *second += *first / 100 * 100 + (*first % 100 == 99 ? 100 : 0);
    return true;
}

bool school_year_parse(const char *s, int *year, struct err *e)
{
    char *copy = mem_dup(s);
    char *trimmed = text_trim(copy);
    int first = 0;
    int second = 0;
    bool ok = false;

    if (!read_years(trimmed, &first, &second))
        err_set(e, ERR_INPUT, "'%.*s' is not a school year: write it as 2026/2027", shown(trimmed), trimmed);
    else if (second != first + 1)
        err_set(e, ERR_INPUT, "school year '%s': the second year must follow the first, as in 2026/2027",
                trimmed);
    else if (first < SCHOOL_YEAR_MIN || first > SCHOOL_YEAR_MAX)
        err_set(e, ERR_INPUT, "school year '%s' is not between %d and %d", trimmed, SCHOOL_YEAR_MIN,
                SCHOOL_YEAR_MAX + 1);
    else
        ok = true;
    if (ok)
        *year = first;
    free(copy);
    return ok;
}

void school_year_format(int year, char out[SCHOOL_YEAR_BYTES])
{
    char wide[32];

    assert(year >= SCHOOL_YEAR_MIN && year <= SCHOOL_YEAR_MAX);
    (void)snprintf(wide, sizeof wide, "%04d/%04d", year, year + 1);
    memcpy(out, wide, SCHOOL_YEAR_BYTES - 1);
    out[SCHOOL_YEAR_BYTES - 1] = '\0';
}
