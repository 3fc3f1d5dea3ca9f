#include "analysis/cmd_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/cmd_published.h"
#include "analysis/publish_ledger.h"
#include "analysis/report_csv.h"
#include "analysis/report_json.h"
#include "core/base/buf.h"
#include "core/base/file.h"
#include "core/base/log.h"
#include "core/base/mem.h"

static void show_progress(const char *round)
{
    (void)fprintf(stderr, "counting the answers of %s\n", round);
}

/* The rounds whose figures can still change; the caller frees the array. */
static const char **live_rounds(const struct dataset *d, size_t *count)
{
    const char **live = mem_alloc(d->rounds, sizeof(char *));

    *count = 0;
    for (size_t i = 0; i < d->measurements; i++) {
        const char *code = d->measurement[i].round->code;

        if (d->measurement[i].live && (*count == 0 || strcmp(live[*count - 1], code) != 0)) {
            live[(*count)++] = code;
            log_warn(
                "round %s is not sealed: its figures can still change and must not be published or spread",
                code);
        }
    }
    return live;
}

static bool write_table(const struct dataset *d, const struct args *a, const char *name,
                        const struct released *table, struct err *e)
{
    struct report_about about = {.table = name, .organisation = d->organisation};
    struct buf text = BUF_INIT;
    const char **live = live_rounds(d, &about.lives);
    bool ok;

    about.live = live;
    if (strcmp(args_text(a, "format"), "json") == 0)
        report_json(table, &about, args_flag(a, "precise"), &text);
    else
        report_csv(table,
                   (struct csv_style){.excel = args_flag(a, "excel"), .precise = args_flag(a, "precise")},
                   &text);
    ok = file_write(args_text(a, "output"), buf_str(&text), text.bytes, e);
    free(live);
    buf_fini(&text);
    return ok;
}

static bool check_options(const struct args *a, struct err *e)
{
    if (args_flag(a, "public") && args_flag(a, "live"))
        return err_set(e, ERR_INPUT, "a live look is never public: leave out --public or --live");
    if (args_flag(a, "excel") && strcmp(args_text(a, "format"), "csv") != 0)
        return err_set(e, ERR_INPUT, "--excel is for CSV: leave it out, or use --format csv");
    return true;
}

static bool make_table(struct dataset *d, const struct args *a, const char *name, cmd_table_fn *make,
                       struct err *e)
{
    const struct results_options how = {.progress = NULL};
    struct released *table = NULL;
    struct results results;
    bool ok;

    results_init(&results, d, &how);
    if (args_flag(a, "public"))
        results_narrow(&results, &how);
    ok = (!args_flag(a, "live") || ledger_record(&results, d, args_text(a, "store"), e)) &&
         make(&results, a, &table, e) && write_table(d, a, name, table, e);
    released_free(table);
    results_fini(&results);
    return ok;
}

bool cmd_table(const struct args *a, const char *name, const char *round, cmd_table_fn *make, struct err *e)
{
    const struct dataset_options options = {
        .live = args_flag(a, "live"), .only = round, .progress = opt_progress() ? show_progress : NULL};
    const enum release_audience audience = args_flag(a, "public") ? RELEASE_PUBLIC : RELEASE_INTERNAL;
    struct dataset d;
    bool ok;

    if (!check_options(a, e) || !dataset_load(args_text(a, "store"), &options, &d, e))
        return false;
    if (d.measurements == 0 && round == NULL)
        log_warn(
            "no round is sealed yet, so there is nothing to show: seal one with 'tld-collector round seal'");
    ok = cmd_published_only(&d, audience, e) && make_table(&d, a, name, make, e);
    dataset_fini(&d);
    return ok;
}
