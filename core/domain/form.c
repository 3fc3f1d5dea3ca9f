#include "core/domain/form.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

const char *form_audience_word(enum form_audience a)
{
    static const char *const words[] = {[AUDIENCE_PUPIL] = "pupil",
                                        [AUDIENCE_GUARDIAN] = "guardian",
                                        [AUDIENCE_STAFF] = "staff",
                                        [AUDIENCE_LEADER] = "leader"};

    assert((size_t)a < sizeof words / sizeof *words);
    return words[a];
}

static void text_fini(struct form_text *t)
{
    for (int i = 0; i < FORM_LANGUAGES_MAX; i++)
        free(t->in[i]);
}

static void scale_fini(struct form_scale *s)
{
    free(s->id);
    for (int i = 0; i < FORM_OPTIONS_MAX; i++) {
        text_fini(&s->option[i].text);
        free(s->option[i].symbol);
    }
    text_fini(&s->dont_know_text);
    free(s->dont_know_symbol);
}

/* Goes over all places, not only those counted: a form whose reading failed may be filled in part. */
void form_free(struct form *f)
{
    if (f == NULL)
        return;
    free(f->id);
    for (int i = 0; i < FORM_LANGUAGES_MAX; i++)
        free(f->language[i].code);
    text_fini(&f->title);
    text_fini(&f->intro);
    for (int i = 0; i < FORM_DIMENSIONS_MAX; i++) {
        free(f->dimension[i].id);
        text_fini(&f->dimension[i].text);
    }
    for (int i = 0; i < FORM_SCALES_MAX; i++)
        scale_fini(&f->scale[i]);
    for (int i = 0; i < FORM_QUESTIONS_MAX; i++) {
        free(f->question[i].id);
        free(f->question[i].continues);
        text_fini(&f->question[i].text);
    }
    free(f->source);
    free(f);
}

int form_question_index(const struct form *f, const char *id)
{
    for (int i = 0; i < f->questions; i++) {
        if (strcmp(f->question[i].id, id) == 0)
            return i;
    }
    return -1;
}

int form_language_index(const struct form *f, const char *code)
{
    for (int i = 0; i < f->languages; i++) {
        if (strcmp(f->language[i].code, code) == 0)
            return i;
    }
    return -1;
}

bool form_asks_enrolled(const struct form *f)
{
    return f->audience == AUDIENCE_PUPIL || f->audience == AUDIENCE_GUARDIAN;
}

bool form_fits(const struct form *f, enum school_form school_form, int grade)
{
    if (f->school_forms != 0 && (f->school_forms & (1u << school_form)) == 0)
        return false;
    return f->grade_min == GRADE_NONE || (grade >= f->grade_min && grade <= f->grade_max);
}

static bool in_blocks(const struct form *f)
{
    bool seen[FORM_DIMENSIONS_MAX + 1] = {false};
    int last = -2;

    for (int i = 0; i < f->questions; i++) {
        int d = f->question[i].dimension;

        if (d != last && seen[d + 1])
            return false;
        seen[d + 1] = true;
        last = d;
    }
    return true;
}

bool form_begins_block(const struct form *f, int question)
{
    const struct form_question *q = &f->question[question];

    return f->presentation == PRESENT_PAGE && (question == 0 || q[-1].dimension != q->dimension) &&
           in_blocks(f);
}

const struct form_scale *form_scale_of(const struct form *f, int question)
{
    assert(question >= 0 && question < f->questions);
    return &f->scale[f->question[question].scale];
}

bool form_answer_parse(const struct form *f, int question, const char *value, uint8_t *answer)
{
    const struct form_scale *scale = form_scale_of(f, question);

    if (value[0] == '\0') {
        *answer = ANSWER_NONE;
        return true;
    }
    if (value[1] != '\0' || value[0] < '0' || value[0] > '0' + scale->options)
        return false;
    if (value[0] == '0') {
        *answer = ANSWER_DONT_KNOW;
        return scale->dont_know;
    }
    *answer = (uint8_t)(value[0] - '0');
    return true;
}
