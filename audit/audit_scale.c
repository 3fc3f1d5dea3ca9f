#include "audit/audit_scale.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

enum { DIMENSION_QUESTIONS_MAX = 12 };

/* Scales that are still possible: bit (options × 2 + reversed). */
typedef unsigned hypotheses;

static unsigned bit(int options, bool reversed)
{
    return 1u << (2 * options + reversed);
}

static bool overlaps(struct audit_range a, double lo, double hi)
{
    return a.lo <= hi && lo <= a.hi;
}

/* Whether the mean and the index of a cell go together on that scale. */
static bool goes_together(const struct audit_cell *c, int options, bool reversed)
{
    double step = (options - 1) / 100.0, lo = 1 + c->index.lo * step, hi = 1 + c->index.hi * step;

    if (audit_range_known(c->mean) && c->mean.lo > options)
        return false;
    if (!audit_range_known(c->index) || !audit_range_known(c->mean))
        return true;
    if (reversed) {
        lo = options - c->index.hi * step;
        hi = options - c->index.lo * step;
    }
    return overlaps(c->mean, lo, hi);
}

static hypotheses possible(const struct audit_world *w, size_t item)
{
    hypotheses h = 0;

    for (int options = 2; options <= AUDIT_OPTIONS_MAX; options++) {
        for (int reversed = 0; reversed < 2; reversed++) {
            bool all = true;

            for (size_t g = 0; g < w->groups && all; g++)
                all = goes_together(audit_world_cell(w, g, item), options, reversed);
            if (all)
                h |= bit(options, reversed);
        }
    }
    return h;
}

/* Whether every group's figures can come from counts. */
static bool all_fit(const struct audit_world *w, size_t item, const struct audit_scale *s)
{
    for (size_t g = 0; g < w->groups; g++) {
        if (!audit_counts_fit(s, audit_world_cell(w, g, item), w->group[g].persons))
            return false;
    }
    return true;
}

static bool any_known(const struct audit_world *w, size_t item, bool index)
{
    for (size_t g = 0; g < w->groups; g++) {
        const struct audit_cell *c = audit_world_cell(w, g, item);

        if (audit_range_known(index ? c->index : c->positive))
            return true;
    }
    return false;
}

/* A question that offers "vet ej" tells its share. Where no row does (compare has no such column), who
 * answered so is one of those who chose no option, and not told apart. */
static bool tells_dont_know(const struct audit_world *w, size_t item)
{
    for (size_t g = 0; g < w->groups; g++) {
        if (audit_range_known(audit_world_cell(w, g, item)->dont_know))
            return true;
    }
    return false;
}

/* ---- the grid of an index -------------------------------------------------------------------------------
 */

static int64_t gcd(int64_t a, int64_t b)
{
    return b == 0 ? a : gcd(b, a % b);
}

static int64_t lcm_to(int64_t questions)
{
    int64_t lcm = 1;

    for (int64_t k = 2; k <= questions; k++)
        lcm = lcm / gcd(lcm, k) * k;
    return lcm;
}

static int64_t count_questions(const struct audit_world *w, const char *dimension)
{
    int64_t questions = 0;

    for (size_t i = 0; i < w->items; i++) {
        bool asked = false;

        for (size_t g = 0; g < w->groups && !asked; g++)
            asked = audit_world_cell(w, g, i)->asked;
        questions += asked && w->item[i].dimension == dimension && *w->item[i].question != '\0';
    }
    return questions;
}

/* Whether every mean can be a sum of whole steps over n. */
static bool on_grid(const struct audit_world *w, size_t item, int64_t grid)
{
    for (size_t g = 0; g < w->groups; g++) {
        const struct audit_cell *c = audit_world_cell(w, g, item);
        double scale = c->n.lo * (double)grid;

        if (audit_range_known(c->n) && audit_range_known(c->mean) &&
            ceil(c->mean.lo * scale - 1e-6) > floor(c->mean.hi * scale + 1e-6))
            return false;
    }
    return true;
}

/*
 * Scores are means of up to K answers, so they lie on steps of 1/LCM(1..K). K is the number of questions of
 * the dimension in the tables; where these are left out, K is as large as forms allow, whose steps hold those
 * of any smaller K.
 */
static int64_t questions_of(const struct audit_world *w, size_t item)
{
    int64_t questions = count_questions(w, w->item[item].dimension);

    if (questions > 0 && questions <= DIMENSION_QUESTIONS_MAX && on_grid(w, item, lcm_to(questions)))
        return questions;
    return DIMENSION_QUESTIONS_MAX;
}

/* ---- one item -------------------------------------------------------------------------------------------
 */

static int count_bits(unsigned x)
{
    int n = 0;

    for (; x != 0; x &= x - 1)
        n++;
    return n;
}

static hypotheses only_fitting(const struct audit_world *w, size_t item, const struct audit_scale *like,
                               hypotheses h)
{
    hypotheses left = 0;

    for (int options = 2; options <= AUDIT_OPTIONS_MAX; options++) {
        for (int reversed = 0; reversed < 2; reversed++) {
            struct audit_scale s = *like;

            s.options = options;
            s.reversed = reversed;
            if ((h & bit(options, reversed)) != 0 && all_fit(w, item, &s))
                left |= bit(options, reversed);
        }
    }
    return left;
}

