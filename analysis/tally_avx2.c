/*
 * The tally's inner loops for AVX2: 32 persons side by side in a register.
 *
 * Counts: the low bits of each question's answers are gathered into words of one bit a person (movemask);
 * then eight questions at a time are looked at side by side: for each answer the persons who gave it are an
 * AND of such words, and their number a popcount in the register (nibbles looked up by a byte shuffle; Mula
 * 2011). Products: bytes are multiplied and added in pairs (maddubs) into lanes that tally_flush empties.
 */
#include "analysis/tally_kernel.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2   __attribute__((target("avx2,popcnt,bmi")))
#define AVX512 __attribute__((target("avx2,popcnt,bmi,avx512f,avx512vl,avx512vpopcntdq")))
#define INLINE static inline __attribute__((always_inline, target("avx2,popcnt,bmi")))

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

AVX2 static inline uint32_t equal_bits(__m256i v, uint8_t value)
{
    return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(v, _mm256_set1_epi8((char)value)));
}

AVX2 static void avx2_genders(const struct tally_plan *p, struct tally_chunk *c)
{
    const uint8_t *col = c->column[p->gender_question];
    const __m256i v = load(col);
    const uint32_t live = live_bits(c->persons);
    uint32_t said = 0;

    for (int g = 0; g < TALLY_GENDERS; g++)
        c->mask[g] = 0;
    for (int code = 1; code <= p->options[p->gender_question]; code++) {
        const int g = p->gender_of[code];

        if (g != GENDER_UNSAID) {
            const uint32_t bits = equal_bits(v, (uint8_t)code) & live;

            c->mask[g] |= bits;
            said |= bits;
        }
    }
    c->mask[GENDER_UNSAID] = live & ~said;
    for (unsigned i = 0; i < c->persons; i++)
        c->gender[i] = p->gender_of[col[i]];
}

/* ---- counts ---------------------------------------------------------------------------------------------
 */

