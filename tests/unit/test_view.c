/* Goal: the views load as they are shipped; every page says what it should in every language; what comes from
 * outside stays text; the form's page is the same for everyone but for its tail, and fits in 14 kB. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include <cmocka.h>

#include "collector/page_cache.h"
#include "collector/view.h"
#include "core/base/data_dir.h"
#include "core/base/day.h"
#include "core/base/mem.h"
#include "core/base/secret.h"
#include "core/domain/form_load.h"

static const char *const languages[] = {"sv", "en"};
static const char *const form_ids[] = {"forskoleklass-3", "grundskola-4-6", "grundskola-7-9"};

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static struct views *load(void)
{
    struct views *v = NULL;
    struct faults f;
    struct err e = ERR_INIT;
    char *dir = data_path("views");

    faults_init(&f);
    if (!views_load(dir, "", &v, &f, &e)) {
        faults_print(&f);
        fail_msg("%s", e.text);
    }
    faults_fini(&f);
    free(dir);
    return v;
}

static struct form *load_form(const char *id)
{
    struct form *form = NULL;
    struct faults f;
    struct err e = ERR_INIT;
    char *path = mem_printf("forms/%s.yaml", id);
    char *full = data_path(path);

    faults_init(&f);
    if (!form_load(full, &form, &f, &e)) {
        faults_print(&f);
        fail_msg("%s", e.text);
    }
    faults_fini(&f);
    free(path);
    free(full);
    return form;
}

static size_t occurrences(const struct buf *b, const char *text)
{
    size_t n = 0;

    for (const char *s = buf_str(b); (s = strstr(s, text)) != NULL; s += strlen(text))
        n++;
    return n;
}

static void assert_has(const struct buf *b, const char *text)
{
    if (occurrences(b, text) == 0)
        fail_msg("'%s' is not in:\n%s", text, buf_str(b));
}

static void assert_lacks(const struct buf *b, const char *text)
{
    if (occurrences(b, text) != 0)
        fail_msg("'%s' is in the page", text);
}

static struct view_form visit(const struct form *form, int language)
{
    return (struct view_form){.form = form,
                              .language = language,
                              .access = "ACDEFGHJ",
                              .organisation = "Exempelkommun",
                              .unit = "Björkskolan",
                              .group = "5B"};
}

static void test_form_has_every_question(void **state)
{
    struct views *v = *state;

    for (size_t i = 0; i < COUNT(form_ids); i++) {
        struct form *form = load_form(form_ids[i]);

        for (int l = 0; l < form->languages; l++) {
            struct view_form f = visit(form, l);
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
    struct form *form = load_form("forskoleklass-3");
    char *own = form->intro.in[0];

    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[60];
        struct buf page = BUF_INIT;
        struct view_form f = visit(form, 0);

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

/* Nothing in it leads anywhere but to the files beside it, and a policy of its own holds it to that. */
static void test_preview(void **state)
{
    struct views *v = *state;

    for (size_t i = 0; i < COUNT(form_ids); i++) {
        struct form *form = load_form(form_ids[i]);

        for (int l = 0; l < form->languages; l++) {
            const char *code = form->language[l].code;
            struct buf page = BUF_INIT;

            view_preview(v, form, l, "namn", &page);
            assert_has(&page, views_text(v, code, "preview"));
            assert_has(&page, "form-action &#39;none&#39;\">");
            assert_int_equal(occurrences(&page, " action="), 0);
            assert_int_equal(occurrences(&page, " method="), 0);
            assert_int_equal(occurrences(&page, "href=\"/"), 0);
            assert_int_equal(occurrences(&page, "href=\"?"), 0);
            assert_int_equal(occurrences(&page, "href=\"./namn-"), (size_t)form->languages - 1);
            assert_int_equal(occurrences(&page, "<button class=\"b\" id=\"b\" disabled"), 1);
            assert_int_equal(occurrences(&page, "<legend>"), form->questions);
            assert_lacks(&page, "connect-src");
            assert_lacks(&page, "{{");
            buf_fini(&page);
        }
        form_free(form);
    }
}

