#include "core/domain/form_read.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/domain/form_fields.h"

/* ---- what may stand where ----------------------------------------------------------------------------- */

static const struct form_key FORM_KEYS[] = {
    {"id", YAML_TEXT, true, "grundskola-4-6"},
    {"version", YAML_TEXT, true, "1"},
    {"audience", YAML_TEXT, true, "pupil"},
    {"school_forms", YAML_LIST, false, "[grundskola]"},
    {"grades", YAML_MAP, false, "{from: 4, to: 6}"},
    {"presentation", YAML_TEXT, true, "page"},
    {"symbols", YAML_TEXT, false, "yes"},
    {"languages", YAML_LIST, true, "[{code: sv, reviewed: yes}]"},
    {"title", YAML_MAP, true, "{sv: Hur har du det i skolan?}"},
    {"intro", YAML_MAP, true, "{sv: Ingen får veta vad just du svarar.}"},
    {"dimensions", YAML_LIST, true, "[{id: trygghet, text: {sv: Trygghet}}]"},
    {"scales", YAML_LIST, true, "[{id: stammer, options: …}]"},
    {"questions", YAML_LIST, true, "[{id: trygg-skola, dimension: trygghet, …}]"},
    {"background", YAML_LIST, false, "[{id: kon, scale: kon, gender: yes, …}]"},
};

static const struct form_key GRADES_KEYS[] = {
    {"from", YAML_TEXT, true, "4"},
    {"to", YAML_TEXT, true, "6"},
};

static const struct form_key LANGUAGE_KEYS[] = {
    {"code", YAML_TEXT, true, "sv"},
    {"reviewed", YAML_TEXT, true, "no"},
};

static const struct form_key DIMENSION_KEYS[] = {
    {"id", YAML_TEXT, true, "trygghet"},
    {"text", YAML_MAP, true, "{sv: Trygghet}"},
};

static const struct form_key QUESTION_KEYS[] = {
    {"id", YAML_TEXT, true, "trygg-skola"},
    {"dimension", YAML_TEXT, true, "trygghet"},
    {"scale", YAML_TEXT, true, "stammer"},
    {"reversed", YAML_TEXT, false, "yes"},
    {"continues", YAML_TEXT, false, "trygg-skola-2024"},
    {"text", YAML_MAP, true, "{sv: Jag känner mig trygg i skolan.}"},
};

static const struct form_key BACKGROUND_KEYS[] = {
    {"id", YAML_TEXT, true, "kon"},
    {"scale", YAML_TEXT, true, "kon"},
    {"gender", YAML_TEXT, false, "yes"},
    {"continues", YAML_TEXT, false, "kon-2024"},
    {"text", YAML_MAP, true, "{sv: Är du …}"},
};

static const struct form_word AUDIENCES[] = {
    {"pupil", AUDIENCE_PUPIL},
    {"guardian", AUDIENCE_GUARDIAN},
    {"staff", AUDIENCE_STAFF},
    {"leader", AUDIENCE_LEADER},
};

static const struct form_word PRESENTATIONS[] = {
    {"one-by-one", PRESENT_ONE_BY_ONE},
    {"page", PRESENT_PAGE},
};

/* Question ids that mean something else in a page's fields, in its script (form.elements, form.reset) or in a
 * table's head. */
static const char *const TAKEN_IDS[] = {"key",    "group", "code", "lang", "round",    "unit_code",
                                        "action", "form",  "sure", "steg", "elements", "reset"};

/* ---- head of the file --------------------------------------------------------------------------------- */

static void read_school_forms(struct form_reader *r, const struct yaml *list)
{
    const char *known[SCHOOL_FORM_COUNT];

    for (int i = 0; i < SCHOOL_FORM_COUNT; i++)
        known[i] = school_form_word((enum school_form)i);
    (void)form_count(r, list, "school forms", SCHOOL_FORM_COUNT);
    for (const struct yaml *y = form_first(list); y != NULL; y = y->next) {
        enum school_form found;

        if (y->kind != YAML_TEXT)
            form_fault(r, y, "a school form is one word, such as grundskola");
        else if (!school_form_parse(y->text, &found))
            form_fault_unknown(r, y, "school form", known, COUNT(known));
        else if ((r->form->school_forms & (1u << found)) != 0)
            form_fault(r, y, "'%s' stands twice; keep one of them", y->text);
        else
            r->form->school_forms |= 1u << found;
    }
}

