/* `poster`: one class's poster, or one for each link of a unit. */

#include <stdlib.h>
#include <string.h>

#include "collector/cmd.h"
#include "collector/drawing.h"
#include "collector/link.h"
#include "collector/pinned.h"
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
    char *organisation, *url;
    struct unit unit;
    struct round round;
    struct group group; /* id 0: none asked for */
    struct pinned forms;
    struct group *groups; /* of the unit in the round's school year */
    size_t group_count;
    struct access *links; /* those to print */
    size_t link_count;
    char *text_dir;
    struct buf pages[PAGES_MAX]; /* SVG */
    size_t page_count;
};

/* ---- what to print ------------------------------------------------------------------------------------- */

static bool find_group(const struct args *a, struct job *j, struct store *s, struct err *e)
{
    const char *name = args_text(a, "group");
    int year = round_school_year(j->round.code);
    char years[SCHOOL_YEAR_BYTES];

    if (name == NULL)
        return true;
    if (store_group_find(s, j->unit.code, year, name, &j->group, e))
        return true;
    school_year_format(year, years);
    return e->kind == ERR_NOT_FOUND
               ? err_set(e, ERR_NOT_FOUND, "%s has no class %.60s in %s: see 'tld-collector access list'",
                         j->unit.name, name, years)
               : false;
}

/* Keeps of the round's links those that are asked for. */
static bool find_links(const struct args *a, struct job *j, struct store *s, struct err *e)
{
    const char *id = args_text(a, "form");
    const struct form *form = id == NULL ? NULL : pinned_by_id(&j->forms, id);
    size_t kept = 0;

    if (id != NULL && form == NULL)
        return err_set(e, ERR_NOT_FOUND, "round %s has no form %.60s", j->round.code, id);
    if (!store_access_list(s, j->round.code, &j->links, &j->link_count, e))
        return false;
    for (size_t i = 0; i < j->link_count; i++) {
        const struct access *l = &j->links[i];
        if (strcmp(l->unit_code, j->unit.code) == 0 && l->group_id == j->group.id &&
            (form == NULL || memcmp(l->form_hash, form->hash, FORM_HASH_BYTES) == 0))
            j->links[kept++] = *l;
    }
    j->link_count = kept;
    if (kept == 0)
        return err_set(e, ERR_NOT_FOUND, "%s has no such link in round %s: see 'tld-collector access list'",
                       j->unit.name, j->round.code);
    if (kept > PAGES_MAX)
        return err_set(e, ERR_LIMIT, "%s has %zu links: name one with --form", j->unit.name, kept);
    return true;
}

static bool load(const struct args *a, struct job *j, struct err *e)
{
    const char *unit = args_text(a, "unit");
    struct store *s = NULL;
    bool ok = false;

    if (!cmd_store_open(a, STORE_READ, &s, e) || !cmd_round_get(s, args_text(a, "round"), &j->round, e) ||
        !cmd_public_url(a, s, &j->url, e) || !store_organisation(s, &j->organisation, e))
        goto out;
    if (!store_unit_get(s, unit, &j->unit, e)) {
        if (e->kind == ERR_NOT_FOUND)
            err_set(e, ERR_NOT_FOUND, "there is no unit %.60s", unit);
        goto out;
    }
    ok = pinned_load(s, j->round.code, &j->forms, e) && find_group(a, j, s, e) &&
         store_group_list(s, unit, round_school_year(j->round.code), &j->groups, &j->group_count, e) &&
         find_links(a, j, s, e);
out:
    store_close(s);
    return ok;
}

/* ---- the pages ----------------------------------------------------------------------------------------- */

/* Swedish, then the form's other languages, as far as there are poster words for them. */
static bool load_texts(const struct job *j, const struct form *f, struct poster_text *texts, size_t *count,
                       struct err *e)
{
    if (!poster_text_load(j->text_dir, "sv", &texts[0], e))
        return false;
    *count = 1;
    for (int i = 0; i < f->languages && *count < POSTER_LANGUAGES_MAX; i++) {
        if (strcmp(f->language[i].code, "sv") == 0)
            continue;
        if (poster_text_load(j->text_dir, f->language[i].code, &texts[*count], e))
            ++*count;
        else if (e->kind != ERR_NOT_FOUND)
            return false;
    }
    return true;
}

/* Whom a link is for: the class; of a unit's links the grades, or for other audiences the form's title. */
static char *below_unit(const struct job *j, const struct form *f, const struct poster_text *swedish)
{
    int from = GRADE_MAX + 1, to = -1;

    if (j->group.id != 0)
        return mem_dup(j->group.name);
    for (size_t i = 0; i < j->group_count; i++) {
        const struct group *g = &j->groups[i];
        if (g->grade == GRADE_NONE || !form_fits(f, g->school_form, g->grade))
            continue;
        from = g->grade < from ? g->grade : from;
        to = g->grade > to ? g->grade : to;
    }
    return f->audience == AUDIENCE_PUPIL && to >= 0 ? poster_text_grades(swedish, from, to)
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
    char *qr_text = link_qr(p->public_url, p->access_code);
    char *link = link_make(p->public_url, p->access_code);
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
    const struct form *f = pinned_by_hash(&j->forms, link->form_hash);
    struct poster_text texts[POSTER_LANGUAGES_MAX] = {{.scan = NULL}};
    struct poster p = {.organisation = j->organisation,
                       .unit = j->unit.name,
                       .round = j->round.code,
                       .public_url = j->url,
                       .access_code = link->code,
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
    if (j->link_count > 1)
        p.below_unit = NULL; /* the file's title is for all its pages */
    free(*title);
    *title = poster_title(&p);
out:
    free(below);
    for (size_t i = 0; i < POSTER_LANGUAGES_MAX; i++)
        poster_text_fini(&texts[i]);
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

bool cmd_poster(const struct args *a, struct err *e)
{
    const char *format = format_of(a);
    bool one_page = strcmp(format, "svg") == 0 || strcmp(format, "png") == 0;
    bool terminal = strcmp(format, "text") == 0;
    struct job j = {.text_dir = data_path("views/poster")};
    char *title = NULL;
    bool ok = false;

    pinned_init(&j.forms);
    if (!load(a, &j, e))
        goto out;
    if (one_page && j.link_count > 1) {
        char *ids = pinned_ids(&j.forms);
        err_set(e, ERR_INPUT,
                "%s has %zu links and a picture one page: name the form with --form (%s), or make a PDF",
                j.unit.name, j.link_count, ids);
        free(ids);
        goto out;
    }
    if (!terminal) {
        note_missing_glyphs(j.organisation);
        note_missing_glyphs(j.unit.name);
    }
    for (size_t i = 0; i < j.link_count; i++)
        if (!add_page(&j, &j.links[i], terminal, &title, e))
            goto out;
    if (j.round.state == ROUND_CLOSED || j.round.state == ROUND_SEALED)
        cmd_note("round %s is closed: the link only says so", j.round.code);
    ok = write_pages(&j, format, title, args_text(a, "output"), e);
out:
    for (size_t i = 0; i < j.page_count; i++)
        buf_fini(&j.pages[i]);
    free(title);
    free(j.text_dir);
    free(j.links);
    free(j.groups);
    pinned_fini(&j.forms);
    free(j.organisation);
    free(j.url);
    return ok;
}
