/*
 * The tally's inner loops for AVX2: 32 persons side by side in a register. A comparison gives a bit per
 * person (movemask), and popcount of it, and of it and a gender's bits, gives the counts.
 */
#include "analysis/tally_kernel.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2,popcnt,bmi")))

AVX2 static inline uint64_t equal_bits(const uint8_t *col, uint8_t value, bool wide)
{
    const __m256i v = _mm256_set1_epi8((char)value);
    const __m256i low = _mm256_loadu_si256((const __m256i *)(const void *)col);
    uint64_t bits = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, v));

    if (wide) {
        const __m256i high = _mm256_loadu_si256((const __m256i *)(const void *)(col + 32));

        bits |= (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, v)) << 32;
    }
    return bits;
}

static inline uint64_t live_bits(unsigned persons)
{
    return persons == 64 ? ~UINT64_C(0) : (UINT64_C(1) << persons) - 1;
}

AVX2 static void avx2_genders(const struct tally_plan *p, struct tally_chunk *c)
{
    const uint8_t *col = c->column[p->gender_question];
    const uint64_t live = live_bits(c->persons);
    uint64_t said = 0;

    for (int g = 0; g < TALLY_GENDERS; g++)
        c->mask[g] = 0;
    for (int code = 1; code <= p->options[p->gender_question]; code++) {
        const int g = p->gender_of[code];

        if (g != GENDER_UNSAID) {
            const uint64_t bits = equal_bits(col, (uint8_t)code, c->persons > 32) & live;

            c->mask[g] |= bits;
            said |= bits;
        }
    }
    c->mask[GENDER_UNSAID] = live & ~said;
    for (unsigned i = 0; i < c->persons; i++)
        c->gender[i] = p->gender_of[col[i]];
}

AVX2 static inline void count_one(const struct tally_chunk *c, const struct tally_sink *out, unsigned at,
                                  uint64_t bits, bool few)
{
    out->group[at] = (uint16_t)(out->group[at] + (unsigned)_mm_popcnt_u64(bits));
    if (!c->genders)
        return;
    out->gender[GENDER_GIRL][at] += (uint32_t)_mm_popcnt_u64(bits & c->mask[GENDER_GIRL]);
    out->gender[GENDER_BOY][at] += (uint32_t)_mm_popcnt_u64(bits & c->mask[GENDER_BOY]);
    if (few) {
        out->gender[GENDER_OTHER][at] += (uint32_t)_mm_popcnt_u64(bits & c->mask[GENDER_OTHER]);
        out->gender[GENDER_UNSAID][at] += (uint32_t)_mm_popcnt_u64(bits & c->mask[GENDER_UNSAID]);
    }
}

AVX2 static bool avx2_counts(const struct tally_plan *p, const struct tally_chunk *c,
                             const struct tally_sink *out)
{
    const uint64_t live = live_bits(c->persons);
    const bool wide = c->persons > 32;
    const bool few = c->genders && (c->mask[GENDER_OTHER] | c->mask[GENDER_UNSAID]) != 0;
    uint64_t stray = 0;

    for (int q = 0; q < p->questions; q++) {
        const uint8_t *col = c->column[q];
        const unsigned first = p->first[q];
        const unsigned options = (unsigned)p->options[q];
        uint64_t any = 0;

        for (unsigned k = 1; k <= options; k++) {
            const uint64_t bits = equal_bits(col, (uint8_t)k, wide) & live;

            any |= bits;
            count_one(c, out, first + k, bits, few);
        }
        if (any != live) { /* seldom: most answer */
            const uint64_t none = equal_bits(col, ANSWER_NONE, wide) & live;
            const uint64_t dont_know = equal_bits(col, ANSWER_DONT_KNOW, wide) & live;

            count_one(c, out, first, none, few);
            count_one(c, out, first + options + 1, dont_know, few);
            stray |= live & ~(any | none | dont_know);
        }
    }
    return stray == 0;
}

/* The scores of one question, 0 where there is no option, and in *valid 0xFF where there is one. */
AVX2 static inline __m256i scores(const struct tally_plan *p, int question, const uint8_t *col,
                                  __m256i *valid)
{
    const __m256i top = _mm256_set1_epi8((char)(p->options[question] - 1));
    const __m256i t =
        _mm256_sub_epi8(_mm256_loadu_si256((const __m256i *)(const void *)col), _mm256_set1_epi8(1));
    const __m256i ok = _mm256_cmpeq_epi8(_mm256_min_epu8(t, top), t);

    *valid = ok;
    return _mm256_and_si256(p->reversed[question] ? _mm256_sub_epi8(top, t) : t, ok);
}

