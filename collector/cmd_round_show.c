/* `round list` and `round show`: states, times and response rates. Counts only, never answers. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/cmd.h"
#include "collector/cmd_table.h"
#include "collector/pinned.h"
#include "core/base/day.h"
#include "core/base/mem.h"

const struct opt cmd_round_show_options[] = {TABLE_FORMAT, TABLE_EXCEL, {.name = NULL}};

static bool total_responses(struct store *s, const char *round, int64_t *total, struct err *e)
{
    struct response_count *counts = NULL;
    size_t count = 0;

    *total = 0;
    if (!store_response_counts(s, round, &counts, &count, e))
        return false;
    for (size_t i = 0; i < count; i++)
        *total += counts[i].responses;
    free(counts);
    return true;
}

static bool add_round(struct table *t, struct store *s, const struct round *r, struct err *e)
{
    char opens[DAY_BYTES];
    char closes[DAY_BYTES];
    int64_t total = 0;

    if (!total_responses(s, r->code, &total, e))
        return false;
    day_format(r->opens_s, opens);
    day_format(r->closes_s, closes);
    table_text(t, r->code);
    table_text(t, round_state_word(round_state_at(r, cmd_now_s())));
    table_text(t, opens);
    table_text(t, closes);
    table_number(t, (double)total, 0);
    return true;
}

bool cmd_round_list(const struct args *a, struct err *e)
{
    static const char *const columns[] = {"round", "state", "opens", "closes", "responses"};
    struct table t;
    struct store *s = NULL;
    struct round *rounds = NULL;
    size_t count = 0;
    bool ok = false;

    table_init(&t, columns, sizeof columns / sizeof *columns);
    if (!cmd_store_open(a, STORE_READ, &s, e) || !store_round_list(s, &rounds, &count, e))
        goto out;
    for (size_t i = 0; i < count; i++) {
        if (!add_round(&t, s, &rounds[i], e))
            goto out;
    }
    table_print(&t, a);
    ok = true;
out:
    store_close(s);
    free(rounds);
    table_fini(&t);
    return ok;
}

/* ---- show ------------------------------------------------------------------------------------------------
 */

struct show {
    struct round round;
    struct pinned forms;
    struct group *groups; /* of the round, by unit */
    size_t group_count;
    struct unit *units; /* by code */
    size_t unit_count;
    struct response_count *counts;
    size_t count_count;
    struct table table;
    int64_t responses, enrolled; /* in all, of those who are counted (form_asks_enrolled) */
    int64_t of_staff;            /* the others' responses */
    size_t over;                 /* classes with more responses than pupils */
    const struct group *over_first;
};

static int by_group(const void *pa, const void *pb)
{
    const struct response_count *a = pa;
    const struct response_count *b = pb;
    int c = (a->group_id > b->group_id) - (a->group_id < b->group_id);

    return c != 0 ? c : memcmp(a->form_hash, b->form_hash, FORM_HASH_BYTES);
}

static int64_t responses_of(const struct show *sh, int64_t group_id, const struct form *f)
{
    struct response_count key = {.group_id = group_id};
    const struct response_count *found = NULL;

    memcpy(key.form_hash, f->hash, FORM_HASH_BYTES);
    if (sh->count_count > 0)
        found = bsearch(&key, sh->counts, sh->count_count, sizeof key, by_group);
    return found == NULL ? 0 : found->responses;
}

static const char *unit_name(const struct show *sh, const char *code)
{
    for (size_t i = 0; i < sh->unit_count; i++) {
        if (strcmp(sh->units[i].code, code) == 0)
            return sh->units[i].name;
    }
    return "";
}

/* enrolled: negative when that is not known. */
static void add_row(struct show *sh, const char *unit_code, const char *group, const struct form *f,
                    int64_t responses, int64_t enrolled)
{
    table_text(&sh->table, unit_code);
    table_text(&sh->table, unit_name(sh, unit_code));
    table_text(&sh->table, group);
    table_text(&sh->table, f->id);
    table_number(&sh->table, (double)responses, 0);
    if (enrolled >= 0)
        table_number(&sh->table, (double)enrolled, 0);
    else
        table_empty(&sh->table);
    if (enrolled > 0)
        table_number(&sh->table, (double)responses / (double)enrolled, 3);
    else
        table_empty(&sh->table);
}

/* Whether the class is one of the form's, or has answered it all the same. */
static bool belongs(const struct show *sh, const struct group *g, const struct form *f)
{
    return form_fits(f, g->school_form, g->grade) || responses_of(sh, g->id, f) > 0;
}

