/*
 * All tables with the margins, counted. A node is what the lines have left when some stages are filled
 * (sorted, since order does not matter); its pasts are the different values, -sum ln x!, of the ways there. A
 * step from node to node is taken with all pasts at once. The last two stages are not walked: the tables that
 * finish a node are listed once, and each past asks how many of them are improbable enough. So what is kept
 * is one past for each different value of the first half, not of the whole.
 */
#include "analysis/stat_fisher_part.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

static const size_t MAX_PASTS = 4000000;   /* kept of a stage */
static const double MAX_STEPS = 6e7;       /* pasts moved or asked, and finishing tables listed */
static const double VALUES_APART = 0x1p35; /* pasts whose values are the same but for 1/this are one */

struct past {
    double value;
    double weight; /* how many, each counted as one; 0: none here */
};

struct node {
    uint16_t left[FISHER_LINES_MAX];
    struct past *past; /* hashed by value while being filled; then ascending */
    size_t count, room;
};

/* The nodes after a stage, found by what is left. */
struct layer {
    struct node *node;
    size_t count, capacity, pasts;
    uint32_t *slot; /* index + 1, or 0 */
    size_t slots;
};

struct search {
    const struct fisher_shape *shape;
    int64_t *stage; /* totals, ascending: the largest are not walked */
    size_t at;      /* stage being filled */
    const struct node *from;
    double *until; /* weight times exp(value - top) of from's pasts before each */
    double top;    /* the largest value of from's pasts */
    struct layer next;
    struct past *finish; /* of the tables that finish `from`: value and exp(value - their largest) */
    size_t finishes, finish_capacity;
    double scale;   /* ln of the probability is value + scale */
    double settled; /* probability of those that count */
    double steps;
};

static bool too_large(const struct search *s)
{
    return s->steps > MAX_STEPS || s->next.pasts > MAX_PASTS;
}

/* ---- nodes and their pasts ------------------------------------------------------------------------------
 */

static uint64_t mix(uint64_t x)
{
    x ^= x >> 32;
    x *= 0x9e3779b97f4a7c15;
    x ^= x >> 29;
    x *= 0xbf58476d1ce4e5b9;
    return x ^ x >> 32;
}

static uint64_t hash_left(const uint16_t *left)
{
    uint64_t h = 0;

    for (size_t i = 0; i < FISHER_LINES_MAX; i++)
        h = mix(h + left[i] + 1);
    return h;
}

static void layer_fini(struct layer *l)
{
    for (size_t i = 0; i < l->count; i++)
        free(l->node[i].past);
    free(l->node);
    free(l->slot);
    *l = (struct layer){.node = NULL};
}

static void layer_widen(struct layer *l)
{
    l->slots = l->slots > 0 ? 2 * l->slots : 64;
    free(l->slot);
    l->slot = mem_alloc(l->slots, sizeof(*l->slot));
    for (size_t i = 0; i < l->count; i++) {
        size_t at = hash_left(l->node[i].left) & (l->slots - 1);

        while (l->slot[at] != 0)
            at = (at + 1) & (l->slots - 1);
        l->slot[at] = (uint32_t)i + 1;
    }
}

static struct node *layer_node(struct layer *l, const uint16_t *left)
{
    size_t at;

    if (2 * l->count >= l->slots)
        layer_widen(l);
    for (at = hash_left(left) & (l->slots - 1); l->slot[at] != 0; at = (at + 1) & (l->slots - 1)) {
        struct node *n = &l->node[l->slot[at] - 1];

        if (memcmp(n->left, left, sizeof n->left) == 0)
            return n;
    }
    l->node = mem_room(l->node, l->count, &l->capacity, sizeof(*l->node));
    l->node[l->count] = (struct node){.past = NULL};
    memcpy(l->node[l->count].left, left, sizeof l->node[l->count].left);
    l->slot[at] = (uint32_t)(l->count + 1);
    return &l->node[l->count++];
}

static int64_t value_key(double value)
{
    return (int64_t)floor(value * VALUES_APART);
}

