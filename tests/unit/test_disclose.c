/*
 * Goal: nothing that is withheld follows from what is shown by any adding and subtracting, in any small
 * municipality; what is withheld for others' sake would give something away.
 *
 * The oracle does not know how the engine works: it lists every set of single cells with fewer than
 * DISCLOSE_K persons, of one unit or several, and eliminates all shown groups at once, over another field.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/disclose.h"
#include "tests/support/draw.h"

enum { MIXED = 3 }; /* two different answers occur */
enum { ANSWERS = 12 };

/* ---- a municipality by force ----------------------------------------------------------------------------
 */

enum { UNITS = 3, CLASSES = 3, GENDERS = 3, ATOMS = UNITS * CLASSES * GENDERS };
/* The groups of a unit, and those of the municipality after them; gender 0 is never shown. */
enum { ALL = 0, GRADE = 1, GENDER = GRADE + 2, CLASS = GENDER + GENDERS, OWN = CLASS + CLASSES };
enum { GROUPS = UNITS * OWN + CLASS };

struct town {
    int64_t responses[ATOMS], n[ATOMS]; /* by unit, class, gender; classes 0 and 1 are of grade 0 */
    bool means;                         /* those who chose vet ej are nobody */
    bool empty[ATOMS]; /* as far as anybody can know: no responses, or nobody of one of its groups counts */
    uint64_t answers[ATOMS]; /* which answers occur */
};

static bool atom_in(size_t group, size_t atom)
{
    const size_t unit = atom / (CLASSES * GENDERS), class = atom / GENDERS % CLASSES, gender = atom % GENDERS,
                 own = group % OWN;

    if (group < UNITS * OWN && group / OWN != unit)
        return false;
    if (own >= CLASS)
        return own - CLASS == class;
    if (own >= GENDER)
        return own - GENDER == gender;
    if (own >= GRADE)
        return own - GRADE == (class > 1);
    return true;
}

static int64_t sum_in(const int64_t *of, size_t group)
{
    int64_t n = 0;

    for (size_t a = 0; a < ATOMS; a++)
        n += atom_in(group, a) ? of[a] : 0;
    return n;
}

static uint64_t answers_in(const struct town *t, size_t group)
{
    uint64_t answers = 0;

    for (size_t a = 0; a < ATOMS; a++)
        answers |= atom_in(group, a) ? t->answers[a] : 0;
    return answers;
}

/* Which answer all gave who count: 0 for several; those who do not count are like any. */
static bool alike(uint64_t answers)
{
    const uint64_t counted = answers & ~DISCLOSE_DONT_KNOW;

    return (counted & (counted - 1)) == 0;
}

static bool never(size_t group)
{
    return group % OWN == GENDER;
}

static struct disclose_sheet *town_sheet(const struct town *t)
{
    static const int RANK[] = {0, 3, 3, 2, 2, 2, 4, 4, 4};
    struct disclose_sheet *s = disclose_sheet_new(GROUPS, 1);

    for (size_t g = 0; g < GROUPS; g++) {
        const struct disclose_about about = {.block = g < UNITS * OWN ? g / OWN : DISCLOSE_ACROSS,
                                             .rank = RANK[g % OWN],
                                             .responses = sum_in(t->responses, g),
                                             .never = never(g),
                                             .counted = g % OWN < GENDER || g % OWN >= CLASS};

        disclose_sheet_group(s, g, &about);
        disclose_sheet_item(s, 0, g, sum_in(t->n, g), answers_in(t, g));
    }
    for (size_t a = 0; a < ATOMS; a++) {
        size_t atom;

        if (t->responses[a] == 0)
            continue;
        atom = disclose_sheet_atom(s, a / (CLASSES * GENDERS), t->responses[a]);
        for (size_t g = 0; g < GROUPS; g++) {
            if (atom_in(g, a))
                disclose_sheet_member(s, g, atom);
        }
    }
    disclose_sheet_decide(s, DISCLOSE_K, 1);
    return s;
}

/* ---- elimination over a small field ---- */

enum { SMALL_PRIME = 32749 };

struct basis {
    int64_t row[ATOMS][ATOMS];
    bool has[ATOMS]; /* a row with this pivot */
};

static int64_t power(int64_t a, int e)
{
    int64_t result = 1;

    for (; e > 0; e >>= 1) {
        if ((e & 1) != 0)
            result = result * a % SMALL_PRIME;
        a = a * a % SMALL_PRIME;
    }
    return result;
}

