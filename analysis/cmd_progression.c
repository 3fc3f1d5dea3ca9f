#include "analysis/cmd.h"
#include "analysis/cmd_table.h"
#include "analysis/progression.h"

const struct opt CMD_PROGRESSION_OPTIONS[] = {
    {.name = "unit", .value = "CODE", .help = "only this unit's rows (the tests are adjusted as for all)"},
    CMD_TABLE_OPTIONS,
    {.name = NULL}};

const char CMD_PROGRESSION_MORE[] =
    "\nOne row per round, group and dimension or question. A group is withheld when fewer than 5 answered, "
    "when\n"
    "all answered alike or none chose a positive option, or when it would follow by subtraction; the status\n"
    "column says so (too_few, suppressed).\n"
    "Sealed rounds are in it that `tld-analysis publish` has published with the answers and areas that "
    "there are now;\n"
    "one that is not is left out, and told on standard error.\n"
    "A change is told only between questions whose wording and scale are the same, or whose form says "
    "`continues`.\n"
    "`tld-analysis columns progression` says what each column holds.\n";

static bool make(const struct results *from, const struct args *a, struct released **out, struct err *e)
{
    const struct progression_options options = {.unit_code = args_text(a, "unit")};

    return progression(from, &options, out, e);
}

bool cmd_progression(const struct args *a, struct err *e)
{
    return cmd_table(a, "progression", NULL, make, e);
}
