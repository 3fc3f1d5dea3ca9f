#include "analysis/disclose_audit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/disclose_ways.h"
#include "core/base/mem.h"

/* How far from a whole number a bound may be and still be it. */
static const double NEAR = 1e-6;

enum verdict { UNKNOWN, FREE, NOBODY, DETERMINED /* and not zero */ };

/* A withheld count. */
struct target {
    struct lp_sum sum;
    double least, most; /* seen so far */
    bool seen;
    enum verdict verdict;
    size_t holder; /* of a determined one: the row to withhold, or SIZE_MAX */
};

/* The counts of a secret row, or of a small atom: targets first .. first + answers - 1. */
struct secret {
    enum audit_secret kind;
    uint64_t alike;
    bool is_row;
    size_t first;
};

struct targets {
    struct target *at;
    size_t count, capacity;
    struct secret *secret;
    size_t secrets, secret_capacity;
    const struct audit_rows *p;
};

static void targets_fini(struct targets *t)
{
    free(t->at);
    free(t->secret);
}

static void add_secret(struct targets *t, const struct secret *like, const size_t *atom, size_t atoms)
{
    t->secret = mem_room(t->secret, t->secrets, &t->secret_capacity, sizeof *t->secret);
    t->secret[t->secrets] = *like;
    t->secret[t->secrets++].first = t->count;
    for (size_t c = 0; c < t->p->answers; c++) {
        t->at = mem_room(t->at, t->count, &t->capacity, sizeof *t->at);
        t->at[t->count++] = (struct target){.sum = {.atom = atom, .atoms = atoms, .answer = c}};
    }
}

static bool clears(const struct targets *t, const struct secret *s, size_t answer);

/* Takes from the list the secrets that some of the ways show not to be given away. */
static void clear_free(struct targets *t, const struct ways *y)
{
    size_t left = 0;

    for (size_t i = 0; i < t->secrets; i++) {
        const struct secret *s = &t->secret[i];
        size_t free_answers = 0;
        bool clear = false;

        for (size_t c = 0; c < t->p->answers && !clear; c++) {
            struct target *here = &t->at[s->first + c];

            if (!ways_differ(y, &here->sum))
                continue;
            here->verdict = FREE;
            free_answers++;
            clear = clears(t, s, c);
        }
        if (!clear && free_answers < t->p->answers)
            t->secret[left++] = *s;
    }
    t->secrets = left;
}

/* The secret rows of the block, and its atoms of fewer than k. */
static struct targets find_targets(const struct lp_places *w, const struct ways *y, size_t block)
{
    const struct audit_rows *p = w->p;
    struct targets out = {.p = p};

    for (size_t i = w->row.first[block]; i < w->row.first[block + 1]; i++) {
        const struct audit_row *r = &p->row[w->row.at[i]];

        if (r->secret != AUDIT_OPEN)
            add_secret(&out, &(struct secret){.kind = r->secret, .alike = r->alike, .is_row = true}, r->atom,
                       r->atoms);
    }
    for (size_t i = w->atom.first[block]; i < w->atom.first[block + 1]; i++) {
        if (p->atom[w->atom.at[i]].responses < p->k)
            add_secret(&out, &(struct secret){.kind = AUDIT_FEW}, &w->atom.at[i], 1);
    }
    clear_free(&out, y);
    return out;
}

/* ---- asking ---------------------------------------------------------------------------------------------
 */

/* Some blocks, and their models as far as they were needed: one for each answer, or one for all. */
struct question {
    const struct lp_places *w;
    const size_t *block;
    size_t blocks;
    enum lp_scope scope;
    struct lp_model *model[LP_ANSWERS];
};

static struct lp_model *model_of(struct question *q, size_t answer)
{
    const size_t which = q->scope == LP_TOGETHER ? 0 : answer;

    if (q->model[which] == NULL)
        q->model[which] = lp_model_new(q->w, q->block, q->blocks, q->scope, answer);
    return q->model[which];
}

static void question_fini(struct question *q)
{
    for (size_t i = 0; i < LP_ANSWERS; i++) {
        if (q->model[i] != NULL)
            lp_model_free(q->model[i]);
    }
}

