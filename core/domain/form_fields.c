#include "core/domain/form_fields.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/base/mem.h"
#include "core/base/text.h"

void form_fault(struct form_reader *r, const struct yaml *at, const char *fmt, ...)
{
    char text[900];
    va_list ap;

    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    faults_add(r->faults, r->name, at->line, at->column, "%s", text);
}

/* ---- words that are known or not ---------------------------------------------------------------------- */

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Letters to change, add or take away to turn a into b (Levenshtein); words of up to 40 bytes. */
static size_t distance(const char *a, const char *b)
{
    size_t row[FORM_ID_MAX_BYTES + 1];
    size_t m = strlen(a);
    size_t n = strlen(b);

    if (m > FORM_ID_MAX_BYTES || n > FORM_ID_MAX_BYTES)
        return FORM_ID_MAX_BYTES;
    for (size_t j = 0; j <= n; j++)
        row[j] = j;
    for (size_t i = 1; i <= m; i++) {
        size_t diagonal = row[0];

        row[0] = i;
        for (size_t j = 1; j <= n; j++) {
            size_t above = row[j];

            row[j] = least(diagonal + (a[i - 1] != b[j - 1]), least(above, row[j - 1]) + 1);
            diagonal = above;
        }
    }
    return row[n];
}

void form_fault_unknown(struct form_reader *r, const struct yaml *seen, const char *thing,
                        const char *const *known, size_t count)
{
    char shown[YAML_SHOW_BYTES];
    struct buf text = BUF_INIT;
    size_t best = 3; /* further away it is no misspelling */
    const char *guess = NULL;

    yaml_show(seen, shown);
    for (size_t i = 0; i < count; i++) {
        size_t d = distance(seen->text, known[i]);

        if (d < best) {
            best = d;
            guess = known[i];
        }
    }
    buf_addf(&text, "unknown %s '%s'; ", thing, shown);
    if (guess != NULL)
        buf_addf(&text, "did you mean '%s'? ", guess);
    buf_adds(&text, count == 0 ? "there are none" : "there are: ");
    for (size_t i = 0; i < count; i++)
        buf_addf(&text, "%s%s", i == 0 ? "" : ", ", known[i]);
    form_fault(r, seen, "%s", buf_str(&text));
    buf_fini(&text);
}

/* ---- maps and lists ----------------------------------------------------------------------------------- */

static const struct form_key *key_of(const struct yaml *y, const struct form_key *keys, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (yaml_is(y, keys[i].key))
            return &keys[i];
    }
    return NULL;
}

static const char *kind_word(enum yaml_kind kind)
{
    return kind == YAML_TEXT ? "one value" : kind == YAML_LIST ? "a list" : "a map";
}

bool form_check_map(struct form_reader *r, const struct yaml *y, const char *thing,
                    const struct form_key *keys, size_t count)
{
    enum { MOST_KEYS = 20 };
    const char *known[MOST_KEYS];

    for (size_t i = 0; i < count && i < MOST_KEYS; i++)
        known[i] = keys[i].key;
    if (y->kind != YAML_MAP) {
        form_fault(r, y, "%s must be a map of keys and values, such as '%s: …'", thing, keys[0].key);
        return false;
    }
    for (const struct yaml *v = y->first; v != NULL; v = v->next) {
        const struct form_key *k = key_of(v->key, keys, count);

        if (k == NULL)
            form_fault_unknown(r, v->key, "key", known, count);
        else if (v->kind != k->kind)
            form_fault(r, v, "'%s' must be %s, such as %s", k->key, kind_word(k->kind), k->example);
    }
    for (size_t i = 0; i < count; i++) {
        if (keys[i].required && yaml_get(y, keys[i].key) == NULL)
            form_fault(r, y, "%s lacks '%s'; add it, such as %s: %s", thing, keys[i].key, keys[i].key,
                       keys[i].example);
    }
    return true;
}

const struct yaml *form_get(const struct yaml *map, const char *key, enum yaml_kind kind)
{
    const struct yaml *y = yaml_get(map, key);

    return y != NULL && y->kind == kind ? y : NULL;
}

const struct yaml *form_first(const struct yaml *list)
{
    return list == NULL ? NULL : list->first;
}

int form_count(struct form_reader *r, const struct yaml *list, const char *thing, int max)
{
    int n = 0;

    if (list == NULL)
        return 0;
    for (const struct yaml *y = list->first; y != NULL; y = y->next) {
        if (++n == max + 1)
            form_fault(r, y, "too many %s; there may be %d", thing, max);
    }
    if (n == 0)
        form_fault(r, list, "no %s; add at least one", thing);
    return n > max ? max : n;
}

