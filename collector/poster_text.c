#include "collector/poster_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "core/base/file.h"
#include "core/base/mem.h"
#include "core/base/text.h"

/* A key's texts: one string, or an array of exactly `count`. */
static bool read_texts(const char *name, const json_t *object, const char *key, char **to, size_t count,
                       struct err *e)
{
    const json_t *value = json_object_get(object, key);

    if (count > 1 && json_array_size(value) != count)
        return err_set(e, ERR_INPUT, "%s: \"%s\" must be a list of %zu texts", name, key, count);
    for (size_t i = 0; i < count; i++) {
        const char *text = json_string_value(count > 1 ? json_array_get(value, i) : value);
        if (text == NULL || *text == '\0' || text_has_control(text, strlen(text)))
            return err_set(e, ERR_INPUT, "%s: \"%s\" must have a text of one line", name, key);
        to[i] = mem_dup(text);
    }
    return true;
}

bool poster_text_parse(const char *name, const char *json, struct poster_text *out, struct err *e)
{
    json_error_t fault;
    bool ok = false;
    json_t *object = json_loads(json, JSON_REJECT_DUPLICATES, &fault);

    *out = (struct poster_text){.scan = NULL};
    if (object == NULL) {
        err_set(e, ERR_INPUT, "%s:%d:%d: %s", name, fault.line, fault.column, fault.text);
        goto out;
    }
    if (!json_is_object(object) || json_object_size(object) != 6) {
        err_set(e, ERR_INPUT,
                "%s: write an object with \"scan\", \"words\", \"grades\", \"grade_zero\", "
                "\"from_grade_zero\" and \"months\", nothing else",
                name);
        goto out;
    }
    ok = read_texts(name, object, "scan", &out->scan, 1, e) &&
         read_texts(name, object, "words", out->word, POSTER_WORDS, e) &&
         read_texts(name, object, "grades", &out->grades, 1, e) &&
         read_texts(name, object, "grade_zero", &out->grade_zero, 1, e) &&
         read_texts(name, object, "from_grade_zero", &out->from_grade_zero, 1, e) &&
         read_texts(name, object, "months", out->month, POSTER_MONTHS, e);
out:
    json_decref(object);
    if (!ok)
        poster_text_fini(out);
    return ok;
}

bool poster_text_load(const char *dir, const char *language, struct poster_text *out, struct err *e)
{
    char *path = mem_printf("%s/%s.json", dir, language);
    char *json = NULL;
    size_t bytes = 0;
    bool ok = false;

    *out = (struct poster_text){.scan = NULL};
    if (file_read(path, POSTER_TEXT_MAX_BYTES, &json, &bytes, e))
        ok = poster_text_parse(path, json, out, e);
    free(json);
    free(path);
    return ok;
}

/* `words` with the number, or the numbers from–to, in the place of "{}". */
static char *with_numbers(const char *words, int from, int to)
{
    const char *place = strstr(words, "{}");
    char number[32];

    if (place == NULL)
        return mem_dup(words);
    if (from < to)
        (void)snprintf(number, sizeof number, "%d–%d", from, to);
    else
        (void)snprintf(number, sizeof number, "%d", to);
    return mem_printf("%.*s%s%s", (int)(place - words), words, number, place + 2);
}

char *poster_text_grades(const struct poster_text *t, int from, int to)
{
    if (to == 0)
        return mem_dup(t->grade_zero);
    return from == 0 ? with_numbers(t->from_grade_zero, to, to) : with_numbers(t->grades, from, to);
}

void poster_text_fini(struct poster_text *t)
{
    free(t->scan);
    free(t->grades);
    free(t->grade_zero);
    free(t->from_grade_zero);
    for (size_t i = 0; i < POSTER_WORDS; i++)
        free(t->word[i]);
    for (size_t i = 0; i < POSTER_MONTHS; i++)
        free(t->month[i]);
    *t = (struct poster_text){.scan = NULL};
}
