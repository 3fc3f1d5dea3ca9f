#include "collector/view_part.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/domain/access.h"

/* What the functions below build one page from. */
struct page {
    const struct view_form *f;
    const struct view_language *l;
    json_t *symbols; /* those that the page uses: name → true */
};

static const char *in_language(const struct page *p, const struct form_text *text)
{
    return text->in[p->f->language];
}

static uint8_t given(const struct page *p, int question)
{
    return p->f->answers != NULL ? p->f->answers[question] : ANSWER_NONE;
}

static json_t *option_model(const struct page *p, int value, const char *text, const char *symbol,
                            bool checked)
{
    json_t *o = json_object();

    view_put_new(o, "value", json_integer(value));
    view_put(o, "text", text);
    view_put_new(o, "checked", json_boolean(checked));
    /* false where there is none, so that an outer "symbol" is never taken for it */
    view_put_new(o, "symbol", symbol != NULL ? json_string(symbol) : json_false());
    if (symbol != NULL)
        view_put_new(p->symbols, symbol, json_true());
    return o;
}

/* Whether the options can stand beside each other where there is room: few and short ones. */
static bool beside(const struct page *p, const struct form_scale *scale)
{
    enum { OPTIONS = 5, CHARS = 32 };
    bool fit = scale->options <= OPTIONS;

    for (int i = 0; i < scale->options; i++) {
        const char *text = in_language(p, &scale->option[i].text);

        fit = fit && text_chars(text, strlen(text)) <= CHARS;
    }
    return fit;
}

static void put_options(const struct page *p, int question, json_t *model)
{
    const struct form_scale *scale = form_scale_of(p->f->form, question);
    json_t *options = json_array();
    bool symbols = false;
    uint8_t answer = given(p, question);

    for (int i = 0; i < scale->options; i++) {
        const struct form_option *o = &scale->option[i];

        symbols = symbols || o->symbol != NULL;
        (void)json_array_append_new(
            options, option_model(p, i + 1, in_language(p, &o->text), o->symbol, answer == i + 1));
    }
    view_put_new(model, "options", options);
    view_put_new(model, "drawn", json_boolean(symbols));
    view_put_new(model, "wide", json_boolean(!symbols && beside(p, scale)));
    if (scale->dont_know)
        view_put_new(model, "unsure",
                     option_model(p, 0, in_language(p, &scale->dont_know_text), scale->dont_know_symbol,
                                  answer == ANSWER_DONT_KNOW));
}

static const char *heading_before(const struct page *p, int question)
{
    const struct form *form = p->f->form;
    int d = form->question[question].dimension;

    if (!form_begins_block(form, question))
        return NULL;
    return d == FORM_BACKGROUND ? view_text(p->l, "about_you") : in_language(p, &form->dimension[d].text);
}

static json_t *question_model(const struct page *p, int question)
{
    const struct form *form = p->f->form;
    const struct form_question *q = &form->question[question];
    json_t *m = json_object();
    char n[12];
    char total[12];

    (void)snprintf(n, sizeof n, "%d", question + 1);
    (void)snprintf(total, sizeof total, "%d", form->questions);
    view_put(m, "id", q->id);
    view_put(m, "text", in_language(p, &q->text));
    view_put(m, "n", n);
    view_put(m, "total", total);
    view_put_new(m, "progress",
                 view_fill(view_text(p->l, "progress"), (const char *const[]){"n", n, "total", total, NULL}));
    view_put(m, "section", heading_before(p, question));
    /* the steps of the one-by-one presentation: what "back" and "next" lead to */
    view_put_new(m, "before", json_integer(question));
    view_put_new(m, "after", json_integer(question + 2));
    put_options(p, question, m);
    return m;
}

static json_t *questions_model(const struct page *p)
{
    json_t *questions = json_array();

    for (int i = 0; i < p->f->form->questions; i++)
        (void)json_array_append_new(questions, question_model(p, i));
    return questions;
}

/* The drawings of the first question, if it has any, to be met before it. */
static void put_hello(json_t *m, const struct form *form)
{
    const struct form_scale *scale = form_scale_of(form, 0);
    json_t *drawings = json_array();

    for (int i = 0; i < scale->options; i++)
        if (scale->option[i].symbol != NULL)
            (void)json_array_append_new(drawings, json_string(scale->option[i].symbol));
    if (json_array_size(drawings) > 0)
        view_put_new(m, "hello", json_pack("{sO}", "list", drawings));
    json_decref(drawings);
}

