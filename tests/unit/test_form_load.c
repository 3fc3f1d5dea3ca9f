/* Goal: a good form file is read as it stands, and every kind of error is reported at its exact line and
 * column with what is wrong. Each case changes one good file in one place; '@' in the new text stands where
 * the fault must be. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/buf.h"
#include "core/base/file.h"
#include "core/base/mem.h"
#include "core/domain/form_load.h"

static const char GOOD[] = "# A small form\n"
                           "id: small\n"
                           "version: 3\n"
                           "audience: pupil\n"
                           "school_forms: [grundskola, anpassad-grundskola]\n"
                           "grades: {from: 4, to: 6}\n"
                           "presentation: one-by-one\n"
                           "languages:\n"
                           "  - {code: sv, reviewed: yes}\n"
                           "  - {code: en, reviewed: no}\n"
                           "title: {sv: Åsikter, en: Opinions}\n"
                           "intro:\n"
                           "  sv: >\n"
                           "    Två rader\n"
                           "    blir en.\n"
                           "  en: One line.\n"
                           "dimensions:\n"
                           "  - id: trygghet\n"
                           "    text: {sv: Trygghet, en: Safety}\n"
                           "scales:\n"
                           "  - id: stammer\n"
                           "    options:\n"
                           "      - {code: 1, text: {sv: Nej, en: \"No\"}}\n"
                           "      - {code: 2, positive: yes, symbol: glad, text: {sv: Ja, en: \"Yes\"}}\n"
                           "    dont_know: {text: {sv: Vet inte, en: Not sure}}\n"
                           "  - id: ofta\n"
                           "    options:\n"
                           "      - {code: 1, positive: yes, text: {sv: Aldrig, en: Never}}\n"
                           "      - {code: 2, text: {sv: Ofta, en: Often}}\n"
                           "  - id: kon\n"
                           "    options:\n"
                           "      - {code: 1, gender: girl, text: {sv: Flicka, en: Girl}}\n"
                           "      - {code: 2, gender: unsaid, text: {sv: Säger inte, en: Not said}}\n"
                           "questions:\n"
                           "  - id: trygg\n"
                           "    dimension: trygghet\n"
                           "    scale: stammer\n"
                           "    continues: trygg-2024\n"
                           "    text: {sv: Är du trygg?, en: Do you feel safe?}\n"
                           "  - id: elak\n"
                           "    dimension: trygghet\n"
                           "    scale: ofta\n"
                           "    reversed: yes\n"
                           "    text: {sv: Är någon elak?, en: Is anyone mean?}\n"
                           "background:\n"
                           "  - id: kon\n"
                           "    scale: kon\n"
                           "    gender: yes\n"
                           "    text: {sv: Jag är, en: I am}\n";

static struct form *parse(const char *text, size_t bytes, struct faults *faults)
{
    struct form *f = NULL;
    struct err e = ERR_INIT;
    bool ok = form_parse("f.yaml", text, bytes, &f, faults, &e);

    assert_int_equal(ok, f != NULL);
    assert_int_equal(ok, e.kind == ERR_NONE);
    assert_int_equal(ok, !faults_any(faults));
    return f;
}

static void test_good(void **state)
{
    struct faults faults;
    struct form *f;

    (void)state;
    faults_init(&faults);
    f = parse(GOOD, strlen(GOOD), &faults);
    faults_print(&faults);
    assert_non_null(f);
    assert_string_equal(f->id, "small");
    assert_int_equal(f->version, 3);
    assert_int_equal(f->audience, AUDIENCE_PUPIL);
    assert_int_equal(f->school_forms,
                     (1u << SCHOOL_FORM_GRUNDSKOLA) | (1u << SCHOOL_FORM_ANPASSAD_GRUNDSKOLA));
    assert_int_equal(f->grade_min, 4);
    assert_int_equal(f->grade_max, 6);
    assert_int_equal(f->presentation, PRESENT_ONE_BY_ONE);
    assert_int_equal(f->languages, 2);
    assert_true(f->language[0].reviewed);
    assert_false(f->language[1].reviewed);
    assert_string_equal(f->title.in[0], "Åsikter");
    assert_string_equal(f->intro.in[0], "Två rader blir en.");
    assert_int_equal(f->scales, 3);
    assert_int_equal(f->scale[0].options, 2);
    assert_false(f->scale[0].option[0].positive);
    assert_true(f->scale[0].option[1].positive);
    assert_string_equal(f->scale[0].option[1].symbol, "glad");
    assert_true(f->scale[0].dont_know);
    assert_string_equal(f->scale[0].dont_know_text.in[1], "Not sure");
    assert_int_equal(f->scale[2].option[0].gender, GENDER_GIRL);
    assert_int_equal(f->questions, 3);
    assert_int_equal(f->question[1].scale, 1);
    assert_true(f->question[1].reversed);
    assert_string_equal(f->question[0].continues, "trygg-2024");
    assert_null(f->question[1].continues);
    assert_int_equal(f->question[2].dimension, FORM_BACKGROUND);
    assert_true(f->question[2].gender);
    assert_string_equal(f->source, GOOD);
    assert_int_equal(f->source_bytes, strlen(GOOD));
    form_free(f);
    faults_fini(&faults);
}

/* The same form with Windows line ends and a byte order mark reads the same, but is another text. */
static void test_windows(void **state)
{
    struct buf text = BUF_INIT;
    struct faults faults;
    struct form *f;
    struct form *g;

    (void)state;
    faults_init(&faults);
    buf_adds(&text, "\xEF\xBB\xBF");
    for (const char *p = GOOD; *p != '\0'; p++)
        buf_adds(&text, *p == '\n' ? "\r\n" : (char[]){*p, '\0'});
    f = parse(GOOD, strlen(GOOD), &faults);
    g = parse(buf_str(&text), text.bytes, &faults);
    faults_print(&faults);
    assert_non_null(g);
    assert_string_equal(f->intro.in[0], g->intro.in[0]);
    assert_string_equal(f->question[0].text.in[0], g->question[0].text.in[0]);
    assert_memory_not_equal(f->hash, g->hash, FORM_HASH_BYTES);
    form_free(f);
    form_free(g);
    buf_fini(&text);
    faults_fini(&faults);
}

