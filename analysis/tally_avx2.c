/*
 * The tally's inner loops for AVX2: 32 persons side by side in a register.
 *
 * Counts: the low bits of each question's answers are gathered into words of one bit a person (movemask);
 * then eight questions at a time are looked at side by side: for each answer the persons who gave it are an
 * AND of such words, and their number a popcount in the register (nibbles looked up by a byte shuffle; Mula
 * 2011). Scores are looked up by byte shuffles, products of bytes added in pairs (maddubs).
 */
#include "analysis/tally_x86.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#define AVX2 __attribute__((target("avx2,popcnt,bmi")))

enum { PLANES = 4, ROW_MAX = (FORM_QUESTIONS_MAX + 7) / 8 * 8 };

AVX2 static inline __m256i load(const void *p)
{
    return _mm256_loadu_si256((const __m256i *)p);
}

AVX2 static inline void store(void *p, __m256i v)
{
    _mm256_storeu_si256((__m256i *)p, v);
}

static inline uint32_t live_bits(unsigned persons)
{
    return persons >= 32 ? ~UINT32_C(0) : (UINT32_C(1) << persons) - 1;
}

/* 0xFF in the lanes of persons. */
AVX2 static inline __m256i live_lanes(unsigned persons)
{
    static const uint8_t EDGE[64] = {255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
                                     255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
                                     255, 255, 255, 255, 255, 255, 255, 255, 255, 255};

    return load(EDGE + 32 - persons);
}

/* A value for each answer, from a table of answers below 16; 0 for "vet ej". */
AVX2 static inline __m256i look_up(const uint8_t table[16], __m256i answers)
{
    const __m128i t = _mm_loadu_si128((const __m128i *)(const void *)table);

    return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(t), answers);
}

AVX2 void tally_avx2_genders(const struct tally_plan *p, const struct tally_chunk *c,
                             uint32_t persons[TALLY_GENDERS], unsigned count[TALLY_GENDERS])
{
    const __m256i gender = look_up(p->gender_of, load(c->column[p->gender_question]));
    const uint32_t live = live_bits(c->persons);

    for (int g = 0; g < TALLY_GENDERS; g++) {
        const __m256i is = _mm256_cmpeq_epi8(gender, _mm256_set1_epi8((char)g));

        persons[g] = live & (uint32_t)_mm256_movemask_epi8(is);
        count[g] = (unsigned)_mm_popcnt_u32(persons[g]);
    }
}

/* ---- counts ---------------------------------------------------------------------------------------------
 */

/* plane[k][q]: bit k of the answers to question q, a bit a person. False when an answer is no option. */
AVX2 static bool gather_planes(const struct tally_plan *p, const struct tally_chunk *c, unsigned planes,
                               uint32_t plane[PLANES][ROW_MAX])
{
    const __m256i one = _mm256_set1_epi8(1);
    __m256i stray = _mm256_setzero_si256();

    for (int q = 0; q < p->questions; q++) {
        const __m256i v = load(c->column[q]);
        const __m256i most = _mm256_set1_epi8((char)p->most[q]);

        /* One more: "vet ej" becomes 0. */
        stray = _mm256_or_si256(stray, _mm256_subs_epu8(_mm256_add_epi8(v, one), most));
        plane[0][q] = (uint32_t)_mm256_movemask_epi8(_mm256_slli_epi16(v, 7));
        plane[1][q] = (uint32_t)_mm256_movemask_epi8(_mm256_slli_epi16(v, 6));
        plane[2][q] = (uint32_t)_mm256_movemask_epi8(_mm256_slli_epi16(v, 5));
        if (planes == PLANES)
            plane[3][q] = (uint32_t)_mm256_movemask_epi8(_mm256_slli_epi16(v, 4));
    }
    return _mm256_testz_si256(stray, live_lanes(c->persons)) != 0;
}

/* The number of bits in each of eight words. */
AVX2 static inline __m256i popcount8(__m256i v)
{
    const __m256i table = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1, 2, 1, 2,
                                           2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
    const __m256i nibble = _mm256_set1_epi8(15);
    const __m256i low = _mm256_shuffle_epi8(table, _mm256_and_si256(v, nibble));
    const __m256i high = _mm256_shuffle_epi8(table, _mm256_and_si256(_mm256_srli_epi16(v, 4), nibble));
    const __m256i bytes = _mm256_add_epi8(low, high);

    return _mm256_madd_epi16(_mm256_maddubs_epi16(bytes, _mm256_set1_epi8(1)), _mm256_set1_epi16(1));
}

