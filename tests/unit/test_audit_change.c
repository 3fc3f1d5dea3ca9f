/* Goal: the attacker finds what a change tells of an earlier round that withholds it, and takes no change for
 * one from another round than it is from. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/audit_check.h"

static const struct csv_style ROUNDED = {.excel = false};

/* 4A is withheld in October; April's row tells its mean, 3.00 − (−0.33). */
static void test_change(void **state)
{
    struct scene s;
    struct audit_run r;

    (void)state;
    scene_init(&s, SCENE_PROGRESSION, ROUNDED);
    s.round = "2025-10";
    scene_withheld(&s, SCENE_CLASS(U1, "4A"), 6, "suppressed");
    scene_shown(&s, SCENE_CLASS(U1, "4B"), counts(1, 1, 2, 4, 0, 0));
    s.round = "2026-04";
    s.change = -1.0 / 3;
    scene_shown(&s, SCENE_CLASS(U1, "4A"), counts(1, 2, 3, 4, 0, 0));
    s.change = 0;
    scene_shown(&s, SCENE_CLASS(U1, "4B"), counts(1, 1, 2, 4, 0, 0));
    attack(&r, &s, NULL);
    assert_mean(&r, "unit " U1 ", class 4A", 20.0 / 6, 0.014, AUDIT_BY_CHANGE);
    audit_run_fini(&r);
    scene_fini(&s);
}

/* The same over the summer, where a class is another; and where shown rows speak against it. */
static void test_no_change(void **state)
{
    static const char *const ROUNDS[][2] = {{"2025-04", "2025-10"}, {"2025-10", "2026-04"}};

    (void)state;
    for (int i = 0; i < 2; i++) {
        struct scene s;
        struct audit_run r;

        scene_init(&s, SCENE_PROGRESSION, ROUNDED);
        s.round = ROUNDS[i][0];
        scene_withheld(&s, SCENE_CLASS(U1, "4A"), 6, "suppressed");
        scene_shown(&s, SCENE_CLASS(U1, "4B"), counts(1, 1, 2, 4, 0, 0));
        s.round = ROUNDS[i][1];
        s.change = -1.0 / 3;
        scene_shown(&s, SCENE_CLASS(U1, "4A"), counts(1, 2, 3, 4, 0, 0));
        s.change = 0.5; /* 4B had 3.13 then and has so now */
        scene_shown(&s, SCENE_CLASS(U1, "4B"), counts(1, 1, 2, 4, 0, 0));
        attack(&r, &s, NULL);
        assert_clean(&r);
        assert_int_equal(r.notes.count, i);
        audit_run_fini(&r);
        scene_fini(&s);
    }
}

/* A question worded anew carries on the old one, as the school's row shows. */
static void test_change_of_question(void **state)
{
    struct scene s;
    struct audit_run r;

    (void)state;
    scene_init(&s, SCENE_PROGRESSION, ROUNDED);
    s.round = "2025-10";
    scene_shown(&s, SCENE_UNIT(U1), counts(3, 5, 9, 20, 2, 1));
    scene_withheld(&s, SCENE_CLASS(U1, "4A"), 25, "suppressed");
    scene_withheld(&s, SCENE_CLASS(U1, "4B"), 15, "suppressed");
    s.round = "2026-04";
    s.question = "q-ny";
    s.change = 3.25 - 120.0 / 37;
    scene_shown(&s, SCENE_UNIT(U1), counts(1, 5, 8, 14, 0, 0)); /* 3.25 */
    s.change = -0.40;
    scene_shown(&s, SCENE_CLASS(U1, "4A"), counts(1, 2, 3, 4, 0, 0)); /* 3.00 */
    attack(&r, &s, NULL);
    assert_mean(&r, "unit " U1 ", class 4A", 3.40, 0.011, AUDIT_BY_CHANGE);
    audit_run_fini(&r);
    scene_fini(&s);
}

/* ---- rounds between ---------------------------------------------------------------------------------------
 */

static const struct scene_counts THEN = {{2, 4, 7, 7}, 0, 0}, NOW = {{1, 3, 7, 9}, 0, 0}; /* 2.95 and 3.20 */

