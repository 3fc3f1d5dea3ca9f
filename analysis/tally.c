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
    dim->cell_first = p->cell_width;
    dim->first_pair = p->pairs;
    if (dim->questions == 0)
        return true;
    dim->bins = 1; /* without an index */
    for (int m = dim->least; m <= dim->questions; m++) {
        dim->base[m] = dim->bins;
        if (m < 16)
            dim->byte_base[m] = (uint8_t)dim->bins; /* whole where the kernel for bytes is chosen */
        dim->bins += (unsigned)(m * dim->steps + 1);
    }
    if (dim->bins > UINT16_MAX)
        return err_set(e, ERR_LIMIT, "a dimension with %d questions of unlike scales is too large to tally",
                       dim->questions);
    p->width += dim->bins;
    p->cell_width += dim->bins;
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
        if ((unsigned)scale->options + 2 > p->rows)
            p->rows = (unsigned)scale->options + 2;
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
    p->row = ((unsigned)p->questions + 7) / 8 * 8;
    p->cell_width = p->rows * p->row;
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

void tally_init(struct tally *t, const struct tally_plan *p, size_t units)
{
    memset(t, 0, sizeof *t);
    t->plan = p;
    t->unit = mem_alloc(units, sizeof *t->unit);
    t->units = units;
    t->scratch = mem_alloc(p->cell_width, sizeof *t->scratch);
    t->pair = mem_alloc(p->pairs, sizeof *t->pair);
    t->lane = mem_alloc((size_t)p->pairs * TALLY_LANES, sizeof *t->lane);
}

void tally_fini(struct tally *t)
{
    tally_room_fini(&t->room);
    free(t->group);
    free(t->unit);
    free(t->pair);
    free(t->lane);
    free(t->scratch);
    memset(t, 0, sizeof *t);
}

static void add_group(struct tally *t, struct tally_group g)
{
    t->group = mem_room(t->group, t->groups, &t->group_capacity, sizeof *t->group);
    t->group[t->groups++] = g;
}

uint8_t *tally_group_new(struct tally *t, int64_t id, uint32_t responses, uint32_t piece)
{
    uint8_t *cell = tally_room_get(&t->room, t->plan->cell_width);

    add_group(t, (struct tally_group){.id = id, .responses = responses, .piece = piece, .cell = cell});
    return cell;
}

uint16_t *tally_gender_cell(struct tally *t, size_t unit, enum form_gender gender)
{
    uint16_t **cell = &t->unit[unit].cell[gender];

    if (*cell == NULL)
        *cell = tally_room_get(&t->room, t->plan->cell_width * sizeof **cell);
    return *cell;
}

/* ---- adding a block -------------------------------------------------------------------------------------
 */

/* The columns of the persons from first on; those whose 32 bytes would end outside the block are copied. */
static void chunk_columns(struct tally_chunk *c, const struct block *b, size_t first,
                          uint8_t spare[FORM_QUESTIONS_MAX * TALLY_CHUNK])
{
    const uint8_t *end = b->answers + b->responses * b->questions;
    const uint8_t *column = b->answers + first;

    for (size_t q = 0; q < b->questions; q++, column += b->responses) {
        c->column[q] = column;
        if ((size_t)(end - column) < TALLY_CHUNK) {
            memcpy(spare, column, c->persons);
            c->column[q] = spare;
            spare += TALLY_CHUNK;
        }
    }
}

/* The kernels write to the girls' and boys' cells always, to that of others when there are any. */
static bool chunk_genders(struct tally *t, size_t unit, struct tally_chunk *c, struct tally_sink *out)
{
    struct tally_unit *u = &t->unit[unit];

    c->genders = t->plan->gender_question >= 0;
    if (!c->genders)
        return true;
    t->plan->kernel->genders(t->plan, c);
    out->gender[GENDER_UNSAID] = t->scratch;
    for (int g = GENDER_UNSAID; g < TALLY_GENDERS; g++) {
        u->responses[g] += (uint32_t)__builtin_popcount(c->mask[g]);
        if (u->responses[g] > TALLY_UNIT_MAX)
            return false;
        if (g == GENDER_GIRL || g == GENDER_BOY || (g == GENDER_OTHER && c->mask[g] != 0))
            out->gender[g] = tally_gender_cell(t, unit, (enum form_gender)g);
    }
    return true;
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

void tally_flush(struct tally *t)
{
    for (unsigned i = 0; i < t->plan->pairs && t->lane_chunks > 0; i++) {
        for (unsigned k = 0; k < TALLY_LANES; k++)
            t->pair[i] += t->lane[i * TALLY_LANES + k];
    }
    if (t->lane_chunks > 0)
        memset(t->lane, 0, (size_t)t->plan->pairs * TALLY_LANES * sizeof *t->lane);
    t->lane_chunks = 0;
}

enum { FLUSH_CHUNKS = 500 }; /* of at most 128 each: below 65536 */

/* One chunk of persons into its cells. */
static bool add_chunk(struct tally *t, size_t unit, struct tally_chunk *c, unsigned parts,
                      struct tally_sink *out, struct err *e)
{
    const struct tally_kernel *kernel = t->plan->kernel;

    if (!chunk_genders(t, unit, c, out))
        return err_set(e, ERR_LIMIT, "more than %d responses of one gender in a unit", TALLY_UNIT_MAX);
    if ((parts & TALLY_COUNTS) != 0 && !kernel->counts(t->plan, c, out))
        return err_set(e, ERR_INPUT, "an answer that is no option of its question");
    if ((parts & (TALLY_INDEX | TALLY_PRODUCTS)) != 0)
        kernel->dimensions(t->plan, c, parts, out);
    if (++t->lane_chunks >= FLUSH_CHUNKS)
        tally_flush(t);
    return true;
}

bool tally_add(struct tally *t, size_t unit, const struct block *b, unsigned parts, struct err *e)
{
    struct tally_chunk chunk;
    struct tally_sink out = {.complete = t->complete, .pair = t->pair, .lane = t->lane};
    uint8_t spare[FORM_QUESTIONS_MAX * TALLY_CHUNK];

    assert(unit < t->units);
    if (!block_fits(t, b, e))
        return false;
    for (size_t first = 0; first < b->responses; first += TALLY_CHUNK) {
        const size_t left = b->responses - first;

        if (first % TALLY_PIECE == 0)
            out.group = tally_group_new(t, b->group_id, (uint32_t)(left < TALLY_PIECE ? left : TALLY_PIECE),
                                        (uint32_t)(first / TALLY_PIECE));
        chunk.persons = left < TALLY_CHUNK ? (unsigned)left : TALLY_CHUNK;
        chunk_columns(&chunk, b, first, spare);
        if (!add_chunk(t, unit, &chunk, parts, &out, e))
            return false;
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
            into->cell[g] = from->cell[g]; /* its room moves along */
            continue;
        }
        for (unsigned i = 0; from->cell[g] != NULL && i < width; i++)
            into->cell[g][i] = (uint16_t)(into->cell[g][i] + from->cell[g][i]);
    }
}

