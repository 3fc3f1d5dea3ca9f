/* Goal: the page on privacy never lacks a field: every column that the schema has is told in words, in every
 * language that the page exists in, and one without words is shown all the same. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "collector/view.h"
#include "core/base/data_dir.h"
#include "core/base/file.h"
#include "core/base/mem.h"
#include "tests/support/store_scene.h"

/* Each with a piece of what it says when nobody has said whom to turn to. */
static const struct {
    const char *code, *no_contact;
    bool reviewed; /* set in views/about once a speaker has */
    bool complete; /* has words of its own for all that is stored; others may lack the newest and show English
                    */
} languages[] = {
    {"sv", "inte lagt in någon kontaktväg", true, true},
    {"en", "not yet said here how", false, true},
    {"ar", "لم يُكتب هنا بعد", false, false},
    {"so", "weli halkan kuma qorin", false, false},
    {"uk", "Тут ще не вказано", false, false},
    {"fi", "Tähän ei ole vielä kirjoitettu", false, false},
};

struct world {
    struct scene scene;
    struct views *views;
    struct store_field *stored;
    struct view_field *fields; /* the same, and room for one more */
    size_t count;
};

static int begin(void **state)
{
    struct world *w = mem_alloc(1, sizeof *w);
    char *dir = data_path("views");
    struct faults f;
    struct err e = ERR_INIT;

    faults_init(&f);
    if (!views_load(dir, "enkat/", &w->views, &f, &e)) {
        faults_print(&f);
        fail_msg("%s", e.text);
    }
    faults_fini(&f);
    free(dir);
    scene_init(&w->scene);
    assert_true(store_field_list(w->scene.store, &w->stored, &w->count, &e));
    w->fields = mem_alloc(w->count + 1, sizeof *w->fields);
    for (size_t i = 0; i < w->count; i++)
        w->fields[i] = (struct view_field){w->stored[i].table, w->stored[i].column, w->stored[i].comment};
    *state = w;
    return 0;
}

static int end(void **state)
{
    struct world *w = *state;

    views_free(w->views);
    scene_fini(&w->scene);
    free(w->stored);
    free(w->fields);
    free(w);
    return 0;
}

static struct buf page(const struct world *w, enum view_about_kind kind, const char *language,
                       const char *contact, size_t fields)
{
    struct buf out = BUF_INIT;

    view_about(w->views,
               &(struct view_about){.kind = kind,
                                    .language = language,
                                    .organisation = "Ås & Ö kommun",
                                    .contact = contact,
                                    .fields = w->fields,
                                    .field_count = fields},
               &out);
    return out;
}

static bool has(const struct buf *b, const char *text)
{
    return strstr(buf_str(b), text) != NULL;
}

static void test_every_field_is_told(void **state)
{
    struct world *w = *state;

    assert_true(w->count > 50);
    for (size_t l = 0; l < sizeof languages / sizeof *languages; l++) {
        struct buf b = page(w, VIEW_PRIVACY, languages[l].code, "x@y.se", w->count);
        const char *untold = strstr(buf_str(&b), "class=\"untold\"");
        const char *at = buf_str(&b);

        if (untold != NULL && languages[l].complete)
            fail_msg("views/about/%s.json has no words for: %.160s", languages[l].code, untold);
        for (size_t i = 0; i < w->count; i++) {
            char *name =
                mem_printf("<dt><code lang=\"en\" dir=\"ltr\">%s</code></dt><dd>", w->fields[i].column);

            at = strstr(at, name);
            if (at == NULL)
                fail_msg("%s.%s is not on the page", w->fields[i].table, w->fields[i].column);
            at += strlen(name);
            assert_true(*at != '<' || !languages[l].complete); /* words follow */
            assert_false(strncmp(at, "</", 2) == 0);
            free(name);
        }
        buf_fini(&b);
    }
}