#define TEN     "tiotecken!"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

#define QUESTION(id) "  - {id: " id ", dimension: trygghet, scale: stammer, text: {sv: A, en: B}}\n"
#define TWELVE_QUESTIONS                                                                                     \
    QUESTION("q1")                                                                                           \
    QUESTION("q2")                                                                                           \
    QUESTION("q3")                                                                                           \
    QUESTION("q4")                                                                                           \
    QUESTION("q5")                                                                                           \
    QUESTION("q6")                                                                                           \
    QUESTION("q7") QUESTION("q8") QUESTION("q9") QUESTION("q10") QUESTION("q11") QUESTION("q12")

static const struct {
    const char *old, *new; /* '@' in new marks the place of the fault */
    const char *says;
} CASES[] = {
    {"version: 3\n", "version: 3\n@colour: red\n", "unknown key 'colour'"},
    {"version: 3\n", "version: 3\n@audiense: red\n", "did you mean 'audience'?"},
    {"    scale: ofta\n", "    @scael: ofta\n", "unknown key 'scael'; did you mean 'scale'?"},
    {"id: small\n", "", "the form lacks 'id'"},
    {"audience: pupil\n", "", "the form lacks 'audience'"},
    {"    dimension: trygghet\n    scale: ofta\n", "    scale: ofta\n", "a question lacks 'dimension'"},
    {"version: 3\n", "version: 3\n@version: 4\n", "'version' stands twice here, first in line 3"},
    {"en: Opinions}", "en: Opinions, @en: Views}", "'en' stands twice"},
    {"version: 3", "version: @tre", "whole number"},
    {"version: 3", "version: @0", "from 1 to 9999"},
    {"version: 3", "version: @[3]", "'version' must be one value"},
    {"version: 3", "@version:", "whole number"},
    {"id: small", "id: @Small", "can not be an id"},
    {"id: small", "id: @\"\\e[31m\"", "'?[31m' can not be an id"},
    {"audience: pupil", "audience: @pupils", "did you mean 'pupil'? there are: pupil, guardian"},
    {"presentation: one-by-one", "presentation: @all", "unknown presentation 'all'"},
    {"[grundskola, anp", "[@grundskolan, anp", "did you mean 'grundskola'?"},
    {"[grundskola, anpassad-grundskola]", "[grundskola, @grundskola]", "stands twice"},
    {"[grundskola, anpassad-grundskola]", "@[]", "no school forms"},
    {"[grundskola, anpassad-grundskola]", "@grundskola", "'school_forms' must be a list"},
    {"{from: 4, to: 6}", "@{from: 6, to: 4}", "lower one first"},
    {"{from: 4, to: 6}", "{from: 4, to: @11}", "from 0 to 10"},
    {"{from: 4, to: 6}", "@{from: 4}", "grades lacks 'to'"},
    {"{code: en, rev", "{code: @sv, rev", "language 'sv' stands twice"},
    {"{code: en, rev", "{code: @english, rev", "a language is written as"},
    {"reviewed: no", "reviewed: @maybe", "must be yes or no"},
    {", en: Opinions}", "}", "the title has no text in 'en'"},
    {"en: Opinions}", "en: Opinions, @fi: Mietteet}", "unknown language 'fi'"},
    {"title: {sv: Åsikter, en: Opinions}", "title: @Åsikter", "'title' must be a map"},
    {"sv: Åsikter, en: Opinions", "sv: Åsikter, @en:", "the text is empty"},
    {"sv: Åsikter, en: Opinions", "sv: Åsikter, en: @\"\"", "the text is empty"},
    {"sv: Åsikter, en: Opinions", "sv: Åsikter, en: @\" Views\"", "starts or ends with a blank"},
    {"sv: Åsikter, en: Opinions", "sv: Åsikter, en: @\"Vie\\aws\"", "control character"},
    {"sv: Åsikter, en: Opinions", "sv: Åsikter, en: @\"Vie\\nws\"", "line break"},
    {"sv: Åsikter, en: Opinions", "sv: Åsikter, en: @\"Vie\\u202Ews\"", "control character"},
    {"sv: Åsikter, en: Opinions", "sv: Åsikter, en: @" HUNDRED, "has 100 characters; at most 80"},
    {"  en: One line.\n", "  en: @|\n    One\n    two\n", "line break"},
    {"sv: Är du trygg?", "sv: @[Är du trygg?]", "must be a text"},
    {"  - id: trygghet\n", "  - id: trygghet\n    text: {sv: X, en: X}\n  - id: @trygghet\n", "stands twice"},
    {"  - id: ofta\n", "  - id: @stammer\n", "scale 'stammer' stands twice"},
    {"scale: ofta", "scale: @often", "unknown scale 'often'; did you mean 'ofta'?"},
    {"    dimension: trygghet\n    scale: ofta", "    dimension: @trygg\n    scale: ofta",
     "unknown dimension 'trygg'"},
    {"{code: 2, positive: yes, s", "{code: @3, positive: yes, s", "code 3 stands where 2 should"},
    {"{code: 1, gender: girl", "{code: @0, gender: girl", "from 1 to 9"},
    {"      - {code: 1, text: {sv: Nej, en: \"No\"}}\n      - {code: 2, positive: yes",
     "      @- {code: 1, positive: yes", "a scale with one option"},
    {"      - {code: 1, text: {sv: Nej, en: \"No\"}}\n      - {code: 2, positive: yes",
     "      @- {code: 1, text: {sv: Nej, en: \"No\"}}\n      - {code: 2", "no option is positive"},
    {"{code: 1, text: {sv: Nej, en: \"No\"}}", "{code: 1, positive: yes, text: {sv: Nej, en: \"No\"}}",
     "every option is positive"},
    {"    options:\n      - {code: 1, positive: yes, text: {sv: Aldrig, en: Never}}\n      - {code: 2,",
     "    options:\n      @- {code: 1, text: {sv: Aldrig, en: Never}}\n      - {code: 2, positive: yes,",
     "must have the lowest codes"},
    {"scale: stammer\n", "scale: ofta\n", "reversed questions and others share this scale"},
    {"{code: 2, text: {sv: Ofta, en: Often}}", "@{code: 2, text: {sv: Ofta, en: Never}}",
     "reads the same as option 1"},
    {"      - {code: 2, text: {sv: Ofta, en: Often}}\n",
     "      - {code: 2, text: {sv: Ofta, en: Often}}\n      - {code: 3, text: {sv: Jämt, en: Always}}\n",
     "a scale of 3 options where 'trygg' has 2"},
    {"questions:\n", "questions:\n" TWELVE_QUESTIONS, "more than 12 questions on 'trygghet'"},
    {"id: elak", "id: @trygg", "question 'trygg' stands twice"},
    {"id: elak", "id: @trygghet", "'trygghet' is a dimension"},
    {"  - id: kon\n    scale: kon\n    gender", "  - id: @elak\n    scale: kon\n    gender",
     "question 'elak' stands twice"},
    {"id: elak", "id: @group", "a meaning of its own"},
    {"id: elak", "id: @elements", "a meaning of its own"}, /* of the form in the page's script */
    {"id: elak", "id: @reset", "a meaning of its own"},
    {"continues: trygg-2024", "continues: @elak", "asked in this same form"},
    {"scale: ofta\n    reversed: yes", "scale: ofta\n    reversed: @2", "must be yes or no"},
    {"{code: 1, gender: girl,", "{code: 1, gender: @woman,", "unknown gender 'woman'"},
    {"{code: 1, gender: girl,", "@{code: 1,", "lacks 'gender'"},
    {"{code: 1, positive: yes, t", "{code: 1, gender: @girl, positive: yes, t", "'gender' is only for"},
    {"version: 3\n", "version: 3\nsymbols: yes\n", "option 1 has no symbol"},
    {"background:\n", "background:\n  - @just text\n", "a background question must be a map"},
    {"    text: {sv: Jag är", "    dimension: trygghet\n    text: {sv: Jag är", "unknown key 'dimension'"},
    /* what is no YAML, or not the YAML that is read here */
    {"version: 3\n", "version: 3\n@\taudience: pupil\n", "a tab"},
    {"version: 3\n", "version: 3\nåäö: @\x01\n", "a control character"},
    {"version: 3\n", "version: 3\n@%YAML 1.2\n", "directives"},
    {"sv: Åsikter", "sv: Åä@\xE5sikter", "not UTF-8"},
    {"title: {sv", "title: @&t {sv", "anchors (&name)"},
    {"sv: Åsikter, en: Opinions", "sv: Åsikter, en: @*t", "aliases (*name)"},
    {"id: small", "id: @!!str small", "tags (!name)"},
    {"title: {sv", "title: {@[a, b]: x, sv", "a key must be one word"},
    {"{from: 4, to: 6}", "[[[[[[[@[1]]]]]]]]", "too deep"},
    {"background:\n", "---\nbackground:\n", "a second document"},
    {"version: 3\n", "version: 3\n   audience: pupil\n", "not readable as YAML"},
};

