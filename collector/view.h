#ifndef TLD_COLLECTOR_VIEW_H
#define TLD_COLLECTOR_VIEW_H

/*
 * Every page that a pupil meets, as HTML made from the files in views/. Pure after loading: values in, bytes
 * out. All text comes from views/text/<language>.json and the form; all markup from views/<name>.html.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collector/form_body.h"
#include "core/base/buf.h"
#include "core/base/err.h"
#include "core/base/faults.h"
#include "core/domain/form.h"

struct views;

/*
 * Reads all templates, styles, scripts, symbols and texts of a directory (data_path("views")), once. `root`
 * is the path of the public address without the first '/': "" or "enkat/". Everything wrong is added to
 * faults as file:line; then false with a summary in e (ERR_INPUT, ERR_NOT_FOUND, ERR_IO).
 */
bool views_load(const char *dir, const char *root, struct views **out, struct faults *faults, struct err *e)
    __attribute__((warn_unused_result));
void views_free(struct views *v);

/* Value of the Content-Security-Policy header for all pages: hashes of our own style and script, else none.
 */
const char *views_csp(const struct views *v);

/* Whether views/symbols has <name>.svg, so that a form that names it can be shown. */
bool views_have_symbol(const struct views *v, const char *name);

/* Adds what that drawing has within its <svg>, on a field of 64 × 64: shapes of the classes face, ink and
 * stroke (views/README.md). */
void views_symbol(const struct views *v, const char *name, struct buf *out);

/* The language to speak when a request asked for `wanted` (NULL, unknown, hostile are all fine): one that
 * views/text has, else Swedish. Borrowed from v. */
const char *views_language(const struct views *v, const char *wanted);

/* A text of views/text/<language>.json, Swedish where that language has none. Borrowed from v. */
const char *views_text(const struct views *v, const char *language, const char *name);

/* ---- the form ------------------------------------------------------------------------------------------ */

struct view_class {
    int64_t group_id; /* the value of the field `group` */
    const char *name;
    enum school_form school_form; /* what a group of its kind is called */
    bool needs_code;              /* it answers by one-time codes */
};

/* What is said at the top of the form when it is sent back (422, 409). */
enum view_fault {
    VIEW_FAULT_BODY = 1,       /* the body could not be read at all */
    VIEW_FAULT_KEY = 2,        /* no key, or not one of ours for this page: send once more */
    VIEW_FAULT_CLASS = 4,      /* no class picked, or one that is not on this page */
    VIEW_FAULT_ANSWERS = 8,    /* an answer that the form does not have */
    VIEW_FAULT_EMPTY = 16,     /* nothing answered at all */
    VIEW_FAULT_CODE = 32,      /* a one-time code that the class does not have */
    VIEW_FAULT_NO_CODE = 64,   /* none, where the class answers by codes */
    VIEW_FAULT_OPEN = 128,     /* no fault, a question: most are unanswered, and it was not asked before */
    VIEW_FAULT_CODE_USED = 256 /* a one-time code with which somebody has answered */
};

/* Strings are borrowed during the call. */
struct view_form {
    const struct form *form;
    int language; /* index into form->language: form_language_index of the wanted one, 0 when that is -1 */
    bool shared;  /* children share the device */
    int sent;     /* with shared: answers sent from it so far */
    const char *access; /* the access code, for the address of "Tack" */
    const char *organisation;
    const char *unit;
    const char *group;                /* the class of the link; NULL when the pupil picks */
    const struct view_class *classes; /* to pick from, in the order to show; when group is NULL */
    size_t class_count;
    unsigned faults; /* of enum view_fault; 0 on a first visit */
    bool stopped;    /* nothing was sent: the faults stand between a form's first screen and its questions */
    bool sure;       /* was asked about open questions before */
    const uint8_t *answers; /* one byte per question to show as given (ANSWER_NONE where unreadable), or NULL
                             */
    int64_t picked;         /* group_id to show as picked; 0 none */
    bool needs_code;        /* nobody answers here without a one-time code */
    bool asks_code; /* whether a one-time code can be typed in; a fault of the code shows the field anyway */
    const char *code;    /* to show as typed, or NULL */
    const char *preview; /* NULL: a real page; else one to look at, which can not be sent and says so: how the
                            names of its files begin, before "-<language>.html" */
};

/*
 * A page is view_form_prefix followed by view_form_tail. Without faults, answers and picked the prefix is the
 * same for every visitor of an access point in one language, and may be kept (page_cache.h). The form posts
 * to its own address with ?lang=<language>.
 */