/* Where the value is among the pasts, or belongs. */
static struct past *past_at(const struct node *n, double value)
{
    const int64_t key = value_key(value);
    size_t at = mix((uint64_t)key) & (n->room - 1);

    while (n->past[at].weight > 0 && value_key(n->past[at].value) != key)
        at = (at + 1) & (n->room - 1);
    return &n->past[at];
}

static void node_widen(struct node *n)
{
    struct node wider = {.count = n->count, .room = n->room > 0 ? 2 * n->room : 4};

    wider.past = mem_alloc(wider.room, sizeof(*wider.past));
    for (size_t i = 0; i < n->room; i++) {
        if (n->past[i].weight > 0)
            *past_at(&wider, n->past[i].value) = n->past[i];
    }
    free(n->past);
    n->past = wider.past;
    n->room = wider.room;
}

/* Whether it is a past more. */
static bool node_add(struct node *n, double value, double weight)
{
    struct past *p;

    if (4 * (n->count + 1) > 3 * n->room)
        node_widen(n);
    p = past_at(n, value);
    if (p->weight > 0) {
        p->weight += weight;
        return false;
    }
    *p = (struct past){.value = value, .weight = weight};
    n->count++;
    return true;
}

static int ascending(const void *x, const void *y)
{
    const struct past *a = x, *b = y;

    return (a->value > b->value) - (a->value < b->value);
}

/* No more pasts are added. */
static void node_close(struct node *n)
{
    size_t count = 0;

    for (size_t i = 0; i < n->room; i++) {
        if (n->past[i].weight > 0)
            n->past[count++] = n->past[i];
    }
    assert(count == n->count);
    qsort(n->past, count, sizeof(*n->past), ascending);
}

/* ---- bounds ---------------------------------------------------------------------------------------------
 */

/* -ln of the product of factorials when total is shared evenly over parts: the largest value there can be. */
static double even(const struct fisher_shape *h, int64_t total, size_t parts)
{
    int64_t each, more;

    assert(parts > 0);
    each = total / (int64_t)parts;
    more = total % (int64_t)parts;
    return -(double)more * h->log_factorial[each + 1] -
           (double)((int64_t)parts - more) * h->log_factorial[each];
}

/*
 * No completion is larger than this: the Lagrangian of maximising -sum ln x! under the margins, at the
 * multipliers of the independent table e_ij = line_i stage_j/total. Each cell is then free and best at
 * floor(e_ij).
 */
static double independent(const struct search *s, const uint16_t *left, int64_t total)
{
    const struct fisher_shape *h = s->shape;
    double bound = (double)total * h->log[total];

    for (size_t i = 0; i < h->lines; i++)
        bound -= (double)left[i] * h->log[left[i]];
    for (size_t j = s->at + 1; j < h->stages; j++) {
        bound -= (double)s->stage[j] * h->log[s->stage[j]];
        for (size_t i = 0; i < h->lines; i++) {
            int64_t cell = left[i] * s->stage[j] / total;

            bound += (double)cell * (h->log[left[i]] + h->log[s->stage[j]] - h->log[total]) -
                     h->log_factorial[cell];
        }
    }
    return bound;
}

/* Bounds of what the stages after this one can add, and ln of the weight of all completions together. */
static void completions(const struct search *s, const uint16_t *left, double *least, double *most,
                        double *all)
{
    const struct fisher_shape *h = s->shape;
    double by_line = 0, by_stage = 0, line_whole = 0, stage_whole = 0;
    size_t stages = h->stages - s->at - 1;
    int64_t total = 0;

    for (size_t i = 0; i < h->lines; i++) {
        by_line += even(h, left[i], stages);
        line_whole -= h->log_factorial[left[i]];
        total += left[i];
    }
    for (size_t j = s->at + 1; j < h->stages; j++) {
        by_stage += even(h, s->stage[j], h->lines);
        stage_whole -= h->log_factorial[s->stage[j]];
    }
    *most = fmin(fmin(by_line, by_stage), independent(s, left, total));
    *least = fmax(line_whole, stage_whole);
    *all = h->log_factorial[total] + line_whole + stage_whole;
}

/* ---- walking --------------------------------------------------------------------------------------------
 */

