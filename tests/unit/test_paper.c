/* Goal: the paper form of every form, in every language, has each question whole with all its answers, on one
 * page and within the margins; says on each page which page it is and that nobody should write their name,
 * and at the end where the paper is to go; fills its pages evenly; is black and white, mirrored where one
 * writes from the right, with large drawings for the young; whatever the form's texts are. */

#include "collector/paper.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collector/drawing.h"
#include "collector/svg.h"
#include "core/base/data_dir.h"
#include "core/base/mem.h"
#include "core/domain/form_load.h"
#include "tests/support/page_check.h"
#include "tests/support/shipped.h"

static const char *const form_ids[] = {
    "anpassad-grundskola", "anpassad-gymnasieskola", "forskola",      "forskoleklass-3", "fritidshem",
    "grundskola-4-6",      "grundskola-7-9",         "gymnasieskola", "personal",        "sjalvskattning",
    "vardnadshavare",      "vuxenutbildning"};

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

/* fontconfig keeps something till the end: see test_poster.c. */
const char *
__lsan_default_suppressions(void); /* NOLINT(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
const char *
__lsan_default_suppressions(void) /* NOLINT(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
{
    return "leak:libfontconfig\n";
}

static int load(void **state)
{
    struct views *v = NULL;
    struct faults f;
    struct err e = ERR_INIT;
    char *dir = data_path("views");

    faults_init(&f);
    if (!views_load(dir, "", &v, &f, &e))
        print_error("%s\n", e.text);
    faults_fini(&f);
    free(dir);
    *state = v;
    return v != NULL ? 0 : -1;
}

static int unload(void **state)
{
    views_free(*state);
    drawing_fini();
    return 0;
}

/* ---- what a paper form is made of ---------------------------------------------------------------------- */

struct made {
    struct paper paper;
    struct print_text text;
    struct buf *pages;
    size_t count;
};

static void make(const struct views *v, const struct form *f, int language, struct made *m)
{
    char *dir = data_path("views/print");
    struct err e = ERR_INIT;

    if (!print_text_load(dir, f->language[language].code, PRINT_PAPER, &m->text, &e))
        fail_msg("%s", e.text);
    m->paper = (struct paper){.form = f, .language = language, .text = &m->text, .views = v};
    paper_pages(&m->paper, &m->pages, &m->count);
    free(dir);
}

static void made_fini(struct made *m)
{
    for (size_t i = 0; i < m->count; i++)
        buf_fini(&m->pages[i]);
    free(m->pages);
    print_text_fini(&m->text);
}

static void drop_blanks(struct buf *b)
{
    size_t n = 0;

    for (size_t i = 0; i < b->bytes; i++)
        if (b->data[i] != ' ')
            b->data[n++] = b->data[i];
    b->bytes = n;
    b->data[n] = '\0';
}

/* All that can be read on the page, escaped, without blanks, as lines are broken at them. */
static void words_of(const struct buf *page, struct buf *out)
{
    for (const char *s = buf_str(page); (s = strstr(s, "<text ")) != NULL;) {
        s = strchr(s, '>') + 1;
        buf_add(out, s, (size_t)(strchr(s, '<') - s));
    }
    drop_blanks(out);
}

static void assert_reads(const struct buf *words, const char *text)
{
    struct buf want = BUF_INIT;

    svg_escaped(&want, text);
    drop_blanks(&want);
    if (strstr(buf_str(words), buf_str(&want)) == NULL)
        fail_msg("the page does not say: %s", text);
    buf_fini(&want);
}

static double number_after(const char *s, const char *name)
{
    return strtod(strstr(s, name) + strlen(name), NULL);
}

/* ---- what must hold of each page ----------------------------------------------------------------------- */

static int answers_to(const struct form *f, int question)
{
    const struct form_scale *s = form_scale_of(f, question);

    return s->options + (s->dont_know ? 1 : 0);
}

/* The boxes are whole on the page, and as many as the questions that begin on it have answers. */
static void check_boxes(const struct made *m, size_t page, int *next)
{
    const struct form *f = m->paper.form;
    size_t want = page == 0 ? 1 : 0; /* the example */
    char number[32];

    for (;; ++*next) {
        (void)snprintf(number, sizeof number, ">%d.</text>", *next + 1);
        if (*next == f->questions || strstr(buf_str(&m->pages[page]), number) == NULL)
            break;
        assert_int_equal(occurrences(&m->pages[page], number), 1);
        want += (size_t)answers_to(f, *next);
    }
    assert_int_equal(occurrences(&m->pages[page], "<rect x="), want);
    for (const char *s = buf_str(&m->pages[page]); (s = strstr(s, "<rect x=")) != NULL; s++) {
        double x = number_after(s, " x=\""), y = number_after(s, " y=\""), side = number_after(s, "width=\"");

        assert_true(x >= 17.99 && x + side <= 192.01);
        assert_true(y >= 16 && y + side <= 275);
        assert_float_equal(number_after(s, "height=\""), side, 0);
    }
}

