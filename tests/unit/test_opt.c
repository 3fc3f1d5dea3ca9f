/* Goal: a command line is read as its tables say, a mistake is told in one line with status 2, and help names
 * every command and option. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "core/base/opt.h"

/* What the run function saw, written out as one text. */
static char seen[400];

static bool run_add(const struct args *a, struct err *e)
{
    const char *forms[2] = {args_each(a, "form", 0), args_each(a, "form", 1)};

    (void)snprintf(seen, sizeof seen, "%s|%s|%s|%s|%ld|%s|%d|%s", args_operand(a, 0), args_text(a, "store"),
                   forms[0] == NULL ? "-" : forms[0], forms[1] == NULL ? "-" : forms[1],
                   args_number(a, "threads"), args_text(a, "format"), args_flag(a, "excel"),
                   args_operand(a, 1) == NULL ? "-" : args_operand(a, 1));
    if (strcmp(args_operand(a, 0), "bad") == 0)
        return err_set(e, ERR_INPUT, "'bad' is no round");
    return true;
}

static bool run_need(const struct args *a, struct err *e)
{
    (void)e;
    (void)snprintf(seen, sizeof seen, "%s", args_text(a, "output"));
    return true;
}

static const struct opt add_options[] = {
    {.name = "form", .value = "ID", .repeatable = true, .help = "a form"},
    {.name = "format", .value = "F", .choices = "csv|json", .standard = "csv", .help = "format"},
    {.name = "threads", .value = "N", .min = 1, .max = 64, .standard = "4", .help = "threads"},
    {.name = "excel", .help = "for Excel"},
    {.name = NULL},
};
static const struct opt need_options[] = {
    {.name = "output", .value = "FILE", .required = true, .env = "TLD_TEST_OUTPUT", .help = "where to"},
    {.name = NULL},
};
static const struct command commands[] = {
    {.words = "round add",
     .operands = "ROUND [NAME]",
     .operands_min = 1,
     .operands_max = 2,
     .help = "adds a round",
     .more = "Further lines.\n",
     .options = add_options,
     .run = run_add},
    {.words = "round", .help = "shorter words", .run = run_need, .options = need_options},
    {.words = "access list", .help = "lists", .options = need_options, .run = run_need},
    {.words = NULL},
};
static const struct opt common[] = {OPT_STORE, {.name = NULL}};
static const struct program program = {
    .name = "prog", .help = "A program.", .commands = commands, .common = common};

/* Runs the command line (words separated by one blank); out and err are the caller's to free. */
static int call(const char *line, char **out, char **err)
{
    char *copy = mem_dup(line);
    char *argv[20] = {NULL};
    char *save = NULL;
    size_t n = 0;
    int argc = 0;
    int status;
    FILE *o = open_memstream(out, &n);
    FILE *m = open_memstream(err, &n);

    assert_true(o != NULL && m != NULL);
    for (char *w = strtok_r(copy, " ", &save); w != NULL; w = strtok_r(NULL, " ", &save))
        argv[argc++] = w;
    seen[0] = '\0';
    status = opt_main(&program, argc, argv, o, m);
    (void)fclose(o);
    (void)fclose(m);
    free(copy);
    return status;
}

static void check(const char *line, int status, const char *want_seen, const char *want_err)
{
    char *out = NULL;
    char *err = NULL;

    assert_int_equal(call(line, &out, &err), status);
    assert_string_equal(seen, want_seen);
    if (want_err == NULL)
        assert_string_equal(err, "");
    else if (strstr(err, want_err) == NULL)
        fail_msg("'%s' does not say '%s' but '%s'", line, want_err, err);
    if (want_err != NULL) {
        assert_ptr_equal(strchr(err, '\n'), err + strlen(err) - 1); /* one line */
    }
    free(out);
    free(err);
}