static int descending(const void *x, const void *y)
{
    const uint16_t *a = x, *b = y;

    return (*a < *b) - (*a > *b);
}

/* The first of from's pasts whose value is above this. */
static size_t first_above(const struct node *from, double value)
{
    size_t low = 0, high = from->count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (from->past[mid].value > value)
            high = mid;
        else
            low = mid + 1;
    }
    return low;
}

/* All pasts take a step that leaves this and adds `value`: those whose every completion counts are settled,
 * those of which none does are left. */
static void walk(struct search *s, const uint16_t *left, double value)
{
    const struct node *from = s->from;
    uint16_t sorted[FISHER_LINES_MAX];
    double least, most, all;
    size_t first, end;
    struct node *to;

    completions(s, left, &least, &most, &all);
    first = first_above(from, s->shape->limit - value - most);
    end = first_above(from, s->shape->limit - value - least);
    if (first > 0)
        s->settled += s->until[first] * exp(s->top + value + all + s->scale);
    if (first >= end)
        return;
    memcpy(sorted, left, sizeof sorted);
    qsort(sorted, s->shape->lines, sizeof sorted[0], descending);
    to = layer_node(&s->next, sorted);
    for (size_t i = first; i < end; i++)
        s->next.pasts += node_add(to, from->past[i].value + value, from->past[i].weight);
    s->steps += (double)(end - first);
}

/* One table that finishes `from`: the last stage takes what is left. */
static void finish(struct search *s, const uint16_t *left, double value)
{
    for (size_t i = 0; i < s->shape->lines; i++)
        value -= s->shape->log_factorial[left[i]];
    s->finish = mem_room(s->finish, s->finishes, &s->finish_capacity, sizeof(*s->finish));
    s->finish[s->finishes++].value = value;
}

/* All ways to place `rest` persons of this stage on the lines from `line` on. */
static void place(struct search *s, uint16_t *left, size_t line, int64_t rest, double value)
{
    const struct fisher_shape *h = s->shape;
    const uint16_t *had = s->from->left;
    int64_t after = 0, most, least;

    if (line + 1 == h->lines) {
        left[line] = (uint16_t)(had[line] - rest);
        s->steps++;
        value -= h->log_factorial[rest];
        if (s->at + 2 == h->stages)
            finish(s, left, value);
        else
            walk(s, left, value);
        return;
    }
    for (size_t i = line + 1; i < h->lines; i++)
        after += had[i];
    least = rest > after ? rest - after : 0;
    most = rest < had[line] ? rest : had[line];
    for (int64_t x = least; x <= most && !too_large(s); x++) {
        left[line] = (uint16_t)(had[line] - x);
        place(s, left, line + 1, rest - x, value - h->log_factorial[x]);
    }
}

static void walk_from(struct search *s, struct node *from)
{
    uint16_t left[FISHER_LINES_MAX] = {0};

    node_close(from);
    s->from = from;
    s->top = from->past[from->count - 1].value;
    s->until = mem_grow(s->until, from->count + 1, sizeof(*s->until));
    s->until[0] = 0;
    for (size_t i = 0; i < from->count; i++)
        s->until[i + 1] = s->until[i] + from->past[i].weight * exp(from->past[i].value - s->top);
    place(s, left, 0, s->stage[s->at], 0);
}

/* ---- finishing ------------------------------------------------------------------------------------------
 */

/* The finishing tables in boxes of equal width by their value, so that a past looks into one box only. */
struct boxes {
    struct past *table; /* box by box */
    size_t *first;      /* count + 1 */
    double *until;      /* weight of all boxes before */
    size_t count;
    double low, high;
};

static size_t box_of(const struct boxes *b, double value)
{
    const double at = (value - b->low) / (b->high - b->low) * (double)(b->count - 1);

    return b->high > b->low ? (size_t)at : 0;
}

