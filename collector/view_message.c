#include "collector/view_part.h"

/* What each message says: texts <word>_title and <word>_text, and <word>_when where the time is known. */
static const struct {
    const char *word;
    bool when;       /* has a text with {time} */
    bool enter_code; /* has a field for another code */
    bool glad;       /* has the drawing of a tick */
} kinds[VIEW_MESSAGE_KINDS] = {
    [VIEW_THANKS] = {.word = "thanks", .glad = true},
    [VIEW_OVER] = {.word = "over"},
    [VIEW_NOT_OPEN_YET] = {.word = "not_open", .when = true},
    [VIEW_CLOSED] = {.word = "closed", .when = true},
    [VIEW_TOO_LATE] = {.word = "too_late", .when = true},
    [VIEW_UNKNOWN_LINK] = {.word = "unknown_link", .enter_code = true},
    [VIEW_NOT_FOUND] = {.word = "not_found", .enter_code = true},
    [VIEW_CODE_USED] = {.word = "code_used"},
    [VIEW_TOO_LARGE] = {.word = "too_large"},
    [VIEW_BAD_REQUEST] = {.word = "bad_request"},
    [VIEW_BAD_METHOD] = {.word = "bad_method"},
};

static const char *text_of(const struct view_language *l, const char *word, const char *what)
{
    struct buf name = BUF_INIT;
    const char *text;

    buf_addf(&name, "%s_%s", word, what);
    text = view_text(l, buf_str(&name));
    buf_fini(&name);
    return text;
}

static json_t *paragraphs(const struct view_language *l, const struct view_message *m)
{
    const char *word = kinds[m->kind].word;
    json_t *list = json_array();

    if (kinds[m->kind].when && m->time_s != 0) {
        json_t *time = view_time(l, m->time_s);

        (void)json_array_append_new(list,
                                    view_fill(text_of(l, word, "when"),
                                              (const char *const[]){"time", json_string_value(time), NULL}));
        json_decref(time);
    }
    if (m->kind == VIEW_THANKS && m->next != NULL)
        (void)json_array_append_new(list, json_string(view_text(l, "shared_thanks")));
    else
        (void)json_array_append_new(list, json_string(text_of(l, word, "text")));
    return list;
}

void view_message(const struct views *v, const struct view_message *m, struct buf *out)
{
    const struct view_language *l = view_language_for(v, m->language);
    json_t *model = view_model(v, l, m->organisation, m->unit, m->group);

    view_put(model, "title", text_of(l, kinds[m->kind].word, "title"));
    view_put_new(model, "paragraphs", paragraphs(l, m));
    view_put_new(model, "enter_code", json_boolean(kinds[m->kind].enter_code));
    view_put_new(model, "glad", json_boolean(kinds[m->kind].glad));
    if (m->kind == VIEW_THANKS && m->help != VIEW_HELP_NONE)
        view_put(model, "help", view_text(l, m->help == VIEW_HELP_ADULT ? "help_adult" : "help"));
    if (m->next != NULL) {
        view_put(model, "next", m->next);
        view_put_new(model, "shared", view_shared(l, m->sent));
    }
    if (m->keep != NULL)
        view_put_new(model, "languages", view_languages(v, l, m->keep));
    view_put_new(model, "use", json_pack("{sb}", "tick", kinds[m->kind].glad));
    view_render(v, "message.html", model, out);
}

void view_resend(const struct views *v, const struct view_resend *r, struct buf *out)
{
    const struct view_language *l = view_language_for(v, r->language);
    json_t *model = view_model(v, l, r->organisation, r->unit, r->group);
    json_t *fields = json_array();
    char keep[VIEW_KEEP_BYTES];

    for (size_t i = 0; i < r->body->count; i++)
        view_carry(fields, r->body->field[i].name, r->body->field[i].value);
    view_put(model, "title", view_text(l, "resend_title"));
    view_put_new(model, "apart", json_true());
    view_put_new(model, "fields", fields);
    view_put(model, "access", r->access);
    if (r->form->presentation == PRESENT_ONE_BY_ONE)
        view_put_new(model, "step", json_integer(r->form->questions + 1));
    if (r->form->languages > 1)
        view_put_new(model, "languages",
                     view_form_languages(v, r->form, l->code, view_keep(r->sent, keep), VIEW_BUTTONS));
    view_render(v, "resend.html", model, out);
}

void view_start(const struct views *v, const char *language, const char *organisation, const char *mistyped,
                struct buf *out)
{
    const struct view_language *l = view_language_for(v, language);
    json_t *model = view_model(v, l, organisation, NULL, NULL);

    view_put(model, "title", view_text(l, "start_title"));
    view_put_new(model, "languages", view_languages(v, l, ""));
    view_put(model, "mistyped", mistyped);
    view_render(v, "start.html", model, out);
}
