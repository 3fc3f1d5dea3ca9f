/* `forms check`. */

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/cmd.h"
#include "core/base/data_dir.h"
#include "core/base/mem.h"
#include "core/domain/form_load.h"

/* What has been checked so far. */
struct check {
    struct faults faults;
    size_t bad; /* files with faults */
};

static void check_file(struct check *c, const char *path)
{
    struct err e = ERR_INIT;
    struct form *f = NULL;
    size_t before = c->faults.count + c->faults.dropped;

    if (form_load(path, &f, &c->faults, &e)) {
        printf("%s: %s, version %d, %d questions\n", path, f->id, f->version, f->questions);
        form_free(f);
        return;
    }
    c->bad++;
    if (c->faults.count + c->faults.dropped == before)
        faults_add(&c->faults, path, 0, 0, "%s", e.text);
}

static int is_form_file(const struct dirent *d)
{
    size_t bytes = strlen(d->d_name);

    return bytes > 5 && d->d_name[0] != '.' && strcmp(d->d_name + bytes - 5, ".yaml") == 0;
}

static bool check_installed(struct check *c, struct err *e)
{
    char *dir = data_path("forms");
    struct dirent **names = NULL;
    int count = scandir(dir, &names, is_form_file, alphasort);
    bool ok = count > 0;

    if (count < 0)
        err_set_errno(e, errno, "can not read %s", dir);
    else if (count == 0)
        err_set(e, ERR_NOT_FOUND, "there are no forms in %s", dir);
    for (int i = 0; i < count; i++) {
        char *path = mem_printf("%s/%s", dir, names[i]->d_name);

        check_file(c, path);
        free(path);
        free(names[i]);
    }
    free(names);
    free(dir);
    return ok;
}

bool cmd_forms_check(const struct args *a, struct err *e)
{
    struct check c = {.bad = 0};
    size_t total = 0;
    bool ok = true;

    faults_init(&c.faults);
    if (args_operand(a, 0) == NULL)
        ok = check_installed(&c, e);
    for (size_t i = 0; args_operand(a, i) != NULL; i++)
        check_file(&c, args_operand(a, i));
    faults_print(&c.faults);
    total = c.faults.count + c.faults.dropped;
    if (ok && total > 0)
        ok = err_set(e, ERR_INPUT, "%zu fault%s in %zu file%s", total, total == 1 ? "" : "s", c.bad,
                     c.bad == 1 ? "" : "s");
    faults_fini(&c.faults);
    return ok;
}
