/* `poster`: one class's poster, or one for each link of a unit. */

#include <stdlib.h>
#include <string.h>

#include "collector/cmd.h"
#include "collector/cmd_place.h"
#include "collector/drawing.h"
#include "collector/link.h"
#include "collector/poster.h"
#include "collector/qr.h"
#include "core/base/data_dir.h"
#include "core/base/file.h"
#include "core/base/mem.h"

enum { PNG_DPI = 200, PAGES_MAX = 24 };

const struct opt cmd_poster_options[] = {
    {.name = "round", .value = "ROUND", .required = true, .help = "the round, as 2026-10"},
    {.name = "unit", .value = "CODE", .required = true, .help = "the school"},
    {.name = "group", .value = "NAME", .help = "the class; else the unit's own links, one page each"},
    {.name = "form", .value = "ID", .help = "the link to this form only"},
    {.name = "shared", .help = "for a tablet that children pass on: with 'Nästa barn' after each"},
    {.name = "format",
     .value = "FORMAT",
     .choices = "pdf|svg|png|text",
     .help = "text: the QR code for a terminal (else by the file's ending, else pdf)"},
    {.name = "output",
     .value = "FILE",
     .required = true,
     .help = "the file to write, '-' for standard output"},
    CMD_PUBLIC_URL,
    {.name = NULL},
};

/* All that the pages are made of. */
struct job {
    struct place place;
    struct group *groups; /* of the unit in the round's school year */
    size_t group_count;
    bool shared;
    char *text_dir;
    struct buf pages[PAGES_MAX]; /* SVG */
    size_t page_count;
};

static bool load(const struct args *a, struct job *j, struct err *e)
{
    struct store *s = NULL;
    bool ok = cmd_store_open(a, STORE_READ, &s, e) && place_load(a, s, &j->place, e) &&
              store_group_list(s, j->place.unit.code, round_school_year(j->place.round.code), &j->groups,
                               &j->group_count, e);

    store_close(s);
    if (ok && j->place.link_count > PAGES_MAX)
        return err_set(e, ERR_LIMIT, "%s has %zu links: name one with --form", j->place.unit.name,
                       j->place.link_count);
    return ok;
}

/* ---- the pages ----------------------------------------------------------------------------------------- */

/* Swedish, then the form's other languages, as far as there are poster words for them. */
static bool load_texts(const struct job *j, const struct form *f, struct print_text *texts, size_t *count,
                       struct err *e)
{
    if (!print_text_load(j->text_dir, "sv", PRINT_POSTER, &texts[0], e))
        return false;
    *count = 1;
    for (int i = 0; i < f->languages && *count < POSTER_LANGUAGES_MAX; i++) {
        if (strcmp(f->language[i].code, "sv") == 0)
            continue;
        if (print_text_load(j->text_dir, f->language[i].code, PRINT_POSTER, &texts[*count], e))
            ++*count;
        else if (e->kind != ERR_NOT_FOUND)
            return false;
    }
    return true;
}

/* Whom a link is for: the class; of a unit's links the grades, or for other audiences the form's title. */
static char *below_unit(const struct job *j, const struct form *f, const struct print_text *swedish)
{
    int from = GRADE_MAX + 1, to = -1;

    if (j->place.group.id != 0)
        return mem_dup(j->place.group.name);
    for (size_t i = 0; i < j->group_count; i++) {
        const struct group *g = &j->groups[i];
        if (g->grade == GRADE_NONE || !form_fits(f, g->school_form, g->grade))
            continue;
        from = g->grade < from ? g->grade : from;
        to = g->grade > to ? g->grade : to;
    }
    return f->audience == AUDIENCE_PUPIL && to >= 0 ? print_text_grades(swedish, from, to)
                                                    : mem_dup(f->title.in[0]);
}

static void note_missing_glyphs(const char *name)
{
    if (drawing_missing_glyphs(name) > 0)
        cmd_note("no installed font has all characters of \"%s\": install one (fonts-noto-core, "
                 "fonts-noto-extra, fonts-noto-cjk), or the poster shows boxes",
                 name);
}

/* The code for a terminal, with what it is for above and the link below. */
static bool terminal_page(const struct poster *p, struct buf *out, struct err *e)
{
    char *qr_text =
        p->shared ? link_shared_qr(p->public_url, p->access_code) : link_qr(p->public_url, p->access_code);
    char *link =
        p->shared ? link_shared(p->public_url, p->access_code) : link_make(p->public_url, p->access_code);
    char *title = poster_title(p);
    struct qr qr = {.modules = 0};
    bool ok = qr_make(qr_text, &qr, e);

    if (ok) {
        buf_addf(out, "%s\n", title);
        qr_terminal(&qr, out);
        buf_addf(out, "%s\n", link);
    }
    qr_fini(&qr);
    free(title);
    free(link);
    free(qr_text);
    return ok;
}

