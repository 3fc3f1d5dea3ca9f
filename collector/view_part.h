#ifndef TLD_COLLECTOR_VIEW_PART_H
#define TLD_COLLECTOR_VIEW_PART_H

/* What the files of the view share: the loaded views, and building a page's model. */

#include <jansson.h>

#include "collector/view.h"
#include "core/base/tmpl.h"

enum { VIEW_LANGUAGES_MAX = 16, VIEW_LANGUAGE_MAX_BYTES = 16 };

struct view_language {
    char code[VIEW_LANGUAGE_MAX_BYTES];
    json_t *texts; /* one object: name → text, or 12 names of months */
    json_t *about; /* the pages about the survey: view_about.c; NULL when not in this language */
};

struct views {
    char *root;
    char *csp;
    char *offline_csp; /* of a page that is opened as a file: nothing can be sent from it */
    struct tmpl_set *templates;
    json_t *symbols; /* name → true */
    struct view_language language[VIEW_LANGUAGES_MAX];
    size_t languages;
};

/* The texts of a language, or of the one to use instead. Borrowed. */
const struct view_language *view_language_for(const struct views *v, const char *code);

/* One text; a missing name is our bug and gives "". */
const char *view_text(const struct view_language *l, const char *name);

/* A new string: the text with each {word} replaced; pairs of word and value, ended by NULL. */
json_t *view_fill(const char *text, const char *const *pairs);

/* "31 oktober 2026 kl. 20.00", as a new string. */
json_t *view_time(const struct view_language *l, int64_t time_s);

/* A new model with what every page needs: t, lang, root, organisation, unit, group (NULL is left out). */
json_t *view_model(const struct views *v, const struct view_language *l, const char *organisation,
                   const char *unit, const char *group);

/* What a page says where children share a device, {n, after, count}: answers sent so far, n and one more, and
 * the line for the adult. */
json_t *view_shared(const struct view_language *l, int sent);

/* Links to the page in all other languages, for top.html; `keep`: what their addresses have besides, "" or
 * "&…". */
json_t *view_languages(const struct views *v, const struct view_language *current, const char *keep);

/* The same in a form's languages, by what leads there: links, buttons that send the form f, or both. */
enum view_ways { VIEW_LINKS = 1, VIEW_BUTTONS = 2 };
json_t *view_form_languages(const struct views *v, const struct form *form, const char *current,
                            const char *keep, unsigned ways);

/* "&delad=3" for a number of answers sent, "" for -1: not shared. */
enum { VIEW_KEEP_BYTES = 24 };
const char *view_keep(int sent, char out[VIEW_KEEP_BYTES]);

/* Adds a field {name, value} to a list, for fields.html. */
void view_carry(json_t *fields, const char *name, const char *value);

/* Sets a text; NULL is left out. */
void view_put(json_t *o, const char *name, const char *text);
/* Sets a value and takes it over. */
void view_put_new(json_t *o, const char *name, json_t *value);

/* Renders and frees the model; what goes wrong is our bug and is logged. */
void view_render(const struct views *v, const char *page, json_t *model, struct buf *out);

#endif