/* The rows of one unit and form: first the unit as a whole (group empty), then its classes. */
static void add_unit_form(struct show *sh, const struct group *groups, size_t count, const struct form *f)
{
    int64_t responses = 0;
    int64_t enrolled = form_asks_enrolled(f) ? 0 : -1;
    bool any = false;

    for (size_t i = 0; i < count; i++) {
        if (belongs(sh, &groups[i], f)) {
            any = true;
            responses += responses_of(sh, groups[i].id, f);
            if (enrolled >= 0)
                enrolled += groups[i].enrolled;
        }
    }
    if (!any)
        return;
    if (enrolled >= 0) {
        sh->responses += responses;
        sh->enrolled += enrolled;
    } else {
        sh->of_staff += responses;
    }
    add_row(sh, groups[0].unit_code, "", f, responses, enrolled);
    for (size_t i = 0; i < count; i++) {
        if (!belongs(sh, &groups[i], f))
            continue;
        responses = responses_of(sh, groups[i].id, f);
        add_row(sh, groups[i].unit_code, groups[i].name, f, responses,
                enrolled >= 0 ? groups[i].enrolled : -1);
        /* of others than pupils there may be several to each */
        if (f->audience == AUDIENCE_PUPIL && responses > groups[i].enrolled && sh->over++ == 0)
            sh->over_first = &groups[i];
    }
}

static void add_rows(struct show *sh)
{
    size_t start = 0;

    while (start < sh->group_count) {
        size_t end = start;

        while (end < sh->group_count && strcmp(sh->groups[end].unit_code, sh->groups[start].unit_code) == 0)
            end++;
        for (size_t f = 0; f < sh->forms.count; f++)
            add_unit_form(sh, sh->groups + start, end - start, sh->forms.at[f]);
        start = end;
    }
}

static void print_head(const struct show *sh)
{
    char opens[DAY_BYTES];
    char closes[DAY_BYTES];
    char *ids = pinned_ids(&sh->forms);

    day_format(sh->round.opens_s, opens);
    day_format(sh->round.closes_s, closes);
    printf("round      %s\nstate      %s\nopens      %s\ncloses     %s\nforms      %s\n", sh->round.code,
           round_state_word(round_state_at(&sh->round, cmd_now_s())), opens, closes, ids);
    printf("responses  %lld of %lld", (long long)sh->responses, (long long)sh->enrolled);
    if (sh->enrolled > 0)
        printf(" (%.0f %%)", 100.0 * (double)sh->responses / (double)sh->enrolled);
    if (sh->of_staff > 0)
        printf("; of staff and leaders %lld", (long long)sh->of_staff);
    printf("\n\n");
    free(ids);
}

static bool load(struct show *sh, struct store *s, const char *code, struct err *e)
{
    return cmd_round_get(s, code, &sh->round, e) && pinned_load(s, code, &sh->forms, e) &&
           store_round_groups(s, code, &sh->groups, &sh->group_count, e) &&
           store_unit_list(s, &sh->units, &sh->unit_count, e) &&
           store_response_counts(s, code, &sh->counts, &sh->count_count, e);
}

/* Whoever has a link can answer by it as often as he likes; only slips prevent it. */
static void note_over(const struct show *sh)
{
    if (sh->over > 0)
        cmd_note(
            "%zu class%s more responses than pupils, such as %s of unit %s: someone may have answered many "
            "times; slips prevent that",
            sh->over, sh->over == 1 ? " has" : "es have", sh->over_first->name, sh->over_first->unit_code);
}

bool cmd_round_show(const struct args *a, struct err *e)
{
    static const char *const columns[] = {"unit_code", "unit_name", "group",        "form",
                                          "responses", "enrolled",  "response_rate"};
    struct show sh = {.groups = NULL};
    struct store *s = NULL;
    bool ok = false;

    pinned_init(&sh.forms);
    table_init(&sh.table, columns, sizeof columns / sizeof *columns);
    if (!cmd_store_open(a, STORE_READ, &s, e) || !load(&sh, s, args_operand(a, 0), e))
        goto out;
    if (sh.count_count > 0)
        qsort(sh.counts, sh.count_count, sizeof *sh.counts, by_group);
    add_rows(&sh);
    if (!args_flag(a, "excel") && strcmp(args_text(a, "format"), "text") == 0)
        print_head(&sh);
    table_print(&sh.table, a);
    note_over(&sh);
    ok = true;
out:
    store_close(s);
    table_fini(&sh.table);
    pinned_fini(&sh.forms);
    free(sh.groups);
    free(sh.units);
    free(sh.counts);
    return ok;
}