static void read_grades(struct form_reader *r, const struct yaml *y)
{
    struct form *f = r->form;

    f->grade_min = GRADE_NONE;
    f->grade_max = GRADE_NONE;
    if (y == NULL || !form_check_map(r, y, "grades", GRADES_KEYS, COUNT(GRADES_KEYS)))
        return;
    f->grade_min = form_number(r, form_get(y, "from", YAML_TEXT), 0, GRADE_MAX);
    f->grade_max = form_number(r, form_get(y, "to", YAML_TEXT), 0, GRADE_MAX);
    if (f->grade_max < f->grade_min)
        form_fault(r, y, "grades from %d to %d: write the lower one first", f->grade_min, f->grade_max);
}

/* "sv", "en", "zh-Hans": two or three small letters, then parts of letters and digits after '-'. */
static bool is_language(const char *s, size_t bytes)
{
    size_t head = strspn(s, "abcdefghijklmnopqrstuvwxyz");

    if (head < 2 || head > 3 || bytes > 12 || strlen(s) != bytes || s[bytes - 1] == '-')
        return false;
    return (s[head] == '\0' || s[head] == '-') &&
           strspn(s + head, "-abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") ==
               bytes - head;
}

static void read_language(struct form_reader *r, const struct yaml *y, int index)
{
    struct form_language *language = &r->form->language[index];
    const struct yaml *code;

    if (!form_check_map(r, y, "a language", LANGUAGE_KEYS, COUNT(LANGUAGE_KEYS)))
        return;
    language->reviewed = form_yes(r, form_get(y, "reviewed", YAML_TEXT));
    code = form_get(y, "code", YAML_TEXT);
    if (code == NULL)
        return;
    if (!is_language(code->text, code->bytes)) {
        form_fault(r, code, "a language is written as sv, en, ar, so, uk, fi or the like");
        return;
    }
    for (int i = 0; i < index; i++) {
        if (r->form->language[i].code != NULL && strcmp(r->form->language[i].code, code->text) == 0)
            form_fault(r, code, "language '%s' stands twice; keep one of them", code->text);
    }
    language->code = mem_dup(code->text);
}

static void read_languages(struct form_reader *r, const struct yaml *list)
{
    const struct yaml *y = form_first(list);

    r->form->languages = form_count(r, list, "languages", FORM_LANGUAGES_MAX);
    for (int i = 0; i < r->form->languages && y != NULL; i++, y = y->next)
        read_language(r, y, i);
}

static void read_head(struct form_reader *r, const struct yaml *root)
{
    struct form *f = r->form;

    f->id = form_id(r, form_get(root, "id", YAML_TEXT));
    f->version = form_number(r, form_get(root, "version", YAML_TEXT), 1, 9999);
    f->audience = (enum form_audience)form_one_of(r, form_get(root, "audience", YAML_TEXT), "audience",
                                                  AUDIENCES, COUNT(AUDIENCES));
    f->presentation = (enum form_presentation)form_one_of(
        r, form_get(root, "presentation", YAML_TEXT), "presentation", PRESENTATIONS, COUNT(PRESENTATIONS));
    read_school_forms(r, form_get(root, "school_forms", YAML_LIST));
    read_grades(r, form_get(root, "grades", YAML_MAP));
    read_languages(r, form_get(root, "languages", YAML_LIST));
    form_translate(r, form_get(root, "title", YAML_MAP), "the title", FORM_TITLE_MAX_CHARS, &f->title);
    form_translate(r, form_get(root, "intro", YAML_MAP), "the intro", FORM_INTRO_MAX_CHARS, &f->intro);
}

/* ---- dimensions --------------------------------------------------------------------------------------- */

static void read_dimension(struct form_reader *r, const struct yaml *y, int index)
{
    struct form_dimension *d = &r->form->dimension[index];
    const struct yaml *id;

    if (!form_check_map(r, y, "a dimension", DIMENSION_KEYS, COUNT(DIMENSION_KEYS)))
        return;
    id = form_get(y, "id", YAML_TEXT);
    d->id = form_id(r, id);
    for (int i = 0; d->id != NULL && i < index; i++) {
        if (r->form->dimension[i].id != NULL && strcmp(r->form->dimension[i].id, d->id) == 0)
            form_fault(r, id, "dimension '%s' stands twice; give each its own id", d->id);
    }
    form_translate(r, form_get(y, "text", YAML_MAP), "the dimension", FORM_OPTION_MAX_CHARS, &d->text);
}

static void read_dimensions(struct form_reader *r, const struct yaml *list)
{
    const struct yaml *y = form_first(list);

    r->form->dimensions = form_count(r, list, "dimensions", FORM_DIMENSIONS_MAX);
    for (int i = 0; i < r->form->dimensions && y != NULL; i++, y = y->next)
        read_dimension(r, y, i);
}

