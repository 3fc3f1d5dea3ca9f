/* Goal: the page with a form has every question, says what it should, and is the same for everyone but for
 * its tail; what was answered is there again when it is sent back; and it fits in 14 kB. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "collector/page_cache.h"
#include "core/base/mem.h"
#include "tests/support/page_check.h"
#include "tests/support/shipped.h"

static const char *const form_ids[] = {"forskoleklass-3", "grundskola-4-6", "grundskola-7-9"};

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static void test_form_has_every_question(void **state)
{
    struct views *v = *state;

    for (size_t i = 0; i < COUNT(form_ids); i++) {
        struct form *form = shipped_form(form_ids[i]);

        for (int l = 0; l < form->languages; l++) {
            struct view_form f = shipped_visit(form, l);
            struct buf page = BUF_INIT;
            size_t radios = 0;

            view_form_prefix(v, &f, &page);
            for (int q = 0; q < form->questions; q++) {
                const struct form_scale *scale = form_scale_of(form, q);
                char *name = mem_printf("name=\"%s\"", form->question[q].id);
                struct buf text = BUF_INIT;

                /* the options, "vet ej" and the way back */
                assert_int_equal(occurrences(&page, name), scale->options + scale->dont_know + 1);
                radios += (size_t)(scale->options + scale->dont_know + 1);
                free(name);
                buf_adds(&text, form->question[q].text.in[l]);
                if (strpbrk(text.data, "&<>\"'") == NULL)
                    assert_has(&page, text.data);
                buf_fini(&text);
            }
            assert_int_equal(occurrences(&page, "type=\"radio\""), radios);
            assert_int_equal(occurrences(&page, " checked>"), 0);
            assert_int_equal(occurrences(&page, "<p class=\"draft\">"), form->language[l].reviewed ? 0 : 1);
            assert_int_equal(occurrences(&page, "<legend>"), form->questions);
            assert_has(&page, "Björkskolan");
            assert_has(&page, "5B");
            assert_has(&page, "Exempelkommun");
            assert_lacks(&page, "{{");
            assert_lacks(&page, " src=");
            assert_lacks(&page, "http://www"); /* nothing is fetched */
            assert_lacks(&page, "https:");
            buf_fini(&page);
        }
        form_free(form);
    }
}

/* What stands before and after "begin". */
static void test_first_sentence(void **state)
{
    struct views *v = *state;
    static const struct {
        char text[60];
        const char *first, *more; /* NULL: nothing */
    } cases[] = {
        {"Tryck. Du får hoppa.", "<p>Tryck.</p>", "<p class=\"more\">Du får hoppa.</p>"},
        {"Tryck t.ex. på en. Hoppa!", "<p>Tryck t.ex. på en.</p>", "<p class=\"more\">Hoppa!</p>"},
        {"Redo? Nu!", "<p>Redo?</p>", "<p class=\"more\">Nu!</p>"},
        {"جاهز؟ الآن.", "<p>جاهز؟</p>", "<p class=\"more\">الآن.</p>"},
        {"Tryck på en.", "<p>Tryck på en.</p>", NULL},
    };
    struct form *form = shipped_form("forskoleklass-3");
    char *own = form->intro.in[0];

    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[60];
        struct buf page = BUF_INIT;
        struct view_form f = shipped_visit(form, 0);

        memcpy(text, cases[i].text, sizeof text);
        form->intro.in[0] = text;
        view_form_prefix(v, &f, &page);
        assert_has(&page, cases[i].first);
        if (cases[i].more != NULL)
            assert_true(strstr(buf_str(&page), cases[i].more) > strstr(buf_str(&page), "href=\"#s1\""));
        else
            assert_lacks(&page, "class=\"more\"");
        buf_fini(&page);
    }
    form->intro.in[0] = own;
    form_free(form);
}

