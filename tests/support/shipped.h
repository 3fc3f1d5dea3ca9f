#ifndef TLD_TESTS_SHIPPED_H
#define TLD_TESTS_SHIPPED_H

/* The views and the forms as they come with the program. What can not be loaded fails the test. */

#include "collector/view.h"

/* For cmocka, before the first test and after the last: *state is the views. */
int shipped_begin(void **state);
int shipped_end(void **state);

/* Free with form_free. */
struct form *shipped_form(const char *id);

/* The form's page in a class, 5B of Björkskolan. */
struct view_form shipped_visit(const struct form *form, int language);

#endif
