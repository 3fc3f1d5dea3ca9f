#include "audit/audit_table.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/text.h"

const char *const AUDIT_LEVEL_WORDS[] = {"municipality", "area", "unit", "group"};
const char *const AUDIT_KIND_WORDS[] = {"all", "school_form", "grade", "gender", "class"};
static const char *const STATUS_WORDS[] = {"value",        "suppressed", "too_few",
                                           "low_response", "undefined",  "not_asked"};

/* ---- texts, each kept once ------------------------------------------------------------------------------
 */

struct audit_strings {
    char **slot; /* open addressing; a power of two */
    size_t slots, count;
};

static uint64_t hash_text(const char *s)
{
    uint64_t h = 1469598103934665603u; /* FNV-1a */

    for (; *s != '\0'; s++)
        h = (h ^ (unsigned char)*s) * 1099511628211u;
    return h;
}

static char **find_slot(char **slot, size_t slots, const char *text)
{
    size_t i = (size_t)hash_text(text) & (slots - 1);

    while (slot[i] != NULL && strcmp(slot[i], text) != 0)
        i = (i + 1) & (slots - 1);
    return &slot[i];
}

static void grow_strings(struct audit_strings *s)
{
    size_t slots = s->slots == 0 ? 1024 : s->slots * 2;
    char **slot = mem_alloc(slots, sizeof *slot);

    for (size_t i = 0; i < s->slots; i++) {
        if (s->slot[i] != NULL)
            *find_slot(slot, slots, s->slot[i]) = s->slot[i];
    }
    free(s->slot);
    s->slot = slot;
    s->slots = slots;
}

const char *audit_table_intern(struct audit_table *t, const char *text)
{
    struct audit_strings *s = t->strings;
    char **at;

    if (2 * s->count >= s->slots)
        grow_strings(s);
    at = find_slot(s->slot, s->slots, text);
    if (*at == NULL) {
        *at = mem_dup(text);
        s->count++;
    }
    return *at;
}

void audit_table_init(struct audit_table *t)
{
    *t = (struct audit_table){.strings = mem_alloc(1, sizeof(struct audit_strings))};
}

void audit_table_fini(struct audit_table *t)
{
    for (size_t i = 0; i < t->strings->slots; i++)
        free(t->strings->slot[i]);
    free(t->strings->slot);
    free(t->strings);
    for (size_t i = 0; i < t->files; i++)
        free(t->file[i].name);
    free(t->file);
    free(t->row);
    *t = (struct audit_table){.strings = NULL};
}

/* ---- the columns ----------------------------------------------------------------------------------------
 */

enum role { ROLE_TEXT, ROLE_FIGURE, ROLE_LEVEL, ROLE_KIND, ROLE_STATUS, ROLE_DIGITS };

static const struct column {
    const char *name;
    enum role role;
    int place; /* enum audit_text or enum audit_figure */
    bool required;
    bool whole;
    int decimals; /* as printed for readers, when nothing shows that it is more */
    double min, max;
} COLUMNS[AUDIT_COLUMNS] = {
    {.name = "round", .role = ROLE_TEXT, .place = AUDIT_ROUND, .required = true},
    {.name = "unit_code", .role = ROLE_TEXT, .place = AUDIT_UNIT_CODE, .required = true},
    {.name = "level", .role = ROLE_LEVEL, .required = true},
    {.name = "group_kind", .role = ROLE_KIND, .required = true},
    {.name = "group", .role = ROLE_TEXT, .place = AUDIT_GROUP, .required = true},
    {.name = "form", .role = ROLE_TEXT, .place = AUDIT_FORM, .required = true},
    {.name = "dimension", .role = ROLE_TEXT, .place = AUDIT_DIMENSION, .required = true},
    {.name = "question", .role = ROLE_TEXT, .place = AUDIT_QUESTION, .required = true},
    {.name = "area", .role = ROLE_TEXT, .place = AUDIT_AREA},
    {.name = "school_form", .role = ROLE_TEXT, .place = AUDIT_SCHOOL_FORM},
    {.name = "grade", .role = ROLE_TEXT, .place = AUDIT_GRADE, .whole = true}, /* a number in JSON */
    {.name = "status", .role = ROLE_STATUS, .required = true},
    {.name = "responses",
     .role = ROLE_FIGURE,
     .place = AUDIT_RESPONSES,
     .required = true,
     .whole = true,
     .max = AUDIT_PERSONS_MAX},
    {.name = "n",
     .role = ROLE_FIGURE,
     .place = AUDIT_N,
     .required = true,
     .whole = true,
     .max = AUDIT_PERSONS_MAX},
    {.name = "mean",
     .role = ROLE_FIGURE,
     .place = AUDIT_MEAN,
     .required = true,
     .decimals = 2,
     .min = 1,
     .max = 9},
    {.name = "sd", .role = ROLE_FIGURE, .place = AUDIT_SD, .required = true, .decimals = 2, .max = 9},
    {.name = "index_0_100", .role = ROLE_FIGURE, .place = AUDIT_INDEX, .decimals = 1, .max = 100},
    {.name = "share_positive", .role = ROLE_FIGURE, .place = AUDIT_POSITIVE, .decimals = 3, .max = 1},
    {.name = "share_dont_know", .role = ROLE_FIGURE, .place = AUDIT_DONT_KNOW, .decimals = 3, .max = 1},
    {.name = "change_previous",
     .role = ROLE_FIGURE,
     .place = AUDIT_CHANGE_PREVIOUS,
     .decimals = 2,
     .min = -8,
     .max = 8},
    {.name = "change_same_month",
     .role = ROLE_FIGURE,
     .place = AUDIT_CHANGE_SAME_MONTH,
     .decimals = 2,
     .min = -8,
     .max = 8},
    {.name = "rest_n", .role = ROLE_FIGURE, .place = AUDIT_REST_N, .whole = true, .max = AUDIT_PERSONS_MAX},
    {.name = "rest_mean", .role = ROLE_FIGURE, .place = AUDIT_REST_MEAN, .decimals = 2, .min = 1, .max = 9},
    {.name = "rest_sd", .role = ROLE_FIGURE, .place = AUDIT_REST_SD, .decimals = 2, .max = 9},
    {.name = "response_rate", .role = ROLE_DIGITS}, /* tells only to how many digits the file is printed */
};