/* plane[k][q]: bit k of the answers to question q, a bit a person. False when an answer is no option. */
AVX2 static bool gather_planes(const struct tally_plan *p, const struct tally_chunk *c, unsigned planes,
                               uint32_t plane[PLANES][ROW_MAX])
{
    const __m256i dont_know = _mm256_set1_epi8((char)ANSWER_DONT_KNOW);
    __m256i stray = _mm256_setzero_si256();

    for (int q = 0; q < p->questions; q++) {
        const __m256i v = load(c->column[q]);
        const __m256i above = _mm256_subs_epu8(v, _mm256_set1_epi8((char)p->options[q]));

        stray = _mm256_or_si256(stray, _mm256_andnot_si256(_mm256_cmpeq_epi8(v, dont_know), above));
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

AVX2 static inline void add8(uint16_t *counter, __m128i n)
{
    const __m128i sum = _mm_add_epi16(_mm_loadu_si128((const __m128i *)(const void *)counter), n);

    _mm_storeu_si128((__m128i *)(void *)counter, sum);
}

AVX2 static inline void add8_bytes(uint8_t *counter, __m128i n)
{
    const __m128i bytes = _mm_packus_epi16(n, n);
    const __m128i sum = _mm_add_epi8(_mm_loadl_epi64((const __m128i *)(const void *)counter), bytes);

    _mm_storel_epi64((__m128i *)(void *)counter, sum);
}

/* The popcount is an argument, so that a processor which has an instruction for it gets its own copy of all
 * that follows. */
typedef __m256i popcount_fn(__m256i v);

INLINE __m128i masked(__m256i v, uint32_t mask, popcount_fn *popcount)
{
    return words(popcount(_mm256_and_si256(v, _mm256_set1_epi32((int)mask))));
}

/* The persons who gave one answer to each of eight questions; at: of the first. other NULL: there are none.
 */
struct cells {
    uint8_t *group;
    uint16_t *girl, *boy, *other; /* girl NULL: the form does not ask */
    uint32_t girls, boys, others;
};

INLINE void count8(struct cells c, unsigned at, __m256i who, popcount_fn *popcount)
{
    add8_bytes(c.group + at, words(popcount(who)));
    if (c.girl == NULL)
        return;
    add8(c.girl + at, masked(who, c.girls, popcount));
    add8(c.boy + at, masked(who, c.boys, popcount));
    if (c.other != NULL)
        add8(c.other + at, masked(who, c.others, popcount));
}

AVX2 static struct cells cells_of(const struct tally_chunk *c, const struct tally_sink *out)
{
    struct cells r = {.group = out->group};

    if (c->genders) {
        r.girl = out->gender[GENDER_GIRL];
        r.boy = out->gender[GENDER_BOY];
        r.other = c->mask[GENDER_OTHER] != 0 ? out->gender[GENDER_OTHER] : NULL;
        r.girls = c->mask[GENDER_GIRL];
        r.boys = c->mask[GENDER_BOY];
        r.others = c->mask[GENDER_OTHER];
    }
    return r;
}

INLINE bool counts(const struct tally_plan *p, const struct tally_chunk *c, const struct tally_sink *out,
                   popcount_fn *popcount)
{
    const __m256i live = _mm256_set1_epi32((int)live_bits(c->persons));
    const struct cells cells = cells_of(c, out);
    const unsigned rows = p->rows, width = p->row;
    const unsigned planes = rows <= 8 ? 3 : PLANES; /* up to six options, and vet ej as 7 */
    const unsigned dont_know = (1U << planes) - 1;
    uint32_t plane[PLANES][ROW_MAX];

    for (unsigned k = 0; k < PLANES; k++) /* the row's filling */
        store(&plane[k][p->row - 8], _mm256_setzero_si256());
    if (!gather_planes(p, c, planes, plane))
        return false;
    for (unsigned q = 0; q < width; q += 8) {
        __m256i bit[PLANES][2];

        bit[3][0] = live;
        for (unsigned k = 0; k < planes; k++) {
            bit[k][1] = _mm256_and_si256(load(&plane[k][q]), live);
            bit[k][0] = _mm256_xor_si256(bit[k][1], live);
        }
        for (unsigned row = 0; row < rows; row++) {
            const unsigned code = row == rows - 1 ? dont_know : row;
            const __m256i low = _mm256_and_si256(bit[0][code & 1], bit[1][code >> 1 & 1]);
            const __m256i high = _mm256_and_si256(bit[2][code >> 2 & 1], bit[3][code >> 3 & 1]);

            count8(cells, row * width + q, _mm256_and_si256(low, high), popcount);
        }
    }
    return true;
}

AVX2 static bool avx2_counts(const struct tally_plan *p, const struct tally_chunk *c,
                             const struct tally_sink *out)
{
    return counts(p, c, out, popcount8);
}

AVX512 static inline __m256i popcount8_avx512(__m256i v)
{
    return _mm256_popcnt_epi32(v);
}

AVX512 static bool avx512_counts(const struct tally_plan *p, const struct tally_chunk *c,
                                 const struct tally_sink *out)
{
    return counts(p, c, out, popcount8_avx512);
}

/* ---- dimensions -----------------------------------------------------------------------------------------
 */

/* The scores of one question, 0 where there is no option, and in *valid 0xFF where there is one. */
AVX2 static inline __m256i scores(const struct tally_plan *p, int question, const uint8_t *col,
                                  __m256i *valid)
{
    const __m256i top = _mm256_set1_epi8((char)(p->options[question] - 1));
    const __m256i t = _mm256_sub_epi8(load(col), _mm256_set1_epi8(1));
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
        __m256i valid;
        const __m256i t = scores(p, dim->question[k], c->column[dim->question[k]], &valid);

        s->t[k] = t;
        s->answered = _mm256_sub_epi8(s->answered, valid);
        s->sum = _mm256_add_epi8(s->sum, dim->weight[k] == 1 ? t : times(t, dim->weight[k]));
    }
}

/* The bin of each person: base[answered] + sum, in bytes. */
AVX2 static inline __m256i bins(const struct tally_dimension *dim, const struct scored *s)
{
    const __m256i enough = _mm256_cmpgt_epi8(s->answered, _mm256_set1_epi8((char)(dim->least - 1)));
    const __m256i table =
        _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)dim->byte_base));

    return _mm256_add_epi8(_mm256_shuffle_epi8(table, s->answered), _mm256_and_si256(s->sum, enough));
}

