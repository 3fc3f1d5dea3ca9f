/*
 * Goal: what publishing costs, part by part, and that a unit costs no more where there are many.
 *
 * Invented municipalities of 15, 150 and 1,500 units (or of as many as are named): 12 classes each in three
 * grades, 20 questions and a gender, six rounds, none of them released before. Prints each part's time a
 * unit, on all processors, and the processors' time a unit, by which the sizes are compared. Exits 1 when a
 * unit costs more in the largest than in the smallest by a fifth, what two runs can differ by, or publishing
 * the last round for 15 units takes more than 5 s.
 */

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "analysis/compare.h"
#include "analysis/dataset.h"
#include "analysis/disclose_audit.h"
#include "analysis/disclose_vector.h"
#include "analysis/progression.h"
#include "analysis/publish.h"
#include "analysis/report_json.h"
#include "analysis/stat_base.h"
#include "core/base/buf.h"
#include "core/base/day.h"
#include "core/base/faults.h"
#include "core/base/mem.h"
#include "core/base/secret.h"
#include "core/domain/form_load.h"
#include "core/store/store.h"
#include "tests/support/draw.h"
#include "tests/support/store_scene.h"

static const double GROWTH_MAX = 1.2; /* of a unit's time, from the smallest to the largest municipality */
enum { ROUNDS = 6, CLASSES = 12, QUESTIONS = 20, PUPILS_MAX = 28 };
static const char *const ROUND[ROUNDS] = {"2024-04", "2024-10", "2025-04", "2025-10", "2026-04", "2026-10"};

static void must(bool ok, const struct err *e)
{
    if (!ok) {
        (void)fprintf(stderr, "bench_publish: %s\n", e->text);
        exit(1);
    }
}

