#ifndef TLD_TESTS_STORE_CHECK_H
#define TLD_TESTS_STORE_CHECK_H

/* What tests of the store ask of its answers, with the message in sight when it is another. Include cmocka.h
 * first. */

#include <stdbool.h>
#include <string.h>

#include "core/base/err.h"

static inline void is_true(bool ok, const struct err *e)
{
    if (!ok)
        fail_msg("%s", e->text);
}

static inline void fails_with(bool ok, struct err *e, enum err_kind kind)
{
    assert_false(ok);
    if (e->kind != kind)
        fail_msg("kind %d instead of %d: %s", e->kind, kind, e->text);
    assert_true(strlen(e->text) > 10);
    err_clear(e);
}

#endif
