/*
 * Goal: from sealed responses in the store to n, mean, sd and the count of each category for every unit and
 * question: at least ten times as fast as data.table or DuckDB from tables of their own. This is our side,
 * and what the others are given; figures.mjs runs all three.
 *
 *   bench_figures [--csv FILE] [MILLIONS]      default 10 million responses of 20 questions
 *
 * Prints one line of JSON, of the fastest of seven turns, as the others' times are: a machine that has not
 * touched its memory for a while takes as long for giving it as we do for counting. "counted" is the time
 * from the store's file (in the system's cache) to the tallies, the units and classes being known, as the
 * others have them in their tables; "figures" the time from there to all figures; "loaded" what dataset_load
 * takes besides: units, classes, forms, and reading a kept tally. Everything on all processors but "loaded".
 *
 * FILE gets one response a row: the unit's number, then the answers, empty as 0 and vet ej as 9.
 */

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis/dataset.h"
#include "analysis/dataset_tally.h"
#include "analysis/stat_summary.h"
#include "core/base/day.h"
#include "core/base/mem.h"
#include "core/base/secret.h"
#include "tests/bench/made.h"

enum { TURNS = 7, PROCESSORS_MAX = 8, OPTIONS = 4, DONT_KNOW_IN_FILE = 9 };

struct figure {
    int64_t n, count[OPTIONS], dont_know, unanswered;
    struct stat_value mean, sd;
};

/* ---- for the others -------------------------------------------------------------------------------------
 */

static bool write_csv(const struct made *m, const char *path)
{
    FILE *f = fopen(path, "w");
    bool ok;

    if (f == NULL)
        return false;
    (void)fputs("unit", f);
    for (int q = 0; q < MADE_QUESTIONS; q++)
        (void)fprintf(f, ",q%d", q);
    (void)fputc('\n', f);
    for (size_t k = 0; k < m->classes; k++) {
        for (size_t person = 0; person < MADE_CLASS; person++) {
            char line[32 + 2 * MADE_QUESTIONS];
            int at = snprintf(line, sizeof line, "%zu", k / MADE_UNIT_CLASSES);

            for (size_t q = 0; q < MADE_QUESTIONS; q++) {
                const uint8_t a = m->answers[k * MADE_BLOCK + q * MADE_CLASS + person];

                line[at++] = ',';
                line[at++] = (char)('0' + (a == ANSWER_DONT_KNOW ? DONT_KNOW_IN_FILE : a));
            }
            line[at++] = '\n';
            (void)fwrite(line, 1, (size_t)at, f);
        }
    }
    ok = ferror(f) == 0;
    return fclose(f) == 0 && ok;
}

/* ---- our side -------------------------------------------------------------------------------------------
 */

/* The units that one processor works on: their classes follow each other in the dataset. */
struct share {
    const struct dataset *d;
    const struct tally *t;
    struct figure *figure; /* of each unit and question */
    size_t first, end;     /* classes */
};

static void unit_figures(const struct tally_plan *p, const struct tally_sum *sum, struct figure *out)
{
    for (int q = 0; q < p->questions; q++) {
        const struct stat_counts counts = stat_counts_of(tally_options(p, sum, q), (size_t)p->options[q]);
        const struct stat_summary s = stat_summary_counts(&counts);

        out[q] = (struct figure){.n = s.n,
                                 .mean = stat_mean(&s),
                                 .sd = stat_sd(&s),
                                 .dont_know = tally_dont_know(p, sum, q),
                                 .unanswered = tally_unanswered(p, sum, q)};
        memcpy(out[q].count, counts.n, sizeof out[q].count);
    }
}

static void *share_figures(void *arg)
{
    struct share *s = arg;
    const struct tally_plan *p = s->t->plan;
    struct tally_sum sum;
    size_t next = 0;

    tally_sum_init(&sum, p);
    for (size_t g = s->first; g < s->end; g++) {
        const struct dataset_group *class = &s->d->group[g];
        size_t at = next;

        if (at >= s->t->groups || s->t->group[at].id != class->group.id) /* mostly they follow each other */
            at = tally_find(s->t, class->group.id);
        next = at + 1;
        if (at != SIZE_MAX)
            tally_sum_group(&sum, s->t, at);
        if (g + 1 < s->d->groups && s->d->group[g + 1].unit == class->unit)
            continue;
        unit_figures(p, &sum, s->figure + class->unit * (size_t)p->questions);
        sum.responses = 0;
        memset(sum.counter, 0, p->width * sizeof *sum.counter);
    }
    tally_sum_fini(&sum);
    return NULL;
}

/* The first class of a unit at or after `at`. */
static size_t unit_start(const struct dataset *d, size_t at)
{
    while (at > 0 && at < d->groups && d->group[at].unit == d->group[at - 1].unit)
        at++;
    return at;
}

