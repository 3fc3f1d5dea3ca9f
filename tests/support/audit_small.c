#include "tests/support/audit_small.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/base/csv_write.h"

/* ---- random numbers of our own, so that a failure can be had again --------------------------------------
 */

uint64_t small_seed;

unsigned small_draw(unsigned below)
{
    small_seed = small_seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(small_seed >> 33) % below;
}

/* ---- a municipality -------------------------------------------------------------------------------------
 */

bool small_contains(const struct small_town *t, const struct small_group *g, int klass, int gender)
{
    if (g->unit >= 0 && t->unit_of[klass] != g->unit)
        return false;
    switch (g->kind) {
    case AUDIT_KIND_GRADE:
        return t->grade_of[klass] == g->key;
    case AUDIT_KIND_GENDER:
        return gender == g->key;
    case AUDIT_KIND_CLASS:
        return klass == g->key;
    case AUDIT_KIND_ALL:
    case AUDIT_KIND_SCHOOL_FORM:
        break;
    }
    return true;
}

void small_count(const struct small_town *t, const struct small_group *g, int *out)
{
    memset(out, 0, CATEGORIES_MAX * sizeof *out);
    for (int k = 0; k < t->classes; k++) {
        for (int h = 0; h < t->genders; h++) {
            for (int c = 0; c < t->categories && small_contains(t, g, k, h); c++)
                out[c] += t->answers[k][h][c];
        }
    }
}

int small_sum(const int *x, int n)
{
    int sum = 0;

    for (int i = 0; i < n; i++)
        sum += x[i];
    return sum;
}

static void add_group(struct small_town *t, enum audit_level level, enum audit_kind kind, int unit, int key)
{
    struct small_group g = {.level = level, .kind = kind, .unit = unit, .key = key};
    int count[CATEGORIES_MAX];

    small_count(t, &g, count);
    if (small_sum(count, t->categories) == 0 && kind != AUDIT_KIND_GENDER)
        return;
    g.shown = small_sum(count, t->options) >= K && small_draw(100) < 65;
    t->group[t->groups++] = g;
}

static void add_groups(struct small_town *t, bool nested)
{
    add_group(t, AUDIT_LEVEL_MUNICIPALITY, AUDIT_KIND_ALL, -1, 0);
    for (int grade = 4; grade < 6 && !nested; grade++)
        add_group(t, AUDIT_LEVEL_MUNICIPALITY, AUDIT_KIND_GRADE, -1, grade);
    for (int h = 0; h + 1 < t->genders; h++)
        add_group(t, AUDIT_LEVEL_MUNICIPALITY, AUDIT_KIND_GENDER, -1, h);
    for (int u = 0; u < t->units; u++) {
        add_group(t, AUDIT_LEVEL_UNIT, AUDIT_KIND_ALL, u, 0);
        for (int grade = 4; grade < 6; grade++)
            add_group(t, AUDIT_LEVEL_UNIT, AUDIT_KIND_GRADE, u, grade);
        for (int h = 0; h + 1 < t->genders; h++)
            add_group(t, AUDIT_LEVEL_UNIT, AUDIT_KIND_GENDER, u, h);
    }
    for (int k = 0; k < t->classes; k++)
        add_group(t, AUDIT_LEVEL_GROUP, AUDIT_KIND_CLASS, t->unit_of[k], k);
}

void small_make(struct small_town *t, bool nested)
{
    memset(t, 0, sizeof *t);
    t->units = 1 + (int)small_draw(UNITS_MAX);
    t->classes = t->units + (int)small_draw((unsigned)(CLASSES_MAX - t->units + 1));
    t->genders = nested ? 1 : 1 + 2 * (int)small_draw(2);
    t->options = 2 + (int)small_draw(2);
    t->categories = t->options + 2;
    t->few = !nested;
    for (int k = 0; k < t->classes; k++) {
        t->unit_of[k] = k < t->units ? k : (int)small_draw((unsigned)t->units);
        t->grade_of[k] = 4 + (int)small_draw(2);
        t->persons[k] = 1 + (int)small_draw(t->genders == 1 ? 5 : 3);
        for (int i = 0; i < t->persons[k]; i++) {
            int category =
                small_draw(10) < 8 ? (int)small_draw((unsigned)t->options) : t->options + (int)small_draw(2);

            t->answers[k][small_draw((unsigned)t->genders)][category]++;
        }
    }
    add_groups(t, nested);
}