/* ---- questions ---------------------------------------------------------------------------------------- */

/* What stands for a dimension or scale that could not be found; the form is refused then anyway. */
enum { NOT_FOUND = -2 };

static int find_dimension(struct form_reader *r, const struct yaml *y)
{
    const char *known[FORM_DIMENSIONS_MAX];
    size_t count = 0;

    for (int i = 0; y != NULL && i < r->form->dimensions; i++) {
        if (r->form->dimension[i].id == NULL)
            return NOT_FOUND; /* it may be the one that is wrong itself */
        if (yaml_is(y, r->form->dimension[i].id))
            return i;
        known[count++] = r->form->dimension[i].id;
    }
    if (count > 0)
        form_fault_unknown(r, y, "dimension", known, count);
    return NOT_FOUND;
}

static int find_scale(struct form_reader *r, const struct yaml *y)
{
    const char *known[FORM_SCALES_MAX];
    size_t count = 0;

    for (int i = 0; y != NULL && i < r->form->scales; i++) {
        if (r->form->scale[i].id == NULL)
            return NOT_FOUND;
        if (yaml_is(y, r->form->scale[i].id))
            return i;
        known[count++] = r->form->scale[i].id;
    }
    if (count > 0)
        form_fault_unknown(r, y, "scale", known, count);
    return NOT_FOUND;
}

static void read_question_id(struct form_reader *r, const struct yaml *y, int index)
{
    struct form_question *q = &r->form->question[index];

    q->id = form_id(r, y);
    if (q->id == NULL)
        return;
    for (size_t i = 0; i < COUNT(TAKEN_IDS); i++) {
        if (strcmp(q->id, TAKEN_IDS[i]) == 0)
            form_fault(r, y, "'%s' has a meaning of its own in pages and tables; take another id", q->id);
    }
    for (int i = 0; i < index; i++) {
        if (r->form->question[i].id != NULL && strcmp(r->form->question[i].id, q->id) == 0)
            form_fault(r, y, "question '%s' stands twice; give each its own id", q->id);
    }
    for (int i = 0; i < r->form->dimensions; i++) { /* what is released is recorded by its id alone */
        if (r->form->dimension[i].id != NULL && strcmp(r->form->dimension[i].id, q->id) == 0)
            form_fault(r, y, "'%s' is a dimension; give the question another id", q->id);
    }
}

static void read_question(struct form_reader *r, const struct yaml *y, int index, bool background)
{
    struct form_question *q = &r->form->question[index];

    q->dimension = background ? FORM_BACKGROUND : NOT_FOUND;
    q->scale = NOT_FOUND;
    if (!form_check_map(r, y, background ? "a background question" : "a question",
                        background ? BACKGROUND_KEYS : QUESTION_KEYS,
                        background ? COUNT(BACKGROUND_KEYS) : COUNT(QUESTION_KEYS)))
        return;
    read_question_id(r, form_get(y, "id", YAML_TEXT), index);
    q->scale = find_scale(r, form_get(y, "scale", YAML_TEXT));
    q->continues = form_id(r, form_get(y, "continues", YAML_TEXT));
    form_translate(r, form_get(y, "text", YAML_MAP), "the question", FORM_QUESTION_MAX_CHARS, &q->text);
    if (background) {
        q->gender = form_yes(r, form_get(y, "gender", YAML_TEXT));
    } else {
        q->dimension = find_dimension(r, form_get(y, "dimension", YAML_TEXT));
        q->reversed = form_yes(r, form_get(y, "reversed", YAML_TEXT));
    }
}

static void read_questions(struct form_reader *r, const struct yaml *list, bool background)
{
    const struct yaml *y = form_first(list);
    int first = r->form->questions;
    int count =
        form_count(r, list, background ? "background questions" : "questions", FORM_QUESTIONS_MAX - first);

    for (int i = 0; i < count && y != NULL; i++, y = y->next) {
        read_question(r, y, first + i, background);
        r->form->questions++;
    }
}

void form_read(const char *name, const struct yaml *root, struct form *f, struct faults *faults)
{
    struct form_reader r = {.name = name, .faults = faults, .form = f};

    if (!form_check_map(&r, root, "the form", FORM_KEYS, COUNT(FORM_KEYS)))
        return;
    read_head(&r, root);
    read_dimensions(&r, form_get(root, "dimensions", YAML_LIST));
    form_read_scales(&r, form_get(root, "scales", YAML_LIST));
    read_questions(&r, form_get(root, "questions", YAML_LIST), false);
    read_questions(&r, form_get(root, "background", YAML_LIST), true);
    form_check_whole(&r, root);
}