static void test_preview_index(void **state)
{
    struct views *v = *state;
    struct form *form = load_form("grundskola-4-6");
    const size_t sheets[FORM_LANGUAGES_MAX] = {1, 2, 3, 4, 5, 6};
    struct buf page = BUF_INIT;

    view_preview_index(v, &(struct view_preview_index){.form = form, .stem = "namn", .sheets = sheets},
                       &page);
    for (int l = 0; l < form->languages; l++) {
        char *html = mem_printf("href=\"./namn-%s.html\"", form->language[l].code);
        char *pdf = mem_printf("href=\"./namn-%s.pdf\"", form->language[l].code);

        assert_int_equal(occurrences(&page, html), 1);
        assert_int_equal(occurrences(&page, pdf), 1);
        free(pdf);
        free(html);
    }
    assert_has(&page, "1 sida A4");
    assert_has(&page, "6 sidor A4");
    assert_has(&page, "content=\"tld-collector forms preview grundskola-4-6\"");
    assert_lacks(&page, "{{");
    buf_fini(&page);
    form_free(form);
}

static void test_symbols(void **state)
{
    struct views *v = *state;
    struct form *form = load_form("forskoleklass-3");
    struct view_form f = visit(form, 0);
    struct buf page = BUF_INIT;

    view_form_prefix(v, &f, &page);
    assert_int_equal(occurrences(&page, "<symbol id="), 4); /* each drawing once, no other */
    /* in each question and in the greeting */
    assert_int_equal(occurrences(&page, "href=\"#smiley-happy\""), form->questions + 1);
    assert_true(views_have_symbol(v, "smiley-unsure"));
    assert_false(views_have_symbol(v, "smiley"));
    assert_false(views_have_symbol(v, "../form"));
    buf_clear(&page);
    views_symbol(v, "smiley-happy", &page);
    assert_int_equal(strncmp(buf_str(&page), "\n<circle class=\"face\"", strlen("\n<circle class=\"face\"")),
                     0);
    assert_lacks(&page, "svg");
    for (int s = 0; s < form->scales; s++)
        for (int o = 0; o < form->scale[s].options; o++)
            if (form->scale[s].option[o].symbol != NULL)
                assert_true(views_have_symbol(v, form->scale[s].option[o].symbol));
    buf_fini(&page);
    form_free(form);
}

