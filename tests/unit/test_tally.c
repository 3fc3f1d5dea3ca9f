/*
 * Goal: the tally counts what a plain reading of statistics' definitions counts, whichever kernel, block
 * size, order and division into threads; and a packed tally comes back the same or not at all.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/tally.h"
#include "analysis/tally_kernel.h"
#include "core/base/mem.h"
#include "core/base/secret.h"
#include "tests/support/draw.h"

/* ---- made-up forms and answers --------------------------------------------------------------------------
 */

/* Scales 0..7 have 2..9 options; the last is the gender question's. */
static void make_form(struct form *f, int questions, int dimensions, bool mixed, bool gender)
{
    static char id[] = "f";
    const int plain = (int)draw(4);

    memset(f, 0, sizeof *f);
    f->id = id;
    f->dimensions = dimensions;
    for (int d = 0; d < dimensions; d++)
        f->dimension[d].id = id;
    f->scales = 9;
    for (int s = 0; s < 8; s++)
        f->scale[s].options = s + 2;
    f->scale[8].options = 4;
    f->scale[8].option[0].gender = GENDER_BOY;
    f->scale[8].option[1].gender = GENDER_GIRL;
    f->scale[8].option[2].gender = GENDER_OTHER;
    f->questions = questions + gender;
    for (int q = 0; q < questions; q++) {
        f->question[q].dimension = (int)draw((unsigned)dimensions + 1) - 1;
        f->question[q].scale = mixed ? (int)draw(4) : plain;
        f->question[q].reversed = draw(3) == 0;
    }
    if (gender) {
        f->question[questions].dimension = FORM_BACKGROUND;
        f->question[questions].scale = 8;
        f->question[questions].gender = true;
    }
}

static uint8_t make_answer(const struct form *f, int q)
{
    const unsigned r = draw(20);

    if (r == 0)
        return ANSWER_NONE;
    if (r == 1)
        return ANSWER_DONT_KNOW;
    return (uint8_t)(1 + draw((unsigned)f->scale[f->question[q].scale].options));
}

static struct block make_block(const struct form *f, int64_t id, size_t responses)
{
    uint8_t *answers =
        mem_alloc(responses * (size_t)f->questions, 1); /* exact, so that ASan sees overreading */

    for (size_t i = 0; i < responses * (size_t)f->questions; i++)
        answers[i] = make_answer(f, (int)(i / responses));
    return (struct block){
        .group_id = id, .responses = responses, .questions = (size_t)f->questions, .answers = answers};
}

/* ---- the plain reading ----------------------------------------------------------------------------------
 */

static int naive_gender(const struct form *f, const struct block *b, size_t person)
{
    for (size_t q = 0; q < b->questions; q++) {
        const uint8_t a = b->answers[q * b->responses + person];

        if (f->question[q].gender && a >= 1 && a <= 4)
            return (int)f->scale[f->question[q].scale].option[a - 1].gender;
    }
    return GENDER_UNSAID;
}

/* Whether every person of gender g (-1: all) is found in the counts of the sum, and nobody else. */
static void check_counts(const struct form *f, const struct tally_plan *p, const struct block *b, int g,
                         const struct tally_sum *s)
{
    for (int q = 0; q < f->questions; q++) {
        int64_t count[256] = {0};

        for (size_t i = 0; i < b->responses; i++) {
            if (g < 0 || naive_gender(f, b, i) == g)
                count[b->answers[(size_t)q * b->responses + i]]++;
        }
        assert_int_equal(tally_unanswered(p, s, q), count[ANSWER_NONE]);
        assert_int_equal(tally_dont_know(p, s, q), count[ANSWER_DONT_KNOW]);
        for (int c = 1; c <= f->scale[f->question[q].scale].options; c++)
            assert_int_equal(tally_options(p, s, q)[c - 1], count[c]);
    }
}

/* A person's index on 0..1 by the definition; negative when there is none. */
static double naive_index(const struct form *f, const struct block *b, size_t person, int d, bool *complete)
{
    double sum = 0;
    int asked = 0, answered = 0;

    for (int q = 0; q < f->questions; q++) {
        const int options = f->scale[f->question[q].scale].options;
        const uint8_t a = b->answers[(size_t)q * b->responses + person];

        if (f->question[q].dimension != d)
            continue;
        asked++;
        if (a == ANSWER_NONE || a == ANSWER_DONT_KNOW)
            continue;
        answered++;
        sum += (double)(f->question[q].reversed ? options - a : a - 1) / (options - 1);
    }
    *complete = asked > 0 && answered == asked;
    return asked == 0 || 2 * answered < asked ? -1 : sum / answered;
}

