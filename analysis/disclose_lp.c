#include "analysis/disclose_lp.h"

#include <glpk.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

/* More pivots than any real unit needs. */
enum { PIVOTS_MAX = 1000000 };

/* ---- places ---------------------------------------------------------------------------------------------
 */

static size_t block_of_atom(const struct audit_rows *p, size_t i)
{
    return p->atom[i].block;
}

static size_t block_of_row(const struct audit_rows *p, size_t i)
{
    return p->row[i].block;
}

static size_t block_of_piece(const struct audit_rows *p, size_t i)
{
    return p->row[p->piece[i].row].block;
}

static struct lp_index sort_by_block(const struct audit_rows *p, size_t count,
                                     size_t (*block)(const struct audit_rows *p, size_t i))
{
    struct lp_index out = {.first = mem_alloc(p->blocks + 2, sizeof *out.first),
                           .at = mem_alloc(count, sizeof *out.at)};

    for (size_t i = 0; i < count; i++) {
        if (block(p, i) != AUDIT_ACROSS)
            out.first[block(p, i) + 2]++;
    }
    for (size_t b = 2; b < p->blocks + 2; b++)
        out.first[b] += out.first[b - 1];
    for (size_t i = 0; i < count; i++) {
        if (block(p, i) != AUDIT_ACROSS)
            out.at[out.first[block(p, i) + 1]++] = i;
    }
    return out;
}

/* Each block once a row, in order. */
static struct lp_index find_open(const struct lp_places *w)
{
    const struct audit_rows *p = w->p;
    struct lp_index out = {.first = mem_alloc(p->rows + 2, sizeof *out.first),
                           .at = mem_alloc(p->pieces, sizeof *out.at)};
    size_t *last = mem_alloc(p->rows, sizeof *last); /* block, from 1 */

    for (int fill = 0; fill <= 1; fill++) {
        memset(last, 0, p->rows * sizeof *last);
        for (size_t b = 0; b < p->blocks; b++) {
            for (size_t i = w->piece.first[b]; i < w->piece.first[b + 1]; i++) {
                const struct audit_piece *piece = &p->piece[w->piece.at[i]];

                if (p->row[piece->row].shown || last[piece->across] == b + 1)
                    continue;
                last[piece->across] = b + 1;
                if (fill == 1)
                    out.at[out.first[piece->across + 1]] = b;
                out.first[piece->across + (fill == 1 ? 1 : 2)]++;
            }
        }
        for (size_t r = 2; r < p->rows + 2 && fill == 0; r++)
            out.first[r] += out.first[r - 1];
    }
    free(last);
    return out;
}

void lp_places_init(struct lp_places *w, const struct audit_rows *p)
{
    w->p = p;
    w->atom = sort_by_block(p, p->atoms, block_of_atom);
    w->row = sort_by_block(p, p->rows, block_of_row);
    w->piece = sort_by_block(p, p->pieces, block_of_piece);
    w->place = mem_alloc(p->atoms, sizeof *w->place);
    for (size_t i = 0; i < p->atoms; i++)
        w->place[w->atom.at[i]] = i - w->atom.first[p->atom[w->atom.at[i]].block];
    w->open = find_open(w);
}

void lp_places_fini(struct lp_places *w)
{
    free(w->atom.first);
    free(w->atom.at);
    free(w->row.first);
    free(w->row.at);
    free(w->piece.first);
    free(w->piece.at);
    free(w->place);
    free(w->open.first);
    free(w->open.at);
}

/* ---- building -------------------------------------------------------------------------------------------
 */

struct lp_model {
    const struct lp_places *w;
    const size_t *block;
    size_t blocks;
    enum lp_scope scope;
    size_t answer[LP_ANSWERS]; /* those in it: all; or none at all, and the one looked at */
    size_t answers;
    size_t *start; /* of each block in the model: how many atoms there are before its own */
    size_t atoms;
    int64_t *most; /* of each unknown, atom by atom and answer by answer: no row that it is in has more */
    int *column;   /* of each unknown; 0: nobody */
    size_t *says;  /* of each equation, from 1: the row that says it; SIZE_MAX: what is known anyhow */
    size_t equations, says_capacity;
    int *at; /* the equation being made, from 1 */
    double *factor;
    int terms;
    glp_prob *lp;
};

