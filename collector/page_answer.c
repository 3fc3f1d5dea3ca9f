/*
 * POST /{access}: reads the answers, hands them to the intake, and answers when they are durable.
 *
 * A response without a single answer is not stored: it would say nothing, and it would use up the submission
 * key of a pupil who goes back and answers. The form comes again and says so. It also comes again, once, when
 * most questions are open: a slip of the finger, perhaps. But what was stored with the same key before is
 * thanked for, whatever is wrong with what comes now: "not sent" would not be true.
 *
 * Where no script runs a form is also posted to come to another page of it: in another language, or, one
 * question at a time, to the step that the field `steg` names (0 the first screen, then the questions, then
 * the end). That stores nothing; what was given goes along from page to page, with the key.
 */

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "collector/page_reply.h"
#include "collector/pages.h"
#include "core/base/mem.h"

enum { RETRY_AFTER_S = 5, NOT_ASKED = -1 };

/* What keeps a pupil on the first screen of a form. */
enum { STOPS = VIEW_FAULT_CLASS | VIEW_FAULT_CODE | VIEW_FAULT_NO_CODE };

/* What one POST carries until it has its reply. */
struct sending {
    struct intake_entry entry; /* first: the intake gives it back */
    struct request *request;
    struct site *site;
    struct survey *survey;
    const struct survey_point *point; /* NULL: no such link */
    struct form_body body;
    uint8_t nonce[SUBMISSION_NONCE_BYTES];
    uint8_t answers[FORM_QUESTIONS_MAX];
    char code[ACCESS_CODE_BYTES]; /* the one-time code; "" = none */
    int64_t group_id;
    int step;        /* of the form, asked for in place of sending; NOT_ASKED: none */
    bool key_read;   /* nonce is that of a key of ours for this page */
    unsigned faults; /* of enum view_fault */
    enum intake_result result;
};

static void sending_free(void *own)
{
    struct sending *s = own;

    form_body_fini(&s->body);
    survey_release(s->survey);
    secret_wipe(s, sizeof *s);
    free(s);
}

/* ---- reading ---------------------------------------------------------------------------------------------
 */

static bool is_urlencoded(const char *content_type)
{
    static const char WANTED[] = "application/x-www-form-urlencoded";
    size_t n = strcspn(content_type, "; \t");

    return n == 0 || (n == sizeof WANTED - 1 && strncasecmp(content_type, WANTED, n) == 0);
}

static void read_key(struct sending *s)
{
    const char *key = form_body_get(&s->body, "key");

    s->key_read =
        key != NULL && submission_key_read(&s->site->submission, s->point->access.code, key, s->nonce);
    if (!s->key_read)
        s->faults |= VIEW_FAULT_KEY;
}

/* A positive decimal number, else 0. */
static int64_t read_id(const char *text)
{
    char *end;

    if (text == NULL || *text < '1' || *text > '9' || strlen(text) > 18)
        return 0;
    int64_t id = strtoll(text, &end, 10);
    return *end == '\0' ? id : 0;
}

static void read_group(struct sending *s)
{
    s->group_id = s->point->access.group_id;
    if (s->group_id == 0)
        s->group_id = read_id(form_body_get(&s->body, "group"));
    if (!survey_takes_group(s->point, s->group_id)) {
        s->group_id = 0;
        s->faults |= VIEW_FAULT_CLASS;
    }
}

/* Whether the class asks for a code only the store knows. */
static void read_code(struct sending *s)
{
    const char *typed = form_body_get(&s->body, "code");
    const char *address;

    if (typed == NULL || typed[strspn(typed, " ")] == '\0')
        return;
    /* as a slip has it, before the code */
    address = strrchr(typed, '/');
    if (address != NULL)
        typed = address + 1;
    if (!access_code_read_typed(typed, s->code)) {
        s->code[0] = '\0';
        s->faults |= VIEW_FAULT_CODE;
    }
}

