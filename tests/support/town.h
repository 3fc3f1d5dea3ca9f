#ifndef TLD_TESTS_TOWN_H
#define TLD_TESTS_TOWN_H

/*
 * A municipality that a test writes down in a few lines: units, forms, sealed rounds, and how each class
 * answered. Everything that can go wrong here aborts the test.
 */

#include "core/store/store.h"

enum { TOWN_FORMS_MAX = 8, TOWN_QUESTIONS_MAX = 8 };

struct town {
    char *folder, *address;
    struct store *store; /* for writing; closed by town_close */
    struct form *form[TOWN_FORMS_MAX];
    size_t forms;
};

void town_init(struct town *t);
void town_fini(struct town *t);

/* No more is written: other handles can read. */
void town_close(struct town *t);

/* Its name is its code; school forms: all. */
void town_unit(struct town *t, const char *code, const char *area);

/* The successor carries on the predecessor from a round on. */
void town_succession(struct town *t, const char *predecessor, const char *successor, const char *from);

void town_target(struct town *t, const struct target *target);

/*
 * A form. head: the first lines of its file, as "id: f\nversion: 1\n"; questions: its lines under
 * `questions`. They may name the dimensions "trygghet" and "delaktighet" and the scales "fyra" (3 and 4 are
 * positive), "annan" (the same in other words), "omvand" (for reversed ones) and "kon" (gender). Borrowed.
 */
const struct form *town_form(struct town *t, const char *head, const char *questions);

void town_round(struct town *t, const char *code, const struct form *const *forms, size_t count);

/* What one class answered in a round, all at once: of each question (in form order) how many gave which code,
 * as "1:3 2:0 4:12"; 0 is no answer, 9 vet ej. The persons who gave the lowest code to one gave it to all. */
struct town_class {
    const char *round, *unit, *group;
    int grade, enrolled; /* grade GRADE_NONE: förskola */
    enum school_form school_form;
    const struct form *form;
    const char *answers[TOWN_QUESTIONS_MAX];
};
void town_class(struct town *t, const struct town_class *c);

#endif