/* An address of a person can be written to by a tap, whatever stands around it; nothing else is a link. */
static void test_contact_is_a_link(void **state)
{
    static const struct {
        const char *contact, *expected;
    } cases[] = {
        {"enkat@x.se", ": <a dir=\"ltr\" href=\"mailto:enkat@x.se\">enkat@x.se</a></p>"},
        {"\"Å\" <b.o-b_1@a.x.se>, 08-1.",
         "&lt;<a dir=\"ltr\" href=\"mailto:b.o-b_1@a.x.se\">b.o-b_1@a.x.se</a>&gt;, 08-1.</p>"},
        {"Skriv till a@x.se.", "href=\"mailto:a@x.se\">a@x.se</a>.</p>"},
        {"08-123 456, @x.se, a@, a@x", "08-123 456, @x.se, a@, a@x</p>"},
    };
    struct world *w = *state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int kind = VIEW_PRIVACY; kind <= VIEW_ACCESSIBILITY; kind++) {
            struct buf b = page(w, (enum view_about_kind)kind, "sv", cases[i].contact, w->count);

            if (!has(&b, cases[i].expected))
                fail_msg("%s: no %s", cases[i].contact, cases[i].expected);
            buf_fini(&b);
        }
}

/* What a parent must be told, in every language: of the slips, the law, the complaint, and a list that is
 * folded. */
static void test_a_parent_is_told(void **state)
{
    struct world *w = *state;
    struct buf sv = page(w, VIEW_PRIVACY, "sv", "x@y.se", w->count);

    assert_true(has(&sv, "vilket svar som gavs med vilken kod"));
    assert_true(has(&sv, "När omgången har förseglats är det omöjligt"));
    assert_true(has(&sv, "uppgift av allmänt intresse"));
    assert_true(has(&sv, "dataskyddsombudet"));
    buf_fini(&sv);
    for (size_t l = 0; l < sizeof languages / sizeof *languages; l++) {
        struct buf b = page(w, VIEW_PRIVACY, languages[l].code, "x@y.se", w->count);

        assert_true(has(&b, "6.1 e") || has(&b, "6 artiklan 1 kohdan e"));
        assert_true(has(&b, "imy.se"));
        assert_true(has(&b, "<details>"));
        buf_fini(&b);
    }
}

/* The basis is what the organisation states, the officer whom it names; before that, whom to ask. The rights
 * have their names; and what was copied before a round was sealed is not covered by that. */
static void test_law_and_officer(void **state)
{
    static const char *const parts[] = {"allmänt intresse",
                                        "4 kap. skollagen",
                                        "få ett utdrag",
                                        "rättade",
                                        "raderade",
                                        "begränsa",
                                        "invändningar",
                                        "Integritetsskyddsmyndigheten (IMY)",
                                        "I säkerhetskopior som togs innan omgången förseglades"};
    struct world *w = *state;
    struct buf b = page(w, VIEW_PRIVACY, "sv", "a@b.se", w->count);

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (!has(&b, parts[i]))
            fail_msg("'%s' is not on the page", parts[i]);
    assert_true(has(&b, "Ring kommunens växel och fråga efter dataskyddsombudet"));
    assert_true(has(&b, "har inte skrivit här än vilken grund som gäller"));
    buf_clear(&b);
    view_about(w->views,
               &(struct view_about){.kind = VIEW_PRIVACY,
                                    .language = "sv",
                                    .organisation = "Ås",
                                    .data_protection = "dso@b.se",
                                    .legal_basis = "artikel 6.1 e & <4 kap.>"},
               &b);
    assert_true(has(&b, "Dataskyddsombud för Ås: <a dir=\"ltr\" href=\"mailto:dso@b.se\""));
    assert_true(has(&b, "Ås uppger: artikel 6.1 e &amp; &lt;4 kap.&gt;"));
    assert_false(has(&b, "Ring kommunens växel och"));
    assert_false(has(&b, "har inte skrivit här än"));
    buf_fini(&b);
}