/* Of that group one mean is told, of that round, and it is 2.95. */
static void assert_then(const struct audit_run *r, const char *who, const char *round)
{
    size_t told = 0;

    for (size_t i = 0; i < r->findings.count; i++) {
        const struct audit_finding *f = &r->findings.at[i];

        if (strcmp(f->who, who) != 0 || f->verdict != AUDIT_DETERMINED)
            continue;
        told++;
        assert_int_equal(f->what, AUDIT_OF_MEAN);
        assert_int_equal(f->how, AUDIT_BY_CHANGE);
        assert_string_equal(f->world->round, round);
        assert_true(f->least >= 2.939 && f->most <= 2.961);
    }
    assert_int_equal(told, 1);
}

static void show(struct scene *s, struct scene_who who, struct scene_counts c, double change)
{
    s->change = change;
    scene_shown(s, who, c);
}

static void show_or_withhold(struct scene *s, struct scene_who who, int responses, bool shown)
{
    if (shown)
        scene_shown(s, who, THEN);
    else
        scene_withheld(s, who, responses, "suppressed");
}

/* Of the first school nobody answered in the second round; the other school's rows bear each change out. */
static void add_nobody(struct scene *s, bool shown)
{
    scene_init(s, SCENE_PROGRESSION, ROUNDED);
    s->round = "2024-10";
    show_or_withhold(s, SCENE_UNIT(U1), 20, shown);
    show_or_withhold(s, SCENE_GENDER(U1, "flicka"), -1, shown);
    scene_shown(s, SCENE_UNIT(U2), NOW);
    s->round = "2025-10";
    scene_withheld(s, SCENE_UNIT(U1), 0, "too_few");
    scene_withheld(s, SCENE_GENDER(U1, "flicka"), -1, "suppressed");
    show(s, SCENE_UNIT(U2), THEN, -0.25);
    s->round = "2026-10";
    show(s, SCENE_UNIT(U1), NOW, 0.25);
    show(s, SCENE_GENDER(U1, "flicka"), NOW, 0.25);
    show(s, SCENE_UNIT(U2), NOW, 0.25);
}

/* A change passes over a round in which nobody of the group answered, and of a gender nobody of its unit. */
static void test_round_of_nobody(void **state)
{
    (void)state;
    for (int shown = 0; shown < 2; shown++) {
        struct scene s;
        struct audit_run r;

        add_nobody(&s, shown);
        attack(&r, &s, NULL);
        assert_int_equal(r.notes.count, 0);
        if (shown) {
            assert_clean(&r);
        } else {
            assert_then(&r, "unit " U1, "2024-10");
            assert_then(&r, "unit " U1 ", gender flicka", "2024-10");
        }
        audit_run_fini(&r);
        scene_fini(&s);
    }
}

/* Nobody at all answered: so neither did any girl. */
static void test_empty_round(void **state)
{
    const struct scene_who girls = SCENE_WHO("municipality", "", "gender", "flicka");
    struct scene s;
    struct audit_run r;

    (void)state;
    scene_init(&s, SCENE_PROGRESSION, ROUNDED);
    s.round = "2024-10";
    scene_withheld(&s, SCENE_ALL, 40, "suppressed");
    scene_withheld(&s, girls, -1, "suppressed");
    s.round = "2025-10";
    scene_withheld(&s, SCENE_ALL, 0, "too_few");
    scene_withheld(&s, girls, -1, "suppressed");
    s.round = "2026-10";
    scene_withheld(&s, SCENE_ALL, 40, "suppressed");
    show(&s, girls, NOW, 0.25);
    attack(&r, &s, NULL);
    assert_then(&r, "municipality, gender flicka", "2024-10");
    audit_run_fini(&r);
    scene_fini(&s);
}

/* Girls are withheld in the second round, nobody knows how many. Their change tells their mean then, unless
 * it goes with an older one that is shown. */
static void test_round_of_unknown_many(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct scene s;
        struct audit_run r;

        scene_init(&s, SCENE_PROGRESSION, ROUNDED);
        s.round = "2025-04";
        scene_shown(&s, SCENE_UNIT(U1), counts(4, 8, 14, 14, 0, 0));
        scene_shown(&s, SCENE_GENDER(U1, "flicka"), counts(1, 4, 8, 7, 0, 0)); /* 3.05 */
        s.round = "2025-10";
        show(&s, SCENE_UNIT(U1), counts(4, 8, 14, 14, 0, 0), 0);
        scene_withheld(&s, SCENE_GENDER(U1, "flicka"), -1, "suppressed");
        s.round = "2026-04";
        show(&s, SCENE_UNIT(U1), counts(4, 8, 14, 14, 0, 0), 0);
        show(&s, SCENE_GENDER(U1, "flicka"), NOW, i == 0 ? 0.15 : 0.25);
        attack(&r, &s, NULL);
        if (i == 0)
            assert_clean(&r);
        else
            assert_then(&r, "unit " U1 ", gender flicka", "2025-10");
        audit_run_fini(&r);
        scene_fini(&s);
    }
}

