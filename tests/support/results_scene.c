#include "tests/support/results_scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/stat_base.h"
#include "core/base/buf.h"
#include "core/base/day.h"
#include "core/base/faults.h"
#include "core/base/mem.h"
#include "core/base/secret.h"
#include "core/domain/form_load.h"
#include "core/store/store.h"
#include "tests/support/store_scene.h"

static void must(bool ok, const struct err *e)
{
    if (!ok) {
        (void)fprintf(stderr, "results scene: %s\n", e->text);
        abort();
    }
}

/* ---- the form -------------------------------------------------------------------------------------------
 */

static const char HEAD[] = "audience: pupil\n"
                           "school_forms: [grundskola]\n"
                           "presentation: page\n"
                           "languages:\n  - {code: sv, reviewed: yes}\n"
                           "title: {sv: Prov}\n"
                           "intro: {sv: Svara.}\n"
                           "dimensions:\n"
                           "  - {id: trygghet, text: {sv: Trygghet}}\n"
                           "  - {id: delaktighet, text: {sv: Delaktighet}}\n"
                           "scales:\n"
                           "  - id: fyra\n"
                           "    options:\n"
                           "      - {code: 1, text: {sv: Aldrig}}\n"
                           "      - {code: 2, text: {sv: Sällan}}\n"
                           "      - {code: 3, positive: yes, text: {sv: Ofta}}\n"
                           "      - {code: 4, positive: yes, text: {sv: Alltid}}\n"
                           "    dont_know: {text: {sv: Vet inte}}\n"
                           "  - id: omvand\n"
                           "    options:\n"
                           "      - {code: 1, positive: yes, text: {sv: Aldrig}}\n"
                           "      - {code: 2, positive: yes, text: {sv: Sällan}}\n"
                           "      - {code: 3, text: {sv: Ofta}}\n"
                           "      - {code: 4, text: {sv: Alltid}}\n"
                           "    dont_know: {text: {sv: Vet inte}}\n"
                           "  - id: kon\n"
                           "    options:\n"
                           "      - {code: 1, gender: girl, text: {sv: Flicka}}\n"
                           "      - {code: 2, gender: boy, text: {sv: Pojke}}\n"
                           "      - {code: 3, gender: other, text: {sv: Annat}}\n"
                           "      - {code: 4, gender: unsaid, text: {sv: Vill inte svara}}\n"
                           "questions:\n"
                           "  - {id: q1, dimension: trygghet, scale: fyra, text: {sv: Trygg?}}\n";
static const char TAIL[] = "background:\n"
                           "  - {id: kon, scale: kon, gender: yes, text: {sv: Är du?}}\n";
static const char *const MIDDLE[2] = {
    "  - {id: q2, dimension: trygghet, scale: fyra, text: {sv: Lugn?}}\n"
    "  - {id: q3, dimension: trygghet, scale: omvand, reversed: yes, text: {sv: Rädd?}}\n"
    "  - {id: q4, dimension: delaktighet, scale: fyra, text: {sv: Med?}}\n"
    "  - {id: q5, dimension: delaktighet, scale: fyra, text: {sv: Hörd?}}\n",
    "  - {id: q2b, dimension: trygghet, scale: fyra, continues: q2, text: {sv: Är det lugnt?}}\n"
    "  - {id: q3, dimension: trygghet, scale: omvand, reversed: yes, text: {sv: Rädd?}}\n"
    "  - {id: q4, dimension: delaktighet, scale: fyra, text: {sv: Med?}}\n"
    "  - {id: q5, dimension: delaktighet, scale: fyra, text: {sv: Lyssnar någon?}}\n"};

static struct form *make_form(int version)
{
    struct buf text = BUF_INIT;
    struct form *f = NULL;
    struct faults faults;
    struct err e = ERR_INIT;

    buf_addf(&text, "id: prov\nversion: %d\n%s%s%s", version, HEAD, MIDDLE[version - 1], TAIL);
    faults_init(&faults);
    if (!form_parse("prov", buf_str(&text), text.bytes, &f, &faults, &e)) {
        faults_print(&faults);
        must(false, &e);
    }
    faults_fini(&faults);
    buf_fini(&text);
    return f;
}

/* ---- the answers ----------------------------------------------------------------------------------------
 */

