#include "collector/view_part.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/file.h"
#include "core/base/mem.h"
#include "core/base/secret.h"
#include "core/base/text.h"

enum { FILE_MAX_BYTES = 256 * 1024 };

struct load {
    struct views *v;
    const char *dir;
    struct faults *faults;
    struct buf style, script; /* hashes for the CSP */
    struct buf symbols;       /* the template that holds all drawings */
};

/* A file of the views, in all that is done with it. */
struct view_file {
    const char *path; /* in full, for faults */
    const char *name; /* within the folder */
    char *text;
    size_t bytes;
};

/* ---- what is done with each kind of file --------------------------------------------------------------- */

/*
 * Takes away what a browser does not need: blanks at the beginning of lines and, in styles and scripts,
 * comments that begin a line ("//" to its end, or from slash-star to the line that ends with star-slash).
 * Line breaks stay, so that faults name the right line and scripts keep their meaning.
 */
static void squeeze(struct view_file *f, bool comments)
{
    const char *s = f->text;
    char *out = f->text;

    while (*s != '\0') {
        size_t line = strcspn(s, "\n");
        size_t blank = strspn(s, " \t");
        bool block = comments && strncmp(s + blank, "/*", 2) == 0;
        bool skip = block || (comments && strncmp(s + blank, "//", 2) == 0);

        if (block) {
            const char *end = strstr(s, "*/");

            line = end != NULL ? (size_t)(end + 2 - s) + strcspn(end + 2, "\n") : strlen(s);
        }
        if (blank > line)
            blank = line;
        if (!skip && line > blank) {
            memmove(out, s + blank, line - blank);
            out += line - blank;
        }
        s += line;
        if (*s == '\n' && (!comments || (!skip && line > blank)))
            *out++ = '\n';
        if (*s == '\n')
            s++;
    }
    f->bytes = (size_t)(out - f->text);
    f->text[f->bytes] = '\0';
}

static void add_hash(struct buf *list, const struct view_file *f)
{
    char hash[SECRET_SHA256_BASE64_BYTES];

    secret_sha256_base64(f->text, f->bytes, hash);
    buf_addf(list, " 'sha256-%s'", hash);
}

static void load_template(struct load *l, struct view_file *f)
{
    squeeze(f, false);
    tmpl_add(l->v->templates, f->name, f->path, f->text, f->bytes, l->faults);
}

static void load_style(struct load *l, struct view_file *f)
{
    squeeze(f, true);
    tmpl_add_plain(l->v->templates, f->name, f->text, f->bytes);
    add_hash(&l->style, f);
}

static void load_script(struct load *l, struct view_file *f)
{
    squeeze(f, true);
    tmpl_add_plain(l->v->templates, f->name, f->text, f->bytes);
    add_hash(&l->script, f);
}

/* A drawing goes into the page once, within <symbol>, and is then used by its name. */
static void load_symbol(struct load *l, struct view_file *f)
{
    static const char begin[] = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 64 64\">";
    char *name = mem_dup_bytes(f->name, strlen(f->name) - strlen(".svg"));
    char *end;

    squeeze(f, false);
    end = strstr(f->text, "</svg>");
    if (strncmp(f->text, begin, strlen(begin)) != 0 || end == NULL || end[strlen("</svg>") + 1] > ' ') {
        faults_add(l->faults, f->path, 1, 0, "must begin with %s and end with </svg>", begin);
    } else {
        tmpl_add_plain(l->v->templates, f->name, f->text + strlen(begin),
                       (size_t)(end - f->text) - strlen(begin));
        view_put_new(l->v->symbols, name, json_true());
        buf_addf(&l->symbols,
                 "{{#use.%s}}<symbol id=\"%s\" viewBox=\"0 0 64 64\">{{> %s}}</symbol>{{/use.%s}}", name,
                 name, f->name, name);
    }
    free(name);
}

static void load_texts(struct load *l, struct view_file *f)
{
    struct view_language *language = &l->v->language[l->v->languages];
    size_t bytes = strlen(f->name) - strlen(".json");
    json_error_t e;
    json_t *texts = json_loadb(f->text, f->bytes, JSON_REJECT_DUPLICATES, &e);

    if (texts == NULL || !json_is_object(texts)) {
        faults_add(l->faults, f->path, texts == NULL ? e.line : 1, 0, "%s",
                   texts == NULL ? e.text : "must be one object");
        json_decref(texts);
    } else if (l->v->languages == VIEW_LANGUAGES_MAX || bytes >= VIEW_LANGUAGE_MAX_BYTES) {
        faults_add(l->faults, f->path, 0, 0, "there are too many languages, or its code is too long");
        json_decref(texts);
    } else {
        memcpy(language->code, f->name, bytes);
        language->texts = texts;
        l->v->languages++;
    }
}