static void see_all(struct targets *all, const struct lp_model *m)
{
    for (size_t i = 0; i < all->count; i++) {
        struct target *t = &all->at[i];
        double x;

        if (t->verdict != UNKNOWN || !lp_model_has(m, t->sum.answer))
            continue;
        x = lp_model_value(m, &t->sum);
        t->least = !t->seen || x < t->least ? x : t->least;
        t->most = !t->seen || x > t->most ? x : t->most;
        t->seen = true;
        if (floor(t->most + NEAR) > ceil(t->least - NEAR))
            t->verdict = FREE;
    }
}

/* Asks for the least and the most of one, as far as that is not seen from the solutions found on the way. */
static void ask(struct targets *all, struct target *t, struct lp_model *m)
{
    for (int most = 1; most >= 0 && t->verdict == UNKNOWN; most--) {
        lp_model_aim(m, &t->sum);
        if (!lp_model_solve(m, most == 1))
            break;
        see_all(all, m);
        if (most == 1)
            t->holder = lp_model_holder(m);
        else if (t->verdict == UNKNOWN)
            t->holder = lp_rather(all->p, t->holder, lp_model_holder(m));
        if (most == 1 && t->verdict == UNKNOWN && floor(t->most + NEAR) <= 0)
            t->verdict = NOBODY;
    }
    if (t->verdict == UNKNOWN)
        t->verdict = DETERMINED;
}

/* Whether the count alone can clear the secret of being given away. */
static bool clears(const struct targets *t, const struct secret *s, size_t answer)
{
    const enum verdict verdict = t->at[s->first + answer].verdict;

    switch (s->kind) {
    case AUDIT_OPEN:
    case AUDIT_FEW:
        break;
    case AUDIT_ALIKE:
        return (s->alike >> answer & 1) == 0 && (verdict == FREE || verdict == DETERMINED);
    case AUDIT_WHOLE:
        return verdict == FREE && answer + 1 < t->p->answers; /* vet ej is the last */
    }
    return false;
}

/* Of a few, of whom only one option can have been chosen: a count that says so, or SIZE_MAX. */
static size_t one_option_left(const struct targets *t, const struct secret *s)
{
    size_t left = 0, says = SIZE_MAX;

    for (size_t c = 0; c + 1 < t->p->answers; c++) { /* vet ej is the last */
        const struct target *here = &t->at[s->first + c];

        left += here->verdict != NOBODY;
        if (here->verdict == NOBODY && (says == SIZE_MAX || t->at[says].holder == SIZE_MAX))
            says = s->first + c;
    }
    return left == 1 ? says : SIZE_MAX;
}

/* Of a secret that is given away, a count that gives it; else SIZE_MAX. */
static size_t ask_secret(struct targets *t, const struct secret *s, struct question *q)
{
    size_t leak = SIZE_MAX;

    for (size_t c = 0; c < t->p->answers; c++) {
        struct target *here = &t->at[s->first + c];

        if (here->verdict == UNKNOWN && s->kind == AUDIT_FEW && !lp_model_any(model_of(q, c), &here->sum))
            here->verdict = NOBODY;
        if (here->verdict == UNKNOWN)
            ask(t, here, model_of(q, c));
        if (clears(t, s, c))
            return SIZE_MAX;
        if (here->verdict == DETERMINED || (here->verdict == NOBODY && s->kind != AUDIT_FEW))
            leak = here->holder != SIZE_MAX || leak == SIZE_MAX ? s->first + c : leak;
        if (leak != SIZE_MAX && s->kind == AUDIT_FEW)
            return leak;
    }
    return s->kind == AUDIT_FEW && s->is_row ? one_option_left(t, s) : leak;
}

/* ---- with other blocks ----------------------------------------------------------------------------------
 */

/* Whether the row across is shown, but not what it has in the block. */
static bool gives_way(const struct lp_places *w, size_t block, size_t across)
{
    for (size_t i = w->piece.first[block]; i < w->piece.first[block + 1]; i++) {
        const struct audit_piece *piece = &w->p->piece[w->piece.at[i]];

        if (piece->across == across && !w->p->row[piece->row].shown)
            return true;
    }
    return false;
}

