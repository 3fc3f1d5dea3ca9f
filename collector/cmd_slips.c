/* `slips`: one-time codes for a class, on paper. */

#include <stdlib.h>
#include <string.h>

#include "collector/cmd.h"
#include "collector/cmd_place.h"
#include "collector/slips.h"
#include "core/base/data_dir.h"
#include "core/base/file.h"
#include "core/base/mem.h"
#include "core/base/secret.h"

enum { COUNT_MAX = 2000, SPARE_LEAST = 2, SPARE_ONE_IN = 10 };

const struct opt cmd_slips_options[] = {
    {.name = "round", .value = "ROUND", .required = true, .help = "the round, as 2026-10"},
    {.name = "unit", .value = "CODE", .required = true, .help = "the school"},
    {.name = "group", .value = "NAME", .required = true, .help = "the class"},
    {.name = "form", .value = "ID", .help = "the form to answer (else the pupils')"},
    {.name = "count",
     .value = "N",
     .min = 1,
     .max = COUNT_MAX,
     .help = "how many slips (else one for each pupil who has not used one, and a few to spare; needed for "
             "staff and leaders)"},
    {.name = "add", .help = "the class's earlier slips stay good"},
    {.name = "replace", .help = "the class's unused slips become void"},
    {.name = "output",
     .value = "FILE",
     .required = true,
     .help = "the PDF to write, '-' for standard output"},
    CMD_PUBLIC_URL,
    {.name = NULL},
};

struct job {
    struct store *store;
    struct place place;
    const struct access *link; /* the class's */
    const struct form *form;
    struct code_place at;
    int64_t have, spent, answered; /* codes and responses of the class so far */
    struct print_text swedish, english;
    char (*codes)[ACCESS_CODE_BYTES];
    size_t count;
    struct buf pdf;
};

/* ---- what there is ------------------------------------------------------------------------------------- */

/* The class's link to the pupils' form, unless another was asked for. */
static bool choose_link(const struct args *a, struct job *j, struct err *e)
{
    for (size_t i = 0; i < j->place.link_count && j->link == NULL; i++) {
        const struct form *f = pinned_by_hash(&j->place.forms, j->place.links[i].form_hash);

        if (f != NULL && (args_given(a, "form") || f->audience == AUDIENCE_PUPIL)) {
            j->link = &j->place.links[i];
            j->form = f;
        }
    }
    if (j->link == NULL)
        return err_set(e, ERR_NOT_FOUND, "class %s has no pupils' form in round %s: name one with --form",
                       j->place.group.name, j->place.round.code);
    j->at = (struct code_place){
        .round = j->place.round.code, .group_id = j->place.group.id, .form_hash = j->link->form_hash};
    return true;
}

static bool is_here(const struct job *j, int64_t group_id, const uint8_t *form_hash)
{
    return group_id == j->at.group_id && memcmp(form_hash, j->at.form_hash, FORM_HASH_BYTES) == 0;
}

static bool count_all(struct job *j, struct err *e)
{
    struct code_count *codes = NULL;
    struct response_count *responses = NULL;
    size_t n = 0;
    bool ok = store_code_counts(j->store, j->at.round, &codes, &n, e);

    for (size_t i = 0; ok && i < n; i++)
        if (is_here(j, codes[i].group_id, codes[i].form_hash)) {
            j->have = codes[i].codes;
            j->spent = codes[i].spent;
        }
    ok = ok && store_response_counts(j->store, j->at.round, &responses, &n, e);
    for (size_t i = 0; ok && i < n; i++)
        if (is_here(j, responses[i].group_id, responses[i].form_hash))
            j->answered = responses[i].responses;
    free(codes);
    free(responses);
    return ok;
}

