/* Goal: the figures of a table keep their digits however many persons it counts. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analysis/stat_table.h"
#include "tests/support/near.h"

enum { CELLS_MAX = 6 };

/* A hundred and fifty million persons; the figures are of 50-digit arithmetic. */
static const struct {
    size_t rows, columns;
    int64_t n[CELLS_MAX];
    double chisq, g, yates; /* 0: not of this shape, or nothing is left */
    double pearson[CELLS_MAX], standardised[CELLS_MAX];
} TABLES[] = {
    {.rows = 2,
     .columns = 3,
     .n = {12500377, 25000913, 37500129, 12499623, 25001087, 37497871},
     .chisq = 0.03763384199807256237631,
     .g = 0.0376338419951168043875,
     .pearson = {0.03973902517328396925643, -0.1120004844719484296399, 0.06850741813276078433679,
                 -0.03973977704275300025217, 0.1120026035411612232962, -0.06850871430537376508619},
     .standardised = {0.06156401547459959564804, -0.1939943047069416609052, 0.1370143055990363457335,
                      -0.06156401547459959564804, 0.1939943047069416609052, -0.1370143055990363457335}},
    {.rows = 2,
     .columns = 2,
     .n = {37500913, 37499129, 37496087, 37503871},
     .chisq = 0.6103112562898313343401,
     .g = 0.6103112567036989776466,
     .yates = 0.6100561361998230621904,
     .pearson = {0.3906198045901245753768, -0.3906041801104243146071, -0.3906200233372763950662,
                 0.3906043988488264232144},
     .standardised = {0.781224203599601318919, -0.781224203599601318919, -0.781224203599601318919,
                      0.781224203599601318919}},
    {.rows = 2,
     .columns = 2,
     .n = {3, 75000119, 14, 74999864},
     .chisq = 7.117683652224826457951,
     .g = 7.723065995745156519371,
     .yates = 5.882386141240781071151,
     .pearson = {-1.886487644732477935356, 0.0006350864121260545795614, 1.886490713421542569322,
                 -0.0006350874452007918727465},
     .standardised = {-2.667898733502609251155, 2.667898733502609251155, 2.667898733502609251155,
                      -2.667898733502609251155}},
    {.rows = 2, /* no cell is half a person from what is expected */
     .columns = 2,
     .n = {149999990, 3, 7, 0},
     .chisq = 1.400000093333338248889e-7,
     .g = 2.800000093333337045926e-7,
     .pearson = {-1.143095251401991594167e-11, 8.082903957255855239444e-8, 5.29150267504420819602e-8,
                 -0.0003741657386773941385584},
     .standardised = {-0.0003741657511495858768037, 0.0003741657511495858768037, 0.0003741657511495858768037,
                      -0.0003741657511495858768037}},
};

static void test_many_persons(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof TABLES / sizeof *TABLES; i++) {
        const struct stat_table t = {.n = TABLES[i].n, .rows = TABLES[i].rows, .columns = TABLES[i].columns};

        assert_near(stat_table_chisq(&t).statistic, TABLES[i].chisq, 1e-14);
        assert_near(stat_table_g(&t).statistic, TABLES[i].g, 1e-14);
        if (t.columns == 2)
            assert_near(stat_table_yates(&t).statistic, TABLES[i].yates, 1e-14);
        for (size_t c = 0; c < t.rows * t.columns; c++) {
            assert_near(stat_table_cell(&t, STAT_CELL_PEARSON, c / t.columns, c % t.columns).x,
                        TABLES[i].pearson[c], 1e-14);
            assert_near(stat_table_cell(&t, STAT_CELL_STANDARDISED, c / t.columns, c % t.columns).x,
                        TABLES[i].standardised[c], 1e-14);
        }
    }
}

/* Rows that are a multiple of each other have nothing to do with the columns: not almost nothing. */
static void test_independent(void **state)
{
    const int64_t n[] = {141041719, 266625202, 259923000, 987292033, 1866376414, 1819461000};
    const struct stat_table t = {.n = n, .rows = 2, .columns = 3};

    (void)state;
    assert_near(stat_table_chisq(&t).statistic, 0, 0);
    assert_near(stat_table_g(&t).statistic, 0, 0);
    assert_near(stat_table_chisq(&t).p, 1, 0);
    for (size_t c = 0; c < 6; c++)
        assert_near(stat_table_cell(&t, STAT_CELL_STANDARDISED, c / 3, c % 3).x, 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_many_persons),
                                       cmocka_unit_test(test_independent)};

    stat_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