/* After the texts: the pages about the survey exist in some of their languages. */
static void load_about(struct load *l, struct view_file *f)
{
    size_t bytes = strlen(f->name) - strlen(".json");
    json_error_t e;
    json_t *about = json_loadb(f->text, f->bytes, JSON_REJECT_DUPLICATES, &e);

    if (about == NULL)
        faults_add(l->faults, f->path, e.line, 0, "%s", e.text);
    for (size_t i = 0; about != NULL && i < l->v->languages; i++) {
        struct view_language *language = &l->v->language[i];

        if (strlen(language->code) == bytes && memcmp(language->code, f->name, bytes) == 0) {
            language->about = about;
            return;
        }
    }
    if (about != NULL)
        faults_add(l->faults, f->path, 0, 0, "views/text has no such language");
    json_decref(about);
}

static const struct kind {
    const char *folder, *ending;
    void (*load)(struct load *l, struct view_file *f);
} kinds[] = {
    {"", ".html", load_template},     {"", ".css", load_style},      {"", ".js", load_script},
    {"symbols", ".svg", load_symbol}, {"text", ".json", load_texts}, {"about", ".json", load_about},
};

/* ---- reading the folders ------------------------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool list(const char *dir, const char *ending, char ***names, size_t *count, struct err *e)
{
    DIR *d = opendir(dir);
    const struct dirent *entry;
    size_t capacity = 0;

    *names = NULL;
    *count = 0;
    if (d == NULL)
        return err_set_errno(e, errno, "%s", dir);
    while ((entry = readdir(d)) != NULL) {
        size_t n = strlen(entry->d_name);

        if (entry->d_name[0] == '.' || n <= strlen(ending) ||
            strcmp(entry->d_name + n - strlen(ending), ending) != 0)
            continue;
        *names = mem_room(*names, *count, &capacity, sizeof(char *));
        (*names)[(*count)++] = mem_dup(entry->d_name);
    }
    (void)closedir(d);
    if (*count > 0)
        qsort(*names, *count, sizeof(char *), by_name);
    return true;
}

static bool load_file(struct load *l, const struct kind *kind, const char *dir, const char *name,
                      struct err *e)
{
    char *path = mem_printf("%s/%s", dir, name);
    struct view_file f = {.path = path, .name = name};
    bool ok = file_read(path, FILE_MAX_BYTES, &f.text, &f.bytes, e);

    if (ok && (strlen(f.text) != f.bytes || !text_is_utf8(f.text, f.bytes)))
        faults_add(l->faults, path, 0, 0, "is not UTF-8 text");
    else if (ok)
        kind->load(l, &f);
    free(f.text);
    free(path);
    return ok;
}

static bool load_kind(struct load *l, const struct kind *kind, struct err *e)
{
    char *dir = kind->folder[0] != '\0' ? mem_printf("%s/%s", l->dir, kind->folder) : mem_dup(l->dir);
    char **names = NULL;
    size_t count = 0;
    bool ok = list(dir, kind->ending, &names, &count, e);

    for (size_t i = 0; i < count; i++) {
        ok = ok && load_file(l, kind, dir, names[i], e);
        free(names[i]);
    }
    free(names);
    free(dir);
    return ok;
}

/* ---- the whole ----------------------------------------------------------------------------------------- */

/* Reports what `have` lacks of `want`'s texts, or has in another shape. */
static void compare_texts(struct load *l, const struct view_language *want, const struct view_language *have)
{
    const char *name;
    json_t *value;

    json_object_foreach(want->texts, name, value)
    {
        const json_t *other = json_object_get(have->texts, name);
        char *path = mem_printf("%s/text/%s.json", l->dir, have->code);

        if (other == NULL)
            faults_add(l->faults, path, 0, 0, "lacks the text '%s', which %s.json has", name, want->code);
        else if (json_typeof(other) != json_typeof(value) || json_array_size(other) != json_array_size(value))
            faults_add(l->faults, path, 0, 0, "'%s' is not of the same kind as in %s.json", name, want->code);
        free(path);
    }
}

/* Whether both have the same names, kinds and numbers of elements everywhere; *where is the first name that
 * differs. Of the words for what is stored a language may lack some: those in English are then shown. */