AVX2 static inline __m128i words(__m256i n)
{
    return _mm_packus_epi32(_mm256_castsi256_si128(n), _mm256_extracti128_si256(n, 1));
}

/* The first to come writes without reading: reading new memory makes the system give it twice. */
AVX2 static inline void add8_bytes(uint8_t *counter, __m128i n, bool fresh)
{
    __m128i bytes = _mm_packus_epi16(n, n);

    if (!fresh)
        bytes = _mm_add_epi8(bytes, _mm_loadl_epi64((const __m128i *)(const void *)counter));
    _mm_storel_epi64((__m128i *)(void *)counter, bytes);
}

/* The answers of a target's persons. */
AVX2 static void count(const struct tally_plan *p, uint32_t plane[PLANES][ROW_MAX], unsigned planes,
                       const struct tally_target *to)
{
    const __m256i persons = _mm256_set1_epi32((int)to->persons);
    const unsigned rows = p->rows, width = p->row, dont_know = (1U << planes) - 1;

    for (unsigned q = 0; q < width; q += 8) {
        __m256i bit[PLANES][2];

        bit[3][0] = persons;
        for (unsigned k = 0; k < planes; k++) {
            bit[k][1] = _mm256_and_si256(load(&plane[k][q]), persons);
            bit[k][0] = _mm256_xor_si256(bit[k][1], persons);
        }
        for (unsigned row = 0; row < rows; row++) {
            const unsigned code = row == rows - 1 ? dont_know : row + 1;
            const __m256i low = _mm256_and_si256(bit[0][code & 1], bit[1][code >> 1 & 1]);
            const __m256i high = _mm256_and_si256(bit[2][code >> 2 & 1], bit[3][code >> 3 & 1]);

            add8_bytes(to->cell + row * width + q, words(popcount8(_mm256_and_si256(low, high))), to->fresh);
        }
    }
}

AVX2 static bool avx2_counts(const struct tally_plan *p, const struct tally_chunk *c,
                             const struct tally_target *to, unsigned targets)
{
    const unsigned planes = p->rows <= 7 ? 3 : PLANES; /* up to six options, and vet ej as 7 */
    uint32_t plane[PLANES][ROW_MAX];

    for (unsigned k = 0; k < PLANES; k++) /* the row's filling */
        store(&plane[k][p->row - 8], _mm256_setzero_si256());
    if (!gather_planes(p, c, planes, plane))
        return false;
    for (unsigned i = 0; i < targets; i++)
        count(p, plane, planes, &to[i]);
    return true;
}

/* ---- dimensions -----------------------------------------------------------------------------------------
 */

/* What the persons of a chunk scored in one dimension. */
struct scored {
    __m256i t[FORM_QUESTIONS_MAX];
    __m256i answered, sum;
};

AVX2 static inline void score_all(const struct tally_plan *p, const struct tally_dimension *dim,
                                  const struct tally_chunk *c, struct scored *s)
{
    s->answered = s->sum = _mm256_setzero_si256();
    for (int k = 0; k < dim->questions; k++) {
        const struct tally_scores_of *of = &p->scores_of[dim->question[k]];
        const __m256i v = load(c->column[dim->question[k]]);

        s->t[k] = look_up(of->score, v);
        s->answered = _mm256_add_epi8(s->answered, look_up(of->scored, v));
        s->sum = _mm256_add_epi8(s->sum, dim->weight[k] == 1 ? s->t[k] : look_up(of->weighted, v));
    }
}

/* The bin of each person: base[answered] + sum, in bytes. */
AVX2 static inline __m256i bins(const struct tally_dimension *dim, const struct scored *s)
{
    const __m256i enough = _mm256_cmpgt_epi8(s->answered, _mm256_set1_epi8((char)(dim->least - 1)));

    return _mm256_add_epi8(look_up(dim->byte_base, s->answered), _mm256_and_si256(s->sum, enough));
}

/* Keeps the scores of those who answered the whole dimension; returns how many they are. */
AVX2 static inline uint64_t put_scores(const struct tally_dimension *dim, const struct tally_chunk *c,
                                       const struct scored *s, uint8_t *scores)
{
    const __m256i complete = _mm256_and_si256(
        _mm256_cmpeq_epi8(s->answered, _mm256_set1_epi8((char)dim->questions)), live_lanes(c->persons));

    for (int k = 0; k < dim->questions; k++)
        store(scores + (size_t)k * TALLY_WAITING, _mm256_and_si256(s->t[k], complete));
    return (uint64_t)_mm_popcnt_u32((uint32_t)_mm256_movemask_epi8(complete));
}

