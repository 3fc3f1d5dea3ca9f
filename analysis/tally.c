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
    dim->list = p->lists;
    dim->packed_first = p->packed_width;
    dim->first_score = p->scores;
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
    if (dim->bins > UINT8_MAX + 1)
        p->bin_bytes = 2;
    p->width += dim->bins;
    p->packed_width += dim->bins;
    p->lists++;
    p->scores += (unsigned)dim->questions;
    p->pairs += (unsigned)(dim->questions + dim->questions * (dim->questions + 1) / 2);
    return true;
}

static void plan_questions(struct tally_plan *p, const struct form *f)
{
    for (int q = 0; q < f->questions; q++) {
        const struct form_scale *scale = &f->scale[f->question[q].scale];
        const int d = f->question[q].dimension;

        p->options[q] = scale->options;
        p->most[q] = (uint8_t)(scale->options + 1);
        p->reversed[q] = f->question[q].reversed;
        p->first[q] = p->width;
        p->width += (unsigned)scale->options + 2;
        if ((unsigned)scale->options + 1 > p->rows)
            p->rows = (unsigned)scale->options + 1;
        if (d != FORM_BACKGROUND)
            p->dimension[d].question[p->dimension[d].questions++] = q;
        if (f->question[q].gender) {
            p->gender_question = q;
            for (int o = 0; o < scale->options; o++)
                p->gender_of[o + 1] = (uint8_t)scale->option[o].gender;
        }
    }
}

static void dimension_scores(const struct tally_dimension *dim, struct tally_plan *p)
{
    for (int k = 0; k < dim->questions; k++) {
        const int q = dim->question[k], options = p->options[q];
        struct tally_scores_of *of = &p->scores_of[q];

        for (int code = 1; code <= options; code++) {
            of->score[code] = (uint8_t)(p->reversed[q] ? options - code : code - 1);
            of->weighted[code] = (uint8_t)(of->score[code] * dim->weight[k]);
            of->scored[code] = 1;
        }
    }
}