/* Of the scales left, the one with the most options; with as many, the one that is not reversed. */
static void take_largest(struct audit_scale *s, hypotheses h)
{
    s->options = AUDIT_OPTIONS_MAX;
    s->reversed = false;
    for (int options = 2; options <= AUDIT_OPTIONS_MAX; options++) {
        for (int reversed = 1; reversed >= 0; reversed--) {
            if ((h & bit(options, reversed)) != 0) {
                s->options = options;
                s->reversed = reversed;
            }
        }
    }
}

/* Which options count as positive: the number for which everything fits, if only one does. */
static void find_positive(const struct audit_world *w, size_t item, struct audit_scale *s,
                          struct audit_notes *notes)
{
    int fitting = 0, found = 0;

    if (!any_known(w, item, false))
        return;
    for (int positive = 1; positive < s->options; positive++) {
        struct audit_scale try = *s;

        try.positive = positive;
        if (all_fit(w, item, &try)) {
            fitting++;
            found = positive;
        }
    }
    if (fitting == 1)
        s->positive = found;
    else
        audit_notes_add(
            notes, "%s %s, %s: share_positive is not used: %s", w->round, w->form, w->item[item].question,
            fitting == 0 ? "no options from the good end give it" : "several sets of options fit it");
}

/* The scale as the item's own figures tell it; options 0 when they leave several or none. */
static struct audit_scale infer(const struct audit_world *w, size_t item, hypotheses *left)
{
    struct audit_scale s = {.index = *w->item[item].question == '\0', .grid = 1};

    s.dont_know = !s.index && tells_dont_know(w, item);
    if (s.index) {
        s.questions = (int)questions_of(w, item);
        s.grid = lcm_to(s.questions);
    }
    *left = possible(w, item);
    if (s.index)
        *left &= 0x55555555u; /* an index is turned already */
    if (any_known(w, item, true) && count_bits(*left) > 1)
        *left = only_fitting(w, item, &s, *left);
    if (any_known(w, item, true) && count_bits(*left) == 1)
        take_largest(&s, *left);
    return s;
}

/* ---- all worlds -----------------------------------------------------------------------------------------
 */

/* The same question, else the same dimension, in another world of the form; NULL when none is known. */
static const struct audit_scale *elsewhere(const struct audit_worlds *w, const struct audit_scales *s,
                                           const char *form, const struct audit_item *item)
{
    const struct audit_scale *found = NULL;

    for (size_t i = 0; i < w->count; i++) {
        if (w->at[i].form != form)
            continue;
        for (size_t j = 0; j < w->at[i].items; j++) {
            const struct audit_item *other = &w->at[i].item[j];

            if (s->at[i][j].options == 0 || other->dimension != item->dimension)
                continue;
            if (other->question == item->question)
                return &s->at[i][j];
            found = &s->at[i][j];
        }
    }
    return found;
}

static void settle(const struct audit_world *w, size_t item, struct audit_scale *s, hypotheses left,
                   int options, const struct audit_scale *other, struct audit_notes *notes)
{
    if (other != NULL && (left & (bit(other->options, false) | bit(other->options, true))) != 0) {
        s->options = other->options;
        s->reversed = other->index == s->index && other->reversed;
        return;
    }
    if (options > 0 && (left & (bit(options, false) | bit(options, true))) != 0) {
        s->options = options;
        return;
    }
    take_largest(s, left);
    audit_notes_add(notes,
                    "%s %s, %s: the tables do not tell how many options there are: %d assumed; give the "
                    "progression table too, or --options",
                    w->round, w->form, s->index ? w->item[item].dimension : w->item[item].question,
                    s->options);
}

static bool any_shown(const struct audit_world *w, size_t item)
{
    for (size_t g = 0; g < w->groups; g++) {
        if (audit_range_known(audit_world_cell(w, g, item)->n))
            return true;
    }
    return false;
}

void audit_scales_make(const struct audit_worlds *w, int options, struct audit_scales *out,
                       struct audit_notes *notes)
{
    hypotheses **left = mem_alloc(w->count, sizeof *left);

    out->worlds = w->count;
    out->at = mem_alloc(w->count, sizeof(struct audit_scale *));
    for (size_t i = 0; i < w->count; i++) {
        out->at[i] = mem_alloc(w->at[i].items, sizeof(struct audit_scale));
        left[i] = mem_alloc(w->at[i].items, sizeof **left);
        for (size_t j = 0; j < w->at[i].items; j++)
            out->at[i][j] = infer(&w->at[i], j, &left[i][j]);
    }
    for (size_t i = 0; i < w->count; i++) {
        for (size_t j = 0; j < w->at[i].items; j++) {
            struct audit_scale *s = &out->at[i][j];

            const struct audit_scale *other =
                s->options != 0 ? NULL : elsewhere(w, out, w->at[i].form, &w->at[i].item[j]);

            if (s->options == 0 && !any_shown(&w->at[i], j))
                s->options = other != NULL ? other->options : options > 0 ? options : AUDIT_OPTIONS_MAX;
            else if (s->options == 0)
                settle(&w->at[i], j, s, left[i][j], options, other, notes);
            if (!s->index)
                find_positive(&w->at[i], j, s, notes);
        }
        free(left[i]);
    }
    free(left);
}

void audit_scales_fini(struct audit_scales *s)
{
    for (size_t i = 0; i < s->worlds; i++)
        free(s->at[i]);
    free(s->at);
    *s = (struct audit_scales){.worlds = 0};
}
