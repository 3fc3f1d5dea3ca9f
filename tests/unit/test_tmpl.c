/* Goal: whatever a value holds, a template turns it into text and never into markup; and a template that
 * could let a value do harm is refused when it is read, with file and line. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/tmpl.h"

static struct tmpl_set *set_of(const char *text, struct faults *f)
{
    struct tmpl_set *s = tmpl_set_new();

    tmpl_add(s, "t", "t.html", text, strlen(text), f);
    tmpl_add(s, "inner.html", "inner.html", "<i>{{a}}</i>", 12, f);
    tmpl_add_plain(s, "look.css", "p{}", 3);
    tmpl_add_plain(s, "bad.css", "p{}</style>", 11);
    tmpl_link(s, f);
    return s;
}

static void test_renders(void **state)
{
    static const struct {
        const char *text, *model, *want;
    } cases[] = {
        {"", "{}", ""},
        {"<p>hej</p>", "{}", "<p>hej</p>"},
        {"{{a}}", "{\"a\":\"x\"}", "x"},
        {"{{ a }}", "{\"a\":\"x\"}", "x"},
        {"{{a}}", "{\"a\":-12}", "-12"},
        {"{{a}}", "{\"a\":\"<b>&\\\"'\"}", "&lt;b&gt;&amp;&quot;&#39;"},
        {"<a title=\"{{a}}\">", "{\"a\":\"\\\" onclick=\\\"x\"}", "<a title=\"&quot; onclick=&quot;x\">"},
        {"<a title='{{a}}'>", "{\"a\":\"' x='\"}", "<a title='&#39; x=&#39;'>"},
        {"{{a}}", "{\"a\":\"{{b}}\",\"b\":\"no\"}", "{{b}}"},
        {"{{a.b.c}}", "{\"a\":{\"b\":{\"c\":\"deep\"}}}", "deep"},
        {"{{#a}}yes{{/a}}{{^a}}no{{/a}}", "{\"a\":true}", "yes"},
        {"{{#a}}yes{{/a}}{{^a}}no{{/a}}", "{\"a\":false}", "no"},
        {"{{#a}}yes{{/a}}{{^a}}no{{/a}}", "{\"a\":null}", "no"},
        {"{{#a}}yes{{/a}}{{^a}}no{{/a}}", "{}", "no"},
        {"{{#a}}yes{{/a}}{{^a}}no{{/a}}", "{\"a\":\"\"}", "no"},
        {"{{#a}}yes{{/a}}{{^a}}no{{/a}}", "{\"a\":[]}", "no"},
        {"{{#a}}yes{{/a}}{{^a}}no{{/a}}", "{\"a\":0}", "yes"},
        {"{{#a}}{{.}},{{/a}}", "{\"a\":[\"x\",\"<\",3]}", "x,&lt;,3,"},
        {"{{#a}}{{b}}{{c}} {{/a}}", "{\"a\":[{\"b\":\"1\"},{\"b\":\"2\",\"c\":\"!\"}],\"c\":\"?\"}",
         "1? 2! "},
        {"{{#a}}{{b}}{{/a}}", "{\"a\":{\"b\":\"in\"},\"b\":\"out\"}", "in"},
        {"{{#a}}{{a}}{{/a}}", "{\"a\":\"text\"}", "text"},
        {"{{#a}}{{#b}}x{{/b}}{{^b}}y{{/b}}{{/a}}", "{\"a\":[{\"b\":true},{\"b\":false}]}", "xy"},
        {"<b{{#a}} hidden{{/a}}>", "{\"a\":true}", "<b hidden>"},
        {"<b class=\"x{{#a}} y{{/a}}\">", "{\"a\":true}", "<b class=\"x y\">"},
        {"<a href=\"?lang={{a}}\">", "{\"a\":\"sv\"}", "<a href=\"?lang=sv\">"},
        {"<a href=\"mailto:{{a}}\">", "{\"a\":\"x@y.se\"}", "<a href=\"mailto:x@y.se\">"},
        {"<a href=\"/{{a}}\">", "{\"a\":\"x\"}", "<a href=\"/x\">"},
        {"<a href=\"./{{a}}\">", "{\"a\":\"javascript:x\"}", "<a href=\"./javascript:x\">"},
        {"<i style=\"top:0\">{{a}}</i>", "{\"a\":\"x\"}", "<i style=\"top:0\">x</i>"},
        {"<style>{{> look.css}}</style>{{a}}", "{\"a\":\"x\"}", "<style>p{}</style>x"},
        {"{{> inner.html}}{{! a remark\n}}.", "{\"a\":\"&\"}", "<i>&amp;</i>."},
        {"{{#l}}{{> inner.html}}{{/l}}", "{\"l\":[{\"a\":\"1\"},{\"a\":\"2\"}]}", "<i>1</i><i>2</i>"},
        {"a < b {{a}}", "{\"a\":\"x\"}", "a < b x"},
        {"{ {a} }", "{}", "{ {a} }"},
        {"<!doctype html><p>{{a}}", "{\"a\":\"x\"}", "<!doctype html><p>x"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct faults f;
        struct err e = ERR_INIT;
        struct buf out = BUF_INIT;
        json_t *model = json_loads(cases[i].model, 0, NULL);
        struct tmpl_set *s;

        faults_init(&f);
        s = set_of(cases[i].text, &f);
        assert_non_null(model);
        if (faults_any(&f))
            fail_msg("'%s': %d: %s", cases[i].text, f.at[0].line, f.at[0].text);
        if (!tmpl_render(s, "t", model, &out, &e))
            fail_msg("'%s': %s", cases[i].text, e.text);
        assert_string_equal(buf_str(&out), cases[i].want);
        buf_fini(&out);
        json_decref(model);
        tmpl_set_free(s);
        faults_fini(&f);
    }
}

static void test_refuses(void **state)
{
    static const struct {
        const char *text;
        int line;
        const char *what;
    } cases[] = {
        {"\n<a title={{a}}>", 2, "within quotes"},
        {"<a {{a}}>", 1, "within quotes"},
        {"<{{a}}>", 0, NULL}, /* '<' without a letter is text, and the value is escaped: harmless */
        {"<p {{#a}}{{b}}{{/a}}>", 1, "within quotes"},
        {"<p onclick=\"{{a}}\">", 1, "attribute can not"},
        {"<p ONCLICK='x{{a}}'>", 1, "attribute can not"},
        {"<p style=\"top:{{a}}\">", 1, "attribute can not"},
        {"<a href=\"{{a}}\">", 1, "address"},
        {"<a href=\"javascript:{{a}}\">", 1, "address"},
        {"<a href=\"mailto{{a}}\">", 1, "address"},
        {"<a href=\"m{{a}}\">", 1, "address"},
        {"<a href=\"{{#b}}/{{/b}}{{a}}\">", 1, "address"},
        {"<form action='{{a}}'>", 1, "address"},
        {"<img src=\"{{a}}\">", 1, "address"},
        {"<script>{{a}}</script>", 1, "script or style"},
        {"<script type=\"x\">\n\n{{a}}</script>", 3, "script or style"},
        {"<style>{{a}}</style>", 1, "script or style"},
        {"<style>{{#a}}{{/a}}</style>", 1, "script or style"},
        {"<style>{{> inner.html}}</style>", 1, "plain file"},
        {"<style>{{> bad.css}}</style>", 1, "plain file"},
        {"<p {{> inner.html}}>", 1, "into a tag"},
        {"<p title=\"{{> inner.html}}\">", 1, "into a tag"},
        {"{{> missing.html}}", 1, "no file 'missing.html'"},
        {"{{> t}}", 1, "contains itself"},
        {"{{#a}}\n{{#b}}\n{{/a}}{{/b}}", 3, "is open"},
        {"\n{{#a}}", 2, "never closed"},
        {"{{/a}}", 1, "nothing is open"},
        {"{{#a}}<p {{/a}}>", 1, "end where it began"},
        {"<p {{#a}}title=\"{{/a}}\">", 1, "end where it began"},
        {"{{a", 1, "has no '}}'"},
        {"{{}}", 1, "not a name"},
        {"{{{a}}}", 1, "not a name"},
        {"{{&a}}", 1, "not a name"},
        {"{{a b}}", 1, "not a name"},
        {"{{> ../x}}", 1, "not a name"},
        {"<p title=\"", 1, "ends within"},
        {"<script>", 1, "ends within"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct faults f;
        struct tmpl_set *s;

        faults_init(&f);
        s = set_of(cases[i].text, &f);
        faults_sort(&f);
        if (cases[i].what == NULL) {
            assert_false(faults_any(&f));
        } else {
            if (!faults_any(&f))
                fail_msg("'%s' was accepted", cases[i].text);
            if (strstr(f.at[0].text, cases[i].what) == NULL || f.at[0].line != cases[i].line)
                fail_msg("'%s': line %d: %s", cases[i].text, f.at[0].line, f.at[0].text);
            assert_string_equal(f.at[0].file, "t.html");
        }
        tmpl_set_free(s);
        faults_fini(&f);
    }
}

/* A value that is forgotten shows up as an error, and the rest of the page is there. */
static void test_missing(void **state)
{
    static const char *const models[] = {"{}", "{\"a\":true}", "{\"a\":1.5}", "{\"a\":{}}", "{\"a\":null}"};

    (void)state;
    for (size_t i = 0; i < sizeof models / sizeof models[0]; i++) {
        struct faults f;
        struct err e = ERR_INIT;
        struct buf out = BUF_INIT;
        json_t *model = json_loads(models[i], 0, NULL);
        struct tmpl_set *s;

        faults_init(&f);
        s = set_of("x\n{{a}}y", &f);
        assert_false(tmpl_render(s, "t", model, &out, &e));
        assert_int_equal(e.kind, ERR_BUG);
        assert_non_null(strstr(e.text, "t.html:2: 'a'"));
        assert_string_equal(buf_str(&out), "x\ny");
        assert_false(tmpl_render(s, "other", model, &out, &e));
        buf_fini(&out);
        json_decref(model);
        tmpl_set_free(s);
        faults_fini(&f);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_renders),
        cmocka_unit_test(test_refuses),
        cmocka_unit_test(test_missing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
