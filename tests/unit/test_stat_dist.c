/* Goal: tails and quantiles agree with 40-digit arithmetic, also far out where GSL's t does not. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analysis/stat_base.h"
#include "analysis/stat_dist.h"
#include "tests/support/near.h"

/* Values from mpmath at 40 digits. */
static void test_tails(void **state)
{
    (void)state;
    assert_near(stat_t_two_sided(1, 1), 0.5, 1e-14);
    assert_near(stat_t_two_sided(-9, 35), 1.23887433012092014e-10, 1e-12);
    assert_near(stat_t_two_sided(12.3, 1000), 1.76739376636648775e-32, 1e-12);
    assert_near(stat_t_two_sided(40, 2000), 1.42786185335619706e-257, 1e-12);
    assert_near(stat_t_two_sided(0.3, 127.9), 0.764664184873719173, 1e-14);
    assert_near(stat_t_two_sided(5, 3000000), 5.73335356743660589e-7, 1e-12);
    assert_near(stat_t_two_sided(0, 5), 1, 1e-15);
    assert_near(stat_t_lower(-1, 1), 0.25, 1e-14);
    assert_near(stat_t_lower(1, 1), 0.75, 1e-14);
    assert_near(stat_f_upper(60, 5, 131), 3.19358222993867676e-32, 1e-12);
    assert_near(stat_f_upper(3.5, 900, 5000), 9.57195542492193713e-172, 1e-12);
    assert_near(stat_f_upper(3, 2, 1000000), 0.0497875164517032935, 1e-12);
    assert_near(stat_f_upper(0, 2, 3), 1, 0);
    assert_near(stat_chisq_upper(0, 2), 1, 0);
    assert_near(stat_chisq_upper(2, 2), exp(-1), 1e-14);
    assert_near(stat_normal_two_sided(-9.3), 1.4044568480883283e-20, 1e-12);
}

static void test_quantiles(void **state)
{
    (void)state;
    assert_near(stat_t_quantile(0.975, 2.5), 3.57465484200368313, 1e-14);
    assert_near(stat_t_quantile(0.025, 2.5), -3.57465484200368313, 1e-14);
    assert_near(stat_t_quantile(0.5, 2.5), 0, 0);
    assert_near(stat_f_quantile(0.975, 87, 261), 1.39080981434139027, 1e-13);
    /* I_x(a,1) = x^a and I_x(1,b) = 1-(1-x)^b */
    assert_near(stat_beta_quantile(1e-6, 900, 1), pow(1e-6, 1.0 / 900), 1e-14);
    assert_near(stat_beta_quantile(0.975, 1, 131), -expm1(log(0.025) / 131), 1e-13);
}

/* Each side of the mean is computed by itself; the two sides must make 1. */
static void test_beta_complements(void **state)
{
    const double shapes[] = {0.5, 1, 2, 7.5, 40, 900};

    (void)state;
    for (size_t i = 0; i < 6; i++) {
        for (size_t j = 0; j < 6; j++) {
            for (int k = 1; k < 20; k++) {
                double x = k / 20.0, y = (20 - k) / 20.0;
                double sum =
                    stat_beta_cdf(x, y, shapes[i], shapes[j]) + stat_beta_cdf(y, x, shapes[j], shapes[i]);

                assert_near(sum, 1, 1e-14);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tails),
        cmocka_unit_test(test_quantiles),
        cmocka_unit_test(test_beta_complements),
    };

    stat_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
