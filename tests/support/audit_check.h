#ifndef TLD_TESTS_AUDIT_CHECK_H
#define TLD_TESTS_AUDIT_CHECK_H

/* What tests of the attacker ask of its findings. Include cmocka.h first. */

#include "tests/support/audit_scene.h"

#define U1 "10000001"
#define U2 "10000002"

enum { K = 5 };

static inline struct scene_counts counts(int a, int b, int c, int d, int dont_know, int none)
{
    return (struct scene_counts){{a, b, c, d}, dont_know, none};
}

static inline void attack(struct audit_run *r, const struct scene *a, const struct scene *b)
{
    const struct scene *const tables[] = {a, b};

    scene_attack(r, tables, b == NULL ? 1 : 2, K);
}

static inline void assert_count(const struct audit_run *r, const char *who, int option, int value,
                                enum audit_how how)
{
    const struct audit_finding *f =
        scene_finding(r, who, option == 0 ? AUDIT_OF_DONT_KNOW : AUDIT_OF_OPTION, option);

    assert_non_null(f);
    assert_true(f->least == value && f->most == value);
    assert_int_equal(f->verdict, value == 0 ? AUDIT_ZERO : AUDIT_DETERMINED);
    assert_int_equal(f->how, how);
}

static inline void assert_open(const struct audit_run *r, const char *who, int option, int least, int most)
{
    const struct audit_finding *f = scene_finding(r, who, AUDIT_OF_OPTION, option);

    assert_non_null(f);
    assert_true(f->least == least && f->most == most);
    assert_int_equal(f->verdict, AUDIT_OPEN);
}

static inline void assert_mean(const struct audit_run *r, const char *who, double mean, double within,
                               enum audit_how how)
{
    const struct audit_finding *f = scene_finding(r, who, AUDIT_OF_MEAN, 0);

    assert_non_null(f);
    assert_true(f->least >= mean - within && f->most <= mean + within);
    assert_int_equal(f->verdict, AUDIT_DETERMINED);
    assert_int_equal(f->how, how);
}

static inline void assert_clean(struct audit_run *r)
{
    struct err e = ERR_INIT;

    if (r->findings.verdicts[AUDIT_DETERMINED] > 0) {
        for (size_t i = 0; i < r->findings.count; i++) {
            if (r->findings.at[i].verdict == AUDIT_DETERMINED)
                print_error("%s: %d %d is %g\n", r->findings.at[i].who, (int)r->findings.at[i].what,
                            r->findings.at[i].option, r->findings.at[i].least);
        }
    }
    assert_int_equal(r->findings.verdicts[AUDIT_DETERMINED], 0);
    assert_true(audit_run_verdict(r, &e));
}

#endif
