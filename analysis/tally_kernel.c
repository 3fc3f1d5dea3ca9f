#include "analysis/tally_kernel.h"

#include <string.h>

static void portable_genders(const struct tally_plan *p, struct tally_chunk *c)
{
    const uint8_t *col = c->column[p->gender_question];

    memset(c->mask, 0, sizeof c->mask);
    for (unsigned i = 0; i < c->persons; i++) {
        c->gender[i] = p->gender_of[col[i]];
        c->mask[c->gender[i]] |= UINT32_C(1) << i;
    }
}

static bool portable_counts(const struct tally_plan *p, const struct tally_chunk *c,
                            const struct tally_sink *out)
{
    for (int q = 0; q < p->questions; q++) {
        for (unsigned i = 0; i < c->persons; i++) {
            const uint8_t answer = c->column[q][i];
            const unsigned row = answer == ANSWER_DONT_KNOW ? p->rows - 1 : answer;
            const unsigned at = row * p->row + (unsigned)q;

            if (answer != ANSWER_DONT_KNOW && answer > p->options[q])
                return false;
            out->group[at]++;
            if (c->genders)
                out->gender[c->gender[i]][at]++;
        }
    }
    return true;
}

/* The score 0..C-1 of an answer, or -1. */
static int score(const struct tally_plan *p, int question, uint8_t answer)
{
    const int options = p->options[question];

    if (answer < 1 || answer > options)
        return -1;
    return p->reversed[question] ? options - answer : answer - 1;
}

static void portable_indexes(const struct tally_plan *p, const struct tally_chunk *c,
                             const struct tally_sink *out)
{
    for (int d = 0; d < p->dimensions; d++) {
        const struct tally_dimension *dim = &p->dimension[d];

        for (unsigned i = 0; i < c->persons && dim->questions > 0; i++) {
            int answered = 0, sum = 0;
            unsigned at;

            for (int k = 0; k < dim->questions; k++) {
                int t = score(p, dim->question[k], c->column[dim->question[k]][i]);

                answered += t >= 0;
                sum += t >= 0 ? t * dim->weight[k] : 0;
            }
            at = dim->cell_first + dim->base[answered] + (answered >= dim->least ? (unsigned)sum : 0);
            out->group[at]++;
            if (c->genders)
                out->gender[c->gender[i]][at]++;
        }
    }
}

static void add_products(const struct tally_dimension *dim, const uint64_t *t, uint64_t *pair)
{
    for (int k = 0; k < dim->questions; k++)
        *pair++ += t[k];
    for (int j = 0; j < dim->questions; j++) {
        for (int k = j; k < dim->questions; k++)
            *pair++ += t[j] * t[k];
    }
}

static void portable_products(const struct tally_plan *p, const struct tally_chunk *c,
                              const struct tally_sink *out)
{
    for (int d = 0; d < p->dimensions; d++) {
        const struct tally_dimension *dim = &p->dimension[d];

        for (unsigned i = 0; i < c->persons && dim->questions > 0; i++) {
            uint64_t t[FORM_QUESTIONS_MAX];
            bool complete = true;

            for (int k = 0; k < dim->questions && complete; k++) {
                int s = score(p, dim->question[k], c->column[dim->question[k]][i]);

                complete = s >= 0;
                t[k] = complete ? (uint64_t)s : 0;
            }
            if (!complete)
                continue;
            out->complete[d]++;
            add_products(dim, t, out->pair + dim->first_pair);
        }
    }
}

static void portable_dimensions(const struct tally_plan *p, const struct tally_chunk *c, unsigned parts,
                                const struct tally_sink *out)
{
    if ((parts & TALLY_INDEX) != 0)
        portable_indexes(p, c, out);
    if ((parts & TALLY_PRODUCTS) != 0)
        portable_products(p, c, out);
}

const struct tally_kernel TALLY_KERNEL_PORTABLE = {.name = "portable",
                                                   .genders = portable_genders,
                                                   .counts = portable_counts,
                                                   .dimensions = portable_dimensions};

const struct tally_kernel *tally_kernel_best(const struct tally_plan *p)
{
    const struct tally_kernel *fast = tally_kernel_avx512(p);

    if (fast == NULL)
        fast = tally_kernel_avx2(p);
    return fast != NULL ? fast : &TALLY_KERNEL_PORTABLE;
}
