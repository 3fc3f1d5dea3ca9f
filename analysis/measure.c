#include "analysis/measure.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/stat_interval.h"

static const double CONFIDENCE = 0.95;
const char MEASURE_TOO_FEW[] = "för få svar";

static void count_question(struct measure *m, const struct dataset_form *f, const struct tally_sum *sum,
                           int q)
{
    m->options = f->plan.options[q];
    m->counts = stat_counts_of(tally_options(&f->plan, sum, q), (size_t)m->options);
}

static void count_dimension(struct measure *m, const struct dataset_form *f, const struct tally_sum *sum,
                            int d)
{
    size_t points = 0;

    m->options = f->plan.dimension[d].options;
    m->owned = tally_index_grid(&f->plan, sum, d, &points);
    if (m->owned != NULL)
        m->counts = (struct stat_counts){
            .n = m->owned, .size = points, .low = 1, .step = (double)(m->options - 1) / (double)(points - 1)};
}

static void count(struct measure *m, const struct dataset_form *f, const struct tally_sum *sum, size_t item)
{
    memset(m, 0, sizeof *m);
    if (item < (size_t)f->plan.questions)
        count_question(m, f, sum, (int)item);
    else
        count_dimension(m, f, sum, (int)item - f->plan.questions);
    if (m->counts.n != NULL)
        m->summary = stat_summary_counts(&m->counts);
}

static void share(struct measure *m, const struct dataset_form *f, const struct tally_sum *sum, int q)
{
    const struct form_scale *scale = form_scale_of(f->form, q);
    const int64_t dont_know = tally_dont_know(&f->plan, sum, q);

    for (int i = 0; i < scale->options; i++)
        m->positive += scale->option[i].positive ? m->counts.n[i] : 0;
    if (m->summary.n > 0)
        m->share_positive = stat_ok((double)m->positive / (double)m->summary.n);
    if (scale->dont_know && m->summary.n + dont_know > 0)
        m->share_dont_know = stat_ok((double)dont_know / (double)(m->summary.n + dont_know));
}

void measure_init(struct measure *m, const struct dataset_form *f, const struct tally_sum *sum, size_t item)
{
    const bool question = item < (size_t)f->plan.questions;

    count(m, f, sum, item);
    m->share_positive = m->share_dont_know = stat_none(STAT_UNDEFINED);
    if (question)
        share(m, f, sum, (int)item);
    m->mean = stat_mean(&m->summary);
    m->sd = stat_sd(&m->summary);
    m->index_0_100 = stat_index_0_100(m->mean, m->options);
    if (m->index_0_100.state == STAT_OK && question && f->plan.reversed[item])
        m->index_0_100.x = 100 - m->index_0_100.x;
    m->interval = stat_interval_process(&m->summary, m->options, CONFIDENCE);
}

struct stat_summary measure_summary(const struct dataset_form *f, const struct tally_sum *sum, size_t item)
{
    struct measure m;

    count(&m, f, sum, item);
    measure_fini(&m);
    return m.summary;
}

void measure_fini(struct measure *m)
{
    free(m->owned);
    m->owned = NULL;
}

void measure_contrast(const struct measure *a, const struct measure *b, struct contrast *out)
{
    memset(out, 0, sizeof *out);
    if (a->options != b->options || a->counts.size != b->counts.size || a->counts.n == NULL ||
        b->counts.n == NULL) {
        out->welch.state = out->cliff.state = STAT_UNDEFINED;
        out->welch.diff = out->cliff.delta = out->p = stat_none(STAT_UNDEFINED);
        return;
    }
    out->welch = stat_compare_welch(&a->summary, &b->summary, CONFIDENCE);
    out->cliff = stat_rank_cliff(&a->counts, &b->counts, CONFIDENCE);
    out->p = out->welch.state == STAT_OK ? stat_ok(out->welch.p) : stat_none(out->welch.state);
}

const char *measure_verdict_word(enum stat_verdict v)
{
    static const char *const WORDS[] = {[STAT_VERDICT_CLEAR] = "tydlig skillnad",
                                        [STAT_VERDICT_POSSIBLE] = "möjlig skillnad",
                                        [STAT_VERDICT_NONE] = "ingen påvisad skillnad",
                                        [STAT_VERDICT_TOO_FEW] = MEASURE_TOO_FEW};

    return WORDS[v];
}

struct value value_text(const char *text)
{
    if (text == NULL || *text == '\0')
        return (struct value){.kind = VALUE_NONE};
    return (struct value){.kind = VALUE_TEXT, .text = text};
}

struct value value_whole(int64_t n)
{
    return (struct value){.kind = VALUE_WHOLE, .whole = n};
}

struct value value_number(double x)
{
    return (struct value){.kind = VALUE_NUMBER, .number = x};
}

struct value value_stat(struct stat_value v)
{
    return v.state == STAT_OK ? value_number(v.x) : (struct value){.kind = VALUE_NONE};
}
