#include "analysis/tally.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/tally_kernel.h"
#include "core/base/mem.h"

/* ---- the plan -------------------------------------------------------------------------------------------
 */

static int gcd(int a, int b)
{
    while (b != 0) {
        int r = a % b;

        a = b;
        b = r;
    }
    return a;
}

static int lcm(int a, int b)
{
    assert(a > 0 && b > 0);
    return a / gcd(a, b) * b;
}

/* Options 2..9 give C - 1 in 1..8, so steps is at most 840. */
static void dimension_scales(struct tally_dimension *dim, const struct tally_plan *p)
{
    dim->steps = 1;
    dim->options = 0;
    for (int k = 0; k < dim->questions; k++) {
        const int options = p->options[dim->question[k]];

        dim->steps = lcm(dim->steps, options - 1);
        if (options > dim->options)
            dim->options = options;
    }
    for (int k = 0; k < dim->questions; k++)
        dim->weight[k] = dim->steps / (p->options[dim->question[k]] - 1);
    dim->least = (dim->questions + 1) / 2;
}

static bool dimension_bins(struct tally_dimension *dim, struct tally_plan *p, struct err *e)
{
    dim->first = p->width;
    dim->first_pair = p->pairs;
    if (dim->questions == 0)
        return true;
    dim->bins = 1; /* without an index */
    for (int m = 0; m <= dim->questions; m++) {
        if (dim->first + dim->bins > UINT16_MAX)
            return err_set(e, ERR_LIMIT,
                           "a dimension with %d questions of unlike scales is too large to tally",
                           dim->questions);
        dim->base[m] = (uint16_t)(dim->first + (m < dim->least ? 0 : dim->bins));
        if (m >= dim->least)
            dim->bins += (unsigned)(m * dim->steps + 1);
    }
    p->width += dim->bins;
    p->pairs += (unsigned)(dim->questions + dim->questions * (dim->questions + 1) / 2);
    return true;
}

static void plan_questions(struct tally_plan *p, const struct form *f)
{
    for (int q = 0; q < f->questions; q++) {
        const struct form_scale *scale = &f->scale[f->question[q].scale];
        const int d = f->question[q].dimension;

        p->options[q] = scale->options;
        p->reversed[q] = f->question[q].reversed;
        p->first[q] = p->width;
        p->width += (unsigned)scale->options + 2;
        if (d != FORM_BACKGROUND)
            p->dimension[d].question[p->dimension[d].questions++] = q;
        if (f->question[q].gender) {
            p->gender_question = q;
            for (int o = 0; o < scale->options; o++)
                p->gender_of[o + 1] = (uint8_t)scale->option[o].gender;
        }
    }
}

bool tally_plan_init(struct tally_plan *p, const struct form *f, struct err *e)
{
    memset(p, 0, sizeof *p);
    p->questions = f->questions;
    p->dimensions = f->dimensions;
    p->gender_question = -1;
    plan_questions(p, f);
    for (int d = 0; d < p->dimensions; d++) {
        dimension_scales(&p->dimension[d], p);
        if (!dimension_bins(&p->dimension[d], p, e))
            return err_prefix(e, "form %s, %s", f->id, f->dimension[d].id);
    }
    p->kernel = tally_kernel_best(p);
    return true;
}

/* ---- the tally ------------------------------------------------------------------------------------------
 */

/* Groups whose cells share one piece of memory. */
enum { PAGE_GROUPS = 512 };

void tally_init(struct tally *t, const struct tally_plan *p, size_t units)
{
    memset(t, 0, sizeof *t);
    t->plan = p;
    t->unit = mem_alloc(units, sizeof *t->unit);
    t->units = units;
    t->pair = mem_alloc(p->pairs, sizeof *t->pair);
}

void tally_fini(struct tally *t)
{
    for (size_t i = 0; i < t->pages; i++)
        free(t->page[i]);
    for (size_t u = 0; u < t->units; u++) {
        for (int g = 0; g < TALLY_GENDERS; g++)
            free(t->unit[u].cell[g]);
    }
    free(t->page);
    free(t->group);
    free(t->unit);
    free(t->pair);
    memset(t, 0, sizeof *t);
}

const uint16_t *tally_cell(const struct tally *t, size_t group)
{
    assert(group < t->groups);
    return t->group[group].cell;
}

static void add_group(struct tally *t, struct tally_group g)
{
    t->group = mem_room(t->group, t->groups, &t->group_capacity, sizeof *t->group);
    t->group[t->groups++] = g;
}