/* Whether the blocks have a row across in common that is shown while neither's part of it is. */
static bool are_joined(const struct lp_places *w, size_t a, size_t b)
{
    for (size_t i = w->piece.first[a]; i < w->piece.first[a + 1]; i++) {
        const struct audit_piece *piece = &w->p->piece[w->piece.at[i]];

        if (w->p->row[piece->across].shown && !w->p->row[piece->row].shown && gives_way(w, b, piece->across))
            return true;
    }
    return false;
}

/* To the `count` blocks, up to `wanted` in all, those that are joined with them or, at second hand, with
 * those. */
static size_t find_donors(const struct lp_places *w, size_t count, size_t wanted, size_t *block)
{
    for (size_t from = 0; from < count && count < wanted; from++) {
        for (size_t step = 1; step < w->p->blocks && count < wanted; step++) {
            const size_t other = (block[0] + step) % w->p->blocks;
            bool known = false;

            for (size_t i = 0; i < count; i++)
                known |= block[i] == other;
            if (!known && are_joined(w, block[from], other))
                block[count++] = other;
        }
    }
    return count;
}

/* The first secret that is given away: a count that gives it, or SIZE_MAX. Those that are not are taken from
 * the list. */
static size_t find_leak(struct targets *t, struct question *q)
{
    while (t->secrets > 0) {
        const size_t leak = ask_secret(t, &t->secret[t->secrets - 1], q);

        if (leak != SIZE_MAX)
            return leak;
        t->secrets--;
    }
    return SIZE_MAX;
}

/* Whether the last secret of the list is given away in the scope. */
static bool is_given(const struct targets *t, const struct question *q, enum lp_scope scope)
{
    const struct secret *s = &t->secret[t->secrets - 1];
    struct question other = {.w = q->w, .block = q->block, .blocks = q->blocks, .scope = scope};
    struct targets one = {.p = t->p};
    bool given;

    add_secret(&one, s, t->at[s->first].sum.atom, t->at[s->first].sum.atoms);
    given = find_leak(&one, &other) != SIZE_MAX;
    question_fini(&other);
    targets_fini(&one);
    return given;
}

/* As find_leak, for what is not given away only because the other answers were taken for known. */
static size_t find_true_leak(struct targets *t, struct question *q)
{
    size_t leak;

    while ((leak = find_leak(t, q)) != SIZE_MAX) {
        if (is_given(t, q, LP_REST_IGNORED) || is_given(t, q, LP_TOGETHER))
            break;
        t->secrets--;
    }
    return leak;
}

/* What is free stays so with more blocks. */
static void forget(struct targets *t)
{
    for (size_t i = 0; i < t->count; i++) {
        if (t->at[i].verdict != FREE)
            t->at[i] = (struct target){.sum = t->at[i].sum, .holder = SIZE_MAX};
    }
}

/* The row to withhold: what holds the count. Where that is none or a dear one, some other row of the block:
 * that nobody in it gave the answer may hold the count too. Rather too much than too little is withheld. */
static size_t any_holder(const struct lp_places *w, size_t block, const struct target *t)
{
    const struct audit_rows *p = w->p;
    size_t best = t->holder;

    if (best != SIZE_MAX && p->row[best].rank > AUDIT_DEAR)
        return best;
    for (size_t i = w->row.first[block]; i < w->row.first[block + 1]; i++) {
        const struct audit_row *r = &p->row[w->row.at[i]];

        if (r->shown && !r->before)
            best = lp_rather(p, best, w->row.at[i]);
    }
    return best;
}

/* ---- the whole ------------------------------------------------------------------------------------------
 */

/*
 * Asks for what is given away in the blocks alone, then together with more and more others, for which there
 * is room up to AUDIT_BLOCKS. Returns a count that gives it, or SIZE_MAX.
 */
static size_t ask_wider(const struct lp_places *w, size_t *block, size_t blocks, struct targets *t)
{
    static const size_t WIDER[] = {0, 4, AUDIT_BLOCKS};
    size_t leak = SIZE_MAX;

    for (size_t i = 0; i < sizeof WIDER / sizeof WIDER[0]; i++) {
        const bool last = i + 1 == sizeof WIDER / sizeof WIDER[0];
        struct question q = {.w = w, .block = block, .scope = LP_REST_KNOWN};

        blocks = find_donors(w, blocks, WIDER[i], block);
        q.blocks = blocks;
        forget(t);
        leak = last ? find_true_leak(t, &q) : find_leak(t, &q);
        question_fini(&q);
        if (leak == SIZE_MAX)
            break;
    }
    return leak;
}