/* Whether the classes have names such as 7A, of which several stand in a row on a phone. */
static bool brief(const struct view_form *f)
{
    enum { CHARS = 5 };
    bool all = true;

    for (size_t i = 0; i < f->class_count; i++)
        all = all && text_chars(f->classes[i].name, strlen(f->classes[i].name)) <= CHARS;
    return all;
}

/* A preschool has departments, a class is of a school; a mixture is called a class or group. */
static const char *which_class(const struct page *p)
{
    enum { CLASS, DEPARTMENT, GROUP, KINDS };
    static const char *const texts[][KINDS] = {
        [AUDIENCE_PUPIL] = {"pick_class", "pick_department", "pick_group"},
        [AUDIENCE_GUARDIAN] = {"pick_class_guardian", "pick_department_guardian", "pick_group_guardian"},
        [AUDIENCE_STAFF] = {"pick_class_staff", "pick_department_staff", "pick_group_staff"},
        [AUDIENCE_LEADER] = {"pick_class_staff", "pick_department_staff", "pick_group_staff"},
    };
    const unsigned departments = 1U << SCHOOL_FORM_FORSKOLA;
    const unsigned groups = departments | 1U << SCHOOL_FORM_FRITIDSHEM | 1U << SCHOOL_FORM_VUXENUTBILDNING;
    unsigned all = 0;
    int kind = GROUP;

    for (size_t i = 0; i < p->f->class_count; i++)
        all |= 1U << p->f->classes[i].school_form;
    if (all == departments)
        kind = DEPARTMENT;
    else if ((all & groups) == 0)
        kind = CLASS;
    return view_text(p->l, texts[p->f->form->audience][kind]);
}

/* What a class is picked from. */
static json_t *classes_model(const struct page *p)
{
    const struct view_form *f = p->f;
    json_t *classes = json_array();

    for (size_t i = 0; i < f->class_count; i++) {
        json_t *c = json_object();

        view_put_new(c, "id", json_integer(f->classes[i].group_id));
        view_put(c, "name", f->classes[i].name);
        view_put_new(c, "codes", json_boolean(f->classes[i].needs_code));
        view_put_new(c, "checked", json_boolean(f->picked != 0 && f->picked == f->classes[i].group_id));
        (void)json_array_append_new(classes, c);
    }
    return json_pack("{so sb ss}", "list", classes, "brief", brief(f), "which", which_class(p));
}

enum { CODE_FAULTS = VIEW_FAULT_CODE | VIEW_FAULT_NO_CODE | VIEW_FAULT_CODE_USED };

static bool a_class_needs_code(const struct view_form *f)
{
    bool any = false;

    for (size_t i = 0; i < f->class_count; i++)
        any = any || f->classes[i].needs_code;
    return any;
}

/* What is taken for a code (page_answer.c), as a regular expression of HTML. */
static json_t *code_pattern(void)
{
    static const char BETWEEN[] = "[ \\t\\-]*";
    struct buf pattern = BUF_INIT;
    json_t *text;

    buf_addf(&pattern, "(?:.*/)?%s(?:[%s", BETWEEN, ACCESS_ALPHABET);
    for (const char *c = ACCESS_ALPHABET; *c != '\0'; c++)
        if (*c >= 'A')
            buf_addf(&pattern, "%c", *c - 'A' + 'a');
    buf_addf(&pattern, "]%s){%d}", BETWEEN, ACCESS_CODE_CHARS);
    text = json_stringn(pattern.data, pattern.bytes);
    buf_fini(&pattern);
    return text;
}

static json_t *code_model(const struct view_form *f)
{
    json_t *m = json_object();

    view_put(m, "typed", f->code != NULL ? f->code : "");
    view_put_new(m, "wrong", json_boolean((f->faults & CODE_FAULTS) != 0));
    view_put_new(m, "needed", json_boolean(f->needs_code));
    view_put_new(m, "why", json_boolean(f->needs_code || a_class_needs_code(f)));
    view_put_new(m, "pattern", code_pattern());
    return m;
}

