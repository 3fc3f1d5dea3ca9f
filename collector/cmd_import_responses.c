/* `import responses`: an earlier round's answers, straight into sealed blocks. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/cmd.h"
#include "collector/import_csv.h"
#include "collector/import_responses.h"
#include "collector/pinned.h"

const struct opt cmd_import_responses_options[] = {
    {.name = "round", .value = "ROUND", .required = true, .help = "the round, as 2025-10"},
    {.name = "form", .value = "ID", .required = true, .help = "which of the round's forms was answered"},
    {.name = "dry-run", .help = "show what would change, and change nothing"},
    {.name = NULL},
};

/* What the steps share. */
struct import {
    struct store *store;
    const char *name; /* of the file */
    struct round round;
    struct pinned forms;
    const struct form *form;
    struct group *groups; /* of the round's school year */
    size_t group_count;
    struct import_responses responses;
    struct faults faults;
};

/* The round, its form and its classes. */
static bool load(struct import *im, const char *round, const char *form, struct err *e)
{
    if (!cmd_round_get(im->store, round, &im->round, e) || !pinned_load(im->store, round, &im->forms, e))
        return false;
    if (im->round.state != ROUND_SEALED && cmd_now_s() < im->round.closes_s)
        return err_set(
            e, ERR_STATE,
            "round %s is not over: its answers come in by its links (import is for earlier rounds)", round);
    im->form = pinned_by_id(&im->forms, form);
    if (im->form == NULL) {
        char *ids = pinned_ids(&im->forms);

        err_set(e, ERR_NOT_FOUND, "round %s has no form %.60s: it has %s", round, form, ids);
        free(ids);
        return false;
    }
    return store_group_list(im->store, NULL, round_school_year(round), &im->groups, &im->group_count, e);
}

/* A class that has answers in the round already gets no others; a round with answers by links is sealed
 * first. */
static bool check_counts(struct import *im, struct err *e)
{
    struct response_count *counts = NULL;
    size_t count = 0;
    bool ok = false;

    if (!store_response_counts(im->store, im->round.code, &counts, &count, e))
        return false;
    if (im->round.state != ROUND_SEALED && count > 0) {
        err_set(e, ERR_STATE, "round %s has answers and is not sealed: seal it first, with round seal",
                im->round.code);
        goto out;
    }
    for (size_t b = 0; b < im->responses.count; b++) {
        const struct import_block *block = &im->responses.blocks[b];

        for (size_t i = 0; i < count; i++) {
            if (counts[i].group_id == block->group->id &&
                memcmp(counts[i].form_hash, im->form->hash, FORM_HASH_BYTES) == 0)
                faults_add(
                    &im->faults, im->name, block->line, 0,
                    "class %s of unit %s already has %lld responses in round %s: they are not replaced",
                    block->group->name, block->group->unit_code, (long long)counts[i].responses,
                    im->round.code);
        }
    }
    ok = import_csv_verdict(im->name, &im->faults, e);
out:
    free(counts);
    return ok;
}

static bool put_blocks(struct import *im, struct err *e)
{
    for (size_t i = 0; i < im->responses.count; i++) {
        const struct import_block *from = &im->responses.blocks[i];
        struct block b = {.group_id = from->group->id,
                          .responses = from->responses,
                          .questions = (size_t)im->form->questions,
                          .answers = from->answers};

        memcpy(b.round, im->round.code, sizeof b.round);
        memcpy(b.form_hash, im->form->hash, FORM_HASH_BYTES);
        if (!store_block_add(im->store, &b, e))
            return err_prefix(e, "class %s of unit %s", from->group->name, from->group->unit_code);
    }
    return true;
}

/*
 * A round of the past opens or closes by the clock as soon as a collector serves. Without answers it holds
 * nothing that sealing could destroy, and sealed it takes blocks.
 */
static bool seal_empty(struct import *im, struct err *e)
{
    const char *code = im->round.code;

    if (im->round.state == ROUND_PLANNED || im->round.state == ROUND_SEALED)
        return true;
    if (im->round.state == ROUND_OPEN && !store_round_set_state(im->store, code, ROUND_CLOSED, e))
        return false;
    return store_round_seal(im->store, code, e);
}

static void print_notes(const struct import *im)
{
    const struct import_responses *r = &im->responses;
    size_t more = 0;
    const struct import_block *first = NULL;

    for (size_t i = 0; i < r->count; i++) {
        /* of others than pupils there may be several to each */
        if (im->form->audience == AUDIENCE_PUPIL &&
            r->blocks[i].responses > (size_t)r->blocks[i].group->enrolled && more++ == 0)
            first = &r->blocks[i];
    }
    if (more > 0)
        cmd_note("%zu class%s more responses than pupils enrolled, such as %s of unit %s: %zu of %d", more,
                 more == 1 ? " has" : "es have", first->group->name, first->group->unit_code,
                 first->responses, first->group->enrolled);
    if (r->blank > 0)
        cmd_note("%zu response%s no answer at all", r->blank, r->blank == 1 ? " has" : "s have");
}

static bool run(const struct args *a, struct import *im, struct err *e)
{
    const char *path = args_operand(a, 0);
    bool dry = args_flag(a, "dry-run");

    if (opt_progress())
        (void)fprintf(stderr, "reading %s …\n", im->name);
    if (!cmd_store_open(a, STORE_WRITE, &im->store, e) ||
        !load(im, args_text(a, "round"), args_text(a, "form"), e) ||
        !import_responses_file(path, im->form, im->groups, im->group_count, &im->responses, &im->faults, e) ||
        !check_counts(im, e))
        return false;
    if (im->responses.count == 0)
        return err_set(e, ERR_INPUT, "%s has no responses", im->name);
    if (opt_progress() && !dry)
        (void)fprintf(stderr, "storing %zu responses …\n", im->responses.responses);
    if (!dry && (!seal_empty(im, e) || !store_begin(im->store, e) || !put_blocks(im, e) ||
                 !store_commit(im->store, e)))
        return false; /* closing the handle rolls back */
    print_notes(im);
    printf("%s: %zu responses of %zu classes to form %s in round %s\n", im->name, im->responses.responses,
           im->responses.count, im->form->id, im->round.code);
    if (dry)
        printf("This was a preview: nothing has been changed.\n");
    return true;
}

bool cmd_import_responses(const struct args *a, struct err *e)
{
    struct import im = {.name = import_csv_name(args_operand(a, 0))};
    bool ok;

    pinned_init(&im.forms);
    faults_init(&im.faults);
    ok = run(a, &im, e);
    if (!ok) {
        faults_sort(&im.faults);
        faults_print(&im.faults);
    }
    store_close(im.store);
    import_responses_fini(&im.responses);
    pinned_fini(&im.forms);
    free(im.groups);
    faults_fini(&im.faults);
    return ok;
}
