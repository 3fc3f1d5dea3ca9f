/* Goal: no bytes make the form reader crash, leak or hang; what it takes is whole, and what it refuses it
 * refuses with a place inside the text. */

#include <string.h>

#include "core/base/text.h"
#include "core/domain/form_load.h"
#include "tests/fuzz/fuzz.h"

static void check_text(const struct form *f, const struct form_text *t, size_t max_chars)
{
    for (int i = 0; i < FORM_LANGUAGES_MAX; i++) {
        const char *s = t->in[i];

        FUZZ_CHECK((s != NULL) == (i < f->languages));
        if (s == NULL)
            continue;
        FUZZ_CHECK(s[0] != '\0' && text_is_utf8(s, strlen(s)) && !text_has_control(s, strlen(s)));
        FUZZ_CHECK(text_chars(s, strlen(s)) <= max_chars);
    }
}

static void check_scale(const struct form *f, const struct form_scale *s)
{
    FUZZ_CHECK(s->id != NULL && s->options >= 2 && s->options <= FORM_OPTIONS_MAX);
    for (int i = 0; i < s->options; i++)
        check_text(f, &s->option[i].text, FORM_OPTION_MAX_CHARS);
    if (s->dont_know)
        check_text(f, &s->dont_know_text, FORM_OPTION_MAX_CHARS);
}

static void check_question(const struct form *f, int i)
{
    const struct form_question *q = &f->question[i];

    FUZZ_CHECK(q->id != NULL && form_question_index(f, q->id) == i);
    FUZZ_CHECK(q->scale >= 0 && q->scale < f->scales);
    FUZZ_CHECK(q->dimension == FORM_BACKGROUND || (q->dimension >= 0 && q->dimension < f->dimensions));
    FUZZ_CHECK(i == 0 || f->question[i - 1].dimension != FORM_BACKGROUND || q->dimension == FORM_BACKGROUND);
    check_text(f, &q->text, FORM_QUESTION_MAX_CHARS);
}

static void check_form(const struct form *f, const uint8_t *data, size_t size)
{
    FUZZ_CHECK(f->id != NULL && f->version >= 1);
    FUZZ_CHECK(f->languages >= 1 && f->dimensions >= 1 && f->questions >= 1);
    FUZZ_CHECK(f->grade_min <= f->grade_max && f->grade_max <= GRADE_MAX);
    FUZZ_CHECK(f->source_bytes == size && memcmp(f->source, data, size) == 0);
    for (int i = 0; i < f->languages; i++)
        FUZZ_CHECK(form_language_index(f, f->language[i].code) == i);
    check_text(f, &f->title, FORM_TITLE_MAX_CHARS);
    check_text(f, &f->intro, FORM_INTRO_MAX_CHARS);
    for (int i = 0; i < f->dimensions; i++)
        check_text(f, &f->dimension[i].text, FORM_OPTION_MAX_CHARS);
    for (int i = 0; i < f->scales; i++)
        check_scale(f, &f->scale[i]);
    for (int i = 0; i < f->questions; i++)
        check_question(f, i);
}

/* The number of bytes in a line, 1-based, without its end; -1 when there is no such line. */
static long line_bytes(const uint8_t *data, size_t size, int line)
{
    size_t i = 0;
    long bytes = 0;

    for (int at = 1; at < line; i++) {
        if (i == size)
            return -1;
        at += data[i] == '\n';
    }
    for (; i < size && data[i] != '\n'; i++)
        bytes++;
    return bytes;
}

static void check_faults(const struct faults *faults, const uint8_t *data, size_t size)
{
    FUZZ_CHECK(faults_any(faults));
    for (size_t i = 0; i < faults->count; i++) {
        const struct fault *f = &faults->at[i];

        FUZZ_CHECK(text_is_utf8(f->text, strlen(f->text)) && !text_has_control(f->text, strlen(f->text)));
        if (f->line == 0 && size > FORM_SOURCE_MAX_BYTES)
            continue;
        FUZZ_CHECK(f->line >= 1 && f->column >= 1);
        FUZZ_CHECK(f->column <= line_bytes(data, size, f->line) + 1);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct faults faults;
    struct err e = ERR_INIT;
    struct form *f = NULL;

    faults_init(&faults);
    if (form_parse("fuzz", (const char *)data, size, &f, &faults, &e)) {
        FUZZ_CHECK(!faults_any(&faults) && e.kind == ERR_NONE);
        check_form(f, data, size);
    } else {
        FUZZ_CHECK(f == NULL && e.kind != ERR_NONE);
        check_faults(&faults, data, size);
    }
    form_free(f);
    faults_fini(&faults);
    return 0;
}
