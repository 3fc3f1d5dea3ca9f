/*
 * The tally's inner loops for processors with AVX-512 that count bits and multiply bytes: as for AVX2, but
 * sixteen questions side by side, and the bins of some persons are pressed together at once.
 */
#include "analysis/tally_x86.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX512                                                                                               \
    __attribute__((                                                                                          \
        target("avx2,popcnt,bmi,avx512f,avx512vl,avx512bw,avx512vpopcntdq,avx512vnni,avx512vbmi2")))

enum { PLANES = 4, LANES = 16 };

static inline uint32_t low_bits(unsigned n)
{
    return n >= 32 ? ~UINT32_C(0) : (UINT32_C(1) << n) - 1;
}

/* ---- counts -------------------------------------------------------------------------------------------
 */

/* plane[k][q]: bit k of the answers to question q, a bit a person. False when an answer is no option. */
AVX512 static bool gather_planes(const struct tally_plan *p, const struct tally_chunk *c, bool four,
                                 uint32_t plane[PLANES][FORM_QUESTIONS_MAX])
{
    const __m256i one = _mm256_set1_epi8(1), two = _mm256_set1_epi8(2);
    const uint32_t live = low_bits(c->persons);
    __m256i stray = _mm256_setzero_si256();

    for (int q = 0; q < p->questions; q++) {
        const __m256i v = _mm256_maskz_loadu_epi8(live, c->column[q]);
        const __m256i most = _mm256_set1_epi8((char)p->most[q]);

        /* One more: "vet ej" becomes 0. */
        stray = _mm256_or_si256(stray, _mm256_subs_epu8(_mm256_add_epi8(v, one), most));
        plane[0][q] = _mm256_test_epi8_mask(v, one);
        plane[1][q] = _mm256_test_epi8_mask(v, two);
        plane[2][q] = _mm256_test_epi8_mask(v, _mm256_set1_epi8(4));
        if (four)
            plane[3][q] = _mm256_test_epi8_mask(v, _mm256_set1_epi8(8));
    }
    return _mm256_testz_si256(stray, stray) != 0;
}

/* A target's answers to sixteen questions, or to those that `lanes` has. */
struct lanes {
    __m512i a, b, c, d; /* the bits of its persons' answers, the lowest first */
    bool four;          /* d is used */
    __mmask16 lanes;
    bool fresh;
};

AVX512 static inline __m512i plane_of(const uint32_t *plane, __mmask16 lanes, __m512i persons)
{
    return _mm512_and_si512(_mm512_maskz_loadu_epi32(lanes, plane), persons);
}

/* Adds the number of bits in each lane. The first to come writes without reading: reading new memory makes
 * the system give it twice. */
AVX512 static inline void add(uint8_t *counter, const struct lanes *l, __m512i who)
{
    __m128i n = _mm512_cvtepi32_epi8(_mm512_popcnt_epi32(who));

    if (!l->fresh)
        n = _mm_add_epi8(n, _mm_maskz_loadu_epi8(l->lanes, counter));
    _mm_mask_storeu_epi8(counter, l->lanes, n);
}

/* Who answered `code`, of which only the last bits matter where there are three planes. */
#define ANSWERED(l, code)                                                                                    \
    fourth((l), (code),                                                                                      \
           _mm512_ternarylogic_epi32((l)->a, (l)->b, (l)->c,                                                 \
                                     1 << (((code)&1) << 2 | ((code)&2) | ((code)&4) >> 2)))

AVX512 static inline __m512i fourth(const struct lanes *l, unsigned code, __m512i who)
{
    if (!l->four)
        return who;
    return (code & 8) != 0 ? _mm512_and_si512(l->d, who) : _mm512_andnot_si512(l->d, who);
}

AVX512 static inline void count(const struct tally_plan *p, const struct lanes *l, uint8_t *cell)
{
    const unsigned options = p->rows - 1, row = p->row;

    add(cell, l, ANSWERED(l, 1));
    add(cell + row, l, ANSWERED(l, 2));
    if (options > 2)
        add(cell + 2 * row, l, ANSWERED(l, 3));
    if (options > 3)
        add(cell + 3 * row, l, ANSWERED(l, 4));
    if (options > 4)
        add(cell + 4 * row, l, ANSWERED(l, 5));
    if (options > 5)
        add(cell + 5 * row, l, ANSWERED(l, 6));
    if (options > 6)
        add(cell + 6 * row, l, ANSWERED(l, 7));
    if (options > 7)
        add(cell + 7 * row, l, ANSWERED(l, 8));
    if (options > 8)
        add(cell + 8 * row, l, ANSWERED(l, 9));
    add(cell + options * row, l, ANSWERED(l, 15)); /* vet ej: all ones */
}