/* The row to withhold, or SIZE_MAX. */
static size_t audit_block(const struct lp_places *w, size_t own, struct targets *t)
{
    size_t block[AUDIT_BLOCKS] = {own};
    const size_t leak = ask_wider(w, block, 1, t);

    return leak == SIZE_MAX ? SIZE_MAX : any_holder(w, own, &t->at[leak]);
}

/* The atoms of what the row across has in the blocks; the caller frees. */
static size_t *atoms_across(const struct lp_places *w, size_t across, const size_t *block, size_t blocks,
                            size_t *count)
{
    size_t *out = NULL, capacity = 0;

    *count = 0;
    for (size_t b = 0; b < blocks; b++) {
        for (size_t i = w->piece.first[block[b]]; i < w->piece.first[block[b] + 1]; i++) {
            const struct audit_piece *piece = &w->p->piece[w->piece.at[i]];

            for (size_t k = 0; piece->across == across && k < w->p->row[piece->row].atoms; k++) {
                out = mem_room(out, *count, &capacity, sizeof *out);
                out[(*count)++] = w->p->row[piece->row].atom[k];
            }
        }
    }
    return out;
}

/* A secret row across: what it has in the blocks where that is not shown. Returns as audit_block. */
static size_t audit_across(const struct lp_places *w, size_t across, bool *look)
{
    const struct audit_row *r = &w->p->row[across];
    size_t block[AUDIT_BLOCKS], blocks = 0, atoms, leak, row = SIZE_MAX;
    struct targets t = {.p = w->p};
    size_t *atom;

    for (size_t b = 0; b < w->p->blocks && blocks < AUDIT_BLOCKS; b++) {
        if (gives_way(w, b, across))
            block[blocks++] = b;
    }
    if (blocks == 0)
        return SIZE_MAX;
    atom = atoms_across(w, across, block, blocks, &atoms);
    add_secret(&t, &(struct secret){.kind = r->secret, .alike = r->alike, .is_row = true}, atom, atoms);
    leak = ask_wider(w, block, blocks, &t);
    for (size_t b = 0; b < blocks && leak != SIZE_MAX; b++) {
        row = lp_rather(w->p, row, any_holder(w, block[b], &t.at[leak]));
        look[block[b]] = true;
    }
    targets_fini(&t);
    free(atom);
    return row;
}

static bool mark(size_t row, bool *withhold)
{
    if (row == SIZE_MAX || withhold[row])
        return false;
    withhold[row] = true;
    return true;
}

enum { NEAR_BLOCKS = 8 };

/* The blocks that are looked at, and some after each, with which it may change pupils. */
static bool *mark_near(const struct audit_rows *p, const bool *look)
{
    bool *near = mem_alloc(p->blocks, sizeof *near);

    for (size_t b = 0; b < p->blocks; b++) {
        for (size_t i = 0; i <= NEAR_BLOCKS && look[b]; i++)
            near[(b + i) % p->blocks] = true;
    }
    return near;
}

size_t audit(const struct audit_rows *p, bool *look, bool *withhold)
{
    struct lp_places w;
    struct ways *y;
    bool *near, any = false;
    size_t marked = 0;

    if (p->answers == 0)
        return 0;
    lp_places_init(&w, p);
    near = mark_near(p, look);
    y = ways_new(&w, near);
    for (size_t b = 0; b < p->blocks; b++) {
        struct targets t;
        size_t row;

        if (!look[b])
            continue;
        any = true;
        t = find_targets(&w, y, b);
        row = t.secrets > 0 ? audit_block(&w, b, &t) : SIZE_MAX;
        look[b] = mark(row, withhold);
        marked += look[b];
        targets_fini(&t);
        if (look[b] && p->row[row].block == AUDIT_ACROSS)
            break; /* it may free the others too: they are looked at again */
    }
    for (size_t i = 0; i < p->rows && any && marked == 0; i++) {
        if (p->row[i].block == AUDIT_ACROSS && p->row[i].secret != AUDIT_OPEN)
            marked += mark(audit_across(&w, i, look), withhold);
    }
    ways_free(y);
    free(near);
    lp_places_fini(&w);
    return marked;
}