/* The bins of all dimensions, as places in a cell. */
struct binned {
    unsigned dimensions;
    unsigned first[FORM_DIMENSIONS_MAX];
    uint8_t bin[FORM_DIMENSIONS_MAX][TALLY_CHUNK];
};

/* The dimensions take turns, so that an addition need not wait for the one before in the same bin. Everything
 * is read into locals first: a byte that is written could be anyone's. */
AVX2 static void add_bins(const struct binned *b, const struct tally_chunk *c, const struct tally_sink *out)
{
    const unsigned persons = c->persons, dimensions = b->dimensions;
    uint8_t *group = out->group;
    uint8_t gender[TALLY_CHUNK];
    uint16_t *cell[TALLY_GENDERS];

    if (!c->genders) {
        for (unsigned i = 0; i < persons; i++) {
            for (unsigned d = 0; d < dimensions; d++)
                group[b->first[d] + b->bin[d][i]]++;
        }
        return;
    }
    store(gender, load(c->gender));
    for (int g = 0; g < TALLY_GENDERS; g++)
        cell[g] = out->gender[g];
    for (unsigned i = 0; i < persons; i++) {
        uint16_t *own = cell[gender[i]];

        for (unsigned d = 0; d < dimensions; d++) {
            const unsigned at = b->first[d] + b->bin[d][i];

            group[at]++;
            own[at]++;
        }
    }
}

/* Sums of products of the complete cases. A byte is at most 8, a pair of products at most 128. */
AVX2 static void add_products(const struct tally_dimension *dim, const struct tally_chunk *c,
                              struct scored *s, uint16_t *lane, uint64_t *complete_cases)
{
    const __m256i complete = _mm256_and_si256(
        _mm256_cmpeq_epi8(s->answered, _mm256_set1_epi8((char)dim->questions)), live_lanes(c->persons));
    const __m256i one = _mm256_set1_epi8(1);

    *complete_cases += (uint64_t)_mm_popcnt_u32((uint32_t)_mm256_movemask_epi8(complete));
    for (int k = 0; k < dim->questions; k++, lane += TALLY_LANES) {
        s->t[k] = _mm256_and_si256(s->t[k], complete);
        store(lane, _mm256_add_epi16(load(lane), _mm256_maddubs_epi16(s->t[k], one)));
    }
    for (int j = 0; j < dim->questions; j++) {
        for (int k = j; k < dim->questions; k++, lane += TALLY_LANES)
            store(lane, _mm256_add_epi16(load(lane), _mm256_maddubs_epi16(s->t[j], s->t[k])));
    }
}

AVX2 static void avx2_dimensions(const struct tally_plan *p, const struct tally_chunk *c, unsigned parts,
                                 const struct tally_sink *out)
{
    struct binned b;
    struct scored s;

    b.dimensions = 0;
    for (int d = 0; d < p->dimensions; d++) {
        const struct tally_dimension *dim = &p->dimension[d];

        if (dim->questions == 0)
            continue;
        score_all(p, dim, c, &s);
        b.first[b.dimensions] = dim->cell_first;
        store(b.bin[b.dimensions++], bins(dim, &s));
        if ((parts & TALLY_PRODUCTS) != 0)
            add_products(dim, c, &s, out->lane + (size_t)dim->first_pair * TALLY_LANES, &out->complete[d]);
    }
    if ((parts & TALLY_INDEX) != 0)
        add_bins(&b, c, out);
}

static const struct tally_kernel KERNEL = {
    .name = "avx2", .genders = avx2_genders, .counts = avx2_counts, .dimensions = avx2_dimensions};
static const struct tally_kernel KERNEL_AVX512 = {
    .name = "avx512", .genders = avx2_genders, .counts = avx512_counts, .dimensions = avx2_dimensions};

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

const struct tally_kernel *tally_kernel_avx512(const struct tally_plan *p)
{
    const bool has = __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vpopcntdq");

    return has && tally_kernel_avx2(p) != NULL ? &KERNEL_AVX512 : NULL;
}

#else

const struct tally_kernel *tally_kernel_avx2(const struct tally_plan *p)
{
    (void)p;
    return NULL;
}

const struct tally_kernel *tally_kernel_avx512(const struct tally_plan *p)
{
    (void)p;
    return NULL;
}

#endif