static void check_words(const struct made *m, const struct buf *words, int first, int next)
{
    const struct form *f = m->paper.form;
    int l = m->paper.language;

    for (int q = first; q < next; q++) {
        const struct form_scale *s = form_scale_of(f, q);

        assert_reads(words, f->question[q].text.in[l]);
        for (int o = 0; o < s->options; o++)
            assert_reads(words, s->option[o].text.in[l]);
        if (s->dont_know)
            assert_reads(words, s->dont_know_text.in[l]);
    }
}

static void check_text_places(const struct buf *page)
{
    for (const char *s = buf_str(page); (s = strstr(s, "<text ")) != NULL; s++) {
        double size = number_after(s, "font-size=\""), y = number_after(s, " y=\"");

        assert_true(y > 15 && y < 290);
        assert_true(y < 275 || y > 279);
        assert_true(size >= 1.5);
    }
}

/* Greys are allowed, colours are not. */
static void check_colours(const struct buf *page)
{
    for (const char *s = buf_str(page); (s = strchr(s, '#')) != NULL; s++)
        if (s[1] != s[2] || s[2] != s[3])
            fail_msg("a colour: %.7s", s);
}

static const char *leave_of(const struct made *m)
{
    switch (m->paper.form->audience) {
    case AUDIENCE_PUPIL:
        return m->text.paper.leave_pupil;
    case AUDIENCE_GUARDIAN:
        return m->text.paper.leave_guardian;
    case AUDIENCE_STAFF:
    case AUDIENCE_LEADER:
        break;
    }
    return m->text.paper.leave_staff;
}

static void check(const struct made *m)
{
    const struct form *f = m->paper.form;
    int next = 0;

    for (size_t i = 0; i < m->count; i++) {
        char *number = print_text_page(&m->text, i + 1, m->count);
        struct buf words = BUF_INIT;
        int first = next;

        words_of(&m->pages[i], &words);
        check_boxes(m, i, &next);
        assert_true(next > first || i == 0); /* no page is empty */
        check_words(m, &words, first, next);
        assert_reads(&words, number);
        assert_reads(&words, m->text.paper.no_name);
        if (i + 1 == m->count)
            assert_reads(&words, leave_of(m));
        check_text_places(&m->pages[i]);
        check_colours(&m->pages[i]);
        assert_has(&m->pages[i], "</svg>\n");
        buf_fini(&words);
        free(number);
    }
    assert_int_equal(next, f->questions);
}

/* No page is half empty, and none is there for what a little smaller type would hold. */
static void check_pages_are_even(const struct made *m)
{
    const struct form *f = m->paper.form;
    const char *language = f->language[m->paper.language].code;
    int next = 0, least = FORM_QUESTIONS_MAX, most = 0;

    for (size_t i = 0; i < m->count; i++) {
        int first = next;

        check_boxes(m, i, &next);
        least = next - first < least ? next - first : least;
        most = next - first > most ? next - first : most;
    }
    if (2 * least < most)
        fail_msg("%s in %s has pages of %d to %d questions", f->id, language, least, most);
    if (m->count > 3)
        fail_msg("%s in %s has %zu pages", f->id, language, m->count);
}

/* ---- the tests ----------------------------------------------------------------------------------------- */

static void test_every_form_in_every_language(void **state)
{
    for (size_t i = 0; i < COUNT(form_ids); i++) {
        struct form *f = shipped_form(form_ids[i]);

        for (int l = 0; l < f->languages; l++) {
            struct made m;
            struct buf words = BUF_INIT;

            make(*state, f, l, &m);
            check(&m);
            check_pages_are_even(&m);
            words_of(&m.pages[0], &words);
            assert_reads(&words, f->title.in[l]);
            if (f->presentation == PRESENT_PAGE)
                assert_reads(&words, f->intro.in[l]);
            if (!f->language[l].reviewed)
                assert_reads(&words, views_text(*state, f->language[l].code, "not_reviewed"));
            assert_int_equal(drawing_missing_glyphs(buf_str(&words)), 0);
            buf_fini(&words);
            made_fini(&m);
        }
        form_free(f);
    }
}

static void test_headings_stand_with_their_question(void **state)
{
    struct form *f = shipped_form("sjalvskattning");
    struct made m;

    make(*state, f, 0, &m);
    assert_true(m.count >= 3);
    for (size_t i = 0; i < m.count; i++)
        for (int d = 0; d < f->dimensions; d++) {
            char *heading = mem_printf(">%s</text>", f->dimension[d].text.in[0]);
            const char *at = strstr(buf_str(&m.pages[i]), heading);

            if (at != NULL)
                assert_non_null(strstr(at, ".</text>"));
            free(heading);
        }
    made_fini(&m);
    form_free(f);
}

static void test_written_from_the_right(void **state)
{
    struct form *f = shipped_form("grundskola-7-9");

    for (int l = 0; l < f->languages; l++) {
        bool arabic = strcmp(f->language[l].code, "ar") == 0;
        struct made m;

        make(*state, f, l, &m);
        /* the first box on the page is the example, on the side where one begins to read */
        double x = number_after(strstr(buf_str(&m.pages[0]), "<rect x="), " x=\"");
        assert_true(arabic ? x > 180 : x < 25);
        assert_int_equal(occurrences(&m.pages[0], "direction=\"rtl\""),
                         arabic ? occurrences(&m.pages[0], "<text ") : 0);
        made_fini(&m);
    }
    form_free(f);
}