AVX512 static bool avx512_counts(const struct tally_plan *p, const struct tally_chunk *c,
                                 const struct tally_target *to, unsigned targets)
{
    const bool four = p->rows > 7; /* three planes hold six options, and vet ej as 7 */
    uint32_t plane[PLANES][FORM_QUESTIONS_MAX];

    if (!gather_planes(p, c, four, plane))
        return false;
    for (unsigned q = 0; q < (unsigned)p->questions; q += LANES) {
        const __mmask16 lanes = (__mmask16)low_bits((unsigned)p->questions - q);

        for (unsigned i = 0; i < targets; i++) {
            const __m512i persons = _mm512_set1_epi32((int)to[i].persons);
            struct lanes l = {.four = four, .lanes = lanes, .fresh = to[i].fresh};

            l.a = plane_of(&plane[0][q], lanes, persons);
            l.b = plane_of(&plane[1][q], lanes, persons);
            l.c = plane_of(&plane[2][q], lanes, persons);
            if (four)
                l.d = plane_of(&plane[3][q], lanes, persons);
            count(p, &l, to[i].cell + q);
        }
    }
    return true;
}

/* ---- lists ----------------------------------------------------------------------------------------------
 */

AVX512 static void avx512_list(const struct tally_plan *p, const struct tally_chunk *c,
                               const struct tally_target *to)
{
    for (unsigned d = 0; d < p->lists; d++) {
        const __m256i bins = _mm256_loadu_si256((const __m256i *)(const void *)c->bin[d]);

        _mm256_mask_storeu_epi8(tally_list(p, to->cell, d, to->room) + to->first, low_bits(to->count),
                                _mm256_maskz_compress_epi8(to->persons, bins));
    }
}

/* ---- products -------------------------------------------------------------------------------------------
 */

AVX512 static void avx512_multiply(const uint8_t *one, const uint8_t *others, int columns, uint64_t *sum)
{
    const uint8_t *at[TALLY_ABREAST];
    __m512i a = _mm512_setzero_si512(), b = a, c = a, d = a;

    for (int k = 0; k < TALLY_ABREAST; k++) /* the last again where there are fewer */
        at[k] = others + (size_t)(k < columns ? k : columns - 1) * TALLY_WAITING;
    for (size_t i = 0; i < TALLY_WAITING; i += 64) {
        const __m512i x = _mm512_loadu_si512(one + i);

        a = _mm512_dpbusd_epi32(a, x, _mm512_loadu_si512(at[0] + i));
        b = _mm512_dpbusd_epi32(b, x, _mm512_loadu_si512(at[1] + i));
        c = _mm512_dpbusd_epi32(c, x, _mm512_loadu_si512(at[2] + i));
        d = _mm512_dpbusd_epi32(d, x, _mm512_loadu_si512(at[3] + i));
    }
    sum[0] += (uint32_t)_mm512_reduce_add_epi32(a);
    if (columns > 1)
        sum[1] += (uint32_t)_mm512_reduce_add_epi32(b);
    if (columns > 2)
        sum[2] += (uint32_t)_mm512_reduce_add_epi32(c);
    if (columns > 3)
        sum[3] += (uint32_t)_mm512_reduce_add_epi32(d);
}

static void avx512_products(const struct tally_plan *p, const uint8_t *scores, uint64_t *pair)
{
    tally_pairs(p, scores, pair, avx512_multiply);
}

static const struct tally_kernel KERNEL = {.name = "avx512",
                                           .genders = tally_avx2_genders,
                                           .counts = avx512_counts,
                                           .list = avx512_list,
                                           .dimensions = tally_avx2_dimensions,
                                           .products = avx512_products};

const struct tally_kernel *tally_kernel_avx512(const struct tally_plan *p)
{
    const bool has = __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") &&
                     __builtin_cpu_supports("avx512vpopcntdq") && __builtin_cpu_supports("avx512vnni") &&
                     __builtin_cpu_supports("avx512vbmi2");

    return has && tally_kernel_avx2(p) != NULL ? &KERNEL : NULL;
}

#else

const struct tally_kernel *tally_kernel_avx512(const struct tally_plan *p)
{
    (void)p;
    return NULL;
}

#endif
