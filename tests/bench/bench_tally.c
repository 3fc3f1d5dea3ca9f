/*
 * Goal: the time to tally sealed responses from the store, beside reading the same bytes from memory.
 *
 *   bench_tally [MILLIONS…]      default 1 and 10 million responses of 20 questions
 *
 * Classes of 25, sixteen to a unit; 19 questions in three dimensions (6, 6 and 7) and gender. The limit is
 * one pass over the bytes in memory by one processor, 8 bytes at a time. "From the store" is what the
 * analysis does with a sealed round: all processors, each with a read handle, everything that is tallied,
 * parts joined; the file's pages are in the system's cache. The parts of the tally are timed apart, from
 * memory on one processor.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "analysis/dataset.h"
#include "analysis/dataset_tally.h"
#include "analysis/tally_kernel.h"
#include "core/base/buf.h"
#include "core/base/day.h"
#include "core/base/faults.h"
#include "core/base/mem.h"
#include "core/base/secret.h"
#include "core/domain/form_load.h"

enum { QUESTIONS = 20, CLASS_SIZE = 25, UNIT_CLASSES = 16, BLOCK = QUESTIONS * CLASS_SIZE, TRIES = 5 };

static void must(bool ok, const struct err *e)
{
    if (!ok) {
        (void)fprintf(stderr, "bench_tally: %s\n", e->text);
        exit(1);
    }
}

static double now_s(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* ---- a round --------------------------------------------------------------------------------------------
 */

static struct form *make_form(void)
{
    static const char *const DIMENSIONS[] = {"trygghet", "larande", "delaktighet"};
    struct buf b = BUF_INIT;
    struct faults faults;
    struct form *f = NULL;
    struct err e = ERR_INIT;

    buf_adds(&b, "id: matning\nversion: 1\naudience: pupil\nschool_forms: [grundskola]\npresentation: page\n"
                 "languages:\n  - {code: sv, reviewed: yes}\ntitle: {sv: T}\nintro: {sv: I}\ndimensions:\n");
    for (int d = 0; d < 3; d++)
        buf_addf(&b, "  - {id: %s, text: {sv: D}}\n", DIMENSIONS[d]);
    buf_adds(&b, "scales:\n  - id: fyra\n    options:\n");
    for (int c = 1; c <= 4; c++)
        buf_addf(&b, "      - {code: %d, %stext: {sv: S%d}}\n", c, c > 2 ? "positive: yes, " : "", c);
    buf_adds(&b,
             "    dont_know: {text: {sv: V}}\n  - id: kon\n    options:\n"
             "      - {code: 1, gender: girl, text: {sv: F}}\n      - {code: 2, gender: boy, text: {sv: P}}\n"
             "      - {code: 3, gender: other, text: {sv: A}}\n      - {code: 4, gender: unsaid, text: {sv: "
             "X}}\nquestions:\n");
    for (int q = 0; q < QUESTIONS - 1; q++)
        buf_addf(&b, "  - {id: q%d, dimension: %s, scale: fyra, text: {sv: Q%d}}\n", q, DIMENSIONS[q % 3], q);
    buf_adds(&b, "background:\n  - {id: kon, scale: kon, gender: yes, text: {sv: K}}\n");
    faults_init(&faults);
    if (!form_parse("bench", buf_str(&b), b.bytes, &f, &faults, &e)) {
        faults_print(&faults);
        must(false, &e);
    }
    faults_fini(&faults);
    buf_fini(&b);
    return f;
}

/* Answers as pupils give them: mostly good, 3 % none, 4 % vet ej. */
static void make_answers(uint8_t *memory, size_t blocks)
{
    uint32_t seed = 1;

    for (size_t i = 0; i < blocks * BLOCK; i++) {
        const bool gender = i % BLOCK / CLASS_SIZE == QUESTIONS - 1;
        unsigned r;

        seed = seed * 1664525 + 1013904223;
        r = (seed >> 16) % 100;
        if (gender)
            memory[i] = r < 48 ? 1 : r < 96 ? 2 : r < 98 ? 3 : 4;
        else
            memory[i] = r < 3    ? ANSWER_NONE
                        : r < 7  ? ANSWER_DONT_KNOW
                        : r < 14 ? 1
                        : r < 30 ? 2
                        : r < 65 ? 3
                                 : 4;
    }
}

static void fill(struct store *s, const struct form *form, uint8_t *memory, size_t blocks)
{
    struct round r = {.code = "2026-04", .opens_s = 1, .closes_s = 2};
    struct err e = ERR_INIT;
    enum store_change change;

    must(store_begin(s, &e), &e);
    must(store_round_add(s, &r, &form, 1, &e), &e);
    for (size_t i = 0; i < blocks; i++) {
        struct group g = {
            .school_year = 2025, .grade = 4, .enrolled = 28, .school_form = SCHOOL_FORM_GRUNDSKOLA};
        struct block b = {.round = "2026-04", .responses = CLASS_SIZE, .questions = QUESTIONS};
        struct unit u = {.name = "Enhet", .school_forms = 1U << SCHOOL_FORM_GRUNDSKOLA};

        (void)snprintf(u.code, sizeof u.code, "%08zu", 10000000 + i / UNIT_CLASSES);
        if (i % UNIT_CLASSES == 0)
            must(store_unit_put(s, &u, &change, &e), &e);
        memcpy(g.unit_code, u.code, sizeof g.unit_code);
        (void)snprintf(g.name, sizeof g.name, "%zu", i % UNIT_CLASSES);
        must(store_group_put(s, &g, &change, &e), &e);
        must(store_group_find(s, u.code, 2025, g.name, &g, &e), &e);
        b.group_id = g.id;
        b.answers = memory + i * BLOCK;
        memcpy(b.form_hash, form->hash, sizeof b.form_hash);
        must(store_block_add(s, &b, &e), &e);
    }
    must(store_commit(s, &e), &e);
}