/* A file with a figure of more decimals than this is printed exactly, with 15 significant digits. */
enum { ROUNDED_DECIMALS_MAX = 5 };

/* How far off the 15 digits of an exact file can be, the arithmetic behind them included. */
static const double EXACT_HALF = 1e-9;

int audit_table_column(const char *name)
{
    for (int i = 0; i < AUDIT_COLUMNS; i++) {
        if (strcmp(COLUMNS[i].name, name) == 0)
            return i;
    }
    return -1;
}

/* ---- reading --------------------------------------------------------------------------------------------
 */

static struct audit_file *present(const struct audit_table *t)
{
    assert(t->files > 0);
    return &t->file[t->files - 1];
}

bool audit_table_begin(struct audit_table *t, const char *name, struct err *e)
{
    if (t->files == AUDIT_FILES_MAX)
        return err_set(e, ERR_LIMIT, "more than %d files", AUDIT_FILES_MAX);
    t->file = mem_grow(t->file, t->files + 1, sizeof *t->file);
    t->file[t->files++] = (struct audit_file){.name = mem_dup(name), .least_n = INFINITY};
    return true;
}

bool audit_table_check_columns(const struct audit_table *t, int line, const struct audit_value *values,
                               struct err *e)
{
    for (int i = 0; i < AUDIT_COLUMNS; i++) {
        if (COLUMNS[i].required && values[i].kind == AUDIT_ABSENT)
            return err_set(e, ERR_INPUT,
                           "%s:%d: column '%s' is missing: this is no table of tld-analysis progression or "
                           "compare",
                           present(t)->name, line, COLUMNS[i].name);
    }
    return true;
}

static bool bad_cell(const struct audit_table *t, int line, const struct column *c, const char *what,
                     struct err *e)
{
    return err_set(e, ERR_INPUT, "%s:%d: %s: %s", present(t)->name, line, c->name, what);
}

/* A number as people and programs write it: a point or a comma, no blanks, no words. */
static bool parse_number(const char *s, double *out)
{
    char text[64];
    size_t bytes = strlen(s);
    char *end = NULL, *comma;

    if (bytes == 0 || bytes >= sizeof text || strspn(s, "0123456789+-.,eE") != bytes ||
        !(isdigit((unsigned char)s[0]) || (s[0] == '-' && isdigit((unsigned char)s[1]))))
        return false;
    memcpy(text, s, bytes + 1);
    comma = strchr(text, ',');
    if (comma != NULL)
        *comma = '.';
    *out = strtod(text, &end);
    return *end == '\0' && isfinite(*out);
}

/* Decimals that a value was printed with, as far as its digits show. */
static int decimals_of(double x)
{
    double scale = 1;

    for (int d = 0; d <= ROUNDED_DECIMALS_MAX; d++, scale *= 10) {
        if (fabs(x * scale - nearbyint(x * scale)) <= 1e-9 * fmax(1, fabs(x * scale)))
            return d;
    }
    return ROUNDED_DECIMALS_MAX + 1;
}

static bool number_of(const struct audit_table *t, int line, const struct column *c,
                      const struct audit_value *v, double *out, struct err *e)
{
    *out = NAN;
    if (v->kind == AUDIT_ABSENT || v->kind == AUDIT_EMPTY)
        return true;
    if (v->kind == AUDIT_NUMBER)
        *out = v->number;
    else if (!parse_number(v->string, out))
        return bad_cell(t, line, c, "not a number", e);
    return true;
}

