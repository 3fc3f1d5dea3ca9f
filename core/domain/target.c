#include "core/domain/target.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"

static const char *const measures[] = {
    [TARGET_INDEX] = "index", [TARGET_MEAN] = "mean", [TARGET_SHARE_POSITIVE] = "share_positive"};
static const char *const directions[] = {[TARGET_AT_LEAST] = "at_least", [TARGET_AT_MOST] = "at_most"};

const char *target_measure_word(enum target_measure m)
{
    return measures[m];
}

const char *target_direction_word(enum target_direction d)
{
    return directions[d];
}

int target_compare(const struct target *a, const struct target *b)
{
    int c = strcmp(a->unit_code, b->unit_code);

    if (c == 0)
        c = strcmp(a->form, b->form);
    if (c == 0)
        c = strcmp(a->dimension, b->dimension);
    if (c == 0)
        c = strcmp(a->question, b->question);
    return c != 0 ? c : strcmp(a->round, b->round);
}

/* Bytes of s to show in a message: at most about 40, whole characters. */
static int shown(const char *s)
{
    size_t n = strlen(s);

    return (int)text_whole_bytes(s, n < 40 ? n : 40);
}

/* ---- fields ---- */

static bool is_id(const char *s)
{
    static const char chars[] = "abcdefghijklmnopqrstuvwxyz0123456789-_";

    return *s >= 'a' && *s <= 'z' && strspn(s, chars) == strlen(s) && strlen(s) <= FORM_ID_MAX_BYTES;
}

static bool set_id(const char *what, const char *id, char out[FORM_ID_MAX_BYTES + 1], struct err *e)
{
    if (!is_id(id))
        return err_set(e, ERR_INPUT, "%s '%.*s' is no id: write it as in the form's file", what, shown(id),
                       id);
    memcpy(out, id, strlen(id) + 1);
    return true;
}

bool target_set_form(struct target *t, const char *id, struct err *e)
{
    return set_id("form", id, t->form, e);
}

bool target_set_dimension(struct target *t, const char *id, struct err *e)
{
    return set_id("dimension", id, t->dimension, e);
}

bool target_set_question(struct target *t, const char *id, struct err *e)
{
    return *id == '\0' || set_id("question", id, t->question, e);
}

/* The place of the word among count, or -1. */
static int find_word(const char *word, const char *const *words, int count)
{
    for (int i = 0; i < count; i++) {
        if (strcmp(word, words[i]) == 0)
            return i;
    }
    return -1;
}

bool target_set_measure(struct target *t, const char *word, struct err *e)
{
    const int m = find_word(word, measures, sizeof measures / sizeof *measures);

    if (m < 0)
        return err_set(e, ERR_INPUT, "measure '%.*s': write index, mean or share_positive", shown(word),
                       word);
    t->measure = (enum target_measure)m;
    return true;
}

bool target_set_direction(struct target *t, const char *word, struct err *e)
{
    const int d = find_word(word, directions, sizeof directions / sizeof *directions);

    if (d < 0)
        return err_set(e, ERR_INPUT, "direction '%.*s': write at_least or at_most", shown(word), word);
    t->direction = (enum target_direction)d;
    return true;
}

/* Digits, and perhaps a point or comma and more digits. */
bool target_set_value(struct target *t, const char *number, struct err *e)
{
    enum { VALUE_MAX_BYTES = 20 };
    const size_t whole = strspn(number, "0123456789");
    const bool parted = number[whole] == '.' || number[whole] == ',';
    const size_t part = parted ? strspn(number + whole + 1, "0123456789") : 0;
    const size_t bytes = whole + parted + part;
    char plain[VALUE_MAX_BYTES + 1] = "";

    if (whole == 0 || (parted && part == 0) || number[bytes] != '\0' || bytes > VALUE_MAX_BYTES)
        return err_set(e, ERR_INPUT, "value '%.*s' is no number: write it as 75 or 0.8", shown(number),
                       number);
    memcpy(plain, number, bytes);
    if (parted)
        plain[whole] = '.';
    t->value = strtod(plain, NULL); /* the locale is "C" */
    return true;
}

/* ---- against a form ---- */

static int dimension_of(const struct target *t, const struct form *f)
{
    for (int d = 0; d < f->dimensions; d++) {
        if (strcmp(f->dimension[d].id, t->dimension) == 0)
            return d;
    }
    return -1;
}

static bool check_question(const struct target *t, const struct form *f, int dimension, struct err *e)
{
    const int q = form_question_index(f, t->question);

    if (q < 0)
        return err_set(e, ERR_INPUT, "form %s has no question %s", f->id, t->question);
    if (f->question[q].dimension == FORM_BACKGROUND)
        return err_set(e, ERR_INPUT, "question %s of form %s is a background question", t->question, f->id);
    if (f->question[q].dimension != dimension)
        return err_set(e, ERR_INPUT, "question %s of form %s is about %s, not %s", t->question, f->id,
                       f->dimension[f->question[q].dimension].id, t->dimension);
    if (t->measure == TARGET_INDEX)
        return err_set(e, ERR_INPUT,
                       "a question has no index: write mean or share_positive, or leave the "
                       "question empty");
    return true;
}

static bool check_value(const struct target *t, const struct form *f, struct err *e)
{
    const int q = form_question_index(f, t->question);
    double low = 0, high = 1;

    if (t->measure == TARGET_INDEX) {
        high = 100;
    } else if (t->measure == TARGET_MEAN && q >= 0) {
        low = 1;
        high = form_scale_of(f, q)->options;
    }
    return (t->value >= low && t->value <= high) ||
           err_set(e, ERR_INPUT, "value %g: %s goes from %g to %g", t->value, target_measure_word(t->measure),
                   low, high);
}

bool target_fits(const struct target *t, const struct form *f, struct err *e)
{
    const int dimension = dimension_of(t, f);

    if (dimension < 0)
        return err_set(e, ERR_INPUT, "form %s has no dimension %s", f->id, t->dimension);
    if (*t->question == '\0' && t->measure != TARGET_INDEX)
        return err_set(e, ERR_INPUT, "a dimension has an index only: write index, or name a question");
    if (*t->question != '\0' && !check_question(t, f, dimension, e))
        return false;
    return check_value(t, f, e);
}