/* Reduces; true when nothing is left. With `add`, what is left joins. */
static bool in_basis(struct basis *b, int64_t v[ATOMS], bool add)
{
    for (size_t c = 0; c < ATOMS; c++) {
        if (v[c] == 0)
            continue;
        if (!b->has[c]) {
            const int64_t inverse = power(v[c], SMALL_PRIME - 2);

            for (size_t i = 0; add && i < ATOMS; i++)
                b->row[c][i] = v[i] * inverse % SMALL_PRIME;
            b->has[c] = add;
            return false;
        }
        for (size_t i = ATOMS; i-- > c;)
            v[i] = (v[i] + (SMALL_PRIME - v[c]) * b->row[c][i]) % SMALL_PRIME;
    }
    return true;
}

static bool group_in_basis(struct basis *b, const struct town *t, size_t group, bool add)
{
    int64_t v[ATOMS];

    for (size_t a = 0; a < ATOMS; a++)
        v[a] = atom_in(group, a) && !t->empty[a];
    return in_basis(b, v, add);
}

/* Whether a set of cells with fewer than k persons follows. */
static bool set_follows(struct basis *b, const struct town *t, size_t atom, int64_t v[ATOMS], int64_t n)
{
    bool any = false;

    if (atom == ATOMS) {
        int64_t copy[ATOMS];

        memcpy(copy, v, sizeof copy);
        for (size_t a = 0; a < ATOMS; a++)
            any |= v[a] != 0;
        return any && in_basis(b, copy, false);
    }
    v[atom] = 0;
    if (set_follows(b, t, atom + 1, v, n))
        return true;
    if (t->empty[atom] || n + t->n[atom] >= DISCLOSE_K)
        return false;
    v[atom] = 1;
    return set_follows(b, t, atom + 1, v, n + t->n[atom]);
}

static bool shown(const struct disclose_sheet *s, size_t group)
{
    return disclose_item(s, 0, group) == DISCLOSE_SHOWN;
}

/* What may never be shown, whatever else is. */
static bool is_secret(const struct town *t, const struct disclose_sheet *s, size_t group)
{
    const int64_t n = sum_in(t->n, group);

    if (answers_in(t, group) == 0 || (n == 0 && t->means))
        return false;
    return n < DISCLOSE_K || alike(answers_in(t, group)) ||
           (disclose_group(s, group) != DISCLOSE_SHOWN && !never(group));
}

/* Whether anything follows of persons alone whose groups show that they all gave this answer. */
static bool answer_follows(const struct town *t, const bool released[GROUPS], uint64_t answer)
{
    struct basis whole = {.has = {false}}, outside = {.has = {false}};
    bool in[ATOMS] = {false};
    int64_t v[ATOMS];
    int more = 0;

    for (size_t g = 0; g < UNITS * OWN; g++) {
        const uint64_t here = answers_in(t, g);

        for (size_t a = 0; a < ATOMS; a++)
            in[a] |= atom_in(g, a) && !(t->means && sum_in(t->n, g) == 0) &&
                     (here == DISCLOSE_DONT_KNOW || (here & ~DISCLOSE_DONT_KNOW) == answer);
    }
    for (size_t g = 0; g < GROUPS; g++) {
        if (!released[g])
            continue;
        more += !group_in_basis(&whole, t, g, true);
        for (size_t a = 0; a < ATOMS; a++)
            v[a] = atom_in(g, a) && !t->empty[a] && !in[a];
        more -= !in_basis(&outside, v, true);
    }
    return more > 0;
}

/* extra: a withheld group that is shown all the same, or GROUPS. */
static bool leaks(const struct town *t, const struct disclose_sheet *s, size_t extra)
{
    struct basis b = {.has = {false}};
    bool released[GROUPS];
    int64_t v[ATOMS];

    for (size_t g = 0; g < GROUPS; g++) {
        released[g] = shown(s, g) || g == extra;
        if (released[g])
            (void)group_in_basis(&b, t, g, true);
    }
    for (uint64_t answer = 1; answer < UINT64_C(1) << ANSWERS; answer *= 2) {
        if (answer_follows(t, released, answer))
            return true;
    }
    for (size_t g = 0; g < GROUPS; g++) {
        if (is_secret(t, s, g) && group_in_basis(&b, t, g, false))
            return true;
    }
    return set_follows(&b, t, 0, v, 0);
}

/* Whether the withheld group follows from those shown. */
static bool follows(const struct town *t, const struct disclose_sheet *s, size_t group)
{
    struct basis b = {.has = {false}};

    for (size_t g = 0; g < GROUPS; g++) {
        if (shown(s, g))
            (void)group_in_basis(&b, t, g, true);
    }
    return group_in_basis(&b, t, group, false);
}

