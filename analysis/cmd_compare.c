#include <string.h>

#include "analysis/cmd.h"
#include "analysis/cmd_table.h"
#include "analysis/compare.h"

const struct opt CMD_COMPARE_OPTIONS[] = {
    {.name = "round", .value = "ROUND", .required = true, .help = "the round, such as 2026-10"},
    {.name = "by",
     .value = "BY",
     .required = true,
     .choices = "unit|area|school-form|grade|group|gender",
     .help = "unit, area, school-form, grade, group (classes) or gender"},
    {.name = "unit", .value = "CODE", .help = "only this unit, or the grades or genders of this unit"},
    CMD_TABLE_OPTIONS,
    {.name = NULL}};

const char CMD_COMPARE_MORE[] = "\nEach group against the rest, itself excluded: the rest of the "
                                "municipality, or for classes and within a\n"
                                "unit the rest of the unit. The order is never that of the results. Figures "
                                "are withheld as in progression.\n"
                                "The round must be published (`tld-analysis publish`) with the answers and "
                                "areas that there are now.\n";

static enum compare_by by_of(const char *word)
{
    static const char *const WORDS[] = {
        [COMPARE_UNIT] = "unit",   [COMPARE_AREA] = "area",   [COMPARE_SCHOOL_FORM] = "school-form",
        [COMPARE_GRADE] = "grade", [COMPARE_GROUP] = "group", [COMPARE_GENDER] = "gender"};
    size_t i = 0;

    while (strcmp(WORDS[i], word) != 0) /* the option's choices are these */
        i++;
    return (enum compare_by)i;
}

static bool make(const struct results *from, const struct args *a, struct released **out, struct err *e)
{
    const struct compare_options options = {
        .round = args_text(a, "round"), .by = by_of(args_text(a, "by")), .unit_code = args_text(a, "unit")};

    return compare(from, &options, out, e);
}

bool cmd_compare(const struct args *a, struct err *e)
{
    return cmd_table(a, "compare", args_text(a, "round"), make, e);
}