void view_form_prefix(const struct views *v, const struct view_form *f, struct buf *out);
/* `code`: the one-time code that the page was opened with and carries unseen, or NULL. */
void view_form_tail(const struct views *v, const char *submission_key, const char *code, struct buf *out);

/*
 * One step of a form that asks one question at a time, for where no script shows the steps of the whole page:
 * 1 to `questions`, then the end, which sends. What was given elsewhere (answers, picked, code, sure) goes
 * along unseen, with the key. Faults are not shown.
 */
void view_step(const struct views *v, const struct view_form *f, int step, const char *submission_key,
               struct buf *out);

/* The page of a form to look at, whole, to be opened as a file. */
void view_preview(const struct views *v, const struct form *form, int language, const char *stem,
                  struct buf *out);

/* The page that links all that was made of a form: <stem>-<language>.html and .pdf. */
struct view_preview_index {
    const struct form *form;
    const char *stem;
    const size_t *sheets; /* of the paper form in each language */
};
void view_preview_index(const struct views *v, const struct view_preview_index *p, struct buf *out);

/* ---- all other pages ----------------------------------------------------------------------------------- */

enum view_message_kind {
    VIEW_THANKS,       /* 200: the answers are on disk */
    VIEW_OVER,         /* 200: the end, where it is not known whether answers were sent */
    VIEW_NOT_OPEN_YET, /* 403 or 404 as http decides; time_s: when it opens */
    VIEW_CLOSED,       /* 410; time_s: when it closed */
    VIEW_TOO_LATE,     /* 410 to answers that came after it; time_s: the same */
    VIEW_UNKNOWN_LINK, /* 404; with a field to enter a code */
    VIEW_NOT_FOUND,    /* 404 for a path that is no link */
    VIEW_CODE_USED,    /* 409 */
    VIEW_TOO_LARGE,    /* 413 */
    VIEW_BAD_REQUEST,  /* 400, 415 and the like */
    VIEW_BAD_METHOD,   /* 405 */
    VIEW_MESSAGE_KINDS
};

enum view_help { VIEW_HELP_NONE, VIEW_HELP_CHILD, VIEW_HELP_ADULT };

struct view_message {
    enum view_message_kind kind;
    const char *language;     /* from views_language */
    const char *organisation; /* each NULL when not known */
    const char *unit;
    const char *group;
    int64_t time_s;      /* UTC seconds, shown on a Swedish clock; 0 when not known */
    enum view_help help; /* VIEW_THANKS also says where one can turn */
    const char
        *next; /* where children share a device: the access code for the next child; NULL: not shared */
    int sent;  /* with next: answers sent from the device so far */
    const char *keep; /* what its address in another language has besides: "" or "&…"; NULL: no links there */
};
void view_message(const struct views *v, const struct view_message *m, struct buf *out);

/* 503 to a POST: says that the answers are not saved yet and has a button that sends the same fields again to
 * the same address, and others that show the form with them in its other languages (its last step, where it
 * has steps). */
struct view_resend {
    const char *language;                    /* from views_language */
    const char *organisation, *unit, *group; /* group NULL: as of struct view_form */
    const char *access;
    const struct form *form;
    int sent; /* where children share a device: answers sent from it so far; -1: not shared */
    const struct form_body *body;
};
void view_resend(const struct views *v, const struct view_resend *r, struct buf *out);

/* The start page, where a code from a poster, a slip's with its address or a whole link can be typed; it
 * comes as GET /<root>?code=… (any case, blanks and hyphens may stand in it). `mistyped`: what was entered
 * and is no link, or NULL. */
void view_start(const struct views *v, const char *language, const char *organisation, const char *mistyped,
                struct buf *out);

/* ---- about the survey ---------------------------------------------------------------------------------- */

/* The same as views_language among the languages that views/about has. */
const char *views_about_language(const struct views *v, const char *wanted);

enum view_about_kind { VIEW_PRIVACY, VIEW_ACCESSIBILITY };

struct view_field {
    const char *table, *column;
    const char *comment; /* what the schema says; shown where views/about has no words for the field */
};

/* Strings are borrowed during the call. */
struct view_about {
    enum view_about_kind kind;
    const char *language; /* from views_about_language */
    const char *organisation;
    const char *contact;             /* whom to turn to; NULL when not known, as the next two */
    const char *data_protection;     /* how the data protection officer is reached */
    const char *legal_basis;         /* what the organisation states */
    const struct view_field *fields; /* all that is stored, table by table */
    size_t field_count;
    const struct form *const *forms; /* that are answered now */
    size_t form_count;
};
void view_about(const struct views *v, const struct view_about *a, struct buf *out);

#endif