static void all_figures(const struct dataset *d, const struct tally *t, struct figure *figure,
                        unsigned processors)
{
    struct share share[PROCESSORS_MAX];
    pthread_t thread[PROCESSORS_MAX];

    for (unsigned i = 0; i < processors; i++) {
        share[i] = (struct share){
            .d = d,
            .t = t,
            .figure = figure,
            .first = unit_start(d, d->groups / processors * i),
            .end = i + 1 == processors ? d->groups : unit_start(d, d->groups / processors * (i + 1))};
        if (i > 0 && pthread_create(&thread[i], NULL, share_figures, &share[i]) != 0)
            abort();
    }
    (void)share_figures(&share[0]);
    for (unsigned i = 1; i < processors; i++)
        (void)pthread_join(thread[i], NULL);
}

/* ---- times ----------------------------------------------------------------------------------------------
 */

struct times {
    double loaded, counted, figures; /* the last two of the fastest turn */
};

static void one_turn(const struct made *m, const struct dataset *d, unsigned processors,
                     struct figure *figure, struct times *t)
{
    const struct dataset_options o = {.threads = processors};
    struct measurement counted = d->measurement[0];
    struct err e = ERR_INIT;
    double began, between, end;

    tally_init(&counted.tally, &counted.form->plan, d->units);
    began = made_now_s();
    made_must(dataset_tally_count(m->address, &o, d, &counted, 1, &e), &e);
    tally_sort(&counted.tally);
    between = made_now_s();
    all_figures(d, &counted.tally, figure, processors);
    end = made_now_s();
    if (end - began < t->counted + t->figures)
        *t = (struct times){.loaded = t->loaded, .counted = between - began, .figures = end - between};
    tally_fini(&counted.tally);
}

/* Sums over all figures, for comparison with the others'. */
static void print_json(const struct made *m, const struct dataset *d, const struct figure *figure,
                       const struct times *t, unsigned processors)
{
    double n = 0, mean = 0, sd = 0, category = 0, dont_know = 0, unanswered = 0;

    for (size_t i = 0; i < d->units * MADE_QUESTIONS; i++) {
        n += (double)figure[i].n;
        mean += figure[i].mean.x;
        sd += figure[i].sd.x;
        dont_know += (double)figure[i].dont_know;
        unanswered += (double)figure[i].unanswered;
        for (int c = 0; c < OPTIONS; c++)
            category += (double)figure[i].count[c] * (c + 1);
    }
    (void)printf(
        "{\"responses\": %zu, \"questions\": %d, \"units\": %zu, \"processors\": %u, \"loaded\": %.4f, "
        "\"counted\": %.4f, \"figures\": %.4f, \"seconds\": %.4f, \"check\": {\"n\": %.0f, \"mean\": %.6f, "
        "\"sd\": %.6f, \"category\": %.0f, \"dont_know\": %.0f, \"unanswered\": %.0f}}\n",
        m->classes * MADE_CLASS, MADE_QUESTIONS, d->units, processors, t->loaded, t->counted, t->figures,
        t->counted + t->figures, n, mean, sd, category, dont_know, unanswered);
}

int main(int argc, char **argv)
{
    const long online = sysconf(_SC_NPROCESSORS_ONLN);
    const unsigned processors = online > PROCESSORS_MAX ? PROCESSORS_MAX : online > 1 ? (unsigned)online : 1;
    const struct dataset_options options = {.threads = 0};
    const char *csv = argc > 2 && strcmp(argv[1], "--csv") == 0 ? argv[2] : NULL;
    const double millions = argc % 2 == 0 ? strtod(argv[argc - 1], NULL) : 10;
    struct err e = ERR_INIT;
    struct figure *figure;
    struct dataset d;
    struct times t = {.counted = HUGE_VAL};
    struct made m;

    stat_init();
    made_must(day_zone_init(&e) && secret_init(&e), &e);
    made_init(&m, millions);
    if (csv != NULL && !write_csv(&m, csv)) {
        (void)fprintf(stderr, "bench_figures: %s: can not be written\n", csv);
        return 1;
    }
    made_must(dataset_load(m.address, &options, &d, &e), &e); /* counts, and keeps what it counted */
    dataset_fini(&d);
    t.loaded = made_now_s();
    made_must(dataset_load(m.address, &options, &d, &e), &e);
    t.loaded = made_now_s() - t.loaded;
    figure = mem_alloc(d.units * MADE_QUESTIONS, sizeof *figure);
    for (int i = 0; i < TURNS; i++)
        one_turn(&m, &d, processors, figure, &t);
    print_json(&m, &d, figure, &t, processors);
    free(figure);
    dataset_fini(&d);
    made_fini(&m);
    return 0;
}
