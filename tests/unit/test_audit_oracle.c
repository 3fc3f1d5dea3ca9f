/* Goal: the attacker is neither blind nor rash. In small random municipalities every division of the answers
 * that agrees with the shown rows is gone through. No bound that the attacker gives may exclude one of them.
 * Where groups lie inside each other (no genders, no grades across units) linear programs are exact, and
 * there the bounds must be just what occurs; elsewhere what is determined may be missed only seldom. */

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "audit/audit_run.h"
#include "core/base/csv_write.h"
#include "core/base/mem.h"

enum {
    K = 3,
    UNITS_MAX = 3,
    CLASSES_MAX = 5,
    GENDERS_MAX = 3,
    OPTIONS_MAX = 3,
    CATEGORIES_MAX = OPTIONS_MAX + 2,
    GROUPS_MAX = 40,
    FIGURES_MAX = 4000,
    LISTED_MAX = 2000000, /* vectors of one class */
    NODES_MAX = 200000,
    LEAVES_MAX = 20000
};

/* ---- random numbers of our own, so that a failure can be had again --------------------------------------
 */

static uint64_t seed;

static unsigned draw(unsigned below)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(seed >> 33) % below;
}

/* ---- a municipality -------------------------------------------------------------------------------------
 */

struct group {
    enum audit_level level;
    enum audit_kind kind;
    int unit, key; /* key: grade, gender, class */
    bool shown;
};

struct town {
    int units, classes, genders, options, categories;
    int unit_of[CLASSES_MAX], grade_of[CLASSES_MAX], persons[CLASSES_MAX];
    int answers[CLASSES_MAX][GENDERS_MAX][CATEGORIES_MAX];
    struct group group[GROUPS_MAX];
    int groups;
    bool few; /* withheld rows of fewer than K say so */
};

static bool contains(const struct town *t, const struct group *g, int klass, int gender)
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

static void count_group(const struct town *t, const struct group *g, int *out)
{
    memset(out, 0, CATEGORIES_MAX * sizeof *out);
    for (int k = 0; k < t->classes; k++) {
        for (int h = 0; h < t->genders; h++) {
            for (int c = 0; c < t->categories && contains(t, g, k, h); c++)
                out[c] += t->answers[k][h][c];
        }
    }
}

static int sum_of(const int *x, int n)
{
    int sum = 0;

    for (int i = 0; i < n; i++)
        sum += x[i];
    return sum;
}

static void add_group(struct town *t, enum audit_level level, enum audit_kind kind, int unit, int key)
{
    struct group g = {.level = level, .kind = kind, .unit = unit, .key = key};
    int count[CATEGORIES_MAX];

    count_group(t, &g, count);
    if (sum_of(count, t->categories) == 0 && kind != AUDIT_KIND_GENDER)
        return;
    g.shown = sum_of(count, t->options) >= K && draw(100) < 65;
    t->group[t->groups++] = g;
}

static void add_groups(struct town *t, bool nested)
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

