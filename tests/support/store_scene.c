#include "tests/support/store_scene.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/secret.h"

static void must(bool ok, const struct err *e)
{
    if (!ok) {
        (void)fprintf(stderr, "scene: %s\n", e->text);
        abort();
    }
}

void scene_form(struct form *f, const char *id, int questions)
{
    memset(f, 0, sizeof *f);
    f->id = mem_dup(id);
    f->version = 1;
    f->questions = questions;
    f->source = mem_printf("id: %s\nversion: 1\nquestions: %d\n", id, questions);
    f->source_bytes = strlen(f->source);
    secret_digest(f->source, f->source_bytes, f->hash);
}

void scene_form_fini(struct form *f)
{
    free(f->id);
    free(f->source);
}

static void add_units(struct scene *s)
{
    static const char *const codes[] = {"eken", "linden"};
    struct err e = ERR_INIT;
    enum store_change change;

    for (int i = 0; i < SCENE_GROUPS; i++) {
        struct unit u = {.school_forms = 1u << SCHOOL_FORM_GRUNDSKOLA};
        struct group g = {
            .school_year = 2026, .school_form = SCHOOL_FORM_GRUNDSKOLA, .grade = 4 + i, .enrolled = 25};

        (void)snprintf(u.code, sizeof u.code, "%s", codes[i / 2]);
        (void)snprintf(u.name, sizeof u.name, "Skolan %s", codes[i / 2]);
        (void)snprintf(g.unit_code, sizeof g.unit_code, "%s", codes[i / 2]);
        (void)snprintf(g.name, sizeof g.name, "%dA", 4 + i);
        must(store_unit_put(s->store, &u, &change, &e), &e);
        must(store_group_put(s->store, &g, &change, &e), &e);
        must(store_group_find(s->store, g.unit_code, 2026, g.name, &g, &e), &e);
        s->group[i] = g.id;
    }
}

void scene_init(struct scene *s)
{
    const struct round r = {.code = "2026-10", .opens_s = 1000, .closes_s = 2000};
    const struct form *forms[] = {&s->form};
    const char *given = getenv("TLD_TEST_STORE");
    char folder[] = "/tmp/tld-store-XXXXXX";
    struct err e = ERR_INIT;

    memset(s, 0, sizeof *s);
    must(secret_init(&e), &e);
    if (mkdtemp(folder) == NULL)
        abort();
    s->folder = mem_dup(folder);
    s->address = given != NULL ? mem_dup(given) : mem_printf("%s/tld.db", folder);
    scene_form(&s->form, "grundskola-4-6", SCENE_QUESTIONS);
    must(store_create(s->address, "Exempelkommun", &e), &e);
    must(store_open(s->address, STORE_WRITE, &s->store, &e), &e);
    add_units(s);
    must(store_round_add(s->store, &r, forms, 1, &e), &e);
}

void scene_reopen(struct scene *s, enum store_mode mode)
{
    struct err e = ERR_INIT;

    store_close(s->store);
    s->store = NULL;
    must(store_open(s->address, mode, &s->store, &e), &e);
}

void scene_remove(const char *folder)
{
    DIR *d = opendir(folder);
    struct dirent *entry;

    while (d != NULL && (entry = readdir(d)) != NULL) {
        char *path = mem_printf("%s/%s", folder, entry->d_name);

        (void)unlink(path);
        free(path);
    }
    if (d != NULL)
        (void)closedir(d);
    (void)rmdir(folder);
}

void scene_fini(struct scene *s)
{
    store_close(s->store);
    scene_remove(s->folder);
    scene_form_fini(&s->form);
    free(s->address);
    free(s->folder);
}

void scene_nonce(uint64_t n, uint8_t nonce[SUBMISSION_NONCE_BYTES])
{
    static const struct secret key = {.bytes = {1}};

    secret_hash(&key, &n, sizeof n, nonce);
}

/* Digits of n in base 4, as options 1..4. */
void scene_answers(uint64_t n, uint8_t *answers, size_t questions)
{
    for (size_t q = 0; q < questions; q++, n /= 4)
        answers[q] = (uint8_t)(1 + n % 4);
}

int scene_begin(void **state)
{
    struct scene *s = mem_alloc(1, sizeof *s);

    scene_init(s);
    *state = s;
    return 0;
}

int scene_end(void **state)
{
    scene_fini(*state);
    free(*state);
    return 0;
}

void scene_set_state(struct scene *s, enum round_state to)
{
    struct err e = ERR_INIT;

    must(store_round_set_state(s->store, "2026-10", to, &e), &e);
}

void scene_seal(struct scene *s)
{
    struct err e = ERR_INIT;

    scene_set_state(s, ROUND_CLOSED);
    must(store_round_seal(s->store, "2026-10", &e), &e);
}

enum submission_outcome scene_put(struct scene *s, uint64_t n, int64_t group_id)
{
    uint8_t nonce[SUBMISSION_NONCE_BYTES];
    uint8_t answers[SCENE_QUESTIONS];
    struct submission sub = {.round = "2026-10",
                             .group_id = group_id,
                             .form_hash = s->form.hash,
                             .nonce = nonce,
                             .answers = answers,
                             .questions = SCENE_QUESTIONS};
    enum submission_outcome outcome = SUBMISSION_ROUND_CLOSED;
    struct err e = ERR_INIT;

    scene_nonce(n, nonce);
    scene_answers(n, answers, SCENE_QUESTIONS);
    must(store_response_put(s->store, &sub, &outcome, &e), &e);
    return outcome;
}

bool scene_places_read(const struct block *b, void *places, struct err *e)
{
    struct scene_places *p = places;
    uint8_t *person = mem_alloc(p->questions, 1);

    (void)e;
    for (size_t at = 0; at < b->responses; at++) {
        for (size_t q = 0; q < p->questions; q++)
            person[q] = b->answers[q * b->stride + at];
        for (size_t i = 0; i < p->persons; i++)
            if (memcmp(person, p->answers + i * p->questions, p->questions) == 0) {
                p->place[i] = (double)at;
                p->found++;
            }
    }
    free(person);
    return true;
}

uint8_t *scene_file(const char *path, size_t *bytes)
{
    FILE *f = fopen(path, "rb");
    uint8_t *all;
    long end;

    *bytes = 0;
    if (f == NULL)
        return NULL;
    (void)fseek(f, 0, SEEK_END);
    end = ftell(f);
    (void)fseek(f, 0, SEEK_SET);
    all = mem_alloc((size_t)end + 1, 1);
    *bytes = fread(all, 1, (size_t)end, f);
    (void)fclose(f);
    return all;
}

uint8_t *scene_bytes(const struct scene *s, const char *suffix, size_t *bytes)
{
    char *path = mem_printf("%s%s", s->address, suffix);
    uint8_t *all = scene_file(path, bytes);

    free(path);
    return all;
}