static double now_s(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Of all processors together. */
static double processor_s(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- the parts of disclosure control --------------------------------------------------------------------
 *
 * The linker leads the calls of these two through here (--wrap).
 */

void linear_stage(const struct disclose_sheet *s, const struct sheet_vector *v,
                  const bool *block) __asm__("__real_vector_release");
void timed_linear_stage(const struct disclose_sheet *s, const struct sheet_vector *v,
                        const bool *block) __asm__("__wrap_vector_release");
size_t linear_programs(const struct audit_rows *p, struct audit_memory *known, bool *look,
                       bool *withhold) __asm__("__real_audit");
size_t timed_linear_programs(const struct audit_rows *p, struct audit_memory *known, bool *look,
                             bool *withhold) __asm__("__wrap_audit");

static _Atomic int64_t linear_ns, programs_ns; /* of processor, all threads together */

static int64_t thread_ns(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

void timed_linear_stage(const struct disclose_sheet *s, const struct sheet_vector *v, const bool *block)
{
    const int64_t began = thread_ns();

    linear_stage(s, v, block);
    linear_ns += thread_ns() - began;
}

size_t timed_linear_programs(const struct audit_rows *p, struct audit_memory *known, bool *look,
                             bool *withhold)
{
    const int64_t began = thread_ns();
    const size_t marked = linear_programs(p, known, look, withhold);

    programs_ns += thread_ns() - began;
    return marked;
}

/* ---- a municipality -------------------------------------------------------------------------------------
 */

static struct form *make_form(void)
{
    static const char *const DIMENSIONS[] = {"trygghet", "larande", "delaktighet"};
    struct buf b = BUF_INIT;
    struct faults faults;
    struct form *form = NULL;
    struct err e = ERR_INIT;

    buf_adds(
        &b,
        "id: prov\nversion: 1\naudience: pupil\npresentation: page\n"
        "languages:\n  - {code: sv, reviewed: yes}\ntitle: {sv: Prov}\nintro: {sv: Svara.}\ndimensions:\n");
    for (size_t i = 0; i < 3; i++)
        buf_addf(&b, "  - {id: %s, text: {sv: Prov}}\n", DIMENSIONS[i]);
    buf_adds(&b,
             "scales:\n  - id: fyra\n    dont_know: {text: {sv: Vet ej}}\n    options:\n"
             "      - {code: 1, text: {sv: Aldrig}}\n      - {code: 2, text: {sv: Sällan}}\n"
             "      - {code: 3, positive: yes, text: {sv: Ofta}}\n"
             "      - {code: 4, positive: yes, text: {sv: Alltid}}\n"
             "  - id: kon\n    options:\n      - {code: 1, gender: girl, text: {sv: Flicka}}\n"
             "      - {code: 2, gender: boy, text: {sv: Pojke}}\n      - {code: 3, gender: other, text: {sv: "
             "Annat}}\n"
             "      - {code: 4, gender: unsaid, text: {sv: Vill inte svara}}\nquestions:\n");
    for (int i = 0; i < QUESTIONS; i++)
        buf_addf(&b, "  - {id: q%d, dimension: %s, scale: fyra, text: {sv: 'Fråga %d?'}}\n", i + 1,
                 DIMENSIONS[i % 3], i + 1);
    buf_adds(&b, "background:\n  - {id: kon, scale: kon, gender: yes, text: {sv: Är du}}\n");
    faults_init(&faults);
    if (!form_parse("prov", buf_str(&b), b.bytes, &form, &faults, &e)) {
        (void)fprintf(stderr, "bench_publish: %s\n", e.text);
        for (size_t i = 0; i < faults.count; i++)
            (void)fprintf(stderr, "%s\n", faults.at[i].text);
        exit(1);
    }
    faults_fini(&faults);
    buf_fini(&b);
    return form;
}

/* Mostly content, as pupils are; each class and question a little otherwise. */
static uint8_t answer(unsigned class_mood, unsigned question)
{
    const unsigned x = draw(100) + class_mood % 12 + question % 7;

    if (draw(25) == 0)
        return draw(2) == 0 ? 0 : 255;
    return x < 8 ? 1 : x < 25 ? 2 : x < 62 ? 3 : 4;
}

static void add_class(struct store *s, const char *round, const struct form *form, const struct group *g)
{
    const size_t questions = QUESTIONS + 1;
    const size_t responses = (size_t)g->enrolled * (60 + draw(39)) / 100;
    const unsigned mood = draw(12);
    uint8_t answers[PUPILS_MAX * (QUESTIONS + 1)];
    const struct block b = {
        .group_id = g->id, .responses = responses, .questions = questions, .answers = answers};
    struct block block = b;
    struct err e = ERR_INIT;

    for (size_t i = 0; i < responses; i++) {
        const unsigned gender = draw(100);

        for (unsigned q = 0; q < QUESTIONS; q++)
            answers[q * responses + i] = answer(mood, q);
        answers[QUESTIONS * responses + i] = gender < 47 ? 1 : gender < 94 ? 2 : gender < 96 ? 3 : 4;
    }
    (void)snprintf(block.round, sizeof block.round, "%s", round);
    memcpy(block.form_hash, form->hash, sizeof block.form_hash);
    must(store_block_add(s, &block, &e), &e);
}

/* As many areas as a large city has, at most. */
enum { AREA_UNITS = 5, AREAS_MAX = 20 };

static void add_unit(struct store *s, size_t number)
{
    struct unit u = {.school_forms = 1U << SCHOOL_FORM_GRUNDSKOLA};
    enum store_change change;
    struct err e = ERR_INIT;

    (void)snprintf(u.code, sizeof u.code, "%08zu", 10000000 + number);
    (void)snprintf(u.name, sizeof u.name, "Enhet %zu", number);
    (void)snprintf(u.area, sizeof u.area, "Område %zu", number / AREA_UNITS % AREAS_MAX);
    must(store_unit_put(s, &u, &change, &e), &e);
    for (int year = 2023; year <= 2026; year++) {
        for (int class = 0; class < CLASSES; class ++) {
            struct group g = {.school_year = year,
                              .school_form = SCHOOL_FORM_GRUNDSKOLA,
                              .grade = 7 + class / 4,
                              .enrolled = 15 + (int)draw(PUPILS_MAX - 15 + 1)};

            memcpy(g.unit_code, u.code, sizeof g.unit_code);
            (void)snprintf(g.name, sizeof g.name, "%d%c", g.grade, 'A' + class % 4);
            must(store_group_put(s, &g, &change, &e), &e);
        }
    }
}

static void add_round(struct store *s, const char *code, const struct form *form)
{
    struct round r = {.opens_s = 1700000000, .closes_s = 1700100000};
    const struct form *const forms[] = {form};
    struct group *list = NULL;
    size_t count = 0;
    struct err e = ERR_INIT;

    (void)snprintf(r.code, sizeof r.code, "%s", code);
    must(store_round_add(s, &r, forms, 1, &e) &&
             store_group_list(s, NULL, round_school_year(code), &list, &count, &e),
         &e);
    for (size_t i = 0; i < count; i++)
        add_class(s, code, form, &list[i]);
    free(list);
}

static void make_store(const char *address, size_t units)
{
    struct form *form = make_form();
    struct store *s = NULL;
    struct err e = ERR_INIT;

    seed = 4711;
    must(store_create(address, "Exempelkommun", &e) && store_open(address, STORE_WRITE, &s, &e), &e);
    must(store_begin(s, &e), &e);
    for (size_t i = 0; i < units; i++)
        add_unit(s, i);
    must(store_commit(s, &e) && store_begin(s, &e), &e);
    for (size_t i = 0; i < ROUNDS; i++)
        add_round(s, ROUND[i], form);
    must(store_commit(s, &e), &e);
    store_close(s);
    form_free(form);
}

/* ---- the parts ------------------------------------------------------------------------------------------
 */

static bool write_part(const struct released *part, const char *unit_code, void *arg, struct err *e)
{
    struct buf *b = arg;

    (void)unit_code;
    (void)e;
    buf_clear(b);
    report_json_compact(part, b);
    return true;
}

static void make_tables(const struct results *r)
{
    static const enum compare_by BY[] = {COMPARE_UNIT,  COMPARE_AREA,  COMPARE_SCHOOL_FORM,
                                         COMPARE_GRADE, COMPARE_GROUP, COMPARE_GENDER};
    struct buf b = BUF_INIT;
    struct err e = ERR_INIT;

    must(progression_parts(r, ROUND[ROUNDS - 1], write_part, &b, &e), &e);
    for (size_t i = 0; i < sizeof BY / sizeof BY[0]; i++)
        must(compare_parts(r, ROUND[ROUNDS - 1], BY[i], write_part, &b, &e), &e);
    buf_fini(&b);
}

/* Seconds since *from, which is then now. */
static double lap(double *from)
{
    const double then = *from;

    *from = now_s();
    return *from - then;
}

/* Publishes the rounds one after the other, as they were; seconds of the last. */
static double publish_in_turn(const char *address, struct publish_outcome *out)
{
    double t = 0;

    for (size_t i = 0; i < ROUNDS; i++) {
        const struct publish_options o = {.round = ROUND[i]};
        struct err e = ERR_INIT;

        t = now_s();
        must(publish(address, &o, out, &e), &e);
    }
    return now_s() - t;
}

static void print_share(const char *what, const struct publish_share *s)
{
    printf("%s %.1f %% (%.1f %%)", what, 100.0 * (double)s->groups_shown / (double)s->groups,
           100.0 * (double)s->figures_shown / (double)s->figures);
}

/* The processors' seconds a unit, of all that publish does but writing, where none of the rounds has been
 * published; and *last, those of the last round alone when the others have, for few units (else 0). */
static double measure(size_t units, double *last)
{
    const struct dataset_options load = {.threads = 0};
    const struct results_options how = {.threads = 0};
    char folder[] = "/tmp/tld-bench-publish-XXXXXX";
    double t, tally, read, control, narrow, tables, whole, busy;
    struct publish_outcome out;
    struct results results;
    struct dataset d;
    struct err e = ERR_INIT;
    char *address;

    if (mkdtemp(folder) == NULL)
        exit(1);
    address = mem_printf("%s/tld.db", folder);
    make_store(address, units);
    t = now_s();
    must(dataset_load(address, &load, &d, &e), &e);
    tally = lap(&t);
    dataset_fini(&d);
    linear_ns = programs_ns = 0;
    busy = processor_s();
    t = now_s();
    must(dataset_load(address, &load, &d, &e), &e);
    read = lap(&t);
    results_init(&results, &d, &how);
    control = lap(&t);
    make_tables(&results);
    tables = lap(&t);
    results_narrow(&results, &how);
    narrow = lap(&t);
    make_tables(&results);
    tables += lap(&t);
    results_fini(&results);
    dataset_fini(&d);
    whole = read + control + narrow + tables;
    busy = (processor_s() - busy) / (double)units;
    printf(
        "%5zu units x %d rounds: %.1f s, a unit %.1f ms: reading %.2f (counting, once a round: %.2f), "
        "control for "
        "principals %.1f, for everybody %.1f, statistics and tables %.1f\n"
        "      of processor, a unit: %.1f ms, of which the linear stage %.1f, the linear programs (audit and "
        "repair) %.1f\n",
        units, ROUNDS, whole, 1e3 * whole / (double)units, 1e3 * read / (double)units,
        1e3 * (tally - read) / (double)units, 1e3 * control / (double)units, 1e3 * narrow / (double)units,
        1e3 * tables / (double)units, 1e3 * busy, 1e-6 * (double)linear_ns / (double)units,
        1e-6 * (double)programs_ns / (double)units);
    (void)fflush(stdout);
    *last = 0;
    if (units <= 15) {
        *last = publish_in_turn(address, &out);
        printf(
            "      the last round published, the others before it: %.1f s with writing; groups (and figures) "
            "shown:",
            *last);
        print_share(" units", &out.share[PUBLISH_UNIT]);
        print_share(", classes", &out.share[PUBLISH_CLASS]);
        print_share(", genders", &out.share[PUBLISH_GENDER]);
        printf("\n");
        (void)fflush(stdout);
    }
    scene_remove(folder);
    free(address);
    return busy;
}

int main(int argc, char **argv)
{
    static const size_t ALL[] = {15, 150, 1500};
    const int count = argc > 1 ? argc - 1 : 3;
    struct err e = ERR_INIT;
    double first = 0, last = 0, seconds;
    bool slow = false;

    stat_init();
    must(day_zone_init(&e) && secret_init(&e), &e);
    for (int i = 0; i < count; i++) {
        const size_t units = argc > 1 ? (size_t)strtoul(argv[i + 1], NULL, 10) : ALL[i];

        last = measure(units, &seconds);
        first = i == 0 ? last : first;
        slow |= units <= 15 && seconds > 5;
    }
    printf("a unit in the largest to one in the smallest: %.2f   (at most %.1f); 15 units within 5 s: %s\n",
           last / first, GROWTH_MAX, slow ? "no" : "yes");
    return slow || last > GROWTH_MAX * first;
}