/* What a later schema adds without words is there in the schema's own. */
static void test_without_words(void **state)
{
    struct world *w = *state;

    w->fields[w->count] = (struct view_field){"response", "ip", "the sender's address <x>"};
    struct buf b = page(w, VIEW_PRIVACY, "sv", NULL, w->count + 1);
    assert_true(has(&b, "<span class=\"untold\" lang=\"en\">the sender&#39;s address &lt;x&gt;</span>"));
    buf_fini(&b);
    w->fields[w->count] = (struct view_field){"spy", "ip", "address"};
    b = page(w, VIEW_PRIVACY, "sv", NULL, w->count + 1);
    assert_true(has(&b, "<span class=\"untold\" lang=\"en\">spy</span>"));
    assert_true(has(&b, "<span class=\"untold\" lang=\"en\">address</span>"));
    buf_fini(&b);
}

/* A language may lack words for what is new: its page has those in English then, and else the schema's. */
static void test_english_where_words_are_missing(void **state)
{
    static const struct {
        const char *name, *text;
    } files[] = {
        {"text/sv.json", "{\"language_name\": \"S\"}"},
        {"text/en.json", "{\"language_name\": \"E\"}"},
        {"text/fi.json", "{\"language_name\": \"F\"}"},
        {"about/sv.json", "{\"fold\": \"\", \"privacy\": {\"sections\": [{\"show\": \"fields\"}]}, "
                          "\"tables\": {\"a\": \"sv-a\"}, \"fields\": "
                          "{\"a.b\": \"sv-b\"}}"},
        {"about/en.json", "{\"fold\": \"\", \"privacy\": {\"sections\": [{\"show\": \"fields\"}]}, "
                          "\"tables\": {\"a\": \"en-a\"}, \"fields\": "
                          "{\"a.b\": \"en-b\"}}"},
        {"about/fi.json",
         "{\"fold\": \"\", \"privacy\": {\"sections\": [{\"show\": \"fields\"}]}, \"tables\": {}, "
         "\"fields\": {\"a.d\": \"fi-d\"}}"},
        {"about.html",
         "{{#sections}}{{#tables}}{{#list}}{{#told}}+{{told}}{{/told}}{{#untold}}-{{untold}}{{/untold}}"
         "{{#fields}} {{#told}}+{{told}}{{/told}}{{#untold}}-{{untold}}{{/untold}}{{/fields}}"
         "{{/list}}{{/tables}}{{/sections}}"},
    };
    static const struct view_field fields[] = {
        {"a", "b", "schema-b"}, {"a", "c", "schema-c"}, {"a", "d", "schema-d"}};
    char dir[] = "/tmp/tld-about-XXXXXX";
    static const char *const folders[] = {"text", "about", "symbols"};
    struct views *v = NULL;
    struct buf out = BUF_INIT;
    struct faults f;
    struct err e = ERR_INIT;

    (void)state;
    faults_init(&f);
    assert_non_null(mkdtemp(dir));
    for (size_t i = 0; i < 3; i++) {
        char *path = mem_printf("%s/%s", dir, folders[i]);
        assert_int_equal(mkdir(path, 0700), 0);
        free(path);
    }
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char *path = mem_printf("%s/%s", dir, files[i].name);
        assert_true(file_write(path, files[i].text, strlen(files[i].text), &e));
        free(path);
    }
    if (!views_load(dir, "", &v, &f, &e)) {
        faults_print(&f);
        fail_msg("%s", e.text);
    }
    view_about(v, &(struct view_about){.language = "fi", .fields = fields, .field_count = 3}, &out);
    assert_string_equal(buf_str(&out), "-en-a -en-b -schema-c +fi-d");
    buf_fini(&out);
    views_free(v);
    faults_fini(&f);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char *path = mem_printf("%s/%s", dir, files[i].name);
        assert_int_equal(remove(path), 0);
        free(path);
    }
    for (size_t i = 0; i < 3; i++) {
        char *path = mem_printf("%s/%s", dir, folders[i]);
        assert_int_equal(remove(path), 0);
        free(path);
    }
    assert_int_equal(remove(dir), 0);
}

