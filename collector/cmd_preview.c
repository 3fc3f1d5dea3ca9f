/* `forms preview`: what a form looks like, on a phone and on paper. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/cmd.h"
#include "collector/drawing.h"
#include "collector/paper.h"
#include "collector/view.h"
#include "core/base/data_dir.h"
#include "core/base/file.h"
#include "core/base/mem.h"

const struct opt cmd_forms_preview_options[] = {
    {.name = "output",
     .value = "DIR",
     .required = true,
     .help = "the folder to write into; made when it is not there"},
    {.name = NULL},
};

/* For each language a page and a paper form, and one index. */
enum { FILES_MAX = 2 * FORM_LANGUAGES_MAX + 1, INDEX_MAX_BYTES = 1024 * 1024 };
static const char INDEX[] = "index.html";

struct job {
    struct form *form;
    struct views *views;
    char *text_dir;
    char *name[FILES_MAX];
    struct buf content[FILES_MAX];
    size_t count;
    size_t sheets[FORM_LANGUAGES_MAX];
};

/* ---- what a page is made of ---------------------------------------------------------------------------- */

static bool load_views(struct job *j, struct err *e)
{
    char *dir = data_path("views");
    struct faults faults;
    bool ok;

    faults_init(&faults);
    ok = views_load(dir, "", &j->views, &faults, e);
    if (!ok)
        faults_print(&faults);
    faults_fini(&faults);
    free(dir);
    return ok;
}

static bool check_symbol(const struct job *j, const char *name, struct err *e)
{
    return name == NULL || views_have_symbol(j->views, name) ||
           err_set(e, ERR_INPUT, "form %s has the symbol %.60s, which views/symbols does not have",
                   j->form->id, name);
}

static bool check_symbols(const struct job *j, struct err *e)
{
    for (int i = 0; i < j->form->scales; i++) {
        const struct form_scale *s = &j->form->scale[i];

        for (int k = 0; k < s->options; k++)
            if (!check_symbol(j, s->option[k].symbol, e))
                return false;
        if (!check_symbol(j, s->dont_know_symbol, e))
            return false;
    }
    return true;
}

/* The words in the form's language; Swedish where there are none, as the page does it. */
static bool load_words(const struct job *j, const char *language, struct print_text *out, struct err *e)
{
    if (print_text_load(j->text_dir, language, PRINT_PAPER, out, e))
        return true;
    if (e->kind != ERR_NOT_FOUND)
        return false;
    err_clear(e);
    cmd_note("views/print has no %s.json: what is no question stands in Swedish on that paper form",
             language);
    return print_text_load(j->text_dir, "sv", PRINT_PAPER, out, e);
}

/* Whether fonts can show it; one note a language is enough. */
static bool note_missing_glyphs(const char *language, const char *text)
{
    if (drawing_missing_glyphs(text) == 0)
        return false;
    cmd_note("no installed font has all characters of \"%s\" (%s): install one (fonts-noto-core, "
             "fonts-noto-extra, fonts-noto-cjk), or the paper form shows boxes",
             text, language);
    return true;
}

static void look_for_glyphs(const struct form *f, int language)
{
    const char *code = f->language[language].code;
    bool noted =
        note_missing_glyphs(code, f->title.in[language]) || note_missing_glyphs(code, f->intro.in[language]);

    for (int i = 0; i < f->questions && !noted; i++)
        noted = note_missing_glyphs(code, f->question[i].text.in[language]);
    for (int i = 0; i < f->scales; i++)
        for (int k = 0; k < f->scale[i].options && !noted; k++)
            noted = note_missing_glyphs(code, f->scale[i].option[k].text.in[language]);
}

/* ---- the files ----------------------------------------------------------------------------------------- */

/* An empty file with the name; the buffer to fill. */
static struct buf *add_file(struct job *j, char *name)
{
    j->name[j->count] = name;
    return &j->content[j->count++];
}

