/*
 * The pages about the survey. views/about/<language>.json has for each a title and its sections; of a section
 * only the heading is needed:
 *
 *     heading, text: [paragraphs], points: [list], more: [paragraphs after the list],
 *     show: "contact" whom to turn to; "data_protection", "legal_basis"; "forms" what is asked now; "fields"
 * all that is stored; "report" a link
 *
 * and the words for each table and field that is stored. {organisation} is filled in, and in the text of the
 * same name what the organisation has set: {contact}, {data_protection}, {legal_basis}; while it has not,
 * "…_missing" is shown, and "legal_basis_unasked" where no contact is set to ask, either. "reviewed" is false
 * until someone who speaks the language well has read the file; the page then says so at its end.
 */

#include "collector/view_part.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

/* What the functions below build one page from. */
struct about {
    const struct view_about *a;
    const struct view_language *l;
    json_t *words;   /* the whole file */
    json_t *english; /* the same in English, NULL when there is none */
};

const char *views_about_language(const struct views *v, const char *wanted)
{
    const struct view_language *l = view_language_for(v, wanted);

    return l->about != NULL ? l->code : view_language_for(v, "sv")->code;
}

static const char *or_empty(const char *text)
{
    return text != NULL ? text : "";
}

static json_t *filled(const struct about *p, const json_t *text)
{
    const char *s = json_string_value(text);

    return view_fill(s != NULL ? s : "",
                     (const char *const[]){"organisation", or_empty(p->a->organisation), "contact",
                                           or_empty(p->a->contact), "data_protection",
                                           or_empty(p->a->data_protection), "legal_basis",
                                           or_empty(p->a->legal_basis), NULL});
}

/* A list of texts, in an object as "list"; NULL when there is none. */
static json_t *filled_list(const struct about *p, const json_t *texts)
{
    json_t *list = json_array();
    size_t i;
    json_t *text;

    json_array_foreach(texts, i, text)
    {
        (void)json_array_append_new(list, filled(p, text));
    }
    if (json_array_size(list) == 0) {
        json_decref(list);
        return NULL;
    }
    return json_pack("{so}", "list", list);
}

/* Each is set, so that a section within another never takes the outer one's. */
static void put_list(const struct about *p, const json_t *section, const char *name, json_t *model)
{
    json_t *list = filled_list(p, json_object_get(section, name));

    view_put_new(model, name, list != NULL ? list : json_false());
}

/* The first e-mail address in a text, of the letters that need no escaping in a link; bytes 0: none. */
static const char *find_mail(const char *text, size_t *bytes)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

    *bytes = 0;
    for (const char *at = strchr(text, '@'); at != NULL; at = strchr(at + 1, '@')) {
        const char *start = at;
        size_t domain = strspn(at + 1, letters);

        while (start > text && strchr(letters, start[-1]) != NULL)
            start--;
        while (domain > 0 && at[domain] == '.') /* the sentence ends */
            domain--;
        if (start == at || memchr(at + 1, '.', domain) == NULL)
            continue;
        *bytes = (size_t)(at - start) + 1 + domain;
        return start;
    }
    return NULL;
}

/* A text as what stands before an e-mail address, the address, and what stands after it. Takes the text. */
static json_t *contact_model(json_t *text)
{
    const char *s = json_string_value(text);
    size_t bytes;
    const char *mail = find_mail(s, &bytes);
    json_t *m;

    if (mail == NULL)
        m = json_pack("{ss sb ss}", "before", s, "mail", false, "after", "");
    else
        m = json_pack("{ss% ss% ss}", "before", s, (size_t)(mail - s), "mail", mail, bytes, "after",
                      mail + bytes);
    json_decref(text);
    return m;
}

/* ---- all that is stored -------------------------------------------------------------------------------- */

/* The words of a file for "table" or "table.column", NULL when it has none. */
static const char *words_for(json_t *file, const struct view_field *f, bool column)
{
    char *name = column ? mem_printf("%s.%s", f->table, f->column) : mem_dup(f->table);
    const json_t *all = json_object_get(file, column ? "fields" : "tables");
    const char *words = json_string_value(json_object_get(all, name));

    free(name);
    return words;
}

/* Words, or those in English, or what the schema says itself: nothing that is stored is ever left out. */
static json_t *told(const struct about *p, const struct view_field *f, bool column)
{
    const char *words = words_for(p->words, f, column);
    const char *untold = words_for(p->english, f, column);
    json_t *o = json_object();

    if (untold == NULL)
        untold = column ? f->comment : f->table;

    view_put(o, "name", column ? f->column : f->table);
    view_put(o, "told", words != NULL ? words : "");
    view_put(o, "untold", words != NULL ? "" : untold);
    return o;
}

