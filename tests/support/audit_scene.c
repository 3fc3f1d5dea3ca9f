#include "tests/support/audit_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char *const PROGRESSION[] = {"round",
                                          "unit_code",
                                          "level",
                                          "group_kind",
                                          "group",
                                          "form",
                                          "dimension",
                                          "question",
                                          "responses",
                                          "n",
                                          "mean",
                                          "sd",
                                          "index_0_100",
                                          "share_positive",
                                          "share_dont_know",
                                          "change_previous",
                                          "change_same_month",
                                          "status",
                                          NULL};
static const char *const WHERE[] = {"area", "school_form", "grade", NULL};
static const char *const COMPARE[] = {"round",     "unit_code", "level",     "group_kind", "group", "form",
                                      "dimension", "question",  "responses", "n",          "mean",  "sd",
                                      "rest_n",    "rest_mean", "rest_sd",   "status",     NULL};

static void write_names(struct scene *s, const char *const *name)
{
    for (; *name != NULL; name++)
        csv_write_text(&s->writer, *name);
}

void scene_init(struct scene *s, enum scene_table table, struct csv_style style)
{
    *s = (struct scene){.text = BUF_INIT,
                        .table = table,
                        .round = "2026-10",
                        .question = "q",
                        .change = NAN,
                        .same_month = NAN};
    csv_write_init(&s->writer, &s->text, style);
    write_names(s, table == SCENE_COMPARE ? COMPARE : PROGRESSION);
    if (table != SCENE_OLD)
        write_names(s, WHERE);
    csv_write_row(&s->writer);
}

void scene_fini(struct scene *s)
{
    buf_fini(&s->text);
}

/* ---- rows -----------------------------------------------------------------------------------------------
 */

static int count_options(const struct scene_counts *c)
{
    return c->option[0] + c->option[1] + c->option[2] + c->option[3];
}

static void start_row(struct scene *s, const struct scene_who *who, int responses)
{
    struct csv_write *w = &s->writer;

    csv_write_text(w, s->round);
    csv_write_text(w, who->unit);
    csv_write_text(w, who->level);
    csv_write_text(w, who->kind);
    csv_write_text(w, who->group);
    csv_write_text(w, "form");
    csv_write_text(w, "trygghet");
    csv_write_text(w, s->question);
    if (responses < 0)
        csv_write_empty(w);
    else
        csv_write_int(w, responses);
}

static void end_row(struct scene *s, const struct scene_who *who, const char *status)
{
    struct csv_write *w = &s->writer;

    csv_write_text(w, status);
    if (s->table != SCENE_OLD) {
        csv_write_text(w, who->area);
        csv_write_text(w, strcmp(who->kind, "class") == 0 ? "grundskola" : "");
        csv_write_text(w, who->grade);
    }
    csv_write_row(w);
}

static double mean_of(const struct scene_counts *c)
{
    double sum = 0;

    for (int i = 0; i < 4; i++)
        sum += (i + 1) * c->option[i];
    return sum / count_options(c);
}

/* n, mean, sd */
static void write_mean(struct scene *s, const struct scene_counts *c)
{
    double n = count_options(c), mean = mean_of(c), squares = 0;

    for (int i = 0; i < 4; i++)
        squares += c->option[i] * (i + 1 - mean) * (i + 1 - mean);
    csv_write_int(&s->writer, (int64_t)n);
    csv_write_number(&s->writer, mean, 2);
    csv_write_number(&s->writer, sqrt(squares / (n - 1)), 2);
}

static void write_empty(struct scene *s, int cells)
{
    for (int i = 0; i < cells; i++)
        csv_write_empty(&s->writer);
}

static void write_change(struct scene *s, double *change)
{
    if (isnan(*change))
        csv_write_empty(&s->writer);
    else
        csv_write_number(&s->writer, *change, 2);
    *change = NAN;
}

void scene_shown(struct scene *s, struct scene_who who, struct scene_counts c)
{
    double n = count_options(&c);

    start_row(s, &who, (int)n + c.dont_know + c.none);
    write_mean(s, &c);
    if (s->table == SCENE_COMPARE) {
        write_empty(s, 3);
    } else {
        csv_write_number(&s->writer, 100 * (mean_of(&c) - 1) / 3, 1);
        csv_write_number(&s->writer, (c.option[2] + c.option[3]) / n, 3);
        csv_write_number(&s->writer, c.dont_know / (n + c.dont_know), 3);
        write_change(s, &s->change);
        write_change(s, &s->same_month);
    }
    end_row(s, &who, "value");
}

void scene_withheld(struct scene *s, struct scene_who who, int responses, const char *status)
{
    start_row(s, &who, responses);
    write_empty(s, s->table == SCENE_COMPARE ? 6 : 8);
    end_row(s, &who, status);
}

void scene_beside(struct scene *s, struct scene_who who, struct scene_counts own, struct scene_counts rest)
{
    start_row(s, &who, count_options(&own) + own.dont_know + own.none);
    write_mean(s, &own);
    write_mean(s, &rest);
    end_row(s, &who, "value");
}

/* ---- the attack -----------------------------------------------------------------------------------------
 */

void scene_attack(struct audit_run *r, const struct scene *const *tables, size_t count, int k)
{
    const struct audit_run_options o = {.attack = {.k = k, .bounds = true}};
    struct err e = ERR_INIT;

    audit_run_init(r);
    for (size_t i = 0; i < count; i++) {
        char name[40];

        (void)snprintf(name, sizeof name, "%zu.csv", i + 1);
        if (!audit_run_read(r, name, buf_str(&tables[i]->text), tables[i]->text.bytes, &e))
            fail_msg("%s", e.text);
    }
    if (!audit_run_attack(r, &o, &e))
        fail_msg("%s", e.text);
    assert_int_equal(r->effort.skipped, 0);
    assert_int_equal(r->effort.contradictions, 0);
    assert_int_equal(r->findings.verdicts[AUDIT_UNSOLVED], 0);
}

const struct audit_finding *scene_finding(const struct audit_run *r, const char *who, enum audit_what what,
                                          int option)
{
    const struct audit_finding *found = NULL;

    for (size_t i = 0; i < r->findings.count; i++) {
        const struct audit_finding *f = &r->findings.at[i];

        if (strcmp(f->who, who) == 0 && f->what == what && f->option == option)
            found = f;
    }
    return found;
}
