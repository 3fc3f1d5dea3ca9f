/* `instructions`: what a teacher needs to know, on one page. */

#include <stdlib.h>
#include <string.h>

#include "collector/cmd.h"
#include "collector/cmd_place.h"
#include "collector/drawing.h"
#include "collector/guide.h"
#include "collector/link.h"
#include "core/base/data_dir.h"
#include "core/base/file.h"
#include "core/base/mem.h"

const struct opt cmd_instructions_options[] = {
    {.name = "round", .value = "ROUND", .required = true, .help = "the round, as 2026-10"},
    {.name = "unit", .value = "CODE", .required = true, .help = "the school"},
    {.name = "group", .value = "NAME", .help = "the class; else for all of the unit"},
    {.name = "form", .value = "ID", .help = "the form to answer (else the pupils')"},
    {.name = "shared", .help = "the children pass a tablet on: its link, and how"},
    {.name = "language",
     .value = "LANGUAGE",
     .choices = "sv|en",
     .help = "one page in this language (else one in each)"},
    {.name = "output",
     .value = "FILE",
     .required = true,
     .help = "the PDF to write, '-' for standard output"},
    CMD_PUBLIC_URL,
    {.name = NULL},
};

static const char *const LANGUAGES[] = {"sv", "en"};
enum { LANGUAGE_COUNT = sizeof LANGUAGES / sizeof *LANGUAGES };

struct job {
    struct place place;
    char *address; /* NULL: there are several links */
    char *contact; /* NULL: not told */
    bool slips, shared;
    struct buf pages[LANGUAGE_COUNT];
    size_t page_count;
    char *title;
};

/* A class's link to the pupils' form; a unit's when it has only one. */
static bool choose_link(const struct args *a, struct job *j, const struct access **out, struct err *e)
{
    size_t found = 0;

    *out = NULL;
    for (size_t i = 0; i < j->place.link_count; i++) {
        const struct form *f = pinned_by_hash(&j->place.forms, j->place.links[i].form_hash);

        if (f == NULL || f->audience != AUDIENCE_PUPIL)
            continue;
        *out = found++ == 0 ? &j->place.links[i] : NULL;
    }
    if (found > 0)
        return true;
    if (args_given(a, "form"))
        return err_set(e, ERR_INPUT, "form %s is not for pupils: these are instructions for a class",
                       args_text(a, "form"));
    return err_set(e, ERR_NOT_FOUND, "%s has no link for pupils in round %s", j->place.unit.name,
                   j->place.round.code);
}

static bool has_slips(struct store *s, const struct access *link, bool *has, struct err *e)
{
    struct code_count *codes = NULL;
    size_t count = 0;

    *has = false;
    if (!store_code_counts(s, link->round, &codes, &count, e))
        return false;
    for (size_t i = 0; i < count; i++)
        *has = *has || (codes[i].group_id == link->group_id &&
                        memcmp(codes[i].form_hash, link->form_hash, FORM_HASH_BYTES) == 0);
    free(codes);
    return true;
}

static bool load(const struct args *a, struct job *j, struct err *e)
{
    const struct access *link = NULL;
    struct store *s = NULL;
    bool ok = cmd_store_open(a, STORE_READ, &s, e) && place_load(a, s, &j->place, e) &&
              store_setting_get(s, "contact", &j->contact, e) && choose_link(a, j, &link, e) &&
              (link == NULL || has_slips(s, link, &j->slips, e));

    store_close(s);
    if (ok && link != NULL) {
        char *typed = link_typed(j->place.url);

        j->address = mem_printf("%s%s%s", typed, link->code, j->shared ? LINK_SHARED : "");
        free(typed);
    }
    return ok;
}

/* In the words of those who work with the class, or with all of the unit. */
static unsigned parts_for(const struct place *p)
{
    const unsigned young = 1U << SCHOOL_FORM_FORSKOLA | 1U << SCHOOL_FORM_FRITIDSHEM;
    const unsigned adult = 1U << SCHOOL_FORM_VUXENUTBILDNING;
    unsigned forms = p->group.id != 0 ? 1U << p->group.school_form : p->unit.school_forms;

    if (forms == adult)
        return PRINT_GUIDE | PRINT_GUIDE_ADULT;
    return (forms & ~young) == 0 ? PRINT_GUIDE | PRINT_GUIDE_YOUNG : PRINT_GUIDE;
}

static bool add_page(struct job *j, const char *dir, const char *language, struct err *e)
{
    struct print_text text;
    char *open;

    if (!print_text_load(dir, language, parts_for(&j->place), &text, e))
        return false;
    open = print_text_open(&text, j->place.round.opens_s, j->place.round.closes_s);
    const struct guide g = {.organisation = j->place.organisation,
                            .unit = j->place.unit.name,
                            .group = j->place.group.id != 0 ? j->place.group.name : NULL,
                            .open = open,
                            .address = j->address,
                            .contact = j->contact,
                            .language = language,
                            .text = &text,
                            .slips = j->slips,
                            .shared = j->shared};
    guide_svg(&g, &j->pages[j->page_count++]);
    if (j->title == NULL)
        j->title = guide_title(&g);
    free(open);
    print_text_fini(&text);
    return true;
}

static bool add_pages(const struct args *a, struct job *j, struct err *e)
{
    const char *only = args_text(a, "language");
    char *dir = data_path("views/print");
    bool ok = true;

    for (size_t i = 0; ok && i < LANGUAGE_COUNT; i++)
        if (only == NULL || strcmp(only, LANGUAGES[i]) == 0)
            ok = add_page(j, dir, LANGUAGES[i], e);
    free(dir);
    return ok;
}

bool cmd_instructions(const struct args *a, struct err *e)
{
    struct job j = {.shared = args_flag(a, "shared")};
    struct buf pdf = BUF_INIT;
    bool ok;

    place_init(&j.place);
    ok = load(a, &j, e) && add_pages(a, &j, e) && drawing_pdf(j.pages, j.page_count, j.title, &pdf, e) &&
         file_write(args_text(a, "output"), pdf.data, pdf.bytes, e);
    buf_fini(&pdf);
    for (size_t i = 0; i < j.page_count; i++)
        buf_fini(&j.pages[i]);
    free(j.title);
    free(j.address);
    free(j.contact);
    place_fini(&j.place);
    return ok;
}