/* The town as it stands in the means, or in the shares of vet ej; whether some group is different there. */
static bool look_at(struct town *t, bool means)
{
    bool silent = false;

    t->means = means;
    for (size_t a = 0; a < ATOMS; a++) {
        t->empty[a] = t->responses[a] == 0;
        for (size_t g = 0; g < GROUPS; g++) {
            const bool nobody = answers_in(t, g) == 0, not_one = sum_in(t->n, g) == 0;

            t->empty[a] |= atom_in(g, a) && (means ? not_one : nobody);
            silent |= !nobody && not_one;
        }
    }
    return silent;
}

static void draw_town(struct town *t)
{
    const unsigned size = 1 + draw(12), lost = draw(3) == 0 ? 2 + draw(3) : 1000;
    const bool boys_only = draw(4) == 0, one_mind = draw(3) == 0;
    const unsigned minds = draw(3) == 0 ? ANSWERS : 3;

    memset(t, 0, sizeof *t);
    for (size_t a = 0; a < ATOMS; a++) {
        const size_t class = a / GENDERS % CLASSES, gender = a % GENDERS;

        if (class == 2 && a / (CLASSES * GENDERS) == 2)
            continue; /* the last unit has two classes */
        t->responses[a] = gender == 0 ? draw(3) == 0 : draw(size);
        if (boys_only && gender == 1 && class == 1)
            t->responses[a] = 0;
        t->n[a] = t->responses[a];
        for (int64_t i = 0; i < t->responses[a]; i++)
            t->n[a] -= draw(lost) == 0;
        for (int64_t i = 0; i < t->n[a]; i++)
            t->answers[a] |= UINT64_C(1) << draw(one_mind && class == 0 ? 1 : minds);
        if (t->n[a] < t->responses[a] && draw(2) == 0)
            t->answers[a] |= DISCLOSE_DONT_KNOW;
    }
}

/* Whether some group is withheld for its answers alone: its partners are withheld with it, and what would
 * tell of those, whether or not they would give anything away. */
static bool has_partners(const struct town *t, const struct disclose_sheet *s)
{
    for (size_t g = 0; g < GROUPS; g++) {
        if (!never(g) && disclose_group(s, g) == DISCLOSE_SHOWN && is_secret(t, s, g))
            return true;
    }
    return false;
}

static void nothing_withheld_follows(void **state)
{
    int shown_groups = 0, withheld = 0, needless = 0;

    (void)state;
    seed = 4711;
    for (int i = 0; i < 3000; i++) {
        struct town t;
        struct disclose_sheet *s;
        bool silent;

        draw_town(&t);
        (void)look_at(&t, false);
        s = town_sheet(&t);
        for (size_t g = 0; g < GROUPS; g++) {
            shown_groups += !never(g) && shown(s, g);
            if (shown(s, g))
                assert_false(is_secret(&t, s, g));
        }
        silent = look_at(&t, true);
        if (leaks(&t, s, GROUPS))
            fail_msg("municipality %d: something withheld follows from the means", i);
        (void)look_at(&t, false);
        if (leaks(&t, s, GROUPS))
            fail_msg("municipality %d: something withheld follows", i);
        for (size_t g = 0; g < GROUPS; g++) {
            if (never(g) || shown(s, g) || sum_in(t.n, g) < DISCLOSE_K || is_secret(&t, s, g))
                continue;
            assert_false(follows(&t, s, g));
            if (silent || has_partners(&t, s))
                continue;
            withheld++;
            needless += !leaks(&t, s, g);
        }
        disclose_sheet_free(s);
    }
    assert_true(shown_groups > 10000); /* it does not simply withhold everything */

    assert_true(withheld > 100);
    assert_int_equal(needless, 0);
}

/* ---- cases by hand --------------------------------------------------------------------------------------
 */

static void describe_groups(struct disclose_sheet *s, const int64_t responses[4], bool one_block,
                            bool counted)
{
    for (size_t g = 0; g < 4; g++) {
        const struct disclose_about about = {.block = one_block ? 0
                                                      : g == 0  ? DISCLOSE_ACROSS
                                                                : g - 1,
                                             .rank = g > 0,
                                             .responses = responses[g],
                                             .counted = counted};

        disclose_sheet_group(s, g, &about);
        if (g > 0) {
            const size_t atom = disclose_sheet_atom(s, one_block ? 0 : g - 1, responses[g]);

            disclose_sheet_member(s, 0, atom);
            disclose_sheet_member(s, g, atom);
        }
    }
}