static void test_class_to_pick(void **state)
{
    struct views *v = *state;
    struct form *form = load_form("grundskola-4-6");
    static const struct view_class classes[] = {
        {.group_id = 11, .name = "5A"}, {.group_id = 12, .name = "5<B>"}, {.group_id = 13, .name = "6C"}};
    struct view_form f = visit(form, 0);
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
    struct form *form = load_form("grundskola-4-6");
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
        struct view_form f = visit(form, 0);
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
        struct form *form = load_form(ids[i]);
        struct view_form f = visit(form, 0);
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
        struct form *form = load_form(cases[i].form);
        struct view_form f = visit(form, 0);
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
    struct form *form = load_form("grundskola-7-9");
    uint8_t answers[FORM_QUESTIONS_MAX] = {0};
    struct view_form f = visit(form, 0);
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
    assert_lacks(&page, "?lang=en"); /* a link would lose the answers */
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

static void test_outside_text_stays_text(void **state)
{
    static const char evil[] = "</p><script>alert(1)</script>\"'&";
    struct views *v = *state;
    struct form *form = load_form("grundskola-4-6");
    struct view_form f = visit(form, 0);
    struct buf page = BUF_INIT;
    struct form_body body = {.count = 1, .field = {{"a\">", evil}}};

    f.unit = f.group = f.organisation = evil;
    f.code = evil;
    view_form_prefix(v, &f, &page);
    view_step(v, &f, 1, "key", &page);
    view_start(v, "sv", evil, evil, &page);
    view_resend(v,
                &(struct view_resend){.language = "sv",
                                      .organisation = evil,
                                      .unit = evil,
                                      .group = evil,
                                      .access = "ACDEFGHJ",
                                      .form = form,
                                      .sent = -1,
                                      .body = &body},
                &page);
    for (int k = 0; k < VIEW_MESSAGE_KINDS; k++)
        view_message(v,
                     &(struct view_message){.kind = (enum view_message_kind)k,
                                            .language = "sv",
                                            .organisation = evil,
                                            .unit = evil,
                                            .group = evil},
                     &page);
    assert_lacks(&page, "<script>alert");
    assert_has(&page, "&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;");
    buf_fini(&page);
    form_free(form);
}

static void test_messages(void **state)
{
    struct views *v = *state;
    int64_t time_s = 0;
    struct err e = ERR_INIT;

    assert_true(day_parse("2026-10-31 20:00", &time_s, &e));
    for (size_t l = 0; l < COUNT(languages); l++) {
        struct buf seen[VIEW_MESSAGE_KINDS];

        for (int k = 0; k < VIEW_MESSAGE_KINDS; k++) {
            struct view_message m = {
                .kind = (enum view_message_kind)k, .language = languages[l], .time_s = time_s};

            buf_init(&seen[k]);
            view_message(v, &m, &seen[k]);
            assert_has(&seen[k], "<h1>");
            assert_has(&seen[k], "</html>");
            assert_lacks(&seen[k], "{{");
            assert_lacks(&seen[k], "{time");
            assert_lacks(&seen[k], "<h1></h1>");
            assert_lacks(&seen[k], "<p></p>");
            for (int before = 0; before < k; before++)
                assert_string_not_equal(buf_str(&seen[before]), buf_str(&seen[k]));
        }
        assert_has(&seen[VIEW_CLOSED],
                   l == 0 ? "31\u00a0oktober 2026 kl.\u00a020.00" : "31\u00a0October 2026 at\u00a020:00");
        assert_has(&seen[VIEW_NOT_OPEN_YET],
                   l == 0 ? "Den öppnar 31\u00a0oktober" : "It opens on 31\u00a0October");
        assert_has(&seen[VIEW_THANKS], l == 0 ? "Dina svar är sparade" : "Your answers are saved");
        assert_has(&seen[VIEW_UNKNOWN_LINK], "name=\"code\"");
        for (int k = 0; k < VIEW_MESSAGE_KINDS; k++)
            buf_fini(&seen[k]);
    }
}

static void test_thanks_says_where_to_turn(void **state)
{
    struct views *v = *state;
    struct view_message m = {.kind = VIEW_THANKS, .language = "sv"};
    struct buf page = BUF_INIT;

    view_message(v, &m, &page);
    assert_lacks(&page, "116\u00a0111");
    m.help = VIEW_HELP_CHILD;
    buf_clear(&page);
    view_message(v, &m, &page);
    assert_has(&page, "116\u00a0111");
    m.help = VIEW_HELP_ADULT;
    buf_clear(&page);
    view_message(v, &m, &page);
    assert_has(&page, "1177");
    assert_lacks(&page, "Bris");
    buf_fini(&page);
}

static void test_resend_carries_all(void **state)
{
    struct views *v = *state;
    static const char raw[] = "key=abc&trygg=3&group=12&tom=&namn=%C3%85%22";
    struct form *form = load_form("forskoleklass-3");
    struct form_body body;
    struct err e = ERR_INIT;
    struct buf page = BUF_INIT;

    assert_true(form_body_parse(raw, strlen(raw), &body, &e));
    view_resend(v,
                &(struct view_resend){.language = "en",
                                      .organisation = "Exempelkommun",
                                      .unit = "Björkskolan",
                                      .group = "5B",
                                      .access = "ACDEFGHJ",
                                      .form = form,
                                      .sent = -1,
                                      .body = &body},
                &page);
    assert_has(&page, "Björkskolan");
    assert_has(&page, "<bdi>5B</bdi>");
    assert_has(&page, "<bdi>Exempelkommun</bdi>");
    assert_int_equal(occurrences(&page, "type=\"hidden\""), 5);
    assert_has(&page, "name=\"key\" value=\"abc\"");
    assert_has(&page, "name=\"tom\" value=\"\"");
    assert_has(&page, "name=\"namn\" value=\"Å&quot;\"");
    assert_has(&page, "<form method=\"post\" id=\"f\">"); /* to its own address, with all that stands there */
    /* in another language the last step, whence it is sent */
    assert_has(&page,
               "formaction=\"/ACDEFGHJ?lang=sv#q\" formnovalidate name=\"steg\" value=\"11\" lang=\"sv\"");
    assert_int_equal(occurrences(&page, "name=\"steg\""), form->languages - 1);
    form_free(form);
    form_body_fini(&body);
    buf_fini(&page);
}

static void test_languages(void **state)
{
    static const char *const unknown[] = {NULL, "", "xx", "sv-SE", "../sv", "SV", "\"><script>"};
    struct views *v = *state;

    for (size_t i = 0; i < COUNT(unknown); i++)
        assert_string_equal(views_language(v, unknown[i]), "sv");
    assert_string_equal(views_language(v, "en"), "en");
}

/* The text of an element: from `open` to `close`, which begin and end it. */
static char *element(const struct buf *page, const char *open, const char *close, int nth)
{
    const char *s = buf_str(page);

    for (int i = 0; i <= nth; i++) {
        s = strstr(s, open);
        assert_non_null(s);
        s += strlen(open);
    }
    return mem_dup_bytes(s, (size_t)(strstr(s, close) - s));
}

/* Every style and script of a page is named in the policy by its hash, and nothing else is let in. */
static void test_policy(void **state)
{
    struct views *v = *state;
    struct form *form = load_form("forskoleklass-3");
    struct view_form f = visit(form, 0);
    struct buf page = BUF_INIT;
    const char *const parts[][2] = {{"<style>", "</style>"}, {"<script>", "</script>"}};

    view_form_prefix(v, &f, &page);
    assert_int_equal(occurrences(&page, "<style>"), 2);
    assert_int_equal(occurrences(&page, "<script>"), 2);
    for (size_t i = 0; i < 2 * COUNT(parts); i++) {
        char hash[SECRET_SHA256_BASE64_BYTES];
        char *text = element(&page, parts[i / 2][0], parts[i / 2][1], i % 2);
        char *source;

        secret_sha256_base64(text, strlen(text), hash);
        source = mem_printf("'sha256-%s'", hash);
        assert_non_null(strstr(views_csp(v), source));
        free(source);
        free(text);
    }
    assert_non_null(strstr(views_csp(v), "default-src 'none'"));
    assert_null(strstr(views_csp(v), "unsafe"));
    assert_lacks(&page, " style=");
    assert_lacks(&page, " onclick=");
    buf_fini(&page);
    form_free(form);
}

/* sha256("abc"), FIPS 180-4's example, in base64. */
static void test_sha256(void **state)
{
    char hash[SECRET_SHA256_BASE64_BYTES];

    (void)state;
    secret_sha256_base64("abc", 3, hash);
    assert_string_equal(hash, "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
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
        struct form *form = load_form(form_ids[i]);

        for (int l = 0; l < form->languages; l++) {
            struct view_form f = visit(form, l);
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

static void write_file(const char *dir, const char *name, const char *text)
{
    char *path = mem_printf("%s/%s", dir, name);
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
    free(path);
}

/* Views with every kind of fault: each is named with its file and, where there is one, its line. */
static void test_faulty_views(void **state)
{
    static const struct {
        const char *file;
        int line;
        const char *text;
    } want[] = {
        {"/page.html", 2, "there is no file 'none.css'"}, {"/page.html", 3, "within quotes"},
        {"/symbols/bad.svg", 1, "must begin with"},       {"/text/de.json", 3, "expected"},
        {"/text/en.json", 0, "lacks the text 'b'"},       {"/text/en.json", 0, "'a' is not of the same kind"},
        {"/text/sv.json", 0, "lacks the text 'c'"},       {"/about/en.json", 0, "'y' is not as in sv.json"},
        {"/about/fi.json", 0, "has no such language"},
    };
    char dir[] = "/tmp/tld-views-XXXXXX";
    struct views *v = NULL;
    struct faults f;
    struct err e = ERR_INIT;

    (void)state;
    faults_init(&f);
    assert_non_null(mkdtemp(dir));
    assert_false(views_load(dir, "", &v, &f, &e)); /* no folders of symbols and texts */
    assert_int_equal(e.kind, ERR_IO);
    for (int i = 0; i < 3; i++) {
        char *sub = mem_printf("%s/%s", dir, i == 0 ? "symbols" : i == 1 ? "text" : "about");

        assert_int_equal(mkdir(sub, 0700), 0);
        free(sub);
    }
    write_file(dir, "page.html", "<p>\n{{> none.css}}\n<p {{a}}>");
    write_file(dir, "symbols/bad.svg", "<svg>");
    write_file(dir, "text/de.json", "{\n\"a\": \"x\"\n\"b\": \"y\"}");
    write_file(dir, "text/sv.json", "{\"a\": \"x\", \"b\": \"y\"}");
    write_file(dir, "text/en.json", "{\"a\": [\"x\"], \"c\": \"z\"}");
    write_file(dir, "about/sv.json", "{\"x\": {\"y\": [\"1\", \"2\"]}}");
    write_file(dir, "about/en.json", "{\"x\": {\"y\": [\"1\"]}}");
    write_file(dir, "about/fi.json", "{}");
    assert_false(views_load(dir, "", &v, &f, &e));
    assert_null(v);
    assert_int_equal(e.kind, ERR_INPUT);
    for (size_t i = 0; i < COUNT(want); i++) {
        bool found = false;

        for (size_t j = 0; j < f.count; j++)
            found = found || (strcmp(f.at[j].file + strlen(dir), want[i].file) == 0 &&
                              f.at[j].line == want[i].line && strstr(f.at[j].text, want[i].text) != NULL);
        if (!found) {
            faults_print(&f);
            fail_msg("no fault %s:%d: %s", want[i].file, want[i].line, want[i].text);
        }
    }
    faults_fini(&f);
    for (const char *const *name =
             (const char *const[]){"page.html", "symbols/bad.svg", "text/de.json", "text/sv.json",
                                   "text/en.json", "about/sv.json", "about/en.json", "about/fi.json",
                                   "symbols", "text", "about", ".", NULL};
         *name != NULL; name++) {
        char *path = mem_printf("%s/%s", dir, strcmp(*name, ".") == 0 ? "" : *name);

        assert_int_equal(remove(path), 0);
        free(path);
    }
}

static int setup(void **state)
{
    struct err e = ERR_INIT;

    if (!secret_init(&e) || !day_zone_init(&e))
        return -1;
    *state = load();
    return 0;
}

static int teardown(void **state)
{
    views_free(*state);
    return 0;
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_form_has_every_question),
        cmocka_unit_test(test_first_sentence),
        cmocka_unit_test(test_preview),
        cmocka_unit_test(test_preview_index),
        cmocka_unit_test(test_symbols),
        cmocka_unit_test(test_class_to_pick),
        cmocka_unit_test(test_class_or_department),
        cmocka_unit_test(test_code_needed),
        cmocka_unit_test(test_wide),
        cmocka_unit_test(test_sent_back),
        cmocka_unit_test(test_tail),
        cmocka_unit_test(test_outside_text_stays_text),
        cmocka_unit_test(test_messages),
        cmocka_unit_test(test_thanks_says_where_to_turn),
        cmocka_unit_test(test_resend_carries_all),
        cmocka_unit_test(test_languages),
        cmocka_unit_test(test_policy),
        cmocka_unit_test(test_sha256),
        cmocka_unit_test(test_size),
        cmocka_unit_test(test_faulty_views),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