/* The order is that of the page: the bad answer first, where one begins to read. */
static void test_large_drawings_for_the_young(void **state)
{
    struct form *f = shipped_form("forskoleklass-3");

    for (int l = 0; l < f->languages; l++) {
        bool arabic = strcmp(f->language[l].code, "ar") == 0;
        struct made m;
        double x = -1;

        make(*state, f, l, &m);
        const char *s = buf_str(&m.pages[0]);
        for (int i = 0; i < 3; i++) {
            s = strstr(s, "<g transform=\"translate(") + strlen("<g transform=\"translate(");
            double at = strtod(s, NULL);

            assert_true(i == 0 || (arabic ? at < x : at > x));
            assert_true(number_after(s, "scale(") * 64 >= 19);
            assert_true(number_after(s, "<rect x=\"") > 0);
            x = at;
        }
        assert_true(number_after(strstr(s, "<rect x="), "width=\"") >= 7);
        made_fini(&m);
    }
    form_free(f);
}

/* The gender question stands last, with all that one may choose. */
static void test_gender(void **state)
{
    struct form *f = shipped_form("grundskola-4-6");
    struct made m;

    make(*state, f, 0, &m);
    assert_true(f->question[f->questions - 1].gender);
    for (const char *const *word =
             (const char *const[]){"Om dig", "Flicka", "Pojke", "Annat", "Vill inte svara", NULL};
         *word != NULL; word++)
        assert_has(&m.pages[m.count - 1], *word);
    made_fini(&m);
    form_free(f);
}

/* ---- the largest form that may be ---------------------------------------------------------------------- */

static void add_repeated(struct buf *b, const char *s, size_t chars)
{
    for (size_t i = 1; i < chars; i++)
        buf_addc(b, s[i % strlen(s)]);
    buf_addc(b, '.');
}

static void add_scale(struct buf *b, const char *id, const char *words, bool drawn)
{
    buf_addf(b, "  - id: %s\n    options:\n", id);
    for (int i = 1; i <= FORM_OPTIONS_MAX; i++) {
        buf_addf(b, "      - {code: %d, positive: %s, %stext: {sv: \"%d", i, i > 5 ? "yes" : "no",
                 drawn ? "symbol: smiley-happy, " : "", i);
        add_repeated(b, words, FORM_OPTION_MAX_CHARS - 1);
        buf_adds(b, "\"}}\n");
    }
    buf_addf(b, "    dont_know: {%stext: {sv: Vet inte}}\n", drawn ? "symbol: smiley-unsure, " : "");
}

static struct form *largest_form(const char *words, bool drawn)
{
    struct buf b = BUF_INIT;
    struct form *form = NULL;
    struct faults faults;
    struct err e = ERR_INIT;

    buf_adds(&b, "id: stor\nversion: 1\naudience: pupil\npresentation: page\n"
                 "languages: [{code: sv, reviewed: no}]\ntitle: {sv: \"");
    add_repeated(&b, words, FORM_TITLE_MAX_CHARS);
    buf_adds(&b, "\"}\nintro: {sv: \"");
    add_repeated(&b, words, FORM_INTRO_MAX_CHARS);
    buf_adds(&b, "\"}\ndimensions:\n");
    for (int i = 0; i < 5; i++)
        buf_addf(&b, "  - {id: d%d, text: {sv: D%d}}\n", i, i);
    buf_adds(&b, "scales:\n");
    add_scale(&b, "skala", words, drawn);
    buf_adds(&b, "questions:\n");
    for (int i = 0; i < FORM_QUESTIONS_MAX; i++) {
        buf_addf(&b, "  - {id: q%d, dimension: d%d, scale: skala, text: {sv: \"%02d", i, i / 12, i);
        add_repeated(&b, words, FORM_QUESTION_MAX_CHARS - 2);
        buf_adds(&b, "\"}}\n");
    }
    faults_init(&faults);
    if (!form_parse("stor.yaml", b.data, b.bytes, &form, &faults, &e)) {
        faults_print(&faults);
        fail_msg("%s", e.text);
    }
    faults_fini(&faults);
    buf_fini(&b);
    return form;
}

static void test_the_largest_form_is_whole(void **state)
{
    static const struct {
        const char *words;
        bool drawn;
    } cases[] = {{"ord <b>& ", false}, {"mmmmmmm ", true}, {"W", false}, {"W", true}};

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct form *f = largest_form(cases[i].words, cases[i].drawn);
        struct made m;

        make(*state, f, 0, &m);
        check(&m);
        made_fini(&m);
        form_free(f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_form_in_every_language),
        cmocka_unit_test(test_headings_stand_with_their_question),
        cmocka_unit_test(test_written_from_the_right),
        cmocka_unit_test(test_large_drawings_for_the_young),
        cmocka_unit_test(test_gender),
        cmocka_unit_test(test_the_largest_form_is_whole),
    };

    return cmocka_run_group_tests(tests, load, unload);
}