static void find_atoms(struct lp_model *m)
{
    const struct lp_index *in = &m->w->atom;

    m->start = mem_alloc(m->w->p->blocks, sizeof *m->start);
    for (size_t i = 0; i < m->blocks; i++) {
        m->start[m->block[i]] = m->atoms;
        m->atoms += in->first[m->block[i] + 1] - in->first[m->block[i]];
    }
}

static size_t unknown(const struct lp_model *m, size_t atom, size_t answer)
{
    size_t slot = 0;

    while (m->answer[slot] != answer)
        slot++;
    return (m->start[m->w->p->atom[atom].block] + m->w->place[atom]) * m->answers + slot;
}

/* How many of a withheld row of known size have given the answers in the model; or, the rest ignored or none
 * not in the model, at most. */
static int64_t room(const struct lp_model *m, const struct audit_row *r)
{
    int64_t n = m->w->p->with_none ? 0 : r->count[AUDIT_NONE];

    if (m->scope != LP_REST_KNOWN)
        return r->responses;
    for (size_t i = 0; i < m->answers; i++)
        n += r->count[m->answer[i]];
    return n;
}

static bool is_room_filled(const struct lp_model *m)
{
    return m->w->p->with_none && m->scope != LP_REST_IGNORED;
}

/* Who gave no answer is told where the size is known. */
static bool tells(const struct audit_row *r, size_t answer)
{
    return r->shown && (answer != AUDIT_NONE || r->counted);
}

static void limit(struct lp_model *m, const struct audit_row *r, size_t answer, int64_t most)
{
    for (size_t i = 0; i < r->atoms; i++) {
        int64_t *here = &m->most[unknown(m, r->atom[i], answer)];

        *here = most < *here ? most : *here;
    }
}

static void limit_by_rows(struct lp_model *m, size_t block)
{
    const struct lp_index *in = &m->w->row;

    for (size_t k = in->first[block]; k < in->first[block + 1]; k++) {
        const struct audit_row *r = &m->w->p->row[in->at[k]];

        for (size_t i = 0; i < m->answers; i++) {
            if (tells(r, m->answer[i]))
                limit(m, r, m->answer[i], r->count[m->answer[i]]);
            else if (r->counted)
                limit(m, r, m->answer[i], room(m, r));
        }
    }
}

static void add_columns(struct lp_model *m)
{
    for (size_t i = 0; i < m->atoms * m->answers; i++) {
        if (m->most[i] == 0)
            continue;
        m->column[i] = glp_add_cols(m->lp, 1);
        glp_set_col_bnds(m->lp, m->column[i], GLP_LO, 0, 0);
    }
}

static void add_terms(struct lp_model *m, const struct audit_row *r, size_t answer)
{
    for (size_t i = 0; i < r->atoms; i++) {
        const int column = m->column[unknown(m, r->atom[i], answer)];

        if (column == 0)
            continue;
        m->at[++m->terms] = column;
        m->factor[m->terms] = 1;
    }
}

/* The terms gathered are, or are at most, the sum. */
static void end_equation(struct lp_model *m, int type, int64_t sum, size_t says)
{
    int row;

    if (m->terms == 0)
        return;
    row = glp_add_rows(m->lp, 1);
    glp_set_row_bnds(m->lp, row, type, (double)sum, (double)sum);
    glp_set_mat_row(m->lp, row, m->terms, m->at, m->factor);
    m->terms = 0;
    if ((size_t)row >= m->says_capacity) {
        m->says_capacity = 2 * (size_t)row + 64;
        m->says = mem_grow(m->says, m->says_capacity, sizeof *m->says);
    }
    m->says[row] = says;
    m->equations = (size_t)row;
}