static json_t *tables_model(const struct about *p)
{
    json_t *tables = json_array();
    json_t *fields = NULL;

    for (size_t i = 0; i < p->a->field_count; i++) {
        const struct view_field *f = &p->a->fields[i];

        if (i == 0 || strcmp(f->table, f[-1].table) != 0) {
            json_t *table = told(p, f, false);

            fields = json_array();
            view_put_new(table, "fields", fields);
            (void)json_array_append_new(tables, table);
        }
        (void)json_array_append_new(fields, told(p, f, true));
    }
    return tables;
}

/* ---- what is asked ------------------------------------------------------------------------------------- */

static json_t *forms_model(const struct about *p)
{
    json_t *forms = json_array();

    for (size_t i = 0; i < p->a->form_count; i++) {
        const struct form *form = p->a->forms[i];
        int l = form_language_index(form, p->l->code);
        char count[12];
        json_t *o = json_object();

        l = l < 0 ? 0 : l;
        (void)snprintf(count, sizeof count, "%d", form->questions);
        view_put(o, "code", form->language[l].code);
        view_put(o, "title", form->title.in[l]);
        view_put(o, "id", form->id);
        view_put_new(o, "count",
                     view_fill(json_string_value(json_object_get(p->words, "questions")),
                               (const char *const[]){"n", count, NULL}));
        (void)json_array_append_new(forms, o);
    }
    return forms;
}

/* ---- the page ------------------------------------------------------------------------------------------ */

/* What the organisation has set, or that it has not. */
static void put_set(const struct about *p, const char *show, json_t *m)
{
    const struct {
        const char *name, *missing, *value;
    } all[] = {{"contact", "contact_missing", p->a->contact},
               {"data_protection", "data_protection_missing", p->a->data_protection},
               {"legal_basis", p->a->contact != NULL ? "legal_basis_missing" : "legal_basis_unasked",
                p->a->legal_basis}};

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (strcmp(show, all[i].name) == 0) {
            const char *name = all[i].value != NULL ? all[i].name : all[i].missing;

            view_put_new(m, "contact", contact_model(filled(p, json_object_get(p->words, name))));
        }
}

static json_t *section_model(const struct about *p, const json_t *section)
{
    const char *show = json_string_value(json_object_get(section, "show"));
    json_t *m = json_object();

    show = show != NULL ? show : "";
    view_put_new(m, "heading", filled(p, json_object_get(section, "heading")));
    put_list(p, section, "text", m);
    put_list(p, section, "points", m);
    put_list(p, section, "more", m);
    view_put_new(m, "report", json_boolean(strcmp(show, "report") == 0));
    put_set(p, show, m);
    if (strcmp(show, "forms") == 0 && p->a->form_count > 0)
        view_put_new(m, "forms", json_pack("{so}", "list", forms_model(p)));
    if (strcmp(show, "fields") == 0)
        view_put_new(m, "tables",
                     json_pack("{so ss?}", "list", tables_model(p), "fold",
                               json_string_value(json_object_get(p->words, "fold"))));
    return m;
}

static json_t *sections_model(const struct about *p, const json_t *page)
{
    json_t *sections = json_array();
    size_t i;
    json_t *section;

    json_array_foreach(json_object_get(page, "sections"), i, section)
    {
        (void)json_array_append_new(sections, section_model(p, section));
    }
    return sections;
}

static json_t *languages_model(const struct views *v, const struct about *p)
{
    json_t *languages = json_array();

    for (size_t i = 0; i < v->languages; i++) {
        const struct view_language *l = &v->language[i];

        if (l->about != NULL)
            (void)json_array_append_new(languages,
                                        json_pack("{ss ss sb}", "code", l->code, "name",
                                                  view_text(l, "language_name"), "current", l == p->l));
    }
    return json_pack("{so ss sb}", "list", languages, "keep", "", "links", true);
}

void view_about(const struct views *v, const struct view_about *a, struct buf *out)
{
    struct about p = {.a = a, .l = view_language_for(v, views_about_language(v, a->language))};
    const json_t *page;
    json_t *m = view_model(v, p.l, a->organisation, NULL, NULL);

    p.words = p.l->about;
    p.english = view_language_for(v, "en")->about;
    page = json_object_get(p.words, a->kind == VIEW_PRIVACY ? "privacy" : "accessibility");
    view_put_new(m, "title", filled(&p, json_object_get(page, "title")));
    view_put_new(m, "sections", sections_model(&p, page));
    view_put_new(m, "languages", languages_model(v, &p));
    view_put_new(m, "not_reviewed", json_boolean(!json_is_true(json_object_get(p.words, "reviewed"))));
    view_put(m, "report_link", json_string_value(json_object_get(p.words, "report_link")));
    view_render(v, "about.html", m, out);
}