/* ---- its table ------------------------------------------------------------------------------------------
 */

static const char *const HEADER[] = {
    "round",       "unit_code",      "unit_name",       "level",     "group_kind", "group",       "form",
    "dimension",   "question",       "enrolled",        "responses", "n",          "mean",        "sd",
    "index_0_100", "share_positive", "share_dont_know", "status",    "area",       "school_form", "grade"};
const char *const SMALL_GENDERS[] = {"flicka", "pojke"};

static void write_key(struct csv_write *w, const struct small_group *g)
{
    char text[20];

    if (g->kind == AUDIT_KIND_ALL) {
        csv_write_empty(w);
        return;
    }
    if (g->kind == AUDIT_KIND_GENDER) {
        csv_write_text(w, SMALL_GENDERS[g->key]);
        return;
    }
    (void)snprintf(text, sizeof text, g->kind == AUDIT_KIND_GRADE ? "%d" : "klass %d", g->key);
    csv_write_text(w, text);
}

static void write_figures(struct csv_write *w, const struct small_town *t, const int *count)
{
    double n = small_sum(count, t->options), sum = 0, squares = 0, mean;

    for (int c = 0; c < t->options; c++) {
        sum += (c + 1) * count[c];
        squares += (c + 1) * (c + 1) * count[c];
    }
    mean = sum / n;
    csv_write_int(w, (int64_t)n);
    csv_write_number(w, mean, 2);
    csv_write_number(w, sqrt(fmax(0, squares - sum * mean) / (n - 1)), 2);
    csv_write_number(w, 100 * (mean - 1) / (t->options - 1), 1);
    csv_write_number(w, count[t->options - 1] / n, 3);
    csv_write_number(w, count[t->options] / (n + count[t->options]), 3);
}

static void write_row(struct csv_write *w, const struct small_town *t, const struct small_group *g)
{
    int count[CATEGORIES_MAX], n;
    char unit[20] = "", grade[20] = "";

    small_count(t, g, count);
    n = small_sum(count, t->options);
    if (g->unit >= 0)
        (void)snprintf(unit, sizeof unit, "1000000%d", g->unit);
    if (g->kind == AUDIT_KIND_CLASS)
        (void)snprintf(grade, sizeof grade, "%d", t->grade_of[g->key]);
    csv_write_text(w, "2026-10");
    csv_write_text(w, unit);
    csv_write_text(w, "");
    csv_write_text(w, AUDIT_LEVEL_WORDS[g->level]);
    csv_write_text(w, AUDIT_KIND_WORDS[g->kind]);
    write_key(w, g);
    csv_write_text(w, "f");
    csv_write_text(w, "d");
    csv_write_text(w, "q");
    csv_write_empty(w);
    if (g->shown || g->kind != AUDIT_KIND_GENDER)
        csv_write_int(w, small_sum(count, t->categories));
    else
        csv_write_empty(w);
    for (int i = 0; i < 6 && !g->shown; i++)
        csv_write_empty(w);
    if (g->shown)
        write_figures(w, t, count);
    csv_write_text(w, g->shown ? "value" : n < K && t->few ? "too_few" : "suppressed");
    csv_write_text(w, "");
    csv_write_text(w, g->kind == AUDIT_KIND_CLASS ? "grundskola" : "");
    csv_write_text(w, grade);
    csv_write_row(w);
}

void small_write(const struct small_town *t, bool precise, struct buf *out)
{
    struct csv_write w;

    csv_write_init(&w, out, (struct csv_style){.excel = small_draw(2) == 0, .precise = precise});
    for (size_t i = 0; i < sizeof HEADER / sizeof HEADER[0]; i++)
        csv_write_text(&w, HEADER[i]);
    csv_write_row(&w);
    for (int g = 0; g < t->groups; g++)
        write_row(&w, t, &t->group[g]);
}
