#include "analysis/tally_kernel.h"

#include <string.h>

static void portable_genders(const struct tally_plan *p, const struct tally_chunk *c,
                             uint32_t persons[TALLY_GENDERS], unsigned count[TALLY_GENDERS])
{
    const uint8_t *col = c->column[p->gender_question];

    for (int g = 0; g < TALLY_GENDERS; g++)
        persons[g] = count[g] = 0;
    for (unsigned i = 0; i < c->persons; i++) {
        const int g = col[i] < sizeof p->gender_of ? p->gender_of[col[i]] : GENDER_UNSAID;

        persons[g] |= UINT32_C(1) << i;
        count[g]++;
    }
}

static bool portable_counts(const struct tally_plan *p, const struct tally_chunk *c,
                            const struct tally_target *to, unsigned targets)
{
    for (int q = 0; q < p->questions; q++) {
        for (unsigned i = 0; i < c->persons; i++) {
            const uint8_t answer = c->column[q][i];
            const unsigned row = answer == ANSWER_DONT_KNOW ? p->rows - 1 : answer - 1U;

            if (answer == ANSWER_NONE)
                continue;
            if (answer != ANSWER_DONT_KNOW && answer > p->options[q])
                return false;
            for (unsigned k = 0; k < targets; k++)
                to[k].cell[row * p->row + (unsigned)q] += (uint8_t)(to[k].persons >> i & 1);
        }
    }
    return true;
}

void tally_list_bins(const struct tally_plan *p, const struct tally_chunk *c, const struct tally_target *to)
{
    for (unsigned d = 0; d < p->lists; d++) {
        uint8_t *at = tally_list(p, to->cell, d, to->room) + to->first * p->bin_bytes;

        for (uint32_t left = to->persons; left != 0; left &= left - 1, at += p->bin_bytes) {
            const int i = __builtin_ctz(left);

            tally_bin_put(p, at, p->bin_bytes == 1 ? c->bin[d][i] : c->wide[d][i]);
        }
    }
}

/* One person in one dimension. */
static void portable_dimension(const struct tally_plan *p, const struct tally_dimension *dim,
                               struct tally_chunk *c, unsigned person, uint8_t *scores, uint64_t *complete)
{
    int answered = 0;
    unsigned sum = 0, bin;

    for (int k = 0; k < dim->questions; k++) {
        const struct tally_scores_of *of = &p->scores_of[dim->question[k]];
        const unsigned answer = c->column[dim->question[k]][person] & 15U; /* "vet ej" becomes 15 */

        answered += of->scored[answer];
        sum += (unsigned)(of->score[answer] * dim->weight[k]);
        scores[k * TALLY_WAITING] = of->score[answer];
    }
    bin = dim->base[answered] + (answered >= dim->least ? sum : 0);
    c->bin[dim->list][person] = (uint8_t)bin;
    c->wide[dim->list][person] = (uint16_t)bin;
    *complete += answered == dim->questions;
    for (int k = 0; k < dim->questions && answered < dim->questions; k++)
        scores[k * TALLY_WAITING] = 0;
}

static void portable_dimensions(const struct tally_plan *p, struct tally_chunk *c, uint8_t *scores,
                                uint64_t complete[FORM_DIMENSIONS_MAX])
{
    for (int d = 0; d < p->dimensions; d++) {
        const struct tally_dimension *dim = &p->dimension[d];

        for (unsigned i = 0; dim->questions > 0 && i < c->persons; i++)
            portable_dimension(p, dim, c, i, scores + (size_t)dim->first_score * TALLY_WAITING + i,
                               &complete[d]);
    }
}

static uint64_t product(const uint8_t *x, const uint8_t *y)
{
    uint32_t sum = 0; /* of TALLY_WAITING products of at most 64 */

    for (unsigned i = 0; i < TALLY_WAITING; i++)
        sum += (uint32_t)(x[i] * y[i]);
    return sum;
}

static uint64_t total(const uint8_t *x)
{
    uint32_t sum = 0;

    for (unsigned i = 0; i < TALLY_WAITING; i++)
        sum += x[i];
    return sum;
}

static void portable_products(const struct tally_plan *p, const uint8_t *scores, uint64_t *pair)
{
    for (int d = 0; d < p->dimensions; d++) {
        const int questions = p->dimension[d].questions;

        for (int k = 0; k < questions; k++)
            *pair++ += total(scores + (size_t)k * TALLY_WAITING);
        for (int j = 0; j < questions; j++) {
            for (int k = j; k < questions; k++)
                *pair++ += product(scores + (size_t)j * TALLY_WAITING, scores + (size_t)k * TALLY_WAITING);
        }
        scores += (size_t)questions * TALLY_WAITING;
    }
}

const struct tally_kernel TALLY_KERNEL_PORTABLE = {.name = "portable",
                                                   .genders = portable_genders,
                                                   .counts = portable_counts,
                                                   .list = tally_list_bins,
                                                   .dimensions = portable_dimensions,
                                                   .products = portable_products};

const struct tally_kernel *tally_kernel_best(const struct tally_plan *p)
{
    const struct tally_kernel *fast = tally_kernel_avx512(p);

    if (fast == NULL)
        fast = tally_kernel_avx2(p);
    return fast != NULL ? fast : &TALLY_KERNEL_PORTABLE;
}
