#include "tests/support/audit_exact.h"

#include <glpk.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

enum { OTHERS_MAX = 64, ANSWERS = AUDIT_EXACT_ANSWERS };

struct audit_exact {
    size_t cells;
    int (*truth)[ANSWERS];
    int (*other[OTHERS_MAX])[ANSWERS]; /* answers that agree with all that is known, found so far */
    size_t others;
    glp_prob *lp; /* a column for each cell and answer; row 1 is what is asked */
};

static int column(size_t cell, size_t answer)
{
    return 1 + (int)(cell * ANSWERS + answer);
}

struct audit_exact *audit_exact_new(size_t cells, int (*truth)[ANSWERS])
{
    struct audit_exact *x = mem_alloc(1, sizeof *x);

    if (cells == 0 || cells > AUDIT_EXACT_CELLS_MAX)
        abort();
    x->cells = cells;
    x->truth = mem_alloc(cells, sizeof *x->truth);
    memcpy(x->truth, truth, cells * sizeof *truth);
    (void)glp_term_out(GLP_OFF);
    x->lp = glp_create_prob();
    (void)glp_add_rows(x->lp, 1);
    (void)glp_add_cols(x->lp, (int)(cells * ANSWERS));
    for (size_t i = 0; i < cells * ANSWERS; i++) {
        glp_set_col_bnds(x->lp, 1 + (int)i, GLP_LO, 0, 0);
        glp_set_col_kind(x->lp, 1 + (int)i, GLP_IV);
    }
    return x;
}

void audit_exact_free(struct audit_exact *x)
{
    for (size_t i = 0; i < x->others; i++)
        free(x->other[i]);
    free(x->truth);
    glp_delete_prob(x->lp);
    free(x);
}

static int sum(const struct audit_exact *x, int (*of)[ANSWERS], const bool *in, unsigned answers)
{
    int n = 0;

    for (size_t i = 0; i < x->cells * ANSWERS; i++)
        n += in[i / ANSWERS] && (answers >> i % ANSWERS & 1) != 0 ? of[i / ANSWERS][i % ANSWERS] : 0;
    return n;
}

int audit_exact_count(const struct audit_exact *x, const bool *in, unsigned answers)
{
    return sum(x, x->truth, in, answers);
}

/* ---- what is known --------------------------------------------------------------------------------------
 */

static void set_row(struct audit_exact *x, int row, const bool *in, unsigned answers)
{
    int index[1 + AUDIT_EXACT_CELLS_MAX * ANSWERS], n = 0;
    double one[1 + AUDIT_EXACT_CELLS_MAX * ANSWERS];

    for (size_t i = 0; i < x->cells * ANSWERS; i++) {
        if (!in[i / ANSWERS] || (answers >> i % ANSWERS & 1) == 0)
            continue;
        index[++n] = column(i / ANSWERS, i % ANSWERS);
        one[n] = 1;
    }
    glp_set_mat_row(x->lp, row, n, index, one);
}

static void know(struct audit_exact *x, const bool *in, unsigned answers)
{
    const int row = glp_add_rows(x->lp, 1), is = audit_exact_count(x, in, answers);

    set_row(x, row, in, answers);
    glp_set_row_bnds(x->lp, row, GLP_FX, is, is);
}

void audit_exact_show(struct audit_exact *x, const bool *in)
{
    for (unsigned answer = 0; answer < ANSWERS; answer++)
        know(x, in, 1U << answer);
}

void audit_exact_size(struct audit_exact *x, const bool *in)
{
    know(x, in, (1U << ANSWERS) - 1);
}

/* ---- what follows ---------------------------------------------------------------------------------------
 */

static void keep(struct audit_exact *x)
{
    int(*other)[ANSWERS];

    if (x->others == OTHERS_MAX)
        return;
    other = mem_alloc(x->cells, sizeof *other);
    for (size_t i = 0; i < x->cells * ANSWERS; i++)
        other[i / ANSWERS][i % ANSWERS] = (int)(glp_mip_col_val(x->lp, 1 + (int)i) + .5);
    x->other[x->others++] = other;
}

bool audit_exact_can_be(struct audit_exact *x, const bool *in, unsigned answers, int by)
{
    const int to = audit_exact_count(x, in, answers) + by;
    glp_iocp how;
    int code;

    if (to < 0)
        return false;
    for (size_t i = 0; i < x->others; i++) {
        const int seen = sum(x, x->other[i], in, answers);

        if (by > 0 ? seen >= to : seen <= to)
            return true;
    }
    set_row(x, 1, in, answers);
    glp_set_row_bnds(x->lp, 1, by > 0 ? GLP_LO : GLP_UP, to, to);
    glp_init_iocp(&how);
    how.presolve = GLP_ON;
    how.msg_lev = GLP_MSG_OFF;
    code = glp_intopt(x->lp, &how);
    if (code != 0 && code != GLP_ENOPFS)
        abort(); /* no answer is none */
    if (code != 0 || glp_mip_status(x->lp) != GLP_OPT)
        return false;
    keep(x);
    return true;
}

bool audit_exact_determined(struct audit_exact *x, const bool *in, unsigned answers)
{
    return !audit_exact_can_be(x, in, answers, 1) && !audit_exact_can_be(x, in, answers, -1);
}
