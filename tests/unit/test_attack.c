/*
 * Goal: whatever municipality there is, an attacker who holds all that is exported of it learns nothing about
 * a withheld few: published, exported for both audiences as progression and as comparisons, and attacked by
 * the program that knows nothing of the engine. Two rounds with their changes give nothing away, nor does a
 * second release that differs by few together with the first. What the attacker says is true: each figure
 * lies within the bounds that it gives.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/audit_truth.h"

enum { K = 5, K_PUBLIC = 10 };

static const uint64_t SEEDS = UINT64_C(0x9E3779B97F4A7C15), LATE_SEEDS = UINT64_C(0xD1B54A32D192ED03);

/* What both audiences get of one release. */
static void export_both(const struct audit_town *t, struct audit_export x[2])
{
    audit_town_export(t, RELEASE_INTERNAL, 1, &x[0]);
    audit_town_export(t, RELEASE_PUBLIC, 1, &x[1]);
}

static void attack_town(unsigned number, uint64_t seed, size_t rounds)
{
    struct audit_town t;
    struct audit_export x[2];
    const struct audit_export *const both[] = {&x[0], &x[1]};
    char first[200];

    audit_town_make(&t, seed, rounds);
    export_both(&t, x);
    if (audit_truth_attack(&t, both, 2, K, 1, first) > 0)
        fail_msg("municipality %u: %s", number, first);
    if (audit_truth_attack(&t, &both[1], 1, K_PUBLIC, 1, first) > 0)
        fail_msg("municipality %u, for everybody: %s", number, first);
    audit_export_fini(&x[0]);
    audit_export_fini(&x[1]);
    audit_town_fini(&t);
}

static void nothing_of_a_few_is_found_out(void **state)
{
    (void)state;
    for (unsigned i = 1; i <= 40; i++)
        attack_town(i, SEEDS * i, 1);
}

/* With changes, and with targets: the columns of these tell nothing of what one of the rounds withholds. */
static void nothing_is_found_out_from_two_rounds(void **state)
{
    (void)state;
    for (unsigned i = 101; i <= 110; i++)
        attack_town(i, SEEDS * i, 2);
}

static void threads_decide_alike(void **state)
{
    (void)state;
    for (unsigned i = 1; i <= 4; i++) {
        struct audit_export one, many;
        struct audit_town t;

        audit_town_make(&t, SEEDS * i, 1);
        audit_town_export(&t, RELEASE_INTERNAL, 1, &one);
        audit_town_export(&t, RELEASE_INTERNAL, 4, &many);
        for (size_t table = 0; table < one.tables; table++)
            assert_string_equal(buf_str(&one.table[table]), buf_str(&many.table[table]));
        audit_export_fini(&one);
        audit_export_fini(&many);
        audit_town_fini(&t);
    }
}

/* A late class of one to six pupils, after a release: forty of 300 municipalities, of which nothing is found.
 */
static void two_releases_that_differ_by_few(void **state)
{
    (void)state;
    for (unsigned i = 15; i < 55; i++) {
        struct audit_export x[4];
        const struct audit_export *const all[] = {&x[0], &x[1], &x[2], &x[3]};
        struct audit_town t;
        char first[200];

        audit_town_make(&t, LATE_SEEDS * i, 1);
        export_both(&t, &x[0]);
        audit_town_late(&t, 1 + audit_town_draw(&t, 6));
        export_both(&t, &x[2]);
        if (audit_truth_attack(&t, all, 4, K, 2, first) > 0)
            fail_msg("municipality %u: %s", i, first);
        for (size_t j = 0; j < 4; j++)
            audit_export_fini(&x[j]);
        audit_town_fini(&t);
    }
}

/*
 * Municipalities in which something was found out before: that all girls of a unit answered alike, in the
 * first; of a few, after a class or three had come in late, in the others.
 */
static void what_was_found_out_is_not_any_more(void **state)
{
    static const struct {
        unsigned seed, lates;
    } FOUND[] = {{224, 0}, {41, 1}, {287, 1}, {163, 3}, {209, 3}, {219, 3}, {315, 3}, {330, 3}, {519, 3}};
    enum { RELEASES = 4 };

    (void)state;
    for (size_t i = 0; i < sizeof FOUND / sizeof FOUND[0]; i++) {
        struct audit_export x[2 * RELEASES];
        const struct audit_export *all[2 * RELEASES];
        struct audit_town t;
        char first[200];

        audit_town_make(&t, UINT64_C(0xA3B1954A32D192E3) * FOUND[i].seed, 1);
        for (unsigned r = 0; r <= FOUND[i].lates; r++) {
            if (r > 0)
                audit_town_late(&t, 1 + audit_town_draw(&t, 9));
            export_both(&t, &x[2 * r]);
            all[2 * r] = &x[2 * r];
            all[2 * r + 1] = &x[2 * r + 1];
        }
        if (audit_truth_attack(&t, all, 2 * (FOUND[i].lates + 1), K, (int)FOUND[i].lates + 1, first) > 0)
            fail_msg("municipality %u: %s", FOUND[i].seed, first);
        for (unsigned j = 0; j < 2 * (FOUND[i].lates + 1); j++)
            audit_export_fini(&x[j]);
        audit_town_fini(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_of_a_few_is_found_out),
        cmocka_unit_test(nothing_is_found_out_from_two_rounds),
        cmocka_unit_test(threads_decide_alike),
        cmocka_unit_test(two_releases_that_differ_by_few),
        cmocka_unit_test(what_was_found_out_is_not_any_more),
    };

    return cmocka_run_group_tests(tests, audit_town_begin, NULL);
}
