#include "core/domain/form_load.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/file.h"
#include "core/base/mem.h"
#include "core/base/secret.h"
#include "core/base/yaml.h"
#include "core/domain/form_read.h"

_Static_assert((int)FORM_SOURCE_MAX_BYTES <= (int)YAML_MAX_BYTES, "a form file must be readable whole");

static bool summary(const char *name, const struct faults *faults, size_t before, struct err *e)
{
    size_t n = faults->count + faults->dropped - before;

    return err_set(e, ERR_INPUT, "%s: %zu %s to mend in the form", name, n, n == 1 ? "fault" : "faults");
}

bool form_parse(const char *name, const char *text, size_t bytes, struct form **out, struct faults *faults,
                struct err *e)
{
    size_t before = faults->count + faults->dropped;
    bool ok = false;
    struct yaml *tree = NULL;
    struct form *f = NULL;

    *out = NULL;
    if (bytes > FORM_SOURCE_MAX_BYTES) {
        faults_add(faults, name, 0, 0, "the file has %zu bytes; a form may have %d", bytes,
                   FORM_SOURCE_MAX_BYTES);
        return err_set(e, ERR_LIMIT, "%s: too large for a form", name);
    }
    if (!yaml_parse(name, text, bytes, &tree, faults, e)) {
        (void)summary(name, faults, before, e);
        goto out;
    }
    f = mem_alloc(1, sizeof *f);
    form_read(name, tree, f, faults);
    faults_sort(faults);
    if (faults->count + faults->dropped > before) {
        (void)summary(name, faults, before, e);
        goto out;
    }
    f->source = mem_dup_bytes(text, bytes);
    f->source_bytes = bytes;
    secret_digest(text, bytes, f->hash);
    *out = f;
    f = NULL;
    ok = true;
out:
    form_free(f);
    yaml_free(tree);
    return ok;
}

/* A form is looked for by its id, so the file must be named after it. */
static bool check_name(const char *path, const struct form *f, struct faults *faults, struct err *e)
{
    const char *slash = strrchr(path, '/');
    const char *base = slash == NULL ? path : slash + 1;
    size_t n = strlen(f->id);

    if (strncmp(base, f->id, n) == 0 && strcmp(base + n, ".yaml") == 0)
        return true;
    faults_add(faults, path, 0, 0, "the form's id is '%s', so the file must be named %s.yaml", f->id, f->id);
    return err_set(e, ERR_INPUT, "%s: id and file name differ", path);
}

bool form_load(const char *path, struct form **out, struct faults *faults, struct err *e)
{
    bool ok = false;
    char *text = NULL;
    size_t bytes = 0;
    struct form *f = NULL;

    *out = NULL;
    if (!file_read(path, FORM_SOURCE_MAX_BYTES, &text, &bytes, e)) {
        faults_add(faults, path, 0, 0, "%s", e->text);
        goto out;
    }
    if (!form_parse(path, text == NULL ? "" : text, bytes, &f, faults, e))
        goto out;
    assert(f != NULL);
    if (!check_name(path, f, faults, e))
        goto out;
    *out = f;
    f = NULL;
    ok = true;
out:
    form_free(f);
    free(text);
    return ok;
}