/* Bytes times a small number; a product stays below 256. */
AVX2 static inline __m256i times(__m256i v, int weight)
{
    const __m256i w = _mm256_set1_epi16((short)weight);
    const __m256i even = _mm256_mullo_epi16(_mm256_and_si256(v, _mm256_set1_epi16(255)), w);
    const __m256i odd = _mm256_mullo_epi16(_mm256_srli_epi16(v, 8), w);

    return _mm256_or_si256(even, _mm256_slli_epi16(odd, 8));
}

AVX2 static void index_lanes(const struct tally_plan *p, const struct tally_dimension *dim,
                             const struct tally_chunk *c, unsigned from, uint8_t *answered, uint8_t *sum)
{
    __m256i n = _mm256_setzero_si256(), s = _mm256_setzero_si256(), enough;

    for (int k = 0; k < dim->questions; k++) {
        __m256i valid;
        __m256i t = scores(p, dim->question[k], c->column[dim->question[k]] + from, &valid);

        if (dim->weight[k] != 1)
            t = times(t, dim->weight[k]);
        n = _mm256_sub_epi8(n, valid);
        s = _mm256_add_epi8(s, t);
    }
    enough = _mm256_cmpgt_epi8(n, _mm256_set1_epi8((char)(dim->least - 1)));
    _mm256_storeu_si256((__m256i *)(void *)answered, n);
    _mm256_storeu_si256((__m256i *)(void *)sum, _mm256_and_si256(s, enough));
}

AVX2 static void avx2_indexes(const struct tally_plan *p, const struct tally_chunk *c,
                              const struct tally_sink *out)
{
    uint8_t answered[TALLY_CHUNK], sum[TALLY_CHUNK];

    for (int d = 0; d < p->dimensions; d++) {
        const struct tally_dimension *dim = &p->dimension[d];

        if (dim->questions == 0)
            continue;
        index_lanes(p, dim, c, 0, answered, sum);
        if (c->persons > 32)
            index_lanes(p, dim, c, 32, answered + 32, sum + 32);
        for (unsigned i = 0; i < c->persons; i++) {
            const unsigned at = dim->base[answered[i]] + (unsigned)sum[i];

            out->group[at]++;
            if (c->genders)
                out->gender[c->gender[i]][at]++;
        }
    }
}

/* The sum of the products of bytes; each is at most 64 and there are 32. */
AVX2 static inline uint64_t dot(__m256i a, __m256i b)
{
    const __m256i words = _mm256_madd_epi16(_mm256_maddubs_epi16(a, b), _mm256_set1_epi16(1));
    const __m128i four = _mm_add_epi32(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
    const __m128i two = _mm_add_epi32(four, _mm_shuffle_epi32(four, 0x4E));

    return (uint32_t)_mm_cvtsi128_si32(_mm_add_epi32(two, _mm_shuffle_epi32(two, 0xB1)));
}

AVX2 static void product_lanes(const struct tally_plan *p, int d, const struct tally_chunk *c, unsigned from,
                               const struct tally_sink *out)
{
    const struct tally_dimension *dim = &p->dimension[d];
    const uint64_t live = live_bits(c->persons) >> from;
    __m256i t[FORM_QUESTIONS_MAX];
    __m256i complete;
    uint8_t lane[32];
    uint64_t *pair = out->pair + dim->first_pair;

    for (unsigned i = 0; i < 32; i++)
        lane[i] = (live >> i & 1) != 0 ? 0xFF : 0;
    complete = _mm256_loadu_si256((const __m256i *)(const void *)lane);
    for (int k = 0; k < dim->questions; k++) {
        __m256i valid;

        t[k] = scores(p, dim->question[k], c->column[dim->question[k]] + from, &valid);
        complete = _mm256_and_si256(complete, valid);
    }
    out->complete[d] += (uint64_t)_mm_popcnt_u32((uint32_t)_mm256_movemask_epi8(complete));
    for (int k = 0; k < dim->questions; k++) {
        t[k] = _mm256_and_si256(t[k], complete);
        *pair++ += dot(t[k], _mm256_set1_epi8(1));
    }
    for (int j = 0; j < dim->questions; j++) {
        for (int k = j; k < dim->questions; k++)
            *pair++ += dot(t[j], t[k]);
    }
}

AVX2 static void avx2_products(const struct tally_plan *p, const struct tally_chunk *c,
                               const struct tally_sink *out)
{
    for (int d = 0; d < p->dimensions; d++) {
        if (p->dimension[d].questions == 0)
            continue;
        product_lanes(p, d, c, 0, out);
        if (c->persons > 32)
            product_lanes(p, d, c, 32, out);
    }
}

static const struct tally_kernel KERNEL = {.name = "avx2",
                                           .genders = avx2_genders,
                                           .counts = avx2_counts,
                                           .indexes = avx2_indexes,
                                           .products = avx2_products};

const struct tally_kernel *tally_kernel_avx2(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt") && __builtin_cpu_supports("bmi")
               ? &KERNEL
               : NULL;
}

#else

const struct tally_kernel *tally_kernel_avx2(void)
{
    return NULL;
}

#endif