static bool read_figure(struct audit_table *t, int line, const struct column *c, const struct audit_value *v,
                        struct audit_row *r, struct err *e)
{
    double x;
    int *decimals = &present(t)->decimals[c->place];

    if (!number_of(t, line, c, v, &x, e))
        return false;
    if (isnan(x)) {
        r->figure[c->place] = NAN;
        return true;
    }
    /* A rounded figure may lie a little beyond. */
    if (!isfinite(x) || x < c->min || x > c->max || (c->whole && x != floor(x)))
        return bad_cell(t, line, c, c->whole ? "not a number of persons" : "not within its range", e);
    r->figure[c->place] = x;
    if (decimals_of(x) > *decimals)
        *decimals = decimals_of(x);
    return true;
}

/* A grade as the CSV has it: 4, and not 4.0. */
static bool read_whole(struct audit_table *t, int line, const struct column *c, double x, const char **out,
                       struct err *e)
{
    char digits[32];

    if (!c->whole)
        return bad_cell(t, line, c, "a number where a text should be", e);
    if (!(x >= 0 && x <= AUDIT_PERSONS_MAX && x == floor(x)))
        return bad_cell(t, line, c, "not a whole number", e);
    (void)snprintf(digits, sizeof digits, "%d", (int)x);
    *out = audit_table_intern(t, digits);
    return true;
}

static bool read_text(struct audit_table *t, int line, const struct column *c, const struct audit_value *v,
                      const char **out, struct err *e)
{
    const char *s = v->string;

    if (v->kind == AUDIT_NUMBER)
        return read_whole(t, line, c, v->number, out, e);
    if (v->kind != AUDIT_STRING) {
        *out = v->kind == AUDIT_ABSENT ? NULL : audit_table_intern(t, "");
        return true;
    }
    if (!text_is_utf8(s, strlen(s)) || text_has_control(s, strlen(s)))
        return bad_cell(t, line, c, "a text with control characters", e);
    /* The CSV puts an apostrophe before a name that a spreadsheet would take for a formula; the JSON does
     * not. */
    if (s[0] == '\'' && s[1] != '\0' && strchr("=+-@", s[1]) != NULL)
        s++;
    *out = audit_table_intern(t, s);
    return true;
}

static bool read_word(const struct audit_table *t, int line, const struct column *c,
                      const struct audit_value *v, const char *const *words, size_t count, int *out,
                      struct err *e)
{
    const char *s = v->kind == AUDIT_STRING ? v->string : "";

    for (size_t i = 0; i < count; i++) {
        if (strcmp(words[i], s) == 0) {
            *out = (int)i;
            return true;
        }
    }
    return err_set(e, ERR_INPUT, "%s:%d: %s: unknown word '%.*s'", present(t)->name, line, c->name,
                   (int)text_whole_bytes(s, strlen(s) < 40 ? strlen(s) : 40), s);
}

#define WORDS(list) (list), sizeof(list) / sizeof *(list)

static bool read_value(struct audit_table *t, int line, int column, const struct audit_value *v,
                       struct audit_row *r, struct err *e)
{
    const struct column *c = &COLUMNS[column];
    int word = 0;
    double x;

    switch (c->role) {
    case ROLE_TEXT:
        return read_text(t, line, c, v, &r->text[c->place], e);
    case ROLE_FIGURE:
        return read_figure(t, line, c, v, r, e);
    case ROLE_LEVEL:
        if (!read_word(t, line, c, v, WORDS(AUDIT_LEVEL_WORDS), &word, e))
            return false;
        r->level = (enum audit_level)word;
        return true;
    case ROLE_KIND:
        if (v->kind == AUDIT_STRING && strcmp(v->string, "area") == 0)
            r->kind = AUDIT_KIND_ALL; /* of an area's row: which one stands in `group` */
        else if (!read_word(t, line, c, v, WORDS(AUDIT_KIND_WORDS), &word, e))
            return false;
        else
            r->kind = (enum audit_kind)word;
        return true;
    case ROLE_STATUS:
        if (!read_word(t, line, c, v, WORDS(STATUS_WORDS), &word, e))
            return false;
        r->status = (enum audit_status)word;
        return true;
    case ROLE_DIGITS:
        if (!number_of(t, line, c, v, &x, e))
            return false;
        if (!isnan(x) && decimals_of(x) > ROUNDED_DECIMALS_MAX)
            present(t)->decimals[AUDIT_MEAN] = ROUNDED_DECIMALS_MAX + 1;
        return true;
    }
    return true;
}

