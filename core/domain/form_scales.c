#include <string.h>

#include "core/domain/form_fields.h"

static const struct form_key SCALE_KEYS[] = {
    {"id", YAML_TEXT, true, "stammer"},
    {"options", YAML_LIST, true, "[{code: 1, text: {sv: Nej}}, …]"},
    {"dont_know", YAML_MAP, false, "{text: {sv: Vet inte}}"},
};

static const struct form_key OPTION_KEYS[] = {
    {"code", YAML_TEXT, true, "1"},        {"text", YAML_MAP, true, "{sv: Nej}"},
    {"positive", YAML_TEXT, false, "yes"}, {"symbol", YAML_TEXT, false, "smiley-sad"},
    {"gender", YAML_TEXT, false, "girl"},
};

static const struct form_key DONT_KNOW_KEYS[] = {
    {"text", YAML_MAP, true, "{sv: Vet inte}"},
    {"symbol", YAML_TEXT, false, "smiley-unsure"},
};

static const struct form_word GENDERS[] = {
    {"girl", GENDER_GIRL},
    {"boy", GENDER_BOY},
    {"other", GENDER_OTHER},
    {"unsaid", GENDER_UNSAID},
};

static bool same_text(const struct form_reader *r, const struct form_text *a, const struct form_text *b)
{
    for (int i = 0; i < r->form->languages; i++) {
        if (a->in[i] != NULL && b->in[i] != NULL && strcmp(a->in[i], b->in[i]) == 0)
            return true;
    }
    return false;
}

static void read_option(struct form_reader *r, const struct yaml *y, struct form_scale *scale, int index)
{
    struct form_option *o = &scale->option[index];
    const struct yaml *code;
    int number;

    if (!form_check_map(r, y, "an option", OPTION_KEYS, COUNT(OPTION_KEYS)))
        return;
    code = form_get(y, "code", YAML_TEXT);
    number = form_number(r, code, 1, FORM_OPTIONS_MAX);
    if (number != 0 && number != index + 1)
        form_fault(r, code, "code %d stands where %d should: number the options 1, 2, 3 … in order", number,
                   index + 1);
    o->positive = form_yes(r, form_get(y, "positive", YAML_TEXT));
    o->symbol = form_id(r, form_get(y, "symbol", YAML_TEXT));
    o->gender =
        (enum form_gender)form_one_of(r, form_get(y, "gender", YAML_TEXT), "gender", GENDERS, COUNT(GENDERS));
    form_translate(r, form_get(y, "text", YAML_MAP), "the option", FORM_OPTION_MAX_CHARS, &o->text);
    for (int i = 0; i < index; i++) {
        if (same_text(r, &scale->option[i].text, &o->text))
            form_fault(r, y, "reads the same as option %d in some language; make them differ", i + 1);
    }
}

static void read_dont_know(struct form_reader *r, const struct yaml *y, struct form_scale *scale)
{
    if (y == NULL || !form_check_map(r, y, "dont_know", DONT_KNOW_KEYS, COUNT(DONT_KNOW_KEYS)))
        return;
    scale->dont_know = true;
    scale->dont_know_symbol = form_id(r, form_get(y, "symbol", YAML_TEXT));
    form_translate(r, form_get(y, "text", YAML_MAP), "dont_know", FORM_OPTION_MAX_CHARS,
                   &scale->dont_know_text);
}

static void check_two_options(struct form_reader *r, const struct yaml *list, const struct form_scale *scale)
{
    if (scale->options == 1)
        form_fault(r, list, "a scale with one option; it takes 2 to %d", FORM_OPTIONS_MAX);
}

static void read_scale(struct form_reader *r, const struct yaml *y, int index)
{
    struct form_scale *s = &r->form->scale[index];
    const struct yaml *id;
    const struct yaml *list;
    const struct yaml *o;

    if (!form_check_map(r, y, "a scale", SCALE_KEYS, COUNT(SCALE_KEYS)))
        return;
    id = form_get(y, "id", YAML_TEXT);
    s->id = form_id(r, id);
    for (int i = 0; s->id != NULL && i < index; i++) {
        if (r->form->scale[i].id != NULL && strcmp(r->form->scale[i].id, s->id) == 0)
            form_fault(r, id, "scale '%s' stands twice; give each its own id", s->id);
    }
    list = form_get(y, "options", YAML_LIST);
    s->options = form_count(r, list, "options", FORM_OPTIONS_MAX);
    check_two_options(r, list, s);
    o = form_first(list);
    for (int i = 0; i < s->options && o != NULL; i++, o = o->next)
        read_option(r, o, s, i);
    read_dont_know(r, form_get(y, "dont_know", YAML_MAP), s);
}

void form_read_scales(struct form_reader *r, const struct yaml *list)
{
    const struct yaml *y = form_first(list);

    r->form->scales = form_count(r, list, "scales", FORM_SCALES_MAX);
    for (int i = 0; i < r->form->scales && y != NULL; i++, y = y->next)
        read_scale(r, y, i);
}
