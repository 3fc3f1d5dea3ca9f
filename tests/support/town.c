#include "tests/support/town.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/base/faults.h"
#include "core/base/mem.h"
#include "core/base/secret.h"
#include "core/domain/form_load.h"
#include "tests/support/store_scene.h"

static void must(bool ok, const struct err *e)
{
    if (!ok) {
        (void)fprintf(stderr, "town: %s\n", e->text);
        abort();
    }
}

void town_init(struct town *t)
{
    char folder[] = "/tmp/tld-town-XXXXXX";
    struct err e = ERR_INIT;

    memset(t, 0, sizeof *t);
    must(secret_init(&e), &e);
    if (mkdtemp(folder) == NULL)
        abort();
    t->folder = mem_dup(folder);
    t->address = mem_printf("%s/tld.db", folder);
    must(store_create(t->address, "Exempelkommun", &e), &e);
    must(store_open(t->address, STORE_WRITE, &t->store, &e), &e);
}

void town_close(struct town *t)
{
    store_close(t->store);
    t->store = NULL;
}

void town_fini(struct town *t)
{
    town_close(t);
    for (size_t i = 0; i < t->forms; i++)
        form_free(t->form[i]);
    scene_remove(t->folder);
    free(t->folder);
    free(t->address);
}

void town_unit(struct town *t, const char *code, const char *area)
{
    struct unit u = {.school_forms = (1U << SCHOOL_FORM_COUNT) - 1};
    enum store_change change;
    struct err e = ERR_INIT;

    must(unit_set_code(&u, code, &e) && unit_set_name(&u, code, &e) && unit_set_area(&u, area, &e), &e);
    must(store_unit_put(t->store, &u, &change, &e), &e);
}

void town_succession(struct town *t, const char *predecessor, const char *successor, const char *from)
{
    struct succession l = {.from = ""};
    enum store_change change;
    struct err e = ERR_INIT;

    (void)snprintf(l.predecessor, sizeof l.predecessor, "%s", predecessor);
    (void)snprintf(l.successor, sizeof l.successor, "%s", successor);
    (void)snprintf(l.from, sizeof l.from, "%s", from);
    must(store_succession_put(t->store, &l, &change, &e), &e);
}

void town_target(struct town *t, const struct target *target)
{
    enum store_change change;
    struct err e = ERR_INIT;

    must(store_target_put(t->store, target, &change, &e), &e);
}

static const char BETWEEN[] = "audience: pupil\n"
                              "presentation: page\n"
                              "languages:\n  - {code: sv, reviewed: yes}\n"
                              "title: {sv: Prov}\n"
                              "intro: {sv: Svara.}\n";

/* What a form may name; only what it does name stands in its file. */
struct part {
    const char *named, *lines;
};
static const struct part DIMENSIONS[] = {
    {"dimension: trygghet", "  - {id: trygghet, text: {sv: Trygghet}}\n"},
    {"dimension: delaktighet", "  - {id: delaktighet, text: {sv: Delaktighet}}\n"}};
static const struct part SCALES[] = {{"scale: fyra", "  - id: fyra\n"
                                                     "    options:\n"
                                                     "      - {code: 1, text: {sv: Aldrig}}\n"
                                                     "      - {code: 2, text: {sv: Sällan}}\n"
                                                     "      - {code: 3, positive: yes, text: {sv: Ofta}}\n"
                                                     "      - {code: 4, positive: yes, text: {sv: Alltid}}\n"
                                                     "    dont_know: {text: {sv: Vet inte}}\n"},
                                     {"scale: annan", "  - id: annan\n"
                                                      "    options:\n"
                                                      "      - {code: 1, text: {sv: Nej}}\n"
                                                      "      - {code: 2, text: {sv: Nja}}\n"
                                                      "      - {code: 3, positive: yes, text: {sv: Jo}}\n"
                                                      "      - {code: 4, positive: yes, text: {sv: Ja}}\n"},
                                     {"scale: omvand",
                                      "  - id: omvand\n"
                                      "    options:\n"
                                      "      - {code: 1, positive: yes, text: {sv: Aldrig}}\n"
                                      "      - {code: 2, positive: yes, text: {sv: Sällan}}\n"
                                      "      - {code: 3, text: {sv: Ofta}}\n"
                                      "      - {code: 4, text: {sv: Alltid}}\n"},
                                     {"scale: kon", "  - id: kon\n"
                                                    "    options:\n"
                                                    "      - {code: 1, gender: girl, text: {sv: Flicka}}\n"
                                                    "      - {code: 2, gender: boy, text: {sv: Pojke}}\n"
                                                    "      - {code: 3, gender: other, text: {sv: Annat}}\n"}};

