#include "audit/audit_cmd.h"

#include <stdlib.h>
#include <string.h>

#include "audit/audit_csv.h"
#include "audit/audit_json.h"
#include "audit/audit_report.h"
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
    {.name = "options",
     .value = "N",
     .min = 2,
     .max = AUDIT_OPTIONS_MAX,
     .help = "options of a question where the tables do not tell (compare alone does not)"},
    {.name = "verbose", .help = "tell everything that is determined, not only the first 20"},
    {.name = NULL}};

const char AUDIT_CMD_MORE[] = "\nThe files are tables that progression or compare has written, as CSV or "
                              "JSON, of one release or of many:\n"
                              "give all that anyone may have. Exit status 0: no withheld figure can be "
                              "computed from them; 1: some can,\n"
                              "or a table could not be examined.\n";

static bool is_json(const char *text, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) {
        if (strchr(" \t\r\n", text[i]) == NULL || text[i] == '\0')
            return text[i] == '{' || text[i] == '[';
    }
    return false;
}

static bool read_file(struct audit_table *t, const char *path, struct err *e)
{
    const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
    char *text = NULL;
    size_t bytes = 0;
    bool ok;

    if (!file_read(path, FILE_MAX_BYTES, &text, &bytes, e))
        return false;
    ok = is_json(text, bytes) ? audit_json(t, name, text, bytes, e) : audit_csv(t, name, text, bytes, e);
    free(text);
    return ok;
}

static bool read_files(const struct args *a, struct audit_table *t, struct err *e)
{
    for (size_t i = 0; args_operand(a, i) != NULL; i++) {
        if (!read_file(t, args_operand(a, i), e))
            return false;
    }
    return true;
}

static void progress(size_t done, size_t all)
{
    if (opt_progress())
        (void)fprintf(stderr, "\r\x1b[K%zu of %zu questions and indexes%s", done, all,
                      done == all ? "\r\x1b[K" : "");
}

struct audit {
    struct audit_table table;
    struct audit_worlds worlds;
    struct audit_scales scales;
    struct audit_findings findings;
    struct audit_effort effort;
    struct audit_notes notes;
};

static void attack_all(struct audit *u, const struct audit_attack_options *o)
{
    size_t all = 0, done = 0;

    for (size_t i = 0; i < u->worlds.count; i++)
        all += u->worlds.at[i].items;
    for (size_t i = 0; i < u->worlds.count; i++) {
        for (size_t j = 0; j < u->worlds.at[i].items; j++) {
            progress(done++, all);
            audit_attack(&u->worlds.at[i], j, &u->scales.at[i][j], o, &u->findings, &u->effort, &u->notes);
        }
    }
    progress(all, all);
}

static bool write_table(const struct audit *u, const char *path, struct err *e)
{
    struct buf text = BUF_INIT;
    bool ok;

    audit_report_csv(&u->findings, &text);
    ok = file_write(path, buf_str(&text), text.bytes, e);
    buf_fini(&text);
    return ok;
}

static void print_summary(const struct audit *u, bool verbose)
{
    struct buf text = BUF_INIT;

    audit_report_text(&u->table, &u->worlds, &u->findings, &u->effort, &u->notes,
                      verbose ? LEAKS_TOLD_VERBOSE : LEAKS_TOLD, &text);
    (void)fwrite(buf_str(&text), 1, text.bytes, stdout);
    buf_fini(&text);
}

static bool leak(const struct audit *u, struct err *e)
{
    struct buf text = BUF_INIT;
    size_t more = u->findings.verdicts[AUDIT_DETERMINED] - 1;

    for (size_t i = 0; i < u->findings.count && text.bytes == 0; i++) {
        if (u->findings.at[i].verdict == AUDIT_DETERMINED)
            audit_report_finding(&u->findings.at[i], &text);
    }
    (void)err_set(e, ERR_CONFLICT, "a withheld figure can be computed: %s", buf_str(&text));
    if (more > 0)
        (void)err_set(e, ERR_CONFLICT, "%zu withheld figures can be computed, such as %s", more + 1,
                      buf_str(&text));
    buf_fini(&text);
    return false;
}

/* Nothing was found; but was everything looked at? */
static bool verdict(const struct audit *u, struct err *e)
{
    if (u->findings.verdicts[AUDIT_DETERMINED] > 0)
        return leak(u, e);
    if (u->effort.contradictions > 0)
        return err_set(
            e, ERR_INPUT,
            "%zu questions or indexes could not be examined: no answers can give what their tables "
            "say; are they of the same municipality?",
            u->effort.contradictions);
    if (u->findings.verdicts[AUDIT_UNSOLVED] + u->effort.skipped > 0)
        return err_set(e, ERR_LIMIT,
                       "nothing was found, but not everything could be examined (see the notes)");
    return true;
}

bool audit_cmd(const struct args *a, struct err *e)
{
    const char *output = args_text(a, "output");
    struct audit_attack_options o = {.k = (int)args_number(a, "k"), .bounds = !args_flag(a, "quick")};
    struct audit u = {.worlds = {.count = 0}};
    bool ok = false;

    audit_table_init(&u.table);
    if (!read_files(a, &u.table, e) || !audit_worlds_make(&u.table, &u.worlds, &u.notes, e))
        goto out;
    audit_scales_make(&u.worlds, (int)args_number(a, "options"), &u.scales, &u.notes);
    attack_all(&u, &o);
    if (output != NULL && !write_table(&u, output, e))
        goto out;
    if (output == NULL || strcmp(output, "-") != 0)
        print_summary(&u, args_flag(a, "verbose"));
    ok = verdict(&u, e);
out:
    audit_findings_fini(&u.findings);
    audit_scales_fini(&u.scales);
    audit_worlds_fini(&u.worlds);
    audit_notes_fini(&u.notes);
    audit_table_fini(&u.table);
    return ok;
}