static void read_answers(struct sending *s)
{
    const struct form *f = s->point->form;
    int open = 0;

    for (int q = 0; q < f->questions; q++) {
        const char *value = form_body_get(&s->body, f->question[q].id);

        if (value != NULL && !form_answer_parse(f, q, value, &s->answers[q])) {
            s->answers[q] = ANSWER_NONE;
            s->faults |= VIEW_FAULT_ANSWERS;
        }
        open += s->answers[q] == ANSWER_NONE;
    }
    if (open == f->questions && (s->faults & VIEW_FAULT_ANSWERS) == 0)
        s->faults |= VIEW_FAULT_EMPTY;
    /* Asked once: the page that asks, and the script, which asks by itself, send it along. */
    if (open < f->questions && 2 * open > f->questions && form_body_get(&s->body, "sure") == NULL)
        s->faults |= VIEW_FAULT_OPEN;
}

/* The nearest step to what is asked for; what is no number is the first screen. */
static int nearest_step(const struct form *f, const char *text)
{
    int end = f->presentation == PRESENT_ONE_BY_ONE ? f->questions + 1 : 0;
    int n = 0;

    for (; *text >= '0' && *text <= '9' && n <= end; text++)
        n = 10 * n + *text - '0';
    if (n > end)
        return end;
    return *text == '\0' ? n : 0;
}

/* Another language is asked for on the first screen, or by a form that has no others. */
static void read_step(struct sending *s)
{
    const char *step = form_body_get(&s->body, "steg");

    if (step != NULL)
        s->step = nearest_step(s->point->form, step);
    else if (form_body_get(&s->body, "lang") != NULL)
        s->step = 0;
}

static void read_body(struct sending *s)
{
    struct err e = ERR_INIT;

    if (!form_body_parse(s->request->body.data, s->request->body.bytes, &s->body, &e)) {
        s->faults = VIEW_FAULT_BODY;
        return;
    }
    read_key(s);
    read_group(s);
    read_code(s);
    read_answers(s);
    read_step(s);
}

/* ---- replies ---------------------------------------------------------------------------------------------
 */

/* The form with what was given. */
static struct view_form form_given(const struct sending *s)
{
    const struct survey_point *p = s->point;
    struct view_form f = page_view_form(s->survey, p, page_form_language(p->form, s->request));

    f.sent = page_shared(s->request);
    f.shared = f.sent >= 0;
    f.answers = s->answers;
    f.code = form_body_get(&s->body, "code");
    f.sure = form_body_get(&s->body, "sure") != NULL;
    f.picked = p->access.group_id == 0 ? s->group_id : 0;
    return f;
}

/* The same key where it was good: whatever becomes of an earlier sending, the next one adds nothing to it. */
static void key_again(const struct sending *s, char key[SUBMISSION_KEY_BYTES])
{
    uint8_t nonce[SUBMISSION_NONCE_BYTES];

    memcpy(nonce, s->nonce, sizeof nonce);
    if (!s->key_read)
        site_nonce(s->site, nonce);
    submission_key_write(&s->site->submission, s->point->access.code, nonce, key);
}

/* A page with answers in it. "Back" shows it again, but not on a tablet that is passed on. */
static void reply_given(const struct sending *s, const struct view_form *f, unsigned status, struct buf *html)
{
    page_html_compressed(s->site, s->request, status, f->form->language[f->language].code, html);
    s->request->reply.for_back = !f->shared;
}

static void reply_whole(const struct sending *s, const struct view_form *f)
{
    char key[SUBMISSION_KEY_BYTES];
    struct buf html = BUF_INIT;
    unsigned status = f->faults == 0 ? 200 : (f->faults & VIEW_FAULT_CODE_USED) != 0 ? 409 : 422;

    key_again(s, key);
    view_form_prefix(s->site->views, f, &html);
    view_form_tail(s->site->views, key, NULL, &html);
    reply_given(s, f, status, &html);
    buf_fini(&html);
}

/* The form again, with what is wrong with what was sent. */
static void reply_form_again(const struct sending *s)
{
    struct view_form f = form_given(s);

    f.faults = s->faults;
    reply_whole(s, &f);
}

