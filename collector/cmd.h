#ifndef TLD_COLLECTOR_CMD_H
#define TLD_COLLECTOR_CMD_H

/*
 * The commands of tld-collector, one cmd_<name>.c each (or a few that belong together): an options table and
 * a function to run. main.c puts them into one table. Results go to standard output, notes and errors to
 * standard error; a command that fails leaves the store as it was.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/base/err.h"
#include "core/base/faults.h"
#include "core/base/opt.h"
#include "core/store/store.h"

#define CMD_CHECK __attribute__((warn_unused_result))

extern const struct opt cmd_init_options[];
extern const struct opt cmd_import_options[]; /* of all imports but that of responses */
extern const struct opt cmd_import_responses_options[];
extern const struct opt cmd_round_add_options[];
extern const struct opt cmd_round_show_options[];
extern const struct opt cmd_round_open_options[];
extern const struct opt cmd_access_list_options[];
extern const struct opt cmd_poster_options[];
extern const struct opt cmd_slips_options[];
extern const struct opt cmd_instructions_options[];
extern const struct opt cmd_forms_preview_options[];
extern const struct opt cmd_serve_options[];
extern const struct opt cmd_settings_options[];

bool cmd_init(const struct args *a, struct err *e) CMD_CHECK;
bool cmd_import_units(const struct args *a, struct err *e) CMD_CHECK;
bool cmd_import_groups(const struct args *a, struct err *e) CMD_CHECK;
bool cmd_import_successions(const struct args *a, struct err *e) CMD_CHECK;
bool cmd_import_targets(const struct args *a, struct err *e) CMD_CHECK;
bool cmd_import_responses(const struct args *a, struct err *e) CMD_CHECK;
bool cmd_round_add(const struct args *a, struct err *e) CMD_CHECK;
bool cmd_round_list(const struct args *a, struct err *e) CMD_CHECK;
bool cmd_round_show(const struct args *a, struct err *e) CMD_CHECK;
bool cmd_round_open(const struct args *a, struct err *e) CMD_CHECK;
bool cmd_round_close(const struct args *a, struct err *e) CMD_CHECK;
bool cmd_round_seal(const struct args *a, struct err *e) CMD_CHECK;
bool cmd_access_list(const struct args *a, struct err *e) CMD_CHECK;
bool cmd_poster(const struct args *a, struct err *e) CMD_CHECK;
bool cmd_slips(const struct args *a, struct err *e) CMD_CHECK;
bool cmd_instructions(const struct args *a, struct err *e) CMD_CHECK;
bool cmd_forms_check(const struct args *a, struct err *e) CMD_CHECK;
bool cmd_forms_preview(const struct args *a, struct err *e) CMD_CHECK;
bool cmd_serve(const struct args *a, struct err *e) CMD_CHECK;
bool cmd_settings(const struct args *a, struct err *e) CMD_CHECK;
bool cmd_backup(const struct args *a, struct err *e) CMD_CHECK;
bool cmd_restore(const struct args *a, struct err *e) CMD_CHECK;

/* ---- what several of them need --------------------------------------------------------------------------
 */

/* The option --public-url, for the tables of init, access list, poster and serve. */
#define CMD_PUBLIC_URL                                                                                       \
    {                                                                                                        \
        .name = "public-url", .value = "URL", .env = "TLD_PUBLIC_URL",                                       \
        .help = "what stands before the code in links, as https://tld.exempelkommun.se"                      \
    }

/* Opens the store that --store names. */
bool cmd_store_open(const struct args *a, enum store_mode mode, struct store **out, struct err *e) CMD_CHECK;

/* The round named by `code`, its state as the clock has it now (nothing is written). ERR_INPUT,
 * ERR_NOT_FOUND. */
bool cmd_round_get(struct store *s, const char *code, struct round *out, struct err *e) CMD_CHECK;

/*
 * The public address: --public-url, else TLD_PUBLIC_URL, else what init or serve has put into the store.
 * *url is the caller's. ERR_STATE when none is known.
 */
bool cmd_public_url(const struct args *a, struct store *s, char **url, struct err *e) CMD_CHECK;

/* Keeps the public address given to init or serve, if any, in the store. */
bool cmd_public_url_keep(const struct args *a, struct store *s, struct err *e) CMD_CHECK;

/* The option --contact, for init and settings. */
#define CMD_CONTACT                                                                                          \
    {                                                                                                        \
        .name = "contact", .value = "TEXT",                                                                  \
        .help = "whom to turn to with questions, as 'enkat@exempelkommun.se'"                                \
    }

#define CMD_DATA_PROTECTION                                                                                  \
    {                                                                                                        \
        .name = "data-protection", .value = "TEXT",                                                          \
        .help = "how the data protection officer is reached, as 'dso@exempelkommun.se'"                      \
    }
#define CMD_LEGAL_BASIS                                                                                      \
    {                                                                                                        \
        .name = "legal-basis", .value = "TEXT",                                                              \
        .help = "the legal basis that the organisation states, for the page on privacy"                      \
    }

/* Reads --contact (*contact NULL: not given; else the caller's), and keeps it in the store. ERR_INPUT. */
bool cmd_contact_read(const struct args *a, char **contact, struct err *e) CMD_CHECK;
bool cmd_contact_keep(const struct args *a, struct store *s, struct err *e) CMD_CHECK;

/* A note of the settings that the pages on privacy and accessibility need and the store lacks. */
bool cmd_settings_remind(struct store *s, struct err *e) CMD_CHECK;

/* Reads a form file. What is wrong with it goes to standard error as file:line:column, and a summary into e.
 * ERR_NOT_FOUND. *out is the caller's. */
bool cmd_form_load(const char *path, struct form **out, struct err *e) CMD_CHECK;

/* The same by what a user wrote: "grundskola-4-6" is the installed form of that id, anything with a '/' or an
 * ending is a file. */
bool cmd_form_named(const char *word, struct form **out, struct err *e) CMD_CHECK;

/* Seconds since 1970, UTC. */
int64_t cmd_now_s(void);

/* A remark on standard error that is no error. */
void cmd_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
