#include "analysis/lineage.h"

#include <string.h>

/* The place of the first form's main language in the other, or -1. */
static int same_language(const struct form *now, const struct form *then)
{
    return form_language_index(then, now->language[0].code);
}

static bool same_text(const struct form_text *now, const struct form_text *then, int language)
{
    return language >= 0 && strcmp(now->in[0], then->in[language]) == 0;
}

static bool same_size(const struct form *now, int a, const struct form *then, int b)
{
    return form_scale_of(now, a)->options == form_scale_of(then, b)->options &&
           now->question[a].reversed == then->question[b].reversed;
}

static bool same_question(const struct form *now, int a, const struct form *then, int b)
{
    const struct form_scale *sa = form_scale_of(now, a), *sb = form_scale_of(then, b);
    const int language = same_language(now, then);

    if (!same_size(now, a, then, b) || sa->dont_know != sb->dont_know ||
        !same_text(&now->question[a].text, &then->question[b].text, language))
        return false;
    for (int i = 0; i < sa->options; i++) {
        if (sa->option[i].positive != sb->option[i].positive ||
            !same_text(&sa->option[i].text, &sb->option[i].text, language))
            return false;
    }
    return true;
}

int lineage_same_question(const struct form *now, int question, const struct form *then)
{
    const int same = form_question_index(then, now->question[question].id);

    return same >= 0 && same_question(now, question, then, same) ? same : -1;
}

int lineage_question(const struct form *now, int question, const struct form *then)
{
    const struct form_question *q = &now->question[question];
    int same;

    if (now == then)
        return question;
    same = lineage_same_question(now, question, then);
    if (same >= 0 || q->continues == NULL)
        return same;
    same = form_question_index(then, q->continues);
    return same >= 0 && same_size(now, question, then, same) ? same : -1;
}

bool lineage_asks(const struct form *now, int question, const struct form *then)
{
    const struct form_question *q = &now->question[question];

    return form_question_index(then, q->id) >= 0 ||
           (q->continues != NULL && form_question_index(then, q->continues) >= 0);
}

static int dimension_index(const struct form *f, const char *id)
{
    for (int d = 0; d < f->dimensions; d++) {
        if (strcmp(f->dimension[d].id, id) == 0)
            return d;
    }
    return -1;
}

bool lineage_measures(const struct form *now, int dimension, const struct form *then)
{
    return dimension_index(then, now->dimension[dimension].id) >= 0;
}

static int questions_in(const struct form *f, int dimension)
{
    int n = 0;

    for (int q = 0; q < f->questions; q++)
        n += f->question[q].dimension == dimension;
    return n;
}

typedef int join_fn(const struct form *now, int question, const struct form *then);

static int join_dimension(const struct form *now, int dimension, const struct form *then, join_fn *join)
{
    const int d = dimension_index(then, now->dimension[dimension].id);

    if (d < 0 || questions_in(now, dimension) != questions_in(then, d))
        return -1;
    for (int q = 0; q < now->questions; q++) {
        if (now->question[q].dimension == dimension) {
            const int old = join(now, q, then);

            if (old < 0 || then->question[old].dimension != d)
                return -1;
        }
    }
    return d;
}

int lineage_dimension(const struct form *now, int dimension, const struct form *then)
{
    return now == then ? dimension : join_dimension(now, dimension, then, lineage_question);
}

int lineage_same_dimension(const struct form *now, int dimension, const struct form *then)
{
    return join_dimension(now, dimension, then, lineage_same_question);
}
