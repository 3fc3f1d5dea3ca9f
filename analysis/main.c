/* tld-analysis: computes every result, decides what may be shown, and writes it down. */
#include <stdio.h>

#include "analysis/cmd.h"
#include "analysis/stat_base.h"
#include "audit/audit_cmd.h"
#include "core/base/day.h"
#include "core/base/secret.h"

static const struct opt COMMON[] = {OPT_STORE, {.name = NULL}};

static const struct command COMMANDS[] = {
    {.words = "progression",
     .help = "write the progression table: every round, group, dimension and question",
     .more = CMD_PROGRESSION_MORE,
     .options = CMD_PROGRESSION_OPTIONS,
     .run = cmd_progression},
    {.words = "compare",
     .help = "write how groups differ from the rest in one round",
     .more = CMD_COMPARE_MORE,
     .options = CMD_COMPARE_OPTIONS,
     .run = cmd_compare},
    {.words = "publish",
     .help = "release a sealed round: what may be shown is decided, recorded and put where it is shown",
     .more = CMD_PUBLISH_MORE,
     .options = CMD_PUBLISH_OPTIONS,
     .run = cmd_publish},
    {.words = "audit",
     .operands = "FILE…",
     .operands_min = 1,
     .operands_max = 1000,
     .help = "attack exported tables: can what they withhold be computed from what they show?",
     .more = AUDIT_CMD_MORE,
     .options = AUDIT_CMD_OPTIONS,
     .run = audit_cmd},
    {.words = "columns",
     .operands = "TABLE",
     .operands_min = 1,
     .operands_max = 1,
     .help = "say what each column of the progression or compare table holds",
     .run = cmd_columns},
    {.words = NULL}};

int main(int argc, char **argv)
{
    static const struct program PROGRAM = {.name = "tld-analysis",
                                           .help = "The results of Trygghet, Lärande och Delaktighet.",
                                           .commands = COMMANDS,
                                           .common = COMMON};
    struct err e = ERR_INIT;

    stat_init();
    if (!day_zone_init(&e) || !secret_init(&e)) {
        (void)fprintf(stderr, "tld-analysis: %s\n", e.text);
        return 1;
    }
    return opt_main(&PROGRAM, argc, argv, stdout, stderr);
}