static bool same_shape(const json_t *a, json_t *b, const char **where)
{
    const char *name;
    size_t i;
    json_t *value;

    if (json_is_boolean(a) && json_is_boolean(b))
        return true;
    if (json_typeof(a) != json_typeof(b) || json_object_size(a) != json_object_size(b) ||
        json_array_size(a) != json_array_size(b))
        return false;
    json_object_foreach(b, name, value)
    {
        const json_t *other = json_object_get(a, name);
        bool words = strcmp(name, "tables") == 0 || strcmp(name, "fields") == 0;

        if (words ? !json_is_object(other) : other == NULL || !same_shape(other, value, where)) {
            *where = **where != '\0' ? *where : name;
            return false;
        }
    }
    json_array_foreach(b, i, value)
    {
        if (!same_shape(json_array_get(a, i), value, where))
            return false;
    }
    return true;
}

static void check_about(struct load *l, const struct view_language *swedish)
{
    if (swedish->about == NULL)
        faults_add(l->faults, l->dir, 0, 0, "about/sv.json is missing");
    for (size_t i = 0; swedish->about != NULL && i < l->v->languages; i++) {
        const struct view_language *have = &l->v->language[i];
        char *path = mem_printf("%s/about/%s.json", l->dir, have->code);
        const char *where = "";

        if (have->about != NULL && !same_shape(swedish->about, have->about, &where))
            faults_add(l->faults, path, 0, 0,
                       "'%s' is not as in sv.json: the names and numbers of texts differ", where);
        free(path);
    }
}

static void check_texts(struct load *l)
{
    const struct view_language *swedish = NULL;

    for (size_t i = 0; i < l->v->languages; i++)
        if (strcmp(l->v->language[i].code, "sv") == 0)
            swedish = &l->v->language[i];
    if (swedish == NULL)
        faults_add(l->faults, l->dir, 0, 0, "text/sv.json is missing: Swedish is what others fall back on");
    if (swedish != NULL)
        check_about(l, swedish);
    for (size_t i = 0; swedish != NULL && i < l->v->languages; i++) {
        compare_texts(l, swedish, &l->v->language[i]);
        compare_texts(l, &l->v->language[i], swedish);
    }
}

/* Links to the languages stand in the same order on every page, by "order" of their texts. */
static int by_order(const void *a, const void *b)
{
    const struct view_language *x = a, *y = b;
    json_int_t i = json_integer_value(json_object_get(x->texts, "order"));
    json_int_t k = json_integer_value(json_object_get(y->texts, "order"));

    return i != k ? (i > k) - (i < k) : strcmp(x->code, y->code);
}

static void finish(struct load *l)
{
    if (l->v->languages > 0)
        qsort(l->v->language, l->v->languages, sizeof *l->v->language, by_order);
    tmpl_add(l->v->templates, "symbols", "symbols", buf_str(&l->symbols), l->symbols.bytes, l->faults);
    tmpl_link(l->v->templates, l->faults);
    check_texts(l);
    char *own = mem_printf("default-src 'none'; style-src%s; script-src%s; img-src data:; base-uri 'none'",
                           l->style.bytes > 0 ? l->style.data : " 'none'",
                           l->script.bytes > 0 ? l->script.data : " 'none'");
    /* connect-src: the script posts the answers itself, to be able to try again; data: is the empty icon */
    l->v->csp = mem_printf("%s; connect-src 'self'; form-action 'self'; frame-ancestors 'none'", own);
    l->v->offline_csp = mem_printf("%s; form-action 'none'", own);
    free(own);
}

bool views_load(const char *dir, const char *root, struct views **out, struct faults *faults, struct err *e)
{
    struct views *v = mem_alloc(1, sizeof *v);
    struct load l = {.v = v, .dir = dir, .faults = faults};
    bool ok = false;

    *out = NULL;
    v->root = mem_dup(root);
    v->templates = tmpl_set_new();
    v->symbols = json_object();
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (!load_kind(&l, &kinds[i], e))
            goto out;
    finish(&l);
    if (faults_any(faults)) {
        (void)err_set(e, ERR_INPUT, "the views in %s can not be used", dir);
        goto out;
    }
    *out = v;
    ok = true;
out:
    buf_fini(&l.style);
    buf_fini(&l.script);
    buf_fini(&l.symbols);
    if (!ok)
        views_free(v);
    return ok;
}

void views_free(struct views *v)
{
    if (v == NULL)
        return;
    for (size_t i = 0; i < v->languages; i++) {
        json_decref(v->language[i].texts);
        json_decref(v->language[i].about);
    }
    json_decref(v->symbols);
    tmpl_set_free(v->templates);
    free(v->csp);
    free(v->offline_csp);
    free(v->root);
    free(v);
}