static json_t *faults_model(const struct page *p)
{
    static const struct {
        enum view_fault fault;
        const char *text, *target;
    } table[] = {
        {VIEW_FAULT_BODY, "fault_body", NULL},
        {VIEW_FAULT_KEY, "fault_key", NULL},
        {VIEW_FAULT_CLASS, "fault_class", "pick"},
        {VIEW_FAULT_ANSWERS, "fault_answers", NULL},
        {VIEW_FAULT_EMPTY, "fault_empty", NULL},
        {VIEW_FAULT_CODE, "fault_code", "code"},
        {VIEW_FAULT_NO_CODE, "fault_no_code", "code"},
        {VIEW_FAULT_OPEN, "many_open", NULL},
        {VIEW_FAULT_CODE_USED, "fault_code_used", "code"},
    };
    json_t *faults = json_array();

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        json_t *o;

        if ((p->f->faults & (unsigned)table[i].fault) == 0)
            continue;
        o = json_object();
        view_put(o, "text", view_text(p->l, table[i].text));
        view_put(o, "target", table[i].target);
        (void)json_array_append_new(faults, o);
    }
    return faults;
}

/* Whether something was sent, and the page says what is wrong with it. */
static bool told(const struct view_form *f)
{
    return f->faults != 0 && !f->stopped;
}

static bool one_by_one(const struct view_form *f)
{
    return f->form->presentation == PRESENT_ONE_BY_ONE;
}

/* The step of the first question that is open; the first of all where none is. */
static int first_open(const struct page *p)
{
    int q = 0;

    while (q < p->f->form->questions && given(p, q) != ANSWER_NONE)
        q++;
    return q < p->f->form->questions ? q + 1 : 1;
}

/* `before`: what stands before the names of the form and of the place. */
static void put_title(const struct page *p, const char *before, json_t *m)
{
    const struct view_form *f = p->f;
    bool group = f->group != NULL;
    char *title = mem_printf("%s%s – %s%s%s", before, in_language(p, &f->form->title), f->unit,
                             group ? " " : "", group ? f->group : "");

    view_put(m, "title", title);
    free(title);
}

/* The bytes of a text's first sentence: up to a mark at its end that a blank follows and then, as far as can
 * be told, a capital ("t.ex. så" is no end). */
static size_t sentence_bytes(const char *text)
{
    static const char *const marks[] = {". ", "! ", "? ", "؟ "};

    for (const char *s = text; *s != '\0'; s++)
        for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
            size_t n = strlen(marks[i]);

            if (strncmp(s, marks[i], n) == 0 && !(s[n] >= 'a' && s[n] <= 'z'))
                return (size_t)(s - text) + n - 1;
        }
    return strlen(text);
}

/* With one question at a time, the first sentence and the rest; else the whole. None where the page of such a
 * form asks or says what is wrong: it tells of drawings to tap, which are not there. */
static void put_intro(const struct page *p, json_t *m)
{
    const char *intro = in_language(p, &p->f->form->intro);
    size_t bytes = sentence_bytes(intro);
    bool one = one_by_one(p->f);

    if (one && told(p->f))
        return;
    if (!one || intro[bytes] == '\0') {
        view_put(m, "intro", intro);
        return;
    }
    view_put_new(m, "intro", json_stringn(intro, bytes));
    view_put(m, "more_intro", intro + bytes + 1);
}

/* What the whole page and one step of it have in common. */
static json_t *form_model(const struct views *v, const struct page *p)
{
    const struct view_form *f = p->f;
    const char *code = f->form->language[f->language].code;
    json_t *m = view_model(v, p->l, f->organisation, f->unit, f->group);

    view_put(m, "lang", code);
    view_put(m, "access", f->access);
    if (f->shared)
        view_put_new(m, "shared", view_shared(p->l, f->sent));
    view_put_new(m, "apart", json_true());
    view_put_new(m, "not_reviewed", json_boolean(!f->form->language[f->language].reviewed));
    view_put_new(m, "one", json_boolean(one_by_one(f)));
    view_put_new(m, "steps", json_integer(f->form->questions));
    return m;
}

static void put_languages(const struct views *v, const struct page *p, unsigned ways, json_t *m)
{
    const struct view_form *f = p->f;
    char keep[VIEW_KEEP_BYTES];

    if (f->form->languages > 1)
        view_put_new(m, "languages",
                     view_form_languages(v, f->form, f->form->language[f->language].code,
                                         view_keep(f->shared ? f->sent : -1, keep), ways));
}