static void check_indexes(const struct form *f, const struct tally_plan *p, const struct block *b, int g,
                          const struct tally_sum *s)
{
    for (int d = 0; d < f->dimensions; d++) {
        size_t points = 0;
        int64_t *grid = tally_index_grid(p, s, d, &points);

        if (p->dimension[d].questions == 0 || p->dimension[d].questions > TALLY_GRID_QUESTIONS) {
            assert_null(grid);
            continue;
        }
        for (size_t i = 0; i < b->responses; i++) {
            bool complete;
            double x = naive_index(f, b, i, d, &complete);

            if (x >= 0 && (g < 0 || naive_gender(f, b, i) == g))
                grid[(size_t)(x * (double)(points - 1) + 0.5)]--;
        }
        for (size_t i = 0; i < points; i++)
            assert_int_equal(grid[i], 0);
        free(grid);
    }
}

static void check_products(const struct form *f, const struct tally *t, const struct block *b)
{
    for (int d = 0; d < f->dimensions; d++) {
        const struct tally_dimension *dim = &t->plan->dimension[d];
        const uint64_t *pair = t->pair + dim->first_pair + dim->questions;
        uint64_t complete_cases = 0;

        for (int j = 0; j < dim->questions; j++) {
            for (int k = j; k < dim->questions; k++) {
                uint64_t sum = 0;

                for (size_t i = 0; i < b->responses; i++) {
                    const int qj = dim->question[j], qk = dim->question[k];
                    const int cj = f->scale[f->question[qj].scale].options;
                    const int ck = f->scale[f->question[qk].scale].options;
                    const int aj = b->answers[(size_t)qj * b->responses + i];
                    const int ak = b->answers[(size_t)qk * b->responses + i];
                    bool complete;

                    (void)naive_index(f, b, i, d, &complete);
                    if (complete)
                        sum += (uint64_t)((f->question[qj].reversed ? cj - aj : aj - 1) *
                                          (f->question[qk].reversed ? ck - ak : ak - 1));
                }
                assert_int_equal(*pair++, sum);
            }
        }
        for (size_t i = 0; i < b->responses; i++) {
            bool complete;

            (void)naive_index(f, b, i, d, &complete);
            complete_cases += complete;
        }
        assert_int_equal(t->complete[d], complete_cases);
    }
}

/* ---- tests ----------------------------------------------------------------------------------------------
 */

static void check_block(const struct form *f, const struct tally_plan *p, const struct block *b)
{
    struct err e = ERR_INIT;
    struct tally t;
    struct tally_sum s;

    tally_init(&t, p, 3);
    assert_true(tally_add(&t, 1, b, &e));
    tally_sum_init(&s, p);
    tally_sum_group(&s, &t, 0);
    assert_int_equal(s.responses, b->responses);
    check_counts(f, p, b, -1, &s);
    check_indexes(f, p, b, -1, &s);
    tally_sum_fini(&s);
    for (int g = 0; g < TALLY_GENDERS && p->gender_question >= 0; g++) {
        if (g == TALLY_REST)
            continue;
        tally_sum_init(&s, p);
        tally_sum_gender(&s, &t, 1, (enum form_gender)g);
        check_counts(f, p, b, g, &s);
        check_indexes(f, p, b, g, &s);
        tally_sum_fini(&s);
    }
    tally_flush(&t);
    check_products(f, &t, b);
    tally_fini(&t);
}

static void tally_is_the_plain_reading(void **state)
{
    static const size_t SIZES[] = {1, 2, 5, 25, 31, 32, 33, 63, 64, 65, 96, 97, 128, 224, 225, 500};
    (void)state;
    seed = 20261001;
    for (int round = 0; round < 60; round++) {
        struct form f;
        struct tally_plan p;
        struct err e = ERR_INIT;
        const struct tally_kernel *kernels[3] = {&TALLY_KERNEL_PORTABLE};

        make_form(&f, 1 + (int)draw(20), 1 + (int)draw(4), round % 3 == 0, round % 2 == 0);
        assert_true(tally_plan_init(&p, &f, &e));
        kernels[1] = tally_kernel_avx2(&p);
        kernels[2] = tally_kernel_avx512(&p);
        for (size_t n = 0; n < sizeof SIZES / sizeof SIZES[0]; n++) {
            struct block b = make_block(&f, 7, SIZES[n]);

            for (size_t k = 0; k < 3; k++) {
                p.kernel = kernels[k];
                if (p.kernel != NULL)
                    check_block(&f, &p, &b);
            }
            free((void *)(uintptr_t)b.answers);
        }
    }
}