static bool needs_code(const struct sending *s)
{
    bool needs = s->point->needs_code;

    for (size_t i = 0; i < s->point->class_count; i++)
        needs = needs || (s->point->classes[i].needs_code && s->point->classes[i].group_id == s->group_id);
    return needs;
}

/* The page that is asked for, or what must be told first. Whether a code is good shows when it is sent. */
static void reply_step(const struct sending *s)
{
    struct view_form f = form_given(s);
    char key[SUBMISSION_KEY_BYTES];
    struct buf html = BUF_INIT;

    if (s->step > 0) {
        bool no_code = s->code[0] == '\0' && (s->faults & VIEW_FAULT_CODE) == 0 && needs_code(s);

        f.faults = (s->faults & STOPS) | (no_code ? VIEW_FAULT_NO_CODE : 0U);
        f.stopped = true;
    }
    if (s->step == 0 || f.faults != 0) {
        reply_whole(s, &f);
        return;
    }
    key_again(s, key);
    view_step(s->site->views, &f, s->step, key, &html);
    reply_given(s, &f, 200, &html);
    buf_fini(&html);
}

static void reply_send_again(const struct sending *s)
{
    struct buf html = BUF_INIT;
    const char *language = page_language(s->site, s->request);

    const struct view_resend again = {.language = language,
                                      .organisation = survey_organisation(s->survey),
                                      .unit = s->point->unit,
                                      .group = s->point->group,
                                      .access = s->point->access.code,
                                      .form = s->point->form,
                                      .sent = page_shared(s->request),
                                      .body = &s->body};

    view_resend(s->site->views, &again, &html);
    page_html(s->site, s->request, 503, language, &html);
    s->request->reply.retry_after_s = RETRY_AFTER_S;
    buf_fini(&html);
}

static void reply_thanks(const struct sending *s)
{
    char path[ACCESS_CODE_BYTES + sizeof "/tack"] = "";

    int shared = page_shared(s->request);

    strcat(strcat(path, s->point->access.code), "/tack");
    page_see_other(s->site, s->request, path, "sparat=1", shared < 0 ? shared : shared + 1);
}

/* The survey may be a moment behind the store, and then does not know since when. */
static void reply_too_late(const struct sending *s)
{
    int64_t closes_s = s->point->round->closes_s;
    bool passed = s->point->round->state == ROUND_CLOSED && closes_s <= (int64_t)time(NULL);

    page_message(s->site, s->request, 410, VIEW_TOO_LATE, s->survey, s->point, passed ? closes_s : 0);
}

static void reply_code_fault(struct sending *s, enum view_fault fault)
{
    s->faults |= (unsigned)fault;
    reply_form_again(s);
}

static void reply_to_result(struct sending *s)
{
    switch (s->result) {
    case INTAKE_STORED:
        reply_thanks(s);
        break;
    case INTAKE_CLOSED:
        reply_too_late(s);
        break;
    case INTAKE_CODE_NEEDED:
        reply_code_fault(s, VIEW_FAULT_NO_CODE);
        break;
    case INTAKE_CODE_UNKNOWN:
        reply_code_fault(s, VIEW_FAULT_CODE);
        break;
    case INTAKE_CODE_USED:
        reply_code_fault(s, VIEW_FAULT_CODE_USED);
        break;
    case INTAKE_CODE_NOT_USED:
    case INTAKE_KEY_NEW:
        break; /* this was no question */
    case INTAKE_FAILED:
        reply_send_again(s);
        break;
    }
}

static void reply_to_fault(const struct sending *s)
{
    if (s->point->round->state == ROUND_CLOSED)
        reply_too_late(s);
    else if (s->step != NOT_ASKED)
        reply_step(s);
    else
        reply_form_again(s);
}

/* When the store could not tell, there is still something to put right first. */
static void reply_to_key(const struct sending *s)
{
    if (s->result == INTAKE_STORED)
        reply_thanks(s);
    else
        reply_to_fault(s);
}