static bool add_paper(struct job *j, int language, struct err *e)
{
    const char *code = j->form->language[language].code;
    struct print_text text;
    struct buf *pages = NULL;
    struct buf *pdf;
    char *title;
    bool ok;

    if (!load_words(j, code, &text, e))
        return false;
    look_for_glyphs(j->form, language);
    const struct paper p = {.form = j->form, .language = language, .text = &text, .views = j->views};
    title = paper_title(&p);
    pdf = add_file(j, mem_printf("%s-%s.pdf", j->form->id, code));
    paper_pages(&p, &pages, &j->sheets[language]);
    ok = drawing_pdf(pages, j->sheets[language], title, pdf, e);
    for (size_t i = 0; i < j->sheets[language]; i++)
        buf_fini(&pages[i]);
    free(pages);
    free(title);
    print_text_fini(&text);
    return ok;
}

static bool add_all(struct job *j, struct err *e)
{
    const struct view_preview_index index = {.form = j->form, .stem = j->form->id, .sheets = j->sheets};

    for (int i = 0; i < j->form->languages; i++) {
        view_preview(j->views, j->form, i, j->form->id,
                     add_file(j, mem_printf("%s-%s.html", j->form->id, j->form->language[i].code)));
        if (!add_paper(j, i, e))
            return false;
    }
    view_preview_index(j->views, &index, add_file(j, mem_dup(INDEX)));
    return true;
}

/* Whether the index is one that an earlier preview of this form has left, and what it links. */
static bool is_ours(const struct job *j, const char *index, const char *name)
{
    char *mark = mem_printf("content=\"tld-collector forms preview %s\"", j->form->id);
    char *link = mem_printf("href=\"./%s\"", name);
    bool ours = index != NULL && strstr(index, mark) != NULL &&
                (strcmp(name, INDEX) == 0 || strstr(index, link) != NULL);

    free(link);
    free(mark);
    return ours;
}

/* Only what an earlier preview of the same form has written is replaced. */
static bool check_folder(const struct job *j, const char *dir, struct err *e)
{
    char *path = mem_printf("%s/%s", dir, INDEX);
    char *index = NULL;
    size_t bytes = 0;
    struct err none = ERR_INIT;
    bool ok = true;

    if (!file_read(path, INDEX_MAX_BYTES, &index, &bytes, &none))
        index = NULL;
    for (size_t i = 0; ok && i < j->count; i++) {
        char *file = mem_printf("%s/%s", dir, j->name[i]);

        if (file_exists(file) && !is_ours(j, index, j->name[i]))
            ok = err_set(e, ERR_CONFLICT,
                         "%s is there already, and not from an earlier preview of %s: name another folder",
                         file, j->form->id);
        free(file);
    }
    free(index);
    free(path);
    return ok;
}

static bool write_files(const struct job *j, const char *dir, struct err *e)
{
    struct file_content files[FILES_MAX];

    for (size_t i = 0; i < j->count; i++)
        files[i] = (struct file_content){
            .name = j->name[i], .data = j->content[i].data, .bytes = j->content[i].bytes};
    return file_write_all(dir, files, j->count, e);
}

bool cmd_forms_preview(const struct args *a, struct err *e)
{
    const char *dir = args_text(a, "output");
    struct job j = {.text_dir = data_path("views/print")};
    bool ok = cmd_form_named(args_operand(a, 0), &j.form, e) && load_views(&j, e) && check_symbols(&j, e) &&
              add_all(&j, e) && check_folder(&j, dir, e) && write_files(&j, dir, e);

    if (ok)
        printf("%s/%s: %s in %d language%s\n", dir, INDEX, j.form->id, j.form->languages,
               j.form->languages == 1 ? "" : "s");
    for (size_t i = 0; i < j.count; i++) {
        free(j.name[i]);
        buf_fini(&j.content[i]);
    }
    views_free(j.views);
    form_free(j.form);
    free(j.text_dir);
    return ok;
}
