/* Goal: a poster keeps every name whole and inside the page, whatever it is, and can not be broken by it. */

#include "collector/poster.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collector/drawing.h"
#include "core/base/data_dir.h"
#include "core/base/mem.h"
#include "tests/support/page_check.h"

static struct print_text texts[2];

static int load_texts(void **state)
{
    char *dir = data_path("views/print");
    struct err e = ERR_INIT;
    bool ok = print_text_load(dir, "sv", PRINT_POSTER, &texts[0], &e) &&
              print_text_load(dir, "en", PRINT_POSTER, &texts[1], &e);

    (void)state;
    if (!ok)
        print_error("%s\n", e.text);
    free(dir);
    return ok ? 0 : -1;
}

/* fontconfig keeps something till the end. It can not be made to give it back (FcFini): Pango looks for fonts
 * in a thread of its own, and while that one is at work fontconfig and cairo abort. */
const char *
__lsan_default_suppressions(void); /* NOLINT(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
const char *
__lsan_default_suppressions(void) /* NOLINT(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
{
    return "leak:libfontconfig\n";
}

static int free_texts(void **state)
{
    (void)state;
    print_text_fini(&texts[0]);
    print_text_fini(&texts[1]);
    drawing_fini();
    return 0;
}

static struct poster common(void)
{
    return (struct poster){.organisation = "Exempelkommun",
                           .unit = "Björkskolan",
                           .below_unit = "5A",
                           .round = "2026-10",
                           .public_url = "https://tld.exempelkommun.se",
                           .access_code = "QXM4KWRH",
                           .text = texts,
                           .languages = 2};
}

static struct buf svg_of(const struct poster *p)
{
    struct buf svg = BUF_INIT;
    struct err e = ERR_INIT;
    if (!poster_svg(p, &svg, &e))
        fail_msg("%s", e.text);
    return svg;
}

static void test_says_what_it_must(void **state)
{
    struct poster p = common();
    struct buf svg = svg_of(&p);

    (void)state;
    assert_has(&svg, ">Exempelkommun</text>");
    assert_has(&svg, ">Björkskolan</text>");
    assert_has(&svg, ">5A</text>");
    assert_has(&svg, ">Oktober 2026</text>");
    assert_has(&svg, ">Trygghet</text>");
    assert_has(&svg, ">Lärande</text>");
    assert_has(&svg, ">Delaktighet</text>");
    assert_has(&svg, ">Participation</text>");
    assert_has(&svg, "Rikta kameran");
    assert_has(&svg, "Point your camera");
    assert_has(&svg, ">tld.exempelkommun.se/<tspan font-weight=\"700\">QXM4</tspan>");
    assert_true(strstr(buf_str(&svg), "Rikta kameran") < strstr(buf_str(&svg), "Point your camera"));
    /* several posters may stand in one page: no id that could meet another */
    assert_null(strstr(buf_str(&svg), " id="));
    buf_fini(&svg);
}

/* All languages of the pupils' forms have room, at a size that can be read from near. */
static void test_six_languages_have_room(void **state)
{
    static const char *const codes[POSTER_LANGUAGES_MAX] = {"sv", "en", "ar", "so", "uk", "fi"};
    struct print_text many[POSTER_LANGUAGES_MAX];
    struct poster p = common();
    struct err e = ERR_INIT;
    char *dir = data_path("views/print");
    struct buf svg;

    (void)state;
    for (int i = 0; i < POSTER_LANGUAGES_MAX; i++)
        if (!print_text_load(dir, codes[i], PRINT_POSTER, &many[i], &e))
            fail_msg("%s", e.text);
    p.text = many;
    p.languages = POSTER_LANGUAGES_MAX;
    svg = svg_of(&p);
    for (int i = 0; i < POSTER_LANGUAGES_MAX; i++) {
        const char *scan = strstr(buf_str(&svg), many[i].poster.scan), *start = scan;
        assert_non_null(scan); /* on one line */
        assert_int_equal(drawing_missing_glyphs(many[i].poster.scan), 0);
        while (strncmp(start, "font-size=\"", 11) != 0)
            start--;
        double size = strtod(start + 11, NULL);
        assert_true(size >= 2.7);
        assert_true(drawing_text_width(many[i].poster.scan, size, i == 0) <= (i == 0 ? 190 : 92));
        print_text_fini(&many[i]);
    }
    buf_fini(&svg);
    free(dir);
}