static void add_rows(struct lp_model *m, size_t block)
{
    const struct lp_index *in = &m->w->row;

    for (size_t k = in->first[block]; k < in->first[block + 1]; k++) {
        const struct audit_row *r = &m->w->p->row[in->at[k]];

        for (size_t i = 0; i < m->answers; i++) {
            if (!tells(r, m->answer[i]))
                continue;
            add_terms(m, r, m->answer[i]);
            end_equation(m, GLP_FX, r->count[m->answer[i]], in->at[k]);
        }
        for (size_t i = 0; i < m->answers && !r->shown && r->counted; i++)
            add_terms(m, r, m->answer[i]);
        end_equation(m, is_room_filled(m) ? GLP_FX : GLP_UP, room(m, r), SIZE_MAX);
    }
}

static int by_across(const void *a, const void *b)
{
    const struct audit_piece *x = a, *y = b;

    return x->across < y->across ? -1 : x->across > y->across;
}

/* The pieces of all rows across that are shown and tell something, by row; the caller frees. */
static struct audit_piece *find_pieces(const struct lp_model *m, size_t *count)
{
    const struct audit_rows *p = m->w->p;
    const struct lp_index *in = &m->w->piece;
    struct audit_piece *out;

    *count = 0;
    for (size_t i = 0; i < m->blocks; i++)
        *count += in->first[m->block[i] + 1] - in->first[m->block[i]];
    out = mem_alloc(*count, sizeof *out);
    *count = 0;
    for (size_t i = 0; i < m->blocks; i++) {
        for (size_t k = in->first[m->block[i]]; k < in->first[m->block[i] + 1]; k++) {
            const size_t across = p->piece[in->at[k]].across;

            if (p->row[across].shown && m->w->open.first[across] < m->w->open.first[across + 1])
                out[(*count)++] = p->piece[in->at[k]];
        }
    }
    if (*count > 0)
        qsort(out, *count, sizeof *out, by_across);
    return out;
}

/* Rows across say what they have in these blocks; what they have in the others is taken for known. */
static void add_across(struct lp_model *m)
{
    const struct audit_rows *p = m->w->p;
    size_t count, end;
    struct audit_piece *piece = find_pieces(m, &count);

    for (size_t first = 0; first < count; first = end) {
        for (end = first; end < count && piece[end].across == piece[first].across; end++)
            ;
        for (size_t a = 0; a < m->answers; a++) {
            const size_t c = m->answer[a];
            int64_t sum = 0;

            for (size_t i = first; i < end && tells(&p->row[piece[first].across], c); i++) {
                add_terms(m, &p->row[piece[i].row], c);
                sum += p->row[piece[i].row].count[c];
            }
            end_equation(m, GLP_FX, sum, piece[first].across);
        }
    }
    free(piece);
}

static void choose_answers(struct lp_model *m, size_t answer)
{
    for (size_t c = 0; c < m->w->p->answers; c++) {
        if (c == AUDIT_NONE ? m->w->p->with_none : m->scope == LP_TOGETHER || c == answer)
            m->answer[m->answers++] = c;
    }
}

struct lp_model *lp_model_new(const struct lp_places *w, const size_t *block, size_t blocks,
                              enum lp_scope scope, size_t answer)
{
    struct lp_model *m = mem_alloc(1, sizeof *m);
    size_t unknowns;

