#include "audit/audit_run.h"

#include <string.h>

#include "audit/audit_change.h"
#include "audit/audit_csv.h"
#include "audit/audit_json.h"
#include "audit/audit_report.h"
#include "audit/audit_settle.h"

void audit_run_init(struct audit_run *r)
{
    *r = (struct audit_run){.worlds = {.count = 0}};
    audit_table_init(&r->table);
}

void audit_run_fini(struct audit_run *r)
{
    audit_findings_fini(&r->findings);
    audit_lates_fini(&r->lates);
    audit_scales_fini(&r->scales);
    audit_worlds_fini(&r->worlds);
    audit_notes_fini(&r->notes);
    audit_table_fini(&r->table);
}

static bool is_json(const char *text, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) {
        if (strchr(" \t\r\n", text[i]) == NULL || text[i] == '\0')
            return text[i] == '{' || text[i] == '[';
    }
    return false;
}

bool audit_run_read(struct audit_run *r, const char *name, const char *text, size_t bytes, struct err *e)
{
    return is_json(text, bytes) ? audit_json(&r->table, name, text, bytes, e)
                                : audit_csv(&r->table, name, text, bytes, e);
}

static void attack_all(struct audit_run *r, const struct audit_run_options *o)
{
    size_t all = 0, done = 0;

    for (size_t i = 0; i < r->worlds.count; i++)
        all += r->worlds.at[i].items;
    for (size_t i = 0; i < r->worlds.count; i++) {
        for (size_t j = 0; j < r->worlds.at[i].items; j++) {
            if (o->progress != NULL)
                o->progress(done, all);
            done++;
            audit_attack(
                &(struct audit_target){.world = &r->worlds.at[i], .item = j, .scale = &r->scales.at[i][j]},
                &o->attack, &r->findings, &r->effort, &r->notes);
        }
    }
    if (o->progress != NULL)
        o->progress(all, all);
}

bool audit_run_attack(struct audit_run *r, const struct audit_run_options *o, struct err *e)
{
    r->strict = o->strict;
    if (!audit_worlds_make(&r->table, &r->worlds, &r->notes, e))
        return false;
    audit_late_share(&r->table, &r->worlds, &r->notes);
    audit_change(&r->table, &r->worlds, &r->notes);
    audit_scales_make(&r->worlds, o->options, &r->scales, &r->notes);
    attack_all(r, o);
    if (!audit_late_attack(&r->table, &r->worlds, &r->scales, &o->attack, &r->lates, &r->findings, &r->effort,
                           &r->notes, e))
        return false;
    audit_settle(&r->findings, &r->worlds, &r->scales, o->attack.k);
    return true;
}

/* What is wrong with a finding, and with some of which it is the first. */
struct fault {
    const char *one, *some;
};

static struct fault fault_of(const struct audit_finding *f)
{
    if (f->how == AUDIT_BY_SHOWING)
        return (struct fault){"a row is shown that is not to be", "figures are told that are not to be"};
    if (f->verdict == AUDIT_KNOWN)
        return (struct fault){"a withheld figure of larger groups can be computed",
                              "withheld figures of larger groups can be computed"};
    return (struct fault){"a withheld figure can be computed", "withheld figures can be computed"};
}

/* The first finding of that verdict, and how many there are. */
static bool leak(const struct audit_run *r, enum audit_verdict verdict, struct err *e)
{
    const struct audit_finding *first = r->findings.at;
    struct buf text = BUF_INIT;
    struct fault fault;

    while (first->verdict != verdict)
        first++;
    fault = fault_of(first);
    audit_report_finding(first, &text);
    if (r->findings.verdicts[verdict] == 1)
        (void)err_set(e, ERR_CONFLICT, "%s: %s", fault.one, buf_str(&text));
    else
        (void)err_set(e, ERR_CONFLICT, "%zu %s, such as %s", r->findings.verdicts[verdict], fault.some,
                      buf_str(&text));
    buf_fini(&text);
    return false;
}

/* Nothing was found; but was everything looked at? */
bool audit_run_verdict(const struct audit_run *r, struct err *e)
{
    if (r->findings.verdicts[AUDIT_DETERMINED] > 0)
        return leak(r, AUDIT_DETERMINED, e);
    if (r->strict && r->findings.verdicts[AUDIT_KNOWN] > 0)
        return leak(r, AUDIT_KNOWN, e);
    if (r->effort.contradictions > 0)
        return err_set(
            e, ERR_INPUT,
            "%zu questions or indexes could not be examined: no answers can give what their tables "
            "say; are they of the same municipality?",
            r->effort.contradictions);
    if (r->findings.verdicts[AUDIT_UNSOLVED] + r->effort.skipped > 0)
        return err_set(e, ERR_LIMIT,
                       "nothing was found, but not everything could be examined (see the notes)");
    return true;
}
