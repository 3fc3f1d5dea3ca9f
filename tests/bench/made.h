#ifndef TLD_TESTS_BENCH_MADE_H
#define TLD_TESTS_BENCH_MADE_H

/*
 * A made-up measurement for benchmarks: classes of 25, sixteen to a unit, all in one sealed round and one
 * form of 20 questions: 19 with four options in three dimensions (6, 6 and 7), and gender. Anything that goes
 * wrong ends the program.
 */

#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"
#include "core/domain/form.h"

enum {
    MADE_QUESTIONS = 20,
    MADE_CLASS = 25, /* persons */
    MADE_UNIT_CLASSES = 16,
    MADE_BLOCK = MADE_QUESTIONS * MADE_CLASS /* answers of a class, question by question */
};

struct made {
    char *folder, *address; /* a store in a new folder */
    struct form *form;
    uint8_t *answers; /* class after class */
    size_t classes;
    double import_s;
};

void made_init(struct made *m, double millions);
/* Removes the store too. */
void made_fini(struct made *m);

size_t made_bytes(const struct made *m); /* of the answers */

void made_must(bool ok, const struct err *e);
double made_now_s(void);
/* Sorts them. */
double made_median(double *x, size_t count);

#endif