static void test_class_to_pick(void **state)
{
    struct views *v = *state;
    struct form *form = shipped_form("grundskola-4-6");
    static const struct view_class classes[] = {
        {.group_id = 11, .name = "5A"}, {.group_id = 12, .name = "5<B>"}, {.group_id = 13, .name = "6C"}};
    struct view_form f = shipped_visit(form, 0);
    struct buf page = BUF_INIT;

    f.group = NULL;
    f.classes = classes;
    f.class_count = COUNT(classes);
    view_form_prefix(v, &f, &page);
    assert_int_equal(occurrences(&page, "name=\"group\""), 3);
    assert_int_equal(occurrences(&page, "required"), 3);
    assert_has(&page, "value=\"12\"");
    assert_has(&page, "5&lt;B&gt;");
    assert_lacks(&page, "5<B>");
    buf_clear(&page);
    f.picked = 13;
    view_form_prefix(v, &f, &page);
    assert_has(&page, "value=\"13\" checked");
    assert_int_equal(occurrences(&page, " checked"), 1);
    assert_has(&page, "pick brief");
    /* one long name, and they stand in wider tiles */
    f.classes =
        (const struct view_class[]){{.group_id = 11, .name = "5A"}, {.group_id = 12, .name = "Blåsippan"}};
    f.class_count = 2;
    buf_clear(&page);
    view_form_prefix(v, &f, &page);
    assert_lacks(&page, "pick brief");
    buf_fini(&page);
    form_free(form);
}

static void test_class_or_department(void **state)
{
    struct views *v = *state;
    struct form *form = shipped_form("grundskola-4-6");
    static const struct {
        enum school_form one, other;
        const char *asked;
    } cases[] = {
        {SCHOOL_FORM_FORSKOLA, SCHOOL_FORM_FORSKOLA, "Vilken avdelning går du på?"},
        {SCHOOL_FORM_GRUNDSKOLA, SCHOOL_FORM_ANPASSAD_GRUNDSKOLA, "Vilken klass går du i?"},
        {SCHOOL_FORM_FORSKOLA, SCHOOL_FORM_GRUNDSKOLA, "Vilken klass eller grupp går du i?"},
        {SCHOOL_FORM_VUXENUTBILDNING, SCHOOL_FORM_VUXENUTBILDNING, "Vilken klass eller grupp går du i?"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct view_form f = shipped_visit(form, 0);
        struct buf page = BUF_INIT;

        f.group = NULL;
        f.classes = (const struct view_class[]){{.group_id = 1, .name = "A", .school_form = cases[i].one},
                                                {.group_id = 2, .name = "B", .school_form = cases[i].other}};
        f.class_count = 2;
        view_form_prefix(v, &f, &page);
        assert_has(&page, cases[i].asked);
        buf_fini(&page);
    }
    form_free(form);
}

/* Where nobody answers without a slip, the first page says so; where some classes do not, it asks. */
static void test_code_needed(void **state)
{
    struct views *v = *state;
    static const struct view_class classes[] = {{.group_id = 11, .name = "5A", .needs_code = true},
                                                {.group_id = 12, .name = "5B"}};
    static const char *const ids[] = {"grundskola-4-6", "forskoleklass-3"};

    for (size_t i = 0; i < COUNT(ids); i++) {
        struct form *form = shipped_form(ids[i]);
        struct view_form f = shipped_visit(form, 0);
        struct buf page = BUF_INIT;

        f.asks_code = f.needs_code = true;
        view_form_prefix(v, &f, &page);
        assert_has(&page, views_text(v, "sv", "one_time_needed"));
        assert_has(&page, views_text(v, "sv", "one_time_why"));
        assert_lacks(&page, views_text(v, "sv", "one_time_label"));
        /* a browser can not point at a field of a step that is not shown */
        assert_int_equal(occurrences(&page, " required"), form->presentation == PRESENT_ONE_BY_ONE ? 0 : 1);
        buf_clear(&page);
        f.needs_code = false;
        f.group = NULL;
        f.classes = classes;
        f.class_count = COUNT(classes);
        view_form_prefix(v, &f, &page);
        assert_has(&page, views_text(v, "sv", "one_time_label"));
        assert_has(&page, "value=\"11\" data-codes");
        assert_lacks(&page, "value=\"12\" data-codes");
        assert_has(&page, "class=\"some\"");
        buf_fini(&page);
        form_free(form);
    }
}

/* Short answers stand beside each other where there is room, described levels never. */
static void test_wide(void **state)
{
    struct views *v = *state;
    static const struct {
        const char *form;
        bool wide;
    } cases[] = {{"grundskola-7-9", true}, {"sjalvskattning", false}, {"forskola", false}};

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct form *form = shipped_form(cases[i].form);
        struct view_form f = shipped_visit(form, 0);
        struct buf page = BUF_INIT;

        view_form_prefix(v, &f, &page);
        assert_int_equal(occurrences(&page, "class=\"q wide\"") > 0, cases[i].wide);
        buf_fini(&page);
        form_free(form);
    }
}

