#include "core/base/tmpl.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/tmpl_part.h"

enum { DEPTH_MAX = 64 }; /* sections within sections, through partials too */

struct tmpl_set {
    struct tmpl **at;
    size_t count, capacity;
};

struct tmpl_set *tmpl_set_new(void)
{
    return mem_alloc(1, sizeof(struct tmpl_set));
}

void tmpl_set_free(struct tmpl_set *s)
{
    if (s == NULL)
        return;
    for (size_t i = 0; i < s->count; i++) {
        free(s->at[i]->name);
        free(s->at[i]->file);
        free(s->at[i]->text);
        free(s->at[i]->part);
        free(s->at[i]);
    }
    free(s->at);
    free(s);
}

static struct tmpl *find(const struct tmpl_set *s, const char *name, size_t bytes)
{
    for (size_t i = 0; i < s->count; i++)
        if (strlen(s->at[i]->name) == bytes && memcmp(s->at[i]->name, name, bytes) == 0)
            return s->at[i];
    return NULL;
}

static struct tmpl *add(struct tmpl_set *s, const char *name, const char *file, const char *text,
                        size_t bytes)
{
    struct tmpl *t = mem_alloc(1, sizeof *t);

    t->name = mem_dup(name);
    t->file = mem_dup(file);
    t->text = mem_dup_bytes(text, bytes);
    s->at = mem_room(s->at, s->count, &s->capacity, sizeof(struct tmpl *));
    s->at[s->count++] = t;
    return t;
}

void tmpl_add(struct tmpl_set *s, const char *name, const char *file, const char *text, size_t bytes,
              struct faults *faults)
{
    if (find(s, name, strlen(name)) != NULL)
        faults_add(faults, file, 0, 0, "there are two templates named '%s'", name);
    else
        tmpl_parse(add(s, name, file, text, bytes), bytes, faults);
}

void tmpl_add_plain(struct tmpl_set *s, const char *name, const char *text, size_t bytes)
{
    struct tmpl *t;

    assert(find(s, name, strlen(name)) == NULL);
    t = add(s, name, name, text, bytes);
    t->plain = true;
    t->part = mem_alloc(1, sizeof *t->part);
    t->part[0] = (struct tmpl_part){.kind = TMPL_TEXT, .line = 1, .at = t->text, .bytes = bytes};
    t->parts = 1;
}

static void link_one(const struct tmpl_set *s, struct tmpl *t, struct faults *faults)
{
    for (size_t i = 0; i < t->parts; i++) {
        struct tmpl_part *part = &t->part[i];

        if (part->kind != TMPL_PARTIAL)
            continue;
        part->partial = find(s, part->at, part->bytes);
        if (part->partial == NULL)
            faults_add(faults, t->file, part->line, 0, "there is no file '%.*s'", (int)part->bytes, part->at);
        else if (part->raw && (!part->partial->plain || strstr(part->partial->text, "</") != NULL))
            faults_add(faults, t->file, part->line, 0,
                       "only a plain file without '</' can stand in a script or style");
    }
}

/* Depth first; meeting a template that is still being visited is a circle. */
static void find_circle(struct tmpl *t, const struct tmpl_set *s, struct faults *faults)
{
    enum { UNSEEN, UNDER_WAY, DONE };

    if (t->visit == DONE)
        return;
    t->visit = UNDER_WAY;
    for (size_t i = 0; i < t->parts; i++) {
        struct tmpl *next;

        if (t->part[i].partial == NULL)
            continue;
        next = find(s, t->part[i].at, t->part[i].bytes);
        if (next->visit == UNDER_WAY) {
            faults_add(faults, t->file, t->part[i].line, 0, "'%s' contains itself", next->name);
            t->part[i].partial = NULL;
        } else {
            find_circle(next, s, faults);
        }
    }
    t->visit = DONE;
}

void tmpl_link(struct tmpl_set *s, struct faults *faults)
{
    for (size_t i = 0; i < s->count; i++)
        link_one(s, s->at[i], faults);
    for (size_t i = 0; i < s->count; i++)
        find_circle(s->at[i], s, faults);
}