/* Whether a fault at this place holds these words; line 0 takes any place. */
static bool has_fault(const struct faults *faults, int line, int column, const char *says)
{
    for (size_t i = 0; i < faults->count; i++) {
        const struct fault *f = &faults->at[i];

        if ((line == 0 || (f->line == line && f->column == column)) && strstr(f->text, says) != NULL)
            return f->line > 0 && f->column > 0 && strcmp(f->file, "f.yaml") == 0;
    }
    return false;
}

static bool run_case(size_t i)
{
    const char *at = strstr(GOOD, CASES[i].old);
    const char *mark = strchr(CASES[i].new, '@');
    struct buf text = BUF_INIT;
    struct faults faults;
    struct form *f;
    int line = 0;
    int column = 0;
    bool good;

    faults_init(&faults);
    assert_non_null(at);
    buf_add(&text, GOOD, (size_t)(at - GOOD));
    if (mark != NULL) {
        buf_add(&text, CASES[i].new, (size_t)(mark - CASES[i].new));
        line = 1;
        column = 1;
        for (size_t k = 0; k < text.bytes; k++) {
            line += text.data[k] == '\n';
            column = text.data[k] == '\n' ? 1 : column + ((text.data[k] & 0xC0) != 0x80);
        }
    }
    buf_adds(&text, mark == NULL ? CASES[i].new : mark + 1);
    buf_adds(&text, at + strlen(CASES[i].old));
    f = parse(buf_str(&text), text.bytes, &faults);
    good = f == NULL && has_fault(&faults, line, column, CASES[i].says);
    if (!good) {
        faults_print(&faults);
        print_error("case %zu: no fault at %d:%d saying \"%s\"\n", i, line, column, CASES[i].says);
    }
    form_free(f);
    buf_fini(&text);
    faults_fini(&faults);
    return good;
}

