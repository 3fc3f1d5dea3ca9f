/* tld-collector: serves the survey, and everything that its administration does from the command line. */

#include <stddef.h>
#include <stdio.h>

#include "collector/cmd.h"
#include "core/base/day.h"
#include "core/base/secret.h"

static const struct opt common[] = {OPT_STORE, {.name = NULL}};

#define CSV_RULES                                                                                            \
    "The file is UTF-8 CSV with ',' or ';' between cells, as Excel saves \"CSV UTF-8\"; '-' is standard\n"   \
    "input. Either all of it is taken or nothing.\n"

static const struct command commands[] = {
    {.words = "init", .help = "make a new store", .options = cmd_init_options, .run = cmd_init},
    {.words = "import units",
     .operands = "FILE",
     .operands_min = 1,
     .operands_max = 1,
     .help = "add or change units (schools, preschools)",
     .more = "\nColumns: unit_code, unit_name, area, school_forms (with blanks between them).\n" CSV_RULES,
     .options = cmd_import_options,
     .run = cmd_import_units},
    {.words = "import groups",
     .operands = "FILE",
     .operands_min = 1,
     .operands_max = 1,
     .help = "add or change classes of a school year",
     .more = "\nColumns: unit_code, school_year (2026/2027), group, school_form, grade, enrolled (number of "
             "pupils).\n" CSV_RULES "Classes new to a round that is planned or open get their links.\n",
     .options = cmd_import_options,
     .run = cmd_import_groups},
    {.words = "import successions",
     .operands = "FILE",
     .operands_min = 1,
     .operands_max = 1,
     .help = "say which unit carries on which: merged, split, renamed",
     .more =
         "\nColumns: predecessor_code, successor_code, from (the round from which on the successor is "
         "measured, as\n2026-10; the word remove takes the succession away). A merger has a line for each "
         "predecessor, a split\none for each part. Results of earlier rounds stay with the units that they "
         "were told of; the change of a\nmerged or renamed unit is counted from its predecessors taken "
         "together. Parts of a split unit begin anew:\nwhere one part carries on the whole, name that part "
         "alone.\n" CSV_RULES,
     .options = cmd_import_options,
     .run = cmd_import_successions},
    {.words = "import targets",
     .operands = "FILE",
     .operands_min = 1,
     .operands_max = 1,
     .help = "say what units want to reach (åtaganden)",
     .more =
         "\nColumns: unit_code, form, dimension, question (empty: the dimension's index), measure (index "
         "0-100, "
         "mean on\nthe question's scale, share_positive 0-1), direction (at_least, at_most), value (the word "
         "remove takes the\ntarget away), round (in which it is to be reached). One target for each unit, "
         "figure "
         "and round.\n" CSV_RULES,
     .options = cmd_import_options,
     .run = cmd_import_targets},
    {.words = "import responses",
     .operands = "FILE",
     .operands_min = 1,
     .operands_max = 1,
     .help = "take in the answers of an earlier round",
     .more =
         "\nColumns: unit_code, group and the id of each question of the form; one response a line. A cell "
         "is\nempty (no answer), 0 (vet ej) or the option's number from 1. The round must have been added, "
         "the\nclasses of its school year imported; it ends up sealed.\n" CSV_RULES,
     .options = cmd_import_responses_options,
     .run = cmd_import_responses},
    {.words = "round add",
     .operands = "ROUND",
     .operands_min = 1,
     .operands_max = 1,
     .help = "plan a round, such as 2026-10",
     .more =
         "\nIts forms are pinned as they are now, and every class and unit gets its link. Naming a form "
         "replaces\nthe default: to ask guardians, staff or leaders beside the pupils, name all, as --form "
         "grundskola-4-6\n--form vardnadshavare.\n",
     .options = cmd_round_add_options,
     .run = cmd_round_add},
    {.words = "round list", .help = "all rounds", .options = cmd_round_show_options, .run = cmd_round_list},
    {.words = "round show",
     .operands = "ROUND",
     .operands_min = 1,
     .operands_max = 1,
     .help = "state, times and response rates",
     .options = cmd_round_show_options,
     .run = cmd_round_show},
    {.words = "round open",
     .operands = "ROUND",
     .operands_min = 1,
     .operands_max = 1,
     .help = "open before its time, or again",
     .options = cmd_round_open_options,
     .run = cmd_round_open},
    {.words = "round close",
     .operands = "ROUND",
     .operands_min = 1,
     .operands_max = 1,
     .help = "close before its time",
     .run = cmd_round_close},
    {.words = "round seal",
     .operands = "ROUND",
     .operands_min = 1,
     .operands_max = 1,
     .help = "make a closed round's answers anonymous for good",
     .more =
         "\nThe answers are shuffled class by class and packed, what could tell them apart is destroyed, and "
         "the\nstore is compacted. A sealed round never opens again.\n",
     .run = cmd_round_seal},
    {.words = "access list",
     .help = "the links of a round",
     .more = "\nA row with an empty group is the unit's own link, where the pupil picks the class.\n",
     .options = cmd_access_list_options,
     .run = cmd_access_list},
    {.words = "poster",
     .help = "a poster with the link and its QR code",
     .more = "\nWithout --group it is made for the unit's own links, where the pupil picks the class: one "
             "page for "
             "each\nform that its classes have.\n",
     .options = cmd_poster_options,
     .run = cmd_poster},
    {.words = "slips",
     .help = "slips with one-time codes for a class, to cut apart",
     .more =
         "\nEach slip lets one answer in; from then on the class's links take no answer without a code. A\n"
         "code can not be joined to its answers: by nobody once the round is sealed, until then not\n"
         "without the server's own key. The codes stand on the paper alone: print the file, which nobody\n"
         "else on the machine may read, then delete it. For a class that has slips already say --add (the\n"
         "earlier ones stay good) or --replace (the unused ones become void); make new ones too after\n"
         "restoring a store without its STORE.ROUND.key.\n",
     .options = cmd_slips_options,
     .run = cmd_slips},
    {.words = "instructions",
     .help = "one page for the teacher: what to do, and what never to do",
     .more = "\nA page in Swedish and one in English; for a class with slips it says how to hand them out.\n",
     .options = cmd_instructions_options,
     .run = cmd_instructions},
    {.words = "forms check",
     .operands = "[FILE…]",
     .operands_max = 1000,
     .help = "check form files, or all that are installed",
     .run = cmd_forms_check},
    {.words = "forms preview",
     .operands = "FORM",
     .operands_min = 1,
     .operands_max = 1,
     .help = "what a form looks like: its page and a paper form to print, in each language",
     .more = "\nFORM is the id of an installed form, or a file. Open index.html in the folder: each page is "
             "as a phone "
             "gets\nit, but can not be sent; the paper forms are PDF, A4, black and white. An earlier "
             "preview of the "
             "form is\nreplaced, other files are not.\n",
     .options = cmd_forms_preview_options,
     .run = cmd_forms_preview},
    {.words = "serve",
     .help = "serve the survey until SIGTERM or SIGINT",
     .options = cmd_serve_options,
     .run = cmd_serve},
    {.words = "settings",
     .help = "show, and with options change, what the organisation tells about itself",
     .options = cmd_settings_options,
     .run = cmd_settings},
    {.words = "backup",
     .operands = "FILE",
     .operands_min = 1,
     .operands_max = 1,
     .help = "copy the store while it is in use",
     .more = "\nThe store's key (STORE.key) is not in the copy: keep it too, but apart. With both, open "
             "rounds can "
             "be\nread; without it a copy can not be restored.\n",
     .run = cmd_backup},
    {.words = "restore",
     .operands = "FILE",
     .operands_min = 1,
     .operands_max = 1,
     .help = "put a copy in place of the store, which must not be in use",
     .run = cmd_restore},
    {.words = NULL},
};

static const struct program program = {
    .name = "tld-collector",
    .help = "Runs the survey on Trygghet, Lärande och Delaktighet: its units, rounds, links and pages.",
    .commands = commands,
    .common = common,
};

int main(int argc, char **argv)
{
    struct err e = ERR_INIT;

    if (!secret_init(&e) || !day_zone_init(&e)) {
        (void)fprintf(stderr, "%s: %s\n", program.name, e.text);
        return 1;
    }
    return opt_main(&program, argc, argv, stdout, stderr);
}
