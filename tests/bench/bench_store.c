/*
 * Goal: how fast the store takes responses and gives sealed blocks, each beside its limit in the same run.
 *
 *   bench_store [MILLIONS]      default 1 million responses of 20 questions; 10 for the full size
 *
 * Puts: responses a second in transactions of 1, 100 and 1,000, durable. Blocks: the time to pass all blocks,
 * every byte looked at, against the same bytes read from memory; with the file's pages in the system's cache.
 */

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/secret.h"
#include "tests/support/store_scene.h"

enum { QUESTIONS = 20, CLASS_SIZE = 25, PUT_SECONDS = 1 };

static void must(bool ok, const struct err *e)
{
    if (!ok) {
        (void)fprintf(stderr, "bench_store: %s\n", e->text);
        exit(1);
    }
}

static double now_s(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* ---- puts ---- */

static uint64_t put_for(struct scene *s, uint64_t next, int batch, double *rate)
{
    struct err e = ERR_INIT;
    uint64_t first = next;
    double began = now_s();
    double spent;

    do {
        must(store_begin(s->store, &e), &e);
        for (int i = 0; i < batch; i++, next++)
            if (scene_put(s, next, s->group[next % SCENE_GROUPS]) != SUBMISSION_ADDED)
                exit(1);
        must(store_commit(s->store, &e), &e);
        spent = now_s() - began;
    } while (spent < PUT_SECONDS);
    *rate = (double)(next - first) / spent;
    return next;
}

static void bench_puts(void)
{
    static const int batches[] = {1, 100, 300, 1000};
    struct scene s;
    struct err e = ERR_INIT;
    double began;
    uint64_t next = 0;
    double single = 0;

    scene_init(&s);
    must(store_round_set_state(s.store, "2026-10", ROUND_OPEN, &e), &e);
    for (size_t i = 0; i < sizeof batches / sizeof *batches; i++) {
        double rate;

        next = put_for(&s, next, batches[i], &rate);
        if (i == 0)
            single = rate;
        (void)printf("put, %4d a transaction   %8.0f responses/s  %5.1f x one a transaction\n", batches[i],
                     rate, rate / single);
    }
    must(store_round_set_state(s.store, "2026-10", ROUND_CLOSED, &e), &e);
    began = now_s();
    must(store_round_seal(s.store, "2026-10", &e), &e);
    (void)printf("seal                     %8.0f responses/s  (%llu in %.2f s, compacted)\n",
                 (double)next / (now_s() - began), (unsigned long long)next, now_s() - began);
    scene_fini(&s);
}

/* ---- blocks ---- */

static uint64_t add_up(const uint8_t *p, size_t bytes)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < bytes; i++)
        sum += p[i];
    return sum;
}

/* Returns all answers added up. */
static uint64_t fill(struct scene *s, const struct form *form, size_t classes)
{
    struct round r = {.code = "2026-04", .opens_s = 1, .closes_s = 2};
    const struct form *forms[] = {form};
    uint8_t answers[QUESTIONS * CLASS_SIZE];
    struct err e = ERR_INIT;
    enum store_change change;
    uint64_t sum = 0;

    must(store_begin(s->store, &e), &e);
    must(store_round_add(s->store, &r, forms, 1, &e), &e);
    for (size_t i = 0; i < classes; i++) {
        struct group g = {.unit_code = "eken",
                          .school_year = 2025,
                          .grade = 4,
                          .enrolled = CLASS_SIZE,
                          .school_form = SCHOOL_FORM_GRUNDSKOLA};
        struct block b = {
            .round = "2026-04", .responses = CLASS_SIZE, .questions = QUESTIONS, .answers = answers};

        (void)snprintf(g.name, sizeof g.name, "%zu", i);
        must(store_group_put(s->store, &g, &change, &e), &e);
        must(store_group_find(s->store, "eken", 2025, g.name, &g, &e), &e);
        b.group_id = g.id;
        memcpy(b.form_hash, form->hash, sizeof b.form_hash);
        secret_random(answers, sizeof answers);
        sum += add_up(answers, sizeof answers);
        must(store_block_add(s->store, &b, &e), &e);
    }
    must(store_commit(s->store, &e), &e);
    scene_reopen(s, STORE_READ);
    return sum;
}

