#include <stdio.h>

#include "analysis/cmd.h"
#include "analysis/disclose.h"
#include "analysis/publish.h"

const struct opt CMD_PUBLISH_OPTIONS[] = {{.name = "round",
                                           .value = "ROUND",
                                           .required = true,
                                           .help = "the round, such as 2026-10; it must be sealed"},
                                          {.name = NULL}};

const char CMD_PUBLISH_MORE[] = "\nWhat may be shown is decided once, together with all that was published "
                                "before, and stays so: later files of\n"
                                "progression and compare show the same. There are two versions, for "
                                "principals and the administration (groups of\n"
                                "at least 5) and for everybody (at least 10; --public). Publishing again "
                                "without a change changes nothing.\n";

static void show_progress(const char *what)
{
    (void)fprintf(stderr, "%s\n", what);
}

static double percent(size_t part, size_t whole)
{
    return 100.0 * (double)part / (double)whole;
}

bool cmd_publish(const struct args *a, struct err *e)
{
    static const char *const KINDS[] = {[PUBLISH_MUNICIPALITY] = "of the municipality",
                                        [PUBLISH_AREA] = "areas",
                                        [PUBLISH_UNIT] = "units",
                                        [PUBLISH_GRADE] = "grades of units",
                                        [PUBLISH_CLASS] = "classes",
                                        [PUBLISH_GENDER] = "genders of units"};
    const struct publish_options options = {.round = args_text(a, "round"),
                                            .progress = opt_progress() ? show_progress : NULL};
    struct publish_outcome out;
    const char *between = ": ";

    if (!publish(args_text(a, "store"), &options, &out, e))
        return false;
    printf("%s: %s, %zu tables\n", options.round,
           out.releases > 0 ? "published" : "published before, and nothing has changed since", out.tables);
    printf("shown, of the groups where at least 5 answered (and of their questions and indexes)");
    for (int k = 0; k < PUBLISH_KINDS; k++) {
        const struct publish_share *share = &out.share[k];

        if (share->groups == 0)
            continue;
        printf("%s%s %.1f %% (%.1f %%)", between, KINDS[k], percent(share->groups_shown, share->groups),
               percent(share->figures_shown, share->figures));
        between = ", ";
    }
    printf("\n");
    if (out.late_classes > 0)
        printf("left out: %zu class%s with %lld responses, which came after the round was published: "
               "fewer than %d of a class can not be added without telling what they answered\n",
               out.late_classes, out.late_classes == 1 ? "" : "es", (long long)out.late_responses,
               DISCLOSE_K);
    return true;
}