uint16_t *tally_group_new(struct tally *t, int64_t id, uint32_t responses)
{
    uint16_t *cell;

    if (t->page_left == 0) {
        t->page = mem_grow(t->page, t->pages + 1, sizeof *t->page);
        t->page[t->pages++] = mem_alloc((size_t)PAGE_GROUPS * t->plan->width, sizeof **t->page);
        t->page_left = PAGE_GROUPS;
    }
    cell = t->page[t->pages - 1] + (PAGE_GROUPS - t->page_left--) * t->plan->width;
    add_group(t, (struct tally_group){.id = id, .responses = responses, .cell = cell});
    return cell;
}

static uint32_t *gender_cell(struct tally *t, size_t unit, int gender)
{
    uint32_t **cell = &t->unit[unit].cell[gender];

    if (*cell == NULL)
        *cell = mem_alloc(t->plan->width, sizeof **cell);
    return *cell;
}

/* ---- adding a block -------------------------------------------------------------------------------------
 */

/* The columns of persons first.. ; those whose 64 bytes would end outside the block are copied. */
static void chunk_columns(struct tally_chunk *c, const struct block *b, size_t first,
                          uint8_t spare[FORM_QUESTIONS_MAX * TALLY_CHUNK])
{
    const size_t total = b->responses * b->questions;
    const size_t left = b->responses - first;
    const unsigned need = left > 32 ? TALLY_CHUNK : 32;
    size_t spares = 0;

    c->persons = left > TALLY_CHUNK ? TALLY_CHUNK : (unsigned)left;
    for (size_t q = 0; q < b->questions; q++) {
        const size_t at = q * b->responses + first;

        if (at + need <= total) {
            c->column[q] = b->answers + at;
        } else {
            uint8_t *copy = spare + spares++ * TALLY_CHUNK;

            memcpy(copy, b->answers + at, c->persons);
            c->column[q] = copy;
        }
    }
}

/* The kernels write to the girls' and boys' cells always, to the other two when either occurs. */
static void chunk_genders(struct tally *t, size_t unit, struct tally_chunk *c, struct tally_sink *out)
{
    bool few;

    c->genders = t->plan->gender_question >= 0;
    if (!c->genders)
        return;
    t->plan->kernel->genders(t->plan, c);
    few = (c->mask[GENDER_OTHER] | c->mask[GENDER_UNSAID]) != 0;
    for (int g = 0; g < TALLY_GENDERS; g++) {
        if (few || g == GENDER_GIRL || g == GENDER_BOY)
            out->gender[g] = gender_cell(t, unit, g);
        t->unit[unit].responses[g] += (uint32_t)__builtin_popcountll(c->mask[g]);
    }
}

static bool block_fits(const struct tally *t, const struct block *b, struct err *e)
{
    if (b->questions != (size_t)t->plan->questions)
        return err_set(e, ERR_INPUT, "a block of %zu questions for a form of %d", b->questions,
                       t->plan->questions);
    if (b->responses == 0 || b->responses > TALLY_RESPONSES_MAX)
        return err_set(e, ERR_LIMIT, "a class with %zu responses; 1 to %d can be tallied", b->responses,
                       TALLY_RESPONSES_MAX);
    return true;
}

bool tally_add(struct tally *t, size_t unit, const struct block *b, unsigned parts, struct err *e)
{
    const struct tally_kernel *kernel = t->plan->kernel;
    struct tally_chunk chunk;
    struct tally_sink out = {.complete = t->complete, .pair = t->pair};
    uint8_t spare[FORM_QUESTIONS_MAX * TALLY_CHUNK];

    assert(unit < t->units);
    if (!block_fits(t, b, e))
        return false;
    out.group = tally_group_new(t, b->group_id, (uint32_t)b->responses);
    for (size_t first = 0; first < b->responses; first += TALLY_CHUNK) {
        chunk_columns(&chunk, b, first, spare);
        chunk_genders(t, unit, &chunk, &out);
        if ((parts & TALLY_COUNTS) != 0 && !kernel->counts(t->plan, &chunk, &out))
            return err_set(e, ERR_INPUT, "an answer that is no option of its question");
        if ((parts & TALLY_INDEX) != 0)
            kernel->indexes(t->plan, &chunk, &out);
        if ((parts & TALLY_PRODUCTS) != 0)
            kernel->products(t->plan, &chunk, &out);
    }
    return true;
}

