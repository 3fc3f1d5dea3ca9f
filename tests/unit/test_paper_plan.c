/* Goal: the blocks of a paper form go on as few pages as hold them, none of which is left half empty, and
 * what is free on the fullest page goes between blocks. */

#include "collector/paper_plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* A head and then questions, all alike. */
static struct paper_plan plan_of(double head, double question, int questions)
{
    struct paper_plan p = {
        .block = {head}, .blocks = questions + 1, .gap = 10, .room = 250, .fill = 250, .spread = 10};

    for (int i = 1; i <= questions; i++)
        p.block[i] = question;
    return p;
}

/* The blocks of each page, as "4 4 3 ". */
static void assert_pages(const struct paper_plan *p, const char *want)
{
    char got[256] = "";
    size_t bytes = 0;

    for (int i = 0, n; i < p->blocks; i += n) {
        n = paper_plan_page(p, i);
        got[bytes++] = (char)('0' + n);
        got[bytes++] = ' ';
    }
    got[bytes] = '\0';
    assert_string_equal(got, want);
}

static void test_balance(void **state)
{
    static const struct {
        double head, question;
        int questions;
        const char *greedy, *balanced;
    } cases[] = {
        {40, 45, 10, "4 4 3 ", "4 4 3 "},     /* the head counts: three questions, four, three */
        {40, 50, 12, "4 4 4 1 ", "4 3 3 3 "}, /* no page of a single question */
        {20, 40, 8, "5 4 ", "5 4 "},          {20, 40, 5, "5 1 ", "3 3 "}, {20, 40, 4, "5 ", "5 "},
        {20, 300, 2, "1 1 1 ", "1 1 1 "}, /* higher than a page */
        {300, 40, 3, "1 3 ", "1 3 "},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct paper_plan p = plan_of(cases[i].head, cases[i].question, cases[i].questions);
        int pages = paper_plan_pages(&p);

        assert_pages(&p, cases[i].greedy);
        paper_plan_balance(&p);
        assert_pages(&p, cases[i].balanced);
        assert_int_equal(paper_plan_pages(&p), pages);
    }
}

static void test_spread(void **state)
{
    struct paper_plan full = plan_of(20, 50, 4), airy = plan_of(20, 50, 2), high = plan_of(20, 300, 1);

    (void)state;
    full.room = full.fill = 268;
    paper_plan_balance(&full);
    assert_float_equal(full.spread, 12, 1e-9); /* 48 are left for four gaps */
    paper_plan_balance(&airy);
    assert_float_equal(airy.spread, 18, 1e-9); /* and no more than that */
    paper_plan_balance(&high);
    assert_true(high.spread >= high.gap);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_balance),
        cmocka_unit_test(test_spread),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
