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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_change),
        cmocka_unit_test(test_no_change),
        cmocka_unit_test(test_change_of_question),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
