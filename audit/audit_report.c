#include "audit/audit_report.h"

#include "core/base/csv_write.h"

static const char *const COLUMNS[] = {"round",     "form",  "version",    "dimension", "question",
                                      "unit_code", "level", "group_kind", "group",     "who",
                                      "figure",    "least", "most",       "verdict",   "how"};

static bool has_decimals(const struct audit_finding *f)
{
    return f->what == AUDIT_OF_MEAN || f->what == AUDIT_OF_SUM || f->what == AUDIT_OF_ALIKE;
}

static void write_bound(struct csv_write *w, const struct audit_finding *f, double x)
{
    if (!isfinite(x))
        csv_write_empty(w);
    else
        csv_write_number(w, x, has_decimals(f) ? 4 : 0);
}

static void write_group(struct csv_write *w, const struct audit_finding *f)
{
    const struct audit_group *g = f->group == AUDIT_NONE ? NULL : &f->world->group[f->group];

    if (g == NULL || g->rest) {
        for (int i = 0; i < 4; i++)
            csv_write_empty(w);
        return;
    }
    csv_write_text(w, g->unit_code);
    csv_write_text(w, AUDIT_LEVEL_WORDS[g->level]);
    csv_write_text(w, AUDIT_KIND_WORDS[g->kind]);
    csv_write_text(w, g->level == AUDIT_LEVEL_AREA ? g->area : g->key);
}

static void write_finding(struct csv_write *w, const struct audit_finding *f)
{
    char figure[32];

    csv_write_text(w, f->world->round);
    csv_write_text(w, f->world->form);
    csv_write_int(w, f->world->version);
    csv_write_text(w, f->world->item[f->item].dimension);
    csv_write_text(w, f->world->item[f->item].question);
    write_group(w, f);
    csv_write_text(w, f->who);
    csv_write_text(w, audit_finding_figure(f, figure));
    write_bound(w, f, f->least);
    write_bound(w, f, f->most);
    csv_write_text(w, AUDIT_VERDICT_WORDS[f->verdict]);
    csv_write_text(w, AUDIT_HOW_WORDS[f->how]);
    csv_write_row(w);
}

void audit_report_csv(const struct audit_findings *f, struct buf *out)
{
    struct csv_write w;

    csv_write_init(&w, out, (struct csv_style){.excel = false});
    for (size_t i = 0; i < sizeof COLUMNS / sizeof COLUMNS[0]; i++)
        csv_write_text(&w, COLUMNS[i]);
    csv_write_row(&w);
    for (size_t i = 0; i < f->count; i++)
        write_finding(&w, &f->at[i]);
}

static void tell_shown(const struct audit_finding *f, struct buf *out)
{
    const double n = audit_world_cell(f->world, f->group, f->item)->n.lo;

    if (f->what == AUDIT_OF_N)
        buf_addf(out, "shown, and is of %g", f->least);
    else if (f->what == AUDIT_OF_GOOD)
        buf_addf(out, "shown, and none of %.0f gave a good answer", n);
    else if (*f->world->item[f->item].question == '\0')
        buf_addf(out, "shown, and all %.0f have %.2f", n, f->least);
    else
        buf_addf(out, "shown, and all %.0f chose option %g", n, f->least);
}

void audit_report_finding(const struct audit_finding *f, struct buf *out)
{
    const struct audit_item *item = &f->world->item[f->item];
    char figure[32];

    buf_addf(out, "%s %s, %s: %s: ", f->world->round, f->world->form,
             *item->question == '\0' ? item->dimension : item->question, f->who);
    if (f->how == AUDIT_BY_SHOWING)
        tell_shown(f, out);
    else if (f->what == AUDIT_OF_MEAN && f->most - f->least > 0.005)
        buf_addf(out, "the mean is %.2f to %.2f", f->least, f->most);
    else if (f->what == AUDIT_OF_MEAN)
        buf_addf(out, "the mean is %.2f", f->least);
    else
        buf_addf(out, "%s has %g", audit_finding_figure(f, figure), f->least);
}

void audit_report_list(const struct audit_findings *f, enum audit_verdict verdict, size_t lines,
                       struct buf *out)
{
    const char *heading = verdict == AUDIT_KNOWN ? "Known of larger groups, though withheld:\n"
                                                 : "Determined, though withheld:\n";
    size_t told = 0;

    for (size_t i = 0; i < f->count && told < lines; i++) {
        if (f->at[i].verdict != verdict)
            continue;
        if (told++ == 0)
            buf_adds(out, heading);
        buf_adds(out, "  ");
        audit_report_finding(&f->at[i], out);
        buf_addf(out, " (%s)\n", AUDIT_HOW_WORDS[f->at[i].how]);
    }
    if (f->verdicts[verdict] > told)
        buf_addf(out, "  … and %zu more\n", f->verdicts[verdict] - told);
}

static void add_notes(const struct audit_notes *n, struct buf *out)
{
    for (size_t i = 0; i < n->count; i++)
        buf_addf(out, "Note: %s\n", n->text[i]);
    if (n->dropped > 0)
        buf_addf(out, "Note: %zu more notes\n", n->dropped);
}

void audit_report_text(const struct audit_table *t, const struct audit_worlds *w,
                       const struct audit_findings *f, const struct audit_effort *effort,
                       const struct audit_notes *notes, struct buf *out)
{
    size_t items = 0;

    for (size_t i = 0; i < w->count; i++)
        items += w->at[i].items;
    add_notes(notes, out);
    buf_addf(out, "%zu rows in %zu file%s: %zu measurements (round × form), %zu questions and indexes.\n",
             t->rows, t->files, t->files == 1 ? "" : "s", w->count, items);
    buf_addf(out, "%zu withheld rows; %zu linear programs.\n", effort->figures, effort->programs);
    buf_addf(
        out,
        "%zu figures determined, %zu known of larger groups, %zu known to be 0, %zu open, %zu not solved; ",
        f->verdicts[AUDIT_DETERMINED], f->verdicts[AUDIT_KNOWN], f->verdicts[AUDIT_ZERO],
        f->verdicts[AUDIT_OPEN], f->verdicts[AUDIT_UNSOLVED]);
    buf_addf(out, "%zu times a limit ended the search, %zu contradictions.\n", effort->skipped,
             effort->contradictions);
}
