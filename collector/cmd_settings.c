/* `settings`: what the organisation tells about itself. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/cmd.h"
#include "core/base/buf.h"
#include "core/base/mem.h"
#include "core/base/text.h"

const struct opt cmd_settings_options[] = {
    CMD_CONTACT, CMD_DATA_PROTECTION, CMD_LEGAL_BASIS, CMD_PUBLIC_URL, {.name = NULL},
};

static const char CONTACT[] = "contact"; /* the option and the setting */

/* The settings that are a text for people to read, each of one line. */
static const struct text_setting {
    const char *option, *setting;
    size_t max_chars;
} TEXTS[] = {
    {CONTACT, CONTACT, 200},
    {"data-protection", "data_protection", 200},
    {"legal-basis", "legal_basis", 600},
};
enum { TEXT_COUNT = sizeof TEXTS / sizeof *TEXTS };

/* One line that people can read; *out is the caller's, NULL when none was given. */
static bool read_text(const struct args *a, const struct text_setting *t, char **out, struct err *e)
{
    const char *given = args_text(a, t->option);
    char *copy = mem_dup(given);
    char *text = given != NULL ? text_trim(copy) : NULL;

    *out = NULL;
    if (given == NULL)
        return true;
    if (*text == '\0')
        err_set(e, ERR_INPUT, "--%s is empty: give %s", t->option,
                t->option == CONTACT ? "an address of e-mail, a number or a page" : "a text");
    else if (!text_is_utf8(text, strlen(text)) || text_has_control(text, strlen(text)))
        err_set(e, ERR_INPUT, "--%s must be one line of UTF-8 text", t->option);
    else if (text_chars(text, strlen(text)) > t->max_chars)
        err_set(e, ERR_INPUT, "--%s is longer than %zu characters: shorten it", t->option, t->max_chars);
    else
        *out = mem_dup(text);
    free(copy);
    return *out != NULL;
}

static bool keep_text(const struct args *a, struct store *s, const struct text_setting *t, struct err *e)
{
    char *text = NULL;
    bool ok = read_text(a, t, &text, e) && (text == NULL || store_setting_put(s, t->setting, text, e));

    free(text);
    return ok;
}

static bool keep_texts(const struct args *a, struct store *s, struct err *e)
{
    bool ok = true;

    for (size_t i = 0; ok && i < TEXT_COUNT; i++)
        ok = keep_text(a, s, &TEXTS[i], e);
    return ok;
}

bool cmd_contact_read(const struct args *a, char **contact, struct err *e)
{
    return read_text(a, &TEXTS[0], contact, e);
}

bool cmd_contact_keep(const struct args *a, struct store *s, struct err *e)
{
    return keep_text(a, s, &TEXTS[0], e);
}

bool cmd_settings_remind(struct store *s, struct err *e)
{
    struct buf missing = BUF_INIT;
    bool ok = true;

    for (size_t i = 0; ok && i < TEXT_COUNT; i++) {
        char *value = NULL;

        ok = store_setting_get(s, TEXTS[i].setting, &value, e);
        if (ok && value == NULL)
            buf_addf(&missing, " --%s TEXT", TEXTS[i].option);
        free(value);
    }
    if (ok && missing.bytes > 0)
        cmd_note("the pages on privacy and accessibility can not say all that the law asks: tell with "
                 "'tld-collector settings%s'",
                 buf_str(&missing));
    buf_fini(&missing);
    return ok;
}

static bool show_setting(struct store *s, const char *option, const char *setting, struct err *e)
{
    char *value = NULL;
    bool ok = store_setting_get(s, setting, &value, e);

    if (ok)
        printf("%s: %s\n", option, value != NULL ? value : "(not set)");
    free(value);
    return ok;
}

static bool show(struct store *s, struct err *e)
{
    char *organisation = NULL;
    bool ok = store_organisation(s, &organisation, e);

    if (ok)
        printf("organisation: %s\n", organisation);
    for (size_t i = 0; ok && i < TEXT_COUNT; i++)
        ok = show_setting(s, TEXTS[i].option, TEXTS[i].setting, e);
    free(organisation);
    return ok && show_setting(s, "public-url", "public_url", e);
}

bool cmd_settings(const struct args *a, struct err *e)
{
    struct store *s = NULL;
    bool ok = cmd_store_open(a, STORE_WRITE, &s, e) && store_begin(s, e) && keep_texts(a, s, e) &&
              cmd_public_url_keep(a, s, e) && store_commit(s, e) && show(s, e);

    store_close(s);
    return ok;
}