static void test_faults(void **state)
{
    size_t bad = 0;

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        bad += !run_case(i);
    assert_int_equal(bad, 0);
}

/* Every symbol that a form names is drawn. */
static void check_symbols(const struct form *f)
{
    for (int i = 0; i < f->scales; i++) {
        const struct form_scale *s = &f->scale[i];

        for (int k = 0; k <= s->options; k++) {
            const char *symbol = k < s->options ? s->option[k].symbol : s->dont_know_symbol;
            char *path = mem_printf("views/symbols/%s.svg", symbol == NULL ? "smiley-happy" : symbol);

            if (access(path, R_OK) != 0)
                fail_msg("%s: there is no %s", f->id, path);
            free(path);
        }
    }
}

static const char *const SHIPPED[] = {
    "anpassad-grundskola", "anpassad-gymnasieskola", "forskola",      "forskoleklass-3", "fritidshem",
    "grundskola-4-6",      "grundskola-7-9",         "gymnasieskola", "personal",        "sjalvskattning",
    "vardnadshavare",      "vuxenutbildning"};
enum { SHIPPED_COUNT = sizeof SHIPPED / sizeof *SHIPPED };

static struct form *load_shipped(const char *id)
{
    char *path = mem_printf("forms/%s.yaml", id); /* the tests run in the root of the tree */
    struct faults faults;
    struct err e = ERR_INIT;
    struct form *f = NULL;

