#ifndef TLD_TESTS_NEAR_H
#define TLD_TESTS_NEAR_H

/* Doubles compared by relative error; cmocka's own comparison is in single precision. Include after cmocka.h.
 */

#include <math.h>

#define assert_near(got, expected, relative)                                                                 \
    do {                                                                                                     \
        double near_got = (got), near_expected = (expected);                                                 \
        if (!(fabs(near_got - near_expected) <= (relative)*fabs(near_expected) + 1e-300))                    \
            fail_msg("%s is %.17g, not %.17g", #got, near_got, near_expected);                               \
    } while (0)

#endif