static void make_town(struct town *t, bool nested)
{
    memset(t, 0, sizeof *t);
    t->units = 1 + (int)draw(UNITS_MAX);
    t->classes = t->units + (int)draw((unsigned)(CLASSES_MAX - t->units + 1));
    t->genders = nested ? 1 : 1 + 2 * (int)draw(2);
    t->options = 2 + (int)draw(2);
    t->categories = t->options + 2;
    t->few = !nested;
    for (int k = 0; k < t->classes; k++) {
        t->unit_of[k] = k < t->units ? k : (int)draw((unsigned)t->units);
        t->grade_of[k] = 4 + (int)draw(2);
        t->persons[k] = 1 + (int)draw(t->genders == 1 ? 5 : 3);
        for (int i = 0; i < t->persons[k]; i++) {
            int category = draw(10) < 8 ? (int)draw((unsigned)t->options) : t->options + (int)draw(2);

            t->answers[k][draw((unsigned)t->genders)][category]++;
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
static const char *const GENDERS[] = {"flicka", "pojke"};

static void write_key(struct csv_write *w, const struct group *g)
{
    char text[20];

    if (g->kind == AUDIT_KIND_ALL) {
        csv_write_empty(w);
        return;
    }
    if (g->kind == AUDIT_KIND_GENDER) {
        csv_write_text(w, GENDERS[g->key]);
        return;
    }
    (void)snprintf(text, sizeof text, g->kind == AUDIT_KIND_GRADE ? "%d" : "klass %d", g->key);
    csv_write_text(w, text);
}

static void write_figures(struct csv_write *w, const struct town *t, const int *count)
{
    double n = sum_of(count, t->options), sum = 0, squares = 0, mean;

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

static void write_row(struct csv_write *w, const struct town *t, const struct group *g)
{
    int count[CATEGORIES_MAX], n;
    char unit[20] = "", grade[20] = "";

    count_group(t, g, count);
    n = sum_of(count, t->options);
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
        csv_write_int(w, sum_of(count, t->categories));
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

static void write_table(const struct town *t, bool precise, struct buf *out)
{
    struct csv_write w;

    csv_write_init(&w, out, (struct csv_style){.excel = draw(2) == 0, .precise = precise});
    for (size_t i = 0; i < sizeof HEADER / sizeof HEADER[0]; i++)
        csv_write_text(&w, HEADER[i]);
    csv_write_row(&w);
    for (int g = 0; g < t->groups; g++)
        write_row(&w, t, &t->group[g]);
}

/* ---- what is asked of every division of the answers -----------------------------------------------------
 */

struct figure {
    bool in[CLASSES_MAX][GENDERS_MAX];
    enum audit_what what;
    int option;
    double least, most;  /* that occur */
    int n_most, nd_most; /* that chose an option, or an option or "vet ej", at most */
    const struct audit_finding
        *claim; /* or NULL: of a union that there ought to be a claim for, if it is small */
};

struct oracle {
    const struct town *t;
    int (*list[CLASSES_MAX])[GENDERS_MAX][CATEGORIES_MAX];
    int listed[CLASSES_MAX];
    int last[GROUPS_MAX]; /* the group's last class */
    int target[GROUPS_MAX][CATEGORIES_MAX];
    int below; /* as few are too_few */
    int sum[GROUPS_MAX][CATEGORIES_MAX];
    int chosen[CLASSES_MAX];
    struct figure *figure;
    int figures;
    long nodes, leaves;
};

static void see_leaf(struct oracle *o)
{
    const struct town *t = o->t;

    o->leaves++;
    for (int f = 0; f < o->figures; f++) {
        struct figure *g = &o->figure[f];
        int count[CATEGORIES_MAX] = {0}, n, sum = 0;
        double x;

        for (int k = 0; k < t->classes; k++) {
            for (int h = 0; h < t->genders; h++) {
                for (int c = 0; c < t->categories && g->in[k][h]; c++)
                    count[c] += o->list[k][o->chosen[k]][h][c];
            }
        }
        n = sum_of(count, t->options);
        g->n_most = n > g->n_most ? n : g->n_most;
        g->nd_most = n + count[t->options] > g->nd_most ? n + count[t->options] : g->nd_most;
        for (int c = 0; c < t->options; c++)
            sum += (c + 1) * count[c];
        if (g->what == AUDIT_OF_MEAN && n == 0)
            continue;
        x = g->what == AUDIT_OF_MEAN        ? (double)sum / n
            : g->what == AUDIT_OF_DONT_KNOW ? count[t->options]
            : g->option > t->options        ? 0
                                            : count[g->option - 1];
        g->least = fmin(g->least, x);
        g->most = fmax(g->most, x);
    }
}

/* What too_few tells: fewer than the least that is shown, or not more than the most responses beside it. */
static int too_few_is_below(const struct oracle *o)
{
    int least = INT_MAX, most = 0;

    for (int g = 0; g < o->t->groups; g++) {
        const struct group *group = &o->t->group[g];
        const int n = sum_of(o->target[g], o->t->options), all = sum_of(o->target[g], o->t->categories);

        if (group->shown && n < least)
            least = n;
        if (!group->shown && n < K && group->kind != AUDIT_KIND_GENDER && all > most)
            most = all;
    }
    return most < least ? least : most + 1;
}

static bool fits(const struct oracle *o, int group, int klass)
{
    const struct group *g = &o->t->group[group];
    int n = sum_of(o->sum[group], o->t->options);

    if (!g->shown)
        return !o->t->few || sum_of(o->target[group], o->t->options) >= K || n < o->below;
    for (int c = 0; c < o->t->categories; c++) {
        if (o->sum[group][c] > o->target[group][c] ||
            (o->last[group] == klass && o->sum[group][c] != o->target[group][c]))
            return false;
    }
    return true;
}

static void put(struct oracle *o, int klass, int vector, int sign)
{
    const struct town *t = o->t;

    for (int g = 0; g < t->groups; g++) {
        for (int h = 0; h < t->genders; h++) {
            for (int c = 0; c < t->categories && contains(t, &t->group[g], klass, h); c++)
                o->sum[g][c] += sign * o->list[klass][vector][h][c];
        }
    }
}

static void go_through(struct oracle *o, int klass)
{
    if (klass == o->t->classes) {
        see_leaf(o);
        return;
    }
    for (int v = 0; v < o->listed[klass] && o->nodes < NODES_MAX && o->leaves < LEAVES_MAX; v++) {
        bool ok = true;

        o->nodes++;
        put(o, klass, v, 1);
        for (int g = 0; g < o->t->groups && ok; g++)
            ok = fits(o, g, klass);
        o->chosen[klass] = v;
        if (ok)
            go_through(o, klass + 1);
        put(o, klass, v, -1);
    }
}

/* All ways to put `left` persons into the cells from `cell` on. */
static void list_class(struct oracle *o, int klass, int cell, int left, int *x)
{
    int cells = o->t->genders * o->t->categories;

    if (cell == cells - 1) {
        x[cell] = left;
        if (o->listed[klass] == LISTED_MAX)
            return;
        if ((o->listed[klass] & (o->listed[klass] - 1)) == 0)
            o->list[klass] =
                mem_grow(o->list[klass], (size_t)(2 * o->listed[klass] + 1), sizeof *o->list[klass]);
        for (int i = 0; i < cells; i++)
            o->list[klass][o->listed[klass]][i / o->t->categories][i % o->t->categories] = x[i];
        o->listed[klass]++;
        return;
    }
    for (x[cell] = 0; x[cell] <= left; x[cell]++)
        list_class(o, klass, cell + 1, left - x[cell], x);
}

static void prepare(struct oracle *o, const struct town *t)
{
    memset(o, 0, sizeof *o);
    o->t = t;
    for (int k = 0; k < t->classes; k++) {
        int x[GENDERS_MAX * CATEGORIES_MAX];

        list_class(o, k, 0, t->persons[k], x);
    }
    for (int g = 0; g < t->groups; g++) {
        o->last[g] = -1;
        count_group(t, &t->group[g], o->target[g]);
        for (int k = 0; k < t->classes; k++) {
            for (int h = 0; h < t->genders; h++)
                o->last[g] = contains(t, &t->group[g], k, h) ? k : o->last[g];
        }
    }
    o->below = too_few_is_below(o);
}

/* ---- the attacker's claims beside it --------------------------------------------------------------------
 */

static int town_class(const struct audit_world *w, size_t klass)
{
    return atoi(w->klass[klass].name + strlen("klass "));
}

static int town_gender(const struct town *t, const struct audit_world *w, size_t gender)
{
    for (int h = 0; h + 1 < t->genders; h++) {
        if (w->gender[gender] != NULL && strcmp(w->gender[gender], GENDERS[h]) == 0)
            return h;
    }
    return t->genders - 1;
}

static struct figure figure_of(const struct town *t, const struct audit_finding *f)
{
    const struct audit_world *w = f->world;
    struct figure g = {
        .what = f->what, .option = f->option, .least = INFINITY, .most = -INFINITY, .claim = f};

    for (size_t k = 0; k < w->classes; k++) {
        for (size_t h = 0; h < w->genders; h++)
            g.in[town_class(w, k)][town_gender(t, w, h)] =
                f->in != NULL
                    ? f->in[k * w->genders + h]
                    : w->group[f->group].in[k] == AUDIT_IN && (w->group[f->group].genders >> h & 1u) != 0;
    }
    return g;
}

static long towns, exact_figures, determined, missed, claims, unions, small_unions, missed_unions;

/* Unions of one class or one unit, of some genders: each figure of each. */
static void add_union(struct oracle *o, int unit, int klass, int genders)
{
    for (int c = 0; c <= o->t->options; c++) {
        struct figure f = {.what = c < o->t->options ? AUDIT_OF_OPTION : AUDIT_OF_DONT_KNOW,
                           .option = c < o->t->options ? c + 1 : 0,
                           .least = INFINITY,
                           .most = -INFINITY};

        for (int k = 0; k < o->t->classes; k++) {
            for (int h = 0; h < o->t->genders; h++)
                f.in[k][h] = (klass < 0 ? o->t->unit_of[k] == unit : k == klass) && (genders >> h & 1) != 0;
        }
        assert_true(o->figures < FIGURES_MAX);
        o->figure[o->figures++] = f;
    }
}

static void add_unions(struct oracle *o)
{
    for (int genders = 1; genders < 1 << o->t->genders; genders++) {
        for (int u = 0; u < o->t->units; u++)
            add_union(o, u, -1, genders);
        for (int k = 0; k < o->t->classes; k++)
            add_union(o, -1, k, genders);
    }
}

static bool lies_in(const struct figure *a, const struct figure *b)
{
    for (int k = 0; k < CLASSES_MAX; k++) {
        for (int h = 0; h < GENDERS_MAX; h++) {
            if (a->in[k][h] && !b->in[k][h])
                return false;
        }
    }
    return true;
}

/* A small union whose count is surely some number, not 0, is claimed to have it, or a part of it is. */
static void check_union(const struct oracle *o, const struct figure *g)
{
    bool small = g->what == AUDIT_OF_DONT_KNOW ? g->nd_most < K : g->n_most < K;

    if (!small || g->least != g->most || g->most == 0)
        return;
    small_unions++;
    for (int f = 0; f < o->figures; f++) {
        const struct audit_finding *claim = o->figure[f].claim;

        if (claim != NULL && (claim->verdict == AUDIT_DETERMINED || claim->verdict == AUDIT_KNOWN) &&
            claim->what == g->what && claim->option == g->option && claim->most == g->most &&
            lies_in(&o->figure[f], g))
            return;
    }
    missed_unions++;
}

static void check_figure(const struct figure *g, bool nested)
{
    const struct audit_finding *f = g->claim;
    double slack = f->what == AUDIT_OF_MEAN ? 1e-6 : 0;

    claims++;
    unions += f->group == AUDIT_NONE;
    if (g->least > g->most) { /* a mean, and nobody ever answers */
        assert_int_not_equal(f->verdict, AUDIT_DETERMINED);
        return;
    }
    assert_int_not_equal(f->verdict, AUDIT_UNSOLVED);
    if (!(f->least <= g->least + slack && f->most >= g->most - slack))
        print_error("%s: %d %d: claimed %g..%g, occur %g..%g\n", f->who, (int)f->what, f->option, f->least,
                    f->most, g->least, g->most);
    assert_true(f->least <= g->least + slack && f->most >= g->most - slack);
    if (f->verdict == AUDIT_DETERMINED && f->group == AUDIT_NONE)
        assert_true(g->n_most < K || f->what == AUDIT_OF_DONT_KNOW);
    if (nested && f->group != AUDIT_NONE) {
        exact_figures++;
        if (!(f->least >= g->least - slack && f->most <= g->most + slack))
            print_error("%s: %d %d: claimed %g..%g, occur %g..%g\n", f->who, (int)f->what, f->option,
                        f->least, f->most, g->least, g->most);
        assert_true(f->least >= g->least - slack && f->most <= g->most + slack);
    }
    if (g->least == g->most && g->most > 0 && f->group != AUDIT_NONE) {
        determined++;
        missed += f->verdict != AUDIT_DETERMINED && f->verdict != AUDIT_KNOWN;
    }
}

static void attack_town(const struct town *t, struct audit_run *r)
{
    const struct audit_run_options o = {.attack = {.k = K, .bounds = true}};
    struct buf text = BUF_INIT;
    struct err e = ERR_INIT;

    audit_run_init(r);
    write_table(t, draw(2) == 0, &text);
    if (!audit_run_read(r, "town.csv", buf_str(&text), text.bytes, &e) || !audit_run_attack(r, &o, &e))
        fail_msg("%s", e.text);
    assert_int_equal(r->worlds.count, 1);
    assert_int_equal(r->effort.contradictions, 0);
    buf_fini(&text);
}

/* Every withheld row must have a bound for each figure. */
static int count_withheld(const struct town *t)
{
    int count = 0;

    for (int g = 0; g < t->groups; g++)
        count += t->group[g].shown ? 0 : t->options;
    return count;
}

static int count_option_claims(const struct audit_run *r, int options)
{
    int count = 0;

    for (size_t i = 0; i < r->findings.count; i++)
        count += r->findings.at[i].group != AUDIT_NONE && r->findings.at[i].what == AUDIT_OF_OPTION &&
                 r->findings.at[i].option <= options;
    return count;
}

static void compare(const struct town *t, const struct audit_run *r, bool nested)
{
    struct oracle o;

    prepare(&o, t);
    o.figure = mem_alloc(FIGURES_MAX, sizeof *o.figure);
    for (size_t i = 0; i < r->findings.count; i++) {
        assert_true(o.figures < FIGURES_MAX);
        o.figure[o.figures++] = figure_of(t, &r->findings.at[i]);
    }
    add_unions(&o);
    go_through(&o, 0);
    if (o.nodes < NODES_MAX && o.leaves < LEAVES_MAX) {
        towns++;
        assert_true(o.leaves > 0);
        assert_int_equal(count_option_claims(r, t->options), count_withheld(t));
        for (int f = 0; f < o.figures; f++) {
            if (o.figure[f].claim != NULL)
                check_figure(&o.figure[f], nested);
            else
                check_union(&o, &o.figure[f]);
        }
    }
    for (int k = 0; k < t->classes; k++)
        free(o.list[k]);
    free(o.figure);
}

static void go_to_towns(int count, bool nested)
{
    towns = exact_figures = determined = missed = claims = unions = small_unions = missed_unions = 0;
    for (int i = 0; i < count; i++) {
        struct town t;
        struct audit_run r;

        seed = (uint64_t)i * 7919 + nested;
        make_town(&t, nested);
        attack_town(&t, &r);
        /* Where a handful of rows does not tell how many options there are, the attacker assumes more. */
        if (r.scales.at[0][0].options == t.options)
            compare(&t, &r, nested);
        audit_run_fini(&r);
    }
    print_message(
        "%ld towns, %ld claims (%ld of unions), %ld exact; determined: %ld, missed %ld; of small unions: "
        "%ld, missed %ld\n",
        towns, claims, unions, exact_figures, determined, missed, small_unions, missed_unions);
}

static void test_groups_inside_each_other(void **state)
{
    (void)state;
    go_to_towns(400, true);
    assert_true(towns > 300 && exact_figures > 5000 && determined > 1000 && small_unions > 100);
    assert_int_equal(missed + missed_unions, 0);
}

static void test_groups_across(void **state)
{
    (void)state;
    go_to_towns(400, false);
    assert_true(towns > 200 && determined > 1000 && small_unions > 100);
    assert_true((missed + missed_unions) * 100 <= determined);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_groups_inside_each_other),
                                       cmocka_unit_test(test_groups_across)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