static void test_contact(void **state)
{
    struct world *w = *state;

    for (size_t l = 0; l < sizeof languages / sizeof *languages; l++) {
        for (int kind = VIEW_PRIVACY; kind <= VIEW_ACCESSIBILITY; kind++) {
            struct buf with = page(w, (enum view_about_kind)kind, languages[l].code, "<b>@y.se", w->count);
            struct buf without = page(w, (enum view_about_kind)kind, languages[l].code, NULL, w->count);

            assert_true(has(&with, "&lt;b&gt;@y.se"));
            assert_true(has(&with, "Ås &amp; Ö kommun"));
            assert_false(has(&without, "&lt;b&gt;@y.se"));
            assert_true(has(&without, languages[l].no_contact));
            assert_true(has(&with, "href=\"/enkat/integritet?lang="));
            for (int i = 0; i < 2; i++) {
                const struct buf *b = i == 0 ? &with : &without;

                assert_false(has(b, "{{"));
                assert_false(has(b, "{organisation}"));
                assert_false(has(b, "{contact}"));
                assert_false(has(b, "{data_protection}"));
                assert_false(has(b, "{legal_basis}"));
                assert_false(has(b, "<p></p>"));
                assert_false(has(b, "<h2></h2>"));
                assert_false(has(b, "<ul></ul>"));
            }
            buf_fini(&with);
            buf_fini(&without);
        }
    }
}

static void test_accessibility_has_what_the_law_asks_for(void **state)
{
    static const char *const parts[] = {"delvis förenlig",
                                        "Brister som vi känner till",
                                        "a@b.se",
                                        "https://www.digg.se/tdosanmalan",
                                        "Bedömningen gjordes senast",
                                        "Redogörelsen uppdaterades senast",
                                        "skattat det själva",
                                        "Ås &amp; Ö kommun står bakom"};
    struct world *w = *state;
    struct buf b = page(w, VIEW_ACCESSIBILITY, "sv", "a@b.se", w->count);

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (!has(&b, parts[i]))
            fail_msg("'%s' is not on the page", parts[i]);
    buf_fini(&b);
}

/* As on the forms: who reads a translation that no speaker has read is told so, in that language. */
static void test_not_reviewed_is_said(void **state)
{
    struct world *w = *state;

    for (size_t l = 0; l < sizeof languages / sizeof *languages; l++)
        for (int kind = VIEW_PRIVACY; kind <= VIEW_ACCESSIBILITY; kind++) {
            struct buf b = page(w, (enum view_about_kind)kind, languages[l].code, NULL, w->count);
            char *html = mem_printf("<html lang=\"%s\"", languages[l].code);

            assert_true(has(&b, html));
            assert_int_equal(has(&b, "<p class=\"draft\">"), !languages[l].reviewed);
            free(html);
            buf_fini(&b);
        }
}

static void test_language(void **state)
{
    struct world *w = *state;

    assert_string_equal(views_about_language(w->views, "en"), "en");
    assert_string_equal(views_about_language(w->views, "ar"), "ar");
    assert_string_equal(views_about_language(w->views, "tlh"), "sv");
    assert_string_equal(views_about_language(w->views, NULL), "sv");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_every_field_is_told),
        TEST(test_without_words),
        TEST(test_contact_is_a_link),
        TEST(test_a_parent_is_told),
        TEST(test_law_and_officer),
        TEST(test_english_where_words_are_missing),
        TEST(test_contact),
        TEST(test_accessibility_has_what_the_law_asks_for),
        TEST(test_not_reviewed_is_said),
        TEST(test_language),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
