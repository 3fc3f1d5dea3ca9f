#include "core/base/opt.h"

#include <assert.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/base/version.h"

enum { STATUS_DONE = 0, STATUS_FAILED = 1, STATUS_USAGE = 2 };

struct value {
    const struct opt *opt;
    const char *text; /* NULL for a flag */
};

struct args {
    const struct program *program;
    const struct command *command;
    struct value *values; /* as given, in order */
    size_t value_count;
    char **operands; /* borrowed from argv */
    size_t operand_count;
};

/* ---- tables ---------------------------------------------------------------------------------------------
 */

static size_t opt_count(const struct opt *table)
{
    size_t n = 0;

    while (table != NULL && table[n].name != NULL)
        n++;
    return n;
}

static const struct opt *find_in(const struct opt *table, const char *name)
{
    for (size_t i = 0; i < opt_count(table); i++) {
        if (strcmp(table[i].name, name) == 0)
            return &table[i];
    }
    return NULL;
}

static const struct opt *find_opt(const struct args *a, const char *name)
{
    const struct opt *o = find_in(a->command->options, name);

    return o != NULL ? o : find_in(a->program->common, name);
}

/* ---- help -----------------------------------------------------------------------------------------------
 */

/* Columns of the longest left-hand side, so that the right-hand sides stand under each other. */
static void print_row(FILE *out, const char *left, int width, const char *right)
{
    int chars = (int)text_chars(left, strlen(left));

    (void)fprintf(out, "  %s%*s  %s", left, width > chars ? width - chars : 0, "", right);
}

static char *opt_left(const struct opt *o)
{
    assert(o != NULL);
    return o->value == NULL ? mem_printf("--%s", o->name) : mem_printf("--%s %s", o->name, o->value);
}

static char *command_left(const struct command *c)
{
    return c->operands == NULL ? mem_dup(c->words) : mem_printf("%s %s", c->words, c->operands);
}

static int wider(int width, char *left)
{
    int chars = (int)text_chars(left, strlen(left));

    free(left);
    return chars > width ? chars : width;
}

static void print_opt(FILE *out, const struct opt *o, int width)
{
    char *left = opt_left(o);

    print_row(out, left, width, o->help);
    if (o->choices != NULL)
        (void)fprintf(out, " (%s)", o->choices);
    if (o->max > 0)
        (void)fprintf(out, " (%ld–%ld)", o->min, o->max);
    if (o->required)
        (void)fputs("; required", out);
    if (o->repeatable)
        (void)fputs("; may be repeated", out);
    if (o->env != NULL)
        (void)fprintf(out, "; else %s", o->env);
    if (o->standard != NULL)
        (void)fprintf(out, "; default %s", o->standard);
    (void)fputc('\n', out);
    free(left);
}

static void print_opts(FILE *out, const struct program *p, const struct opt *own)
{
    static const struct opt always[] = {{.name = "help", .help = "print this help"},
                                        {.name = "version", .help = "print the version"},
                                        {.name = NULL}};
    const struct opt *const tables[] = {own, p->common, always};
    int width = 0;

    for (size_t t = 0; t < 3; t++) {
        for (const struct opt *o = tables[t]; o != NULL && o->name != NULL; o++)
            width = wider(width, opt_left(o));
    }
    for (size_t t = 0; t < 3; t++) {
        for (const struct opt *o = tables[t]; o != NULL && o->name != NULL; o++)
            print_opt(out, o, width);
    }
}

static void print_program_help(FILE *out, const struct program *p)
{
    int width = 0;

    (void)fprintf(out, "Usage: %s COMMAND [OPTION…]\n\n%s\n\nCommands:\n", p->name, p->help);
    for (const struct command *c = p->commands; c->words != NULL; c++)
        width = wider(width, command_left(c));
    for (const struct command *c = p->commands; c->words != NULL; c++) {
        char *left = command_left(c);

        print_row(out, left, width, c->help);
        (void)fputc('\n', out);
        free(left);
    }
    (void)fputs("\nOptions of every command:\n", out);
    print_opts(out, p, NULL);
    (void)fprintf(out, "\n'%s COMMAND --help' explains one command.\n", p->name);
}

