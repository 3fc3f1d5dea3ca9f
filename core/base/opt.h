#ifndef TLD_BASE_OPT_H
#define TLD_BASE_OPT_H

/*
 * A program's command line as tables: its commands, and the options of each. Help, checks and messages are
 * made from the tables, so that both programs behave alike:
 *
 *     static const struct opt list_options[] = {
 *         {.name = "round", .value = "ROUND", .required = true, .help = "the round, such as 2026-10"},
 *         {.name = "format", .value = "FORMAT", .choices = "csv|json", .standard = "csv", .help = "…"},
 *         {.name = "excel", .help = "write for a Swedish Excel"},
 *         {.name = NULL}};
 *
 *     static const struct command commands[] = {
 *         {.words = "access list", .help = "print the links", .options = list_options, .run = run_list},
 *         {.words = "import units", .operands = "FILE", .operands_min = 1, .operands_max = 1, …},
 *         {.words = NULL}};
 *
 * Exit status: 0 done, 1 refused or failed (one line on standard error), 2 wrong usage.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "core/base/err.h"

struct opt {
    const char *name;     /* without the dashes; NULL ends a table */
    const char *value;    /* what the value is called in help, "FILE"; NULL: a flag */
    const char *help;     /* one line */
    const char *env;      /* environment variable that stands in when the option is not given, or NULL */
    const char *standard; /* value when neither is given, or NULL */
    const char *choices;  /* "csv|json": the only values allowed, or NULL */
    long min, max;        /* max > 0: the value must be a whole number in min..max */
    bool required;
    bool repeatable;
};

struct args;

struct command {
    const char *words;    /* "round add"; NULL ends a table */
    const char *operands; /* as shown in help, "FILE" or "[FILE…]"; NULL: none */
    int operands_min, operands_max;
    const char *help;          /* one line, for the list of commands */
    const char *more;          /* further lines for the command's own help, or NULL */
    const struct opt *options; /* or NULL */
    /* False with e filled: exit status 1. A run function prints results on standard output only. */
    bool (*run)(const struct args *args, struct err *e);
};

struct program {
    const char *name;
    const char *help; /* one line */
    const struct command *commands;
    const struct opt
        *common; /* options of every command (--help and --version need not stand here), or NULL */
};

/* The option --store, for the table of common options. */
#define OPT_STORE                                                                                            \
    {                                                                                                        \
        .name = "store", .value = "STORE", .env = "TLD_STORE", .standard = "tld.db",                         \
        .help = "the path of the store"                                                                      \
    }

/*
 * Reads the command line, prints help or runs the command; returns the exit status. Results of help and
 * version go to `out`, messages to `err`. A failed write to `out` makes the status 1.
 */
int opt_main(const struct program *p, int argc, char **argv, FILE *out, FILE *err);

/* ---- what a run function asks; naming an option that is not in its tables is a bug (assert) -------------
 */

/* The value (of a repeatable option: the last), from the command line, the environment or the table; NULL
 * when there is none. Borrowed. */
const char *args_text(const struct args *a, const char *name);
bool args_flag(const struct args *a, const char *name);
/* Whether the option stands on the command line itself. */
bool args_given(const struct args *a, const char *name);
/* A number option's value; 0 when there is none. */
long args_number(const struct args *a, const char *name);
/* The i-th value of a repeatable option, NULL past the last. */
const char *args_each(const struct args *a, const char *name, size_t i);

/* The i-th operand, NULL past the last. */
const char *args_operand(const struct args *a, size_t i);

/* Whether standard error is a terminal that a person watches, so that progress may be shown. */
bool opt_progress(void);

#endif
