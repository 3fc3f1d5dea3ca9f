#ifndef TLD_TESTS_CASE_JSON_H
#define TLD_TESTS_CASE_JSON_H

/* Between JSON and the types of analysis/stat_base.h. The only place here that knows jansson's calls. */

#include <jansson.h>

#include "analysis/stat_summary.h"

/* A list of counts, or a list of lists as one block of rows x size counts. free n and row. */
struct case_counts {
    size_t rows, size;
    int64_t *n;
    struct stat_counts *row; /* each scored 1..size */
};

void case_counts_read(const json_t *input, const char *key, struct case_counts *out);
void case_counts_fini(struct case_counts *c);

/* The summary of each row; free(). */
struct stat_summary *case_summaries(const struct case_counts *c);

/* A list, or a single value that stands for a list of one. */
size_t case_length(const json_t *list);
const json_t *case_at(const json_t *list, size_t i);

/* Numbers; a missing key gives `otherwise`. */
int64_t case_int(const json_t *input, const char *key, int64_t otherwise);
double case_number(const json_t *input, const char *key, double otherwise);

/* Sets a key to a figure, null unless its state is ok. */
void case_put(json_t *o, const char *key, struct stat_value v);
void case_put_number(json_t *o, const char *key, double x);
void case_put_range(json_t *o, const char *key, struct stat_range r);

/* Figures that share one state. */
void case_put_if(json_t *o, const char *key, enum stat_state state, double x);

/* Appends to the array o[key], which is made when missing. */
void case_add(json_t *o, const char *key, struct stat_value v);
void case_add_number(json_t *o, const char *key, double x);

json_t *case_json(struct stat_value v);

#endif