static void print_command_help(FILE *out, const struct program *p, const struct command *c)
{
    (void)fprintf(out, "Usage: %s %s", p->name, c->words);
    for (size_t i = 0; i < opt_count(c->options); i++) {
        if (c->options[i].required)
            (void)fprintf(out, " --%s %s", c->options[i].name, c->options[i].value);
    }
    (void)fprintf(out, " [OPTION…]%s%s\n\n", c->operands == NULL ? "" : " ",
                  c->operands == NULL ? "" : c->operands);
    (void)fprintf(out, "%s\n%s", c->help, c->more == NULL ? "" : c->more);
    (void)fputs("\nOptions:\n", out);
    print_opts(out, p, c->options);
}

/* ---- reading --------------------------------------------------------------------------------------------
 */

static int usage(FILE *err, const struct program *p, const char *what, const struct command *c)
{
    (void)fprintf(err, "%s: %s (see '%s%s%s --help')\n", p->name, what, p->name, c == NULL ? "" : " ",
                  c == NULL ? "" : c->words);
    return STATUS_USAGE;
}

/* As usage, but takes and frees the text. */
static int usage_free(FILE *err, const struct program *p, char *what, const struct command *c)
{
    int status = usage(err, p, what, c);

    free(what);
    return status;
}

/* Number of words of argv that the command's words match from the start, 0 when they differ. */
static int match(const char *words, int argc, char **argv)
{
    int n = 0;

    for (;; n++) {
        size_t bytes = strcspn(words, " ");

        if (n >= argc || strlen(argv[n]) != bytes || memcmp(argv[n], words, bytes) != 0)
            return 0;
        if (words[bytes] == '\0')
            return n + 1;
        words += bytes + 1;
    }
}

static const struct command *find_command(const struct program *p, int argc, char **argv, int *words)
{
    const struct command *best = NULL;

    *words = 0;
    for (const struct command *c = p->commands; c->words != NULL; c++) {
        int n = match(c->words, argc, argv);

        if (n > *words) {
            *words = n;
            best = c;
        }
    }
    return best;
}

/* "round" alone, or "round foo": says which words may follow. */
static int unknown_command(FILE *err, const struct program *p, const char *word)
{
    size_t bytes = strlen(word);
    char *what = NULL;

    for (const struct command *c = p->commands; c->words != NULL; c++) {
        if (strncmp(c->words, word, bytes) == 0 && c->words[bytes] == ' ') {
            char *longer =
                mem_printf("%s%s'%s'", what == NULL ? "" : what, what == NULL ? "" : ", ", c->words);

            free(what);
            what = longer;
        }
    }
    if (what == NULL)
        return usage_free(err, p, mem_printf("there is no command '%.60s'", word), NULL);
    (void)fprintf(err, "%s: '%s' is not a whole command: write %s\n", p->name, word, what);
    free(what);
    return STATUS_USAGE;
}

/* Index of the first word that is no option; common options may stand before the command. */
static int first_word(const struct program *p, int argc, char **argv)
{
    int i = 1;

    for (; i < argc && strncmp(argv[i], "--", 2) == 0; i++) {
        const struct opt *o = find_in(p->common, argv[i] + 2);

        if (o != NULL && o->value != NULL)
            i++;
    }
    return i < argc ? i : argc;
}

static bool asks_for(int argc, char **argv, int from, const char *option)
{
    for (int i = from; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], option) == 0)
            return true;
    }
    return false;
}

/* NULL when the value is allowed, else what is wrong with it. */
static char *check_value(const struct opt *o, const char *text)
{
    char *end = NULL;
    long n;

    if (o->choices != NULL) {
        size_t bytes = strlen(text);

        for (const char *c = o->choices; *c != '\0'; c += strcspn(c, "|"), c += *c == '|') {
            if (strcspn(c, "|") == bytes && memcmp(c, text, bytes) == 0)
                return NULL;
        }
        return mem_printf("--%s can not be '%.60s': choose one of %s", o->name, text, o->choices);
    }
    if (o->max <= 0)
        return NULL;
    errno = 0;
    n = strtol(text, &end, 10);
    if (errno == 0 && end != text && *end == '\0' && text[0] >= '-' && n >= o->min && n <= o->max)
        return NULL;
    return mem_printf("--%s must be a whole number in %ld–%ld, not '%.60s'", o->name, o->min, o->max, text);
}

