#include "audit/audit_cmd.h"

#include <stdlib.h>
#include <string.h>

#include "audit/audit_report.h"
#include "audit/audit_run.h"
#include "core/base/file.h"

enum { FILE_MAX_BYTES = 512 * 1024 * 1024, LEAKS_TOLD = 20, LEAKS_TOLD_VERBOSE = 1000 * 1000 };

const struct opt AUDIT_CMD_OPTIONS[] = {
    {.name = "k",
     .value = "N",
     .standard = "5",
     .min = 2,
     .max = 1000,
     .help = "groups of fewer are not to be shown"},
    {.name = "output", .value = "FILE", .help = "the bounds of every withheld figure, as CSV"},
    {.name = "quick", .help = "look only for what is determined: no bounds of the rest, and sooner done"},
    {.name = "strict",
     .help =
         "exit 1 also when a single count or the mean of a larger group is known, withheld for others' sake"},
    {.name = "options",
     .value = "N",
     .min = 2,
     .max = AUDIT_OPTIONS_MAX,
     .help = "options of a question where the tables do not tell (compare alone does not)"},
    {.name = "verbose", .help = "tell everything that is determined, not only the first 20"},
    {.name = NULL}};

const char AUDIT_CMD_MORE[] =
    "\nThe files are tables that progression or compare has written, as CSV or JSON, of one release or of "
    "many:\n"
    "give all that anyone may have, release by release, those for principals and those for everybody "
    "(--public)\n"
    "together: what too_few means is taken from the file it stands in, fewer than the smallest n that it "
    "shows.\n"
    "Exit status 0: no withheld figure can be computed from them; 1: some can, a row is shown that is not "
    "to be\n"
    "(of fewer than k; or in which all answered alike, or nobody gave a good answer), or a table could not "
    "be examined.\n"
    "Of a group that is withheld only for others' sake a single count may be known, or the mean to within "
    "0.02,\n"
    "which points at nobody: it is counted (\"known of larger groups\"), and with --strict listed, and a "
    "reason for\n"
    "exit status 1.\n";

static bool read_file(struct audit_run *r, const char *path, struct err *e)
{
    char *text = NULL;
    size_t bytes = 0;
    bool ok = file_read(path, FILE_MAX_BYTES, &text, &bytes, e) &&
              audit_run_read(r, strcmp(path, "-") == 0 ? "standard input" : path, text, bytes, e);

    free(text);
    return ok;
}

static bool read_files(const struct args *a, struct audit_run *r, struct err *e)
{
    for (size_t i = 0; args_operand(a, i) != NULL; i++) {
        if (!read_file(r, args_operand(a, i), e))
            return false;
    }
    return true;
}

static void progress(size_t done, size_t all)
{
    (void)fprintf(stderr, "\r\x1b[K%zu of %zu questions and indexes%s", done, all,
                  done == all ? "\r\x1b[K" : "");
}

static bool write_table(const struct audit_run *r, const char *path, struct err *e)
{
    struct buf text = BUF_INIT;
    bool ok;

    audit_report_csv(&r->findings, &text);
    ok = file_write(path, buf_str(&text), text.bytes, e);
    buf_fini(&text);
    return ok;
}

static void print_summary(const struct audit_run *r, bool verbose)
{
    const size_t lines = verbose ? LEAKS_TOLD_VERBOSE : LEAKS_TOLD;
    struct buf text = BUF_INIT;

    audit_report_list(&r->findings, AUDIT_DETERMINED, lines, &text);
    if (r->strict)
        audit_report_list(&r->findings, AUDIT_KNOWN, lines, &text);
    audit_report_text(&r->table, &r->worlds, &r->findings, &r->effort, &r->notes, &text);
    (void)fwrite(buf_str(&text), 1, text.bytes, stdout);
    buf_fini(&text);
}

bool audit_cmd(const struct args *a, struct err *e)
{
    const char *output = args_text(a, "output");
    const struct audit_run_options o = {
        .attack = {.k = (int)args_number(a, "k"), .bounds = !args_flag(a, "quick")},
        .options = (int)args_number(a, "options"),
        .strict = args_flag(a, "strict"),
        .progress = opt_progress() ? progress : NULL};
    struct audit_run r;
    bool ok;

    audit_run_init(&r);
    ok =
        read_files(a, &r, e) && audit_run_attack(&r, &o, e) && (output == NULL || write_table(&r, output, e));
    if (ok && (output == NULL || strcmp(output, "-") != 0))
        print_summary(&r, args_flag(a, "verbose"));
    ok = ok && audit_run_verdict(&r, e);
    audit_run_fini(&r);
    return ok;
}
