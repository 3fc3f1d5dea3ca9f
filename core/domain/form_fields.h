#ifndef TLD_DOMAIN_FORM_FIELDS_H
#define TLD_DOMAIN_FORM_FIELDS_H

/*
 * The parts that form_read is made of: single values, each with its check (form_fields.c), scales
 * (form_scales.c), and what must hold between the parts (form_check.c). Every function adds what is wrong to
 * the reader's faults, at the place of the value, with what to write instead.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/base/faults.h"
#include "core/base/yaml.h"
#include "core/domain/form.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

struct form_reader {
    const char *name;
    struct faults *faults;
    struct form *form;
};

/* One key that a map of the file may have. */
struct form_key {
    const char *key;
    enum yaml_kind kind;
    bool required;
    const char *example; /* shown when the kind is wrong */
};

/* A word and what it stands for. */
struct form_word {
    const char *word;
    int value;
};

void form_fault(struct form_reader *r, const struct yaml *at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* "'seen' is no <thing>; did you mean …? There are: …" */
void form_fault_unknown(struct form_reader *r, const struct yaml *seen, const char *thing,
                        const char *const *known, size_t count);

/* Checks that y is a map with these keys, the required ones among them; false when it is no map. */
bool form_check_map(struct form_reader *r, const struct yaml *y, const char *thing,
                    const struct form_key *keys, size_t count);

/* The value of a key if it is there and of this kind; else NULL (form_check_map said so). */
const struct yaml *form_get(const struct yaml *map, const char *key, enum yaml_kind kind);

/* The first value of a list; NULL for NULL. */
const struct yaml *form_first(const struct yaml *list);

/* The number of values in a list, 0 for NULL; adds a fault when there are none or more than max. */
int form_count(struct form_reader *r, const struct yaml *list, const char *thing, int max);

/* Each of these takes NULL for a key that is missing and then gives the zero value, without a fault. */
int form_number(struct form_reader *r, const struct yaml *y, int min, int max);
bool form_yes(struct form_reader *r, const struct yaml *y);
int form_one_of(struct form_reader *r, const struct yaml *y, const char *thing, const struct form_word *words,
                size_t count);
char *form_id(struct form_reader *r, const struct yaml *y);
void form_translate(struct form_reader *r, const struct yaml *y, const char *thing, size_t max_chars,
                    struct form_text *out);

void form_read_scales(struct form_reader *r, const struct yaml *list);

/* The rules that tie the parts together, after all are read: no scale unused, options good for their use … */
void form_check_whole(struct form_reader *r, const struct yaml *root);

#endif