bool tally_plan_init(struct tally_plan *p, const struct form *f, struct err *e)
{
    memset(p, 0, sizeof *p);
    p->questions = f->questions;
    p->dimensions = f->dimensions;
    p->gender_question = -1;
    p->bin_bytes = 1;
    plan_questions(p, f);
    p->row = ((unsigned)p->questions + 7) / 8 * 8;
    p->counters = p->packed_width = p->rows * p->row;
    for (int d = 0; d < p->dimensions; d++) {
        dimension_scales(&p->dimension[d], p);
        dimension_scores(&p->dimension[d], p);
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
    t->pair = mem_alloc(p->pairs, sizeof *t->pair);
    t->waiting = mem_alloc(p->scores, TALLY_WAITING);
}

void tally_fini(struct tally *t)
{
    tally_room_fini(&t->room);
    free(t->unit);
    free(t->pair);
    free(t->waiting);
    memset(t, 0, sizeof *t);
}

void tally_reserve(struct tally *t, size_t groups)
{
    struct tally_group *more;

    if (groups <= t->group_capacity)
        return;
    more = tally_room_get(&t->room, groups * sizeof *more);
    if (t->groups > 0)
        memcpy(more, t->group, t->groups * sizeof *more);
    t->group = more;
    t->group_capacity = groups;
}

static void add_groups(struct tally *t, const struct tally_group *g, size_t count)
{
    if (t->groups + count > t->group_capacity)
        tally_reserve(t, 2 * (t->groups + count) + 8);
    memcpy(t->group + t->groups, g, count * sizeof *g);
    t->groups += count;
}

static size_t cell_bytes(const struct tally_plan *p, size_t room)
{
    return p->counters + p->lists * room * p->bin_bytes;
}

uint8_t *tally_group_new(struct tally *t, int64_t id, size_t responses, size_t piece)
{
    uint8_t *cell = tally_room_get(&t->room, cell_bytes(t->plan, responses));

    const struct tally_group g = {
        .id = id, .cell = cell, .responses = (uint16_t)responses, .piece = (uint16_t)piece};

    add_groups(t, &g, 1);
    return cell;
}

struct tally_piece *tally_piece_new(struct tally *t, size_t unit, enum form_gender gender, size_t room)
{
    struct tally_piece **last = &t->unit[unit].gender[gender];
    struct tally_piece *piece = tally_room_get(&t->room, sizeof *piece + cell_bytes(t->plan, room));

    piece->before = *last;
    piece->room = (uint16_t)room;
    *last = piece;
    return piece;
}

/* ---- adding a block -------------------------------------------------------------------------------------
 */

/* The columns of the persons from first on. Where 32 bytes would end outside the block they are copied. */
static void chunk_columns(struct tally_chunk *c, const struct block *b, size_t first,
                          uint8_t spare[FORM_QUESTIONS_MAX * TALLY_CHUNK])
{
    const size_t stride = block_stride(b);
    size_t q = b->questions, bytes = b->responses - first; /* of the last column, from the first person on */

    for (size_t i = 0; i < q; i++)
        c->column[i] = b->answers + first + i * stride;
    for (; q > 0 && bytes < TALLY_CHUNK; q--, bytes += stride, spare += TALLY_CHUNK) {
        memcpy(spare, c->column[q - 1], c->persons);
        c->column[q - 1] = spare;
    }
}

enum { MANY = 8 }; /* of a gender in one chunk: then a unit has many of it */

/* Where the chunk's persons of each gender are counted; returns how many such there are. */
static unsigned gender_targets(struct tally *t, size_t unit, const struct tally_chunk *c,
                               struct tally_target *to)
{
    struct tally_target *const first = to;
    uint32_t persons[TALLY_GENDERS];
    unsigned count[TALLY_GENDERS];

    if (t->plan->gender_question < 0)
        return 0;
    t->plan->kernel->genders(t->plan, c, persons, count);
    for (int g = 0; g < TALLY_GENDERS; g++) {
        struct tally_piece *piece = t->unit[unit].gender[g];

        if (g == TALLY_REST || count[g] == 0)
            continue;
        to->fresh = piece == NULL || piece->responses + count[g] > piece->room;
        if (to->fresh)
            piece =
                tally_piece_new(t, unit, (enum form_gender)g, count[g] < MANY ? TALLY_CHUNK : TALLY_PIECE);
        to->persons = persons[g];
        to->count = count[g];
        to->cell = piece->cell;
        to->room = piece->room;
        to->first = piece->responses;
        piece->responses = (uint16_t)(piece->responses + count[g]);
        to++;
    }
    return (unsigned)(to - first);
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
    const unsigned n = t->persons_waiting;

    for (unsigned k = 0; n > 0 && n < TALLY_WAITING && k < t->plan->scores; k++)
        memset(t->waiting + (size_t)k * TALLY_WAITING + n, 0, TALLY_WAITING - n);
    if (n > 0)
        t->plan->kernel->products(t->plan, t->waiting, t->pair);
    t->persons_waiting = 0;
}

/* One chunk of persons; to[0]: all of them, in their class's cell. */
static bool add_chunk(struct tally *t, size_t unit, struct tally_chunk *c,
                      struct tally_target to[1 + TALLY_GENDERS], struct err *e)
{
    const struct tally_plan *p = t->plan;
    const unsigned targets = 1 + gender_targets(t, unit, c, to + 1);

    if (!p->kernel->counts(p, c, to, targets))
        return err_set(e, ERR_INPUT, "an answer that is no option of its question");
    if (t->persons_waiting + TALLY_CHUNK > TALLY_WAITING)
        tally_flush(t);
    p->kernel->dimensions(p, c, t->waiting + t->persons_waiting, t->complete);
    t->persons_waiting += c->persons;
    for (unsigned i = 0; i < targets; i++)
        p->kernel->list(p, c, &to[i]);
    return true;
}

/* A piece of a class: the persons from first on. */
static bool add_piece(struct tally *t, size_t unit, const struct block *b, size_t first, struct err *e)
{
    const size_t left = b->responses - first, persons = left < TALLY_PIECE ? left : TALLY_PIECE;
    struct tally_chunk chunk;
    struct tally_target to[1 + TALLY_GENDERS];
    uint8_t spare[FORM_QUESTIONS_MAX * TALLY_CHUNK];

    to[0].cell = tally_group_new(t, b->group_id, persons, first / TALLY_PIECE);
    to[0].room = persons;
    for (size_t at = 0; at < persons; at += TALLY_CHUNK) {
        chunk.persons = persons - at < TALLY_CHUNK ? (unsigned)(persons - at) : TALLY_CHUNK;
        to[0].persons = UINT32_MAX >> ((TALLY_CHUNK - chunk.persons) % TALLY_CHUNK); /* at least one */
        to[0].count = chunk.persons;
        to[0].first = at;
        to[0].fresh = at == 0;
        chunk_columns(&chunk, b, first + at, spare);
        if (!add_chunk(t, unit, &chunk, to, e))
            return false;
    }
    return true;
}

bool tally_add(struct tally *t, size_t unit, const struct block *b, struct err *e)
{
    assert(unit < t->units);
    if (!block_fits(t, b, e))
        return false;
    for (size_t first = 0; first < b->responses; first += TALLY_PIECE) {
        if (!add_piece(t, unit, b, first, e))
            return false;
    }
    return true;
}

/* ---- joining --------------------------------------------------------------------------------------------
 */

/* The pieces of `from` come before those of `into`; the room of all moves along. */
static void merge_unit(struct tally_unit *into, struct tally_unit *from)
{
    for (int g = 0; g < TALLY_GENDERS; g++) {
        struct tally_piece **end = &into->gender[g];

        while (*end != NULL)
            end = &(*end)->before;
        *end = from->gender[g];
    }
}

void tally_merge(struct tally *into, struct tally *from)
{
    assert(into->plan == from->plan && into->units == from->units);
    if (into->room.pieces == 0) { /* it has nothing yet */
        tally_fini(into);
        *into = *from;
        memset(from, 0, sizeof *from);
        return;
    }
    tally_flush(from);
    if (from->groups > 0)
        add_groups(into, from->group, from->groups);
    tally_room_merge(&into->room, &from->room);
    for (size_t u = 0; u < into->units; u++)
        merge_unit(&into->unit[u], &from->unit[u]);
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
    size_t ordered = 1; /* as they mostly come from a store */

    while (ordered < t->groups && by_id(&t->group[ordered - 1], &t->group[ordered]) < 0)
        ordered++;
    if (ordered < t->groups)
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

/* The answers to one question in a cell of so many responses. Who gave none is in none of its counters. */
static void sum_question(int64_t *counter, const struct tally_plan *p, const uint8_t *cell, int question,
                         unsigned responses)
{
    const int options = p->options[question];
    const uint8_t *at = cell + question;
    const unsigned dont_know = cell[(p->rows - 1) * p->row + (unsigned)question];
    unsigned answers = dont_know;

    for (int option = 1; option <= options; option++, at += p->row) {
        counter[option] += *at;
        answers += *at;
    }
    counter[options + 1] += dont_know;
    counter[0] += (int64_t)responses - answers;
}

/* One cell of so many responses, with room for so many. */
static void sum_cell(struct tally_sum *s, const struct tally_plan *p, uint8_t *cell, unsigned responses,
                     size_t room)
{
    s->responses += responses;
    for (int q = 0; q < p->questions; q++)
        sum_question(s->counter + p->first[q], p, cell, q, responses);
    for (int d = 0; d < p->dimensions; d++) {
        const uint8_t *at = tally_list(p, cell, p->dimension[d].list, room);
        int64_t *counter = s->counter + p->dimension[d].first;

        for (unsigned i = 0; p->dimension[d].questions > 0 && i < responses; i++, at += p->bin_bytes)
            counter[tally_bin(p, at)]++;
    }
}

void tally_sum_group(struct tally_sum *s, const struct tally *t, size_t group)
{
    for (size_t g = group; g < t->groups && t->group[g].id == t->group[group].id; g++)
        sum_cell(s, t->plan, t->group[g].cell, t->group[g].responses, t->group[g].responses);
}

void tally_sum_gender(struct tally_sum *s, const struct tally *t, size_t unit, enum form_gender g)
{
    assert((int)g != TALLY_REST);
    for (struct tally_piece *piece = t->unit[unit].gender[g]; piece != NULL; piece = piece->before)
        sum_cell(s, t->plan, piece->cell, piece->responses, piece->room);
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
