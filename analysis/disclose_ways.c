#include "analysis/disclose_ways.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

enum {
    TABLES = 6,
    TRIES = 50,  /* to put a pupil where one of that class and gender is */
    MATCHES = 64 /* partners tried for a move */
};

/* Two atoms that one pupil more here and one less there would tell apart by `apart`. */
struct move {
    uint64_t apart;          /* sum over the shown rows with `to` less that over those with `from` */
    size_t answer, from, to; /* a pupil of `from` gave the answer, in the first table */
};

struct ways {
    const struct lp_places *w;
    const struct audit_rows *p;
    int32_t *table[TABLES]; /* [atom * answers + answer] */
    bool *valid;            /* of each block */
    uint64_t *shown;        /* of each atom: the sum of its shown rows' random numbers */
    uint64_t *sized;        /* the same with those whose size is known */
    struct move *move;      /* sorted */
    size_t moves, capacity;
    uint64_t state;
};

static const uint64_t STEP = UINT64_C(0x9E3779B97F4A7C15);

uint64_t ways_mix(uint64_t from)
{
    uint64_t z = from + STEP;

    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static uint64_t next_u64(struct ways *y)
{
    const uint64_t out = ways_mix(y->state);

    y->state += STEP;
    return out;
}

static size_t draw(struct ways *y, size_t bound)
{
    return (size_t)(next_u64(y) % bound);
}

/* ---- tables ---------------------------------------------------------------------------------------------
 */

/* The classes and genders of a block, and which atom is where they cross; SIZE_MAX: none. */
struct cross {
    size_t *class, *gender; /* rows */
    size_t classes, genders;
    size_t *atom; /* [class * genders + gender] */
};

static size_t number_of(size_t *list, size_t *count, size_t row)
{
    size_t i = 0;

    while (i < *count && list[i] != row)
        i++;
    if (i == *count)
        list[(*count)++] = row;
    return i;
}

static void cross_init(struct cross *x, const struct ways *y, size_t block)
{
    const struct lp_index *in = &y->w->atom;
    const size_t first = in->first[block], atoms = in->first[block + 1] - first;

    *x = (struct cross){.class = mem_alloc(atoms, sizeof *x->class),
                        .gender = mem_alloc(atoms, sizeof *x->gender)};
    for (size_t i = 0; i < atoms; i++) {
        (void)number_of(x->class, &x->classes, y->p->atom[in->at[first + i]].class);
        (void)number_of(x->gender, &x->genders, y->p->atom[in->at[first + i]].gender);
    }
    x->atom = mem_alloc(x->classes * x->genders, sizeof *x->atom);
    for (size_t i = 0; i < x->classes * x->genders; i++)
        x->atom[i] = SIZE_MAX;
    for (size_t i = 0; i < atoms; i++) {
        const struct audit_atom *a = &y->p->atom[in->at[first + i]];

        x->atom[number_of(x->class, &x->classes, a->class) * x->genders +
                number_of(x->gender, &x->genders, a->gender)] = in->at[first + i];
    }
}

static void cross_fini(struct cross *x)
{
    free(x->class);
    free(x->gender);
    free(x->atom);
}

/* Pupils who gave one answer, each with a class and a gender. */
struct pupils {
    size_t *class, *gender;
    size_t count;
};

static size_t *list_pupils(const struct ways *y, const size_t *row, size_t rows, size_t answer, size_t *count)
{
    size_t *out;

    *count = 0;
    for (size_t i = 0; i < rows; i++)
        *count += (size_t)y->p->row[row[i]].count[answer];
    out = mem_alloc(*count, sizeof *out);
    *count = 0;
    for (size_t i = 0; i < rows; i++) {
        for (int64_t n = 0; n < y->p->row[row[i]].count[answer]; n++)
            out[(*count)++] = i;
    }
    return out;
}

static bool fits(const struct cross *x, size_t class, size_t gender)
{
    return x->atom[class * x->genders + gender] != SIZE_MAX;
}

static void exchange(size_t *list, size_t a, size_t b)
{
    const size_t keep = list[a];

    list[a] = list[b];
    list[b] = keep;
}

/* Gives every pupil a gender that the class has; false when that did not succeed. */
static bool match(struct ways *y, const struct cross *x, struct pupils *p)
{
    for (size_t i = p->count; i > 1; i--)
        exchange(p->gender, i - 1, draw(y, i));
    for (size_t i = 0; i < p->count; i++) {
        for (int tries = 0; !fits(x, p->class[i], p -> gender[i]); tries++) {
            const size_t other = draw(y, p->count);

            if (tries == TRIES)
                return false;
            if (fits(x, p->class[i], p -> gender[other]) &&
                (fits(x, p->class[other], p -> gender[i]) || other > i))
                exchange(p->gender, i, other);
        }
    }
    return true;
}

static bool fill_answer(struct ways *y, const struct cross *x, size_t answer, int32_t *table)
{
    struct pupils p = {.count = 0};
    size_t genders;
    bool ok;

    p.class = list_pupils(y, x->class, x->classes, answer, &p.count);
    p.gender = list_pupils(y, x->gender, x->genders, answer, &genders);
    ok = genders == p.count && match(y, x, &p);
    for (size_t i = 0; i < p.count && ok; i++)
        table[x->atom[p.class[i] * x -> genders + p.gender[i]] * y->p->answers + answer]++;
    free(p.class);
    free(p.gender);
    return ok;
}

/* Whether of each line (a class, or a gender) all of the `all` atoms are in the row, or none. */
static bool whole_lines(const size_t *in, const size_t *all, size_t lines)
{
    for (size_t i = 0; i < lines; i++) {
        if (in[i] != 0 && in[i] != all[i])
            return false;
    }
    return true;
}

static void count_lines(const struct ways *y, struct cross *x, const size_t *atom, size_t atoms,
                        size_t *by_class, size_t *by_gender)
{
    memset(by_class, 0, x->classes * sizeof *by_class);
    memset(by_gender, 0, x->genders * sizeof *by_gender);
    for (size_t i = 0; i < atoms; i++) {
        by_class[number_of(x->class, &x->classes, y->p->atom[atom[i]].class)]++;
        by_gender[number_of(x->gender, &x->genders, y->p->atom[atom[i]].gender)]++;
    }
}

/* Not so the genders of an earlier release, from before a class came in: of such a block no table is drawn.
 */
static bool all_crossed(const struct ways *y, struct cross *x, size_t block)
{
    const struct lp_index *row = &y->w->row, *atom = &y->w->atom;
    size_t *number = mem_alloc(2 * (x->classes + x->genders), sizeof *number);
    size_t *all_class = number, *all_gender = number + x->classes;
    size_t *class = all_gender + x->genders, *gender = class + x->classes;
    bool ok = true;

    count_lines(y, x, atom->at + atom->first[block], atom->first[block + 1] - atom->first[block], all_class,
                all_gender);
    for (size_t i = row->first[block]; i < row->first[block + 1] && ok; i++) {
        const struct audit_row *r = &y->p->row[row->at[i]];

        count_lines(y, x, r->atom, r->atoms, class, gender);
        ok = whole_lines(class, all_class, x->classes) || whole_lines(gender, all_gender, x->genders);
    }
    free(number);
    return ok;
}

static bool fill_block(struct ways *y, size_t block)
{
    struct cross x;
    bool ok;

    cross_init(&x, y, block);
    ok = all_crossed(y, &x, block);
    for (size_t t = 0; t < TABLES && ok; t++) {
        for (size_t c = 0; c < y->p->answers && ok; c++)
            ok = fill_answer(y, &x, c, y->table[t]);
    }
    cross_fini(&x);
    return ok;
}

/* ---- moves ----------------------------------------------------------------------------------------------
 */

static void sign_atoms(struct ways *y)
{
    for (size_t r = 0; r < y->p->rows; r++) {
        const uint64_t number = next_u64(y);

        for (size_t i = 0; i < y->p->row[r].atoms; i++) {
            y->shown[y->p->row[r].atom[i]] += y->p->row[r].shown ? number : 0;
            y->sized[y->p->row[r].atom[i]] += y->p->row[r].shown || y->p->row[r].counted ? number : 0;
        }
    }
}

static void add_moves(struct ways *y, size_t from, size_t to)
{
    const size_t answers = y->p->answers;

    for (size_t c = 0; c < answers; c++) {
        if (y->table[0][from * answers + c] == 0)
            continue;
        y->move = mem_room(y->move, y->moves, &y->capacity, sizeof *y->move);
        y->move[y->moves++] =
            (struct move){.apart = y->sized[to] - y->sized[from], .answer = c, .from = from, .to = to};
    }
}

static int by_apart(const void *a, const void *b)
{
    const struct move *x = a, *y = b;

    if (x->apart != y->apart)
        return x->apart < y->apart ? -1 : 1;
    if (x->answer != y->answer)
        return x->answer < y->answer ? -1 : 1;
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    return x->to < y->to ? -1 : x->to > y->to;
}

/* Within each class, from each gender to each. */
static void find_moves(struct ways *y, size_t block)
{
    const struct lp_index *in = &y->w->atom;

    for (size_t i = in->first[block]; i < in->first[block + 1]; i++) {
        for (size_t k = in->first[block]; k < in->first[block + 1]; k++) {
            if (i != k && y->p->atom[in->at[i]].class == y->p->atom[in->at[k]].class)
                add_moves(y, in->at[i], in->at[k]);
        }
    }
}

struct ways *ways_new(const struct lp_places *w, const bool *block)
{
    struct ways *y = mem_alloc(1, sizeof *y);

    y->w = w;
    y->p = w->p;
    y->valid = mem_alloc(w->p->blocks, sizeof *y->valid);
    y->shown = mem_alloc(w->p->atoms, sizeof *y->shown);
    y->sized = mem_alloc(w->p->atoms, sizeof *y->sized);
    for (size_t t = 0; t < TABLES; t++)
        y->table[t] = mem_alloc(w->p->atoms * w->p->answers, sizeof *y->table[t]);
    sign_atoms(y);
    for (size_t b = 0; b < w->p->blocks; b++) {
        y->valid[b] = block[b] && fill_block(y, b);
        if (y->valid[b])
            find_moves(y, b);
    }
    if (y->moves > 0)
        qsort(y->move, y->moves, sizeof *y->move, by_apart);
    return y;
}

void ways_free(struct ways *y)
{
    for (size_t t = 0; t < TABLES; t++)
        free(y->table[t]);
    free(y->valid);
    free(y->shown);
    free(y->sized);
    free(y->move);
    free(y);
}

/* ---- whether they differ --------------------------------------------------------------------------------
 */

static bool holds(const struct lp_sum *s, size_t atom)
{
    for (size_t i = 0; i < s->atoms; i++) {
        if (s->atom[i] == atom)
            return true;
    }
    return false;
}

static int32_t sum_in(const struct ways *y, size_t table, const struct lp_sum *s)
{
    int32_t n = 0;

    for (size_t i = 0; i < s->atoms; i++)
        n += y->table[table][s->atom[i] * y->p->answers + s->answer];
    return n;
}

static bool tables_differ(const struct ways *y, const struct lp_sum *s)
{
    const int32_t first = sum_in(y, 0, s);

    for (size_t t = 1; t < TABLES; t++) {
        if (sum_in(y, t, s) != first)
            return true;
    }
    return false;
}

/* The first move as far apart with the answer. */
static size_t find_move(const struct ways *y, uint64_t apart, size_t answer)
{
    size_t low = 0, high = y->moves;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const struct move *m = &y->move[middle];

        if (m->apart < apart || (m->apart == apart && m->answer < answer))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/*
 * One pupil goes from `from` to `to`, and to make up for it another one the way back, in another class: from
 * m->from to m->to, which lie as far apart the other way.
 */
static bool move_changes(const struct ways *y, const struct lp_sum *s, size_t from, size_t to)
{
    const size_t first = find_move(y, y->sized[from] - y->sized[to], s->answer);

    for (size_t i = first; i < y->moves && i < first + MATCHES; i++) {
        const struct move *m = &y->move[i];

        if (m->apart != y->sized[from] - y->sized[to] || m->answer != s->answer)
            break;
        if (m->from != from && m->from != to &&
            holds(s, to) - holds(s, from) + holds(s, m->to) - holds(s, m->from) != 0)
            return true;
    }
    return false;
}

/* Two pupils change genders with each other. */
static bool genders_differ(const struct ways *y, const struct lp_sum *s, size_t block)
{
    const struct lp_index *in = &y->w->atom;

    for (size_t i = 0; i < s->atoms; i++) {
        const size_t own = s->atom[i];

        for (size_t k = in->first[block]; k < in->first[block + 1]; k++) {
            const size_t other = in->at[k];

            if (other == own || y->p->atom[other].class != y->p->atom[own].class)
                continue;
            if (y->table[0][own * y->p->answers + s->answer] > 0 && move_changes(y, s, own, other))
                return true;
            if (y->table[0][other * y->p->answers + s->answer] > 0 && move_changes(y, s, other, own))
                return true;
        }
    }
    return false;
}

/* A pupil of the sum and one outside, who are in the same shown rows, change answers with each other. */
static bool answers_differ(const struct ways *y, const struct lp_sum *s, size_t block)
{
    const size_t answers = y->p->answers;
    const struct lp_index *in = &y->w->atom;

    for (size_t i = 0; i < s->atoms; i++) {
        const int32_t *own = y->table[0] + s->atom[i] * answers;

        for (size_t k = in->first[block]; k < in->first[block + 1]; k++) {
            const int32_t *other = y->table[0] + in->at[k] * answers;

            if (y->shown[s->atom[i]] != y->shown[in->at[k]] || holds(s, in->at[k]))
                continue;
            for (size_t c = 0; c < answers; c++) {
                if (c != s->answer &&
                    ((own[s->answer] > 0 && other[c] > 0) || (own[c] > 0 && other[s->answer] > 0)))
                    return true;
            }
        }
    }
    return false;
}

static bool is_valid(const struct ways *y, const struct lp_sum *s)
{
    return s->atoms > 0 && y->valid[y->p->atom[s->atom[0]].block];
}

bool ways_differ(const struct ways *y, const struct lp_sum *s)
{
    const size_t block = s->atoms == 0 ? 0 : y->p->atom[s->atom[0]].block;

    return is_valid(y, s) &&
           (tables_differ(y, s) || genders_differ(y, s, block) || answers_differ(y, s, block));
}

bool ways_nobody(const struct ways *y, const struct lp_sum *s)
{
    for (size_t t = 0; t < TABLES && is_valid(y, s); t++) {
        if (sum_in(y, t, s) == 0)
            return true;
    }
    return false;
}
