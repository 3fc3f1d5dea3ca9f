#include "collector/cmd.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "collector/link.h"
#include "core/base/data_dir.h"
#include "core/base/mem.h"
#include "core/domain/form_load.h"

static const char PUBLIC_URL[] = "public_url"; /* the setting's name */

bool cmd_store_open(const struct args *a, enum store_mode mode, struct store **out, struct err *e)
{
    const char *address = args_text(a, "store");

    if (store_open(address, mode, out, e))
        return true;
    /* An older schema can only be brought up to date by a writer; every command does that, readers as well.
     */
    if (mode == STORE_READ && e->kind == ERR_STATE) {
        struct store *writer = NULL;

        if (store_open(address, STORE_WRITE, &writer, e)) {
            store_close(writer);
            return store_open(address, mode, out, e);
        }
    }
    if (e->kind == ERR_NOT_FOUND)
        return err_set(e, ERR_NOT_FOUND,
                       "there is no store at %s: make one with 'tld-collector init', or name it with --store",
                       address);
    return false;
}

bool cmd_round_get(struct store *s, const char *code, struct round *out, struct err *e)
{
    if (!round_code_check(code, e))
        return false;
    if (!store_round_get(s, code, out, e)) {
        if (e->kind == ERR_NOT_FOUND)
            return err_set(e, ERR_NOT_FOUND, "there is no round %s: see 'tld-collector round list'", code);
        return false;
    }
    return true;
}

bool cmd_public_url(const struct args *a, struct store *s, char **url, struct err *e)
{
    const char *given = args_text(a, "public-url");

    *url = NULL;
    if (given != NULL)
        return public_url_read(given, url, e);
    if (!store_setting_get(s, PUBLIC_URL, url, e))
        return false;
    if (*url == NULL)
        return err_set(e, ERR_STATE,
                       "the address of the survey is not known yet: give it with --public-url, as "
                       "https://tld.exempelkommun.se");
    return true;
}

bool cmd_public_url_keep(const struct args *a, struct store *s, struct err *e)
{
    const char *given = args_text(a, "public-url");
    char *url = NULL;
    char *was = NULL;
    bool ok = true;

    if (given == NULL)
        return true;
    ok = public_url_read(given, &url, e) && store_setting_get(s, PUBLIC_URL, &was, e);
    if (ok && (was == NULL || strcmp(was, url) != 0))
        ok = store_setting_put(s, PUBLIC_URL, url, e);
    free(url);
    free(was);
    return ok;
}

bool cmd_form_load(const char *path, struct form **out, struct err *e)
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

bool cmd_form_named(const char *word, struct form **out, struct err *e)
{
    bool is_file = strchr(word, '/') != NULL || strchr(word, '.') != NULL;
    char *name = mem_printf("forms/%s.yaml", word);
    char *path = is_file ? mem_dup(word) : data_path(name);
    bool ok = cmd_form_load(path, out, e);

    if (!ok && e->kind == ERR_NOT_FOUND)
        err_set(e, ERR_NOT_FOUND, "there is no form %.60s (looked for %.400s)", word, path);
    free(path);
    free(name);
    return ok;
}

int64_t cmd_now_s(void)
{
    return (int64_t)time(NULL);
}

void cmd_note(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    (void)fputs("note: ", stderr);
    (void)vfprintf(stderr, fmt, ap);
    (void)fputc('\n', stderr);
    va_end(ap);
}