/* ---- times ----------------------------------------------------------------------------------------------
 */

static double read_memory(const uint8_t *memory, size_t bytes)
{
    double best = 1e9;

    for (int i = 0; i < TRIES; i++) {
        const double began = now_s();
        volatile uint64_t kept;
        uint64_t sum = 0, word;

        for (size_t at = 0; at + sizeof word <= bytes; at += sizeof word) {
            memcpy(&word, memory + at, sizeof word);
            sum += word;
        }
        kept = sum;
        (void)kept;
        if (now_s() - began < best)
            best = now_s() - began;
    }
    return best;
}

static double tally_memory(const struct tally_plan *p, const uint8_t *memory, size_t blocks)
{
    double best = 1e9;

    for (int i = 0; i < TRIES; i++) {
        struct err e = ERR_INIT;
        struct tally t;
        double began;

        tally_init(&t, p, blocks / UNIT_CLASSES + 1);
        began = now_s();
        for (size_t k = 0; k < blocks; k++) {
            const struct block b = {.group_id = (int64_t)k,
                                    .responses = CLASS_SIZE,
                                    .questions = QUESTIONS,
                                    .answers = memory + k * BLOCK};

            must(tally_add(&t, k / UNIT_CLASSES, &b, &e), &e);
        }
        if (now_s() - began < best)
            best = now_s() - began;
        tally_fini(&t);
    }
    return best;
}

static double tally_store(const char *address, const struct dataset *d, unsigned threads, size_t blocks)
{
    const struct dataset_options o = {.threads = threads};
    double best = 1e9;

    for (int i = 0; i < TRIES; i++) {
        struct measurement m = d->measurement[0];
        struct err e = ERR_INIT;
        double began;

        tally_init(&m.tally, &m.form->plan, d->units);
        began = now_s();
        must(dataset_tally_count(address, &o, d, &m, 1, &e), &e);
        if (now_s() - began < best)
            best = now_s() - began;
        if (m.tally.groups != blocks) {
            (void)fprintf(stderr, "bench_tally: not all classes were counted\n");
            exit(1);
        }
        tally_fini(&m.tally);
    }
    return best;
}

static void line(const char *what, double s, double limit)
{
    (void)printf("  %-48s %8.1f ms  %5.2f x memory\n", what, s * 1e3, s / limit);
    (void)fflush(stdout);
}

static void time_all(const char *address, const struct dataset *d, const uint8_t *memory, size_t blocks,
                     double import_s)
{
    const struct tally_plan *p = &d->measurement[0].form->plan;
    const double limit = read_memory(memory, blocks * BLOCK);
    const long processors = sysconf(_SC_NPROCESSORS_ONLN);

    (void)printf("%zu responses x %d questions in %zu classes, %s kernel (imported in %.1f s)\n",
                 blocks * CLASS_SIZE, QUESTIONS, blocks, p->kernel->name, import_s);
    line("reading the bytes from memory, one processor", limit, limit);
    line("from memory, everything, one processor", tally_memory(p, memory, blocks), limit);
    line("from the store, everything, one processor", tally_store(address, d, 1, blocks), limit);
    if (processors > 1)
        line("from the store, everything, all processors",
             tally_store(address, d, (unsigned)processors, blocks), limit);
}

static void bench(double millions)
{
    const size_t blocks = (size_t)(millions * 1e6) / CLASS_SIZE;
    uint8_t *memory = mem_alloc(blocks, BLOCK);
    char folder[] = "/tmp/tld-bench-XXXXXX", *address, *key;
    const struct dataset_options options = {.threads = 0};
    struct form *form = make_form();
    struct store *s = NULL;
    struct dataset d;
    struct err e = ERR_INIT;
    double began = now_s();

    make_answers(memory, blocks);
    if (mkdtemp(folder) == NULL)
        exit(1);
    address = mem_printf("%s/tld.db", folder);
    key = mem_printf("%s.key", address);
    must(store_create(address, "Mätning", &e), &e);
    must(store_open(address, STORE_WRITE, &s, &e), &e);
    fill(s, form, memory, blocks);
    store_close(s);
    must(dataset_load(address, &options, &d, &e), &e);
    time_all(address, &d, memory, blocks, now_s() - began);
    dataset_fini(&d);
    (void)unlink(address);
    (void)unlink(key);
    (void)rmdir(folder);
    form_free(form);
    free(address);
    free(key);
    free(memory);
}

int main(int argc, char **argv)
{
    struct err e = ERR_INIT;

    must(day_zone_init(&e) && secret_init(&e), &e);
    for (int i = 1; i < argc; i++)
        bench(strtod(argv[i], NULL));
    if (argc == 1) {
        bench(1);
        bench(10);
    }
    return 0;
}