enum { UNITS = 4, CLASSES = 700 }; /* more classes than one page of cells */

static const char *unit_code(size_t unit, const void *arg)
{
    static const char *const CODES[UNITS] = {"10000001", "10000002", "10000003", "10000004"};

    (void)arg;
    return CODES[unit];
}

static size_t unit_number(const char *code, const void *arg)
{
    for (size_t u = 0; u < UNITS; u++) {
        if (strcmp(unit_code(u, arg), code) == 0)
            return u;
    }
    return SIZE_MAX;
}

static void add_all(struct tally *t, const struct block *b, size_t from, size_t step)
{
    struct err e = ERR_INIT;

    for (size_t i = from; i < CLASSES; i += step)
        assert_true(tally_add(t, i % UNITS, &b[i], &e));
}

static void *packed(struct tally *t, size_t *bytes)
{
    tally_sort(t);
    return tally_pack(t, unit_code, NULL, bytes);
}

static void parts_join_and_packing_keeps_all(void **state)
{
    struct block *blocks = mem_alloc(CLASSES, sizeof *blocks);
    struct tally whole, half[2], back;
    struct tally_plan p;
    struct form f;
    struct err e = ERR_INIT;
    size_t bytes, bytes2;
    unsigned char *a;
    void *b;

    (void)state;
    seed = 99;
    make_form(&f, 15, 3, false, true);
    assert_true(tally_plan_init(&p, &f, &e));
    for (size_t i = 0; i < CLASSES; i++)
        blocks[i] = make_block(&f, (int64_t)(CLASSES - i), 1 + draw(i % 50 == 0 ? 600 : 40));
    tally_init(&whole, &p, UNITS);
    add_all(&whole, blocks, 0, 1);
    tally_init(&half[0], &p, UNITS);
    tally_init(&half[1], &p, UNITS);
    add_all(&half[0], blocks, 0, 2);
    add_all(&half[1], blocks, 1, 2);
    tally_merge(&half[0], &half[1]);
    a = packed(&whole, &bytes);
    b = packed(&half[0], &bytes2);
    assert_int_equal(bytes, bytes2);
    assert_memory_equal(a, b, bytes);
    free(b);

    tally_init(&back, &p, UNITS);
    assert_true(tally_unpack(&back, a, bytes, unit_number, NULL, &e));
    b = packed(&back, &bytes2);
    assert_int_equal(bytes, bytes2);
    assert_memory_equal(a, b, bytes);
    free(b);
    tally_fini(&back);

    /* Any byte changed or any cut is noticed. */
    for (size_t i = 0; i < bytes; i += 1 + bytes / 200) {
        a[i] ^= 4;
        tally_init(&back, &p, UNITS);
        assert_false(tally_unpack(&back, a, bytes, unit_number, NULL, &e));
        tally_fini(&back);
        a[i] ^= 4;
        tally_init(&back, &p, UNITS);
        assert_false(tally_unpack(&back, a, i, unit_number, NULL, &e));
        tally_fini(&back);
    }
    free(a);
    tally_fini(&whole);
    tally_fini(&half[0]);
    for (size_t i = 0; i < CLASSES; i++)
        free((void *)(uintptr_t)blocks[i].answers);
    free(blocks);
}

/* Bytes that are whole but nonsense (a checksum is no secret) never lead outside. */
static void nonsense_with_a_checksum_is_refused(void **state)
{
    struct tally_plan p;
    struct form f;
    struct err e = ERR_INIT;
    int accepted = 0;

    (void)state;
    seed = 5;
    make_form(&f, 4, 1, false, true);
    assert_true(tally_plan_init(&p, &f, &e));
    for (int i = 0; i < 3000; i++) {
        struct block block = make_block(&f, 3, 4);
        struct tally t;
        unsigned char *a;
        size_t bytes;

        tally_init(&t, &p, UNITS);
        assert_true(tally_add(&t, 2, &block, &e));
        a = tally_pack(&t, unit_code, NULL, &bytes);
        for (int k = 0; k < 3; k++)
            a[4 + draw((unsigned)bytes - 36)] = (unsigned char)draw(256);
        secret_digest(a, bytes - 32, a + bytes - 32);
        tally_fini(&t);
        tally_init(&t, &p, UNITS);
        accepted += tally_unpack(&t, a, bytes, unit_number, NULL, &e); /* other counters may be in range */
        tally_fini(&t);
        free(a);
        free((void *)(uintptr_t)block.answers);
    }
    assert_true(accepted < 3000);
}