/* What was answered is there again, and each fault is told in words. */
static void test_sent_back(void **state)
{
    struct views *v = *state;
    struct form *form = shipped_form("grundskola-7-9");
    uint8_t answers[FORM_QUESTIONS_MAX] = {0};
    struct view_form f = shipped_visit(form, 0);
    struct buf page = BUF_INIT;
    char *first = mem_printf("name=\"%s\" value=\"2\" checked", form->question[0].id);
    char *second = mem_printf("name=\"%s\" value=\"0\" checked", form->question[1].id);

    answers[0] = 2;
    answers[1] = ANSWER_DONT_KNOW;
    f.answers = answers;
    f.faults = VIEW_FAULT_KEY;
    view_form_prefix(v, &f, &page);
    assert_has(&page, first);
    assert_has(&page, second);
    assert_int_equal(occurrences(&page, " checked"), 2);
    assert_has(&page, "role=\"alert\"");
    assert_has(&page, "<title>Inte skickat än: ");
    /* a link would lose the answers where no script keeps them: there it is a button */
    assert_has(&page, "<a hidden href=\"?lang=en\"");
    assert_has(&page, "formnovalidate name=\"lang\" value=\"en\"");
    for (unsigned fault = VIEW_FAULT_BODY; fault <= VIEW_FAULT_EMPTY; fault <<= 1) {
        struct buf other = BUF_INIT;

        f.faults = fault;
        view_form_prefix(v, &f, &other);
        assert_has(&other, "role=\"alert\"");
        assert_string_not_equal(fault == VIEW_FAULT_KEY ? "" : buf_str(&page), buf_str(&other));
        buf_fini(&other);
    }
    free(first);
    free(second);
    buf_fini(&page);
    form_free(form);
}

static void test_tail(void **state)
{
    struct views *v = *state;
    struct buf tail = BUF_INIT;

    view_form_tail(v, "Abc-_09\"><script>", NULL, &tail);
    assert_has(&tail, "name=\"key\" form=\"f\" value=\"Abc-_09&quot;&gt;&lt;script&gt;\"");
    assert_has(&tail, "</html>");
    assert_true(tail.bytes < 200);
    buf_fini(&tail);
}

/* With a list of thirty classes and all headers, both codings stay within 14 kB (A2). */
static void test_size(void **state)
{
    enum { LIMIT_BYTES = 14 * 1024, HEADERS_BYTES = 900, KEY_BYTES = 200, CLASSES = 30 };
    struct views *v = *state;
    struct view_class classes[CLASSES];

    for (int i = 0; i < CLASSES; i++)
        classes[i] = (struct view_class){.group_id = 1000 + i, .name = i % 2 == 0 ? "7 Björken" : "9C"};
    for (size_t i = 0; i < COUNT(form_ids); i++) {
        struct form *form = shipped_form(form_ids[i]);

        for (int l = 0; l < form->languages; l++) {
            struct view_form f = shipped_visit(form, l);
            struct buf page = BUF_INIT;
            size_t sizes[PAGE_CODINGS];
            double ms[PAGE_CODINGS];

            f.group = NULL;
            f.classes = classes;
            f.class_count = CLASSES;
            view_form_prefix(v, &f, &page);
            for (enum page_coding c = PAGE_IDENTITY; c < PAGE_CODINGS; c++) {
                struct buf packed = BUF_INIT;
                clock_t start = clock();

                page_compress(c, page.data, page.bytes, &packed);
                ms[c] = 1000.0 * (double)(clock() - start) / CLOCKS_PER_SEC;
                sizes[c] = packed.bytes + HEADERS_BYTES + KEY_BYTES;
                buf_fini(&packed);
            }
            print_message("%s %s: %zu bytes; on the wire gzip %zu (%.1f ms), brotli %zu (%.1f ms)\n",
                          form_ids[i], form->language[l].code, page.bytes, sizes[PAGE_GZIP], ms[PAGE_GZIP],
                          sizes[PAGE_BROTLI], ms[PAGE_BROTLI]);
            assert_true(sizes[PAGE_GZIP] <= LIMIT_BYTES);
            assert_true(sizes[PAGE_BROTLI] <= LIMIT_BYTES);
            buf_fini(&page);
        }
        form_free(form);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_form_has_every_question),
        cmocka_unit_test(test_first_sentence),
        cmocka_unit_test(test_class_to_pick),
        cmocka_unit_test(test_class_or_department),
        cmocka_unit_test(test_code_needed),
        cmocka_unit_test(test_wide),
        cmocka_unit_test(test_sent_back),
        cmocka_unit_test(test_tail),
        cmocka_unit_test(test_size),
    };

    return cmocka_run_group_tests(tests, shipped_begin, shipped_end);
}