void tmpl_escape(const char *s, size_t bytes, struct buf *out)
{
    size_t start = 0;

    for (size_t i = 0; i < bytes; i++) {
        const char *entity = s[i] == '&'    ? "&amp;"
                             : s[i] == '<'  ? "&lt;"
                             : s[i] == '>'  ? "&gt;"
                             : s[i] == '"'  ? "&quot;"
                             : s[i] == '\'' ? "&#39;"
                                            : NULL;

        if (entity == NULL)
            continue;
        buf_add(out, s + start, i - start);
        buf_adds(out, entity);
        start = i + 1;
    }
    buf_add(out, s + start, bytes - start);
}

struct render {
    struct buf *out;
    struct err *e;
    bool ok;
    const json_t *stack[DEPTH_MAX];
    size_t depth;
};

static const json_t *lookup(const struct render *r, const char *name, size_t bytes)
{
    const char *dot = memchr(name, '.', bytes);
    size_t first = dot != NULL ? (size_t)(dot - name) : bytes;
    const json_t *found = NULL;

    if (bytes == 1 && name[0] == '.')
        return r->stack[r->depth - 1];
    for (size_t i = r->depth; found == NULL && i-- > 0;)
        found = json_object_getn(r->stack[i], name, first);
    while (found != NULL && first < bytes) {
        name += first + 1;
        bytes -= first + 1;
        dot = memchr(name, '.', bytes);
        first = dot != NULL ? (size_t)(dot - name) : bytes;
        found = json_object_getn(found, name, first);
    }
    return found;
}

static void bug(struct render *r, const struct tmpl *t, const struct tmpl_part *part, const char *what)
{
    if (r->ok)
        (void)err_set(r->e, ERR_BUG, "%s:%d: '%.*s' %s", t->file, part->line, (int)part->bytes, part->at,
                      what);
    r->ok = false;
}

static void render_value(struct render *r, const struct tmpl *t, const struct tmpl_part *part)
{
    const json_t *value = lookup(r, part->at, part->bytes);

    if (json_is_string(value))
        tmpl_escape(json_string_value(value), json_string_length(value), r->out);
    else if (json_is_integer(value))
        buf_addf(r->out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    else
        bug(r, t, part, value == NULL ? "has no value" : "is neither text nor a whole number");
}

static bool shows(const json_t *value)
{
    if (json_is_array(value))
        return json_array_size(value) > 0;
    if (json_is_string(value))
        return json_string_length(value) > 0;
    return value != NULL && !json_is_false(value) && !json_is_null(value);
}

static void render_parts(struct render *r, const struct tmpl *t, size_t from, size_t to);

static void render_section(struct render *r, const struct tmpl *t, size_t at)
{
    const struct tmpl_part *part = &t->part[at];
    const json_t *value = lookup(r, part->at, part->bytes);
    size_t rounds = json_is_array(value) ? json_array_size(value) : 1;

    if (shows(value) != (part->kind == TMPL_SECTION))
        return;
    if (part->kind == TMPL_INVERTED) {
        render_parts(r, t, at + 1, part->other);
        return;
    }
    if (r->depth == DEPTH_MAX) {
        bug(r, t, part, "lies too deep");
        return;
    }
    r->depth++;
    for (size_t i = 0; i < rounds; i++) {
        r->stack[r->depth - 1] = json_is_array(value) ? json_array_get(value, i) : value;
        render_parts(r, t, at + 1, part->other);
    }
    r->depth--;
}

static void render_parts(struct render *r, const struct tmpl *t, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        const struct tmpl_part *part = &t->part[i];

        switch (part->kind) {
        case TMPL_TEXT:
            buf_add(r->out, part->at, part->bytes);
            break;
        case TMPL_VALUE:
            render_value(r, t, part);
            break;
        case TMPL_SECTION:
        case TMPL_INVERTED:
            render_section(r, t, i);
            i = part->other;
            break;
        case TMPL_PARTIAL:
            assert(part->partial != NULL);
            render_parts(r, part->partial, 0, part->partial->parts);
            break;
        case TMPL_CLOSE:
            break;
        }
    }
}

bool tmpl_render(const struct tmpl_set *s, const char *name, const json_t *model, struct buf *out,
                 struct err *e)
{
    struct render r = {.out = out, .e = e, .ok = true, .stack = {model}, .depth = 1};
    const struct tmpl *t = find(s, name, strlen(name));

    if (t == NULL)
        return err_set(e, ERR_BUG, "there is no template '%s'", name);
    render_parts(&r, t, 0, t->parts);
    return r.ok;
}
