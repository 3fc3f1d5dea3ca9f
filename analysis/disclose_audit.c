#include "analysis/disclose_audit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/disclose_donors.h"
#include "analysis/disclose_secret.h"
#include "analysis/disclose_ways.h"
#include "core/base/mem.h"

/* How far from a whole number a bound may be and still be it. */
static const double NEAR = 1e-6;

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

/* Asks for the least and the most of one, as far as that is not seen from the solutions found on the way. Of
 * a secret that only somebody gives away, that it can be nobody is enough. */
static void ask(struct targets *all, const struct secret *s, struct target *t, struct lp_model *m)
{
    for (int i = 0; i < 2 && t->verdict == UNKNOWN; i++) {
        const bool most = s->somebody ? i == 1 : i == 0;
        bool ok;

        if (s->somebody && t->seen && t->least < NEAR)
            break;
        lp_model_aim(m, &t->sum);
        ok = lp_model_solve(m, most);
        if (!ok)
            break;
        see_all(all, m);
        t->holder = i == 0                  ? lp_model_holder(m)
                    : t->verdict == UNKNOWN ? lp_rather(all->p, t->holder, lp_model_holder(m))
                                            : t->holder;
        if (most && t->verdict == UNKNOWN && floor(t->most + NEAR) <= 0)
            t->verdict = NOBODY;
    }
    if (t->verdict == UNKNOWN)
        t->verdict = s->somebody && t->seen && t->least < NEAR ? CAN_BE_NOBODY : DETERMINED;
}