/* A poster for a tablet says so, in two languages and in its title, and stays a page with room for it. */
static void test_a_shared_tablet_is_named(void **state)
{
    struct poster p = common();
    struct buf svg = svg_of(&p);
    char *title;

    (void)state;
    assert_null(strstr(buf_str(&svg), "Delad surfplatta"));
    buf_fini(&svg);
    p.shared = true;
    svg = svg_of(&p);
    title = poster_title(&p);
    assert_has(&svg, ">Delad surfplatta</text>");
    assert_has(&svg, ">Shared tablet</text>");
    assert_has(&svg, ">KWRH</tspan>/delad</text>");
    assert_string_equal(title,
                        "Trygghet, Lärande, Delaktighet – Björkskolan, 5A – Delad surfplatta – Oktober 2026");
    buf_fini(&svg);
    free(title);
}

static void test_the_same_values_give_the_same_bytes(void **state)
{
    struct poster p = common();
    struct buf a = svg_of(&p), b = svg_of(&p);

    (void)state;
    assert_string_equal(buf_str(&a), buf_str(&b));
    buf_fini(&a);
    buf_fini(&b);
}

static void test_hostile_names_stay_text(void **state)
{
    struct poster p = common();

    (void)state;
    p.organisation = "</title><script>";
    p.unit = "<b>&amp;\"'";
    p.below_unit = "]]>";
    struct buf svg = svg_of(&p);
    assert_has(&svg, ">&lt;/title&gt;&lt;script&gt;</text>");
    assert_has(&svg, "&lt;b&gt;&amp;amp;&quot;'");
    assert_has(&svg, ">]]&gt;</text>");
    assert_null(strstr(buf_str(&svg), "<script"));
    buf_fini(&svg);
}

/* The code is followed by nothing that would make it longer: the address must fit a symbol. */
static void test_an_address_that_is_too_long_is_refused(void **state)
{
    char *address = mem_alloc(4001, 1);
    struct poster p = common();
    struct buf svg = BUF_INIT;
    struct err e = ERR_INIT;

    (void)state;
    memset(address, 'a', 4000);
    memcpy(address, "https://", 8);
    p.public_url = address;
    assert_false(poster_svg(&p, &svg, &e));
    assert_int_equal(e.kind, ERR_LIMIT);
    buf_fini(&svg);
    free(address);
}

/* ---- fitting ------------------------------------------------------------------------------------------- */

static const struct drawing_box name_box = {.width_mm = 190,
                                            .height_mm = 17,
                                            .size_max_mm = 14.5,
                                            .size_min_mm = 6,
                                            .line_height = 1.2,
                                            .lines_max = 3,
                                            .bold = true};

static char *repeated(const char *s, size_t times)
{
    struct buf b = BUF_INIT;
    for (size_t i = 0; i < times; i++)
        buf_adds(&b, s);
    return buf_take(&b);
}

/* Every character that is no blank comes out again, in order, in lines that are within the box. */
static void assert_fits(const char *text, const struct drawing_box *box, int lines)
{
    struct drawing_lines fit;
    struct buf joined = BUF_INIT, want = BUF_INIT;

    drawing_fit(text, box, &fit);
    if (lines > 0)
        assert_int_equal(fit.count, lines);
    assert_in_range(fit.count, 1, box->lines_max);
    assert_true(fit.size_mm <= box->size_max_mm);
    assert_true(fit.size_mm * box->line_height * fit.count <= box->height_mm + 0.01);
    for (int i = 0; i < fit.count; i++) {
        double width = drawing_text_width(fit.line[i], fit.size_mm, box->bold);
        if (width > box->width_mm + 0.1)
            fail_msg("a line of %.1f mm in %.1f mm: %s", width, box->width_mm, fit.line[i]);
        buf_adds(&joined, fit.line[i]);
    }
    buf_adds(&want, text);
    for (struct buf *b = &joined;; b = &want) {
        char *to = b->data;
        for (const char *from = b->data; *from != '\0'; from++)
            if (*from != ' ')
                *to++ = *from;
        *to = '\0';
        if (b == &want)
            break;
    }
    assert_string_equal(buf_str(&joined), buf_str(&want));
    buf_fini(&joined);
    buf_fini(&want);
    drawing_lines_fini(&fit);
}

static void test_names_fit_and_are_never_cut(void **state)
{
    char *wide = repeated("W", 80), *words = repeated("Åäö ", 20), *one = repeated("ö", 80);

    (void)state;
    assert_fits("Björkskolan", &name_box, 1);
    assert_fits("Norra Bergsskolan", &name_box, 1);
    assert_fits("Sjöängsskolans förskoleklass, grundskola och anpassade grundskola i Västra Åkerby",
                &name_box, 2);
    assert_fits("Samhällsvetenskapsprogrammetsochnaturvetenskapsprogrammetsgemensammagymnasieskola",
                &name_box, 0);
    assert_fits("مدرسة الأمل للتعليم الأساسي والثانوي في البلدية", &name_box, 0);
    assert_fits(wide, &name_box, 0);
    assert_fits(words, &name_box, 0);
    assert_fits(one, &name_box, 0);
    free(wide);
    free(words);
    free(one);
}

