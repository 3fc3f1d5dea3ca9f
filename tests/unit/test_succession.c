/* Goal: no unit carries on itself, by however long a way, and nothing is called a loop that is none. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/domain/succession.h"

enum { UNITS = 26, LINKS_MAX = 16 };

/* Links as "ab bc!", unit a before unit b; those on loops marked. */
static void check(const char *links)
{
    struct succession_link link[LINKS_MAX] = {{0}};
    bool looped[LINKS_MAX], expected[LINKS_MAX], any = false;
    size_t n = 0;

    for (const char *at = links; *at != '\0'; at += strspn(at, " !")) {
        link[n] = (struct succession_link){.predecessor = (size_t)(at[0] - 'a'),
                                           .successor = (size_t)(at[1] - 'a')};
        at += 2;
        expected[n] = *at == '!';
        any |= expected[n++];
    }
    assert_int_equal(succession_loops(link, n, UNITS, looped), any);
    for (size_t i = 0; i < n; i++) {
        if (looped[i] != expected[i])
            fail_msg("%s: link %zu", links, i + 1);
    }
}

static void loops_are_found(void **state)
{
    (void)state;
    check("");
    check("ab");
    check("ab bc ac");    /* two ways there, none back */
    check("ac bc cd ce"); /* merged, then split */
    check("ab! ba!");
    check("ab! bc! ca!");
    check("da ab! bc! ca! ce ef");          /* what leads in and out is no loop */
    check("ab! ba! bc! cd! dc! xy");        /* what lies between two loops is told with them */
    check("zy yx xw wv vu ut ts sr rq qp"); /* a long line */
    check("zy! yx! xw! wv! vz! ab");
}

/* All graphs on four units, against walking along the links. */
static void every_small_graph(void **state)
{
    (void)state;
    for (unsigned graph = 0; graph < 1U << 12; graph++) {
        struct succession_link link[12] = {{0}};
        bool looped[12], way[4][4] = {{false}}, any = false;
        size_t n = 0;

        for (unsigned bit = 0; bit < 12; bit++) {
            const unsigned from = bit / 3, to = bit % 3 + (bit % 3 >= from);

            if ((graph >> bit & 1) != 0) {
                link[n++] = (struct succession_link){.predecessor = from, .successor = to};
                way[from][to] = true;
            }
        }
        for (int via = 0; via < 4; via++)
            for (int i = 0; i < 4; i++)
                for (int j = 0; j < 4; j++)
                    way[i][j] |= way[i][via] && way[via][j];
        (void)succession_loops(link, n, 4, looped);
        for (size_t i = 0; i < n; i++) {
            bool before = false, behind = false; /* a loop that leads here, and one that this leads to */

            for (size_t u = 0; u < 4; u++) {
                before |= way[u][u] && (u == link[i].predecessor || way[u][link[i].predecessor]);
                behind |= way[u][u] && (u == link[i].successor || way[link[i].successor][u]);
            }
            assert_int_equal(looped[i], before && behind);
            any |= looped[i];
        }
        assert_int_equal(succession_loops(link, n, 4, looped), any);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(loops_are_found),
                                       cmocka_unit_test(every_small_graph)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