/* As fast as memory is read; the sum is of words, and of no use. */
static uint64_t sum_bytes(const uint8_t *p, size_t bytes)
{
    uint64_t sum = 0;
    uint64_t word;

    for (; bytes >= sizeof word; bytes -= sizeof word, p += sizeof word) {
        memcpy(&word, p, sizeof word);
        sum += word;
    }
    return sum;
}

struct pass {
    const char *address;
    unsigned part, parts;
    uint64_t sum;
    size_t bytes;
};

static bool take(const struct block *b, void *arg, struct err *e)
{
    struct pass *p = arg;

    (void)e;
    for (size_t q = 0; q < b->questions; q++)
        p->sum += sum_bytes(b->answers + q * b->stride, b->responses);
    p->bytes += b->responses * b->questions;
    return true;
}

static void *run_part(void *arg)
{
    struct pass *p = arg;
    struct store *s = NULL;
    struct err e = ERR_INIT;

    p->sum = p->bytes = 0;
    must(store_open(p->address, STORE_READ, &s, &e), &e);
    must(store_block_each_part(s, NULL, p->part, p->parts, take, p, &e), &e);
    store_close(s);
    return NULL;
}

/* The best of some passes: the others were disturbed. */
static double best_pass(const char *address, unsigned parts, size_t *bytes)
{
    double best = 1e9;

    for (int round = 0; round < 5; round++) {
        struct pass pass[8];
        pthread_t thread[8];
        double began = now_s();

        *bytes = 0;
        for (unsigned i = 0; i < parts; i++) {
            pass[i] = (struct pass){.address = address, .part = i, .parts = parts};
            (void)pthread_create(&thread[i], NULL, run_part, &pass[i]);
        }
        for (unsigned i = 0; i < parts; i++) {
            (void)pthread_join(thread[i], NULL);
            *bytes += pass[i].bytes;
        }
        if (now_s() - began < best)
            best = now_s() - began;
    }
    return best;
}

static bool copy(const struct block *b, void *arg, struct err *e)
{
    uint8_t **at = arg;

    (void)e;
    for (size_t q = 0; q < b->questions; q++, *at += b->responses)
        memcpy(*at, b->answers + q * b->stride, b->responses);
    return true;
}

static void bench_blocks(size_t responses)
{
    struct scene s;
    struct form form;
    struct err e = ERR_INIT;
    size_t bytes = responses * QUESTIONS;
    uint8_t *memory = mem_alloc(bytes, 1);
    uint8_t *at = memory;
    volatile uint64_t sum = 0; /* so that it is computed */
    uint64_t stored;
    double limit = 1e9;
    double began;

    scene_init(&s);
    scene_form(&form, "bench", QUESTIONS);
    began = now_s();
    stored = fill(&s, &form, responses / CLASS_SIZE);
    (void)printf("import of %zu blocks: %.1f s\n", responses / CLASS_SIZE, now_s() - began);
    must(store_block_each(s.store, NULL, copy, &at, &e), &e);
    if (at != memory + bytes || add_up(memory, bytes) != stored) {
        (void)fprintf(stderr, "bench_store: the blocks are not what was stored\n");
        exit(1);
    }
    for (int round = 0; round < 5; round++) {
        began = now_s();
        sum = 0;
        for (size_t i = 0; i < bytes; i += QUESTIONS * CLASS_SIZE)
            sum += sum_bytes(memory + i, QUESTIONS * CLASS_SIZE);
        if (now_s() - began < limit)
            limit = now_s() - began;
    }
    (void)printf("the same bytes in memory %8.1f ms  %6.1f GB/s\n", limit * 1e3, (double)bytes / limit / 1e9);
    for (unsigned parts = 1; parts <= 2; parts++) {
        size_t got;
        double best = best_pass(s.address, parts, &got);

        (void)printf("blocks, %u reading        %8.1f ms  %6.1f GB/s  %5.1f x memory\n", parts, best * 1e3,
                     (double)bytes / best / 1e9, best / limit);
        if (got != bytes) {
            (void)fprintf(stderr, "bench_store: not all blocks were read\n");
            exit(1);
        }
    }
    scene_fini(&s);
    scene_form_fini(&form);
    free(memory);
}

int main(int argc, char **argv)
{
    double millions = argc > 1 ? atof(argv[1]) : 1;

    bench_puts();
    bench_blocks((size_t)(millions * 1e6) / CLASS_SIZE * CLASS_SIZE);
    return 0;
}