/* The change since the same month is from that round, or from other units' rows of it; never from an older.
 */
static void test_same_month(void **state)
{
    (void)state;
    for (int responses = 0; responses <= 20; responses += 20) {
        struct scene s;
        struct audit_run r;

        scene_init(&s, SCENE_PROGRESSION, ROUNDED);
        s.round = "2024-10";
        scene_withheld(&s, SCENE_UNIT(U1), 20, "suppressed");
        s.round = "2025-10";
        scene_withheld(&s, SCENE_UNIT(U1), responses, "suppressed");
        s.round = "2026-04";
        scene_withheld(&s, SCENE_UNIT(U1), 20, "suppressed");
        s.round = "2026-10";
        s.same_month = 0.25;
        scene_shown(&s, SCENE_UNIT(U1), NOW);
        attack(&r, &s, NULL);
        if (responses == 0)
            assert_clean(&r);
        else
            assert_then(&r, "unit " U1, "2025-10");
        audit_run_fini(&r);
        scene_fini(&s);
    }
}

static struct scene_who north(const char *unit)
{
    struct scene_who who = SCENE_UNIT(unit);

    who.area = "Norr";
    return who;
}

/* In the second round the area was one of its schools, and has no row: the change is from that school's.
 * Where nobody of it answered, it is from the round before. */
static void test_area_of_one_unit(void **state)
{
    (void)state;
    for (int answered = 0; answered < 2; answered++) {
        struct scene s;
        struct audit_run r;

        scene_init(&s, SCENE_PROGRESSION, ROUNDED);
        s.round = "2024-10";
        scene_withheld(&s, SCENE_AREA("Norr"), 40, "suppressed");
        scene_withheld(&s, north(U1), 20, "suppressed");
        scene_withheld(&s, north(U2), 20, "suppressed");
        s.round = "2025-10";
        if (answered)
            scene_shown(&s, north(U1), THEN);
        else
            scene_withheld(&s, north(U1), 0, "too_few");
        s.round = "2026-10";
        show(&s, SCENE_AREA("Norr"), NOW, 0.25);
        scene_withheld(&s, north(U1), 12, "suppressed");
        scene_withheld(&s, north(U2), 8, "suppressed");
        attack(&r, &s, NULL);
        if (answered)
            assert_clean(&r);
        else
            assert_then(&r, "area Norr", "2024-10");
        audit_run_fini(&r);
        scene_fini(&s);
    }
}

/* The second school is merged into the first; in the round before it had no answers. The change is from what
 * both had together the round before that, unless it does not go with it. */
static void test_merged_unit(void **state)
{
    static const double CHANGE[] = {0.14, 0.25}; /* from 3.06, from 2.95 */

    (void)state;
    for (int i = 0; i < 2; i++) {
        struct scene s;
        struct audit_run r;

        scene_init(&s, SCENE_PROGRESSION, ROUNDED);
        s.round = "2024-10";
        scene_shown(&s, SCENE_UNIT(U1), counts(2, 2, 6, 10, 0, 0)); /* 3.20 */
        scene_shown(&s, SCENE_UNIT(U2), counts(1, 3, 3, 3, 0, 0));  /* 2.80 */
        s.round = "2025-10";
        scene_withheld(&s, SCENE_UNIT(U1), 20, "suppressed");
        scene_withheld(&s, SCENE_UNIT(U2), 0, "too_few");
        s.round = "2026-10";
        show(&s, SCENE_UNIT(U1), NOW, CHANGE[i]);
        attack(&r, &s, NULL);
        if (i == 0)
            assert_clean(&r);
        else
            assert_then(&r, "unit " U1, "2025-10");
        audit_run_fini(&r);
        scene_fini(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_change),
        cmocka_unit_test(test_no_change),
        cmocka_unit_test(test_change_of_question),
        cmocka_unit_test(test_round_of_nobody),
        cmocka_unit_test(test_empty_round),
        cmocka_unit_test(test_round_of_unknown_many),
        cmocka_unit_test(test_same_month),
        cmocka_unit_test(test_area_of_one_unit),
        cmocka_unit_test(test_merged_unit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
