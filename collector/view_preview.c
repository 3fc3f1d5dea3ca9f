#include "collector/view_part.h"

#include <string.h>

/* A page that is sent nowhere needs a key only for its script. */
static const char NO_KEY[] = "preview";

void view_preview(const struct views *v, const struct form *form, int language, const char *stem,
                  struct buf *out)
{
    const char *code = form->language[language].code;
    const struct view_form f = {.form = form,
                                .language = language,
                                .access = stem,
                                .organisation = "",
                                .unit = views_text(v, code, "preview_unit"),
                                .group = views_text(v, code, "preview_group"),
                                .preview = stem};

    view_form_prefix(v, &f, out);
    view_form_tail(v, NO_KEY, NULL, out);
}

static json_t *language_model(const struct views *v, const struct view_preview_index *p, int language)
{
    const struct form_language *l = &p->form->language[language];
    const struct view_language *known = view_language_for(v, l->code);
    const char *const pairs[] = {"stem", p->stem, "code", l->code, NULL};
    bool own = strcmp(known->code, l->code) == 0;
    json_t *m = json_object();

    view_put(m, "code", l->code);
    view_put(m, "name", own ? view_text(known, "language_name") : l->code);
    view_put_new(m, "page", view_fill("{stem}-{code}.html", pairs));
    view_put_new(m, "paper", view_fill("{stem}-{code}.pdf", pairs));
    view_put_new(m, "sheets", json_integer((json_int_t)p->sheets[language]));
    view_put_new(m, "one_sheet", json_boolean(p->sheets[language] == 1));
    view_put_new(m, "reviewed", json_boolean(l->reviewed));
    return m;
}

void view_preview_index(const struct views *v, const struct view_preview_index *p, struct buf *out)
{
    json_t *m = view_model(v, view_language_for(v, "sv"), NULL, NULL, NULL);
    json_t *languages = json_array();

    for (int i = 0; i < p->form->languages; i++)
        (void)json_array_append_new(languages, language_model(v, p, i));
    view_put(m, "offline_csp", v->offline_csp);
    view_put(m, "title", p->form->title.in[0]);
    view_put(m, "id", p->form->id);
    view_put_new(m, "version", json_integer(p->form->version));
    view_put_new(m, "questions", json_integer(p->form->questions));
    view_put_new(m, "languages", languages);
    view_render(v, "preview.html", m, out);
}
