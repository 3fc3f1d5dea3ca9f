#include "tests/support/shipped.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/base/data_dir.h"
#include "core/base/day.h"
#include "core/base/mem.h"
#include "core/base/secret.h"
#include "core/domain/form_load.h"

static struct views *load(void)
{
    struct views *v = NULL;
    struct faults f;
    struct err e = ERR_INIT;
    char *dir = data_path("views");

    faults_init(&f);
    if (!views_load(dir, "", &v, &f, &e)) {
        faults_print(&f);
        fail_msg("%s", e.text);
    }
    faults_fini(&f);
    free(dir);
    return v;
}

struct form *shipped_form(const char *id)
{
    struct form *form = NULL;
    struct faults f;
    struct err e = ERR_INIT;
    char *path = mem_printf("forms/%s.yaml", id);
    char *full = data_path(path);

    faults_init(&f);
    if (!form_load(full, &form, &f, &e)) {
        faults_print(&f);
        fail_msg("%s", e.text);
    }
    faults_fini(&f);
    free(path);
    free(full);
    return form;
}

int shipped_begin(void **state)
{
    struct err e = ERR_INIT;

    if (!secret_init(&e) || !day_zone_init(&e))
        return -1;
    *state = load();
    return 0;
}

int shipped_end(void **state)
{
    views_free(*state);
    return 0;
}

struct view_form shipped_visit(const struct form *form, int language)
{
    return (struct view_form){.form = form,
                              .language = language,
                              .access = "ACDEFGHJ",
                              .organisation = "Exempelkommun",
                              .unit = "Björkskolan",
                              .group = "5B"};
}