/* ---- single values ------------------------------------------------------------------------------------ */

int form_number(struct form_reader *r, const struct yaml *y, int min, int max)
{
    int value = 0;
    bool digits;

    if (y == NULL)
        return 0;
    digits = y->bytes > 0 && y->bytes <= 6;
    for (size_t i = 0; digits && i < y->bytes; i++) {
        digits = y->text[i] >= '0' && y->text[i] <= '9';
        value = value * 10 + (y->text[i] - '0');
    }
    if (digits && value >= min && value <= max)
        return value;
    form_fault(r, y, "'%s' must be a whole number from %d to %d", y->key->text, min, max);
    return 0;
}

int form_one_of(struct form_reader *r, const struct yaml *y, const char *thing, const struct form_word *words,
                size_t count)
{
    enum { MOST_WORDS = 12 };
    const char *known[MOST_WORDS];

    if (y == NULL)
        return 0;
    for (size_t i = 0; i < count && i < MOST_WORDS; i++) {
        if (yaml_is(y, words[i].word))
            return words[i].value;
        known[i] = words[i].word;
    }
    form_fault_unknown(r, y, thing, known, count);
    return 0;
}

bool form_yes(struct form_reader *r, const struct yaml *y)
{
    if (y == NULL || yaml_is(y, "no") || yaml_is(y, "false"))
        return false;
    if (!yaml_is(y, "yes") && !yaml_is(y, "true"))
        form_fault(r, y, "'%s' must be yes or no", y->key->text);
    return yaml_is(y, "yes") || yaml_is(y, "true");
}

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

char *form_id(struct form_reader *r, const struct yaml *y)
{
    char shown[YAML_SHOW_BYTES];
    bool good;

    if (y == NULL)
        return NULL;
    good = y->bytes > 0 && y->bytes <= FORM_ID_MAX_BYTES && is_lower(y->text[0]);
    for (size_t i = 0; good && i < y->bytes; i++)
        good = is_lower(y->text[i]) || (y->text[i] >= '0' && y->text[i] <= '9') || y->text[i] == '-' ||
               y->text[i] == '_';
    if (good)
        return mem_dup(y->text);
    yaml_show(y, shown);
    form_fault(r, y,
               "'%s' can not be an id; use a–z, 0–9, '-' and '_', a letter first, at most %d characters",
               shown, FORM_ID_MAX_BYTES);
    return NULL;
}

/* ---- texts in each language --------------------------------------------------------------------------- */

static char *one_text(struct form_reader *r, const struct yaml *y, size_t max_chars)
{
    size_t chars;

    if (y->kind != YAML_TEXT) {
        form_fault(r, y, "must be a text; put it in quotes if it starts with '[' or '{'");
        return NULL;
    }
    chars = text_chars(y->text, y->bytes);
    if (y->bytes == 0)
        form_fault(r, y, "the text is empty; write it");
    else if (!text_is_utf8(y->text, y->bytes))
        form_fault(r, y, "the text is not UTF-8; look for \\x or \\u in it");
    else if (memchr(y->text, '\n', y->bytes) != NULL)
        form_fault(r, y, "the text has a line break in it; write it as one paragraph");
    else if (text_has_control(y->text, y->bytes))
        form_fault(r, y, "the text has a control character that does not show; remove it");
    else if (y->text[0] == ' ' || y->text[y->bytes - 1] == ' ')
        form_fault(r, y, "the text starts or ends with a blank; remove it");
    else if (chars > max_chars)
        form_fault(r, y, "the text has %zu characters; at most %zu fit here", chars, max_chars);
    else
        return mem_dup(y->text);
    return NULL;
}

void form_translate(struct form_reader *r, const struct yaml *y, const char *thing, size_t max_chars,
                    struct form_text *out)
{
    const char *known[FORM_LANGUAGES_MAX];
    size_t count = 0;

    if (y == NULL)
        return;
    for (int i = 0; i < r->form->languages; i++) {
        if (r->form->language[i].code == NULL)
            return; /* the languages themselves are wrong: nothing to hold the texts against */
        known[count++] = r->form->language[i].code;
    }
    for (const struct yaml *v = y->first; v != NULL && count > 0; v = v->next) {
        int i = form_language_index(r->form, v->key->text);

        if (i < 0)
            form_fault_unknown(r, v->key, "language", known, count);
        else if (out->in[i] == NULL)
            out->in[i] = one_text(r, v, max_chars);
    }
    for (size_t i = 0; i < count; i++) {
        if (yaml_get(y, known[i]) == NULL)
            form_fault(r, y, "%s has no text in '%s'; add %s: …", thing, known[i], known[i]);
    }
}