    faults_init(&faults);
    if (!form_load(path, &f, &faults, &e)) {
        faults_print(&faults);
        fail_msg("%s", e.text);
    }
    faults_fini(&faults);
    free(path);
    return f;
}

/* The forms that are shipped must all be good, and each have its texts in Swedish first and in English. */
static void test_shipped(void **state)
{
    (void)state;
    for (int i = 0; i < SHIPPED_COUNT; i++) {
        struct form *f = load_shipped(SHIPPED[i]);

        assert_string_equal(f->id, SHIPPED[i]);
        assert_string_equal(f->language[0].code, "sv");
        assert_true(form_language_index(f, "en") > 0);
        check_symbols(f);
        form_free(f);
    }
}

/* Whatever class there is, exactly one of the forms for pupils is meant for it. */
static void test_every_class(void **state)
{
    static const struct {
        enum school_form school_form;
        int from, to;
    } classes[] = {
        {SCHOOL_FORM_FORSKOLA, GRADE_NONE, GRADE_NONE},
        {SCHOOL_FORM_FORSKOLEKLASS, 0, 0},
        {SCHOOL_FORM_GRUNDSKOLA, 1, 9},
        {SCHOOL_FORM_ANPASSAD_GRUNDSKOLA, 1, 10},
        {SCHOOL_FORM_GYMNASIESKOLA, 1, 3},
        {SCHOOL_FORM_ANPASSAD_GYMNASIESKOLA, 1, 4},
        {SCHOOL_FORM_FRITIDSHEM, GRADE_NONE, GRADE_NONE},
        {SCHOOL_FORM_VUXENUTBILDNING, GRADE_NONE, GRADE_NONE},
    };
    struct form *forms[SHIPPED_COUNT];

    (void)state;
    for (int i = 0; i < SHIPPED_COUNT; i++)
        forms[i] = load_shipped(SHIPPED[i]);
    for (size_t c = 0; c < sizeof classes / sizeof *classes; c++) {
        for (int grade = classes[c].from; grade <= classes[c].to; grade++) {
            int fitting = 0;

            for (int i = 0; i < SHIPPED_COUNT; i++)
                fitting += forms[i]->audience == AUDIENCE_PUPIL &&
                           form_fits(forms[i], classes[c].school_form, grade);
            if (fitting != 1)
                fail_msg("%d forms for %s %d", fitting, school_form_word(classes[c].school_form), grade);
        }
    }
    for (int i = 0; i < SHIPPED_COUNT; i++)
        form_free(forms[i]);
}

