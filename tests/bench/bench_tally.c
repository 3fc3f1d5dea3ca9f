/*
 * Goal: the time to tally sealed responses from the store: at most five times that of reading the same bytes
 * from memory.
 *
 *   bench_tally [MILLIONS…]      default 1 and 10 million responses of 20 questions
 *
 * "From the store" is what the analysis does with a sealed round: each processor with a read handle of its
 * own, everything that is tallied, parts joined; the file's pages are in the system's cache, the memory for
 * the result is new. Its peers, with the same number of processors, in the best code that we have for each:
 * adding up the answers' bytes where they lie in memory, which is the limit of any reading; and reading as
 * many bytes of the store's file from the system's cache, a quarter megabyte at a time, adding them up. All
 * take turns; the medians are printed.
 */

#define _XOPEN_SOURCE 700 /* pread */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis/dataset.h"
#include "analysis/dataset_tally.h"
#include "analysis/tally_kernel.h"
#include "core/base/day.h"
#include "core/base/mem.h"
#include "core/base/secret.h"
#include "tests/bench/made.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

enum { TURNS = 9, PROCESSORS_MAX = 8, AT_ONCE = 256 * 1024 };

/* ---- the peers ------------------------------------------------------------------------------------------
 */

static uint64_t add_words(const uint8_t *p, size_t bytes)
{
    uint64_t sum = 0, word;

    for (; bytes >= sizeof word; bytes -= sizeof word, p += sizeof word) {
        memcpy(&word, p, sizeof word);
        sum += word;
    }
    return sum;
}

#if defined(__x86_64__)
/* Four sums, so that none waits for the one before. */
__attribute__((target("avx2"))) static uint64_t add_wide(const uint8_t *p, size_t bytes)
{
    __m256i sum[4] = {_mm256_setzero_si256(), _mm256_setzero_si256(), _mm256_setzero_si256(),
                      _mm256_setzero_si256()};
    uint64_t lane[4];

    for (; bytes >= 128; bytes -= 128, p += 128) {
        sum[0] = _mm256_add_epi64(sum[0], _mm256_loadu_si256((const __m256i *)(const void *)p));
        sum[1] = _mm256_add_epi64(sum[1], _mm256_loadu_si256((const __m256i *)(const void *)(p + 32)));
        sum[2] = _mm256_add_epi64(sum[2], _mm256_loadu_si256((const __m256i *)(const void *)(p + 64)));
        sum[3] = _mm256_add_epi64(sum[3], _mm256_loadu_si256((const __m256i *)(const void *)(p + 96)));
    }
    sum[0] = _mm256_add_epi64(_mm256_add_epi64(sum[0], sum[1]), _mm256_add_epi64(sum[2], sum[3]));
    _mm256_storeu_si256((__m256i *)(void *)lane, sum[0]);
    return lane[0] + lane[1] + lane[2] + lane[3] + add_words(p, bytes);
}

static uint64_t add_up(const uint8_t *p, size_t bytes)
{
    return __builtin_cpu_supports("avx2") ? add_wide(p, bytes) : add_words(p, bytes);
}
#else
static uint64_t add_up(const uint8_t *p, size_t bytes)
{
    return add_words(p, bytes);
}
#endif

/* One processor's part of a peer's reading: of memory, or of a file. */
struct reading {
    const uint8_t *memory; /* NULL: the file */
    const char *path;
    size_t from, to;
    uint64_t sum;
};

static void *read_part(void *arg)
{
    struct reading *r = arg;
    uint8_t *room;
    int fd;

    if (r->memory != NULL) {
        r->sum = add_up(r->memory + r->from, r->to - r->from);
        return NULL;
    }
    room = mem_alloc(AT_ONCE, 1);
    fd = open(r->path, O_RDONLY | O_CLOEXEC);
    for (size_t at = r->from; at < r->to; at += AT_ONCE) {
        const size_t wanted = r->to - at < AT_ONCE ? r->to - at : AT_ONCE;

        if (pread(fd, room, wanted, (off_t)at) != (ssize_t)wanted) {
            (void)fprintf(stderr, "bench_tally: the store's file could not be read\n");
            exit(1);
        }
        r->sum += add_up(room, wanted);
    }
    (void)close(fd);
    free(room);
    return NULL;
}

static double read_all(const struct made *m, bool memory, unsigned processors)
{
    struct reading part[PROCESSORS_MAX];
    pthread_t thread[PROCESSORS_MAX];
    const double began = made_now_s();
    uint64_t sum = 0;

    for (unsigned i = 0; i < processors; i++) {
        part[i] = (struct reading){.memory = memory ? m->answers : NULL,
                                   .path = m->address,
                                   .from = made_bytes(m) / processors * i,
                                   .to = i + 1 == processors ? made_bytes(m)
                                                             : made_bytes(m) / processors * (i + 1)};
        if (i > 0 && pthread_create(&thread[i], NULL, read_part, &part[i]) != 0)
            abort();
    }
    (void)read_part(&part[0]);
    for (unsigned i = 1; i < processors; i++)
        (void)pthread_join(thread[i], NULL);
    for (unsigned i = 0; i < processors; i++)
        sum += part[i].sum;
    if (sum == 0) /* never: but so it has to be computed */
        abort();
    return made_now_s() - began;
}