static bool decide(const struct args *a, struct job *j, struct err *e)
{
    int64_t waiting = j->place.group.enrolled - j->spent;
    int64_t spare = j->place.group.enrolled / SPARE_ONE_IN;

    if (j->place.round.state == ROUND_CLOSED || j->place.round.state == ROUND_SEALED)
        return err_set(e, ERR_STATE, "round %s is closed: nobody can answer by a slip any more",
                       j->place.round.code);
    if (args_flag(a, "add") && args_flag(a, "replace"))
        return err_set(e, ERR_INPUT,
                       "--add keeps the earlier slips and --replace makes them void: choose one");
    if (j->have > 0 && !args_flag(a, "add") && !args_flag(a, "replace"))
        return err_set(
            e, ERR_CONFLICT,
            "class %s has %lld slips already (%lld used): make more with --add, or void the unused "
            "with --replace",
            j->place.group.name, (long long)j->have, (long long)j->spent);
    if (args_flag(a, "add") && !args_given(a, "count"))
        return err_set(e, ERR_INPUT, "say with --count how many slips to add");
    if (!form_asks_enrolled(j->form) && !args_given(a, "count"))
        return err_set(e, ERR_INPUT,
                       "say with --count how many slips: how many are to answer form %s is not known",
                       j->form->id);
    if (j->have == 0 && j->answered > 0)
        cmd_note("%lld in class %s have answered already, without a slip", (long long)j->answered,
                 j->place.group.name);
    waiting = waiting > 0 ? waiting : 0;
    spare = spare > SPARE_LEAST ? spare : SPARE_LEAST;
    j->count = (size_t)(args_given(a, "count") ? args_number(a, "count") : waiting + spare);
    if (j->count > COUNT_MAX)
        j->count = COUNT_MAX;
    return true;
}

/* ---- making -------------------------------------------------------------------------------------------- */

static int by_text(const void *a, const void *b)
{
    return memcmp(a, b, ACCESS_CODE_BYTES);
}

/* Distinct codes in random order. */
static void draw_codes(struct job *j)
{
    bool twice = true;

    j->codes = mem_alloc(j->count, sizeof *j->codes);
    while (twice) {
        char(*sorted)[ACCESS_CODE_BYTES] = mem_alloc(j->count, sizeof *sorted);

        for (size_t i = 0; i < j->count; i++)
            access_code_make(j->codes[i], secret_uniform);
        memcpy(sorted, j->codes, j->count * sizeof *sorted);
        qsort(sorted, j->count, sizeof *sorted, by_text);
        twice = false;
        for (size_t i = 1; i < j->count; i++)
            twice = twice || by_text(sorted[i - 1], sorted[i]) == 0;
        secret_wipe(sorted, j->count * sizeof *sorted);
        free(sorted);
    }
}

static bool load_texts(struct job *j, struct err *e)
{
    char *dir = data_path("views/print");
    bool ok = print_text_load(dir, "sv", PRINT_SLIP, &j->swedish, e) &&
              print_text_load(dir, "en", PRINT_SLIP, &j->english, e);

    free(dir);
    return ok;
}

static bool draw(struct job *j, struct err *e)
{
    char *title = mem_printf("%s, %s, %s", j->place.unit.name, j->place.group.name, j->place.round.code);
    const struct slips slips = {.title = title,
                                .unit = j->place.unit.name,
                                .group = j->place.group.name,
                                .public_url = j->place.url,
                                .access_code = j->link->code,
                                .swedish = &j->swedish,
                                .english = &j->english,
                                .codes = (const char(*)[ACCESS_CODE_BYTES])j->codes,
                                .count = j->count};
    bool ok = slips_pdf(&slips, &j->pdf, e);

    free(title);
    return ok;
}

/* The file is written before the commit: codes that stand on no paper would lock the class out. Whoever reads
 * it can answer with them. */
static bool keep(const struct args *a, struct job *j, struct err *e)
{
    size_t dropped = 0;

    if (!store_begin(j->store, e))
        return false;
    if ((args_flag(a, "replace") && !store_codes_drop_unspent(j->store, &j->at, &dropped, e)) ||
        !store_codes_add(j->store, &j->at, (const char(*)[ACCESS_CODE_BYTES])j->codes, j->count, e) ||
        !file_write_private(args_text(a, "output"), j->pdf.data, j->pdf.bytes, e)) {
        store_rollback(j->store);
        return false;
    }
    if (!store_commit(j->store, e))
        return err_prefix(e, "the slips in %s are not good: make them again", args_text(a, "output"));
    if (dropped > 0)
        cmd_note("%zu unused slips of class %s are void now", dropped, j->place.group.name);
    return true;
}

bool cmd_slips(const struct args *a, struct err *e)
{
    struct job j = {.store = NULL};
    bool ok;

    place_init(&j.place);
    ok = cmd_store_open(a, STORE_WRITE, &j.store, e) && place_load(a, j.store, &j.place, e) &&
         choose_link(a, &j, e) && count_all(&j, e) && decide(a, &j, e) && load_texts(&j, e);
    if (ok) {
        draw_codes(&j);
        ok = draw(&j, e) && keep(a, &j, e);
        secret_wipe(j.codes, j.count * sizeof *j.codes);
    }
    free(j.codes);
    buf_fini(&j.pdf);
    print_text_fini(&j.swedish);
    print_text_fini(&j.english);
    place_fini(&j.place);
    store_close(j.store);
    return ok;
}
