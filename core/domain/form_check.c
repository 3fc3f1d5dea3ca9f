#include <string.h>

#include "core/domain/form_fields.h"

/* Which kinds of question use a scale. */
struct use {
    bool straight, reversed; /* of a dimension */
    bool background, gender;
};

static struct use use_of(const struct form *f, int scale)
{
    struct use u = {false, false, false, false};

    for (int i = 0; i < f->questions; i++) {
        const struct form_question *q = &f->question[i];

        if (q->scale != scale)
            continue;
        u.straight |= q->dimension != FORM_BACKGROUND && !q->reversed;
        u.reversed |= q->reversed;
        u.background |= q->dimension == FORM_BACKGROUND;
        u.gender |= q->gender;
    }
    return u;
}

/* Good answers have the high codes; where the questions are reversed, the low ones. */
static void check_positive(struct form_reader *r, const struct yaml *at, const struct form_scale *s,
                           bool reversed)
{
    int positive = 0;
    bool in_order = true;

    for (int i = 0; i < s->options; i++)
        positive += s->option[i].positive;
    for (int i = 0; i < s->options; i++)
        in_order &= s->option[i].positive == (reversed ? i < positive : i >= s->options - positive);
    if (positive == 0)
        form_fault(r, at, "no option is positive; mark those that are good answers with positive: yes");
    else if (positive == s->options)
        form_fault(r, at, "every option is positive; mark only those that are good answers");
    else if (!in_order && !reversed)
        form_fault(r, at, "good answers must have the highest codes, or the questions need reversed: yes");
    else if (!in_order)
        form_fault(r, at, "reversed questions use this scale, so good answers must have the lowest codes");
}

/* A form for those who may not read yet must not have an answer without its picture. */
static void check_symbols(struct form_reader *r, const struct yaml *at, const struct form_scale *s)
{
    for (int i = 0; i < s->options; i++) {
        if (s->option[i].symbol == NULL)
            form_fault(r, at, "option %d has no symbol although the form says symbols: yes", i + 1);
    }
    if (s->dont_know && s->dont_know_symbol == NULL)
        form_fault(r, at, "dont_know has no symbol although the form says symbols: yes");
}

static void check_gender(struct form_reader *r, const struct yaml *options, const struct form_scale *s,
                         struct use use)
{
    for (const struct yaml *o = options->first; o != NULL; o = o->next) {
        const struct yaml *mark = o->kind == YAML_MAP ? yaml_get(o, "gender") : NULL;

        if (use.gender && o->kind == YAML_MAP && mark == NULL)
            form_fault(r, o, "lacks 'gender'; add girl, boy, other or unsaid");
        if (!use.gender && mark != NULL)
            form_fault(r, mark, "'gender' is only for the scale of a background question with gender: yes");
    }
    if (use.gender && (use.straight || use.reversed))
        form_fault(r, options, "the scale of the gender question can not measure a dimension too");
    if (use.gender && s->dont_know)
        form_fault(r, options, "the gender question takes no dont_know; give it an option 'unsaid'");
}

static void check_scales(struct form_reader *r, const struct yaml *list, bool symbols)
{
    const struct yaml *y = form_first(list);

    for (int i = 0; i < r->form->scales && y != NULL; i++, y = y->next) {
        const struct form_scale *s = &r->form->scale[i];
        const struct yaml *options = y->kind == YAML_MAP ? form_get(y, "options", YAML_LIST) : NULL;
        struct use use = use_of(r->form, i);

        if (options == NULL || s->id == NULL)
            continue;
        if (!use.straight && !use.reversed && !use.background)
            form_fault(r, y, "no question uses the scale '%s'; remove it or use it", s->id);
        if (use.straight && use.reversed)
            form_fault(r, y,
                       "reversed questions and others share this scale; give the reversed ones their own");
        else if (use.straight || use.reversed)
            check_positive(r, options, s, use.reversed);
        if (symbols && (use.straight || use.reversed))
            check_symbols(r, options, s);
        check_gender(r, options, s, use);
    }
}

static void check_dimensions(struct form_reader *r, const struct yaml *list)
{
    const struct yaml *y = form_first(list);

    for (int i = 0; i < r->form->dimensions && y != NULL; i++, y = y->next) {
        bool used = false;

        for (int q = 0; q < r->form->questions; q++)
            used |= r->form->question[q].dimension == i;
        if (!used && r->form->dimension[i].id != NULL)
            form_fault(r, y, "no question measures '%s'; remove it or ask about it",
                       r->form->dimension[i].id);
    }
}

/* An index is the mean of its questions, on one grid. */
static void check_index(struct form_reader *r, const struct yaml *y, int question)
{
    const struct form *f = r->form;
    const struct form_question *q = &f->question[question];
    int before = 0;

    for (int i = 0; i < question && q->dimension >= 0; i++) {
        const struct form_question *other = &f->question[i];

        if (other->dimension != q->dimension)
            continue;
        if (++before == FORM_DIMENSION_QUESTIONS_MAX)
            form_fault(r, y, "more than %d questions on '%s'; leave some out or part the dimension",
                       FORM_DIMENSION_QUESTIONS_MAX, f->dimension[q->dimension].id);
        if (before == 1 && other->scale >= 0 && q->scale >= 0 &&
            f->scale[other->scale].options != f->scale[q->scale].options)
            form_fault(r, yaml_get(y, "scale"),
                       "a scale of %d options where '%s' has %d; the questions of a dimension need as many",
                       f->scale[q->scale].options, other->id == NULL ? "another" : other->id,
                       f->scale[other->scale].options);
    }
}

/* One after the other through questions and background, as they stand in form.question. */
static void check_questions(struct form_reader *r, const struct yaml *list, int first)
{
    const struct form *f = r->form;
    const struct yaml *y = form_first(list);

    for (int i = first; i < f->questions && y != NULL; i++, y = y->next) {
        const char *continues = f->question[i].continues;

        check_index(r, y, i);
        for (int j = 0; j < f->questions && continues != NULL; j++) {
            if (f->question[j].id != NULL && strcmp(f->question[j].id, continues) == 0)
                form_fault(r, yaml_get(y, "continues"),
                           "'%s' is asked in this same form; name a question that this one replaces",
                           continues);
            if (j < i && f->question[j].continues != NULL && strcmp(f->question[j].continues, continues) == 0)
                form_fault(r, yaml_get(y, "continues"), "another question continues '%s' already", continues);
        }
        for (int j = 0; j < i && f->question[i].gender; j++) {
            if (f->question[j].gender)
                form_fault(r, yaml_get(y, "gender"), "a second question on gender; there may be one");
        }
    }
}

void form_check_whole(struct form_reader *r, const struct yaml *root)
{
    const struct yaml *questions = form_get(root, "questions", YAML_LIST);
    const struct yaml *background = form_get(root, "background", YAML_LIST);
    int asked = 0;

    while (asked < r->form->questions && r->form->question[asked].dimension != FORM_BACKGROUND)
        asked++;
    check_scales(r, form_get(root, "scales", YAML_LIST), form_yes(r, form_get(root, "symbols", YAML_TEXT)));
    check_dimensions(r, form_get(root, "dimensions", YAML_LIST));
    check_questions(r, questions, 0);
    check_questions(r, background, asked);
}