static void add_parts(struct buf *text, const char *list, const struct part *part, size_t count,
                      const char *questions)
{
    buf_addf(text, "%s:\n", list);
    for (size_t i = 0; i < count; i++) {
        if (strstr(questions, part[i].named) != NULL)
            buf_adds(text, part[i].lines);
    }
}

const struct form *town_form(struct town *t, const char *head, const char *questions)
{
    struct buf text = BUF_INIT;
    struct form *f = NULL;
    struct faults faults;
    struct err e = ERR_INIT;

    if (t->forms == TOWN_FORMS_MAX)
        abort();
    buf_addf(&text, "%s%s", head, BETWEEN);
    add_parts(&text, "dimensions", DIMENSIONS, sizeof DIMENSIONS / sizeof *DIMENSIONS, questions);
    add_parts(&text, "scales", SCALES, sizeof SCALES / sizeof *SCALES, questions);
    buf_addf(&text, "questions:\n%s", questions);
    faults_init(&faults);
    if (!form_parse("form", buf_str(&text), text.bytes, &f, &faults, &e)) {
        faults_print(&faults);
        must(false, &e);
    }
    faults_fini(&faults);
    buf_fini(&text);
    t->form[t->forms++] = f;
    return f;
}

void town_round(struct town *t, const char *code, const struct form *const *forms, size_t count)
{
    struct round r = {.opens_s = 1000, .closes_s = 2000};
    struct err e = ERR_INIT;

    (void)snprintf(r.code, sizeof r.code, "%s", code);
    must(store_round_add(t->store, &r, forms, count, &e), &e);
}

/* Writes the answers that "1:3 4:12" stands for; how many there are. */
static size_t spread(const char *counts, uint8_t *out, size_t room)
{
    size_t persons = 0;

    for (const char *at = counts; *at != '\0'; at += strspn(at, " ")) {
        char *end;
        const long code = strtol(at, &end, 10);
        long n = *end == ':' ? strtol(end + 1, &end, 10) : -1;

        if (n < 0 || end == at)
            abort();
        for (; n > 0; n--) {
            if (persons == room)
                abort();
            out[persons++] = code == 9 ? ANSWER_DONT_KNOW : (uint8_t)code;
        }
        at = end;
    }
    return persons;
}

void town_class(struct town *t, const struct town_class *c)
{
    enum { PERSONS_MAX = 2000 };
    struct group g = {.school_year = round_school_year(c->round),
                      .school_form = c->school_form,
                      .grade = c->grade,
                      .enrolled = c->enrolled};
    struct block b = {.questions = (size_t)c->form->questions};
    uint8_t *answers = mem_alloc(b.questions + 1, PERSONS_MAX);
    enum store_change change;
    struct err e = ERR_INIT;

    (void)snprintf(g.unit_code, sizeof g.unit_code, "%s", c->unit);
    must(group_set_name(&g, c->group, &e), &e);
    must(store_group_put(t->store, &g, &change, &e), &e);
    must(store_group_find(t->store, c->unit, g.school_year, c->group, &g, &e), &e);
    for (size_t q = 0; q < b.questions; q++) {
        const size_t persons = spread(c->answers[q], answers + q * b.responses, PERSONS_MAX);

        if (q > 0 && persons != b.responses)
            abort();
        b.responses = persons;
    }
    (void)snprintf(b.round, sizeof b.round, "%s", c->round);
    memcpy(b.form_hash, c->form->hash, sizeof b.form_hash);
    b.group_id = g.id;
    b.answers = answers;
    must(store_block_add(t->store, &b, &e), &e);
    free(answers);
}