static void add_value(struct args *a, const struct opt *o, const char *text)
{
    a->values = mem_grow(a->values, a->value_count + 1, sizeof *a->values);
    a->values[a->value_count++] = (struct value){.opt = o, .text = text};
}

/* Fills `longs` for getopt_long; val is 256 + the place in the joined tables. */
static size_t make_longs(const struct args *a, struct option *longs)
{
    const struct opt *const tables[] = {a->command->options, a->program->common};
    size_t n = 0;

    for (size_t t = 0; t < 2; t++) {
        for (size_t i = 0; i < opt_count(tables[t]); i++, n++) {
            longs[n] =
                (struct option){.name = tables[t][i].name,
                                .has_arg = tables[t][i].value == NULL ? no_argument : required_argument,
                                .val = 256 + (int)n};
        }
    }
    return n;
}

/* Reads all options of the command; returns NULL, or what is wrong. */
static char *read_options(struct args *a, int argc, char **argv)
{
    size_t own = opt_count(a->command->options);
    struct option *longs = mem_alloc(own + opt_count(a->program->common) + 1, sizeof *longs);
    char *wrong = NULL;
    int c;

    (void)make_longs(a, longs);
    optind = 0; /* glibc: start afresh */
    opterr = 0;
    while (wrong == NULL && (c = getopt_long(argc, argv, ":", longs, NULL)) != -1) {
        const struct opt *o = NULL;

        if (c == ':') {
            wrong = mem_printf("%s needs a value", argv[optind - 1]);
        } else if (c < 256) {
            /* A known option with a value that it does not take leaves its number in optopt. */
            wrong = optopt >= 256 ? mem_printf("%s takes no value", argv[optind - 1])
                                  : mem_printf("unknown option %.80s", argv[optind - 1]);
        } else {
            size_t n = (size_t)c - 256;

            o = n < own ? &a->command->options[n] : &a->program->common[n - own];
            if (o->value != NULL)
                wrong = check_value(o, optarg);
            add_value(a, o, o->value == NULL ? NULL : optarg);
        }
    }
    a->operands = argv + optind;
    a->operand_count = (size_t)(argc - optind);
    free(longs);
    return wrong;
}

static bool repeated(const struct args *a, const struct opt *o)
{
    size_t n = 0;

    for (size_t i = 0; i < a->value_count; i++)
        n += a->values[i].opt == o;
    return n > 1;
}

/* What the tables demand beyond single values; NULL when all is there. */
static char *check_table(const struct args *a, const struct opt *table)
{
    for (size_t i = 0; i < opt_count(table); i++) {
        const struct opt *o = &table[i];
        const char *env = o->env == NULL ? NULL : getenv(o->env);

        if (repeated(a, o) && !o->repeatable && o->value != NULL)
            return mem_printf("--%s is given twice", o->name);
        if (o->required && args_text(a, o->name) == NULL)
            return o->env == NULL ? mem_printf("--%s %s is missing", o->name, o->value)
                                  : mem_printf("--%s %s (or %s) is missing", o->name, o->value, o->env);
        if (!args_given(a, o->name) && o->value != NULL && env != NULL && *env != '\0') {
            char *wrong = check_value(o, env);

            if (wrong != NULL)
                return wrong;
        }
    }
    return NULL;
}

static char *check_operands(const struct args *a)
{
    const struct command *c = a->command;

    if (a->operand_count < (size_t)c->operands_min)
        return mem_printf("'%s' needs %s", c->words, c->operands);
    if (a->operand_count > (size_t)c->operands_max)
        return mem_printf("'%.60s' is too much for '%s'", a->operands[c->operands_max], c->words);
    return NULL;
}