/* ---- joining --------------------------------------------------------------------------------------------
 */

static void merge_unit(struct tally_unit *into, struct tally_unit *from, unsigned width)
{
    for (int g = 0; g < TALLY_GENDERS; g++) {
        into->responses[g] += from->responses[g];
        if (into->cell[g] == NULL) {
            into->cell[g] = from->cell[g];
            from->cell[g] = NULL;
            continue;
        }
        for (unsigned i = 0; from->cell[g] != NULL && i < width; i++)
            into->cell[g][i] += from->cell[g][i];
    }
}

void tally_merge(struct tally *into, struct tally *from)
{
    assert(into->plan == from->plan && into->units == from->units);
    for (size_t i = 0; i < from->groups; i++)
        add_group(into, from->group[i]);
    /* The pages move along; the last one of `into` stays last, to be filled further. */
    into->page = mem_grow(into->page, into->pages + from->pages, sizeof *into->page);
    if (into->pages > 0)
        into->page[into->pages + from->pages - 1] = into->page[into->pages - 1];
    for (size_t i = 0; i < from->pages; i++)
        into->page[(into->pages > 0 ? into->pages - 1 : 0) + i] = from->page[i];
    if (into->pages == 0)
        into->page_left = from->page_left;
    into->pages += from->pages;
    from->pages = 0;
    for (size_t u = 0; u < into->units; u++)
        merge_unit(&into->unit[u], &from->unit[u], into->plan->width);
    for (int d = 0; d < into->plan->dimensions; d++)
        into->complete[d] += from->complete[d];
    for (unsigned i = 0; i < into->plan->pairs; i++)
        into->pair[i] += from->pair[i];
    tally_fini(from);
}

static int by_id(const void *a, const void *b)
{
    const struct tally_group *x = a, *y = b;

    return x->id < y->id ? -1 : x->id > y->id;
}

void tally_sort(struct tally *t)
{
    if (t->groups > 0)
        qsort(t->group, t->groups, sizeof *t->group, by_id);
}

/* ---- reading --------------------------------------------------------------------------------------------
 */

void tally_sum_init(struct tally_sum *s, const struct tally_plan *p)
{
    s->responses = 0;
    s->counter = mem_alloc(p->width, sizeof *s->counter);
}

void tally_sum_fini(struct tally_sum *s)
{
    free(s->counter);
    s->counter = NULL;
}

void tally_sum_group(struct tally_sum *s, const struct tally *t, size_t group)
{
    const uint16_t *cell = tally_cell(t, group);

    s->responses += t->group[group].responses;
    for (unsigned i = 0; i < t->plan->width; i++)
        s->counter[i] += cell[i];
}

void tally_sum_gender(struct tally_sum *s, const struct tally *t, size_t unit, enum form_gender g)
{
    const uint32_t *cell = t->unit[unit].cell[g];

    s->responses += t->unit[unit].responses[g];
    for (unsigned i = 0; cell != NULL && i < t->plan->width; i++)
        s->counter[i] += cell[i];
}

const int64_t *tally_options(const struct tally_plan *p, const struct tally_sum *s, int question)
{
    return s->counter + p->first[question] + 1;
}

int64_t tally_unanswered(const struct tally_plan *p, const struct tally_sum *s, int question)
{
    return s->counter[p->first[question]];
}

int64_t tally_dont_know(const struct tally_plan *p, const struct tally_sum *s, int question)
{
    return s->counter[p->first[question] + (unsigned)p->options[question] + 1];
}

int64_t *tally_index_grid(const struct tally_plan *p, const struct tally_sum *s, int dimension,
                          size_t *points)
{
    const struct tally_dimension *dim = &p->dimension[dimension];
    int64_t *grid;
    int all = 1;

    if (dim->questions == 0 || dim->questions > TALLY_GRID_QUESTIONS)
        return NULL;
    for (int m = 2; m <= dim->questions; m++)
        all = lcm(all, m);
    *points = (size_t)all * (size_t)dim->steps + 1;
    if (*points > TALLY_GRID_POINTS)
        return NULL;
    grid = mem_alloc(*points, sizeof *grid);
    for (int m = dim->least; m <= dim->questions; m++) {
        for (int sum = 0; sum <= m * dim->steps; sum++)
            grid[(size_t)sum * (size_t)(all / m)] += s->counter[dim->base[m] + (unsigned)sum];
    }
    return grid;
}