    m->w = w;
    m->block = block;
    m->blocks = blocks;
    m->scope = scope;
    choose_answers(m, answer);
    find_atoms(m);
    unknowns = m->atoms * m->answers;
    m->most = mem_alloc(unknowns, sizeof *m->most);
    m->column = mem_alloc(unknowns, sizeof *m->column);
    m->at = mem_alloc(unknowns + 1, sizeof *m->at);
    m->factor = mem_alloc(unknowns + 1, sizeof *m->factor);
    for (size_t i = 0; i < unknowns; i++)
        m->most[i] = INT64_MAX;
    (void)glp_term_out(GLP_OFF);
    m->lp = glp_create_prob();
    for (size_t i = 0; i < blocks; i++)
        limit_by_rows(m, block[i]);
    add_columns(m);
    for (size_t i = 0; i < blocks; i++)
        add_rows(m, block[i]);
    add_across(m);
    if (glp_get_num_rows(m->lp) > 0)
        glp_adv_basis(m->lp, 0);
    return m;
}

void lp_model_free(struct lp_model *m)
{
    glp_delete_prob(m->lp);
    free(m->start);
    free(m->most);
    free(m->column);
    free(m->says);
    free(m->at);
    free(m->factor);
    free(m);
}

/* ---- solving --------------------------------------------------------------------------------------------
 */

bool lp_model_has(const struct lp_model *m, size_t answer)
{
    return answer != AUDIT_NONE && (m->scope == LP_TOGETHER || m->answer[m->answers - 1] == answer);
}

bool lp_model_any(const struct lp_model *m, const struct lp_sum *s)
{
    for (size_t i = 0; i < s->atoms; i++) {
        if (m->column[unknown(m, s->atom[i], s->answer)] != 0)
            return true;
    }
    return false;
}

void lp_model_aim(struct lp_model *m, const struct lp_sum *s)
{
    for (size_t i = 0; i < s->atoms; i++) {
        const int column = m->column[unknown(m, s->atom[i], s->answer)];

        if (column != 0)
            glp_set_obj_coef(m->lp, column, glp_get_obj_coef(m->lp, column) + 1);
    }
}

static void forget_aim(struct lp_model *m)
{
    for (int i = 1; i <= glp_get_num_cols(m->lp); i++)
        glp_set_obj_coef(m->lp, i, 0);
}

bool lp_model_solve(struct lp_model *m, bool most)
{
    glp_smcp how;
    bool ok;

    if (m->equations == 0)
        return false;
    glp_init_smcp(&how);
    how.msg_lev = GLP_MSG_OFF;
    how.it_lim = PIVOTS_MAX;
    glp_set_obj_dir(m->lp, most ? GLP_MAX : GLP_MIN);
    ok = glp_simplex(m->lp, &how) == 0 && glp_get_status(m->lp) == GLP_OPT;
    if (!ok) { /* a basis gone bad: from the beginning, once */
        glp_std_basis(m->lp);
        ok = glp_simplex(m->lp, &how) == 0 && glp_get_status(m->lp) == GLP_OPT;
    }
    forget_aim(m);
    return ok;
}

double lp_model_value(const struct lp_model *m, const struct lp_sum *s)
{
    double sum = 0;

    for (size_t i = 0; i < s->atoms; i++) {
        const int column = m->column[unknown(m, s->atom[i], s->answer)];

        if (column != 0)
            sum += glp_get_col_prim(m->lp, column);
    }
    return sum;
}

void lp_thread_end(void)
{
    (void)glp_free_env();
}

size_t lp_rather(const struct audit_rows *p, size_t a, size_t b)
{
    if (a == SIZE_MAX || b == SIZE_MAX)
        return a == SIZE_MAX ? b : a;
    if (p->row[a].rank != p->row[b].rank)
        return p->row[a].rank > p->row[b].rank ? a : b;
    return p->row[b].responses < p->row[a].responses ? b : a;
}

size_t lp_model_holder(const struct lp_model *m)
{
    const struct audit_rows *p = m->w->p;
    size_t best = SIZE_MAX;

    for (size_t i = 1; i <= m->equations; i++) {
        const size_t says = m->says[i];

        if (says != SIZE_MAX && !p->row[says].before && fabs(glp_get_row_dual(m->lp, (int)i)) > 1e-9)
            best = lp_rather(p, best, says);
    }
    return best;
}
