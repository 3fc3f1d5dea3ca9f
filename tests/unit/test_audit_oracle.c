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
#include "core/base/mem.h"
#include "tests/support/audit_small.h"

enum {
    FIGURES_MAX = 4000,
    LISTED_MAX = 2000000, /* vectors of one class */
    NODES_MAX = 200000,
    LEAVES_MAX = 20000
};

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
    const struct small_town *t;
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

static double value_of(const struct figure *g, const int *count, int options)
{
    double n = 0, sum = 0;

    switch (g->what) {
    case AUDIT_OF_MEAN:
    case AUDIT_OF_ALIKE:
        for (int c = 0; c < options; c++) {
            n += count[c];
            sum += (c + 1) * count[c];
        }
        return sum / n;
    case AUDIT_OF_GOOD: /* the last option alone */
        return count[options - 1];
    case AUDIT_OF_DONT_KNOW:
        return count[options];
    case AUDIT_OF_OPTION:
    case AUDIT_OF_SUM:
    case AUDIT_OF_N:
        break;
    }
    return g->option > options ? 0 : count[g->option - 1];
}

static void see_leaf(struct oracle *o)
{
    const struct small_town *t = o->t;

    o->leaves++;
    for (int f = 0; f < o->figures; f++) {
        struct figure *g = &o->figure[f];
        int count[CATEGORIES_MAX] = {0}, n;
        double x;

        for (int k = 0; k < t->classes; k++) {
            for (int h = 0; h < t->genders; h++) {
                for (int c = 0; c < t->categories && g->in[k][h]; c++)
                    count[c] += o->list[k][o->chosen[k]][h][c];
            }
        }
        n = small_sum(count, t->options);
        g->n_most = n > g->n_most ? n : g->n_most;
        g->nd_most = n + count[t->options] > g->nd_most ? n + count[t->options] : g->nd_most;
        if (g->what == AUDIT_OF_MEAN && n == 0)
            continue;
        x = value_of(g, count, t->options);
        g->least = fmin(g->least, x);
        g->most = fmax(g->most, x);
    }
}

/* What too_few tells: fewer than the least that is shown, or not more than the most responses beside it. */
static int too_few_is_below(const struct oracle *o)
{
    int least = INT_MAX, most = 0;

    for (int g = 0; g < o->t->groups; g++) {
        const struct small_group *group = &o->t->group[g];
        const int n = small_sum(o->target[g], o->t->options), all = small_sum(o->target[g], o->t->categories);

        if (group->shown && n < least)
            least = n;
        if (!group->shown && n < K && group->kind != AUDIT_KIND_GENDER && all > most)
            most = all;
    }
    return most < least ? least : most + 1;
}

static bool fits(const struct oracle *o, int group, int klass)
{
    const struct small_group *g = &o->t->group[group];
    int n = small_sum(o->sum[group], o->t->options);

    if (!g->shown)
        return !o->t->few || small_sum(o->target[group], o->t->options) >= K || n < o->below;
    for (int c = 0; c < o->t->categories; c++) {
        if (o->sum[group][c] > o->target[group][c] ||
            (o->last[group] == klass && o->sum[group][c] != o->target[group][c]))
            return false;
    }
    return true;
}

static void put(struct oracle *o, int klass, int vector, int sign)
{
    const struct small_town *t = o->t;

    for (int g = 0; g < t->groups; g++) {
        for (int h = 0; h < t->genders; h++) {
            for (int c = 0; c < t->categories && small_contains(t, &t->group[g], klass, h); c++)
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

static void prepare(struct oracle *o, const struct small_town *t)
{
    memset(o, 0, sizeof *o);
    o->t = t;
    for (int k = 0; k < t->classes; k++) {
        int x[GENDERS_MAX * CATEGORIES_MAX];

        list_class(o, k, 0, t->persons[k], x);
    }
    for (int g = 0; g < t->groups; g++) {
        o->last[g] = -1;
        small_count(t, &t->group[g], o->target[g]);
        for (int k = 0; k < t->classes; k++) {
            for (int h = 0; h < t->genders; h++)
                o->last[g] = small_contains(t, &t->group[g], k, h) ? k : o->last[g];
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

static int town_gender(const struct small_town *t, const struct audit_world *w, size_t gender)
{
    for (int h = 0; h + 1 < t->genders; h++) {
        if (w->gender[gender] != NULL && strcmp(w->gender[gender], SMALL_GENDERS[h]) == 0)
            return h;
    }
    return t->genders - 1;
}

static struct figure figure_of(const struct small_town *t, const struct audit_finding *f)
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
static long alike, none_good; /* rows that are shown */

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

static void attack_town(const struct small_town *t, struct audit_run *r)
{
    const struct audit_run_options o = {.attack = {.k = K, .bounds = true}};
    struct buf text = BUF_INIT;
    struct err e = ERR_INIT;

    audit_run_init(r);
    small_write(t, small_draw(2) == 0, &text);
    if (!audit_run_read(r, "town.csv", buf_str(&text), text.bytes, &e) || !audit_run_attack(r, &o, &e))
        fail_msg("%s", e.text);
    assert_int_equal(r->worlds.count, 1);
    assert_int_equal(r->effort.contradictions, 0);
    buf_fini(&text);
}

/* Every withheld row must have a bound for each figure. */
static int count_withheld(const struct small_town *t)
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

static size_t count_claims(const struct audit_run *r, enum audit_what what)
{
    size_t count = 0;

    for (size_t i = 0; i < r->findings.count; i++)
        count += r->findings.at[i].what == what;
    return count;
}

/* Each shown row of which all gave one answer is claimed to be such; or nobody a good one, if anybody did. */
static void check_alike(const struct small_town *t, const struct audit_run *r)
{
    size_t one = 0, bad = 0;
    bool good = false;

    for (int g = 0; g < t->groups; g++) {
        int count[CATEGORIES_MAX], most = 0, n;

        small_count(t, &t->group[g], count);
        n = small_sum(count, t->options);
        for (int c = 0; c < t->options; c++)
            most = count[c] > most ? count[c] : most;
        good |= t->group[g].shown && count[t->options - 1] > 0;
        one += t->group[g].shown && most == n;
        bad += t->group[g].shown && most < n && count[t->options - 1] == 0;
    }
    assert_int_equal(count_claims(r, AUDIT_OF_ALIKE), one);
    assert_int_equal(count_claims(r, AUDIT_OF_GOOD), good ? bad : 0);
    alike += (long)one;
    none_good += good ? (long)bad : 0;
}

static void compare(const struct small_town *t, const struct audit_run *r, bool nested)
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
    towns = exact_figures = determined = missed = claims = unions = small_unions = missed_unions = alike =
        none_good = 0;
    for (int i = 0; i < count; i++) {
        struct small_town t;
        struct audit_run r;

        small_seed = (uint64_t)i * 7919 + nested;
        small_make(&t, nested);
        attack_town(&t, &r);
        /* Where a handful of rows does not tell how many options there are, the attacker assumes more. */
        if (r.scales.at[0][0].options == t.options) {
            check_alike(&t, &r);
            compare(&t, &r, nested);
        }
        audit_run_fini(&r);
    }
    print_message(
        "%ld towns, %ld claims (%ld of unions), %ld exact; determined: %ld, missed %ld; of small unions: "
        "%ld, missed %ld; shown alike: %ld, none good: %ld\n",
        towns, claims, unions, exact_figures, determined, missed, small_unions, missed_unions, alike,
        none_good);
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