static const struct {
    const char *round, *unit, *group;
    int grade, enrolled;
    size_t responses;
} CLASSES[] = {
    {"2025-10", "10000001", "4A", 4, 50, 44}, {"2025-10", "10000001", "5A", 5, 51, 40},
    {"2025-10", "10000002", "4A", 4, 25, 21}, {"2025-10", "10000002", "4B", 4, 24, 24},
    {"2025-10", "10000002", "5A", 5, 22, 20}, {"2025-10", "10000003", "4A", 4, 9, 8},
    {"2025-10", "10000004", "4A", 4, 28, 27}, {"2025-10", "10000004", "5A", 5, 26, 22},
    {"2026-04", "10000001", "4A", 4, 50, 45}, {"2026-04", "10000001", "5A", 5, 51, 43},
    {"2026-04", "10000002", "4A", 4, 25, 20}, {"2026-04", "10000002", "4B", 4, 24, 22},
    {"2026-04", "10000002", "5A", 5, 22, 21}, {"2026-04", "10000003", "4A", 4, 9, 7},
    {"2026-04", "10000004", "4A", 4, 28, 26}, {"2026-04", "10000004", "5A", 5, 26, 25},
    {"2026-10", "10000001", "4A", 4, 40, 30}, {"2026-10", "10000001", "5A", 5, 38, 32},
    {"2026-10", "10000002", "4A", 4, 25, 22}, {"2026-10", "10000002", "4B", 4, 25, 23},
    {"2026-10", "10000002", "5A", 5, 20, 3},  {"2026-10", "10000003", "4A", 4, 6, 4},
    {"2026-10", "10000004", "4A", 4, 29, 28}, {"2026-10", "10000004", "5A", 5, 27, 27},
};

static uint32_t seed;

static unsigned draw(unsigned bound)
{
    seed = seed * 1664525 + 1013904223;
    return (seed >> 16) % bound;
}

/* Which answer to q1 person number n of Eken gives, so that the counts are those of the reference. */
static uint8_t reference_answer(const size_t count[4], size_t n)
{
    uint8_t code = 0;

    while (n >= count[code])
        n -= count[code++];
    return (uint8_t)(code + 1);
}

static void make_answers(struct results_block *b, size_t *eken)
{
    static const size_t APRIL[4] = {6, 14, 38, 30}, OCTOBER[4] = {2, 5, 21, 34};
    const bool good = strcmp(b->unit_code, "10000004") == 0 && strcmp(b->round, "2026-10") == 0;

    for (size_t i = 0; i < b->responses; i++) {
        const unsigned mood = draw(3);

        for (size_t q = 0; q < RESULTS_QUESTIONS - 1; q++) {
            const unsigned r = draw(100);
            unsigned code = 1 + (mood + draw(4)) / 2 + (draw(4) == 0) + (good && q != 2);

            code = code > 4 ? 4 : code;
            b->answers[q * b->responses + i] = r < 4 ? ANSWER_NONE : r < 9 ? ANSWER_DONT_KNOW : (uint8_t)code;
        }
        b->answers[(RESULTS_QUESTIONS - 1) * b->responses + i] =
            (uint8_t)(draw(20) == 0 ? draw(3) == 0 ? 3 : 4 : 1 + draw(2));
        if (strcmp(b->unit_code, "10000001") == 0 && strcmp(b->round, "2025-10") != 0)
            b->answers[i] = reference_answer(strcmp(b->round, "2026-04") == 0 ? APRIL : OCTOBER, (*eken)++);
    }
}

/* ---- the store ------------------------------------------------------------------------------------------
 */

static void add_units(struct store *s)
{
    static const char *const UNITS[][3] = {{"10000001", "Eken", "Norr"},
                                           {"10000002", "Linden", "Söder"},
                                           {"10000003", "Rönnen", ""},
                                           {"10000004", "Asken; södra", "Norr"}};
    struct err e = ERR_INIT;
    enum store_change change;

    for (size_t i = 0; i < 4; i++) {
        struct unit u = {.school_forms = 1U << SCHOOL_FORM_GRUNDSKOLA};

        (void)snprintf(u.code, sizeof u.code, "%s", UNITS[i][0]);
        (void)snprintf(u.name, sizeof u.name, "%s", UNITS[i][1]);
        (void)snprintf(u.area, sizeof u.area, "%s", UNITS[i][2]);
        must(store_unit_put(s, &u, &change, &e), &e);
    }
}