/* ---- the tally ------------------------------------------------------------------------------------------
 */

static double tally_memory(const struct made *m, const struct tally_plan *p)
{
    struct err e = ERR_INIT;
    struct tally t;
    double took, began;

    tally_init(&t, p, m->classes / MADE_UNIT_CLASSES + 1);
    began = made_now_s();
    for (size_t k = 0; k < m->classes; k++) {
        const struct block b = {.group_id = (int64_t)k,
                                .responses = MADE_CLASS,
                                .questions = MADE_QUESTIONS,
                                .answers = m->answers + k * MADE_BLOCK};

        made_must(tally_add(&t, k / MADE_UNIT_CLASSES, &b, &e), &e);
    }
    took = made_now_s() - began;
    tally_fini(&t);
    return took;
}

static double tally_store(const struct made *m, const struct dataset *d, unsigned processors)
{
    const struct dataset_options o = {.threads = processors};
    struct measurement counted = d->measurement[0];
    struct err e = ERR_INIT;
    double took, began;

    tally_init(&counted.tally, &counted.form->plan, d->units);
    began = made_now_s();
    made_must(dataset_tally_count(m->address, &o, d, &counted, 1, &e), &e);
    took = made_now_s() - began;
    if (counted.tally.groups != m->classes) {
        (void)fprintf(stderr, "bench_tally: not all classes were counted\n");
        exit(1);
    }
    tally_fini(&counted.tally);
    return took;
}

/* ---- side by side ---------------------------------------------------------------------------------------
 */

enum { MEMORY, FILE_CACHE, TALLY_MEMORY, TALLY_STORE, KINDS };

static void line(const char *what, double s, double memory, double file)
{
    (void)printf("    %-42s %8.1f ms", what, s * 1e3);
    if (memory > 0)
        (void)printf("   %5.2f x memory, %5.2f x file", s / memory, s / file);
    (void)putchar('\n');
    (void)fflush(stdout);
}

static void side_by_side(const struct made *m, const struct dataset *d, unsigned processors)
{
    const struct tally_plan *p = &d->measurement[0].form->plan;
    double took[KINDS][TURNS], middle[KINDS] = {0};

    for (int i = 0; i < TURNS; i++) {
        took[MEMORY][i] = read_all(m, true, processors);
        took[FILE_CACHE][i] = read_all(m, false, processors);
        took[TALLY_MEMORY][i] = processors > 1 ? 0 : tally_memory(m, p);
        took[TALLY_STORE][i] = tally_store(m, d, processors);
    }
    for (int k = 0; k < KINDS; k++)
        middle[k] = made_median(took[k], TURNS);
    (void)printf("  %u processor%s\n", processors, processors == 1 ? "" : "s");
    line("the bytes added up from memory", middle[MEMORY], 0, 0);
    line("as many of the store's file from the cache", middle[FILE_CACHE], 0, 0);
    if (processors == 1)
        line("tallied from memory", middle[TALLY_MEMORY], middle[MEMORY], middle[FILE_CACHE]);
    line("tallied from the store", middle[TALLY_STORE], middle[MEMORY], middle[FILE_CACHE]);
}

static void bench(double millions)
{
    const long online = sysconf(_SC_NPROCESSORS_ONLN);
    const unsigned processors = online > PROCESSORS_MAX ? PROCESSORS_MAX : online > 1 ? (unsigned)online : 1;
    const struct dataset_options options = {.threads = 0};
    struct dataset d;
    struct made m;
    struct err e = ERR_INIT;

    made_init(&m, millions);
    made_must(dataset_load(m.address, &options, &d, &e), &e);
    (void)printf("%zu responses x %d questions in %zu classes, %s kernel (imported in %.1f s)\n",
                 m.classes * MADE_CLASS, MADE_QUESTIONS, m.classes, d.measurement[0].form->plan.kernel->name,
                 m.import_s);
    side_by_side(&m, &d, 1);
    if (processors > 1)
        side_by_side(&m, &d, processors);
    dataset_fini(&d);
    made_fini(&m);
}

int main(int argc, char **argv)
{
    struct err e = ERR_INIT;

    made_must(day_zone_init(&e) && secret_init(&e), &e);
    for (int i = 1; i < argc; i++)
        bench(strtod(argv[i], NULL));
    if (argc == 1) {
        bench(1);
        bench(10);
    }
    return 0;
}
