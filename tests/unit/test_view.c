/* Goal: the views load as they are shipped, and one with a fault does not; every page says what it should in
 * every language; what comes from outside stays text; the policy lets in what a page has, and nothing else.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "core/base/day.h"
#include "core/base/mem.h"
#include "core/base/secret.h"
#include "tests/support/page_check.h"
#include "tests/support/shipped.h"

static const char *const languages[] = {"sv", "en"};
static const char *const form_ids[] = {"forskoleklass-3", "grundskola-4-6", "grundskola-7-9"};

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

/* Nothing in it leads anywhere but to the files beside it, and a policy of its own holds it to that. */
static void test_preview(void **state)
{
    struct views *v = *state;

    for (size_t i = 0; i < COUNT(form_ids); i++) {
        struct form *form = shipped_form(form_ids[i]);

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
    struct form *form = shipped_form("grundskola-4-6");
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
    struct form *form = shipped_form("forskoleklass-3");
    struct view_form f = shipped_visit(form, 0);
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

static void test_outside_text_stays_text(void **state)
{
    static const char evil[] = "</p><script>alert(1)</script>\"'&";
    struct views *v = *state;
    struct form *form = shipped_form("grundskola-4-6");
    struct view_form f = shipped_visit(form, 0);
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
    struct form *form = shipped_form("forskoleklass-3");
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
    struct form *form = shipped_form("forskoleklass-3");
    struct view_form f = shipped_visit(form, 0);
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

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_preview),
        cmocka_unit_test(test_preview_index),
        cmocka_unit_test(test_symbols),
        cmocka_unit_test(test_outside_text_stays_text),
        cmocka_unit_test(test_messages),
        cmocka_unit_test(test_thanks_says_where_to_turn),
        cmocka_unit_test(test_resend_carries_all),
        cmocka_unit_test(test_languages),
        cmocka_unit_test(test_policy),
        cmocka_unit_test(test_sha256),
        cmocka_unit_test(test_faulty_views),
    };

    return cmocka_run_group_tests(tests, shipped_begin, shipped_end);
}
