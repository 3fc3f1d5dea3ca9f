#include "audit/audit_alike.h"

static const double SLACK = 1e-9;

/* ---- an index -------------------------------------------------------------------------------------------
 */

/* How many different scores lie in the range, no more than two; *score is one. A score is the mean of some
 * answers, at most as many as the dimension has questions. */
static int count_scores(const struct audit_scale *s, struct audit_range r, double *score)
{
    int found = 0;

    for (int answers = 1; answers <= s->questions; answers++) {
        const double lo = ceil(fmax(r.lo, 1) * answers - SLACK);
        const double hi = floor(fmin(r.hi, s->options) * answers + SLACK);

        for (double sum = lo; sum <= hi && found < 2; sum++) {
            if (found == 0 || fabs(sum / answers - *score) > SLACK)
                found++;
            *score = sum / answers;
        }
    }
    return found;
}

/* Nobody is further from the mean than sd (n−1)/√n (Samuelson 1968): if just one score is so near, it is
 * everybody's. */
static bool one_score(const struct audit_scale *s, const struct audit_cell *c, const struct audit_counts *of,
                      double *score)
{
    const double n = (double)of->n, far = c->sd.hi * (n - 1) / sqrt(n);

    return audit_range_known(c->sd) &&
           count_scores(s, (struct audit_range){of->sum.lo / n - far, of->sum.hi / n + far}, score) == 1;
}

/* ---- a question -----------------------------------------------------------------------------------------
 */

static bool one_option(const struct audit_scale *s, const struct audit_counts *of, double *code)
{
    for (int i = 0; i < s->options; i++) {
        if (of->option[i].lo == of->n) {
            *code = i + 1;
            return true;
        }
    }
    return false;
}

/* By the share of good answers; where the table has none, by the counts. */
static bool none_good(const struct audit_scale *s, const struct audit_cell *c, const struct audit_counts *of)
{
    if (audit_range_known(c->positive))
        return (double)of->n * c->positive.hi < 1 - SLACK;
    return s->positive > 0 && of->positive.hi == 0;
}

/* ---- both -----------------------------------------------------------------------------------------------
 */

enum audit_alike audit_alike(const struct audit_scale *s, const struct audit_cell *c, int64_t persons,
                             bool good, double *answer)
{
    struct audit_counts of;

    if (!audit_range_known(c->n) || c->n.lo < 1 || audit_counts(s, c, persons, &of) != AUDIT_FITS)
        return AUDIT_DIFFERENT;
    if (s->index)
        return one_score(s, c, &of, answer) ? AUDIT_ONE_ANSWER : AUDIT_DIFFERENT;
    if (one_option(s, &of, answer))
        return AUDIT_ONE_ANSWER;
    return good && none_good(s, c, &of) ? AUDIT_NONE_GOOD : AUDIT_DIFFERENT;
}

bool audit_alike_has_good(const struct audit_world *w, size_t item)
{
    for (size_t g = 0; g < w->groups; g++) {
        const struct audit_range r = audit_world_cell(w, g, item)->positive;

        if (audit_range_known(r) && r.lo > 0)
            return true;
    }
    return false;
}