static char *read_text(const char *path, size_t *bytes)
{
    struct err e = ERR_INIT;
    char *text = NULL;

    if (!file_read(path, FORM_SOURCE_MAX_BYTES, &text, bytes, &e))
        fail_msg("%s", e.text);
    return text;
}

/* The faults of a broken file are those that its lines "# expect LINE:COLUMN words" name, and no others. */
static void run_broken(const char *name)
{
    static const char word[] = "# expect ";
    char *path = mem_printf("tests/data/forms/%s.yaml", name);
    size_t bytes;
    char *text = read_text(path, &bytes);
    struct faults faults;
    struct form *f;
    size_t expected = 0;

    faults_init(&faults);
    f = parse(text, bytes, &faults);
    assert_null(f);
    for (char *at = strstr(text, word); at != NULL; at = strstr(at, word)) {
        char *end = strchr(at, '\n');
        long line = strtol(at + strlen(word), &at, 10);
        long column = strtol(at + 1, &at, 10);

        assert_non_null(end);
        *end = '\0';
        if (expected >= faults.count || faults.at[expected].line != line ||
            faults.at[expected].column != column || strstr(faults.at[expected].text, at + 1) == NULL) {
            faults_print(&faults);
            fail_msg("%s: fault %zu is not \"%ld:%ld%s\"", path, expected + 1, line, column, at);
        }
        expected++;
        at = end + 1;
    }
    if (expected == 0 || expected != faults.count)
        fail_msg("%s: %zu faults expected, %zu found", path, expected, faults.count);
    faults_fini(&faults);
    free(text);
    free(path);
}

static void test_broken_files(void **state)
{
    static const char *const names[] = {"bomb",        "colon-in-text", "indentation", "latin-1",
                                        "many-faults", "tab",           "unclosed"};

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        run_broken(names[i]);
}

static void expect_one(const char *text, size_t bytes, int line, const char *says)
{
    struct faults faults;
    struct form *f;

    faults_init(&faults);
    f = parse(text, bytes, &faults);
    assert_null(f);
    assert_int_equal(faults.count, 1);
    assert_int_equal(faults.at[0].line, line);
    assert_non_null(strstr(faults.at[0].text, says));
    faults_fini(&faults);
}

/* Empty, only a comment, a list, too large, and a NUL in the middle. */
static void test_odd_files(void **state)
{
    size_t large = FORM_SOURCE_MAX_BYTES + 1;
    char *spaces = mem_alloc(large, 1);

    (void)state;
    memset(spaces, ' ', large);
    expect_one("", 0, 1, "empty");
    expect_one("# nothing\n", 10, 1, "empty");
    expect_one("- a\n", 4, 1, "the form must be a map");
    expect_one("id: a\nb\0c: d\n", 14, 2, "control character");
    expect_one(spaces, large, 0, "a form may have 262144");
    free(spaces);
}

/* The example that administrators copy from the manual is a good form. */
static void test_manual(void **state)
{
    size_t bytes;
    char *text = read_text("forms/README.md", &bytes);
    char *from = strstr(text, "```yaml\n");
    char *to;
    struct faults faults;
    struct form *f;

    (void)state;
    assert_non_null(from);
    from += strlen("```yaml\n");
    to = strstr(from, "```");
    assert_non_null(to);
    faults_init(&faults);
    f = parse(from, (size_t)(to - from), &faults);
    faults_print(&faults);
    assert_non_null(f);
    assert_int_equal(f->questions, 1);
    form_free(f);
    faults_fini(&faults);
    free(text);
}

static void test_missing_file(void **state)
{
    struct faults faults;
    struct err e = ERR_INIT;
    struct form *f = NULL;

    (void)state;
    faults_init(&faults);
    assert_false(form_load("/nonexistent/f.yaml", &f, &faults, &e));
    assert_int_equal(e.kind, ERR_NOT_FOUND);
    assert_int_equal(faults.count, 1);
    assert_null(f);
    faults_fini(&faults);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),        cmocka_unit_test(test_windows),
        cmocka_unit_test(test_faults),      cmocka_unit_test(test_shipped),
        cmocka_unit_test(test_every_class), cmocka_unit_test(test_broken_files),
        cmocka_unit_test(test_odd_files),   cmocka_unit_test(test_manual),
        cmocka_unit_test(test_missing_file)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
