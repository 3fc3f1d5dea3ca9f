#define _XOPEN_SOURCE 700 /* mkdtemp */
#include "tests/bench/made.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/base/buf.h"
#include "core/base/faults.h"
#include "core/base/mem.h"
#include "core/domain/form_load.h"
#include "core/store/store.h"

void made_must(bool ok, const struct err *e)
{
    if (!ok) {
        (void)fprintf(stderr, "bench: %s\n", e->text);
        exit(1);
    }
}

double made_now_s(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int by_size(const void *a, const void *b)
{
    const double *x = a, *y = b;

    return *x < *y ? -1 : *x > *y;
}

double made_median(double *x, size_t count)
{
    qsort(x, count, sizeof *x, by_size);
    return x[count / 2];
}

size_t made_bytes(const struct made *m)
{
    return m->classes * MADE_BLOCK;
}

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
    for (int q = 0; q < MADE_QUESTIONS - 1; q++)
        buf_addf(&b, "  - {id: q%d, dimension: %s, scale: fyra, text: {sv: Q%d}}\n", q, DIMENSIONS[q % 3], q);
    buf_adds(&b, "background:\n  - {id: kon, scale: kon, gender: yes, text: {sv: K}}\n");
    faults_init(&faults);
    if (!form_parse("bench", buf_str(&b), b.bytes, &f, &faults, &e)) {
        faults_print(&faults);
        made_must(false, &e);
    }
    faults_fini(&faults);
    buf_fini(&b);
    return f;
}

/* Answers as pupils give them: mostly good, 3 % none, 4 % vet ej. */
static void make_answers(uint8_t *answers, size_t bytes)
{
    uint32_t seed = 1;

    for (size_t i = 0; i < bytes; i++) {
        const bool gender = i % MADE_BLOCK / MADE_CLASS == MADE_QUESTIONS - 1;
        unsigned r;

        seed = seed * 1664525 + 1013904223;
        r = (seed >> 16) % 100;
        if (gender)
            answers[i] = r < 48 ? 1 : r < 96 ? 2 : r < 98 ? 3 : 4;
        else
            answers[i] = r < 3    ? ANSWER_NONE
                         : r < 7  ? ANSWER_DONT_KNOW
                         : r < 14 ? 1
                         : r < 30 ? 2
                         : r < 65 ? 3
                                  : 4;
    }
}

static void fill(struct store *s, const struct made *m)
{
    const struct form *form = m->form;
    struct round r = {.code = "2026-04", .opens_s = 1, .closes_s = 2};
    struct err e = ERR_INIT;
    enum store_change change;

    made_must(store_begin(s, &e), &e);
    made_must(store_round_add(s, &r, &form, 1, &e), &e);
    for (size_t i = 0; i < m->classes; i++) {
        struct group g = {
            .school_year = 2025, .grade = 4, .enrolled = 28, .school_form = SCHOOL_FORM_GRUNDSKOLA};
        struct block b = {.round = "2026-04", .responses = MADE_CLASS, .questions = MADE_QUESTIONS};
        struct unit u = {.name = "Enhet", .school_forms = 1U << SCHOOL_FORM_GRUNDSKOLA};

        (void)snprintf(u.code, sizeof u.code, "%08zu", 10000000 + i / MADE_UNIT_CLASSES);
        if (i % MADE_UNIT_CLASSES == 0)
            made_must(store_unit_put(s, &u, &change, &e), &e);
        memcpy(g.unit_code, u.code, sizeof g.unit_code);
        (void)snprintf(g.name, sizeof g.name, "%02zu", i % MADE_UNIT_CLASSES);
        made_must(store_group_put(s, &g, &change, &e), &e);
        made_must(store_group_find(s, u.code, 2025, g.name, &g, &e), &e);
        b.group_id = g.id;
        b.answers = m->answers + i * MADE_BLOCK;
        memcpy(b.form_hash, form->hash, sizeof b.form_hash);
        made_must(store_block_add(s, &b, &e), &e);
    }
    made_must(store_commit(s, &e), &e);
}

void made_init(struct made *m, double millions)
{
    struct store *s = NULL;
    struct err e = ERR_INIT;
    double began;

    memset(m, 0, sizeof *m);
    m->classes = (size_t)(millions * 1e6) / MADE_CLASS;
    m->answers = mem_alloc(m->classes, MADE_BLOCK);
    make_answers(m->answers, made_bytes(m));
    m->form = make_form();
    m->folder = mem_dup("/tmp/tld-bench-XXXXXX");
    if (mkdtemp(m->folder) == NULL) {
        (void)err_set(&e, ERR_IO, "%s: a folder can not be made", m->folder);
        made_must(false, &e);
    }
    m->address = mem_printf("%s/tld.db", m->folder);
    made_must(store_create(m->address, "Mätning", &e) && store_open(m->address, STORE_WRITE, &s, &e), &e);
    began = made_now_s();
    fill(s, m);
    store_close(s);
    m->import_s = made_now_s() - began;
}

void made_fini(struct made *m)
{
    static const char *const BESIDE[] = {"", "-wal", "-shm", ".key", ".lock"};

    for (size_t i = 0; i < sizeof BESIDE / sizeof BESIDE[0]; i++) {
        char *path = mem_printf("%s%s", m->address, BESIDE[i]);

        (void)unlink(path);
        free(path);
    }
    (void)rmdir(m->folder);
    form_free(m->form);
    free(m->answers);
    free(m->address);
    free(m->folder);
    memset(m, 0, sizeof *m);
}
