#include "collector/print_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "core/base/buf.h"
#include "core/base/day.h"
#include "core/base/file.h"
#include "core/base/mem.h"
#include "core/base/text.h"

/* One line of text at value, called `what` in the error. */
static bool take(const char *name, const json_t *value, const char *what, const char **to, struct err *e)
{
    const char *text = json_string_value(value);

    if (text == NULL || *text == '\0' || text_has_control(text, strlen(text)))
        return err_set(e, ERR_INPUT, "%s: \"%s\" must have a text of one line", name, what);
    *to = text;
    return true;
}

static bool take_point(const char *name, const json_t *value, struct print_point *to, struct err *e)
{
    const json_t *slips = json_object_get(value, "slips");
    const json_t *poster = json_object_get(value, "poster");

    if (json_is_object(value)) {
        to->when = slips != NULL ? PRINT_SLIPS : PRINT_POSTER;
        value = slips != NULL ? slips : poster;
    }
    return take(name, value, "points", &to->text, e);
}

static bool take_section(const char *name, const json_t *value, struct print_section *to, struct err *e)
{
    const json_t *points = json_object_get(value, "points");

    to->points = json_array_size(points);
    if (to->points == 0 || to->points > PRINT_POINTS_MAX)
        return err_set(e, ERR_INPUT, "%s: a section must have 1 to %d \"points\"", name, PRINT_POINTS_MAX);
    for (size_t i = 0; i < to->points; i++)
        if (!take_point(name, json_array_get(points, i), &to->point[i], e))
            return false;
    return take(name, json_object_get(value, "title"), "title", &to->title, e);
}

static bool take_guide(const char *name, const json_t *guide, struct print_text *t, struct err *e)
{
    const json_t *sections = json_object_get(guide, "sections");

    t->sections = json_array_size(sections);
    if (t->sections == 0 || t->sections > PRINT_SECTIONS_MAX)
        return err_set(e, ERR_INPUT, "%s: \"guide\" must have 1 to %d \"sections\"", name,
                       PRINT_SECTIONS_MAX);
    for (size_t i = 0; i < t->sections; i++)
        if (!take_section(name, json_array_get(sections, i), &t->section[i], e))
            return false;
    return take(name, json_object_get(guide, "title"), "guide.title", &t->guide_title, e) &&
           take(name, json_object_get(guide, "reader"), "guide.reader", &t->guide_reader, e) &&
           take(name, json_object_get(guide, "open"), "guide.open", &t->guide_open, e) &&
           take(name, json_object_get(guide, "link"), "guide.link", &t->guide_link, e);
}

bool print_text_parse(const char *name, const char *json, struct print_text *out, struct err *e)
{
    json_error_t fault;
    json_t *root = json_loads(json, JSON_REJECT_DUPLICATES, &fault);
    const json_t *months = json_object_get(root, "months");
    const json_t *slip = json_object_get(root, "slip");
    bool ok = root != NULL;

    *out = (struct print_text){.root = root};
    if (!ok)
        return err_set(e, ERR_INPUT, "%s:%d:%d: %s", name, fault.line, fault.column, fault.text);
    for (size_t i = 0; ok && i < PRINT_MONTHS; i++)
        ok = take(name, json_array_get(months, i), "months", &out->month[i], e);
    ok = ok && take(name, json_object_get(root, "moment"), "moment", &out->moment, e) &&
         take(name, json_object_get(slip, "code"), "slip.code", &out->slip_code, e) &&
         take(name, json_object_get(slip, "how"), "slip.how", &out->slip_how, e) &&
         take_guide(name, json_object_get(root, "guide"), out, e);
    if (!ok)
        print_text_fini(out);
    return ok;
}

bool print_text_load(const char *dir, const char *language, struct print_text *out, struct err *e)
{
    char *path = mem_printf("%s/%s.json", dir, language);
    char *json = NULL;
    size_t bytes = 0;
    bool ok = false;

    *out = (struct print_text){.root = NULL};
    if (file_read(path, PRINT_TEXT_MAX_BYTES, &json, &bytes, e))
        ok = print_text_parse(path, json, out, e);
    free(json);
    free(path);
    return ok;
}

void print_text_fini(struct print_text *t)
{
    json_decref(t->root);
    *t = (struct print_text){.root = NULL};
}

/* The text with each {word} replaced; pairs of word and value, ended by NULL. */
static void fill(const char *text, const char *const *pairs, struct buf *out)
{
    while (*text != '\0') {
        size_t i = 0;

        while (*text == '{' && pairs[i] != NULL && strncmp(text + 1, pairs[i], strlen(pairs[i])) != 0)
            i += 2;
        if (*text == '{' && pairs[i] != NULL) {
            buf_adds(out, pairs[i + 1]);
            text += strlen(pairs[i]) + 2;
        } else {
            buf_addc(out, *text++);
        }
    }
}

static void add_moment(const struct print_text *t, int64_t seconds, struct buf *out)
{
    int month, day, hour, minute;
    char d[12], h[12], m[12];

    day_split(seconds, NULL, &month, &day, &hour, &minute);
    (void)snprintf(d, sizeof d, "%d", day);
    (void)snprintf(h, sizeof h, "%02d", hour);
    (void)snprintf(m, sizeof m, "%02d", minute);
    fill(t->moment,
         (const char *const[]){"day", d, "month", t->month[month - 1], "hour", h, "minute", m, NULL}, out);
}

char *print_text_open(const struct print_text *t, int64_t opens_s, int64_t closes_s)
{
    struct buf opens = BUF_INIT, closes = BUF_INIT, whole = BUF_INIT;
    char *text;

    add_moment(t, opens_s, &opens);
    add_moment(t, closes_s, &closes);
    fill(t->guide_open, (const char *const[]){"opens", buf_str(&opens), "closes", buf_str(&closes), NULL},
         &whole);
    text = mem_dup(buf_str(&whole));
    buf_fini(&opens);
    buf_fini(&closes);
    buf_fini(&whole);
    return text;
}