static void test_reading(void **state)
{
    (void)state;
    (void)unsetenv("TLD_STORE");
    (void)unsetenv("TLD_TEST_OUTPUT");
    check("prog round add 2026-10", 0, "2026-10|tld.db|-|-|4|csv|0|-", NULL);
    check("prog --store a.db round add 2026-10 x", 0, "2026-10|a.db|-|-|4|csv|0|x", NULL);
    check("prog --store=a.db round add --form f --excel 2026-10 --form g --threads 64 --format json", 0,
          "2026-10|a.db|f|g|64|json|1|-", NULL);
    check("prog round add --store b.db -- --odd", 0, "--odd|b.db|-|-|4|csv|0|-", NULL);
    check("prog round --output x", 0, "x", NULL);
    check("prog round add bad", 1, "bad|tld.db|-|-|4|csv|0|-", "prog round add: 'bad' is no round");
    (void)setenv("TLD_STORE", "env.db", 1);
    check("prog round add 2026-10", 0, "2026-10|env.db|-|-|4|csv|0|-", NULL);
    check("prog round add 2026-10 --store c.db", 0, "2026-10|c.db|-|-|4|csv|0|-", NULL);
    (void)setenv("TLD_STORE", "", 1);
    check("prog round add 2026-10", 0, "2026-10|tld.db|-|-|4|csv|0|-", NULL);
    (void)setenv("TLD_TEST_OUTPUT", "env", 1);
    check("prog access list", 0, "env", NULL);
    (void)unsetenv("TLD_TEST_OUTPUT");
    (void)unsetenv("TLD_STORE");
}

static void test_wrong_usage(void **state)
{
    static const struct {
        const char *line;
        const char *says;
    } cases[] = {
        {"prog", "a command is missing"},
        {"prog fly", "no command 'fly'"},
        {"prog access", "write 'access list'"},
        {"prog access fly", "write 'access list'"},
        {"prog round add", "needs ROUND"},
        {"prog round add a b c", "'c' is too much"},
        {"prog round add a --what", "unknown option --what"},
        {"prog round add a -x", "unknown option -x"},
        {"prog round add a --form", "--form needs a value"},
        {"prog round add a --excel=1", "--excel=1 takes no value"},
        {"prog round add a --format pdf", "choose one of csv|json"},
        {"prog round add a --format cs", "choose one of csv|json"},
        {"prog round add a --format csv --format json", "--format is given twice"},
        {"prog round add a --threads 0", "whole number in 1–64"},
        {"prog round add a --threads 65", "whole number in 1–64"},
        {"prog round add a --threads 4x", "whole number in 1–64"},
        {"prog access list", "--output FILE (or TLD_TEST_OUTPUT) is missing"},
        {"prog --store", "a command is missing"},
        {"prog --nonsense", "a command is missing"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check(cases[i].line, 2, "", cases[i].says);
}

static void test_help(void **state)
{
    static const char *const program_says[] = {"A program.", "round add ROUND [NAME]", "access list",
                                               "--store"};
    static const char *const command_says[] = {
        "Usage: prog round add", "Further lines.", "(csv|json)", "(1–64)",   "may be repeated", "default 4",
        "--store STORE",         "TLD_STORE",      "--help",     "--version"};
    char *out = NULL;
    char *err = NULL;

    (void)state;
    assert_int_equal(call("prog --help", &out, &err), 0);
    for (size_t i = 0; i < sizeof program_says / sizeof *program_says; i++)
        assert_non_null(strstr(out, program_says[i]));
    free(out);
    free(err);
    assert_int_equal(call("prog round add --nonsense --help", &out, &err), 0);
    for (size_t i = 0; i < sizeof command_says / sizeof *command_says; i++)
        assert_non_null(strstr(out, command_says[i]));
    free(out);
    free(err);
    assert_int_equal(call("prog round add --version", &out, &err), 0);
    assert_memory_equal(out, "prog 0.", 7);
    free(out);
    free(err);
}

/* A full disk or a closed pipe must not look like success. */
static void test_output_fails(void **state)
{
    char name[] = "prog";
    char word1[] = "round";
    char word2[] = "add";
    char operand[] = "2026-10";
    char *argv[] = {name, word1, word2, operand, NULL};
    FILE *full = fopen("/dev/full", "w");
    char *text = NULL;
    size_t n = 0;
    FILE *err = open_memstream(&text, &n);

    (void)state;
    assert_true(full != NULL && err != NULL);
    (void)fputs("result", full);
    assert_int_equal(opt_main(&program, 4, argv, full, err), 1);
    (void)fclose(full);
    (void)fclose(err);
    assert_non_null(strstr(text, "can not write"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reading),
        cmocka_unit_test(test_wrong_usage),
        cmocka_unit_test(test_help),
        cmocka_unit_test(test_output_fails),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
