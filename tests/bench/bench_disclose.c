/*
 * Goal: what the linear stage of disclosure control costs, and what it leaves to be shown.
 *
 * Invented municipalities of 15, 150 and 1,500 units: 12 classes each, four genders, 24 items that one pupil
 * in twenty skips. Prints the processor time and, of the groups where at least DISCLOSE_K answered, the share
 * shown by level; exits 1 when the time per unit has more than doubled from 150 units to 1,500, or when a
 * unit as a whole is withheld.
 */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "analysis/disclose.h"
#include "core/base/mem.h"
#include "tests/support/draw.h"

enum { CLASSES = 12, GENDERS = 4, GRADES = 4, ITEMS = 24 };
/* The groups of a unit, and of the municipality after them: all, grades, genders (the first never), classes.
 */
enum { ALL = 0, GRADE = 1, GENDER = GRADE + GRADES, CLASS = GENDER + GENDERS, OWN = CLASS + CLASSES };

struct town {
    size_t units, groups;
    struct disclose_sheet *sheet;
    int64_t *responses, *n; /* [group]; [item * groups + group] */
};

/* The pupils of a class and gender. */
static void add_atom(struct town *t, size_t unit, size_t class, size_t gender, int64_t responses)
{
    const size_t grade = class * GRADES / CLASSES, first = unit * OWN, last = t->units * OWN;
    const size_t in[] = {first + ALL, first + GRADE + grade, first + GENDER + gender, first + CLASS + class,
                         last + ALL,  last + GRADE + grade,  last + GENDER + gender};
    const size_t atom = disclose_sheet_atom(t->sheet, unit, responses);

    for (size_t i = 0; i < sizeof in / sizeof in[0]; i++) {
        disclose_sheet_member(t->sheet, in[i], atom);
        t->responses[in[i]] += responses;
    }
    for (size_t item = 0; item < ITEMS; item++) {
        int64_t n = responses;

        for (int64_t i = 0; i < responses; i++)
            n -= draw(20) == 0;
        for (size_t i = 0; i < sizeof in / sizeof in[0]; i++)
            t->n[item * t->groups + in[i]] += n;
    }
}

static void town_init(struct town *t, size_t units)
{
    *t = (struct town){.units = units, .groups = units * OWN + CLASS};
    seed = 4711;
    t->sheet = disclose_sheet_new(t->groups, ITEMS);
    t->responses = mem_alloc(t->groups, sizeof *t->responses);
    t->n = mem_alloc(t->groups * ITEMS, sizeof *t->n);
    for (size_t unit = 0; unit < units; unit++) {
        for (size_t class = 0; class < CLASSES; class ++) {
            const unsigned half = 2 + draw(14);

            for (size_t gender = 0; gender < GENDERS; gender++) {
                const unsigned few = draw(6) == 0, responses = gender == 0 || gender == 3 ? few : half;

                if (responses > 0)
                    add_atom(t, unit, class, gender, responses);
            }
        }
    }
    for (size_t g = 0; g < t->groups; g++) {
        const size_t own = g % OWN;
        const struct disclose_about about = {.block = g < units * OWN ? g / OWN : DISCLOSE_ACROSS,
                                             .rank = own >= CLASS    ? 3
                                                     : own >= GENDER ? 1
                                                     : own >= GRADE  ? 2
                                                                     : 0,
                                             .responses = t->responses[g],
                                             .never = own == GENDER};

        disclose_sheet_group(t->sheet, g, &about);
        for (size_t item = 0; item < ITEMS; item++) {
            const int64_t n = t->n[item * t->groups + g];

            disclose_sheet_item(t->sheet, item, g, n, n == 0 ? 0 : n < 3 ? 1 : 7);
        }
    }
}

static void town_fini(struct town *t)
{
    disclose_sheet_free(t->sheet);
    free(t->responses);
    free(t->n);
}

/* Of the units' groups from `first` to `end` that enough answered, the share shown, in percent. */
static double shown(const struct town *t, size_t first, size_t end)
{
    int64_t all = 0, shown_groups = 0;

    for (size_t g = 0; g < t->units * OWN; g++) {
        for (size_t item = 0; item < ITEMS && g % OWN >= first && g % OWN < end; item++) {
            if (t->n[item * t->groups + g] < DISCLOSE_K)
                continue;
            all++;
            shown_groups += disclose_item(t->sheet, item, g) == DISCLOSE_SHOWN;
        }
    }
    return 100.0 * (double)shown_groups / (double)all;
}

/* Milliseconds a unit; negative when a unit is withheld. */
static double measure(size_t units)
{
    struct town t;
    clock_t start;
    double ms, whole;

    town_init(&t, units);
    start = clock();
    disclose_sheet_decide(t.sheet, DISCLOSE_K, 1);
    ms = 1e3 * (double)(clock() - start) / CLOCKS_PER_SEC / (double)units;
    whole = shown(&t, ALL, GRADE);
    printf("linear stage, %4zu units x %d items: %.2f ms a unit; shown: units %.0f %%, grades %.0f %%, "
           "genders %.0f %%, classes %.0f %%\n",
           units, ITEMS, ms, whole, shown(&t, GRADE, GENDER), shown(&t, GENDER + 1, CLASS),
           shown(&t, CLASS, OWN));
    town_fini(&t);
    return whole < 100 ? -1 : ms;
}

int main(void)
{
    const double small = measure(15), middle = measure(150), large = measure(1500);

    return small < 0 || middle < 0 || large < 0 || large > 2 * middle;
}
