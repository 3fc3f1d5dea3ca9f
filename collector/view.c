#include "collector/view_part.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/log.h"
#include "core/base/mem.h"

const char *views_csp(const struct views *v)
{
    return v->csp;
}

bool views_have_symbol(const struct views *v, const char *name)
{
    return json_object_get(v->symbols, name) != NULL;
}

void views_symbol(const struct views *v, const char *name, struct buf *out)
{
    char *file = mem_printf("%s.svg", name);

    view_render(v, file, json_object(), out);
    free(file);
}

static const struct view_language *find_language(const struct views *v, const char *code)
{
    for (size_t i = 0; code != NULL && i < v->languages; i++)
        if (strcmp(v->language[i].code, code) == 0)
            return &v->language[i];
    return NULL;
}

const struct view_language *view_language_for(const struct views *v, const char *code)
{
    const struct view_language *l = find_language(v, code);

    if (l == NULL)
        l = find_language(v, "sv");
    assert(l != NULL); /* views_load has seen to it that there is Swedish */
    return l;
}

const char *views_language(const struct views *v, const char *wanted)
{
    return view_language_for(v, wanted)->code;
}

const char *views_text(const struct views *v, const char *language, const char *name)
{
    return view_text(view_language_for(v, language), name);
}

const char *view_text(const struct view_language *l, const char *name)
{
    const char *text = json_string_value(json_object_get(l->texts, name));

    if (text == NULL)
        log_error("views/text/%s.json lacks the text '%s'", l->code, name);
    return text != NULL ? text : "";
}

/* The value for a word of `bytes` bytes, NULL when the pairs do not have it. */
static const char *value_of(const char *word, size_t bytes, const char *const *pairs)
{
    for (; *pairs != NULL; pairs += 2)
        if (strlen(pairs[0]) == bytes && memcmp(pairs[0], word, bytes) == 0)
            return pairs[1];
    return NULL;
}

json_t *view_fill(const char *text, const char *const *pairs)
{
    struct buf b = BUF_INIT;
    json_t *filled;

    while (*text != '\0') {
        const char *end = *text == '{' ? strchr(text, '}') : NULL;
        const char *value = NULL;

        if (end != NULL)
            value = value_of(text + 1, (size_t)(end - text - 1), pairs);
        if (value != NULL) {
            buf_adds(&b, value);
            text = end + 1;
        } else {
            buf_addc(&b, *text++);
        }
    }
    filled = json_string(buf_str(&b));
    buf_fini(&b);
    return filled;
}

json_t *view_time(const struct view_language *l, int64_t time_s)
{
    int y;
    int mo;
    int d;
    int h;
    int mi;
    char year[12];
    char day[12];
    char hour[12];
    char minute[12];
    const char *month;

    day_split(time_s, &y, &mo, &d, &h, &mi);
    (void)snprintf(year, sizeof year, "%d", y);
    (void)snprintf(day, sizeof day, "%d", d);
    (void)snprintf(hour, sizeof hour, "%02d", h);
    (void)snprintf(minute, sizeof minute, "%02d", mi);
    month = json_string_value(json_array_get(json_object_get(l->texts, "months"), (size_t)mo - 1));
    return view_fill(view_text(l, "time"), (const char *const[]){"year", year, "month", month, "day", day,
                                                                 "hour", hour, "minute", minute, NULL});
}

json_t *view_shared(const struct view_language *l, int sent)
{
    json_t *o = json_object();
    char n[12];

    (void)snprintf(n, sizeof n, "%d", sent);
    view_put_new(o, "n", json_integer(sent));
    view_put_new(o, "after", json_integer(sent + 1));
    view_put_new(o, "count", view_fill(view_text(l, "sent_count"), (const char *const[]){"n", n, NULL}));
    return o;
}

static json_t *language_model(const struct view_language *l, const char *code, bool current)
{
    bool own = strcmp(l->code, code) == 0;

    return json_pack("{ss ss sb}", "code", code, "name", own ? view_text(l, "language_name") : code,
                     "current", current);
}

json_t *view_languages(const struct views *v, const struct view_language *current, const char *keep)
{
    json_t *list = json_array();

    for (size_t i = 0; i < v->languages; i++) {
        const struct view_language *l = &v->language[i];

        (void)json_array_append_new(list, language_model(l, l->code, l == current));
    }
    return json_pack("{so ss sb}", "list", list, "keep", keep, "links", true);
}

json_t *view_form_languages(const struct views *v, const struct form *form, const char *current,
                            const char *keep, unsigned ways)
{
    json_t *list = json_array();

    for (int i = 0; i < form->languages; i++) {
        const char *code = form->language[i].code;

        (void)json_array_append_new(
            list, language_model(view_language_for(v, code), code, strcmp(code, current) == 0));
    }
    return json_pack("{so ss sb sb}", "list", list, "keep", keep, "links", (ways & VIEW_LINKS) != 0,
                     "buttons", (ways & VIEW_BUTTONS) != 0);
}

const char *view_keep(int sent, char out[VIEW_KEEP_BYTES])
{
    out[0] = '\0';
    if (sent >= 0)
        (void)snprintf(out, VIEW_KEEP_BYTES, "&delad=%d", sent);
    return out;
}

void view_carry(json_t *fields, const char *name, const char *value)
{
    (void)json_array_append_new(fields, json_pack("{ss ss}", "name", name, "value", value));
}

void view_put_new(json_t *o, const char *name, json_t *value)
{
    if (json_object_set_new(o, name, value) != 0)
        log_error("the page's '%s' can not be text", name);
}

void view_put(json_t *o, const char *name, const char *text)
{
    if (text != NULL)
        view_put_new(o, name, json_string(text));
}

json_t *view_model(const struct views *v, const struct view_language *l, const char *organisation,
                   const char *unit, const char *group)
{
    json_t *m = json_object();

    view_put_new(m, "t", json_incref(l->texts));
    view_put(m, "lang", l->code);
    view_put(m, "root", v->root);
    view_put(m, "organisation", organisation);
    view_put(m, "unit", unit);
    view_put(m, "group", group);
    return m;
}

void view_render(const struct views *v, const char *page, json_t *model, struct buf *out)
{
    struct err e = ERR_INIT;

    if (!tmpl_render(v->templates, page, model, out, &e))
        log_error("%s", e.text);
    json_decref(model);
}