static void a_block_that_does_not_fit_is_refused(void **state)
{
    const struct tally_kernel *kernels[3] = {&TALLY_KERNEL_PORTABLE};
    struct tally_plan p;
    struct form f;
    struct err e = ERR_INIT;

    (void)state;
    seed = 8;
    make_form(&f, 3, 1, false, false);
    f.question[1].scale = 2; /* four options */
    assert_true(tally_plan_init(&p, &f, &e));
    kernels[1] = tally_kernel_avx2(&p);
    kernels[2] = tally_kernel_avx512(&p);
    for (int k = 0; k < 3 && kernels[k] != NULL; k++) {
        static const uint8_t STRAY[] = {5, 6, 9, 100, 254};

        p.kernel = kernels[k];
        for (size_t i = 0; i < sizeof STRAY; i++) {
            uint8_t answers[90] = {0};
            struct block b = {.responses = 30, .questions = 3, .answers = answers};
            struct tally t;

            answers[30 + 29] = STRAY[i];
            tally_init(&t, &p, 1);
            assert_false(tally_add(&t, 0, &b, &e));
            assert_int_equal(e.kind, ERR_INPUT);
            b.questions = 2;
            assert_false(tally_add(&t, 0, &b, &e));
            tally_fini(&t);
        }
    }
}

/* The grid of cases_public.json, case07 A (computed in R): four questions, an index from two answers on. */
static void grid_is_the_reference(void **state)
{
    static const struct {
        uint8_t answer[4];
        int persons;
    } PATTERNS[] = {{{4, 4, 4, 4}, 6}, {{4, 0, 3, 4}, 3}, {{3, 3, 0, 3}, 4},
                    {{2, 3, 2, 2}, 3}, {{0, 0, 4, 4}, 2}, {{1, 0, 0, 0}, 2},
                    {{3, 4, 3, 0}, 3}, {{2, 1, 1, 2}, 2}, {{0, 0, 0, 0}, 1}};
    static const int64_t GRID[37] = {[6] = 2, [15] = 3, [24] = 4, [28] = 3, [32] = 3, [36] = 8};
    uint8_t answers[4 * 26];
    struct block b = {.group_id = 1, .responses = 26, .questions = 4, .answers = answers};
    struct tally_plan p;
    struct tally_sum s;
    struct tally t;
    struct form f;
    struct err e = ERR_INIT;
    size_t points = 0, person = 0;
    int64_t *grid;

    (void)state;
    seed = 1;
    make_form(&f, 4, 1, false, false);
    for (int q = 0; q < 4; q++)
        f.question[q] = (struct form_question){.dimension = 0, .scale = 2};
    for (size_t i = 0; i < sizeof PATTERNS / sizeof PATTERNS[0]; i++) {
        for (int k = 0; k < PATTERNS[i].persons; k++, person++) {
            for (size_t q = 0; q < 4; q++)
                answers[q * 26 + person] = PATTERNS[i].answer[q];
        }
    }
    assert_true(tally_plan_init(&p, &f, &e));
    tally_init(&t, &p, 1);
    assert_true(tally_add(&t, 0, &b, &e));
    tally_sum_init(&s, &p);
    tally_flush(&t);
    tally_sum_group(&s, &t, 0);
    grid = tally_index_grid(&p, &s, 0, &points);
    assert_int_equal(points, 37);
    assert_memory_equal(grid, GRID, sizeof GRID);
    assert_int_equal(t.complete[0], 11);
    free(grid);
    tally_sum_fini(&s);
    tally_fini(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tally_is_the_plain_reading),
        cmocka_unit_test(parts_join_and_packing_keeps_all),
        cmocka_unit_test(nonsense_with_a_checksum_is_refused),
        cmocka_unit_test(a_block_that_does_not_fit_is_refused),
        cmocka_unit_test(grid_is_the_reference),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