/* Paragraphs keep their size. Lines that are written from the right begin at the layout's right end, where
 * measuring from the left once took them for wider than any width, and never came to an end. */
static void test_paragraphs_from_the_right(void **state)
{
    const struct drawing_box box = {.width_mm = 165,
                                    .height_mm = 100,
                                    .size_max_mm = 4.5,
                                    .size_min_mm = 4.5,
                                    .line_height = 1.28,
                                    .lines_max = DRAWING_LINES_MAX,
                                    .bold = true,
                                    .full_lines = true};
    static const char question[] = "كم مرة أساء إليك أحد في المدرسة في هذا الفصل الدراسي؟";
    char *many = repeated(question, 3);
    struct drawing_lines fit;

    (void)state;
    drawing_fit(question, &box, &fit);
    assert_int_equal(fit.count, 1);
    assert_float_equal(fit.size_mm, 4.5, 1e-9);
    drawing_lines_fini(&fit);
    assert_fits(many, &box, 0);
    free(many);
}

static void test_one_line_is_preferred_and_words_stay_whole(void **state)
{
    struct drawing_lines fit;

    (void)state;
    drawing_fit("Björkskolan", &name_box, &fit);
    assert_float_equal(fit.size_mm, 14.1666, 0.01); /* the height of the box decides: 17 / 1.2 */
    drawing_lines_fini(&fit);

    drawing_fit("Sjöängsskolans förskoleklass och grundskola i Västra Åkerby", &name_box, &fit);
    assert_int_equal(fit.count, 2);
    assert_string_equal(fit.line[0], "Sjöängsskolans förskoleklass");
    assert_string_equal(fit.line[1], "och grundskola i Västra Åkerby");
    drawing_lines_fini(&fit);
}

static void test_missing_glyphs_are_seen(void **state)
{
    (void)state;
    assert_int_equal(drawing_missing_glyphs("Sjöängsskolan Åk 4–6 · Ўзбек"), 0);
    /* a code point that no font has: the last of a private plane */
    assert_int_equal(drawing_missing_glyphs("A\xf4\x8f\xbf\xbd"), 1);
}

/* ---- files --------------------------------------------------------------------------------------------- */

static unsigned be32(const char *p)
{
    const unsigned char *b = (const unsigned char *)p;
    return (unsigned)b[0] << 24 | (unsigned)b[1] << 16 | (unsigned)b[2] << 8 | b[3];
}

static void test_files_are_a4(void **state)
{
    struct poster p = common();
    struct buf svg = svg_of(&p), png = BUF_INIT, pdf = BUF_INIT;
    struct err e = ERR_INIT;

    (void)state;
    assert_true(drawing_png(&svg, 100, &png, &e));
    assert_memory_equal(png.data, "\x89PNG", 4);
    assert_int_equal(be32(png.data + 16), 827); /* 210 mm at 100 dots an inch */
    assert_int_equal(be32(png.data + 20), 1169);
    assert_true(drawing_pdf(&svg, 1, "a title", &pdf, &e));
    assert_memory_equal(pdf.data, "%PDF-", 5);
    buf_fini(&svg);
    buf_fini(&png);
    buf_fini(&pdf);
}

static void test_a_broken_drawing_is_an_error(void **state)
{
    struct buf svg = BUF_INIT, out = BUF_INIT;
    struct err e = ERR_INIT;

    (void)state;
    buf_adds(&svg, "<svg xmlns=\"http://www.w3.org/2000/svg\"><text>");
    assert_false(drawing_pdf(&svg, 1, "", &out, &e));
    assert_int_equal(e.kind, ERR_BUG);
    assert_false(drawing_png(&svg, 100, &out, &e));
    buf_fini(&svg);
    buf_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_says_what_it_must),
        cmocka_unit_test(test_six_languages_have_room),
        cmocka_unit_test(test_a_shared_tablet_is_named),
        cmocka_unit_test(test_the_same_values_give_the_same_bytes),
        cmocka_unit_test(test_hostile_names_stay_text),
        cmocka_unit_test(test_an_address_that_is_too_long_is_refused),
        cmocka_unit_test(test_names_fit_and_are_never_cut),
        cmocka_unit_test(test_paragraphs_from_the_right),
        cmocka_unit_test(test_one_line_is_preferred_and_words_stay_whole),
        cmocka_unit_test(test_missing_glyphs_are_seen),
        cmocka_unit_test(test_files_are_a4),
        cmocka_unit_test(test_a_broken_drawing_is_an_error),
    };
    return cmocka_run_group_tests(tests, load_texts, free_texts);
}