static int run(const struct args *a, FILE *out, FILE *err)
{
    struct err e = ERR_INIT;

    if (!a->command->run(a, &e)) {
        (void)fflush(out);
        (void)fprintf(err, "%s %s: %s\n", a->program->name, a->command->words, e.text);
        return STATUS_FAILED;
    }
    if (fflush(out) != 0 || ferror(out)) {
        (void)fprintf(err, "%s %s: can not write to standard output: disk full or pipe closed\n",
                      a->program->name, a->command->words);
        return STATUS_FAILED;
    }
    return STATUS_DONE;
}

/* argv of the command alone: the program's name, then everything but the command's words. */
static int run_command(const struct program *p, const struct command *c, int argc, char **argv, FILE *out,
                       FILE *err)
{
    struct args a = {.program = p, .command = c};
    char *wrong = read_options(&a, argc, argv);
    int status;

    if (wrong == NULL)
        wrong = check_table(&a, c->options);
    if (wrong == NULL)
        wrong = check_table(&a, p->common);
    if (wrong == NULL)
        wrong = check_operands(&a);
    status = wrong != NULL ? usage_free(err, p, wrong, c) : run(&a, out, err);
    free(a.values);
    return status;
}

int opt_main(const struct program *p, int argc, char **argv, FILE *out, FILE *err)
{
    int at = first_word(p, argc, argv);
    int words = 0;
    const struct command *c = at < argc ? find_command(p, argc - at, argv + at, &words) : NULL;
    char **rest;
    int count = 0;
    int status;

    if (asks_for(argc, argv, 1, "--version")) {
        (void)fprintf(out, "%s %s\n", p->name, TLD_VERSION);
        return fflush(out) == 0 ? STATUS_DONE : STATUS_FAILED;
    }
    if (asks_for(argc, argv, 1, "--help")) {
        if (c == NULL)
            print_program_help(out, p);
        else
            print_command_help(out, p, c);
        return fflush(out) == 0 ? STATUS_DONE : STATUS_FAILED;
    }
    if (at >= argc)
        return usage(err, p, "a command is missing", NULL);
    if (c == NULL)
        return unknown_command(err, p, argv[at]);
    rest = mem_alloc((size_t)argc + 1, sizeof *rest);
    for (int i = 0; i < argc; i++) {
        if (i < at || i >= at + words)
            rest[count++] = argv[i];
    }
    status = run_command(p, c, count, rest, out, err);
    free(rest);
    return status;
}

/* ---- asking ---------------------------------------------------------------------------------------------
 */

const char *args_each(const struct args *a, const char *name, size_t i)
{
    const struct opt *o = find_opt(a, name);

    assert(o != NULL);
    for (size_t k = 0; k < a->value_count; k++) {
        if (a->values[k].opt == o && i-- == 0)
            return a->values[k].text;
    }
    return NULL;
}

bool args_given(const struct args *a, const char *name)
{
    const struct opt *o = find_opt(a, name);

    assert(o != NULL);
    for (size_t k = 0; k < a->value_count; k++) {
        if (a->values[k].opt == o)
            return true;
    }
    return false;
}

bool args_flag(const struct args *a, const char *name)
{
    return args_given(a, name);
}

const char *args_text(const struct args *a, const char *name)
{
    const struct opt *o = find_opt(a, name);
    const char *env;

    assert(o != NULL && o->value != NULL);
    for (size_t k = a->value_count; k > 0; k--) {
        if (a->values[k - 1].opt == o)
            return a->values[k - 1].text;
    }
    env = o->env == NULL ? NULL : getenv(o->env);
    return env != NULL && *env != '\0' ? env : o->standard;
}

long args_number(const struct args *a, const char *name)
{
    const char *text = args_text(a, name);

    return text == NULL ? 0 : strtol(text, NULL, 10);
}

const char *args_operand(const struct args *a, size_t i)
{
    return i < a->operand_count ? a->operands[i] : NULL;
}

bool opt_progress(void)
{
    const char *term = getenv("TERM");

    return isatty(STDERR_FILENO) == 1 && (term == NULL || strcmp(term, "dumb") != 0);
}