/* A municipality (0) of three groups (1, 2, 3), whose sizes everybody knows when counted. */
static struct disclose_sheet *three_groups(int64_t a, int64_t b, int64_t c, bool counted)
{
    const int64_t n[] = {a + b + c, a, b, c};
    struct disclose_sheet *s = disclose_sheet_new(4, 1);

    describe_groups(s, n, false, counted);
    for (size_t g = 0; g < 4; g++)
        disclose_sheet_item(s, 0, g, n[g], n[g] > 0 ? MIXED : 0);
    disclose_sheet_decide(s, DISCLOSE_K, 1);
    return s;
}

static struct disclose_sheet *three_units(int64_t a, int64_t b, int64_t c)
{
    return three_groups(a, b, c, true);
}

static void check_units(struct disclose_sheet *s, const char *expected)
{
    static const char LETTER[] = {
        [DISCLOSE_SHOWN] = 's', [DISCLOSE_TOO_FEW] = 'f', [DISCLOSE_WITHHELD] = 'w'};
    char got[5] = "";

    for (size_t g = 0; g < 4; g++)
        got[g] = LETTER[disclose_item(s, 0, g)];
    assert_string_equal(got, expected);
    disclose_sheet_free(s);
}

static void a_small_unit_takes_the_smallest_other_with_it(void **state)
{
    (void)state;
    check_units(three_units(30, 20, 25), "ssss");
    check_units(three_units(30, 20, 4), "sswf"); /* 54 - 30 - 20 would be the four */
    check_units(three_units(30, 2, 4), "ssff");  /* together 6: enough */
    check_units(three_units(30, 1, 3), "swff");  /* together 4: 34 - 30 would be they */
    check_units(three_units(30, 20, 0), "sssf"); /* nobody is nobody */
    check_units(three_units(30, 0, 3), "swff");  /* all but three are the first */
    check_units(three_units(2, 1, 1), "ffff");
}

static void that_a_group_is_small_is_not_told_where_its_size_is_not(void **state)
{
    struct disclose_sheet *s = three_groups(30, 20, 4, false);

    (void)state;
    assert_true(disclose_is_few(s, 0, 3));
    assert_false(disclose_is_few(s, 0, 2));
    assert_int_equal(disclose_group(s, 2), disclose_group(s, 3));
    check_units(s, "ssww"); /* the small one and the other one alike */
}

static void a_question_few_answered_and_a_dimension_of_it(void **state)
{
    static const int64_t RESPONSES[] = {60, 20, 20, 20};
    struct disclose_sheet *s = disclose_sheet_new(4, 3); /* two questions, and their dimension */

    (void)state;
    describe_groups(s, RESPONSES, false, true);
    for (size_t g = 0; g < 4; g++) {
        disclose_sheet_item(s, 0, g, g == 0 ? 42 : g == 1 ? 4 : 19, MIXED);
        disclose_sheet_item(s, 1, g, RESPONSES[g], MIXED);
        disclose_sheet_item(s, 2, g, RESPONSES[g], MIXED);
    }
    disclose_sheet_within(s, 2, 0);
    disclose_sheet_within(s, 2, 1);
    disclose_sheet_decide(s, DISCLOSE_K, 1);
    for (size_t g = 0; g < 4; g++) {
        assert_int_equal(disclose_group(s, g), DISCLOSE_SHOWN);
        assert_int_equal(disclose_item(s, 1, g), DISCLOSE_SHOWN); /* the other question is untouched */
    }
    assert_int_equal(disclose_item(s, 0, 1), DISCLOSE_WITHHELD);
    assert_int_equal(disclose_item(s, 0, 2), DISCLOSE_WITHHELD); /* its partners */
    assert_int_equal(disclose_item(s, 0, 3), DISCLOSE_WITHHELD);
    assert_int_equal(disclose_item(s, 2, 1), DISCLOSE_WITHHELD); /* the dimension follows its question */
    assert_int_equal(disclose_item(s, 2, 2), DISCLOSE_WITHHELD);
    assert_int_equal(disclose_item(s, 2, 3), DISCLOSE_WITHHELD);
    disclose_sheet_free(s);
}

/* Three classes (1, 2, 3) of a unit (0), of so many, with what they answered. */
static void check_classes_of(const int64_t responses[3], const int64_t n[3], const uint64_t answers[3],
                             const char *expected)
{
    const int64_t all[] = {responses[0] + responses[1] + responses[2], responses[0], responses[1],
                           responses[2]};
    struct disclose_sheet *s = disclose_sheet_new(4, 1);

    describe_groups(s, all, true, true);
    for (size_t g = 0; g < 4; g++) {
        disclose_sheet_item(s, 0, g, g == 0 ? n[0] + n[1] + n[2] : n[g - 1],
                            g == 0 ? answers[0] | answers[1] | answers[2] : answers[g - 1]);
    }
    disclose_sheet_decide(s, DISCLOSE_K, 1);
    check_units(s, expected);
}

