#include "collector/installed.h"

#include <stdlib.h>

#include "core/base/data_dir.h"
#include "core/base/mem.h"
#include "core/domain/form_load.h"

char *installed_path(const char *id)
{
    char *name = mem_printf("forms/%s.yaml", id);
    char *path = data_path(name);

    free(name);
    return path;
}

bool installed_load(const char *path, struct form **out, struct err *e)
{
    struct faults faults;
    bool ok;

    faults_init(&faults);
    ok = form_load(path, out, &faults, e);
    if (!ok && e->kind != ERR_NOT_FOUND) {
        faults_sort(&faults);
        faults_print(&faults);
    }
    faults_fini(&faults);
    return ok;
}
