/*
 * municipality DIR SEED FORM.yaml…: writes an invented municipality as the files that an administration would
 * import:
 *
 *   units.csv, groups.csv                    15 units, about 4,000 pupils a year, four school years
 *   responses-<round>-<form>.csv             five earlier rounds
 *   answers-<round>-<form>.csv               what some hundred pupils will answer in the open round
 *
 * The same seed gives the same files. An answer is a threshold model: the pupil, the class, the unit (with a
 * drift of its own over the rounds) and the question each add to a latent score, which is cut into the
 * scale's steps.
 */

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/base/file.h"
#include "core/base/mem.h"
#include "core/base/secret.h"
#include "core/domain/form_load.h"
#include "core/domain/round.h"

struct school {
    const char *name, *area, *forms;
    int first_grade, last_grade, parallels;
};

/* Invented: no unit of Sweden is meant, and the codes are no skolenhetskoder. */
static const struct school schools[] = {
    {"Björkbackens skola", "Norra", "forskoleklass grundskola", 0, 6, 2},
    {"Sjöängens skola", "Norra", "forskoleklass grundskola", 0, 6, 1},
    {"Tallåsens skola", "Norra", "forskoleklass grundskola", 0, 3, 2},
    {"Lärkdalens skola", "Norra", "forskoleklass grundskola", 0, 6, 2},
    {"Åkerbyskolan", "Norra", "grundskola", 7, 9, 4},
    {"Hagaskolan", "Centrum", "forskoleklass grundskola", 0, 9, 2},
    {"Kvarnbergets skola", "Centrum", "forskoleklass grundskola", 0, 6, 2},
    {"Östra torpets skola", "Centrum", "forskoleklass grundskola", 0, 3, 1},
    {"Vitsippans skola", "Centrum", "forskoleklass grundskola", 0, 6, 1},
    {"Stora höjdens skola", "Centrum", "grundskola", 7, 9, 5},
    {"Ekliden", "Södra", "forskoleklass grundskola", 0, 9, 1},
    {"Ängsgläntans skola", "Södra", "forskoleklass grundskola", 0, 6, 2},
    {"Mossens byskola", "Södra", "forskoleklass grundskola", 0, 3, 1},
    {"Strandparkens skola", "Södra", "grundskola", 4, 9, 2},
    {"Granviksskolan", "Södra", "grundskola", 7, 9, 3},
};

enum {
    SCHOOLS = sizeof schools / sizeof *schools,
    FIRST_YEAR = 2023,
    YEARS = 4,
    DIMENSIONS = 3,
    FORMS_MAX = 12
};

static const char *const rounds[] = {"2024-04", "2024-10", "2025-04", "2025-10", "2026-04", "2026-10"};
enum { ROUNDS = sizeof rounds / sizeof *rounds };

static uint64_t state;