static void add_targets(struct store *s)
{
    static const struct target TARGETS[] = {{.unit_code = "10000001",
                                             .dimension = "trygghet",
                                             .question = "q1",
                                             .measure = TARGET_SHARE_POSITIVE,
                                             .direction = TARGET_AT_LEAST,
                                             .value = 0.8},
                                            {.unit_code = "10000003",
                                             .dimension = "trygghet",
                                             .measure = TARGET_INDEX,
                                             .direction = TARGET_AT_LEAST,
                                             .value = 70},
                                            {.unit_code = "10000004",
                                             .dimension = "trygghet",
                                             .question = "q3",
                                             .measure = TARGET_MEAN,
                                             .direction = TARGET_AT_MOST,
                                             .value = 2.5}};
    struct err e = ERR_INIT;
    enum store_change change;

    for (size_t i = 0; i < sizeof TARGETS / sizeof TARGETS[0]; i++) {
        struct target t = TARGETS[i];

        (void)snprintf(t.form, sizeof t.form, "prov");
        (void)snprintf(t.round, sizeof t.round, "2026-10");
        must(store_target_put(s, &t, &change, &e), &e);
    }
}

static void add_block(struct store *s, struct results_scene *scene, size_t i, size_t *eken)
{
    struct results_block *b = &scene->block[scene->blocks++];
    const struct form *f = scene->form[strcmp(CLASSES[i].round, "2026-10") == 0];
    struct group g = {.school_year = round_school_year(CLASSES[i].round),
                      .school_form = SCHOOL_FORM_GRUNDSKOLA,
                      .grade = CLASSES[i].grade,
                      .enrolled = CLASSES[i].enrolled};
    struct block block = {.questions = RESULTS_QUESTIONS, .responses = CLASSES[i].responses};
    struct err e = ERR_INIT;
    enum store_change change;

    (void)snprintf(g.unit_code, sizeof g.unit_code, "%s", CLASSES[i].unit);
    (void)snprintf(g.name, sizeof g.name, "%s", CLASSES[i].group);
    must(store_group_put(s, &g, &change, &e), &e);
    must(store_group_find(s, g.unit_code, g.school_year, g.name, &g, &e), &e);
    *b = (struct results_block){.round = CLASSES[i].round,
                                .unit_code = CLASSES[i].unit,
                                .group = CLASSES[i].group,
                                .grade = CLASSES[i].grade,
                                .group_id = g.id,
                                .responses = CLASSES[i].responses,
                                .answers = mem_alloc(CLASSES[i].responses, RESULTS_QUESTIONS)};
    make_answers(b, eken);
    memcpy(block.round, b->round, sizeof block.round);
    memcpy(block.form_hash, f->hash, sizeof block.form_hash);
    block.group_id = g.id;
    block.answers = b->answers;
    must(store_block_add(s, &block, &e), &e);
}

static void add_rounds(struct store *s, struct results_scene *scene)
{
    static const char *const ROUNDS[] = {"2025-10", "2026-04", "2026-10"};
    struct err e = ERR_INIT;

    for (size_t r = 0; r < 3; r++) {
        const struct form *f = scene->form[r == 2];
        struct round round = {.opens_s = 1000, .closes_s = 2000};
        size_t eken = 0;

        (void)snprintf(round.code, sizeof round.code, "%s", ROUNDS[r]);
        must(store_round_add(s, &round, &f, 1, &e), &e);
        for (size_t i = 0; i < sizeof CLASSES / sizeof CLASSES[0]; i++) {
            if (strcmp(CLASSES[i].round, ROUNDS[r]) == 0)
                add_block(s, scene, i, &eken);
        }
    }
}

static void scene_make(struct results_scene *scene)
{
    char folder[] = "/tmp/tld-results-XXXXXX";
    struct store *s = NULL;
    struct err e = ERR_INIT;

    memset(scene, 0, sizeof *scene);
    seed = 2026;
    must(secret_init(&e), &e);
    if (mkdtemp(folder) == NULL)
        abort();
    scene->folder = mem_dup(folder);
    scene->address = mem_printf("%s/tld.db", folder);
    for (int v = 1; v <= 2; v++)
        scene->form[v - 1] = make_form(v);
    must(store_create(scene->address, "Exempelkommun", &e), &e);
    must(store_open(scene->address, STORE_WRITE, &s, &e), &e);
    add_units(s);
    add_targets(s);
    add_rounds(s, scene);
    store_close(s);
}

static void scene_clear(struct results_scene *scene)
{
    for (size_t i = 0; i < scene->blocks; i++)
        free(scene->block[i].answers);
    form_free(scene->form[0]);
    form_free(scene->form[1]);
    scene_remove(scene->folder);
    free(scene->folder);
    free(scene->address);
}

int results_scene_begin(void **state)
{
    struct results_scene *scene = mem_alloc(1, sizeof *scene);
    struct err e = ERR_INIT;

    stat_init();
    must(day_zone_init(&e), &e);
    scene_make(scene);
    *state = scene;
    return 0;
}

int results_scene_end(void **state)
{
    scene_clear(*state);
    free(*state);
    return 0;
}