static void put_faults(const struct page *p, json_t *m)
{
    const struct view_form *f = p->f;

    if (f->faults != 0)
        view_put_new(m, "faults", json_pack("{so}", "list", faults_model(p)));
    view_put_new(m, "sure", json_boolean(f->sure || (f->faults & VIEW_FAULT_OPEN) != 0));
    view_put_new(m, "gentle", json_boolean(f->faults == VIEW_FAULT_OPEN));
    view_put_new(m, "class_fault", json_boolean((f->faults & VIEW_FAULT_CLASS) != 0));
    /* "begin" leads to the first question, "to the questions" to the first that is open */
    view_put_new(m, "begins", json_boolean(one_by_one(f) && !told(f)));
    /* with nothing answered there is nothing to send once more */
    view_put_new(m, "sends", json_boolean(told(f) && (f->faults & VIEW_FAULT_EMPTY) == 0));
    view_put(m, "onward", view_text(p->l, told(f) ? "to_questions" : "begin"));
    view_put_new(m, "first", json_integer(told(f) ? first_open(p) : 1));
}

static struct page page_of(const struct views *v, const struct view_form *f)
{
    return (struct page){
        .f = f, .l = view_language_for(v, f->form->language[f->language].code), .symbols = json_object()};
}

void view_form_prefix(const struct views *v, const struct view_form *f, struct buf *out)
{
    struct page p = page_of(v, f);
    json_t *m = form_model(v, &p);

    view_put(m, "preview", f->preview);
    view_put(m, "offline_csp", f->preview != NULL ? v->offline_csp : NULL);
    view_put(m, "heading", in_language(&p, &f->form->title));
    put_intro(&p, m);
    put_title(&p, told(f) ? view_text(p.l, "fault_title") : "", m);
    view_put_new(m, "last", json_integer(f->form->questions + 1));
    put_faults(&p, m);
    put_languages(v, &p, f->preview != NULL ? VIEW_LINKS : VIEW_LINKS | VIEW_BUTTONS, m);
    if (f->group == NULL)
        view_put_new(m, "classes", classes_model(&p));
    if (f->asks_code || (f->code != NULL && f->code[0] != '\0') || (f->faults & CODE_FAULTS) != 0)
        view_put_new(m, "one_time", code_model(f));
    if (one_by_one(f) && f->faults == 0)
        put_hello(m, f->form);
    view_put_new(m, "questions", questions_model(&p));
    view_put_new(m, "use", p.symbols);
    view_render(v, "form.html", m, out);
}

void view_form_tail(const struct views *v, const char *submission_key, const char *code, struct buf *out)
{
    json_t *m = json_object();

    view_put(m, "key", submission_key);
    view_put(m, "code", code);
    view_render(v, "form_tail.html", m, out);
}

/* ---- a step as a page ---------------------------------------------------------------------------------- */

static void carry_number(json_t *fields, const char *name, int64_t n)
{
    char text[24];

    (void)snprintf(text, sizeof text, "%" PRId64, n);
    view_carry(fields, name, text);
}

/* All that the form has been given but the answer that the step asks for. */
static json_t *carried(const struct page *p, int asked, const char *submission_key)
{
    const struct view_form *f = p->f;
    json_t *fields = json_array();

    view_carry(fields, "key", submission_key);
    if (f->picked != 0)
        carry_number(fields, "group", f->picked);
    if (f->code != NULL && f->code[0] != '\0')
        view_carry(fields, "code", f->code);
    if (f->sure)
        view_carry(fields, "sure", "1");
    for (int q = 0; q < f->form->questions; q++) {
        uint8_t answer = given(p, q);

        if (q != asked && answer != ANSWER_NONE)
            carry_number(fields, f->form->question[q].id, answer == ANSWER_DONT_KNOW ? 0 : answer);
    }
    return fields;
}

void view_step(const struct views *v, const struct view_form *f, int step, const char *submission_key,
               struct buf *out)
{
    struct page p = page_of(v, f);
    json_t *m = form_model(v, &p);
    bool end = step > f->form->questions;
    char *where;

    view_put_new(m, "step", json_integer(step));
    view_put_new(m, "end", json_boolean(end));
    view_put_new(m, "fields", carried(&p, step - 1, submission_key));
    if (!end)
        view_put_new(m, "question", question_model(&p, step - 1));
    where = mem_printf("%s – ",
                       end ? view_text(p.l, "end_title")
                           : json_string_value(json_object_get(json_object_get(m, "question"), "progress")));
    put_title(&p, where, m);
    free(where);
    put_languages(v, &p, VIEW_BUTTONS, m);
    view_put_new(m, "use", p.symbols);
    view_render(v, "step.html", m, out);
}