/* splitmix64 (Steele, Lea & Flood 2014, https://doi.org/10.1145/2660193.2660195) */
static uint64_t next_u64(void)
{
    uint64_t z = (state += 0x9E3779B97F4A7C15u);

    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static double uniform(void)
{
    return ((double)(next_u64() >> 11) + 0.5) / 9007199254740992.0;
}

static double normal(void)
{
    return sqrt(-2 * log(uniform())) * cos(6.283185307179586 * uniform());
}

/* A value of its own for these numbers, whatever was drawn before: a class keeps its mood between rounds. */
static double fixed_normal(uint64_t seed, int a, int b, int c)
{
    uint64_t kept = state;
    double x;

    state = seed ^ ((uint64_t)(unsigned)a * 0x9E3779B97F4A7C15u) ^ ((uint64_t)(unsigned)b << 40) ^
            ((uint64_t)(unsigned)c << 20);
    (void)next_u64();
    x = normal();
    state = kept;
    return x;
}

static void unit_code(int school, char out[16])
{
    (void)snprintf(out, 16, "9900%04d", school + 1);
}

static void class_name(int grade, int parallel, char out[16])
{
    if (grade == 0)
        (void)snprintf(out, 16, "F%c", 'A' + parallel);
    else
        (void)snprintf(out, 16, "%d%c", grade, 'A' + parallel);
}

/* A class keeps its size, give or take a pupil, as it moves up. */
static int enrolled(uint64_t seed, int school, int year, int grade, int parallel)
{
    int cohort = year - grade;
    double base = schools[school].parallels == 1 ? 22 : 25.5;
    double n = base + 3 * fixed_normal(seed, school * 100 + parallel, cohort, 1) +
               0.7 * fixed_normal(seed, school * 100 + parallel, cohort, 2 + grade);

    return n < 6 ? 6 : (int)lround(n);
}

/* ---- files
 * -------------------------------------------------------------------------------------------------- */

static bool put(const char *dir, const char *name, struct buf *b, struct err *e)
{
    char *path = mem_printf("%s/%s", dir, name);
    bool ok = file_write(path, b->data, b->bytes, e);

    free(path);
    buf_fini(b);
    return ok;
}

static bool write_units(const char *dir, struct err *e)
{
    struct buf b = BUF_INIT;
    char code[16];

    buf_adds(&b, "unit_code,unit_name,area,school_forms\r\n");
    for (int s = 0; s < SCHOOLS; s++) {
        unit_code(s, code);
        buf_addf(&b, "%s,%s,%s,%s\r\n", code, schools[s].name, schools[s].area, schools[s].forms);
    }
    return put(dir, "units.csv", &b, e);
}

static bool write_groups(const char *dir, uint64_t seed, struct err *e)
{
    struct buf b = BUF_INIT;
    char code[16];
    char class[16];

    buf_adds(&b, "unit_code,school_year,group,school_form,grade,enrolled\r\n");
    for (int y = FIRST_YEAR; y < FIRST_YEAR + YEARS; y++)
        for (int s = 0; s < SCHOOLS; s++)
            for (int g = schools[s].first_grade; g <= schools[s].last_grade; g++)
                for (int p = 0; p < schools[s].parallels; p++) {
                    unit_code(s, code);
                    class_name(g, p, class);
                    buf_addf(&b, "%s,%d/%d,%s,%s,%d,%d\r\n", code, y, y + 1, class,
                             g == 0 ? "forskoleklass" : "grundskola", g, enrolled(seed, s, y, g, p));
                }
    return put(dir, "groups.csv", &b, e);
}

/* ---- answers
 * ------------------------------------------------------------------------------------------------ */

struct mood {
    double dimension[DIMENSIONS]; /* the latent mean of one class in one round */
};

static struct mood class_mood(uint64_t seed, int school, int year, int round, int grade, int parallel)
{
    struct mood m;
    double age = -0.05 * grade;

    for (int d = 0; d < DIMENSIONS; d++) {
        double unit = 0.30 * fixed_normal(seed, school, 7, d);
        double drift = 0.06 * round * fixed_normal(seed, school, 8, d);
        double class = 0.22 * fixed_normal(seed, school * 100 + parallel, year - grade, 10 + d);
        double now = 0.08 * fixed_normal(seed, school * 100 + parallel, year * 12 + round, 30 + d);

        m.dimension[d] = 0.75 + age + unit + drift + class + now - 0.15 * d;
    }
    return m;
}

/* One step of a scale of `options` steps for a latent score around 0.75, most answers positive. */
static int step(double latent, int options)
{
    int c = 1;

    for (int i = 1; i < options; i++)
        c += latent > -1.6 + 2.6 * (i - 1) / (options - 1.0) + 0.15 * (options == 3);
    return c;
}

static int answer(const struct form *f, int question, const struct mood *m, const double *pupil,
                  uint64_t seed)
{
    const struct form_question *q = &f->question[question];
    const struct form_scale *scale = form_scale_of(f, question);
    double latent;
    int c;

    if (q->dimension == FORM_BACKGROUND) {
        double u = uniform();

        return !q->gender                      ? 1 + (int)(next_u64() % (unsigned)scale->options)
               : u < .48                       ? 1
               : u < .96                       ? 2
               : u < .98 || scale->options < 4 ? 3
                                               : 4;
    }
    latent = m->dimension[q->dimension % DIMENSIONS] + pupil[q->dimension % DIMENSIONS] + 0.7 * normal() +
             0.35 * fixed_normal(seed, question, 99, (int)strlen(q->id));
    if (q->reversed)
        latent += 0.5; /* what is asked the other way round is mostly rare: being bullied */
    c = step(latent, scale->options);
    return q->reversed ? scale->options + 1 - c : c;
}

static void write_response(struct buf *b, const struct form *f, const struct mood *m, uint64_t seed)
{
    double pupil[DIMENSIONS];
    double general = normal();

    for (int d = 0; d < DIMENSIONS; d++)
        pupil[d] = 0.55 * general + 0.45 * normal();
    for (int q = 0; q < f->questions; q++) {
        double u = uniform();

        if (u < 0.015)
            buf_addc(b, ',');
        else if (u < 0.045 && form_scale_of(f, q)->dont_know)
            buf_adds(b, ",0");
        else
            buf_addf(b, ",%d", answer(f, q, m, pupil, seed));
    }
    buf_adds(b, "\r\n");
}

/* 60–98 % of a class, by unit and round; in the open round only one in six so far. */
static int responding(uint64_t seed, int school, int round, int n)
{
    double rate = 0.84 + 0.07 * fixed_normal(seed, school, 60, round) + 0.04 * normal();
    double open = round == ROUNDS - 1 ? 6 : 1;
    int least = (int)ceil(.60 * n / open);
    int most = (int)floor(.98 * n / open);
    int answering = (int)lround(rate * n / open);

    return answering < least ? least : answering > most ? most : answering;
}

static bool write_round(const char *dir, uint64_t seed, int round, const struct form *f, struct err *e)
{
    struct buf b = BUF_INIT;
    int year = round_school_year(rounds[round]);
    char code[16];
    char class[16];
    char name[80];

    buf_adds(&b, "unit_code,group");
    for (int q = 0; q < f->questions; q++)
        buf_addf(&b, ",%s", f->question[q].id);
    buf_adds(&b, "\r\n");
    for (int s = 0; s < SCHOOLS; s++)
        for (int g = schools[s].first_grade; g <= schools[s].last_grade; g++) {
            if (!form_fits(f, g == 0 ? SCHOOL_FORM_FORSKOLEKLASS : SCHOOL_FORM_GRUNDSKOLA, g))
                continue;
            for (int p = 0; p < schools[s].parallels; p++) {
                struct mood m = class_mood(seed, s, year, round, g, p);
                int n = responding(seed, s, round, enrolled(seed, s, year, g, p));

                unit_code(s, code);
                class_name(g, p, class);
                for (int i = 0; i < n; i++) {
                    buf_addf(&b, "%s,%s", code, class);
                    write_response(&b, f, &m, seed);
                }
            }
        }
    (void)snprintf(name, sizeof name, "%s-%s-%s.csv", round == ROUNDS - 1 ? "answers" : "responses",
                   rounds[round], f->id);
    return put(dir, name, &b, e);
}

int main(int argc, char **argv)
{
    struct err e = ERR_INIT;
    bool ok = argc >= 4 && argc - 3 <= FORMS_MAX && secret_init(&e);
    uint64_t seed = argc >= 4 ? strtoull(argv[2], NULL, 10) : 0;

    if (argc < 4) {
        (void)fprintf(stderr, "usage: municipality DIR SEED FORM.yaml…\n");
        return 2;
    }
    state = seed;
    ok = ok && write_units(argv[1], &e) && write_groups(argv[1], seed, &e);
    for (int i = 3; ok && i < argc; i++) {
        struct form *f = NULL;
        struct faults faults;

        faults_init(&faults);
        ok = form_load(argv[i], &f, &faults, &e);
        for (int r = 0; ok && r < ROUNDS; r++)
            ok = write_round(argv[1], seed, r, f, &e);
        form_free(f);
        faults_fini(&faults);
    }
    if (!ok)
        (void)fprintf(stderr, "municipality: %s\n", e.text);
    return ok ? 0 : 1;
}
