/* `settings`: what the organisation tells about itself. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/cmd.h"
#include "core/base/mem.h"
#include "core/base/text.h"

const struct opt cmd_settings_options[] = {
    CMD_CONTACT,
    CMD_PUBLIC_URL,
    {.name = NULL},
};

enum { CONTACT_MAX_CHARS = 200 };

static const char CONTACT[] = "contact"; /* the setting's name */

/* One line that people can read; *contact is the caller's, NULL when none was given. */
bool cmd_contact_read(const struct args *a, char **contact, struct err *e)
{
    const char *given = args_text(a, "contact");
    char *copy = mem_dup(given);
    char *text = given != NULL ? text_trim(copy) : NULL;

    *contact = NULL;
    if (given == NULL)
        return true;
    if (*text == '\0')
        err_set(e, ERR_INPUT, "--contact is empty: give an address of e-mail, a number or a page");
    else if (!text_is_utf8(text, strlen(text)) || text_has_control(text, strlen(text)))
        err_set(e, ERR_INPUT, "--contact must be one line of UTF-8 text");
    else if (text_chars(text, strlen(text)) > CONTACT_MAX_CHARS)
        err_set(e, ERR_INPUT, "--contact is longer than %d characters: shorten it", CONTACT_MAX_CHARS);
    else
        *contact = mem_dup(text);
    free(copy);
    return *contact != NULL;
}

bool cmd_contact_keep(const struct args *a, struct store *s, struct err *e)
{
    char *contact = NULL;
    bool ok =
        cmd_contact_read(a, &contact, e) && (contact == NULL || store_setting_put(s, CONTACT, contact, e));

    free(contact);
    return ok;
}

bool cmd_contact_remind(struct store *s, struct err *e)
{
    char *contact = NULL;
    bool ok = store_setting_get(s, CONTACT, &contact, e);

    if (ok && contact == NULL)
        cmd_note(
            "the pages on privacy and accessibility can not say whom to turn to, as the law asks: tell with "
            "'tld-collector settings --contact TEXT'");
    free(contact);
    return ok;
}

static bool show(struct store *s, struct err *e)
{
    static const char *const names[] = {CONTACT, "public_url"};
    char *organisation = NULL;
    bool ok = store_organisation(s, &organisation, e);

    if (ok)
        printf("organisation: %s\n", organisation);
    for (size_t i = 0; ok && i < sizeof names / sizeof *names; i++) {
        char *value = NULL;

        ok = store_setting_get(s, names[i], &value, e);
        if (ok)
            printf("%s: %s\n", i == 0 ? "contact" : "public-url", value != NULL ? value : "(not set)");
        free(value);
    }
    free(organisation);
    return ok;
}

bool cmd_settings(const struct args *a, struct err *e)
{
    struct store *s = NULL;
    bool ok = cmd_store_open(a, STORE_WRITE, &s, e) && store_begin(s, e) && cmd_contact_keep(a, s, e) &&
              cmd_public_url_keep(a, s, e) && store_commit(s, e) && show(s, e);

    store_close(s);
    return ok;
}