/* Of a few, of whom only one option can have been chosen: a count that says so, or SIZE_MAX. */
static size_t one_option_left(const struct targets *t, const struct secret *s)
{
    size_t left = 0, says = SIZE_MAX;

    for (size_t c = 1; c + 1 < t->p->answers; c++) { /* vet ej is the last */
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

    for (size_t c = 1; c < t->p->answers; c++) {
        struct target *here = &t->at[s->first + c];

        if (here->verdict == UNKNOWN && !lp_model_any(model_of(q, c), &here->sum))
            here->verdict = NOBODY;
        if (here->verdict == UNKNOWN)
            ask(t, s, here, model_of(q, c));
        if (secret_clears(t, s, c))
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

/* The last secret is not given away, nor will it be when more is withheld. But when nobody in a row can have
 * chosen an option, there may be one option then. */
static void settle(struct targets *t, struct audit_memory *known)
{
    const struct secret *s = &t->secret[--t->secrets];
    bool any = s->kind != AUDIT_FEW || !s->is_row;

    for (size_t c = 1; c + 1 < t->p->answers; c++) /* vet ej is the last */
        any |= t->at[s->first + c].verdict != NOBODY;
    if (any && known != NULL)
        secret_remember(t, s, known);
}

/* Some blocks alone, then with more and more others that are joined with them; and what is asked of each. */
enum { TIERS = 3, SCOPES = LP_TOGETHER + 1 };
struct tiers {
    const struct lp_places *w;
    size_t block[AUDIT_BLOCKS];
    size_t blocks;
    struct question question[TIERS][SCOPES];
    size_t tiers; /* whose blocks are known */
};

static void tiers_fini(struct tiers *x)
{
    for (size_t i = 0; i < x->tiers; i++) {
        for (int scope = 0; scope < SCOPES; scope++)
            question_fini(&x->question[i][scope]);
    }
}

static struct question *tier_of(struct tiers *x, size_t tier, enum lp_scope scope)
{
    static const size_t WIDER[TIERS] = {0, 4, AUDIT_BLOCKS};

    for (; x->tiers <= tier; x->tiers++) {
        x->blocks = donors_find(x->w, x->block, x->blocks, WIDER[x->tiers]);
        for (int i = 0; i < SCOPES; i++)
            x->question[x->tiers][i] = (struct question){
                .w = x->w, .block = x->block, .blocks = x->blocks, .scope = (enum lp_scope)i};
    }
    return &x->question[tier][scope];
}

/* What is free stays so with more blocks. */
static void forget(struct targets *t, const struct secret *s)
{
    for (size_t c = 0; c < t->p->answers; c++) {
        struct target *here = &t->at[s->first + c];

        if (here->verdict != FREE && here->verdict != CAN_BE_NOBODY)
            *here = (struct target){.sum = here->sum, .holder = SIZE_MAX};
    }
}

/* Whether the secret is given away in the question's scope, and by which row. */
static bool is_given(const struct targets *t, const struct secret *s, struct question *q, size_t *holder)
{
    struct targets one = {.p = t->p};
    size_t leak;

    targets_add(&one, s, t->at[s->first].sum.atom, t->at[s->first].sum.atoms);
    leak = ask_secret(&one, &one.secret[0], q);
    *holder = leak == SIZE_MAX ? SIZE_MAX : one.at[leak].holder;
    targets_fini(&one);
    return leak != SIZE_MAX;
}

/*
 * Of a secret that is given away, a count that gives it; else SIZE_MAX. Asks in the blocks alone, then
 * together with more and more others; in each first with the other answers known, which takes less to solve.
 */
static size_t ask_tiers(struct targets *t, const struct secret *s, struct tiers *x)
{
    size_t leak = SIZE_MAX, holder;

    for (size_t i = 0; i < TIERS; i++) {
        forget(t, s);
        leak = ask_secret(t, s, tier_of(x, i, LP_REST_KNOWN));
        if (leak == SIZE_MAX)
            return SIZE_MAX;
        if (i + 1 == TIERS && is_given(t, s, tier_of(x, i, LP_REST_IGNORED), &holder))
            break;
        if (!is_given(t, s, tier_of(x, i, LP_TOGETHER), &holder))
            return SIZE_MAX;
    }
    t->at[leak].holder = holder;
    return leak;
}

/* The first secret that is given away: a count that gives it, or SIZE_MAX. Those that are not are taken from
 * the list, to the memory. */
static size_t find_leak(struct targets *t, struct tiers *x, struct audit_memory *known)
{
    while (t->secrets > 0) {
        const size_t leak = ask_tiers(t, &t->secret[t->secrets - 1], x);

        if (leak != SIZE_MAX)
            return leak;
        settle(t, known);
    }
    return SIZE_MAX;
}

/*
 * Where only rows from before hold a count of the block: a row across from before with what is shown of it in
 * other blocks. One of those, or when there are none, whatever is released anew.
 */
static size_t holder_elsewhere(const struct lp_places *w, size_t block)
{
    const struct audit_rows *p = w->p;
    bool *across = mem_alloc(p->rows, sizeof *across);
    size_t best = SIZE_MAX;

    for (size_t i = w->piece.first[block]; i < w->piece.first[block + 1]; i++) {
        const struct audit_piece *piece = &p->piece[w->piece.at[i]];

        across[piece->across] |= p->row[piece->across].shown && !p->row[piece->row].shown;
    }
    for (size_t i = 0; i < p->pieces; i++) {
        const struct audit_row *r = &p->row[p->piece[i].row];

        if (across[p->piece[i].across] && r->shown && !r->before)
            best = lp_rather(p, best, p->piece[i].row);
    }
    for (size_t i = 0; i < p->rows && best == SIZE_MAX; i++)
        best = p->row[i].shown && !p->row[i].before ? i : best;
    free(across);
    return best;
}

/* The row to withhold: what holds the count. Where that is none or a dear one, some other row of the block,
 * or rather than the whole block one across: that nobody in it gave the answer may hold the count too. Rather
 * too much than too little is withheld. */
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
    for (size_t i = w->piece.first[block]; i < w->piece.first[block + 1]; i++) {
        const struct audit_piece *piece = &p->piece[w->piece.at[i]];
        const bool is_whole =
            best == SIZE_MAX || (p->row[best].block == block && p->row[best].rank < AUDIT_DEAR);

        if (is_whole && p->row[piece->across].shown && !p->row[piece->across].before &&
            !p->row[piece->row].shown)
            best = lp_rather(p, best, piece->across);
    }
    return best == SIZE_MAX ? holder_elsewhere(w, block) : best;
}

/* ---- the whole ------------------------------------------------------------------------------------------
 */

/* The row to withhold, or SIZE_MAX. */
static size_t audit_block(const struct lp_places *w, size_t own, struct targets *t,
                          struct audit_memory *known)
{
    struct tiers x = {.w = w, .block = {own}, .blocks = 1};
    const size_t leak = find_leak(t, &x, known);

    tiers_fini(&x);
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
    const struct secret secret = secret_of(w->p, across);
    size_t blocks, atoms, leak, row = SIZE_MAX;
    struct tiers x = {.w = w};
    struct targets t = {.p = w->p};
    size_t *atom;

    for (size_t i = w->open.first[across]; i < w->open.first[across + 1] && x.blocks < AUDIT_BLOCKS; i++)
        x.block[x.blocks++] = w->open.at[i];
    blocks = x.blocks;
    if (blocks == 0)
        return SIZE_MAX;
    atom = atoms_across(w, across, x.block, blocks, &atoms);
    targets_add(&t, &secret, atom, atoms);
    leak = find_leak(&t, &x, NULL);
    for (size_t b = 0; b < blocks && leak != SIZE_MAX; b++) {
        row = lp_rather(w->p, row, any_holder(w, x.block[b], &t.at[leak]));
        look[x.block[b]] = true;
    }
    tiers_fini(&x);
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

size_t audit(const struct audit_rows *p, struct audit_memory *known, bool *look, bool *withhold)
{
    struct lp_places w;
    struct ways *y;
    bool *near;
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
        t = targets_of(&w, y, known, b);
        row = t.secrets > 0 ? audit_block(&w, b, &t, known) : SIZE_MAX;
        look[b] = row != SIZE_MAX; /* which another block may have marked already */
        marked += mark(row, withhold);
        targets_fini(&t);
        if (look[b] && p->row[row].block == AUDIT_ACROSS)
            break; /* it may free the others too: they are looked at again */
    }
    for (size_t i = 0; i < p->rows && marked == 0; i++) {
        if (p->row[i].block == AUDIT_ACROSS && p->row[i].secret != AUDIT_OPEN)
            marked += mark(audit_across(&w, i, look), withhold);
    }
    ways_free(y);
    free(near);
    lp_places_fini(&w);
    return marked;
}