void tally_merge(struct tally *into, struct tally *from)
{
    assert(into->plan == from->plan && into->units == from->units);
    tally_flush(from);
    for (size_t i = 0; i < from->groups; i++)
        add_group(into, from->group[i]);
    tally_room_merge(&into->room, &from->room);
    for (size_t u = 0; u < into->units; u++)
        merge_unit(&into->unit[u], &from->unit[u], into->plan->cell_width);
    for (int d = 0; d < into->plan->dimensions; d++)
        into->complete[d] += from->complete[d];
    for (unsigned i = 0; i < into->plan->pairs; i++)
        into->pair[i] += from->pair[i];
    tally_fini(from);
}

static int by_id(const void *a, const void *b)
{
    const struct tally_group *x = a, *y = b;

    if (x->id != y->id)
        return x->id < y->id ? -1 : 1;
    return x->piece < y->piece ? -1 : x->piece > y->piece;
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

size_t tally_find(const struct tally *t, int64_t id)
{
    size_t low = 0, high = t->groups;

    while (low < high) {
        const size_t mid = low + (high - low) / 2;

        if (t->group[mid].id < id)
            low = mid + 1;
        else
            high = mid;
    }
    return low < t->groups && t->group[low].id == id ? low : SIZE_MAX;
}

/* The counter of a cell that option `row` of a question stands in; "vet ej" has the last row. */
static unsigned place(const struct tally_plan *p, int question, int row)
{
    return (row > p->options[question] ? p->rows - 1 : (unsigned)row) * p->row + (unsigned)question;
}

void tally_sum_group(struct tally_sum *s, const struct tally *t, size_t group)
{
    const struct tally_plan *p = t->plan;

    for (size_t g = group; g < t->groups && t->group[g].id == t->group[group].id; g++) {
        const uint8_t *cell = t->group[g].cell;

        s->responses += t->group[g].responses;
        for (int q = 0; q < p->questions; q++) {
            for (int row = 0; row <= p->options[q] + 1; row++)
                s->counter[p->first[q] + (unsigned)row] += cell[place(p, q, row)];
        }
        for (int d = 0; d < p->dimensions; d++) {
            for (unsigned i = 0; i < p->dimension[d].bins; i++)
                s->counter[p->dimension[d].first + i] += cell[p->dimension[d].cell_first + i];
        }
    }
}

void tally_sum_gender(struct tally_sum *s, const struct tally *t, size_t unit, enum form_gender g)
{
    const struct tally_plan *p = t->plan;
    const uint16_t *cell = t->unit[unit].cell[g];

    assert(g != GENDER_UNSAID);

    s->responses += t->unit[unit].responses[g];
    for (int q = 0; cell != NULL && q < p->questions; q++) {
        for (int row = 0; row <= p->options[q] + 1; row++)
            s->counter[p->first[q] + (unsigned)row] += cell[place(p, q, row)];
    }
    for (int d = 0; cell != NULL && d < p->dimensions; d++) {
        for (unsigned i = 0; i < p->dimension[d].bins; i++)
            s->counter[p->dimension[d].first + i] += cell[p->dimension[d].cell_first + i];
    }
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

/* LCM(1..K) * steps + 1; 0 when that is too many. */
static size_t grid_points(const struct tally_dimension *dim, int *all)
{
    size_t points;

    *all = 1;
    if (dim->questions == 0 || dim->questions > TALLY_GRID_QUESTIONS)
        return 0;
    for (int m = 2; m <= dim->questions; m++)
        *all = lcm(*all, m);
    points = (size_t)*all * (size_t)dim->steps + 1;
    return points > TALLY_GRID_POINTS ? 0 : points;
}

bool tally_has_grid(const struct tally_plan *p, int dimension)
{
    int all;

    return grid_points(&p->dimension[dimension], &all) > 0;
}

int64_t *tally_index_grid(const struct tally_plan *p, const struct tally_sum *s, int dimension,
                          size_t *points)
{
    const struct tally_dimension *dim = &p->dimension[dimension];
    int64_t *grid;
    int all;

    *points = grid_points(dim, &all);
    if (*points == 0)
        return NULL;
    grid = mem_alloc(*points, sizeof *grid);
    for (int m = dim->least; m <= dim->questions; m++) {
        for (int sum = 0; sum <= m * dim->steps; sum++)
            grid[(size_t)sum * (size_t)(all / m)] += s->counter[dim->first + dim->base[m] + (unsigned)sum];
    }
    return grid;
}