static void boxes_init(struct boxes *b, const struct past *table, size_t tables)
{
    *b = (struct boxes){.count = tables, .low = table[0].value, .high = table[0].value};
    for (size_t i = 0; i < tables; i++) {
        b->low = fmin(b->low, table[i].value);
        b->high = fmax(b->high, table[i].value);
    }
    b->table = mem_alloc(tables, sizeof(*b->table));
    b->first = mem_alloc(b->count + 2, sizeof(*b->first));
    b->until = mem_alloc(b->count + 1, sizeof(*b->until));
    for (size_t i = 0; i < tables; i++)
        b->first[box_of(b, table[i].value) + 2]++;
    for (size_t i = 2; i < b->count + 2; i++)
        b->first[i] += b->first[i - 1];
    for (size_t i = 0; i < tables; i++) {
        const size_t box = box_of(b, table[i].value);
        const double weight = exp(table[i].value - b->high);

        b->table[b->first[box + 1]++] = (struct past){.value = table[i].value, .weight = weight};
        b->until[box + 1] += weight;
    }
    for (size_t i = 0; i < b->count; i++)
        b->until[i + 1] += b->until[i];
}

static void boxes_fini(struct boxes *b)
{
    free(b->table);
    free(b->first);
    free(b->until);
}

/* The weight of those at or below the value. */
static double boxes_until(const struct boxes *b, double value)
{
    double weight;
    size_t box;

    if (value < b->low)
        return 0;
    if (value >= b->high)
        return b->until[b->count];
    box = box_of(b, value);
    weight = b->until[box];
    for (size_t i = b->first[box]; i < b->first[box + 1]; i++)
        weight += b->table[i].value <= value ? b->table[i].weight : 0;
    return weight;
}

static void finish_from(struct search *s, const struct node *from)
{
    uint16_t left[FISHER_LINES_MAX] = {0};
    struct boxes b;

    s->from = from;
    s->finishes = 0;
    place(s, left, 0, s->stage[s->at], 0);
    if (too_large(s))
        return;
    boxes_init(&b, s->finish, s->finishes);
    for (size_t i = 0; i < from->room; i++) {
        const struct past *p = &from->past[i];

        if (p->weight > 0)
            s->settled +=
                p->weight * boxes_until(&b, s->shape->limit - p->value) * exp(p->value + b.high + s->scale);
    }
    boxes_fini(&b);
    s->steps += (double)from->count;
}

/* ---- all ------------------------------------------------------------------------------------------------
 */

static int ascending_total(const void *x, const void *y)
{
    const int64_t *a = x, *b = y;

    return (*a > *b) - (*a < *b);
}

static void search_init(struct search *s, const struct fisher_shape *h)
{
    uint16_t left[FISHER_LINES_MAX] = {0};

    *s = (struct search){
        .shape = h, .stage = mem_alloc(h->stages, sizeof(*s->stage)), .scale = -h->log_factorial[h->n]};
    memcpy(s->stage, h->stage, h->stages * sizeof(*s->stage));
    qsort(s->stage, h->stages, sizeof(*s->stage), ascending_total);
    for (size_t j = 0; j < h->stages; j++)
        s->scale += h->log_factorial[h->stage[j]];
    for (size_t i = 0; i < h->lines; i++) {
        left[i] = (uint16_t)h->line[i];
        s->scale += h->log_factorial[h->line[i]];
    }
    (void)node_add(layer_node(&s->next, left), 0, 1);
}

static void search_fini(struct search *s)
{
    layer_fini(&s->next);
    free(s->stage);
    free(s->until);
    free(s->finish);
}

struct stat_fisher fisher_count(const struct fisher_shape *h)
{
    struct stat_fisher r = {.state = STAT_OK, .counted = false};
    struct search s;

    search_init(&s, h);
    for (; s.at + 1 < h->stages && !too_large(&s); s.at++) {
        struct layer now = s.next;

        s.next = (struct layer){.node = NULL};
        for (size_t i = 0; i < now.count && !too_large(&s); i++) {
            if (s.at + 2 < h->stages)
                walk_from(&s, &now.node[i]);
            else
                finish_from(&s, &now.node[i]);
        }
        layer_fini(&now);
    }
    if (!too_large(&s))
        r = (struct stat_fisher){.state = STAT_OK, .counted = true, .p = fmin(1, s.settled)};
    search_fini(&s);
    return r;
}