static bool add_page(struct job *j, const struct access *link, bool terminal, char **title, struct err *e)
{
    const struct form *f = pinned_by_hash(&j->place.forms, link->form_hash);
    struct print_text texts[POSTER_LANGUAGES_MAX] = {{.root = NULL}};
    struct poster p = {.organisation = j->place.organisation,
                       .unit = j->place.unit.name,
                       .round = j->place.round.code,
                       .public_url = j->place.url,
                       .access_code = link->code,
                       .shared = j->shared,
                       .text = texts};
    struct buf *page = &j->pages[j->page_count++];
    char *below = NULL;
    bool ok = false;

    if (f == NULL)
        return err_set(e, ERR_BUG, "link %s leads to a form that the round does not have", link->code);
    if (!load_texts(j, f, texts, &p.languages, e))
        goto out;
    below = below_unit(j, f, &texts[0]);
    p.below_unit = below;
    if (!terminal)
        note_missing_glyphs(below);
    ok = terminal ? terminal_page(&p, page, e) : poster_svg(&p, page, e);
    if (j->place.link_count > 1)
        p.below_unit = NULL; /* the file's title is for all its pages */
    free(*title);
    *title = poster_title(&p);
out:
    free(below);
    for (size_t i = 0; i < POSTER_LANGUAGES_MAX; i++)
        print_text_fini(&texts[i]);
    return ok;
}

/* ---- the file ------------------------------------------------------------------------------------------ */

static const char *format_of(const struct args *a)
{
    const char *format = args_text(a, "format");
    const char *ending = strrchr(args_text(a, "output"), '.');

    if (format != NULL)
        return format;
    if (ending != NULL && (strcmp(ending, ".svg") == 0 || strcmp(ending, ".png") == 0))
        return ending + 1;
    return "pdf";
}

static bool write_pages(struct job *j, const char *format, const char *title, const char *file, struct err *e)
{
    struct buf out = BUF_INIT;
    bool ok = true;

    if (strcmp(format, "pdf") == 0)
        ok = drawing_pdf(j->pages, j->page_count, title, &out, e);
    else if (strcmp(format, "png") == 0)
        ok = drawing_png(&j->pages[0], PNG_DPI, &out, e);
    else
        for (size_t i = 0; i < j->page_count; i++)
            buf_add(&out, j->pages[i].data, j->pages[i].bytes);
    ok = ok && file_write(file, out.data, out.bytes, e);
    buf_fini(&out);
    return ok;
}

/* A picture has one page. */
static bool refuse_many(const struct job *j, struct err *e)
{
    struct buf ids = BUF_INIT;

    for (size_t i = 0; i < j->place.link_count; i++) {
        const struct form *f = pinned_by_hash(&j->place.forms, j->place.links[i].form_hash);

        if (f != NULL)
            buf_addf(&ids, "%s%s", ids.bytes == 0 ? "" : ", ", f->id);
    }
    err_set(e, ERR_INPUT,
            "%s has %zu links and a picture one page: name the form with --form (%s), or make a PDF",
            j->place.unit.name, j->place.link_count, buf_str(&ids));
    buf_fini(&ids);
    return false;
}

bool cmd_poster(const struct args *a, struct err *e)
{
    const char *format = format_of(a);
    bool one_page = strcmp(format, "svg") == 0 || strcmp(format, "png") == 0;
    bool terminal = strcmp(format, "text") == 0;
    struct job j = {.text_dir = data_path("views/print"), .shared = args_flag(a, "shared")};
    char *title = NULL;
    bool ok = false;

    place_init(&j.place);
    if (!load(a, &j, e))
        goto out;
    if (one_page && j.place.link_count > 1 && !refuse_many(&j, e))
        goto out;
    if (!terminal) {
        note_missing_glyphs(j.place.organisation);
        note_missing_glyphs(j.place.unit.name);
    }
    for (size_t i = 0; i < j.place.link_count; i++)
        if (!add_page(&j, &j.place.links[i], terminal, &title, e))
            goto out;
    if (j.place.round.state == ROUND_CLOSED || j.place.round.state == ROUND_SEALED)
        cmd_note("round %s is closed: the link only says so", j.place.round.code);
    ok = write_pages(&j, format, title, args_text(a, "output"), e);
out:
    for (size_t i = 0; i < j.page_count; i++)
        buf_fini(&j.pages[i]);
    free(title);
    free(j.text_dir);
    free(j.groups);
    place_fini(&j.place);
    return ok;
}