/* An area's row names the area in `group` (or in `area`, when `group` says which part of it). */
static void settle_area(struct audit_table *t, struct audit_row *r)
{
    if (r->level == AUDIT_LEVEL_AREA && r->kind == AUDIT_KIND_ALL && *r->text[AUDIT_GROUP] != '\0') {
        r->text[AUDIT_AREA] = r->text[AUDIT_GROUP];
        r->text[AUDIT_GROUP] = audit_table_intern(t, "");
    }
}

/* What the cells of a row say about each other. */
static bool check_row(const struct audit_table *t, int line, const struct audit_row *r, struct err *e)
{
    const char *file = present(t)->name;
    bool in_unit = r->level == AUDIT_LEVEL_UNIT || r->level == AUDIT_LEVEL_GROUP;
    const char *what = NULL;

    if (*r->text[AUDIT_ROUND] == '\0' || *r->text[AUDIT_FORM] == '\0')
        what = "a row without round or form";
    else if (in_unit != (*r->text[AUDIT_UNIT_CODE] != '\0'))
        what = in_unit ? "a unit's row without unit_code" : "unit_code in a row of more than one unit";
    else if ((r->kind == AUDIT_KIND_CLASS) != (r->level == AUDIT_LEVEL_GROUP))
        what = "level and group_kind do not go together";
    else if ((r->kind == AUDIT_KIND_ALL) != (*r->text[AUDIT_GROUP] == '\0'))
        what = "group and group_kind do not go together";
    else if (r->level == AUDIT_LEVEL_AREA && (r->text[AUDIT_AREA] == NULL || *r->text[AUDIT_AREA] == '\0'))
        what = "an area's row that does not name it";
    else if (*r->text[AUDIT_DIMENSION] == '\0' && *r->text[AUDIT_QUESTION] == '\0')
        what = "a row without dimension and question";
    else if (r->figure[AUDIT_N] > r->figure[AUDIT_RESPONSES])
        what = "n is larger than responses";
    else if (!isnan(r->figure[AUDIT_MEAN]) && !(r->figure[AUDIT_N] >= 1))
        what = "a mean of nobody";
    else if (!isnan(r->figure[AUDIT_REST_MEAN]) && !(r->figure[AUDIT_REST_N] >= 1))
        what = "a rest_mean of nobody";
    return what == NULL || err_set(e, ERR_INPUT, "%s:%d: %s", file, line, what);
}

static void note_sizes(struct audit_file *f, const struct audit_row *r)
{
    if (!isnan(r->figure[AUDIT_MEAN]))
        f->least_n = fmin(f->least_n, r->figure[AUDIT_N]);
    if (r->status == AUDIT_TOO_FEW)
        f->most_few = fmax(f->most_few, r->figure[AUDIT_RESPONSES]); /* fmax passes over NAN */
}

bool audit_table_add(struct audit_table *t, int line, const struct audit_value *values, struct err *e)
{
    struct audit_row *r;

    if (t->rows == AUDIT_ROWS_MAX)
        return err_set(e, ERR_LIMIT, "%s:%d: more than %d rows in all", present(t)->name, line,
                       AUDIT_ROWS_MAX);
    if (!audit_table_check_columns(t, line, values, e))
        return false;
    t->row = mem_room(t->row, t->rows, &t->capacity, sizeof *t->row);
    r = &t->row[t->rows];
    *r = (struct audit_row){.file = t->files - 1, .line = line};
    for (int i = 0; i < AUDIT_COLUMNS; i++) {
        if (!read_value(t, line, i, &values[i], r, e))
            return false;
    }
    settle_area(t, r);
    if (!check_row(t, line, r, e))
        return false;
    if (values[audit_table_column("index_0_100")].kind != AUDIT_ABSENT)
        present(t)->progression = true;
    note_sizes(present(t), r);
    t->rows++;
    return true;
}

void audit_table_end(struct audit_table *t)
{
    struct audit_file *f = present(t);
    bool exact = false;

    for (int i = 0; i < AUDIT_FIGURES; i++)
        exact = exact || f->decimals[i] > ROUNDED_DECIMALS_MAX;
    for (int i = 0; i < AUDIT_COLUMNS; i++) {
        const struct column *c = &COLUMNS[i];

        if (c->role != ROLE_FIGURE || c->whole)
            continue;
        if (f->decimals[c->place] < c->decimals)
            f->decimals[c->place] = c->decimals; /* 2.4 is a 2.40 that lost its nought */
        f->half[c->place] = exact ? EXACT_HALF : 0.5 * pow(10, -f->decimals[c->place]) + EXACT_HALF;
    }
}

bool audit_table_range(const struct audit_table *t, const struct audit_row *r, enum audit_figure f,
                       double *lo, double *hi)
{
    double half = t->file[r->file].half[f];

    if (isnan(r->figure[f]))
        return false;
    *lo = r->figure[f] - half;
    *hi = r->figure[f] + half;
    return true;
}