/*
 * A script reads the reply and must not take another's for ours: a login page of the school's network, a
 * proxy's. So it gets plain text: "TLD " and the key that is answered for, or "-" when there is none of ours;
 * 200 stands for 303, as a script does not see what a redirect says.
 */
static void say_shortly(const struct sending *s)
{
    struct reply *p = &s->request->reply;
    char key[SUBMISSION_KEY_BYTES] = "-";

    if (!request_wants_text(s->request) || s->step != NOT_ASKED)
        return;
    if (s->point != NULL && s->key_read)
        submission_key_write(&s->site->submission, s->point->access.code, s->nonce, key);
    unsigned status = p->status == 303 ? 200 : p->status;
    int retry_after_s = p->retry_after_s;
    reply_fini(p);
    *p =
        (struct reply){.status = status, .type = "text/plain; charset=utf-8", .retry_after_s = retry_after_s};
    buf_addf(&p->body, "TLD %s", key);
}

/* ---- the handler -----------------------------------------------------------------------------------------
 */

static void reply_later(struct request *r)
{
    struct sending *s = r->own;

    if (s->entry.asks == INTAKE_ASKS_KEY)
        reply_to_key(s);
    else
        reply_to_result(s);
    say_shortly(s);
}

static void on_done(struct intake_entry *entry, enum intake_result result)
{
    struct sending *s = (struct sending *)(void *)entry;

    s->result = result;
    request_finish(s->request);
}

static enum handled hand_in(struct sending *s)
{
    s->entry.done = on_done;
    s->entry.submission = (struct submission){
        .round = s->point->access.round,
        .group_id = s->group_id,
        .form_hash = s->point->access.form_hash,
        .nonce = s->nonce,
        .answers = s->answers,
        .questions = (size_t)s->point->form->questions,
        .code = s->code[0] != '\0' ? s->code : NULL,
    };
    s->request->later = reply_later;
    if (intake_put(s->site->intake, &s->entry))
        return HANDLED_LATER;
    reply_send_again(s);
    return HANDLED_NOW;
}

/* Answers that can not be taken as they are, or are not sent yet. */
static enum handled answer_fault(struct sending *s)
{
    s->entry.done = on_done;
    s->entry.asks = INTAKE_ASKS_KEY;
    s->entry.submission = (struct submission){.round = s->point->access.round, .nonce = s->nonce};
    s->request->later = reply_later;
    if (s->key_read && intake_put(s->site->intake, &s->entry))
        return HANDLED_LATER;
    reply_to_fault(s);
    return HANDLED_NOW;
}

static enum handled take(struct sending *s)
{
    struct request *r = s->request;

    if (!is_urlencoded(r->content_type)) {
        page_message(s->site, r, 415, VIEW_BAD_REQUEST, s->survey, s->point, 0);
        return HANDLED_NOW;
    }
    /* A closed round still says "Tack" to an answer that it got before: only the store knows. */
    bool asks_store =
        s->point != NULL && (s->point->round->state == ROUND_OPEN || s->point->round->state == ROUND_CLOSED);
    if (!asks_store) {
        page_instead(s->site, r, s->survey, s->point);
        return HANDLED_NOW;
    }
    read_body(s);
    /* Not sent yet. On a tablet that is passed on nobody comes back to the answers of a child who has sent.
     */
    if (s->step != NOT_ASKED && s->point->round->state == ROUND_OPEN && page_shared(r) < 0) {
        reply_step(s);
        return HANDLED_NOW;
    }
    return s->faults != 0 || s->step != NOT_ASKED ? answer_fault(s) : hand_in(s);
}

enum handled page_answer(struct site *site, struct request *r)
{
    struct sending *s = mem_alloc(1, sizeof *s);

    s->request = r;
    s->step = NOT_ASKED;
    s->site = site;
    s->survey = site_survey(site);
    s->point = page_point(s->survey, r);
    r->own = s;
    r->own_free = sending_free;
    enum handled handled = take(s);
    if (handled == HANDLED_NOW)
        say_shortly(s);
    return handled;
}
