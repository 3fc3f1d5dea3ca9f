#include "analysis/publish.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/compare.h"
#include "analysis/progression.h"
#include "analysis/publish_ledger.h"
#include "analysis/report_json.h"
#include "core/base/buf.h"
#include "core/base/mem.h"
#include "core/store/store.h"

/* A table's rows of one unit. */
struct page {
    enum release_audience audience;
    const char *table;
    const char *unit_code; /* borrowed from the dataset; "": the municipality */
    char *text;
};

struct work {
    const struct publish_options *o;
    struct publish_outcome *out;
    struct dataset d;
    struct page *page;
    size_t pages, page_capacity;
    enum release_audience audience; /* at hand */
    const char *table;
    struct ledger ledger; /* what is new in it */
};

/* ---- the tables -----------------------------------------------------------------------------------------
 */

static const struct {
    const char *name;
    enum compare_by by;
} COMPARISONS[] = {
    {"compare-unit", COMPARE_UNIT},
    {"compare-area", COMPARE_AREA},
    {"compare-school-form", COMPARE_SCHOOL_FORM},
    {"compare-grade", COMPARE_GRADE},
    {"compare-group", COMPARE_GROUP},
    {"compare-gender", COMPARE_GENDER},
};

static bool keep_part(const struct released *part, const char *unit_code, void *arg, struct err *e)
{
    struct work *w = arg;
    struct buf text = BUF_INIT;

    (void)e;
    report_json_compact(part, &text);
    w->page = mem_room(w->page, w->pages, &w->page_capacity, sizeof *w->page);
    w->page[w->pages++] = (struct page){.audience = w->audience,
                                        .table = w->table,
                                        .unit_code = unit_code == NULL ? "" : unit_code,
                                        .text = buf_take(&text)};
    return true;
}

static bool make_tables(struct work *w, const struct results *results, struct err *e)
{
    w->table = "progression";
    if (!progression_parts(results, w->o->round, keep_part, w, e))
        return false;
    for (size_t i = 0; i < sizeof COMPARISONS / sizeof COMPARISONS[0]; i++) {
        w->table = COMPARISONS[i].name;
        if (!compare_parts(results, w->o->round, COMPARISONS[i].by, keep_part, w, e))
            return false;
    }
    return true;
}

/* ---- what is shown --------------------------------------------------------------------------------------
 */

static enum publish_kind kind_of(const struct node *n)
{
    if (n->kind == NODE_AREA)
        return PUBLISH_AREA;
    if (n->unit == LATTICE_MUNICIPALITY)
        return PUBLISH_MUNICIPALITY;
    switch (n->kind) {
    case NODE_GRADE:
        return PUBLISH_GRADE;
    case NODE_GENDER:
        return PUBLISH_GENDER;
    case NODE_CLASS:
        return PUBLISH_CLASS;
    case NODE_ALL:
    case NODE_SCHOOL_FORM:
    case NODE_AREA:
        break;
    }
    return PUBLISH_UNIT;
}

static void count_shown(struct work *w, const struct results *results)
{
    for (size_t i = 0; i < w->d.measurements; i++) {
        const struct lattice *l = &results->lattice[i];
        const struct form *f = l->m->form->form;
        const size_t items = (size_t)f->questions + (size_t)f->dimensions;

        for (size_t node = 0; node < l->nodes && strcmp(l->m->round->code, w->o->round) == 0; node++) {
            struct publish_share *share = &w->out->share[kind_of(&l->node[node])];

            if (l->node[node].never)
                continue;
            share->groups += l->node[node].sum.responses >= DISCLOSE_K;
            share->groups_shown += disclose_group(l->sheet, node) == DISCLOSE_SHOWN;
            for (size_t item = 0; item < items; item++) {
                share->figures += !disclose_is_few(l->sheet, item, node);
                share->figures_shown += disclose_item(l->sheet, item, node) == DISCLOSE_SHOWN;
            }
        }
    }
}

/* ---- the whole ------------------------------------------------------------------------------------------
 */

static bool check_round(const struct dataset *d, const char *code, struct err *e)
{
    for (size_t i = 0; i < d->rounds; i++) {
        if (strcmp(d->round[i].code, code) != 0)
            continue;
        if (d->round[i].state == ROUND_SEALED)
            return true;
        return err_set(e, ERR_STATE,
                       "round %s is %s: only a sealed round can be published: seal it with 'tld-collector "
                       "round seal %s'",
                       code, round_state_word(d->round[i].state), code);
    }
    return err_set(e, ERR_NOT_FOUND, "there is no round %s", code);
}

static void say(const struct work *w, const char *what)
{
    if (w->o->progress != NULL)
        w->o->progress(what);
}

/* What the results show their audience, and what is new in it. */
static bool compute_for(struct work *w, const struct results *results, struct err *e)
{
    w->audience = results->audience;
    ledger_add(&w->ledger, results, &w->d);
    return make_tables(w, results, e);
}

static bool compute(struct work *w, struct err *e)
{
    const struct results_options how = {.threads = w->o->threads};
    struct results results;
    bool ok;

    say(w, "what principals and the administration may see");
    results_init(&results, &w->d, &how);
    count_shown(w, &results);
    ok = compute_for(w, &results, e);
    if (ok) {
        say(w, "what everybody may see");
        results_narrow(&results, &how);
        ok = compute_for(w, &results, e);
    }
    results_fini(&results);
    return ok;
}

static bool write_all(struct work *w, struct store *s, struct err *e)
{
    if (!store_release_tables_drop(s, w->o->round, RELEASE_INTERNAL, e) ||
        !store_release_tables_drop(s, w->o->round, RELEASE_PUBLIC, e))
        return false;
    for (size_t i = 0; i < w->pages; i++) {
        const struct page *p = &w->page[i];
        const struct release_place place = {
            .round = w->o->round, .audience = p->audience, .table = p->table, .unit_code = p->unit_code};

        if (!store_release_table_put(s, &place, p->text, e))
            return false;
    }
    return ledger_write(&w->ledger, s, e);
}

/* In one short transaction: the collector may be serving. */
static bool write_store(struct work *w, const char *address, struct err *e)
{
    struct store *s = NULL;
    bool ok;

    say(w, "writing");
    if (!store_open(address, STORE_WRITE, &s, e))
        return false;
    ok = store_begin(s, e) && write_all(w, s, e) && store_commit(s, e);
    store_close(s);
    return ok;
}

static void count_late(struct work *w)
{
    for (size_t i = 0; i < w->d.measurements; i++) {
        const struct measurement *m = &w->d.measurement[i];

        if (strcmp(m->round->code, w->o->round) != 0)
            continue;
        w->out->late_classes += m->lates;
        w->out->late_responses += m->late_responses;
    }
}

static void work_fini(struct work *w)
{
    for (size_t i = 0; i < w->pages; i++)
        free(w->page[i].text);
    free(w->page);
    ledger_fini(&w->ledger);
    dataset_fini(&w->d);
}

bool publish(const char *store, const struct publish_options *o, struct publish_outcome *out, struct err *e)
{
    /* A later round is nothing that this one's tables may tell of: the ledger would not know. */
    const struct dataset_options how = {.until = o->round, .threads = o->threads, .progress = o->progress};
    struct work w = {.o = o, .out = out};
    bool ok;

    memset(out, 0, sizeof *out);
    if (!dataset_load(store, &how, &w.d, e))
        return false;
    ok = check_round(&w.d, o->round, e) && compute(&w, e) && write_store(&w, store, e);
    count_late(&w);
    out->releases = w.ledger.releases;
    out->tables = w.pages;
    work_fini(&w);
    return ok;
}
