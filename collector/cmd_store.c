/* `init`, `backup` and `restore`: the store as a whole. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/cmd.h"
#include "collector/link.h"
#include "core/base/mem.h"
#include "core/base/text.h"

const struct opt cmd_init_options[] = {
    {.name = "organisation",
     .value = "NAME",
     .required = true,
     .help = "who is responsible, as 'Exempelkommun'"},
    CMD_CONTACT,
    CMD_PUBLIC_URL,
    {.name = NULL},
};

/* A name is shown on pages and posters: the rules of a unit's. */
static bool check_name(const char *name, char **out, struct err *e)
{
    struct unit u;

    *out = NULL;
    if (!unit_set_name(&u, name, e))
        return err_prefix(e, "--organisation");
    *out = mem_dup(u.name);
    return true;
}

bool cmd_init(const struct args *a, struct err *e)
{
    const char *address = args_text(a, "store");
    const char *given = args_text(a, "public-url");
    struct store *s = NULL;
    char *name = NULL;
    char *url = NULL;
    char *contact = NULL;
    bool ok = false;

    if (!check_name(args_text(a, "organisation"), &name, e) ||
        (given != NULL && !public_url_read(given, &url, e)) || !cmd_contact_read(a, &contact, e) ||
        !store_create(address, name, e))
        goto out;
    if ((given != NULL || contact != NULL) && (!store_open(address, STORE_WRITE, &s, e) ||
                                               !cmd_public_url_keep(a, s, e) || !cmd_contact_keep(a, s, e)))
        goto out;
    printf("%s is ready for %s\n"
           "its key is %s.key: keep a copy of it, apart from the backups\n",
           address, name, address);
    ok = true;
out:
    store_close(s);
    free(name);
    free(url);
    free(contact);
    return ok;
}

bool cmd_backup(const struct args *a, struct err *e)
{
    const char *file = args_operand(a, 0);
    struct store *s = NULL;
    bool ok = false;

    if (!cmd_store_open(a, STORE_READ, &s, e))
        goto out;
    if (opt_progress())
        (void)fprintf(stderr, "copying %s …\n", args_text(a, "store"));
    if (!store_backup(s, file, e))
        goto out;
    printf("%s is copied to %s\n", args_text(a, "store"), file);
    ok = true;
out:
    store_close(s);
    return ok;
}

bool cmd_restore(const struct args *a, struct err *e)
{
    const char *file = args_operand(a, 0);
    const char *address = args_text(a, "store");

    if (!store_restore(address, file, e))
        return false;
    printf("%s is as it was in %s\n", address, file);
    return true;
}