static void check_classes(const int64_t n[3], const uint64_t answers[3], const char *expected)
{
    check_classes_of((const int64_t[]){20, 20, 20}, n, answers, expected);
}

/* What is left when the shown is taken away may be several groups, who all gave one answer. */
static void several_withheld_that_answered_alike(void **state)
{
    (void)state;
    check_classes((const int64_t[]){20, 20, 20}, (const uint64_t[]){MIXED, MIXED, MIXED}, "ssss");
    check_classes((const int64_t[]){20, 20, 20}, (const uint64_t[]){MIXED, 1, 2}, "swww");
    check_classes((const int64_t[]){20, 20, 20}, (const uint64_t[]){MIXED, 1, 1}, "swww");
    check_classes_of((const int64_t[]){20, 2, 3}, (const int64_t[]){20, 2, 3},
                     (const uint64_t[]){MIXED, 1, 1}, "swff"); /* five, all alike */
    check_classes_of((const int64_t[]){20, 2, 3}, (const int64_t[]){20, 2, 3},
                     (const uint64_t[]){MIXED, 1, 2}, "ssff");
    check_classes((const int64_t[]){0, 2, 3}, (const uint64_t[]){0, 1, 1}, "wwww");
}

/* The share of vet ej is told: where all of a class chose it, it is a group, although nobody counts. */
static void all_of_a_class_did_not_know(void **state)
{
    (void)state;
    check_classes((const int64_t[]){20, 20, 0}, (const uint64_t[]){MIXED, MIXED, 0}, "sssw");
    check_classes((const int64_t[]){20, 20, 0}, (const uint64_t[]){MIXED, MIXED, DISCLOSE_DONT_KNOW},
                  "swww"); /* neither may stand alone */
    check_classes((const int64_t[]){20, 6, 0}, (const uint64_t[]){MIXED, 1, DISCLOSE_DONT_KNOW}, "swww");
}

/* They stand for nobody beside a withheld group: the rest is still that group alone. A unit (0) is three
 * grades (1, 2, 3); the second is two classes (4, 5), the last of one pupil; all of the third chose vet ej.
 */
static void those_who_did_not_know_hide_nobody_else(void **state)
{
    static const int64_t RESPONSES[] = {44, 20, 14, 10, 7, 7}, N[] = {27, 20, 7, 0, 6, 1};
    static const size_t ATOMS_OF[][4] = {{1, 0}, {3, 0}, {4, 2, 0}, {5, 2, 0}}; /* each with its groups */
    struct disclose_sheet *s = disclose_sheet_new(6, 1);

    (void)state;
    for (size_t g = 0; g < 6; g++) {
        const struct disclose_about about = {.rank = g == 0  ? 0
                                                     : g < 4 ? 1
                                                             : 2,
                                             .responses = RESPONSES[g],
                                             .counted = true};

        disclose_sheet_group(s, g, &about);
        disclose_sheet_item(s, 0, g, N[g], g == 3 ? DISCLOSE_DONT_KNOW : MIXED);
    }
    for (size_t i = 0; i < 4; i++) {
        const size_t atom = disclose_sheet_atom(s, 0, RESPONSES[ATOMS_OF[i][0]]);

        for (size_t k = 0; k == 0 || ATOMS_OF[i][k - 1] != 0; k++)
            disclose_sheet_member(s, ATOMS_OF[i][k], atom);
    }
    disclose_sheet_decide(s, DISCLOSE_K, 1);
    assert_int_equal(disclose_item(s, 0, 5), DISCLOSE_WITHHELD);
    /* 0 - 1 - 4 is the one pupil of 5 */
    assert_false(shown(s, 0) && shown(s, 1) && shown(s, 4));
    disclose_sheet_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_withheld_follows),
        cmocka_unit_test(a_small_unit_takes_the_smallest_other_with_it),
        cmocka_unit_test(that_a_group_is_small_is_not_told_where_its_size_is_not),
        cmocka_unit_test(a_question_few_answered_and_a_dimension_of_it),
        cmocka_unit_test(several_withheld_that_answered_alike),
        cmocka_unit_test(all_of_a_class_did_not_know),
        cmocka_unit_test(those_who_did_not_know_hide_nobody_else),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