AVX2 void tally_avx2_dimensions(const struct tally_plan *p, struct tally_chunk *c, uint8_t *scores,
                                uint64_t complete[FORM_DIMENSIONS_MAX])
{
    struct scored s;

    for (int d = 0; d < p->dimensions; d++) {
        const struct tally_dimension *dim = &p->dimension[d];

        if (dim->questions == 0)
            continue;
        score_all(p, dim, c, &s);
        store(c->bin[dim->list], bins(dim, &s));
        complete[d] += put_scores(dim, c, &s, scores + (size_t)dim->first_score * TALLY_WAITING);
    }
}

/* ---- products -------------------------------------------------------------------------------------------
 */

/* The sum of 16 words, each below 32768. */
AVX2 static inline uint64_t across(__m256i words16)
{
    const __m256i sums = _mm256_madd_epi16(words16, _mm256_set1_epi16(1));
    __m128i s = _mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));

    s = _mm_add_epi32(s, _mm_shuffle_epi32(s, 0x4e));
    s = _mm_add_epi32(s, _mm_shuffle_epi32(s, 0xb1));
    return (uint32_t)_mm_cvtsi128_si32(s);
}

AVX2 static inline __m256i multiply_add(__m256i sum, __m256i x, const uint8_t *column)
{
    return _mm256_add_epi16(sum, _mm256_maddubs_epi16(x, load(column)));
}

/* Sums of products of one column with `columns` that follow each other, at most TALLY_ABREAST. A byte is at
 * most 8, a pair of products at most 128: a word holds more than TALLY_WAITING / 32 of them. */
AVX2 static void avx2_multiply(const uint8_t *one, const uint8_t *others, int columns, uint64_t *sum)
{
    const uint8_t *at[TALLY_ABREAST];
    __m256i a = _mm256_setzero_si256(), b = a, c = a, d = a;

    for (int k = 0; k < TALLY_ABREAST; k++) /* the last again where there are fewer */
        at[k] = others + (size_t)(k < columns ? k : columns - 1) * TALLY_WAITING;
    for (size_t i = 0; i < TALLY_WAITING; i += 32) {
        const __m256i x = load(one + i);

        a = multiply_add(a, x, at[0] + i);
        b = multiply_add(b, x, at[1] + i);
        c = multiply_add(c, x, at[2] + i);
        d = multiply_add(d, x, at[3] + i);
    }
    sum[0] += across(a);
    if (columns > 1)
        sum[1] += across(b);
    if (columns > 2)
        sum[2] += across(c);
    if (columns > 3)
        sum[3] += across(d);
}

void tally_pairs(const struct tally_plan *p, const uint8_t *scores, uint64_t *pair, tally_multiply *multiply)
{
    uint8_t ones[TALLY_WAITING];

    memset(ones, 1, sizeof ones);
    for (int d = 0; d < p->dimensions; d++) {
        const int questions = p->dimension[d].questions;

        for (int j = -1; j < questions; j++) { /* first the sums alone */
            for (int k = j < 0 ? 0 : j; k < questions; k += TALLY_ABREAST) {
                const int columns = questions - k < TALLY_ABREAST ? questions - k : TALLY_ABREAST;

                multiply(j < 0 ? ones : scores + (size_t)j * TALLY_WAITING,
                         scores + (size_t)k * TALLY_WAITING, columns, pair);
                pair += columns;
            }
        }
        scores += (size_t)questions * TALLY_WAITING;
    }
}

AVX2 static void avx2_products(const struct tally_plan *p, const uint8_t *scores, uint64_t *pair)
{
    tally_pairs(p, scores, pair, avx2_multiply);
}

static const struct tally_kernel KERNEL = {.name = "avx2",
                                           .genders = tally_avx2_genders,
                                           .counts = avx2_counts,
                                           .list = tally_list_bins,
                                           .dimensions = tally_avx2_dimensions,
                                           .products = avx2_products};

/* Whether what is computed in bytes stays in bytes. */
static bool fits_bytes(const struct tally_plan *p)
{
    for (int d = 0; d < p->dimensions; d++) {
        if (p->dimension[d].questions > 15 || p->dimension[d].bins > 256 ||
            p->dimension[d].questions * p->dimension[d].steps > 255)
            return false;
    }
    return true;
}

const struct tally_kernel *tally_kernel_avx2(const struct tally_plan *p)
{
    const bool has =
        __builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt") && __builtin_cpu_supports("bmi");

    return has && fits_bytes(p) ? &KERNEL : NULL;
}

#else

const struct tally_kernel *tally_kernel_avx2(const struct tally_plan *p)
{
    (void)p;
    return NULL;
}

#endif
